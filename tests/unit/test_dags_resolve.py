"""dags check --resolve: uv itself, without a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mwaactl.cli import root as mwaactl
from unit.dags_corpus import Case

NOBODY_LISTENS = "http://me:hush@127.0.0.1:9/simple"


def resolved(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[tuple[str, int, str]], str]:
    """Exit code of the command; id, line and severity of what resolving found; and everything that was printed."""
    Case("resolve", {"requirements.txt": text}, ()).write(folder)
    with pytest.raises(SystemExit) as caught:
        mwaactl.main(["dags", "check", "dev", "--resolve", "--output", "json", "--project", str(folder)])
    written = capsys.readouterr()
    (outcome,) = json.loads(written.out)["data"]
    last = outcome["data"]["stages"][-1]
    assert last["stage"] == "resolve"
    assert isinstance(caught.value.code, int)
    found = [(one["id"], one["line"], one["severity"]) for one in last["findings"]]
    return caught.value.code, found, written.out + written.err


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")


@pytest.mark.usefixtures("offline")
def test_conflict_with_a_pin_of_mwaa_is_told_with_both_versions_and_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found, text = resolved("# mine\nwatchtower==2.0.0\n", tmp_path, capsys)
    assert (code, found) == (1, [("REQUIREMENTS_CONFLICT", 2, "HIGH")])
    assert "watchtower==2.0.0 and watchtower==3.3.1" in text


@pytest.mark.usefixtures("offline")
def test_offline_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, text = resolved("no-such-package-here==1.0\n", tmp_path, capsys)
    assert (code, found) == (0, [("REQUIREMENTS_UNRESOLVED", 0, "LOW")])
    assert "network was disabled" in text


def test_index_that_does_not_answer_is_a_warning_without_its_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", NOBODY_LISTENS)
    code, found, text = resolved("no-such-package-here==1.0\n", tmp_path, capsys)
    assert (code, found) == (0, [("REQUIREMENTS_UNRESOLVED", 0, "LOW")])
    assert "no package index can be reached" in text
    assert "hush" not in text


@pytest.mark.usefixtures("offline")
def test_nothing_asked_for_resolves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = resolved("# nothing\n", tmp_path, capsys)
    assert (code, found) == (0, [])
