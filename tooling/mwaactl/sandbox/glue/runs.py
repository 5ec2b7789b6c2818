"""One run of a Glue job: a process of its own, its state, its logs. Nothing of it outlives the sandbox."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mwaactl.adapters.orphans import MARK, end_marked
from mwaactl.adapters.process import Command, Service, start_service
from mwaactl.sandbox.log_events import Follower, Stream
from mwaactl.sandbox.objects import NoSuchObjectError, object_at
from mwaactl.sandbox.premises import Premises

LIBRARY = Path(__file__).parent / "library"
LOG_GROUP = "/aws-glue/python-jobs"
FOLDER = "glue"
POLL_S = 0.1
GRACE_S = 2.0
MINUTE_S = 60.0
LONGEST_ERROR = 2_048  # characters
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")
log = logging.getLogger(__name__)
_under_way: set[JobRun] = set()


@dataclass(frozen=True)
class Settings:
    """What to run. `script` is an S3 URL; `arguments` begin with two hyphens."""

    job_name: str
    account_id: str
    region: str
    script: str
    arguments: Mapping[str, str]
    timeout_min: float

    @property
    def argv(self) -> list[str]:
        """Arguments of the script, as Glue gives them."""
        given = {"--JOB_NAME": self.job_name, **self.arguments}
        return [word for name, value in given.items() for word in (name, value)]


class JobRun:
    """States: STARTING, RUNNING, then SUCCEEDED, FAILED, TIMEOUT, or STOPPING and STOPPED.

    `shown` are members of the API that GetJobRun only repeats. `on_failure` hears of the end as FAILED.
    """

    def __init__(self, settings: Settings, shown: Mapping[str, Any], on_failure: Callable[[JobRun], None]) -> None:
        self.job_run_id = f"jr_{secrets.token_hex(32)}"
        self._settings, self._shown, self._on_failure = settings, dict(shown), on_failure
        self.status = "STARTING"
        self._error = ""
        self._started_on = datetime.now(UTC)
        self._ended_on: datetime | None = None
        self._is_asked_to_stop = threading.Event()
        self._changing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"Glue {settings.job_name}", daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether it has come to its end."""
        return self._ended_on is not None

    def start(self) -> None:
        """Begin, in a thread."""
        _under_way.add(self)
        self._thread.start()

    def stop(self) -> bool:
        """Ask it to end; False when it has."""
        with self._changing:
            if self.is_over:
                return False
            self.status = "STOPPING"
            self._is_asked_to_stop.set()
            return True

    def wait(self, timeout_s: float) -> None:
        """Until it is over, or for `timeout_s` seconds."""
        self._thread.join(timeout_s)

    def as_dict(self) -> dict[str, Any]:
        """The members of JobRun in the API."""
        until = self._ended_on or datetime.now(UTC)
        found = {
            **self._shown,
            "Id": self.job_run_id,
            "JobName": self._settings.job_name,
            "JobRunState": self.status,
            "Arguments": dict(self._settings.arguments),
            "StartedOn": self._started_on,
            "LastModifiedOn": until,
            "ExecutionTime": int((until - self._started_on).total_seconds()),
            "Timeout": int(self._settings.timeout_min),
            "LogGroupName": LOG_GROUP,
            "PredecessorRuns": [],
        }
        if self._ended_on:
            found["CompletedOn"] = self._ended_on
        if self._error:
            found["ErrorMessage"] = self._error
        return found

    def _run(self) -> None:
        folder = Premises.current.directory.resolve() / FOLDER / self.job_run_id
        try:
            status, self._error = self._carried_out(folder)
        except NoSuchObjectError as error:
            status, self._error = "FAILED", f"The script cannot be read: {error}"
        except Exception:
            log.exception("run %s of %s", self.job_run_id, self._settings.job_name)
            status, self._error = "FAILED", "A defect in the sandbox: see its log."
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            _under_way.discard(self)
        with self._changing:
            self.status, self._ended_on = status, datetime.now(UTC)
        if status == "FAILED":
            self._on_failure(self)

    def _carried_out(self, folder: Path) -> tuple[str, str]:
        """Run the script to its end; the state, and what went wrong."""
        script = folder / Path(self._settings.script).name
        (folder / "tmp").mkdir(parents=True, mode=0o700)
        script.write_bytes(object_at(self._settings.account_id, self._settings.script).value)
        command = Command([sys.executable, str(script), *self._settings.argv], folder, self._variables(folder))
        service = start_service(command, log=folder / "output.log", errors=folder / "error.log")
        with self._changing:
            if not self._is_asked_to_stop.is_set():
                self.status = "RUNNING"
        output, errors = (self._follower(folder, kind) for kind in ("output", "error"))
        status = self._watched(service, [output, errors])
        output.bring(is_over=True)
        errors.bring(is_over=True)
        if status == "FAILED":
            return status, (errors.last or f"Command failed with exit code {service.returncode}")[:LONGEST_ERROR]
        return status, f"Timed out after {self._settings.timeout_min:g} minutes." if status == "TIMEOUT" else ""

    def _watched(self, service: Service, files: list[Follower]) -> str:
        deadline = time.monotonic() + self._settings.timeout_min * MINUTE_S
        while service.returncode is None:
            if self._is_asked_to_stop.wait(POLL_S):
                service.end(grace_s=GRACE_S)
                return "STOPPED"
            if time.monotonic() > deadline:
                service.end(grace_s=GRACE_S)
                return "TIMEOUT"
            for file in files:
                file.bring()
        service.end(grace_s=0)  # what the script has left running
        return "FAILED" if service.returncode else "SUCCEEDED"

    def _follower(self, folder: Path, kind: str) -> Follower:
        place = (self._settings.account_id, self._settings.region)
        return Follower(folder / f"{kind}.log", Stream(*place, f"{LOG_GROUP}/{kind}", self.job_run_id))

    def _variables(self, folder: Path) -> dict[str, str]:
        """Nothing of the user's environment but what a program needs to run, and the sandbox as AWS."""
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        inside = Premises.current.variables(self._settings.account_id, self._settings.region)
        own = {"HOME": str(folder), "TMPDIR": str(folder / "tmp"), MARK: str(folder)}
        return {**kept, **inside, **own, "PYTHONPATH": str(LIBRARY), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def clear(directory: Path) -> None:
    """End what a killed sandbox left below its `directory`, and remove its files."""
    folder = directory.resolve() / FOLDER
    if folder.is_dir():
        end_marked(folder)
        shutil.rmtree(folder, ignore_errors=True)


def end_all(timeout_s: float = GRACE_S + 3) -> None:
    """Stop every run and wait until they are over, for at most `timeout_s` seconds."""
    ending = list(_under_way)
    for run in ending:
        run.stop()
    deadline = time.monotonic() + timeout_s
    for run in ending:
        run.wait(max(0.0, deadline - time.monotonic()))
