"""What goes to S3: a content-addressed set of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

# Never of use to Airflow: caches, editor and operating system files, version control.
IGNORED_NAMES = frozenset({"__pycache__", ".DS_Store", ".git", ".gitignore", ".gitkeep", ".ipynb_checkpoints", ".idea"})
IGNORED_SUFFIXES = (".pyc", ".pyo", ".swp", "~")


@dataclass(frozen=True)
class BundleFile:
    """One file: its path below the DAG folder (with `/`), its SHA-256 digest and its size in bytes."""

    path: str
    digest: str
    size: int
    is_dag: bool


@dataclass(frozen=True)
class Bundle:
    """The files of the DAG folder. Equal content gives an equal digest, whatever clock, order or umask."""

    files: tuple[BundleFile, ...]

    @property
    def digest(self) -> str:
        """The digest of the whole."""
        return digest_of((file.path, file.digest) for file in self.files)


def digest_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over paths below the DAG folder and the digests of the files."""
    text = "".join(f"{digest}  {path}\n" for path, digest in sorted(files))
    return hashlib.sha256(text.encode()).hexdigest()


def is_ignored(path: PurePosixPath) -> bool:
    """Is this a file that nobody wants in the bucket?"""
    return any(part in IGNORED_NAMES for part in path.parts) or path.name.endswith(IGNORED_SUFFIXES)


def is_ignored_name(name: str) -> bool:
    """Is a file or folder of this name of use to nobody in the bucket?"""
    return name in IGNORED_NAMES or name.endswith(IGNORED_SUFFIXES)


def looks_like_dag(path: PurePosixPath, content: bytes) -> bool:
    """Airflow's own rule of safe mode: a Python file that has both words in it (airflow.utils.file)."""
    lower = content.lower()
    return path.suffix == ".py" and b"dag" in lower and b"airflow" in lower
