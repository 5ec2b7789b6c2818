"""What DAG files find when they are imported: Airflow's own ways, its plugins, and what MWAA sets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess  # noqa: TID251 - looks for processes left behind
import time
from contextlib import suppress
from pathlib import Path

import pytest
from airflow_runs import imported, job

from mwaactl.adapters.airflow.import_server import stop_servers
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.process import is_running

TWO = ("airflow_2", "airflow_3")


@pytest.fixture(params=TWO)
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(f"# airflow dag\n{text}\n")
    return folder


def test_sample_dags_when_imported_have_no_findings(runtime: Runtime, room: Path, root: Path) -> None:
    run = imported(runtime, room, job(root / "dags", limit_s=30), "sample")
    assert run.findings == ()
    assert {dag.id for outcome in run.outcomes.values() for dag in outcome.dags} >= {"daily_retail_etl"}


def test_missing_variable_when_allowed_is_stood_in_for(runtime: Runtime, room: Path, tmp_path: Path) -> None:
    dags = write(
        tmp_path,
        values="from airflow.models import Variable\nfrom airflow.hooks.base import BaseHook\n"
        'assert Variable.get("a") and Variable.get("b", deserialize_json=True) == {}\nassert Variable.get("c") == "7"\n'
        'BaseHook.get_connection("d")',
    )
    run = imported(runtime, room, job(dags, allowed={"a": None, "b": None, "c": "7", "d": None}), "allowed")
    assert [finding for finding in run.findings if finding.id != "IMPORT_WARNING"] == []


def test_startup_script_when_it_exports_gives_variables(runtime: Runtime, room: Path, tmp_path: Path) -> None:
    (tmp_path / "startup.sh").write_text('export AIRFLOW_VAR_BUCKET="mine"\nexport X=$(date)\n')
    dags = write(tmp_path, exports='from airflow.models import Variable\nassert Variable.get("bucket") == "mine"')
    run = imported(runtime, room, job(dags), "startup")
    assert [finding for finding in run.findings if finding.id != "IMPORT_WARNING"] == []


def test_plugins_when_they_are_sound_can_be_imported(runtime: Runtime, room: Path, tmp_path: Path) -> None:
    write(tmp_path / "plugins", my_plugin="value = 'from plugins'", broken="import gone_module")
    dags = write(tmp_path, uses="from my_plugin import value\nassert value == 'from plugins'")
    run = imported(runtime, room, job(dags), "plugins")
    assert [finding.file for finding in run.findings] == ["plugins/broken.py"], run.findings
    assert run.outcomes["uses.py"].errors == ()


def test_helper_when_two_files_import_it_is_run_for_each(runtime: Runtime, room: Path, tmp_path: Path) -> None:
    helper = "import builtins\ncount = getattr(builtins, 'mwaactl_count', 0) + 1"
    dags = write(
        tmp_path,
        common=helper,
        one="import common\ncommon.names = []",
        two="import common\nassert not hasattr(common, 'names')",
    )
    run = imported(runtime, room, job(dags), "helpers")
    assert run.findings == ()


def test_environment_when_file_changes_it_is_restored(runtime: Runtime, room: Path, tmp_path: Path) -> None:
    dags = write(
        tmp_path,
        a_first="import os, sys\nos.environ['LEFT'] = '1'\nsys.path.insert(0, '/left')\nos.chdir('/')",
        b_second="import os, sys\nassert 'LEFT' not in os.environ and '/left' not in sys.path",
    )
    assert imported(runtime, room, job(dags), "environment").findings == ()


def test_secrets_when_imported_are_not_there(
    runtime: Runtime, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "canary")
    text = "import os\nassert not [value for value in os.environ.values() if 'canary' in value], os.environ"
    assert imported(runtime, room, job(write(tmp_path, peeks=text)), "secrets").findings == ()


@pytest.mark.parametrize("way", ["python", "c"])
def test_secrets_of_other_processes_when_read_are_refused(
    runtime: Runtime, room: Path, tmp_path: Path, way: str
) -> None:
    with subprocess.Popen(["sleep", "60"], env={"MY_TOKEN": "canary"}) as other:
        path = f"/proc/{other.pid}/environ"
        python = f"raise ValueError(open({path!r}).read())"
        in_c = f"import ctypes\nraise ValueError(ctypes.CDLL(None).open({path!r}.encode(), 0))"
        dags = write(tmp_path, peeks=python if way == "python" else in_c)
        run = imported(runtime, room, job(dags), "environ")
        other.kill()
    assert [finding.id for finding in run.findings] == ["IMPORT_READ" if way == "python" else "IMPORT_ERROR"]
    assert way == "python" or "ValueError: -1" in run.findings[0].message


def test_loopback_when_used_at_import_is_allowed(runtime: Runtime, room: Path, tmp_path: Path) -> None:
    text = "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
    text += "socket.create_connection(server.getsockname(), 5).close()\nserver.close()"
    run = imported(runtime, room, job(write(tmp_path, local=text)), "loopback")
    assert run.findings == ()


def test_server_when_stopped_leaves_no_process(airflow_2: Runtime, tmp_path: Path, room: Path) -> None:
    cache = room / "stopped"
    imported(airflow_2, cache, job(write(tmp_path / "dags", empty="x = 1")))
    pid = server_of(cache)
    assert is_running(pid)
    assert stop_servers(cache) == 1
    assert has_ended(pid)


def test_server_when_not_kept_warm_ends_with_the_run(airflow_2: Runtime, tmp_path: Path, room: Path) -> None:
    cache = room / "cold"
    imported(airflow_2, cache, job(write(tmp_path / "dags", empty="x = 1")), warm_s=0)
    assert has_ended(server_of(cache))


def test_server_when_killed_is_started_anew(airflow_2: Runtime, tmp_path: Path, room: Path) -> None:
    cache, dags = room / "killed", write(tmp_path / "dags", empty="x = 1")
    imported(airflow_2, cache, job(dags))
    os.kill(server_of(cache), signal.SIGKILL)
    (dags / "empty.py").write_text("# airflow dag\nx = 2\n")
    assert imported(airflow_2, cache, job(dags)).outcomes["empty.py"].errors == ()


def test_files_when_they_leave_processes_behind_are_cleaned_up_after(
    airflow_2: Runtime, tmp_path: Path, room: Path
) -> None:
    cache = room / "leaves"
    text = "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.fork() == 0:\n    libc.setsid()\n    libc.sleep(987)"
    imported(airflow_2, cache, job(write(tmp_path, leaves=text)), "leaves")
    lines = subprocess.run(
        ["ps", "-wweo", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    processes = [int(line.split()[0]) for line in lines if str(pointed(cache)["room"]) in line]
    assert server_of(cache) in processes
    # The client leaves at the last outcome and the server cleans up behind it. That process would sleep for 987 s.
    assert [pid for pid in processes if pid != server_of(cache) and not has_ended(pid)] == []


def server_of(cache: Path) -> int:
    return int(str(pointed(cache)["pid"]))


def pointed(cache: Path) -> dict[str, object]:
    [pointer] = (cache / "servers").glob("*.json")
    document: dict[str, object] = json.loads(pointer.read_text())
    return document


def has_ended(pid: int) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


def test_port_of_the_host_when_used_at_import_is_out_of_reach(runtime: Runtime, room: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        text = f"import socket\nsocket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)"
        run = imported(runtime, room, job(write(tmp_path, calls=text)), "port")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert [error.type for error in run.outcomes["calls.py"].errors] == ["ConnectionRefusedError"]
