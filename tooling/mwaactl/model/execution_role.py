"""What the DAGs may do beyond the statements that MWAA documents: named resources per service, never whole services."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mwaactl.model.fields import Distinct, IamRoleArn, Pattern, RepositoryPath, Section, arn

ResourceName = Annotated[
    str,
    Pattern(r"[A-Za-z0-9_.$/-]+\*?", "a name, which may end with *", 256, ((r"^arn:", "write the name, not the ARN"),)),
]
Names = Annotated[tuple[ResourceName, ...], Distinct(1, 100, "names")]
NamesOrNone = Annotated[tuple[ResourceName, ...], Distinct(0, 100, "names")]
S3Location = Annotated[
    str,
    Pattern(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s*?]*\*?)?",
        "BUCKET or BUCKET/PREFIX/*",
        1024,
        (("^s3:", "leave out s3://"), ("^arn:", "write the bucket's name, not its ARN")),
    ),
]
S3Locations = Annotated[tuple[S3Location, ...], Distinct(0, 100, "locations")]
RoleArns = Annotated[tuple[IamRoleArn, ...], Distinct(0, 50, "roles")]
SecretArn = Annotated[
    str,
    arn(
        "secretsmanager",
        r"secret:[A-Za-z0-9/_+=.@*-]+",
        "the ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME",
    ),
]
PolicyArn = Annotated[
    str,
    arn(
        "iam",
        r"policy/[\w+=,.@/-]+",
        "the ARN of an IAM policy, arn:aws:iam::ACCOUNT:policy/NAME",
        account=r"(\d{12}|aws)",
    ),
]


class Athena(Section):
    workgroups: Names = Field(description="Work groups that may run queries.")


class DynamoDb(Section):
    tables: Names = Field(description="Tables to read and write.")


class EmrServerless(Section):
    application_ids: Names = Field(description="Applications that may run jobs.")
    job_role_arns: Annotated[tuple[IamRoleArn, ...], Distinct(1, 50, "roles")] = Field(description="Roles of the jobs.")


class Glue(Section):
    jobs: NamesOrNone = Field((), description="Jobs to start and watch.")
    crawlers: NamesOrNone = Field((), description="Crawlers to start and watch.")
    role_arns: RoleArns = Field((), description="Roles that may be passed to Glue.")


class Lambda(Section):
    functions: Names = Field(description="Functions to invoke.")


class RedshiftData(Section):
    clusters: NamesOrNone = Field((), description="Clusters to run statements on.")
    workgroups: NamesOrNone = Field((), description="Serverless work groups to run statements on.")
    secret_arns: Annotated[tuple[SecretArn, ...], Distinct(0, 50, "secrets")] = Field(
        (), description="Secrets with database credentials."
    )


class S3(Section):
    read: S3Locations = Field((), description="BUCKET or BUCKET/PREFIX/* to read.")
    write: S3Locations = Field((), description="BUCKET or BUCKET/PREFIX/* to read and write.")


class SecretsManager(Section):
    prefixes: Names = Field(
        description="Prefixes of secrets that Airflow's secrets backend reads, such as airflow/connections."
    )


class Sns(Section):
    topics: Names = Field(description="Topics to publish to.")


class Sqs(Section):
    queues: Names = Field(description="Queues to send to and receive from.")


class StepFunctions(Section):
    state_machines: Names = Field(description="State machines to start and watch.")


class Services(Section):
    """Only those that are named here are allowed at all."""

    athena: Athena | None = None
    dynamodb: DynamoDb | None = None
    emr_serverless: EmrServerless | None = None
    glue: Glue | None = None
    lambda_: Lambda | None = Field(None, alias="lambda")
    redshift_data: RedshiftData | None = None
    s3: S3 | None = None
    secrets_manager: SecretsManager | None = None
    sns: Sns | None = None
    sqs: Sqs | None = None
    step_functions: StepFunctions | None = None


class ExecutionRole(Section):
    """The role that runs the tasks."""

    services: Services = Field(default_factory=Services, description="Named resources per service.")
    policy_files: Annotated[tuple[RepositoryPath, ...], Distinct(0, 10, "files")] = Field(
        (), description="Own IAM policy documents, as JSON files in this repository."
    )
    existing: IamRoleArn | None = Field(
        None, description="ARN of an existing role instead of a new one. What it may do stays as it is."
    )
    permissions_boundary: PolicyArn | None = Field(None, description="ARN of the policy that bounds the role.")
