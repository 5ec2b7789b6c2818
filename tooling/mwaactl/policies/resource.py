"""A resource as checkov hands it to a check, from a plan or from source, and the resources around it.

checkov wraps every value in a list. In a plan a value that is known after apply is absent, or replaced by the reference
that it comes from; in source it is an expression that could not be resolved. Both are UNKNOWN here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ADDRESS = "__address__"
REFERENCES = "references_"

MWAA: Final = "aws_mwaa_environment"


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
"""What Terraform knows only after apply, or checkov could not work out from source."""

_EXPRESSION = re.compile(
    r"\$\{|\b(?:var|local|module|data|each|count|self|path)\.[A-Za-z_]|^(?:aws|random|time|tls)_\w+\.|^\w+\(|^\[for "
)
_REFERENCE = re.compile(r"(?P<type>aws_\w+)\.(?P<name>[\w-]+)")
_BOOKKEEPING = re.compile(r"__.*__|(start|end)_line|references_")


@dataclass(frozen=True)
class Surroundings:
    """All resources of the same plan or source tree."""

    resources: list[Resource] = field(default_factory=list)

    @classmethod
    def of_graph(cls, graph: Any) -> Surroundings:
        """From the graph that checkov gives each check."""
        around = cls()
        around.resources.extend(_resources(graph, around) if graph is not None else ())
        return around

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Resources of these types."""
        return tuple(one for one in self.resources if one.type in types)

    def target(self, resource: Resource, key: str, type: str) -> Resource | None:
        """The resource of this type that an argument names, by reference in the same module or by name, id or ARN."""
        raw = resource.raw(key)
        reference = _REFERENCE.match(raw)
        for one in self.of_type(type) if raw else ():
            if reference and one.module == resource.module and _names(one, reference):
                return one
            if raw in (one.raw("name"), one.raw("id"), one.raw("arn"), one.raw("bucket")):
                return one
        return None


@dataclass(frozen=True)
class Resource:
    """`type` such as aws_mwaa_environment; `conf` its arguments as checkov has them; `around` all of the same run."""

    type: str
    conf: Mapping[str, Any]
    around: Surroundings = field(default_factory=Surroundings, repr=False, compare=False)

    @property
    def address(self) -> str:
        return str(self.conf.get(ADDRESS, ""))

    @property
    def module(self) -> str:
        """`module.iam.` for what lies in module.iam, empty for the root module."""
        return self.address[: max(self.address.rfind(f"{self.type}."), 0)]

    @property
    def is_planned(self) -> bool:
        """Does it come from a plan, where all that is not there is known after apply?"""
        return "__change_actions__" in self.conf

    def value(self, path: str) -> Any:
        """The value at a dotted path of arguments: plain, None for not set, or UNKNOWN."""
        found: Any = self.conf
        for part in path.split("."):
            found = self._step(found, part)
            if found is UNKNOWN or found is None:
                return found
        return found

    def raw(self, key: str) -> str:
        """A text as it stands there, be it a value or a reference such as aws_iam_role.this.id; empty for none."""
        found = _unwrapped(self.conf.get(key))
        while isinstance(found, list) and len(found) == 1:
            found = found[0]
        return found if isinstance(found, str) else ""

    def items(self, key: str) -> dict[str, Any] | None:
        """A map argument such as tags_all, without what checkov adds; None where it is unknown. Empty for not set."""
        found = self.value(key)
        if found is None:
            return {}
        if not isinstance(found, dict):
            return None
        return {name: _unwrapped(value) for name, value in found.items() if not _BOOKKEEPING.fullmatch(name)}

    def blocks(self, key: str) -> list[Resource] | None:
        """Nested blocks of one kind; None where they are unknown."""
        found = self.value(key)
        if found is UNKNOWN:
            return None
        blocks = found if isinstance(found, list) else [found]
        change = {key: self.conf[key] for key in ("__change_actions__",) if key in self.conf}
        return [Resource(self.type, {**block, **change}, self.around) for block in blocks if isinstance(block, dict)]

    def texts(self) -> Iterator[str]:
        """Every text in its arguments, at any depth: values, and references as far as they stand for values."""
        return _texts(self.conf)

    def _step(self, found: Any, part: str) -> Any:
        if isinstance(found, list):
            found = found[0] if found else {}
            if not found:
                return None
        if not isinstance(found, Mapping):
            return UNKNOWN
        if part not in found:
            return UNKNOWN if self.is_planned else None
        value = _unwrapped(found[part])
        return UNKNOWN if self._is_unresolved(value, found) else value

    def _is_unresolved(self, value: Any, block: Mapping[str, Any]) -> bool:
        if not isinstance(value, str):
            return False
        if self.is_planned:
            return any(value in references for references in block.get(REFERENCES, ()))
        return is_expression(value)


def is_expression(text: str) -> bool:
    """Whether a text of Terraform source holds something that checkov could not resolve."""
    return bool(_EXPRESSION.search(text))


def is_reference(text: str) -> bool:
    """Whether a text is a reference such as aws_iam_role.this.id, and not a value."""
    return bool(_REFERENCE.match(text))


def _names(resource: Resource, reference: re.Match[str]) -> bool:
    own = resource.address[len(resource.module) :]
    return own.split("[")[0] == f"{reference['type']}.{reference['name']}"


def _resources(graph: Any, around: Surroundings) -> Iterator[Resource]:
    for _, vertex in graph.nodes():
        if vertex.get("block_type_") != "resource":
            continue
        for type, named in vertex.get("config_", {}).items():
            for conf in named.values() if isinstance(named, Mapping) else ():
                if isinstance(conf, Mapping):
                    yield Resource(type, conf, around)


def _unwrapped(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in (ADDRESS, REFERENCES):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
