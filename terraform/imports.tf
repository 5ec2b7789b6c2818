# What `mwaactl adopt` takes under management. It hands over the IDs for its own run alone: by the next one, all of it is in
# the state.
variable "imports" {
  description = "IDs of what is there already: the MWAA environment, and its log groups by the keys of module mwaa."
  type = object({
    environment = optional(string)
    log_groups  = optional(map(string), {})
  })
  default  = {}
  nullable = false
}

import {
  for_each = toset(var.imports.environment[*])

  id = each.value
  to = module.mwaa.aws_mwaa_environment.this
}

import {
  for_each = var.imports.log_groups

  id = each.value
  to = module.mwaa.aws_cloudwatch_log_group.this[each.key]
}
