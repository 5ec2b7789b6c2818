"""dashboard: the fleet on one page. Reads only; what fails for one environment takes nothing else away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from mwaactl.errors import MwaactlError
from mwaactl.model.dashboard import (
    AVAILABLE,
    NOT_DEPLOYED,
    DagFolder,
    Dashboard,
    EnvironmentCard,
    MonthlyCost,
    ReleaseHistory,
    ReleaseRow,
    Standing,
    Told,
)
from mwaactl.model.lifetime import LifeState
from mwaactl.model.moment import clock
from mwaactl.model.network_picture import network_picture
from mwaactl.model.result import Outcome, Result
from mwaactl.workflows import cost, fleet, releases, status
from mwaactl.workflows.last_verdict import recall
from mwaactl.workflows.published_dags import Reader
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from pathlib import Path

    from mwaactl.model.environment import Environment
    from mwaactl.workflows.cost import CostReport
    from mwaactl.workflows.releases import ReleasesReport, ReleaseSummary
    from mwaactl.workflows.status import StatusReport

T = TypeVar("T")

RELEASES = 10
"""The newest ones of each environment are shown."""
ABSENT = "not deployed"


def run(tools: Toolbox, names: Sequence[str] = ()) -> Result[Dashboard]:
    """Everything that the page shows, of environments (all by default).

    An environment whose state AWS does not tell is an error of the result, and on the page like all others.
    """
    environments = tools.project.environments(names)
    standings = {outcome.environment: outcome for outcome in status.run(tools, names).data}
    costs = {outcome.environment: outcome.data for outcome in cost.run(tools, names).data if outcome.data}
    reader = Reader(tools)

    def card(environment: Environment) -> EnvironmentCard:
        return _card(tools, environment, standings[environment.name], costs[environment.name], reader)

    done = fleet.each(tools, environments, card)
    tools.interrupt.check()
    errors = [outcome.error for outcome in standings.values() if outcome.error]
    errors += [outcome.error for outcome in done if outcome.error]
    cards = tuple(outcome.data for outcome in done if outcome.data)
    made_at = tools.now().isoformat(timespec="seconds")
    data = Dashboard(made_at, "sandbox" if tools.target.is_sandbox else "AWS", cards)
    return Result("dashboard", data, errors[0].exit_code if errors else 0, errors)


def show(path: Path) -> None:
    """Open the page in the browser. Raises ToolMissing without one."""
    from mwaactl.adapters.browser import open_page

    open_page(path.resolve().as_uri(), str(path), "the page is written: open that file yourself")


def standing_of(report: StatusReport, today: date) -> Standing:
    """What the page shows of a status: whatever else `status` learns to tell is handed over here, and only here."""
    ends = report.end_of_support
    return Standing(
        status=report.status,
        airflow_version=report.airflow_version,
        environment_class=report.environment_class,
        webserver_url=report.webserver_url,
        release=report.release,
        release_age_s=report.release_age_s,
        last_error=report.last_error,
        hint=report.hint,
        locked_by=report.locked_by,
        support_ends=ends.isoformat() if ends else None,
        is_support_over=ends is not None and ends < today,
        ttl_left_s=None if report.life is LifeState.PROTECTED else report.ttl_left_s,
        drift=_drift(report),
    )


def _drift(report: StatusReport) -> str | None:
    """Only what needs a look: that there was none is no concern."""
    if not report.drifted or report.drift_age_s is None:
        return None
    found = "1 resource differs" if report.drifted == 1 else f"{report.drifted} resources differ"
    return f"{found} from Terraform's state, seen {clock(report.drift_age_s)} ago"


def _card(
    tools: Toolbox,
    environment: Environment,
    outcome: Outcome[StatusReport],
    estimate: CostReport,
    reader: Reader,
) -> EnvironmentCard:
    report = outcome.data
    state = report.status if report else None
    if report is None:
        unknown = outcome.error.what if outcome.error else ""
        history: Told[ReleaseHistory] = Told(missing=unknown)
        dags: Told[DagFolder] = Told(missing=unknown)
    elif state == NOT_DEPLOYED:
        history, dags = Told(missing=ABSENT), Told(missing=ABSENT)
    else:
        history = _told(lambda: Told(_history(releases.run(tools, environment.name, limit=RELEASES).data)))
        is_running = state in (AVAILABLE, "UPDATE_FAILED", "UPDATING", "MAINTENANCE")
        dags = _told(lambda: reader.folder(environment, is_running=is_running))
    return EnvironmentCard(
        name=environment.name,
        mwaa_name=environment.mwaa_name,
        account_id=environment.account_id,
        region=environment.region,
        is_protected=environment.protected,
        airflow_version=environment.mwaa.airflow_version,
        environment_class=environment.mwaa.environment_class,
        ttl=environment.ttl,
        network=network_picture(environment),
        cost=_cost(estimate),
        standing=Told(standing_of(report, tools.now().date()))
        if report
        else Told(missing=outcome.error.what if outcome.error else ""),
        policy=recall(tools, environment),
        releases=history,
        dags=dags,
    )


def _told(work: Callable[[], Told[T]]) -> Told[T]:
    """A part of the page, or the error that it ended with: the page says so in its place."""
    try:
        return work()
    except MwaactlError as error:
        return Told(missing=error.what)


def _history(report: ReleasesReport) -> ReleaseHistory:
    return ReleaseHistory(tuple(map(_row, report.releases)), report.total)


def _row(summary: ReleaseSummary) -> ReleaseRow:
    return ReleaseRow(
        id=summary.id,
        created_at=summary.created_at,
        age_s=summary.age_s,
        created_by=summary.created_by,
        commit=summary.commit,
        files=summary.files,
        changed=summary.changed,
        origin=summary.origin,
        is_current=summary.is_current,
        is_previous=summary.is_previous,
        is_unfinished=summary.is_unfinished,
        gone=len(summary.gone),
    )


def _cost(report: CostReport) -> MonthlyCost:
    return MonthlyCost(
        low=report.low,
        high=report.high,
        items=report.items,
        unknown=report.unknown,
        budget=report.budget,
        budget_state=report.budget_state,
        as_of=report.as_of,
        notes=report.notes,
    )
