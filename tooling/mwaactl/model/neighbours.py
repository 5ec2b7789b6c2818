"""Rules between environments: what two of them may not share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import combinations

from mwaactl.errors import Problem
from mwaactl.model.echo import Path, dotted
from mwaactl.model.environment import Environment
from mwaactl.model.inheritance import Chain, place_of
from mwaactl.model.source import Mapping
from mwaactl.model.validation import is_any_broken


@dataclass(frozen=True)
class Neighbour:
    """An environment, where its values were written, and the dotted fields of it that are broken in themselves."""

    environment: Environment
    chain: Chain
    broken: frozenset[str] = frozenset()


def conflicts(neighbour: Neighbour, others: Sequence[Neighbour]) -> tuple[Problem, ...]:
    """What `neighbour` shares with one of the others and may not, as problems of `neighbour`'s own file."""
    return tuple(problem for other in others for problem in _between(neighbour, other))


def all_conflicts(neighbours: Sequence[Neighbour]) -> tuple[Problem, ...]:
    """Every conflict once, as a problem of the file that comes later."""
    return tuple(problem for first, second in combinations(neighbours, 2) for problem in _between(second, first))


def _between(one: Neighbour, other: Neighbour) -> list[Problem]:
    broken = one.broken | other.broken
    return [problem for reads, rule in _RULES if not is_any_broken(reads, broken) for problem in rule(one, other)]


def _ranges(one: Neighbour, other: Neighbour) -> Iterator[Problem]:
    mine, theirs = one.environment.network.vpc_cidr, other.environment.network.vpc_cidr
    if mine and theirs and ip_network(mine).overlaps(ip_network(theirs)):
        path = ("network", "vpc_cidr")
        message = f"{mine} overlaps {theirs} of {other.environment.name} ({_written(other, path)})"
        yield _problem(one, path, message, "choose a free range, so that the two can ever be peered")


def _buckets(one: Neighbour, other: Neighbour) -> Iterator[Problem]:
    name = one.environment.bucket_name
    if name == other.environment.bucket_name:
        message = f"{name} is also the bucket of {other.environment.name}; names of buckets are unique in the world"
        yield _problem(one, ("bucket", "name"), message, "remove bucket.name: the default is unique")


def _names(one: Neighbour, other: Neighbour) -> Iterator[Problem]:
    mine, theirs = one.environment, other.environment
    is_same_place = (mine.account_id, mine.region) == (theirs.account_id, theirs.region)
    if is_same_place and mine.mwaa_name == theirs.mwaa_name:
        message = f"makes {mine.mwaa_name}, which {theirs.name} is called in the same account and Region"
        yield _problem(one, ("project",), message)


def _subnets(one: Neighbour, other: Neighbour) -> Iterator[Problem]:
    mine, theirs = one.environment.network.existing, other.environment.network.existing
    if mine and theirs and set(mine.subnet_ids) & set(theirs.subnet_ids):
        message = f"are also those of {other.environment.name}"
        yield _problem(one, ("network", "existing", "subnet_ids"), message, "give each environment its own")


_Rule = Callable[[Neighbour, Neighbour], Iterator[Problem]]

_RULES: tuple[tuple[tuple[str, ...], _Rule], ...] = (
    (("network.vpc_cidr",), _ranges),
    (("project", "account_id", "region", "bucket.name", "bucket.existing"), _buckets),
    (("project", "account_id", "region", "mwaa.name"), _names),
    (("network.existing",), _subnets),
)


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
