"""mwaactl adopt."""

from __future__ import annotations

import click

from mwaactl.cli.options import global_options
from mwaactl.cli.session import Session


@click.command(short_help="Take an MWAA environment that is there under management.")
@click.argument("name", metavar="NAME")
@click.option("--environment-name", metavar="X", required=True, help="What MWAA calls the environment.")
@click.option("--account", "account_id", metavar="ID", help="Its AWS account (default: envs/defaults.yaml, or yours).")
@click.option("--region", metavar="REGION", help="Its AWS Region (default: envs/defaults.yaml, or AWS_REGION).")
@click.option("--dags", metavar="FOLDER", help="Its DAG files in this repository (default: copied from its bucket).")
@click.option("--dry-run", is_flag=True, help="Show YAML, plan and notes; change nothing.")
@global_options
@click.pass_obj
def adopt(
    session: Session,
    name: str,
    environment_name: str,
    account_id: str | None,
    region: str | None,
    dags: str | None,
    dry_run: bool,
) -> None:
    """Take the MWAA environment X, made by other means, under management as NAME.

    Writes envs/NAME.yaml with what X is today, imports X and its log groups into Terraform's state, and shows what else
    would change: tags at least. Its network, bucket, role and key stay with whoever made them, its requirements,
    plugins and startup script as they lie in the bucket. A plan that would replace or delete anything is refused.

    What policy has against it is shown, and refuses the next deploy. The same command goes on after any failure.

    \b
    Example: mwaactl adopt legacy --environment-name airflow-production --dry-run
             mwaactl adopt legacy --environment-name airflow-production --dags airflow/dags
    """
    from mwaactl.workflows import adopt as workflow
    from mwaactl.workflows.adopt_files import AdoptWish

    wish = AdoptWish(name, environment_name, account_id, region, dags)
    session.run(lambda tools: workflow.run(tools, wish, dry_run=dry_run))
