"""The twelve operations of the MWAA API over real HTTP, with boto3 and the AWS CLI."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from sandbox_fixtures import ACCOUNT, REGION, TRUST, Ground, client, inside, make_ground

from mwaactl.adapters.process import Command, run
from mwaactl.adapters.sandbox import SandboxState

pytestmark = pytest.mark.integration

# case: (changes of the arguments, part of the message)
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "name-digit-first": ({"Name": "1demo"}, "at 'name' failed to satisfy constraint: Member must satisfy regular"),
    "name-81-long": ({"Name": "a" * 81}, "length less than or equal to 80"),
    "role-arn": ({"ExecutionRoleArn": "arn:aws:iam::1:role/x"}, "at 'executionRoleArn'"),
    "bucket-arn": ({"SourceBucketArn": "demo"}, "at 'sourceBucketArn'"),
    "path-empty": ({"DagS3Path": ""}, "at 'dagS3Path'"),
    "option-key": ({"AirflowConfigurationOptions": {"Core.x": "1"}}, "at 'airflowConfigurationOptions.key'"),
    "option-value-empty": ({"AirflowConfigurationOptions": {"core.x": ""}}, "greater than or equal to 1"),
    "option-value-newline": ({"AirflowConfigurationOptions": {"core.x": "a\nb"}}, "core.x.member"),
    "log-level": (
        {"LoggingConfiguration": {"TaskLogs": {"Enabled": True, "LogLevel": "LOUD"}}},
        "at 'loggingConfiguration.taskLogs.logLevel' failed to satisfy constraint: Member must satisfy enum value set",
    ),
    "window": ({"WeeklyMaintenanceWindowStart": "SUN:03:15"}, "at 'weeklyMaintenanceWindowStart'"),
    "tag-key-aws": ({"Tags": {"aws:x": "1"}}, "must not begin with aws:"),
    "tag-value-character": ({"Tags": {"x": "a;b"}}, "at 'tags.x.member'"),
    "tags-51": ({"Tags": {f"k{number}": "v" for number in range(51)}}, "less than or equal to 50"),
    "access-mode": ({"WebserverAccessMode": "OPEN"}, "at 'webserverAccessMode'"),
    "access-mode-needs-3.2": (
        {"WebserverAccessMode": "PUBLIC_AND_PRIVATE", "AirflowVersion": "2.10.3"},
        "does not support webserver access mode",
    ),
    "endpoint-management": ({"EndpointManagement": "NOBODY"}, "at 'endpointManagement'"),
    "schedulers-6": ({"Schedulers": 6}, "less than or equal to 5"),
    "schedulers-1": ({"Schedulers": 1}, "The scheduler count for environment class mw1.small must be between 2 and 5."),
    "workers-26": ({"MaxWorkers": 26}, "The worker count"),
    "workers-swapped": ({"MinWorkers": 5, "MaxWorkers": 2}, "MinWorkers must be less than or equal to MaxWorkers"),
    "version-unknown": ({"AirflowVersion": "2.10.4"}, "Unsupported Apache Airflow version 2.10.4"),
    "version-ended": ({"AirflowVersion": "2.6.3"}, "Unsupported Apache Airflow version 2.6.3"),
    "class-unknown": ({"EnvironmentClass": "mw1.huge"}, "Unsupported environment class mw1.huge"),
    "micro-webservers": (
        {"EnvironmentClass": "mw1.micro", "MinWebservers": 2, "MaxWebservers": 2},
        "The web server count for environment class mw1.micro must be 1.",
    ),
    "bucket-absent": ({"SourceBucketArn": "arn:aws:s3:::absent"}, "Unable to find s3 bucket absent"),
    "role-absent": ({"ExecutionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/absent"}, "Failed to assume role ARN."),
    "key-absent": ({"KmsKey": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/absent"}, "Unable to find the KMS key"),
    "object-absent": ({"RequirementsS3Path": "absent.txt"}, "Unable to read the file"),
    "object-version-absent": (
        {"RequirementsS3Path": "absent.txt", "RequirementsS3ObjectVersion": "v1"},
        "Unable to read version v1 of the file",
    ),
}


@pytest.fixture
def mwaa(state: SandboxState) -> Any:
    """A client that leaves validation to the server."""
    return client(state, "mwaa", config=Config(parameter_validation=False))


def wait_for(mwaa: Any, name: str, status: str, seconds: float = 10.0) -> tuple[dict[str, Any], list[str]]:
    """Poll until the environment has `status`; returns it and every status seen on the way."""
    seen: list[str] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        environment = mwaa.get_environment(Name=name)["Environment"]
        if not seen or seen[-1] != environment["Status"]:
            seen.append(environment["Status"])
        if environment["Status"] == status:
            return environment, seen
        time.sleep(0.03)
    raise AssertionError(f"{name} never became {status}; seen {seen}")


def refusal(call: Callable[[], Any]) -> tuple[str, int, str]:
    """Code, HTTP status and message of the error that `call` gets."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def test_environment_when_created_changed_deleted_then_goes_through_the_documented_states(
    mwaa: Any, ground: Ground, state: SandboxState
) -> None:
    arn = mwaa.create_environment(**ground.arguments(Tags={"team": "data"}))["Arn"]
    assert arn == f"arn:aws:airflow:{REGION}:{ACCOUNT}:environment/demo"
    made, seen = wait_for(mwaa, "demo", "AVAILABLE")
    assert seen == ["CREATING", "AVAILABLE"]
    assert made["LastUpdate"]["Status"] == "SUCCESS"
    assert made["Tags"] == {"team": "data"}
    assert made["WebserverUrl"].startswith("https://")
    assert made["CeleryExecutorQueue"].startswith(f"arn:aws:sqs:{REGION}:")
    groups = client(state, "logs").describe_log_groups(logGroupNamePrefix="airflow-demo-")["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["airflow-demo-Task"]

    mwaa.update_environment(Name="demo", Schedulers=3, AirflowConfigurationOptions={"core.parallelism": "8"})
    assert refusal(lambda: mwaa.update_environment(Name="demo", Schedulers=2))[2] == (
        "Environments with CREATING_SNAPSHOT status must complete previous operation before initiating a new operation."
    )
    changed, seen = wait_for(mwaa, "demo", "AVAILABLE")
    assert seen == ["CREATING_SNAPSHOT", "UPDATING", "AVAILABLE"]
    assert (changed["Schedulers"], changed["AirflowConfigurationOptions"]) == (3, {"core.parallelism": "8"})
    assert changed["NetworkConfiguration"]["SubnetIds"] == ground.subnet_ids

    mwaa.delete_environment(Name="demo")
    mwaa.delete_environment(Name="demo")
    assert mwaa.get_environment(Name="demo")["Environment"]["Status"] == "DELETING"
    time.sleep(0.4)
    assert refusal(lambda: mwaa.get_environment(Name="demo"))[:2] == ("ResourceNotFoundException", 404)
    assert mwaa.list_environments()["Environments"] == []


@pytest.mark.parametrize("case", BROKEN)
def test_create_when_the_input_is_broken_then_says_what_aws_says(mwaa: Any, ground: Ground, case: str) -> None:
    changes, expected = BROKEN[case]

    code, status, message = refusal(lambda: mwaa.create_environment(**{**ground.arguments(), **changes}))

    assert (code, status) == ("ValidationException", 400)
    assert expected in message


def test_create_when_members_are_missing_then_names_them_all(state: SandboxState, mwaa: Any) -> None:
    message = refusal(lambda: mwaa.create_environment(Name="demo", DagS3Path="dags"))[2]

    assert message.startswith("3 validation errors detected: Value null at 'executionRoleArn'")


def test_create_when_the_surroundings_are_wrong_then_refuses_word_for_word(
    mwaa: Any, ground: Ground, state: SandboxState
) -> None:
    def message() -> str:
        return refusal(lambda: mwaa.create_environment(**ground.arguments()))[2]

    s3, iam, ec2 = client(state, "s3"), client(state, "iam"), client(state, "ec2")
    s3.delete_public_access_block(Bucket=ground.bucket)
    assert message() == f"Provided bucket does not have BlockPublicAccess set for s3 bucket {ground.bucket}"
    iam.delete_role_policy(RoleName="ground", PolicyName="s3")
    assert message() == f"Provided role does not have sufficient permissions for s3 location {ground.bucket}/dags"
    other = json.dumps(TRUST).replace("airflow-env.", "ec2.")
    iam.update_assume_role_policy(RoleName="ground", PolicyDocument=other)
    assert message() == (
        "Failed to assume role ARN. This could be due to the role's trust policy. Please ensure your role is "
        "assumable by 'airflow-env.amazonaws.com' Service Principal and try again."
    )
    assert ec2.describe_subnets(SubnetIds=ground.subnet_ids)["Subnets"]


def test_create_when_the_security_group_is_closed_to_itself_then_ends_create_failed(
    mwaa: Any, ground: Ground, state: SandboxState
) -> None:
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": ground.security_group_id}]}
    client(state, "ec2").revoke_security_group_ingress(GroupId=ground.security_group_id, IpPermissions=[rule])
    mwaa.create_environment(**ground.arguments())

    failed, _ = wait_for(mwaa, "demo", "CREATE_FAILED")

    assert failed["LastUpdate"]["Status"] == "FAILED"
    assert failed["LastUpdate"]["Error"]["ErrorCode"] == "INCORRECT_CONFIGURATION"
    assert refusal(lambda: mwaa.update_environment(Name="demo", Schedulers=3))[2] == (
        "Environments with CREATE_FAILED status cannot be updated."
    )


def test_create_when_the_customer_manages_endpoints_then_waits_for_them(
    mwaa: Any, ground: Ground, state: SandboxState
) -> None:
    mwaa.create_environment(**ground.arguments(EndpointManagement="CUSTOMER"))
    pending, _ = wait_for(mwaa, "demo", "PENDING")
    ec2 = client(state, "ec2")
    vpc = ec2.describe_subnets(SubnetIds=ground.subnet_ids)["Subnets"][0]["VpcId"]
    for service in (pending["DatabaseVpcEndpointService"], pending["WebserverVpcEndpointService"]):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Interface")

    assert mwaa.get_environment(Name="demo")["Environment"]["Status"] == "AVAILABLE"


def test_version_when_changed_then_follows_the_upgrade_paths(mwaa: Any, ground: Ground) -> None:
    mwaa.create_environment(**ground.arguments(AirflowVersion="2.10.3"))
    wait_for(mwaa, "demo", "AVAILABLE")

    message = refusal(lambda: mwaa.update_environment(Name="demo", AirflowVersion="3.0.6"))[2]

    assert message == "Airflow version 2.10.3 does not support updates to version 3.0.6."
    mwaa.update_environment(Name="demo", AirflowVersion="2.11.2")
    assert wait_for(mwaa, "demo", "AVAILABLE")[0]["AirflowVersion"] == "2.11.2"


def test_artifact_when_named_without_version_then_the_latest_is_pinned(
    mwaa: Any, ground: Ground, state: SandboxState
) -> None:
    s3 = client(state, "s3")
    s3.put_object(Bucket=ground.bucket, Key="requirements.txt", Body=b"1")
    latest = s3.put_object(Bucket=ground.bucket, Key="requirements.txt", Body=b"2")["VersionId"]
    mwaa.create_environment(**ground.arguments(RequirementsS3Path="requirements.txt"))
    made, _ = wait_for(mwaa, "demo", "AVAILABLE")

    mwaa.update_environment(Name="demo", RequirementsS3Path="")
    without, _ = wait_for(mwaa, "demo", "AVAILABLE")

    assert made["RequirementsS3ObjectVersion"] == latest
    assert "RequirementsS3Path" not in without


def test_list_when_there_are_several_pages_then_the_paginator_sees_all(mwaa: Any, ground: Ground) -> None:
    names = [f"env-{number:02}" for number in range(7)]
    for name in reversed(names):
        mwaa.create_environment(**ground.arguments(name))

    pages = list(mwaa.get_paginator("list_environments").paginate(PaginationConfig={"PageSize": 3}))

    assert [len(page["Environments"]) for page in pages] == [3, 3, 1]
    assert [name for page in pages for name in page["Environments"]] == names
    assert "less than or equal to 25" in refusal(lambda: mwaa.list_environments(MaxResults=26))[2]
    assert refusal(lambda: mwaa.list_environments(NextToken="%"))[2] == "Invalid NextToken."


def test_tags_when_changed_then_are_in_the_environment_too(mwaa: Any, ground: Ground) -> None:
    arn = mwaa.create_environment(**ground.arguments(Tags={"a": "1"}))["Arn"]

    mwaa.tag_resource(ResourceArn=arn, Tags={"b": "2", "c": "3"})
    mwaa.untag_resource(ResourceArn=arn, tagKeys=["a", "c"])

    assert mwaa.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}
    assert mwaa.get_environment(Name="demo")["Environment"]["Tags"] == {"b": "2"}
    absent = arn.replace("demo", "absent")
    assert refusal(lambda: mwaa.list_tags_for_resource(ResourceArn=absent))[:2] == ("ResourceNotFoundException", 404)


def test_tokens_when_no_airflow_runs_then_are_issued_but_lead_nowhere(
    mwaa: Any, ground: Ground, state: SandboxState
) -> None:
    mwaa.create_environment(**ground.arguments())
    assert refusal(lambda: mwaa.create_cli_token(Name="demo"))[:2] == ("ResourceNotFoundException", 404)
    wait_for(mwaa, "demo", "AVAILABLE")

    token = mwaa.create_cli_token(Name="demo")
    assert mwaa.create_web_login_token(Name="demo")["WebServerHostname"] == token["WebServerHostname"]
    with pytest.raises(ClientError) as caught:
        mwaa.invoke_rest_api(Name="demo", Path="/dags", Method="GET")
    assert caught.value.response["Error"]["Code"] == "RestApiServerException"
    assert caught.value.response["RestApiStatusCode"] == 503
    assert "No Airflow runs" in caught.value.response["RestApiResponse"]["detail"]

    request = Request(f"{state.url}/aws_mwaa/cli", data=b"dags list", headers={"Host": token["WebServerHostname"]})
    with pytest.raises(HTTPError) as refused:
        urlopen(request, timeout=5)
    with refused.value as reply:
        assert reply.code == 503
        assert "No Airflow runs" in json.load(reply)["message"]


def test_metrics_when_published_then_are_accepted(mwaa: Any) -> None:
    mwaa.publish_metrics(EnvironmentName="demo", MetricData=[{"MetricName": "m", "Timestamp": 0, "Value": 1.0}])


def test_account_when_the_key_names_another_then_sees_nothing_of_the_first(state: SandboxState, ground: Ground) -> None:
    client(state, "mwaa").create_environment(**ground.arguments())
    other = "222222222222"

    assert client(state, "sts", other).get_caller_identity()["Account"] == other
    assert client(state, "mwaa", other).list_environments()["Environments"] == []
    assert client(state, "s3", other).list_buckets()["Buckets"] == []
    elsewhere = make_ground(state, other)
    assert f"::{other}:" in elsewhere.role_arn
    arn = client(state, "mwaa", other).create_environment(**elsewhere.arguments())["Arn"]
    assert arn == f"arn:aws:airflow:{REGION}:{other}:environment/demo"


def test_aws_cli_when_given_the_variables_then_works_unchanged(
    state: SandboxState, ground: Ground, tmp_path: Path
) -> None:
    client(state, "mwaa").create_environment(**ground.arguments())
    file = tmp_path / "big"
    file.write_bytes(bytes(range(256)) * 50_000)

    def aws(*arguments: str) -> str:
        argv = (sys.executable, "-m", "awscli", *arguments)
        done = run(Command(argv, directory=tmp_path, environment=inside(state)), timeout_s=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert json.loads(aws("mwaa", "list-environments")) == {"Environments": ["demo"]}
    aws("s3", "cp", "--quiet", str(file), f"s3://{ground.bucket}/dags/big")
    aws("s3", "cp", "--quiet", f"s3://{ground.bucket}/dags/big", "copy")
    assert (tmp_path / "copy").read_bytes() == file.read_bytes()
