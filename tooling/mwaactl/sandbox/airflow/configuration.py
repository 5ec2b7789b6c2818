"""The environment variables of an Airflow, in MWAA's order of precedence.

Lowest first: the container's, what MWAA suggests, what startup.sh exports, the environment's options, protected
variables, what MWAA forces (amazon-mwaa-docker-images, `python/mwaa/config/setup_environment.py`). Where a sandbox on
one machine cannot be as MWAA, it is said here: LocalExecutor on sqlite instead of Celery on PostgreSQL, no IAM sign-in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mwaactl.adapters.orphans import MARK
from mwaactl.sandbox.airflow.spec import Place, Spec

USER = "admin"
WEBSERVER_CONFIG = Path(__file__).parent.parent / "web" / "webserver_config.py"
PROTECTED = frozenset(
    (
        "AIRFLOW_ENV_ID",
        "AIRFLOW_ENV_NAME",
        "AIRFLOW_HOME",
        "AIRFLOW_VERSION",
        "AIRFLOW__WEBSERVER__BASE_URL",
        "AIRFLOW__API__BASE_URL",
        "AIRFLOW__AWS_MWAA__REDIRECT_URL",
        "JWT_PUBLIC_KEY",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "CUSTOMER_ACCOUNT_ID",
        "PYTHONPATH",
        "PYTHONUNBUFFERED",
        "WATCHTOWER_VERSION",
        "AWS_EXECUTION_ENV",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AIRFLOW__CORE__DATABASE_ACCESS_ISOLATION",
        "USE_NON_CRITICAL_LOGGING",
        "AIRFLOW_TASK_REVISION_ID",
    )
)
PROTECTED_PREFIXES = ("MWAA__", "ECS_")
KEEPS_INSIDE = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "HTTP_PROXY", "http_proxy")
"""What makes tasks see the sandbox as their AWS. startup.sh must not lead them out of it."""

OPINIONS = {
    "AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES": "proxy,proxies",
    "AIRFLOW__SCHEDULER__SCHEDULE_AFTER_TASK_EXECUTION": "False",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "1800",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
    # Of the sandbox: small, and quick to notice changes. MWAA starts a Python for each task, which takes seconds here.
    "AIRFLOW__CORE__PARALLELISM": "4",
    "AIRFLOW__SCHEDULER__DAG_DIR_LIST_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL": "5",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "3",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
}


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
"""Of LoggingConfiguration, lowest first."""


@dataclass(frozen=True)
class Keys:
    """The secrets of one Airflow."""

    fernet: str
    session: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass(frozen=True)
class Surrounding:
    """What an Airflow finds on this machine: `programs` is the runtime's bin folder, `aws` leads into the sandbox."""

    programs: Path
    port: int
    task_port: int
    aws: Mapping[str, str]


def variables(spec: Spec, place: Place, keys: Keys, around: Surrounding, startup: Mapping[str, str]) -> dict[str, str]:
    """All variables of its processes; `startup` is what startup.sh exported."""
    options = spec.settings.get("AirflowConfigurationOptions", {})
    return {
        **container(place, around.programs),
        **OPINIONS,
        **{name: value for name, value in startup.items() if not is_protected(name)},
        **{option_variable(name): str(value) for name, value in options.items()},
        **protected(spec, place, around.port),
        **around.aws,
        **forced(spec, place, keys, around),
        MARK: str(place.root),
    }


def option_variable(name: str) -> str:
    """The variable of an option such as core.parallelism."""
    section, _, key = name.partition(".")
    return f"AIRFLOW__{section}__{key}".upper().replace(".", "_")


def is_protected(name: str) -> bool:
    """Whether startup.sh may not set it."""
    return name in PROTECTED or name in KEEPS_INSIDE or name.startswith(PROTECTED_PREFIXES)


def container(place: Place, programs: Path) -> dict[str, str]:
    """What is there before anything else."""
    return {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(place.home),
        "TMPDIR": str(place.temporary.readlink()),
        "LANG": "C.UTF-8",
        "SPT_NOENV": "1",  # setproctitle writes over the environment, by which processes are found
    }


def protected(spec: Spec, place: Place, port: int) -> dict[str, str]:
    """What names the environment."""
    url = f"http://127.0.0.1:{port}"
    return {
        "AIRFLOW_ENV_ID": str(spec.identity),
        "AIRFLOW_ENV_NAME": spec.name,
        "AIRFLOW_HOME": str(place.home),
        "AIRFLOW_VERSION": spec.airflow_version,
        "CUSTOMER_ACCOUNT_ID": spec.account_id,
        "PYTHONUNBUFFERED": "1",
        "AIRFLOW__API__BASE_URL" if spec.airflow_major >= 3 else "AIRFLOW__WEBSERVER__BASE_URL": url,
    }


def forced(spec: Spec, place: Place, keys: Keys, around: Surrounding) -> dict[str, str]:
    """What nothing overrides."""
    common = {
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__DAGS_FOLDER": str(place.dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(place.plugins),
        "AIRFLOW__CORE__FERNET_KEY": keys.fernet,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{place.database}?timeout=20",  # seconds, for a lock
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(place.task_logs),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": _lowest_level(spec),
        "AIRFLOW__METRICS__STATSD_ON": "False",
    }
    return common | (_forced_3(place, keys, around) if spec.airflow_major >= 3 else _forced_2(place, keys, around.port))


def _forced_2(place: Place, keys: Keys, port: int) -> dict[str, str]:
    logs = str(place.task_logs / "scheduler")
    return {
        "_AIRFLOW__SKIP_DATABASE_EXECUTOR_COMPATIBILITY_CHECK": "1",
        "AIRFLOW__SCHEDULER__STANDALONE_DAG_PROCESSOR": "False",  # Airflow 2 has none on sqlite
        "AIRFLOW__SCHEDULER__CHILD_PROCESS_LOG_DIRECTORY": logs,
        "AIRFLOW__LOGGING__DAG_PROCESSOR_MANAGER_LOG_LOCATION": str(place.task_logs / "dag_processor_manager.log"),
        "AIRFLOW__API__AUTH_BACKENDS": "airflow.providers.fab.auth_manager.api.auth.backend.basic_auth,"
        "airflow.api.auth.backend.session",
        "AIRFLOW__WEBSERVER__WEB_SERVER_HOST": "127.0.0.1",
        "AIRFLOW__WEBSERVER__WEB_SERVER_PORT": str(port),
        "AIRFLOW__WEBSERVER__WORKERS": "1",
        "AIRFLOW__WEBSERVER__SECRET_KEY": keys.session,
        "AIRFLOW__WEBSERVER__CONFIG_FILE": str(WEBSERVER_CONFIG),
        "AIRFLOW__WEBSERVER__UPDATE_FAB_PERMS": "False",  # the template of the database has them
    }


def _forced_3(place: Place, keys: Keys, around: Surrounding) -> dict[str, str]:
    return {
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(around.port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": keys.session,
        "AIRFLOW__API_AUTH__JWT_SECRET": keys.session,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{around.task_port}/execution/",
        "AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME": "86400",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(place.passwords),
    }


def _lowest_level(spec: Spec) -> str:
    """What any module wants to have: each of the log groups takes what is of its own level."""
    blocks = spec.settings["LoggingConfiguration"].values()
    return min((str(block["LogLevel"]) for block in blocks if block["Enabled"]), key=LEVELS.index, default="INFO")
