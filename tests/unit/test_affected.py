"""Which environments a change affects and why."""

# ruff: noqa: F811 - fixtures are imported by their names
from __future__ import annotations

import time

import pytest

from mwaactl.errors import ConfigError
from mwaactl.model.affected import changed_waivers
from unit.affected_project import FILES, WAIVER, Reasons, both, pattern, project, reach, reasons, repository  # noqa: F401
from unit.broken_configurations.case import BASE
from unit.git_repository import Repository

pytestmark = pytest.mark.spread


def test_sample_is_a_sound_project(repository: Repository) -> None:
    assert [one.name for one in project(repository).environments()] == ["dev", "prod"]


def test_untouched_branch_affects_nothing(repository: Repository) -> None:
    found = reach(repository)
    assert [(one.environment, one.reasons) for one in found.environments] == [("dev", ()), ("prod", ())]
    assert (found.removed, found.files, found.is_code_affected) == ((), (), False)
    assert found.left_out_because == "no file changed"


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "CHANGELOG.md",
        "docs/guide.md",
        "tests/test_x.py",
        ".github/workflows/gate.yml",
        "Makefile",
        "envs/schema.json",
        "envs/notes/terraform.tfvars.j2",
        "terraform/tests/dev.tftest.hcl",
        "terraform/README.md",
        "modules/README.md",
        "modules/.gitignore",
        "modules/bucket/README.md",
        "modules/bucket/docs/picture.tf",
        "modules/bucket/tests/files/main.tf",
        "modules/bucket/more.tftest.hcl",
        "policies/README.md",
        "dags/__pycache__/one.pyc",
        "prod/dags/.gitkeep",
        "prod/README.md",
        "terraforms/main.tf",
        "modules.tf",
        "iam/other.json",
        "tooling/other/tool.py",
        "tooling/mwaactl/render/text.py",
        "tooling/mwaactl/cli/gate.py",
        "tooling/mwaactl/README.md",
    ],
)
def test_file_that_no_plan_or_verdict_depends_on_affects_nothing(repository: Repository, path: str) -> None:
    repository.write({path: "changed"})
    found = reach(repository)
    assert {one.reasons for one in found.environments} == {()}
    assert found.left_out_because == "the one changed file does not touch it"
    assert not found.is_code_affected


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("terraform/main.tf", "terraform/main.tf"),
        ("terraform/files/policy.json", "terraform/files/policy.json"),
        ("terraform/x.auto.tfvars", "terraform/x.auto.tfvars"),
        ("terraform/.terraform.lock.hcl", "terraform/.terraform.lock.hcl (the providers' versions)"),
        ("modules/bucket/main.tf", "modules/bucket/main.tf"),
        ("modules/bucket/inner/tests/main.tf", "modules/bucket/inner/tests/main.tf"),
        ("modules/tests/main.tf", "modules/tests/main.tf"),
        ("modules/new/main.tf", "modules/new/main.tf"),
        ("policies/own.py", "policies/own.py (the team's checks)"),
        ("policies/tests/own.py", "policies/tests/own.py (the team's checks)"),
        ("envs/terraform.tfvars.j2", "envs/terraform.tfvars.j2 (renders every environment)"),
        ("requirements.lock", "requirements.lock (another checkov may judge differently)"),
        ("tooling/mwaactl/model/guard.py", "tooling/mwaactl/model/guard.py (plans and judges every environment)"),
        ("tooling/mwaactl/errors.py", "tooling/mwaactl/errors.py (plans and judges every environment)"),
    ],
)
def test_shared_file_affects_every_environment(repository: Repository, path: str, reason: str) -> None:
    repository.write({path: "# changed\n"})
    found = reach(repository)
    assert {one.environment: one.reasons for one in found.environments} == both(reason)
    assert found.is_code_affected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("envs/dev.yaml", "extends: _eu\n", {"dev": ("envs/dev.yaml",)}),
        ("envs/dev.tfvars", "name = 2\n", {"dev": ("envs/dev.tfvars (rendered)",)}),
        ("envs/dev.s3.tfbackend", "", {"dev": ("envs/dev.s3.tfbackend (rendered)",)}),
        ("envs/_eu.yaml", "extends: defaults\n", {"dev": ("envs/_eu.yaml (extended by dev)",)}),
        (
            "envs/defaults.yaml",
            BASE + "tags: {a: b}\n",
            {"dev": ("envs/defaults.yaml (extended by _eu)",), "prod": ("envs/defaults.yaml (extended by prod)",)},
        ),
        ("dags/one.py", "1", {"dev": ("dags/one.py",)}),
        ("dags/.airflowignore", "1", {"dev": ("dags/.airflowignore",)}),
        ("dags/requirements.txt", "1", {"dev": ("dags/requirements.txt (requirements)",)}),
        ("prod/dags/new.py", "1", {"prod": ("prod/dags/new.py",)}),
        ("iam/prod.json", "{}", {"prod": ("iam/prod.json (policy of the execution role)",)}),
    ],
)
@pytest.mark.parametrize("is_committed", [True, False])
def test_file_of_one_environment_affects_those_that_are_made_of_it(
    repository: Repository, path: str, text: str, expected: Reasons, is_committed: bool
) -> None:
    repository.write({path: text})
    if is_committed:
        repository.commit()
    found = reach(repository)
    assert {one.environment: one.reasons for one in found.environments if one.reasons} == expected
    assert not found.is_code_affected


def test_files_of_one_kind_are_counted_and_own_reasons_come_first(repository: Repository) -> None:
    repository.commit(
        {
            "modules/bucket/main.tf": "1",
            "modules/bucket/outputs.tf": "1",
            "modules/bucket/tests/x.tftest.hcl": "1",
            "terraform/a.tf": "1",
            "terraform/b.tf": "1",
            "envs/prod.yaml": "extends: defaults\nartifacts: {dags: prod/dags, plugins: prod/dags/plugins}\n",
            "prod/dags/one.py": "1",
            "prod/dags/three.py": "1",
            "prod/dags/plugins/two.py": "1",
        }
    )
    assert reasons(repository) == {
        "dev": ("modules/bucket: 2 files", "terraform: 2 files"),
        "prod": (
            "envs/prod.yaml",
            "prod/dags/plugins/two.py",
            "prod/dags: 2 files",
            "modules/bucket: 2 files",
            "terraform: 2 files",
        ),
    }


def test_left_out_environment_says_how_many_files_passed_it_by(repository: Repository) -> None:
    repository.commit({"dags/one.py": "1", "docs/guide.md": "1"})
    assert reach(repository).left_out_because == "none of the 2 changed files touches it"


def test_only_environments_asked_for_are_told(repository: Repository) -> None:
    repository.commit({"terraform/main.tf": "1"})
    assert reasons(repository, "prod", "prod") == {"prod": ("terraform/main.tf",)}


def test_unknown_environment_is_an_error(repository: Repository) -> None:
    with pytest.raises(ConfigError, match="there is no environment prd"):
        reach(repository, "prd")


def test_new_environment_is_affected_by_its_own_file(repository: Repository) -> None:
    repository.write({"envs/new.yaml": "extends: defaults\n"})
    assert reasons(repository) == {"dev": (), "new": ("envs/new.yaml",), "prod": ()}


@pytest.mark.parametrize(
    ("text", "is_affected"),
    [
        ('[project]\nname = "y"\n\n[tool.mwaactl]\n\n[tool.ruff]\nline-length = 120\n', False),
        ('[project]\nname = "y"\n', False),
        ('[project]\nname = "x"\n\n[tool.mwaactl]\nstate_bucket = "other"\n', True),
        ("[tool.mwaactl", True),
        ("tool = 3\n", True),
        (None, False),
    ],
)
def test_pyproject_counts_where_the_tools_own_settings_change(
    repository: Repository, text: str | None, is_affected: bool
) -> None:
    repository.write({"pyproject.toml": text})
    assert reasons(repository) == both(*["pyproject.toml ([tool.mwaactl])"] * is_affected)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (WAIVER.format(environment="prod") + "# a comment\n", set()),
        (WAIVER.format(environment='"prod"'), set()),
        (WAIVER.format(environment="prod") + WAIVER.format(environment="dev"), {"dev"}),
        (WAIVER.format(environment="dev"), {"dev", "prod"}),
        (WAIVER.format(environment="prod").replace("2027", "2028"), {"prod"}),
        (WAIVER.format(environment="prod") * 2, {"prod"}),
        (WAIVER.format(environment="prod") + WAIVER.format(environment='"d*"'), {"dev"}),
        (WAIVER.format(environment="prod") + WAIVER.format(environment='"*"'), {"dev", "prod"}),
        (WAIVER.format(environment="prod") + WAIVER.format(environment="elsewhere"), set()),
        ("", {"prod"}),
        (None, {"prod"}),
    ],
)
def test_waivers_affect_the_environments_of_those_that_changed(
    repository: Repository, text: str | None, names: set[str]
) -> None:
    repository.write({"envs/waivers.yaml": text})
    expected = {name: f"envs/waivers.yaml (a waiver for {name})" for name in names}
    assert reasons(repository) == {name: (expected[name],) if name in names else () for name in ("dev", "prod")}


@pytest.mark.parametrize(
    "text",
    [
        "waivers: []\n",
        "- just text\n",
        "- check: A\n  resource: b\n",
        "- [",
        "- environment: [dev]\n",
        "- {environment: dev, reason: {a: b}}\n",
        "- &a {environment: dev}\n- {<<: *a}\n",
        pytest.param("- " * 100_000, id="deep"),
        pytest.param("# " + "x" * 300_000, id="large"),
    ],
)
def test_waivers_that_cannot_be_compared_affect_all(repository: Repository, text: str) -> None:
    repository.write({"envs/waivers.yaml": text})
    assert reasons(repository) == both("envs/waivers.yaml (cannot be compared)")


def test_waivers_of_multiplying_aliases_are_compared_at_once() -> None:
    levels = [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    bomb = "\n".join(["- &a0 [x]", *levels])
    began = time.monotonic()
    assert changed_waivers("", bomb) is None
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("text", [None, "extends: defaults\n  - [", "", "mwaa: 3\n", "extends: nowhere\n"])
def test_broken_parent_affects_who_extends_it(repository: Repository, text: str | None) -> None:
    repository.write({"envs/_eu.yaml": text})
    found = reasons(repository)
    assert [reason.split(" (")[0] for reason in found["dev"]] == ["envs/_eu.yaml"]
    assert found["prod"] == ()


def test_broken_environment_is_judged_by_its_files(repository: Repository) -> None:
    repository.commit({"envs/dev.yaml": "extends: _eu\nmwaa: [\n", "envs/prod.yaml": "extends: defaults\nmwaa: 3\n"})
    repository.git("branch", "--force", "main")
    repository.commit({"envs/defaults.yaml": BASE + "tags: {a: b}\n", "dags/one.py": "1"})
    assert reasons(repository) == {
        "dev": ("dags/one.py", "envs/defaults.yaml (what dev extends cannot be read)"),
        "prod": ("envs/defaults.yaml (extended by prod)", "dags/one.py"),
    }


def test_broken_environment_does_not_drag_in_others_and_is_not_dragged_in(repository: Repository) -> None:
    repository.commit({"envs/dev.yaml": "extends: _eu\nmwaa: [\n"})
    repository.git("branch", "--force", "main")
    repository.commit({"envs/prod.yaml": "extends: defaults\n", "envs/waivers.yaml": ""})
    assert reasons(repository)["dev"] == ()
