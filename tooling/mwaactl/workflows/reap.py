"""reap: destroy environments that have outlived their time to live, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mwaactl.errors import EnvironmentNotFound
from mwaactl.model.lifetime import LifeState, lifetime, skew
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows import destroy, fleet
from mwaactl.workflows.plan import CHANGES_PENDING
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment


@dataclass(frozen=True)
class ReapReport:
    """One environment. `left_s` are seconds; `deleted_resources` is None where nothing was, or would be, destroyed."""

    environment: str
    state: LifeState
    ttl: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    left_s: float | None = None
    is_dry_run: bool = False
    deleted_resources: int | None = None


def run(
    tools: Toolbox,
    names: Sequence[str] = (),
    *,
    dry_run: bool = False,
    detailed_exitcode: bool = False,
    is_own_account: bool = False,
) -> Result[tuple[Outcome[ReapReport], ...]]:
    """Look at environments (all by default) and destroy, after one question, what has expired by AWS's clock.

    One that fails stops no other. With `detailed_exitcode` a dry run that finds something exits with 4. With
    `is_own_account` environments of other accounts than that of the credentials are left out.
    """
    environments = tools.project.environments(names)
    if is_own_account:
        own = {one.account_id: tools.account(one).is_callers() for one in environments}
        environments = tuple(one for one in environments if own[one.account_id])
    looked = fleet.each(tools, environments, lambda environment: _looked_at(tools, environment, is_dry_run=dry_run))
    expired = [outcome.environment for outcome in looked if outcome.data and outcome.data.state is LifeState.EXPIRED]
    if dry_run or not expired:
        return result_of("reap", looked, CHANGES_PENDING if detailed_exitcode and expired else 0)
    tools.show(tuple(looked))
    tools.confirm(
        Question(f"Destroy {', '.join(expired)} ({tools.target.name}), databases, DAGs and history included?")
    )
    agreed = replace(tools, confirm=lambda _question: None, show=lambda _data: None)
    done = {outcome.environment: outcome for outcome in destroy.run(agreed, expired).data}
    return result_of("reap", [_with(outcome, done.get(outcome.environment)) for outcome in looked])


def _looked_at(tools: Toolbox, environment: Environment, *, is_dry_run: bool) -> ReapReport:
    if environment.ttl is None:  # nothing to ask AWS for
        return ReapReport(environment.name, LifeState.WITHOUT_TTL, is_dry_run=is_dry_run)
    live = _live(tools, environment)
    now = live.seen_at if live and live.seen_at else tools.now()
    if live and (off := skew(tools.now(), live.seen_at)):
        side = "ahead of" if off.total_seconds() > 0 else "behind"
        minutes = abs(round(off.total_seconds() / 60))
        tools.warn(environment.name, f"this machine's clock is {minutes} min {side} AWS's, which counts")
    found = lifetime(environment, live, now)
    return ReapReport(
        environment.name,
        found.state,
        environment.ttl,
        live.created_at if live else None,
        found.expires_at,
        found.left_s,
        is_dry_run,
    )


def _live(tools: Toolbox, environment: Environment) -> LiveEnvironment | None:
    tools.account(environment).check_caller()
    try:
        return tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound:
        return None


def _with(outcome: Outcome[ReapReport], done: Outcome[destroy.DestroyReport] | None) -> Outcome[ReapReport]:
    if done is None or outcome.data is None:
        return outcome
    count = done.data.deleted_resources if done.data else None
    return Outcome(outcome.environment, replace(outcome.data, deleted_resources=count), done.error)
