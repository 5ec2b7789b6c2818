"""envs/schema.json: what editors complete and underline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mwaactl.model import reference, schema

ENVS = Path(__file__).parents[2] / "envs"
VALIDATOR = jsonschema.Draft202012Validator(schema.document())


def errors(document: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.document())


@pytest.mark.parametrize("name", ["defaults", "dev", "stage", "prod"])
def test_schema_accepts_our_files(name: str) -> None:
    assert errors(yaml.safe_load((ENVS / f"{name}.yaml").read_text())) == []


@pytest.mark.parametrize(
    "document",
    [
        {"regoin": "eu-west-1"},
        {"name": "dev"},
        {"mwaa": {"environment_class": "mw1.tiny"}},
        {"mwaa": {"airflow_configuration_options": {"core.parallelism": 8}}},
        {"mwaa": {"airflow_configuration_options": {"CORE": "8"}}},
        {"mwaa": {"schedulers": 9}},
        {"mwaa": {"weekly_maintenance_window_start": "FUNDAY:00:00"}},
        {"network": {"availability_zones": ["eu-west-1a"]}},
        {"network": {"vpc_cidr": "10.0.0.0/8"}},
        {"encryption": {"kms_key": "alias/x"}},
        {"account_id": 111111111111},
        {"execution_role": {"services": {"gleu": {}}}},
        {"tags": {"aws:x": "y"}},
    ],
    ids=str,
)
def test_schema_rejects(document: dict[str, Any]) -> None:
    assert errors(document)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"extends": "defaults", "mwaa": None, "tags": {"owner": None}},
        {"mwaa": {"environment_class": None, "logging_configuration": {"task_logs": {"log_level": "DEBUG"}}}},
        {"execution_role": {"services": {"lambda": {"functions": ["f"]}, "sns": None}}},
    ],
    ids=str,
)
def test_schema_accepts_parts_and_removals(document: dict[str, Any]) -> None:
    assert errors(document) == []


def test_reference_names_every_key_of_the_schema() -> None:
    page = reference.text()
    assert "`network.existing.subnet_ids`" in page
    assert all(f"`{key}" in page for key in schema.document()["properties"] if key != "extends")


@pytest.mark.parametrize(
    ("path", "text"), [("schema.json", schema.text()), ("../docs/environment.md", reference.text())]
)
def test_generated_files_are_fresh(path: str, text: str) -> None:
    assert (ENVS / path).read_text() == text, "run `mwaactl render`"
