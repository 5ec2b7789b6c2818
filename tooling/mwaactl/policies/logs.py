"""Rules of logs: which are on, and in which log groups they end."""

from __future__ import annotations

from typing import Final

from mwaactl.errors import Severity
from mwaactl.policies.context import current
from mwaactl.policies.resource import MWAA, UNKNOWN, Resource
from mwaactl.policies.rule import FINE, UNTOLD, Judge, Judgement, Rule, failed, if_protected, judged

LOG_GROUP = "aws_cloudwatch_log_group"
GUIDE = "https://docs.aws.amazon.com/mwaa/latest/userguide/monitoring-airflow.html"

GROUPS: Final = {
    "dag_processing_logs": "DAGProcessing",
    "scheduler_logs": "Scheduler",
    "task_logs": "Task",
    "webserver_logs": "WebServer",
    "worker_logs": "Worker",
}
"""Block of logging_configuration: last part of the name that MWAA gives the log group."""


def is_on(log: str) -> Judge:
    """Judge whether one of the five logs goes to CloudWatch."""
    path = f"logging_configuration.{log}.enabled"
    return lambda resource: judged(resource.value(path), lambda enabled: enabled is True, path)


def has_groups(resource: Resource) -> Judgement:
    """MWAA makes a missing group itself, to be kept for ever. Retention as such is CKV_AWS_66."""
    name = resource.value("name")
    if not isinstance(name, str) or len(resource.around.resources) < 2:
        return UNTOLD  # judged without the rest of the plan
    names = [group.value("name") for group in resource.around.of_type(LOG_GROUP)]
    enabled = [log for log in GROUPS if resource.value(f"logging_configuration.{log}.enabled") is True]
    missing = [f"airflow-{name}-{GROUPS[log]}" for log in enabled]
    missing = [group for group in missing if group not in names]
    if missing and UNKNOWN in names:
        return UNTOLD
    return failed(because=f"no log group {', '.join(missing)}") if missing else FINE


def is_encrypted(resource: Resource) -> Judgement:
    """The key of a log group of MWAA. `airflow-` alone does not make it one: an environment must have its name."""
    name, key = resource.value("name"), resource.value("kms_key_id")
    if not isinstance(name, str) or key is UNKNOWN:
        return UNTOLD
    environments = resource.around.of_type(MWAA)
    owner = next((one for one in environments if name.startswith(f"airflow-{one.value('name')}-")), None)
    if owner is None:
        return UNTOLD
    if key:
        return FINE
    wanted = owner.value("kms_key")
    context = current()
    if wanted is UNKNOWN and not owner.is_planned:
        return UNTOLD
    is_wanted = bool(wanted) or (context is not None and context.environment.protected)
    return failed("kms_key_id") if is_wanted else UNTOLD


def is_quiet(resource: Resource) -> Judgement:
    """DEBUG, in one of the five logs or as an option of Airflow."""
    levels = {log: resource.value(f"logging_configuration.{log}.log_level") for log in GROUPS}
    loud = [f"logging_configuration/[0]/{log}/[0]/log_level" for log, level in levels.items() if level == "DEBUG"]
    options = resource.items("airflow_configuration_options") or {}
    if str(options.get("logging.logging_level")).upper() == "DEBUG":
        loud.append("airflow_configuration_options/[0]/logging.logging_level")
    if loud:
        return Judgement(False, tuple(loud))
    return UNTOLD if UNKNOWN in levels.values() else FINE


def _log_rule(number: int, log: str, what: str, why: str) -> Rule:
    return Rule(
        number,
        Severity.MEDIUM,
        "LOGGING",
        (MWAA,),
        f"The {what} log of an MWAA environment is on",
        why=f"{why} checkov has the other three as CKV_AWS_242, 243 and 244.",
        mend=f"`mwaa.logging_configuration.{log}.enabled: true`",
        source=GUIDE,
        judge=is_on(log),
    )


RULES = (
    _log_rule(1, "dag_processing_logs", "DAG processing", "Import errors of DAG files are nowhere else."),
    _log_rule(2, "task_logs", "task", "Airflow shows the logs of tasks from there: without it there are none."),
    Rule(
        3,
        Severity.MEDIUM,
        "LOGGING",
        (MWAA,),
        "Every log of an MWAA environment that is on has a log group of its own in the plan",
        why="The names are MWAA's. A group that is not there first is made by MWAA: kept for ever and without your "
        "key. Its retention is checkov's CKV_AWS_66.",
        mend="Make `airflow-<environment>-<Log>` before the environment, as modules/mwaa/log_groups.tf does.",
        source=GUIDE,
        judge=has_groups,
    ),
    Rule(
        4,
        Severity.HIGH,
        "ENCRYPTION",
        (LOG_GROUP,),
        "The log groups of an MWAA environment are encrypted by its customer managed key",
        why="Logs repeat what tasks read. An environment with a key of its own keeps them under that key; a protected "
        "one has such a key. CKV_AWS_158 asks it of every group, with or without a key.",
        mend="`kms_key_id` of the group, and the logs statement in the key's policy, as modules/kms has it.",
        source="https://docs.aws.amazon.com/mwaa/latest/userguide/custom-keys-certs.html",
        judge=is_encrypted,
    ),
    Rule(
        26,
        Severity.MEDIUM,
        "LOGGING",
        (MWAA,),
        "No log of a protected MWAA environment is at level DEBUG",
        why="DEBUG repeats far more of what tasks handle, and CloudWatch bills by the gigabyte.",
        mend="`log_level` of the log in `mwaa.logging_configuration`, and no `logging.logging_level: DEBUG`.",
        source=GUIDE,
        judge=if_protected(is_quiet),
    ),
)
