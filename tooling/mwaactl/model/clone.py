"""What the YAML of a clone says: only what must differ from its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from mwaactl.errors import ConfigError
from mwaactl.model import catalog, rules_existing
from mwaactl.model.address_range import free_range
from mwaactl.model.environment import Environment

PAUSED_OPTION = "core.dags_are_paused_at_creation"
"""Airflow's default is True; only an environment that says otherwise needs to be told."""

OF_ITS_OWN = ("name", *(field.removeprefix("mwaa.") for field in rules_existing.FIELDS))
"""Keys of `mwaa` that name what one environment alone has: itself, and versions of objects in its bucket."""

_COUNTS = {
    "schedulers": ("schedulers",),
    "workers": ("min_workers", "max_workers"),
    "webservers": ("min_webservers", "max_webservers"),
}
_NEW_VPC = "10.0.0.0/16"  # the size for a source in a VPC of others, which has no range of its own to be like


@dataclass(frozen=True)
class CloneWish:
    """What to clone, and what is to differ. None or empty: as the source has it; `vpc_cidr`: the next free one."""

    source: str
    name: str
    environment_class: str | None = None
    airflow_version: str | None = None
    account_id: str | None = None
    region: str | None = None
    ttl: str | None = None
    vpc_cidr: str | None = None
    is_snapshot: bool = False
    copies_objects: bool = True
    copies_secrets: bool = False

    @property
    def words(self) -> str:
        """As it would be typed."""
        options = {
            "--class": self.environment_class,
            "--airflow-version": self.airflow_version,
            "--account": self.account_id,
            "--region": self.region,
            "--ttl": self.ttl or "none",
            "--vpc-cidr": self.vpc_cidr,
        }
        flags = {
            "--snapshot": self.is_snapshot,
            "--no-copy": not self.copies_objects,
            "--with-secrets": self.copies_secrets,
        }
        given = [f"{option} {value}" for option, value in options.items() if value]
        return " ".join(["mwaactl clone", self.source, self.name, *given, *(flag for flag, on in flags.items() if on)])


def differing(
    wish: CloneWish, source: Environment, written: Mapping[str, Any], others: Sequence[Environment]
) -> dict[str, Any]:
    """What the clone says otherwise than `source`, as YAML would hold it; None removes what `source` says.

    `written` is what the files of the source say, `others` are all environments there are. Raises ConfigError when no
    range of addresses is free.
    """
    document: dict[str, Any] = {}
    if wish.account_id and wish.account_id != source.account_id:
        document["account_id"] = wish.account_id
    if wish.region and wish.region != source.region:
        document["region"] = wish.region
    document["protected"] = False
    if wish.ttl or source.ttl:
        document["ttl"] = wish.ttl
    parts = {
        "mwaa": _mwaa(wish, source, _section(written, "mwaa")),
        "network": _network(wish, source, _section(written, "network"), others),
        "bucket": {key: None for key in ("name", "existing") if getattr(source.bucket, key)},
        "execution_role": {"existing": None} if source.execution_role.existing else {},
        "encryption": {"kms_key": "create"} if source.encryption.key_region else {},
    }
    return document | {name: part for name, part in parts.items() if part}


def as_yaml(wish: CloneWish, document: Mapping[str, Any], written: Mapping[str, Any]) -> str:
    """The text of envs/NAME.yaml. `written` is used for a snapshot alone, which extends nothing."""
    kind = f"A snapshot of {wish.source}" if wish.is_snapshot else f"A clone of {wish.source}: only what differs"
    content = merged(written, document) if wish.is_snapshot else {"extends": wish.source, **document}
    body = yaml.safe_dump(_plain(content), sort_keys=False, allow_unicode=True, width=110)
    return f"# yaml-language-server: $schema=schema.json\n# {kind}. Made by: {wish.words}\n{body}"


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` on `below`, as `extends` does it: maps merge deeply, None removes."""
    result = dict(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            inner = result.get(key)
            result[key] = merged(inner if isinstance(inner, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def own_names_in(source: Environment, written: Mapping[str, Any]) -> tuple[str, ...]:
    """Dotted keys whose value names something of the source's own, which the clone would go on to use."""
    names = (source.mwaa_name, source.bucket_name)
    found = (key for key, text in _leaves(written, "") if any(name in text for name in names))
    return tuple(dict.fromkeys(key for key in found if key != "bucket.name"))


def _mwaa(wish: CloneWish, source: Environment, written: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {key: None for key in OF_ITS_OWN if getattr(source.mwaa, key)}
    if wish.airflow_version and wish.airflow_version != source.mwaa.airflow_version:
        changes["airflow_version"] = wish.airflow_version
    if wish.environment_class and wish.environment_class != source.mwaa.environment_class:
        changes["environment_class"] = wish.environment_class
        changes |= dict.fromkeys(_misfits(wish.environment_class, written))
    if source.mwaa.airflow_configuration_options.get(PAUSED_OPTION, "True").lower() in ("false", "f", "0"):
        changes["airflow_configuration_options"] = {PAUSED_OPTION: "True"}
    return changes


def _misfits(environment_class: str, written: Mapping[str, Any]) -> Iterator[str]:
    """Counts that the source writes and the other class does not take: they go back to the class's own."""
    size = catalog.environment_class(environment_class)
    if size is None:
        return
    for component, fields in _COUNTS.items():
        limits = getattr(size, component)
        present = [field for field in fields if isinstance(written.get(field), int)]
        if any(not limits.fewest <= written[field] <= limits.most for field in present):
            yield from present


def _network(
    wish: CloneWish, source: Environment, written: Mapping[str, Any], others: Sequence[Environment]
) -> dict[str, Any]:
    own = source.network.vpc_cidr
    taken = [one.network.vpc_cidr for one in others if one.network.vpc_cidr]
    wanted = wish.vpc_cidr or free_range(own or _NEW_VPC, taken)
    if wanted is None:
        size = own or _NEW_VPC
        raise ConfigError(
            f"No private range of the size of {size} is free for {wish.name}.", hint="choose one: --vpc-cidr RANGE"
        )
    changes: dict[str, Any] = {"vpc_cidr": wanted}
    if "existing" in written:
        changes["existing"] = None
    region = wish.region or source.region
    if source.network.existing or not source.network.availability_zones:
        changes["availability_zones"] = [f"{region}a", f"{region}b"]
    elif region != source.region:
        zones = source.network.availability_zones
        changes["availability_zones"] = [region + zone.removeprefix(source.region) for zone in zones]
    return changes


def _section(written: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = written.get(name)
    return found if isinstance(found, Mapping) else {}


def _leaves(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item, key)
    elif isinstance(value, str):
        yield key, value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
