"""envs/NAME.tfvars and envs/NAME.s3.tfbackend."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from mwaactl.adapters.process import Command, run
from mwaactl.adapters.project import Project
from mwaactl.errors import ConfigError
from mwaactl.model.hcl import hcl
from mwaactl.model.tfvars import Template, root_variables

REPOSITORY = Path(__file__).parents[2]
ENVIRONMENTS = ("dev", "stage", "prod")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of this repository's configuration, free to be changed."""
    for folder in ("envs", "dags"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    (tmp_path / "terraform").mkdir()
    return Project(tmp_path, today=date(2026, 11, 22))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_rendered_files_of_this_repository_are_fresh(name: str) -> None:
    project = Project(REPOSITORY, today=date(2026, 11, 22))
    for file in project.rendered(project.environment(name)):
        assert project.is_fresh(file), f"{file.path} is stale: run `mwaactl render`"


def test_rendering_is_deterministic(project: Project) -> None:
    again = Project(project.root, today=project.today)
    for name in ENVIRONMENTS:
        assert project.rendered(project.environment(name)) == again.rendered(again.environment(name))


def test_variables_are_those_of_the_root_module() -> None:
    declared = re.findall(r'^variable "(\w+)"', (REPOSITORY / "terraform/variables.tf").read_text(), re.MULTILINE)
    project = Project(REPOSITORY, today=date(2026, 11, 22))
    for environment in project.environments():
        assert sorted(root_variables(environment)) == sorted(declared)
        tfvars = project.rendered(environment)[0].text
        assert re.findall(r"^(\w+) +=", tfvars, re.MULTILINE) == sorted(declared)


def test_variables_name_the_bucket_and_the_built_plugins(project: Project) -> None:
    variables = root_variables(project.environment("dev"))
    assert variables["bucket"]["name"] == "retail-dev-mwaa-111111111111-eu-west-1"
    assert variables["artifacts"] == {
        "plugins": ".mwaactl/dev/plugins.zip",
        "requirements": "dags/requirements.txt",
        "startup_script": "dags/startup.sh",
    }


def test_keys_nobody_sets_are_left_out(project: Project) -> None:
    variables = root_variables(project.environment("dev"))
    assert "null" not in json.dumps(variables)
    assert "existing" not in variables["network"]


def test_service_lambda_keeps_its_name(project: Project) -> None:
    with (project.root / "envs/dev.yaml").open("a") as file:
        file.write("execution_role: {services: {lambda: {functions: [f]}}}\n")
    variables = root_variables(project.environment("dev"))
    assert variables["execution_role"]["services"] == {"lambda": {"functions": ("f",)}}


def test_backend_file_refuses_other_accounts_and_locks(project: Project) -> None:
    text = project.rendered(project.environment("prod"))[1].text
    settings = {key: value.strip() for key, _, value in (line.partition(" = ") for line in text.splitlines()[2:])}
    assert {key.strip(): value for key, value in settings.items()} == {
        "allowed_account_ids": '["333333333333"]',
        "bucket": '"retail-terraform-state-333333333333-eu-west-1"',
        "encrypt": "true",
        "key": '"retail/prod/terraform.tfstate"',
        "region": '"eu-west-1"',
        "use_lockfile": "true",
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a\n{{ nothing }}\n", 2, "'nothing' is undefined; known names: variables"),
        ("a\n\n{{ variables.regoin | hcl }}\n", 3, "regoin"),
        ("{% if %}\n", 1, "Expected an expression"),
        ("a\n{{ variables | json }}\n", 2, "No filter named 'json'"),
        ("a\nb\n{{ variables.__class__.mro() }}\n", 3, "unsafe"),
        ("{{ 1 / 0 }}", 1, "division"),
    ],
)
def test_mistake_in_a_template_is_reported_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Template("envs/terraform.tfvars.j2", text).render({"variables": {"region": "eu-west-1"}})
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("envs/terraform.tfvars.j2", line)
    assert said in problem.message


def test_missing_template_is_an_error(project: Project) -> None:
    (project.root / "envs/terraform.tfvars.j2").unlink()
    with pytest.raises(ConfigError, match=r"envs/terraform\.tfvars\.j2"):
        project.rendered(project.environment("dev"))


def _anything(random_: random.Random, depth: int = 0) -> object:
    """A value such as no person would write, to compare with what Terraform makes of it."""
    kind = random_.choice(["text", "text", "number", "bool", "list", "map", "map"] if depth < 4 else ["text", "number"])
    if kind == "text":
        return "".join(random_.choices('ab \\"${}%$é数\n\t=#', k=random_.randrange(12)))
    if kind == "number":
        return random_.randrange(-9, 10**6)
    if kind == "bool":
        return random_.random() < 0.5
    if kind == "list":
        return [f"{_anything(random_, 9)}" for _ in range(random_.randrange(9))]
    keys = ["a", "long_name", "core.x", "two words", "é", "${x}", 'q"', "for", "a-b"]
    return {key: _anything(random_, depth + 1) for key in random_.sample(keys, random_.randrange(len(keys)))}


def terraform(folder: Path, *arguments: str) -> str:
    done = run(Command(["terraform", *arguments], folder, {"PATH": os.environ["PATH"], "HOME": str(folder)}))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.terraform
def test_hcl_is_what_terraform_fmt_writes_and_reads_back_unchanged(tmp_path: Path) -> None:
    random_ = random.Random(20261122)
    values = {f"v{index}": _anything(random_) for index in range(300)}
    text = "\n\n".join(f"{name} = {hcl(value)}" for name, value in values.items())
    (tmp_path / "a.tfvars").write_text(text + "\n")
    (tmp_path / "main.tf").write_text(
        "".join(f'variable "{name}" {{}}\n' for name in values)
        + f'output "all" {{\n  value = {{ {", ".join(f"{name} = var.{name}" for name in values)} }}\n}}\n'
    )
    terraform(tmp_path, "fmt", "-check", "-diff", "a.tfvars")
    terraform(tmp_path, "apply", "-auto-approve", "-var-file=a.tfvars")
    assert json.loads(terraform(tmp_path, "output", "-json", "all")) == values


@pytest.mark.terraform
def test_rendered_files_are_what_terraform_fmt_writes(project: Project) -> None:
    for environment in project.environments():
        for file in project.rendered(environment):
            (project.root / "a.tfvars").write_text(file.text)
            terraform(project.root, "fmt", "-check", "-diff", "a.tfvars")
