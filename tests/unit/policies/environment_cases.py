"""Cases of the environment's own rules, its logs, options and tags."""

from __future__ import annotations

from datetime import date

from unit.policies.case import fine, untold, wrong
from unit.policies.plans import context, planned, protected
from unit.policies.samples import (
    BUCKET,
    ENVIRONMENT,
    LOG_GROUPS,
    NEW_ENVIRONMENT,
    log_group,
    logging,
)

OFF = {"enabled": False}
DEBUG = {"log_level": "DEBUG"}
OPTIONS = "airflow_configuration_options"


def options(**changes: str) -> dict[str, str]:
    """Airflow options; `__` is the dot."""
    return {key.replace("__", "."): value for key, value in changes.items()}


LOGS = (
    fine(1, "on", ENVIRONMENT),
    wrong(
        1,
        "off",
        ENVIRONMENT.but(logging_configuration=logging(dag_processing_logs=OFF)),
        keys=("logging_configuration/[0]/dag_processing_logs/[0]/enabled",),
    ),
    untold(1, "known after apply", ENVIRONMENT.without("logging_configuration")),
    fine(2, "on", ENVIRONMENT),
    wrong(
        2,
        "off",
        ENVIRONMENT.but(logging_configuration=logging(task_logs=OFF)),
        keys=("logging_configuration/[0]/task_logs/[0]/enabled",),
    ),
    untold(
        2,
        "known after apply",
        ENVIRONMENT.but(logging_configuration=logging(task_logs={})).without("name", "logging_configuration"),
    ),
    fine(3, "all five", ENVIRONMENT, *LOG_GROUPS),
    fine(3, "off needs none", ENVIRONMENT.but(logging_configuration=logging(worker_logs=OFF)), *LOG_GROUPS[:4]),
    wrong(3, "one is missing", ENVIRONMENT, *LOG_GROUPS[1:]),
    wrong(3, "all are missing", ENVIRONMENT, BUCKET),
    untold(3, "the environment alone", ENVIRONMENT),
    fine(4, "key", LOG_GROUPS[0], ENVIRONMENT),
    wrong(4, "none, the environment has one", log_group("Task", kms_key_id=None), ENVIRONMENT, keys=("kms_key_id",)),
    wrong(4, "none, one is made", log_group("Task", kms_key_id=None), NEW_ENVIRONMENT, keys=("kms_key_id",)),
    wrong(
        4,
        "none in a protected one",
        log_group("Task", kms_key_id=""),
        ENVIRONMENT.but(kms_key=None),
        keys=("kms_key_id",),
        as_of=protected(),
    ),
    untold(4, "none, nor has the environment", log_group("Task", kms_key_id=None), ENVIRONMENT.but(kms_key=None)),
    untold(4, "of somebody else", log_group("Task", name="airflow-of-others", kms_key_id=None), ENVIRONMENT),
    untold(4, "known after apply", log_group("Task").without("kms_key_id"), ENVIRONMENT),
    fine(26, "INFO", ENVIRONMENT, as_of=protected()),
    wrong(
        26,
        "DEBUG",
        ENVIRONMENT.but(logging_configuration=logging(worker_logs=DEBUG)),
        keys=("logging_configuration/[0]/worker_logs/[0]/log_level",),
        as_of=protected(),
    ),
    wrong(
        26,
        "option",
        ENVIRONMENT.but(airflow_configuration_options=options(logging__logging_level="debug")),
        keys=("airflow_configuration_options/[0]/logging.logging_level",),
        as_of=protected(),
    ),
    untold(26, "not protected", ENVIRONMENT.but(logging_configuration=logging(worker_logs=DEBUG))),
)

SHAPE = (
    fine(5, "own key", ENVIRONMENT, as_of=protected()),
    wrong(5, "key of AWS", ENVIRONMENT.but(kms_key=None), keys=("kms_key",), as_of=protected()),
    wrong(5, "key of AWS, as state has it", ENVIRONMENT.but(kms_key=""), keys=("kms_key",), as_of=protected()),
    untold(5, "known after apply", NEW_ENVIRONMENT, as_of=protected()),
    untold(5, "not protected", ENVIRONMENT.but(kms_key=None)),
    fine(6, "private", ENVIRONMENT, as_of=protected()),
    wrong(
        6,
        "public",
        ENVIRONMENT.but(webserver_access_mode="PUBLIC_ONLY"),
        keys=("webserver_access_mode",),
        as_of=protected(),
    ),
    untold(6, "not protected", ENVIRONMENT.but(webserver_access_mode="PUBLIC_ONLY")),
    fine(7, "supported", ENVIRONMENT),
    wrong(7, "ended", ENVIRONMENT.but(airflow_version="2.6.3"), keys=("airflow_version",)),
    wrong(7, "never offered", ENVIRONMENT.but(airflow_version="2.10.2"), keys=("airflow_version",)),
    fine(7, "on its last day", ENVIRONMENT.but(airflow_version="2.6.3"), as_of=context(today=date(2025, 12, 30))),
    untold(7, "known after apply", ENVIRONMENT.without("airflow_version")),
    fine(8, "no end announced", ENVIRONMENT),
    wrong(
        8,
        "180 days",
        ENVIRONMENT.but(airflow_version="2.6.3"),
        keys=("airflow_version",),
        as_of=context(today=date(2025, 7, 3)),
    ),
    fine(8, "181 days", ENVIRONMENT.but(airflow_version="2.6.3"), as_of=context(today=date(2025, 7, 2))),
    untold(8, "ended", ENVIRONMENT.but(airflow_version="2.6.3")),
    fine(18, "in the list", ENVIRONMENT, as_of=context(policy={"environment_classes": ("mw1.large",)})),
    wrong(
        18,
        "not in the list",
        ENVIRONMENT,
        keys=("environment_class",),
        as_of=context(policy={"environment_classes": ("mw1.small", "mw1.medium")}),
    ),
    untold(18, "no list", ENVIRONMENT),
    fine(19, "at the cap", ENVIRONMENT, as_of=context(policy={"max_workers": 15})),
    wrong(19, "above the cap", ENVIRONMENT, keys=("max_workers",), as_of=context(policy={"max_workers": 14})),
    untold(19, "no cap", ENVIRONMENT),
    untold(19, "known after apply", ENVIRONMENT.without("max_workers"), as_of=context(policy={"max_workers": 1})),
    fine(24, "pinned", ENVIRONMENT),
    wrong(
        24,
        "one is not",
        ENVIRONMENT.but(requirements_s3_object_version=None),
        keys=("requirements_s3_object_version",),
    ),
    wrong(
        24,
        "startup script is not",
        ENVIRONMENT.but(startup_script_s3_path="startup.sh", startup_script_s3_object_version=""),
        keys=("startup_script_s3_object_version",),
    ),
    untold(24, "known after apply", ENVIRONMENT.without("plugins_s3_object_version")),
    fine(27, "two of all", ENVIRONMENT, as_of=protected()),
    wrong(27, "one scheduler", ENVIRONMENT.but(schedulers=1), keys=("schedulers",), as_of=protected()),
    wrong(
        27,
        "mw1.micro",
        ENVIRONMENT.but(schedulers=1, min_webservers=1, min_workers=1),
        keys=("schedulers", "min_webservers"),
        as_of=protected(),
    ),
    untold(27, "known after apply", ENVIRONMENT.without("min_webservers"), as_of=protected()),
    untold(27, "not protected", ENVIRONMENT.but(schedulers=1)),
)

WITHOUT_CONTEXT = tuple(
    wrong(number, "without context", *resources, as_of=None)
    for number, resources in (
        (5, (ENVIRONMENT.but(kms_key=None),)),
        (7, (ENVIRONMENT.but(airflow_version="2.6.3"),)),
        (20, (ENVIRONMENT,)),
        (21, (ENVIRONMENT,)),
        (29, (BUCKET.but(force_destroy=True),)),
    )
)
"""Plans that would fail, if it were known whose they are."""


def secret(**changes: str) -> tuple[str, ...]:
    """The keys told of these options."""
    return tuple(f"{OPTIONS}/[0]/{name}" for name in options(**changes))


TAGGED = planned("aws_sqs_queue.this", name="q", tags=None, tags_all={"owner": "data-platform"})
REQUIRED = context(policy={"required_tags": ("owner", "cost-center")})
CLONE = context(is_clone=True, ttl="14d")

REST = (
    fine(20, "all there", ENVIRONMENT, as_of=REQUIRED),
    wrong(20, "one is missing", TAGGED, keys=("tags_all/[0]/cost-center",), as_of=REQUIRED),
    wrong(
        20,
        "one is empty",
        TAGGED.but(tags_all={"owner": "x", "cost-center": ""}),
        keys=("tags_all/[0]/cost-center",),
        as_of=REQUIRED,
    ),
    wrong(
        20,
        "none",
        TAGGED.but(tags_all=None),
        keys=("tags_all/[0]/owner", "tags_all/[0]/cost-center"),
        as_of=REQUIRED,
    ),
    untold(20, "takes no tags", planned("aws_iam_role_policy.this", name="x"), as_of=REQUIRED),
    untold(20, "none required", TAGGED),
    fine(21, "ttl", ENVIRONMENT.but(tags_all={"ttl": "14d"}), as_of=CLONE),
    wrong(21, "no ttl", ENVIRONMENT, keys=("ttl",), as_of=context(is_clone=True)),
    wrong(21, "ttl without tag", ENVIRONMENT, keys=("tags_all/[0]/ttl",), as_of=CLONE),
    untold(21, "no clone", ENVIRONMENT),
    untold(21, "protected", ENVIRONMENT, as_of=context(is_clone=True, protected=True)),
    untold(21, "tags known after apply", ENVIRONMENT.without("tags_all"), as_of=CLONE),
    fine(22, "none", ENVIRONMENT),
    fine(22, "no options", ENVIRONMENT.but(airflow_configuration_options=None)),
    fine(
        22,
        "secrets backend",
        ENVIRONMENT.but(
            airflow_configuration_options=options(
                secrets__backend="airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend",
                secrets__backend_kwargs='{"connections_prefix": "airflow/connections"}',
            )
        ),
    ),
    wrong(
        22,
        "by name",
        ENVIRONMENT.but(airflow_configuration_options=options(smtp__smtp_password="hunter2-Sekret-9911")),
        keys=secret(smtp__smtp_password=""),
    ),
    wrong(
        22,
        "by value",
        ENVIRONMENT.but(
            airflow_configuration_options=options(x__broker="amqp://me:hunter2-Sekret-9911@data.example.com")
        ),
        keys=secret(x__broker=""),
    ),
    untold(22, "known after apply", ENVIRONMENT.without(OPTIONS)),
    fine(
        25,
        "shut",
        ENVIRONMENT.but(airflow_configuration_options=options(webserver__expose_config="non-sensitive-only")),
    ),
    wrong(
        25,
        "open",
        ENVIRONMENT.but(airflow_configuration_options=options(webserver__expose_config="True", core__parallelism="8")),
        keys=secret(webserver__expose_config=""),
    ),
    wrong(
        25,
        "one of several values",
        ENVIRONMENT.but(
            airflow_configuration_options=options(
                api__auth_backends="airflow.api.auth.backend.session, airflow.api.auth.backend.default"
            )
        ),
        keys=secret(api__auth_backends=""),
    ),
    untold(25, "known after apply", ENVIRONMENT.without(OPTIONS)),
)

CASES = (*LOGS, *SHAPE, *REST)
