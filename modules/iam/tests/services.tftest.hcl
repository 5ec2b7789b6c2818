# What DAGs are allowed on top. Every run is a plan, so mocked values may be known in it already.
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

run "every_service_names_its_resources" {
  command = plan

  variables {
    services = {
      athena          = { workgroups = ["retail"] }
      dynamodb        = { tables = ["orders"] }
      emr_serverless  = { application_ids = ["00abc"], job_role_arns = ["arn:aws:iam::111111111111:role/emr"] }
      glue            = { jobs = ["retail-*"], crawlers = ["raw"], role_arns = ["arn:aws:iam::111111111111:role/glue"] }
      lambda          = { functions = ["notify"] }
      redshift_data   = { clusters = ["dwh"], workgroups = ["0f-id"] }
      s3              = { read = ["raw", "shared/in/*"], write = ["curated/*"] }
      secrets_manager = { prefixes = ["airflow/connections", "airflow/variables/*", "retail-*"] }
      sns             = { topics = ["alerts"] }
      sqs             = { queues = ["orders"] }
      step_functions  = { state_machines = ["close-of-day"] }
    }
  }

  assert {
    condition     = !anytrue([for action in flatten(local.service_statements[*].Action) : strcontains(action, "*")])
    error_message = "An action has a wildcard."
  }
  assert {
    # The Redshift Data API has no resource for the results of statements: the condition binds them to this role.
    condition = [for statement in local.service_statements : statement if contains(statement.Resource, "*")] == [{
      Effect    = "Allow"
      Action    = ["redshift-data:CancelStatement", "redshift-data:DescribeStatement", "redshift-data:GetStatementResult"]
      Resource  = ["*"]
      Condition = { StringEquals = { "redshift-data:statement-owner-iam-userid" = "$${aws:userid}" } }
    }]
    error_message = "A statement allows every resource."
  }
  assert {
    condition     = alltrue([for statement in local.service_statements : can(statement.Condition.StringEquals["iam:PassedToService"]) if contains(statement.Action, "iam:PassRole")])
    error_message = "A role can be passed to any service."
  }
  assert {
    condition = toset(flatten(local.service_statements[*].Resource)) == toset([
      "*",
      "arn:aws:athena:eu-west-1:111111111111:workgroup/retail",
      "arn:aws:dynamodb:eu-west-1:111111111111:table/orders",
      "arn:aws:dynamodb:eu-west-1:111111111111:table/orders/index/*",
      "arn:aws:emr-serverless:eu-west-1:111111111111:/applications/00abc",
      "arn:aws:emr-serverless:eu-west-1:111111111111:/applications/00abc/jobruns/*",
      "arn:aws:glue:eu-west-1:111111111111:crawler/raw",
      "arn:aws:glue:eu-west-1:111111111111:job/retail-*",
      "arn:aws:iam::111111111111:role/emr",
      "arn:aws:iam::111111111111:role/glue",
      "arn:aws:lambda:eu-west-1:111111111111:function:notify",
      "arn:aws:lambda:eu-west-1:111111111111:function:notify:*",
      "arn:aws:redshift-serverless:eu-west-1:111111111111:workgroup/0f-id",
      "arn:aws:redshift:eu-west-1:111111111111:cluster:dwh",
      "arn:aws:redshift:eu-west-1:111111111111:dbname:dwh/*",
      "arn:aws:s3:::curated",
      "arn:aws:s3:::curated/*",
      "arn:aws:s3:::raw",
      "arn:aws:s3:::raw/*",
      "arn:aws:s3:::shared",
      "arn:aws:s3:::shared/in/*",
      "arn:aws:secretsmanager:eu-west-1:111111111111:secret:airflow/connections/*",
      "arn:aws:secretsmanager:eu-west-1:111111111111:secret:airflow/variables/*",
      "arn:aws:secretsmanager:eu-west-1:111111111111:secret:retail-*",
      "arn:aws:sns:eu-west-1:111111111111:alerts",
      "arn:aws:sqs:eu-west-1:111111111111:orders",
      "arn:aws:states:eu-west-1:111111111111:execution:close-of-day:*",
      "arn:aws:states:eu-west-1:111111111111:stateMachine:close-of-day",
    ])
    error_message = "The statements allow other resources than those that were named: ${join(", ", flatten(local.service_statements[*].Resource))}."
  }
  assert {
    condition     = one([for statement in local.s3_statements : statement if contains(statement.Action, "s3:PutObject")]).Resource == ["arn:aws:s3:::curated/*"]
    error_message = "Only what is under write can be written."
  }
  assert {
    condition     = one([for statement in local.s3_statements : statement.Condition.StringLike["s3:prefix"] if can(statement.Condition)]) == ["in/*"]
    error_message = "Of a prefix, only the names below it are listed."
  }
}

run "a_secret_replaces_temporary_credentials" {
  command = plan

  variables {
    services = {
      redshift_data = { clusters = ["dwh"], secret_arns = ["arn:aws:secretsmanager:eu-west-1:111111111111:secret:dwh"] }
    }
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.services[0].policy, "GetClusterCredentials") && strcontains(aws_iam_role_policy.services[0].policy, "secret:dwh")
    error_message = "With a secret, the role makes no credentials of its own."
  }
}

run "a_topic_under_the_environments_key_can_be_published_to" {
  command = plan

  variables {
    kms_key  = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
    services = { sns = { topics = ["alerts"] } }
  }

  assert {
    condition     = [for statement in local.sns_statements : statement.Condition if contains(statement.Action, "kms:GenerateDataKey")] == [{ StringEquals = { "kms:ViaService" = "sns.eu-west-1.amazonaws.com" } }]
    error_message = "The key can be used through SNS, and only so."
  }
}

run "own_documents_and_a_boundary" {
  command = plan

  variables {
    permissions_boundary = "arn:aws:iam::111111111111:policy/boundary"
    policies             = { mail = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  assert {
    condition     = aws_iam_policy.own["mail"].name == "retail-dev-execution-mail" && aws_iam_role_policy_attachment.own["mail"].role == "retail-dev-execution"
    error_message = "An own document becomes a policy of the role."
  }
  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.permissions_boundary
    error_message = "The role has the boundary."
  }
}

run "refuses_whole_services_and_broken_documents" {
  command = plan

  variables {
    name                 = "a role"
    permissions_boundary = "boundary"
    policies             = { broken = "{" }
    services             = { sqs = { queues = ["*"] } }
  }

  expect_failures = [var.name, var.permissions_boundary, var.policies, var.services]
}

run "refuses_a_service_without_resources" {
  command = plan

  variables {
    services = { glue = {} }
  }

  expect_failures = [var.services]
}
