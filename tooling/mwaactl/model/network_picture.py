"""What the network of an environment consists of, for a drawing: as its YAML has it and modules/network makes it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment

PRIVATE_BITS, PUBLIC_BITS, FIRST_PUBLIC = 2, 4, 12
"""modules/network/main.tf: private subnets are quarters, public ones the thirteenth and fourteenth sixteenth."""


@dataclass(frozen=True)
class ZonePicture:
    """One Availability Zone and its subnets: CIDR blocks, or the id of a subnet that somebody else made.

    `name` is None where it is not known. There is a public subnet just where there is a NAT gateway.
    """

    name: str | None
    private_subnet: str
    public_subnet: str | None = None


@dataclass(frozen=True)
class NetworkPicture:
    """The network. In a VPC that somebody else made (`is_existing`) its NAT gateways and endpoints are not known.

    `mwaa_endpoints` are what MWAA needs in the VPC; it makes them itself unless they are ours to make.
    """

    vpc: str
    is_existing: bool
    zones: tuple[ZonePicture, ...]
    nat_gateways: int | None
    interface_endpoints: tuple[str, ...]
    has_s3_endpoint: bool
    mwaa_endpoints: tuple[str, ...]
    are_mwaa_endpoints_ours: bool
    is_web_server_public: bool


def network_picture(environment: Environment) -> NetworkPicture:
    """The network of an environment, whether it is deployed or not."""
    network, mwaa = environment.network, environment.mwaa
    is_public = mwaa.webserver_access_mode == "PUBLIC_ONLY"
    endpoints = ("database",) if is_public else ("database", "web server")
    is_ours = mwaa.endpoint_management == "CUSTOMER"
    if network.existing:
        zones = tuple(ZonePicture(None, subnet) for subnet in network.existing.subnet_ids)
        return NetworkPicture(network.existing.vpc_id, True, zones, None, (), False, endpoints, is_ours, is_public)
    vpc = ip_network(network.vpc_cidr or "")
    private, public = (list(vpc.subnets(bits)) for bits in (PRIVATE_BITS, PUBLIC_BITS))
    names = sorted(network.availability_zones or ())
    count = {"none": 0, "single": 1, "per_az": len(names)}[network.nat_gateways]
    return NetworkPicture(
        str(vpc),
        False,
        tuple(
            ZonePicture(name, str(private[place]), str(public[FIRST_PUBLIC + place]) if place < count else None)
            for place, name in enumerate(names)
        ),
        count,
        tuple(sorted(network.interface_endpoints)),
        True,
        endpoints,
        is_ours,
        is_public,
    )
