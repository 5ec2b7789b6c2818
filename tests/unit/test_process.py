"""Children, interrupts and locks, with real processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from mwaactl.adapters.interrupt import Interrupt
from mwaactl.adapters.lock import holding
from mwaactl.adapters.process import Command, follow, is_running, run
from mwaactl.errors import Aborted, Busy, ToolMissing

SLOW = "import signal,sys,time\nsignal.signal(2, lambda *_: (print('stopping', flush=True), sys.exit(5)))\n"


def python(code: str, folder: Path) -> Command:
    return Command([sys.executable, "-c", code], folder, os.environ)


def wait_until(condition: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_run_gives_code_and_both_streams(tmp_path: Path) -> None:
    done = run(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)", tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")


def test_run_names_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="no-such-program"):
        run(Command(["no-such-program"], tmp_path, os.environ))


def test_follow_hands_over_lines_as_they_come_and_keeps_them_private(tmp_path: Path) -> None:
    seen: list[tuple[float, str]] = []
    code = "import time\nprint('one', flush=True)\ntime.sleep(0.6)\nprint('two')\nprint('no end', end='')"
    output = tmp_path / "logs" / "out.jsonl"
    follow(
        python(code, tmp_path),
        output=output,
        on_line=lambda line: seen.append((time.monotonic(), line)),
        interrupt=Interrupt(),
    )
    assert [line for _, line in seen] == ["one", "two", "no end"]
    assert seen[1][0] - seen[0][0] > 0.3
    assert output.stat().st_mode & 0o077 == 0


def test_follow_sends_one_interrupt_and_waits_for_the_child(tmp_path: Path) -> None:
    interrupt, lines = Interrupt(), []

    def stop_twice() -> None:
        wait_until(lambda: lines)
        assert interrupt.request() == 1
        interrupt.request()  # the second must not reach the child

    threading.Thread(target=stop_twice).start()
    code = SLOW + "print('ready', flush=True)\ntime.sleep(30)"
    done = follow(python(code, tmp_path), output=tmp_path / "out", on_line=lines.append, interrupt=interrupt)
    assert done.returncode == 5
    assert lines == ["ready", "stopping"]


def test_nothing_starts_after_an_interrupt(tmp_path: Path) -> None:
    interrupt = Interrupt()
    interrupt.request()
    with pytest.raises(Aborted):
        follow(python("", tmp_path), output=tmp_path / "out", on_line=print, interrupt=interrupt)
    assert not (tmp_path / "out").exists()


def test_lock_refuses_a_second_run_and_names_the_first(tmp_path: Path) -> None:
    with holding(tmp_path / "lock", "dev", "deploy"), pytest.raises(Busy) as caught:  # noqa: SIM117
        with holding(tmp_path / "lock", "dev", "plan"):
            pass
    assert "mwaactl deploy" in caught.value.what
    assert str(os.getpid()) in caught.value.what
    with holding(tmp_path / "lock", "dev", "plan"):
        pass


def test_lock_lasts_as_long_as_the_child_that_holds_it(tmp_path: Path) -> None:
    """A killed mwaactl leaves Terraform running: nobody else may work on the environment until it is done."""
    lock, package = tmp_path / "lock", Path(__file__).parents[2] / "tooling"
    code = f"""
import os, subprocess, sys
sys.path.insert(0, {str(package)!r})
from pathlib import Path
from mwaactl.adapters.lock import holding
with holding(Path({str(lock)!r}), "dev", "deploy") as descriptor:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[descriptor])
    print(child.pid, flush=True)
    os.kill(os.getpid(), 9)
"""
    done = run(python(code, tmp_path))
    assert done.returncode == -signal.SIGKILL
    grandchild = int(done.stdout)
    try:
        with pytest.raises(Busy, match="was killed"), holding(lock, "dev", "plan"):
            pass
    finally:
        os.kill(grandchild, signal.SIGKILL)

    def is_free() -> bool:
        try:
            with holding(lock, "dev", "plan"):
                return True
        except Busy:
            return False

    wait_until(is_free)


def test_detached_process_outlives_its_starter_and_writes_its_log(tmp_path: Path) -> None:
    package = Path(__file__).parents[2] / "tooling"
    log = tmp_path / "logs" / "child.log"
    code = f"""
import os, sys
sys.path.insert(0, {str(package)!r})
from pathlib import Path
from mwaactl.adapters.process import start_detached
argv = [sys.executable, "-c", "import time; print('alive', flush=True); time.sleep(60)"]
print(start_detached(argv, log=Path({str(log)!r}), environment=os.environ))
"""
    pid = int(run(python(code, tmp_path)).stdout)
    try:
        wait_until(lambda: "alive" in log.read_text())
        assert is_running(pid)
    finally:
        os.kill(pid, signal.SIGKILL)
