"""The comment on a pull request: what comes first, what is never cut, and that data stays data."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from mwaactl.errors import ConfigError, Finding
from mwaactl.model.gate import Affected, Gate, GateReport
from mwaactl.model.plan import Action, Plan, ResourceChange
from mwaactl.model.result import Outcome
from mwaactl.model.verdict import Verdict, Waived
from mwaactl.render.gate.comment import MARKER, comment
from mwaactl.render.gate.markdown import block, code, folded, guideline_link, prose, table
from unit import gate_samples as samples

LIMIT = 65_536
NASTY = [
    "a|b",
    "a\\|b",
    "`x` | ``y``",
    "```\n# heading",
    "<img src=x onerror=alert(1)>",
    "</details></summary>",
    "<!-- mwaactl:gate -->",
    "@octocat please approve",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example www.evil.example",
    "fixes #123 and GH-7",
    "**bold** _it_ ~~gone~~ $x^2$ $y$",
    "a\r\n\r\n## heading",
    "> [!CAUTION]",
    "\u202e\u2066\x1b[2J",
]
nasty = pytest.mark.parametrize("text", NASTY)


def position(text: str, *parts: str) -> list[int]:
    found = [text.find(part) for part in parts]
    assert -1 not in found, parts[found.index(-1)]
    return found


def cells(row: str) -> list[str]:
    """The cells of a row, split as GitHub does: at pipes without a backslash, also those within code."""
    return re.split(r"(?<!\\)\|", row)[1:-1]


@pytest.mark.parametrize("gate", [samples.PASSING, samples.REFUSED, samples.UNAFFECTED, samples.large()])
def test_comment_begins_with_the_marker(gate: Gate) -> None:
    assert comment(gate).splitlines()[0] == MARKER


def test_comment_says_the_important_things_first() -> None:
    text = comment(samples.REFUSED)
    order = ("## ❌ mwaactl gate REFUSED", "> [!CAUTION]", "| Environment |", "### Refused", "### Next", "Plan of prod")
    assert position(text, *order) == sorted(position(text, *order))


def test_caution_names_each_loss_and_what_forces_it() -> None:
    text = comment(samples.REFUSED)
    assert f"> - `prod`: **replace** `{samples.MWAA}`, forced by `airflow_version` (holds state)" in text
    assert "> - `prod`: **delete** <code>module&#46;network" in text


def test_identical_plans_and_findings_are_shown_once_with_all_environments() -> None:
    text = comment(samples.REFUSED)
    assert "Plan of stage, qa: 1 to update (the same in 2 environments)" in text
    assert text.count("task logs are off") == 1
    assert "HIGH | `prod`, `stage` |" in text


def test_comment_of_nothing_affected_is_one_line() -> None:
    lines = comment(samples.UNAFFECTED).splitlines()
    assert len(lines) == 2
    assert "the change affects no environment" in lines[1]


def test_comment_of_nothing_affected_still_shows_findings_of_the_repository() -> None:
    gate = replace(samples.UNAFFECTED, repository=Verdict("", refusals=(samples.STALE,)))
    assert "RENDER_STALE" in comment(gate)


def test_comment_of_a_static_gate_says_that_nothing_was_planned() -> None:
    text = comment(samples.STATIC)
    assert "**Static checks only: nothing was planned.**" in text
    assert "mwaactl gate prod --static" in text
    assert "[!CAUTION]" not in text


def test_comment_says_why_an_environment_could_not_be_judged() -> None:
    text = comment(samples.FAILED)
    assert "No valid credential sources found" in text
    assert "| ❌ `dev` | - | - | - | - | failed |" in text


def test_updates_are_coloured_in_the_diff() -> None:
    assert f"\n! {samples.BUCKET}\n" in comment(samples.PASSING)


def test_waiver_snippet_is_a_waiver() -> None:
    yaml = pytest.importorskip("yaml")
    snippet = re.search(r"```yaml\n(.*?)```", comment(samples.REFUSED), re.DOTALL)
    assert snippet
    waiver = yaml.safe_load(snippet[1])[0]
    assert (waiver["check"], waiver["resource"], waiver["environment"]) == ("GUARD_REPLACE", samples.MWAA, "prod")


# the limit


def test_comment_of_400_resources_is_within_the_limit_with_the_important_part() -> None:
    text = comment(samples.large(400))
    assert len(text.encode()) <= LIMIT
    for number in range(0, 400, 20):
        address = f"module.logs[{number}].aws_cloudwatch_log_group.this"
        assert f"**replace** `{address}`, forced by `name`" in text
        assert f"| `GUARD_REPLACE` HIGH | `prod` | `{address}` |" in text
    assert "_Shortened to GitHub's limit: plan details left out" in text
    assert text.count("<details>") == text.count("</details>")


def test_plan_of_middling_size_loses_its_attributes_only() -> None:
    gate = samples.large(150)
    report = gate.reports[0]
    text = comment(samples.gate(replace(report, verdict=Verdict("prod"))))
    assert "changed attributes left out" in text
    assert "+ module.bucket.aws_s3_object.this" in text


@pytest.mark.parametrize(("resources", "limit"), [(1, 600), (400, 3_000), (400, 20_000), (3_000, LIMIT)])
def test_comment_is_never_longer_than_its_limit(resources: int, limit: int) -> None:
    text = comment(samples.large(resources), limit=limit)
    assert len(text.encode()) <= limit
    assert text.startswith(f"{MARKER}\n## ❌ mwaactl gate REFUSED")


def test_fifty_refusals_survive_whatever_else_there_is() -> None:
    found = tuple(Finding(f"R{number}", f"a.b{number}", "é" * 900, "x" * 900) for number in range(160))
    reports = [
        GateReport(f"env{number}", ("a.tf",) * 20, Verdict(f"env{number}", found, warnings=found), Plan("e", ()))
        for number in range(55)
    ]
    text = comment(samples.gate(*reports))
    assert len(text.encode()) <= LIMIT
    assert all(f"| `R{number}` HIGH |" in text for number in (0, 1, 10, 142))
    assert "... and 110 more refusals" in text
    assert "... and 5 more environments" in text


# data stays data


@nasty
def test_prose_keeps_the_cells_of_a_table(text: str) -> None:
    row = table(("a", "b"), [(prose(text), code(text))]).splitlines()[2]
    assert len(cells(row)) == 2
    assert len(row.split("|")) == 4  # not even an escaped pipe is left


@nasty
def test_prose_has_no_markup_of_the_data(text: str) -> None:
    shown = prose(text)
    assert not re.search(r"<(?!/?span>)", shown)
    assert not re.search(r"@(?!\u200b)|https?:(?!\u200b)|www(?!\u200b)\.|(?<!&)#\d|GH-\d", shown)
    assert not re.search(r"(?<!\\)[`\[\]*~]", shown)
    assert not re.search(r"[\n\r\x1b\u202e\u2066]", shown)


@nasty
def test_code_is_one_span_that_the_data_cannot_leave(text: str) -> None:
    shown = code(text)
    inner = re.fullmatch(r"`([^`]+)`|<code>([^<>`|_*\[\]@:\\]+)</code>", shown)
    assert inner, shown
    assert "\n" not in shown


@pytest.mark.parametrize("fence", ["```", "````", "``````"])
def test_fence_is_longer_than_any_in_the_text(fence: str) -> None:
    first, *_, last = block(["a", f"{fence}js", fence]).splitlines()
    assert first == last == "`" * (len(fence) + 1)


def test_summary_of_folded_details_is_text() -> None:
    assert folded("</summary><b>@me", "x").startswith("<details><summary>&lt;/summary&gt;&lt;b&gt;@\u200bme</summary>")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://a.example", "https://a.example) [x](b", "https://a.example/<b>", "", "x"]
)
def test_guideline_is_linked_only_when_it_is_a_plain_address(address: str) -> None:
    assert guideline_link("R", address) == "`R`"
    assert guideline_link("R", "https://a.example/b#c") == "[`R`](https://a.example/b#c)"


@nasty
def test_comment_with_hostile_words_everywhere_keeps_its_shape(text: str) -> None:
    finding = Finding(text, text, text, text, text, file=text, line=1, guideline=text)
    change = ResourceChange(text, "aws_s3_bucket", Action.DELETE)
    waived = Waived(replace(finding, id="W"), text, text)
    report = GateReport(text, (text,), Verdict(text, (finding,), (waived,), (finding,)), Plan(text, (change,), (text,)))
    gate = samples.gate(
        since=text,
        outcomes=(Outcome(text, report), Outcome[GateReport](text, error=ConfigError(text, hint=text))),
        left_out=(Affected(text, (text,)),),
    )
    shown = comment(gate)
    assert shown.splitlines().count(MARKER) == 1
    outside = re.sub(r"(?ms)^(`{3,})\w*$.*?^\1$", "", shown)
    bare = re.sub("`[^`\n]+`", "", outside)
    assert bare.count("<details>") == bare.count("</details>") == bare.count("</summary>") == 5
    headings = [line for line in outside.splitlines() if line.startswith("#")]
    assert [line.split(" ")[0] for line in headings] == ["##", "###", "###", "###"]
    assert outside.count("\n> [!CAUTION]") == 1
    assert not re.search(r"<(?!/?(?:span|code|details|summary)>|!-- mwaactl:gate)", bare)
    widths = [len(cells(line)) for line in outside.splitlines() if line.startswith("|")]
    assert set(widths) == {9, 6, 5, 2}
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(shown)
    assert not re.search(r"<(?:a|img|s|em|h1|script)\b", page)
    assert len(re.findall(r"<td>", page)) == 2 * 9 + 2 * 6 + 5 + 2
