"""The life of the sandbox process: bind, tell where it is, serve, stop."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwaactl.sandbox.control import Control, Identity
from mwaactl.sandbox.faults import FaultBook
from mwaactl.sandbox.front import Front
from mwaactl.sandbox.premises import Premises

if TYPE_CHECKING:
    from mwaactl.sandbox.airflow.airflows import Airflows

log = logging.getLogger(__name__)
STATE_FILE = "sandbox.json"
IDLE_CHECK_S = 0.5


@dataclass(frozen=True)
class Options:
    """How to run. `port` 0 is a free one; the durations are seconds."""

    directory: Path
    port: int = 0
    idle_timeout_s: float = 7200.0
    creation_s: float = 3.0
    update_s: float | None = None
    airflow: bool = False


def serve(options: Options) -> None:
    """Serve until asked to stop by a signal, a control call, or idleness. Writes and removes DIR/sandbox.json."""
    outside = dict(os.environ)  # the proxy of the user, for instance, which installing Airflow may need
    clean_environment()
    from mwaactl.sandbox.glue import runs as glue_runs
    from mwaactl.sandbox.mwaa.lifecycle import Durations
    from mwaactl.sandbox.mwaa.models import MWAABackend
    from mwaactl.sandbox.redshift import warehouse
    from mwaactl.sandbox.wire import Handler, Server

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    faults = FaultBook()
    update_s = options.creation_s if options.update_s is None else options.update_s
    MWAABackend.faults = faults
    MWAABackend.durations = Durations(options.creation_s, update_s, options.creation_s / 2)

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        return front(environ, start_response)

    server = Server("127.0.0.1", options.port, application, handler=Handler)
    identity = Identity(port=server.server_port, started_at=time.time())
    os.environ["MOTO_PORT"] = str(server.server_port)  # moto calls itself in places
    Premises.current = premises_of(options.directory, identity)
    glue_runs.clear(options.directory)
    warehouse.close_all()
    if options.airflow:
        MWAABackend.airflows = airflows_of(options.directory, identity, outside)
    front = Front(Control(identity, faults, stop=stop.set), faults)
    MWAABackend.web_servers.on_request = front.touch
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    serving.start()
    write_state(options.directory, identity)
    log.info("sandbox %s answers on http://127.0.0.1:%d", identity.instance, server.server_port)
    try:
        wait(stop, front, options.idle_timeout_s)
    finally:
        MWAABackend.web_servers.stop()
        if MWAABackend.airflows:
            MWAABackend.airflows.stop()
        glue_runs.end_all()
        warehouse.close_all()
        remove_state(options.directory, identity)
        server.shutdown()
        server.server_close()
        log.info("stopped")


def airflows_of(directory: Path, identity: Identity, outside: Mapping[str, str]) -> Airflows:
    """The Airflows of this sandbox, below DIR/airflow; `outside` is the environment of whoever started the server."""
    from mwaactl.adapters.airflow.cache import cache_folder
    from mwaactl.adapters.airflow.runtime import Runtimes
    from mwaactl.adapters.interrupt import Interrupt
    from mwaactl.adapters.orphans import MARK
    from mwaactl.adapters.sandbox import AIRFLOW_FOLDER, SandboxState, environment_variables
    from mwaactl.sandbox.airflow.airflows import Airflows
    from mwaactl.sandbox.airflow.host import Machine

    here = SandboxState(os.getpid(), identity.port, identity.started_at, "", identity.instance, "")
    cache, folder = cache_folder(outside), (directory / AIRFLOW_FOLDER).resolve()
    runtimes = Runtimes(cache, {**outside, MARK: str(folder)}, Interrupt())
    return Airflows(
        folder, Machine(cache, runtimes, lambda account, region: environment_variables(here, account, region))
    )


def premises_of(directory: Path, identity: Identity) -> Premises:
    """Where this server keeps its files, and how processes that it starts reach it."""
    from mwaactl.adapters.sandbox import SandboxState, environment_variables

    here = SandboxState(os.getpid(), identity.port, identity.started_at, "", identity.instance, "")
    return Premises(directory, lambda account, region: environment_variables(here, account, region))


def wait(stop: threading.Event, front: Front, idle_timeout_s: float) -> None:
    """Return when `stop` is set or no request has come for `idle_timeout_s`."""
    while not stop.wait(min(IDLE_CHECK_S, idle_timeout_s)):
        idle_s = time.monotonic() - front.last_request_at
        if idle_s >= idle_timeout_s:
            log.info("no request for %.0f s: stopping", idle_s)
            return


def write_state(directory: Path, identity: Identity) -> None:
    """Write sandbox.json for this user alone, whole or not at all."""
    directory.mkdir(parents=True, exist_ok=True)
    partial = directory / f".{STATE_FILE}.{os.getpid()}"
    text = json.dumps({**identity.health(), "token": identity.token}, indent=2) + "\n"
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(directory / STATE_FILE)


def remove_state(directory: Path, identity: Identity) -> None:
    """Remove sandbox.json unless another server has written its own meanwhile."""
    path = directory / STATE_FILE
    try:
        if json.loads(path.read_text(encoding="utf-8"))["instance"] == identity.instance:
            path.unlink()
    except (OSError, ValueError, KeyError):
        return


def clean_environment() -> None:
    """Take every AWS_*, proxy and MOTO_* variable out of this process: the server is AWS and calls nobody."""
    for name in list(os.environ):
        if name.upper().startswith(("AWS_", "MOTO_")) or name.upper() in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS"] = "true"
    os.environ["S3_IGNORE_SUBDOMAIN_BUCKETNAME"] = "true"  # the endpoint is an IP address: buckets are in the path
