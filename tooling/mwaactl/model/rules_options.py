"""Rules of airflow_configuration_options."""

from __future__ import annotations

from collections.abc import Iterator

from mwaactl.model import catalog
from mwaactl.model.environment import Environment
from mwaactl.model.finding import Finding
from mwaactl.model.translation import is_secret_looking

_PATH = ("mwaa", "airflow_configuration_options")


def options(environment: Environment) -> Iterator[Finding]:
    """Options without effect: those MWAA forces, and on Airflow 3 those it renamed or removed."""
    known = catalog.airflow_options()
    is_airflow_3 = environment.airflow_major >= 3
    for option in environment.mwaa.airflow_configuration_options:
        path = (*_PATH, option)
        if "." not in option:
            yield Finding(path, "has no section", allowed="section.option, such as core.default_timezone")
        elif option in known.forced:
            yield Finding(path, "has no effect on MWAA", hint=known.forced[option])
        elif is_airflow_3 and option in known.renamed_in_3:
            new = known.renamed_in_3[option]
            yield Finding(path, f"is called {new} in Airflow 3", allowed=new)
        elif is_airflow_3 and option in known.removed_in_3:
            yield Finding(path, "was removed in Airflow 3", hint="remove it")


def secrets(environment: Environment) -> Iterator[Finding]:
    """Values that look like secrets: they would be readable in git, in the state and in the console."""
    for option, value in environment.mwaa.airflow_configuration_options.items():
        if is_secret_looking(option, value) and not option.startswith("secrets."):
            hint = "use a connection or variable in AWS Secrets Manager; see secrets.backend"
            yield Finding(
                (*_PATH, option), "looks like a secret, and this file is no place for one", hint=hint, is_warning=True
            )
