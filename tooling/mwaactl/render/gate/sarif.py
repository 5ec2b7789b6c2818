"""SARIF 2.1.0, for GitHub's code scanning and for editors.

Specification: docs.oasis-open.org/sarif/sarif/v2.1.0. What GitHub reads of it: "SARIF support for code scanning".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from mwaactl.errors import MwaactlError, Severity
from mwaactl.model.gate import Gate
from mwaactl.model.verdict import IN_CODE
from mwaactl.render.gate.findings import Judged, Standing, all_judged
from mwaactl.render.gate.words import error_lines, verdict_word
from mwaactl.render.lines import one_line

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
MAXIMUM_RESULTS = 25_000  # GitHub rejects a file with more of them


def sarif(gate: Gate) -> str:
    """All findings as one run. Waived ones are suppressed results; failed environments are notifications."""
    from importlib.metadata import version

    found = all_judged(gate)
    shown = found[:MAXIMUM_RESULTS]
    ids = sorted({one.finding.id for one in shown})
    mode = "static" if gate.is_static else "full"
    run = {
        "tool": {
            "driver": {
                "name": "mwaactl",
                "version": version("mwaactl"),
                "rules": [_rule(name, [one for one in shown if one.finding.id == name]) for name in ids],
            }
        },
        # Another category for each mode: GitHub closes the alerts that the next upload of the same one lacks.
        "automationDetails": {"id": f"mwaactl/gate/{mode}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": not gate.failures,
                "toolExecutionNotifications": [_notification(name, error) for name, error in gate.failures],
            }
        ],
        "results": _results(shown, ids),
        "properties": {
            "verdict": verdict_word(gate),
            "commit": gate.commit,
            "since": gate.since,
            "mode": mode,
            "passed": sum(verdict.passed for verdict in gate.verdicts),
            "resultsLeftOut": len(found) - len(shown),
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str, found: Sequence[Judged]) -> dict[str, Any]:
    messages = sorted({one_line(one.finding.message) for one in found})
    guideline = next((one.finding.guideline for one in found if one.finding.guideline.startswith("https://")), "")
    rule: dict[str, Any] = {
        "id": name,
        "name": name,
        # A guard words each finding anew; a rule's text must stay the same.
        "shortDescription": {"text": messages[0] if len(messages) == 1 else name},
        "defaultConfiguration": {"level": min((_level(one) for one in found), key=("error", "warning").index)},
        "properties": {"tags": ["mwaactl", "policy"]},
    }
    if guideline:
        rule["helpUri"] = quote(guideline, safe=":/?#[]@!$&'()*+,;=%~", errors="replace")
    return rule


def _results(found: Sequence[Judged], ids: Sequence[str]) -> list[dict[str, Any]]:
    index = {name: position for position, name in enumerate(ids)}
    seen: Counter[str] = Counter()
    results = []
    for one in found:
        digest = _digest(one)
        seen[digest] += 1
        results.append(_result(one, index[one.finding.id], f"{digest}:{seen[digest]}"))
    return results


def _result(one: Judged, index: int, fingerprint: str) -> dict[str, Any]:
    finding = one.finding
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": index,
        "level": _level(one),
        "message": {"text": _message(one)},
        "locations": [_location(one)],
        # The name that GitHub knows. Its own value, a hash of the line, would make one alert of several environments.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        "properties": {
            "environment": one.environment,
            "severity": finding.severity.value,
            "address": finding.address,
            "attribute": finding.attribute,
            "hint": finding.hint,
        },
    }
    if one.standing is Standing.WAIVED:
        kind = "inSource" if one.source == IN_CODE else "external"
        result["suppressions"] = [{"kind": kind, "justification": one.reason or "no reason given"}]
    return result


def _location(one: Judged) -> dict[str, Any]:
    artifact = {"uri": quote(one.file.lstrip("/"), safe="/", errors="replace"), "uriBaseId": ROOT}
    place: dict[str, Any] = {"artifactLocation": artifact}
    if one.line:
        place["region"] = {"startLine": one.line}
    location: dict[str, Any] = {"physicalLocation": place}
    if one.finding.address:
        location["logicalLocations"] = [{"fullyQualifiedName": one.finding.address, "kind": "resource"}]
    return location


def _message(one: Judged) -> str:
    finding = one.finding
    where = f"{one.environment}: " if one.environment else ""
    hint = f" ({one_line(finding.hint)})" if finding.hint else ""
    text = f"{where}{one_line(finding.address)} {one_line(finding.message)}{hint}"
    return text.replace("](", "] (")  # SARIF and GitHub take `[text](target)` for a link


def _level(one: Judged) -> str:
    if one.standing is Standing.WAIVED:
        return "warning" if one.finding.severity is Severity.LOW else "error"
    return "error" if one.standing is Standing.REFUSAL else "warning"


def _digest(one: Judged) -> str:
    """The same finding tomorrow: nothing of it that moves when somebody adds a line above."""
    parts = (one.finding.id, one.environment, one.finding.address, one.finding.attribute, one.finding.file)
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _notification(environment: str, error: MwaactlError) -> dict[str, Any]:
    return {
        "level": "error",
        "descriptor": {"id": error.code},
        "message": {"text": "\n".join([f"{environment}: could not be judged", *error_lines(error)])},
    }
