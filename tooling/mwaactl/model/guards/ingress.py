"""Who of everybody a security group lets in."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mwaactl.model.guards.change import listed

_LAST_PORT = 65535
_ALL = "-1"
# 0.0.0.0/1 and 128.0.0.0/1 are everybody just as well; the largest private block, 10.0.0.0/8, is not.
_WORLD_V4, _WORLD_V6 = 7, 3


class Opening(NamedTuple):
    """One source and what it may reach."""

    source: str
    protocol: str
    low: int
    high: int

    def covers(self, other: Opening) -> bool:
        """Does it let in all that `other` does?"""
        return (
            self.source == other.source
            and self.protocol in (_ALL, other.protocol)
            and self.low <= other.low
            and other.high <= self.high
        )

    def __str__(self) -> str:
        if self.protocol == _ALL or (self.low, self.high) == (0, _LAST_PORT):
            return f"{self.source} (all ports)"
        ports = f"port {self.low}" if self.low == self.high else f"ports {self.low} to {self.high}"
        return f"{self.source} ({self.protocol or 'any protocol'}, {ports})"


def openings(kind: str, values: Mapping[str, Any]) -> frozenset[Opening]:
    """Of a rule or of a group with rules of its own. Network ACLs are no part: they let everybody in by default."""
    return frozenset(
        _opening(str(source), rule)
        for rule in _rules(kind, values)
        for name in ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")
        for source in listed(rule.get(name))
        if _is_world(source)
    )


def _rules(kind: str, values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if kind == "aws_vpc_security_group_ingress_rule":
        return [values]
    if kind == "aws_security_group_rule":
        return [values] if values.get("type") == "ingress" else []
    if kind in ("aws_security_group", "aws_default_security_group"):
        return [rule for rule in values.get("ingress") or [] if isinstance(rule, Mapping)]
    return []


def _opening(source: str, rule: Mapping[str, Any]) -> Opening:
    protocol = str(rule.get("protocol") or rule.get("ip_protocol") or "")
    low, high = rule.get("from_port"), rule.get("to_port")
    if protocol in (_ALL, "all") or low is None:
        return Opening(source, _ALL if protocol == "all" else protocol, 0, _LAST_PORT)
    return Opening(source, protocol, int(low), int(low if high is None else high))


def _is_world(source: object) -> bool:
    try:
        network = ipaddress.ip_network(str(source), strict=False)
    except ValueError:
        return False
    return network.prefixlen <= (_WORLD_V4 if network.version == 4 else _WORLD_V6)
