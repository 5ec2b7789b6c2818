"""Every night: find the stores' sales files > validate > accept > clean with Glue > load into Redshift > notify.

A run is about the day of its data interval. To run any day, trigger it with `{"day": "2026-01-31"}`: once or again, the
result is the same.

Settings are Variables, read while tasks run. startup.sh sets the first three; set the others where you like:

| Variable | What |
|---|---|
| retail_bucket | bucket with retail/landing/day=.../STORE.csv |
| retail_glue_job | Glue job that cleans one day |
| retail_topic_arn | SNS topic that hears about every run |
| retail_max_rejected_percent | bad lines above which the run fails at once; 2 |
| retail_redshift_workgroup | Redshift Serverless workgroup; without it nothing is loaded |
| retail_redshift_database | its database; retail |
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.operators.redshift_data import RedshiftDataOperator
from airflow.providers.amazon.aws.operators.sns import SnsPublishOperator
from airflow.timetables.interval import CronDataIntervalTimetable

from retail import landing, notices, warehouse
from retail.days import sales_day

try:
    from airflow.sdk import dag, task
    from airflow.sdk.definitions.param import Param
except ImportError:  # Airflow 2
    from airflow.decorators import dag, task
    from airflow.models.param import Param

BUCKET = "{{ var.value.retail_bucket }}"
TOPIC = "{{ var.value.retail_topic_arn }}"
WORKGROUP = "{{ var.value.get('retail_redshift_workgroup', '') }}"
DAY = "{{ ti.xcom_pull(task_ids='extract', key='day') }}"


@dag(
    # Stated as a timetable: a bare "0 2 * * *" has the day before as its interval in Airflow 2 and none in Airflow 3.
    schedule=CronDataIntervalTimetable("0 2 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two runs of one day would write the same files
    dagrun_timeout=timedelta(hours=20),
    default_args={
        "owner": "data-platform",
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=15),
        "execution_timeout": timedelta(minutes=45),
    },
    params={"day": Param(None, type=["null", "string"], format="date", description="Else that of the data interval.")},
    user_defined_macros={"failed_tasks": notices.failed_tasks, "log_hint": notices.log_hint},
    tags=["retail"],
    doc_md=__doc__,
)
def daily_retail_etl():
    # Stores may be late: the last of the retries is four hours after the first attempt.
    @task(multiple_outputs=True, retries=6, retry_delay=timedelta(minutes=10), max_retry_delay=timedelta(hours=1))
    def extract(bucket: str, params=None, data_interval_start=None) -> dict:
        """The day, and names of the files that stores have uploaded for it."""
        import boto3

        day = sales_day(params["day"], data_interval_start, datetime.now(UTC))
        files = landing.files_of_day(boto3.client("s3"), bucket, day)
        if not files:
            raise FileNotFoundError(f"no CSV files in s3://{bucket}/{landing.prefix_of_day(landing.LANDING, day)}")
        return {"day": day.isoformat(), "files": files}

    @task
    def validate(bucket: str, day: str, files: list[str]) -> list[dict]:
        """Keep the good lines of each file, put the bad ones aside with their reasons, and count both."""
        import boto3

        counts = landing.validate_day(boto3.client("s3"), bucket, date.fromisoformat(day), files)
        return [asdict(count) for count in counts]

    @task(retries=0)  # the same files would be as bad again
    def accept(counts: list[dict], max_rejected_percent: str) -> str:
        """Fail when too many lines are bad. Mark it as a success to go on without them."""
        return landing.accepted([landing.Count(**count) for count in counts], float(max_rejected_percent))

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def has_warehouse(workgroup: str) -> bool:
        """Whether there is a Redshift to load into. The run goes on either way."""
        return bool(workgroup)

    clean = GlueJobOperator(
        task_id="clean",
        job_name="{{ var.value.retail_glue_job }}",
        script_args={
            "--bucket": BUCKET,
            "--day": DAY,
            "--source": landing.prefix_of_day(landing.VALID, DAY),
            "--target": landing.prefix_of_day(landing.CURATED, DAY),
        },
        stop_job_run_on_kill=True,
    )
    load = RedshiftDataOperator(
        task_id="load",
        workgroup_name=WORKGROUP,
        database="{{ var.value.get('retail_redshift_database', 'retail') }}",
        poll_interval=2,  # seconds
        sql=warehouse.load_day(DAY, f"s3://{BUCKET}/{landing.prefix_of_day(landing.CURATED, DAY)}"),
    )
    notify = SnsPublishOperator(
        task_id="notify",
        target_arn=TOPIC,
        subject=f"Retail sales of {DAY}: done",
        message="{{ ti.xcom_pull(task_ids='accept') }}; run {{ run_id }}",
        trigger_rule="none_failed",  # runs when the load was skipped, too
    )
    # `notify` is then upstream_failed: it ends the run as failed, whatever becomes of this task.
    notify_failure = SnsPublishOperator(
        task_id="notify_failure",
        target_arn=TOPIC,
        subject="Retail sales of {{ ti.xcom_pull(task_ids='extract', key='day') or 'an unknown day' }}: FAILED",
        message="{{ dag_run.dag_id }}, run {{ run_id }}, failed in {{ failed_tasks(ti, dag_run) | join(', ') }}.\n"
        "{{ log_hint(ti, failed_tasks(ti, dag_run)) }}",
        trigger_rule="one_failed",
    )

    found = extract(BUCKET)
    counts = validate(BUCKET, found["day"], found["files"])
    accepted = accept(counts, "{{ var.value.get('retail_max_rejected_percent', '2') }}")
    loadable = has_warehouse(WORKGROUP)
    accepted >> clean >> loadable >> load >> notify
    [found, counts, accepted, clean, loadable, load] >> notify_failure


daily_retail_etl()
