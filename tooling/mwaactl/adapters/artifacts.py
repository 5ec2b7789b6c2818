"""Reads the DAG folder and builds plugins.zip."""

from __future__ import annotations

import filecmp
import hashlib
import tempfile
import zipfile
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import IO

from mwaactl.adapters.folder import Found, found_below
from mwaactl.errors import ConfigError, Problem
from mwaactl.model.bundle import Bundle, BundleFile, looks_like_dag
from mwaactl.model.refused import LARGEST_DAG_FILE, LARGEST_PLUGINS, secret_line

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same bytes on every clock: zip cannot say anything earlier than this."""

READS_AT_ONCE = 2  # one waits for the disk while the other counts; more only wait for each other
IN_MEMORY = 32_000_000
HINT = "take it out, or name it in artifacts.allow of the environment's YAML"


def read_bundle(root: Path, folder: str, leave_out: Collection[str], allow: Sequence[str] = ()) -> Bundle:
    """The DAG folder without the artifacts that Terraform owns (`leave_out`, relative to `root`).

    Each file is read once. Raises ConfigError with every file that must not be published, unless `allow` names it.
    """
    found = found_below(root, folder, leave_out, allow)
    problems = list(found.problems)
    with ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="read") as pool:
        parts = pool.map(
            lambda part: [_file(root, folder, path, found, problems) for path in part],
            [found.paths[start::READS_AT_ONCE] for start in range(READS_AT_ONCE)],
        )
        files = [file for part in parts for file in part if file is not None]
    refuse(f"{folder} holds what should not be published", problems)
    return Bundle(tuple(sorted(files, key=lambda file: file.path)))


def files_below(root: Path, folder: str, leave_out: Collection[str]) -> list[PurePosixPath]:
    """Paths of all files of use below `folder`, sorted, whatever is in them. Raises ConfigError for broken links."""
    found = found_below(root, folder, leave_out, ("*",))
    refuse(f"{folder} holds what cannot be read", found.problems)
    return [PurePosixPath(path) for path in found.paths]


def build_plugins(root: Path, folder: str, target: Path, allow: Sequence[str] = ()) -> None:
    """Write plugins.zip of `folder` to `target`, deterministically, and only when its bytes change.

    Raises ConfigError as `read_bundle` does.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".plugins.", delete=False) as archive:
        temporary = Path(archive.name)
        try:
            write_plugins(root, folder, archive, allow)
            archive.close()
            if target.is_file() and filecmp.cmp(temporary, target, shallow=False):
                return
            temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def plugins_digest(root: Path, folder: str, allow: Sequence[str] = ()) -> str:
    """SHA-256 of the plugins.zip that `build_plugins` would write."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as archive:
        write_plugins(root, folder, archive, allow)
        archive.seek(0)
        return hashlib.file_digest(archive, "sha256").hexdigest()


def write_plugins(root: Path, folder: str, archive: IO[bytes], allow: Sequence[str]) -> None:
    """Write plugins.zip into an open file: equal files give equal bytes on every clock, system and zlib.

    Nothing is compressed: zlib and its successors pack the same bytes differently, and a new plugins.zip is a new
    version, for which MWAA updates the environment for half an hour.
    """
    found = found_below(root, folder, (), allow)
    problems, size = list(found.problems), 0
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as into:
        for path in found.paths:
            entry = zipfile.ZipInfo(path, ZIP_EPOCH)
            entry.create_system = 3  # Unix, wherever it is built
            entry.external_attr = 0o644 << 16
            content = _content(root, folder, path, problems)
            size += len(content)
            if size > LARGEST_PLUGINS:
                problems.append(_problem(folder, path, f"makes more than {LARGEST_PLUGINS / 1e9:.0f} GB of plugins"))
                break
            if f"{folder}/{path}" not in found.listed and (line := secret_line(content)):
                problems.append(_secret(folder, path, line))
            into.writestr(entry, content)
    refuse(f"{folder} holds what should not be in plugins.zip", problems)


def refuse(what: str, problems: Sequence[Problem]) -> None:
    """Raises ConfigError when there are any problems."""
    if problems:
        raise ConfigError(f"{what}: {len(problems)} {'file' if len(problems) == 1 else 'files'}.", problems=problems)


def _file(root: Path, folder: str, path: str, found: Found, problems: list[Problem]) -> BundleFile | None:
    is_listed, place = f"{folder}/{path}" in found.listed, root / folder / path
    try:
        size = place.stat().st_size
        if size > LARGEST_DAG_FILE and not is_listed:
            limit = f"{LARGEST_DAG_FILE / 1e6:.0f} MB"
            problems.append(_problem(folder, path, f"is {size / 1e6:.1f} MB large; the limit is {limit}", HINT))
            return None
        if size > LARGEST_DAG_FILE:
            with place.open("rb") as file:
                return BundleFile(path, hashlib.file_digest(file, "sha256").hexdigest(), size, is_dag=False)
        content = place.read_bytes()
    except OSError as error:
        problems.append(_problem(folder, path, f"cannot be read: {error.strerror}"))
        return None
    if not is_listed and (line := secret_line(content)):
        problems.append(_secret(folder, path, line))
    is_dag = looks_like_dag(PurePosixPath(path), content)
    return BundleFile(path, hashlib.sha256(content).hexdigest(), len(content), is_dag)


def _content(root: Path, folder: str, path: str, problems: list[Problem]) -> bytes:
    try:
        return (root / folder / path).read_bytes()
    except OSError as error:
        problems.append(_problem(folder, path, f"cannot be read: {error.strerror}"))
        return b""


def _secret(folder: str, path: str, line: int) -> Problem:
    return Problem(f"{folder}/{path}", line, 1, "", "holds a key or token", hint=f"revoke it if it is real; {HINT}")


def _problem(folder: str, path: str, message: str, hint: str | None = None) -> Problem:
    return Problem(f"{folder}/{path}", 0, 0, "", message, hint=hint)
