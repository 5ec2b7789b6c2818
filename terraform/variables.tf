# One variable per top-level key of envs/NAME.yaml that concerns AWS. The values come rendered from envs/NAME.tfvars.

variable "account_id" {
  description = "The 12-digit AWS account that this environment lives in. Credentials of any other account are refused."
  type        = string
}

variable "artifacts" {
  description = "Files that only an environment update can roll out, as paths relative to the repository's root; null for none. `plugins` is the built plugins.zip."
  type = object({
    plugins        = optional(string)
    requirements   = optional(string)
    startup_script = optional(string)
  })
  default  = {}
  nullable = false
}

variable "bucket" {
  description = "The bucket of DAGs and artifacts."
  type = object({
    name                               = string
    access_log_bucket                  = optional(string)
    force_destroy                      = optional(bool, false)
    noncurrent_version_expiration_days = optional(number, 90)
  })
}

variable "encryption" {
  description = "Encryption of bucket, logs and environment: kms_key is `create`, `aws_owned` or the ARN of a customer managed key."
  type = object({
    kms_key                 = optional(string, "create")
    deletion_window_in_days = optional(number, 30)
  })
  default  = {}
  nullable = false
}

variable "environment" {
  description = "Name of the environment, such as dev. Every resource is called <project>-<environment>."
  type        = string
}

variable "execution_role" {
  description = "What the DAGs may do beyond the statements that MWAA documents: per service the named resources, and own policy documents as paths relative to the repository's root."
  type = object({
    permissions_boundary = optional(string)
    policy_files         = optional(list(string), [])
    services = optional(object({
      athena          = optional(object({ workgroups = list(string) }))
      dynamodb        = optional(object({ tables = list(string) }))
      emr_serverless  = optional(object({ application_ids = list(string), job_role_arns = list(string) }))
      glue            = optional(object({ jobs = optional(list(string), []), crawlers = optional(list(string), []), role_arns = optional(list(string), []) }))
      lambda          = optional(object({ functions = list(string) }))
      redshift_data   = optional(object({ clusters = optional(list(string), []), workgroups = optional(list(string), []), secret_arns = optional(list(string), []) }))
      s3              = optional(object({ read = optional(list(string), []), write = optional(list(string), []) }))
      secrets_manager = optional(object({ prefixes = list(string) }))
      sns             = optional(object({ topics = list(string) }))
      sqs             = optional(object({ queues = list(string) }))
      step_functions  = optional(object({ state_machines = list(string) }))
    }), {})
  })
  default  = {}
  nullable = false
}

variable "monitoring" {
  description = "Alarms and dashboard of the environment. Alarms notify the topic, or a new one with these e-mail addresses subscribed."
  type = object({
    alarms                 = optional(bool, true)
    dashboard              = optional(bool, true)
    notification_emails    = optional(list(string), [])
    notification_topic_arn = optional(string)
    queued_tasks_threshold = optional(number, 50)
  })
  default  = {}
  nullable = false
}

variable "mwaa" {
  description = "The arguments of aws_mwaa_environment, under their own names, and the retention of its log groups."
  type = object({
    airflow_configuration_options = optional(map(string), {})
    airflow_version               = string
    dag_s3_path                   = optional(string, "dags")
    endpoint_management           = optional(string, "SERVICE")
    environment_class             = optional(string, "mw1.small")
    log_retention_in_days         = optional(number, 365)
    logging_configuration = optional(object({
      dag_processing_logs = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
      scheduler_logs      = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
      task_logs           = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "INFO" })
      webserver_logs      = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
      worker_logs         = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
    }), {})
    max_webservers                  = optional(number)
    max_workers                     = optional(number, 10)
    min_webservers                  = optional(number)
    min_workers                     = optional(number, 1)
    schedulers                      = optional(number)
    webserver_access_mode           = optional(string, "PRIVATE_ONLY")
    weekly_maintenance_window_start = optional(string, "SUN:03:00")
  })
}

variable "network" {
  description = "A new VPC from these values, or an existing one."
  type = object({
    availability_zones = optional(list(string))
    existing = optional(object({
      security_group_ids = optional(list(string), [])
      subnet_ids         = list(string)
      vpc_id             = string
    }))
    flow_logs_retention_in_days = optional(number, 365)
    interface_endpoints         = optional(set(string), [])
    nat_gateways                = optional(string, "single")
    vpc_cidr                    = optional(string)
  })
}

variable "project" {
  description = "First part of every name, such as retail."
  type        = string
}

variable "region" {
  description = "AWS Region, such as eu-west-1."
  type        = string
}

variable "tags" {
  description = "Tags on every resource. project, environment and managed-by are added."
  type        = map(string)
  default     = {}
  nullable    = false
}
