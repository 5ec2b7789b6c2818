"""Results as text. One file per theme; importing it registers its kinds of data."""

from mwaactl.render.text import artifacts, cost, deploy, diff, doctor, drift, gate, plan, releases, sandbox, status
from mwaactl.render.text.dispatch import text

__all__ = [
    "artifacts",
    "cost",
    "deploy",
    "diff",
    "doctor",
    "drift",
    "gate",
    "plan",
    "releases",
    "sandbox",
    "status",
    "text",
]
