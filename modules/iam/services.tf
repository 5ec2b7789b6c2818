# One statement list per service that was asked for: named resources, and no action with a wildcard.
locals {
  athena_statements = [for athena in var.services.athena[*] : {
    Effect   = "Allow"
    Action   = ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetWorkGroup", "athena:StartQueryExecution", "athena:StopQueryExecution"]
    Resource = [for name in athena.workgroups : "${local.prefix["athena"]}:workgroup/${name}"]
  }]

  dynamodb_statements = [for dynamodb in var.services.dynamodb[*] : {
    Effect = "Allow"
    Action = [
      "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem",
      "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
    ]
    Resource = flatten([for name in dynamodb.tables : [
      "${local.prefix["dynamodb"]}:table/${name}", "${local.prefix["dynamodb"]}:table/${name}/index/*",
    ]])
  }]

  emr_serverless_statements = flatten([for emr in var.services.emr_serverless[*] : [
    {
      Effect = "Allow"
      Action = [
        "emr-serverless:CancelJobRun", "emr-serverless:GetApplication", "emr-serverless:GetDashboardForJobRun",
        "emr-serverless:GetJobRun", "emr-serverless:StartApplication", "emr-serverless:StartJobRun", "emr-serverless:StopApplication",
      ]
      Resource = flatten([for id in emr.application_ids : [
        "${local.prefix["emr-serverless"]}:/applications/${id}", "${local.prefix["emr-serverless"]}:/applications/${id}/jobruns/*",
      ]])
    },
    {
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = emr.job_role_arns
      Condition = { StringEquals = { "iam:PassedToService" = "emr-serverless.amazonaws.com" } }
    },
  ]])

  glue_statements = flatten([for glue in var.services.glue[*] : [
    [for jobs in [glue.jobs] : {
      Effect   = "Allow"
      Action   = ["glue:BatchStopJobRun", "glue:GetJob", "glue:GetJobRun", "glue:GetJobRuns", "glue:StartJobRun"]
      Resource = [for name in jobs : "${local.prefix["glue"]}:job/${name}"]
    } if length(jobs) > 0],
    [for crawlers in [glue.crawlers] : {
      Effect   = "Allow"
      Action   = ["glue:GetCrawler", "glue:StartCrawler", "glue:StopCrawler"]
      Resource = [for name in crawlers : "${local.prefix["glue"]}:crawler/${name}"]
    } if length(crawlers) > 0],
    [for role_arns in [glue.role_arns] : {
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = role_arns
      Condition = { StringEquals = { "iam:PassedToService" = "glue.amazonaws.com" } }
    } if length(role_arns) > 0],
  ]])

  lambda_statements = [for lambda in var.services.lambda[*] : {
    Effect = "Allow"
    Action = ["lambda:GetFunction", "lambda:InvokeFunction"]
    Resource = flatten([for name in lambda.functions : [
      "${local.prefix["lambda"]}:function:${name}", "${local.prefix["lambda"]}:function:${name}:*",
    ]])
  }]

  secrets_manager_statements = [for secrets in var.services.secrets_manager[*] : {
    Effect = "Allow"
    Action = [
      "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:GetSecretValue",
      "secretsmanager:ListSecretVersionIds",
    ]
    # airflow/connections means everything below it, and not airflow/connections-of-others.
    Resource = [for prefix in secrets.prefixes : "${local.prefix["secretsmanager"]}:secret:${trimsuffix(trimsuffix(prefix, "*"), "/")}${endswith(prefix, "*") && !endswith(prefix, "/*") ? "*" : "/*"}"]
  }]

  sns_statements = flatten([for sns in var.services.sns[*] : [
    {
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = [for name in sns.topics : "${local.prefix["sns"]}:${name}"]
    },
    # Whoever publishes to a topic under the environment's key has to be allowed that key.
    [for key in var.kms_key[*] : {
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = [key.arn]
      Condition = { StringEquals = { "kms:ViaService" = "sns.${var.region}.${local.dns_suffix}" } }
    }],
  ]])

  sqs_statements = [for sqs in var.services.sqs[*] : {
    Effect = "Allow"
    Action = [
      "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
      "sqs:ReceiveMessage", "sqs:SendMessage",
    ]
    Resource = [for name in sqs.queues : "${local.prefix["sqs"]}:${name}"]
  }]

  step_functions_statements = flatten([for states in var.services.step_functions[*] : [
    {
      Effect   = "Allow"
      Action   = ["states:DescribeStateMachine", "states:StartExecution"]
      Resource = [for name in states.state_machines : "${local.prefix["states"]}:stateMachine:${name}"]
    },
    {
      Effect   = "Allow"
      Action   = ["states:DescribeExecution", "states:GetExecutionHistory", "states:StopExecution"]
      Resource = [for name in states.state_machines : "${local.prefix["states"]}:execution:${name}:*"]
    },
  ]])

  service_statements = concat(
    local.athena_statements, local.dynamodb_statements, local.emr_serverless_statements, local.glue_statements,
    local.lambda_statements, local.redshift_data_statements, local.s3_statements, local.secrets_manager_statements,
    local.sns_statements, local.sqs_statements, local.step_functions_statements,
  )
}

resource "aws_iam_role_policy" "services" {
  count = min(1, length(local.service_statements))

  name   = "services"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.service_statements })
}
