"""A project in a real git repository, for tests of what a change affects."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mwaactl.adapters.project import Project
from mwaactl.model.affected import Reach
from mwaactl.workflows.affected import affected
from unit.broken_configurations.case import BASE
from unit.git_repository import Repository, new_repository

Reasons = dict[str, tuple[str, ...]]

WAIVER = """\
- check: CKV_AWS_1
  resource: aws_s3_bucket.this
  environment: {environment}
  reason: long enough to be one
  owner: data-platform
  expires: 2027-06-30
"""

FILES: dict[str, str | None] = {
    "README.md": "read me",
    "pyproject.toml": '[project]\nname = "x"\n\n[tool.mwaactl]\n',
    "requirements.lock": "checkov==3\n",
    "envs/defaults.yaml": BASE,
    "envs/_eu.yaml": "extends: defaults\nregion: eu-west-1\n",
    "envs/dev.yaml": "extends: _eu\nartifacts: {requirements: dags/requirements.txt}\n",
    "envs/prod.yaml": (
        "extends: defaults\nnetwork: {vpc_cidr: 10.20.0.0/16}\nartifacts: {dags: prod/dags}\n"
        "execution_role: {policy_files: [iam/prod.json]}\n"
    ),
    "envs/terraform.tfvars.j2": "name = 1\n",
    "envs/waivers.yaml": WAIVER.format(environment="prod"),
    "envs/dev.tfvars": "name = 1\n",
    "terraform/main.tf": 'module "bucket" {\n  source = "../modules/bucket"\n}\n',
    "terraform/.terraform.lock.hcl": "",
    "modules/bucket/main.tf": 'resource "aws_s3_bucket" "this" {}\n',
    "modules/bucket/outputs.tf": "",
    "dags/one.py": "",
    "dags/requirements.txt": "",
    "prod/dags/one.py": "",
    "prod/dags/plugins/two.py": "",
    "iam/prod.json": '{"Statement": []}',
    "policies/own.py": "",
    "docs/guide.md": "",
    "tests/test_x.py": "",
}


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """dev extends _eu and defaults, prod defaults; each has its DAG folder. A branch `topic` is checked out."""
    found = new_repository(tmp_path_factory.mktemp("pattern") / "clone")
    found.commit(FILES)
    found.git("switch", "--quiet", "--create", "topic")
    return found


@pytest.fixture
def repository(pattern: Repository, tmp_path: Path) -> Repository:
    return pattern.copy(tmp_path / "clone")


def project(repository: Repository) -> Project:
    return Project(repository.root, today=date(2026, 11, 22))


def reach(repository: Repository, *names: str) -> Reach:
    return affected(project(repository), names, "main")


def reasons(repository: Repository, *names: str) -> Reasons:
    return {one.environment: one.reasons for one in reach(repository, *names).environments}


def both(*texts: str) -> Reasons:
    return {"dev": texts, "prod": texts}
