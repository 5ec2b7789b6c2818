# The names are MWAA's: the only way to set retention and key is to create the groups before the environment.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:Encrypted by the key of the environment; without one, CloudWatch encrypts by its own.
  #checkov:skip=CKV_AWS_338:How long is the environment's choice: a development environment needs no year.
  for_each = {
    dag_processing = "DAGProcessing"
    scheduler      = "Scheduler"
    task           = "Task"
    webserver      = "WebServer"
    worker         = "Worker"
  }

  name              = "airflow-${var.name}-${each.value}"
  retention_in_days = var.log_retention_in_days
  kms_key_id        = one(var.kms_key[*].arn)
}
