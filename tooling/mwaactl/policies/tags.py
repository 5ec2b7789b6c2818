"""Rules of tags."""

from __future__ import annotations

from mwaactl.errors import Severity
from mwaactl.policies.context import Context
from mwaactl.policies.resource import MWAA, UNKNOWN, Resource
from mwaactl.policies.rule import FINE, UNTOLD, Judgement, Rule, failed, in_context

GUIDE = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"


def has_required(resource: Resource, context: Context) -> Judgement:
    """By policy.required_tags. tags_all, which only a plan has, includes the provider's default tags."""
    required = context.environment.policy.required_tags
    if not required or not resource.is_planned or resource.value("tags_all") is UNKNOWN:
        return UNTOLD
    tags = resource.items("tags_all")
    missing = [tag for tag in required if not (tags or {}).get(tag)]
    if not missing:
        return FINE
    return Judgement(False, tuple(f"tags_all/[0]/{tag}" for tag in missing), (f"no tag {', '.join(missing)}",))


def has_ttl(resource: Resource, context: Context) -> Judgement:
    """Of clones that nothing protects: the YAML says how long, and the tag says it to whoever cleans up."""
    if not context.is_clone or context.environment.protected:
        return UNTOLD
    if context.environment.ttl is None:
        return failed("ttl")
    tags = resource.items("tags_all") if resource.value("tags_all") is not UNKNOWN else None
    if tags is None:
        return UNTOLD
    return FINE if tags.get("ttl") else failed("tags_all.ttl")


RULES = (
    Rule(
        20,
        Severity.MEDIUM,
        "CONVENTION",
        ("aws_*",),
        "Every resource that takes tags carries those of policy.required_tags",
        why="Tags tell owner and cost centre. `tags_all` of the plan is judged, so the provider's default tags count.",
        mend="`tags` in the environment's YAML: the root module puts them on everything.",
        source=GUIDE,
        judge=in_context(has_required),
    ),
    Rule(
        21,
        Severity.MEDIUM,
        "CONVENTION",
        (MWAA,),
        "An unprotected clone of an environment says how long it may live",
        why="MWAA bills until an environment is deleted; a forgotten copy costs as much as its original.",
        mend="`ttl: 14d` in the clone's YAML, which becomes the tag `ttl`.",
        source=GUIDE,
        judge=in_context(has_ttl),
    ),
)
