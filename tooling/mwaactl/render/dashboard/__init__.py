"""The dashboard as one HTML page: styles and drawings inside of it, no script, nothing loaded from anywhere."""

from mwaactl.render.dashboard.page import page

__all__ = ["page"]
