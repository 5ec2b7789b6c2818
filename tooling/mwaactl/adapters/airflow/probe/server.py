"""Starts Airflow once, then forks a supervisor for each client; ends after some idle time.

A fork costs milliseconds where a start of Airflow costs seconds. No code of a user runs in this process.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import signal
import socket
import sys
import time
import warnings
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from .confinement import leave_network
from .supervisor import Supervisor

FIRST_CLIENT_S = 120  # a client that starts the server comes at once
CLIENTS = 16
NO_JOB = 3
MODULES = (
    "airflow.models.variable",
    "airflow.models.connection",
    "airflow.utils.file",
    "airflow.decorators",
    "airflow.sdk",
    "airflow.sdk.bases.hook",
    "airflow.providers.standard.operators.bash",
    "airflow.providers.standard.operators.python",
    "airflow.providers.standard.operators.empty",
    "airflow.sdk.definitions.timetables.interval",
    "airflow.sdk.definitions.timetables.trigger",
)
MODULES_OF_2 = (
    "airflow.operators.bash",
    "airflow.operators.python",
    "airflow.operators.empty",
    "airflow.models.dag",
    "airflow.serialization.serialized_objects",
)
"""What most DAG files import, besides Airflow itself. Those that this version does not have are left out."""


def main() -> None:
    """`server ROOM LINGER_S`: listen on ROOM/socket; stay LINGER_S idle seconds after the last client."""
    room, linger_s = Path(sys.argv[1]), float(sys.argv[2])
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it ends when its client does
    _forget_client_limits()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(room / "socket"))
    listener.listen(CLIENTS)
    has_own_network = leave_network()
    _start_airflow()
    try:
        _serve(listener, room, linger_s, has_own_network)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _start_airflow() -> None:
    from importlib import import_module

    sys.dont_write_bytecode = True
    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import_module("airflow")
        for name in MODULES:
            with suppress(ImportError):
                import_module(name)
        with suppress(ImportError, AttributeError):
            from airflow.sdk import DAG, dag, task, task_group  # noqa: F401 - they are loaded when asked for
        if "airflow.sdk" not in sys.modules:
            for name in MODULES_OF_2:
                with suppress(Exception):
                    import_module(name)
        _read_words_once()
    import logging

    logging.disable(logging.CRITICAL)
    gc.freeze()


def _read_words_once() -> None:
    """Airflow 2 puts each schedule into words, and its library reads a file of words anew for each one."""
    module = sys.modules.get("cron_descriptor.ExpressionDescriptor")
    if module is not None and hasattr(module, "GetText"):
        module.GetText = cache(module.GetText)  # type: ignore[attr-defined]


def _serve(listener: socket.socket, room: Path, linger_s: float, has_own_network: bool) -> None:
    handlers: set[int] = set()
    idle_since, wait_s = time.monotonic(), float(FIRST_CLIENT_S)
    listener.settimeout(0.5)
    number = 0
    while handlers or time.monotonic() - idle_since < wait_s:
        if not room.is_dir():
            return
        with suppress(TimeoutError):
            connection, _address = listener.accept()
            number += 1
            handlers.add(_handle(connection, listener, room / f"job-{number}", has_own_network))
            connection.close()
            listener.settimeout(0.05 if linger_s == 0 else 0.5)
        for pid in list(handlers):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                handlers.discard(pid)
                idle_since = time.monotonic()
                if os.waitstatus_to_exitcode(status) != NO_JOB:  # that was a client who just looked
                    wait_s = linger_s


def _handle(connection: socket.socket, listener: socket.socket, room: Path, has_own_network: bool) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        listener.close()
        connection.settimeout(None)
        with connection.makefile("rwb") as stream:
            line = stream.readline()
            if line:
                job: dict[str, Any] = {**json.loads(line), "has_own_network": has_own_network}
                connection.sendall(json.dumps({"has_own_network": has_own_network}).encode() + b"\n")

                def send(message: dict[str, Any]) -> None:
                    connection.sendall(json.dumps(message).encode() + b"\n")

                Supervisor(job, room, send).run(connection.fileno())
                send({"done": True})
        code = 0 if line else NO_JOB
    except (OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - the log
    finally:
        sys.stderr.flush()
        os._exit(code)


def _forget_client_limits() -> None:
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
