# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  account_id       = "111111111111"
  bucket_name      = "retail-dev-mwaa"
  environment_name = "retail-dev"
  kms_key          = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
  region           = "eu-west-1"
  vpc_id           = "vpc-0aaaaaaaaaaaaaaaa"
}

run "names_are_those_that_startup_sh_derives" {
  command = plan

  assert {
    condition     = aws_glue_job.clean_sales.name == "retail-dev-clean-sales" && aws_sns_topic.this.name == "retail-dev-retail"
    error_message = "dags/startup.sh derives these names from the environment's."
  }
  assert {
    condition     = one(aws_glue_job.clean_sales.command).script_location == "s3://retail-dev-mwaa/${aws_s3_object.script.key}"
    error_message = "The job runs the script that is uploaded."
  }
  assert {
    condition     = output.workgroup_name == null && length(aws_redshiftserverless_namespace.this) + length(aws_iam_role.redshift) + length(aws_security_group.redshift) == 0
    error_message = "Without redshift there is nothing of it."
  }
}

run "the_execution_role_gets_what_the_dag_needs" {
  command = plan

  assert {
    condition = output.services == {
      glue = { jobs = ["retail-dev-clean-sales"] }
      s3   = { write = ["retail-dev-mwaa/retail/rejects/*", "retail-dev-mwaa/retail/valid/*"] }
      sns  = { topics = ["retail-dev-retail"] }
    }
    error_message = "One job, two prefixes, one topic."
  }
}

run "the_job_may_do_no_more_than_it_does" {
  command = plan

  assert {
    condition     = !anytrue([for action in flatten(local.glue_statements[*].Action) : strcontains(action, "*")]) && !contains(flatten(local.glue_statements[*].Resource), "*")
    error_message = "A statement has a wildcard for an action or a resource."
  }
  assert {
    condition     = one([for statement in local.glue_statements : statement.Resource if contains(statement.Action, "s3:PutObject")]) == ["arn:aws:s3:::retail-dev-mwaa/retail/curated/*"]
    error_message = "The job writes curated sales only: never DAGs, which are code."
  }
  assert {
    condition     = jsondecode(aws_iam_role.glue.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111111111111"
    error_message = "Only Glue of this account uses the role."
  }
}

run "everything_is_encrypted_by_the_key_of_the_environment" {
  command = plan

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == var.kms_key.arn && aws_s3_object.script.kms_key_id == var.kms_key.arn
    error_message = "Topic and script are encrypted by the key."
  }
  assert {
    condition     = one(one(aws_glue_security_configuration.this.encryption_configuration).s3_encryption).s3_encryption_mode == "SSE-KMS" && one(one(aws_glue_security_configuration.this.encryption_configuration).cloudwatch_encryption).kms_key_arn == var.kms_key.arn
    error_message = "What the job writes and logs is encrypted by the key."
  }
}

run "aws_may_own_the_key" {
  command = plan

  variables {
    kms_key = null
  }

  assert {
    condition     = one(one(aws_glue_security_configuration.this.encryption_configuration).cloudwatch_encryption).cloudwatch_encryption_mode == "DISABLED" && aws_sns_topic.this.kms_master_key_id == null
    error_message = "Without a key of ours nothing names one."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.glue.policy, "kms:Decrypt")
    error_message = "Without a key of ours the job needs none."
  }
}

run "addresses_are_subscribed" {
  command = plan

  variables {
    notification_emails = ["data-platform@example.com", "on-call@example.com"]
  }

  assert {
    condition     = toset(keys(aws_sns_topic_subscription.email)) == toset(var.notification_emails)
    error_message = "Every address is subscribed."
  }
}

run "a_warehouse_is_private_and_encrypted" {
  command = plan

  variables {
    redshift = { subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb", "subnet-0cccccccccccccccc"] }
  }

  assert {
    condition     = aws_redshiftserverless_namespace.this[0].kms_key_id == var.kms_key.arn && aws_redshiftserverless_namespace.this[0].manage_admin_password
    error_message = "Encrypted by the key, and nobody knows a password."
  }
  assert {
    condition     = !aws_redshiftserverless_workgroup.this[0].publicly_accessible && aws_redshiftserverless_workgroup.this[0].enhanced_vpc_routing && aws_redshiftserverless_workgroup.this[0].base_capacity == 8
    error_message = "Not public, and as small as it can be."
  }
  assert {
    condition     = toset(flatten(jsondecode(aws_iam_role_policy.redshift[0].policy).Statement[*].Action)) == toset(["kms:Decrypt", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket"])
    error_message = "COPY reads, and nothing else."
  }
  assert {
    condition     = length(output.services.redshift_data.workgroups) == 1 && output.workgroup_name == "retail-dev-retail"
    error_message = "The execution role may run statements on the workgroup."
  }
}

run "refuses_what_aws_would" {
  command = plan

  variables {
    environment_name    = "Retail"
    notification_emails = ["nobody"]
    redshift            = { base_capacity = 12, database = "Sales!", subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa"] }
  }

  expect_failures = [var.environment_name, var.notification_emails, var.redshift]
}
