"""What is wrong with everything around the MWAA environment."""

from __future__ import annotations

from unit.broken_configurations.case import Case, Expected, case

ACCOUNT = "arn:aws:kms:eu-west-1:111111111111:"
KEY_ID = "12345678-1234-1234-1234-123456789012"
KEY = f"{ACCOUNT}key/{KEY_ID}"

CASES: tuple[Case, ...] = (
    case(
        "account-without-quotes", 'account_id: 111111111111  #! account_id | in quotes | account_id: "111111111111"\n'
    ),
    case("account-leading-zero", 'account_id: 011111111111  #! account_id | account_id: "011111111111"\n'),
    case("account-short", 'account_id: "1111"  #! account_id | 12 digits\n'),
    case("account-hyphens", 'account_id: "1111-1111-1111"  #! account_id | 12\n'),
    case("region-is-a-zone", "region: eu-west-1a  #! region | leave out its last letter\n"),
    case("region-norway", "region: no  #! region | eu-west-1\n"),
    case("region-list", "region: [eu-west-1]  #! region | must be text\n"),
    case("project-capitals", "project: Retail  #! project | small letters\n"),
    case("project-underscore", "project: retail_etl  #! project | use - instead of _\n"),
    case("project-long", "project: retail-analytics-and-reporting  #! project | state bucket\n"),
    case(
        "project-longer",
        "project: retail-analytics-and-reports-of-all  #! project | bucket name #! project | state bucket\n",
    ),
    case("protected-yes", "protected: yes  #! protected | true or false | write true\n"),
    case("protected-number", "protected: 1  #! protected | true or false\n"),
    case("tags-list", "tags: [owner]  #! tags | map\n"),
    case("tag-number", 'tags:\n  cost-center: 4711  #! tags.cost-center | cost-center: "4711"\n'),
    case("tag-aws", "tags:\n  aws:owner: me  #! tags.aws:owner | aws:\n"),
    case("tag-character", "tags:\n  owner: me & you  #! tags.owner | letters\n"),
    case("tag-empty", 'tags:\n  owner: ""  #! tags.owner | 1 to 256\n'),
    case("tag-reserved", "tags:\n  project: x  #! tags.project | added to every resource\n"),
    case("tag-twice", "tags:\n  Owner: a\n  owner: b  #! tags.owner | differs from Owner only in capitals\n"),
    case("tags-many", "tags:  #! tags | 48 tags | at most 47\n" + "".join(f"  k{i}: v\n" for i in range(48))),
    case("key-alias", "encryption:\n  kms_key: alias/mwaa  #! encryption.kms_key | alias | aws_owned\n"),
    case("key-alias-arn", f"encryption:\n  kms_key: {ACCOUNT}alias/mwaa  #! encryption.kms_key | alias\n"),
    case(
        "key-multi-region",
        f"encryption:\n  kms_key: {ACCOUNT}key/mrk-1234  #! encryption.kms_key | multi-Region\n",
    ),
    case("key-id-alone", f"encryption:\n  kms_key: {KEY_ID}  #! encryption.kms_key | whole ARN\n"),
    case(
        "key-elsewhere",
        f"encryption:\n  kms_key: {KEY.replace('eu-west', 'us-west')}  #! encryption.kms_key | us-west-1\n",
    ),
    case("key-word", "encryption:\n  kms_key: true  #! encryption.kms_key | must be text\n"),
    case(
        "deletion-window",
        "encryption:\n  deletion_window_in_days: 3  #! encryption.deletion_window_in_days | 7 to 30\n",
    ),
    case("bucket-capitals", "bucket:\n  name: Retail  #! bucket.name | small letters\n"),
    case("bucket-dots", "bucket:\n  name: retail.example.com  #! bucket.name | TLS\n"),
    case("bucket-short", "bucket:\n  name: ab  #! bucket.name | 3 to 63\n"),
    case("bucket-long", f"bucket:\n  name: {'b' * 64}  #! bucket.name | 64 characters\n"),
    case("bucket-reserved", "bucket:\n  name: retail-s3alias  #! bucket.name | S3 reserves\n"),
    case("bucket-uri", "bucket:\n  name: s3://retail  #! bucket.name | no name of a bucket\n"),
    case(
        "expiry",
        "bucket:\n  noncurrent_version_expiration_days: 0  #! bucket.noncurrent_version_expiration_days | 1 to 36500\n",
    ),
    case(
        "protected-but-emptied",
        "protected: true\nbucket:\n  force_destroy: true  #! bucket.force_destroy | protected\n",
    ),
    case(
        "artifact-outside",
        "artifacts:\n  requirements: ../requirements.txt  #! artifacts.requirements | in this repository\n",
    ),
    case("artifact-absolute", "artifacts:\n  dags: /dags  #! artifacts.dags | leading /\n"),
    case("artifact-backslash", "artifacts:\n  dags: dags\\etl  #! artifacts.dags | use /\n"),
    case(
        "artifact-missing",
        "artifacts:\n  requirements: dags/req.txt  #! artifacts.requirements | no file | null for none\n",
    ),
    case("artifact-folder", "artifacts:\n  startup_script: dags  #! artifacts.startup_script | is a folder\n"),
    case(
        "service-unknown",
        "execution_role:\n  services:\n    gleu: {}  #! execution_role.services.gleu | did you mean glue?\n",
    ),
    case(
        "service-incomplete",
        "execution_role:\n  services:\n    sns: {}  #! execution_role.services.sns.topics | is required\n",
    ),
    case(
        "service-without-resources",
        """
        execution_role:
          services:
            s3: {}  #! execution_role.services.s3 | at least one of read, write
            redshift_data: {secret_arns: []}  #! execution_role.services.redshift_data | clusters, workgroups
        """,
    ),
    case(
        "service-names",
        """
        execution_role:
          services:
            lambda:
              functions: ["*"]  #! execution_role.services.lambda.functions[0] | a name
            s3:
              read: [s3://lake/raw]  #! execution_role.services.s3.read[0] | leave out s3://
            glue:
              role_arns: [glue-role]  #! execution_role.services.glue.role_arns[0] | arn:aws:iam
            sns:
              topics: []  #! execution_role.services.sns.topics | 1 to 100 names
        """,
    ),
    case(
        "boundary",
        "execution_role:\n  permissions_boundary: Developer  #! execution_role.permissions_boundary | an ARN\n",
    ),
    case(
        "policy-missing",
        "execution_role:\n  policy_files: [p.json]  #! execution_role.policy_files[0] | no file p.json\n",
    ),
    Case(
        "policy-no-json",
        {"envs/dev.yaml": b"extends: _base\nexecution_role:\n  policy_files: [p.json]\n", "p.json": b"{"},
        (Expected("envs/dev.yaml", 3, "execution_role.policy_files[0]", ("is not JSON",)),),
    ),
    case("email", "monitoring:\n  notification_emails: [ops]  #! monitoring.notification_emails[0] | e-mail address\n"),
    case(
        "topic-elsewhere",
        "monitoring:\n"
        "  notification_topic_arn: arn:aws:sns:us-east-1:111111111111:x  #! monitoring.notification_topic_arn | us-\n",
    ),
    case(
        "topic-and-emails",
        """
        monitoring:
          notification_emails: [ops@example.com]  #! monitoring.notification_emails | keep one
          notification_topic_arn: arn:aws:sns:eu-west-1:111111111111:ops
        """,
    ),
    case(
        "threshold",
        "monitoring:\n  queued_tasks_threshold: many  #! monitoring.queued_tasks_threshold | whole number\n",
    ),
    case(
        "existing-bucket-with-what-is-for-a-new-one",
        """
        bucket:
          existing: their.bucket
          name: mine  #! bucket.name | cannot go with existing | name: null
          access_log_bucket: logs-of-all  #! bucket.access_log_bucket | cannot go with existing
          force_destroy: true  #! bucket.force_destroy | neither empties nor deletes it
        """,
    ),
    case("existing-bucket-by-its-arn", "bucket: {existing: 'arn:aws:s3:::x'}  #! bucket.existing | not its ARN\n"),
    case(
        "existing-role-with-what-is-for-a-new-one",
        """
        retail: null
        execution_role:
          existing: arn:aws:iam::999999999999:role/theirs  #! execution_role.existing | account 999999999999
          services: {sns: {topics: [mine]}}  #! execution_role.services | where the role is made
        """,
    ),
    case(
        "sample-with-an-existing-role",
        """
        execution_role: {existing: "arn:aws:iam::111111111111:role/theirs"}
        retail: {}  #! retail | write retail: null
        """,
    ),
    case(
        "artifact-twice",
        """
        mwaa:
          requirements_s3_path: r.txt  #! mwaa.requirements_s3_path | artifacts.requirements: null
          plugins_s3_object_version: v1  #! mwaa.plugins_s3_object_version | plugins_s3_path is not set
        artifacts:
          requirements: no.txt  #! artifacts.requirements | no file
        """,
    ),
)
