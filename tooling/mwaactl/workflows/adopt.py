"""adopt: take an environment that is there under management, without a replacement or a deletion."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, EnvironmentNotFound, Finding, MwaactlError, NotReady, PolicyRefused
from mwaactl.model.live import USABLE
from mwaactl.model.options import options_difference
from mwaactl.model.plan import Action, Plan, plan_from_json
from mwaactl.model.result import Result
from mwaactl.model.state import MWAA_TYPE
from mwaactl.workflows import prepare
from mwaactl.workflows.adopt_files import DEFAULTS, AdoptFiles, AdoptWish, composed, taken_back, written
from mwaactl.workflows.apply import applied
from mwaactl.workflows.clone_files import check_new_name, yaml_path
from mwaactl.workflows.deploy import verified
from mwaactl.workflows.looking import passing_plan
from mwaactl.workflows.plan import PlanReport, planned
from mwaactl.workflows.policy import judge
from mwaactl.workflows.tools import NOTHING_ALLOWED, Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Account
    from mwaactl.adapters.terraform import Workspace
    from mwaactl.model.adoption import Surroundings


@dataclass(frozen=True)
class AdoptPreview:
    """What adopting would do, shown before the question: the YAML, files beside it, the plan.

    `yaml` is empty where the file is there already; `plan` is None where Terraform has no state bucket yet.
    """

    environment: str
    adopted: str
    yaml: str
    files: tuple[str, ...]
    plan: PlanReport | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdoptReport:
    """What was done. `policy` is how many findings refuse the next deploy."""

    environment: str
    adopted: str
    target: str
    status: str
    airflow_version: str
    plan: Plan
    files: tuple[str, ...]
    policy: int = 0
    notes: tuple[str, ...] = ()


AnyAdoption = Result[AdoptPreview] | Result[AdoptReport]


def run(tools: Toolbox, wish: AdoptWish, *, dry_run: bool = False) -> AnyAdoption:
    """Adopt, or go on. Raises ConfigError, NotReady, EnvironmentNotFound, and PolicyRefused for a plan with a loss."""
    check_new_name(wish.name)
    is_there = (tools.project.root / yaml_path(wish.name)).is_file()
    account = _account_of(tools, wish) if is_there else _account_for(tools, wish)
    tools.stage(wish.name, "account")
    account.check_caller()
    found = _found(account, wish)
    new = AdoptFiles() if is_there else composed(tools, wish, found)
    if dry_run:
        return Result("adopt", _rehearsed(tools, wish, found, new))
    return Result("adopt", _adopted(tools, wish, found, new))


def _adopted(tools: Toolbox, wish: AdoptWish, found: Surroundings, new: AdoptFiles) -> AdoptReport:
    is_agreed = False
    try:
        environment = written(tools, wish, new)
        prepare.ensure_state_buckets(tools, [environment])
        with tools.hold(environment, "adopt") as held, _importing(held, found) as workspace:
            saved, report = planned(tools, environment, workspace)
            tools.show(_preview(wish, new, report))
            _require_kept(report.plan)
            if not report.plan.is_empty:
                question = f"Take {found.name} under management as {wish.name} ({tools.target.name})?"
                tools.confirm(Question(question))
                is_agreed = True
                applied(tools, environment, workspace, saved)
        is_agreed = True
        live = verified(tools, environment)
    except MwaactlError:
        if not is_agreed and new.files:
            taken_back(tools, wish, new)
        raise
    paths = (*new.files, f"envs/{wish.name}.tfvars", f"envs/{wish.name}.s3.tfbackend")
    return AdoptReport(
        environment=wish.name,
        adopted=found.name,
        target=tools.target.name,
        status=live.status,
        airflow_version=live.airflow_version,
        plan=report.plan,
        files=paths if new.files else (),
        policy=len(report.verdict.refusals),
        notes=new.notes,
    )


def _rehearsed(tools: Toolbox, wish: AdoptWish, found: Surroundings, new: AdoptFiles) -> AdoptPreview:
    """The same without a trace: files in a temporary folder, a plan without a lock that is not kept."""
    from mwaactl.adapters.rehearsal import rehearsal

    with rehearsal(tools.project) as project:
        trial = replace(tools, project=project)
        environment = written(trial, wish, new)
        report = None
        if trial.state_bucket(environment).is_there():
            with trial.hold(environment, "adopt") as held, _importing(held, found) as workspace:
                saved = passing_plan(trial, environment, workspace, "adopt")
                plan = plan_from_json(environment.name, saved.document)
                verdict = judge(trial, environment, saved, NOTHING_ALLOWED)
                report = PlanReport(environment.name, plan, verdict, options_difference(saved.document))
                _require_kept(plan)
    return _preview(wish, new, report)


def _account_of(tools: Toolbox, wish: AdoptWish) -> Account:
    """That of the file which is there. Raises ConfigError where it is the file of another environment."""
    environment = tools.project.environment(wish.name)
    there = (environment.mwaa_name, environment.account_id, environment.region)
    asked = (wish.environment_name, wish.account_id or there[1], wish.region or there[2])
    if there != asked:
        raise ConfigError(
            f"{yaml_path(wish.name)} exists, and is of {there[0]} ({there[1]}, {there[2]}).",
            hint="choose another NAME",
        )
    return tools.account(environment)


def _account_for(tools: Toolbox, wish: AdoptWish) -> Account:
    """Where to look for it. Raises ConfigError where nothing says so."""
    from mwaactl.adapters.aws import caller_account

    below = tools.project.beneath(DEFAULTS)
    region = wish.region or below.get("region") or os.environ.get("AWS_REGION", "")
    if not region:
        raise ConfigError(f"Nothing says in which Region {wish.environment_name} is.", hint="--region eu-west-1")
    account_id = wish.account_id or below.get("account_id")
    if not account_id and tools.target.is_sandbox:
        raise ConfigError("The sandbox has every account: nothing says which one.", hint="--account 111111111111")
    return tools.account_at(account_id or caller_account(region), region)


def _found(account: Account, wish: AdoptWish) -> Surroundings:
    from mwaactl.adapters.aws import Environments, surroundings

    try:
        found = surroundings(account, wish.environment_name)
    except EnvironmentNotFound as error:
        names = ", ".join(Environments(account).names()) or "none"
        raise EnvironmentNotFound(error.what, hint=f"--environment-name is one of: {names}") from error
    status = found.document["Status"]
    if status not in USABLE:
        raise NotReady(
            f"{found.name} is {status}: MWAA takes no change of it now.", hint=f"wait for it, then: {wish.words}"
        )
    return found


@contextmanager
def _importing(workspace: Workspace, found: Surroundings) -> Iterator[Workspace]:
    """The workspace, with the IDs of what is there for this run."""
    path = workspace.data / "imports.tfvars.json"
    path.write_text(json.dumps({"imports": found.imports}), encoding="utf-8")
    try:
        yield replace(workspace, more_tfvars=(path,))
    finally:
        path.unlink(missing_ok=True)


def _require_kept(plan: Plan) -> None:
    """Raises PolicyRefused for a plan that would replace or delete anything, or make the environment anew."""
    findings = [
        Finding(
            "ADOPT_LOSS",
            change.address,
            f"would be {'replaced' if change.action is Action.REPLACE else change.action + 'd'}"
            + (f": {', '.join(change.forced_by)} cannot be changed" if change.forced_by else ""),
            environment=plan.environment,
        )
        for change in plan.changes
        if change.action in (Action.REPLACE, Action.DELETE)
        or (change.type == MWAA_TYPE and change.action is Action.CREATE)
    ]
    if findings:
        raise PolicyRefused(
            f'Adopting "{plan.environment}" would lose something.',
            findings=findings,
            hint="nothing was changed; look at the plan above, and mend what forces it",
        )


def _preview(wish: AdoptWish, new: AdoptFiles, report: PlanReport | None) -> AdoptPreview:
    path = yaml_path(wish.name)
    yaml = new.files[path].decode() if new.files else ""
    others = tuple(sorted(one for one in new.files if one != path))
    return AdoptPreview(wish.name, wish.environment_name, yaml, others, report, new.notes)
