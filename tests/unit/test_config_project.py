"""The files of a repository as environments."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from mwaactl.adapters.project import Project
from mwaactl.errors import ConfigError
from unit.broken_configurations import CASES
from unit.broken_configurations.case import BASE

REPOSITORY = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("envs", "terraform", "dags"):
        (tmp_path / folder).mkdir()
    (tmp_path / "envs/_base.yaml").write_text(BASE)
    (tmp_path / "envs/dev.yaml").write_text("extends: _base\n")
    (tmp_path / "envs/prod.yaml").write_text("extends: _base\nnetwork: {vpc_cidr: 10.20.0.0/16}\n")
    return Project(tmp_path, today=TODAY)


def test_environments_of_this_repository_are_sound_and_without_warnings() -> None:
    project = Project(REPOSITORY, today=TODAY)
    assert [environment.name for environment in project.environments()] == list(project.environment_names())
    assert project.warnings() == ()


def test_environments_of_this_repository_are_three_accounts_and_ranges() -> None:
    environments = Project(REPOSITORY, today=TODAY).environments(["dev", "stage", "prod"])
    assert len({environment.account_id for environment in environments}) == 3
    assert [environment.protected for environment in environments] == [False, False, True]
    assert [environment.network.nat_gateways for environment in environments] == ["single", "single", "per_az"]


def test_names_derive_from_project_and_environment(project: Project) -> None:
    dev = project.environment("dev")
    assert dev.mwaa_name == "retail-dev"
    assert dev.bucket_name == "retail-dev-mwaa-111111111111-eu-west-1"
    assert dev.state_bucket == "retail-terraform-state-111111111111-eu-west-1"
    assert dev.state_key == "retail/dev/terraform.tfstate"
    assert dev.airflow_major == 2


@pytest.mark.parametrize(("size", "counts"), [("mw1.micro", (1, 1, 1, 1)), ("mw1.small", (2, 10, 2, 2))])
def test_counts_left_out_follow_the_class(project: Project, size: str, counts: tuple[int, ...]) -> None:
    (project.root / "envs/dev.yaml").write_text(f"extends: _base\nmwaa: {{environment_class: {size}}}\n")
    mwaa = project.environment("dev").mwaa
    assert (mwaa.schedulers, mwaa.max_workers, mwaa.min_webservers, mwaa.max_webservers) == counts


def test_find_walks_up_to_the_project(project: Project) -> None:
    assert Project.find(project.root / "dags") == Project(project.root)


def test_find_outside_a_project_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"envs/ and terraform/"):
        Project.find(tmp_path)


def test_names_leave_out_layers_defaults_and_waivers(project: Project) -> None:
    (project.root / "envs/waivers.yaml").write_text("waivers: []\n")
    (project.root / "envs/defaults.yaml").write_text("project: retail\n")
    assert project.environment_names() == ("dev", "prod")


def test_unknown_environment_names_the_known_ones_and_the_nearest(project: Project) -> None:
    with pytest.raises(ConfigError, match=r"known: dev, prod") as caught:
        project.environment("prd")
    assert caught.value.hint == "did you mean prod?"


def test_file_with_the_other_suffix_is_pointed_out(project: Project) -> None:
    (project.root / "envs/qa.yml").write_text("extends: _base\n")
    with pytest.raises(ConfigError) as caught:
        project.environment("qa")
    assert caught.value.hint == "rename envs/qa.yml to envs/qa.yaml"


def test_environment_ignores_broken_files_it_does_not_extend(project: Project) -> None:
    (project.root / "envs/prod.yaml").write_text("a: [\n")
    assert project.environment("dev").name == "dev"
    with pytest.raises(ConfigError):
        project.environments()


def test_conflicts_are_reported_once_for_all_environments(project: Project) -> None:
    (project.root / "envs/prod.yaml").write_text("extends: _base\n")
    with pytest.raises(ConfigError) as caught:
        project.environments()
    assert [(p.file, p.line, p.field) for p in caught.value.problems] == [("envs/prod.yaml", 1, "network.vpc_cidr")]


def test_file_that_changes_is_read_again(project: Project) -> None:
    assert project.environment("dev").region == "eu-west-1"
    (project.root / "envs/dev.yaml").write_text("extends: _base\ntags: {owner: me}\n")
    assert project.environment("dev").tags == {"owner": "me"}


def test_file_that_stays_is_read_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first = project.environment("dev")
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} is read again"))
    assert project.environment("dev") is first


def test_name_of_a_file_must_be_a_name(project: Project) -> None:
    (project.root / "envs/Dev_2.yaml").write_text("extends: _base\nnetwork: {vpc_cidr: 10.30.0.0/16}\n")
    with pytest.raises(ConfigError) as caught:
        project.environment("Dev_2")
    assert "no name of an environment" in str(caught.value.problems[0])


def test_write_replaces_whole_files_and_leaves_equal_ones(project: Project) -> None:
    assert project.write("docs/a.md", "one\n")
    before = (project.root / "docs/a.md").stat()
    assert not project.write("docs/a.md", "one\n")
    assert (project.root / "docs/a.md").stat().st_mtime_ns == before.st_mtime_ns
    assert project.write("docs/a.md", "two\n")
    assert [path.name for path in (project.root / "docs").iterdir()] == ["a.md"]


def test_data_dir_is_private(project: Project) -> None:
    folder = project.data_dir("dev")
    assert folder == project.root / ".mwaactl/dev"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_settings_come_from_pyproject(project: Project) -> None:
    (project.root / "pyproject.toml").write_text('[tool.mwaactl]\nstate_bucket = "team-state"\n')
    assert project.state_bucket(project.environment("dev")) == "team-state"


def test_unknown_setting_is_an_error(project: Project) -> None:
    (project.root / "pyproject.toml").write_text('[tool.mwaactl]\nstate_buckt = "team-state"\n')
    with pytest.raises(ConfigError) as caught:
        _ = project.settings
    assert "state_bucket" in str(caught.value.problems[0])


def test_secrets_are_not_repeated(project: Project) -> None:
    secret = "postgresql://user:hunter2hunter2@db/x"
    (project.root / "envs/dev.yaml").write_text(
        f"extends: _base\nmwaa:\n  airflow_version: {secret}\n  airflow_configuration_options:\n"
        "    smtp.smtp_password: 1234hunter\n    core.fernet_key: [hunter]\n    api.secret_key: 3.14159\n"
    )
    with pytest.raises(ConfigError) as caught:
        project.environment("dev")
    report = repr(caught.value.problems)
    assert "hunter" not in report
    assert "3.14159" not in report


def test_tables_case_names_are_usable_as_file_names() -> None:
    assert all(case.name.replace("-", "").isalnum() for case in CASES)
