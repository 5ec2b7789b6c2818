"""From an HTTP request to the backend and back, in moto's layout."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from moto.core.responses import BaseResponse

from mwaactl.sandbox.mwaa import access
from mwaactl.sandbox.mwaa.exceptions import MWAAError, ResourceNotFoundException, ValidationException
from mwaactl.sandbox.mwaa.models import MWAABackend, mwaa_backends
from mwaactl.sandbox.mwaa.operations import find_operation

Reply = tuple[int, dict[str, str], str]
PAGE = 25
NUMBERS = {"MaxResults"}  # query parameters that are numbers


class MWAAResponse(BaseResponse):  # type: ignore[misc]
    """Handles every request of the service. The account and the Region come from the signature, through moto."""

    def __init__(self) -> None:
        super().__init__(service_name="mwaa")

    @property
    def backend(self) -> MWAABackend:
        """The backend of the caller's account and Region."""
        backend: MWAABackend = mwaa_backends[self.current_account][self.region]
        return backend

    @classmethod
    def dispatch(cls, *args: Any, **kwargs: Any) -> Reply:
        """moto's entry point."""
        return cls().answer(*args, **kwargs)

    def answer(self, request: Any, full_url: str | None = None, headers: Any = None) -> Reply:
        """Answer one request; every error becomes an error reply of the service."""
        self.setup_class(request, full_url, headers, use_raw_body=True)
        try:
            return 200, {"content-type": "application/json"}, json.dumps(self._result(request))
        except MWAAError as error:
            return error.reply()

    def _result(self, request: Any) -> dict[str, Any]:
        found = find_operation(request.method, request.path)
        if found is None:
            raise ResourceNotFoundException(f"MWAA has no operation {request.method} {request.path}.")
        operation, from_path = found
        given = operation.input(from_path, {**_query(request), **_body(self.raw_body)})
        result: dict[str, Any] = getattr(self, f"_{_snake(operation.name)}")(given)
        return result

    def _create_environment(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"Arn": self.backend.create_environment(given)}

    def _get_environment(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"Environment": self.backend.get_environment(given["Name"])}

    def _update_environment(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"Arn": self.backend.update_environment(given)}

    def _delete_environment(self, given: dict[str, Any]) -> dict[str, Any]:
        self.backend.delete_environment(given["Name"])
        return {}

    def _list_environments(self, given: dict[str, Any]) -> dict[str, Any]:
        names, token = self.backend.list_environments(given.get("MaxResults", PAGE), given.get("NextToken"))
        return {"Environments": names, **({"NextToken": token} if token else {})}

    def _list_tags_for_resource(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"Tags": self.backend.tags_of(given["ResourceArn"])}

    def _tag_resource(self, given: dict[str, Any]) -> dict[str, Any]:
        self.backend.tag_resource(given["ResourceArn"], given["Tags"])
        return {}

    def _untag_resource(self, given: dict[str, Any]) -> dict[str, Any]:
        self.backend.untag_resource(given["ResourceArn"], given["TagKeys"])
        return {}

    def _create_cli_token(self, given: dict[str, Any]) -> dict[str, Any]:
        return access.create_cli_token(self.backend, given["Name"])

    def _create_web_login_token(self, given: dict[str, Any]) -> dict[str, Any]:
        return access.create_web_login_token(self.backend, given["Name"])

    def _invoke_rest_api(self, given: dict[str, Any]) -> dict[str, Any]:
        return access.invoke_rest_api(self.backend, given)

    def _publish_metrics(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {}


def _query(request: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for key, values in parse_qs(request.query_string.decode(), keep_blank_values=True).items():
        if key == "tagKeys":
            given["TagKeys"] = values
        elif key in NUMBERS and values[0].lstrip("-").isdigit():
            given[key] = int(values[0])
        else:
            given[key] = values[0]
    return given


def _body(raw: Any) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise ValidationException("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise ValidationException("The body is not a JSON object.")
    return body


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
