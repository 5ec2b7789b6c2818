"""Ctrl-C beside threads: a program of its own for each case, since a signal ends the program it goes to."""

from __future__ import annotations

import signal
import subprocess  # noqa: TID251 - runs the program under test
import sys

import pytest

HEAD = """
import signal, threading, time
from mwaactl.adapters.interrupt import Interrupt, handling_signals

interrupt = Interrupt(print)
stop = threading.Event()
beside = threading.Thread(target=stop.wait)


def press(number=signal.SIGINT):
    signal.raise_signal(number)
"""


def run(script: str) -> tuple[int, str]:
    """Exit code and stdout of a program that ends with `script`."""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


IN_BLOCK = """
with handling_signals(interrupt):
    try:
{body}
    except KeyboardInterrupt:
        print("raised")
    finally:
        stop.set()
"""


def in_block(*lines: str) -> tuple[int, str]:
    """The same for lines inside of the block that handles signals."""
    return run(IN_BLOCK.format(body="\n".join(f"        {line}" for line in lines)))


def test_alone_it_raises_at_once() -> None:
    assert in_block("press()", "print('went on')") == (0, "raised\n")


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_beside_another_thread_it_never_raises_and_says_later_what_happens(number: str) -> None:
    code, out = in_block(
        "beside.start()", f"press(signal.{number})", "print(interrupt.is_requested)", "interrupt.report()"
    )
    assert code == 0
    assert out.startswith("True\nInterrupted: ending with the step"), out
    assert "raised" not in out


def test_import_lock_is_free_again_after_a_signal_in_the_middle_of_an_import() -> None:
    """What hung: the exception left Python's import lock taken, and every other thread waited for it for ever."""
    code, out = in_block(
        "import _imp, importlib",
        "beside.start()",
        "_imp.acquire_lock()",
        "press()",
        "_imp.release_lock()",
        "other = threading.Thread(target=importlib.import_module, args=('colorsys',), daemon=True)",
        "other.start()",
        "other.join(10)",
        "print('hangs' if other.is_alive() else 'imported')",
    )
    assert (code, out) == (0, "imported\n")


def test_at_a_question_it_raises_though_threads_run() -> None:
    assert in_block("beside.start()", "with interrupt.asking():", "    press()") == (0, "raised\n")


def test_second_one_ends_the_process_when_no_terraform_runs() -> None:
    code, out = in_block("beside.start()", "press()", "press()", "print('went on')")
    assert (code, out) == (-signal.SIGINT, "")


def test_while_terraform_runs_it_is_asked_once_and_waited_for() -> None:
    code, out = in_block(
        "import subprocess, sys",
        "code = 'import signal, sys, time; got = []; signal.signal(signal.SIGINT, lambda *_: got.append(1)); '",
        "code += 'print(1, flush=True); time.sleep(1); sys.exit(len(got))'",
        "child = subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.PIPE, start_new_session=True)",
        "child.stdout.read(1)",
        "with interrupt.watching(child.pid):",
        "    press(); interrupt.report(); press(); interrupt.report()",
        "    print('asked', child.wait(), 'time')",
    )
    assert code == 0, out
    assert out.splitlines()[0].startswith("Interrupted: waiting for Terraform")
    assert out.splitlines()[1].startswith("Still waiting")
    assert out.splitlines()[2] == "asked 1 time"


def test_what_was_put_off_is_told_once() -> None:
    code, out = in_block("beside.start()", "press()", "interrupt.report()", "interrupt.report()")
    assert (code, out.count("Interrupted")) == (0, 1)
