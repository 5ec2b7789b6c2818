output "airflow_version" {
  description = "Airflow version that the environment runs."
  value       = module.mwaa.airflow_version
}

output "alarm_topic_arn" {
  description = "SNS topic that alarms notify; null where they notify nobody."
  value       = module.monitoring.topic_arn
}

output "bucket" {
  description = "Name of the bucket of DAGs and artifacts."
  value       = local.bucket_name
}

output "dags_uri" {
  description = "Where the DAG files lie."
  value       = "s3://${local.bucket_name}/${var.mwaa.dag_s3_path}"
}

output "dashboard_url" {
  description = "Address of the CloudWatch dashboard; null without one."
  value       = module.monitoring.dashboard_url
}

output "environment_arn" {
  description = "ARN of the MWAA environment."
  value       = module.mwaa.arn
}

output "environment_name" {
  description = "Name of the MWAA environment."
  value       = module.mwaa.name
}

output "execution_role_arn" {
  description = "ARN of the role that runs the tasks."
  value       = var.execution_role.existing == null ? module.iam[0].arn : var.execution_role.existing
}

output "kms_key_arn" {
  description = "Customer managed key of the environment; null where AWS owns the key."
  value       = one(local.kms_key[*].arn)
}

output "log_group_names" {
  description = "Names of the five log groups: dag_processing, scheduler, task, webserver and worker."
  value       = module.mwaa.log_group_names
}

output "nat_public_ips" {
  description = "Public addresses that DAGs call from, per zone. Empty without NAT gateways of our own."
  value       = one(module.network[*].nat_public_ips) == null ? {} : one(module.network[*].nat_public_ips)
}

output "retail" {
  description = "Names that the sample pipeline uses: Glue job, topic and Redshift workgroup, null without one. Null without the sample."
  value = one([for retail in module.retail : {
    glue_job_name  = retail.glue_job_name
    topic_arn      = retail.topic_arn
    workgroup_name = retail.workgroup_name
  }])
}

output "status" {
  description = "Status of the environment when Terraform last looked, such as AVAILABLE."
  value       = module.mwaa.status
}

output "vpc_endpoint_services" {
  description = "Services that the endpoints of your own connect to, where endpoint_management is CUSTOMER."
  value = {
    database  = module.mwaa.database_vpc_endpoint_service
    webserver = module.mwaa.webserver_vpc_endpoint_service
  }
}

output "vpc_id" {
  description = "ID of the VPC."
  value       = local.vpc_id
}

output "webserver_url" {
  description = "Address of the Airflow user interface; null while there is none yet."
  value       = module.mwaa.webserver_url
}
