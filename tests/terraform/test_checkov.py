"""checkov is content with the root and the modules, and every exception says why."""

from __future__ import annotations

import json
import os
import re
import subprocess  # noqa: TID251 - checkov as people run it
import sys
from pathlib import Path

import pytest

from mwaactl.adapters.checkov.sources import RESOURCE, SKIP
from terraform.terraform_fixtures import ROOT

pytestmark = pytest.mark.terraform

SOURCES = sorted([*(ROOT / "terraform").glob("*.tf"), *(ROOT / "modules").glob("*/*.tf")])
ANY_SKIP = re.compile(r"checkov:skip|bridgecrew:skip")


@pytest.mark.parametrize("folder", ["modules", "terraform"])
def test_checkov_finds_nothing(folder: str) -> None:
    checkov = Path(sys.executable).with_name("checkov")
    done = subprocess.run(
        [str(checkov), "-d", folder, "--framework", "terraform", "--skip-download", "--quiet", "--output", "json"],
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    failed = report["results"]["failed_checks"]
    assert [f"{check['check_id']} {check['resource']}: {check['check_name']}" for check in failed] == []
    assert report["summary"]["passed"] > 50, "it has looked at next to nothing"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_skips_lie_in_a_resource_and_have_a_reason(path: Path) -> None:
    inside = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if header := RESOURCE.match(line):
            inside = header["name"]
        elif line.startswith("}"):
            inside = ""
        elif ANY_SKIP.search(line):
            skip = SKIP.search(line)
            assert inside, f"{path}:{number}: a skip counts only inside of its resource"
            assert skip, f"{path}:{number}: write #checkov:skip=CKV_...:reason"
            assert len(skip["reason"].split()) > 4, f"{path}:{number}: the reason says nothing"
            assert skip["reason"].endswith("."), f"{path}:{number}: the reason is a sentence"
