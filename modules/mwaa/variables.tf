variable "airflow_configuration_options" {
  description = "Airflow options as section.option = text."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.airflow_configuration_options) : can(regex("^[a-z]+([a-z0-9._]*[a-z0-9_]+)?$", key)) && length(key) <= 64])
    error_message = "airflow_configuration_options are named section.option in small letters, such as core.default_timezone, with at most 64 characters."
  }
  validation {
    condition     = alltrue([for value in values(var.airflow_configuration_options) : can(regex("^[ -~]+$", value)) && length(value) <= 65536])
    error_message = "airflow_configuration_options have values of 1 to 65536 printable ASCII characters; leave an option out instead of emptying it."
  }
}

variable "airflow_version" {
  description = "Airflow version that MWAA offers. Never left out: the service would take the newest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.airflow_version))
    error_message = "airflow_version is a full version in quotes, such as \"2.10.3\"."
  }
}

variable "dag_s3_path" {
  description = "Folder of the DAGs in the bucket."
  type        = string
  default     = "dags"

  validation {
    condition     = length(var.dag_s3_path) <= 1024 && can(regex("^[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$", var.dag_s3_path))
    error_message = "dag_s3_path is a folder in the bucket, such as dags: without s3:// and the bucket, without / at either end."
  }
}

variable "endpoint_management" {
  description = "Who makes the VPC endpoints of database and web server: SERVICE or CUSTOMER. Cannot be changed later."
  type        = string
  default     = "SERVICE"

  validation {
    condition     = contains(["CUSTOMER", "SERVICE"], var.endpoint_management)
    error_message = "endpoint_management is SERVICE or CUSTOMER."
  }
}

variable "environment_class" {
  description = "Size of the environment."
  type        = string
  default     = "mw1.small"

  validation {
    condition     = contains(["mw1.micro", "mw1.small", "mw1.medium", "mw1.large", "mw1.xlarge", "mw1.2xlarge"], var.environment_class)
    error_message = "environment_class is mw1.micro, mw1.small, mw1.medium, mw1.large, mw1.xlarge or mw1.2xlarge."
  }
}

variable "execution_role_arn" {
  description = "ARN of the role that runs the tasks, with its policies in place."
  type        = string
}

variable "kms_key" {
  description = "Customer managed key of environment and logs, the one of the bucket; null where AWS owns the key. Cannot be changed later."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f]", one(var.kms_key[*].arn)))
    error_message = "kms_key.arn is the ARN of a single-Region key, arn:aws:kms:REGION:ACCOUNT:key/ID: MWAA takes no alias and no multi-Region key (mrk-)."
  }
}

variable "log_retention_in_days" {
  description = "How long CloudWatch keeps the five logs, in days; 0 is for ever."
  type        = number
  default     = 365

  validation {
    condition = contains(
      [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_in_days
    )
    error_message = "log_retention_in_days is one that CloudWatch Logs offers: 0 (for ever), 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "logging_configuration" {
  description = "The five logs; {} for all of them on. MWAA wants both keys of each."
  type = object({
    dag_processing_logs = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
    scheduler_logs      = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
    task_logs           = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "INFO" })
    webserver_logs      = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
    worker_logs         = optional(object({ enabled = bool, log_level = string }), { enabled = true, log_level = "WARNING" })
  })
  nullable = false

  validation {
    condition     = alltrue([for log in values(var.logging_configuration) : contains(["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"], log.log_level)])
    error_message = "log_level is CRITICAL, ERROR, WARNING, INFO or DEBUG."
  }
}

variable "max_webservers" {
  description = "Web servers at the busiest; null is as many as min_webservers."
  type        = number
  default     = null

  validation {
    condition     = var.max_webservers == null || (coalesce(var.max_webservers, 0) >= local.min_webservers && coalesce(var.max_webservers, 0) <= local.most)
    error_message = "max_webservers is min_webservers (${local.min_webservers}) to ${local.most} for ${var.environment_class}."
  }
}

variable "max_workers" {
  description = "Workers at the busiest; null is 10, and 1 on mw1.micro."
  type        = number
  default     = null

  validation {
    condition     = var.max_workers == null || (coalesce(var.max_workers, 0) >= var.min_workers && coalesce(var.max_workers, 0) <= local.most_worker)
    error_message = "max_workers is min_workers (${var.min_workers}) to ${local.most_worker} for ${var.environment_class}."
  }
}

variable "min_webservers" {
  description = "Web servers that always run; null is the fewest of the class: 2, and 1 on mw1.micro."
  type        = number
  default     = null

  validation {
    condition     = coalesce(var.min_webservers, local.fewest) >= local.fewest && coalesce(var.min_webservers, local.fewest) <= local.most
    error_message = "min_webservers is ${local.fewest} to ${local.most} for ${var.environment_class}."
  }
}

variable "min_workers" {
  description = "Workers that always run."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.min_workers >= 1 && var.min_workers <= local.most_worker
    error_message = "min_workers is 1 to ${local.most_worker} for ${var.environment_class}."
  }
}

variable "name" {
  description = "Name of the environment. Cannot be changed later."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z][0-9a-zA-Z_-]{0,79}$", var.name))
    error_message = "name is a letter and then letters, digits, _ and -, at most 80 characters."
  }
}

variable "plugins" {
  description = "Key and version of plugins.zip in the bucket; null for none. Without a version_id MWAA keeps the one it has."
  type        = object({ path = string, version_id = string })
  default     = null
}

variable "requirements" {
  description = "Key and version of requirements.txt in the bucket; null for none. Without a version_id MWAA keeps the one it has."
  type        = object({ path = string, version_id = string })
  default     = null
}

variable "schedulers" {
  description = "Number of schedulers; null is the fewest of the class: 2, and 1 on mw1.micro."
  type        = number
  default     = null

  validation {
    condition     = coalesce(var.schedulers, local.fewest) >= local.fewest && coalesce(var.schedulers, local.fewest) <= local.most
    error_message = "schedulers is ${local.fewest} to ${local.most} for ${var.environment_class}."
  }
}

variable "security_group_ids" {
  description = "One to five security groups. Their members reach each other on all ports, or on 443 and 5432 at least."
  type        = list(string)

  validation {
    condition     = length(var.security_group_ids) >= 1 && length(var.security_group_ids) <= 5
    error_message = "security_group_ids is 1 to 5 groups."
  }
}

variable "source_bucket_arn" {
  description = "ARN of the bucket of DAGs and artifacts: versioned, and closed to the public."
  type        = string
}

variable "startup_script" {
  description = "Key and version of startup.sh in the bucket; null for none. Without a version_id MWAA keeps the one it has."
  type        = object({ path = string, version_id = string })
  default     = null
}

variable "subnet_ids" {
  description = "Two private subnets in different zones. Cannot be changed later."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) == 2
    error_message = "subnet_ids is exactly 2 subnets, in different zones."
  }
}

variable "webserver_access_mode" {
  description = "Whether the web server is reachable from the internet (PUBLIC_ONLY) or only from the VPC (PRIVATE_ONLY)."
  type        = string
  default     = "PRIVATE_ONLY"

  validation {
    condition     = contains(["PRIVATE_ONLY", "PUBLIC_ONLY"], var.webserver_access_mode)
    error_message = "webserver_access_mode is PRIVATE_ONLY or PUBLIC_ONLY; provider 5.100 refuses PUBLIC_AND_PRIVATE."
  }
}

variable "weekly_maintenance_window_start" {
  description = "Start of the weekly maintenance window in UTC, as DAY:HH:MM."
  type        = string
  default     = "SUN:03:00"

  validation {
    condition     = can(regex("^(MON|TUE|WED|THU|FRI|SAT|SUN):([01][0-9]|2[0-3]):(00|30)$", var.weekly_maintenance_window_start))
    error_message = "weekly_maintenance_window_start is DAY:HH:MM with DAY of MON to SUN and MM of 00 or 30, such as SUN:03:00."
  }
}
