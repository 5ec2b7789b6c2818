output "airflow_version" {
  description = "Airflow version that the environment runs."
  value       = aws_mwaa_environment.this.airflow_version
}

output "arn" {
  description = "ARN of the environment."
  value       = aws_mwaa_environment.this.arn
}

output "database_vpc_endpoint_service" {
  description = "Service name for the endpoint of the database, where endpoint_management is CUSTOMER."
  value       = aws_mwaa_environment.this.database_vpc_endpoint_service
}

output "log_group_names" {
  description = "Names of the five log groups: dag_processing, scheduler, task, webserver and worker."
  value       = { for log, group in aws_cloudwatch_log_group.this : log => group.name }
}

output "name" {
  description = "Name of the environment."
  value       = aws_mwaa_environment.this.name
}

output "status" {
  description = "Status of the environment, such as AVAILABLE."
  value       = aws_mwaa_environment.this.status
}

output "webserver_url" {
  description = "Address of the Airflow user interface; null while there is none yet, as in PENDING."
  value       = one([for url in compact([aws_mwaa_environment.this.webserver_url]) : "https://${trimprefix(url, "https://")}"])
}

output "webserver_vpc_endpoint_service" {
  description = "Service name for the endpoint of the web server, where endpoint_management is CUSTOMER."
  value       = aws_mwaa_environment.this.webserver_vpc_endpoint_service
}
