"""A boto3 session for one account and Region, in AWS or in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwaactl.errors import AwsError, CredentialsError

if TYPE_CHECKING:
    import boto3

CREDENTIAL_CODES = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
ABSENT_CODES = frozenset({"404", "NoSuchBucket", "NoSuchKey", "NoSuchVersion", "NotFound", "ResourceNotFoundException"})
MODELS = Path(__file__).parent / "models"
"""What the API knows and the boto3 that checkov pins (1.35.49) does not: botocore merges it (botocore.loaders)."""
CONNECTIONS = 32  # as many as publish uploads at once, with room for the rest


@dataclass(frozen=True)
class Account:
    """Access to one AWS account and Region.

    `variables` are those of the target: empty for AWS, where boto3 looks for credentials by itself; for the sandbox its
    fake keys, endpoints and proxy, given to boto3 explicitly so that several accounts work in one process. `profile` is
    one of the AWS configuration, where two accounts need two; empty for the usual credentials.
    """

    account_id: str
    region: str
    variables: tuple[tuple[str, str], ...] = ()
    profile: str = ""

    def client(self, service: str) -> Any:
        """A boto3 client; callers narrow its type."""
        return _client(self, service)

    def is_callers(self) -> bool:
        """Are the credentials of this account? Raises CredentialsError where there are none that AWS takes."""
        with translating("sts", "GetCallerIdentity"):
            return bool(self.client("sts").get_caller_identity()["Account"] == self.account_id)

    def check_caller(self) -> str:
        """The caller's ARN. Raises CredentialsError when the credentials are of another account than configured."""
        with translating("sts", "GetCallerIdentity"):
            identity = self.client("sts").get_caller_identity()
        if identity["Account"] != self.account_id:
            raise CredentialsError(
                f"The AWS credentials are of account {identity['Account']}, but the environment is configured for "
                f"{self.account_id}.",
                hint="log in to the other account (AWS_PROFILE=...), or correct account_id",
            )
        return str(identity["Arn"])


def caller_account(region: str) -> str:
    """The account of the usual credentials. Raises CredentialsError where there are none that AWS takes."""
    with translating("sts", "GetCallerIdentity"):
        return str(Account("", region).client("sts").get_caller_identity()["Account"])


def botocore_session(account: Account) -> Any:
    """The session below boto3's, which knows credentials and settings."""
    return _session(account)._session


@cache
def _session(account: Account) -> boto3.Session:
    import boto3

    variables = dict(account.variables)
    if not variables:
        session = boto3.Session(region_name=account.region, profile_name=account.profile or None)
    else:
        session = boto3.Session(
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=account.region,
        )
    session._session.get_component("data_loader").search_paths.append(str(MODELS))
    return session


@cache
def _client(account: Account, service: str) -> Any:
    from botocore.config import Config

    variables: Mapping[str, str] = dict(account.variables)
    endpoint = variables.get(f"AWS_ENDPOINT_URL_{service.upper()}") or variables.get("AWS_ENDPOINT_URL")
    proxy = variables.get("HTTP_PROXY")
    config = Config(
        retries={"mode": "standard", "max_attempts": 6},
        max_pool_connections=CONNECTIONS,
        connect_timeout=10,
        read_timeout=60,
        user_agent_extra="mwaactl",
        # Loopback endpoints are dialled directly; only the made-up MWAA host name needs the sandbox as its proxy.
        proxies={"http": proxy} if proxy and endpoint and "127.0.0.1" not in endpoint else None,
    )
    return _session(account).client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]


@contextmanager
def translating(service: str, operation: str) -> Iterator[None]:
    """Turn botocore's errors into AwsError and CredentialsError."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        PartialCredentialsError,
        ProfileNotFound,
    )

    try:
        yield
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise CredentialsError(
            f"There are no usable AWS credentials: {error}.",
            hint="log in (aws sso login, AWS_PROFILE=...), or try it without an account: mwaactl --sandbox ...",
        ) from error
    except ClientError as error:
        code, message = error_code(error), error.response.get("Error", {}).get("Message", "")
        if code in CREDENTIAL_CODES:
            raise CredentialsError(f"AWS refuses the credentials: {message or code}.", hint="log in again") from error
        raise AwsError(f"{service} {operation} failed: {message or code} [{code}].") from error
    except BotoCoreError as error:
        raise AwsError(f"{service} {operation} failed: {error}.") from error


def error_code(error: Any) -> str:
    """The error code of a ClientError."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_absent(error: Any) -> bool:
    """Does this ClientError say that the thing asked for does not exist?"""
    return error_code(error) in ABSENT_CODES
