output "alarm_arns" {
  description = "ARNs of the alarms by name. Empty without alarms."
  value       = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.arn }
}

output "dashboard_url" {
  description = "Address of the dashboard in the console; null without one."
  value       = one([for dashboard in aws_cloudwatch_dashboard.this : "https://${var.region}.${local.console}/cloudwatch/home?region=${var.region}#dashboards/dashboard/${dashboard.dashboard_name}"])
}

locals {
  console = lookup({
    aws        = "console.aws.amazon.com"
    aws-cn     = "console.amazonaws.cn"
    aws-us-gov = "console.amazonaws-us-gov.com"
  }, data.aws_partition.current.partition, "console.aws.amazon.com")
}

output "topic_arn" {
  description = "ARN of the topic that alarms notify; null where they notify nobody."
  value       = one(local.topic_arns)
}
