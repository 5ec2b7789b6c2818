"""One environment: everything that envs/NAME.yaml says, with defaults filled in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mwaactl.model.artifacts import Artifacts
from mwaactl.model.bucket import Bucket
from mwaactl.model.encryption import Encryption
from mwaactl.model.execution_role import ExecutionRole
from mwaactl.model.fields import AccountId, Pattern, Region, Section
from mwaactl.model.monitoring import Monitoring
from mwaactl.model.mwaa import Mwaa
from mwaactl.model.network import Network
from mwaactl.model.policy import Policy
from mwaactl.model.retail import Retail

NAME_PATTERN = r"[a-z]([a-z0-9-]*[a-z0-9])?"

Name = Annotated[
    str,
    Pattern(
        NAME_PATTERN,
        "small letters, digits and hyphens that begin with a letter, such as retail",
        40,
        (("[A-Z]", "use small letters"), ("_", "use - instead of _")),
    ),
]

TagKey = Annotated[
    str,
    Pattern(
        r"(?![aA][wW][sS]:)[\w .:/=+@-]{1,128}",
        "1 to 128 letters, digits, spaces and _.:/=+-@, and not aws: in front",
        128,
        (("(?i)^aws:", "AWS keeps the prefix aws: for itself"),),
    ),
]

TagValue = Annotated[str, Pattern(r"[\w .:/=+@-]{1,256}", "1 to 256 letters, digits, spaces and _.:/=+-@", 256)]


TimeToLive = Annotated[
    str,
    Pattern(
        r"[1-9][0-9]{0,3}[hd]",
        "hours or days, such as 8h or 14d",
        5,
        ((r"^\d+$", "say h for hours or d for days"), (r"(?i)\d+ ?(m|min)", "the shortest is 1h")),
    ),
]


class Environment(Section):
    """Names of AWS resources derive from `project` and `name`: nothing is random, so everything can be found."""

    name: Name = Field(description="The file's name.")
    project: Name = Field(description="First part of every name in AWS.")
    account_id: AccountId = Field(description="AWS account. Credentials of any other account are refused.")
    region: Region = Field(description="AWS Region.")
    protected: bool = Field(False, description="Whether replacing or deleting needs to be asked for by name.")
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict, description="Tags on every resource. project, environment and managed-by are added."
    )
    mwaa: Mwaa = Field(description="The arguments of aws_mwaa_environment.")
    network: Network = Field(default_factory=Network, description="A new VPC, or an existing one.")
    encryption: Encryption = Field(default_factory=Encryption, description="The key of environment, bucket and logs.")
    bucket: Bucket = Field(default_factory=Bucket, description="The bucket of DAGs and artifacts.")
    artifacts: Artifacts = Field(default_factory=Artifacts, description="What goes to the bucket.")
    execution_role: ExecutionRole = Field(default_factory=ExecutionRole, description="What the DAGs may do.")
    ttl: TimeToLive | None = Field(
        None, description="How long the environment may live after its creation, as hours or days: 8h, 14d."
    )
    policy: Policy = Field(default_factory=Policy, description="Caps and budget that the gate holds it to.")
    monitoring: Monitoring = Field(default_factory=Monitoring, description="Alarms and dashboard.")
    retail: Retail | None = Field(None, description="What the sample pipeline needs in AWS; null for none.")

    @property
    def prefix(self) -> str:
        """First part of all names of what is made for it."""
        return f"{self.project}-{self.name}"

    @property
    def mwaa_name(self) -> str:
        """Name of the MWAA environment."""
        return self.mwaa.name or self.prefix

    @property
    def bucket_name(self) -> str:
        made = f"{self.prefix}-mwaa-{self.account_id}-{self.region}"
        return self.bucket.existing or self.bucket.name or made

    @property
    def state_bucket(self) -> str:
        """Bucket of the Terraform state: one for all of a project's environments in an account and Region."""
        return f"{self.project}-terraform-state-{self.account_id}-{self.region}"

    @property
    def state_key(self) -> str:
        return f"{self.project}/{self.name}/terraform.tfstate"

    @property
    def airflow_major(self) -> int:
        return self.mwaa.airflow_major
