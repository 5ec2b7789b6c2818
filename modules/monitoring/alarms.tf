locals {
  # Metrics of Airflow have the namespace AmazonMWAA, those of the containers, the database and the queue AWS/MWAA.
  alarms = {
    scheduler-heartbeat = {
      description = "No scheduler of ${var.environment_name} has reported for 15 minutes: nothing is scheduled. During an update of the environment this is expected."
      namespace   = "AmazonMWAA"
      metric      = "SchedulerHeartbeat"
      dimensions  = { Environment = var.environment_name, Function = "Scheduler" }
      statistic   = "Sum"
      operator    = "LessThanThreshold"
      threshold   = 1
      missing     = "breaching"
    }
    queued-tasks = {
      description = "More than ${try(var.alarms.queued_tasks_threshold, 0)} tasks of ${var.environment_name} have been waiting for 15 minutes: too few workers, or stuck ones."
      namespace   = "AmazonMWAA"
      metric      = "QueuedTasks"
      dimensions  = { Environment = var.environment_name, Function = "Executor" }
      statistic   = "Average"
      operator    = "GreaterThanThreshold"
      threshold   = try(var.alarms.queued_tasks_threshold, 0)
      missing     = "notBreaching"
    }
    import-errors = {
      description = "DAG files of ${var.environment_name} cannot be imported: their DAGs do not run, or run as they were."
      namespace   = "AmazonMWAA"
      metric      = "ImportErrors"
      dimensions  = { Environment = var.environment_name, Function = "DAG Processing" }
      statistic   = "Maximum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      missing     = "notBreaching"
    }
    oldest-task = {
      description = "A task of ${var.environment_name} has been waiting for an hour: workers do not take any."
      namespace   = "AWS/MWAA"
      metric      = "ApproximateAgeOfOldestTask"
      dimensions  = { Environment = var.environment_name }
      statistic   = "Maximum"
      operator    = "GreaterThanThreshold"
      threshold   = 3600
      missing     = "notBreaching"
    }
    failed-update = {
      description = "Workers of ${var.environment_name} could not install requirements.txt: MWAA rolls the update back, or runs without the packages."
      namespace   = local.own_namespace
      metric      = local.failed_update_metric
      dimensions  = {}
      statistic   = "Sum"
      operator    = "GreaterThanThreshold"
      threshold   = 0
      missing     = "notBreaching"
      periods     = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, alarm in local.alarms : name => alarm if var.alarms != null }

  alarm_name          = "${var.environment_name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  period              = 300
  evaluation_periods  = try(each.value.periods, 3)
  alarm_actions       = local.topic_arns
  ok_actions          = local.topic_arns
}

# MWAA publishes no metric of failed updates. What nearly all of them have in common is this line of its image, which
# workers of every class write.
locals {
  own_namespace        = "mwaactl/${var.environment_name}"
  failed_update_metric = "FailedRequirements"
}

resource "aws_cloudwatch_log_metric_filter" "failed_update" {
  count = length(var.alarms[*])

  name           = "${var.environment_name}-failed-update"
  log_group_name = var.worker_log_group_name
  pattern        = "\"pip installation exited with a non-zero error code\""

  metric_transformation {
    name      = local.failed_update_metric
    namespace = local.own_namespace
    value     = "1"
  }
}
