"""What went wrong when an environment was last created or updated: for status, logs and deploy."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mwaactl.errors import AwsError, NotReady, TerraformError
from mwaactl.model.log_event import REQUIREMENTS_STREAM, LogType, log_group
from mwaactl.model.state import MWAA_TYPE
from mwaactl.workflows.prepare import waited_out
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from datetime import datetime

    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment

LONGEST_OPERATION = timedelta(hours=2)
"""After its start no container installs requirements for it any more; reading all logs since then would take long."""

MARGIN = timedelta(minutes=2)
DEFAULT_WINDOW = timedelta(minutes=15)  # of `mwaactl logs`


def setback(tools: Toolbox, environment: Environment, live: LiveEnvironment) -> str | None:
    """Why the last operation failed, or what it did not tell: that requirements.txt could not be installed."""
    if live.last_update_error:
        return live.last_update_error
    if not live.is_usable or live.last_update_at is None or "requirements" not in live.artifacts:
        return None
    error = _requirements_error(tools, environment, live.last_update_at)
    return f"requirements.txt is not installed, Airflow runs without it: {error}" if error else None


def sentence(tools: Toolbox, environment: Environment, live: LiveEnvironment) -> str | None:
    """The same with what became of the environment, and where there is more to read."""
    words = setback(tools, environment, live)
    if words is None:
        return None
    if not live.last_update_error:
        return f"{words} (more: {scheduler_log(tools, environment, live)})"
    became = {
        "CREATE_FAILED": "it could not be created (CREATE_FAILED)",
        "UNAVAILABLE": "the last update failed, and so did the way back (UNAVAILABLE)",
    }.get(live.status, f"the last update failed and was rolled back ({live.status})")
    return f"{became}: {words} (more: {scheduler_log(tools, environment, live)})"


def explain(tools: Toolbox, environment: Environment, error: TerraformError) -> None:
    """Add AWS's own reason and what to do next to an error of apply, as far as it is about the environment.

    The provider gives an update up as soon as AWS begins to roll it back, when nothing says yet why. So wait for the
    end of that. Raises Aborted.
    """
    if error.hint or not any(MWAA_TYPE in diagnostic.address for diagnostic in error.diagnostics):
        return
    try:
        why = "AWS rolls the update back: waiting for its end, and for the reason"
        live = waited_out(tools, environment, "ROLLING_BACK", why)
    except AwsError:  # what Terraform said is what counts
        return
    if not live.last_update_error:
        return
    if not any(live.last_update_error in diagnostic.detail + diagnostic.summary for diagnostic in error.diagnostics):
        error.cause = live.last_update_error
    again = f"mwaactl deploy {environment.name}"
    remedy = {
        "CREATE_FAILED": f"mend it, then {again}, which replaces the failed environment",
        "UNAVAILABLE": f"mend it, then {again}; Airflow does not run meanwhile",
    }.get(live.status, f"Airflow runs as before the update; mend it, then {again}")
    error.hint = f"{scheduler_log(tools, environment, live)} shows more; {remedy}"


def scheduler_log(tools: Toolbox, environment: Environment, live: LiveEnvironment) -> str:
    """The command that shows what startup.sh, the installation and the scheduler wrote in the last operation."""
    command = f"mwaactl logs {environment.name} --type {LogType.SCHEDULER}"
    if live.last_update_at is None or tools.now() - live.last_update_at + MARGIN <= DEFAULT_WINDOW:
        return command
    return f"{command} --since {live.last_update_at - MARGIN:%Y-%m-%dT%H:%M}"


def _requirements_error(tools: Toolbox, environment: Environment, since: datetime) -> str | None:
    from mwaactl.adapters.aws import Logs

    group = log_group(environment.mwaa_name, LogType.SCHEDULER)
    until = since + LONGEST_OPERATION
    try:
        events = Logs(tools.account(environment)).errors(group, REQUIREMENTS_STREAM, since, until)
    except NotReady:  # these logs are switched off
        return None
    except AwsError as error:
        tools.warn(environment.name, f"whether requirements.txt is installed cannot be seen: {error.what}")
        return None
    return events[0].parts[1] if events else None
