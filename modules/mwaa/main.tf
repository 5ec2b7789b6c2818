locals {
  # What each class takes at least, and runs when nothing is asked for. mw1.micro has one of everything.
  is_micro    = var.environment_class == "mw1.micro"
  fewest      = local.is_micro ? 1 : 2
  most        = local.is_micro ? 1 : 5
  most_worker = local.is_micro ? 1 : 25

  min_webservers = coalesce(var.min_webservers, local.fewest)
}

resource "aws_mwaa_environment" "this" {
  name = var.name

  airflow_configuration_options   = var.airflow_configuration_options
  airflow_version                 = var.airflow_version
  dag_s3_path                     = var.dag_s3_path
  endpoint_management             = var.endpoint_management
  environment_class               = var.environment_class
  execution_role_arn              = var.execution_role_arn
  kms_key                         = one(var.kms_key[*].arn)
  max_webservers                  = coalesce(var.max_webservers, local.min_webservers)
  max_workers                     = coalesce(var.max_workers, local.is_micro ? 1 : 10)
  min_webservers                  = local.min_webservers
  min_workers                     = var.min_workers
  schedulers                      = coalesce(var.schedulers, local.fewest)
  source_bucket_arn               = var.source_bucket_arn
  webserver_access_mode           = var.webserver_access_mode
  weekly_maintenance_window_start = var.weekly_maintenance_window_start

  # A version for each path: without one, MWAA never notices a new upload.
  plugins_s3_path                  = one(var.plugins[*].path)
  plugins_s3_object_version        = one(var.plugins[*].version_id)
  requirements_s3_path             = one(var.requirements[*].path)
  requirements_s3_object_version   = one(var.requirements[*].version_id)
  startup_script_s3_path           = one(var.startup_script[*].path)
  startup_script_s3_object_version = one(var.startup_script[*].version_id)

  network_configuration {
    security_group_ids = var.security_group_ids
    subnet_ids         = var.subnet_ids
  }

  logging_configuration {
    dag_processing_logs {
      enabled   = var.logging_configuration.dag_processing_logs.enabled
      log_level = var.logging_configuration.dag_processing_logs.log_level
    }
    scheduler_logs {
      enabled   = var.logging_configuration.scheduler_logs.enabled
      log_level = var.logging_configuration.scheduler_logs.log_level
    }
    task_logs {
      enabled   = var.logging_configuration.task_logs.enabled
      log_level = var.logging_configuration.task_logs.log_level
    }
    webserver_logs {
      enabled   = var.logging_configuration.webserver_logs.enabled
      log_level = var.logging_configuration.webserver_logs.log_level
    }
    worker_logs {
      enabled   = var.logging_configuration.worker_logs.enabled
      log_level = var.logging_configuration.worker_logs.log_level
    }
  }

  # MWAA would create them itself, without retention and key.
  depends_on = [aws_cloudwatch_log_group.this]
}
