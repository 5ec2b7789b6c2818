"""The gate on real plans: guards, secrets, a clean work tree, and what happens when it is interrupted or run twice."""

from __future__ import annotations

import json
import signal
import subprocess  # noqa: TID251 - makes a git repository
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.project_fixtures import Copy, Run, children_of, end, make_quick_copy, wait_until

pytestmark = pytest.mark.integration

GIT = ("git", "-c", "user.name=tests", "-c", "user.email=tests@example.com")
GATE = ("--sandbox", "gate", "prod", "--output", "json")
NETWORK = """
import sys

def _record(event, arguments):
    if event == "socket.connect":
        with open({log!r}, "a") as log:
            log.write(f"{{arguments[1]}}\\n")

sys.addaudithook(_record)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """dev and prod deployed in a git repository, without the lifecycle rule that takes a minute."""
    made = make_quick_copy(tmp_path_factory.mktemp("gate"), "dev", "prod")
    (made.root / ".gitignore").write_text(".mwaactl/\noutput.log\n__pycache__/\n")
    made.ok("sandbox", "start", "--creation-seconds", "1")
    made.ok("--sandbox", "deploy", "--all", "--yes")
    made.ok("render")
    git(made, "init", "-q", "-b", "main")
    commit(made)
    yield made
    made.ok("sandbox", "stop")


@pytest.fixture(autouse=True)
def untouched(copy: Copy) -> Iterator[None]:
    """Every test begins with the committed files."""
    yield
    git(copy, "reset", "-q", "--hard")
    git(copy, "clean", "-qfd")


def git(copy: Copy, *arguments: str) -> str:
    """Run git in the copy."""
    done = subprocess.run([*GIT, *arguments], cwd=copy.root, capture_output=True, text=True, check=True)
    return done.stdout


def commit(copy: Copy) -> None:
    """Commit everything."""
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "change")


def refusals(run: Run) -> list[tuple[str, str, str, int]]:
    """(id, address, file, line) of everything that refuses."""
    gate = run.envelope["data"]
    verdicts = [gate["repository"], *(outcome["data"]["verdict"] for outcome in gate["outcomes"] if outcome["data"])]
    return [
        (finding["id"], finding["address"], finding["file"], finding["line"])
        for verdict in verdicts
        for finding in verdict["refusals"]
    ]


def test_gate_passes_leaves_everything_as_it_was_and_calls_nobody_but_aws(copy: Copy, tmp_path: Path) -> None:
    log = tmp_path / "connections"
    (tmp_path / "sitecustomize.py").write_text(NETWORK.format(log=str(log)))
    state = copy.sandbox.find()
    assert state is not None
    serial = copy.client("s3", "prod").list_object_versions(Bucket=copy.model("prod").state_bucket)["Versions"]
    watched = Copy(copy.root, {"PYTHONPATH": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9"})
    run = watched.run("--sandbox", "gate", "--all", "--format", f"sarif={tmp_path}/gate.sarif")
    assert run.code == 0, run.everything
    assert "PASSED" in run.out
    assert git(copy, "status", "--porcelain") == ""
    after = copy.client("s3", "prod").list_object_versions(Bucket=copy.model("prod").state_bucket)["Versions"]
    assert [one["VersionId"] for one in after] == [one["VersionId"] for one in serial]
    assert not list(copy.root.glob(".mwaactl/*/sandbox/gate.*")), "no plan is left behind"
    port = state.url.rpartition(":")[2].strip("/")
    connections = set(log.read_text().splitlines())
    assert connections, "the hook has seen nothing"
    assert all(port in one for one in connections), connections
    assert json.loads((tmp_path / "gate.sarif").read_text())["version"] == "2.1.0"


def wider_role(copy: Copy) -> None:
    path = copy.root / "modules" / "iam" / "documented.tf"
    text = path.read_text()
    assert "s3:GetObject*" in text
    path.write_text(text.replace('"s3:GetObject*"', '"s3:*"'))


def many_deletions(copy: Copy) -> None:
    (copy.root / "modules" / "network" / "flow_logs.tf").unlink()
    copy.change("prod", lambda env: env.update(policy={"max_deletions": 1}))


def test_wider_role_is_refused_with_its_place(copy: Copy) -> None:
    wider_role(copy)
    run = copy.run(*GATE, "--since", "main")
    assert run.code == 3, run.everything
    [(address, file, line)] = [rest for id, *rest in refusals(run) if id == "GUARD_IAM"]
    assert address == "module.iam[0].aws_iam_role_policy.documented"
    assert 'resource "aws_iam_role_policy" "documented"' in (copy.root / file).read_text().splitlines()[line - 1]


def test_plan_with_only_deletions_is_refused_and_what_is_allowed_is_still_seen(copy: Copy) -> None:
    many_deletions(copy)
    copy.ok("render")
    run = copy.run(*GATE, "--since", "main", "--allow", "deletions")
    assert run.code == 3, run.everything
    plan = run.envelope["data"]["outcomes"][0]["data"]["plan"]
    assert {entry["action"] for entry in plan["changes"]} == {"delete"}, "checkov alone sees nothing here"
    guards = [(id, address) for id, address, file, line in refusals(run) if id.startswith("GUARD_")]
    assert guards == [("GUARD_DELETE", "module.network[0].aws_cloudwatch_log_group.flow_logs")]
    warnings = run.envelope["data"]["outcomes"][0]["data"]["verdict"]["warnings"]
    assert "GUARD_DELETIONS" in {finding["id"] for finding in warnings}


def test_only_what_the_change_affects_is_judged_and_nothing_is_quick(copy: Copy) -> None:
    copy.change("dev", lambda env: env["mwaa"].update(max_workers=3))
    copy.ok("render")
    gate = copy.ok("--sandbox", "gate", "--since", "main", "--output", "json").envelope["data"]
    assert [outcome["environment"] for outcome in gate["outcomes"]] == ["dev"]
    assert "envs/dev.yaml" in " ".join(gate["outcomes"][0]["data"]["affected_because"])
    assert [left["environment"] for left in gate["left_out"]] == ["prod"]
    git(copy, "reset", "-q", "--hard")
    (copy.root / "NOTES.md").write_text("nothing that matters\n")
    nothing = copy.ok("--sandbox", "gate", "--since", "main", "--output", "json").envelope["data"]
    assert nothing["outcomes"] == []


SECRETS = {
    "option": "hunter2-Option-4711",
    "parameter": "hunter2-Param-4712",
    "variable": "hunter2-Variable-4713",
    "function": "hunter2-Function-4714",
    "access key": "AKIAIOSFODNN7PLANTED",
    "secret": "hunter2-Secret-4715",
}
PLANTED = f"""
variable "database_password" {{
  type    = string
  default = "{SECRETS["variable"]}"
}}

resource "aws_ssm_parameter" "planted" {{
  name  = "planted"
  type  = "SecureString"
  value = "{SECRETS["parameter"]}"
}}

resource "aws_ssm_parameter" "of_variable" {{
  name  = "of-variable"
  type  = "String"
  value = var.database_password
}}

resource "aws_secretsmanager_secret" "planted" {{
  name = "planted"
}}

resource "aws_secretsmanager_secret_version" "planted" {{
  secret_id     = aws_secretsmanager_secret.planted.id
  secret_string = jsonencode({{ password = "{SECRETS["secret"]}" }})
}}

resource "aws_lambda_function" "planted" {{
  function_name = "planted"
  role          = "arn:aws:iam::333333333333:role/planted"
  handler       = "index.handler"
  runtime       = "python3.12"
  s3_bucket     = "planted"
  s3_key        = "planted.zip"

  environment {{
    variables = {{
      DB_PASSWORD   = "{SECRETS["function"]}"
      ACCESS_KEY_ID = "{SECRETS["access key"]}"
    }}
  }}
}}
"""


def test_planted_secret_appears_nowhere(copy: Copy, tmp_path: Path) -> None:
    (copy.root / "terraform" / "planted.tf").write_text(PLANTED)
    copy.change(
        "prod",
        lambda env: env["mwaa"].update(airflow_configuration_options={"smtp.smtp_password": SECRETS["option"]}),
    )
    copy.ok("render")
    formats = ["json", "sarif", "junit", "github", "markdown", "text"]
    wanted = [word for name in formats for word in ("--format", f"{name}={tmp_path}/gate.{name}")]
    gate = copy.run("--sandbox", "gate", "prod", "-v", "--debug", *wanted)
    assert gate.code == 3, gate.everything
    assert "CKV_MWAA_22" in gate.out
    assert "aws_lambda_function.planted" in gate.out
    plan = copy.run("--sandbox", "plan", "prod", "-v", "--debug")
    copy.ok("--sandbox", "dashboard", "prod", "--out", str(tmp_path / "dashboard.html"))
    logs = [path for path in (copy.root / ".mwaactl").rglob("logs/*") if path.is_file()]
    kept = copy.root / ".mwaactl" / "prod" / "sandbox" / "verdict.json"
    written = {path.name: path.read_text() for path in [*tmp_path.iterdir(), *logs, kept]}
    assert set(written) >= {f"gate.{name}" for name in formats}
    assert "CKV_MWAA_22" in written["verdict.json"]
    assert "CKV_MWAA_22" in written["dashboard.html"]
    seen = {**written, "gate": gate.out + gate.err, "plan": plan.out + plan.err}
    leaks = [(where, what) for where, text in seen.items() for what, secret in SECRETS.items() if secret in text]
    assert leaks == []
    (copy.root / ".mwaactl" / "prod" / "sandbox" / "plan.tfplan").unlink()


def planning(copy: Copy, process: subprocess.Popen[bytes]) -> int:
    """The process id of the gate's Terraform, once it plans."""
    plan = copy.root / ".mwaactl" / "prod" / "sandbox" / "gate.tfplan"
    wait_until(lambda: plan.exists() or process.poll() is not None, "the plan")
    found: list[int] = wait_until(lambda: children_of(process.pid, "terraform") or process.poll() is not None, "plan")
    assert process.poll() is None, copy.output_of(process)
    return found[0]


def test_interrupted_gate_ends_soon_and_leaves_nothing(copy: Copy) -> None:
    process = copy.start(*GATE)
    planning(copy, process)
    end(process.pid, signal.SIGINT)
    output = copy.output_of(process, 120)
    assert process.returncode == 130, output
    assert "Traceback" not in output
    assert not list(copy.root.glob(".mwaactl/prod/sandbox/gate.*"))
    assert git(copy, "status", "--porcelain") == ""


def test_two_at_once_are_told_apart_and_a_killed_one_does_not_hinder_the_next(copy: Copy) -> None:
    first = copy.start(*GATE)
    terraform = planning(copy, first)
    [plan] = copy.root.glob(".mwaactl/prod/sandbox/gate.tfplan")
    assert plan.stat().st_mode & 0o777 == 0o600, "a plan holds secrets"
    second = copy.run(*GATE)
    assert second.code == 1, second.everything
    assert second.envelope["errors"][0]["code"] == "environment.busy"
    assert '"prod"' in second.envelope["errors"][0]["message"]
    end(first.pid)
    first.wait()
    wait_until(lambda: not Path(f"/proc/{terraform}").exists(), "Terraform to finish", 60)
    run = copy.run(*GATE)
    assert run.code == 0, run.everything
    assert not list(copy.root.glob(".mwaactl/prod/sandbox/gate.*"))
    assert git(copy, "status", "--porcelain") == ""
