"""The sandbox as a process: found, stopped, killed, started twice at once, idle; and faults on demand."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from botocore.exceptions import ClientError
from sandbox_fixtures import Ground, client

from mwaactl.adapters.sandbox import Sandbox, SandboxState
from mwaactl.errors import SandboxError

pytestmark = pytest.mark.integration


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of this test alone, not started yet."""
    sandbox = Sandbox(tmp_path / "sandbox")
    yield sandbox
    sandbox.stop()


def is_gone(pid: int, seconds: float = 5.0) -> bool:
    """Does the process end within `seconds`? Our own dead children are reaped on the way."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return True
        except ChildProcessError:
            pass
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_start_when_one_runs_then_finds_it_and_stop_leaves_nothing(own: Sandbox) -> None:
    assert own.find() is None
    assert own.stop() is False

    first = own.start()
    assert own.start() == own.find() == first
    assert stat.S_IMODE(own.state_path.stat().st_mode) == 0o600

    assert own.stop() is True
    assert is_gone(first.pid)
    assert not own.state_path.exists()
    assert "stopped" in own.log_path.read_text(encoding="utf-8")


def test_start_when_the_last_one_was_killed_then_a_new_one_comes(own: Sandbox) -> None:
    killed = own.start()
    os.kill(killed.pid, signal.SIGKILL)
    assert is_gone(killed.pid)
    assert own.state_path.exists()
    assert own.find() is None
    assert own.killed_process() == killed.pid
    told: list[str] = []

    new = Sandbox(own.directory, told.append).start()

    assert new.instance != killed.instance
    assert own.killed_process() is None
    assert f"process {killed.pid} of the last sandbox was killed" in told[0]
    Sandbox(own.directory, told.append).start()
    assert len(told) == 1
    assert client(new, "s3").list_buckets()["Buckets"] == []


def test_find_when_another_server_took_the_port_then_is_not_fooled(own: Sandbox, state: SandboxState) -> None:
    own.directory.mkdir()
    stale = {**vars(state), "instance": "0" * 16}
    own.state_path.write_text(json.dumps(stale), encoding="utf-8")

    assert own.find() is None


def test_start_when_called_twice_at_once_then_gives_one_server(own: Sandbox) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: Sandbox(own.directory).start(), range(2))

    assert first == second


def test_start_when_the_port_is_taken_then_says_so(own: Sandbox, state: SandboxState) -> None:
    with pytest.raises(SandboxError) as caught:
        own.start(port=state.port)

    assert "ended at once" in caught.value.what
    assert "in use" in (caught.value.cause or "")


def test_server_when_idle_or_terminated_then_ends_and_removes_its_file(own: Sandbox) -> None:
    idle = own.start(idle_timeout_s=0.8)
    assert is_gone(idle.pid)
    assert not own.state_path.exists()

    terminated = own.start()
    os.kill(terminated.pid, signal.SIGTERM)
    assert is_gone(terminated.pid)
    assert not own.state_path.exists()


def test_proxy_when_asked_for_the_outside_world_then_refuses(state: SandboxState) -> None:
    opener = build_opener(ProxyHandler({"http": state.url, "https": state.url}))

    with pytest.raises(HTTPError) as refused:
        opener.open("http://example.com/", timeout=5)
    with pytest.raises(OSError, match="501"):
        opener.open("https://example.com/", timeout=5)

    with refused.value as reply:
        assert reply.code == 502


def test_control_when_the_token_is_missing_then_refuses(state: SandboxState) -> None:
    request = Request(f"{state.url}/_sandbox/stop", method="POST")

    with pytest.raises(HTTPError) as refused:
        build_opener(ProxyHandler({})).open(request, timeout=5)

    with refused.value as reply:
        assert reply.code == 403


def test_call_when_moto_lacks_the_operation_then_is_told_at_once(state: SandboxState) -> None:
    with pytest.raises(ClientError, match="cannot do this"):
        client(state, "cloudwatch").put_composite_alarm(AlarmName="a", AlarmRule="TRUE")


def test_faults_when_asked_for_an_environment_then_it_fails_and_is_restored(
    sandbox: Sandbox, state: SandboxState, ground: Ground
) -> None:
    mwaa = client(state, "mwaa")
    error = {"error_code": "INCORRECT_CONFIGURATION", "error_message": "no way out"}
    sandbox.set_faults(
        [
            {"environment": "bad", "on": "create", "end": "CREATE_FAILED", **error},
            {"environment": "good", "on": "update", "end": "UPDATE_FAILED", **error},
            {"environment": "other", "on": "delete", "seconds": 5},
        ]
    )
    for name in ("bad", "good"):
        mwaa.create_environment(**ground.arguments(name))
    assert settled(mwaa, "bad")["LastUpdate"]["Error"] == {
        "ErrorCode": "INCORRECT_CONFIGURATION",
        "ErrorMessage": "no way out",
    }
    settled(mwaa, "good")
    mwaa.update_environment(Name="good", Schedulers=4)
    restored = settled(mwaa, "good")
    assert (restored["Status"], restored["Schedulers"]) == ("UPDATE_FAILED", 2)
    assert [fault["unused"] for fault in sandbox.faults()] == [False, False, True]

    mwaa.update_environment(Name="good", Schedulers=4)
    assert settled(mwaa, "good")["Schedulers"] == 4


def test_faults_when_asked_for_calls_then_strike_as_often_as_asked(sandbox: Sandbox, state: SandboxState) -> None:
    sandbox.set_faults(
        [
            {"service": "mwaa", "operation": "ListEnvironments", "status": 429, "times": 1},
            {"service": "s3", "method": "GET", "path": "^/$", "status": 503, "every": 2},
            {"service": "sts", "delay_seconds": 0.3},
        ]
    )

    with pytest.raises(ClientError, match="TooManyRequestsException"):
        client(state, "mwaa").list_environments()
    assert client(state, "mwaa").list_environments()["Environments"] == []
    client(state, "s3").list_buckets()
    with pytest.raises(ClientError, match="SlowDown"):
        client(state, "s3").list_buckets()
    began = time.monotonic()
    client(state, "sts").get_caller_identity()
    assert time.monotonic() - began >= 0.3


def test_faults_when_broken_then_all_mistakes_are_named(sandbox: Sandbox, state: SandboxState) -> None:
    with pytest.raises(SandboxError) as caught:
        sandbox.set_faults(
            [{"environment": "x", "on": "start"}, {"service": "s3", "operation": "GetObject", "status": 200}]
        )

    assert "fault 1: `on` must be one of create, update, delete" in caught.value.what
    assert "fault 2: `status` must be an HTTP status from 400 to 599" in caught.value.what
    assert "fault 2: S3 calls do not name their operation" in caught.value.what
    assert state.instance


def settled(mwaa: Any, name: str) -> dict[str, Any]:
    """The environment once nothing is under way."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        environment: dict[str, Any] = mwaa.get_environment(Name=name)["Environment"]
        if environment["LastUpdate"]["Status"] != "PENDING":
            return environment
        time.sleep(0.05)
    raise AssertionError(f"{name} is still under way")
