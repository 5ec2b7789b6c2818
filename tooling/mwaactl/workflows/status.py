"""status: what there is, environment by environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwaactl.errors import AwsError, EnvironmentNotFound
from mwaactl.model.release import age_s
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows import fleet
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.release import Release

NOT_DEPLOYED = "not deployed"


@dataclass(frozen=True)
class StatusReport:
    """One environment: as configured where AWS has nothing yet, else as AWS reports it.

    `release_age_s` is the age of the current release in seconds.
    """

    environment: str
    mwaa_name: str
    account_id: str
    region: str
    status: str
    airflow_version: str
    environment_class: str
    protected: bool
    webserver_url: str | None = None
    bucket: str | None = None
    release: str | None = None
    released_at: str | None = None
    release_age_s: float | None = None
    last_error: str | None = None
    locked_by: str | None = None


def run(tools: Toolbox, names: Sequence[str] = ()) -> Result[tuple[Outcome[StatusReport], ...]]:
    """The state of environments (all by default). Reads only."""
    environments = tools.project.environments(names)
    return result_of("status", fleet.each(tools, environments, lambda environment: _status(tools, environment)))


def _status(tools: Toolbox, environment: Environment) -> StatusReport:
    tools.account(environment).check_caller()
    lock = tools.state_bucket(environment).lock()
    configured = StatusReport(
        environment=environment.name,
        mwaa_name=environment.mwaa_name,
        account_id=environment.account_id,
        region=environment.region,
        status=NOT_DEPLOYED,
        airflow_version=environment.mwaa.airflow_version,
        environment_class=environment.mwaa.environment_class,
        protected=environment.protected,
        locked_by=f"{lock.who} since {lock.since} UTC" if lock else None,
    )
    try:
        live = tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound:
        return configured
    release = _release(tools, environment)
    return replace(
        configured,
        status=live.status,
        airflow_version=live.airflow_version,
        environment_class=live.environment_class,
        webserver_url=live.webserver_url,
        bucket=live.source_bucket,
        release=release.id if release else None,
        released_at=release.created_at if release else None,
        release_age_s=age_s(release.created_at, tools.now()) if release else None,
        last_error=live.last_update_error,
    )


def _release(tools: Toolbox, environment: Environment) -> Release | None:
    from mwaactl.adapters.releases import Releases

    try:
        current = Releases(tools.bucket(environment)).current()
    except AwsError as error:
        tools.warn(environment.name, error.what)
        return None
    return current.release if current else None
