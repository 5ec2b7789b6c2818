"""Rules between environments: what two of them may not share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import combinations

from mwaactl.errors import Problem
from mwaactl.model.environment import Environment
from mwaactl.model.inheritance import Chain, Path, place_of
from mwaactl.model.source import Mapping
from mwaactl.model.translation import dotted


@dataclass(frozen=True)
class Neighbour:
    """An environment and where its values were written."""

    environment: Environment
    chain: Chain


def conflicts(neighbour: Neighbour, others: Sequence[Neighbour]) -> tuple[Problem, ...]:
    """What `neighbour` shares with one of the others and may not, as problems of `neighbour`'s own file."""
    return tuple(problem for other in others for problem in _between(neighbour, other))


def all_conflicts(neighbours: Sequence[Neighbour]) -> tuple[Problem, ...]:
    """Every conflict once, as a problem of the file that comes later."""
    return tuple(problem for first, second in combinations(neighbours, 2) for problem in _between(second, first))


def _between(one: Neighbour, other: Neighbour) -> list[Problem]:
    mine, theirs = one.environment, other.environment
    found = []
    if _overlap(mine, theirs):
        path = ("network", "vpc_cidr")
        message = (
            f"{mine.network.vpc_cidr} overlaps {theirs.network.vpc_cidr} of {theirs.name} ({_written(other, path)})"
        )
        found.append(_problem(one, path, message, "choose a free range, so that the two can ever be peered"))
    if mine.bucket_name == theirs.bucket_name:
        message = f"{mine.bucket_name} is also the bucket of {theirs.name}; names of buckets are unique in the world"
        found.append(_problem(one, ("bucket", "name"), message, "remove bucket.name: the default is unique"))
    same_place = (mine.account_id, mine.region) == (theirs.account_id, theirs.region)
    if same_place and mine.mwaa_name == theirs.mwaa_name:
        message = f"makes {mine.mwaa_name}, which {theirs.name} is called in the same account and Region"
        found.append(_problem(one, ("project",), message))
    if _subnets(mine) & _subnets(theirs):
        message = f"are also those of {theirs.name}"
        found.append(_problem(one, ("network", "existing", "subnet_ids"), message, "give each environment its own"))
    return found


def _overlap(mine: Environment, theirs: Environment) -> bool:
    one, other = mine.network.vpc_cidr, theirs.network.vpc_cidr
    return bool(one and other and ip_network(one).overlaps(ip_network(other)))


def _subnets(environment: Environment) -> set[str]:
    existing = environment.network.existing
    return set(existing.subnet_ids) if existing else set()


def _written(neighbour: Neighbour, path: Path) -> str:
    place = place_of(neighbour.chain.tree or _nothing(neighbour.chain), path)
    return f"{place.file}:{place.line}"


def _problem(neighbour: Neighbour, path: Path, message: str, hint: str | None = None) -> Problem:
    """At the value where the environment's own file writes it, else at its `extends`: that is where it comes from."""
    chain = neighbour.chain
    place = place_of(chain.tree or _nothing(chain), path)
    if place.file != chain.files[0]:
        hint = f"{dotted(path)} comes from {place.file}:{place.line}; set it in {chain.files[0]}"
        place = chain.extends_place or place
    return Problem(place.file, place.line, place.column, dotted(path), message, hint=hint)


def _nothing(chain: Chain) -> Mapping:
    raise ValueError(f"{chain.files[0]} was not read")
