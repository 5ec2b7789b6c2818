"""AWS: the only place that knows boto3. Its errors become mwaactl's here."""

from mwaactl.adapters.aws.airflow_api import AirflowApi, Token
from mwaactl.adapters.aws.bucket import Bucket, Fetched
from mwaactl.adapters.aws.environments import Environments
from mwaactl.adapters.aws.logs import Logs
from mwaactl.adapters.aws.session import Account, caller_account
from mwaactl.adapters.aws.state_bucket import StateBucket
from mwaactl.adapters.aws.surroundings import surroundings
from mwaactl.adapters.aws.uploads import Uploads

__all__ = [
    "Account",
    "AirflowApi",
    "Bucket",
    "Environments",
    "Fetched",
    "Logs",
    "StateBucket",
    "Token",
    "Uploads",
    "caller_account",
    "surroundings",
]
