"""The demo's warehouse: a Redshift Serverless workgroup in the sandbox, and what is in its table."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from demo.commands import client

DATABASE = "retail"
ANSWER_S = 30.0
QUESTION = """
SELECT store_id, count(*), sum(quantity), sum(amount), min(currency)
FROM sales WHERE day = :day GROUP BY store_id ORDER BY store_id
"""


class Warehouse:
    """The workgroup `name`."""

    def __init__(self, name: str, variables: Mapping[str, str]) -> None:
        self.name = name
        self._serverless = client("redshift-serverless", variables)
        self._data = client("redshift-data", variables)

    def make(self, role_arn: str) -> None:
        """Make it, unless it is there. COPY reads as the role `role_arn`."""
        found = self._serverless.list_workgroups()["workgroups"]
        if any(one["workgroupName"] == self.name for one in found):
            return
        self._serverless.create_namespace(
            namespaceName=self.name, dbName=DATABASE, iamRoles=[role_arn], defaultIamRoleArn=role_arn
        )
        self._serverless.create_workgroup(workgroupName=self.name, namespaceName=self.name)

    def sales(self, day: date) -> list[tuple[str, ...]]:
        """Store, lines, pieces, amount and currency of a day, one row for each store. Raises RuntimeError."""
        asked = self._data.execute_statement(
            WorkgroupName=self.name,
            Database=DATABASE,
            Sql=QUESTION,
            Parameters=[{"name": "day", "value": day.isoformat()}],
        )
        self._wait(asked["Id"])
        records = self._data.get_statement_result(Id=asked["Id"])["Records"]
        return [tuple(str(next(iter(field.values()))) for field in record) for record in records]

    def _wait(self, statement: str) -> None:
        deadline = time.monotonic() + ANSWER_S
        while (said := self._status(statement))["Status"] != "FINISHED":
            if said["Status"] in ("FAILED", "ABORTED") or time.monotonic() > deadline:
                raise RuntimeError(f"the warehouse does not answer: {said.get('Error', said['Status'])}")
            time.sleep(0.1)

    def _status(self, statement: str) -> dict[str, Any]:
        found: dict[str, Any] = self._data.describe_statement(Id=statement)
        return found
