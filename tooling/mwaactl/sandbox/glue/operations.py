"""What takes the place of moto's job runs, which are SUCCEEDED after a while whatever the script is."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from mwaactl.sandbox.glue.runs import JobRun, Settings

DEFAULT_TIMEOUT_MIN = 2_880
NOT_EMULATED = ("--additional-python-modules", "--extra-py-files", "--extra-files", "--python-modules-installer-option")
_starting = threading.Lock()


def start_job_run(self: Any, **given: Any) -> str:
    """StartJobRun of the job `self`, with moto's names of the arguments; the id of the run."""
    from moto.glue.exceptions import ConcurrentRunsExceededException, JobRunNotFoundException

    previous = given.get("previous_run_id")
    if previous and all(run.job_run_id != previous for run in self.job_runs):
        raise JobRunNotFoundException(previous)
    arguments = {**self.default_arguments, **(given.get("arguments") or {}), **(self.non_overridable_arguments or {})}
    check(self, arguments)
    with _starting:
        running = [run for run in self.job_runs if not run.is_over]
        if len(running) >= (self.execution_property or {}).get("MaxConcurrentRuns", 1):
            raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for {self.name}")
        return _begin(self, arguments, given, previous, 0)


def _begin(job: Any, arguments: Mapping[str, str], given: Mapping[str, Any], previous: str | None, attempt: int) -> str:
    def retry(failed: JobRun) -> None:
        if attempt < (job.max_retries or 0):
            _begin(job, arguments, given, failed.job_run_id, attempt + 1)

    shown = {
        "Attempt": attempt,
        "PreviousRunId": previous,
        "MaxCapacity": given.get("max_capacity") or job.max_capacity,
        "SecurityConfiguration": given.get("security_configuration") or job.security_configuration,
        "NotificationProperty": given.get("notification_property") or job.notification_property,
        "GlueVersion": job.glue_version,
    }
    run = JobRun(
        Settings(
            job_name=job.name,
            account_id=job.backend.account_id,
            region=job.backend.region_name,
            script=job.command["ScriptLocation"],
            arguments=dict(arguments),
            timeout_min=given.get("timeout") or job.timeout or DEFAULT_TIMEOUT_MIN,
        ),
        {name: value for name, value in shown.items() if value is not None},
        on_failure=retry,
    )
    job.job_runs.append(run)
    run.start()
    return run.job_run_id


def check(job: Any, arguments: Mapping[str, str]) -> None:
    """Raises InvalidInputException for what this Glue cannot run."""
    from moto.glue.exceptions import InvalidInputException

    def refuse(why: str) -> None:
        raise InvalidInputException("StartJobRun", f"The sandbox cannot run {job.name}: {why}")

    kind = (job.command or {}).get("Name")
    if kind != "pythonshell":
        refuse(f"it runs jobs of the Python shell, and this one is {kind}.")
    for name in NOT_EMULATED:
        if arguments.get(name):
            refuse(f"{name} is not emulated.")
    if (job.connections or {}).get("Connections"):
        refuse("connections are not emulated.")


def get_job_run(self: Any, run_id: str) -> JobRun:
    """GetJobRun of the job `self`."""
    from moto.glue.exceptions import JobRunNotFoundException

    for run in self.job_runs:
        if run.job_run_id == run_id:
            return run  # type: ignore[no-any-return]
    raise JobRunNotFoundException(run_id)


def get_job_runs(self: Any) -> list[JobRun]:
    """GetJobRuns of the job `self`: the newest first."""
    return list(reversed(self.job_runs))


def batch_stop_job_run(self: Any) -> Any:
    """BatchStopJobRun; `self` is moto's response."""
    from moto.core.responses import ActionResult

    name, wanted = self._get_param("JobName"), self._get_param("JobRunIds")
    runs = {run.job_run_id: run for run in self.glue_backend.get_job(name).job_runs}
    stopping, errors = [], []
    for run_id in wanted:
        if run_id not in runs:
            errors.append(_error(name, run_id, "EntityNotFoundException", "Job run is not found."))
        elif not runs[run_id].stop():
            errors.append(_error(name, run_id, "IllegalArgumentException", "Job run is in a terminal state."))
        else:
            stopping.append({"JobName": name, "JobRunId": run_id})
    return ActionResult({"SuccessfulSubmissions": stopping, "Errors": errors})


def _error(name: str, run_id: str, code: str, message: str) -> dict[str, Any]:
    return {"JobName": name, "JobRunId": run_id, "ErrorDetail": {"ErrorCode": code, "ErrorMessage": message}}
