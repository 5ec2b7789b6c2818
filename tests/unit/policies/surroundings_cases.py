"""Cases of role, bucket, network, key and alarms."""

from __future__ import annotations

from unit.policies.case import fine, untold, wrong
from unit.policies.plans import context, planned, protected
from unit.policies.samples import (
    ALARM,
    BUCKET,
    BUCKET_ARN,
    CLASSIC,
    DENY_PLAIN,
    DOCUMENTED,
    ENDPOINT,
    ENVIRONMENT,
    FOREIGN_KEYS,
    GROUP,
    HTTPS,
    KEY,
    KEY_ACTIONS,
    KMS_KEY,
    NEW_ENVIRONMENT,
    OPEN_RULE,
    OTHER_KEY,
    ROLE,
    RULE,
    SUBNETS,
    allow,
    bucket_encryption,
    bucket_policy,
    inline,
    lifecycle,
    nat,
    role_policy,
    trust,
)

POLICY = ("policy",)
OWNER = {"StringEquals": {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}}
OWN_POLICY = planned(
    'module.iam.aws_iam_policy.own["x"]', name="own", policy=role_policy(allow("s3:*")).values["policy"]
)
ATTACHED = planned('module.iam.aws_iam_role_policy_attachment.own["x"]', role=ROLE.values["name"]).referring(
    policy_arn="aws_iam_policy.own.arn"
)
OTHER_ROLE = ROLE.but(name="flow-logs", assume_role_policy=trust("vpc-flow-logs.amazonaws.com"))

IAM = (
    fine(9, "documented", role_policy(*DOCUMENTED), ROLE, ENVIRONMENT),
    fine(9, "documented, AWS owns the key", role_policy(FOREIGN_KEYS), ROLE),
    wrong(9, "all of a service", role_policy(allow("s3:*")), ROLE, keys=POLICY),
    wrong(9, "everything", role_policy(allow("*")), ROLE, keys=POLICY),
    wrong(9, "some of a service", role_policy(allow(["glue:Get*"])), ROLE, keys=POLICY),
    wrong(
        9, "documented, but on all buckets", role_policy(allow("s3:GetObject*", "arn:aws:s3:::*")), ROLE, keys=POLICY
    ),
    wrong(
        9,
        "documented, but on two buckets",
        role_policy(allow("s3:List*", [BUCKET_ARN, "arn:aws:s3:::other"])),
        ROLE,
        keys=POLICY,
    ),
    wrong(9, "documented, but not through a service", role_policy(allow(KEY_ACTIONS, KEY)), ROLE, keys=POLICY),
    wrong(
        9, "all but", role_policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": BUCKET_ARN}), ROLE, keys=POLICY
    ),
    wrong(9, "own policy", OWN_POLICY, ATTACHED, ROLE, keys=POLICY),
    wrong(
        9,
        "found in the state of the role",
        ROLE.but(inline_policy=[{"name": "x", "policy": role_policy(allow("sqs:*")).values["policy"]}]),
        ENVIRONMENT,
        keys=("inline_policy/[0]/policy",),
    ),
    fine(9, "denied", role_policy({"Effect": "Deny", "Action": "*", "Resource": "*"}), ROLE),
    wrong(9, "role by reference", role_policy(allow("s3:*")).referring(role="aws_iam_role.this.id"), ROLE, keys=POLICY),
    untold(9, "another role", role_policy(allow("s3:*")).but(role="flow-logs"), OTHER_ROLE, ENVIRONMENT),
    untold(9, "known after apply", role_policy(allow("s3:*")).without("policy"), ROLE),
    untold(9, "not attached", OWN_POLICY, ROLE),
    fine(10, "documented", role_policy(*DOCUMENTED), ROLE, ENVIRONMENT),
    fine(10, "documented, AWS owns the key", role_policy(FOREIGN_KEYS), ROLE),
    fine(10, "own statements", role_policy(allow("redshift-data:DescribeStatement", "*", Condition=OWNER)), ROLE),
    fine(10, "names that end with *", role_policy(allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:retail-*")), ROLE),
    fine(10, "all in a bucket", role_policy(allow("s3:GetObject", "arn:aws:s3:::raw/*")), ROLE),
    wrong(10, "one more", role_policy(allow(["logs:DescribeLogGroups", "s3:ListBucket"], "*")), ROLE, keys=POLICY),
    wrong(10, "statements of all", role_policy(allow("redshift-data:DescribeStatement", "*")), ROLE, keys=POLICY),
    wrong(10, "all buckets", role_policy(allow("s3:GetObject", ["arn:aws:s3:::*/*"])), ROLE, keys=POLICY),
    wrong(
        10,
        "all tables",
        role_policy(allow("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/*")),
        ROLE,
        keys=POLICY,
    ),
    wrong(10, "all keys", role_policy({**FOREIGN_KEYS, "Condition": {}}), ROLE, keys=POLICY),
    wrong(
        10, "all but", role_policy({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "x"}), ROLE, keys=POLICY
    ),
    untold(10, "known after apply", role_policy(allow("s3:*")).without("policy"), ROLE),
    fine(11, "the two", ROLE),
    wrong(
        11,
        "a third",
        ROLE.but(
            assume_role_policy=trust("airflow.amazonaws.com", "airflow-env.amazonaws.com", "lambda.amazonaws.com")
        ),
        keys=("assume_role_policy",),
    ),
    wrong(11, "one", ROLE.but(assume_role_policy=trust("airflow-env.amazonaws.com")), keys=("assume_role_policy",)),
    wrong(
        11,
        "an account",
        ROLE.but(
            assume_role_policy=trust("airflow.amazonaws.com", "airflow-env.amazonaws.com", AWS="arn:aws:iam::1:root")
        ),
        keys=("assume_role_policy",),
    ),
    wrong(
        11,
        "others, named by the environment",
        ROLE.but(assume_role_policy=trust(AWS="*")),
        ENVIRONMENT,
        keys=("assume_role_policy",),
    ),
    wrong(
        11,
        "others, called like ours",
        ROLE.but(assume_role_policy=trust("ec2.amazonaws.com")),
        NEW_ENVIRONMENT,
        keys=("assume_role_policy",),
    ),
    untold(11, "another role", OTHER_ROLE, ENVIRONMENT),
    untold(11, "known after apply", ROLE.without("assume_role_policy"), ENVIRONMENT),
)

NEW_RULE = RULE.referring(
    security_group_id="aws_security_group.this.id", referenced_security_group_id="aws_security_group.this.id"
)
NEW_GROUP = GROUP.without("id", "ingress")
NEW_HTTPS = HTTPS.referring(security_group_id="aws_security_group.endpoints[0].id")
NEW_ENDPOINT = ENDPOINT.referring(security_group_ids="aws_security_group.endpoints[0].id")
ANYONE = HTTPS.but(cidr_ipv4="0.0.0.0/0")

NETWORK = (
    fine(12, "itself", RULE, GROUP, ENVIRONMENT),
    fine(12, "itself, before the first apply", NEW_RULE, NEW_GROUP, NEW_ENVIRONMENT),
    wrong(12, "addresses", OPEN_RULE, GROUP, ENVIRONMENT, keys=("cidr_ipv4",)),
    wrong(
        12,
        "another group",
        RULE.but(referenced_security_group_id="sg-other"),
        ENVIRONMENT,
        keys=("referenced_security_group_id",),
    ),
    wrong(
        12, "a prefix list", OPEN_RULE.but(cidr_ipv4=None, prefix_list_id="pl-1"), ENVIRONMENT, keys=("prefix_list_id",)
    ),
    wrong(
        12,
        "addresses, before the first apply",
        OPEN_RULE.referring(security_group_id="aws_security_group.this.id"),
        NEW_GROUP,
        NEW_ENVIRONMENT,
        keys=("cidr_ipv4",),
    ),
    wrong(
        12,
        "another group, before the first apply",
        NEW_RULE.referring(referenced_security_group_id="aws_security_group.other.id"),
        NEW_GROUP,
        NEW_ENVIRONMENT,
        keys=("referenced_security_group_id",),
    ),
    fine(12, "itself, classic rule", CLASSIC, ENVIRONMENT),
    wrong(
        12,
        "addresses, classic rule",
        CLASSIC.but(self=False, cidr_blocks=["10.0.0.0/8"]),
        ENVIRONMENT,
        keys=("cidr_blocks",),
    ),
    untold(12, "egress, classic rule", CLASSIC.but(type="egress", cidr_blocks=["0.0.0.0/0"]), ENVIRONMENT),
    fine(12, "itself, inline", inline(), ENVIRONMENT),
    wrong(
        12,
        "addresses, inline",
        inline(self=False, cidr_blocks=["0.0.0.0/0"]),
        ENVIRONMENT,
        keys=("ingress/[0]/cidr_blocks",),
    ),
    fine(12, "endpoints, HTTPS from inside", HTTPS, ENDPOINT, ENVIRONMENT),
    fine(12, "endpoints, before the first apply", NEW_HTTPS, NEW_ENDPOINT, NEW_ENVIRONMENT),
    wrong(12, "endpoints, anyone", ANYONE, ENDPOINT, ENVIRONMENT, keys=("cidr_ipv4",)),
    wrong(12, "endpoints, all ports", HTTPS.but(from_port=0, to_port=65535), ENDPOINT, keys=("from_port", "to_port")),
    untold(
        12, "a group of others", RULE.but(security_group_id="sg-9", referenced_security_group_id="sg-8"), ENVIRONMENT
    ),
    untold(12, "source known after apply", RULE.without("referenced_security_group_id"), ENVIRONMENT),
    fine(17, "on", ENDPOINT),
    wrong(17, "off", ENDPOINT.but(private_dns_enabled=False), keys=("private_dns_enabled",)),
    untold(17, "gateway", ENDPOINT.but(vpc_endpoint_type="Gateway", private_dns_enabled=False)),
    untold(
        17,
        "service of others",
        ENDPOINT.but(service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-1", private_dns_enabled=False),
    ),
    untold(17, "known after apply", ENDPOINT.without("private_dns_enabled")),
    fine(28, "one in each zone", nat("eu-west-1a"), nat("eu-west-1b"), *SUBNETS, as_of=protected()),
    wrong(28, "one for both zones", nat("eu-west-1a"), *SUBNETS, as_of=protected()),
    untold(28, "not protected", nat("eu-west-1a"), *SUBNETS),
    untold(28, "subnets are elsewhere", nat("eu-west-1a"), as_of=protected()),
)

BY_AGE = [{"days": 30, "date": None, "expired_object_delete_marker": False}]
MARKERS = [{"days": 0, "date": None, "expired_object_delete_marker": True}]
NEW_BUCKET = BUCKET.without("id")
NEW_LIFECYCLE = lifecycle(expiration=BY_AGE).referring(bucket="aws_s3_bucket.this.id")
OTHER_BUCKET = BUCKET.but(bucket="logs", id="logs")
SSE_KEY = ("rule/[0]/apply_server_side_encryption_by_default/[0]/kms_master_key_id",)
ELSEWHERE = context(bucket={"name": "elsewhere"})

BUCKETS = (
    fine(15, "refused", bucket_policy(DENY_PLAIN), BUCKET, ENVIRONMENT),
    fine(15, "the bucket has one", BUCKET, bucket_policy(DENY_PLAIN), ENVIRONMENT),
    wrong(15, "not refused", bucket_policy(allow("s3:GetObject")), BUCKET, ENVIRONMENT, keys=POLICY),
    wrong(
        15,
        "refused for objects only",
        bucket_policy({**DENY_PLAIN, "Resource": f"{BUCKET_ARN}/*"}),
        BUCKET,
        ENVIRONMENT,
        keys=POLICY,
    ),
    wrong(
        15,
        "refused with TLS",
        bucket_policy({**DENY_PLAIN, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
        BUCKET,
        keys=POLICY,
    ),
    wrong(
        15,
        "refused to one",
        bucket_policy({**DENY_PLAIN, "Principal": {"AWS": "arn:aws:iam::1:root"}}),
        BUCKET,
        keys=POLICY,
    ),
    wrong(15, "no policy", BUCKET, ENVIRONMENT),
    untold(15, "another bucket", bucket_policy().but(bucket="logs"), OTHER_BUCKET, ENVIRONMENT),
    untold(15, "known after apply", bucket_policy().without("policy"), BUCKET, ENVIRONMENT),
    fine(16, "the same", bucket_encryption(KEY), BUCKET, ENVIRONMENT),
    fine(16, "the same, by its id", bucket_encryption(KEY.rpartition("/")[2]), BUCKET, ENVIRONMENT),
    fine(16, "neither has one", bucket_encryption(None), BUCKET, ENVIRONMENT.but(kms_key=None)),
    wrong(16, "another", bucket_encryption(OTHER_KEY), BUCKET, ENVIRONMENT, keys=SSE_KEY),
    wrong(16, "none", bucket_encryption(None), BUCKET, ENVIRONMENT, keys=SSE_KEY),
    wrong(16, "none, one is made", bucket_encryption(None), BUCKET, NEW_ENVIRONMENT, keys=SSE_KEY),
    wrong(16, "the environment has none", bucket_encryption(KEY), BUCKET, ENVIRONMENT.but(kms_key=""), keys=SSE_KEY),
    untold(16, "both are made", bucket_encryption(KEY).but(rule=[{}]), BUCKET, NEW_ENVIRONMENT),
    untold(16, "another bucket", bucket_encryption(None), BUCKET, NEW_ENVIRONMENT, as_of=ELSEWHERE),
    fine(29, "kept", BUCKET, as_of=protected()),
    wrong(29, "emptied", BUCKET.but(force_destroy=True), keys=("force_destroy",), as_of=protected()),
    untold(29, "not protected", BUCKET.but(force_destroy=True)),
    untold(29, "known after apply", BUCKET.without("force_destroy"), as_of=protected()),
    fine(32, "leftovers only", lifecycle(expiration=MARKERS), BUCKET, ENVIRONMENT),
    wrong(32, "by age", lifecycle(expiration=BY_AGE), BUCKET, ENVIRONMENT, keys=("rule/[0]/expiration/[0]/days",)),
    wrong(
        32,
        "by age, before the first apply",
        NEW_LIFECYCLE,
        NEW_BUCKET,
        NEW_ENVIRONMENT,
        keys=("rule/[0]/expiration/[0]/days",),
    ),
    wrong(
        32,
        "archived",
        lifecycle(transition=[{"days": 90, "storage_class": "GLACIER"}], filter=[{"prefix": "dags/"}]),
        BUCKET,
        ENVIRONMENT,
        keys=("rule/[0]/transition/[0]/storage_class",),
    ),
    fine(32, "elsewhere", lifecycle(expiration=BY_AGE, filter=[{"prefix": "results/"}]), BUCKET, ENVIRONMENT),
    fine(32, "disabled", lifecycle(expiration=BY_AGE, status="Disabled"), BUCKET, ENVIRONMENT),
    untold(32, "another bucket", lifecycle(expiration=BY_AGE).but(bucket="logs"), OTHER_BUCKET, ENVIRONMENT),
    untold(32, "known after apply", lifecycle().without("rule"), BUCKET, ENVIRONMENT),
)

UPKEEP = (
    fine(30, "30 days", KMS_KEY, as_of=protected()),
    fine(30, "not set", KMS_KEY.but(deletion_window_in_days=None), as_of=protected()),
    wrong(30, "13 days", KMS_KEY.but(deletion_window_in_days=13), keys=("deletion_window_in_days",), as_of=protected()),
    fine(30, "14 days", KMS_KEY.but(deletion_window_in_days=14), as_of=protected()),
    untold(30, "not protected", KMS_KEY.but(deletion_window_in_days=7)),
    fine(31, "somebody", ALARM, as_of=protected()),
    wrong(31, "nobody", ALARM.but(alarm_actions=[]), keys=("alarm_actions",), as_of=protected()),
    wrong(31, "not set", ALARM.but(alarm_actions=None), keys=("alarm_actions",), as_of=protected()),
    untold(31, "known after apply", ALARM.without("alarm_actions"), as_of=protected()),
    untold(31, "not protected", ALARM.but(alarm_actions=[])),
)


CASES = (*IAM, *NETWORK, *BUCKETS, *UPKEEP)
