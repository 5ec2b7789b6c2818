"""JUnit XML, as Jenkins and GitLab read it (junit-10.xsd of Jenkins' xUnit plugin)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from mwaactl.errors import MwaactlError
from mwaactl.model.gate import Gate, GateReport
from mwaactl.model.verdict import Verdict
from mwaactl.render.gate.findings import Judged, Standing, judged
from mwaactl.render.gate.words import NOTHING_AFFECTED, STATIC_ONLY, error_lines
from mwaactl.render.lines import one_line

# What XML 1.0 cannot hold, not even as a character reference (section 2.2 of the recommendation).
_INVALID = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(gate: Gate) -> str:
    """A suite for the repository and for each environment; a test case for each finding and for each plan.

    Refusals are failures, environments that could not be judged errors, waived findings skipped.
    """
    suites = [_repository(gate)]
    suites += [_planned(report, gate.is_static) for report in gate.reports]
    suites += [_failed(name, error) for name, error in gate.failures]
    suites += [_left_out(left.environment) for left in gate.left_out]
    root = ElementTree.Element("testsuites", {"name": "mwaactl gate"})
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", _seconds(sum(report.seconds for report in gate.reports)))
    root.extend(suites)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _repository(gate: Gate) -> ElementTree.Element:
    case = _case("repository", "checks", 0.0)
    _text(case, "system-out", gate.repository.summary if gate.outcomes else f"{NOTHING_AFFECTED}")
    mode = "static" if gate.is_static else "full"
    properties = {"commit": gate.commit, "since": gate.since, "mode": mode, "passed": str(gate.repository.passed)}
    return _suite("repository", [case, *_cases("repository", gate.repository)], properties)


def _planned(report: GateReport, is_static: bool) -> ElementTree.Element:
    case = _case(report.environment, "plan", report.seconds)
    if report.plan is not None:
        _text(case, "system-out", report.plan.summary)
    else:
        _mark(case, "skipped", "static" if is_static else "unplanned", STATIC_ONLY if is_static else "no plan")
    properties = {"passed": str(report.verdict.passed), "affected_because": ", ".join(report.affected_because)}
    cases = [case, *_cases(report.environment, report.verdict)]
    return _suite(report.environment, cases, properties, report.seconds)


def _failed(environment: str, error: MwaactlError) -> ElementTree.Element:
    case = _case(environment, "plan", 0.0)
    _mark(case, "error", error.code, error.what, "\n".join(error_lines(error)))
    return _suite(environment, [case])


def _left_out(environment: str) -> ElementTree.Element:
    case = _case(environment, "plan", 0.0)
    _mark(case, "skipped", "unaffected", "the change does not affect this environment")
    return _suite(environment, [case])


def _cases(suite: str, verdict: Verdict) -> Iterable[ElementTree.Element]:
    for one in judged(verdict):
        finding = one.finding
        attribute = f" {finding.attribute}" if finding.attribute else ""
        case = _case(suite, f"{finding.id} {finding.address}{attribute}", 0.0)
        if one.standing is Standing.REFUSAL:
            _mark(case, "failure", finding.id, finding.message, _body(one))
        elif one.standing is Standing.WAIVED:
            _mark(case, "skipped", "waived", f"{one.reason} ({one.source})", _body(one))
        else:
            _text(case, "system-out", f"warning: {finding.message}\n{_body(one)}")
        yield case


def _body(one: Judged) -> str:
    finding = one.finding
    place = f"{one.file}:{one.line}" if one.line else one.file
    lines = (f"{finding.severity.value} {finding.address}", place, finding.hint, finding.guideline)
    return "\n".join(one_line(line) for line in lines if line)


def _suite(
    name: str, cases: list[ElementTree.Element], properties: dict[str, str] | None = None, seconds: float = 0.0
) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": _valid(name), "tests": str(len(cases))})
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", _seconds(seconds))
    if properties:
        listed = ElementTree.SubElement(suite, "properties")
        for key, value in properties.items():
            ElementTree.SubElement(listed, "property", {"name": key, "value": _valid(value)})
    suite.extend(cases)
    return suite


def _case(suite: str, name: str, seconds: float) -> ElementTree.Element:
    names = {"classname": _valid(f"mwaactl.gate.{suite}"), "name": _valid(one_line(name))}
    return ElementTree.Element("testcase", {**names, "time": _seconds(seconds)})


def _mark(case: ElementTree.Element, tag: str, kind: str, message: str, body: str = "") -> None:
    mark = ElementTree.SubElement(case, tag, {"type": _valid(kind), "message": _valid(one_line(message))})
    mark.text = _valid(body) or None


def _text(case: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(case, tag).text = _valid(text)


def _valid(text: str) -> str:
    return _INVALID.sub("", text)


def _seconds(value: float) -> str:
    return f"{value:.3f}"
