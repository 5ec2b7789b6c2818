"""Rules of airflow_configuration_options."""

from __future__ import annotations

from collections.abc import Iterator

from mwaactl.model import catalog
from mwaactl.model.echo import is_secret_looking
from mwaactl.model.environment import Environment
from mwaactl.model.finding import Finding

_PATH = ("mwaa", "airflow_configuration_options")


def without_effect(environment: Environment) -> Iterator[Finding]:
    """Options that MWAA overwrites, and words that are no option at all."""
    forced = catalog.airflow_options().forced
    for option in environment.mwaa.airflow_configuration_options:
        if "." not in option:
            yield Finding((*_PATH, option), "has no section", allowed="section.option, such as core.default_timezone")
        elif option in forced:
            yield Finding((*_PATH, option), "has no effect on MWAA", hint=forced[option])


def of_airflow_2(environment: Environment) -> Iterator[Finding]:
    """Options that Airflow 3 renamed or removed."""
    known = catalog.airflow_options()
    for option in environment.mwaa.airflow_configuration_options if environment.airflow_major >= 3 else ():
        if option in known.forced:
            continue
        if option in known.renamed_in_3:
            new = known.renamed_in_3[option]
            yield Finding((*_PATH, option), f"is called {new} in Airflow 3", allowed=new)
        elif option in known.removed_in_3:
            yield Finding((*_PATH, option), "was removed in Airflow 3", hint="remove it")


def secrets(environment: Environment) -> Iterator[Finding]:
    """Values that look like secrets: they would be readable in git, in the state and in the console."""
    for option, value in environment.mwaa.airflow_configuration_options.items():
        if is_secret_looking(option, value) and not option.startswith("secrets."):
            hint = "use a connection or variable in AWS Secrets Manager; see secrets.backend"
            yield Finding(
                (*_PATH, option), "looks like a secret, and this file is no place for one", hint=hint, is_warning=True
            )
