"""Every bad DAG file is told of with its place; none hangs, ends the check, or reaches outside."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from airflow_runs import LIMIT_S, Run, imported, job
from bad_dags import BAD_DAGS, BOTH, HELPERS, BadDag

from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.airflow.probe.confinement import landlock_version

NEEDED_LANDLOCK = {"writes_in_c.py": 1, "system_in_c.py": 1, "kills_parent_in_c.py": 6}
CASES = [
    pytest.param(case, major, id=f"{case.name.removesuffix('.py')}-{major}")
    for case in BAD_DAGS
    for major in case.majors
    if case.finding
]


@dataclass(frozen=True)
class Corpus:
    """One run over all bad files of one major version."""

    run: Run
    canary: Path
    seconds: float


@pytest.fixture(scope="module", params=BOTH)
def both(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def corpora(airflow_2: Runtime, airflow_3: Runtime, room: Path) -> Iterator[dict[str, Corpus]]:
    """The corpus imported by both versions, with a folder beside it that nobody may touch."""
    os.environ["AWS_ACCESS_KEY_ID"], secret = "AKIACANARYCANARY0000", "canary"
    os.environ["AWS_SECRET_ACCESS_KEY"] = secret
    try:
        runtimes = {"2": airflow_2, "3": airflow_3}
        yield {major: _corpus(runtime, room / f"airflow-{major}") for major, runtime in runtimes.items()}
    finally:
        del os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def _corpus(runtime: Runtime, folder: Path) -> Corpus:
    canary, dags = folder / "canary", folder / "dags"
    canary.mkdir(parents=True)
    dags.mkdir()
    (canary / "file").write_text("untouched")
    (canary / "file").chmod(0o644)
    for case in BAD_DAGS:
        (dags / case.name).write_text(case.text.replace("{canary!r}", repr(str(canary))))
    (dags / "not_utf8.py").write_bytes(b"# airflow dag\nname = '\xe9'\n")
    for name, text in HELPERS.items():
        (dags / name).write_text(text)
    began = time.monotonic()
    run = imported(runtime, folder.parent, job(dags), folder.name)
    return Corpus(run, canary, time.monotonic() - began)


@pytest.mark.parametrize(("case", "major"), CASES)
def test_bad_dag_when_imported_is_told_of_with_its_place(case: BadDag, major: str, corpora: dict[str, Corpus]) -> None:
    if landlock_version() < NEEDED_LANDLOCK.get(case.name, 0):
        pytest.skip("only Landlock holds code in C")
    found = corpora[major].run.of(case.name)
    told = [finding for finding in found if finding.id == case.finding] or [
        finding for finding in corpora[major].run.findings if finding.id == case.finding and case.words in str(finding)
    ]
    assert told, found
    assert any(case.words in f"{finding.message} {finding.hint}" for finding in told), told
    if case.line:
        assert case.line in [finding.line for finding in told], told


def test_corpus_when_imported_leaves_the_host_alone(corpora: dict[str, Corpus], both: str) -> None:
    canary = corpora[both].canary
    assert [path.name for path in canary.iterdir()] == ["file"]
    assert (canary / "file").read_text() == "untouched"
    assert (canary / "file").stat().st_mode & 0o777 == 0o644


def test_corpus_when_imported_is_finished_whole(corpora: dict[str, Corpus], both: str) -> None:
    names = {case.name for case in BAD_DAGS}
    assert names <= set(corpora[both].run.outcomes)
    endless = 6
    assert corpora[both].seconds < 25 + endless * (LIMIT_S + 2)


def test_file_when_not_utf8_is_told_of(corpora: dict[str, Corpus], both: str) -> None:
    found = corpora[both].run.of("not_utf8.py")
    assert [finding.id for finding in found] == ["IMPORT_SYNTAX"], found


def test_endless_output_when_imported_is_stopped(corpora: dict[str, Corpus], both: str) -> None:
    found = corpora[both].run.of("endless_output.py")
    assert [(finding.id, finding.line) for finding in found] in (
        [("IMPORT_ERROR", 3)],  # the limit of 64 MiB
        [("IMPORT_TIMEOUT", 3)],
    ), found


def test_good_neighbour_when_file_after_patch_is_imported_is_not_touched(corpora: dict[str, Corpus], both: str) -> None:
    assert corpora[both].run.outcomes["duplicate_one.py"].errors == ()
