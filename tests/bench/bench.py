"""Measures mwaactl against the plain alternative in the same run; prints the table and writes docs/benchmarks.md.

Ratios, not seconds: they hold on any machine. Run by `make bench`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # noqa: TID251 - measures processes
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MWAACTL = str(BIN / "mwaactl")
ENVIRONMENTS = 100


@dataclass(frozen=True)
class Row:
    """One comparison, in seconds."""

    what: str
    ours: float
    plain: str
    theirs: float

    @property
    def line(self) -> str:
        """The row of the table."""
        return f"| {self.what} | {self.ours:.2f} | {self.plain} | {self.theirs:.2f} | {self.ours / self.theirs:.2f} |"


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time of `work`, after one run that warms caches."""
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def run(*argv: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a program to its end; its failure is ours."""
    done = subprocess.run(argv, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 2):
        sys.exit(f"{' '.join(argv)} failed:\n{done.stdout}\n{done.stderr}")


def start_up() -> list[Row]:
    """Start-up: what everybody pays at every call."""
    ours = seconds(lambda: run(MWAACTL, "--help"), 9)
    return [
        Row("`mwaactl --help`", ours, "`python -c pass`", seconds(lambda: run(sys.executable, "-c", "pass"), 9)),
        Row("`mwaactl --help`", ours, "`aws --version`", seconds(lambda: run(str(BIN / "aws"), "--version"), 3)),
    ]


def rendering(room: Path) -> Row:
    """Rendering many environments, against copying the files that come out."""
    project = room / "many"
    for name in ("envs", "terraform", "dags"):
        shutil.copytree(
            ROOT / name, project / name, ignore=shutil.ignore_patterns("prod*", "stage*", "dev*", ".terraform")
        )
    for number in range(ENVIRONMENTS):
        text = (ROOT / "envs" / "dev.yaml").read_text()
        text = text.replace("10.10.0.0/16", f"10.{100 + number}.0.0/16").replace("111111111111", f"{number:012d}")
        (project / "envs" / f"e{number}.yaml").write_text(text)
    ours = seconds(lambda: run(MWAACTL, "render", "--project", str(project)), 3)
    copy = room / "copied"

    def copied() -> None:
        run("cp", "-r", str(project / "envs"), str(copy))

    return Row(f"`mwaactl render`, {ENVIRONMENTS} environments", ours, "`cp -r` of the result", seconds(copied, 3))


def planning(room: Path) -> Row:
    """A plan with policy, against terraform and the checkov program one after the other."""
    project = room / "plan"
    for name in ("envs", "terraform", "modules", "dags"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns(".terraform", "tests"))
    (project / ".git").mkdir()
    try:
        run(MWAACTL, "--sandbox", "deploy", "dev", "--yes", cwd=project)
        # One pending change: an empty plan would have nothing to judge.
        path = project / "envs" / "dev.yaml"
        path.write_text(path.read_text().replace("max_workers: 2", "max_workers: 3"))
        ours = seconds(lambda: run(MWAACTL, "--sandbox", "plan", "dev", cwd=project), 3)
        exports = subprocess.run(
            [MWAACTL, "sandbox", "env", "dev"], cwd=project, capture_output=True, text=True, check=True
        )
        script = room / "plain.sh"
        script.write_text(
            f"{exports.stdout}\nset -e\ncd {project}/terraform\n"
            f"export TF_DATA_DIR={room}/data TF_CLI_CONFIG_FILE={project}/.mwaactl/terraform.rc\n"
            "terraform init -input=false -backend-config=../envs/dev.s3.tfbackend >/dev/null\n"
            f"terraform plan -input=false -var-file=../envs/dev.tfvars -out={room}/plain.tfplan >/dev/null\n"
            f"terraform show -json {room}/plain.tfplan > {room}/plain.json\n"
            f"{BIN}/checkov -f {room}/plain.json --framework terraform_plan --skip-download"
            " --soft-fail --quiet --compact\n"
        )
        return Row(
            "`mwaactl plan dev`",
            ours,
            "`terraform init, plan, show; checkov`",
            seconds(lambda: run("bash", str(script)), 3),
        )
    finally:
        run(MWAACTL, "sandbox", "stop", cwd=project)


def gating(room: Path) -> list[Row]:
    """The gate on three deployed environments, each with a change, against terraform and checkov one by one."""
    project = room / "gate"
    for name in ("envs", "terraform", "modules", "dags", "docs"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns(".terraform", "tests"))
    shutil.copy(ROOT / "pyproject.toml", project)
    (project / ".gitignore").write_text(".mwaactl/\n")
    names = ("dev", "stage", "prod")
    try:
        run(MWAACTL, "--sandbox", "deploy", "--all", "--yes", cwd=project)
        for name in names:
            path = project / "envs" / f"{name}.yaml"
            path.write_text(re.sub(r"max_workers: (\d+)", lambda n: f"max_workers: {int(n[1]) + 1}", path.read_text()))
        run(MWAACTL, "render", cwd=project)
        memory = peak_memory_gb([MWAACTL, "--sandbox", "gate", "--all"], project)
        ours = seconds(lambda: run(MWAACTL, "--sandbox", "gate", "--all", cwd=project), 2)
        script = room / "gate.sh"
        script.write_text("".join(["set -e\n", *(plain_gate(project, room, name) for name in names)]))
        theirs = seconds(lambda: run("bash", str(script)), 1)
        rows = [
            Row(
                f"`mwaactl gate --all`, 3 environments, at most {memory:.1f} GB",
                ours,
                "`terraform init, validate, plan, show; checkov` on plan and code, per environment",
                theirs,
            )
        ]
        return [*rows, *since(project)]
    finally:
        run(MWAACTL, "sandbox", "stop", cwd=project)


def plain_gate(project: Path, room: Path, name: str) -> str:
    """The lines of a shell script that does for one environment what the gate does."""
    exports = subprocess.run(
        [MWAACTL, "sandbox", "env", name], cwd=project, capture_output=True, text=True, check=True
    ).stdout
    plan, checkov = room / f"{name}.tfplan", f"{BIN}/checkov --skip-download --soft-fail --quiet --compact"
    return (
        f"{exports}\ncd {project}/terraform\n"
        f"export TF_DATA_DIR={room}/data-{name} TF_CLI_CONFIG_FILE={project}/.mwaactl/terraform.rc\n"
        f"terraform init -input=false -backend-config=../envs/{name}.s3.tfbackend >/dev/null\n"
        "terraform validate >/dev/null\n"
        f"terraform plan -input=false -lock=false -var-file=../envs/{name}.tfvars -out={plan} >/dev/null\n"
        f"terraform show -json {plan} > {plan}.json\n"
        f"{checkov} -f {plan}.json --framework terraform_plan >/dev/null\n"
        f"{checkov} -d . --framework terraform >/dev/null\n"
    )


def since(project: Path) -> list[Row]:
    """Twelve environments of which one changed, against the gate of that one alone; and nothing changed at all."""
    for number in range(9):
        text = (project / "envs" / "dev.yaml").read_text()
        text = text.replace("10.10.0.0/16", f"10.{100 + number}.0.0/16").replace("111111111111", f"{number:012d}")
        (project / "envs" / f"e{number}.yaml").write_text(text)
    run(MWAACTL, "render", cwd=project)
    git = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com")
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("commit", "-qm", "start"),
        ("checkout", "-qb", "x"),
    ):
        run(*git, *arguments, cwd=project)
    nothing = seconds(lambda: run(MWAACTL, "--sandbox", "gate", "--since", "main", cwd=project), 5)
    path = project / "envs" / "dev.yaml"
    path.write_text(path.read_text().replace("mw1.small", "mw1.medium"))
    run(MWAACTL, "render", cwd=project)
    changed = seconds(lambda: run(MWAACTL, "--sandbox", "gate", "--since", "main", cwd=project), 2)
    alone = seconds(lambda: run(MWAACTL, "--sandbox", "gate", "dev", cwd=project), 2)
    python = seconds(lambda: run(sys.executable, "-c", "pass"), 5)
    return [
        Row("`mwaactl gate --since main`, one of 12 environments changed", changed, "`mwaactl gate dev`", alone),
        Row("`mwaactl gate --since main`, nothing changed", nothing, "`python -c pass`", python),
    ]


def peak_memory_gb(argv: list[str], cwd: Path) -> float:
    """The most memory that a program and all that it starts hold at once, shared pages counted once (PSS)."""
    process = subprocess.Popen(argv, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(proportional_kb(pid) for pid in tree_of(process.pid)))
        time.sleep(0.1)
    return most / 1_048_576


def tree_of(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for task in Path("/proc").glob(f"{pid}/task/*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it has just ended
            continue
        found += [below for child in children for below in tree_of(int(child))]
    return found


def proportional_kb(pid: int) -> int:
    """PSS of one process; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Measure all and write the table."""
    from dashboards import dashboards
    from importing import importing
    from publishing import publishing

    with tempfile.TemporaryDirectory(prefix="mwaactl-bench-") as folder:
        room = Path(folder)
        rows = [*start_up(), rendering(room), planning(room), *gating(room), *publishing(room), *importing(room)]
        rows += dashboards(room)
    head = "| what | seconds | the plain alternative | seconds | ratio |\n|---|---|---|---|---|"
    table = "\n".join([head, *(row.line for row in rows)])
    print(table)  # noqa: T201 - this is a program
    note = (
        f"Written by `make bench` on {os.cpu_count()} cores. Medians after one warm-up run; a ratio below 1 is faster."
    )
    (ROOT / "docs" / "benchmarks.md").write_text(f"# Benchmarks\n\n{note}\n\n{table}\n")


if __name__ == "__main__":
    main()
