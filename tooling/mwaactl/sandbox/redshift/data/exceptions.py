"""The errors of the Data API (service model redshift-data/2019-12-20)."""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


class ValidationException(JsonRESTError):  # type: ignore[misc]  # noqa: N818 - the name of the shape
    """The input is wrong, or asks for what is not emulated."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


class ResourceNotFoundException(JsonRESTError):  # type: ignore[misc]  # noqa: N818 - the name of the shape
    """No such statement, or it has no result."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceNotFoundException", message)
