"""Measures `dags check --import` against Airflow's own look at the same folder."""

from __future__ import annotations

import re
import shutil
import subprocess  # noqa: TID251 - measures processes
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench import MWAACTL, ROOT, Row
from mwaactl.adapters.airflow.import_server import stop_servers
from mwaactl.adapters.airflow.runtime import Runtimes
from mwaactl.adapters.interrupt import Interrupt

FILES = 500
VERSIONS = ("2.10.3", "3.3.1")
REPEATS = 5
DAG = '''"""DAG number {number}."""
from datetime import datetime, timedelta

{imports}


def work(day):
    return {{"day": day, "number": {number}}}


with DAG(
    "bench_{number}",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={{"retries": 2, "retry_delay": timedelta(minutes=5)}},
    tags=["bench"],
) as dag:
    first = BashOperator(task_id="first", bash_command="echo {number}")
    second = PythonOperator(task_id="second", python_callable=work, op_args=["{{{{ ds }}}}"])
    first >> second
'''
IMPORTS = {
    "2": "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n"
    "from airflow.operators.python import PythonOperator",
    "3": "from airflow.sdk import DAG\nfrom airflow.providers.standard.operators.bash import BashOperator\n"
    "from airflow.providers.standard.operators.python import PythonOperator",
}


def importing(room: Path) -> list[Row]:
    """A first run, with no Airflow waiting and nothing known, and one after a change of one file, of each version."""
    return [row for version in VERSIONS for row in _rows(room / f"importing-{version}", version)]


def _rows(room: Path, version: str) -> list[Row]:
    project, cache = room / "project", room / "cache"
    _make(project, version)
    own = Runtimes(cache, {}, Interrupt())
    environment = {**_variables(), "MWAACTL_CACHE": str(cache), "CI": ""}
    _run((MWAACTL, "dags", "check", "dev", "--import"), project, environment)  # builds the runtime
    [runtime] = (cache / "runtimes").glob("airflow-*/bin")
    plain = {
        **_variables(),
        "AIRFLOW_HOME": str(room / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PATH": f"{runtime}:/usr/bin:/bin",
    }
    _run(("airflow", "db", "migrate"), room, plain)
    command = ["airflow", "dags", "list-import-errors", *(["--local"] if version[0] == "3" else [])]
    firsts, seconds, theirs = [], [], []
    for repeat in range(REPEATS):
        stop_servers(own.cache)
        for known in ("checks", "imports", "inputs"):
            shutil.rmtree(cache / known, ignore_errors=True)
        firsts.append(_timed(lambda: _run((MWAACTL, "dags", "check", "dev", "--import"), project, environment)))
        path = project / "dags" / "bench_7.py"
        path.write_text(path.read_text().replace("echo 7", f"echo 7 {repeat}"))
        seconds.append(_timed(lambda: _run((MWAACTL, "dags", "check", "dev", "--import"), project, environment)))
        theirs.append(_timed(lambda: _run(command, room, plain)))
    stop_servers(own.cache)
    ours, again, plain_s = median(firsts), median(seconds), median(theirs)
    what = f"`mwaactl dags check dev --import`, {FILES} files, Airflow {version}"
    return [
        Row(what, ours, f"`{' '.join(command)}`", plain_s),
        Row(f"{what}, one file changed", again, "the run before it", ours),
    ]


def _make(project: Path, version: str) -> None:
    for name in ("envs", "terraform"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns(".terraform", "tests"))
    for name in ("prod", "stage"):
        (project / "envs" / f"{name}.yaml").unlink()
    defaults = project / "envs" / "defaults.yaml"
    text = re.sub(r'airflow_version: "[\d.]+"', f'airflow_version: "{version}"', defaults.read_text())
    text = re.sub(r"(plugins|requirements|startup_script): dags/\S+", r"\1: null", text)
    defaults.write_text(text)
    environment = project / "envs" / "dev.yaml"
    environment.write_text(environment.read_text().replace("mw1.small", "mw1.large"))  # it is made for 1,000 DAGs
    dags = project / "dags"
    dags.mkdir()
    for number in range(FILES):
        (dags / f"bench_{number}.py").write_text(DAG.format(number=number, imports=IMPORTS[version[0]]))


def _variables() -> dict[str, str]:
    import os

    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "MWAACTL_"))}


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _run(argv: list[str] | tuple[str, ...], directory: Path, environment: dict[str, str]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(argv, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(argv)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory(prefix="mwaactl-bench-") as folder:
        for row in importing(Path(folder)):
            print(row.line)  # noqa: T201 - this is a program
