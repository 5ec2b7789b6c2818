"""dev with a real Airflow: a second environment with Airflow 3 sells, and an upgrade that cannot start is undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from demo_environment import wait_for
from retail_shop import DAY, Shop, good_sales

from integration.project_fixtures import Copy, make_quick_copy
from mwaactl.adapters.orphans import marked

pytestmark = pytest.mark.integration

TO = "2.11.2"
CAUSE = "the shop's tills do not know this Airflow"
REFUSING = f"""
if [ "$AIRFLOW_VERSION" = {TO} ]; then echo "{CAUSE}"; set -e; false; fi
"""
ONLY_OLD = """
from datetime import datetime
from airflow import DAG, __version__

if not __version__.startswith("2.10."):
    raise RuntimeError("this file is about Airflow 2.10")
with DAG("old", schedule=None, start_date=datetime(2030, 1, 1)):
    pass
"""
DAGS = {"daily_retail_etl", "first_steps"}
UPGRADE = ("--sandbox", "upgrade", "dev")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """dev, deployed with a startup script that fails in the newer Airflow alone; no lifecycle rule (a minute)."""
    made = replace(
        make_quick_copy(tmp_path_factory.mktemp("upgrades"), "dev"), environment={"MWAACTL_SANDBOX_AIRFLOW": "1"}
    )
    (made.root / "dags" / "requirements.txt").write_text("# MWAA brings all that the DAGs need, whatever its version\n")
    with startup_script(made).open("a") as script:
        script.write(REFUSING)
    made.ok("sandbox", "start", "--creation-seconds", "1")
    try:
        made.ok("--sandbox", "deploy", "dev", "--yes")
        yield made
    finally:
        made.ok("sandbox", "stop")
        assert marked(made.sandbox.directory) == []


def error_of(copy: Copy, *arguments: str) -> dict[str, Any]:
    run = copy.run(*arguments, "--output", "json")
    assert run.code == 1, run.everything
    [found] = run.envelope["errors"]
    assert isinstance(found, dict)
    return found


def startup_script(copy: Copy) -> Path:
    return copy.root / "dags" / "startup.sh"


def running(copy: Copy, name: str = "dev") -> tuple[str, str]:
    shown: dict[str, Any] = copy.client("mwaa", name).get_environment(Name=f"retail-{name}")["Environment"]
    return shown["AirflowVersion"], shown["Status"]


def seen(copy: Copy, name: str = "dev") -> set[str]:
    """The DAGs that the Airflow of an environment shows."""
    data = copy.ok("--sandbox", "dags", "list", name, "--output", "json").envelope["data"]
    return {dag["dag_id"] for dag in data["dags"]}


def test_second_environment_with_airflow_3_runs_the_retail_pipeline(deployed: Copy) -> None:
    old = deployed.root / "dags" / "old.py"
    old.write_text(ONLY_OLD)
    refused = error_of(deployed, *UPGRADE, "3.3.1", "--blue-green", "next", "--yes")
    assert "In Airflow 3.3.1" in refused["message"]
    assert "dags/old.py" in str(refused["details"])
    assert not list((deployed.root / "envs").glob("next.*"))
    old.unlink()

    built = deployed.ok(*UPGRADE, "3.3.1", "--blue-green", "next", "--yes", "--output", "json").envelope["data"]
    assert (built["before"], built["airflow_version"], built["status"]) == ("2.10.3", "3.3.1", "AVAILABLE")
    assert built["plan"]["changes"] == []
    assert running(deployed, "next") == ("3.3.1", "AVAILABLE")

    shop = Shop(deployed, "next")
    told = shop.demo()
    assert "success after" in told, told
    assert shop.sold(DAY) == good_sales(DAY)
    assert shop.subjects() == [f"Retail sales of {DAY}: done"]

    assert running(deployed) == ("2.10.3", "AVAILABLE")
    assert Shop(deployed, "dev").subjects() == []  # nothing of next's ran in dev
    deployed.ok("--sandbox", "clone", "--undo", "next", "--yes")


@pytest.mark.last
def test_upgrade_that_cannot_start_is_rolled_back_and_one_that_can_is_taken(deployed: Copy) -> None:
    yaml = (deployed.root / "envs" / "dev.yaml").read_text()
    deployed.ok("--sandbox", "airflow", "dev", "--", "variables", "set", "kept", "through it all")

    old = deployed.root / "dags" / "old.py"
    old.write_text(ONLY_OLD)
    refused = error_of(deployed, *UPGRADE, TO, "--yes")
    assert refused["code"] == "dag.failed"
    assert f"In Airflow {TO}" in refused["message"]
    assert "dags/old.py" in str(refused["details"])
    assert running(deployed) == ("2.10.3", "AVAILABLE")
    old.unlink()

    error = error_of(deployed, *UPGRADE, TO, "--yes")
    assert "was rolled back: Airflow 2.10.3 runs as before" in error["message"]
    assert CAUSE in error["cause"]
    assert CAUSE in deployed.ok("--sandbox", "status", "dev").out
    assert running(deployed) == ("2.10.3", "UPDATE_FAILED")
    assert (deployed.root / "envs" / "dev.yaml").read_text() == yaml
    wait_for(lambda: seen(deployed) == DAGS)

    script = startup_script(deployed)
    script.write_text(script.read_text().replace(REFUSING, ""))
    report = deployed.ok(*UPGRADE, TO, "--yes", "--output", "json").envelope["data"]
    assert (report["airflow_version"], report["status"]) == (TO, "AVAILABLE")
    assert running(deployed) == (TO, "AVAILABLE")
    wait_for(lambda: seen(deployed) == DAGS)
    assert "through it all" in deployed.ok("--sandbox", "airflow", "dev", "--", "variables", "get", "kept").out
