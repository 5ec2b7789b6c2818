"""status: what there is, environment by environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from mwaactl.errors import AwsError, EnvironmentNotFound
from mwaactl.model import catalog
from mwaactl.model.cost import configured_cost
from mwaactl.model.lifetime import LifeState, lifetime
from mwaactl.model.release import age_s
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows import fleet
from mwaactl.workflows.setback import scheduler_log, setback
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.release import Release

NOT_DEPLOYED = "not deployed"


@dataclass(frozen=True)
class StatusReport:
    """One environment: as configured where AWS has nothing yet, else as AWS reports it.

    `release_age_s` is the age of the current release in seconds. `last_error` is why the last creation or update
    failed, or that requirements.txt is not installed; `hint` is the command that shows more of that.
    `end_of_support` of the Airflow version is None where AWS has announced none. `drifted` is how many resources the
    last `mwaactl drift` from here found changed, `drift_age_s` ago; None when nobody has looked. `ttl_left_s` is less
    than none when the time to live is over. Costs are USD per month, of what `cost_unknown` does not name.
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
    hint: str | None = None
    locked_by: str | None = None
    end_of_support: date | None = None
    drifted: int | None = None
    drift_age_s: float | None = None
    ttl: str | None = None
    life: LifeState = LifeState.NOT_DEPLOYED
    ttl_left_s: float | None = None
    cost_low: Decimal | None = None
    cost_high: Decimal | None = None
    cost_unknown: tuple[str, ...] = ()


def run(tools: Toolbox, names: Sequence[str] = ()) -> Result[tuple[Outcome[StatusReport], ...]]:
    """The state of environments (all by default). Reads only."""
    environments = tools.project.environments(names)
    return result_of("status", fleet.each(tools, environments, lambda environment: _status(tools, environment)))


def _status(tools: Toolbox, environment: Environment) -> StatusReport:
    from mwaactl.adapters.drift_records import load_drift

    tools.account(environment).check_caller()
    lock = tools.state_bucket(environment).lock()
    cost = configured_cost(environment)
    drift = load_drift(tools.data(environment.name))
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
        end_of_support=_end_of_support(environment.mwaa.airflow_version),
        drifted=drift.resources if drift else None,
        drift_age_s=(tools.now() - drift.at).total_seconds() if drift else None,
        ttl=environment.ttl,
        cost_low=cost.low,
        cost_high=cost.high,
        cost_unknown=cost.unknown,
    )
    try:
        live = tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound:
        return configured
    release = _release(tools, environment)
    life = lifetime(environment, live, live.seen_at or tools.now())
    error = setback(tools, environment, live)
    return replace(
        configured,
        status=live.status,
        airflow_version=live.airflow_version,
        environment_class=live.environment_class,
        webserver_url=tools.web_address(live),
        bucket=live.source_bucket,
        release=release.id if release else None,
        released_at=release.created_at if release else None,
        release_age_s=age_s(release.created_at, tools.now()) if release else None,
        end_of_support=_end_of_support(live.airflow_version),
        life=life.state,
        ttl_left_s=life.left_s,
        last_error=error,
        hint=scheduler_log(tools, environment, live) if error else None,
    )


def _end_of_support(version: str) -> date | None:
    known = catalog.find_version(version)
    return known.end_of_support if known else None


def _release(tools: Toolbox, environment: Environment) -> Release | None:
    from mwaactl.adapters.releases import Releases

    try:
        current = Releases(tools.bucket(environment)).current()
    except AwsError as error:
        tools.warn(environment.name, error.what)
        return None
    return current.release if current else None
