"""Statements of the Redshift Data API on a real SQL engine, seen by boto3 as on AWS."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from botocore.exceptions import ClientError
from redshift_fixtures import ROLE, done, ended, make_workgroup, rows, submitted
from sandbox_fixtures import REGION, client

from mwaactl.adapters.sandbox import SandboxState
from retail import warehouse

pytestmark = pytest.mark.integration

BUCKET, DAY = "warehouse-files", "2026-01-31"
PREFIX = f"retail/curated/day={DAY}/"
HEADER = ",".join(warehouse.COLUMNS)
LINE = '2026-01-31,STORE-001,{},2026-01-31 09:03:11,APL-1,"Äpfel, ""Elstar""",2,2.49,4.98,EUR'


@pytest.fixture
def ready(state: SandboxState) -> SandboxState:
    """A sandbox with a workgroup."""
    make_workgroup(state)
    return state


def put(state: SandboxState, **files: list[str]) -> None:
    """Compressed CSV files of the day, each with a header."""
    s3 = client(state, "s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, lines in files.items():
        body = gzip.compress("\n".join([HEADER, *lines, ""]).encode())
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}{name}.csv.gz", Body=body)


def load(state: SandboxState) -> dict[str, Any]:
    """What the DAG runs for a day."""
    return done(state, warehouse.load_day(DAY, f"s3://{BUCKET}/{PREFIX}"))


def test_the_samples_load_fills_the_table_and_a_second_one_changes_nothing(ready: SandboxState) -> None:
    put(ready, one=[LINE.format("S1"), LINE.format("S2")], two=[LINE.format("S3")])
    for _ in range(2):
        described = load(ready)
        assert described["Status"] == "FINISHED", described
        assert [part["Status"] for part in described["SubStatements"]] == ["FINISHED"] * 3
        assert described["SubStatements"][2]["ResultRows"] == 3
        assert rows(ready, "SELECT count(*), sum(amount), max(product) FROM sales") == [[3, "14.94", 'Äpfel, "Elstar"']]
    assert rows(ready, "SELECT day, sold_at, unit_price, quantity FROM public.sales ORDER BY sale_id LIMIT 1") == [
        ["2026-01-31", "2026-01-31 09:03:11", "2.49", 2]
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LINE.format("S2").replace(",2,2.49", ",two,2.49"), "two"),
        (LINE.format("S2") + ",more", "Expected Number of Columns"),
        (LINE.format("S" * 41), "value too long for type character varying(40)"),
        (LINE.format("S2").replace("APL-1", "\\N"), "Cannot insert a NULL"),
    ],
)
def test_a_line_that_does_not_fit_fails_the_load_and_leaves_the_day_as_it_was(
    ready: SandboxState, line: str, reason: str
) -> None:
    put(ready, one=[LINE.format("S1")])
    assert load(ready)["Status"] == "FINISHED"
    client(ready, "s3").put_object(
        Bucket=BUCKET, Key=f"{PREFIX}two.csv.gz", Body=gzip.compress(f"{HEADER}\n{line}\n".encode())
    )
    described = load(ready)
    assert described["Status"] == "FAILED"
    assert described["Error"].startswith("Query #3 failed with ERROR: Load into table 'sales' failed.")
    assert f"s3://{BUCKET}/{PREFIX}two.csv.gz" in described["Error"]
    assert [part["Status"] for part in described["SubStatements"]] == ["ABORTED", "ABORTED", "FAILED"]
    assert rows(ready, "SELECT sale_id FROM sales") == [["S1"]]
    assert reason in described["Error"]


# case: (statement, part of the error)
BROKEN = {
    "relation": ("SELECT * FROM nothing", 'ERROR: relation "nothing" does not exist'),
    "column": ("SELECT nothing FROM t", 'ERROR: column "nothing" does not exist'),
    "syntax": ("SELEC 1", "ERROR: "),
    "null": ("INSERT INTO t VALUES (NULL, 'a')", "ERROR: Cannot insert a NULL value into column id"),
    "too-long": ("INSERT INTO t VALUES (9, 'äbc')", "ERROR: value too long for type character varying(3)"),
    "value": ("INSERT INTO t VALUES ('x', 'a')", 'ERROR: invalid input syntax for type INT32: "x"'),
    "vacuum": ("VACUUM t", "ERROR: VACUUM is not emulated"),
    "unload": ("UNLOAD ('SELECT 1') TO 's3://x/y' IAM_ROLE default", "ERROR: UNLOAD is not emulated"),
    "identity": ("CREATE TABLE u (id INT IDENTITY(1, 1))", "ERROR: an IDENTITY column is not emulated"),
    "commit": ("COMMIT", "ERROR: COMMIT is not emulated"),
    "host-file": ("SELECT * FROM read_csv('/etc/passwd')", "ERROR: "),
    "copy-json": ("COPY t FROM 's3://x/y' IAM_ROLE default JSON 'auto'", "ERROR: COPY ... JSON is not emulated"),
    "copy-prefix": (f"COPY t FROM 's3://{BUCKET}/none/' IAM_ROLE default CSV", "prefix 'none/' does not exist"),
    "copy-table": (
        f"COPY u FROM 's3://{BUCKET}/{PREFIX}' IAM_ROLE default CSV",
        "Cannot COPY into nonexistent table u",
    ),
    "copy-role": (f"COPY t FROM 's3://{BUCKET}/' IAM_ROLE 'arn:aws:iam::1:role/x' CSV", "is not associated with"),
}


def test_errors_are_those_of_redshift_and_leave_nothing_of_the_transaction(ready: SandboxState) -> None:
    put(ready, one=[])
    done(ready, "CREATE TABLE t (id INT NOT NULL, name VARCHAR(3), PRIMARY KEY (id)) DISTKEY (id) SORTKEY (id)")
    done(ready, "INSERT INTO t VALUES (1, 'a'), (1, 'b')")  # Redshift takes the key as a word
    for sql, error in BROKEN.values():
        described = done(ready, sql)
        assert described["Status"] == "FAILED", (sql, described)
        assert error in described["Error"], (sql, described)
    described = done(ready, ["DELETE FROM t", "SELECT * FROM nothing", "SELECT 1"])
    assert described["Error"] == 'Query #2 failed with ERROR: relation "nothing" does not exist'
    assert rows(ready, "SELECT count(*) FROM t") == [[2]]
    assert done(ready, "SELECT 1", Database="other")["Error"] == 'FATAL: database "other" does not exist'


def test_parameters_types_and_merge(ready: SandboxState) -> None:
    done(ready, "CREATE TABLE t (id INT, name VARCHAR(20), at TIMESTAMP DEFAULT GETDATE())")
    inserted = done(ready, "INSERT INTO t (id, name) VALUES (1, 'one'), (2, 'two''s')")
    assert (inserted["ResultRows"], inserted["HasResultSet"]) == (2, False)
    asked = [{"name": "name", "value": "two's"}, {"name": "id", "value": "2"}]
    assert rows(ready, "SELECT id FROM t WHERE name = :name AND id >= :id", Parameters=asked) == [[2]]
    merge = """MERGE INTO t USING (SELECT 2 AS id, 'zwei' AS name UNION ALL SELECT 3, 'drei') AS s ON t.id = s.id
        WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)"""
    assert done(ready, merge)["Status"] == "FINISHED"
    assert rows(ready, "SELECT id, name FROM t ORDER BY 1") == [[1, "one"], [2, "zwei"], [3, "drei"]]
    described = done(ready, "SELECT 1.50::DECIMAL(8,2) AS price, TRUE, NULL, 2.5::FLOAT8, NVL(NULL, 'x')")
    result = client(ready, "redshift-data").get_statement_result(Id=described["Id"])
    assert result["Records"] == [
        [{"stringValue": "1.50"}, {"booleanValue": True}, {"isNull": True}, {"doubleValue": 2.5}, {"stringValue": "x"}]
    ]
    assert (result["ColumnMetadata"][0]["name"], result["ColumnMetadata"][0]["typeName"]) == ("price", "numeric")


def test_pages_lists_and_what_the_api_refuses(ready: SandboxState) -> None:
    data = client(ready, "redshift-data")
    assert len(rows(ready, "SELECT * FROM generate_series(1, 2500)", StatementName="many")) == 2500
    listed = data.list_statements(StatementName="many")["Statements"]
    assert [(one["Status"], one["StatementName"]) for one in listed] == [("FINISHED", "many")]
    made = done(ready, "CREATE TABLE t (id INT)")
    with pytest.raises(ClientError, match="Query does not have result"):
        data.get_statement_result(Id=made["Id"])
    with pytest.raises(ClientError, match="Could not cancel a query that is already in FINISHED state"):
        data.cancel_statement(Id=made["Id"])
    for others, message in (
        ({"WorkgroupName": "none"}, "workgroup none does not exist"),
        ({"Parameters": [{"name": "x", "value": "1"}]}, "unused parameters"),
        ({"SessionKeepAliveSeconds": 60}, "SessionKeepAliveSeconds is not emulated"),
    ):
        with pytest.raises(ClientError, match=message):
            submitted(ready, "SELECT 1", **others)
    with pytest.raises(ClientError, match="Cannot find parameter: day"):
        submitted(ready, "SELECT :day")
    with pytest.raises(ClientError, match="Query does not exist"):
        data.describe_statement(Id="00000000-0000-0000-0000-000000000000")


def test_cancel_ends_a_statement_and_those_that_wait(ready: SandboxState) -> None:
    data = client(ready, "redshift-data")
    long = submitted(ready, "SELECT count(*) FROM generate_series(1, 9999999) a, generate_series(1, 9999999) b")
    waits = submitted(ready, "SELECT 1")
    assert data.describe_statement(Id=waits)["Status"] == "SUBMITTED"
    for one in (waits, long):
        assert data.cancel_statement(Id=one)["Status"] is True
    assert [ended(ready, one)["Status"] for one in (long, waits)] == ["ABORTED", "ABORTED"]


def test_data_stays_with_the_namespace_and_goes_with_it(ready: SandboxState) -> None:
    serverless = client(ready, "redshift-serverless")
    done(ready, "CREATE TABLE t AS SELECT 1 AS id")
    serverless.delete_workgroup(workgroupName="demo")
    with pytest.raises(ClientError, match="does not exist"):
        submitted(ready, "SELECT 1")
    serverless.create_workgroup(workgroupName="demo", namespaceName="demo-data")
    assert rows(ready, "SELECT id FROM t") == [[1]]
    with pytest.raises(ClientError, match="delete that first"):
        serverless.delete_namespace(namespaceName="demo-data")
    serverless.delete_workgroup(workgroupName="demo")
    serverless.delete_namespace(namespaceName="demo-data")
    make_workgroup(ready)
    assert "does not exist" in done(ready, "SELECT id FROM t")["Error"]


def test_the_managed_password_is_a_secret_that_goes_with_the_namespace(state: SandboxState) -> None:
    make_workgroup(state, manageAdminPassword=True)
    serverless, secrets = client(state, "redshift-serverless"), client(state, "secretsmanager")
    arn = serverless.get_namespace(namespaceName="demo-data")["namespace"]["adminPasswordSecretArn"]
    assert '"username": "admin"' in secrets.get_secret_value(SecretId=arn)["SecretString"]
    assert serverless.get_namespace(namespaceName="demo-data")["namespace"]["iamRoles"] == [
        f"IamRole(applyStatus=in-sync, iamRoleArn={ROLE})"
    ]
    serverless.delete_workgroup(workgroupName="demo")
    serverless.delete_namespace(namespaceName="demo-data")
    with pytest.raises(ClientError):
        secrets.get_secret_value(SecretId=arn)
