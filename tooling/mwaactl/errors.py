"""Every failure that mwaactl reports, as one tree.

::

    MwaactlError
    ├─ ConfigError          problems in files or arguments, all of them at once      exit 2
    ├─ ToolMissing          terraform or a provider is not there                     exit 1
    ├─ CredentialsError     no, expired or wrong-account AWS credentials             exit 1
    ├─ TerraformError       diagnostics from Terraform's own JSON                    exit 1
    │  ├─ StateLocked       somebody else holds the state lock
    │  └─ StalePlan         the saved plan no longer fits configuration or state
    ├─ AwsError             an AWS call failed                                       exit 1
    │  ├─ EnvironmentNotFound
    │  ├─ EnvironmentFailed
    │  ├─ RecordUnreadable  a release record in the bucket is damaged or too new
    │  └─ AirflowError      Airflow itself, behind AWS, refused or failed
    ├─ SandboxError         the sandbox does not start, answer or stop               exit 1
    ├─ DagError             DAG files that cannot be imported, runs that failed      exit 1
    ├─ NotReady             waited, and it is still not there                        exit 1
    ├─ Busy                 another run of mwaactl holds this environment            exit 1
    ├─ PolicyRefused        the gate or a guard said no                              exit 3
    ├─ Bug                  a mistake of ours                                        exit 70
    └─ Aborted              a no at the prompt, or Ctrl-C                            exit 130
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one place. `line` and `column` count from 1; 0 means that the place is not known."""

    file: str
    line: int
    column: int
    field: str
    message: str
    value: str | None = None
    allowed: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.hint:
            text += f" ({self.hint})"
        return text


@dataclass(frozen=True)
class Diagnostic:
    """One error or warning of Terraform. `address` is the resource, `place` the file:line of the HCL."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    place: str = ""


class Severity(StrEnum):
    """How bad a finding is. LOW warns; everything above it refuses."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


@dataclass(frozen=True)
class Finding:
    """What policy has against something: the check or guard `id`, the resource `address`, and what to do.

    `file` and `line` are where to mend it, relative to the repository's root; line 0 means the file as a whole.
    `environment` is empty for what concerns the repository. `guideline` is the address of a page that explains it.
    """

    id: str
    address: str
    message: str
    hint: str = ""
    environment: str = ""
    severity: Severity = Severity.HIGH
    file: str = ""
    line: int = 0
    guideline: str = ""
    attribute: str = ""  # the argument that a check looked at, such as logging_configuration.task_logs.enabled

    @property
    def place(self) -> str:
        """`file:line` as far as it is known."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file


class MwaactlError(Exception):
    """Something the user can understand and act on: `what` happened, `hint` what to do next."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, hint: str | None = None, cause: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.cause = cause
        self.during: str | None = None


class ConfigError(MwaactlError):
    """Mistakes in configuration files or arguments, all of them at once."""

    code = "config.invalid"
    exit_code = 2

    def __init__(self, what: str, *, problems: Sequence[Problem] = (), hint: str | None = None) -> None:
        super().__init__(what, hint=hint)
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))


class ToolMissing(MwaactlError):
    """A program that mwaactl drives is missing or too old."""

    code = "tool.missing"


class CredentialsError(MwaactlError):
    """AWS credentials are absent, expired, or belong to another account."""

    code = "aws.credentials"


class TerraformError(MwaactlError):
    """Terraform failed; `diagnostics` are its own words."""

    code = "terraform.failed"

    def __init__(
        self, what: str, *, diagnostics: Sequence[Diagnostic] = (), hint: str | None = None, cause: str | None = None
    ) -> None:
        super().__init__(what, hint=hint, cause=cause)
        self.diagnostics = tuple(diagnostics)


class StateLocked(TerraformError):
    """Another run holds the lock of this environment's state, or died holding it."""

    code = "terraform.locked"


class StalePlan(TerraformError):
    """The saved plan was made from other configuration, artifacts, modules or state."""

    code = "terraform.stale_plan"


class AwsError(MwaactlError):
    """An AWS call failed."""

    code = "aws.failed"


class EnvironmentNotFound(AwsError):
    """No MWAA environment of that name exists in the account and Region."""

    code = "mwaa.not_found"


class EnvironmentFailed(AwsError):
    """The MWAA environment ended in a failed state."""

    code = "mwaa.failed"


class RecordUnreadable(AwsError):
    """A release record in the bucket is missing, damaged, or of another version of mwaactl."""

    code = "release.unreadable"


class AirflowError(AwsError):
    """Airflow, asked through AWS, refused or failed. `status` is the HTTP status of its answer; 0: there is none."""

    code = "airflow.failed"

    def __init__(self, what: str, *, status: int = 0, hint: str | None = None, cause: str | None = None) -> None:
        super().__init__(what, hint=hint, cause=cause)
        self.status = status


class SandboxError(MwaactlError):
    """The sandbox does not start, answer or stop."""

    code = "sandbox.failed"


class DagError(MwaactlError):
    """DAG files that Airflow cannot import, or a run of a DAG that failed; `findings` say where."""

    code = "dag.failed"

    def __init__(
        self, what: str, *, findings: Sequence[Finding] = (), hint: str | None = None, cause: str | None = None
    ) -> None:
        super().__init__(what, hint=hint, cause=cause)
        self.findings = tuple(findings)


class NotReady(MwaactlError):
    """A wait ended before the thing waited for was there."""

    code = "mwaa.not_ready"


class Busy(MwaactlError):
    """Another run of mwaactl works on the same environment from this folder."""

    code = "environment.busy"


class PolicyRefused(MwaactlError):
    """The policy gate or a guard refuses; `findings` say why."""

    code = "policy.refused"
    exit_code = 3

    def __init__(self, what: str, *, findings: Sequence[Finding] = (), hint: str | None = None) -> None:
        super().__init__(what, hint=hint)
        self.findings = tuple(findings)


class Bug(MwaactlError):
    """A mistake of ours: nothing the user did, and nothing that they can mend."""

    code = "bug"
    exit_code = 70


class Aborted(MwaactlError):
    """The user said no, or pressed Ctrl-C."""

    code = "aborted"
    exit_code = 130
