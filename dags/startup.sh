#!/bin/bash
# Runs before each Airflow process starts, at most 5 minutes. What it exports, Airflow sees.
# AIRFLOW_VAR_X is the Variable x: it wins over one of that name in the user interface.
case "${AWS_REGION}" in
  cn-*) partition=aws-cn ;;
  us-gov-*) partition=aws-us-gov ;;
  *) partition=aws ;;
esac

# The names that modules/retail and modules/bucket give: a fresh environment works without a manual step.
export AIRFLOW_VAR_RETAIL_BUCKET="${AIRFLOW_ENV_NAME}-mwaa-${CUSTOMER_ACCOUNT_ID}-${AWS_REGION}"
export AIRFLOW_VAR_RETAIL_GLUE_JOB="${AIRFLOW_ENV_NAME}-clean-sales"
export AIRFLOW_VAR_RETAIL_TOPIC_ARN="arn:${partition}:sns:${AWS_REGION}:${CUSTOMER_ACCOUNT_ID}:${AIRFLOW_ENV_NAME}-retail"

echo "startup: ${MWAA_AIRFLOW_COMPONENT:-unknown component} of ${AIRFLOW_ENV_NAME:-unknown environment}"
