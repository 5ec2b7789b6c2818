"""Remembers of which DAG files the static stages had nothing to say, for as long as their content is the same.

A file that something speaks against is looked at again each time.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from mwaactl.adapters.dags.programs import program
from mwaactl.adapters.files import write_whole
from mwaactl.model.dags.cycles import Import
from mwaactl.model.dags.dag_ids import DagId
from mwaactl.model.dags.python_file import PythonFile

PACKAGE = Path(__file__).parents[2]
JUDGES = ("adapters/dags/*.py", "model/dags/*.py", "model/refused.py", "model/secret_*.py")
"""The code that judges a file: another one may find more."""


class KnownFiles:
    """The files of the DAG folder `folder` that are known to be sound for Airflow and Python of these versions.

    They are kept below mwaactl's folder `cache`, for each repository `root` apart. Losing them costs time, no more.
    """

    def __init__(
        self, cache: Path, root: Path, folder: str, airflow_major: int, python: tuple[int, int] | None
    ) -> None:
        place = [str(root.resolve()), folder, airflow_major, python]
        self._path = cache / "checks" / f"{sha256(json.dumps(place).encode()).hexdigest()[:16]}.json"
        self._judges = _judges()
        self._entries: dict[str, Any] = self._loaded()
        self._digests: dict[str, str] = {}
        self._found: set[str] = set()

    def find(self, name: str, path: PurePosixPath, content: bytes) -> PythonFile | None:
        """The file `name`, `path` in the folder, if it is known with this content."""
        digest = self._digests[name] = sha256(content).hexdigest()
        entry = self._entries.get(name)
        try:
            if entry is None or entry["digest"] != digest:
                return None
            imports = tuple(Import(module, tuple(names), *rest) for module, names, *rest in entry["imports"])
            ids = tuple(
                DagId(one, name, line, tuple((at, way) for at, way in branches)) for one, line, branches in entry["ids"]
            )
        except (KeyError, TypeError, ValueError):
            return None
        self._found.add(name)
        return PythonFile(name, path, imports, content, ids, is_python=True)

    def keep(self, sound: Collection[PythonFile], *, is_all: bool = True) -> None:
        """Remember that nothing speaks against these files, whole or not at all.

        Others are forgotten; unless `is_all`, those that were not looked for are not. Nothing else is kept.
        """
        left = {} if is_all else {name: one for name, one in self._entries.items() if name not in self._digests}
        entries = left | {file.name: self._entry(file) for file in sound if file.name in self._digests}
        if entries == self._entries:
            return
        document = {"judges": self._judges, "files": entries}
        with suppress(OSError):
            write_whole(self._path, json.dumps(document, separators=(",", ":")).encode())

    def is_known(self, file: PythonFile) -> bool:
        """Was the file found with the content that it has now?"""
        return file.name in self._found

    def _entry(self, file: PythonFile) -> dict[str, Any]:
        if self.is_known(file):
            return dict(self._entries[file.name])
        return {
            "digest": self._digests[file.name],
            "imports": [[one.module, list(one.names), one.level, one.line] for one in file.imports],
            "ids": [[one.id, one.line, [list(branch) for branch in one.branches]] for one in file.ids],
        }

    def _loaded(self) -> dict[str, Any]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if document["judges"] == self._judges and isinstance(document["files"], dict):
                return dict(document["files"])
        return {}


def _judges() -> str:
    digest = sha256()
    for path in sorted(path for pattern in JUDGES for path in PACKAGE.glob(pattern)):
        digest.update(path.read_bytes())
    ruff = program("ruff").stat()
    digest.update(f"{ruff.st_size} {ruff.st_mtime_ns}".encode())
    return digest.hexdigest()
