"""The Airflow of one environment: made, changed with a way back, removed."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mwaactl.adapters import orphans
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.airflow.runtime import Runtimes
from mwaactl.errors import MwaactlError
from mwaactl.model.log_event import REQUIREMENTS_STREAM, STARTUP_STREAM
from mwaactl.sandbox.airflow import artifacts, configuration, database, startup_script
from mwaactl.sandbox.airflow.components import Components, Ports
from mwaactl.sandbox.airflow.configuration import USER, Keys, Surrounding
from mwaactl.sandbox.airflow.dag_sync import DagSync
from mwaactl.sandbox.airflow.log_groups import LogGroups, stream_of
from mwaactl.sandbox.airflow.spec import Place, Running, Spec, StartError

OWN_STREAM = "sandbox"
"""What MWAA would say nowhere: how the sandbox itself gets on."""


@dataclass(frozen=True)
class Machine:
    """What all Airflows of a sandbox share: runtimes, and templates of databases in `cache`.

    `aws` gives the environment variables that lead into the sandbox, for an account and Region.
    """

    cache: Path
    runtimes: Runtimes
    aws: Callable[[str, str], Mapping[str, str]]
    ports: Ports = field(default_factory=Ports)


class RollbackError(StartError):
    """Neither the new configuration nor the one of before comes up."""


@dataclass
class Host:
    """One environment's Airflow below the folder `place`. `check` raises when the work shall end."""

    spec: Spec
    place: Place
    machine: Machine
    check: Callable[[], None]
    running: Running | None = None
    _components: Components | None = None
    _sync: DagSync | None = None
    _logs: LogGroups | None = None
    _keys: Keys | None = field(default=None, repr=False)
    _database_version: str = ""
    _removed: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Running:
        """Everything from nothing to a healthy Airflow. Raises StartError; then no process is left."""
        self._check()
        for folder in (self.place.home, self.place.dags, self.place.task_logs, self.place.output):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.place.temporary.is_symlink():
            self.place.temporary.symlink_to(tempfile.mkdtemp(prefix="mwaactl-"))
        self._logs = LogGroups(self.spec, self.place)
        try:
            return self._start(self._prepared())
        except BaseException as error:
            logs = self._logs
            self.stop()
            logs.write("SchedulerLogs", stream_of(OWN_STREAM), f"ERROR: {error}".splitlines())  # behind all it explains
            raise

    def update(self, spec: Spec, on_status: Callable[[str], None]) -> Running:
        """Restart into `spec`. Raises StartError; then the Airflow of before runs again, with its data.

        `on_status` hears of UPDATING and ROLLING_BACK. Raises RollbackError when that one does not start either.
        """
        before, version, copy = self.spec, self._database_version, self.place.root / "before.db"
        database.snapshot(self.place.database, copy)
        on_status("UPDATING")
        self.stop()
        self.spec = spec
        try:
            return self.start()
        except StartError as error:
            on_status("ROLLING_BACK")
            self.spec, self._database_version = before, version
            database.put_back(self.place.database, copy)
            try:
                self.start()
            except StartError as second:
                raise RollbackError(f"{error}; and the configuration of before: {second}") from second
            self._tell(OWN_STREAM, f"ERROR: the update was rolled back: {error}")
            raise
        finally:
            copy.unlink(missing_ok=True)

    @property
    def is_removed(self) -> bool:
        """Whether `remove` was called: what is still under way shall leave nothing."""
        return self._removed.is_set()

    def stop(self) -> None:
        """End every process. The folder stays."""
        self.running = None
        for part in (self._sync, self._logs):
            if part is not None:
                part.stop()
        self._sync = self._logs = None
        if self._components is not None:
            self._components.end()
            self._components = None
        orphans.end_marked(self.place.root)

    def remove(self) -> None:
        """End every process, also of a start that is under way, and remove the folder."""
        self._removed.set()
        self.stop()
        if self.place.temporary.is_symlink():
            shutil.rmtree(self.place.temporary.readlink(), ignore_errors=True)
        shutil.rmtree(self.place.root, ignore_errors=True)

    def tick(self) -> None:
        """What has to be looked at now and then: components that ended are started again."""
        if self._components is not None and self.running is not None:
            for name in self._components.revive():
                self._tell(OWN_STREAM, f"{name} had ended and was started again")

    def _check(self) -> None:
        self.check()
        if self.is_removed:
            raise StartError("the environment is being removed")

    def _prepared(self) -> Runtime:
        """Artifacts on the disk and a runtime with the requirements, which may fail: MWAA then goes on without them."""
        self._sync = DagSync(self.spec, self.place)
        self._sync.once()  # requirements may name constraints that lie among the DAGs
        artifacts.fetch(self.spec, self.place)
        requirements = self.place.artifacts / artifacts.FILES["Requirements"]
        try:
            runtime = self.machine.runtimes.runtime(
                self.spec.airflow_version,
                requirements if requirements.is_file() else None,
                self.place.plugins,
                self.place.dags,
                lambda text: self._tell(OWN_STREAM, text),
            )
        except MwaactlError as error:
            raise StartError(f"{error.what} {error.cause or ''}".strip()) from error
        for note in runtime.notes:
            self._tell(OWN_STREAM, note)
        if runtime.requirements_error:
            self._tell(REQUIREMENTS_STREAM, f"ERROR: {' '.join(runtime.requirements_error.split())}")
        elif requirements.is_file():
            self._tell(REQUIREMENTS_STREAM, "requirements.txt is installed")
        self._check()
        return runtime

    def _start(self, runtime: Runtime) -> Running:
        self._prepare_database(runtime)
        keys = self._keys_of()
        aws = self.machine.aws(self.spec.account_id, self.spec.region)
        around = Surrounding(runtime.bin, self.machine.ports.free(), self.machine.ports.free(), aws)
        before = configuration.variables(self.spec, self.place, keys, around, {})
        variables = configuration.variables(self.spec, self.place, keys, around, self._startup(before))
        if self._database_version != runtime.airflow_version:
            database.migrate(runtime, variables)
            self._database_version = runtime.airflow_version
        self._check()
        self._write_passwords(keys)
        components = Components(
            self.spec.airflow_major, self.place, runtime.python, around.port, around.task_port, variables
        )
        self._components = components
        components.start()
        for part in (self._sync, self._logs):
            if part is not None:
                part.start()
        components.wait_until_healthy(self._check)
        self.running = Running(self.spec, self.place, components.url, USER, keys.password, runtime.python, variables)
        return self.running

    def _startup(self, before: Mapping[str, str]) -> Mapping[str, str]:
        script = self.place.artifacts / artifacts.FILES["StartupScript"]
        if not script.is_file():
            return {}
        try:
            started = startup_script.run(script, before)
        except startup_script.ScriptError as error:
            self._tell(STARTUP_STREAM, error.output)
            raise
        self._tell(STARTUP_STREAM, started.output or "startup.sh wrote nothing")
        return started.variables

    def _prepare_database(self, runtime: Runtime) -> None:
        template = database.template(runtime, self.machine.cache, str(self.place.root), self._check)
        if not self.place.database.is_file():
            template.copy_to(self.place.database)
            self._database_version = runtime.airflow_version
            # The administrator's password is in the database of Airflow 2, so the template's it is.
            key = base64.urlsafe_b64encode(os.urandom(32)).decode()
            keys = Keys(key, secrets.token_urlsafe(48), template.password)
            _write_private(self.place.home / "keys.json", [keys.fernet, keys.session, keys.password])

    def _keys_of(self) -> Keys:
        if self._keys is None:
            self._keys = Keys(*json.loads((self.place.home / "keys.json").read_text(encoding="utf-8")))
        return self._keys

    def _write_passwords(self, keys: Keys) -> None:
        if self.spec.airflow_major >= 3:
            _write_private(self.place.passwords, {USER: keys.password})

    def _tell(self, part: str, text: str) -> None:
        if self._logs is not None:
            self._logs.write("SchedulerLogs", stream_of(part), text.splitlines())


def _write_private(path: Path, content: object) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file)
