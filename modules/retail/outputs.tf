output "glue_job_name" {
  description = "Name of the Glue job, once it can run."
  value       = aws_glue_job.clean_sales.name
}

output "services" {
  description = "What the DAG needs of the execution role, as modules/iam takes it. Names only, so that they are known before anything is made."
  value = merge(
    {
      glue = { jobs = [local.job_name] }
      s3   = { write = ["${var.bucket_name}/retail/rejects/*", "${var.bucket_name}/retail/valid/*"] }
      sns  = { topics = [local.topic_name] }
    },
    { for key, value in { redshift_data = { workgroups = aws_redshiftserverless_workgroup.this[*].workgroup_id } } : key => value if var.redshift != null },
  )
}

output "topic_arn" {
  description = "ARN of the topic that hears about every run."
  value       = aws_sns_topic.this.arn
}

output "workgroup_name" {
  description = "Name of the Redshift Serverless workgroup, for the Variable retail_redshift_workgroup; null without one."
  value       = one(aws_redshiftserverless_workgroup.this[*].workgroup_name)
}
