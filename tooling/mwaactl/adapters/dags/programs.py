"""Where ruff and uv are: mwaactl brings them along as Python packages."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from mwaactl.errors import ToolMissing

_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
              "https_proxy", "http_proxy", "no_proxy", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "XDG_CONFIG_HOME",
              "XDG_CACHE_HOME")  # fmt: skip


def program(name: str) -> Path:
    """The program beside the Python that runs mwaactl, or on PATH. Raises ToolMissing."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed.", hint=f"pip install {name}, into the environment of mwaactl")
    return Path(found)


def bare_environment() -> Mapping[str, str]:
    """What a program that only reads files needs to know: no credentials, nothing of the project."""
    names = (*_PASSED_ON, *(name for name in os.environ if name.startswith("UV_")))
    return {name: os.environ[name] for name in names if name in os.environ}
