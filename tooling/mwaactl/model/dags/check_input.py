"""What a check of DAG artifacts depends on: a small part of an environment, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment

SECTIONS = ("core", "dag_processor", "operators", "scheduler")
"""Those of Airflow's configuration that matter to DAG files. Others may hold what is nobody's business."""


@dataclass(frozen=True)
class CheckInput:
    """`name` is the environment's; paths are relative to the repository, `options` Airflow's as section.key."""

    name: str
    region: str
    dags: str
    plugins: str | None
    requirements: str | None
    startup_script: str | None
    allow: tuple[str, ...]
    airflow_version: str
    environment_class: str
    options: tuple[tuple[str, str], ...]
    is_offline: bool

    @property
    def airflow_major(self) -> int:
        """2 or 3."""
        return int(self.airflow_version.partition(".")[0])

    @property
    def anonymous(self) -> CheckInput:
        """The same without the name: environments that have it in common are checked once."""
        return replace(self, name="")


def check_input(environment: Environment) -> CheckInput:
    """What a check needs of the environment."""
    artifacts, mwaa, network = environment.artifacts, environment.mwaa, environment.network
    options = mwaa.airflow_configuration_options.items()
    return CheckInput(
        name=environment.name,
        region=environment.region,
        dags=artifacts.dags,
        plugins=artifacts.plugins,
        requirements=artifacts.requirements,
        startup_script=artifacts.startup_script,
        allow=tuple(artifacts.allow),
        airflow_version=mwaa.airflow_version,
        environment_class=mwaa.environment_class,
        options=tuple(sorted((name, str(value)) for name, value in options if name.partition(".")[0] in SECTIONS)),
        is_offline=network.existing is None and network.nat_gateways == "none",
    )
