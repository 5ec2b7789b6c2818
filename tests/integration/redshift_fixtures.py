"""A Redshift workgroup in the sandbox, and statements on it."""

from __future__ import annotations

import time
from typing import Any

from sandbox_fixtures import ACCOUNT, client

from mwaactl.adapters.sandbox import SandboxState

ROLE = f"arn:aws:iam::{ACCOUNT}:role/copy"


def make_workgroup(state: SandboxState, **namespace: Any) -> None:
    """The workgroup `demo`, with the database `retail`."""
    serverless = client(state, "redshift-serverless")
    given = {"dbName": "retail", "iamRoles": [ROLE], "defaultIamRoleArn": ROLE, **namespace}
    serverless.create_namespace(namespaceName="demo-data", **given)
    serverless.create_workgroup(workgroupName="demo", namespaceName="demo-data")


def submitted(state: SandboxState, sql: str | list[str], **others: Any) -> str:
    """Id of one statement, or of a batch of them."""
    data, place = client(state, "redshift-data"), {"WorkgroupName": "demo", "Database": "retail"}
    if isinstance(sql, list):
        return str(data.batch_execute_statement(Sqls=sql, **{**place, **others})["Id"])
    return str(data.execute_statement(Sql=sql, **{**place, **others})["Id"])


def ended(state: SandboxState, statement_id: str) -> dict[str, Any]:
    """DescribeStatement, once it is over."""
    data, deadline = client(state, "redshift-data"), time.monotonic() + 30
    while time.monotonic() < deadline:
        described: dict[str, Any] = data.describe_statement(Id=statement_id)
        if described["Status"] in ("FINISHED", "FAILED", "ABORTED"):
            return described
        time.sleep(0.05)
    raise AssertionError(f"the statement does not end: {described}")


def done(state: SandboxState, sql: str | list[str], **others: Any) -> dict[str, Any]:
    """DescribeStatement of what was run to its end."""
    return ended(state, submitted(state, sql, **others))


def rows(state: SandboxState, sql: str, **others: Any) -> list[list[Any]]:
    """The result set of a query, without the names of the types; nulls are None."""
    described = done(state, sql, **others)
    assert described["Status"] == "FINISHED", described
    pages = client(state, "redshift-data").get_paginator("get_statement_result").paginate(Id=described["Id"])
    return [
        [None if "isNull" in value else next(iter(value.values())) for value in record]
        for page in pages
        for record in page["Records"]
    ]
