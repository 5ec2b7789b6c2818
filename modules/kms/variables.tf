variable "account_id" {
  description = "The 12-digit AWS account that owns the key."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is 12 digits in quotes, such as \"111111111111\"."
  }
}

variable "deletion_window_in_days" {
  description = "Days between destroying the key and its end, 7 to 30."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_in_days >= 7 && var.deletion_window_in_days <= 30
    error_message = "deletion_window_in_days is 7 to 30."
  }
}

variable "name" {
  description = "Name of the MWAA environment. The alias is alias/<name>-mwaa."
  type        = string
}

variable "region" {
  description = "AWS Region of the key."
  type        = string
}
