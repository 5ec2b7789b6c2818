"""Rules of the execution role: what it may do beyond what MWAA documents, and who may use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from mwaactl.errors import Severity
from mwaactl.model.plan_document import without_indexes
from mwaactl.policies.context import current
from mwaactl.policies.documents import Statement, statements
from mwaactl.policies.resource import MWAA, Resource
from mwaactl.policies.rule import FINE, UNTOLD, Judgement, Rule, failed

ROLE, ROLE_POLICY, POLICY = "aws_iam_role", "aws_iam_role_policy", "aws_iam_policy"
GUIDE = "https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html"

PRINCIPALS: Final = frozenset({"airflow.amazonaws.com", "airflow-env.amazonaws.com"})

BUCKET_WILDCARDS: Final = frozenset({"s3:getobject*", "s3:getbucket*", "s3:list*"})
"""Documented on the environment's bucket and what is in it."""

KEY_ACTIONS: Final = frozenset({"kms:decrypt", "kms:describekey", "kms:encrypt", "kms:generatedatakey*"})
"""Documented on the environment's key, or on all keys but the account's own, and only through a service."""

WITHOUT_RESOURCE: Final = frozenset(
    {"cloudwatch:putmetricdata", "logs:describeloggroups", "s3:getaccountpublicaccessblock"}
)
"""Documented on all resources: none of them takes one."""

OWN_STATEMENTS: Final = frozenset(
    {"redshift-data:cancelstatement", "redshift-data:describestatement", "redshift-data:getstatementresult"}
)
"""None takes a resource. The condition of modules/iam leaves only statements that the role itself has run."""

_ONE_BUCKET = re.compile(r"arn:[\w-]+:s3:::(?P<bucket>[a-z0-9][a-z0-9.-]+)(/\*)?")
_FOREIGN_KEYS = re.compile(r"arn:[\w-]+:kms:\*:\d{12}:key/\*")
_EVERYTHING = re.compile(r"[*?:/]*\*[*?:/]*")

_Faults = Callable[[Statement], list[str]]


def has_named_actions(resource: Resource) -> Judgement:
    """No wildcard in an action, but those that MWAA documents, where it documents them."""
    return _of_documents(resource, _nameless_actions)


def has_named_resources(resource: Resource) -> Judgement:
    """No statement on everything, or on everything of one kind, but those that MWAA documents."""
    return _of_documents(resource, _nameless_resources)


def trusts_only_mwaa(resource: Resource) -> Judgement:
    """Exactly the two services, by every statement that allows."""
    if not is_execution_role(resource):
        return UNTOLD
    found = statements(resource.value("assume_role_policy"))
    if found is None:
        return UNTOLD
    allowed = [one.principals for one in found if one.is_allow]
    services = {name for principals in allowed for name in principals.get("Service", ())}
    others = {kind for principals in allowed for kind in principals if kind != "Service"}
    if services == PRINCIPALS and not others:
        return FINE
    strange = sorted((services - PRINCIPALS) | others)
    missing = sorted(PRINCIPALS - services)
    because = [f"also {', '.join(strange)}"] * bool(strange) + [f"not {', '.join(missing)}"] * bool(missing)
    return failed("assume_role_policy", because="; ".join(because))


def is_execution_role(role: Resource) -> bool:
    """Whether a role runs an environment: by its trust, by the environment's argument, or by the name we give it."""
    name = role.value("name")
    trust = statements(role.value("assume_role_policy")) or ()
    services = {service for one in trust for service in one.principals.get("Service", ())}
    if services & PRINCIPALS:
        return True
    arns = [one.raw("execution_role_arn") for one in role.around.of_type(MWAA)]
    if isinstance(name, str) and any(arn.endswith(f"/{name}") for arn in arns):
        return True
    context = current()
    return context is not None and name == f"{context.environment.prefix}-execution"


def _of_documents(resource: Resource, faults: _Faults) -> Judgement:
    documents = _documents(resource)
    if not documents:
        return UNTOLD
    found = [statements(document) for document in documents]
    known = [one for some in found for one in some or () if one.is_allow]
    bad = [fault for one in known for fault in faults(one)]
    if bad:
        argument = "inline_policy.policy" if resource.type == ROLE else "policy"
        return failed(argument, because=", ".join(dict.fromkeys(bad)))
    return UNTOLD if None in found or any(not one.is_known for one in known) else FINE


def _documents(resource: Resource) -> list[object]:
    """Policy documents of the execution role that a resource holds: none where it is about another role."""
    if resource.type == ROLE:
        blocks = (resource.blocks("inline_policy") or []) if is_execution_role(resource) else []
        return [block.value("policy") for block in blocks if block.value("policy")]
    return [resource.value("policy")] if any(map(is_execution_role, _roles_of(resource))) else []


def _roles_of(policy: Resource) -> list[Resource]:
    if policy.type == ROLE_POLICY:
        return [role for role in [policy.around.target(policy, "role", ROLE)] if role]
    attached = [
        one
        for one in policy.around.of_type("aws_iam_role_policy_attachment")
        if (target := one.around.target(one, "policy_arn", POLICY))
        and without_indexes(target.address) == without_indexes(policy.address)
    ]
    return [role for one in attached for role in [one.around.target(one, "role", ROLE)] if role]


def _nameless_actions(statement: Statement) -> list[str]:
    if statement.not_actions:
        return ["NotAction"]
    wild = [action for action in statement.actions if "*" in action or "?" in action]
    return [action for action in wild if not _is_documented_wildcard(action.lower(), statement)]


def _is_documented_wildcard(action: str, statement: Statement) -> bool:
    if action in BUCKET_WILDCARDS:
        matches = [_ONE_BUCKET.fullmatch(one) for one in statement.resources]
        buckets = {match["bucket"] if match else None for match in matches}
        return len(buckets) == 1 and buckets != {None}
    return action in KEY_ACTIONS and bool(statement.condition_values("StringLike", "kms:ViaService"))


def _nameless_resources(statement: Statement) -> list[str]:
    actions = {action.lower() for action in statement.actions}
    if statement.not_resources:
        return [] if _is_foreign_keys(statement, actions) else ["NotResource"]
    wide = [one for one in statement.resources if _is_everything(one)]
    if not wide or (actions and actions <= WITHOUT_RESOURCE):
        return []
    owner = statement.condition_values("StringEquals", "redshift-data:statement-owner-iam-userid")
    if actions <= OWN_STATEMENTS and owner == ("${aws:userid}",):
        return []
    return [f"{', '.join(sorted(statement.actions))} on {one}" for one in wide]


def _is_foreign_keys(statement: Statement, actions: set[str]) -> bool:
    services = statement.condition_values("StringLike", "kms:ViaService")
    are_sqs = bool(services) and all(service.startswith("sqs.") for service in services)
    keys = all(_FOREIGN_KEYS.fullmatch(one) for one in statement.not_resources)
    return actions <= KEY_ACTIONS and are_sqs and keys


def _is_everything(resource: str) -> bool:
    """`*`, `arn:aws:s3:::*`, or all of one kind, such as `arn:aws:dynamodb:eu-west-1:111111111111:table/*`."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return bool(_EVERYTHING.fullmatch(resource))
    service, name = parts[2], parts[5]
    if service != "s3":  # an S3 name begins with the bucket, all others with a kind
        name = re.sub(r"^[a-zA-Z-]+[:/]", "", name)
    return bool(_EVERYTHING.fullmatch(name))


RULES = (
    Rule(
        9,
        Severity.HIGH,
        "IAM",
        (ROLE_POLICY, POLICY, ROLE),
        "The execution role is allowed no action by wildcard beyond those that MWAA documents",
        why="Every DAG author has the role's rights. Documented are `s3:GetObject*`, `s3:GetBucket*` and `s3:List*` on "
        "one bucket, and `kms:GenerateDataKey*` through a service. A policy that is known after apply only, as on the "
        "very first plan, cannot be judged; managed policies of AWS that are attached by ARN are not seen.",
        mend="Name the actions, in `execution_role.services` or in the policy file.",
        source=GUIDE,
        judge=has_named_actions,
    ),
    Rule(
        10,
        Severity.HIGH,
        "IAM",
        (ROLE_POLICY, POLICY, ROLE),
        "The execution role is allowed nothing on all resources beyond what MWAA documents",
        why="Documented are `logs:DescribeLogGroups`, `s3:GetAccountPublicAccessBlock` and `cloudwatch:PutMetricData`, "
        "none of which takes a resource, and the key statement on all but the account's own keys. Statements of the "
        "Redshift Data API that the role itself has run are allowed too. All of one kind, as `table/*`, counts as `*`. "
        "The limits of CKV_MWAA_9 hold here.",
        mend="Name the resources; a name may end with `*`.",
        source=GUIDE,
        judge=has_named_resources,
    ),
    Rule(
        11,
        Severity.HIGH,
        "IAM",
        (ROLE,),
        "The execution role trusts exactly airflow.amazonaws.com and airflow-env.amazonaws.com",
        why="Without both MWAA cannot use it; anybody else could act as the DAGs do. A role is taken for the execution "
        "role when it trusts one of them, when the environment names it, or when it is called <environment>-execution.",
        mend="The principals of `assume_role_policy`, as in modules/iam/main.tf.",
        source=GUIDE,
        judge=trusts_only_mwaa,
    ),
)
