"""The files of an environment that is adopted: its YAML, and its DAG files where this repository has none of them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, NotReady
from mwaactl.model.adoption import adopted, as_yaml, notes
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.model.adoption import Surroundings
    from mwaactl.model.environment import Environment

DEFAULTS = "defaults"
READS_AT_ONCE = 16
MOST_BYTES = 100_000_000
"""Our own choice: what is larger than that is hardly DAG files, and nobody wants it in git."""


@dataclass(frozen=True)
class AdoptWish:
    """What to adopt: the MWAA environment `environment_name` as `name`. None: found out."""

    name: str
    environment_name: str
    account_id: str | None = None
    region: str | None = None
    dags: str | None = None

    @property
    def words(self) -> str:
        """As it would be typed."""
        options = {"--account": self.account_id, "--region": self.region, "--dags": self.dags}
        given = [f"{option} {value}" for option, value in options.items() if value]
        return " ".join(["mwaactl adopt", self.name, "--environment-name", self.environment_name, *given])


@dataclass(frozen=True)
class AdoptFiles:
    """Files to write, by their path, and what to know of them. None of either where they are there already."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def composed(tools: Toolbox, wish: AdoptWish, found: Surroundings) -> AdoptFiles:
    """YAML and DAG files, not written yet. Raises NotReady where the DAG files cannot be copied."""
    below = tools.project.beneath(DEFAULTS)
    folder = wish.dags or f"envs/{wish.name}/dags"
    document = adopted(wish.name, found, below, folder)
    text = as_yaml(found, document, DEFAULTS if below else "", wish.words)
    files = {} if wish.dags else _dag_files(tools, wish, found, folder)
    _check_free(tools, folder, files)
    return AdoptFiles({**files, f"envs/{wish.name}.yaml": text.encode()}, notes(found, document))


def written(tools: Toolbox, wish: AdoptWish, new: AdoptFiles) -> Environment:
    """Write them, the YAML last. Raises ConfigError for what mwaactl cannot manage as it is."""
    from mwaactl.adapters.files import write_whole

    for path, content in new.files.items():
        write_whole(tools.project.root / path, content)
    try:
        return tools.project.environment(wish.name)
    except ConfigError as error:
        raise ConfigError(
            f"{wish.environment_name} cannot be managed as it is: {error.what}",
            problems=error.problems,
            hint="change that in MWAA first, then adopt it",
        ) from error


def taken_back(tools: Toolbox, wish: AdoptWish, new: AdoptFiles) -> None:
    """Remove what was written, and what is rendered from it."""
    from mwaactl.adapters.rehearsal import remove

    rendered = [f"envs/{wish.name}.tfvars", f"envs/{wish.name}.s3.tfbackend"]
    folders = [] if wish.dags else [f"envs/{wish.name}"]
    remove(tools.project.root, [*new.files, *rendered, *folders], tools.data(wish.name))


def _check_free(tools: Toolbox, folder: str, files: Mapping[str, bytes]) -> None:
    """Raises ConfigError where the folder holds anything else than an earlier run of this can have written."""
    root = tools.project.root
    there = [path for path in (root / folder).rglob("*") if path.is_file()] if files else []
    foreign = [path for path in there if files.get(path.relative_to(root).as_posix()) != path.read_bytes()]
    if foreign:
        raise ConfigError(
            f"{folder} has files that the bucket does not have: {foreign[0].relative_to(root).as_posix()}",
            hint=f"name the folder of its DAG files: --dags {folder}",
        )


def _dag_files(tools: Toolbox, wish: AdoptWish, found: Surroundings, folder: str) -> dict[str, bytes]:
    from mwaactl.adapters.aws import Bucket

    bucket = Bucket(tools.account_at(found.account_id, found.region), found.bucket)
    prefix = f"{found.dag_folder}/" if found.dag_folder else ""
    objects = bucket.objects(prefix)
    names = {key: key.removeprefix(prefix) for key in objects if not key.endswith("/") and "__pycache__/" not in key}
    outside = [name for name in names.values() if PurePosixPath(name).is_absolute() or ".." in name.split("/")]
    size = sum(objects[key].size for key in names)
    instead = f"bring them into this repository, then: {wish.words} --dags FOLDER"
    if outside:
        raise NotReady(f"s3://{found.bucket}/{prefix}{outside[0]} is no path of a file.", hint=instead)
    if size > MOST_BYTES:
        raise NotReady(f"s3://{found.bucket}/{prefix} holds {size / 1e6:.0f} MB: no DAG files alone.", hint=instead)
    tools.stage(wish.name, "DAG files")
    files = {f"{folder}/.airflowignore": b""}  # a folder with nothing in it cannot be committed
    with ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="adopt") as pool:
        bodies = pool.map(lambda key: _read(tools, bucket, key), names)
        return files | {f"{folder}/{name}": body for name, body in zip(names.values(), bodies, strict=True)}


def _read(tools: Toolbox, bucket: Bucket, key: str) -> bytes:
    tools.interrupt.check()
    body = bucket.read(key)
    if body is None:
        raise NotReady(f"s3://{bucket.name}/{key} was deleted just now.", hint="run the command again")
    return body
