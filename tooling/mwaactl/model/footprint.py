"""What is paid for: the amounts behind an environment's bill, from its YAML or from a Terraform plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mwaactl.model import catalog
from mwaactl.model.plan_document import resources_of
from mwaactl.model.state import MWAA_TYPE

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment

ZONES = 2
"""Availability Zones of an environment: MWAA takes exactly two subnets in two zones."""

ALARMS = 5
"""Alarms of modules/monitoring; a test compares them."""

KEPT_FOREVER = 3653
"""Days. A log group without retention is counted as if it had CloudWatch's longest."""

LOG_GROUPS = {
    "dag_processing_logs": "DAGProcessing",
    "scheduler_logs": "Scheduler",
    "task_logs": "Task",
    "webserver_logs": "WebServer",
    "worker_logs": "Worker",
}
"""The five logs, and how MWAA ends the names of their groups: airflow-NAME-..."""

FLOW_LOGS = "/aws/vpc/flow-logs/"

Range = tuple[int, int]  # fewest and most


@dataclass(frozen=True)
class Capacity:
    """The MWAA environment itself. A class that is not known is an empty text."""

    environment_class: str
    schedulers: int
    webservers: Range
    workers: Range


@dataclass(frozen=True)
class Footprint:
    """Amounts of all that costs money per hour or month; without `capacity` there is no MWAA environment.

    `endpoint_zones` are interface endpoints times their zones, `service_endpoint_zones` those that MWAA makes itself.
    `log_days` are days of retention, one for each log that is written. `warehouse_rpus` are Redshift Serverless's.
    """

    capacity: Capacity | None
    nat_gateways: int = 0
    public_addresses: int = 0
    endpoint_zones: int = 0
    service_endpoint_zones: int = 0
    kms_keys: int = 0
    alarms: int = 0
    dashboards: int = 0
    log_days: tuple[int, ...] = ()
    buckets: int = 0
    warehouse_rpus: int = 0


def footprint_of(environment: Environment) -> Footprint:
    """What the environment's YAML asks for. A VPC that somebody else made is not counted."""
    mwaa, network = environment.mwaa, environment.network
    is_new = network.existing is None
    nat_gateways = {"none": 0, "single": 1, "per_az": ZONES}[network.nat_gateways] if is_new else 0
    endpoints = len(network.interface_endpoints) if is_new else 0
    logs = mwaa.logging_configuration
    log_days = [mwaa.log_retention_in_days or KEPT_FOREVER for name in LOG_GROUPS if getattr(logs, name).enabled]
    return Footprint(
        Capacity(
            mwaa.environment_class,
            _filled(mwaa.schedulers, mwaa.environment_class, "schedulers"),
            _range(mwaa.min_webservers, mwaa.max_webservers, mwaa.environment_class, "webservers"),
            _range(mwaa.min_workers, mwaa.max_workers, mwaa.environment_class, "workers"),
        ),
        nat_gateways=nat_gateways,
        public_addresses=nat_gateways,
        endpoint_zones=endpoints * ZONES,
        service_endpoint_zones=_service_endpoints(mwaa.endpoint_management, mwaa.webserver_access_mode) * ZONES,
        kms_keys=int(environment.encryption.kms_key == "create"),
        alarms=ALARMS if environment.monitoring.alarms else 0,
        dashboards=int(environment.monitoring.dashboard),
        log_days=(*log_days, *((network.flow_logs_retention_in_days,) if is_new else ())),
        buckets=1,
        warehouse_rpus=environment.retail.redshift.base_capacity
        if environment.retail and environment.retail.redshift
        else 0,
    )


def footprints_of_plan(document: Mapping[str, Any]) -> tuple[Footprint | None, Footprint | None]:
    """What there is before a plan (`terraform show -json`) and what there is after it; None where there is nothing.

    From the whole values and not from `resource_changes`: those also say what stays as it is, they hold replaced
    resources once, and they are complete when nothing changes.
    """
    before = document.get("prior_state") or {}
    return _footprint(before.get("values") or {}), _footprint(document.get("planned_values") or {})


def _footprint(values: Mapping[str, Any]) -> Footprint | None:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for resource in _managed(values.get("root_module") or {}):
        found.setdefault(resource["type"], []).append(resource.get("values") or {})
    mwaa = next(iter(found.get(MWAA_TYPE, ())), None)
    interfaces = [one for one in found.get("aws_vpc_endpoint", ()) if one.get("vpc_endpoint_type") == "Interface"]
    footprint = Footprint(
        _capacity(mwaa) if mwaa else None,
        nat_gateways=len(found.get("aws_nat_gateway", ())),
        public_addresses=len(found.get("aws_eip", ())),
        # Subnets that the plan makes itself have no ids yet.
        endpoint_zones=sum(len(one.get("subnet_ids") or ()) or ZONES for one in interfaces),
        service_endpoint_zones=ZONES
        * (_service_endpoints(mwaa.get("endpoint_management"), mwaa.get("webserver_access_mode")) if mwaa else 0),
        kms_keys=len(found.get("aws_kms_key", ())),
        alarms=len(found.get("aws_cloudwatch_metric_alarm", ())),
        dashboards=len(found.get("aws_cloudwatch_dashboard", ())),
        log_days=_log_days(mwaa, found),
        buckets=len(found.get("aws_s3_bucket", ())),
        warehouse_rpus=sum(one.get("base_capacity") or 0 for one in found.get("aws_redshiftserverless_workgroup", ())),
    )
    return None if footprint == Footprint(None) else footprint


def _managed(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Resources that stay. What is only left to be deleted (deposed) does not count."""
    for resource in resources_of(module):
        if resource.get("mode") == "managed" and not resource.get("deposed_key"):
            yield resource


def _capacity(mwaa: Mapping[str, Any]) -> Capacity:
    name = mwaa.get("environment_class") or ""
    return Capacity(
        name,
        _filled(mwaa.get("schedulers"), name, "schedulers"),
        _range(mwaa.get("min_webservers"), mwaa.get("max_webservers"), name, "webservers"),
        _range(mwaa.get("min_workers"), mwaa.get("max_workers"), name, "workers"),
    )


def _range(low: int | None, high: int | None, class_name: str, kind: str) -> Range:
    """`kind` is webservers or workers."""
    fewest = low if low is not None else 1 if kind == "workers" else _filled(None, class_name, kind)
    return fewest, max(fewest, _filled(high, class_name, kind))


def _filled(count: int | None, class_name: str, kind: str) -> int:
    """A count, or what the service runs where none is given."""
    if count is not None:
        return count
    size = catalog.environment_class(class_name) or catalog.environment_class("mw1.small")
    default: int = getattr(size, kind).default
    return default


def _service_endpoints(management: str | None, access_mode: str | None) -> int:
    """Interface endpoints that MWAA makes in the VPC: for the database, and for a private web server."""
    if management == "CUSTOMER":
        return 0
    return 1 if access_mode == "PUBLIC_ONLY" else 2


def _log_days(mwaa: Mapping[str, Any] | None, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[int, ...]:
    groups = {
        group.get("name"): group.get("retention_in_days") or KEPT_FOREVER
        for group in found.get("aws_cloudwatch_log_group", ())
    }
    days = []
    if mwaa:
        logs = next(iter(mwaa.get("logging_configuration") or ()), None) or {}
        written = [suffix for name, suffix in LOG_GROUPS.items() if _is_enabled(logs.get(name))]
        days += [groups.get(f"airflow-{mwaa.get('name')}-{suffix}", KEPT_FOREVER) for suffix in written]
    flow_logs = [group for name, group in groups.items() if str(name).startswith(FLOW_LOGS)]
    return (*days, *flow_logs[: len(found.get("aws_flow_log", ()))])


def _is_enabled(log: Any) -> bool:
    return any(block.get("enabled") for block in log or ())
