# One MWAA environment. Each module knows one entity; what joins them is here.
locals {
  name      = "${var.project}-${var.environment}"
  mwaa_name = coalesce(var.mwaa.name, local.name)

  # For files that the environment names, relative to the repository's root. Never absolute: the path is in the state.
  repository = trimprefix("${path.root}/..", "./")
}

module "kms" {
  source = "../modules/kms"
  count  = var.encryption.kms_key == "create" ? 1 : 0

  account_id              = var.account_id
  deletion_window_in_days = var.encryption.deletion_window_in_days
  name                    = local.name
  region                  = var.region
}

locals {
  # An object, so that whether there is a key is known before its ARN is.
  kms_key = var.encryption.kms_key == "aws_owned" ? null : { arn = try(module.kms[0].arn, var.encryption.kms_key) }
}

module "bucket" {
  source = "../modules/bucket"
  count  = var.bucket.existing == null ? 1 : 0

  access_log_bucket                  = var.bucket.access_log_bucket
  force_destroy                      = var.bucket.force_destroy
  kms_key                            = local.kms_key
  name                               = var.bucket.name
  noncurrent_version_expiration_days = var.bucket.noncurrent_version_expiration_days
}

data "aws_partition" "current" {}

locals {
  bucket_arn  = var.bucket.existing == null ? module.bucket[0].arn : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket.existing}"
  bucket_name = var.bucket.existing == null ? module.bucket[0].name : var.bucket.existing

  # What is not a file of this repository lies in the bucket already, and stays as it is.
  in_bucket = {
    plugins        = { path = var.mwaa.plugins_s3_path, version_id = var.mwaa.plugins_s3_object_version }
    requirements   = { path = var.mwaa.requirements_s3_path, version_id = var.mwaa.requirements_s3_object_version }
    startup_script = { path = var.mwaa.startup_script_s3_path, version_id = var.mwaa.startup_script_s3_object_version }
  }
  artifacts = merge(
    { for name, artifact in local.in_bucket : name => artifact.path == null ? null : artifact },
    module.artifacts.objects,
  )
}

module "artifacts" {
  source = "../modules/artifacts"

  artifacts   = { for name, path in var.artifacts : name => path == null ? null : "${local.repository}/${path}" }
  bucket_name = local.bucket_name

  # Objects of others may lie at the root of a bucket that is not ours.
  prefix = var.bucket.existing == null ? "" : ".mwaactl/artifacts/"
}

module "iam" {
  source = "../modules/iam"
  count  = var.execution_role.existing == null ? 1 : 0

  account_id           = var.account_id
  bucket_arn           = local.bucket_arn
  environment_name     = local.mwaa_name
  kms_key              = local.kms_key
  name                 = "${local.name}-execution"
  permissions_boundary = var.execution_role.permissions_boundary
  policies             = { for path in var.execution_role.policy_files : replace(trimsuffix(path, ".json"), "/[^a-zA-Z0-9_.-]/", "-") => file("${local.repository}/${path}") }
  region               = var.region
  services             = local.services
}

module "retail" {
  source = "../modules/retail"
  count  = length(var.retail[*])

  account_id          = var.account_id
  bucket_name         = local.bucket_name
  environment_name    = local.mwaa_name
  kms_key             = local.kms_key
  notification_emails = var.retail.notification_emails
  redshift            = var.retail.redshift
  region              = var.region
  vpc_id              = local.vpc_id
}

locals {
  # What the sample needs joins what the environment names; each service is an object of lists.
  retail_services = flatten([for retail in module.retail : [
    for service, lists in retail.services : [for key, names in lists : { service = service, key = key, names = names }]
  ]])
  services = merge(var.execution_role.services, {
    for service in distinct(local.retail_services[*].service) : service => merge(
      var.execution_role.services[service],
      {
        for added in local.retail_services : added.key => distinct(concat(try(coalesce(var.execution_role.services[service][added.key], []), []), added.names))
        if added.service == service
      },
    )
  })
}

module "mwaa" {
  source = "../modules/mwaa"

  airflow_configuration_options   = var.mwaa.airflow_configuration_options
  airflow_version                 = var.mwaa.airflow_version
  dag_s3_path                     = var.mwaa.dag_s3_path
  endpoint_management             = var.mwaa.endpoint_management
  environment_class               = var.mwaa.environment_class
  execution_role_arn              = var.execution_role.existing == null ? module.iam[0].arn : var.execution_role.existing
  kms_key                         = local.kms_key
  log_retention_in_days           = var.mwaa.log_retention_in_days
  logging_configuration           = var.mwaa.logging_configuration
  max_webservers                  = var.mwaa.max_webservers
  max_workers                     = var.mwaa.max_workers
  min_webservers                  = var.mwaa.min_webservers
  min_workers                     = var.mwaa.min_workers
  name                            = local.mwaa_name
  plugins                         = local.artifacts["plugins"]
  requirements                    = local.artifacts["requirements"]
  schedulers                      = var.mwaa.schedulers
  security_group_ids              = local.security_group_ids
  source_bucket_arn               = local.bucket_arn
  startup_script                  = local.artifacts["startup_script"]
  subnet_ids                      = local.subnet_ids
  webserver_access_mode           = var.mwaa.webserver_access_mode
  weekly_maintenance_window_start = var.mwaa.weekly_maintenance_window_start
}

module "monitoring" {
  source = "../modules/monitoring"

  account_id             = var.account_id
  alarms                 = var.monitoring.alarms ? { queued_tasks_threshold = var.monitoring.queued_tasks_threshold } : null
  dashboard              = var.monitoring.dashboard ? {} : null
  environment_name       = local.mwaa_name
  kms_key                = local.kms_key
  notification_emails    = var.monitoring.notification_emails
  notification_topic_arn = var.monitoring.notification_topic_arn
  region                 = var.region
  worker_log_group_name  = module.mwaa.log_group_names["worker"]
}
