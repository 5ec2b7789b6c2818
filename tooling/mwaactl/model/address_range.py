"""A range of addresses for a new VPC that no environment has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, ip_network

PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918, section 3."""


def free_range(like: str, taken: Iterable[str]) -> str | None:
    """The next range of the size of `like` that overlaps none of `taken`; None when the private ranges are full.

    The search begins behind `like` and goes once around the private range that it lies in, then through the others.
    """
    model = IPv4Network(like)
    used = _merged(IPv4Network(one) for one in [like, *taken])
    own = next((block for block in PRIVATE if model.subnet_of(block)), None)
    for block in [*([own] if own else []), *(other for other in PRIVATE if other != own)]:
        if block.prefixlen <= model.prefixlen:
            starts = [int(model.broadcast_address) + 1] if block == own else []
            for start in [*starts, int(block.network_address)]:
                found = _first_free(block, model.prefixlen, start, used)
                if found is not None:
                    return str(found)
    return None


def _merged(networks: Iterable[IPv4Network]) -> list[tuple[int, int]]:
    """First and last address of each, in order."""
    return sorted((int(one.network_address), int(one.broadcast_address)) for one in networks)


def _first_free(block: IPv4Network, prefix: int, start: int, used: list[tuple[int, int]]) -> IPv4Network | None:
    size = 1 << (32 - prefix)
    for first in _candidates(start, size, used):
        if first + size - 1 > int(block.broadcast_address):
            return None
        if not any(first <= last and low < first + size for low, last in used):
            found = ip_network((IPv4Address(first), prefix))
            return found if isinstance(found, IPv4Network) else None
    return None


def _candidates(start: int, size: int, used: list[tuple[int, int]]) -> Iterator[int]:
    """Aligned starts worth a look: the first, and those right behind what is used."""
    places = (start, *(last + 1 for _, last in used if last >= start))
    yield from sorted({-(-place // size) * size for place in places})
