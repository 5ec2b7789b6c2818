"""Failures on demand, so that error paths can be tried: environments that fail, calls that are slow or throttled.

A fault is a JSON object of one of two kinds:

    {"environment": "retail-dev", "on": "create", "end": "CREATE_FAILED", "error_code": "INCORRECT_CONFIGURATION",
     "error_message": "...", "seconds": 20}                   what becomes of an operation on an environment, and when
    {"service": "mwaa", "operation": "GetEnvironment", "status": 429, "times": 3, "every": 2, "delay_seconds": 0.5}
                                                              what becomes of calls; `method` and `path`, which are
                                                              regular expressions, narrow it too

    {"service": "s3", "method": "PUT", "cut": "request"}      the connection is closed: before the call is carried out,
                                                              or ("answer") after that, without a word of it

    {"service": "mwaa", "clock_ahead_seconds": 36000}         answers are dated so much later (negative: earlier): time
                                                              goes by, or this machine's clock is wrong

`delay_seconds` end when the faults are replaced. `times` limits how often a fault strikes (once for environments, else
without limit), `every` makes it strike each n-th matching call only.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaactl.errors import SandboxError

CUTS = ("request", "answer")
ENDS = {"create": ("CREATE_FAILED",), "update": ("UPDATE_FAILED", "UNAVAILABLE"), "delete": ("UNAVAILABLE",)}
ENVIRONMENT_FIELDS = {"environment", "on", "end", "error_code", "error_message", "seconds", "times"}
CALL_FIELDS = {"service", "operation", "method", "path", "status", "code", "message", "cut"}
CALL_FIELDS |= {"delay_seconds", "clock_ahead_seconds", "times", "every"}
SERVICE_ALIASES = {"mwaa": "airflow", "cloudwatch": "monitoring"}  # what people say -> what requests are signed for
# INCORRECT_CONFIGURATION in AWS's words, see `airflow-and-sandbox.md` 6.4.
DEFAULT_ERROR = (
    "You may need to check the execution role permissions policy for your environment, and that each of the VPC "
    "networking components required by the environment are configured to allow traffic. Troubleshooting: "
    "https://docs.aws.amazon.com/mwaa/latest/userguide/troubleshooting.html"
)


@dataclass(frozen=True)
class Call:
    """One request, as far as faults are concerned. `service` is the name it is signed for, "" when unsigned."""

    service: str
    operation: str
    method: str
    path: str


@dataclass
class Fault:
    """One accepted fault with how often calls matched it and how often it struck."""

    asked: dict[str, Any]
    matched: int = 0
    struck: int = 0

    @property
    def is_spent(self) -> bool:
        """Has it struck as often as it may?"""
        times = self.asked.get("times", 1 if "environment" in self.asked else None)
        return times is not None and self.struck >= times

    def strikes(self) -> bool:
        """Count one match; True when this is one of those that fail."""
        if self.is_spent:
            return False
        self.matched += 1
        if self.matched % int(self.asked.get("every", 1)):
            return False
        self.struck += 1
        return True

    def matches(self, call: Call) -> bool:
        """Is it about this call?"""
        asked = self.asked
        if "environment" in asked:
            return False
        service = SERVICE_ALIASES.get(asked["service"], asked["service"])
        return (
            service == call.service
            and asked.get("operation", call.operation) == call.operation
            and re.fullmatch(asked.get("method", ".*"), call.method) is not None
            and re.search(asked.get("path", ""), call.path) is not None
        )


@dataclass
class FaultBook:
    """All faults asked for. Safe to use from several threads."""

    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _replaced: threading.Event = field(default_factory=threading.Event)

    def replace(self, asked: Any) -> None:
        """Forget the faults of before and expect these. Raises SandboxError that names every mistake."""
        if not isinstance(asked, list):
            raise SandboxError("Faults are a JSON list of objects.")
        mistakes = [f"fault {number}: {text}" for number, one in enumerate(asked, 1) for text in fault_mistakes(one)]
        if mistakes:
            raise SandboxError("; ".join(mistakes))
        with self._lock:
            self._faults = [Fault(dict(one)) for one in asked]
            self._replaced.set()
            self._replaced = threading.Event()

    def delay(self, fault: Mapping[str, Any]) -> None:
        """Hold the call that `fault` struck as long as it asks for, or until the faults are replaced."""
        with self._lock:
            replaced = self._replaced
            if all(one.asked is not fault for one in self._faults):
                return
        replaced.wait(fault.get("delay_seconds", 0))

    def listing(self) -> list[dict[str, Any]]:
        """Every fault as asked, with `matched`, `struck` and `unused`."""
        with self._lock:
            return [
                {**one.asked, "matched": one.matched, "struck": one.struck, "unused": not one.struck}
                for one in self._faults
            ]

    def of_call(self, call: Call) -> dict[str, Any] | None:
        """The fault that strikes this call, if any."""
        with self._lock:
            return next((one.asked for one in self._faults if one.matches(call) and one.strikes()), None)

    def of_environment(self, name: str, on: str) -> dict[str, Any] | None:
        """The fault that strikes the operation `on` (create, update, delete) of the environment `name`, if any."""
        with self._lock:
            for one in self._faults:
                if one.asked.get("environment") == name and one.asked["on"] == on and one.strikes():
                    return one.asked
        return None


def fault_mistakes(asked: Any) -> list[str]:
    """What is wrong with one fault as asked for, in words; nothing when it is fine."""
    if not isinstance(asked, dict):
        return ["must be an object"]
    if ("environment" in asked) == ("service" in asked):
        return ["must have either `environment` or `service`"]
    known = ENVIRONMENT_FIELDS if "environment" in asked else CALL_FIELDS
    mistakes = [f"unknown key `{key}`; known: {', '.join(sorted(known))}" for key in asked if key not in known]
    mistakes += _number_mistakes(asked)
    return mistakes + (_environment_mistakes(asked) if "environment" in asked else _call_mistakes(asked))


def _number_mistakes(asked: dict[str, Any]) -> list[str]:
    mistakes = []
    for key, kinds, least in (
        ("times", int, 1),
        ("every", int, 1),
        ("delay_seconds", int | float, 0),
        ("seconds", int | float, 0),
        ("clock_ahead_seconds", int | float, -1_000_000_000),
    ):
        value = asked.get(key, least)
        if isinstance(value, bool) or not isinstance(value, kinds) or value < least:
            mistakes.append(f"`{key}` must be a number of at least {least}")
    return mistakes


def _environment_mistakes(asked: dict[str, Any]) -> list[str]:
    on = asked.get("on")
    if on not in ENDS:
        return [f"`on` must be one of {', '.join(ENDS)}"]
    if asked.get("end") is None and "seconds" not in asked:
        return [f"`end` must be one of {', '.join(ENDS[on])} unless `seconds` makes it only slower"]
    if asked.get("end") is not None and asked["end"] not in ENDS[on]:
        return [f"`end` of {on} must be one of {', '.join(ENDS[on])}"]
    return []


def _call_mistakes(asked: dict[str, Any]) -> list[str]:
    mistakes = []
    status = asked.get("status")
    if not {"status", "cut", "delay_seconds", "clock_ahead_seconds"} & set(asked):
        mistakes.append("must have `status`, `cut`, `delay_seconds` or `clock_ahead_seconds`")
    if "cut" in asked and (asked["cut"] not in CUTS or status is not None):
        mistakes.append(f"`cut` must be one of {', '.join(CUTS)}, without `status`")
    if status is not None and (not isinstance(status, int) or not 400 <= status <= 599):
        mistakes.append("`status` must be an HTTP status from 400 to 599")
    if asked["service"] == "s3" and "operation" in asked:
        mistakes.append("S3 calls do not name their operation: use `method` and `path`")
    for key in ("method", "path"):
        try:
            re.compile(asked.get(key, ""))
        except (re.error, TypeError):
            mistakes.append(f"`{key}` must be a regular expression")
    return mistakes
