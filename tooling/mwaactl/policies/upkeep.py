"""Rules of what surrounds a protected environment: its key's end, its alarms."""

from __future__ import annotations

from typing import Final

from mwaactl.errors import Severity
from mwaactl.policies.resource import UNKNOWN, Resource
from mwaactl.policies.rule import FINE, UNTOLD, Judgement, Rule, failed, if_protected, judged, number

KEY, ALARM = "aws_kms_key", "aws_cloudwatch_metric_alarm"

SHORTEST_WINDOW: Final = 14
"""Days. KMS takes 7 to 30 and by itself 30: two weeks are enough to notice over a holiday."""


def dies_slowly(resource: Resource) -> Judgement:
    """Not set is 30 days."""
    days = number(resource.value("deletion_window_in_days"))
    return judged(days, lambda days: days in (None, 0) or days >= SHORTEST_WINDOW, "deletion_window_in_days")


def tells_somebody(resource: Resource) -> Judgement:
    """A topic that is being made is not known yet, and cannot be told."""
    actions = resource.value("alarm_actions")
    if actions is UNKNOWN:
        return UNTOLD
    return FINE if actions else failed("alarm_actions")


RULES = (
    Rule(
        30,
        Severity.MEDIUM,
        "BACKUP_AND_RECOVERY",
        (KEY,),
        f"A key of a protected MWAA environment can be saved for {SHORTEST_WINDOW} days after its deletion",
        why="With the key go bucket, logs and metadata. KMS offers 7 to 30 days, 30 by itself.",
        mend="`encryption.deletion_window_in_days: 30`",
        source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
        judge=if_protected(dies_slowly),
    ),
    Rule(
        31,
        Severity.LOW,
        "LOGGING",
        (ALARM,),
        "Alarms of a protected MWAA environment notify somebody",
        why="An alarm without an action is seen by whoever happens to look. On the plan that makes the topic, its "
        "address is not known and nothing can be told.",
        mend="`monitoring.notification_emails` or `monitoring.notification_topic_arn`",
        source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
        judge=if_protected(tells_somebody),
    ),
)
