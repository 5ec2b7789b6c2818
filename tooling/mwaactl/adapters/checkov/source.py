"""checkov on the Terraform code itself: sees what no plan holds, such as resources that are switched off."""

from __future__ import annotations

from pathlib import Path

from mwaactl.adapters.checkov.engine import Scan, prepare, run_source, scanning
from mwaactl.adapters.checkov.findings import finding_of, scan_of, unread
from mwaactl.adapters.checkov.sources import Sources, load_sources
from mwaactl.model.verdict import IN_CODE, Waived


def scan_source(root: Path, *, sources: Sources | None = None) -> Scan:
    """Run the checks on the root module and the modules it calls. Values of variables are not known here.

    Nothing is executed, and no module is downloaded.
    """
    prepare()
    sources = sources or load_sources(root)
    with scanning:
        reports = run_source(root / "terraform")
    failed = tuple(finding for report in reports for finding in unread(report, ""))
    failed += tuple(finding_of(record, "", sources) for report in reports for record in report.failed_checks)
    skipped = tuple(
        Waived(finding_of(record, "", sources), str(record.check_result.get("suppress_comment") or ""), IN_CODE)
        for report in reports
        for record in report.skipped_checks
    )
    return scan_of(failed, skipped, reports)
