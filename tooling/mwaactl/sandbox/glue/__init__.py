"""AWS Glue jobs of the Python shell, run for real: moto knows jobs, this package runs them.

StartJobRun takes the script from the bucket of `Command.ScriptLocation` and runs it in a process of its own, with the
sandbox as its AWS and Glue's form of arguments. States, timeout, retries, concurrent runs and logs are as in AWS.

Not emulated, each with an error: Spark and Ray jobs, additional modules (`--additional-python-modules`,
`--extra-py-files`, `--extra-files`), connections. Without an error: the job's role is not assumed (IAM is not enforced
in the sandbox), capacity limits nothing, and the Python is that of the sandbox instead of `PythonVersion`, with what
is installed there.
"""

from __future__ import annotations


def plug_into_moto() -> None:
    """Make moto's Glue run jobs, and end what runs when moto is reset. Calling it again changes nothing."""
    from moto.glue.models import FakeJob
    from moto.glue.responses import GlueResponse
    from moto.moto_api._internal.models import MotoAPIBackend

    from mwaactl.sandbox.glue import operations
    from mwaactl.sandbox.glue.runs import end_all

    if FakeJob.start_job_run is operations.start_job_run:
        return
    FakeJob.start_job_run = operations.start_job_run
    FakeJob.get_job_run = operations.get_job_run
    FakeJob.get_job_runs = operations.get_job_runs
    GlueResponse.batch_stop_job_run = operations.batch_stop_job_run
    reset = MotoAPIBackend.reset

    def end_and_reset(self: MotoAPIBackend) -> None:
        end_all()  # before it: a run that writes its last words must not find a backend that is being emptied
        reset(self)

    MotoAPIBackend.reset = end_and_reset
