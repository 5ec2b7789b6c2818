"""The one issue on drift: opened, kept up to date, and closed when there is none any more."""

from __future__ import annotations

from collections.abc import Mapping

from mwaactl.model.sections import with_sections

LABEL = "drift"
MARKER = "<!-- mwaactl:drift -->"
LIMIT = 65_000  # characters; GitHub takes 65,536
TITLE = "Drift: AWS differs from what was deployed"
_HEAD = (
    f"{MARKER}\nThe nightly look at AWS found what Terraform did not do. This issue is kept up to date, and closed "
    "when nothing is left."
)


def update(sections: Mapping[str, str]) -> str:
    """Put these environments' sections into the issue; an empty one says that there is no drift (any more).

    Environments that are not in `sections` keep theirs: they were looked at by another job, or could not be.
    Returns "opened", "updated", "closed" or "unchanged". Raises ConfigError outside of GitHub Actions, ToolMissing,
    MwaactlError.
    """
    from mwaactl.adapters.github import IssueKind, upsert_issue

    kind = IssueKind(LABEL, MARKER, TITLE, "AWS differs from what was deployed")
    return upsert_issue(kind, lambda before: with_sections(before, _HEAD, sections, limit=LIMIT))
