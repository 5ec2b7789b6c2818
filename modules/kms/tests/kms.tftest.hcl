# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  account_id = "111111111111"
  name       = "retail-dev"
  region     = "eu-west-1"
}

run "logs_and_alarms_may_use_it" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.multi_region != true
    error_message = "The key rotates, and is of one Region as MWAA demands."
  }
  assert {
    condition = one([
      for statement in jsondecode(aws_kms_key.this.policy).Statement : statement if statement.Sid == "CloudWatchLogsEncrypts"
      ]) == {
      Sid       = "CloudWatchLogsEncrypts"
      Effect    = "Allow"
      Principal = { Service = "logs.eu-west-1.amazonaws.com" }
      Action    = ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      Resource  = "*"
      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:eu-west-1:111111111111:*" } }
    }
    error_message = "CloudWatch Logs may use the key for log groups of this account only, as the MWAA guide says."
  }
  assert {
    condition     = strcontains(aws_kms_key.this.policy, "cloudwatch.amazonaws.com")
    error_message = "Alarms publish to the encrypted topic."
  }
  assert {
    condition     = output.alias == "alias/retail-dev-mwaa" && output.arn == aws_kms_key.this.arn
    error_message = "Outputs are alias and ARN."
  }
}

run "china_has_other_names" {
  command = plan

  variables {
    region = "cn-north-1"
  }
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn" }
  }

  assert {
    condition     = strcontains(aws_kms_key.this.policy, "logs.cn-north-1.amazonaws.com.cn") && strcontains(aws_kms_key.this.policy, "arn:aws-cn:iam::111111111111:root")
    error_message = "Principals and ARNs name the partition."
  }
}

run "refuses_what_kms_would" {
  command = plan

  variables {
    account_id              = "1234"
    deletion_window_in_days = 3
  }

  expect_failures = [var.account_id, var.deletion_window_in_days]
}
