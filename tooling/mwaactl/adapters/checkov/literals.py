"""`jsonencode` of literals, worked out without evaluating anything: policies are mostly written so."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

_ENCODED = re.compile(r"^\$\{jsonencode\((?P<value>[\[{].*[\]}])\)\}$", re.DOTALL)
LONGEST = 100_000
"""Characters. Our own limit: a policy has 6,144 at most, and the parser of Python is given no more to chew on."""


def with_literals(block: Any) -> Any:
    """A block of checkov's parser with `jsonencode` of plain values as the JSON text that it makes.

    References in it stay what they are, texts such as `${local.name}`. What is no plain value is left alone.
    """
    if isinstance(block, dict):
        return {key: with_literals(value) for key, value in block.items()}
    if isinstance(block, list):
        return [with_literals(value) for value in block]
    return _encoded(block) if isinstance(block, str) else block


def _encoded(text: str) -> str:
    found = _ENCODED.match(text) if len(text) <= LONGEST else None
    if found is None:
        return text
    try:
        value = ast.literal_eval(found["value"])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    if isinstance(value, dict) and isinstance(value.get("Statement"), str):
        return text  # statements that are only referred to; checks would take the reference for them
    return json.dumps(value)
