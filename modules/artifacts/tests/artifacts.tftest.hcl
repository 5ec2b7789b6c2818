# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  bucket_name = "retail-dev-mwaa-111111111111-eu-west-1"
  artifacts = {
    plugins        = "tests/files/plugins.zip"
    requirements   = "tests/files/requirements.txt"
    startup_script = "tests/files/startup.sh"
  }
}

run "they_lie_at_the_root_with_their_versions" {
  command = plan

  assert {
    condition     = { for name, object in output.objects : name => object.path } == { plugins = "plugins.zip", requirements = "requirements.txt", startup_script = "startup.sh" }
    error_message = "Each artifact has its fixed key."
  }
  assert {
    condition     = alltrue([for object in output.objects : object.version_id == "mock-version"])
    error_message = "Each artifact has the version that MWAA is to use."
  }
  assert {
    condition     = aws_s3_object.this["requirements"].source_hash == filesha256("tests/files/requirements.txt")
    error_message = "A change of the content is a change of the object."
  }
}

run "they_lie_below_a_prefix" {
  command = plan

  variables {
    artifacts = { requirements = "tests/files/requirements.txt" }
    prefix    = ".mwaactl/artifacts/"
  }

  assert {
    condition     = { for name, object in output.objects : name => object.path } == { requirements = ".mwaactl/artifacts/requirements.txt" }
    error_message = "Where others have objects, ours have a folder of their own."
  }
}

run "nobody_named_any" {
  command = plan

  variables {
    artifacts = {}
  }

  assert {
    condition     = output.objects == {}
    error_message = "There is no artifact that nobody named."
  }
}

run "refuses_missing_files" {
  command = plan

  variables {
    artifacts = { plugins = "tests/files/none.zip" }
  }

  expect_failures = [aws_s3_object.this]
}

run "refuses_a_prefix_that_is_no_folder" {
  command = plan

  variables {
    prefix = "/artifacts"
  }

  expect_failures = [var.prefix]
}
