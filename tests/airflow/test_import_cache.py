"""A second run imports just what a change can affect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from airflow_runs import Run, imported, job

from mwaactl.adapters.airflow.installed import Runtime

DAG = """# airflow dag
from datetime import datetime
from airflow import DAG
import tools.names
d = DAG(tools.names.prefix + "{name}", schedule=None, start_date=datetime(2024, 1, 1))
"""
ALONE = """# airflow dag
from airflow import DAG
try:
    import optional_settings
except ImportError:
    optional_settings = None
d = DAG("alone", schedule=None)
"""
READING = """# airflow dag
import json, os
from pathlib import Path
from airflow import DAG
here = Path(__file__).parent
for name in sorted(os.listdir(here / "config")):
    globals()[name] = DAG(json.loads((here / "config" / name).read_text())["id"], schedule=None)
"""

Again = Callable[[], Run]


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    (folder / "tools").mkdir(parents=True)
    (folder / "config").mkdir()
    (folder / "tools" / "names.py").write_text('prefix = "a_"\n')
    (folder / "config" / "one.json").write_text('{"id": "one"}')
    for name in ("x", "y"):
        (folder / f"{name}.py").write_text(DAG.format(name=name))
    (folder / "alone.py").write_text(ALONE)
    (folder / "reading.py").write_text(READING)
    (folder / "notes.py").write_text("print('nothing to see')\n")
    return folder


@pytest.fixture
def again(dags: Path, room: Path, airflow_2: Runtime, request: pytest.FixtureRequest) -> Again:
    """Import once more, and give what that was."""
    name = request.node.name
    run = lambda: imported(airflow_2, room, job(dags), name)  # noqa: E731
    first = run()
    assert ids(first) == {"a_x", "a_y", "alone", "one"}
    assert first.imports.cached == 0
    return run


def ids(run: Run) -> set[str]:
    return {dag.id for outcome in run.outcomes.values() for dag in outcome.dags}


def test_import_when_nothing_changed_is_known(again: Again) -> None:
    run = again()
    assert run.fresh == 0
    assert ids(run) == {"a_x", "a_y", "alone", "one"}


def test_import_when_one_file_changed_is_of_that_file(again: Again, dags: Path) -> None:
    (dags / "x.py").write_text(DAG.format(name="z"))
    run = again()
    assert run.fresh == 1
    assert ids(run) == {"a_z", "a_y", "alone", "one"}


def test_import_when_only_times_changed_is_known(again: Again, dags: Path) -> None:
    for path in dags.rglob("*.py"):
        path.touch()
    assert again().fresh == 0


def test_import_when_helper_changed_is_of_all_that_import_it(again: Again, dags: Path) -> None:
    (dags / "tools" / "names.py").write_text('prefix = "b_"\n')
    run = again()
    assert run.fresh == 3  # the helper is a file in the DAG folder itself
    assert ids(run) == {"b_x", "b_y", "alone", "one"}


def test_import_when_read_file_changed_is_of_its_reader(again: Again, dags: Path) -> None:
    (dags / "config" / "one.json").write_text('{"id": "uno"}')
    run = again()
    assert run.fresh == 1
    assert "uno" in ids(run)


def test_import_when_file_appears_in_listed_folder_is_of_its_reader(again: Again, dags: Path) -> None:
    (dags / "config" / "two.json").write_text('{"id": "two"}')
    assert {"one", "two"} <= ids(again())


def test_import_when_missed_module_appears_is_of_who_missed_it(again: Again, dags: Path) -> None:
    (dags / "optional_settings.py").write_text("x = 1\n")
    run = again()
    assert run.fresh == 2  # alone.py and the new file
    assert "alone" in ids(run)


def test_import_when_cache_is_damaged_starts_anew(again: Again, room: Path) -> None:
    for path in (room / "imports").glob("*.json"):
        path.write_bytes(path.read_bytes()[:-20])
    run = again()
    assert run.imports.cached == 0
    assert ids(run) == {"a_x", "a_y", "alone", "one"}


def test_import_when_file_is_ignored_leaves_it_out(again: Again, dags: Path) -> None:
    (dags / ".airflowignore").write_text("x\\.py\n")
    assert ids(again()) == {"a_y", "alone", "one"}


def test_import_when_file_is_deleted_forgets_it(again: Again, dags: Path) -> None:
    (dags / "x.py").unlink()
    assert ids(again()) == {"a_y", "alone", "one"}
