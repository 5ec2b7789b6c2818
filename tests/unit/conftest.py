"""Unit tests: no socket, no home folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_socket import disable_socket


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A unit test that opens a socket fails."""
    disable_socket(allow_unix_socket=True)
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("MWAACTL_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)  # else the caches of this machine would be used
