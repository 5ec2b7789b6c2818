"""doctor: is this machine, this project and, with an environment, its account fit for a deploy?"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, EnvironmentNotFound, MwaactlError
from mwaactl.model.result import Result
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment


class Health(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One check: what was looked at, what was found, what to do."""

    name: str
    health: Health
    found: str
    hint: str = ""


@dataclass(frozen=True)
class DoctorReport:
    """All checks, in the order in which a deploy would need them."""

    checks: tuple[Check, ...]

    @property
    def is_fit(self) -> bool:
        """Did no check fail?"""
        return all(check.health is not Health.FAILED for check in self.checks)


def run(tools: Toolbox, names: Sequence[str] = ()) -> Result[DoctorReport]:
    """Check the machine and the project, and for each named environment what AWS says. Reads only."""
    checks = [
        Check("python", Health.OK, platform.python_version()),
        _check("terraform", lambda: _terraform(tools)),
        _check("providers", lambda: _providers(tools)),
        _check("configuration", lambda: _configuration(tools)),
        _check("rendered files", lambda: _rendered(tools)),
    ]
    for environment in tools.project.environments(names) if names else ():
        checks += _live_checks(tools, environment)
    report = DoctorReport(tuple(checks))
    return Result("doctor", report, 0 if report.is_fit else 1)


def _check(name: str, look: Callable[[], Check | str]) -> Check:
    try:
        found = look()
    except ConfigError as error:
        more = f" ({len(error.problems)} problems, first: {error.problems[0]})" if error.problems else ""
        return Check(name, Health.FAILED, f"{error.what}{more}", error.hint or "")
    except MwaactlError as error:
        return Check(name, Health.FAILED, error.what, error.hint or error.cause or "")
    return found if isinstance(found, Check) else Check(name, Health.OK, found)


def _terraform(tools: Toolbox) -> str:
    binary = tools.terraform.binary
    return f"{tools.terraform.version} at {binary.path} (from {binary.source})"


def _providers(tools: Toolbox) -> str:
    from mwaactl.adapters.toolchain import find_mirrors

    if tools.terraform.cli_config is None:
        return "as your own Terraform CLI configuration says"
    mirrors = find_mirrors(tools.terraform.environment)
    return f"from the mirror {', '.join(str(path) for path in mirrors)}" if mirrors else "from their registry"


def _configuration(tools: Toolbox) -> Check | str:
    environments = tools.project.environments()
    if warnings := tools.project.warnings():
        return Check("configuration", Health.WARNING, "; ".join(str(warning) for warning in warnings))
    return f"{len(environments)} environments are valid: {', '.join(item.name for item in environments)}"


def _rendered(tools: Toolbox) -> Check:
    project = tools.project
    files = [file for environment in project.environments() for file in project.rendered(environment)]
    stale = [str(file.path) for file in [*files, *project.generated()] if not project.is_fresh(file)]
    if stale:
        return Check("rendered files", Health.WARNING, f"stale: {', '.join(stale)}", "mwaactl render")
    return Check("rendered files", Health.OK, f"{len(files)} are fresh")


def _live_checks(tools: Toolbox, environment: Environment) -> list[Check]:
    name = environment.name
    credentials = _check(f"{name}: credentials", lambda: tools.account(environment).check_caller())
    if credentials.health is Health.FAILED:
        return [credentials]
    return [
        credentials,
        _check(f"{name}: state bucket", lambda: _state_bucket(tools, environment)),
        _check(f"{name}: state lock", lambda: _lock(tools, environment)),
        _check(f"{name}: environment", lambda: _environment(tools, environment)),
    ]


def _state_bucket(tools: Toolbox, environment: Environment) -> Check | str:
    name = f"{environment.name}: state bucket"
    bucket = tools.state_bucket(environment)
    if not bucket.is_there():
        return Check(name, Health.OK, f"{bucket.name} will be made by the first deploy")
    state = bucket.state()
    return f"{bucket.name}, {state.resource_count if state else 0} resources in the state"


def _lock(tools: Toolbox, environment: Environment) -> Check | str:
    lock = tools.state_bucket(environment).lock()
    if lock is None:
        return "free"
    found = f"held by {lock.who} for {lock.operation} since {lock.since} UTC"
    return Check(f"{environment.name}: state lock", Health.WARNING, found, f"mwaactl unlock {environment.name}")


def _environment(tools: Toolbox, environment: Environment) -> Check | str:
    name = f"{environment.name}: environment"
    try:
        live = tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound:
        return Check(name, Health.OK, f"{environment.mwaa_name} is not deployed")
    if live.status == "CREATE_FAILED":
        hint = "AWS lets nobody update it: the next deploy replaces it"
        return Check(name, Health.FAILED, f"CREATE_FAILED: {live.last_update_error}", hint)
    if live.last_update_error:
        return Check(name, Health.WARNING, f"{live.status}; last update: {live.last_update_error}")
    return f"{live.name} is {live.status}, Airflow {live.airflow_version}"
