"""What a workflow works with. `wiring` fills it; tests fill it with a fake clock or process."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mwaactl.errors import Aborted
from mwaactl.model.progress import Moment, OnEvent, Progress

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Account, Bucket, Environments, StateBucket
    from mwaactl.adapters.interrupt import Interrupt
    from mwaactl.adapters.project import Project
    from mwaactl.adapters.sandbox import Sandbox
    from mwaactl.adapters.terraform import Terraform, Workspace
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment


@dataclass(frozen=True)
class Question:
    """Something to agree to before AWS is changed. With `name` the user must type exactly that."""

    text: str
    name: str | None = None


@dataclass(frozen=True)
class Target:
    """Where AWS calls go. `variables` gives the environment variables for an account and Region; None removes one."""

    name: str
    variables: Callable[[str, str], Mapping[str, str | None]]
    is_sandbox: bool = False


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Toolbox:
    """The adapters, the target, and the ways back to the user: events, questions, intermediate results."""

    project: Project
    sandbox: Sandbox
    find_target: Callable[[], Target]
    find_terraform: Callable[[], Terraform]
    interrupt: Interrupt
    on_event: OnEvent
    confirm: Callable[[Question], None]
    show: Callable[[object], None]
    can_ask: bool = False
    hide: Callable[[Iterable[str]], None] = lambda _secrets: None  # texts that no output may hold
    now: Callable[[], datetime] = _now
    user: str = field(default_factory=getpass.getuser)
    profiles: Mapping[str, str] = field(default_factory=dict)  # AWS profiles by account; the credential chain without

    @cached_property
    def target(self) -> Target:
        """Where AWS calls go. Asking for the sandbox starts it if it does not run."""
        return self.find_target()

    @cached_property
    def terraform(self) -> Terraform:
        """Terraform, looked for when it is first needed."""
        return self.find_terraform()

    def account(self, environment: Environment) -> Account:
        """Access to the environment's account."""
        return self.account_at(environment.account_id, environment.region)

    def account_at(self, account_id: str, region: str) -> Account:
        """Access to an account and Region."""
        from mwaactl.adapters.aws import Account

        variables = self.target.variables(account_id, region) if self.target.is_sandbox else {}
        given = tuple(sorted((name, value) for name, value in variables.items() if value is not None))
        profile = "" if self.target.is_sandbox else self.profiles.get(account_id, "")
        return Account(account_id, region, given, profile)

    def state_bucket(self, environment: Environment) -> StateBucket:
        """The environment's Terraform state."""
        from mwaactl.adapters.aws import StateBucket

        return StateBucket(self.account(environment), self.project.state_bucket(environment), environment.state_key)

    def bucket(self, environment: Environment) -> Bucket:
        """The environment's bucket of DAGs."""
        from mwaactl.adapters.aws import Bucket

        return Bucket(self.account(environment), environment.bucket_name)

    def environments(self, environment: Environment) -> Environments:
        """The MWAA service in the environment's account."""
        from mwaactl.adapters.aws import Environments

        return Environments(self.account(environment))

    def web_address(self, live: LiveEnvironment) -> str | None:
        """Where a browser finds its web server: in the sandbox on the loopback, while an Airflow runs there."""
        if not self.target.is_sandbox or not live.webserver_url:
            return live.webserver_url
        return self.sandbox.web_server_url(live.webserver_url.removeprefix("https://"))

    def data(self, name: str) -> Path:
        """The private folder of this environment and target below .mwaactl/."""
        folder = self.project.data_dir(name)
        return folder / "sandbox" if self.target.is_sandbox else folder

    @contextmanager
    def hold(self, environment: Environment, command: str) -> Iterator[Workspace]:
        """The environment's Terraform, held for this run alone. Raises Busy."""
        from mwaactl.adapters.lock import holding
        from mwaactl.adapters.terraform import Workspace

        data = self.data(environment.name)
        with holding(data / "lock", environment.name, command) as descriptor:
            yield Workspace(
                terraform=self.terraform,
                environment=environment.name,
                root=self.project.root,
                data=data,
                tfvars=self.project.root / "envs" / f"{environment.name}.tfvars",
                backend=self.project.root / "envs" / f"{environment.name}.s3.tfbackend",
                variables=self.target.variables(environment.account_id, environment.region),
                keep_open=(descriptor,),
            )

    @contextmanager
    def alone(self, environment: Environment, command: str) -> Iterator[None]:
        """This environment for this run alone, without Terraform: two runs from one folder. Raises Busy."""
        from mwaactl.adapters.lock import holding

        with holding(self.data(environment.name) / "lock", environment.name, command):
            yield

    def stage(self, environment: str, name: str) -> None:
        """Tell that a stage begins, and stop here when the user pressed Ctrl-C. Raises Aborted."""
        if self.interrupt.is_requested:
            raise Aborted(f'Interrupted before the stage "{name}" of "{environment}".', hint="run the command again")
        self.on_event(Progress(environment, Moment.STAGE, name))

    def note(self, environment: str, text: str) -> None:
        """Tell something worth a line."""
        self.on_event(Progress(environment, Moment.NOTE, text))

    def warn(self, environment: str, text: str) -> None:
        """Tell something that needs attention."""
        self.on_event(Progress(environment, Moment.WARNING, text))


@dataclass(frozen=True)
class Allowed:
    """Addresses that the user agreed to on the command line: to their loss, or to what any other guard says of them."""

    replace: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


NOTHING_ALLOWED = Allowed()
