"""checkov, in this process."""

from mwaactl.adapters.checkov.engine import Scan, warm_up
from mwaactl.adapters.checkov.plan import scan_plan
from mwaactl.adapters.checkov.source import scan_source
from mwaactl.adapters.checkov.sources import Sources, load_sources

__all__ = ["Scan", "Sources", "load_sources", "scan_plan", "scan_source", "warm_up"]
