# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  account_id            = "111111111111"
  environment_name      = "retail-dev"
  region                = "eu-west-1"
  worker_log_group_name = "airflow-retail-dev-Worker"
}

run "alarms_name_the_metrics_of_the_environment" {
  command = plan

  variables {
    alarms = { queued_tasks_threshold = 100 }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["scheduler-heartbeat"].dimensions == tomap({ Environment = "retail-dev", Function = "Scheduler" }) && aws_cloudwatch_metric_alarm.this["scheduler-heartbeat"].treat_missing_data == "breaching"
    error_message = "No heartbeat at all is the alarm."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["queued-tasks"].threshold == 100 && aws_cloudwatch_metric_alarm.this["queued-tasks"].dimensions["Function"] == "Executor"
    error_message = "Queued tasks alarm above the given threshold."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["import-errors"].dimensions["Function"] == "DAG Processing"
    error_message = "Import errors are counted by DAG processing."
  }
  assert {
    condition     = aws_cloudwatch_log_metric_filter.failed_update[0].log_group_name == var.worker_log_group_name && aws_cloudwatch_metric_alarm.this["failed-update"].metric_name == one(aws_cloudwatch_log_metric_filter.failed_update[0].metric_transformation).name
    error_message = "The alarm on failed updates looks at what the filter counts."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : length(coalesce(alarm.alarm_actions, [])) == 0]) && output.topic_arn == null
    error_message = "There is no topic that nobody listens to."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets) == length(local.graphs)
    error_message = "The dashboard shows all graphs."
  }
  assert {
    condition     = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : widget.x + widget.width <= 24])
    error_message = "The dashboard is 24 columns wide."
  }
}

run "addresses_get_an_encrypted_topic" {
  command = plan

  variables {
    kms_key             = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
    notification_emails = ["data-platform@example.com", "on-call@example.com"]
  }

  assert {
    condition     = aws_sns_topic.this[0].kms_master_key_id == var.kms_key.arn
    error_message = "The topic is encrypted by the key of the environment."
  }
  assert {
    condition     = toset(keys(aws_sns_topic_subscription.email)) == toset(var.notification_emails)
    error_message = "Every address is subscribed."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : contains(alarm.alarm_actions, aws_sns_topic.this[0].arn) && contains(alarm.ok_actions, aws_sns_topic.this[0].arn)])
    error_message = "Every alarm tells when it goes off and when it is over."
  }
  assert {
    condition     = jsondecode(aws_sns_topic_policy.this[0].policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111111111111"
    error_message = "Only alarms of this account publish."
  }
}

run "an_existing_topic_is_only_used" {
  command = plan

  variables {
    notification_topic_arn = "arn:aws:sns:eu-west-1:111111111111:alarms"
  }

  assert {
    condition     = length(aws_sns_topic.this) == 0 && output.topic_arn == var.notification_topic_arn
    error_message = "An existing topic is used, and none is made."
  }
}

run "nothing_where_nothing_is_wanted" {
  command = plan

  variables {
    alarms              = null
    dashboard           = null
    notification_emails = ["data-platform@example.com"]
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) + length(aws_cloudwatch_dashboard.this) + length(aws_sns_topic.this) + length(aws_cloudwatch_log_metric_filter.failed_update) == 0
    error_message = "Without alarms and dashboard there is nothing to make."
  }
  assert {
    condition     = output.dashboard_url == null && output.topic_arn == null
    error_message = "What is absent is null."
  }
}

run "refuses_what_cloudwatch_would" {
  command = plan

  variables {
    alarms              = { queued_tasks_threshold = 0 }
    dashboard           = { period = 7 }
    notification_emails = ["nobody"]
  }

  expect_failures = [var.alarms, var.dashboard, var.notification_emails]
}

run "refuses_two_ways_to_notify" {
  command = plan

  variables {
    notification_emails    = ["data-platform@example.com"]
    notification_topic_arn = "arn:aws:sns:eu-west-1:111111111111:alarms"
  }

  expect_failures = [var.notification_topic_arn]
}
