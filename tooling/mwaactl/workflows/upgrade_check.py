"""What an upgrade looks at first: the DAGs in the new Airflow, and packages that it pins otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mwaactl.errors import DagError, ToolMissing
from mwaactl.model.dags.check_input import check_input
from mwaactl.model.dags.requirement_lines import packages_of
from mwaactl.model.dags.stage import Stage
from mwaactl.model.upgrade_path import PinChange, UpgradePath, pin_changes
from mwaactl.workflows.dags_check import checked, failure
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment


def require_importable(tools: Toolbox, environment: Environment, allow_missing: Sequence[str] = ()) -> None:
    """Import the DAG files in the environment's Airflow, as it says in a trial.

    Raises DagError when one fails, ToolMissing where that Airflow cannot be had.
    """
    version = environment.mwaa.airflow_version
    try:
        report = checked(tools, check_input(environment), (Stage.IMPORT,), allow_missing)
    except ToolMissing as error:
        hint = "; ".join(filter(None, [error.hint, "or --no-import, where the DAGs were tried another way"]))
        raise ToolMissing(
            f"The DAGs cannot be tried in Airflow {version}. {error.what}", hint=hint, cause=error.cause
        ) from error
    if report.refusing:
        hint = f"mend the DAGs for Airflow {version}, or --no-import; --allow-missing NAME is for a Variable"
        what = f"In Airflow {version}: {failure(report.refusing).what}"
        raise DagError(what, findings=report.refusing, hint=hint)


def changed_pins(tools: Toolbox, environment: Environment, path: UpgradePath) -> tuple[PinChange, ...]:
    """What MWAA pins otherwise, packages of the environment's own requirements.txt first."""
    name = check_input(environment).requirements
    file = tools.project.root / name if name else None
    text = file.read_text(encoding="utf-8", errors="replace") if file and file.is_file() else ""
    return pin_changes(path.before, path.after, packages_of(text))
