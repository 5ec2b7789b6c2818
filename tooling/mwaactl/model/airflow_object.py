"""Variables, pools and connections: what Airflow's REST API shows of them, and what of it can be copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from mwaactl.model.secret_names import is_secret, json_in

MASKED = "***"
"""What Airflow shows instead of a secret (airflow.utils.log.secrets_masker; airflow._shared.secrets_masker)."""

DEFAULT_POOL = "default_pool"


class Kind(StrEnum):
    """`path` of the collection and key of its list in the answer are the same in both versions of the API."""

    VARIABLE = "variable"
    POOL = "pool"
    CONNECTION = "connection"

    @property
    def collection(self) -> str:
        """As in the path and in the answer: variables, pools, connections."""
        return f"{self.value}s"

    @property
    def id_field(self) -> str:
        """The name of its name."""
        return {"variable": "key", "pool": "name", "connection": "connection_id"}[self.value]


_FIELDS = {
    Kind.VARIABLE: ("key", "value", "description"),
    Kind.POOL: ("name", "slots", "description", "include_deferred"),
    Kind.CONNECTION: ("connection_id", "conn_type", "description", "host", "login", "schema", "port", "extra"),
}


@dataclass(frozen=True)
class AirflowObject:
    """A variable, pool or connection. `fields` are those that can be written as they were read.

    `may_have_password` is known for Airflow 3, and for Airflow 2, which says nothing of it, guessed from a login.
    """

    kind: Kind
    name: str
    fields: Mapping[str, Any]
    may_have_password: bool = False

    def __repr__(self) -> str:
        return f"{self.kind} {self.name}"  # never its values


@dataclass(frozen=True)
class NotCopied:
    """What stays behind: an object, or a part of it, and why."""

    kind: Kind
    name: str
    why: str


@dataclass(frozen=True)
class Copying:
    """What has to be written for a copy. `present` are equal already; `default_pool` is there in every Airflow."""

    creates: tuple[AirflowObject, ...] = ()
    default_pool: AirflowObject | None = None
    present: tuple[AirflowObject, ...] = ()
    left: tuple[NotCopied, ...] = ()


def object_of(kind: Kind, document: Mapping[str, Any]) -> AirflowObject:
    """From an item of a collection, or from the answer for one object."""
    fields = {name: document[name] for name in _FIELDS[kind] if document.get(name) is not None}
    shown = document.get("password") is not None if "password" in document else bool(fields.get("login"))
    has_password = kind is Kind.CONNECTION and shown
    return AirflowObject(kind, str(document[kind.id_field]), fields, has_password)


def copying(
    source: Iterable[AirflowObject], present: Iterable[AirflowObject], *, copies_secrets: bool = False
) -> Copying:
    """What to write so that an Airflow that has `present` has the objects of `source`. Nothing is written over.

    Secrets stay behind unless `copies_secrets`; what Airflow masks and passwords, which it never shows, always do.
    """
    there = {(one.kind, one.name): one for one in present}
    creates, equal, left = [], [], []
    default_pool = None
    for one in sorted(source, key=lambda found: (list(Kind).index(found.kind), found.name)):
        kept, reasons = _copyable(one, copies_secrets=copies_secrets)
        left += [NotCopied(one.kind, one.name, reason) for reason in reasons]
        if kept is None:
            continue
        old = there.get((one.kind, one.name))
        if old is None:
            creates.append(kept)
        elif all(old.fields.get(name) == value for name, value in kept.fields.items()):
            equal.append(kept)
        elif (one.kind, one.name) == (Kind.POOL, DEFAULT_POOL):
            default_pool = kept
        else:
            left.append(NotCopied(one.kind, one.name, "is there already with other content, and stays as it is"))
    return Copying(tuple(creates), default_pool, tuple(equal), tuple(left))


def _copyable(one: AirflowObject, *, copies_secrets: bool) -> tuple[AirflowObject | None, list[str]]:
    if one.kind is Kind.VARIABLE:
        reason = _secret_reason(one.name, str(one.fields.get("value", "")), copies_secrets=copies_secrets)
        return (None, [reason]) if reason else (one, [])
    if one.kind is Kind.POOL:
        return one, []
    fields, reasons = dict(one.fields), []
    extra = fields.get("extra")
    if extra and (reason := _secret_reason("extra", str(extra), copies_secrets=copies_secrets)):
        del fields["extra"]
        reasons.append(f"extra: {reason}")
    if fields.get("login") == MASKED:
        del fields["login"]
        reasons.append("login: Airflow masks it")
    if one.may_have_password:
        reasons.append("password: Airflow does not show passwords")
    return replace(one, fields=fields), reasons


def _secret_reason(name: str, text: str, *, copies_secrets: bool) -> str:
    if MASKED in text:
        return "Airflow masks it"
    if copies_secrets:
        return ""
    inner = json_in(text)
    pairs = _named_texts(inner, name) if inner is not None else iter([(name, text)])
    return "looks secret; --with-secrets copies it" if any(is_secret(*pair) for pair in pairs) else ""


def _named_texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _named_texts(item, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _named_texts(item, name)
    elif isinstance(value, str) and value:
        yield name, value
