"""Two environments side by side, without AWS."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mwaactl.adapters.project import Project
from mwaactl.cli import root as mwaactl
from mwaactl.model.comparison import UNKNOWN, Comparison, Row
from mwaactl.model.environment import Environment
from mwaactl.model.release import Release, ReleasedFile
from mwaactl.model.sides import Deployment, Side, compare
from mwaactl.render.text import text
from unit.broken_configurations.case import BASE

TODAY = date(2026, 11, 22)
SECRET = "hunter2-very-secret"
OTHER = """
extends: _base
account_id: "222222222222"
network: {vpc_cidr: 10.20.0.0/16}
"""


def project_of(folder: Path, prod: str = "") -> Path:
    """A project whose prod differs from dev by nature, and by `prod`."""
    for name in ("envs", "terraform", "dags"):
        (folder / name).mkdir()
    (folder / "envs/_base.yaml").write_text(BASE)
    (folder / "envs/dev.yaml").write_text("extends: _base\n")
    (folder / "envs/prod.yaml").write_text(OTHER + prod)
    return folder


def environments_of(folder: Path) -> tuple[Environment, Environment]:
    dev, prod = Project(folder, today=TODAY).environments(["dev", "prod"])
    return dev, prod


def release(**digests: str) -> Release:
    files = {f"dags/{name}.py": ReleasedFile(digest, 1, "e", "v") for name, digest in digests.items()}
    return Release("20261122T000000-abc", "dev", "2026-11-22T00:00:00", "me", "c0ffee", "d", files)


def deployment(**others: Any) -> Deployment:
    values = {"status": "AVAILABLE", "airflow_version": "2.10.3", "environment_class": "mw1.small", **others}
    return Deployment(**values)


def rows(comparison: Comparison, section: str) -> dict[str, Row]:
    return {row.key: row for one in comparison.sections if one.name == section for row in one.rows}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        mwaactl.main(list(arguments))
    written = capsys.readouterr()
    assert isinstance(caught.value.code, int)
    return caught.value.code, written.out, written.err


def test_environments_that_differ_by_nature_only_have_no_differences(tmp_path: Path) -> None:
    dev, prod = environments_of(project_of(tmp_path))
    found = compare(Side(dev, {}), Side(prod, {}))
    assert not found.has_differences
    assert {row.key for row in rows(found, "identity").values() if row.differs} == {"account_id", "network.vpc_cidr"}
    assert "name" not in rows(found, "configuration")


def test_every_differing_value_is_a_row_with_its_dotted_key(tmp_path: Path) -> None:
    extra = (
        "protected: true\nmwaa: {environment_class: mw1.large, airflow_configuration_options: {core.parallelism: '9'}}"
    )
    dev, prod = environments_of(project_of(tmp_path, extra))
    found = compare(Side(dev, {}), Side(prod, {})).only_differences()
    assert rows(found, "configuration") == {
        "protected": Row("protected", "false", "true", True),
        "mwaa.airflow_configuration_options.core.parallelism": Row(
            "mwaa.airflow_configuration_options.core.parallelism", None, "9", True
        ),
    } | {key: row for key, row in rows(found, "configuration").items() if key.startswith("mwaa.m")}
    assert rows(found, "versions")["mwaa.environment_class"] == Row(
        "mwaa.environment_class", "mw1.small", "mw1.large", True
    )
    assert found.has_differences


def test_secret_looking_option_is_masked_and_its_difference_still_seen(tmp_path: Path) -> None:
    key = "mwaa.airflow_configuration_options.smtp.smtp_password"
    folder = project_of(tmp_path, f"mwaa: {{airflow_configuration_options: {{smtp.smtp_password: {SECRET}}}}}")
    base = folder / "envs/dev.yaml"
    base.write_text(base.read_text() + "mwaa: {airflow_configuration_options: {smtp.smtp_password: another-one}}\n")
    dev, prod = environments_of(folder)
    found = compare(Side(dev, {}), Side(prod, {}))
    assert rows(found, "configuration")[key] == Row(key, "(hidden)", "(hidden)", True)
    assert SECRET not in repr(found)
    assert rows(found, "configuration")["encryption.kms_key"].a == "create"


def test_dag_files_of_both_releases_are_compared(tmp_path: Path) -> None:
    dev, prod = environments_of(project_of(tmp_path))
    a = deployment(release=release(same="1" * 64, changed="2" * 64, gone="3" * 64))
    b = deployment(release=release(same="1" * 64, changed="4" * 64, new="5" * 64))
    found = compare(Side(dev, {}, a), Side(prod, {}, b)).only_differences()
    assert rows(found, "DAG files") == {
        "changed.py": Row("changed.py", "2" * 12, "4" * 12, True),
        "gone.py": Row("gone.py", "3" * 12, None, True),
        "new.py": Row("new.py", None, "5" * 12, True),
    }


def test_live_version_and_artifacts_are_compared(tmp_path: Path) -> None:
    dev, prod = environments_of(project_of(tmp_path))
    a = deployment(artifacts={"requirements.txt": "aaa"})
    b = deployment(artifacts={"requirements.txt": "bbb"}, airflow_version="2.11.0")
    found = compare(Side(dev, {"plugins": "1"}, a), Side(prod, {"plugins": "2"}, b)).only_differences()
    assert rows(found, "versions")["Airflow in AWS"] == Row("Airflow in AWS", "2.10.3", "2.11.0", True)
    assert rows(found, "artifacts") == {
        "plugins": Row("plugins", "1", "2", True),
        "requirements.txt in the bucket": Row("requirements.txt in the bucket", "aaa", "bbb", True),
    }


def test_side_that_could_not_be_reached_is_unknown_and_no_difference(tmp_path: Path) -> None:
    dev, prod = environments_of(project_of(tmp_path))
    known = Side(dev, {}, deployment(release=release(one="1" * 64)))
    found = compare(known, Side(prod, {}, is_unknown=True, note="prod: not looked at")).only_differences()
    assert rows(found, "versions")["Airflow in AWS"] == Row("Airflow in AWS", "2.10.3", UNKNOWN, False)
    assert rows(found, "deployment")["release"].b == UNKNOWN
    assert rows(found, "DAG files") == {}
    assert not found.has_differences
    assert found.notes == ("prod: not looked at",)


def test_two_releases_of_equal_files_are_no_difference(tmp_path: Path) -> None:
    dev, prod = environments_of(project_of(tmp_path))
    a, b = release(one="1" * 64), Release(**{**vars(release(one="1" * 64)), "id": "another"})
    found = compare(Side(dev, {}, deployment(release=a)), Side(prod, {}, deployment(release=b)))
    assert rows(found, "deployment")["release"].differs
    assert not found.has_differences


def test_offline_diff_needs_no_aws_and_says_so_by_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project_of(tmp_path, "protected: true\n")
    arguments = ("diff", "dev", "prod", "--offline", "--project", str(tmp_path), "--output", "json")
    code, out, _ = run(capsys, *arguments)
    envelope = json.loads(out)
    assert (code, envelope["status"]) == (0, "success")
    found = {section["name"]: section["rows"] for section in envelope["data"]["sections"]}
    assert found["configuration"] == [{"key": "protected", "a": "false", "b": "true", "differs": True}]
    assert run(capsys, *arguments, "--detailed-exitcode")[0] == 4


def test_full_diff_shows_what_is_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project_of(tmp_path)
    arguments = ("diff", "dev", "prod", "--offline", "--project", str(tmp_path))
    _, brief, _ = run(capsys, *arguments)
    code, full, _ = run(capsys, *arguments, "--full", "--detailed-exitcode")
    assert code == 0
    assert "mwaa.airflow_version" not in brief
    assert "mwaa.airflow_version" in full
    assert "dev and prod do not differ" in brief


def test_files_named_by_the_environments_are_compared_by_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project_of(tmp_path, "artifacts: {requirements: other.txt}\n")
    (tmp_path / "other.txt").write_text("pandas\n")
    (tmp_path / "dags/plain.txt").write_text("pandas\n")
    dev = tmp_path / "envs/dev.yaml"
    dev.write_text(dev.read_text() + "artifacts: {requirements: dags/plain.txt}\n")
    arguments = ("diff", "dev", "prod", "--offline", "--project", str(tmp_path), "--output", "json", "--full")
    sections = json.loads(run(capsys, *arguments)[1])["data"]["sections"]
    artifacts = {row["key"]: row for one in sections if one["name"] == "artifacts" for row in one["rows"]}
    assert not artifacts["requirements"]["differs"]
    (tmp_path / "other.txt").write_text("polars\n")
    sections = json.loads(run(capsys, *arguments)[1])["data"]["sections"]
    artifacts = {row["key"]: row for one in sections if one["name"] == "artifacts" for row in one["rows"]}
    assert artifacts["requirements"]["differs"]


def test_same_environment_twice_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "diff", "dev", "dev", "--project", str(project_of(tmp_path)))
    assert code == 2
    assert "two different environments" in err


def test_text_shows_sections_and_marks_what_is_absent(tmp_path: Path) -> None:
    dev, prod = environments_of(project_of(tmp_path, "tags: {tier: '[gold]'}".replace("[gold]", "gold")))
    found = compare(Side(dev, {}), Side(prod, {}, note="prod: not deployed")).only_differences()
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        console.print(text(found))
    lines = [line.split() for line in captured.get().splitlines()]
    assert lines[0] == ["dev", "prod"]
    assert ["tags.tier", "-", "gold"] in lines
    assert ["note", "prod:", "not", "deployed"] in lines
