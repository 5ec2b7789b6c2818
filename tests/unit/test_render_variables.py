"""The model and terraform/variables.tf have the same keys at every depth: Terraform drops unknown ones silently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from mwaactl.model.environment import Environment
from mwaactl.model.policy import Policy
from mwaactl.model.tfvars import OF_PUBLISH
from mwaactl.model.translation import section_of

VARIABLES = Path(__file__).parents[2] / "terraform/variables.tf"

NOT_FOR_TERRAFORM = {"name", "protected", "ttl", "policy"}
NOT_FOR_TERRAFORM |= {f"policy.{key}" for key in Policy.model_fields}
NOT_FOR_TERRAFORM |= {f"artifacts.{key}" for key in OF_PUBLISH}
ONLY_FOR_TERRAFORM = {"environment"}


def model_keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        yield key
        inner = section_of(field.annotation)
        if inner:
            yield from model_keys(inner, f"{key}.")


def variable_keys(text: str) -> Iterator[str]:
    for match in re.finditer(
        r'^variable "(\w+)" \{.*?^  type\s+= (.*?)(?=^  (?:default|nullable|validation)\b|^\})', text, re.M | re.S
    ):
        yield match[1]
        yield from type_keys(match[2], f"{match[1]}.")


def type_keys(expression: str, prefix: str) -> Iterator[str]:
    """Attributes of the outermost object of a type expression, and of the objects in them."""
    start = expression.find("object({")
    if start < 0:
        return
    body = balanced(expression[start + len("object(") :])
    for name, inner in attributes(body[1:-1]):
        yield f"{prefix}{name}"
        yield from type_keys(inner, f"{prefix}{name}.")


def attributes(body: str) -> Iterator[tuple[str, str]]:
    """The attributes of an object's body with their types. What `optional` has as a default is left out."""
    position = 0
    while match := re.compile(r"[\s,]*(\w+)\s*=\s*").match(body, position):
        end = match.end()
        while end < len(body) and body[end] not in ",\n":
            end += len(balanced(body[end:])) if body[end] in "({[" else 1
        expression = body[match.end() : end]
        if expression.startswith("optional("):
            inside = balanced(expression[len("optional") :])[1:-1]
            stop = 0
            while stop < len(inside) and inside[stop] != ",":
                stop += len(balanced(inside[stop:])) if inside[stop] in "({[" else 1
            expression = inside[:stop]
        yield match[1], expression
        position = end


def balanced(text: str) -> str:
    """The beginning of `text` up to the bracket that closes its first one."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character in "({[") - (character in ")}]")
        if depth == 0:
            return text[: index + 1]
    raise AssertionError(f"unbalanced: {text[:80]}")


def test_type_keys_are_read_through_optional_and_past_defaults() -> None:
    text = """
variable "a" {
  type = object({
    b = optional(object({ c = bool, d = list(string) }), { x = 1 })
    e = string
  })
}
"""
    assert list(variable_keys(text)) == ["a", "a.b", "a.b.c", "a.b.d", "a.e"]


def test_model_and_root_variables_have_the_same_keys() -> None:
    ours = set(model_keys(Environment)) - NOT_FOR_TERRAFORM
    theirs = set(variable_keys(VARIABLES.read_text())) - ONLY_FOR_TERRAFORM
    assert len(theirs) > 80
    assert sorted(ours ^ theirs) == []
