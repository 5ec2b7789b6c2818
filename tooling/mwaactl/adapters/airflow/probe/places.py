"""Where in the user's code something happened."""

from __future__ import annotations

import linecache
import sys
import traceback
from types import FrameType, TracebackType
from typing import Any

MOST_FRAMES = 3


def current_place(roots: tuple[str, ...]) -> tuple[str, int]:
    """File and line of the innermost frame of the user's code in this thread; empty and 0 without one."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith(roots):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "", 0


def user_frames(trace: TracebackType | None, roots: tuple[str, ...]) -> list[dict[str, Any]]:
    """The last frames of a traceback that are the user's, innermost last."""
    frames = [frame for frame in _frames(trace) if frame[0].startswith(roots)][-MOST_FRAMES:]
    return [
        {"file": file, "line": line, "name": name, "text": linecache.getline(file, line).strip()[:200]}
        for file, line, name in frames
    ]


def _frames(trace: TracebackType | None) -> list[tuple[str, int, str]]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append((code.co_filename, trace.tb_lineno, code.co_name))
        trace = trace.tb_next
    return found


def described(error: BaseException, path: str, roots: tuple[str, ...]) -> dict[str, Any]:
    """An error as data, with the user's place in it."""
    frames = user_frames(error.__traceback__, roots)
    file, line = (frames[-1]["file"], frames[-1]["line"]) if frames else (path, 0)
    if isinstance(error, SyntaxError) and error.filename and str(error.filename).startswith(roots):
        file, line = str(error.filename), error.lineno or 0
    try:
        text = "".join(traceback.format_exception_only(type(error), error)[-1:]).strip()
    except Exception:  # noqa: BLE001, RUF100 - its __str__ is the user's
        text = type(error).__name__
    kind = type(error).__name__
    message = text.removeprefix(f"{type(error).__module__}.").removeprefix(kind).removeprefix(": ")
    details: dict[str, Any] = {"type": kind, "message": message[:1000], "file": file, "line": line, "frames": frames}
    if isinstance(error, ModuleNotFoundError) and error.name:
        details["module"] = error.name
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        details["key"] = error.args[0]
    return details


def place_of_dag(source: str, dag_id: str) -> int:
    """The line that names a DAG: its id in quotes, or the function that it is made of; 0 when neither is there."""
    for text in (f'dag_id="{dag_id}"', f"dag_id='{dag_id}'", f'"{dag_id}"', f"'{dag_id}'", f"def {dag_id}("):
        at = source.find(text)  # no regular expression: compiling one for each DAG is what takes time
        if at >= 0:
            return source.count("\n", 0, at) + 1
    return 0
