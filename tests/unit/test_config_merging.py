"""`extends`: maps merge deeply, lists replace, null removes, and every value keeps its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaactl.adapters.project import Project
from mwaactl.errors import ConfigError
from mwaactl.model import inheritance, source
from mwaactl.model.inheritance import Chain, plain


def chain(**files: str) -> Chain:
    """The chain of `dev` among these files."""
    sources = {name: source.parse(f"envs/{name}.yaml", text.encode()) for name, text in files.items()}
    return inheritance.resolve("dev", sources.get, tuple(sources))


def merged(**files: str) -> object:
    tree = chain(**files).tree
    assert tree is not None
    return plain(tree)


def test_maps_merge_deeply() -> None:
    assert merged(
        base="mwaa: {options: {a: x, b: y}, schedulers: 2}", dev="extends: base\nmwaa: {options: {b: z}}"
    ) == {"mwaa": {"options": {"a": "x", "b": "z"}, "schedulers": 2}}


def test_lists_replace() -> None:
    assert merged(base="zones: [a, b]", dev="extends: base\nzones: [c]") == {"zones": ("c",)}


@pytest.mark.parametrize("null", ["null", "~", "Null"])
def test_null_removes(null: str) -> None:
    assert merged(base="tags: {a: x, b: y}", dev=f"extends: base\ntags: {{a: {null}}}") == {"tags": {"b": "y"}}


def test_null_in_the_middle_of_a_chain_removes_and_the_last_file_adds_again() -> None:
    files = {"base": "tags: {a: x}", "middle": "extends: base\ntags: null", "dev": "extends: middle\ntags: {b: y}"}
    assert merged(**files) == {"tags": {"b": "y"}}


def test_map_over_scalar_and_scalar_over_map_replace() -> None:
    assert merged(base="a: 1\nb: {c: 1}", dev="extends: base\na: {c: 2}\nb: 3") == {"a": {"c": 2}, "b": 3}


def test_quoted_null_is_text() -> None:
    assert merged(base="a: 1", dev='extends: base\na: "null"') == {"a": "null"}


def test_places_are_where_a_value_was_written() -> None:
    found = chain(base="mwaa:\n  schedulers: 2\n  min_workers: 1", dev="extends: base\nmwaa:\n  schedulers: 3")
    assert found.tree is not None
    places = [inheritance.place_of(found.tree, ("mwaa", key)) for key in ("schedulers", "min_workers", "missing")]
    assert [(place.file, place.line, place.column) for place in places] == [
        ("envs/dev.yaml", 3, 15),
        ("envs/base.yaml", 3, 16),
        ("envs/dev.yaml", 2, 1),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("3:00", "3:00"),
        ("0123", 123),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2.10", 2.1),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("1e3", 1000.0),
        ("2026-11-22", "2026-11-22"),
        ("TRUE", True),
        ("'true'", "true"),
        ("=", "="),
    ],
)
def test_scalars_are_read_as_yaml_1_2_does(text: str, value: object) -> None:
    assert merged(dev=f"a: {text}") == {"a": value}


def test_byte_order_mark_is_skipped() -> None:
    assert source.parse("envs/dev.yaml", "\ufeffa: b".encode()).tree is not None


def test_inherited_mistake_of_several_environments_is_reported_once(tmp_path: Path) -> None:
    for folder in ("envs", "terraform", "dags"):
        (tmp_path / folder).mkdir()
    base = 'project: retail\nregion: eu-west-1\nmwaa: {airflow_version: "2.6.3"}\n'
    (tmp_path / "envs/defaults.yaml").write_text(base)
    for number, name in enumerate(("dev", "prod")):
        network = f"network: {{vpc_cidr: 10.{number}.0.0/16, availability_zones: [eu-west-1a, eu-west-1b]}}"
        (tmp_path / f"envs/{name}.yaml").write_text(f'extends: defaults\naccount_id: "{number:012d}"\n{network}\n')
    with pytest.raises(ConfigError) as caught:
        Project.find(tmp_path).environments()
    assert [(p.file, p.line, p.field) for p in caught.value.problems] == [
        ("envs/defaults.yaml", 3, "mwaa.airflow_version")
    ]
