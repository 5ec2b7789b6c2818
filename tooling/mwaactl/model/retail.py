"""The sample pipeline: what dags/daily_retail_etl.py needs in AWS."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from mwaactl.model.fields import Distinct, Pattern, Section, refused
from mwaactl.model.monitoring import EmailAddress
from mwaactl.model.network import SubnetId

DATABASE = "retail"

DatabaseName = Annotated[
    str,
    Pattern(
        r"[a-z][a-z0-9_]*",
        "small letters, digits and underscores that begin with a letter, such as retail",
        64,
        (("[A-Z]", "use small letters"), ("-", "use _ instead of -")),
    ),
]


def _whole_steps(value: int) -> int:
    """RPUs come in steps of 8 (Amazon Redshift Management Guide, "Compute capacity for Amazon Redshift Serverless")."""
    if value % 8:
        raise refused("is no multiple of 8", allowed="8, 16, 24 and so on to 512")
    return value


class Warehouse(Section):
    """Redshift Serverless, private and encrypted as the environment is. It costs while queries run."""

    base_capacity: Annotated[int, AfterValidator(_whole_steps)] = Field(
        8, ge=8, le=512, description="Capacity in RPUs: 8 to 512 in steps of 8."
    )
    database: DatabaseName = Field(DATABASE, description="Name of the database.")
    subnet_ids: Annotated[tuple[SubnetId, ...], Distinct(3, 16, "subnets")] = Field(
        description="Subnets of the environment's VPC in three zones: AWS wants one more than MWAA has."
    )


class Retail(Section):
    """A Glue job and a topic, which cost nothing while nothing runs, and a warehouse where it is wanted."""

    notification_emails: Annotated[tuple[EmailAddress, ...], Distinct(0, 50, "addresses")] = Field(
        (), description="Addresses that hear about every run. Each has to confirm once."
    )
    redshift: Warehouse | None = Field(None, description="Redshift Serverless to load into; null for none.")
