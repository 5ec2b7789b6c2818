"""Rules of airflow_configuration_options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mwaactl.errors import Severity
from mwaactl.model.echo import is_secret_looking
from mwaactl.model.state import OPTIONS
from mwaactl.policies.resource import MWAA, Resource, is_expression
from mwaactl.policies.rule import FINE, UNTOLD, Judgement, Rule

RISKY: Final = {
    "api.auth_backends": ("airflow.api.auth.backend.default",),
    "api.expose_config": ("true",),
    "api.expose_stacktrace": ("true",),
    "core.enable_xcom_pickling": ("true",),
    "core.hide_sensitive_var_conn_fields": ("false",),
    "core.test_connection": ("enabled",),
    "core.unit_test_mode": ("true",),
    "fab.auth_backends": ("airflow.api.auth.backend.default",),
    "webserver.expose_config": ("true",),
    "webserver.expose_stacktrace": ("true",),
}
"""Values that open something, by Airflow's configuration reference. A list of values counts if it holds one of them."""


def holds_no_secret(resource: Resource) -> Judgement:
    """Names and values alone decide, so only names are told."""
    return _search(resource, _is_secret)


def opens_nothing(resource: Resource) -> Judgement:
    """Options that show or run more than Airflow does by itself."""
    return _search(resource, _is_risky)


def _search(resource: Resource, is_bad: Callable[[str, str], bool]) -> Judgement:
    options = resource.items(OPTIONS)
    if options is None:
        return UNTOLD
    texts = {name: str(value) for name, value in options.items() if value is not None}
    open_ones = {name for name, text in texts.items() if not resource.is_planned and is_expression(text)}
    found = [name for name, text in texts.items() if name not in open_ones and is_bad(name, text)]
    if found:
        return Judgement(False, tuple(f"{OPTIONS}/[0]/{name}" for name in found), (f"options {', '.join(found)}",))
    return UNTOLD if open_ones else FINE


def _is_secret(name: str, text: str) -> bool:
    section, _, option = name.partition(".")
    # The section [secrets] says where secrets are, and holds none; a password in its JSON still looks like one.
    return is_secret_looking(option if section == "secrets" else name, text)


def _is_risky(name: str, text: str) -> bool:
    parts = {part.strip().lower() for part in text.split(",")}
    return not parts.isdisjoint(RISKY.get(name, ()))


RULES = (
    Rule(
        22,
        Severity.CRITICAL,
        "SECRETS",
        (MWAA,),
        "No option of an MWAA environment holds a secret",
        why="It would be readable in git, in the state, in the console and in every plan. Names and forms of values "
        "decide: a secret that looks like a word is not found.",
        mend="Put it into AWS Secrets Manager as a connection or variable and set `secrets.backend`; revoke what was "
        "committed.",
        source="https://docs.aws.amazon.com/mwaa/latest/userguide/connections-secrets-manager.html",
        judge=holds_no_secret,
    ),
    Rule(
        25,
        Severity.MEDIUM,
        "APPLICATION_SECURITY",
        (MWAA,),
        "No option of an MWAA environment opens what Airflow keeps shut",
        why=f"These do: {', '.join(f'`{name}={values[0]}`' for name, values in sorted(RISKY.items()))}.",
        mend="Remove the option.",
        source="https://airflow.apache.org/docs/apache-airflow/stable/configurations-ref.html",
        judge=opens_nothing,
    ),
)
