"""The gate's verdict for machines and for pull requests. Text is in `render.text`, JSON is `render.envelope`."""

from mwaactl.render.gate.formats import rendered

__all__ = ["rendered"]
