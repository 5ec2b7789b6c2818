"""Rules of the environment itself: key, web server, version, size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from mwaactl.errors import Severity
from mwaactl.model import catalog
from mwaactl.policies.context import Context
from mwaactl.policies.resource import MWAA, UNKNOWN, Resource
from mwaactl.policies.rule import (
    FINE,
    UNTOLD,
    Judgement,
    Rule,
    all_of,
    failed,
    if_protected,
    in_context,
    judged,
    number,
)

NOTICE: Final = timedelta(days=180)
"""How long ahead AWS announces the end of a version's support."""

FEWEST: Final = {"schedulers": 2, "min_webservers": 2, "min_workers": 1}
"""What a protected environment runs at least: the loss of one container or zone stops neither scheduling nor the UI."""

ARTIFACTS = ("plugins", "requirements", "startup_script")

VERSIONS = "https://docs.aws.amazon.com/mwaa/latest/userguide/airflow-versions.html"


def has_own_key(resource: Resource) -> Judgement:
    """A key that is being made is not known yet, and cannot be told."""
    return judged(resource.value("kms_key"), bool, "kms_key")


def is_private(resource: Resource) -> Judgement:
    """Not set is private: the service's own default."""
    mode = resource.value("webserver_access_mode")
    return judged(mode, lambda mode: mode in (None, "", "PRIVATE_ONLY"), "webserver_access_mode")


def is_supported(resource: Resource, context: Context) -> Judgement:
    """By the dated list of versions in the catalog."""
    version = resource.value("airflow_version")
    because = f"Airflow {version}"
    return judged(
        version, lambda version: catalog.is_supported(str(version), context.today), "airflow_version", because
    )


def has_time_left(resource: Resource, context: Context) -> Judgement:
    """Of versions whose end is announced; what has ended already is CKV_MWAA_7's."""
    known = catalog.find_version(str(resource.value("airflow_version")))
    if known is None or (known.end_of_support and known.end_of_support < context.today):
        return UNTOLD
    if known.end_of_support is None or known.end_of_support - context.today > NOTICE:
        return FINE
    return failed("airflow_version", because=f"Airflow {known.version} until {known.end_of_support}")


def is_allowed_class(resource: Resource, context: Context) -> Judgement:
    """By policy.environment_classes; none named means any."""
    allowed = context.environment.policy.environment_classes
    if not allowed:
        return UNTOLD
    return judged(resource.value("environment_class"), lambda size: size in allowed, "environment_class")


def is_within_workers(resource: Resource, context: Context) -> Judgement:
    """By policy.max_workers. Not set would be the service's default, 10."""
    most = context.environment.policy.max_workers
    if most is None:
        return UNTOLD
    asked = number(resource.value("max_workers"))
    return judged(asked, lambda workers: (10 if workers is None else workers) <= most, "max_workers")


def has_pinned_artifacts(resource: Resource) -> Judgement:
    """A plan can only show it where the version is known; the source always does."""
    judgements = []
    for artifact in ARTIFACTS:
        path, version = resource.value(f"{artifact}_s3_path"), resource.value(f"{artifact}_s3_object_version")
        if path is UNKNOWN:
            judgements.append(UNTOLD)
        elif path:
            judgements.append(judged(version, bool, f"{artifact}_s3_object_version"))
    return all_of(judgements)


def is_redundant(resource: Resource) -> Judgement:
    """Not set is the service's default: 2 schedulers and web servers, 1 worker."""
    return all_of([judged(number(resource.value(key)), _is_at_least(fewest), key) for key, fewest in FEWEST.items()])


def _is_at_least(fewest: int) -> Callable[[int | None], bool]:
    return lambda count: count is None or count >= fewest


RULES = (
    Rule(
        5,
        Severity.HIGH,
        "ENCRYPTION",
        (MWAA,),
        "A protected MWAA environment is encrypted by a customer managed key",
        why="Only then are use and deletion of the key yours to grant, and seen in CloudTrail. It cannot be changed "
        "later: changing it replaces the environment.",
        mend="`encryption.kms_key: create`, or the ARN of your key, before the first deploy.",
        source="https://docs.aws.amazon.com/mwaa/latest/userguide/custom-keys-certs.html",
        judge=if_protected(has_own_key),
    ),
    Rule(
        6,
        Severity.HIGH,
        "NETWORKING",
        (MWAA,),
        "The web server of a protected MWAA environment is private",
        why="A public one is kept from the internet by IAM alone. checkov's CKV2_AWS_66 asks it of every environment "
        "and may be waived for some; this one is for those that are protected.",
        mend="`mwaa.webserver_access_mode: PRIVATE_ONLY`",
        source="https://docs.aws.amazon.com/mwaa/latest/userguide/configuring-networking.html",
        judge=if_protected(is_private),
    ),
    Rule(
        7,
        Severity.HIGH,
        "GENERAL_SECURITY",
        (MWAA,),
        "MWAA supports the Airflow version today",
        why="After the end of support there are no fixes, and MWAA takes no new environment of that version, nor an "
        "upgrade or downgrade to it.",
        mend="`mwaa.airflow_version`: one of docs/environment.md.",
        source=VERSIONS,
        judge=in_context(is_supported),
    ),
    Rule(
        8,
        Severity.LOW,
        "GENERAL_SECURITY",
        (MWAA,),
        f"MWAA supports the Airflow version for more than {NOTICE.days} days to come",
        why="AWS announces the end 180 days ahead: that is the time to rehearse the upgrade.",
        mend="Plan the upgrade, in a clone first.",
        source=VERSIONS,
        judge=in_context(has_time_left),
    ),
    Rule(
        18,
        Severity.MEDIUM,
        "CONVENTION",
        (MWAA,),
        "The environment class is one of policy.environment_classes",
        why="The class sets most of the price.",
        mend="`mwaa.environment_class`, or the owner of `policy.environment_classes` agrees to a larger one.",
        judge=in_context(is_allowed_class),
    ),
    Rule(
        19,
        Severity.MEDIUM,
        "CONVENTION",
        (MWAA,),
        "max_workers is within policy.max_workers",
        why="Workers come by themselves, and each is billed by the hour.",
        mend="`mwaa.max_workers`, or the owner of `policy.max_workers` agrees to more.",
        judge=in_context(is_within_workers),
    ),
    Rule(
        24,
        Severity.MEDIUM,
        "CONVENTION",
        (MWAA,),
        "plugins, requirements and startup script of an MWAA environment are pinned to an object version",
        why="Without a version MWAA never notices a new upload, and nobody can say what runs. In a plan an unset "
        "version is known after apply only; there, the check of the source finds it.",
        mend="Set `plugins_s3_object_version` and the like from the `aws_s3_object`, as modules/mwaa does.",
        source="https://docs.aws.amazon.com/mwaa/latest/userguide/best-practices-dependencies.html",
        judge=has_pinned_artifacts,
    ),
    Rule(
        27,
        Severity.MEDIUM,
        "GENERAL_SECURITY",
        (MWAA,),
        "A protected MWAA environment has at least 2 schedulers, 2 web servers and 1 worker",
        why="MWAA spreads them over two zones; with one of a kind (mw1.micro) a lost container is an outage.",
        mend="`mwaa.environment_class: mw1.small` or larger, `schedulers` and `min_webservers` of 2 or more.",
        source="https://docs.aws.amazon.com/mwaa/latest/userguide/environment-class.html",
        judge=if_protected(is_redundant),
    ),
)
