"""What an MWAA environment refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaactl.adapters.aws.environments import Environments
from mwaactl.adapters.aws.session import Account, translating
from mwaactl.errors import AwsError
from mwaactl.model.adoption import LogGroup, Surroundings, log_group_key
from mwaactl.model.fields import FOR_EVER
from mwaactl.model.log_event import LogType, log_group


def surroundings(account: Account, name: str) -> Surroundings:
    """The environment `name` and what it refers to. Raises EnvironmentNotFound, AwsError."""
    document = Environments(account).document(name)
    return Surroundings(
        document, account.account_id, account.region, _vpc(account, document), _log_groups(account, document)
    )


def _vpc(account: Account, document: Mapping[str, Any]) -> str:
    """The VPC of its subnets. GetEnvironment does not name it."""
    ids = list(document["NetworkConfiguration"]["SubnetIds"])
    with translating("ec2", "DescribeSubnets"):
        subnets = account.client("ec2").describe_subnets(SubnetIds=ids)["Subnets"]
    if not subnets:
        raise AwsError(f"The subnets of {document['Name']} are not in this account: {', '.join(ids)}.")
    return str(subnets[0]["VpcId"])


def _log_groups(account: Account, document: Mapping[str, Any]) -> dict[str, LogGroup]:
    """Those of the five that are there. MWAA makes one when its log is first turned on, and then it stays."""
    name = document["Name"]
    keys = {log_group(name, kind): log_group_key(kind) for kind in LogType}
    found = {}
    with translating("logs", "DescribeLogGroups"):
        paginator = account.client("logs").get_paginator("describe_log_groups")
        for page in paginator.paginate(logGroupNamePrefix=f"airflow-{name}-"):
            for group in page["logGroups"]:
                if key := keys.get(group["logGroupName"]):
                    days = group.get("retentionInDays", FOR_EVER)
                    found[key] = LogGroup(group["logGroupName"], days, group.get("kmsKeyId"))
    return found
