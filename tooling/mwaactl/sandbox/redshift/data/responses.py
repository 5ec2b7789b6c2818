"""From an HTTP request to the backend and back, in moto's layout. Each method is an operation of the API."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult, BaseResponse

from mwaactl.sandbox.redshift.data.exceptions import ResourceNotFoundException, ValidationException
from mwaactl.sandbox.redshift.data.models import RedshiftDataBackend, redshiftdata_backends
from mwaactl.sandbox.redshift.data.records import metadata, record
from mwaactl.sandbox.redshift.data.statement import Statement

PAGE = 1_000  # rows of a result
LISTED = 100  # statements of a list
NO_RESULT = "Query does not have result. Please check query status with DescribeStatement."


class RedshiftDataResponse(BaseResponse):  # type: ignore[misc]
    """Account and Region come from the signature, through moto."""

    def __init__(self) -> None:
        super().__init__(service_name="redshift-data")

    @property
    def _backend(self) -> RedshiftDataBackend:
        found: RedshiftDataBackend = redshiftdata_backends[self.current_account][self.region]
        return found

    def execute_statement(self) -> Any:
        """ExecuteStatement."""
        given = json.loads(self.body)
        return _submitted(self._backend.submit(given, [given.get("Sql", "")], is_batch=False))

    def batch_execute_statement(self) -> Any:
        """BatchExecuteStatement: all statements are one transaction."""
        given = json.loads(self.body)
        return _submitted(self._backend.submit(given, given.get("Sqls") or [], is_batch=True))

    def describe_statement(self) -> Any:
        """DescribeStatement, of a whole or of a part of a batch."""
        statement, part = self._backend.find(self._get_param("Id"))
        return ActionResult(
            statement.description() if part is statement.whole else {**statement.shown, **part.description()}
        )

    def get_statement_result(self) -> Any:
        """GetStatementResult, in pages."""
        _, part = self._backend.find(self._get_param("Id"))
        if not part.has_result:
            raise ResourceNotFoundException(NO_RESULT)
        begin = _begin(self._get_param("NextToken"))
        rows = part.outcome.rows
        found: dict[str, Any] = {
            "ColumnMetadata": [metadata(*column) for column in part.outcome.columns],
            "Records": [record(row) for row in rows[begin : begin + PAGE]],
            "TotalNumRows": len(rows),
        }
        if begin + PAGE < len(rows):
            found["NextToken"] = str(begin + PAGE)
        return ActionResult(found)

    def cancel_statement(self) -> Any:
        """CancelStatement."""
        statement, part = self._backend.find(self._get_param("Id"))
        if not statement.cancel():
            raise ValidationException(
                f"Could not cancel a query that is already in {part.status} state with ID: {part.id}"
            )
        return ActionResult({"Status": True})

    def list_statements(self) -> Any:
        """ListStatements: the newest first."""
        status, name = self._get_param("Status") or "ALL", self._get_param("StatementName") or ""
        size = int(self._get_param("MaxResults") or LISTED)
        found = [
            one
            for one in reversed(list(self._backend.statements.values()))
            if status in ("ALL", one.whole.status) and one.shown.get("StatementName", "").startswith(name)
        ]
        begin = _begin(self._get_param("NextToken"))
        page: dict[str, Any] = {"Statements": [_listed(one) for one in found[begin : begin + size]]}
        if begin + size < len(found):
            page["NextToken"] = str(begin + size)
        return ActionResult(page)


def _submitted(statement: Statement) -> Any:
    return ActionResult({**statement.shown, "Id": statement.id, "CreatedAt": statement.whole.created_at})


def _listed(statement: Statement) -> dict[str, Any]:
    described = statement.description()
    texts = [part.sql for part in statement.parts]
    shown = ("Id", "QueryString", "StatementName", "SecretArn", "Status", "CreatedAt", "UpdatedAt", "QueryParameters")
    found = {name: described[name] for name in shown if name in described}
    return {**found, "IsBatchStatement": bool(texts), **({"QueryStrings": texts} if texts else {})}


def _begin(token: str | None) -> int:
    if token and not token.isdigit():
        raise ValidationException("NextToken is none that was given.")
    return int(token or 0)
