"""checkov, in this process: one import serves all environments."""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaactl.errors import Finding
from mwaactl.model.verdict import Waived

RESOURCE = re.compile(r'^\s*resource\s+"(?P<type>[^"]+)"\s+"(?P<name>[^"]+)"')
SKIP = re.compile(r"#\s*checkov:skip=(?P<check>CKV\w+)\s*:\s*(?P<reason>.+?)\s*$")
INDEX = re.compile(r"\[[^\]]*\]")

_scanning = threading.Lock()  # checkov keeps its registries in module globals


@dataclass(frozen=True)
class Scan:
    """What checkov says of one plan, after inline skips."""

    failed: tuple[Finding, ...]
    skipped: tuple[Waived, ...]
    passed: int


def warm_up() -> threading.Thread:
    """Import checkov in the background (1 to 2 s), while Terraform plans. Later calls find it imported."""
    thread = threading.Thread(target=_runner, name="import-checkov", daemon=True)
    thread.start()
    return thread


def scan_plan(environment: str, document: Mapping[str, Any], root: Path) -> Scan:
    """Run the checks on a plan document (`terraform show -json`).

    checkov ignores inline skips on plans, so they are read here from the sources of the modules in the plan.
    """
    with _scanning, tempfile.TemporaryDirectory(prefix="mwaactl-") as folder:
        path = Path(folder) / "plan.json"  # the folder is 0700: the document holds secrets
        path.write_text(json.dumps(document), encoding="utf-8")
        runner, runner_filter = _runner()
        report = runner().run(root_folder=None, files=[str(path)], runner_filter=runner_filter)
    reports = report if isinstance(report, list) else [report]
    skips = dict(_inline_skips(document, root / "terraform"))
    failed: list[Finding] = []
    skipped: list[Waived] = []
    for record in (record for part in reports for record in part.failed_checks):
        finding = Finding(
            record.check_id, record.resource, record.check_name, record.guideline or "", environment=environment
        )
        reason = skips.get((INDEX.sub("", record.resource), record.check_id))
        if reason is None:
            failed.append(finding)
        else:
            skipped.append(Waived(finding, reason, "checkov:skip"))
    return Scan(tuple(failed), tuple(skipped), sum(len(part.passed_checks) for part in reports))


_import = threading.Lock()


def _runner() -> tuple[Any, Any]:
    with _import:
        os.environ.setdefault("LOG_LEVEL", "ERROR")  # else checkov logs warnings of its own to stderr
        handlers = list(logging.getLogger().handlers)
        from checkov.runner_filter import RunnerFilter
        from checkov.terraform.plan_runner import Runner

        logging.getLogger().handlers[:] = handlers  # checkov adds one to the root logger
    return Runner, RunnerFilter(framework=["terraform_plan"])


def _inline_skips(document: Mapping[str, Any], folder: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """(address without indexes, check) -> reason, for the root module and every local module below it."""
    yield from _skips_of_module(document.get("configuration", {}).get("root_module", {}), folder, "")


def _skips_of_module(module: Mapping[str, Any], folder: Path, prefix: str) -> Iterator[tuple[tuple[str, str], str]]:
    for path in sorted(folder.glob("*.tf")):
        yield from _skips_of_file(path, prefix)
    for name, call in module.get("module_calls", {}).items():
        if call.get("source", "").startswith("."):
            below = (folder / call["source"]).resolve()
            yield from _skips_of_module(call.get("module", {}), below, f"{prefix}module.{name}.")


def _skips_of_file(path: Path, prefix: str) -> Iterator[tuple[tuple[str, str], str]]:
    resource = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if header := RESOURCE.match(line):
            resource = f"{prefix}{header['type']}.{header['name']}"
        elif line.startswith("}"):
            resource = ""
        elif resource and (skip := SKIP.search(line)):
            yield (resource, skip["check"]), skip["reason"]
