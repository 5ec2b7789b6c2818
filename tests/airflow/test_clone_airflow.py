"""prod and its clones, each with a real Airflow: what a clone has of its source, and that the source stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from demo_environment import wait_for

from integration.project_fixtures import ROOT, Copy, Run, make_quick_copy
from mwaactl.adapters.orphans import marked

VARIABLES = {"batch_size": "500", "stores": '["a", "b"]', "region": "eu", "limit": "7", "api_key": "hunter2-variable"}
CONNECTIONS: dict[str, dict[str, Any]] = {
    "shop": {"conn_type": "http", "host": "shop.example.com", "port": 8080, "description": "the shop"},
    "lake": {"conn_type": "aws", "extra": '{"region_name": "eu-west-1"}'},
    "ledger": {"conn_type": "postgres", "host": "db", "login": "reader", "password": "hunter2-connection"},
}
POOLS = {"etl": 3, "reports": 2}
EAGER = """
from datetime import datetime
from airflow import DAG

with DAG("eager", schedule="@daily", start_date=datetime(2030, 1, 1), is_paused_upon_creation=False):
    pass
"""
OF_ITS_OWN = {
    "NetworkConfiguration",
    "KmsKey",
    "CreatedAt",
    "LastUpdate",
    "PluginsS3ObjectVersion",
    "RequirementsS3ObjectVersion",
    "StartupScriptS3ObjectVersion",
    "WebserverUrl",
    "DatabaseVpcEndpointService",
    "WebserverVpcEndpointService",
    "CeleryExecutorQueue",
}
"""What of GetEnvironment differs, besides names made from the environment's own."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """prod with two releases, variables, pools and connections; without the lifecycle rule that takes a minute."""
    made = make_quick_copy(tmp_path_factory.mktemp("clones"), "prod")
    made = replace(made, environment={"MWAACTL_SANDBOX_AIRFLOW": "1"})
    made.ok("sandbox", "start", "--creation-seconds", "1")
    try:
        made.ok("--sandbox", "deploy", "prod", "--yes")
        (made.root / "dags" / "eager.py").write_text(EAGER)
        made.ok("--sandbox", "publish", "prod", "--yes")
        for key, value in VARIABLES.items():
            rest(made, "prod", "POST", "/variables", {"key": key, "value": value})
        for name, slots in POOLS.items():
            rest(made, "prod", "POST", "/pools", {"name": name, "slots": slots})
        rest(made, "prod", "PATCH", "/pools/default_pool", {"name": "default_pool", "slots": 64}, update_mask="slots")
        for name, fields in CONNECTIONS.items():
            rest(made, "prod", "POST", "/connections", {"connection_id": name, **fields})
        for path in moved_on(made):  # the repository moves on: the clone has to have what prod runs
            path.write_text(path.read_text() + "\n# moved on\n")
        wait_for(lambda: paused_dags(made, "prod").keys() == {"daily_retail_etl", "eager", "first_steps"})
        yield made
    finally:
        made.ok("sandbox", "stop")
        assert marked(made.sandbox.directory) == []


def moved_on(copy: Copy) -> list[Path]:
    """requirements.txt and one file of the plugins."""
    plugins = sorted((copy.root / "dags" / "plugins").rglob("*.py"))
    return [copy.root / "dags" / "requirements.txt", plugins[0]]


def rest(copy: Copy, name: str, method: str, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Any:
    """One call of Airflow's REST API, as any client would make it."""
    arguments: dict[str, Any] = {"Name": f"retail-{name}", "Method": method, "Path": path}
    if body is not None:
        arguments["Body"] = body
    if query:
        arguments["QueryParameters"] = query
    return client_of(copy, name, "mwaa").invoke_rest_api(**arguments)["RestApiResponse"]


def client_of(copy: Copy, name: str, service: str) -> Any:
    return copy.client(service, "prod" if name == "prod" else name)


def paused_dags(copy: Copy, name: str) -> dict[str, bool]:
    return {dag["dag_id"]: dag["is_paused"] for dag in rest(copy, name, "GET", "/dags", limit="100")["dags"]}


def shown(copy: Copy, name: str) -> dict[str, Any]:
    found: dict[str, Any] = client_of(copy, name, "mwaa").get_environment(Name=f"retail-{name}")["Environment"]
    return found


def everything(copy: Copy, name: str) -> str:
    """What there is of an environment, by every measure at hand."""
    model, s3 = copy.model(name), client_of(copy, name, "s3")
    listing = s3.list_object_versions(Bucket=model.bucket_name)
    objects = [[one["Key"], one["VersionId"], one["ETag"]] for one in listing["Versions"]]
    state = json.loads(s3.get_object(Bucket=model.state_bucket, Key=model.state_key)["Body"].read())
    airflow = {path: rest(copy, name, "GET", path) for path in ("/variables", "/pools", "/connections")}
    for pool in airflow["/pools"]["pools"]:  # slots in use go up and down
        pool["slots"] = {key: pool[key] for key in ("name", "slots")}
    pools = [pool["slots"] for pool in airflow["/pools"]["pools"]]
    told = [shown(copy, name), objects, listing.get("DeleteMarkers"), state["serial"], state["lineage"], pools]
    told += [airflow["/variables"], airflow["/connections"], paused_dags(copy, name)]
    return json.dumps(told, default=str, sort_keys=True)


def clone(copy: Copy, *arguments: str) -> dict[str, Any]:
    run: Run = copy.ok("--sandbox", "clone", "prod", *arguments, "--yes", "--output", "json")
    assert "hunter2" not in run.everything
    found: dict[str, Any] = run.envelope["data"]
    return found


def names(copy: Copy, name: str, collection: str, key: str) -> set[str]:
    return {one[key] for one in rest(copy, name, "GET", f"/{collection}")[collection]}


def test_clone_runs_what_its_source_runs_and_the_source_is_untouched(fleet: Copy) -> None:
    before = everything(fleet, "prod")
    report = clone(fleet, "perf", "--ttl", "8h")
    assert everything(fleet, "prod") == before

    prod, perf = shown(fleet, "prod"), shown(fleet, "perf")
    assert perf["Status"] == "AVAILABLE"
    renamed = json.loads(
        json.dumps(perf, default=str).replace("retail-perf", "retail-prod").replace('"perf"', '"prod"')
    )
    as_text = json.loads(json.dumps(prod, default=str))
    assert renamed["Tags"].pop("ttl") == "8h"
    assert {key for key in {*as_text, *renamed} if as_text.get(key) != renamed.get(key)} == OF_ITS_OWN
    assert_nothing_shared(fleet, prod, perf)

    current = {name: release_of(fleet, name) for name in ("prod", "perf")}
    assert current["prod"]["digest"] == current["perf"]["digest"] == report["digest"]
    assert current["prod"]["artifacts"].keys() == current["perf"]["artifacts"].keys() != set()
    digests = [{key: one["digest"] for key, one in current[name]["artifacts"].items()} for name in current]
    assert digests[0] == digests[1]
    kept = fleet.root / "envs" / "perf" / "requirements.txt"
    assert kept.read_bytes() == (ROOT / "dags" / "requirements.txt").read_bytes()
    assert any("runs other plugins, requirements than the repository has" in note for note in report["notes"])

    assert names(fleet, "perf", "variables", "key") >= VARIABLES.keys() - {"api_key"}
    assert "api_key" not in names(fleet, "perf", "variables", "key")
    values = {one["key"]: one["value"] for one in rest(fleet, "perf", "GET", "/variables")["variables"]}
    assert values.items() >= {key: value for key, value in VARIABLES.items() if key != "api_key"}.items()
    slots = {one["name"]: one["slots"] for one in rest(fleet, "perf", "GET", "/pools")["pools"]}
    assert slots == {**POOLS, "default_pool": 64}
    assert names(fleet, "perf", "connections", "connection_id") >= CONNECTIONS.keys()
    assert rest(fleet, "perf", "GET", "/connections/lake")["extra"] == CONNECTIONS["lake"]["extra"]
    left = {(one["kind"], one["name"]) for one in report["copies"]["left"]}
    assert left == {("variable", "api_key"), ("connection", "ledger")}

    assert paused_dags(fleet, "prod")["eager"] is False
    quiet = paused_dags(fleet, "perf")
    assert quiet.keys() == paused_dags(fleet, "prod").keys()
    assert set(quiet.values()) == {True}
    assert report["paused"] == ["eager"]
    assert fleet.run("--sandbox", "plan", "perf", "--detailed-exitcode").code == 0


def release_of(copy: Copy, name: str) -> dict[str, Any]:
    s3, bucket = client_of(copy, name, "s3"), copy.model(name).bucket_name
    pointer = json.loads(s3.get_object(Bucket=bucket, Key=".mwaactl/current.json")["Body"].read())
    record: dict[str, Any] = json.loads(s3.get_object(Bucket=bucket, Key=pointer["key"])["Body"].read())
    return record


def assert_nothing_shared(copy: Copy, one: dict[str, Any], other: dict[str, Any]) -> None:
    for key in ("SourceBucketArn", "KmsKey", "ExecutionRoleArn"):
        assert one[key] != other[key]
    subnets = [set(found["NetworkConfiguration"]["SubnetIds"]) for found in (one, other)]
    listed = copy.client("ec2", "prod").describe_subnets(SubnetIds=sorted(subnets[0] | subnets[1]))["Subnets"]
    vpcs = [{found["VpcId"] for found in listed if found["SubnetId"] in ids} for ids in subnets]
    assert len(vpcs[0]) == len(vpcs[1]) == 1
    assert not vpcs[0] & vpcs[1]


def test_clone_with_another_airflow_gets_the_same_objects_with_secrets_where_asked(fleet: Copy) -> None:
    asked = ("--airflow-version", "3.3.1", "--with-secrets", "--yes", "--output", "json")
    run = fleet.ok("--sandbox", "clone", "prod", "next", *asked)
    assert "mwaactl --sandbox dags check next shows it" in run.err  # requirements.txt names the constraints of 2.10.3
    assert "hunter2" not in run.everything
    report = run.envelope["data"]
    assert shown(fleet, "next")["AirflowVersion"] == "3.3.1"
    assert names(fleet, "next", "variables", "key") >= VARIABLES.keys()
    assert names(fleet, "next", "connections", "connection_id") >= CONNECTIONS.keys()
    slots = {one["name"]: one["slots"] for one in rest(fleet, "next", "GET", "/pools")["pools"]}
    assert slots == {**POOLS, "default_pool": 64}
    assert [(one["name"], one["why"]) for one in report["copies"]["left"]] == [
        ("ledger", "password: Airflow does not show passwords")
    ]
    assert set(paused_dags(fleet, "next").values()) == {True}

    run = fleet.ok("--sandbox", "clone", "next", "after", "--dry-run", "--output", "json")
    copies = run.envelope["data"]["copies"]
    assert set(copies["connections"]) >= CONNECTIONS.keys()
    assert set(copies["pools"]) == {*POOLS, "default_pool"}
    assert "hunter2" not in run.everything
    assert not (fleet.root / "envs" / "after.yaml").exists()
