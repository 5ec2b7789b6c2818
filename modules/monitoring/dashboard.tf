locals {
  environment = var.environment_name

  # Title => statistic and metrics. Two graphs in a row, in this order.
  graphs = [
    ["Scheduler heartbeat", "Sum", [["AmazonMWAA", "SchedulerHeartbeat", "Function", "Scheduler", "Environment", local.environment]]],
    ["Tasks", "Average", [
      ["AmazonMWAA", "QueuedTasks", "Function", "Executor", "Environment", local.environment],
      ["AmazonMWAA", "RunningTasks", "Function", "Executor", "Environment", local.environment],
    ]],
    ["Task results", "Sum", [
      ["AmazonMWAA", "TaskInstanceFailures", "DAG", "All", "Environment", local.environment, "Task", "All"],
      ["AmazonMWAA", "TaskInstanceSuccesses", "DAG", "All", "Environment", local.environment, "Task", "All"],
    ]],
    ["Age of the oldest waiting task (s)", "Maximum", [["AWS/MWAA", "ApproximateAgeOfOldestTask", "Environment", local.environment]]],
    ["DAG import errors", "Maximum", [["AmazonMWAA", "ImportErrors", "Function", "DAG Processing", "Environment", local.environment]]],
    ["Time to parse all DAGs (s)", "Average", [["AmazonMWAA", "TotalParseTime", "Function", "DAG Processing", "Environment", local.environment]]],
    ["CPU (%)", "Maximum", [
      for cluster in local.clusters : ["AWS/MWAA", "CPUUtilization", "Cluster", cluster, "Environment", local.environment]
    ]],
    ["Memory (%)", "Maximum", [
      for cluster in local.clusters : ["AWS/MWAA", "MemoryUtilization", "Cluster", cluster, "Environment", local.environment]
    ]],
    # As many samples a minute as there are containers.
    ["Workers", "SampleCount", [
      for cluster in ["BaseWorker", "AdditionalWorker"] : ["AWS/MWAA", "CPUUtilization", "Cluster", cluster, "Environment", local.environment]
    ]],
    ["Failed installations of requirements.txt", "Sum", [[local.own_namespace, local.failed_update_metric]]],
  ]

  clusters = ["Scheduler", "BaseWorker", "AdditionalWorker", "WebServer"]

  widgets = [
    for index, graph in local.graphs : {
      type   = "metric"
      x      = index % 2 * 12
      y      = floor(index / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = graph[0]
        stat    = graph[1]
        metrics = graph[2]
        period  = graph[1] == "SampleCount" ? 60 : var.dashboard.period
        region  = var.region
        view    = "timeSeries"
      }
    } if var.dashboard != null
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  count = length(var.dashboard[*])

  dashboard_name = var.environment_name
  dashboard_body = jsonencode({ widgets = local.widgets })
}
