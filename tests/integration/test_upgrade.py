"""Upgrades of one deployed environment, without an Airflow: refused, rolled back, by Terraform, by the API."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from integration.project_fixtures import Copy, end, make_quick_copy, wait_until

pytestmark = pytest.mark.integration

REASON = "The scheduler did not come up."
UPGRADE = ("--sandbox", "upgrade", "dev")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """dev with 2.10.3, inherited; a clone that extends it is only configured."""
    made = make_quick_copy(tmp_path_factory.mktemp("upgrades"), "dev")
    (made.root / "envs" / "heir.yaml").write_text("extends: dev\nttl: 8h\nnetwork: { vpc_cidr: 10.11.0.0/16 }\n")
    made.ok("sandbox", "start", "--creation-seconds", "1")
    made.ok("--sandbox", "deploy", "dev", "--yes")
    yield made
    made.ok("sandbox", "stop")


def files(copy: Copy) -> dict[str, bytes]:
    """Everything in envs/."""
    return {path.name: path.read_bytes() for path in (copy.root / "envs").iterdir()}


def running(copy: Copy) -> tuple[str, str]:
    shown: dict[str, Any] = copy.client("mwaa").get_environment(Name="retail-dev")["Environment"]
    return shown["AirflowVersion"], shown["Status"]


def last_update(copy: Copy) -> dict[str, Any]:
    """As it came by HTTP: the boto3 that checkov pins drops what it does not know."""
    client, came = copy.client("mwaa"), []
    client.meta.events.register("after-call.mwaa", lambda http_response, **_: came.append(http_response.text))
    client.get_environment(Name="retail-dev")
    found: dict[str, Any] = json.loads(came[0])["Environment"]["LastUpdate"]
    return found


def error(copy: Copy, code: int, *arguments: str) -> dict[str, Any]:
    run = copy.run(*UPGRADE, *arguments, "--output", "json")
    assert run.code == code, run.everything
    [found] = run.envelope["errors"]
    assert isinstance(found, dict)
    return found


def data(copy: Copy, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = copy.ok(*UPGRADE, *arguments, "--output", "json").envelope["data"]
    return found


def mwaa_action(plan: dict[str, Any]) -> list[str]:
    return [change["action"] for change in plan["changes"] if "aws_mwaa_environment" in change["address"]]


def assert_nothing_left_to_do(copy: Copy) -> None:
    run = copy.run("--sandbox", "plan", "dev", "--detailed-exitcode")
    assert run.code == 0, run.everything


def build_beside(deployed: Copy) -> None:
    """A second environment with Airflow 3, verified, told of twice, and taken away."""
    beside = data(deployed, "3.3.1", "--blue-green", "next", "--no-copy", "--no-import", "--yes")
    assert (beside["before"], beside["airflow_version"], beside["status"]) == ("2.10.3", "3.3.1", "AVAILABLE")
    assert beside["plan"]["changes"] == []
    assert beside["clone"]["source"] == "dev"
    assert beside["steps"][-1]["commands"] == ["mwaactl --sandbox destroy dev"]
    assert running(deployed) == ("2.10.3", "AVAILABLE")
    again = deployed.ok(*UPGRADE, "3.3.1", "--blue-green", "next", "--no-copy", "--no-import", "--yes").out
    assert "From dev to next:" in again
    assert "environment retail-dev becomes retail-next" in again
    deployed.ok("--sandbox", "clone", "--undo", "next", "--yes")
    assert error(deployed, 2, "2.10.3", "--blue-green", "next")["message"].endswith("says Airflow 2.10.3 already.")
    assert "'Next' cannot be the name" in error(deployed, 2, "3.3.1", "--blue-green", "Next")["message"]
    assert error(deployed, 2, "3.3.1", "--blue-green", "next", "--skip-checks")["code"]
    assert error(deployed, 2, "3.3.1", "--blue-green", "next", "--worker-replacement", "forced")["code"]


def warn_of_what_does_not_run(deployed: Copy) -> None:
    """The YAML of a killed run whose upgrade AWS rolled back: the next refusal says that it is ahead."""
    yaml = deployed.root / "envs" / "dev.yaml"
    before = files(deployed)
    yaml.write_text(yaml.read_text().replace("mwaa:\n", 'mwaa:\n  airflow_version: "2.11.2"\n'))
    run = deployed.run(*UPGRADE, "2.11.2", "--skip-checks")
    assert run.code == 2, run.everything
    assert "envs/dev.yaml says Airflow 2.11.2, but 2.10.3 runs" in " ".join(run.err.split())
    yaml.write_bytes(before["dev.yaml"])


def replace_workers_gracefully(deployed: Copy, fault: dict[str, Any]) -> None:
    """By the API within a major version, where workers may end what they do; rolled back first."""
    deployed.sandbox.set_faults([fault])
    before = files(deployed)
    graceful = ("3.3.1", "--skip-checks", "--yes", "--worker-replacement", "graceful")
    failed = error(deployed, 1, *graceful)
    assert "was rolled back: Airflow 3.2.1 runs as before" in failed["message"]
    assert files(deployed) == before
    report = data(deployed, *graceful)
    assert (report["path"]["way"], report["airflow_version"], report["plan"]["changes"]) == ("api", "3.3.1", [])
    assert last_update(deployed)["WorkerReplacementStrategy"] == "GRACEFUL"
    assert_nothing_left_to_do(deployed)


def test_upgrades_of_one_environment_from_refusal_to_airflow_3(deployed: Copy) -> None:
    before = files(deployed)

    # What MWAA does not do is refused, with what it does.
    refused = error(deployed, 3, "3.3.1", "--yes")
    assert "does not go from Airflow 2.10.3 to 3.3.1 in place" in refused["message"]
    assert "mwaactl --sandbox upgrade dev 2.11.2" in refused["hint"]
    assert "mwaactl --sandbox upgrade dev 3.3.1 --blue-green NEW" in refused["hint"]
    assert "did you mean 2.11." in error(deployed, 2, "2.11.3", "--yes")["hint"]
    assert data(deployed, "2.10.3", "--yes")["files"] == []

    # A second environment beside it, which is taken away again.
    build_beside(deployed)
    assert files(deployed) == before

    # Requirements with constraints of the Airflow that runs do not fit the next one.
    assert error(deployed, 1, "2.11.2", "--yes")["code"] == "dag.failed"

    # A dry run, and a question without an answer, leave no trace.
    preview = data(deployed, "2.11.2", "--skip-checks", "--dry-run")
    assert (preview["path"]["way"], mwaa_action(preview["plan"]["plan"])) == ("terraform", ["update"])
    assert preview["heirs"] == ["heir"]
    assert error(deployed, 2, "2.11.2", "--skip-checks")["hint"] == "add --yes"
    assert files(deployed) == before
    assert running(deployed) == ("2.10.3", "AVAILABLE")

    warn_of_what_does_not_run(deployed)

    # One that fails is rolled back by AWS, and here.
    fault = {"environment": "retail-dev", "on": "update", "end": "UPDATE_FAILED", "error_message": REASON}
    deployed.sandbox.set_faults([fault])
    failed = error(deployed, 1, "2.11.2", "--skip-checks", "--yes")
    assert failed["code"] == "mwaa.failed"
    assert "was rolled back: Airflow 2.10.3 runs as before" in failed["message"]
    assert REASON in failed["cause"]
    assert files(deployed) == before
    assert running(deployed) == ("2.10.3", "UPDATE_FAILED")

    # Within a major version, by Terraform.
    report = data(deployed, "2.11.2", "--skip-checks", "--yes")
    assert (report["airflow_version"], report["status"]) == ("2.11.2", "AVAILABLE")
    assert "envs/dev.yaml" in report["files"]
    text, old = (deployed.root / "envs" / "dev.yaml").read_text(), before["dev.yaml"].decode()
    assert text == old.replace("mwaa:\n", 'mwaa:\n  airflow_version: "2.11.2"\n')
    assert deployed.plan_of("dev") == {}

    # To the next major version, by the API, and Terraform agrees.
    report = data(deployed, "3.3.1", "--skip-checks", "--yes")
    assert (report["path"]["way"], report["airflow_version"], report["plan"]["changes"]) == ("api", "3.3.1", [])
    assert (deployed.root / "envs" / "dev.yaml").read_text() == text.replace("2.11.2", "3.3.1")
    assert running(deployed) == ("3.3.1", "AVAILABLE")
    assert_nothing_left_to_do(deployed)

    # Back within a major version: interrupted, and waited for by the same command.
    deployed.sandbox.set_faults([{"environment": "retail-dev", "on": "update", "seconds": 15}])
    process = deployed.start(*UPGRADE, "3.2.1", "--skip-checks", "--yes")
    wait_until(lambda: running(deployed)[1] == "UPDATING" or process.poll() is not None, "the update")
    end(process.pid, signal.SIGINT)
    assert deployed.output_of(process)
    assert process.returncode == 130
    assert running(deployed)[1] == "UPDATING"
    report = data(deployed, "3.2.1", "--skip-checks", "--yes")
    assert (report["path"]["way"], report["airflow_version"], report["plan"]["changes"]) == ("nothing", "3.2.1", [])
    assert (deployed.root / "envs" / "dev.yaml").read_text() == text.replace("2.11.2", "3.2.1")
    assert_nothing_left_to_do(deployed)

    replace_workers_gracefully(deployed, fault)
