"""Commands of the Airflow CLI in a running Airflow, one after another, without a new start of Airflow for each."""

from __future__ import annotations

import base64
import json
import shlex
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaactl.adapters import process
from mwaactl.errors import ToolMissing
from mwaactl.model.airflow_cli import command_of, is_impossible, supported_commands
from mwaactl.sandbox.airflow.spec import Running

WORKER = Path(__file__).parent / "cli_worker.py"
LIMIT_S = 120.0
START_S = 60.0
IDLE_S = 600.0  # of keeping Airflow in memory, about 125 MB, for the next command
LOG = "cli.log"


class UnsupportedError(Exception):
    """A command that MWAA does not run."""


class FailedError(Exception):
    """Airflow's CLI cannot be started."""


@dataclass(frozen=True)
class Output:
    """What a command wrote. Neither MWAA's answer nor this one tells its exit code."""

    stdout: bytes
    stderr: bytes


def parsed(body: bytes, major: int) -> list[str]:
    """The words of a command, given without `airflow`, as a shell would split them.

    Raises ValueError for a text that cannot be split, UnsupportedError for a command that is not on MWAA's list.
    """
    words = shlex.split(body.decode("utf-8"))
    if not words:
        raise ValueError("no command is given")
    command = command_of(words, major)
    if command not in supported_commands(major) or is_impossible(words):
        raise UnsupportedError(f"airflow {command or words[0]} is not supported")
    return words


class Cli:
    """The CLI of one running Airflow."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._turn = threading.Lock()
        self._service: process.Service | None = None
        self._connection: socket.socket | None = None

    def run(self, words: Sequence[str], limit_s: float = LIMIT_S) -> Output:
        """Run a command when the ones before it have ended. Raises TimeoutError, FailedError."""
        question = json.dumps({"words": list(words), "limit_s": limit_s}).encode() + b"\n"
        with self._turn:
            is_fresh = not self._is_up()
            answer = self._asked(question, limit_s)
            if answer is None and not is_fresh:  # it ended, for want of work, at this very moment
                answer = self._asked(question, limit_s)
            if answer is None:
                raise FailedError(f"Airflow's CLI does not start; see {self._log}: {self._log_end()}")
        if answer["code"] is None:
            raise TimeoutError(f"the command takes longer than {limit_s:g} s, and was ended")
        return Output(base64.b64decode(answer["stdout"]), base64.b64decode(answer["stderr"]))

    def end(self) -> None:
        """End the interpreter, and the command that it is at."""
        connection, service = self._connection, self._service
        self._connection = self._service = None
        if connection is not None:
            connection.close()
        if service is not None:
            service.end(grace_s=2.0)

    @property
    def _log(self) -> Path:
        return self.running.place.output / LOG

    def _is_up(self) -> bool:
        return self._service is not None and self._service.returncode is None

    def _asked(self, question: bytes, limit_s: float) -> dict[str, Any] | None:
        """The answer; None when the interpreter ended. Starts it where it is not up."""
        if not self._is_up():
            self.end()
            self._start()
        connection = self._connection
        if connection is None:
            return None
        connection.settimeout(START_S + limit_s)
        try:
            connection.sendall(question)
            with connection.makefile("rb") as stream:
                line = stream.readline()
        except TimeoutError:
            self.end()
            raise TimeoutError(f"Airflow's CLI has not answered within {START_S + limit_s:g} s") from None
        except OSError:
            line = b""
        if not line:
            self.end()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        argv = (str(self.running.python), str(WORKER), str(theirs.fileno()), str(IDLE_S))
        variables = {**self.running.variables, "MWAA_AIRFLOW_COMPONENT": "webserver"}
        command = process.Command(argv, self.running.place.home, variables)
        try:
            self._service = process.start_service(command, log=self._log, keep_open=(theirs.fileno(),))
            self._connection = ours
        except ToolMissing as error:
            ours.close()
            raise FailedError(error.what) from error
        finally:
            theirs.close()

    def _log_end(self) -> str:
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return " | ".join(lines[-3:])
