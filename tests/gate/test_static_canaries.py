"""A pull request from a stranger: nothing of it is executed, and it learns nothing of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.copies import Run, make_repository, runner

pytestmark = [pytest.mark.terraform, pytest.mark.spread]

SECRET = "canary-of-the-runner-4711"

TEMPLATES = {
    "command": "{{{{ cycler.__init__.__globals__.os.popen('touch {canary}').read() }}}}",
    "subclasses": "{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}",
    "globals of a method": "{{{{ environment.model_dump.__globals__ }}}}",
    "model internals": "{{{{ environment.__class__.__init__.__globals__['__builtins__'] }}}}",
    "include": "{{% include '/etc/passwd' %}}",
    "import": "{{% import 'os' as os %}}{{{{ os.environ }}}}",
    "format string": "{{{{ '{{0.__class__.__init__.__globals__}}'.format(environment) }}}}",
    "environment variable": "{{{{ environ['MWAACTL_TEST_SECRET'] }}}}",
    "filter attr": "{{{{ environment | attr('__class__') | attr('__mro__') }}}}",
    "config": "{{{{ self._TemplateReference__context.environment.loader }}}}",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MWAACTL_TEST_SECRET", SECRET)
    return make_repository(tmp_path / "repository")


@pytest.fixture
def run(repository: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(repository, capsys)


@pytest.mark.parametrize("attack", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_template_when_it_reaches_out_then_gets_nothing(attack: str, repository: Path, run: Run) -> None:
    canary = repository / "canary"
    template = repository / "envs" / "terraform.tfvars.j2"
    template.write_text(f"# {attack.format(canary=canary)}\n{template.read_text()}")
    gate = run("gate", "--static", "--since", "HEAD")
    assert not canary.exists()
    assert gate.code in (2, 3), gate.out
    for leak in (SECRET, "root:x:0:0", "subprocess.Popen", "<class '"):
        assert leak not in gate.out + gate.err


DAGS = {
    "at import": "open({canary!r}, 'w').close()\n",
    "in a default": "def f(x=open({canary!r}, 'w')):\n    pass\n",
    "in a decorator": "import os\n@os.mkdir({canary!r})\nclass C:\n    pass\n",
    "in an f-string": "x = f\"{{open({canary!r}, 'w')}}\"\n",
}


@pytest.mark.parametrize("attack", DAGS.values(), ids=DAGS.keys())
def test_dag_when_it_runs_code_at_import_then_is_only_parsed(attack: str, repository: Path, run: Run) -> None:
    canary = repository / "canary"
    (repository / "dags" / "attack.py").write_text(attack.format(canary=str(canary)))
    gate = run("gate", "--static", "--since", "HEAD")
    assert not canary.exists()
    assert gate.code == 0, gate.out


@pytest.mark.parametrize("name", ["policies/attack.py", "policies/__init__.py", "sitecustomize.py", "conftest.py"])
def test_python_of_the_repository_is_not_executed(name: str, repository: Path, run: Run) -> None:
    canary = repository / "canary"
    path = repository / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"open({str(canary)!r}, 'w').close()\n")
    assert run("gate", "--static", "--since", "HEAD").code == 0
    assert not canary.exists()


def test_expression_of_the_code_is_not_evaluated(repository: Path, run: Run) -> None:
    """checkov evaluates expressions by an interpreter of Python; two to a huge power would never come back."""
    bomb = "9**9**9**9"
    (repository / "modules" / "kms" / "attack.tf").write_text(
        f'locals {{\n  a = "${{{bomb}}}"\n  b = [for x in range(10**12) : x]\n}}\n\n'
        'resource "aws_sns_topic" "attack" {\n  name              = "${local.a}"\n'
        "  kms_master_key_id = \"${open('/etc/passwd').read()}\"\n}\n"
    )
    gate = run("gate", "--static", "--since", "HEAD")
    assert "root:x:0:0" not in gate.out + gate.err


def test_program_named_by_the_repository_is_not_run(repository: Path, run: Run) -> None:
    canary, evil = repository / "canary", repository / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {canary}\n")
    evil.chmod(0o755)
    with (repository / "pyproject.toml").open("a") as settings:
        settings.write("\n[tool.other]\nx = 1\n")
    text = (repository / "pyproject.toml").read_text()
    assert "[tool.mwaactl]" in text
    (repository / "pyproject.toml").write_text(text.replace("[tool.mwaactl]", f'[tool.mwaactl]\nterraform = "{evil}"'))
    assert run("gate", "--static", "--since", "HEAD").code == 0
    assert not canary.exists()


@pytest.mark.parametrize("name", ["envs/leak.yaml", "dags/leak.py", "terraform/leak.tf", "modules/kms/leak.tf"])
def test_link_out_of_the_repository_is_refused_unread(name: str, repository: Path, run: Run) -> None:
    outside = repository.parent / "outside.txt"
    outside.write_text(f"{SECRET}: [\n")
    (repository / name).symlink_to(outside)
    gate = run("gate", "--static", "--since", "HEAD")
    assert gate.code == 3
    assert "LINK_OUTSIDE" in gate.out
    assert name in gate.out
    assert SECRET not in gate.out + gate.err


def test_folder_that_is_a_link_out_of_the_repository_is_refused(repository: Path, run: Run) -> None:
    outside = repository.parent / "outside"
    outside.mkdir()
    (outside / "leak.py").write_text(f"{SECRET} = (\n")
    (repository / "dags" / "more").symlink_to(outside)
    gate = run("gate", "--static", "--since", "HEAD")
    assert gate.code == 3
    assert SECRET not in gate.out + gate.err


def test_syntax_error_does_not_repeat_the_line(repository: Path, run: Run) -> None:
    (repository / "dags" / "broken.py").write_text(f"password = '{SECRET}' (\n")
    gate = run("gate", "--static", "--since", "HEAD")
    assert (gate.code, "DAG_SYNTAX" in gate.out) == (3, True)
    assert SECRET not in gate.out + gate.err


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("(" * 5000, "DAG_SYNTAX"),
        ("x = " + "-" * 100_000 + "1\n", "DAG_SYNTAX"),
        ("\0", "DAG_SYNTAX"),
        ("# coding: nonsense\n", "DAG_ENCODING"),
    ],
    ids=["nesting", "signs", "null byte", "encoding"],
)
def test_file_made_to_exhaust_the_parser_is_a_finding(text: str, finding: str, repository: Path, run: Run) -> None:
    (repository / "dags" / "bomb.py").write_text(text)
    gate = run("gate", "--static", "--since", "HEAD")
    assert (gate.code, finding in gate.out) == (3, True)
