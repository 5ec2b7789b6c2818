"""What the tests in a browser notice, and what they keep of a page on which they failed."""

from __future__ import annotations

import subprocess  # noqa: TID251 - asks git
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from browser_fixtures import FAILED_PAGES, visited

from integration.project_fixtures import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = b"""<!doctype html><link rel="icon" href="data:,"><h1>Broken on purpose</h1>
<script src="/missing.js"></script><script src="/cut.js"></script>
<script>throw new Error("thrown on purpose")</script>"""
PNG = b"\x89PNG\r\n"


class Site(BaseHTTPRequestHandler):
    """A page whose scripts are missing, or end before they begin."""

    def do_GET(self) -> None:
        if self.path == "/cut.js":
            return
        self.send_response(200 if self.path == "/" else 404)
        self.end_headers()
        if self.path == "/":
            self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_failing_page_when_test_fails_then_its_looks_and_html_are_kept(
    chromium: Browser, origin: str, tmp_path: Path
) -> None:
    def fail() -> None:
        with visited(chromium, origin, "test_it[2.10.3]", tmp_path) as visit:
            visit.page.goto(origin)
            visit.settle()
            raise AssertionError("fails on purpose")

    with pytest.raises(AssertionError, match="fails on purpose") as caught:
        fail()
    folder = tmp_path / "test_it-2.10.3"
    note = "\n".join(caught.value.__notes__)
    assert f"The page at {origin}/ is kept in {folder}\n" in note
    assert f"404: GET {origin}/missing.js" in note
    assert f"net::ERR_EMPTY_RESPONSE: GET {origin}/cut.js" in note
    assert "uncaught: thrown on purpose" in note
    assert (folder / "page.png").read_bytes().startswith(PNG)
    assert "Broken on purpose" in (folder / "page.html").read_text()
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}


def test_page_of_a_test_that_passes_is_not_kept(chromium: Browser, origin: str, tmp_path: Path) -> None:
    with visited(chromium, origin, "test_it", tmp_path) as visit:
        visit.page.goto(origin)
    assert list(tmp_path.iterdir()) == []


def test_kept_pages_stay_out_of_git() -> None:
    done = subprocess.run(
        ["git", "check-ignore", "--quiet", str(FAILED_PAGES / "x" / "page.png")], cwd=ROOT, check=False
    )
    assert done.returncode == 0
