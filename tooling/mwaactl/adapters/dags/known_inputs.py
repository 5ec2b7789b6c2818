"""Remembers what the check of DAG artifacts needs of sound environments, while nothing changes that makes them so.

To read and validate an environment takes longer than all the rest of a check that finds nothing new.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.files import write_whole
from mwaactl.model.dags.check_input import CheckInput

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment

PACKAGE = Path(__file__).parents[2]
JUDGES = ("model/**/*.py", "model/data/*", "adapters/artifact_files.py", "adapters/project.py", "adapters/dags/*.py")
"""The code and data that say what is sound."""


class KnownInputs:
    """Those of the project at `root`, kept below mwaactl's folder `cache`. Losing them costs time, no more."""

    def __init__(self, cache: Path, root: Path, today: date) -> None:
        self._root = root.resolve()
        self._path = cache / "inputs" / f"{sha256(str(self._root).encode()).hexdigest()[:16]}.json"
        self._state = self._current(today)

    def find(self, names: Sequence[str]) -> tuple[CheckInput, ...] | None:
        """What is known of these environments; None unless all are known, and sound still."""
        entries = self._loaded()
        try:
            found = [entries[name] for name in names]
            if all(self._is_same(entry) for entry in found):
                return tuple(_restored(entry["input"]) for entry in found)
            return None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def keep(self, environments: Sequence[Environment], inputs: Sequence[CheckInput]) -> None:
        """Remember these environments, which are sound."""
        entries = self._loaded()
        for environment, known in zip(environments, inputs, strict=True):
            named = (known.dags, known.plugins, known.requirements, known.startup_script)
            places = {path: _place(self._root, path) for path in named if path}
            policies = {path: _content(self._root, path) for path in environment.execution_role.policy_files}
            entries[known.name] = {"input": asdict(known), "places": places, "policies": policies}
        document = {"state": self._state, "environments": entries}
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(document, separators=(",", ":")).encode())

    def _loaded(self) -> dict[str, Any]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if document["state"] == self._state and isinstance(document["environments"], dict):
                return dict(document["environments"])
        return {}

    def _is_same(self, entry: dict[str, Any]) -> bool:
        places, policies = entry["places"].items(), entry["policies"].items()
        return all(_place(self._root, path) == known for path, known in places) and all(
            _content(self._root, path) == known for path, known in policies
        )

    def _current(self, today: date) -> str:
        """Digest of all that decides whether an environment is sound, but for the files that it names."""
        digest = sha256(f"{self._root} {today}".encode())
        judges = [path for pattern in JUDGES for path in PACKAGE.glob(pattern)]
        for path in sorted((*judges, *(self._root / "envs").glob("*.y*ml"))):
            with suppress(OSError):
                digest.update(f"\n{path}\n".encode() + path.read_bytes())
        return digest.hexdigest()


def _restored(data: dict[str, Any]) -> CheckInput:
    options = tuple((name, value) for name, value in data["options"])
    return CheckInput(**{**data, "allow": tuple(data["allow"]), "options": options})


def _place(root: Path, name: str) -> str:
    """Where a path leads, and what is there."""
    path = root / name
    try:
        return f"{'folder' if path.is_dir() else 'file' if path.is_file() else ''} {path.resolve()}"
    except OSError as error:
        return f"error {error.errno}"


def _content(root: Path, name: str) -> str:
    try:
        return f"{_place(root, name)} {sha256((root / name).read_bytes()).hexdigest()}"
    except OSError as error:
        return f"error {error.errno}"
