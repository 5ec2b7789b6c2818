"""Streams of the sandbox's CloudWatch logs, and lines of growing files for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

MOST_EVENTS = 1_000  # of one call; CloudWatch takes 10,000
LONGEST = 200_000  # characters of one event; CloudWatch takes 256 KiB
CHUNK = 1_000_000  # bytes that are read at once
_making = threading.Lock()


@dataclass(frozen=True)
class Stream:
    """A log stream of one account and Region."""

    account_id: str
    region: str
    group: str
    name: str

    def write(self, lines: Iterable[str]) -> None:
        """Add lines, as of now."""
        now = int(time.time() * 1000)
        self.put((now, line) for line in lines)

    def put(self, events: Iterable[tuple[int, str]]) -> None:
        """Add events, each with its time in milliseconds since 1970, none before the one ahead of it.

        The group and the stream are made where they are not there yet. Lines with nothing in them are left out.
        """
        from moto.logs.models import logs_backends

        logs: Any = logs_backends[self.account_id][self.region]
        wanted = [{"timestamp": moment, "message": line[:LONGEST]} for moment, line in events if line.strip()]
        with _making:
            if self.group not in logs.groups:
                logs.create_log_group(self.group, {})
            if self.name not in logs.groups[self.group].streams:
                logs.create_log_stream(self.group, self.name)
            for begin in range(0, len(wanted), MOST_EVENTS):
                logs.put_log_events(self.group, self.name, wanted[begin : begin + MOST_EVENTS])


class GrowingFile:
    """What a file got since the last time, in whole lines; from `begin` bytes on."""

    def __init__(self, path: Path, begin: int = 0) -> None:
        self._path, self._read, self._rest = path, begin, b""

    def new_lines(self, *, is_over: bool = False) -> Iterator[list[str]]:
        """Lists of lines, none of them long. A last line without its end comes once the file `is_over`.

        A file that became shorter is read anew; one that is gone has nothing new.
        """
        try:
            size = self._path.stat().st_size
            if size < self._read:
                self._read, self._rest = 0, b""
            if size > self._read:
                with self._path.open("rb") as file:
                    file.seek(self._read)
                    yield from self._whole_lines(file)
        except FileNotFoundError:  # Airflow removes old files
            return
        if is_over and self._rest:
            yield [_text(self._rest)]
            self._rest = b""

    def _whole_lines(self, file: BinaryIO) -> Iterator[list[str]]:
        while chunk := file.read(CHUNK):
            self._read += len(chunk)
            *whole, self._rest = (self._rest + chunk).split(b"\n")
            if whole:
                yield [_text(line) for line in whole]


class Follower:
    """Brings what a file got since the last time. `last` is the last line with something in it."""

    def __init__(self, path: Path, stream: Stream) -> None:
        self._file, self._stream = GrowingFile(path), stream
        self.last = ""

    def bring(self, *, is_over: bool = False) -> None:
        """Whole lines only, until the file `is_over`."""
        for lines in self._file.new_lines(is_over=is_over):
            filled = [line for line in lines if line.strip()]
            if filled:
                self.last = filled[-1].strip()
                self._stream.write(filled)


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r")
