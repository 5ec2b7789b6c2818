# Rendered by `mwaactl render` from envs/prod.yaml; do not edit. A blank line between variables keeps
# this file as `terraform fmt` wants it.
account_id = "333333333333"

artifacts = {
  plugins        = ".mwaactl/prod/plugins.zip"
  requirements   = "dags/requirements.txt"
  startup_script = "dags/startup.sh"
}

bucket = {
  force_destroy                      = false
  name                               = "retail-prod-mwaa-333333333333-eu-west-1"
  noncurrent_version_expiration_days = 365
}

encryption = {
  deletion_window_in_days = 30
  kms_key                 = "create"
}

environment = "prod"

execution_role = {
  policy_files = []
  services     = {}
}

monitoring = {
  alarms                 = true
  dashboard              = true
  notification_emails    = ["data-platform@example.com", "on-call@example.com"]
  queued_tasks_threshold = 100
}

mwaa = {
  airflow_configuration_options = {
    "core.dagbag_import_timeout" = "60"
    "core.default_timezone"      = "utc"
  }
  airflow_version       = "2.10.3"
  dag_s3_path           = "dags"
  endpoint_management   = "SERVICE"
  environment_class     = "mw1.large"
  log_retention_in_days = 731
  logging_configuration = {
    dag_processing_logs = {
      enabled   = true
      log_level = "WARNING"
    }
    scheduler_logs = {
      enabled   = true
      log_level = "WARNING"
    }
    task_logs = {
      enabled   = true
      log_level = "INFO"
    }
    webserver_logs = {
      enabled   = true
      log_level = "WARNING"
    }
    worker_logs = {
      enabled   = true
      log_level = "WARNING"
    }
  }
  max_webservers                  = 4
  max_workers                     = 15
  min_webservers                  = 2
  min_workers                     = 2
  schedulers                      = 3
  webserver_access_mode           = "PRIVATE_ONLY"
  weekly_maintenance_window_start = "SUN:05:30"
}

network = {
  availability_zones          = ["eu-west-1a", "eu-west-1b"]
  flow_logs_retention_in_days = 731
  interface_endpoints         = ["kms", "logs", "monitoring", "sqs"]
  nat_gateways                = "per_az"
  vpc_cidr                    = "10.30.0.0/16"
}

project = "retail"

region = "eu-west-1"

retail = {
  notification_emails = []
}

tags = {
  cost-center         = "retail-analytics"
  data-classification = "confidential"
  owner               = "data-platform"
}
