"""docs/policies.md: every own check, from the rules. Needs no checkov."""

from __future__ import annotations

from collections.abc import Iterator

from mwaactl.errors import Severity
from mwaactl.policies.rule import Rule
from mwaactl.policies.rules import NOT_USED, RULES

_HEAD = """<!-- Generated from tooling/mwaactl/policies; do not edit. -->
# The checks CKV_MWAA_1 to CKV_MWAA_{last}

checkov runs them with its own checks, on plans and on source. LOW warns, everything above it refuses; an exception goes
into `envs/waivers.yaml`. What is known after apply only, and what source does not resolve, is not judged: neither
passed nor failed. A check of protected environments says nothing of others.

| id | severity | what |
|---|---|---|
"""


def text() -> str:
    """The whole page."""
    parts = [_HEAD.format(last=RULES[-1].number) + "".join(map(_row, RULES)), *map(_section, RULES), _not_used()]
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    return f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {rule.name} |\n"


def _section(rule: Rule) -> str:
    lines = [f"## {rule.id}\n", f"{rule.name}. **{rule.severity}**: {_effect(rule)}.\n", *_facts(rule)]
    return "\n".join(lines) + "\n"


def _facts(rule: Rule) -> Iterator[str]:
    yield f"- Judges: {', '.join(f'`{resource}`' for resource in rule.resources)}"
    yield f"- Why: {rule.why}"
    yield f"- To mend it: {rule.mend}"
    if rule.source:
        yield f"- Source: <{rule.source}>"


def _effect(rule: Rule) -> str:
    return "a warning" if rule.severity is Severity.LOW else "refuses"


def _not_used() -> str:
    rows = [f"| CKV_MWAA_{number} | {what} | {', '.join(ids)} |" for number, (what, ids) in sorted(NOT_USED.items())]
    head = "## Numbers without a check\n\ncheckov has these itself.\n\n| number | what | checkov |\n|---|---|---|"
    return "\n".join([head, *rows]) + "\n"
