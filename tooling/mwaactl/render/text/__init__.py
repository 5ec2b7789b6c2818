"""Results as text. One file per theme, named in `dispatch.THEMES`; importing it registers its kinds of data."""

from mwaactl.render.text.dispatch import text

__all__ = ["text"]
