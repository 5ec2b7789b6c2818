"""Rules broken by one value of an environment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gate.rules import MWAA, Edit, Rule, configured


def in_yaml(id: str, name: str, *path: str, to: object, address: str = MWAA, also: Iterable[Edit] = ()) -> Rule:
    """A rule broken by one value of an environment."""

    def edit(root: Path) -> None:
        configured(name, *path, to=to)(root)
        for more in also:
            more(root)

    return Rule(f"{name} {'.'.join(path)}", id, edit, address, f"envs/{name}.yaml", f"{path[-1]}:", name)


def log_off(id: str, log: str) -> Rule:
    """One of the five logs switched off."""
    path = ("mwaa", "logging_configuration", log)
    return in_yaml(id, "stage", *path, "enabled", to=False)


IN_YAML = (
    log_off("CKV_AWS_242", "scheduler_logs"),
    log_off("CKV_AWS_243", "worker_logs"),
    log_off("CKV_AWS_244", "webserver_logs"),
    log_off("CKV_MWAA_1", "dag_processing_logs"),
    log_off("CKV_MWAA_2", "task_logs"),
    in_yaml("CKV_MWAA_5", "prod", "encryption", "kms_key", to="aws_owned"),
    in_yaml("CKV_MWAA_6", "prod", "mwaa", "webserver_access_mode", to="PUBLIC_ONLY"),
    in_yaml("CKV2_AWS_66", "stage", "mwaa", "webserver_access_mode", to="PUBLIC_ONLY"),
    in_yaml(
        "CKV_MWAA_18",
        "stage",
        "mwaa",
        "environment_class",
        to="mw1.large",
        also=[configured("stage", "policy", "environment_classes", to=["mw1.small", "mw1.medium"])],
    ),
    in_yaml(
        "CKV_MWAA_19", "stage", "mwaa", "max_workers", to=9, also=[configured("stage", "policy", "max_workers", to=5)]
    ),
    in_yaml(
        "CKV_MWAA_20",
        "stage",
        "tags",
        to={"a": "b"},
        also=[configured("stage", "policy", "required_tags", to=["team"])],
    ),
    in_yaml("CKV_MWAA_26", "prod", "mwaa", "logging_configuration", "task_logs", "log_level", to="DEBUG"),
    in_yaml("COST_BUDGET", "prod", "policy", "monthly_budget", to=100, address=""),
)


def clone(root: Path) -> None:
    """A copy of prod that nobody will remember to remove."""
    (root / "envs" / "perf.yaml").write_text(
        'extends: prod\naccount_id: "444444444444"\nprotected: false\nnetwork:\n  vpc_cidr: 10.40.0.0/16\n'
    )


def secret_option(root: Path) -> None:
    """A password in an Airflow option."""
    configured("stage", "mwaa", "airflow_configuration_options", to={"smtp.smtp_password": "hunter2-Sekret-9911"})(root)


MORE = (
    Rule("clone without ttl", "CKV_MWAA_21", clone, MWAA, "envs/perf.yaml", "extends: prod", "perf"),
    Rule("secret in an option", "CKV_MWAA_22", secret_option, MWAA, "envs/stage.yaml", "smtp.smtp_password", "stage"),
)
