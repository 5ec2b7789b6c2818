"""What every output of the gate promises: a golden file, a schema, counts that are right, the same text each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator, FormatChecker
from rich.console import Console

from mwaactl.errors import Finding, Severity
from mwaactl.model.gate import Gate
from mwaactl.model.result import Result
from mwaactl.model.verdict import Verdict
from mwaactl.render.gate import rendered as rendered_as
from mwaactl.render.gate.annotations import annotations as github
from mwaactl.render.gate.junit import junit
from mwaactl.render.gate.sarif import sarif
from mwaactl.render.text import text
from unit import gate_samples as samples

DATA = Path(__file__).parent.parent / "data"
SAMPLES = {
    "passing": samples.PASSING,
    "unaffected": samples.UNAFFECTED,
    "static": samples.STATIC,
    "refused": samples.REFUSED,
    "failed": samples.FAILED,
    "large": samples.large(),
}
NASTY = "a\x00b\x1b[31m\ud800\ufffe\n]]> <x> & 'é' \u202e:key: [bold]"
FORMATS = {
    "gate.txt": "text",
    "gate.json": "json",
    "gate.sarif": "sarif",
    "gate.junit.xml": "junit",
    "gate.annotations.txt": "github",
    "gate.comment.md": "markdown",
}

every_sample = pytest.mark.parametrize("gate", SAMPLES.values(), ids=SAMPLES)


def rendered(name: str, gate: Gate) -> str:
    if name == "text":
        page = StringIO()
        Console(file=page, width=400, no_color=True).print(text(gate), soft_wrap=True, highlight=False)
        return page.getvalue()
    errors = tuple(error for _, error in gate.failures)
    found = rendered_as(name, Result("gate", gate, 3 if gate.refusals else 0, errors))
    return found + "\n" if name == "json" else found


def nasty() -> Gate:
    """A gate whose words are not fit for a terminal, for XML or for a line."""
    finding = Finding(NASTY, NASTY, NASTY, NASTY, NASTY, file=NASTY, line=3, guideline=NASTY, attribute=NASTY)
    return samples.gate(repository=Verdict("", refusals=(finding,), warnings=(finding,)))


@pytest.mark.parametrize("name", FORMATS)
def test_output_is_as_before(name: str, golden: Callable[[str, str], None]) -> None:
    golden(name, rendered(FORMATS[name], samples.REFUSED))


@pytest.mark.parametrize("name", FORMATS.values())
@every_sample
def test_output_is_the_same_each_time_and_ends_in_a_newline(name: str, gate: Gate) -> None:
    found = rendered(name, gate)
    assert found == rendered(name, gate)
    assert found.endswith("\n")
    assert not found.endswith("\n\n")


@pytest.mark.parametrize(("gate", "verdict"), [(samples.PASSING, "PASSED"), (samples.FAILED, "FAILED")])
@pytest.mark.parametrize("name", ["text", "github", "markdown", "sarif"])
def test_verdict_is_said_when_nothing_refuses(name: str, gate: Gate, verdict: str) -> None:
    assert verdict in rendered(name, gate)


def test_text_begins_with_the_verdict_and_holds_no_order_for_the_terminal() -> None:
    found = rendered("text", nasty())
    assert found.splitlines()[0].startswith("REFUSED: 1 refusal, 1 warning")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", found)
    assert ":key: [bold]" in found


def test_json_of_a_gate_holds_outcomes_errors_and_money() -> None:
    data = json.loads(rendered("json", samples.REFUSED))["data"]
    prod, _, dev, _ = data["outcomes"]
    assert prod["data"]["verdict"]["refusals"][0]["severity"] == "HIGH"
    assert prod["data"]["plan"]["changes"][0]["action"] == "replace"
    assert float(prod["data"]["cost"]["after"]["items"][0]["low"]) == 362.4
    assert (dev["data"], dev["error"]["code"]) == (None, "terraform.failed")


# SARIF


def sarif_run(gate: Gate) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(sarif(gate))["runs"][0]
    return run


@pytest.mark.parametrize("gate", [*SAMPLES.values(), nasty()], ids=[*SAMPLES, "nasty"])
def test_sarif_validates_against_the_schema(gate: Gate) -> None:
    schema = json.loads((DATA / "sarif-schema-2.1.0.json").read_text())
    Draft7Validator.check_schema(schema)
    Draft7Validator(schema, format_checker=FormatChecker()).validate(json.loads(sarif(gate)))


def test_sarif_levels_follow_the_verdict_and_waived_findings_are_suppressed() -> None:
    results = sarif_run(samples.REFUSED)["results"]
    assert [(result["ruleId"], result["level"], "suppressions" in result) for result in results] == [
        ("GUARD_REPLACE", "error", False),
        ("CKV_MWAA_1", "error", False),
        ("CKV_MWAA_1", "error", False),
        ("RENDER_STALE", "error", False),
        ("CKV_MWAA_21", "warning", False),
        ("CKV2_AWS_66", "error", True),
    ]


def test_sarif_results_point_at_their_rule_and_place() -> None:
    run = sarif_run(samples.REFUSED)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    first, *_, no_line, _ = (result["locations"][0]["physicalLocation"] for result in run["results"])
    assert (first["artifactLocation"]["uri"], first["region"]) == ("envs/prod.yaml", {"startLine": 7})
    assert no_line == {"artifactLocation": {"uri": "envs/prod.yaml", "uriBaseId": "%SRCROOT%"}}


def test_sarif_fingerprints_are_all_different_and_stay_when_lines_move() -> None:
    def prints(line: int) -> list[str]:
        found = [Finding("R", address, "m", file="a.tf", line=line) for address in ("x", "x", "y")]
        gate = samples.gate(repository=Verdict("", tuple(found)))
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in sarif_run(gate)["results"]]

    assert len(set(prints(1))) == 3
    assert prints(1) == prints(99)


def test_sarif_has_no_more_results_than_github_takes_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("mwaactl.render.gate.sarif")
    assert module.MAXIMUM_RESULTS == 25_000
    monkeypatch.setattr(module, "MAXIMUM_RESULTS", 20)
    found = tuple(Finding("R", f"a{number}", "m") for number in range(30))
    run = sarif_run(samples.gate(repository=Verdict("", found)))
    assert (len(run["results"]), run["properties"]["resultsLeftOut"]) == (20, 10)


# JUnit

XS = "{http://www.w3.org/2001/XMLSchema}"


def assert_fits(element: ElementTree.Element, schema: ElementTree.Element) -> None:
    """The part of XSD that junit-10.xsd uses: which attributes and children an element may and must have."""
    declared = schema.find(f"{XS}element[@name='{element.tag}']")
    assert declared is not None, element.tag
    attributes = {found.get("name"): found for found in declared.iter(f"{XS}attribute")}
    assert set(element.attrib) <= set(attributes), element.tag
    assert {name for name, found in attributes.items() if found.get("use") == "required"} <= set(element.attrib)
    pattern = schema.find(f"{XS}simpleType[@name='SUREFIRE_TIME']//{XS}pattern")
    assert pattern is not None
    timed = [name for name in element.attrib if attributes[name].get("type") == "SUREFIRE_TIME"]
    assert all(re.fullmatch(pattern.attrib["value"], element.attrib[name]) for name in timed)
    allowed = {found.get("ref") for found in declared.iter(f"{XS}element")} - {None}
    assert {child.tag for child in element} <= allowed, element.tag
    has_text = any(node and node.strip() for node in (element.text, *(child.tail for child in element)))
    is_text = declared.get("type") == "xs:string" or declared.find(f"{XS}complexType[@mixed='true']") is not None
    assert is_text or not has_text, element.tag
    for child in element:
        assert_fits(child, schema)


@pytest.mark.parametrize("gate", [*SAMPLES.values(), nasty()], ids=[*SAMPLES, "nasty"])
def test_junit_fits_the_schema_and_its_counts_are_right(gate: Gate) -> None:
    root = ElementTree.fromstring(junit(gate).encode())
    assert_fits(root, ElementTree.parse(DATA / "junit-10.xsd").getroot())
    for node in (root, *root):
        assert int(node.attrib["tests"]) == len(list(node.iter("testcase")))
        assert int(node.attrib["failures"]) == len(list(node.iter("failure")))
        assert int(node.attrib["errors"]) == len(list(node.iter("error")))
    assert root.attrib["failures"] == str(len(gate.refusals))
    assert root.attrib["errors"] == str(len(gate.failures))


def test_junit_of_a_static_gate_skips_the_plan() -> None:
    case = ElementTree.fromstring(junit(samples.STATIC).encode()).find("testsuite[@name='prod']/testcase")
    assert case is not None
    assert [child.attrib["message"] for child in case] == ["Static checks only: nothing was planned"]


# GitHub annotations


def commands(page: str) -> list[tuple[str, str]]:
    """Read as the runner does: one command a line."""
    found = [re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line) for line in page.splitlines()]
    return [(match[1], match[3]) for match in found if match]


@every_sample
def test_annotations_are_one_command_a_line_and_end_in_a_notice(gate: Gate) -> None:
    found = github(gate)
    kinds = [kind for kind, _ in commands(found)]
    assert len(kinds) == len(found.splitlines())
    assert kinds[-1] == "notice"
    assert kinds.count("error") == len(gate.refusals) + len(gate.failures)
    assert kinds.count("warning") == len(gate.warnings)


def test_annotations_are_worst_first_and_the_notice_counts_what_github_hides() -> None:
    severities = [Severity.MEDIUM] * 12 + [Severity.CRITICAL]
    found = tuple(Finding("R", f"a{index}", level.value, severity=level) for index, level in enumerate(severities))
    first, *_, notice = commands(github(samples.gate(repository=Verdict("", found))))
    assert first[1].startswith("a12 CRITICAL")
    assert "3 more errors in the log" in notice[1]


@pytest.mark.parametrize("words", ["x\n::stop-commands::y", "x\r::error::y", "100%0A", "a,b=c::d", "##[add-mask]x"])
def test_annotation_cannot_be_broken_out_of(words: str) -> None:
    finding = Finding(words, words, words, words, file=words, line=1)
    lines = github(samples.gate(repository=Verdict("", (finding,)))).split("\n")
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice", ""]
    assert re.fullmatch(r"::error file=[^,:]+,line=1,title=[^,:]+::[^\r]*", lines[0])
    assert "##[" not in lines[0]
    assert "%0A" not in lines[0].replace("%250A", "").replace("%0A", "", 1)
