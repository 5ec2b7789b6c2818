"""`mwaactl sandbox`: what was published to SNS is read back, and a stop says what it found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from integration.project_fixtures import Copy, copy

__all__ = ["copy"]

pytestmark = pytest.mark.integration


@pytest.fixture
def ready(copy: Copy) -> Iterator[Copy]:
    """The copy with a sandbox."""
    copy.ok("sandbox", "start")
    yield copy
    copy.ok("sandbox", "stop")


def test_inbox_shows_what_was_published_whatever_became_of_the_topic(ready: Copy) -> None:
    sns = ready.client("sns")
    kept, gone = (sns.create_topic(Name=name)["TopicArn"] for name in ("kept", "gone"))
    assert "nothing was published" in ready.ok("sandbox", "inbox").out
    sns.publish(TopicArn=gone, Message='{"default": "of before"}', MessageStructure="json")  # as Airflow does it
    sns.publish(TopicArn=kept, Subject="Retail sales: done", Message="3 good [bold]\n0 bad")
    entries = [{"Id": "1", "Subject": "third", "Message": "of a batch"}]
    sns.publish_batch(TopicArn=kept, PublishBatchRequestEntries=entries)
    with pytest.raises(ClientError, match="No default entry"):
        sns.publish(TopicArn=gone, Message="{}", MessageStructure="json")
    sns.delete_topic(TopicArn=gone)

    told = ready.ok("sandbox", "inbox").out
    assert kept in told
    assert "Retail sales: done\n  3 good [bold]\n  0 bad\n" in told
    assert told.index("(no subject)\n  of before") < told.index("Retail sales") < told.index("third\n  of a batch")

    messages = ready.ok("sandbox", "inbox", "--topic", kept, "--output", "json").envelope["data"]["messages"]
    assert [one["subject"] for one in messages] == ["Retail sales: done", "third"]
    assert messages[0]["body"] == "3 good [bold]\n0 bad"
    assert abs(datetime.fromisoformat(messages[0]["published_at"]).timestamp() - time.time()) < 60

    ready.ok("sandbox", "reset", "--yes")
    assert ready.ok("sandbox", "inbox", "--output", "json").envelope["data"]["messages"] == []


def test_stop_tells_one_that_ran_from_none(ready: Copy) -> None:
    assert ready.ok("sandbox", "stop").out == "the sandbox has stopped, and what it held is gone\n"
    assert ready.ok("sandbox", "stop").out == "the sandbox is not running\n"
    ready.ok("sandbox", "start")
    assert ready.ok("sandbox", "stop", "--output", "json").envelope["data"]["has_stopped"] is True
