"""Guards on what a plan deletes or replaces. checkov cannot see it: it looks at the planned values only."""

from __future__ import annotations

from collections.abc import Collection

from mwaactl.errors import Finding
from mwaactl.model.plan import Action, Plan, ResourceChange
from mwaactl.model.state import MWAA_TYPE

DELETE_ID = "GUARD_DELETE"
REPLACE_ID = "GUARD_REPLACE"

# The hop is a replacement for provider 5.2.0 and later, but AWS itself does 2.11.x -> 3.x in place (user guide,
# "Upgrading the environment"); so it is done by the API and Terraform is told afterwards.
MAJOR_UPGRADE = (
    "upgrade in place instead: deploy the newest 2.11.x first, then `aws mwaa update-environment --name {name} "
    "--airflow-version {version}`, wait for AVAILABLE, and deploy with {version} in the YAML: Terraform then sees no "
    "change. Or build a second environment beside this one and cut over"
)


def guard(
    plan: Plan, *, is_protected: bool, allowed: Collection[str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings that refuse and findings that warn, for every loss in `plan`.

    In a protected environment a loss refuses unless its address is in `allowed`; elsewhere it warns.
    """
    refusals: list[Finding] = []
    warnings: list[Finding] = []
    for change in plan.changes:
        if change.is_loss:
            is_refused = is_protected and change.address not in allowed
            (refusals if is_refused else warnings).append(_finding(plan.environment, change))
    return tuple(refusals), tuple(warnings)


def _finding(environment: str, change: ResourceChange) -> Finding:
    is_replace = change.action is Action.REPLACE
    forced = f", forced by {', '.join(change.forced_by)}" if change.forced_by else ""
    loss = _loss(change)
    return Finding(
        id=REPLACE_ID if is_replace else DELETE_ID,
        address=change.address,
        message=f"would be {'replaced' if is_replace else 'deleted'}{forced}: {loss}",
        hint=_instead(change) or f"if that is what you want: --allow-replace '{change.address}'",
        environment=environment,
    )


def _loss(change: ResourceChange) -> str:
    losses = {
        MWAA_TYPE: "its metadata database goes too (run history, variables, connections)",
        "aws_s3_bucket": "its DAGs and releases go too",
        "aws_kms_key": "what it encrypted can no longer be read",
        "aws_cloudwatch_log_group": "its logs go too",
    }
    return losses.get(change.type, "its data goes too")


def _instead(change: ResourceChange) -> str:
    version = change.attribute("airflow_version")
    if change.type != MWAA_TYPE or version is None or not version.forces_replacement:
        return ""
    name = change.attribute("name")
    return MAJOR_UPGRADE.format(name=name.after if name else "NAME", version=version.after)
