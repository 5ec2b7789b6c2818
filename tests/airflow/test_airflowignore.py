"""`.airflowignore` as we read it against Airflow's own walk, on random files."""

from __future__ import annotations

import json
import random
from pathlib import Path, PurePosixPath

import pytest

from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.process import Command, run
from mwaactl.model.dags.airflowignore import NAME, Dialect, ignore_files

CASES = 150
FILES = ("a.py", "b.py", "!x.py", "foo.py", "old_b.py", "foo/a.py", "foo/b.py", "sub/a.py", "sub/b.py", "sub/old_a.py",
         "sub/foo/a.py", "sub/foo/deep/a.py", "sub/foo/deep/b.py")  # fmt: skip
FOLDERS = ("", "foo", "sub", "sub/foo")
PATTERNS = {
    Dialect.GLOB: ("foo", "foo/", "/foo", "*.py", "!a.py", "!foo/", "a*", "sub/a.py", "sub/**", "**/a.py", "# no",
                   "b.py # yes", "/", "!sub/a.py", "[ab].py", "?.py", "!*", "*", "  ", "foo/*", "a.py  ", "\\!x.py",
                   "old_*", "[", " sub"),
    Dialect.REGEXP: ("foo", "^foo", "foo$", "a\\.py", "^sub/a", "sub", ".*a.*", "b.py # yes", "(", "^a\\.py$", "/foo/",
                     "old_", "# no", "  ", "sub/foo", "^old"),
}  # fmt: skip
WALK = """
import json, logging, sys
logging.disable(logging.CRITICAL)
try:
    from airflow._shared.module_loading.file_discovery import find_path_from_directory
except ImportError:
    from airflow.utils.file import find_path_from_directory
folders, dialect = json.load(sys.stdin)
found = [sorted(find_path_from_directory(folder, ".airflowignore", dialect)) for folder in folders]
print("walked" + json.dumps([[path[len(folder) + 1:] for path in paths] for folder, paths in zip(folders, found)]))
"""


def written(folder: Path, dialect: Dialect, chance: random.Random) -> dict[PurePosixPath, str]:
    """A DAG folder with one or two random files, by their paths."""
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    texts = {}
    for place in chance.sample(FOLDERS, chance.randint(1, 2)):
        text = "\n".join(chance.choices(PATTERNS[dialect], k=chance.randint(1, 4))) + "\n"
        (folder / place / NAME).write_text(text)
        texts[PurePosixPath(place) / NAME] = text
    return texts


@pytest.mark.parametrize(
    ("runtime_name", "dialect"),
    [("airflow_2", Dialect.REGEXP), ("airflow_3", Dialect.GLOB), ("airflow_3", Dialect.REGEXP)],
)
def test_the_same_files_are_left_out_as_airflow_leaves_out(
    runtime_name: str, dialect: Dialect, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    runtime: Runtime = request.getfixturevalue(runtime_name)
    chance = random.Random(4)
    cases = {tmp_path / str(number): written(tmp_path / str(number), dialect, chance) for number in range(CASES)}
    environment = {"AIRFLOW_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    command = Command([str(runtime.python), "-c", WALK], tmp_path, environment)
    done = run(command, stdin=json.dumps([[str(folder) for folder in cases], dialect]))
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout.rpartition("walked")[2])
    for (folder, texts), wanted in zip(cases.items(), theirs, strict=True):
        ignored, _ = ignore_files(texts, dialect, "dags")
        ours = sorted(name for name in FILES if not ignored.is_ignored(PurePosixPath(name)))
        assert ours == wanted, (folder.name, texts)
