"""The tokens of CreateCliToken and CreateWebLoginToken. Both live 60 seconds (MWAA guide), in memory alone."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

LIFE_S = 60.0


class Kind(Enum):
    """What a token is for. One for the web logs in once; one for the CLI runs commands as long as it lives."""

    CLI = "cli"
    WEB = "web"


@dataclass(frozen=True)
class _Issued:
    digest: bytes = field(repr=False)
    kind: Kind
    environment: uuid.UUID
    ends_at: float


class Tokens:
    """Tokens of all environments. `clock` gives seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._issued: list[_Issued] = []
        self._lock = threading.Lock()

    def issue(self, kind: Kind, environment: uuid.UUID) -> str:
        """A new token for one environment. A secret."""
        token = f"sandbox-{kind.value}-{secrets.token_urlsafe(32)}"
        with self._lock:
            self._forget_old()
            self._issued.append(_Issued(_digest(token), kind, environment, self._clock() + LIFE_S))
        return token

    def accept(self, kind: Kind, environment: uuid.UUID, token: str) -> bool:
        """Whether it is one of this kind for this environment and still lives. One for the web is used up by it."""
        asked = _digest(token)
        with self._lock:
            self._forget_old()
            # All of them are compared, each in constant time: how long it takes tells nothing about any.
            same = [one for one in self._issued if hmac.compare_digest(one.digest, asked)]
            found = [one for one in same if (one.kind, one.environment) == (kind, environment)]
            if kind is Kind.WEB:
                self._issued = [one for one in self._issued if one not in found]
        return bool(found)

    def forget(self, environment: uuid.UUID) -> None:
        """End the tokens of an environment."""
        with self._lock:
            self._issued = [one for one in self._issued if one.environment != environment]

    def _forget_old(self) -> None:
        now = self._clock()
        self._issued = [one for one in self._issued if one.ends_at > now]


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
