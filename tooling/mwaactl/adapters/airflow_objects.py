"""Reads and writes variables, pools and connections through Airflow's REST API, version 1 or 2."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from mwaactl.adapters.aws.airflow_api import PATH_LIMIT, AirflowApi
from mwaactl.model.airflow_object import AirflowObject, Kind, object_of

DEFAULT_POOL_FIELDS = ("slots", "include_deferred")
"""All that can be changed of it (airflow.api_fastapi.core_api.services.public.pools)."""


@dataclass(frozen=True)
class AirflowObjects:
    """Those of one environment. Everything raises AirflowError and AwsError."""

    api: AirflowApi
    major: int

    def all(self) -> list[AirflowObject]:
        """Every variable, pool and connection that is kept in Airflow's own database."""
        return [
            self._whole(kind, item) for kind in Kind for item in self.api.items(f"/{kind.collection}", kind.collection)
        ]

    def create(self, one: AirflowObject) -> None:
        """Make what is not there yet."""
        self.api.call("POST", f"/{one.kind.collection}", body=one.fields)

    def change_default_pool(self, pool: AirflowObject) -> None:
        """Give the pool that every Airflow has the fields of `pool`, one by one: more than one at once is refused."""
        path = f"/{pool.kind.collection}/{pool.name}"
        for field in DEFAULT_POOL_FIELDS:
            if field in pool.fields:
                self.api.call("PATCH", path, query={"update_mask": field}, body=pool.fields)

    def _whole(self, kind: Kind, item: dict[str, object]) -> AirflowObject:
        """The object itself: version 1 leaves the extra of connections out of the list."""
        if kind is not Kind.CONNECTION or self.major >= 3:
            return object_of(kind, item)
        path = f"/{kind.collection}/{quote(str(item[kind.id_field]), safe='')}"
        return object_of(kind, self.api.get(path).document if len(path) <= PATH_LIMIT else item)
