"""Terraform's own JSON of plans and states: what every reader of it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_INDEX = re.compile(r"\[[^\]]*\]")


def without_indexes(address: str) -> str:
    """`module.kms.aws_kms_key.this` for `module.kms[0].aws_kms_key.this`: the address as the code has it."""
    return _INDEX.sub("", address)


def resources_of(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The resources in a `root_module` of values, and in the modules below it."""
    yield from module.get("resources") or ()
    for child in module.get("child_modules") or ():
        yield from resources_of(child)
