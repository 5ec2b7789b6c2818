"""The Data API's backend of one account and Region, in moto's layout."""

from __future__ import annotations

import re
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend

from mwaactl.sandbox.redshift import copying, dialect
from mwaactl.sandbox.redshift.data.exceptions import ResourceNotFoundException, ValidationException
from mwaactl.sandbox.redshift.data.statement import Part, Statement
from mwaactl.sandbox.redshift.errors import SqlError
from mwaactl.sandbox.redshift.warehouse import Task, warehouse

MOST_STATEMENTS = 40  # of a batch
ID = re.compile(r"[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?")
REPEATED = ("Database", "DbUser", "SecretArn", "StatementName", "WorkgroupName")
NOT_EMULATED = ("ClusterIdentifier", "SessionId", "SessionKeepAliveSeconds")


class RedshiftDataBackend(BaseBackend):  # type: ignore[misc]
    """All statements of one account in one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.statements: dict[str, Statement] = {}
        self._tokens: dict[str, Statement] = {}

    def submit(self, given: dict[str, Any], texts: list[str], *, is_batch: bool) -> Statement:
        """Run statements as one transaction. Raises ValidationException, ResourceNotFoundException."""
        from mwaactl.sandbox.redshift.serverless.models import find_namespace

        token = given.get("ClientToken")
        if token and token in self._tokens:
            return self._tokens[token]
        _check(given, texts)
        namespace = find_namespace(self.account_id, self.region_name, given["WorkgroupName"])
        if namespace is None:
            raise ValidationException(f"Redshift Serverless workgroup {given['WorkgroupName']} does not exist.")
        tasks = _tasks(texts, {one["name"]: one["value"] for one in given.get("Parameters") or []})
        shown = {name: given[name] for name in REPEATED if given.get(name)}
        if given.get("Parameters"):
            shown["QueryParameters"] = given["Parameters"]
        made = Statement(tasks, shown, is_batch=is_batch)
        self.statements[made.id] = made
        if token:
            self._tokens[token] = made
        if given["Database"] != namespace.database:
            made.whole.become("FAILED", f'FATAL: database "{given["Database"]}" does not exist')
        else:
            made.start(warehouse(namespace.folder, namespace.database), namespace.account)
        return made

    def find(self, statement_id: str) -> tuple[Statement, Part]:
        """The statement with this id, or the part of a batch. Raises ValidationException, ResourceNotFoundException."""
        if not ID.fullmatch(statement_id or ""):
            raise ValidationException(f"id must satisfy regex pattern: ^{ID.pattern}$")
        statement = self.statements.get(statement_id.partition(":")[0])
        part = statement.find(statement_id) if statement else None
        if statement is None or part is None:
            raise ResourceNotFoundException("Query does not exist.")
        return statement, part


def _check(given: dict[str, Any], texts: list[str]) -> None:
    """Raises ValidationException."""
    for member in NOT_EMULATED:
        if given.get(member):
            raise ValidationException(f"{member} is not emulated by the sandbox: name a WorkgroupName.")
    if given.get("ResultFormat", "JSON") != "JSON":
        raise ValidationException("Results in the form of CSV are not emulated by the sandbox.")
    for member in ("WorkgroupName", "Database"):
        if not given.get(member):
            raise ValidationException(f"{member} is required.")
    if not 1 <= len(texts) <= MOST_STATEMENTS:
        raise ValidationException(f"Sqls must have 1 to {MOST_STATEMENTS} statements.")


def _tasks(texts: list[str], parameters: dict[str, str]) -> list[Task]:
    """Raises ValidationException for parameters that are missing or too many, and for two statements in one."""
    used: set[str] = set()
    for text in texts:
        if not text.strip():
            raise ValidationException("Sql is empty.")
        if copying.is_copy(text):
            continue
        try:
            found = dialect.statements(text)
        except SqlError:
            continue  # the statement fails by itself, as in AWS
        if len(found) != 1:
            raise ValidationException("Only one statement at a time: use BatchExecuteStatement.")
        used |= dialect.placeholders(found[0])
    if missing := used - parameters.keys():
        raise ValidationException(f"Cannot find parameter: {', '.join(sorted(missing))}")
    if unused := parameters.keys() - used:
        raise ValidationException(
            f"Parameters list contains unused parameters. Unused parameters: [{', '.join(sorted(unused))}]"
        )
    return [Task(text, parameters) for text in texts]


redshiftdata_backends: Any = BackendDict(RedshiftDataBackend, "redshift")
