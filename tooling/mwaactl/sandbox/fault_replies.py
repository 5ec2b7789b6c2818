"""The reply of a fault, in the error format of the protocol that the called service speaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import responses
from typing import Any
from xml.sax.saxutils import escape

from mwaactl.sandbox.faults import Call

# Error codes that SDKs know, by HTTP status; S3 and MWAA have names of their own for some.
CODES = {
    400: "ValidationException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    429: "TooManyRequestsException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}
XML_CODES = {403: "AccessDenied", 429: "Throttling", 500: "InternalError", 503: "ServiceUnavailable"}
S3_CODES = {**XML_CODES, 429: "SlowDown", 503: "SlowDown"}
QUERY_SERVICES = {"iam", "sts", "sns", "monitoring", "elasticloadbalancing", "autoscaling", "rds", "cloudformation"}
EC2_XML = "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
S3_XML = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
QUERY_XML = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
)


def fault_reply(fault: dict[str, Any], call: Call, start_response: Callable[..., Any]) -> list[bytes]:
    """Send the error that `fault` asks for."""
    status = fault["status"]
    kind, form, codes = _format(call.service)
    code = fault.get("code") or codes.get(status) or responses.get(status, "Error").replace(" ", "")
    message = fault.get("message", f"Fault asked for with PUT /_sandbox/faults: {status}.")
    headers = [("Content-Type", kind)]
    if form:
        body = form.format(code=escape(code), message=escape(message))
    else:
        headers.append(("x-amzn-errortype", code))
        body = json.dumps({"__type": code, "message": message})
    content = body.encode()
    start_response(f"{status} {responses.get(status, 'Error')}", [*headers, ("Content-Length", str(len(content)))])
    return [content]


def _format(service: str) -> tuple[str, str, dict[int, str]]:
    if service == "ec2":
        return "text/xml", EC2_XML, XML_CODES
    if service == "s3":
        return "application/xml", S3_XML, S3_CODES
    if service in QUERY_SERVICES:
        return "text/xml", QUERY_XML, XML_CODES
    return "application/json", "", CODES
