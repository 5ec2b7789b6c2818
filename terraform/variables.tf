# One variable per top-level key of envs/NAME.yaml that concerns AWS. The values come rendered from envs/NAME.tfvars.

variable "account_id" {
  description = "The 12-digit AWS account that this environment lives in. Credentials of any other account are refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is 12 digits in quotes, such as \"111111111111\"."
  }
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
  description = "The bucket of DAGs and artifacts: a new one of that name, or an existing one."
  type = object({
    name                               = optional(string)
    access_log_bucket                  = optional(string)
    existing                           = optional(string)
    force_destroy                      = optional(bool, false)
    noncurrent_version_expiration_days = optional(number, 90)
  })

  validation {
    condition     = (var.bucket.name == null) != (var.bucket.existing == null)
    error_message = "bucket has name for a new bucket, or existing for one that is there."
  }
}

variable "encryption" {
  description = "Encryption of bucket, logs and environment: kms_key is `create`, `aws_owned` or the ARN of a customer managed key."
  type = object({
    kms_key                 = optional(string, "create")
    deletion_window_in_days = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["aws_owned", "create"], var.encryption.kms_key) || can(regex("^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f]{8}-", var.encryption.kms_key))
    error_message = "encryption.kms_key is create, aws_owned, or the ARN of a single-Region key, arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
  validation {
    condition     = !startswith(var.encryption.kms_key, "arn:") || strcontains(var.encryption.kms_key, ":kms:${var.region}:")
    error_message = "encryption.kms_key is a key of the environment's Region, ${var.region}."
  }
}

variable "environment" {
  description = "Name of the environment, such as dev. Every resource is called <project>-<environment>."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.environment)) && length("${var.project}-${var.environment}") <= 50
    error_message = "environment is small letters, digits and hyphens, such as dev; <project>-<environment> has at most 50 characters, so that names made of it fit."
  }
}

variable "execution_role" {
  description = "What the DAGs may do beyond the statements that MWAA documents: per service the named resources, and own policy documents as paths relative to the repository's root. Or an existing role, by its ARN, which stays as it is."
  type = object({
    existing             = optional(string)
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

  validation {
    condition     = alltrue([for file in var.execution_role.policy_files : fileexists("${path.root}/../${file}")])
    error_message = "execution_role.policy_files are JSON files in this repository. Not there: ${join(", ", [for file in var.execution_role.policy_files : file if !fileexists("${path.root}/../${file}")])}."
  }
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
    max_webservers                   = optional(number)
    max_workers                      = optional(number, 10)
    min_webservers                   = optional(number)
    min_workers                      = optional(number, 1)
    name                             = optional(string)
    plugins_s3_path                  = optional(string)
    plugins_s3_object_version        = optional(string)
    requirements_s3_path             = optional(string)
    requirements_s3_object_version   = optional(string)
    schedulers                       = optional(number)
    startup_script_s3_path           = optional(string)
    startup_script_s3_object_version = optional(string)
    webserver_access_mode            = optional(string, "PRIVATE_ONLY")
    weekly_maintenance_window_start  = optional(string, "SUN:03:00")
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

  validation {
    condition     = (var.network.existing == null) == (var.network.vpc_cidr != null && var.network.availability_zones != null)
    error_message = "network has vpc_cidr and availability_zones for a new VPC, or existing for one that is there."
  }
}

variable "project" {
  description = "First part of every name, such as retail."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.project))
    error_message = "project is small letters, digits and hyphens, such as retail."
  }
}

variable "region" {
  description = "AWS Region, such as eu-west-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is the code of an AWS Region, such as eu-west-1."
  }
}

variable "retail" {
  description = "AWS resources of the sample pipeline daily_retail_etl; null for none."
  type = object({
    notification_emails = optional(list(string), [])
    redshift = optional(object({
      base_capacity = optional(number, 8)
      database      = optional(string, "retail")
      subnet_ids    = list(string)
    }))
  })
  default = null
}

variable "tags" {
  description = "Tags on every resource. project, environment and managed-by are added."
  type        = map(string)
  default     = {}
  nullable    = false
}
