"""Terraform for the tests: it runs in a copy of the tree, so that no lock file or data directory is left in ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # noqa: TID251 - the tests drive Terraform without the product's help
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mwaactl.adapters.toolchain import cli_config, find_terraform

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
"""Test runs side by side: each loads the provider's schema, 0.4 GB and most of a core."""


@dataclass
class TestedModule:
    """What `terraform test` said of one module: status per (file, run), and diagnostics."""

    __test__ = False

    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    diagnostics: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    output: str = ""


class Terraform:
    """Terraform in a copy of this repository's Terraform files."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self.binary = str(find_terraform(None, os.environ).path)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
        config = cli_config(copy, os.environ) or os.environ.get("TF_CLI_CONFIG_FILE")
        self.environment = kept | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        if config:
            self.environment["TF_CLI_CONFIG_FILE"] = str(config)

    def run(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it in `folder` of the copy."""
        data = self.copy / ".data" / folder.replace("/", "-")
        return subprocess.run(
            [self.binary, *arguments],
            cwd=self.copy / folder,
            env={**self.environment, "TF_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )

    def init(self, folder: str) -> None:
        """Install the provider. The root keeps to its lock file, modules have none."""
        arguments = ["-lockfile=readonly"] if (self.copy / folder / ".terraform.lock.hcl").exists() else []
        done = self.run(folder, "init", "-backend=false", "-input=false", "-no-color", *arguments)
        assert done.returncode == 0, done.stderr

    def test(self, folder: str) -> TestedModule:
        """Run all test files of `folder`."""
        self.init(folder)
        done = self.run(folder, "test", "-json")
        found = TestedModule(output=done.stdout + done.stderr)
        for line in done.stdout.splitlines():
            event = json.loads(line)
            key = (event.get("@testfile", ""), event.get("@testrun", ""))
            if event["type"] == "test_run" and event["test_run"]["progress"] == "complete":
                found.statuses[key] = event["test_run"]["status"]
            elif event["type"] == "diagnostic":
                diagnostic = event["diagnostic"]
                text = f"{diagnostic['summary']}: {diagnostic['detail']}"
                found.diagnostics.setdefault(key, []).append(text)
        return found


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    copy = tmp_path_factory.mktemp("terraform")
    for folder in ("dags", "modules", "terraform", "tests/terraform/mocks"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
    return Terraform(copy)


@pytest.fixture(scope="session")
def tested(request: pytest.FixtureRequest, terraform: Terraform) -> Iterator[Callable[[str], TestedModule]]:
    """`tested(folder)`: its results. All folders that this session asks for start with the first question."""
    parameters = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    asked = dict.fromkeys(found["folder"] for found in parameters if {"folder", "run"} <= found.keys())
    pool = ThreadPoolExecutor(AT_ONCE)
    futures: dict[str, Future[TestedModule]] = {folder: pool.submit(terraform.test, folder) for folder in asked}
    yield lambda folder: futures[folder].result()
    pool.shutdown(cancel_futures=True)
