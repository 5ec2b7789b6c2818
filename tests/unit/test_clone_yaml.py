"""What the YAML of a clone says, and that it is read back as the copy that was meant."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mwaactl.adapters.project import Project
from mwaactl.adapters.rehearsal import rehearsal
from mwaactl.errors import ConfigError
from mwaactl.model.clone import CloneWish, as_yaml, differing, merged, own_names_in
from mwaactl.model.environment import Environment
from mwaactl.model.sides import leaves_of
from unit.broken_configurations.case import BASE

TODAY = date(2026, 11, 22)


def project_with(folder: Path, prod: str = "") -> Project:
    """dev, and prod with some YAML of its own."""
    for name in ("envs", "terraform", "dags"):
        (folder / name).mkdir()
    (folder / "envs/_base.yaml").write_text(BASE)
    (folder / "envs/dev.yaml").write_text("extends: _base\n")
    (folder / "envs/prod.yaml").write_text(f"extends: _base\n{prod}")
    return Project(folder, today=TODAY)


PROD = 'account_id: "333333333333"\nprotected: true\nnetwork: {vpc_cidr: 10.30.0.0/16}\n'


def cloned(project: Project, **asked: Any) -> tuple[dict[str, Any], Environment]:
    """The document of a clone of prod, and the environment that it is read back as."""
    wish = CloneWish("prod", "perf", **asked)
    written = project.written("prod")
    document = differing(wish, project.environment("prod"), written, project.environments())
    (project.root / "envs/perf.yaml").write_text(as_yaml(wish, document, written))
    return document, project.environment("perf")


def differences(project: Project, clone: Environment) -> dict[str, str | None]:
    source = dict(leaves_of(project.environment("prod")))
    return {key: value for key, value in leaves_of(clone) if source.get(key) != value}


def test_only_what_must_differ_is_written(tmp_path: Path) -> None:
    project = project_with(tmp_path, PROD)
    document, clone = cloned(project)
    assert document == {"protected": False, "network": {"vpc_cidr": "10.31.0.0/16"}}
    assert differences(project, clone) == {"protected": "false", "network.vpc_cidr": "10.31.0.0/16"}
    assert (clone.mwaa_name, clone.bucket_name) == ("retail-perf", "retail-perf-mwaa-333333333333-eu-west-1")
    assert (tmp_path / "envs/perf.yaml").read_text().splitlines()[1:4] == [
        "# A clone of prod: only what differs. Made by: mwaactl clone prod perf --ttl none",
        "extends: prod",
        "protected: false",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"ttl": "8h"}, {"ttl": "8h"}),
        ({"airflow_version": "2.11.0"}, {"mwaa.airflow_version": "2.11.0"}),
        ({"account_id": "444444444444"}, {"account_id": "444444444444"}),
        ({"vpc_cidr": "10.99.0.0/20"}, {"network.vpc_cidr": "10.99.0.0/20"}),
    ],
)
def test_each_wish_is_one_more_difference(tmp_path: Path, asked: dict[str, str], expected: dict[str, str]) -> None:
    project = project_with(tmp_path, PROD)
    _document, clone = cloned(project, **asked)
    assert differences(project, clone) == {"protected": "false", "network.vpc_cidr": "10.31.0.0/16", **expected}


def test_other_region_brings_its_zones(tmp_path: Path) -> None:
    project = project_with(tmp_path, PROD)
    before = project.environment("prod").network.availability_zones
    _document, clone = cloned(project, region="eu-central-1")
    assert before is not None
    assert clone.network.availability_zones == tuple(zone.replace("eu-west-1", "eu-central-1") for zone in before)


def test_smaller_class_drops_the_counts_that_it_cannot_have_and_keeps_the_others(tmp_path: Path) -> None:
    large = "mwaa: {environment_class: mw1.large, schedulers: 3, min_workers: 2, max_workers: 15, min_webservers: 2}\n"
    project = project_with(tmp_path, PROD + large)
    document, clone = cloned(project, environment_class="mw1.micro")
    assert document["mwaa"] == {
        "environment_class": "mw1.micro",
        "schedulers": None,
        "min_workers": None,
        "max_workers": None,
        "min_webservers": None,
    }
    assert (clone.mwaa.schedulers, clone.mwaa.min_workers, clone.mwaa.max_workers) == (1, 1, 1)
    document, clone = cloned(project, environment_class="mw1.medium")
    assert document["mwaa"] == {"environment_class": "mw1.medium"}
    assert (clone.mwaa.schedulers, clone.mwaa.max_workers) == (3, 15)


def test_what_belongs_to_the_source_alone_is_not_shared(tmp_path: Path) -> None:
    key = "arn:aws:kms:eu-west-1:333333333333:key/11111111-2222-3333-4444-555555555555"
    own = (
        f"ttl: 4h\nbucket: {{name: a-bucket-of-prod}}\nencryption: {{kms_key: '{key}'}}\n"
        "mwaa: {airflow_configuration_options: {core.dags_are_paused_at_creation: 'False'}}\n"
    )
    project = project_with(tmp_path, PROD + own)
    _document, clone = cloned(project)
    assert clone.ttl is None
    assert clone.bucket_name == "retail-perf-mwaa-333333333333-eu-west-1"
    assert clone.encryption.kms_key == "create"
    assert clone.mwaa.airflow_configuration_options["core.dags_are_paused_at_creation"] == "True"


def test_source_in_a_foreign_vpc_gets_one_of_its_own(tmp_path: Path) -> None:
    ids = "subnet_ids: [subnet-11111111, subnet-22222222]"
    text = (
        'account_id: "333333333333"\nnetwork:\n  vpc_cidr: null\n  availability_zones: null\n'
        f"  existing: {{vpc_id: vpc-11111111, {ids}}}\n"
    )
    project = project_with(tmp_path, text)
    document, clone = cloned(project)
    assert document["network"] == {
        "vpc_cidr": "10.1.0.0/16",
        "existing": None,
        "availability_zones": ["eu-west-1a", "eu-west-1b"],
    }
    assert clone.network.existing is None


def test_snapshot_extends_nothing_and_stays_when_the_source_changes(tmp_path: Path) -> None:
    project = project_with(tmp_path, PROD)
    _document, clone = cloned(project, is_snapshot=True)
    assert "extends" not in (tmp_path / "envs/perf.yaml").read_text()
    assert differences(project, clone) == {"protected": "false", "network.vpc_cidr": "10.31.0.0/16"}
    prod = tmp_path / "envs/prod.yaml"
    prod.write_text(prod.read_text() + "tags: {new: one}\n")
    assert Project(tmp_path, today=TODAY).environment("perf") == clone


def test_clone_of_a_clone_and_ten_clones_never_share_a_range(tmp_path: Path) -> None:
    project = project_with(tmp_path, PROD)
    for number in range(10):
        wish = CloneWish("prod" if number % 2 else "dev", f"perf{number}")
        source = project.environment(wish.source)
        document = differing(wish, source, project.written(wish.source), project.environments())
        (tmp_path / f"envs/{wish.name}.yaml").write_text(as_yaml(wish, document, {}))
    ranges = [one.network.vpc_cidr for one in project.environments()]  # raises where two overlap
    assert len(set(ranges)) == 12


def test_names_of_the_sources_own_are_pointed_out(tmp_path: Path) -> None:
    option = "mwaa: {airflow_configuration_options: {logging.remote_base: 's3://retail-prod-mwaa/logs', core.x: y}}\n"
    project = project_with(tmp_path, PROD + option)
    found = own_names_in(project.environment("prod"), project.written("prod"))
    assert found == ("mwaa.airflow_configuration_options.logging.remote_base",)


def test_merging_is_that_of_extends() -> None:
    below = {"a": {"b": 1, "c": 2}, "d": [1], "e": 1}
    assert merged(below, {"a": {"b": None, "x": 3}, "d": [2], "e": None, "f": {"g": None}}) == {
        "a": {"c": 2, "x": 3},
        "d": [2],
        "f": {},
    }


def test_rehearsal_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    project = project_with(tmp_path, PROD)
    (tmp_path / "dags/a.py").write_text("one")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with rehearsal(project) as trial:
        assert trial.environment("prod") == project.environment("prod")
        trial.write("envs/prod.yaml", "nothing")
        trial.write("dags/a.py", "two")
        with pytest.raises(ConfigError):
            trial.environment("prod")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [entry.name for entry in (tmp_path / ".mwaactl").iterdir()] == []


def test_clone_of_an_adopted_environment_has_nothing_of_others(tmp_path: Path) -> None:
    theirs = "\n".join(
        (
            "mwaa: {name: Theirs, requirements_s3_path: r.txt, requirements_s3_object_version: v1}",
            "bucket: {existing: their.bucket}",
            'execution_role: {existing: "arn:aws:iam::111111111111:role/theirs"}',
            "network:",
            "  existing: {vpc_id: vpc-12345678, subnet_ids: [subnet-12345678, subnet-12345679]}",
            "  vpc_cidr: null",
            "  availability_zones: null",
        )
    )
    project = project_with(tmp_path, f"protected: true\n{theirs}\n")
    _document, clone = cloned(project)
    assert clone.mwaa_name == "retail-perf"
    assert clone.bucket_name == "retail-perf-mwaa-111111111111-eu-west-1"
    assert clone.mwaa.requirements_s3_path is None
    assert clone.mwaa.requirements_s3_object_version is None
    assert clone.execution_role.existing is None
    assert clone.network.existing is None
