"""What two releases of an environment differ in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from mwaactl.model.history import CURRENT, PREVIOUS
from mwaactl.model.release import Release, ReleasedFile
from mwaactl.model.release_difference import FilePatch, ReleaseDifference, files_between, patch_of
from mwaactl.model.result import Result
from mwaactl.workflows.restoring import check_bucket, load_history
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.contents import Contents

READS_AT_ONCE = 16


def run(
    tools: Toolbox, name: str, a: str = PREVIOUS, b: str = CURRENT, *, is_patch: bool = False
) -> Result[ReleaseDifference]:
    """Files added, changed and deleted from release `a` to `b`; with `is_patch` their lines, too."""
    from mwaactl.adapters.contents import Contents

    environment = tools.project.environment(name)
    tools.account(environment).check_caller()
    bucket = tools.bucket(environment)
    check_bucket(environment, bucket)
    history = load_history(environment, bucket)
    first, second = history.named(a), history.named(b)
    files = files_between(first.files, second.files)
    keys = sorted(change.key for changes in files.values() for change in changes)
    patches = _patches(tools, Contents(bucket), (first, second), keys) if is_patch else ()
    unchanged = len(second.files) - len(files["added"]) - len(files["changed"])
    return Result(
        "releases", ReleaseDifference(name, first.id, second.id, **files, unchanged=unchanged, patches=patches)
    )


def _patches(
    tools: Toolbox, contents: Contents, releases: tuple[Release, Release], keys: list[str]
) -> tuple[FilePatch, ...]:
    def patch(key: str) -> FilePatch:
        tools.interrupt.check()
        sides = [release.files.get(key) for release in releases]
        bodies = [_body(contents, key, file) for file in sides]
        if any(file is not None and body is None for file, body in zip(sides, bodies, strict=True)):
            return FilePatch(key, note="no longer in the bucket")
        return patch_of(key, bodies[0], bodies[1], (releases[0].id, releases[1].id))

    with ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="patch") as pool:
        return tuple(pool.map(patch, keys))


def _body(contents: Contents, key: str, file: ReleasedFile | None) -> bytes | None:
    return contents.read(key, file) if file else None
