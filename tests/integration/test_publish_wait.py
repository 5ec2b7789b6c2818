"""publish --wait: files in the sandbox's S3, and an Airflow on the wire that parses them, or does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes_airflow import FakeAirflow, FakeDag
from fakes_mwaa import FakeMwaa, serving
from integration.airflow_fixtures import Call, call_in, only
from integration.publish_fixtures import Shelf, empty_shelf, shelf_of_module
from mwaactl.adapters.sandbox import environment_variables

__all__ = ["call_in", "shelf_of_module"]

pytestmark = pytest.mark.integration
DAG = "from airflow import DAG\n\nwith DAG('{id}'):\n    pass\n"
LATER = 31  # seconds after which every copy of the file in Airflow is the new one


@pytest.fixture(params=[2, 3])
def mwaa(request: pytest.FixtureRequest, shelf_of_module: Shelf, tmp_path: Path) -> Iterator[FakeMwaa]:
    """MWAA on the wire, everything else of AWS in the sandbox."""
    empty_shelf(shelf_of_module)
    state = shelf_of_module.copy.sandbox.find()
    assert state is not None
    with serving(FakeMwaa(FakeAirflow(request.param)), tmp_path) as served:
        inside = environment_variables(state, "111111111111", "eu-west-1")
        shelf_of_module.copy.environment.clear()
        shelf_of_module.copy.environment.update(inside | served.variables)
        shelf_of_module.copy.environment.update(
            {name: inside[name] for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID")}
        )
        yield served


def put(shelf: Shelf, name: str, text: str) -> None:
    path = shelf.dags / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


@pytest.fixture
def publish(call_in: Call, shelf_of_module: Shelf) -> Call:
    """`mwaactl publish dev --wait`."""
    return lambda *arguments: call_in(shelf_of_module.copy, "publish", "dev", "--yes", "--wait", *arguments, ok=False)


def in_s(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def test_wait_when_new_files_are_parsed_then_their_dags_and_those_without_are_told(
    mwaa: FakeMwaa, publish: Call, shelf_of_module: Shelf
) -> None:
    put(shelf_of_module, "team/one.py", DAG.format(id="one"))
    put(shelf_of_module, "words.py", "# helps an Airflow DAG\n")
    mwaa.airflow.dags = [FakeDag("one", "team/one.py", parsed_at=in_s(0))]
    run = publish()
    assert run.code == 0, run.everything
    assert "✓ team/one.py: parsed: one" in run.err
    assert "words.py: no DAG" in run.err


def test_wait_when_an_import_fails_then_exit_1_with_file_line_and_frames(
    mwaa: FakeMwaa, publish: Call, shelf_of_module: Shelf
) -> None:
    put(shelf_of_module, "one.py", DAG.format(id="one"))
    put(shelf_of_module, "broken.py", "from airflow import DAG\nimport nothing_like_it\n\nDAG('broken')\n")
    mwaa.airflow.dags = [FakeDag("one", "one.py", parsed_at=in_s(LATER))]
    trace = (
        'Traceback (most recent call last):\n  File "/usr/local/airflow/dags/broken.py", line 2, in <module>\n'
        "    import nothing_like_it\nModuleNotFoundError: No module named 'nothing_like_it'\n"
    )
    mwaa.airflow.import_errors = [
        {"file": "broken.py", "trace": trace, "timestamp": in_s(LATER)},
        {"file": "of_somebody_else.py", "trace": "KeyError: 'x'", "timestamp": in_s(LATER)},
    ]
    run = publish("--output", "json")
    assert run.code == 1
    [error] = run.envelope["errors"]
    [finding] = error["details"]
    assert (error["code"], finding["id"], finding["file"], finding["line"]) == (
        "dag.failed",
        "DAG_IMPORT",
        "dags/broken.py",
        2,
    )
    assert "dags/broken.py:2: ModuleNotFoundError: No module named 'nothing_like_it'" in run.err
    assert "broken.py:2 in <module>" in finding["hint"]


def test_wait_when_a_changed_file_was_parsed_before_airflow_had_it_then_that_does_not_count(
    mwaa: FakeMwaa, publish: Call, shelf_of_module: Shelf
) -> None:
    put(shelf_of_module, "one.py", DAG.format(id="one"))
    mwaa.airflow.dags = [FakeDag("one", "one.py", parsed_at=in_s(0))]
    assert publish().code == 0
    put(shelf_of_module, "one.py", DAG.format(id="one") + "# changed\n")
    mwaa.airflow.dags[0].parsed_at = in_s(10)
    run = publish("--timeout", "2")
    assert run.code == 1
    assert all(words in run.err for words in ("has not parsed one.py", "dag_dir_list_interval", "is published"))
    mwaa.airflow.dags[0].parsed_at = in_s(LATER + 10)
    put(shelf_of_module, "one.py", DAG.format(id="one") + "# changed again\n")
    assert publish().code == 0


@only(3)
def test_wait_when_airflow_3_shows_the_very_text_then_no_time_is_waited_out(
    mwaa: FakeMwaa, publish: Call, shelf_of_module: Shelf
) -> None:
    put(shelf_of_module, "one.py", DAG.format(id="one"))
    mwaa.airflow.dags = [FakeDag("one", "one.py", parsed_at=in_s(0))]
    assert publish().code == 0
    text = DAG.format(id="one") + "# changed\n"
    put(shelf_of_module, "one.py", text)
    mwaa.airflow.dags[0].source = text
    assert publish("--timeout", "3").code == 0
    mwaa.airflow.reads_code = False
    put(shelf_of_module, "one.py", text + "# and again\n")
    assert publish("--timeout", "1").code == 1


@only(2)
def test_wait_when_a_module_changed_then_every_dag_that_may_import_it_is_waited_for(
    mwaa: FakeMwaa, publish: Call, shelf_of_module: Shelf
) -> None:
    put(shelf_of_module, "one.py", DAG.format(id="one"))
    put(shelf_of_module, "retail/stores.py", "STORES = 1\n")
    mwaa.airflow.dags = [FakeDag("one", "one.py", parsed_at=in_s(0))]
    assert publish().code == 0
    put(shelf_of_module, "retail/stores.py", "STORES = 2\n")
    run = publish("--timeout", "1")
    assert run.code == 1
    assert "one.py" in run.err
