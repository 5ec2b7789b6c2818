"""Starts, finds and stops the sandbox, and says which environment variables put a process inside it.

The sandbox is another process (`python -m mwaactl.sandbox`). What is known of it lies in one directory: `sandbox.json`
(written by the server once it answers), `sandbox.log`, and `sandbox.lock` (held while somebody starts or stops it).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mwaactl.adapters.orphans import end_marked
from mwaactl.adapters.process import is_running, start_detached
from mwaactl.errors import SandboxError

MWAA_ENDPOINT = "http://mwaa.sandbox.test"  # RFC 6761 reserves .test: the name exists nowhere, the proxy answers for it
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 40.0  # each Airflow has some seconds to end in good order
ANSWER_TIMEOUT_S = 5.0
POLL_S = 0.05
LOG_LINES_SHOWN = 5
AIRFLOW_FOLDER = "airflow"
DATA_FOLDERS = ("glue", "redshift")
TEMPORARY_LINK = "tmp"  # of each Airflow, to its folder for temporary files
AIRFLOW_VARIABLE = "MWAACTL_SANDBOX_AIRFLOW"


@dataclass(frozen=True)
class SandboxState:
    """A sandbox that answers. `started_at` is in epoch seconds; `token` is the secret of the control calls."""

    pid: int
    port: int
    started_at: float
    version: str
    instance: str
    token: str

    @property
    def url(self) -> str:
        """Where it answers: the endpoint of every AWS service, and the HTTP proxy."""
        return f"http://127.0.0.1:{self.port}"


class Sandbox:
    """The sandbox whose files lie in `directory`. There is at most one.

    `on_killed` hears what is left of one that was killed, once that is cleared up.
    """

    def __init__(self, directory: Path, on_killed: Callable[[str], None] = lambda _text: None) -> None:
        self.directory, self._on_killed = directory, on_killed

    @property
    def log_path(self) -> Path:
        """What the server wrote, one line per request."""
        return self.directory / "sandbox.log"

    @property
    def state_path(self) -> Path:
        """Where the server tells its port."""
        return self.directory / "sandbox.json"

    @property
    def _airflow_folder(self) -> Path:
        return (self.directory / AIRFLOW_FOLDER).resolve()

    def find(self) -> SandboxState | None:
        """The running sandbox; None when there is none, also when one was killed and left its file behind.

        Raises SandboxError when the process is there but does not answer.
        """
        state = self._written_state()
        if state is None:
            return None
        try:
            health = self._call(state, "GET", "health")
        except TimeoutError:
            raise SandboxError(
                f"The sandbox (process {state.pid}) does not answer.", hint=f"see {self.log_path}, or kill {state.pid}"
            ) from None
        except (OSError, ValueError):
            return None  # nobody listens there, or somebody who is no sandbox
        return state if health.get("instance") == state.instance else None

    def start(
        self,
        *,
        port: int = 0,
        idle_timeout_s: float = 7200.0,
        creation_s: float = 3.0,
        update_s: float | None = None,
        airflow: bool | None = None,
    ) -> SandboxState:
        """The running sandbox, else a new one, once it answers. `port` 0 takes a free one; times are seconds.

        With `airflow` each environment gets a real one; None is yes, unless MWAACTL_SANDBOX_AIRFLOW is 0.

        Two starts at once give one server. Raises SandboxError with the end of the log when it does not come up.
        """
        with self._locked():
            running = self.find()
            if running is not None:
                return running
            self._clear_up()
            argv = [sys.executable, "-m", "mwaactl.sandbox", "--directory", str(self.directory), "--port", str(port)]
            argv += ["--idle-timeout", str(idle_timeout_s), "--creation-seconds", str(creation_s)]
            argv += ["--update-seconds", str(creation_s if update_s is None else update_s)]
            if wants_airflow(os.environ) if airflow is None else airflow:
                argv.append("--airflow")
            pid = start_detached(argv, log=self.log_path, environment=os.environ)
            found = _wait(lambda: self.find() or not _is_alive(pid), START_TIMEOUT_S)
            if not isinstance(found, SandboxState):
                end = "did not answer in time" if _is_alive(pid) else "ended at once"
                if _is_alive(pid):
                    os.kill(pid, signal.SIGKILL)
                raise SandboxError(f"The sandbox {end}.", cause=self._log_end(), hint=f"see {self.log_path}")
            return found

    def stop(self) -> bool:
        """Stop it and wait until its process is gone; False when none was running. What it holds is lost."""
        with self._locked():
            state = self.find()
            if state is None:
                self._clear_up()
                return False
            try:
                self._call(state, "POST", "stop")
            except (OSError, ValueError):
                os.kill(state.pid, signal.SIGTERM)
            if not _wait(lambda: not _is_alive(state.pid), STOP_TIMEOUT_S):
                os.kill(state.pid, signal.SIGKILL)
                _wait(lambda: not _is_alive(state.pid), STOP_TIMEOUT_S)
            self._tidy()
            self.state_path.unlink(missing_ok=True)
            return True

    def reset(self) -> None:
        """Forget everything in the sandbox: all accounts, all services, all faults. Raises SandboxError."""
        self._control("POST", "reset", timeout_s=STOP_TIMEOUT_S)

    def web_server_url(self, host: str) -> str | None:
        """Where a browser reaches the web server `host` of an environment; None while no Airflow runs there.

        Raises SandboxError.
        """
        url: str | None = self._control("GET", f"webserver?host={host}")["url"]
        return url

    def inbox(self, topic_arn: str = "") -> list[dict[str, Any]]:
        """What was published to this SNS topic, or to all, the oldest first. Raises SandboxError."""
        from urllib.parse import quote

        found: list[dict[str, Any]] = self._control("GET", f"inbox?topic={quote(topic_arn)}")["messages"]
        return found

    def faults(self) -> list[dict[str, Any]]:
        """The faults asked for, with `matched`, `struck` and `unused`. Raises SandboxError."""
        listing: list[dict[str, Any]] = self._control("GET", "faults")["faults"]
        return listing

    def set_faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """Replace the faults; their form is described in `mwaactl/sandbox/faults.py`. Raises SandboxError."""
        self._control("PUT", "faults", [dict(fault) for fault in faults])

    def _control(self, method: str, path: str, body: Any = None, timeout_s: float = ANSWER_TIMEOUT_S) -> dict[str, Any]:
        from urllib.error import HTTPError

        state = self.find()
        if state is None:
            raise SandboxError("No sandbox is running.", hint="mwaactl sandbox start")
        try:
            return self._call(state, method, path, body, timeout_s)
        except HTTPError as error:
            with error:
                raise SandboxError(f"The sandbox refuses: {json.load(error)['message']}") from error
        except (OSError, ValueError) as error:
            raise SandboxError("The sandbox does not answer.", cause=str(error)) from error

    def _call(
        self,
        state: SandboxState,
        method: str,
        path: str,
        body: Any = None,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> dict[str, Any]:
        from urllib.request import ProxyHandler, Request, build_opener

        request = Request(  # noqa: S310 - always http on the loopback
            f"{state.url}/_sandbox/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"x-mwaactl-token": state.token, "content-type": "application/json"},
        )
        opener = build_opener(ProxyHandler({}))  # a proxy of the user must not see it
        with opener.open(request, timeout=timeout_s) as reply:
            answer = json.load(reply)
        if not isinstance(answer, dict):
            raise ValueError("not a reply of the sandbox")
        return answer

    def killed_process(self) -> int | None:
        """The process of a sandbox that was killed, as long as nobody has cleared up behind it."""
        state = self._written_state()
        return state.pid if state and self.find() is None else None

    def _clear_up(self) -> None:
        """Leave nothing of a sandbox that runs no more, and tell of it."""
        killed = self._written_state()
        self.state_path.unlink(missing_ok=True)
        ended = self._tidy()
        if killed is not None:
            self._on_killed(
                f"process {killed.pid} of the last sandbox was killed: {ended} processes that it left are ended, and "
                "all that it held is gone, environments and buckets; mwaactl --sandbox deploy ENV makes them anew"
            )

    def _tidy(self) -> int:
        """End and remove what a killed sandbox left, Airflows, jobs and databases: nobody knows them any more.

        How many processes it were.
        """
        folder = self._airflow_folder
        ended = end_marked(self.directory.resolve())
        for name in DATA_FOLDERS:
            shutil.rmtree(self.directory / name, ignore_errors=True)
        for link in folder.glob(f"*/{TEMPORARY_LINK}"):
            if link.is_symlink():
                shutil.rmtree(link.readlink(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        return ended

    def _written_state(self) -> SandboxState | None:
        try:
            written = json.loads(self.state_path.read_text(encoding="utf-8"))
            return SandboxState(**{field.name: written[field.name] for field in fields(SandboxState)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _log_end(self) -> str:
        try:
            lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return " | ".join(lines[-LOG_LINES_SHOWN:])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "sandbox.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def environment_variables(
    state: SandboxState, account_id: str, region: str, base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables that make any AWS client work in the sandbox, as `account_id` (12 digits) in `region`.

    `base`, the environment of before, adds its own NO_PROXY entries. `removed_variables` must be taken away as well.
    The access key id carries the account; signatures are not verified. MWAA has an endpoint of its own since SDKs put
    `api.` before it, which no IP address survives: that name goes through HTTP_PROXY, everything else directly.
    """
    no_proxy = ",".join(["127.0.0.1", "localhost", *_kept_no_proxy(base or {})])
    return {
        "AWS_ACCESS_KEY_ID": f"SANDBOX0{account_id}",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": state.url,
        "AWS_ENDPOINT_URL_MWAA": MWAA_ENDPOINT,
        "HTTP_PROXY": state.url,
        "http_proxy": state.url,
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }


def removed_variables(base: Mapping[str, str]) -> list[str]:
    """Variables of `base` that would lead out of the sandbox: profiles, tokens, endpoints, anything else of AWS.

    The well-known ones are named even when `base` has none of them, so that a printed `unset` line always covers them.
    """
    kept = set(environment_variables(SandboxState(0, 0, 0.0, "", "", ""), "0" * 12, ""))
    known = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE"}
    found = {name for name in base if name.startswith("AWS_") or name.lower() == "all_proxy"}
    return sorted((known | found) - kept)


def wants_airflow(environment: Mapping[str, str]) -> bool:
    """Whether each environment gets a real Airflow: MWAACTL_SANDBOX_AIRFLOW=0 says no."""
    return environment.get(AIRFLOW_VARIABLE, "").lower() not in ("0", "false", "no")


def _kept_no_proxy(base: Mapping[str, str]) -> list[str]:
    """NO_PROXY entries of the user, without those that would hide the proxy from the sandbox's own names."""
    entries = [entry.strip() for entry in (base.get("NO_PROXY") or base.get("no_proxy") or "").split(",")]
    hiding = {"*", "127.0.0.1", "localhost"}
    return [entry for entry in entries if entry and entry not in hiding and not f".{MWAA_ENDPOINT}".endswith(entry)]


def _wait(condition: Callable[[], Any], timeout_s: float) -> Any:
    deadline = time.monotonic() + timeout_s
    while not (result := condition()) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return result


def _is_alive(pid: int) -> bool:
    """Is there such a process? One of our own children that has ended is reaped first: it would look alive."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    return is_running(pid)
