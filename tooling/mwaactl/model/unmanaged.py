"""What was added to a resource of ours and has no resource of its own: Terraform sees it, and leaves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaactl.model.drift_noise import Written
from mwaactl.model.drift_words import OUTSIDE, resource
from mwaactl.model.plan_document import resources_of

Resource = Mapping[str, Any]
Look = Callable[[Resource, Sequence[Resource], Written], Iterator["Unmanaged"]]


@dataclass(frozen=True)
class Unmanaged:
    """`what` is on the resource at `address`, as a part of its `attribute`."""

    address: str
    type: str
    attribute: str
    what: str
    message: str


def unmanaged(document: Mapping[str, Any], written: Written) -> Iterator[Unmanaged]:
    """Policies of roles, rules of security groups, routes of route tables: in the refreshed state, but nobody's."""
    root = document.get("prior_state", {}).get("values", {}).get("root_module", {})
    everything = [one for one in resources_of(root) if one.get("mode") == "managed"]
    for one in everything:
        if one["type"] in _LOOKS:
            yield from _LOOKS[one["type"]](one, everything, written)


def _found(one: Resource, attribute: str, what: str, noun: str) -> Unmanaged:
    message = f"{noun} {what} was added {OUTSIDE} to {resource(one['type'], one['values'])}"
    return Unmanaged(one["address"], one["type"], attribute, what, message)


def _values(everything: Sequence[Resource], kind: str, name: str, value: object) -> list[Mapping[str, Any]]:
    found = (one["values"] for one in everything if one["type"] == kind)
    return [values for values in found if values.get(name) == value]


def _of_role(one: Resource, everything: Sequence[Resource], written: Written) -> Iterator[Unmanaged]:
    role = one["values"]
    if not written.has(one["address"], ("inline_policy",)):
        known = {policy["name"] for policy in _values(everything, "aws_iam_role_policy", "role", role["name"])}
        for policy in role.get("inline_policy") or ():
            if policy.get("name") and policy["name"] not in known:
                yield _found(one, "inline_policy", policy["name"], "the inline policy")
    if not written.has(one["address"], ("managed_policy_arns",)):
        attached = _values(everything, "aws_iam_role_policy_attachment", "role", role["name"])
        for arn in sorted({*(role.get("managed_policy_arns") or ())} - {values["policy_arn"] for values in attached}):
            yield _found(one, "managed_policy_arns", arn, "the policy")


def _of_route_table(one: Resource, everything: Sequence[Resource], written: Written) -> Iterator[Unmanaged]:
    if written.has(one["address"], ("route",)):
        return
    routes = _values(everything, "aws_route", "route_table_id", one["values"]["id"])
    known = {_destination(values, "destination_") for values in routes}
    for route in one["values"].get("route") or ():
        if (destination := _destination(route)) not in known:
            yield _found(one, "route", destination, "a route to")


def _destination(route: Mapping[str, Any], prefix: str = "") -> str:
    names = (f"{prefix}cidr_block", f"{prefix}ipv6_cidr_block", "destination_prefix_list_id")
    return next((str(route[name]) for name in names if route.get(name)), "")


def _of_security_group(one: Resource, everything: Sequence[Resource], written: Written) -> Iterator[Unmanaged]:
    group = one["values"]["id"]
    if _values(everything, "aws_security_group_rule", "security_group_id", group):
        return  # the older kind of rules, which may hold several at once: not ours, and not compared
    for direction in ("ingress", "egress"):
        if written.has(one["address"], (direction,)):
            continue
        rules = _values(everything, f"aws_vpc_security_group_{direction}_rule", "security_group_id", group)
        known = {_rule(values, _source(values, group)) for values in rules}
        for block in one["values"].get(direction) or ():
            for rule in (_rule(block, source) for source in _sources(block)):
                if rule not in known:
                    yield _found(one, direction, rule, f"the {direction} rule")


def _rule(values: Mapping[str, Any], other: str) -> str:
    protocol = str(values.get("ip_protocol") or values.get("protocol"))
    if protocol == "-1":
        return f"all traffic, {other}"
    first, last = values.get("from_port"), values.get("to_port")
    return f"{protocol} {first if first == last else f'{first}-{last}'}, {other}"


def _source(values: Mapping[str, Any], group: str) -> str:
    if values.get("referenced_security_group_id") == group:
        return "the group itself"
    names = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
    return next((str(values[name]) for name in names if values.get(name)), "")


def _sources(block: Mapping[str, Any]) -> Iterator[str]:
    for name in ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"):
        yield from block.get(name) or ()
    if block.get("self"):
        yield "the group itself"


_LOOKS: Mapping[str, Look] = {
    "aws_iam_role": _of_role,
    "aws_route_table": _of_route_table,
    "aws_security_group": _of_security_group,
}
