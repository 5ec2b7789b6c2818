"""The errors of the MWAA API, in the form in which they travel.

HTTP status, header `x-amzn-errortype`, JSON body. Source: service model mwaa/2020-07-01; `AccessDeniedException` alone
spells its member `Message`, and both RestApi exceptions carry a status and a reply instead of a message.
"""

from __future__ import annotations

import json
from typing import Any


class MWAAError(Exception):
    """One error reply of the service. `name` is the shape's name, `status` the HTTP status."""

    name = "InternalServerException"
    status = 500
    member = "message"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def body(self) -> dict[str, Any]:
        """The members of the error's shape."""
        return {self.member: self.message}

    def reply(self) -> tuple[int, dict[str, str], str]:
        """Status, headers and body as moto's dispatcher wants them."""
        headers = {"content-type": "application/json", "x-amzn-errortype": self.name}
        return self.status, headers, json.dumps(self.body())


class ValidationException(MWAAError):  # noqa: N818 - the name of the shape
    """The input is wrong, or the environment is in no state for it."""

    name = "ValidationException"
    status = 400


class ResourceNotFoundException(MWAAError):  # noqa: N818 - the name of the shape
    """No such environment."""

    name = "ResourceNotFoundException"
    status = 404


class AccessDeniedException(MWAAError):  # noqa: N818 - the name of the shape
    """The caller may not do it."""

    name = "AccessDeniedException"
    status = 403
    member = "Message"


class RestApiClientException(MWAAError):  # noqa: N818 - the name of the shape
    """Airflow's REST API answered with a 4xx; the HTTP status of this error is 400 whatever that one is."""

    name = "RestApiClientException"
    status = 400

    def __init__(self, rest_status: int, document: Any) -> None:
        super().__init__(f"Airflow's REST API answered {rest_status}.")
        self.rest_status = rest_status
        self.document = document

    def body(self) -> dict[str, Any]:
        """`RestApiStatusCode`, and what Airflow said."""
        return {"RestApiStatusCode": self.rest_status, "RestApiResponse": self.document}


class RestApiServerException(RestApiClientException):
    """Airflow's REST API answered with a 5xx, or did not answer; the HTTP status of this error is 400 all the same."""

    name = "RestApiServerException"
