"""The issue on drift in Markdown, one section for each environment."""

from __future__ import annotations

from mwaactl.model.drift import DriftReport, DriftStatus, ResourceDrift
from mwaactl.render.gate.markdown import code, prose
from mwaactl.render.lines import counted

LONGEST = 12_000  # characters of one section: four or five of them fit into an issue, which takes 65,536
_STAYS = "_(a deploy leaves it so)_"


def drift_section(report: DriftReport) -> str:
    """What one environment's section says; empty without drift."""
    if report.status is not DriftStatus.DRIFTED:
        return ""
    name = report.environment
    head = f"## {code(name)}: drift in {counted(len(report.resources), 'resource')}"
    end = (
        f"{code(f'mwaactl plan {name}')} shows how a deploy would put it back; to keep it, write it into "
        f"{code(f'envs/{name}.yaml')}."
    )
    lines: list[str] = []
    room = LONGEST - len(head) - len(end)
    for place, resource in enumerate(report.resources):
        text = _resource(resource)
        room -= len(text) + 1
        if room < 0:
            left = counted(len(report.resources) - place, "more resource")
            lines.append(f"- ... and {left}: {code(f'mwaactl drift {name}')}")
            break
        lines.append(text)
    return "\n".join([head, "", *lines, "", end])


def _resource(resource: ResourceDrift) -> str:
    lines = [f"- {code(resource.address)}{' **is gone**' if resource.is_deleted else ''}"]
    for attribute in resource.attributes:
        stays = "" if attribute.is_restored else f" {_STAYS}"
        lines.append(f"  - {prose(attribute.message)}{stays}")
    return "\n".join(lines)
