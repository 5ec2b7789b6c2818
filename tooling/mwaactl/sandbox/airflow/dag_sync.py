"""Keeps the DAG folder as the bucket is: MWAA copies every 30 s, the sandbox every 2 s."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path, PurePosixPath
from typing import Any

from mwaactl.sandbox.airflow.spec import Place, Spec
from mwaactl.sandbox.objects import NoSuchObjectError, objects_below

EVERY_S = 2.0
log = logging.getLogger(__name__)


class DagSync:
    """From what is below DagS3Path to `place.dags`, deletions included."""

    def __init__(self, spec: Spec, place: Place) -> None:
        self._spec, self._place = spec, place
        self._known: dict[str, str] = {}
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to copy, now and then."""
        self._thread = threading.Thread(target=self._run, name=f"dags of {self._spec.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Copy no more."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def once(self) -> bool:
        """Make the folder like the bucket now. Whether anything changed."""
        wanted = self._objects()
        is_changed = False
        for name, (etag, key) in wanted.items():
            target = self._place.dags / name
            if self._known.get(name) != etag or not target.is_file():
                _put(target, bytes(key.value))
                self._known[name] = etag
                is_changed = True
        for folder, _folders, files in os.walk(self._place.dags, topdown=False):
            for file in files:
                path = Path(folder, file)
                name = path.relative_to(self._place.dags).as_posix()
                if name not in wanted and "__pycache__" not in path.parts:
                    path.unlink(missing_ok=True)
                    self._known.pop(name, None)
                    is_changed = True
        return is_changed

    def _objects(self) -> dict[str, tuple[str, Any]]:
        prefix = str(self._spec.settings["DagS3Path"]).strip("/") + "/"
        try:
            below = objects_below(self._spec.account_id, f"s3://{self._spec.bucket}/{prefix}")
        except NoSuchObjectError:  # a bucket that was deleted has no DAGs
            return {}
        names = {key.removeprefix(prefix): found for key, found in below.items()}
        return {name: (str(found.etag), found) for name, found in names.items() if _is_inside(name)}

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            try:
                self.once()
            except Exception:  # the next round may be better, and an Airflow without new DAGs is better than none
                log.exception("the DAGs of %s cannot be copied", self._spec.name)


def _is_inside(name: str) -> bool:
    """Whether a key stands for a file of the folder, and not for a folder or for something outside."""
    parts = PurePosixPath(name).parts
    return bool(name) and not name.endswith("/") and ".." not in parts and not name.startswith("/")


def _put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.write_bytes(content)
    partial.replace(target)
