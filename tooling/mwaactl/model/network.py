"""A new VPC, or an existing one."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from mwaactl.model.fields import Distinct, OneOf, Pattern, RetentionInDays, Section, refused

REQUIRED_ENDPOINTS = ("airflow.api", "airflow.env", "airflow.ops", "kms", "logs", "monitoring", "sqs")
"""Interface endpoints that MWAA needs where there is no NAT gateway (guide, "Required VPC endpoints").

The S3 gateway endpoint is always made: it is free.
"""

LARGEST_PREFIX, SMALLEST_PREFIX = 16, 24
"""Amazon VPC takes /16 to /28; two public and two private subnets with room for workers need a /24."""


_CIDR_ALLOWED = f"an IPv4 block from /{LARGEST_PREFIX} to /{SMALLEST_PREFIX}, such as 10.20.0.0/16"


def _vpc_cidr(value: str) -> str:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise refused("is no CIDR block", allowed=_CIDR_ALLOWED) from None
    if not isinstance(network, IPv4Network) or "/" not in value:
        raise refused("is no IPv4 block", allowed=_CIDR_ALLOWED)
    if not LARGEST_PREFIX <= network.prefixlen <= SMALLEST_PREFIX:
        raise refused(f"is a /{network.prefixlen}", allowed=_CIDR_ALLOWED)
    if str(network) != value:
        raise refused("has bits set after the prefix", allowed=_CIDR_ALLOWED, hint=f"did you mean {network}?")
    return value


VpcCidr = Annotated[
    str,
    AfterValidator(_vpc_cidr),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^\d+\.\d+\.\d+\.\d+/({'|'.join(map(str, range(LARGEST_PREFIX, SMALLEST_PREFIX + 1)))})$",
            "patternErrorMessage": _CIDR_ALLOWED,
        }
    ),
]

AvailabilityZone = Annotated[
    str,
    Pattern(
        r"[a-z]{2}(-[a-z]+)+-\d[a-z]",
        "the name of an Availability Zone, such as eu-west-1a",
        32,
        (("-az", "that is a zone's ID; write its name"),),
    ),
]

EndpointService = Annotated[
    str,
    Pattern(
        r"[a-z0-9]+([.-][a-z0-9]+)*",
        "the part after com.amazonaws.REGION, such as logs or airflow.api",
        64,
        (("com.amazonaws", "leave out com.amazonaws and the Region"),),
    ),
]


SubnetId = Annotated[str, Pattern(r"subnet-[0-9a-f]{8,17}", "subnet- and 8 or 17 hexadecimal digits")]


class ExistingNetwork(Section):
    """A VPC that somebody else made."""

    vpc_id: Annotated[str, Pattern(r"vpc-[0-9a-f]{8,17}", "vpc- and 8 or 17 hexadecimal digits")] = Field(
        description="The VPC."
    )
    subnet_ids: Annotated[
        tuple[SubnetId, ...],
        Distinct(2, 2, "subnets"),
    ] = Field(description="Two private subnets in different zones. Cannot be changed later.")
    security_group_ids: Annotated[
        tuple[Annotated[str, Pattern(r"sg-[0-9a-f]{8,17}", "sg- and 8 or 17 hexadecimal digits")], ...],
        Distinct(0, 5, "security groups"),
    ] = Field((), description="Security groups; none = one that refers to itself is made.")


class Network(Section):
    """Where the environment runs."""

    vpc_cidr: VpcCidr | None = Field(
        None, description="Address range of the new VPC. It may not overlap any other environment's."
    )
    availability_zones: Annotated[tuple[AvailabilityZone, ...], Distinct(2, 2, "Availability Zones")] | None = Field(
        None, description="Two zones of the Region."
    )
    nat_gateways: Annotated[str, OneOf(("none", "single", "per_az"))] = Field(
        "single", description="How private subnets reach the internet: not, by one NAT gateway, or by one in each zone."
    )
    interface_endpoints: Annotated[tuple[EndpointService, ...], Distinct(0, 50, "endpoints")] = Field(
        (), description="Services reached without the internet. Without NAT gateways MWAA needs seven of them."
    )
    flow_logs_retention_in_days: RetentionInDays = Field(365, description="How long VPC flow logs are kept, in days.")
    existing: ExistingNetwork | None = Field(None, description="An existing VPC instead of a new one.")
