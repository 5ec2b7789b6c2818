"""What integration tests share: one sandbox per session, clients for it, and Terraform runs against it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from mwaactl.adapters.process import Command, Completed, run
from mwaactl.adapters.sandbox import Sandbox, SandboxState, environment_variables, removed_variables
from mwaactl.adapters.toolchain import cli_config, find_terraform

ACCOUNT = "111111111111"
REGION = "eu-west-1"
PATIENCE_S = 240.0
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": ["airflow.amazonaws.com", "airflow-env.amazonaws.com"]},
        }
    ],
}


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The session's sandbox, where MWAA creates within half a second. Tests of one worker share what is in it."""
    shared = Sandbox(tmp_path_factory.mktemp("sandbox"))
    shared.start(creation_s=0.5)
    yield shared
    shared.stop()


@pytest.fixture
def state(sandbox: Sandbox) -> SandboxState:
    """The running sandbox, emptied."""
    sandbox.reset()
    return sandbox.start(creation_s=0.5)


def inside(state: SandboxState, account: str = ACCOUNT) -> dict[str, str]:
    """The environment of a process in the sandbox."""
    removed = {*removed_variables(os.environ), *(name for name in os.environ if name.startswith("TF_"))}
    kept = {name: value for name, value in os.environ.items() if name not in removed}
    return {**kept, **environment_variables(state, account, REGION, os.environ)}


def client(state: SandboxState, service: str, account: str = ACCOUNT, config: Config | None = None) -> Any:
    """A boto3 client inside the sandbox, without touching this process's environment."""
    proxies = {"http": state.url} if service == "mwaa" else {}
    return session(account).client(
        service,
        endpoint_url="http://mwaa.sandbox.test" if service == "mwaa" else state.url,
        config=Config(proxies=proxies, retries={"total_max_attempts": 1}).merge(config or Config()),
    )


@cache
def session(account: str) -> boto3.Session:
    """One session for all clients of an account: it keeps the service models, which are slow to load."""
    return boto3.Session(aws_access_key_id=f"SANDBOX0{account}", aws_secret_access_key="sandbox", region_name=REGION)


@dataclass(frozen=True)
class Ground:
    """What an environment stands on: bucket, role, network, made with boto3."""

    bucket: str
    role_arn: str
    subnet_ids: list[str]
    security_group_id: str

    def arguments(self, name: str = "demo", **others: Any) -> dict[str, Any]:
        """Arguments of a CreateEnvironment call."""
        return {
            "Name": name,
            "ExecutionRoleArn": self.role_arn,
            "SourceBucketArn": f"arn:aws:s3:::{self.bucket}",
            "DagS3Path": "dags",
            "NetworkConfiguration": {"SubnetIds": self.subnet_ids, "SecurityGroupIds": [self.security_group_id]},
            **others,
        }


@pytest.fixture
def ground(state: SandboxState) -> Ground:
    """A bucket, a role, two subnets and a security group in the account."""
    return make_ground(state)


def make_ground(state: SandboxState, account: str = ACCOUNT) -> Ground:
    """Make what an environment stands on in `account`."""
    s3, iam, ec2 = (client(state, service, account) for service in ("s3", "iam", "ec2"))
    bucket = f"ground-{account}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(flags, True))
    role = iam.create_role(RoleName="ground", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName="ground", PolicyName="s3", PolicyDocument=policy)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="ground", Description="ground", VpcId=vpc)["GroupId"]
    to_itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[to_itself])
    return Ground(bucket, role, [subnet["SubnetId"] for subnet in subnets], group)


@dataclass
class Terraform:
    """Plain Terraform in one directory; `variables` become TF_VAR_*."""

    directory: Path
    environment: dict[str, str]
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, ok: tuple[int, ...] = (0,)) -> Completed:
        """Run one command to its end; fails the test unless it ends with a code of `ok`."""
        program = str(find_terraform(None, os.environ).path)
        asked = {f"TF_VAR_{name}": value for name, value in self.variables.items()}
        command = Command((program, *arguments), directory=self.directory, environment={**self.environment, **asked})
        done = run(command, timeout_s=PATIENCE_S)
        assert done.returncode in ok, f"terraform {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done


def plain_terraform(directory: Path, environment: Mapping[str, str]) -> Terraform:
    """Terraform in `directory`, with a CLI configuration that finds the provider on this machine."""
    settings = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "TF_CLI_ARGS": "-no-color", "CHECKPOINT_DISABLE": "1"}
    configuration = cli_config(directory, os.environ)
    if configuration is not None:
        settings["TF_CLI_CONFIG_FILE"] = str(configuration)
    elif "TF_CLI_CONFIG_FILE" in os.environ:
        settings["TF_CLI_CONFIG_FILE"] = os.environ["TF_CLI_CONFIG_FILE"]
    return Terraform(directory, {**environment, **settings})
