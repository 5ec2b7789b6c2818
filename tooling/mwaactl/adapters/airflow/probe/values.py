"""Stands in for the store of Variables and Connections: what startup.sh or the user gave, and a list of the missing."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

STAND_IN = "{}"  # a text, and JSON as well


@dataclass
class Values:
    """`allowed` names what may be missing, with the value to give instead; None means any."""

    allowed_variables: dict[str, str | None]
    allowed_connections: dict[str, str | None]
    missing_variables: list[str] = field(default_factory=list)
    missing_connections: list[str] = field(default_factory=list)

    def start(self) -> None:
        """A new file begins."""
        self.missing_variables, self.missing_connections = [], []

    def variable(self, key: str) -> str | None:
        """Its value, or None: then it is remembered as missing."""
        given = os.environ.get(f"AIRFLOW_VAR_{key.upper()}")
        if given is not None:
            return given
        if key in self.allowed_variables:
            return self.allowed_variables[key] or STAND_IN
        self.missing_variables.append(key)
        return None

    def connection_uri(self, conn_id: str) -> str | None:
        """Its URI, or None: then it is remembered as missing."""
        given = os.environ.get(f"AIRFLOW_CONN_{conn_id.upper()}")
        if given is not None:
            return given
        if conn_id in self.allowed_connections:
            return self.allowed_connections[conn_id] or "generic://localhost"
        self.missing_connections.append(conn_id)
        return None

    def install(self) -> None:
        """Put this in the place of the secrets backends of Airflow 2 and 3."""
        import airflow.configuration
        import airflow.models.connection
        import airflow.models.variable

        def backends(*_arguments: object, **_options: object) -> list[Any]:
            return [self]

        modules: list[Any] = [airflow.configuration, airflow.models.connection, airflow.models.variable]
        for module in modules:
            if hasattr(module, "ensure_secrets_loaded"):
                module.ensure_secrets_loaded = backends
        context = _module("airflow.sdk.execution_time.context")
        if context is not None and hasattr(context, "_get_variable"):
            self._install_in_task_sdk(context)

    def get_variable(self, key: str, **_options: object) -> str | None:
        """What Airflow calls on a secrets backend."""
        return self.variable(key)

    def get_connection(self, conn_id: str, **_options: object) -> object | None:
        """What Airflow calls on a secrets backend."""
        from airflow.models.connection import Connection

        uri = self.connection_uri(conn_id)
        return None if uri is None else Connection(conn_id=conn_id, uri=uri)

    def _install_in_task_sdk(self, context: Any) -> None:
        import json

        from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
        from airflow.sdk.execution_time.comms import ErrorResponse

        def get_variable(key: str, deserialize_json: bool = False) -> object:
            value = self.variable(key)
            if value is None:
                detail = {"message": f"Variable {key} not found"}
                raise AirflowRuntimeError(ErrorResponse(error=ErrorType.VARIABLE_NOT_FOUND, detail=detail))
            return json.loads(value) if deserialize_json else value

        def get_connection(conn_id: str) -> object:
            from airflow.exceptions import AirflowNotFoundException
            from airflow.sdk.definitions.connection import Connection

            uri = self.connection_uri(conn_id)
            if uri is None:
                raise AirflowNotFoundException(f"The conn_id `{conn_id}` isn't defined")
            if hasattr(Connection, "from_uri"):
                return Connection.from_uri(uri, conn_id=conn_id)
            return Connection(conn_id=conn_id, conn_type=uri.partition(":")[0], host="localhost")

        async def async_get_connection(conn_id: str) -> object:
            return get_connection(conn_id)

        context._get_variable = get_variable
        context._get_connection = get_connection
        context._async_get_connection = async_get_connection


def _module(name: str) -> ModuleType | None:
    try:
        __import__(name)
    except ImportError:
        return None
    return sys.modules[name]
