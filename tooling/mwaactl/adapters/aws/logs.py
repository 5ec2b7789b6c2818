"""CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.aws.session import Account, is_absent, translating
from mwaactl.errors import NotReady
from mwaactl.model.log_event import LogEvent, StreamFilter, log_event_of

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient


@dataclass(frozen=True)
class Logs:
    """The logs of one account and Region."""

    account: Account

    def pages(self, group: str, start: datetime, wanted: StreamFilter) -> Iterator[list[LogEvent]]:
        """The events of a log group since `start`, oldest first, one page at a time: some may be empty.

        Raises NotReady when there is no such log group.
        """
        arguments: dict[str, Any] = {"logGroupName": group, "startTime": int(start.timestamp() * 1000)}
        if wanted.prefix:
            arguments["logStreamNamePrefix"] = wanted.prefix
        while True:
            given = self._page(arguments)
            found = [log_event_of(event) for event in given.get("events", ())]
            yield [event for event in found if wanted.has(event.stream)]
            if not given.get("nextToken"):
                return
            arguments["nextToken"] = given["nextToken"]

    def errors(self, group: str, stream: str, start: datetime, end: datetime) -> list[LogEvent]:
        """Events with the word ERROR in streams whose names begin with `stream`: the first that AWS finds.

        Raises NotReady when there is no such log group.
        """
        arguments: dict[str, Any] = {
            "logGroupName": group,
            "logStreamNamePrefix": stream,
            "filterPattern": "ERROR",
            "startTime": int(start.timestamp() * 1000),
            "endTime": int(end.timestamp() * 1000),
        }
        while True:
            given = self._page(arguments)
            found = [log_event_of(event) for event in given.get("events", ())]
            found = [event for event in found if event.stream.startswith(stream)]  # moto knows no prefix
            if found or not given.get("nextToken"):
                return found
            arguments["nextToken"] = given["nextToken"]

    def _page(self, arguments: dict[str, Any]) -> dict[str, Any]:
        from botocore.exceptions import ClientError

        client: CloudWatchLogsClient = self.account.client("logs")
        with translating("logs", "FilterLogEvents"):
            try:
                return dict(client.filter_log_events(**arguments))
            except ClientError as error:
                if not is_absent(error):
                    raise
                raise NotReady(f"There is no log group {arguments['logGroupName']}.") from error
