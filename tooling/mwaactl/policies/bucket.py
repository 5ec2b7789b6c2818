"""Rules of the bucket of DAGs and artifacts."""

from __future__ import annotations

from mwaactl.errors import Severity
from mwaactl.policies.context import current
from mwaactl.policies.documents import Statement, statements
from mwaactl.policies.resource import MWAA, UNKNOWN, Resource
from mwaactl.policies.rule import FINE, UNTOLD, Judgement, Rule, all_of, failed, if_protected, judged, number

BUCKET, BUCKET_POLICY = "aws_s3_bucket", "aws_s3_bucket_policy"
ENCRYPTION, LIFECYCLE = "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_lifecycle_configuration"
GUIDE = "https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-s3-bucket.html"

ARTIFACTS = ("plugins.zip", "requirements.txt", "startup.sh", ".mwaactl/")
ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})


def is_of_environment(resource: Resource) -> bool:
    """Whether it is the environment's bucket, or belongs to it.

    By the environment's argument where it is known, else by the name that we give the bucket, else by there being no
    other bucket.
    """
    bucket = resource if resource.type == BUCKET else resource.around.target(resource, "bucket", BUCKET)
    name = (bucket or resource).raw("bucket")
    arns = [one.raw("source_bucket_arn") for one in resource.around.of_type(MWAA)]
    known = [arn for arn in arns if arn.startswith("arn:")]
    if known:
        return any(arn.endswith(f":::{name}") for arn in known)
    context = current()
    if context is not None:
        return name == context.environment.bucket_name
    return bool(arns) and len(resource.around.of_type(BUCKET)) == 1


def wants_tls(resource: Resource) -> Judgement:
    """A statement that refuses everybody everything without TLS, on the bucket and on what is in it."""
    if not is_of_environment(resource):
        return UNTOLD
    if resource.type == BUCKET:
        return _has_policy(resource)
    found = statements(resource.value("policy"))
    if found is None:
        return UNTOLD
    return FINE if any(map(_refuses_plain, found)) else failed("policy")


def _has_policy(bucket: Resource) -> Judgement:
    policies = bucket.around.of_type(BUCKET_POLICY)
    if any(_is_of(policy, bucket) for policy in policies):
        return FINE
    return failed(because="no aws_s3_bucket_policy in the plan") if bucket.is_planned else UNTOLD


def _is_of(policy: Resource, bucket: Resource) -> bool:
    target = policy.around.target(policy, "bucket", BUCKET)
    return target is not None and target.address == bucket.address


def _refuses_plain(statement: Statement) -> bool:
    if statement.effect != "Deny" or statement.condition_values("Bool", "aws:SecureTransport") != ("false",):
        return False
    is_everybody = statement.principals.get("AWS") == ("*",)
    is_everything = bool({"*", "s3:*"} & {action.lower() for action in statement.actions})
    objects = [one for one in statement.resources if one.endswith("*")]
    buckets = [one for one in statement.resources if not one.endswith("/*")]
    return is_everybody and is_everything and bool(objects) and bool(buckets)


def has_key_of_environment(resource: Resource) -> Judgement:
    """MWAA refuses a bucket under another key. A key that is being made is known only to be one."""
    owners = resource.around.of_type(MWAA)
    if not owners or not is_of_environment(resource):
        return UNTOLD
    wanted = owners[0].value("kms_key")
    path = "rule.apply_server_side_encryption_by_default.kms_master_key_id"
    given = resource.value(path)
    if wanted is UNKNOWN:
        return failed(path) if owners[0].is_planned and given in (None, "") else UNTOLD
    return judged(given, lambda key: _id(key) == _id(wanted), path)


def _id(key: object) -> str:
    return str(key or "").rpartition("key/")[2]


def keeps_current_objects(resource: Resource) -> Judgement:
    """No enabled rule deletes or archives what MWAA reads. Deleting old versions and leftovers is fine."""
    rules = resource.blocks("rule")
    if rules is None or not is_of_environment(resource):
        return UNTOLD
    return all_of([_keeps_current(resource, rule) for rule in rules])


def _keeps_current(resource: Resource, rule: Resource) -> Judgement:
    status, days, date = (rule.value(path) for path in ("status", "expiration.days", "expiration.date"))
    if status is UNKNOWN:
        return UNTOLD
    if status != "Enabled" or not _touches_environment(resource, rule):
        return FINE
    if number(days) not in (None, 0, UNKNOWN) or date not in (None, "", UNKNOWN):
        return failed("rule.expiration.days")
    classes = [one.value("storage_class") for one in rule.blocks("transition") or []]
    return failed("rule.transition.storage_class") if ARCHIVES & set(map(str, classes)) else FINE


def _touches_environment(resource: Resource, rule: Resource) -> bool:
    filters = [rule.value("filter.prefix"), rule.value("filter.and.prefix"), rule.value("prefix")]
    prefix = next((one for one in filters if isinstance(one, str) and one), "")
    folders = [one.value("dag_s3_path") for one in resource.around.of_type(MWAA)]
    paths = [*ARTIFACTS, *(f"{folder}/" for folder in folders if isinstance(folder, str))]
    return any(path.startswith(prefix) or prefix.startswith(path) for path in paths)


def survives_destroy(resource: Resource) -> Judgement:
    """force_destroy empties a bucket, versions and all."""
    return judged(resource.value("force_destroy"), lambda forced: forced is not True, "force_destroy")


RULES = (
    Rule(
        15,
        Severity.HIGH,
        "NETWORKING",
        (BUCKET_POLICY, BUCKET),
        "The policy of the DAG bucket refuses requests without TLS",
        why="DAGs are code that runs with the execution role. checkov's CKV_AWS_379 looks at buckets with a public ACL "
        "only.",
        mend="The statement DenyInsecureTransport, as in modules/bucket/access.tf.",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
        judge=wants_tls,
    ),
    Rule(
        16,
        Severity.HIGH,
        "ENCRYPTION",
        (ENCRYPTION,),
        "The DAG bucket is encrypted by the key of its MWAA environment",
        why="MWAA refuses a bucket under another key than the environment's. On the plan that makes the key, only a "
        "bucket without any key is found.",
        mend="The same `kms_master_key_id` as `kms_key`, as terraform/main.tf hands it to both.",
        source=GUIDE,
        judge=has_key_of_environment,
    ),
    Rule(
        29,
        Severity.HIGH,
        "BACKUP_AND_RECOVERY",
        (BUCKET,),
        "No bucket of a protected MWAA environment is emptied by destroy",
        why="With force_destroy, DAGs, artifacts and all their versions go without a question.",
        mend="`bucket.force_destroy: false`",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/empty-bucket.html",
        judge=if_protected(survives_destroy),
    ),
    Rule(
        32,
        Severity.HIGH,
        "BACKUP_AND_RECOVERY",
        (LIFECYCLE,),
        "No lifecycle rule deletes or archives current objects of the DAG bucket",
        why="A rule that expires objects by age deletes DAGs that nobody changed for so long, and MWAA cannot read "
        "archived ones.",
        mend="Expire noncurrent versions only, or give the rule a prefix outside of the DAGs.",
        source=GUIDE,
        judge=keeps_current_objects,
    ),
)
