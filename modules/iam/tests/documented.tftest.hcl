# The statements of the MWAA user guide, word for word. Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  account_id       = "111111111111"
  bucket_arn       = "arn:aws:s3:::retail-dev-mwaa"
  environment_name = "retail-dev"
  name             = "retail-dev-execution"
  region           = "eu-west-1"
}

run "aws_owned_key" {
  command = plan

  assert {
    condition = jsondecode(aws_iam_role_policy.documented.policy).Statement == [
      {
        Sid      = "PublishMetrics"
        Effect   = "Allow"
        Action   = ["airflow:PublishMetrics"]
        Resource = ["arn:aws:airflow:eu-west-1:111111111111:environment/retail-dev"]
      },
      {
        Sid      = "ListNoOtherBuckets"
        Effect   = "Deny"
        Action   = ["s3:ListAllMyBuckets"]
        Resource = ["arn:aws:s3:::retail-dev-mwaa", "arn:aws:s3:::retail-dev-mwaa/*"]
      },
      {
        Sid      = "ReadBucket"
        Effect   = "Allow"
        Action   = ["s3:GetBucket*", "s3:GetObject*", "s3:List*"]
        Resource = ["arn:aws:s3:::retail-dev-mwaa", "arn:aws:s3:::retail-dev-mwaa/*"]
      },
      {
        Sid    = "WriteLogs"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup", "logs:CreateLogStream", "logs:GetLogEvents", "logs:GetLogGroupFields",
          "logs:GetLogRecord", "logs:GetQueryResults", "logs:PutLogEvents",
        ]
        Resource = ["arn:aws:logs:eu-west-1:111111111111:log-group:airflow-retail-dev-*"]
      },
      {
        Sid      = "ActionsWithoutResource"
        Effect   = "Allow"
        Action   = ["cloudwatch:PutMetricData", "logs:DescribeLogGroups", "s3:GetAccountPublicAccessBlock"]
        Resource = ["*"]
      },
      {
        Sid    = "UseCeleryQueues"
        Effect = "Allow"
        Action = [
          "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
          "sqs:ReceiveMessage", "sqs:SendMessage",
        ]
        Resource = ["arn:aws:sqs:eu-west-1:*:airflow-celery-*"]
      },
      {
        Sid         = "UseKey"
        Effect      = "Allow"
        Action      = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
        NotResource = ["arn:aws:kms:*:111111111111:key/*"]
        Condition   = { StringLike = { "kms:ViaService" = ["sqs.eu-west-1.amazonaws.com"] } }
      },
    ]
    error_message = "The policy is not the one that MWAA documents."
  }
  assert {
    condition = one(jsondecode(aws_iam_role.this.assume_role_policy).Statement) == {
      Effect    = "Allow"
      Principal = { Service = ["airflow-env.amazonaws.com", "airflow.amazonaws.com"] }
      Action    = "sts:AssumeRole"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:aws:airflow:eu-west-1:111111111111:environment/retail-dev" }
        StringEquals = { "aws:SourceAccount" = "111111111111" }
      }
    }
    error_message = "Only MWAA assumes the role, and only for this environment."
  }
  assert {
    condition     = length(aws_iam_role_policy.services) == 0 && length(aws_iam_policy.own) == 0
    error_message = "There is no statement beyond the documented ones that nobody asked for."
  }
}

run "customer_key" {
  command = plan

  variables {
    kms_key = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
  }

  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.documented.policy).Statement : statement if statement.Sid == "UseKey"]) == {
      Sid       = "UseKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
      Resource  = ["arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000"]
      Condition = { StringLike = { "kms:ViaService" = ["s3.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"] } }
    }
    error_message = "A customer key is used through S3 and SQS, and no other key is."
  }
}

run "china_has_other_names" {
  command = plan

  variables {
    bucket_arn = "arn:aws-cn:s3:::retail-dev-mwaa"
    region     = "cn-north-1"
    services   = { sqs = { queues = ["orders"] } }
  }
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn" }
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.documented.policy, "arn:aws:") && !strcontains(aws_iam_role_policy.services[0].policy, "arn:aws:")
    error_message = "Every ARN names the partition."
  }
  assert {
    condition     = strcontains(aws_iam_role_policy.documented.policy, "sqs.cn-north-1.amazonaws.com.cn")
    error_message = "The service's name in China has another suffix."
  }
}
