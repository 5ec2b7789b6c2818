"""One publish at a time, whatever machines they run on: the claim object in the bucket."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from mwaactl.adapters.aws import Bucket
from mwaactl.adapters.process import is_running, started_at
from mwaactl.errors import AwsError, Busy, MwaactlError
from mwaactl.model.claim import (
    CLAIM_KEY,
    QUIET_S,
    RENEWAL_S,
    STALE_S,
    Claim,
    Owner,
    SeenClaim,
    claim_from_json,
    with_inherited,
)

POLL_S = 2.0
_TAKEN = "if that run was killed, its claim counts for nothing after a minute without a sign of life: run this again"


@dataclass(frozen=True)
class Clock:
    """`now` in seconds from anywhere, and how to wait."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def this_owner(user: str) -> Owner:
    """This run, as others will know it."""
    pid = os.getpid()
    return Owner(user, socket.gethostname(), _machine(), pid, started_at(pid))


def is_dead(claim: Claim, machine: str) -> bool:
    """Is it certain that the run of this claim is over? Of runs elsewhere only their own word counts."""
    owner = claim.owner
    if claim.is_over:
        return True
    if owner.machine != machine:
        return False
    return not is_running(owner.pid) or started_at(owner.pid) != owner.started


def find_claim(bucket: Bucket) -> SeenClaim | None:
    """The claim on the bucket, if any. Raises AwsError when it cannot be read."""
    found = bucket.fetch(CLAIM_KEY)
    if found is None:
        return None
    try:
        return SeenClaim(claim_from_json(found.body), found.etag, found.age_s)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AwsError(
            f"The claim of a publish in s3://{bucket.name}/{CLAIM_KEY} cannot be read.",
            hint="it was written by another version of mwaactl, or damaged: delete it and run this again",
        ) from error


def without_owner(
    bucket: Bucket, say: Callable[[str], None], check: Callable[[], None], clock: Clock | None = None
) -> SeenClaim | None:
    """The claim that a dead run left, to be taken over; None where there is none. Raises Busy for a living one.

    A run on another machine that was silent for a while is watched until it is certain that nobody renews its claim;
    `say` tells of it and `check` may raise to end the wait.
    """
    clock, machine = clock or Clock(), _machine()
    first = find_claim(bucket)
    if first is None or is_dead(first.claim, machine):
        return first
    if first.age_s < QUIET_S:
        raise busy(first.claim)
    began = clock.now()
    say(f"{first.claim.holder}: silent for {first.age_s:.0f} s. Watching for {STALE_S:.0f} s whether it still lives")
    while clock.now() - began < STALE_S:
        check()
        clock.sleep(POLL_S)
        seen = find_claim(bucket)
        if seen is None or is_dead(seen.claim, machine):
            return seen
        if seen.etag != first.etag:
            raise busy(seen.claim)
    return first


def busy(claim: Claim) -> Busy:
    """The error for a claim whose owner lives, or may live."""
    return Busy(f"Somebody else publishes here at the moment: {claim.holder}.", hint=f"wait for it to end; {_TAKEN}")


class Holding:
    """A claim that this run has. Safe to use from several threads."""

    def __init__(self, bucket: Bucket, claim: Claim, etag: str, clock: Clock) -> None:
        self._bucket = bucket
        self._clock = clock
        self._lock = threading.Lock()
        self._claim = claim
        self._etag = etag
        self._renewed_at = clock.now()
        self._is_lost = False
        self._is_over = threading.Event()

    def check(self) -> None:
        """Raises Busy when the claim is no longer ours. Renews one that would soon be stale, as after a suspend."""
        with self._lock:
            if not self._is_lost and self._clock.now() - self._renewed_at > QUIET_S:
                self._renew()
            if self._is_lost:
                raise Busy(
                    "This publish was taken for dead and another run took over: it stops and changes no more.",
                    hint="see what the other run published, and run this again: mwaactl releases",
                )

    def keep_renewing(self) -> None:
        """Show signs of life until `end`: the work of a thread."""
        while not self._is_over.wait(RENEWAL_S):
            with self._lock, suppress(MwaactlError):  # the next renewal may get through
                self._renew()

    def end(self, *, is_clean: bool) -> None:
        """Remove the claim; or, when files may lie there that no release has, leave their journal to the next run."""
        self._is_over.set()
        with self._lock, suppress(MwaactlError):  # then it goes stale
            if self._is_lost:
                return
            if is_clean:
                self._bucket.delete_if(CLAIM_KEY, self._etag)
            else:
                self._bucket.put_if(CLAIM_KEY, replace(self._claim, is_over=True).to_json(), self._etag)

    def _renew(self) -> None:
        renewed = replace(self._claim, renewals=self._claim.renewals + 1)
        etag = self._bucket.put_if(CLAIM_KEY, renewed.to_json(), self._etag)
        if etag is None:
            self._is_lost = True
        else:
            self._claim, self._etag, self._renewed_at = renewed, etag, self._clock.now()


@contextmanager
def claiming(
    bucket: Bucket,
    owner: Owner,
    journal: Mapping[str, str | None],
    *,
    command: str,
    since: str,
    dead: SeenClaim | None,
    clock: Clock | None = None,
) -> Iterator[Holding]:
    """Hold the claim on the bucket, taken over from `dead` where there is one. Raises Busy when another run has it.

    When the block fails, the journal stays for the next run.
    """
    clock = clock or Clock()
    merged = with_inherited(journal, dead.claim if dead else None)
    claim = Claim(secrets.token_hex(8), owner, command, since, merged)
    etag = bucket.put_if(CLAIM_KEY, claim.to_json(), dead.etag if dead else None)
    if etag is None:
        other = find_claim(bucket)
        raise busy(other.claim) if other else Busy("Somebody else published meanwhile.", hint="run the command again")
    holding = Holding(bucket, claim, etag, clock)
    thread = threading.Thread(target=holding.keep_renewing, name="claim", daemon=True)
    thread.start()
    is_clean = False
    try:
        yield holding
        is_clean = True
    finally:
        holding.end(is_clean=is_clean)
        thread.join()


def _machine() -> str:
    """This kernel since its start and this container: process ids mean the same only within both."""
    parts = [socket.gethostname()]
    with suppress(OSError):  # no Linux: no containers without a host name of their own either
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
