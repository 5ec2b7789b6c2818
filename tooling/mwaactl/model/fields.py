"""Types of values that AWS restricts, each with the words a person needs when theirs does not fit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

FOR_EVER = 0
"""Days of retention of a log group that CloudWatch never empties (the AWS provider's word for it)."""


class Section(BaseModel):
    """A part of the configuration: frozen, nothing unknown, no value converted behind the reader's back."""

    # Deferred: each part's validator would be built alone first, and then once more for the whole that holds it.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


def refused(message: str, *, allowed: str = "", hint: str = "") -> PydanticCustomError:
    """What a validator raises. The three texts come through to the report as they are."""
    return PydanticCustomError("refused", "{message}", {"message": message, "allowed": allowed, "hint": hint})


@dataclass(frozen=True)
class Pattern:
    """Text must match `regex` entirely; `allowed` says so in words.

    `hints` pair a regex of a common slip with its cure.
    """

    regex: str
    allowed: str
    longest: int = 1024
    hints: tuple[tuple[str, str], ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        # patternErrorMessage is what the YAML language server shows; other validators ignore it.
        pattern = {"pattern": f"^({self.regex})$", "patternErrorMessage": self.allowed, "maxLength": self.longest}
        return {**handler(schema), **pattern}

    def check(self, value: str) -> str:
        fits = re.fullmatch(self.regex, value)
        if fits and len(value) > self.longest:
            raise refused(f"is {len(value)} characters long", allowed=f"at most {self.longest} characters")
        if fits:
            return value
        hint = next((cure for slip, cure in self.hints if re.search(slip, value)), "")
        raise refused("does not have the right form", allowed=self.allowed, hint=hint)


@dataclass(frozen=True)
class OneOf:
    """Text must be one of a few names."""

    names: tuple[str, ...]
    hints: tuple[tuple[str, str], ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.names)}

    def check(self, value: str) -> str:
        if value in self.names:
            return value
        hint = next((cure for name, cure in self.hints if name == value), "")
        raise refused("is not known", allowed=", ".join(self.names), hint=hint or did_you_mean(value, self.names))


@dataclass(frozen=True)
class Days:
    """A number of days out of the list that CloudWatch Logs accepts (PutRetentionPolicy)."""

    days: tuple[int, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.days)}

    def check(self, value: int) -> int:
        if value in self.days:
            return value
        nearest = min(self.days, key=lambda days: (abs(days - value), days))
        allowed = ", ".join(map(str, self.days))
        raise refused("is no retention that CloudWatch Logs offers", allowed=allowed, hint=f"the nearest is {nearest}")


@dataclass(frozen=True)
class Distinct:
    """No item twice, and at least `fewest`, at most `most` of them."""

    fewest: int = 0
    most: int = 1000
    what: str = "items"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "minItems": self.fewest, "maxItems": self.most, "uniqueItems": True}

    def check(self, values: tuple[str, ...]) -> tuple[str, ...]:
        if not self.fewest <= len(values) <= self.most:
            allowed = f"exactly {self.most}" if self.fewest == self.most else f"{self.fewest} to {self.most}"
            raise refused(f"has {len(values)} {self.what}", allowed=f"{allowed} {self.what}")
        twice = [value for index, value in enumerate(values) if value in values[:index]]
        if twice:
            raise refused(f"holds {twice[0]} twice", allowed=f"different {self.what}")
        return values


def did_you_mean(value: str, known: tuple[str, ...] | list[str]) -> str:
    """A hint naming the known word nearest to `value`, or nothing."""
    close = get_close_matches(value.lower(), known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""


def arn(service: str, resource: str, allowed: str, *, account: str = r"\d{12}") -> Pattern:
    """An ARN of `service` in any partition; `resource` is a regex for what follows the account."""
    region = "" if service in {"iam", "s3"} else r"[a-z0-9-]+"
    return Pattern(
        rf"arn:aws(-[a-z]+)*:{service}:{region}:{account}:{resource}",
        allowed,
        hints=(("^(?!arn:)", "an ARN begins with arn:aws:"), (r"\s", "remove the white space")),
    )


AccountId = Annotated[str, Pattern(r"\d{12}", "12 digits in quotes", 12, ((r"\d-", "leave out the hyphens"),))]

Region = Annotated[
    str,
    Pattern(
        r"[a-z]{2}(-[a-z]+)+-\d",
        "the code of an AWS Region, such as eu-west-1",
        32,
        ((r"\d[a-z]$", "that is an Availability Zone; leave out its last letter"),),
    ),
]

_RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

RetentionInDays = Annotated[int, Days(_RETENTIONS)]

RetentionOrNone = Annotated[int, Days((FOR_EVER, *_RETENTIONS))]

RepositoryPath = Annotated[
    str,
    Pattern(
        r"(?!/)(?!~)(?!.*(^|/)\.\.(/|$))(?!.*\\)(?!.*//)[^\x00-\x1f]+(?<!/)",
        "a path in this repository, relative to its root, such as dags/requirements.txt",
        1024,
        (("^/", "leave out the leading /"), (r"\\", "use / between folders"), ("/$", "leave out the trailing /")),
    ),
]

IamRoleArn = Annotated[
    str, arn("iam", r"role/?[a-zA-Z_0-9+=,.@\-_/]+", "the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME")
]
