# An environment like dev: small, one NAT gateway, a public web server.
mock_provider "aws" {
  source          = "../tests/terraform/mocks"
  override_during = plan
}

variables {
  account_id  = "111111111111"
  environment = "dev"
  project     = "retail"
  region      = "eu-west-1"
  tags        = { owner = "data-platform" }

  artifacts = { requirements = "dags/requirements.txt", startup_script = "dags/startup.sh" }
  bucket    = { name = "retail-dev-mwaa-111111111111-eu-west-1", force_destroy = true }
  mwaa      = { airflow_version = "2.10.3", webserver_access_mode = "PUBLIC_ONLY", max_workers = 2, log_retention_in_days = 30 }
  network   = { vpc_cidr = "10.10.0.0/16", availability_zones = ["eu-west-1a", "eu-west-1b"] }
}

run "joins_the_modules" {
  command = plan

  assert {
    condition     = output.environment_name == "retail-dev" && output.dags_uri == "s3://retail-dev-mwaa-111111111111-eu-west-1/dags"
    error_message = "Everything is called <project>-<environment>."
  }
  assert {
    condition     = output.kms_key_arn == "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000"
    error_message = "By default a key is made."
  }
  assert {
    condition     = length(module.network) == 1 && length(module.security_group) == 1
    error_message = "By default VPC and security group are made."
  }
  assert {
    condition     = module.artifacts.objects["requirements"].version_id == "mock-version" && !contains(keys(module.artifacts.objects), "plugins")
    error_message = "What is named is uploaded, and nothing else."
  }
  assert {
    condition     = output.alarm_topic_arn == null && endswith(output.dashboard_url, "#dashboards/dashboard/retail-dev")
    error_message = "Without addresses there is no topic; there is a dashboard."
  }
  assert {
    condition     = join(" ", keys(output.log_group_names)) == "dag_processing scheduler task webserver worker" && join(" ", keys(output.nat_public_ips)) == "eu-west-1a"
    error_message = "Outputs name log groups and NAT addresses."
  }
}

run "the_sample_joins_what_dags_need" {
  command = plan

  variables {
    execution_role = { services = { glue = { jobs = ["other"], crawlers = ["raw"] }, sqs = { queues = ["orders"] } } }
    retail         = {}
  }

  assert {
    condition     = output.retail.glue_job_name == "retail-dev-clean-sales" && output.retail.workgroup_name == null
    error_message = "The sample has a job, and no warehouse unless asked."
  }
  assert {
    condition     = local.services.glue.jobs == tolist(["other", "retail-dev-clean-sales"]) && local.services.glue.crawlers == tolist(["raw"]) && local.services.sqs.queues == tolist(["orders"])
    error_message = "What the environment names stays, and the sample's own is added."
  }
  assert {
    condition     = local.services.sns.topics == tolist(["retail-dev-retail"]) && local.services.s3.write == tolist(["${var.bucket.name}/retail/rejects/*", "${var.bucket.name}/retail/valid/*"])
    error_message = "The DAG publishes to its topic, and writes below retail/ only."
  }
}

run "without_the_sample_nothing_of_it" {
  command = plan

  assert {
    condition     = output.retail == null && local.services.glue == null && length(module.retail) == 0
    error_message = "By default there is no sample."
  }
}

run "aws_may_own_the_key" {
  command = plan

  variables {
    artifacts  = {}
    encryption = { kms_key = "aws_owned" }
    monitoring = { alarms = false, dashboard = false }
  }

  assert {
    condition     = output.kms_key_arn == null && length(module.kms) == 0
    error_message = "Where AWS owns the key there is none of ours."
  }
  assert {
    condition     = output.dashboard_url == null && module.monitoring.alarm_arns == {}
    error_message = "Alarms and dashboard can be left out."
  }
}

run "refuses_what_cannot_be" {
  command = plan

  variables {
    account_id     = "1234"
    encryption     = { kms_key = "alias/mine" }
    environment    = "Dev"
    execution_role = { policy_files = ["policies/none.json"] }
    network        = { vpc_cidr = "10.10.0.0/16" }
  }

  expect_failures = [
    var.account_id,
    var.encryption,
    var.environment,
    var.execution_role,
    var.network,
  ]
}

# Rules on the Region or the project are checked only where these hold themselves.
run "refuses_what_names_nothing" {
  command = plan

  variables {
    project = "Retail"
    region  = "eu-west-1a"
  }

  expect_failures = [var.project, var.region]
}
