"""`make demo`: from nothing to a night of retail sales in a warehouse, in the sandbox on this machine.

    make demo                          everything: an Airflow, and the sample pipeline in it
    make demo ARGS=--no-airflow        the quick form: Terraform, the policy gate and the DAG files, no Airflow

It runs the commands that anybody would type, and shows them. A second `make demo` finds what the first has made.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from demo.commands import CommandFailed, answer_of, client, console, heading, mwaactl
from demo.sales import StoreFile, files_of, finished_day
from demo.warehouse import Warehouse
from mwaactl.adapters.project import Project
from mwaactl.model.environment import Environment

DAG = "daily_retail_etl"
SHOWN_REJECTS = 5


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--airflow/--no-airflow", default=True, help="With a real Airflow and the sample pipeline (default).")
@click.option("--environment", "name", default="dev", show_default=True, help="Which environment of envs/.")
def main(airflow: bool, name: str) -> None:
    """Deploy an environment to the sandbox and run the sample pipeline in it."""
    try:
        heading("An AWS on this machine, and an environment in it")
        mwaactl("sandbox", "start", "--airflow" if airflow else "--no-airflow")
        mwaactl("--sandbox", "deploy", name, "--yes")
        if airflow:
            environment = Project.find(Path.cwd()).environment(name)
            Night(environment, answer_of("sandbox", "env", name)["variables"]).run(finished_day(datetime.now(UTC)))
    except CommandFailed as error:
        console.print(f"\n[bold red]The demo stops here:[/] {escape(str(error))}")
        sys.exit(error.code)
    heading("Yours to try")
    _say_what_is_next(name, airflow)


class Night:
    """One night of the sample pipeline in an environment of the sandbox."""

    def __init__(self, environment: Environment, variables: dict[str, str]) -> None:
        self._name = environment.name
        self._bucket = environment.bucket_name
        self._mwaa_name = environment.mwaa_name
        self._variables = variables
        self._s3 = client("s3", variables)
        self._warehouse = Warehouse(f"{environment.mwaa_name}-retail", variables)

    def run(self, day: date) -> None:
        """The whole story. Raises CommandFailed."""
        heading(f"A warehouse, {self._warehouse.name}, and the sales of {day}")
        self._warehouse.make(self._role())
        mwaactl(*self._airflow("variables", "set", "retail_redshift_workgroup", self._warehouse.name))
        self._upload(files_of(day), day)
        heading(f"The pipeline: validate > clean with Glue > load into Redshift > notify ({DAG})")
        # The date of tonight's own run, which Airflow then need not make any more: one run instead of two.
        logical_date = f"{day}T02:00:00+00:00"
        conf = json.dumps({"day": day.isoformat()})
        mwaactl("--sandbox", "publish", self._name, "--wait", "--yes")
        mwaactl(
            "--sandbox", "dags", "run", self._name, DAG,
            "--conf", conf, "--logical-date", logical_date, "--unpause", "--wait",
        )  # fmt: skip
        heading("What came of it")
        self._show_table(day)
        self._show_rejects(day)
        mwaactl("sandbox", "inbox")

    def _airflow(self, *words: str) -> tuple[str, ...]:
        return ("--sandbox", "airflow", self._name, "--", *words)

    def _role(self) -> str:
        mwaa = client("mwaa", self._variables)
        return str(mwaa.get_environment(Name=self._mwaa_name)["Environment"]["ExecutionRoleArn"])

    def _upload(self, files: list[StoreFile], day: date) -> None:
        for file in files:
            key = f"retail/landing/day={day}/{file.name}"
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=file.body)
            lines = file.body.count(b"\n") - 1
            told = f"{lines} lines, {file.bad_lines} of them bad" if file.bad_lines else f"{lines} lines"
            console.print(f"  s3://{self._bucket}/{key}  [dim]{told}[/]")

    def _show_table(self, day: date) -> None:
        table = Table("store", "lines", "pieces", "amount", "", title=f"sales of {day} in {self._warehouse.name}")
        for row in self._warehouse.sales(day):
            table.add_row(*row)
        console.print(table)

    def _show_rejects(self, day: date) -> None:
        prefix = f"retail/rejects/day={day}/"
        for entry in self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix).get("Contents", []):
            console.print(f"\nbad lines in s3://{self._bucket}/{entry['Key']}")
            body = self._s3.get_object(Bucket=self._bucket, Key=entry["Key"])["Body"].read().decode()
            for line in body.splitlines()[: SHOWN_REJECTS + 1]:
                console.print(f"  [dim]{escape(line)}[/]")
        console.print()


def _say_what_is_next(name: str, airflow: bool) -> None:
    program = ".venv/bin/mwaactl"
    if airflow:
        console.print(f"  {program} --sandbox open {name}              # Airflow in the browser, logged in")
        console.print(f"  {program} --sandbox logs {name} --since 10m  # what its tasks wrote")
    console.print(f"  {program} --sandbox status")
    console.print(f'  eval "$({program} sandbox env)"; .venv/bin/aws mwaa list-environments')
    console.print(f"  {program} --sandbox destroy {name}")
    console.print(f"and at the end: {program} sandbox stop   (it stops by itself after two idle hours)")


if __name__ == "__main__":
    main(prog_name="make demo")
