"""checkov, in this process."""

from mwaactl.adapters.checkov.engine import Scan, warm_up
from mwaactl.adapters.checkov.plan import scan_plan
from mwaactl.adapters.checkov.source import scan_source
from mwaactl.adapters.checkov.sources import Sources, load_sources
from mwaactl.adapters.checkov.team import load_team_checks

__all__ = [
    "Scan",
    "Sources",
    "load_sources",
    "load_team_checks",
    "scan_plan",
    "scan_source",
    "warm_up",
]
