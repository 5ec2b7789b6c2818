"""A fleet for the dashboard's page: five environments with long names, each in another trouble."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.airflow_dag import AirflowDag, ImportFailure
from mwaactl.model.bill import CostItem
from mwaactl.model.cost import BudgetState, configured_cost
from mwaactl.model.dags.sketch import sketch_of
from mwaactl.model.dashboard import (
    DagFolder,
    DagPicture,
    Dashboard,
    EnvironmentCard,
    Judgement,
    MonthlyCost,
    ReleaseHistory,
    ReleaseRow,
    Standing,
    Told,
)
from mwaactl.model.environment import Environment
from mwaactl.model.network_picture import network_picture
from mwaactl.model.release import Counts, Origin
from mwaactl.model.verdict import Verdict, Waived

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = '<script>alert("x")</script><img src=https://example.com/x.png onerror=alert(1)>'
DAY_S = 86_400.0

DYNAMIC = b"""
from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.utils.task_group import TaskGroup

with DAG(dag_id="partner_feeds_with_a_rather_long_name_that_goes_on", schedule="*/15 * * * *") as dag:
    begin = EmptyOperator(task_id="begin")
    loads = [EmptyOperator(task_id="load_north"), EmptyOperator(task_id="load_south"),
             EmptyOperator(task_id="load_east"), EmptyOperator(task_id="load_west"),
             EmptyOperator(task_id="load_a_partner_whose_name_is_really_very_long")]
    with TaskGroup("checks") as checks:
        EmptyOperator(task_id="rows") >> EmptyOperator(task_id="sums")
    begin >> loads >> checks
    for partner in partners():
        checks >> EmptyOperator(task_id=partner)
"""


def environment(name: str, **sections: Any) -> Environment:
    """An environment with a new VPC unless `sections` say otherwise."""
    given: dict[str, Any] = {
        "name": name,
        "project": "retail",
        "account_id": "333333333333",
        "region": "eu-west-1",
        "mwaa": {"airflow_version": "2.10.3"},
        "network": {"vpc_cidr": "10.30.0.0/16", "availability_zones": ("eu-west-1a", "eu-west-1b")},
    }
    for key, section in sections.items():
        given[key] = {**given.get(key, {}), **section} if isinstance(section, dict) else section
    return Environment.model_validate(given)


def card_of(model: Environment, **others: Any) -> EnvironmentCard:
    """What the page shows of a model."""
    estimate = configured_cost(model)
    cost = MonthlyCost(
        estimate.low, estimate.high, estimate.items, estimate.unknown, None, None, estimate.as_of, estimate.notes
    )
    given: dict[str, Any] = {
        "name": model.name,
        "mwaa_name": model.mwaa_name,
        "account_id": model.account_id,
        "region": model.region,
        "is_protected": model.protected,
        "airflow_version": model.mwaa.airflow_version,
        "environment_class": model.mwaa.environment_class,
        "ttl": model.ttl,
        "network": network_picture(model),
        "cost": cost,
        "policy": Told(missing=f"not looked yet: mwaactl plan {model.name}"),
        "releases": Told(missing="not deployed"),
        "dags": Told(missing="not deployed"),
    }
    return EnvironmentCard(**{**given, **others})


def standing(**others: Any) -> Standing:
    """One that AWS calls AVAILABLE."""
    given: dict[str, Any] = {
        "status": "AVAILABLE",
        "airflow_version": "2.10.3",
        "environment_class": "mw1.small",
        "webserver_url": "https://0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.c1.airflow.eu-west-1.on.aws",
        "release": "20261123T181502Z-4f2a9c1b",
        "release_age_s": 23_000.0,
        "support_ends": "2027-04-30",
    }
    return Standing(**{**given, **others})


def history(*names: str) -> ReleaseHistory:
    """Releases, the newest first and current."""
    rows = [
        ReleaseRow(
            name,
            "2026-11-23T18:15:02+00:00",
            DAY_S * (place + 0.3),
            "data-platform",
            "4f2a9c1b7d8e90123456",
            18,
            Counts(1, 2, 0),
            Origin(),
            is_current=place == 0,
            is_previous=place == 1,
        )
        for place, name in enumerate(names)
    ]
    rows[-1] = replace(rows[-1], origin=Origin("promote", "20261102T010101Z-77aa00ff", "staging"))
    return ReleaseHistory(tuple(rows), len(rows) + 4)


def dags(*extra: tuple[str, bytes]) -> DagFolder:
    """The repository's own DAGs, and `extra` files."""
    files = [(name, (ROOT / "dags" / name).read_bytes()) for name in ("daily_retail_etl.py", "first_steps.py")]
    pictures, unread = [], []
    for name, content in (*files, *extra):
        found = sketch_of(content, name)
        for dag in found.dags:
            is_ours = dag.dag_id == "daily_retail_etl"
            live = AirflowDag(str(dag.dag_id), False, "0 2 * * *", name, last_run_state="success") if is_ours else None
            pictures.append(DagPicture(dag, live))
        unread += [(name, found.problem)] if found.problem else []
    return DagFolder(tuple(pictures), tuple(unread))


def verdict(name: str, *, refuses: bool) -> Judgement:
    """A verdict with something of everything."""
    loss = Finding(
        "GUARD_REPLACE",
        "module.mwaa.aws_mwaa_environment.this",
        "would be replaced: its metadata, variables and history are lost",
        "mwaactl clone keeps them; or --allow-replace module.mwaa.aws_mwaa_environment.this",
        name,
        Severity.CRITICAL,
    )
    tag = Finding("CKV_MWAA_19", "module.bucket.aws_s3_bucket.this", "lacks the tag cost-center", severity=Severity.LOW)
    waived = Waived(replace(tag, id="CKV_AWS_18"), "access logs cost more than they tell here", "envs/waivers.yaml:4")
    given = Verdict(name, (loss,) if refuses else (), (waived,), (tag,), 141)
    return Judgement(given, "2026-11-23T20:00:00+00:00", 17_000.0, ("the configuration",) if refuses else ())


def fleet() -> Dashboard:
    """The five."""
    failed = card_of(
        environment(
            "payments-settlement-production-eu-west-1",
            protected=True,
            mwaa={"environment_class": "mw1.large", "min_workers": 2, "max_workers": 15},
            network={"nat_gateways": "per_az", "interface_endpoints": ("kms", "logs", "monitoring", "sqs")},
        ),
        standing=Told(
            standing(
                status="UPDATE_FAILED",
                environment_class="mw1.large",
                last_error="INCORRECT_CONFIGURATION: You may need to check the execution role permissions policy for "
                "your environment, and that each of the VPC networking components is configured to allow traffic.",
                hint="mwaactl logs payments-settlement-production-eu-west-1 --type scheduler",
                locked_by="ci@runner-17 since 2026-11-24 00:12 UTC",
            )
        ),
        policy=Told(verdict("payments-settlement-production-eu-west-1", refuses=True)),
        releases=Told(history("20261123T181502Z-4f2a9c1b", "20261121T090000Z-1b2c3d4e", "20261102T120000Z-0a0b0c0d")),
        dags=Told(dags(("partner_feeds.py", DYNAMIC))),
    )
    expired = card_of(
        environment("customer-analytics-rehearsal-clone-042", ttl="8h", network={"nat_gateways": "single"}),
        standing=Told(standing(ttl_left_s=-2.4 * DAY_S, drift="2 resources differ from Terraform's state")),
        policy=Told(verdict("customer-analytics-rehearsal-clone-042", refuses=False)),
        releases=Told(history("20261123T181502Z-4f2a9c1b", "20261121T090000Z-1b2c3d4e")),
        dags=Told(
            replace(
                dags(),
                import_failures=(
                    ImportFailure("broken_report.py", 12, "ModuleNotFoundError: No module named 'pandas'", (), ""),
                ),
            )
        ),
    )
    unpriced = card_of(
        environment(
            "warehouse-nightly-loads-staging-two",
            ttl="14d",
            network={
                "vpc_cidr": "10.40.0.0/16",
                "nat_gateways": "none",
                "interface_endpoints": (
                    "airflow.api",
                    "airflow.env",
                    "airflow.ops",
                    "kms",
                    "logs",
                    "monitoring",
                    "sqs",
                ),
            },
        ),
        standing=Told(standing(ttl_left_s=9.2 * DAY_S)),
        releases=Told(history("20261123T181502Z-4f2a9c1b")),
        dags=Told(replace(dags(), airflow="this role may not read Airflow")),
    )
    items = (*unpriced.cost.items[1:], CostItem("environment, mw1.2xlarge", None, None, "no price is known"))
    cost = replace(
        unpriced.cost,
        items=items,
        unknown=("environment, mw1.2xlarge",),
        budget=Decimal(400),
        budget_state=BudgetState.UNKNOWN,
        low=Decimal("212.10"),
        high=Decimal("371.90"),
    )
    unheard = card_of(
        environment("recommendations-training-europe-central"),
        standing=Told(missing="The credentials of account 333333333333 have expired."),
        releases=Told(missing="The credentials of account 333333333333 have expired."),
        dags=Told(missing="The credentials of account 333333333333 have expired."),
    )
    existing = {
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_ids": ("subnet-0123456789abcdef0", "subnet-0fedcba9876543210"),
    }
    absent = card_of(
        environment(
            "fraud-detection-development-of-tomorrow",
            network={"vpc_cidr": None, "availability_zones": None, "existing": existing},
        ),
        standing=Told(standing(status="not deployed", release=None, release_age_s=None, webserver_url=None)),
    )
    cards = (failed, expired, replace(unpriced, cost=cost), unheard, absent)
    return Dashboard("2026-11-24T00:55:00+00:00", "AWS", cards)
