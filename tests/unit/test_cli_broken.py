"""The table of broken configurations once more, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mwaactl.cli import root as mwaactl
from unit.broken_configurations import CASES, Case


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    with pytest.raises(SystemExit) as caught:
        mwaactl.main(list(arguments))
    written = capsys.readouterr()
    code = caught.value.code
    assert isinstance(code, int)
    return code, written.out, written.err


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_render_when_broken_then_exit_2_with_place_and_no_traceback(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case.write(tmp_path)
    code, out, err = run(capsys, "render", "dev", "--project", str(tmp_path))
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    for expected in case.expected:
        assert f"{expected.file}:{expected.line}:" in err
        assert all(text in err for text in expected.texts)


def test_three_mistakes_in_one_file_are_three_lines_of_one_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "terraform").mkdir()
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "dev.yaml").write_text(
        'project: retail\naccount_id: "1"\nregion: eu-west-1\nmwaa:\n  airflow_version: "9.9.9"\n  schedulers: 9\n'
    )
    code, _, err = run(capsys, "render", "dev", "--project", str(tmp_path))
    assert code == 2
    assert err.count("Error:") == 1
    for line in (2, 5, 6):
        assert f"envs/dev.yaml:{line}:" in err


def test_the_same_report_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CASES[0].write(tmp_path)
    code, out, _ = run(capsys, "render", "dev", "--project", str(tmp_path), "--output", "json")
    envelope = json.loads(out)
    assert (code, envelope["exit_code"], envelope["status"]) == (2, 2, "error")
    assert {detail["line"] for detail in envelope["errors"][0]["details"]} == {one.line for one in CASES[0].expected}


def test_folder_without_a_project_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "status", "--project", str(tmp_path))
    assert code == 2
    assert "envs/ and terraform/" in err
