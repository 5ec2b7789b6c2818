"""What every tier of tests shares: a clean environment and golden files."""

from __future__ import annotations

import os
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SLOWEST_FIRST = (
    "test_retail_night.py",
    "test_clone_airflow.py",
    "test_upgrade_airflow.py",
    "test_clone.py",
    "test_deploy.py",
    "test_gate.py",
    "test_crash.py",
    "test_publish_killed.py",
    "test_drift.py",
    "test_stored_plans.py",
    "test_upgrade.py",
    "test_modules.py",
    "test_sandbox_airflow.py",
    "test_sandbox_rounds.py",
    "test_sandbox_web.py",
    "test_sandbox_restarts.py",
    "test_sandbox_cli.py",
    "test_bad_dags.py",
    "test_imports.py",
    "test_sandbox_terraform.py",
    "test_adopt.py",
    "test_static_rules.py",
)
GOLDEN = Path(__file__).parent / "golden"
for setting in ("CI", "GITHUB_ACTIONS", "GITHUB_REPOSITORY", "GITHUB_TOKEN", "GH_TOKEN"):
    os.environ.pop(setting, None)  # here and not in a fixture: what modules deploy must not know of the server either
os.environ["MWAACTL_SANDBOX_AIRFLOW"] = "0"  # quick; tests/airflow asks for the real one
os.environ.setdefault("GOGC", "400")  # Terraform's collector: the suite is bound by CPU, and memory is there


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Rewrite tests/golden from what the tests see.")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep a module in one worker of a parallel run: its fixtures are dear, a sandbox or three environments.

    Only tests marked `spread` share nothing and go anywhere.
    """
    if item.get_closest_marker("spread") is None:
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(trylast=True)  # after pytest-randomly has shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move tests marked `last` behind the others of their module, and begin with the modules that take longest."""
    modules = list(dict.fromkeys(item.path for item in items))
    modules.sort(key=lambda path: SLOWEST_FIRST.index(path.name) if path.name in SLOWEST_FIRST else len(SLOWEST_FIRST))
    items.sort(key=lambda item: (modules.index(item.path), item.get_closest_marker("last") is not None))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in os.environ:
        if name.startswith(("AWS_", "MWAACTL_", "TF_VAR_", "TF_CLI_ARGS")) and name != "MWAACTL_SANDBOX_AIRFLOW":
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def root() -> Path:
    """This repository."""
    return ROOT


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with its golden file."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        expected = path.read_text(encoding="utf-8") if path.is_file() else ""
        if text != expected:
            lines = unified_diff(expected.splitlines(), text.splitlines(), "golden", "now", lineterm="")
            again = f".venv/bin/pytest --update-golden '{request.node.nodeid}'"
            pytest.fail("\n".join([f"{name} differs; if that is right: {again}", *lines]), pytrace=False)

    return compare
