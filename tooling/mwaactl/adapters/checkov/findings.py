"""A record of checkov as a finding of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mwaactl.adapters.checkov.engine import Scan
from mwaactl.adapters.checkov.sources import Sources
from mwaactl.errors import Finding, Severity
from mwaactl.model.plan_document import without_indexes
from mwaactl.model.verdict import Waived

CHECKOV_UNREAD = "CHECKOV_UNREAD"


def finding_of(record: Any, environment: str, sources: Sources) -> Finding:
    """The finding of a failed check, at the place where its resource is written.

    Without an account of its vendor checkov has no severities for its built-in checks: those refuse (HIGH).
    """
    from mwaactl.policies.rules import mend_of

    file, line = sources.place_of(record.resource)
    keys = record.check_result.get("evaluated_keys") or ()
    return Finding(
        id=record.check_id,
        address=record.resource,
        message=": ".join([record.check_name, *filter(None, ["; ".join(map(str, record.details))])]),
        hint=mend_of(record.check_id),
        environment=environment,
        severity=_severity(record.severity),
        file=file,
        line=line,
        guideline=str(record.guideline or ""),
        attribute=_dotted(str(next(iter(keys), ""))),
    )


def unread(report: Any, environment: str) -> Iterator[Finding]:
    """What checkov could not read, and therefore did not judge. It would pass over it in silence."""
    for path in report.parsing_errors:
        name = "the plan" if environment else str(path)
        yield Finding(CHECKOV_UNREAD, name, "cannot be read by checkov, so it was not judged", environment=environment)


def scan_of(failed: Sequence[Finding], skipped: Sequence[Waived], reports: Iterable[Any]) -> Scan:
    """All of it as one answer."""
    passed = [record for report in reports for record in report.passed_checks]
    judged = {(one.id, without_indexes(one.address)) for one in [*failed, *(waived.finding for waived in skipped)]}
    judged |= {(record.check_id, without_indexes(record.resource)) for record in passed}
    return Scan(tuple(failed), tuple(skipped), len(passed), frozenset(judged))


def _dotted(key: str) -> str:
    """`logging_configuration.task_logs.enabled` for checkov's `logging_configuration/[0]/task_logs/[0]/enabled`."""
    return ".".join(part for part in key.split("/") if part and not part.startswith("["))


def _severity(found: Any) -> Severity:
    name = str(getattr(found, "name", found) or "").upper()
    return Severity(name) if name in Severity.__members__ else Severity.HIGH
