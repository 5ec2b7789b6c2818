"""What the files of this repository promise."""

from __future__ import annotations

import os
import re
import subprocess  # noqa: TID251 - lists the tracked files
from pathlib import Path

import pytest

from mwaactl.adapters.project import Project

LONGEST_FILE = 400
# Split, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join([r"py" + r"pi\.org", r"python" + "hosted", r"deb\.deb" + "ian", r"registry\.npm" + "js"])
)
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:o" + r"pt|ro" + r"ot|wo" + r"rk|fa" + r"rm)/[\w.-]")


def tracked(root: Path) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True
    )
    return [root / name for name in listing.stdout.splitlines() if (root / name).is_file()]


def test_no_file_names_a_path_of_one_machine_or_a_package_registry(root: Path) -> None:
    found = []
    for path in tracked(root):
        text = path.read_text(encoding="utf-8", errors="replace")
        if MACHINE_PATH.search(text) or REGISTRIES.search(text):
            found.append(str(path.relative_to(root)))
    assert found == []


def test_no_source_file_is_longer_than_the_limit(root: Path) -> None:
    lengths = {
        path: len(path.read_text().splitlines()) for path in tracked(root) if path.suffix in (".py", ".tf", ".j2")
    }
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_readme_is_short(root: Path) -> None:
    assert len((root / "README.md").read_text().splitlines()) < 200


def test_tfvars_and_root_variables_have_the_same_names(root: Path) -> None:
    declared = set()
    for path in (root / "terraform").glob("*.tf"):
        declared |= set(re.findall(r'^variable "(\w+)"', path.read_text(), re.MULTILINE))
    for name in Project(root).environment_names():
        rendered = set(re.findall(r"^(\w+) +=", (root / "envs" / f"{name}.tfvars").read_text(), re.MULTILINE))
        assert rendered == declared - {"imports"}, name  # handed over by adopt, for its own run alone


def test_rendered_and_generated_files_are_fresh(root: Path) -> None:
    project = Project(root)
    files = [file for environment in project.environments() for file in project.rendered(environment)]
    stale = [file.path for file in [*files, *project.generated()] if not project.is_fresh(file)]
    assert stale == [], "mwaactl render"


def test_lock_has_hashes_and_no_index(root: Path) -> None:
    text = (root / "requirements.lock").read_text()
    packages = re.findall(r"^[a-z0-9][\w.-]*==", text, re.MULTILINE | re.IGNORECASE)
    assert len(packages) > 50
    assert text.count("--hash=sha256:") >= len(packages)
    assert "http" not in re.sub(r"^\w*http[\w.-]*==|aiohttp|httpx", "", text, flags=re.MULTILINE)


def test_adrs_are_numbered_without_gaps_and_have_a_status(root: Path) -> None:
    records = sorted((root / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    assert all("\nStatus: " in path.read_text() for path in records)


@pytest.mark.parametrize("script", [".ci/run"])
def test_script_can_be_run(root: Path, script: str) -> None:
    assert os.access(root / script, os.X_OK)
    assert "make test" in (root / script).read_text()


def test_no_two_test_files_have_one_name(root: Path) -> None:
    """pytest imports them by their base names, and refuses the second only when all tiers run in one process."""
    names = [path.name for path in (root / "tests").rglob("test_*.py")]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
