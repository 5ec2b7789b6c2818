# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  airflow_version       = "2.10.3"
  execution_role_arn    = "arn:aws:iam::111111111111:role/retail-dev-execution"
  logging_configuration = {}
  name                  = "retail-dev"
  security_group_ids    = ["sg-0123456789abcdef0"]
  source_bucket_arn     = "arn:aws:s3:::retail-dev-mwaa"
  subnet_ids            = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = aws_mwaa_environment.this.webserver_access_mode == "PRIVATE_ONLY" && aws_mwaa_environment.this.endpoint_management == "SERVICE"
    error_message = "The web server is private, and MWAA makes its endpoints."
  }
  assert {
    condition     = [aws_mwaa_environment.this.schedulers, aws_mwaa_environment.this.min_webservers, aws_mwaa_environment.this.max_webservers, aws_mwaa_environment.this.min_workers, aws_mwaa_environment.this.max_workers] == [2, 2, 2, 1, 10]
    error_message = "Counts that nobody gave are those of the class."
  }
  assert {
    condition = alltrue([
      for logs in ["dag_processing_logs", "scheduler_logs", "task_logs", "webserver_logs", "worker_logs"] :
      one(one(aws_mwaa_environment.this.logging_configuration)[logs]).enabled
    ])
    error_message = "All five logs are on."
  }
  assert {
    condition     = aws_mwaa_environment.this.plugins_s3_path == null && aws_mwaa_environment.this.requirements_s3_path == null && aws_mwaa_environment.this.startup_script_s3_path == null
    error_message = "There is no artifact that nobody named."
  }
  assert {
    condition     = toset([for group in aws_cloudwatch_log_group.this : group.name]) == toset(["airflow-retail-dev-DAGProcessing", "airflow-retail-dev-Scheduler", "airflow-retail-dev-Task", "airflow-retail-dev-WebServer", "airflow-retail-dev-Worker"])
    error_message = "The log groups have the names that MWAA writes to."
  }
  assert {
    condition     = output.webserver_url == "https://mock.c1.eu-west-1.airflow.amazonaws.com"
    error_message = "The address of the web server can be opened."
  }
}

run "everything_set" {
  command = plan

  variables {
    airflow_configuration_options   = { "core.default_timezone" = "utc", "core.dagbag_import_timeout" = "60" }
    dag_s3_path                     = "airflow/dags"
    endpoint_management             = "CUSTOMER"
    environment_class               = "mw1.2xlarge"
    kms_key                         = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
    log_retention_in_days           = 731
    logging_configuration           = { task_logs = { enabled = true, log_level = "DEBUG" } }
    max_webservers                  = 5
    max_workers                     = 25
    min_webservers                  = 3
    min_workers                     = 2
    plugins                         = { path = "plugins.zip", version_id = "p1" }
    requirements                    = { path = "requirements.txt", version_id = "r1" }
    schedulers                      = 5
    startup_script                  = { path = "startup.sh", version_id = "s1" }
    webserver_access_mode           = "PUBLIC_ONLY"
    weekly_maintenance_window_start = "TUE:23:30"
  }

  assert {
    condition     = aws_mwaa_environment.this.requirements_s3_object_version == "r1" && aws_mwaa_environment.this.plugins_s3_object_version == "p1" && aws_mwaa_environment.this.startup_script_s3_object_version == "s1"
    error_message = "Without the version, MWAA never notices a new upload."
  }
  assert {
    condition     = aws_mwaa_environment.this.kms_key == var.kms_key.arn && alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.kms_key.arn && group.retention_in_days == 731])
    error_message = "Environment and logs have the same key, and the logs their retention."
  }
  assert {
    condition     = one(one(aws_mwaa_environment.this.logging_configuration).task_logs).log_level == "DEBUG" && one(one(aws_mwaa_environment.this.logging_configuration).worker_logs).log_level == "WARNING"
    error_message = "A log that is not mentioned keeps its default."
  }
}

run "micro_has_one_of_everything" {
  command = plan

  variables {
    environment_class = "mw1.micro"
  }

  assert {
    condition     = [aws_mwaa_environment.this.schedulers, aws_mwaa_environment.this.min_webservers, aws_mwaa_environment.this.max_webservers, aws_mwaa_environment.this.min_workers, aws_mwaa_environment.this.max_workers] == [1, 1, 1, 1, 1]
    error_message = "mw1.micro takes exactly one of everything."
  }
}

run "refuses_what_mwaa_would" {
  command = plan

  variables {
    airflow_configuration_options   = { "Core.X" = "" }
    airflow_version                 = "2.10"
    dag_s3_path                     = "s3://bucket/dags/"
    endpoint_management             = "ME"
    environment_class               = "mw9.bogus"
    kms_key                         = { arn = "arn:aws:kms:eu-west-1:111111111111:alias/mine" }
    log_retention_in_days           = 100
    logging_configuration           = { task_logs = { enabled = true, log_level = "TRACE" } }
    name                            = "x y!"
    security_group_ids              = []
    subnet_ids                      = ["a", "b", "c"]
    webserver_access_mode           = "PUBLIC_AND_PRIVATE"
    weekly_maintenance_window_start = "FUNDAY:99:99"
  }

  expect_failures = [
    var.airflow_configuration_options,
    var.airflow_version,
    var.dag_s3_path,
    var.endpoint_management,
    var.environment_class,
    var.kms_key,
    var.log_retention_in_days,
    var.logging_configuration,
    var.name,
    var.security_group_ids,
    var.subnet_ids,
    var.webserver_access_mode,
    var.weekly_maintenance_window_start,
  ]
}

# A rule on two variables is checked only where the other one holds.
run "refuses_too_many" {
  command = plan

  variables {
    min_webservers = 6
    min_workers    = 30
    schedulers     = 9
  }

  expect_failures = [var.min_webservers, var.min_workers, var.schedulers]
}

run "refuses_too_few_and_multi_region_keys" {
  command = plan

  variables {
    kms_key        = { arn = "arn:aws:kms:eu-west-1:111111111111:key/mrk-00000000000000000000000000000000" }
    max_webservers = 2
    max_workers    = 4
    min_webservers = 3
    min_workers    = 5
    schedulers     = 1
  }

  expect_failures = [var.kms_key, var.max_webservers, var.max_workers, var.schedulers]
}

run "refuses_more_than_one_on_micro" {
  command = plan

  variables {
    environment_class = "mw1.micro"
    max_webservers    = 2
    max_workers       = 10
    schedulers        = 2
  }

  expect_failures = [var.max_webservers, var.max_workers, var.schedulers]
}
