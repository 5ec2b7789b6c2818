"""Every night: validate > clean with Glue > load into Redshift > notify.

Settings are Airflow Variables, read while tasks run and never while this file is parsed:

    retail_bucket              bucket with raw/ (input) and clean/ (output)
    retail_glue_job            Glue job that cleans one day
    retail_redshift_workgroup  Redshift Serverless work group
    retail_redshift_role_arn   role that Redshift reads the bucket with
    retail_topic_arn           SNS topic that hears about every finished day
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.decorators import dag, task
from airflow.exceptions import AirflowFailException
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.operators.redshift_data import RedshiftDataOperator
from airflow.providers.amazon.aws.operators.sns import SnsPublishOperator

LOAD_DAY = [
    "DELETE FROM sales WHERE day = '{{ ds }}'",
    """
    COPY sales FROM 's3://{{ var.value.retail_bucket }}/clean/day={{ ds }}/'
    IAM_ROLE '{{ var.value.retail_redshift_role_arn }}' FORMAT AS PARQUET
    """,
]


@dag(
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two days at once would load into the same table
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=1)},
    tags=["retail"],
    doc_md=__doc__,
)
def daily_retail_etl():
    @task
    def validate(bucket: str, day: str) -> int:
        """Number of input files of the day. Fails at once, without retries, when there are none or empty ones."""
        import boto3

        pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"raw/{day}/")
        sizes = {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}
        if not sizes:
            raise AirflowFailException(f"no files in s3://{bucket}/raw/{day}/")
        empty = sorted(key for key, size in sizes.items() if size == 0)
        if empty:
            raise AirflowFailException(f"empty files: {', '.join(empty)}")
        return len(sizes)

    clean = GlueJobOperator(
        task_id="clean",
        job_name="{{ var.value.retail_glue_job }}",
        script_args={"--bucket": "{{ var.value.retail_bucket }}", "--day": "{{ ds }}"},
        wait_for_completion=True,
    )
    load = RedshiftDataOperator(
        task_id="load",
        workgroup_name="{{ var.value.retail_redshift_workgroup }}",
        database="retail",
        sql=LOAD_DAY,
        wait_for_completion=True,
    )
    notify = SnsPublishOperator(
        task_id="notify",
        target_arn="{{ var.value.retail_topic_arn }}",
        subject="Retail sales of {{ ds }} are loaded",
        message="{{ ti.xcom_pull(task_ids='validate') }} input files, run {{ run_id }}",
    )

    validate("{{ var.value.retail_bucket }}", "{{ ds }}") >> clean >> load >> notify


daily_retail_etl()
