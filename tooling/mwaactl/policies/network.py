"""Rules of the network: who may reach the environment, and how it reaches AWS."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final

from mwaactl.errors import Severity
from mwaactl.policies.resource import MWAA, UNKNOWN, Resource
from mwaactl.policies.rule import FINE, UNTOLD, Judgement, Rule, all_of, failed, if_protected, judged, number

GROUP, INGRESS, CLASSIC = "aws_security_group", "aws_vpc_security_group_ingress_rule", "aws_security_group_rule"
ENDPOINT, NAT, SUBNET, VPC = "aws_vpc_endpoint", "aws_nat_gateway", "aws_subnet", "aws_vpc"
GUIDE = "https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-security.html"

SOURCES: Final = {
    INGRESS: ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
    CLASSIC: ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "source_security_group_id"),
    GROUP: ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"),
}
"""Arguments that name who may come in: addresses, prefix lists, other groups."""

NOBODY: Final[tuple[object, ...]] = (None, "", [])

_PARTS = frozenset({*SOURCES, "aws_vpc_security_group_egress_rule"})
_ADDRESSES = frozenset({"cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"})
_GROUPS = frozenset({"referenced_security_group_id", "source_security_group_id", "security_groups"})


@dataclass(frozen=True)
class _Ingress:
    """One rule of a group: `group` and each source as a value or as a reference in the same module."""

    rule: Resource
    group: str
    path: str = ""


def lets_only_itself_in(resource: Resource) -> Judgement:
    """Of the environment's group: members only. Of a group of VPC endpoints: HTTPS from inside the VPC, too."""
    rules = _ingress(resource)
    if not rules:
        return UNTOLD
    purpose = _purpose(resource, rules[0].group)
    if purpose == MWAA:
        return all_of([_from_itself(one) for one in rules])
    if purpose == ENDPOINT:
        return all_of([_from_inside(one) for one in rules])
    return UNTOLD


def _ingress(resource: Resource) -> list[_Ingress]:
    if resource.type == GROUP:
        own = resource.raw("id") or f"{resource.address[len(resource.module) :].split('[')[0]}.id"
        return [_Ingress(block, own, "ingress.") for block in resource.blocks("ingress") or []]
    if resource.type == CLASSIC and resource.value("type") != "ingress":
        return []
    return [_Ingress(resource, resource.raw("security_group_id"))]


def _purpose(resource: Resource, group: str) -> str:
    """Type of what uses a group, or nothing where that does not show.

    While the environment's groups are not known, a group that nothing else uses and that is called after the
    environment counts as its.
    """
    users = [one for one in resource.around.resources if one.type not in _PARTS and _uses(one, resource, group)]
    types = {one.type for one in users}
    if MWAA in types:
        return MWAA
    if users:
        return ENDPOINT if types == {ENDPOINT} else ""
    own = resource if resource.type == GROUP else resource.around.target(resource, "security_group_id", GROUP)
    name = str(own.value("name")) if own else ""
    for environment in resource.around.of_type(MWAA):
        is_open = environment.value("network_configuration.security_group_ids") is UNKNOWN
        if is_open and name.startswith(f"{environment.value('name')}-"):
            return MWAA
    return ""


def _uses(user: Resource, rule: Resource, group: str) -> bool:
    if group.startswith("aws_"):
        return user.module == rule.module and any(_plain(text) == _plain(group) for text in user.texts())
    return bool(group) and group in user.texts()


def _plain(reference: str) -> str:
    return reference.removesuffix(".id").split("[")[0]


def _from_itself(ingress: _Ingress) -> Judgement:
    # The provider fills in the source of a rule with `self` after apply.
    is_self = ingress.rule.type == CLASSIC and ingress.rule.value("self") is True
    arguments = [one for one in SOURCES[ingress.rule.type] if not (is_self and one == "source_security_group_id")]
    return all_of([_source(ingress, argument) for argument in arguments])


def _source(ingress: _Ingress, argument: str) -> Judgement:
    raw, value = ingress.rule.raw(argument), ingress.rule.value(argument)
    path = f"{ingress.path}{argument}"
    if argument in _GROUPS and raw and raw.removesuffix(".id") == ingress.group.removesuffix(".id"):
        return FINE
    if value is UNKNOWN:
        # The id of another group is not known yet; that it is another group is.
        return failed(path) if raw.startswith(f"{GROUP}.") else UNTOLD
    return failed(path) if value not in NOBODY else FINE


def _from_inside(ingress: _Ingress) -> Judgement:
    rule = ingress.rule
    judgements = []
    for argument in SOURCES[rule.type]:
        value = rule.value(argument)
        if argument in _ADDRESSES and value not in NOBODY:
            path = f"{ingress.path}{argument}"
            judgements.append(judged(value, lambda found: _are_inside(rule, found), path))
            judgements.append(_is_https(ingress))
    return all_of(judgements)


def _is_https(ingress: _Ingress) -> Judgement:
    protocol = "ip_protocol" if ingress.rule.type == INGRESS else "protocol"
    checks = [judged(ingress.rule.value(protocol), lambda found: found == "tcp", f"{ingress.path}{protocol}")]
    for port in ("from_port", "to_port"):
        checks.append(judged(number(ingress.rule.value(port)), lambda found: found == 443, f"{ingress.path}{port}"))
    return all_of(checks)


def _are_inside(rule: Resource, found: Any) -> bool:
    vpcs = [str(vpc.value("cidr_block")) for vpc in rule.around.of_type(VPC)]
    return all(_is_inside(str(one), vpcs) for one in (found if isinstance(found, list) else [found]))


def _is_inside(address: str, vpcs: list[str]) -> bool:
    """In a VPC of the plan, or private anyway."""
    try:
        block = ip_network(address, strict=False)
    except ValueError:
        return False
    return address in vpcs or (block.is_private and block.prefixlen > 0)


def has_private_names(resource: Resource) -> Judgement:
    """Of interface endpoints to AWS services. Services of others (vpce-svc-), MWAA's own among them, have none."""
    if resource.value("vpc_endpoint_type") != "Interface":
        return UNTOLD
    if ".vpce." in str(resource.value("service_name")):
        return UNTOLD
    return judged(resource.value("private_dns_enabled"), lambda enabled: enabled is True, "private_dns_enabled")


def is_not_the_only_way(resource: Resource) -> Judgement:
    """A plan with subnets in several zones and one NAT gateway loses all of them with one zone."""
    same = [one for one in resource.around.of_type(NAT) if one.module == resource.module]
    subnets = [one for one in resource.around.of_type(SUBNET) if one.module == resource.module]
    zones = {one.value("availability_zone") for one in subnets}
    if UNKNOWN in zones or len(zones) < 2:
        return UNTOLD
    return FINE if len(same) >= len(zones) else failed()


RULES = (
    Rule(
        12,
        Severity.HIGH,
        "NETWORKING",
        (INGRESS, CLASSIC, GROUP),
        "Only members of its own security group reach an MWAA environment",
        why="Scheduler, workers, web server and database need nobody else. A group is taken for the environment's when "
        "the environment names it; before the first apply, when nothing else uses it and its name begins with the "
        "environment's. A group that only VPC endpoints use may take HTTPS from private addresses, too; other groups "
        "are not judged, nor are groups that exist already.",
        mend="Remove the rule; give whoever needs the web server the endpoint of MWAA, not the group.",
        source=GUIDE,
        judge=lets_only_itself_in,
    ),
    Rule(
        17,
        Severity.MEDIUM,
        "NETWORKING",
        (ENDPOINT,),
        "Interface endpoints have private DNS names",
        why="Without them MWAA and DAGs still call the public names and do not find the endpoint. Endpoint services of "
        "others (`vpce-svc-`), as MWAA's own with endpoint_management CUSTOMER, are not judged.",
        mend="`private_dns_enabled = true`, and both DNS settings of the VPC on.",
        source="https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-vpe-create-access.html",
        judge=has_private_names,
    ),
    Rule(
        28,
        Severity.LOW,
        "NETWORKING",
        (NAT,),
        "The new VPC of a protected MWAA environment has a NAT gateway in each zone",
        why="With one, the loss of its zone takes the other zone's way out, too. A VPC without NAT gateways, with "
        "endpoints only, is fine.",
        mend="`network.nat_gateways: per_az`",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
        judge=if_protected(is_not_the_only_way),
    ),
)
