"""A team's own checks in policies/: loaded as checkov documents them, and never passed over."""

from __future__ import annotations

import subprocess  # noqa: TID251 - a process in which nothing is loaded yet
import sys
from pathlib import Path

import pytest

from gate.rules import SMALL_ONLY
from mwaactl.adapters.checkov import load_team_checks, scan_plan
from mwaactl.adapters.project import Project
from mwaactl.errors import ConfigError
from mwaactl.model.planned import planned_environment

ROOT = Path(__file__).resolve().parents[2]

PYTHON = """
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck


class NoProd(BaseResourceCheck):
    def __init__(self):
        super().__init__("Nobody is called prod", "{id}", [CheckCategories.CONVENTION], ["aws_mwaa_environment"])

    def scan_resource_conf(self, conf):
        return CheckResult.FAILED if conf["name"][0].endswith("prod") else CheckResult.PASSED


check = NoProd()
"""


def yaml_check(id: str) -> str:
    return SMALL_ONLY.replace("CKV2_TEAM_1", id)


def write(root: Path, name: str, text: str) -> Path:
    path = root / "policies" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def failed_ids(name: str) -> set[str]:
    """The checks that the environment of this repository fails."""
    document = planned_environment(Project(ROOT).environment(name))
    return {finding.id for finding in scan_plan(name, document, ROOT).failed}


def test_python_and_yaml_checks_judge_and_go_with_their_project(tmp_path: Path) -> None:
    write(tmp_path, "names.py", PYTHON.format(id="CKV_TEAM_11"))
    write(tmp_path, "size.yaml", yaml_check("CKV2_TEAM_12"))
    assert load_team_checks(tmp_path, is_static=False) == ("policies/names.py", "policies/size.yaml")
    assert {"CKV_TEAM_11", "CKV2_TEAM_12"} <= failed_ids("prod")
    assert not {"CKV_TEAM_11", "CKV2_TEAM_12"} & failed_ids("dev")
    assert load_team_checks(tmp_path / "other", is_static=False) == ()
    assert not {"CKV_TEAM_11", "CKV2_TEAM_12"} & failed_ids("prod")


def test_checks_that_several_stages_ask_for_at_once_are_loaded_once(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom concurrent.futures import ThreadPoolExecutor\nfrom pathlib import Path\n"
        "from mwaactl.adapters.checkov import load_team_checks\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    asked = [pool.submit(load_team_checks, Path(sys.argv[1]), is_static=True) for _ in range(8)]\n"
        "assert {one.result() for one in asked} == {('policies/size.yaml',)}\n"
    )
    write(tmp_path, "size.yaml", yaml_check("CKV2_TEAM_13"))
    # In a process of its own: once checkov has read its own checks, nothing overlaps.
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)


def test_python_check_when_static_then_is_not_executed(tmp_path: Path) -> None:
    write(tmp_path, "canary.py", f"open({str(tmp_path / 'canary')!r}, 'w').close()\n")
    assert load_team_checks(tmp_path, is_static=True) == ()
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("a.py", "x = 1\n\ndef broken(:\n", 3, "is not Python"),
        ("a.py", "x = 1\nimport no_such_module_anywhere\n", 2, "cannot be imported: ModuleNotFoundError"),
        ("a.py", "x = 1\n", 0, "registers no check"),
        ("a.yaml", "metadata: [\n", 2, "is not YAML"),
        ("a.yaml", "- 1\n", 1, "must be a map"),
        ("a.yaml", "metadata: {name: x}\ndefinition: {}\n", 1, "metadata needs id"),
        ("a.yaml", "metadata: {id: CKV2_TEAM_2, name: x}\n", 1, "needs a definition"),
        ("a.yaml", "metadata: {id: CKV2_TEAM_3, name: x}\ndefinition: {cond_type: nonsense}\n", 1, "cannot read"),
        ("a.yaml", yaml_check("CKV_AWS_242"), 1, "is taken"),
    ],
)
def test_unsound_check_is_an_error_with_its_place(
    name: str, text: str, line: int, message: str, tmp_path: Path
) -> None:
    write(tmp_path, name, text)
    with pytest.raises(ConfigError) as caught:
        load_team_checks(tmp_path, is_static=False)
    [problem] = caught.value.problems
    assert (problem.file, problem.line) == (f"policies/{name}", line)
    assert message in problem.message


def test_all_unsound_checks_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "x = 1\n")
    write(tmp_path, "b.yaml", "- 1\n")
    with pytest.raises(ConfigError) as caught:
        load_team_checks(tmp_path, is_static=False)
    assert [problem.file for problem in caught.value.problems] == ["policies/a.py", "policies/b.yaml"]
    write(tmp_path, "a.py", PYTHON.format(id="CKV_TEAM_13"))
    write(tmp_path, "b.yaml", yaml_check("CKV2_TEAM_14"))
    assert len(load_team_checks(tmp_path, is_static=False)) == 2, "it can be mended and loaded in the same process"
    load_team_checks(tmp_path / "other", is_static=False)
