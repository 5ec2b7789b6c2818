"""checkov on a plan document."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.checkov.engine import Scan, prepare, run_plan, scanning
from mwaactl.adapters.checkov.findings import finding_of, scan_of, unread
from mwaactl.adapters.checkov.sources import Sources, load_sources
from mwaactl.errors import Finding
from mwaactl.model.verdict import IN_CODE, Waived

if TYPE_CHECKING:
    from mwaactl.policies.context import Context


def scan_plan(
    environment: str,
    document: Mapping[str, Any],
    root: Path,
    *,
    context: Context | None = None,
    sources: Sources | None = None,
) -> Scan:
    """Run the checks on a plan document (`terraform show -json`).

    checkov ignores inline skips on plans, so they are read from the sources of the modules (`sources`, to read them
    once for many plans). `context` is what our own checks need to know beside the plan.
    """
    from mwaactl.policies.context import judging

    prepare()
    sources = sources or load_sources(root)
    with scanning, tempfile.TemporaryDirectory(prefix="mwaactl-") as folder:
        path = Path(folder) / "plan.json"  # the folder is 0700: the document holds secrets
        path.write_text(json.dumps(document), encoding="utf-8")
        with judging(context) if context else nullcontext():
            reports = run_plan(path)
    failed: list[Finding] = [finding for report in reports for finding in unread(report, environment)]
    skipped: list[Waived] = []
    for record in (record for report in reports for record in report.failed_checks):
        reason = sources.reason(record.resource, record.check_id)
        finding = finding_of(record, environment, sources)
        if reason is None:
            failed.append(finding)
        else:
            skipped.append(Waived(finding, reason, IN_CODE))
    return scan_of(failed, skipped, reports)
