"""Python values as HCL."""

from __future__ import annotations

import pytest

from mwaactl.model.hcl import hcl


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (0.5, "0.5"),
        ("a", '"a"'),
        ("", '""'),
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ("a\nb\r\tc", r'"a\nb\r\tc"'),
        ("${var.x} %{if}", '"$${var.x} %%{if}"'),
        ("$ % $$ 100%", '"$ % $$ 100%"'),
        ("Zoë 数据", '"Zoë 数据"'),
        ("\x00\u2028", r'"\u0000\u2028"'),
        ([], "[]"),
        (("a", "b"), '["a", "b"]'),
        ({}, "{}"),
        ({"a": 1}, "{\n  a = 1\n}"),
        ({"a": 1, "long_name": {"b": []}}, "{\n  a = 1\n  long_name = {\n    b = []\n  }\n}"),
        ({"a": 1, "long": 2}, "{\n  a    = 1\n  long = 2\n}"),
        ({"core.x": "y", "for": 1, "0a": 2}, '{\n  "core.x" = "y"\n  "for"    = 1\n  "0a"     = 2\n}'),
    ],
)
def test_value_becomes_hcl(value: object, text: str) -> None:
    assert hcl(value) == text


def test_long_list_gets_a_line_for_each_item() -> None:
    assert hcl({"names": ["n" * 60, "m" * 60]}) == f'{{\n  names = [\n    "{"n" * 60}",\n    "{"m" * 60}",\n  ]\n}}'


@pytest.mark.parametrize("value", [object(), {1: "x"}, {"a": {2}}], ids=["object", "number-as-key", "set"])
def test_foreign_value_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        hcl(value)
