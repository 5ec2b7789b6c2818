"""Rules of the network."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from mwaactl.model.environment import Environment
from mwaactl.model.finding import Finding
from mwaactl.model.network import REQUIRED_ENDPOINTS

_PRIVATE = tuple(ip_network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
"""RFC 1918 and RFC 6598."""


def new_or_existing(environment: Environment) -> Iterator[Finding]:
    network = environment.network
    for field in ("vpc_cidr", "availability_zones"):
        value = getattr(network, field)
        if network.existing and value is not None:
            yield Finding(("network", field), "cannot go with existing", hint=f"remove it, or write {field}: null")
        elif not network.existing and value is None:
            hint = "10.20.0.0/16" if field == "vpc_cidr" else "[eu-west-1a, eu-west-1b]"
            message = "is required where the VPC is new"
            yield Finding(
                ("network", field), message, hint=f"such as {field}: {hint}; or bring a VPC in network.existing"
            )


def zones(environment: Environment) -> Iterator[Finding]:
    for index, zone in enumerate(environment.network.availability_zones or ()):
        if zone[:-1] != environment.region:
            allowed = f"zones of {environment.region}, such as {environment.region}a"
            yield Finding(("network", "availability_zones", index), f"is not in {environment.region}", allowed=allowed)


def private_routing(environment: Environment) -> Iterator[Finding]:
    network, path = environment.network, ("network", "interface_endpoints")
    if "s3" in network.interface_endpoints:
        message = "s3 is not needed: every VPC gets the gateway endpoint of S3, which is free"
        yield Finding(path, message, is_warning=True)
    if network.existing or network.nat_gateways != "none":
        return
    # The cn partition has no airflow.ops (awslabs/aws-support-tools, verify_env).
    needed = [
        name for name in REQUIRED_ENDPOINTS if not (name == "airflow.ops" and environment.region.startswith("cn-"))
    ]
    missing = [name for name in needed if name not in network.interface_endpoints]
    if missing:
        message = f"lacks {', '.join(missing)}: without NAT gateways MWAA reaches its services through endpoints only"
        yield Finding(path, message, allowed=f"at least {', '.join(needed)}", hint="or set nat_gateways: single")


def task_api(environment: Environment) -> Iterator[Finding]:
    """From Airflow 3 on workers report to the web server; a public one is out of reach without internet."""
    if environment.airflow_major < 3 or environment.mwaa.webserver_access_mode != "PUBLIC_ONLY":
        return
    path = ("mwaa", "webserver_access_mode")
    reason = "workers of Airflow 3 report to the web server, and reach a public one only through the internet"
    if environment.network.existing:
        yield Finding(path, reason, hint="make sure that the subnets have a NAT gateway", is_warning=True)
    elif environment.network.nat_gateways == "none":
        message = f"fails every task where nat_gateways is none: {reason}"
        yield Finding(path, message, allowed="PRIVATE_ONLY", hint="or set network.nat_gateways: single")


def customer_endpoints(environment: Environment) -> Iterator[Finding]:
    if environment.mwaa.endpoint_management == "CUSTOMER":
        message = "creation waits in PENDING, at most 72 hours, until you have made the VPC endpoints it names"
        yield Finding(("mwaa", "endpoint_management"), message, hint="SERVICE makes them itself", is_warning=True)


def requirements_offline(environment: Environment) -> Iterator[Finding]:
    network = environment.network
    if environment.artifacts.requirements and not network.existing and network.nat_gateways == "none":
        message = "pip has no internet here: requirements must be wheels in plugins.zip, and --constraint a file"
        yield Finding(("artifacts", "requirements"), message, is_warning=True)


def private_range(environment: Environment) -> Iterator[Finding]:
    block = environment.network.vpc_cidr
    if block and not any(ip_network(block).subnet_of(private) for private in _PRIVATE):  # type: ignore[arg-type]
        message = "is no private range: addresses of the internet in it are out of reach"
        yield Finding(
            ("network", "vpc_cidr"), message, hint="10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16", is_warning=True
        )
