"""The sandbox's web server before a real Airflow: scripts made for MWAA, the AWS CLI, boto3, and a browser."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from botocore.exceptions import ClientError
from browser_fixtures import visited
from web_fixtures import NAME, Web, wait_for

from integration.sandbox_fixtures import inside
from mwaactl.adapters.process import Command, run

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_script_made_for_mwaa_runs_commands(web: Web) -> None:
    assert web.said("variables set greeting 'good morning'") == ("Variable greeting created\n", web.said("version")[1])
    assert web.said("variables get greeting")[0] == "good morning\n"
    assert [one["dag_id"] for one in json.loads(web.said("dags list -o json")[0])] == ["hello"]
    written = web.said("dags trigger -o json hello --conf '{\"a\": 1}' -r by_cli")[0]
    triggered = json.loads(written.splitlines()[-1])  # Airflow 2 logs there, too
    assert triggered[0]["dag_run_id"] == "by_cli"
    web.said("dags pause hello")  # another test may have unpaused it
    assert "hello" in web.said("dags unpause hello")[0]
    assert "absent" in web.said("dags trigger absent")[1]


def test_command_is_refused_as_on_aws(web: Web) -> None:
    assert web.cli("dags list", token="made-up").status_code == 403
    token = web.mwaa.create_web_login_token(Name=NAME)["WebToken"]
    assert web.cli("dags list", token=token).status_code == 403
    assert web.cli("pools list").status_code == 500
    assert web.cli("dags list 'open").status_code == 400
    address = web.listener().removeprefix("http://")
    assert requests.post(f"http://{address}/aws_mwaa/cli/", data="version", timeout=10).status_code == 401
    assert web.cli("version", host=address).status_code == 200


def test_rest_api_by_boto3(web: Web) -> None:
    dags = web.rest("GET", "/dags", QueryParameters={"limit": 1})
    assert (dags["RestApiStatusCode"], dags["RestApiResponse"]["dags"][0]["dag_id"]) == (200, "hello")
    assert web.rest("PATCH", "/dags/hello", Body={"is_paused": False})["RestApiResponse"]["is_paused"] is False
    body = {"conf": {}, "dag_run_id": "by_boto3"} | ({"logical_date": None} if web.major == 3 else {})
    assert web.rest("POST", "/dags/hello/dagRuns", Body=body)["RestApiResponse"]["dag_run_id"] == "by_boto3"
    web.rest("POST", "/variables", Body={"key": "k", "value": "v"})
    gone = web.rest("DELETE", "/variables/k")
    assert gone["RestApiStatusCode"] == 204


@pytest.mark.parametrize("path", ["/dags/absent", "/api/v1/dags", "/api/v2/dags"])
def test_rest_api_when_airflow_finds_nothing_then_client_exception(web: Web, path: str) -> None:
    with pytest.raises(ClientError) as caught:
        web.rest("GET", path)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["RestApiStatusCode"]) == ("RestApiClientException", 404)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["RestApiResponse"]


def test_rest_api_when_path_is_too_long_then_aws_refuses(web: Web) -> None:
    with pytest.raises(ClientError, match="less than or equal to 64"):
        web.rest("GET", "/dags/" + "x" * 60)


def test_aws_cli_knows_all_three_operations(web: Web, tmp_path: Path) -> None:
    def aws(*words: str) -> Any:
        argv = (sys.executable, "-m", "awscli", "mwaa", *words, "--name", NAME)
        done = run(Command(argv, tmp_path, inside(web.state)), timeout_s=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert set(aws("create-cli-token")) == {"CliToken", "WebServerHostname"}
    assert {"WebToken", "WebServerHostname"} <= set(aws("create-web-login-token"))
    found = aws("invoke-rest-api", "--path", "/dags", "--method", "GET", "--query-parameters", '{"limit": 5}')
    assert found["RestApiResponse"]["total_entries"] == 1


def test_script_made_for_mwaa_logs_in_and_calls_the_api(web: Web) -> None:
    """As in the MWAA guide and in MwaaHook: the cookie of the login's own answer."""
    given = web.mwaa.create_web_login_token(Name=NAME)
    session = requests.Session()
    session.proxies = web.proxies
    url = f"http://{given['WebServerHostname']}"
    login = session.post(url + web.login_path, data={"token": given["WebToken"]}, timeout=10)
    assert login.status_code == 200, login.text
    name = "session" if web.major == 2 else "_token"
    assert login.cookies[name]
    headers = {"Authorization": f"Bearer {login.cookies[name]}"} if web.major == 3 else {}
    answer = session.get(f"{url}{web.prefix}/dags", headers=headers, timeout=10)
    assert answer.json()["total_entries"] == 1
    assert requests.post(url + web.login_path, {"token": given["WebToken"]}, proxies=web.proxies).status_code == 403


def test_browser_comes_in_by_the_page_and_stays_at_its_address(web: Web) -> None:
    url = web.listener()
    page = requests.get(f"{url}/aws_mwaa/aws-console-sso?login=true", timeout=10)
    assert page.status_code == 200
    assert "script-src 'sha256-" in page.headers["Content-Security-Policy"]
    assert web.login_path in page.text
    stranger = requests.get(f"{url}/home" if web.major == 2 else f"{url}{web.prefix}/auth/login", timeout=20)
    assert stranger.url.startswith(url)
    assert "login" in stranger.url

    browser = requests.Session()
    token = web.mwaa.create_web_login_token(Name=NAME)["WebToken"]
    assert browser.post(url + web.login_path, data={"token": token}, timeout=10).status_code == 200
    home = browser.get(f"{url}/", timeout=30)
    assert (home.status_code, home.url.startswith(url)) == (200, True)
    assert f":{web.inner_port}" not in home.text
    if web.major == 2:
        assert "hello" in home.text
        assert "/logout" in home.text
    else:
        assert "hello" in browser.get(f"{url}/ui/dags", timeout=20).text
        assert browser.get(f"{url}/ui/auth/me", timeout=20).status_code in (200, 404)
    assert requests.get(f"{url}{web.prefix}/dags", timeout=10).status_code in (401, 403)


def test_many_logins_in_a_row_are_no_trouble(web: Web) -> None:
    url = web.listener()
    for _ in range(8):
        token = web.mwaa.create_web_login_token(Name=NAME)["WebToken"]
        assert requests.post(url + web.login_path, data={"token": token}, timeout=10).status_code == 200


def test_mwaactl_opens_the_web_server_and_runs_commands(web: Web) -> None:
    opened = web.copy.ok("--sandbox", "open", "dev", "--print").out.strip()
    page, _, token = opened.partition("#")
    assert page == f"{web.listener()}/aws_mwaa/aws-console-sso?login=true"
    assert requests.get(page, timeout=10).status_code == 200
    assert requests.post(web.listener() + web.login_path, data={"token": token}, timeout=10).status_code == 200
    assert web.copy.ok("--sandbox", "airflow", "dev", "--", "version").out.strip().startswith(f"{web.major}.")
    assert "hello" in web.copy.ok("--sandbox", "dags", "list", "dev").out


def is_paused(web: Web) -> bool:
    return web.rest("GET", "/dags/hello")["RestApiResponse"]["is_paused"] is True


def test_browser_follows_mwaactl_open_sees_the_dag_and_switches_it(
    chromium: Browser, web: Web, request: pytest.FixtureRequest
) -> None:
    from playwright.sync_api import expect

    opened = web.copy.ok("--sandbox", "open", "dev", "--print").out.strip()
    with visited(chromium, web.listener(), request.node.name) as visit:
        page = visit.page
        page.goto(opened)
        if web.major == 3:  # its first page is a summary
            page.get_by_role("link", name="Dags", exact=True).click()
        dag = page.get_by_role("link", name="hello", exact=True)
        expect(dag).to_be_visible()
        expect(page.locator("input[type=password]")).to_have_count(0)
        assert opened.partition("#")[2] not in page.url
        visit.settle()
        dag.click()
        expect(page).to_have_url(re.compile(rf"^{re.escape(web.listener())}/dags/hello(/grid)?"))
        expect(page.get_by_text("greet", exact=True).first).to_be_visible()
        visit.settle()
        was_paused = is_paused(web)
        page.locator("label.switch-label" if web.major == 2 else "[data-scope=switch][data-part=root]").first.click()
        wait_for(lambda: is_paused(web) is not was_paused, 20.0)  # what a page sends arrives, its CSRF token too
        visit.settle()
        assert visit.problems == []

    with visited(chromium, web.listener(), request.node.name) as stranger:
        stranger.page.goto(opened)
        expect(stranger.page.get_by_text("was used before")).to_be_visible()
        stranger.page.goto(f"{web.listener()}/")
        expect(stranger.page.locator("input[type=password]")).to_be_visible()
