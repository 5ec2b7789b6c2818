"""Terraform's JSON event stream, as progress and diagnostics.

Format: developer.hashicorp.com/terraform/internals/machine-readable-ui. Unknown types and fields are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaactl.errors import Aborted, Diagnostic, StalePlan, StateLocked, TerraformError
from mwaactl.model.progress import Moment, OnEvent, Progress

DOING = {"create": "creating", "update": "updating", "delete": "deleting", "replace": "replacing", "read": "reading"}
DONE = {"create": "created", "update": "updated", "delete": "deleted", "replace": "replaced", "read": "read"}
SLOW = {("aws_mwaa_environment", "create"): "AWS takes 20 to 30 minutes for a new environment"}

# Known words of Terraform or AWS -> what to do next. The raw text is always shown as well.
HINTS = (
    ("already exists", "it exists in AWS but not in the state, perhaps left by a killed run: import it or delete it"),
    ("BucketAlreadyOwnedByYou", "the bucket was left by a killed run: import it or delete it"),
    ("ExpiredToken", "the AWS credentials have expired: log in again"),
    ("Backend initialization required", "remove .mwaactl/ENV/terraform and run the command again"),
    ("UnauthorizedOperation", "the AWS identity lacks a permission: `mwaactl doctor ENV` shows which identity it is"),
)


@dataclass
class EventReader:
    """Collects what one run of Terraform says, and passes progress on."""

    environment: str
    on_event: OnEvent
    diagnostics: list[Diagnostic] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    finished: list[str] = field(default_factory=list)
    planned: int = 0

    def read(self, line: str) -> None:
        """Take one line of stdout; a line that is no JSON event (a crash report, a warning) is kept by the log file."""
        try:
            event = json.loads(line)
        except ValueError:
            return
        if isinstance(event, dict):
            self._dispatch(event)

    def _dispatch(self, event: Mapping[str, Any]) -> None:
        kind = event.get("type", "")
        if kind == "diagnostic":
            self.diagnostics.append(_diagnostic(event["diagnostic"]))
        elif kind == "planned_change":
            self.planned += 1
        elif kind == "outputs":
            self.outputs |= {name: output.get("value") for name, output in event.get("outputs", {}).items()}
        elif kind.startswith("apply_") or kind == "provision_progress":
            self._resource(kind, event.get("hook", {}))

    def _resource(self, kind: str, hook: Mapping[str, Any]) -> None:
        resource = hook.get("resource", {})
        address, action = resource.get("addr", ""), hook.get("action", "")
        elapsed = float(hook.get("elapsed_seconds", 0))
        moment = {
            "apply_start": Moment.STARTED,
            "apply_progress": Moment.RUNNING,
            "apply_complete": Moment.DONE,
            "apply_errored": Moment.FAILED,
        }.get(kind)
        if moment is None or not address or action == "read":
            return
        slow = ""
        word = DONE.get(action, action) if moment is Moment.DONE else DOING.get(action, action)
        if moment is Moment.STARTED:
            self.started.add(address)
            slow = SLOW.get((resource.get("resource_type", ""), action), "")
            word = f"{word} ({slow})" if slow else word
        elif moment in (Moment.DONE, Moment.FAILED):
            self.started.discard(address)
            if moment is Moment.DONE:
                self.finished.append(address)
        self.on_event(
            Progress(
                self.environment, moment, word, address, elapsed, len(self.finished), self.planned, is_slow=bool(slow)
            )
        )

    def interruption(self, command: str) -> Aborted:
        """The error to raise for a run that ended because the user asked it to."""
        progress = f" after {len(self.finished)} of {self.planned} changes" if command == "apply" else ""
        what = f'Interrupted: terraform {command} of "{self.environment}" stopped{progress}.'
        about_state = [
            item for item in self.diagnostics if item.severity == "error" and "state" in item.summary.lower()
        ]
        if about_state:
            return Aborted(
                what,
                cause="; ".join(f"{item.summary}: {item.detail}" for item in about_state),
                hint=f"mwaactl doctor {self.environment} shows whether the state is locked",
            )
        return Aborted(
            f"{what} Its state is stored and its lock released.",
            hint=f"mwaactl deploy {self.environment} goes on from there" if command == "apply" else None,
        )

    def _unrecorded(self) -> str:
        return (
            f"{len(self.finished)} changes were made, and the state may not know the last of them. The next deploy "
            "makes again what has no name of its own (VPC, NAT gateway, address, key): the first ones stay and cost. "
            f"Their ids are in the newest *-apply.jsonl below .mwaactl/{self.environment}"
        )

    def failure(self, command: str, returncode: int, stderr: str) -> TerraformError:
        """The error to raise for a run that ended with `returncode`."""
        errors = [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]
        summaries = {diagnostic.summary for diagnostic in errors}
        if "Error acquiring the state lock" in summaries:
            return StateLocked(f'The state of "{self.environment}" is locked.', diagnostics=errors)
        if "Saved plan is stale" in summaries:
            return StalePlan(
                f'The saved plan of "{self.environment}" is older than its state.',
                diagnostics=errors,
                hint=f"mwaactl plan {self.environment}",
            )
        if returncode < 0:
            return TerraformError(
                f"terraform {command} was ended by signal {-returncode}.",
                diagnostics=errors,
                cause=self._unrecorded() if self.finished else None,
                hint=f"mwaactl deploy {self.environment} (if the state is locked, it says how to go on)",
            )
        text = " ".join(f"{diagnostic.summary} {diagnostic.detail}" for diagnostic in errors)
        hint = next((hint for words, hint in HINTS if words in text), None)
        cause = None if errors else stderr.strip()[-500:] or f"exit code {returncode}"
        return TerraformError(f"terraform {command} failed.", diagnostics=errors, hint=hint, cause=cause)


def _diagnostic(raw: Mapping[str, Any]) -> Diagnostic:
    span = raw.get("range") or {}
    place = f"{span['filename']}:{span['start']['line']}" if span.get("filename") else ""
    return Diagnostic(
        raw.get("severity", "error"), raw.get("summary", ""), raw.get("detail", ""), raw.get("address", ""), place
    )
