"""Rules between fields of one environment. Rules about one field are with the field's type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from mwaactl.model import rules_existing, rules_mwaa, rules_network, rules_options
from mwaactl.model.bucket import LONGEST_BUCKET_NAME
from mwaactl.model.environment import Environment
from mwaactl.model.finding import Finding

LONGEST_NAME = 48
"""MWAA takes 80 characters and IAM 64 for a role: 16 are left for what follows <project>-<environment> in names."""

MOST_TAGS = 47
"""AWS takes 50 on a resource; project, environment and managed-by are added."""

ADDED_TAGS = ("project", "environment", "managed-by")

Check = Callable[[Environment], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """`reads` are the fields the check looks at: it is skipped while one of them, or a part of it, is broken in itself.

    `.*` after a field: the check judges each entry alone, so a broken one, which it does not see, does not stop it.
    """

    reads: tuple[str, ...]
    check: Check


def derived_names(environment: Environment) -> Iterator[Finding]:
    name, state = environment.prefix, environment.state_bucket
    if len(name) > LONGEST_NAME:
        message = f"makes the name {name} of {len(name)} characters"
        yield Finding(("project",), message, allowed=f"<project>-<environment> of at most {LONGEST_NAME} characters")
    if len(environment.bucket_name) > LONGEST_BUCKET_NAME:
        message = f"makes the bucket name {environment.bucket_name} of {len(environment.bucket_name)} characters"
        hint = "shorten project or environment name, or set bucket.name"
        yield Finding(("project",), message, allowed=f"at most {LONGEST_BUCKET_NAME} characters", hint=hint)
    if len(state) > LONGEST_BUCKET_NAME:
        message = f"makes the name {state} of the state bucket {len(state)} characters long"
        yield Finding(("project",), message, allowed=f"at most {LONGEST_BUCKET_NAME} characters")


def tags(environment: Environment) -> Iterator[Finding]:
    if len(environment.tags) > MOST_TAGS:
        message = f"has {len(environment.tags)} tags"
        allowed = f"at most {MOST_TAGS}, as AWS takes 50 and {', '.join(ADDED_TAGS)} are added"
        yield Finding(("tags",), message, allowed=allowed)
    seen: dict[str, str] = {name: "" for name in ADDED_TAGS}
    for key in environment.tags:
        other = seen.get(key.lower())
        if other is not None and not other:
            yield Finding(("tags", key), "is added to every resource anyway", hint="remove it")
        elif other:
            yield Finding(("tags", key), f"differs from {other} only in capitals, which IAM takes for the same tag")
        seen.setdefault(key.lower(), key)


def key_region(environment: Environment) -> Iterator[Finding]:
    region = environment.encryption.key_region
    if region and region != environment.region:
        message = f"is a key in {region}, but the environment is in {environment.region}"
        yield Finding(("encryption", "kms_key"), message, allowed=f"a key in {environment.region}")


def topic(environment: Environment) -> Iterator[Finding]:
    monitoring = environment.monitoring
    arn = monitoring.notification_topic_arn
    path = ("monitoring", "notification_topic_arn")
    if arn and arn.split(":")[3] != environment.region:
        yield Finding(
            path,
            f"is a topic in {arn.split(':')[3]}; alarms notify topics in their own Region",
            allowed=f"a topic in {environment.region}",
        )
    if arn and monitoring.notification_emails:
        message = "cannot go with notification_topic_arn: addresses are subscribed to a new topic only"
        yield Finding(("monitoring", "notification_emails"), message, hint="keep one of the two")


def access_logs(environment: Environment) -> Iterator[Finding]:
    if environment.bucket.access_log_bucket == environment.bucket_name:
        message = "is the bucket itself: every access would log the writing of its own log"
        yield Finding(("bucket", "access_log_bucket"), message, allowed="another bucket")


def named_resources(environment: Environment) -> Iterator[Finding]:
    """A service without resources would make a policy without a statement."""
    services = environment.execution_role.services
    wanted = {
        "glue": ("jobs", "crawlers", "role_arns"),
        "redshift_data": ("clusters", "workgroups"),
        "s3": ("read", "write"),
    }
    for name, fields in wanted.items():
        service = getattr(services, name)
        if service is not None and not any(getattr(service, field) for field in fields):
            message = "names no resource"
            path = ("execution_role", "services", name)
            yield Finding(path, message, allowed=f"at least one of {', '.join(fields)}", hint=f"or leave {name} out")


def protection(environment: Environment) -> Iterator[Finding]:
    if environment.protected and environment.bucket.force_destroy:
        message = "cannot be true where protected is true: it deletes every object with the bucket"
        yield Finding(("bucket", "force_destroy"), message, allowed="false")


RULES = (
    Rule(("project", "account_id", "region", "bucket.name", "bucket.existing"), derived_names),
    Rule(("tags.*",), tags),
    Rule(("region", "encryption.kms_key"), key_region),
    Rule(("region", "monitoring"), topic),
    Rule(("project", "account_id", "region", "bucket"), access_logs),
    Rule(("execution_role.services",), named_resources),
    Rule(("protected", "bucket.force_destroy"), protection),
    Rule(("bucket",), rules_existing.bucket),
    Rule(("execution_role",), rules_existing.role),
    Rule(("account_id", "execution_role.existing"), rules_existing.role_account),
    Rule(("retail", "execution_role.existing"), rules_existing.sample),
    Rule(("artifacts", *rules_existing.FIELDS), rules_existing.artifacts),
    Rule(("mwaa.environment_class", "mwaa.schedulers"), rules_mwaa.schedulers),
    Rule(("mwaa.environment_class", "mwaa.min_workers", "mwaa.max_workers"), rules_mwaa.workers),
    Rule(("mwaa.environment_class", "mwaa.min_webservers", "mwaa.max_webservers"), rules_mwaa.webservers),
    Rule(("mwaa.logging_configuration",), rules_mwaa.logs),
    Rule(("mwaa.airflow_version", "mwaa.airflow_configuration_options.*"), rules_options.of_airflow_2),
    Rule(("mwaa.airflow_configuration_options.*",), rules_options.without_effect),
    Rule(("mwaa.airflow_configuration_options.*",), rules_options.secrets),
    Rule(("network",), rules_network.new_or_existing),
    Rule(("region", "network.availability_zones"), rules_network.zones),
    Rule(("network.nat_gateways", "network.interface_endpoints", "network.existing"), rules_network.private_routing),
    Rule(
        ("mwaa.airflow_version", "mwaa.webserver_access_mode", "network.nat_gateways", "network.existing"),
        rules_network.task_api,
    ),
    Rule(("mwaa.endpoint_management", "network.existing"), rules_network.customer_endpoints),
    Rule(("network.nat_gateways", "network.existing", "artifacts.requirements"), rules_network.requirements_offline),
    Rule(("network.vpc_cidr",), rules_network.private_range),
)


def rules(today: date) -> tuple[Rule, ...]:
    """All rules; `today` is what the support of Airflow versions is measured against."""
    return (*RULES, Rule(("mwaa.airflow_version",), partial(rules_mwaa.version, today=today)))
