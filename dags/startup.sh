#!/bin/bash
# Runs before each Airflow process starts, at most 5 minutes. What it exports, Airflow sees.
export RETAIL_PIPELINE_ENVIRONMENT="${AIRFLOW_ENV_NAME:-unknown}"
echo "startup: ${MWAA_AIRFLOW_COMPONENT:-unknown component} of ${RETAIL_PIPELINE_ENVIRONMENT}"
