"""The errors of the API (service model redshift-serverless/2021-04-21)."""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


class ValidationException(JsonRESTError):  # type: ignore[misc]  # noqa: N818 - the name of the shape
    """The input is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


class ConflictException(JsonRESTError):  # type: ignore[misc]  # noqa: N818 - the name of the shape
    """It is there already, or in use."""

    def __init__(self, message: str) -> None:
        super().__init__("ConflictException", message)


class ResourceNotFoundException(JsonRESTError):  # type: ignore[misc]  # noqa: N818 - the name of the shape
    """No such namespace, workgroup or ARN."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceNotFoundException", message)
