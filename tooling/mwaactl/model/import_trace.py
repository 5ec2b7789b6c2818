"""Where in the user's own code an import failed, read from the stack trace that Airflow keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

MAXIMUM_FRAMES = 3
_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<where>.+))?$')
_FOREIGN = re.compile(r"site-packages/|dist-packages/|/lib(64)?/python\d|^<")


@dataclass(frozen=True)
class TracePlace:
    """The last line of the user's own code, what was raised, and the last of the user's frames, innermost last."""

    line: int
    message: str
    frames: tuple[str, ...]


def trace_place(trace: str, file: str) -> TracePlace:
    """Read a stack trace of the import of `file`, which is relative to the DAG folder."""
    frames = [found for found in map(_FRAME.match, trace.splitlines()) if found and not _FOREIGN.search(found["file"])]
    own = [found for found in frames if file and PurePosixPath(found["file"]).as_posix().endswith(file)]
    words = [
        f"{_short(found['file'])}:{found['line']}" + (f" in {found['where']}" if found["where"] else "")
        for found in frames[-MAXIMUM_FRAMES:]
    ]
    return TracePlace(int(own[-1]["line"]) if own else 0, _raised(trace), tuple(words))


def _raised(trace: str) -> str:
    """The line that names the exception: the last that is not indented."""
    lines = [line for line in trace.splitlines() if line.strip()]
    outer = [line for line in lines if not line[0].isspace()]
    return (outer or lines or ["no stack trace"])[-1].strip()


def _short(path: str) -> str:
    for folder in ("/dags/", "/plugins/"):
        if folder in path:
            return path.partition(folder)[2]
    return path
