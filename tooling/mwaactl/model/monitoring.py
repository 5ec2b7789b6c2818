"""Alarms and dashboard."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mwaactl.model.fields import Distinct, Pattern, Section, arn

EmailAddress = Annotated[
    str,
    Pattern(r"[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "an e-mail address, such as data-platform@example.com", 254),
]


class Monitoring(Section):
    """Alarms notify an existing topic, or a new one to which the addresses are subscribed."""

    alarms: bool = Field(True, description="Whether CloudWatch alarms are made.")
    dashboard: bool = Field(True, description="Whether a CloudWatch dashboard is made.")
    notification_emails: Annotated[tuple[EmailAddress, ...], Distinct(0, 50, "addresses")] = Field(
        (), description="Addresses that a new topic notifies. Each has to confirm once."
    )
    notification_topic_arn: (
        Annotated[str, arn("sns", r"[A-Za-z0-9_-]{1,256}", "the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME")]
        | None
    ) = Field(None, description="Existing SNS topic to notify instead.")
    queued_tasks_threshold: int = Field(
        50, ge=1, le=100_000, description="Queued tasks above which, for a while, an alarm goes off."
    )
