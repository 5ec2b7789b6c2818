# Rendered by `mwaactl render` from envs/stage.yaml; do not edit. A blank line between variables keeps
# this file as `terraform fmt` wants it.
account_id = "222222222222"

artifacts = {
  plugins        = ".mwaactl/stage/plugins.zip"
  requirements   = "dags/requirements.txt"
  startup_script = "dags/startup.sh"
}

bucket = {
  force_destroy                      = false
  name                               = "retail-stage-mwaa-222222222222-eu-west-1"
  noncurrent_version_expiration_days = 30
}

encryption = {
  deletion_window_in_days = 30
  kms_key                 = "create"
}

environment = "stage"

execution_role = {
  policy_files = []
  services     = {}
}

monitoring = {
  alarms                 = true
  dashboard              = true
  notification_emails    = ["data-platform@example.com"]
  queued_tasks_threshold = 50
}

mwaa = {
  airflow_configuration_options = {
    "core.dagbag_import_timeout" = "60"
    "core.default_timezone"      = "utc"
  }
  airflow_version       = "2.10.3"
  dag_s3_path           = "dags"
  endpoint_management   = "SERVICE"
  environment_class     = "mw1.medium"
  log_retention_in_days = 90
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
  max_webservers                  = 2
  max_workers                     = 5
  min_webservers                  = 2
  min_workers                     = 1
  schedulers                      = 2
  webserver_access_mode           = "PRIVATE_ONLY"
  weekly_maintenance_window_start = "SUN:03:00"
}

network = {
  availability_zones          = ["eu-west-1a", "eu-west-1b"]
  flow_logs_retention_in_days = 90
  interface_endpoints         = []
  nat_gateways                = "single"
  vpc_cidr                    = "10.20.0.0/16"
}

project = "retail"

region = "eu-west-1"

retail = {
  notification_emails = []
}

tags = {
  cost-center = "retail-analytics"
  owner       = "data-platform"
}
