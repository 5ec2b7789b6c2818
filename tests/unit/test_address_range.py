"""A free range of addresses: of the same size, overlapping nothing, found again by whoever asks next."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from itertools import combinations
from random import Random

import pytest

from mwaactl.model.address_range import PRIVATE, free_range

CASES = (
    ("10.30.0.0/16", [], "10.31.0.0/16"),
    ("10.30.0.0/16", ["10.31.0.0/16", "10.32.0.0/24"], "10.33.0.0/16"),
    ("10.255.0.0/16", [], "10.0.0.0/16"),
    ("10.255.0.0/16", ["10.0.0.0/12"], "10.16.0.0/16"),
    ("10.30.1.0/24", ["10.30.0.0/16"], "10.31.0.0/24"),
    ("172.31.0.0/16", [], "172.16.0.0/16"),
    ("192.168.0.0/16", [], "10.0.0.0/16"),
    ("192.168.255.0/24", [], "192.168.0.0/24"),
    ("100.64.0.0/16", ["10.0.0.0/16"], "10.1.0.0/16"),
    ("10.0.0.0/16", ["10.0.0.0/8"], "172.16.0.0/16"),
    ("10.0.0.0/16", ["10.0.0.0/8", "172.16.0.0/12"], "192.168.0.0/16"),
    ("10.0.0.0/16", ["10.0.0.0/8", "172.16.0.0/12", "192.168.4.0/24"], None),
)


@pytest.mark.parametrize(("like", "taken", "found"), CASES)
def test_next_free_range_is_behind_the_source(like: str, taken: list[str], found: str | None) -> None:
    assert free_range(like, taken) == found


def any_range(chance: Random) -> str:
    network = f"10.{chance.randrange(256)}.{chance.randrange(256)}.0/{chance.randrange(16, 25)}"
    return str(ip_network(network, strict=False))


@pytest.mark.parametrize("seed", range(50))
def test_found_range_is_private_has_the_size_and_overlaps_nothing(seed: int) -> None:
    chance = Random(seed)
    like, taken = any_range(chance), [any_range(chance) for _ in range(chance.randrange(200))]
    found = free_range(like, taken)
    assert found is not None
    network = IPv4Network(found)
    assert network.prefixlen == IPv4Network(like).prefixlen
    assert any(network.subnet_of(block) for block in PRIVATE)
    assert not any(network.overlaps(IPv4Network(other)) for other in [like, *taken])


def test_one_after_the_other_never_overlaps() -> None:
    taken = ["10.30.0.0/16", "10.10.0.0/16", "10.20.0.0/16"]
    for _ in range(40):
        found = free_range("10.30.0.0/16", taken)
        assert found is not None
        taken.append(found)
    assert not any(IPv4Network(a).overlaps(IPv4Network(b)) for a, b in combinations(taken, 2))
