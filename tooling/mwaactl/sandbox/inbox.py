"""What was published to SNS topics: nobody gets e-mail from the sandbox, so it can be read here.

moto keeps messages, but neither their times nor those of a topic that is gone. Messages sent straight to a phone or a
mobile endpoint are not shown.
"""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Any

KEPT = 1_000  # messages; the oldest go first
_messages: deque[dict[str, Any]] = deque(maxlen=KEPT)


def messages(topic_arn: str = "") -> list[dict[str, Any]]:
    """Messages, the oldest first, of one topic or of all; `published_at` is in epoch seconds."""
    return [one for one in list(_messages) if topic_arn in ("", one["topic"])]


def plug_into_moto() -> None:
    """Note what moto's topics publish, and forget it when moto is reset. Calling it again changes nothing."""
    from moto.moto_api._internal.models import MotoAPIBackend
    from moto.sns.models import Topic

    publish, reset = Topic.publish, MotoAPIBackend.reset
    if publish.__module__ == __name__:
        return

    def noted(self: Any, message: str, subject: str | None = None, **others: Any) -> str:
        body = _as_mailed(message, others.get("message_structure"))
        message_id: str = publish(self, message, subject=subject, **others)
        _messages.append(
            {
                "message_id": message_id,
                "topic": self.arn,
                "subject": subject or "",
                "body": body,
                "published_at": time.time(),
            }
        )
        return message_id

    def forget_and_reset(self: Any) -> None:
        _messages.clear()
        reset(self)

    Topic.publish = noted
    MotoAPIBackend.reset = forget_and_reset


def _as_mailed(message: str, structure: str | None) -> str:
    """What an address gets. Airflow's operator publishes JSON with a text per protocol, `default` for all others.

    Raises InvalidParameterValue, as SNS does, for what is no such JSON.
    """
    from moto.sns.exceptions import InvalidParameterValue

    if structure != "json":
        return message
    try:
        texts = json.loads(message)
        return str(texts.get("email", texts["default"]))
    except (ValueError, AttributeError):
        raise InvalidParameterValue("Message Structure - JSON message body failed to parse") from None
    except KeyError:
        raise InvalidParameterValue("Message Structure - No default entry in JSON message body") from None
