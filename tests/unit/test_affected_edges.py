"""What a change affects: removed environments, links, odd places and names."""

# ruff: noqa: F811 - fixtures are imported by their names
from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from mwaactl.adapters.project import Project
from mwaactl.errors import Severity
from mwaactl.workflows.affected import affected
from unit.affected_project import FILES, WAIVER, Reasons, both, pattern, project, reach, reasons, repository  # noqa: F401
from unit.git_repository import Repository, new_repository

pytestmark = pytest.mark.spread


@pytest.mark.parametrize("is_committed", [True, False])
@pytest.mark.parametrize("new_name", [None, "envs/_dev.yaml", "envs/dev2.yaml", "envs/dev.yml", "old/dev.yaml"])
def test_removed_environment_is_a_finding(repository: Repository, new_name: str | None, is_committed: bool) -> None:
    repository.write({"envs/dev.yaml": None} | ({new_name: FILES["envs/dev.yaml"]} if new_name else {}))
    if is_committed:
        repository.commit()
    found = reach(repository)
    assert [(one.id, one.severity, one.file, one.environment) for one in found.removed] == [
        ("ENVIRONMENT_REMOVED", Severity.HIGH, "envs/dev.yaml", "dev")
    ]
    assert "stays in AWS" in found.removed[0].message
    assert "run `mwaactl destroy dev`" in found.removed[0].hint
    assert {one.environment: one.reasons for one in found.environments}["prod"] == ()


@pytest.mark.parametrize(
    "files", [{"envs/_eu.yaml": None}, {"envs/waivers.yaml": None}, {"envs/defaults.yaml": None}, {"dags/one.py": None}]
)
def test_removed_file_that_is_no_environment_is_no_finding(
    repository: Repository, files: dict[str, str | None]
) -> None:
    repository.commit(files)
    assert reach(repository).removed == ()


def test_environment_that_was_never_merged_is_not_missed(repository: Repository) -> None:
    repository.commit({"envs/short.yaml": "extends: defaults\n"})
    repository.write({"envs/short.yaml": None})
    found = reach(repository)
    assert found.removed == ()
    assert {one.reasons for one in found.environments} == {()}


def test_environment_removed_elsewhere_meanwhile_is_not_ours(repository: Repository) -> None:
    repository.git("switch", "--quiet", "main")
    repository.commit({"envs/dev.yaml": None})
    repository.git("switch", "--quiet", "topic")
    assert reach(repository).removed == ()


@pytest.mark.parametrize(
    ("link", "target", "change", "expected"),
    [
        ("modules/linked", "../shared/module", "shared/module/main.tf", both("modules/linked/main.tf")),
        ("dags/common", "../shared/python", "shared/python/a.py", {"dev": ("dags/common/a.py",), "prod": ()}),
        ("envs/new.yaml", "../shared/new.yaml", "shared/new.yaml", {"dev": (), "new": ("envs/new.yaml",), "prod": ()}),
        (
            "policies/linked.py",
            "../shared/linked.py",
            "shared/linked.py",
            both("policies/linked.py (the team's checks)"),
        ),
    ],
)
def test_change_behind_a_link_counts_for_who_links_there(
    repository: Repository, link: str, target: str, change: str, expected: Reasons
) -> None:
    repository.write({change: "# before\n"})
    (repository.root / link).symlink_to(target)
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.commit({change: "# after\n"})
    assert reasons(repository) == expected


def test_links_in_a_circle_and_to_everything_do_no_harm(repository: Repository) -> None:
    for link, target in [
        ("dags/a", "b"),
        ("dags/b", "a"),
        ("dags/all", "../.."),
        ("dags/self", "."),
        ("modules/x", ".."),
    ]:
        (repository.root / link).symlink_to(target)
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.commit({"docs/guide.md": "1", "prod/dags/one.py": "1"})
    assert reasons(repository) == {"dev": (), "prod": ("prod/dags/one.py",)}


def test_module_outside_of_modules_counts_when_it_is_used(repository: Repository) -> None:
    repository.commit({"terraform/lib.tf": 'module "lib" {\n  source = "../lib/one"\n}\n', "lib/two/main.tf": ""})
    repository.commit({"lib/one/main.tf": 'resource "aws_s3_bucket" "this" {}\n'})
    repository.git("branch", "--force", "main")
    repository.commit({"lib/one/main.tf": "", "lib/one/extra.tf": 'resource "aws_s3_bucket" "this" {}\n'})
    assert reasons(repository) == both("lib/one: 2 files (a module)")
    repository.git("branch", "--force", "main")
    repository.commit({"lib/two/main.tf": "1", "lib/one/README.md": "1"})
    assert reasons(repository) == both()


def test_project_in_a_subfolder_sees_its_files_and_the_modules_beside_it(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "all")
    lib = {
        "infra/terraform/lib.tf": 'module "lib" {\n  source = "../../lib"\n}\n',
        "lib/main.tf": "",
        "envs/dev.yaml": "",
    }
    repository.commit({f"infra/{path}": text for path, text in FILES.items()} | lib)
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit({"envs/dev.yaml": "1", "README.md": "1", "infra/envs/prod.yaml": "extends: defaults\n"})
    infra = Project(repository.root / "infra", today=date(2026, 11, 22))
    assert [one.reasons for one in affected(infra, (), "main").environments] == [(), ("envs/prod.yaml",)]
    repository.commit({"lib/main.tf": "1"})
    found = affected(infra, ["dev"], "main")
    assert [one.reasons for one in found.environments] == [("../lib/main.tf (a module)",)]


def test_environment_that_git_ignores_is_affected_as_nobody_can_tell(repository: Repository) -> None:
    repository.commit({".gitignore": "/envs/local.yaml\n"})
    repository.git("branch", "--force", "main")
    repository.write({"envs/local.yaml": "extends: defaults\n"})
    assert reasons(repository) == {
        "dev": (),
        "local": ("envs/local.yaml (git ignores it and cannot tell whether it changed)",),
        "prod": (),
    }


def test_names_of_files_cannot_forge_lines_of_the_report(repository: Repository) -> None:
    repository.commit({"modules/x\n# Approved/main.tf": "1", "dags/\x1b[2J.py": "1"})
    assert reasons(repository)["dev"] == ("dags/\\x1b[2J.py", "modules/x\\n# Approved/main.tf")


def test_twelve_environments_are_told_apart_among_a_thousand_files(repository: Repository) -> None:
    extra: dict[str, str | None] = {f"envs/e{n}.yaml": "extends: defaults\n" for n in range(10)}
    repository.commit(extra | {f"dags/d{n}.py": "" for n in range(500)})
    repository.git("branch", "--force", "main")
    repository.commit({"envs/e3.yaml": "extends: _eu\n"} | {f"docs/{n}.md": "" for n in range(1000)})
    told = reach(repository)
    assert [one.environment for one in told.environments if one.reasons] == ["e3"]
    assert re.fullmatch(r"none of the 1001 changed files touches it", told.left_out_because)
