"""dags list, airflow and open: the real program against the wire of AWS, with both lines of Airflow's REST API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes_airflow import FakeDag, FakeRun
from fakes_mwaa import FakeMwaa
from integration.airflow_fixtures import Call, call, call_in, mwaa, only, project
from integration.project_fixtures import Copy

__all__ = ["call", "call_in", "mwaa", "project"]

pytestmark = pytest.mark.integration
TRACE = """Traceback (most recent call last):
  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed
  File "/usr/local/airflow/dags/broken.py", line 7, in <module>
    from retail import stores
  File "/usr/local/airflow/dags/retail/stores.py", line 3, in <module>
    import nothing_like_it
ModuleNotFoundError: No module named 'nothing_like_it'
"""


def test_dags_list_when_there_are_dags_then_all_that_a_person_asks_of_them(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily"), FakeDag("resting", "b/resting.py", is_paused=True, schedule=None)]
    mwaa.airflow.runs = [FakeRun("daily", "old", looks=9), FakeRun("daily", "new", ({"a": "failed"},), looks=9)]
    run = call("dags", "list", "dev")
    daily, resting = (line for line in run.out.splitlines() if ".py" in line)
    for words in ("0 0 * * *", "2026-11-24 00:00", "failed 2026-11-23 06:00", "data", "retail", "daily.py"):
        assert words in daily
    assert resting.split()[:2] == ["resting", "paused"]
    assert "b/resting.py" in resting
    assert "2 DAGs, 0 import errors" in run.out
    data = call("dags", "list", "dev", "--output", "json").envelope["data"]
    assert [dag["last_run_state"] for dag in data["dags"]] == ["failed", None]
    assert data["dags"][0]["file"] == "daily.py"


def test_dags_list_when_a_file_is_broken_then_its_place_and_the_users_own_frames(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.import_errors = [{"file": "broken.py", "trace": TRACE}]
    run = call("dags", "list", "dev")
    assert "✗ broken.py:7: ModuleNotFoundError: No module named 'nothing_like_it'" in run.out
    assert run.out.index("retail/stores.py:3 in <module>") < run.out.index("broken.py:7 in <module>")
    assert "importlib" not in run.out


@only(3)
def test_dags_list_when_there_are_more_than_a_page_then_all_of_them(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag(f"dag_{number:03}") for number in range(205)]
    mwaa.airflow.runs = [FakeRun(f"dag_{number % 205:03}", f"run_{number}", looks=9) for number in range(500)]
    dags = call("dags", "list", "dev", "--output", "json").envelope["data"]["dags"]
    assert [dag["dag_id"] for dag in dags] == [f"dag_{number:03}" for number in range(205)]
    assert {dag["last_run_state"] for dag in dags} == {"success"}
    assert len(mwaa.airflow.asked) < 20


@only(2)
def test_dags_list_when_the_web_server_is_busy_once_then_it_is_asked_again(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.troubles = [mwaa.airflow.problem(503, "Service Unavailable", "busy")]
    mwaa.raises = [(429, "ThrottlingException", {"message": "Rate exceeded"})]
    assert "0 DAGs" in call("dags", "list", "dev").out


@only(3)
@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (
            (403, "AccessDeniedException", {"Message": "no"}),
            ["allow airflow:InvokeRestApi", ":role/retail-dev/<Admin|"],
        ),
        ((400, "ValidationException", {"message": "Update your environment to use InvokeRestApi"}), ["mwaactl deploy"]),
        ((404, "ResourceNotFoundException", {"message": "gone"}), ["mwaa.not_found", "gone"]),
        (
            (400, "RestApiClientException", {"RestApiStatusCode": 403, "RestApiResponse": {"detail": "Forbidden"}}),
            ["refused GET /dags: Forbidden [403]", "Airflow role"],
        ),
        (
            (400, "RestApiServerException", {"RestApiStatusCode": 500, "RestApiResponse": '{"detail": "timed out"}'}),
            ["failed GET /dags: timed out [500]", "10 s"],
        ),
    ],
)
def test_dags_list_when_aws_or_airflow_refuses_then_why_and_what_to_do(
    mwaa: FakeMwaa, call: Call, raised: tuple[int, str, dict[str, str]], words: list[str]
) -> None:
    mwaa.raises = [raised]
    run = call("dags", "list", "dev", ok=False)
    assert run.code == 1
    assert all(word in run.err for word in words), run.err
    assert "Traceback" not in run.err


@only(2)
def test_dags_list_when_the_environment_is_not_up_then_it_says_so(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.status = "CREATING"
    run = call("dags", "list", "dev", "--output", "json", ok=False)
    assert (run.code, run.envelope["errors"][0]["code"]) == (1, "mwaa.not_ready")
    assert "CREATING" in run.envelope["errors"][0]["message"]


@only(2)
def test_airflow_when_it_works_then_stdout_and_stderr_are_the_commands(mwaa: FakeMwaa, call: Call) -> None:
    asked: list[str] = []
    mwaa.cli = lambda words: (asked.append(words) or 200, "[bold]dag_id[/]\ndaily\n", "a [red]warning[/]\n")
    run = call("airflow", "dev", "--", "dags", "list", "-o", "json", "--subdir", "it's here")
    assert (run.out, run.err) == ("[bold]dag_id[/]\ndaily\n", "a [red]warning[/]\n")
    assert asked == ["""dags list -o json --subdir 'it'"'"'s here'"""]
    data = call("airflow", "dev", "--output", "json", "--", "version").envelope["data"]
    assert (data["stdout"], data["command"], data["has_failed"]) == ("[bold]dag_id[/]\ndaily\n", ["version"], False)


@only(2)
def test_airflow_when_it_fails_there_then_exit_1(mwaa: FakeMwaa, call: Call) -> None:
    trace = "Traceback (most recent call last):\n  File x\nairflow.exceptions.DagNotFound: Dag id x not found\n"
    mwaa.cli = lambda _: (200, "", trace)
    run = call("airflow", "dev", "--", "dags", "trigger", "x", ok=False)
    assert (run.code, run.err) == (1, trace)


@only(2)
def test_airflow_when_mwaa_does_not_run_the_command_then_a_warning_and_the_reason(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.cli = lambda _: (500, "Internal Server Error", "")
    run = call("airflow", "dev", "--", "pools", "import", "x.json", ok=False)
    assert run.code == 1
    for words in ("airflow pools is not on AWS's list", "Internal Server Error [500]", "airflow-cli-command-reference"):
        assert words in run.err
    assert call("airflow", "dev", "--", "webserver", ok=False).code == 2


@only(2)
def test_airflow_when_a_secret_is_printed_then_it_is_cut_out_unless_asked_for(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.cli = lambda _: (200, "password=hunter2hunter2\n", "")
    hidden = call("airflow", "dev", "--", "variables", "get", "x")
    assert hidden.out == "password=(hidden)\n"
    assert "--show-secrets" in hidden.err
    shown = call("airflow", "dev", "--show-secrets", "--", "variables", "get", "x")
    assert (shown.out, shown.err) == ("password=hunter2hunter2\n", "")


@only(2)
def test_airflow_when_the_certificate_is_unknown_then_the_token_is_not_sent(
    mwaa: FakeMwaa, project: Copy, call: Call
) -> None:
    del project.environment["AWS_CA_BUNDLE"]
    run = call("airflow", "dev", "--", "version", ok=False)
    assert run.code == 1
    assert "is not to be trusted: self-signed certificate" in run.err
    assert len(mwaa.tokens) == 1


@only(2)
def test_airflow_when_the_web_server_is_private_and_out_of_reach_then_ways_to_it(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.access_mode, mwaa.web_host = "PRIVATE_ONLY", "127.0.0.1:9"
    for arguments in (("airflow", "dev", "--", "version"), ("open", "dev")):
        run = call(*arguments, ok=False)
        assert run.code == 1
        assert all(word in run.err for word in ("PRIVATE_ONLY", "VPN", "mwaactl logs")), run.err


@only(2)
def test_airflow_when_the_environment_is_protected_then_it_asks(mwaa: FakeMwaa, project: Copy, call: Call) -> None:
    path = project.root / "envs" / "dev.yaml"
    before = path.read_text()
    try:
        path.write_text(before.replace("force_destroy: true", "force_destroy: false") + "protected: true\n")
        assert call("airflow", "dev", "--", "version", ok=False).code == 2
        assert call("airflow", "dev", "--yes", "--", "version").out == "ran version\n"
    finally:
        path.write_text(before)


@only(3)
def test_open_when_there_is_a_browser_then_it_gets_the_token_and_nobody_else(
    mwaa: FakeMwaa, project: Copy, call: Call, tmp_path: Path
) -> None:
    browser, seen = tmp_path / "browser", tmp_path / "seen"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}\n')
    browser.chmod(0o755)
    project.environment["BROWSER"] = str(browser)
    run = call("open", "dev")
    [token] = mwaa.tokens
    assert seen.read_text() == f"https://{mwaa.web_host}/aws_mwaa/aws-console-sso?login=true#{token}"
    assert token not in run.out + run.err
    assert mwaa.web_host in run.out


@only(3)
def test_open_when_asked_to_print_then_only_the_address_is_on_stdout(mwaa: FakeMwaa, call: Call) -> None:
    run = call("open", "dev", "--print")
    [token] = mwaa.tokens
    assert run.out == f"https://{mwaa.web_host}/aws_mwaa/aws-console-sso?login=true#{token}\n"
    assert "60 seconds" in run.err
    assert token not in run.err
    document = json.loads(call("open", "dev", "--print", "--output", "json").out)
    assert document["data"]["url"].startswith(f"https://{mwaa.web_host}/")


@only(3)
def test_open_when_there_is_no_browser_then_it_names_print(mwaa: FakeMwaa, project: Copy) -> None:
    project.environment["BROWSER"] = "/nonexistent/browser"
    run = project.run("open", "dev")
    assert run.code == 1
    assert "--print" in run.err
    assert not any(token in run.err for token in mwaa.tokens)
