"""mwaactl upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mwaactl.cli.options import allow_options, environment_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.workflows.tools import Allowed


ONLY_IN_PLACE = (
    "--skip-checks, --worker-replacement and --confirm are for an upgrade in place: "
    "--blue-green NEW changes nothing that is there."
)


@click.command(short_help="Take an environment to another Airflow version, in place or by a second one.")
@environment_argument
@click.argument("version", metavar="VERSION")
@allow_options
@click.option("--skip-checks", is_flag=True, help="Do not check DAG files and artifacts under the new version.")
@click.option("--import/--no-import", "imports", default=True, help="Import the DAGs in the new version first, or not.")
@click.option(
    "--allow-missing", metavar="NAME", multiple=True, help="A Variable that may be missing there. Repeatable."
)
@click.option(
    "--worker-replacement",
    type=click.Choice(["forced", "graceful"]),
    help="By the API: stop running tasks (MWAA's default), or wait for them up to 12 hours.",
)
@click.option("--confirm", "confirmed", metavar="NAME", multiple=True, help="The name of a protected environment.")
@click.option("--blue-green", "new", metavar="NEW", help="Build NEW with VERSION beside it, and say the steps to it.")
@click.option("--copy/--no-copy", "copies", default=True, help="With --blue-green: copy variables and so on, or not.")
@click.option("--dry-run", is_flag=True, help="Show the way and the plan; change nothing.")
@global_options
@click.pass_obj
def upgrade(
    session: Session,
    /,
    environment: str,
    version: str,
    allowed: Allowed,
    skip_checks: bool,
    confirmed: tuple[str, ...],
    **options: Any,
) -> None:
    """Take ENVIRONMENT to Airflow VERSION the way that MWAA allows, starting from what really runs.

    Within a major version, and back to 2.11.x, Terraform does it. From 2.11.x to 3.x the API does it, as Terraform
    would replace the environment. Other ways are refused, and the steps named.

    Before, the DAGs must import in the new version. Where running tasks matter: --worker-replacement graceful, which
    the API does, with everything else deployed before.

    Writes the version into envs/ENVIRONMENT.yaml. An upgrade that AWS rolls back sets the file back. The same command
    after an interruption waits for the update that is under way.

    Where MWAA goes no way in place, or nobody may wait for one: --blue-green NEW clones ENVIRONMENT with VERSION,
    verifies it, and says the steps of the cut-over. ENVIRONMENT is only read.

    A protected environment needs its name typed, or given by --confirm; --yes alone is not enough.

    \b
    Example: mwaactl upgrade dev 2.11.2
             mwaactl upgrade prod 3.3.1 --dry-run
             mwaactl upgrade prod 3.3.1 --confirm prod --yes
             mwaactl upgrade prod 3.3.1 --blue-green next
             mwaactl upgrade prod 2.11.2 --worker-replacement graceful
    """
    dry_run, new, copies = options["dry_run"], options["new"], options["copies"]
    if new:
        if skip_checks or confirmed or options["worker_replacement"]:
            raise click.UsageError(ONLY_IN_PLACE)
        from mwaactl.workflows import blue_green

        trial = {"imports": options["imports"], "allow_missing": options["allow_missing"]}
        wanted = blue_green.BlueGreen(environment, version, new, allowed, copies, **trial)
        session.run(lambda tools: blue_green.run(tools, wanted, dry_run=dry_run))
        return
    if not copies:
        raise click.UsageError("--no-copy goes with --blue-green NEW.")
    from mwaactl.model.upgrade_path import WorkerReplacement
    from mwaactl.workflows import upgrade as workflow

    replacement = options["worker_replacement"]
    asked = workflow.Upgrade(
        environment,
        version,
        allowed,
        confirmed,
        skip_checks,
        imports=options["imports"],
        allow_missing=options["allow_missing"],
        worker_replacement=WorkerReplacement(replacement) if replacement else None,
    )
    session.run(lambda tools: workflow.run(tools, asked, dry_run=dry_run))
