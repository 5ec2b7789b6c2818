"""The gate's verdict for machines and for pull requests. Text is in `render.text`, JSON is `render.envelope`."""

from mwaactl.render.gate.annotations import annotations
from mwaactl.render.gate.comment import MARKER, comment
from mwaactl.render.gate.formats import rendered
from mwaactl.render.gate.junit import junit
from mwaactl.render.gate.sarif import sarif

__all__ = ["MARKER", "annotations", "comment", "junit", "rendered", "sarif"]
