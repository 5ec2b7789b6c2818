"""A copy of this repository with a sandbox of its own, and the real program run on it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess  # noqa: TID251 - runs the program under test
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from mwaactl.adapters.sandbox import Sandbox, environment_variables
from mwaactl.model.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).parent / "mwaactl"
TIMEOUT_S = 300
NO_LIFECYCLE = """
- check: CKV2_AWS_61
  resource: module.bucket.*
  environment: "*"
  reason: this copy has no lifecycle rule
  owner: tests
  expires: 2999-12-31
"""


@dataclass(frozen=True)
class Run:
    """What one run of the program gave."""

    code: int
    out: str
    err: str

    @property
    def envelope(self) -> dict[str, Any]:
        """stdout as the JSON envelope."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def everything(self) -> str:
        """For a failed assertion."""
        return f"exit {self.code}\n{self.out}\n{self.err}"


@dataclass(frozen=True)
class Copy:
    """A copy of the repository that a test may change."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def sandbox(self) -> Sandbox:
        """The copy's sandbox."""
        return Sandbox(self.root / ".mwaactl" / "sandbox")

    def run(self, *arguments: str) -> Run:
        """`mwaactl ARGUMENTS` in the copy, without a terminal."""
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            cwd=self.root,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def ok(self, *arguments: str) -> Run:
        """The same, and it must succeed."""
        run = self.run(*arguments)
        assert run.code == 0, run.everything
        return run

    def start(self, *arguments: str, log: str = "output.log") -> subprocess.Popen[bytes]:
        """`mwaactl ARGUMENTS` in the background, in a session of its own, writing to the file `log`."""
        with (self.root / log).open("w") as output:
            return subprocess.Popen(
                [str(PROGRAM), *arguments],
                cwd=self.root,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def output_of(self, process: subprocess.Popen[bytes], timeout_s: float = 240) -> str:
        """What a program started in the background wrote, once it has ended."""
        process.wait(timeout_s)
        return (self.root / "output.log").read_text()

    def change(self, name: str, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit envs/NAME.yaml."""
        path = self.root / "envs" / f"{name}.yaml"
        document = yaml.safe_load(path.read_text())
        edit(document)
        path.write_text(yaml.safe_dump(document))

    def model(self, name: str) -> Environment:
        """The environment as configured in the copy."""
        from mwaactl.adapters.project import Project

        return Project(self.root).environment(name)

    def client(self, service: str, name: str = "dev") -> Any:
        """A boto3 client in the account of environment `name`."""
        import boto3
        from botocore.config import Config

        state = self.sandbox.find()
        assert state is not None
        model = self.model(name)
        variables = environment_variables(state, model.account_id, model.region)
        return boto3.client(
            service,
            region_name=model.region,
            endpoint_url=state.url,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            config=Config(inject_host_prefix=False),
        )

    def plan_of(self, name: str) -> dict[str, str]:
        """address -> action of what `mwaactl plan` would change."""
        changes = self.ok("--sandbox", "plan", name, "--output", "json").envelope["data"][0]["data"]["plan"]["changes"]
        return {change["address"]: change["action"] for change in changes}


def make_copy(folder: Path) -> Copy:
    """Copy what a project consists of: no .git, no .mwaactl."""
    for name in ("envs", "terraform", "modules", "dags"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".terraform", "tests"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return Copy(folder)


def make_quick_copy(folder: Path, *names: str) -> Copy:
    """The same with the environments `names` alone, or all, and without the rule that ends old versions of objects.

    The provider takes 55 s for that rule whatever happens.
    """
    made = make_copy(folder)
    (made.root / "modules" / "bucket" / "lifecycle.tf").unlink()
    for name in {"dev", "stage", "prod"} - set(names) if names else ():
        for path in (made.root / "envs").glob(f"{name}.*"):
            path.unlink()
    with (made.root / "envs" / "waivers.yaml").open("a") as waivers:
        waivers.write(NO_LIFECYCLE)
    return made


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """One copy and one sandbox for the tests of a module; nothing of it is left running."""
    made = make_copy(tmp_path_factory.mktemp("project"))
    made.ok("sandbox", "start", "--creation-seconds", "1")
    yield made
    state = made.sandbox.find()
    made.ok("sandbox", "stop")
    if state is not None:
        assert not Path(f"/proc/{state.pid}").exists()


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 90) -> Any:
    """Poll until `condition` gives something true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


def children_of(pid: int, name: str) -> list[int]:
    """Processes called `name` that `pid` started."""
    listing = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    rows = (line.split(maxsplit=1) for line in listing.stdout.splitlines())
    return [int(row[0]) for row in rows if row[1].startswith(name)]


def end(pid: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a process that may just have ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
