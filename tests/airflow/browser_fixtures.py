"""A headless Chromium for tests, driven by Playwright: the system's, which `make browser` installs."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.project_fixtures import ROOT

if TYPE_CHECKING:  # tests of this folder that need no browser do without the 0.3 s of importing it
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")  # as in the Makefile
FAILED_PAGES = ROOT / ".mwaactl" / "failed-pages"
PATIENCE_S = 30.0
QUIET_S = 0.5


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module; every visit has cookies of its own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on PATH; `make browser` installs it")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_S * 1000)
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []  # Chromium's own sandbox refuses root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """One page, and what went wrong in it with anything that comes from `origin` (http://HOST:PORT)."""

    page: Page
    origin: str
    problems: list[str] = field(default_factory=list)
    _open: set[Request] = field(default_factory=set)
    _last_s: float = field(default_factory=time.monotonic)

    def watch(self) -> None:
        """Take note from now on."""
        self.page.on("request", self._begun)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))

    def settle(self) -> None:
        """Wait until nothing has been loading for a moment: Playwright's networkidle knows whole documents only."""
        deadline = time.monotonic() + PATIENCE_S
        while self._open or time.monotonic() < self._last_s + QUIET_S:
            assert time.monotonic() < deadline, f"still loading: {sorted(one.url for one in self._open)}"
            self.page.wait_for_timeout(100)

    def _begun(self, request: Request) -> None:
        self._open.add(request)
        self._last_s = time.monotonic()

    def _ended(self, request: Request) -> None:
        self._open.discard(request)
        self._last_s = time.monotonic()

    def _failed(self, request: Request) -> None:
        self._ended(request)
        self._add(request.url, f"{request.failure}: {request.method} {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._add(response.url, f"{response.status}: {response.request.method} {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._add(message.location["url"], f"console: {message.text}")

    def _add(self, url: str, problem: str) -> None:
        if url.startswith(self.origin):
            self.problems.append(problem)


@contextmanager
def visited(browser: Browser, origin: str, name: str, kept: Path = FAILED_PAGES) -> Iterator[Visit]:
    """A new page. When what is done with it fails, its looks and its HTML stay in a folder below `kept`.

    `name` is the test's. The failure's message names the folder.
    """
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_S * 1000)
    try:
        visit = Visit(context.new_page(), origin)
        visit.watch()
        try:
            yield visit
        except Exception as error:
            error.add_note(_kept(visit, kept / re.sub(r"[^\w.-]+", "-", name).strip("-")))
            raise
    finally:
        context.close()


def _kept(visit: Visit, folder: Path) -> str:
    """What the failure's message shall say."""
    from playwright.sync_api import Error

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        content = {"page.png": visit.page.screenshot(full_page=True), "page.html": visit.page.content().encode()}
    except Error as error:  # the browser died; the test's own failure matters more
        return f"The page at {visit.page.url} cannot be kept: {error}"
    for name, data in content.items():
        path = folder / name
        path.touch(mode=0o600)  # a page of somebody who is logged in
        path.write_bytes(data)
    return "\n".join([f"The page at {visit.page.url} is kept in {folder}", *visit.problems])
