"""What two releases differ in, and whether one may go to another Airflow."""

from __future__ import annotations

import pytest
from rich.console import Console

from mwaactl.model.promotion import MAJOR_ID, OLDER_ID, RuntimeChange, misfits, runtime_changes
from mwaactl.model.publication import FileChange
from mwaactl.model.release import Release, ReleasedFile
from mwaactl.model.release_difference import LONGEST_PATCH_LINES, ReleaseDifference, files_between, patch_of
from mwaactl.render.text import text

NAMES = ("one", "two")


def file(digest: str, size: int) -> ReleasedFile:
    return ReleasedFile(digest, size, "etag", "version")


def test_files_are_compared_by_digest() -> None:
    before = {"a": file("1", 1), "b": file("2", 2), "c": file("3", 3)}
    after = {"b": file("2", 2), "c": file("4", 4), "d": file("5", 5)}
    assert files_between(before, after) == {
        "added": (FileChange("d", 5),),
        "changed": (FileChange("c", 4, 3),),
        "deleted": (FileChange("a", size_before=1),),
    }


def test_patch_is_a_unified_diff_that_names_both_releases() -> None:
    patch = patch_of("dags/a.py", b"x = 1\ny = 2\n", b"x = 1\ny = 3\n", NAMES)
    assert patch.lines == ("--- one/dags/a.py", "+++ two/dags/a.py", "@@ -1,2 +1,2 @@", " x = 1", "-y = 2", "+y = 3")


def test_patch_of_an_added_or_deleted_file_says_so() -> None:
    assert patch_of("a", None, b"x\n", NAMES).lines[:2] == ("--- /dev/null", "+++ two/a")
    assert patch_of("a", b"x\n", None, NAMES).lines[:2] == ("--- one/a", "+++ /dev/null")


def test_patch_shows_a_missing_end_of_line() -> None:
    assert patch_of("a", b"x\n", b"x", NAMES).lines[-2:] == ("+x", "\\ No newline at end of file")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b"])
def test_patch_of_what_is_no_text_is_left_out(content: bytes) -> None:
    assert patch_of("a", b"x\n", content, NAMES).note == "no text"


def test_patch_of_a_huge_file_is_left_out() -> None:
    assert "longer" in patch_of("a", b"x\n" * LONGEST_PATCH_LINES, b"y\n", NAMES).note


def test_patch_on_a_terminal_holds_no_control_characters_of_the_file() -> None:
    patch = patch_of("a", None, b"\tindented\x1b[31m\r\n", NAMES)
    difference = ReleaseDifference("dev", "one", "two", (FileChange("a", 1),), (), (), 0, (patch,))
    console = Console(width=100, force_terminal=False)
    with console.capture() as capture:
        console.print(text(difference))
    assert "+   indented[31m\n" in capture.get()
    assert "\x1b" not in capture.get()


@pytest.mark.parametrize(
    ("released_for", "runs", "found"),
    [
        ("2.10.3", "2.10.3", []),
        ("2.10.3", "2.11.0", []),
        ("2.10.3", "2.9.2", [OLDER_ID]),
        ("2.10.3", "2.10.1", [OLDER_ID]),
        ("2.11.0", "3.0.6", [MAJOR_ID]),
        ("3.0.6", "2.11.0", [MAJOR_ID]),
        ("", "2.10.3", []),
        ("2.10.3", "unknown", []),
    ],
)
def test_release_is_for_its_airflow_or_a_later_one_of_the_same_major_version(
    released_for: str, runs: str, found: list[str]
) -> None:
    assert [finding.id for finding in misfits(released_for, runs, environment="stage")] == found


def test_what_the_environment_runs_otherwise_than_when_the_release_was_made_is_told() -> None:
    then = {"requirements": file("1", 0), "plugins": file("2", 0)}
    now = {"plugins": file("2", 0), "startup_script": file("3", 0)}
    made = Release("r", "dev", "", "me", None, "d", {}, airflow_version="2.10.3", artifacts=then)
    assert runtime_changes(made, "2.11.0", now) == (
        RuntimeChange("airflow_version", "2.10.3", "2.11.0"),
        RuntimeChange("requirements", "1", None),
        RuntimeChange("startup_script", None, "3"),
    )
    assert runtime_changes(made, "2.10.3", then) == ()
    assert runtime_changes(made, "", now) == ()
    old = Release("r", "dev", "", "me", None, "d", {})
    assert runtime_changes(old, "2.11.0", now) == ()
