"""Runs commands of the Airflow CLI, each in a fork of a process that has loaded Airflow. Runs in Airflow's own Python.

A start of Airflow takes seconds, a fork milliseconds; and what a command writes is Airflow's own, to the letter, which
an answer put together from its REST API could not be. Only what Airflow warns of while it is imported is not said anew.

Started as `cli_worker.py DESCRIPTOR IDLE_S`. The descriptor is a socket, on which each line is a question
{"words", "limit_s"} or its answer {"code", "stdout", "stderr"}: the latter two are in base64, and the code is null for
a command that was ended at its limit. The worker ends when the other side closes the socket, also in the middle of a
command, and after IDLE_S seconds without one.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from typing import IO, Any

POLL_S = 0.01
MODULES = (
    "airflow.models",
    "airflow.models.dagbag",
    "airflow.models.variable",
    "airflow.cli.commands.dag_command",
    "airflow.cli.commands.task_command",
    "airflow.cli.commands.variable_command",
    "airflow.cli.commands.connection_command",
    "airflow.api.client",
)
"""What most commands import; those that this version does not have are left out."""


def main() -> None:
    """Answer until nobody asks any more."""
    sys.path.pop(0)  # the folder of this file: nothing of it is for Airflow to find
    connection = socket.socket(fileno=int(sys.argv[1]))
    idle_s = float(sys.argv[2])
    load()
    with connection, connection.makefile("rwb") as stream:
        while select.select([connection], [], [], idle_s)[0] and (line := stream.readline()):
            stream.write(json.dumps(answer(connection, **json.loads(line))).encode() + b"\n")
            stream.flush()


def load() -> None:
    """Import what a command would import first."""
    sys.dont_write_bytecode = True
    sys.argv = ["airflow"]
    from airflow.cli import cli_parser

    cli_parser.get_parser()  # which remembers it
    for name in MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with contextlib.suppress(ImportError, AttributeError):
        from airflow.providers_manager import ProvidersManager

        ProvidersManager().initialize_providers_configuration()
    gc.collect()
    gc.freeze()  # so that the forks share the memory


def answer(connection: socket.socket, words: list[str], limit_s: float) -> dict[str, Any]:
    """Run one command to its end, or to its limit in seconds."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            run(connection, words, out, err)
        code = wait(connection, pid, limit_s)
        return {"code": code, "stdout": content(out), "stderr": content(err)}


def wait(connection: socket.socket, pid: int, limit_s: float) -> int | None:
    """The exit code of a command; None for one that had to be ended, with all that it started."""
    deadline = time.monotonic() + limit_s
    code = None
    while code is None and time.monotonic() < deadline and not is_closed(connection):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
        else:
            time.sleep(POLL_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if code is None:
        with contextlib.suppress(ProcessLookupError):  # where it had no time to begin a group of its own
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return code


def is_closed(connection: socket.socket) -> bool:
    """Has whoever asked gone? Nothing else comes while a command runs."""
    return bool(select.select([connection], [], [], 0)[0])


def content(file: IO[bytes]) -> str:
    """All that was written, in base64."""
    file.seek(0)
    return base64.b64encode(file.read()).decode()


def run(connection: socket.socket, words: list[str], out: IO[bytes], err: IO[bytes]) -> None:
    """In the fork: become `airflow WORDS`. Does not return."""
    code = 1
    try:
        os.setsid()
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - in the Python of Airflow, of whatever version
            for descriptor, file in ((0, nothing), (1, out), (2, err)):
                os.dup2(file.fileno(), descriptor)
        os.close(connection.detach())  # close() would leave it open for the stream on it
        sys.argv = ["airflow", *words]
        code = ended()
    finally:
        with contextlib.suppress(Exception):
            atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)


def ended() -> int:
    """Run Airflow's main; the exit code, and on stderr what Python itself would write there at the end."""
    from airflow.__main__ import main as airflow

    try:
        airflow()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)  # noqa: T201 - as Python does
        return 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    main()
