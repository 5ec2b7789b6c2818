variable "account_id" {
  description = "The 12-digit AWS account of the environment."
  type        = string
}

variable "alarms" {
  description = "Thresholds of the alarms; null for no alarms."
  type        = object({ queued_tasks_threshold = optional(number, 50) })
  default     = {}

  validation {
    condition     = try(var.alarms.queued_tasks_threshold, 1) >= 1
    error_message = "alarms.queued_tasks_threshold is 1 or more."
  }
}

variable "dashboard" {
  description = "The dashboard, with seconds per point; null for no dashboard."
  type        = object({ period = optional(number, 300) })
  default     = {}

  validation {
    condition     = contains([60, 300, 900, 3600], try(var.dashboard.period, 300))
    error_message = "dashboard.period is 60, 300, 900 or 3600."
  }
}

variable "environment_name" {
  description = "Name of the MWAA environment."
  type        = string
}

variable "kms_key" {
  description = "Customer managed key that encrypts the new topic; its policy must let cloudwatch.amazonaws.com use it. Null leaves the topic unencrypted."
  type        = object({ arn = string })
  default     = null
}

variable "notification_emails" {
  description = "Addresses subscribed to a new topic. Each has to confirm once."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.notification_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "notification_emails are e-mail addresses, such as data-platform@example.com."
  }
}

variable "notification_topic_arn" {
  description = "Existing SNS topic to notify; null makes a new one for notification_emails."
  type        = string
  default     = null

  validation {
    condition     = var.notification_topic_arn == null || can(regex("^arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$", var.notification_topic_arn))
    error_message = "notification_topic_arn is the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:111111111111:alarms."
  }
  validation {
    condition     = var.notification_topic_arn == null || length(var.notification_emails) == 0
    error_message = "notification_topic_arn or notification_emails, not both: mwaactl subscribes nobody to a topic of somebody else."
  }
}

variable "region" {
  description = "AWS Region of the environment."
  type        = string
}

variable "worker_log_group_name" {
  description = "Log group of the workers, where failed installations are seen."
  type        = string
}
