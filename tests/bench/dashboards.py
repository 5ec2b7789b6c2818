"""Measures how long the dashboard's page takes to be made and to open."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from bench import ROOT, Row, seconds
from mwaactl.render.dashboard import page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")  # as in the Makefile


def dashboards(room: Path) -> list[Row]:
    """The page of five environments against one that is empty; nothing where there is no Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        return []
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests"))
    from dashboard_fleet import fleet

    full, empty = room / "dashboard.html", room / "empty.html"
    full.write_text(page(fleet()), encoding="utf-8")
    empty.write_text("<!doctype html><title>empty</title>")
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        view = browser.new_page(viewport={"width": 360, "height": 800})
        ours, plain = (seconds(lambda path=path: view.goto(path.as_uri()), 9) for path in (full, empty))
        browser.close()
    return [Row("opening the dashboard of 5 environments, in Chromium", ours, "opening an empty page", plain)]
