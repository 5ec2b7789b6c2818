"""Brings what Airflow writes to the log groups of the environment, with the names of streams that MWAA uses."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from mwaactl.sandbox.airflow.components import TASK_API
from mwaactl.sandbox.airflow.configuration import LEVELS
from mwaactl.sandbox.airflow.spec import Place, Spec
from mwaactl.sandbox.log_events import GrowingFile, Stream
from mwaactl.sandbox.mwaa.surroundings import log_group_name

EVERY_S = 1.0
WORDS = re.compile(r"[^\W_]")  # the name of Airflow in large letters has none
LEVEL = re.compile(r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b", re.IGNORECASE)
TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)")
HOST = "ip-127-0-0-1"
HEAD = 160  # characters of a line in which its time and level stand
COMPONENTS = {
    "webserver": ("WebserverLogs", "webserver"),
    "api-server": ("WebserverLogs", "webserver"),
    TASK_API: ("WebserverLogs", "webserver"),
    "scheduler": ("SchedulerLogs", "scheduler"),
    "triggerer": ("SchedulerLogs", "triggerer"),
    "dag-processor": ("DagProcessingLogs", "dag_processor"),
}
log = logging.getLogger(__name__)


class LogGroups:
    """Follows the files below `place.output` and `place.task_logs`, each from where it was read last."""

    def __init__(self, spec: Spec, place: Place) -> None:
        self._spec, self._place = spec, place
        self._read: dict[Path, GrowingFile] = {}
        self._last: dict[Stream, int] = {}
        self._busy = threading.RLock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        for path, _module, _stream in self._files():  # what an Airflow of before wrote has been told
            self._read[path] = GrowingFile(path, path.stat().st_size)

    def start(self) -> None:
        """Begin to follow."""
        self._thread = threading.Thread(target=self._run, name=f"logs of {self._spec.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Bring what is left, and end."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self._safely(is_over=True)

    def once(self, *, is_over: bool = False) -> None:
        """Bring what is new; when it `is_over`, also a last line without its end."""
        with self._busy:
            for path, module, stream in self._files():
                for lines in self._read.setdefault(path, GrowingFile(path)).new_lines(is_over=is_over):
                    is_component = path.parent == self._place.output
                    self._add(module, stream, filter(WORDS.search, lines) if is_component else lines)

    def write(self, module: str, stream: str, lines: Iterable[str]) -> None:
        """Add lines of this moment to a stream, where the module's logs are enabled, from its level on."""
        self._add(module, stream, lines, int(time.time() * 1000))

    def _add(self, module: str, stream: str, lines: Iterable[str], earliest: int = 0) -> None:
        block = self._spec.settings["LoggingConfiguration"][module]
        if not block["Enabled"]:
            return
        place = (self._spec.account_id, self._spec.region, log_group_name(self._spec.name, module))
        wanted = Stream(*place, stream.replace(":", "_").replace("*", "_"))
        with self._busy:
            self._last[wanted] = max(self._last.get(wanted, 0), earliest)
            wanted.put(self._events(wanted, lines, block["LogLevel"]))

    def _events(self, stream: Stream, lines: Iterable[str], lowest: str) -> Iterator[tuple[int, str]]:
        """Lines with a time of their own, and what follows them; times never go back in a stream."""
        is_wanted, moment = True, self._last.get(stream, 0)
        for line in lines:
            found = TIME.search(line[:HEAD])
            level = LEVEL.search(line[:HEAD])
            if found or level:
                is_wanted = level is None or LEVELS.index(level[1].upper()) >= LEVELS.index(lowest)
            moment = max(moment, _milliseconds(found[1]) if found else 0) or int(time.time() * 1000)
            if is_wanted:
                yield moment, line
        self._last[stream] = moment

    def _files(self) -> Iterator[tuple[Path, str, str]]:
        for name, (module, stream) in COMPONENTS.items():
            path = self._place.output / f"{name}.log"
            if path.is_file():
                yield path, module, stream_of(stream)
        for path in sorted(self._place.task_logs.rglob("*.log")):
            name = path.relative_to(self._place.task_logs).as_posix()
            if path.is_symlink() or "latest/" in name:
                continue
            if name.startswith("dag_id="):
                yield path, "TaskLogs", name
            elif name.startswith(("scheduler/", "dag_processor")):
                file = name.partition("/")[2].partition("/")[2] or name
                yield path, "DagProcessingLogs", f"scheduler_{file}"

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            self._safely()

    def _safely(self, *, is_over: bool = False) -> None:
        try:
            self.once(is_over=is_over)
        except Exception:  # the next round may be better
            log.exception("the logs of %s cannot be brought to CloudWatch", self._spec.name)


def stream_of(part: str) -> str:
    """The stream of a component, or of what is done before they start, by MWAA's name for it."""
    return f"{part}_{HOST}.log"


def _milliseconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.replace(",", ".").replace("Z", "+00:00"))
    except ValueError:
        return 0
    return int(moment.timestamp() * 1000)
