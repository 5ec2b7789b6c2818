"""The resources of a sound environment, as a plan has them when everything is known."""

from __future__ import annotations

import json
from typing import Any

from unit.policies.plans import Planned, planned

KEY = "arn:aws:kms:eu-west-1:333333333333:key/95ee8bb5-9b23-4551-9e70-1f39a138f83f"
OTHER_KEY = "arn:aws:kms:eu-west-1:333333333333:key/11111111-9b23-4551-9e70-1f39a138f83f"
BUCKET_NAME = "retail-prod-mwaa-333333333333-eu-west-1"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET_NAME}"
ROLE_NAME = "retail-prod-execution"
GROUP_ID = "sg-0bb776e8e1bc8cf35"
ENDPOINTS_ID = "sg-255bf8efba005a814"

LOGS = ("dag_processing_logs", "scheduler_logs", "task_logs", "webserver_logs", "worker_logs")


def logging(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """logging_configuration with all five on, but for the changes."""
    logs = {log: {"enabled": True, "log_level": "INFO", **changes.get(log, {})} for log in LOGS}
    return [{log: [block] for log, block in logs.items()}]


ENVIRONMENT = planned(
    "module.mwaa.aws_mwaa_environment.this",
    name="retail-prod",
    airflow_configuration_options={"core.default_timezone": "utc"},
    airflow_version="2.10.3",
    dag_s3_path="dags",
    environment_class="mw1.large",
    execution_role_arn=f"arn:aws:iam::333333333333:role/{ROLE_NAME}",
    kms_key=KEY,
    logging_configuration=logging(),
    max_workers=15,
    min_webservers=2,
    min_workers=2,
    network_configuration=[{"security_group_ids": [GROUP_ID], "subnet_ids": ["subnet-1", "subnet-2"]}],
    plugins_s3_object_version="1",
    plugins_s3_path="plugins.zip",
    requirements_s3_object_version="2",
    requirements_s3_path="requirements.txt",
    schedulers=3,
    source_bucket_arn=BUCKET_ARN,
    startup_script_s3_object_version=None,
    startup_script_s3_path=None,
    tags=None,
    tags_all={"owner": "data-platform", "cost-center": "retail", "environment": "prod"},
    webserver_access_mode="PRIVATE_ONLY",
)

NEW_ENVIRONMENT = ENVIRONMENT.without("execution_role_arn", "kms_key", "source_bucket_arn").but(
    network_configuration=[{}]
)
"""Before the first apply, when all that it needs is being made."""


def log_group(log: str, **changes: Any) -> Planned:
    """One of the five groups, by the last part of its name."""
    name = f"airflow-retail-prod-{log}"
    address = f'module.mwaa.aws_cloudwatch_log_group.this["{log}"]'
    return planned(address, name=name, kms_key_id=KEY, retention_in_days=365).but(**changes)


LOG_GROUPS = tuple(log_group(log) for log in ("DAGProcessing", "Scheduler", "Task", "WebServer", "Worker"))


def trust(*services: str, **others: Any) -> str:
    """A trust policy."""
    principal = {**({"Service": list(services)} if services else {}), **others}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


ROLE = planned(
    "module.iam.aws_iam_role.this",
    name=ROLE_NAME,
    assume_role_policy=trust("airflow.amazonaws.com", "airflow-env.amazonaws.com"),
)


def allow(actions: Any, resources: Any = BUCKET_ARN, **more: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def role_policy(*statements: dict[str, Any]) -> Planned:
    """An inline policy of the execution role."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return planned("module.iam.aws_iam_role_policy.documented", name="mwaa", policy=policy, role=ROLE_NAME)


VIA = {"StringLike": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"]}}
VIA_SQS = {"StringLike": {"kms:ViaService": ["sqs.eu-west-1.amazonaws.com"]}}
KEY_ACTIONS = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]

DOCUMENTED = (
    allow(["airflow:PublishMetrics"], ["arn:aws:airflow:eu-west-1:333333333333:environment/retail-prod"]),
    {"Effect": "Deny", "Action": ["s3:ListAllMyBuckets"], "Resource": [BUCKET_ARN, f"{BUCKET_ARN}/*"]},
    allow(["s3:GetBucket*", "s3:GetObject*", "s3:List*"], [BUCKET_ARN, f"{BUCKET_ARN}/*"]),
    allow(
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:GetLogEvents", "logs:PutLogEvents"],
        ["arn:aws:logs:eu-west-1:333333333333:log-group:airflow-retail-prod-*"],
    ),
    allow(["cloudwatch:PutMetricData", "logs:DescribeLogGroups", "s3:GetAccountPublicAccessBlock"], ["*"]),
    allow(["sqs:ReceiveMessage", "sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:*:airflow-celery-*"]),
    allow(KEY_ACTIONS, [KEY], Condition=VIA),
)
"""The statements of the MWAA user guide, with a customer's key."""

FOREIGN_KEYS = {
    "Effect": "Allow",
    "Action": KEY_ACTIONS,
    "NotResource": ["arn:aws:kms:*:333333333333:key/*"],
    "Condition": VIA_SQS,
}
"""The key statement of the guide where AWS owns the key."""

BUCKET = planned("module.bucket.aws_s3_bucket.this", bucket=BUCKET_NAME, id=BUCKET_NAME, force_destroy=False)

DENY_PLAIN = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [BUCKET_ARN, f"{BUCKET_ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def bucket_policy(*statements: dict[str, Any]) -> Planned:
    """The policy of the environment's bucket."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return planned("module.bucket.aws_s3_bucket_policy.this", bucket=BUCKET_NAME, policy=policy)


def bucket_encryption(key: str | None) -> Planned:
    """The encryption of the environment's bucket."""
    by = {"kms_master_key_id": key, "sse_algorithm": "aws:kms" if key else "AES256"}
    rule = [{"apply_server_side_encryption_by_default": [by], "bucket_key_enabled": key is not None}]
    address = "module.bucket.aws_s3_bucket_server_side_encryption_configuration.this"
    return planned(address, bucket=BUCKET_NAME, rule=rule)


def lifecycle(**rule: Any) -> Planned:
    """One lifecycle rule of the environment's bucket."""
    whole = {"id": "one", "status": "Enabled", "filter": [{"prefix": ""}], "prefix": "", "transition": [], **rule}
    address = "module.bucket.aws_s3_bucket_lifecycle_configuration.this"
    return planned(address, bucket=BUCKET_NAME, rule=[whole])


GROUP = planned("module.security_group[0].aws_security_group.this", name="retail-prod-mwaa", id=GROUP_ID, ingress=[])
RULE = planned(
    "module.security_group[0].aws_vpc_security_group_ingress_rule.self",
    security_group_id=GROUP_ID,
    referenced_security_group_id=GROUP_ID,
    cidr_ipv4=None,
    cidr_ipv6=None,
    prefix_list_id=None,
    ip_protocol="-1",
    from_port=None,
    to_port=None,
)
OPEN_RULE = RULE.but(referenced_security_group_id=None, cidr_ipv4="10.30.0.0/16", ip_protocol="tcp")
CLASSIC = planned(
    "aws_security_group_rule.this",
    type="ingress",
    security_group_id=GROUP_ID,
    self=True,
    cidr_blocks=None,
    ipv6_cidr_blocks=None,
    prefix_list_ids=None,
    protocol="-1",
    from_port=0,
    to_port=0,
)
ENDPOINT = planned(
    'module.network[0].aws_vpc_endpoint.interface["sqs"]',
    vpc_endpoint_type="Interface",
    service_name="com.amazonaws.eu-west-1.sqs",
    private_dns_enabled=True,
    security_group_ids=[ENDPOINTS_ID],
)
HTTPS = planned(
    "module.network[0].aws_vpc_security_group_ingress_rule.endpoints_https[0]",
    security_group_id=ENDPOINTS_ID,
    referenced_security_group_id=None,
    cidr_ipv4="10.30.0.0/16",
    cidr_ipv6=None,
    prefix_list_id=None,
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
)


def inline(**changes: Any) -> Planned:
    """The group with one rule of its own, as a refreshed plan shows every rule."""
    rule = {"cidr_blocks": [], "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": True}
    ports = {"protocol": "-1", "from_port": 0, "to_port": 0}
    return GROUP.but(ingress=[{**rule, **ports, **changes}])


SUBNETS = tuple(
    planned(f'module.network[0].aws_subnet.private["{zone}"]', availability_zone=zone, map_public_ip_on_launch=False)
    for zone in ("eu-west-1a", "eu-west-1b")
)


def nat(zone: str) -> Planned:
    """A NAT gateway."""
    return planned(f'module.network[0].aws_nat_gateway.this["{zone}"]', connectivity_type="public")


KMS_KEY = planned("module.kms[0].aws_kms_key.this", deletion_window_in_days=30, enable_key_rotation=True)
ALARM = planned(
    "module.monitoring.aws_cloudwatch_metric_alarm.this",
    alarm_name="retail-prod-queued-tasks",
    alarm_actions=["arn:aws:sns:eu-west-1:333333333333:alarms"],
)
