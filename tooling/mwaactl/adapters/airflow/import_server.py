"""Starts, finds and talks to the process that holds a running Airflow ready for imports.

A start of Airflow takes seconds, a fork of one milliseconds. So it stays for some minutes after the last run and ends
by itself; in CI, and where MWAACTL_WARM_S is 0, it ends with the run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from mwaactl.adapters import process
from mwaactl.adapters.airflow.cache import alone
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.files import write_whole
from mwaactl.adapters.interrupt import Interrupt
from mwaactl.errors import DagError

PROBE = Path(__file__).parent / "probe"
BOOT = (
    "import importlib.util as u, sys; folder = sys.argv.pop(1); "
    "spec = u.spec_from_file_location('mwaactl_probe', folder + '/__init__.py', submodule_search_locations=[folder]); "
    "module = u.module_from_spec(spec); sys.modules[spec.name] = module; spec.loader.exec_module(module); "
    "from mwaactl_probe.server import main; main()"
)
WARM_S = 300.0
START_S = 60.0
SILENCE_S = 120.0
POLL_S = 0.2
POLL_START_S = 0.01
MOST_STARTS = 3


@dataclass(frozen=True)
class ImportServer:
    """A server for one runtime and one set of environment variables, found by its digest below `cache`."""

    runtime: Runtime
    variables: Mapping[str, str]
    cache: Path
    warm_s: float
    interrupt: Interrupt

    def outcomes(self, job: Mapping[str, Any], limit_s: float) -> Iterator[tuple[str, dict[str, Any]]]:
        """Id and outcome of each file of the job, as they come. Raises DagError when Airflow does not start or stay."""
        left = {file["id"]: file for file in job["files"]}
        for _ in range(MOST_STARTS):
            connection = self.connect()
            with connection:
                connection.sendall(json.dumps({**job, "files": list(left.values())}).encode() + b"\n")
                for message in self._messages(connection, limit_s):
                    if message.get("done"):
                        return
                    if message.get("id") in left:
                        del left[message["id"]]
                        yield message["id"], message["outcome"]
                    if not left:  # the server cleans up by itself
                        return
        raise DagError("Airflow does not stay up for imports.", cause=self._log())

    def start(self) -> bool:
        """Start the server, and do not wait for it. False when it runs already."""
        with alone(self._pointer.with_suffix(".lock"), self.interrupt.check):
            known = _pointed(self._pointer)
            if known and known.is_running:
                return False
            self._start(known)
            return True

    def connect(self) -> socket.socket:
        """A connection to the server, which is started when it does not run. Raises DagError."""
        began, starts = time.monotonic(), 0
        while time.monotonic() - began < START_S and starts < MOST_STARTS:
            self.interrupt.check()
            connection = self._connected()
            if connection:
                return connection
            starts += self.start()
            time.sleep(POLL_START_S)
        raise DagError(f"Airflow {self.runtime.airflow_version} does not start for imports.", cause=self._log())

    @property
    def _pointer(self) -> Path:
        identity = [self.runtime.id, str(self.cache), sorted(self.variables.items()), probe_digest()]
        return self.cache / "servers" / f"{sha256(json.dumps(identity).encode()).hexdigest()[:16]}.json"

    def _connected(self) -> socket.socket | None:
        known = _pointed(self._pointer)
        return known.connection() if known else None

    def _start(self, left: _Known | None) -> None:
        if left:
            left.end()
        # In the system's temporary folder: the path of a socket may have 107 characters.
        room = Path(tempfile.mkdtemp(prefix="mwaactl-import-"))
        database = room / "airflow.db"
        variables = {
            **self.variables,
            "HOME": str(room),
            "TMPDIR": str(room),
            "AIRFLOW_HOME": str(room / "airflow"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}",
            "MWAACTL_DATABASE": str(database),
            "AWS_CONFIG_FILE": str(room / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(room / "none"),
        }
        argv = (str(self.runtime.python), "-I", "-W", "ignore", "-c", BOOT, str(PROBE), str(room), str(self.warm_s))
        pid = process.start_detached(argv, log=self._pointer.with_suffix(".log"), environment=variables)
        facts = {"pid": pid, "started_at": process.started_at(pid), "room": str(room)}
        write_whole(self._pointer, json.dumps(facts).encode())

    def _messages(self, connection: socket.socket, limit_s: float) -> Iterator[dict[str, Any]]:
        """What the server says, until it ends the connection or is silent for too long."""
        connection.settimeout(POLL_S)
        heard_at, rest = time.monotonic(), b""
        while time.monotonic() - heard_at < limit_s + SILENCE_S:
            self.interrupt.check()
            try:
                data = connection.recv(1 << 20)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            heard_at = time.monotonic()
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                yield json.loads(line)

    def _log(self) -> str:
        with suppress(OSError):
            return "\n".join(self._pointer.with_suffix(".log").read_text(errors="replace").strip().splitlines()[-5:])
        return ""


@dataclass(frozen=True)
class _Known:
    pid: int
    started_at: str
    room: Path

    def connection(self) -> socket.socket | None:
        """A connection, or None when it does not listen."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self.room / "socket"))
        except OSError:
            connection.close()
            return None
        return connection

    @property
    def is_running(self) -> bool:
        """Whether it is still that process, and listens, or is about to."""
        if not (process.is_running(self.pid) and process.started_at(self.pid) == self.started_at):
            return False
        if not (self.room / "socket").exists():
            return self.room.is_dir()
        connection = self.connection()
        if connection:
            connection.close()
        return connection is not None

    def end(self) -> None:
        """End the server and remove what it left."""
        if process.is_running(self.pid) and process.started_at(self.pid) == self.started_at:
            with suppress(OSError):
                os.kill(self.pid, signal.SIGTERM)
        if self.room.name.startswith("mwaactl-import-"):
            shutil.rmtree(self.room, ignore_errors=True)


def stop_servers(cache: Path) -> int:
    """End every server that runs below this cache folder; how many there were."""
    pointers = [*(cache / "servers").glob("*.json")]
    for pointer in pointers:
        known = _pointed(pointer)
        if known:
            known.end()
        pointer.unlink(missing_ok=True)
    return len(pointers)


def warm_seconds(environment: Mapping[str, str]) -> float:
    """How long a server stays after its last run: MWAACTL_WARM_S, else 5 minutes, in CI not at all."""
    given = environment.get("MWAACTL_WARM_S")
    with suppress(ValueError):
        return max(0.0, float(given)) if given else (0.0 if environment.get("CI") else WARM_S)
    return WARM_S


def probe_digest() -> str:
    """Tells versions of the program that imports apart."""
    digest = sha256()
    for path in sorted(PROBE.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _pointed(pointer: Path) -> _Known | None:
    try:
        facts = json.loads(pointer.read_text(encoding="utf-8"))
        return _Known(int(facts["pid"]), str(facts["started_at"]), Path(facts["room"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
