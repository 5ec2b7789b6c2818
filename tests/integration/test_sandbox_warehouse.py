"""modules/retail with Redshift Serverless by the real provider: applies, comes to rest, changes, answers SQL, goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from redshift_fixtures import done
from sandbox_fixtures import Terraform, client, inside, plain_terraform

from mwaactl.adapters.sandbox import SandboxState

pytestmark = [pytest.mark.integration, pytest.mark.terraform]

EMPTY_PLAN = ("plan", "-detailed-exitcode")
MODULE = Path(__file__).parents[2] / "modules/retail"


def initialized(state: SandboxState, directory: Path) -> Terraform:
    """The configuration and a copy of the module, with a state of its own."""
    root = directory / "warehouse"
    shutil.copytree(Path(__file__).with_name("warehouse"), root)
    shutil.copytree(MODULE, directory / "retail")
    terraform = plain_terraform(root, inside(state))
    terraform("init")
    return terraform


def test_the_samples_warehouse_comes_to_rest_changes_and_goes(state: SandboxState, tmp_path: Path) -> None:
    terraform = initialized(state, tmp_path)
    terraform.variables = {"base_capacity": "8", "with_key": "true"}
    terraform("apply", "-auto-approve")
    terraform(*EMPTY_PLAN)
    serverless, secrets = client(state, "redshift-serverless"), client(state, "secretsmanager")
    namespace = serverless.get_namespace(namespaceName="retail-test-retail")["namespace"]
    assert (namespace["dbName"], namespace["status"]) == ("retail", "AVAILABLE")
    assert namespace["kmsKeyId"].startswith("arn:aws:kms:")
    workgroup = serverless.get_workgroup(workgroupName="retail-test-retail")["workgroup"]
    assert len(workgroup["subnetIds"]) == 3
    described = done(state, "CREATE TABLE sales (id INT)", WorkgroupName="retail-test-retail")
    assert described["Status"] == "FINISHED", described

    terraform.variables["base_capacity"] = "16"
    assert "0 added, 1 changed, 0 destroyed" in terraform("apply", "-auto-approve").stdout
    terraform(*EMPTY_PLAN)

    terraform("destroy", "-auto-approve")
    assert serverless.list_namespaces()["namespaces"] == []
    assert serverless.list_workgroups()["workgroups"] == []
    assert secrets.list_secrets()["SecretList"] == []
