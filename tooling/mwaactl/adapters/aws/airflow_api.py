"""Airflow's REST API through MWAA's InvokeRestApi, and the tokens for its web server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.aws.session import Account, error_code, is_absent, translating
from mwaactl.errors import AirflowError, AwsError, EnvironmentNotFound, MwaactlError

if TYPE_CHECKING:
    from mypy_boto3_mwaa import MWAAClient

PATH_LIMIT = 64
"""Characters of a REST path, after encoding (service model, RestApiPath)."""

PAGE = 100
"""Items per page: Airflow gives no more at once."""

REST_ERRORS = frozenset({"RestApiClientException", "RestApiServerException"})
TRANSIENT = frozenset({429, 502, 503, 504})
PAUSES_S = (0.5, 1.0)  # before asking again; botocore itself waits when AWS throttles
OUTDATED = "Update your environment to use InvokeRestApi"
NEVER_OUTSIDE = "the web server is private, so AWS takes this call from inside its VPC only"


@dataclass(frozen=True)
class Token:
    """A token for the web server `host`, valid for 60 seconds and for one use. A secret."""

    value: str
    host: str


@dataclass(frozen=True)
class RestReply:
    """What Airflow answered, and when, by AWS's clock."""

    document: Any
    at: datetime | None = None


@dataclass(frozen=True)
class AirflowApi:
    """The Airflow of one MWAA environment `name`. Paths have no /api/v1 or /api/v2 before them: MWAA adds it."""

    account: Account
    name: str
    is_private: bool = False
    sleep: Callable[[float], None] = time.sleep

    def get(self, path: str, **query: Any) -> RestReply:
        """Read. Raises AirflowError, AwsError."""
        return self.call("GET", path, query=query)

    def items(self, path: str, key: str, **query: Any) -> list[Any]:
        """All items of a collection, page by page."""
        found: list[Any] = []
        while True:
            document = self.get(path, limit=PAGE, offset=len(found), **query).document
            found += document[key]
            if not document[key] or len(found) >= document["total_entries"]:
                return found

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> RestReply:
        """One call. What only reads (and the lists that POST asks for) is tried again when the web server is busy."""
        is_reading = method == "GET" or path.endswith("/list")
        for pause_s in PAUSES_S if is_reading else ():
            try:
                return self._once(method, path, query, body)
            except AirflowError as error:
                if error.status not in TRANSIENT:
                    raise
            self.sleep(pause_s)
        return self._once(method, path, query, body)

    def cli_token(self) -> Token:
        """A new token for the CLI endpoint."""
        client: MWAAClient = self.account.client("mwaa")
        with self._translating("CreateCliToken", "airflow:CreateCliToken"):
            given = client.create_cli_token(Name=self.name)
        return Token(given["CliToken"], given["WebServerHostname"])

    def web_token(self) -> Token:
        """A new token to log in with."""
        client: MWAAClient = self.account.client("mwaa")
        with self._translating("CreateWebLoginToken", "airflow:CreateWebLoginToken"):
            given = client.create_web_login_token(Name=self.name)
        return Token(given["WebToken"], given["WebServerHostname"])

    def _once(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> RestReply:
        client: Any = self.account.client("mwaa")
        arguments: dict[str, Any] = {"Name": self.name, "Method": method, "Path": path}
        if query:
            arguments["QueryParameters"] = dict(query)
        if body is not None:
            arguments["Body"] = dict(body)
        with self._translating("InvokeRestApi", "airflow:InvokeRestApi", f"{method} {path}"):
            given = client.invoke_rest_api(**arguments)
        date = given["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        return RestReply(_document(given.get("RestApiResponse")), parsedate_to_datetime(date) if date else None)

    @contextmanager
    def _translating(self, operation: str, permission: str, what: str = "") -> Iterator[None]:
        from botocore.exceptions import ClientError

        with translating("mwaa", operation):
            try:
                yield
            except ClientError as error:
                known = self._known(error, permission, what)
                if known is None:
                    raise
                raise known from error

    def _known(self, error: Any, permission: str, what: str) -> MwaactlError | None:
        """The error in words about Airflow, where they are known."""
        code = error_code(error)
        message = error.response.get("Error", {}).get("Message") or error.response.get("Message") or ""
        if code in REST_ERRORS:
            return _rest_error(error.response, what)
        if code == "AccessDeniedException":
            arn = f"arn:aws:airflow:{self.account.region}:{self.account.account_id}"
            role = f"{arn}:role/{self.name}/<Admin|Op|User|Viewer|Public>"
            wanted = f"{arn}:environment/{self.name}" if permission.endswith("CreateCliToken") else role
            hint = f"allow {permission} on {wanted}" + (f"; {NEVER_OUTSIDE}" if self.is_private else "")
            return AwsError(f"AWS denies {permission} on {self.name}: {message or 'no reason given'}", hint=hint)
        if OUTDATED in message:
            return AwsError(
                f"{self.name} is too old an environment for InvokeRestApi: {message}",
                hint="any update of the environment brings it, such as: mwaactl deploy ENVIRONMENT",
            )
        if is_absent(error):
            where = f"account {self.account.account_id}, {self.account.region}"
            return EnvironmentNotFound(f"There is no MWAA environment {self.name} that runs in {where}: {message}")
        return None


def _rest_error(response: Mapping[str, Any], what: str) -> AirflowError:
    status, words = int(response.get("RestApiStatusCode") or 0), problem_words(response.get("RestApiResponse"))
    verb = "failed" if status >= 500 or not status else "refused"
    hint = None
    if status in (408, 504) or "timed out" in words.lower() or "timeout" in words.lower():
        hint = "MWAA ends REST calls after 10 s: try again when Airflow is less busy, or raise mwaa.max_webservers"
    elif status == 413 or "payload" in words.lower():
        hint = "MWAA carries answers of up to 6 MB"
    elif status in (401, 403):
        hint = "the Airflow role that your IAM policy gives you (Admin, Op, User, Viewer, Public) may not do this"
    elif status >= 500:
        hint = "mwaactl logs ENVIRONMENT --type webserver"
    return AirflowError(f"Airflow {verb} {what}: {words} [{status or 'no status'}]", status=status, hint=hint)


def problem_words(document: Any) -> str:
    """Airflow's own words: version 1 gives title and detail, version 2 a detail that is a text, an object or a list."""
    document = _document(document)
    if not isinstance(document, Mapping):
        return str(document or "no reason given")
    title, detail = document.get("title"), document.get("detail")
    if isinstance(detail, list):  # what FastAPI says of wrong input
        places = ((".".join(str(part) for part in one.get("loc", ())), one.get("msg", "")) for one in detail)
        detail = "; ".join(f"{place}: {message}" for place, message in places)
    elif isinstance(detail, Mapping):
        detail = detail.get("message") or detail.get("reason") or json.dumps(detail)
    parts = [str(part) for part in (title, detail) if part]
    return ": ".join(parts) or str(document.get("message") or document)


def _document(given: Any) -> Any:
    """A JSON value: the service hands some over as text."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        return given
