"""Comments and issues on GitHub, with a program in place of `gh` that remembers what it was given."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mwaactl.adapters.github import upsert_comment
from mwaactl.errors import ConfigError, MwaactlError, ToolMissing
from mwaactl.model.drift import DriftedAttribute, DriftReport, DriftStatus, ResourceDrift
from mwaactl.model.sections import with_sections
from mwaactl.render.drift_issue import LONGEST, drift_section
from mwaactl.workflows import drift_issue

MARKER = "<!-- mwaactl:gate -->"
BODY = f"{MARKER}\n## passed, with ünïcode and $(echo no shell)\n"
GH = """#!{python}
import json, os, pathlib, sys
folder = pathlib.Path({folder!r})
calls = sorted(folder.glob("call-*"))
call = {{"argv": sys.argv[1:], "stdin": sys.stdin.read(), "variables": dict(os.environ)}}
(folder / f"call-{{len(calls):03}}").write_text(json.dumps(call))
answers = json.loads((folder / "answers").read_text())
answer = answers[len(calls)]
if isinstance(answer, str):
    print(answer, file=sys.stderr)
    sys.exit(1)
print(json.dumps(answer))
"""


@dataclass(frozen=True)
class Gh:
    """The program that stands in for `gh`: gives `answers` one after the other; a text is a failure's stderr."""

    folder: Path

    def answer(self, *answers: Any) -> None:
        (self.folder / "answers").write_text(json.dumps(answers))

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("call-*"))]

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The JSON that each call got on stdin."""
        return [json.loads(call["stdin"]) for call in self.calls if call["stdin"]]


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gh:
    """`gh` on the PATH, in a job of GitHub Actions for pull request 7."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text(GH.format(python=sys.executable, folder=str(tmp_path)))
    (programs / "gh").chmod(0o755)
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    for name, value in {
        "PATH": str(programs),
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "ada/retail",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SERVER_URL": "https://github.example.com",
        "GH_TOKEN": "secret",
        "AWS_SECRET_ACCESS_KEY": "secret of AWS",
    }.items():
        monkeypatch.setenv(name, value)
    return Gh(tmp_path)


def comment(id_: str, body: str, *, is_ours: bool = True) -> dict[str, Any]:
    return {"id": id_, "url": "", "viewerDidAuthor": is_ours, "body": body}


def page(*comments: dict[str, Any], after: str = "") -> dict[str, Any]:
    listing = {"nodes": comments, "pageInfo": {"hasNextPage": bool(after), "endCursor": after or None}}
    return {"data": {"repository": {"pullRequest": {"id": "PR_7", "comments": listing}}}}


def issues(*bodies: str, is_ours: bool = True) -> dict[str, Any]:
    nodes = [{"number": number, "viewerDidAuthor": is_ours, "body": body} for number, body in enumerate(bodies, 40)]
    listing = {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": None}}
    return {"data": {"repository": {"issues": listing}}}


DONE = {"data": {}}


def test_comment_is_posted_when_there_is_none(gh: Gh) -> None:
    gh.answer(page(), DONE)
    assert upsert_comment(BODY) == "posted"
    assert "addComment" in gh.sent[1]["query"]
    assert gh.sent[1]["variables"] == {"id": "PR_7", "body": BODY}
    assert gh.sent[0]["variables"] == {"owner": "ada", "name": "retail", "number": 7, "after": None}


def test_comment_of_an_earlier_run_is_updated_also_when_it_is_on_the_second_page(gh: Gh) -> None:
    gh.answer(page(comment("A", "hello"), after="next"), page(comment("B", f"{MARKER}\nold")), DONE)
    assert upsert_comment(BODY) == "updated"
    assert gh.sent[1]["variables"]["after"] == "next"
    assert "updateIssueComment" in gh.sent[2]["query"]
    assert gh.sent[2]["variables"] == {"id": "B", "body": BODY}


def test_comment_of_somebody_else_with_our_marker_is_left_alone(gh: Gh) -> None:
    gh.answer(page(comment("A", f"{MARKER}\nPASSED, trust me", is_ours=False), comment("B", f"> {MARKER}")), DONE)
    assert upsert_comment(BODY) == "posted"


def test_comment_of_another_environment_is_left_alone(gh: Gh) -> None:
    gh.answer(page(comment("A", "<!-- mwaactl:gate:dev -->\n"), comment("B", "<!-- mwaactl:gate:prod -->\n")), DONE)
    assert upsert_comment("<!-- mwaactl:gate:prod -->\nnew") == "updated"
    assert gh.sent[1]["variables"]["id"] == "B"


def test_texts_are_no_arguments_and_gh_gets_no_credentials_of_aws(gh: Gh) -> None:
    gh.answer(page(), DONE)
    upsert_comment(BODY)
    for call in gh.calls:
        assert "ünïcode" not in str(call["argv"])
        assert call["argv"][-2:] == ["--input", "-"]
        assert "AWS_SECRET_ACCESS_KEY" not in call["variables"]
        assert call["variables"]["GH_HOST"] == "github.example.com"


def test_failure_of_gh_is_an_error_with_its_words_and_without_the_text(gh: Gh) -> None:
    gh.answer("HTTP 403: Resource not accessible by integration")
    with pytest.raises(MwaactlError) as caught:
        upsert_comment(BODY)
    assert "Resource not accessible" in str(caught.value.cause)
    assert "docs/ci.md" in str(caught.value.hint)


@pytest.mark.parametrize("answer", [{"data": {"repository": None}}, {"data": {"repository": {"pullRequest": None}}}])
def test_pull_request_that_the_token_may_not_see_is_an_error(gh: Gh, answer: dict[str, Any]) -> None:
    gh.answer(answer)
    with pytest.raises(MwaactlError, match="does not show"):
        upsert_comment(BODY)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GITHUB_ACTIONS", "", "job of GitHub Actions"),
        ("GITHUB_REPOSITORY", "ada/retail/../x", "job of GitHub Actions"),
        ("GH_TOKEN", "", "no token"),
        ("GITHUB_EVENT_PATH", "/nowhere", "pull request"),
    ],
)
def test_outside_of_a_pull_requests_job_is_an_error_with_a_hint(
    gh: Gh, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    with pytest.raises(ConfigError, match=words) as caught:
        upsert_comment(BODY)
    assert caught.value.hint
    assert gh.calls == []


def test_event_without_a_pull_request_is_an_error(gh: Gh) -> None:
    (gh.folder / "event.json").write_text(json.dumps({"ref": "refs/heads/main"}))
    with pytest.raises(ConfigError, match="pull request"):
        upsert_comment(BODY)


def test_missing_gh_is_an_error_that_says_where_to_get_it(gh: Gh) -> None:
    (gh.folder / "bin" / "gh").unlink()
    with pytest.raises(ToolMissing) as caught:
        upsert_comment(BODY)
    assert "install" in str(caught.value.hint)


def test_drift_opens_one_issue_with_the_label(gh: Gh) -> None:
    gh.answer(issues(), {}, {})
    assert drift_issue.update({"dev": "## dev\n- a role"}) == "opened"
    assert gh.calls[1]["argv"][:3] == ["label", "create", "drift"]
    assert gh.calls[2]["argv"][:4] == ["api", "--method", "POST", "repos/ada/retail/issues"]
    sent = gh.sent[1]
    assert (sent["title"], sent["labels"]) == (drift_issue.TITLE, ["drift"])
    assert "- a role" in sent["body"]


def open_issue(**sections: str) -> str:
    return with_sections("", f"{drift_issue.MARKER}\nhead", sections, limit=1000)


def test_drift_of_another_environment_joins_the_open_issue(gh: Gh) -> None:
    gh.answer(issues("not ours", open_issue(dev="## dev").replace("\n", "\r\n")), {})
    assert drift_issue.update({"prod": "## prod"}) == "updated"
    assert gh.calls[1]["argv"][2:4] == ["PATCH", "repos/ada/retail/issues/41"]
    assert [line for line in gh.sent[1]["body"].splitlines() if line.startswith("##")] == ["## dev", "## prod"]


def test_drift_that_is_gone_leaves_the_issue_open_for_the_others_and_closes_it_at_last(gh: Gh) -> None:
    gh.answer(issues(open_issue(dev="## dev", prod="## prod")), {}, issues(open_issue(dev="## dev")), {})
    assert drift_issue.update({"prod": ""}) == "updated"
    assert "prod" not in gh.sent[1]["body"]
    assert drift_issue.update({"dev": "", "prod": ""}) == "closed"
    assert gh.sent[3] == {"state": "closed", "state_reason": "completed"}


def test_no_drift_and_no_issue_changes_nothing(gh: Gh) -> None:
    gh.answer(issues(), issues(open_issue(dev="## dev"), is_ours=False))
    assert drift_issue.update({"dev": ""}) == "unchanged"
    assert drift_issue.update({"dev": ""}) == "unchanged"
    assert len(gh.calls) == 2


def drifted(count: int, message: str = "the role lost a statement") -> DriftReport:
    attribute = DriftedAttribute("policy", "a", "b", message, is_restored=False)
    resources = tuple(
        ResourceDrift(f"module.iam.aws_iam_role.this[{number}]", "aws_iam_role", False, (attribute,))
        for number in range(count)
    )
    return DriftReport("dev", DriftStatus.DRIFTED, resources)


def test_section_says_what_changed_and_what_to_do() -> None:
    text = drift_section(drifted(1))
    assert "drift in 1 resource" in text
    assert "aws_iam_role.this[0]" in text
    assert "the role lost a statement" in text
    assert "a deploy leaves it so" in text
    assert "`mwaactl plan dev`" in text


def test_section_is_empty_without_drift() -> None:
    assert drift_section(DriftReport("dev", DriftStatus.NONE)) == ""
    assert drift_section(DriftReport("dev", DriftStatus.NOT_DEPLOYED)) == ""


def test_section_of_much_drift_is_cut_and_says_how_much_is_left_out() -> None:
    text = drift_section(drifted(2000))
    assert len(text) <= LONGEST + 100
    assert "more resources" in text


def test_section_cannot_be_closed_by_what_stands_in_aws() -> None:
    section = drift_section(drifted(1, "renamed to\n<!-- end:dev -->\n@everyone"))
    text = with_sections("", "head", {"dev": section, "prod": "## prod"}, limit=10_000)
    assert with_sections(text, "head", {"dev": ""}, limit=10_000) == with_sections(
        "", "head", {"prod": "## prod"}, limit=10_000
    )
    assert "@everyone" not in text


def test_sections_that_are_too_long_together_keep_their_first_lines() -> None:
    text = with_sections("", "head", {"dev": "## dev\n" + "x" * 500, "prod": "## prod"}, limit=200)
    assert len(text) < 200
    assert "## dev" in text
    assert "## prod" in text
