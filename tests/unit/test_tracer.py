"""Where a file is while it takes long, without harm to the interpreter that runs it."""

from __future__ import annotations

import subprocess  # noqa: TID251 - an interpreter that could end by a signal
import sys
from pathlib import Path

LIMIT_S = 1.0
BOOT = """
import os, sys, time
from mwaactl.adapters.airflow.probe.tracer import Tracer
Tracer(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND), {limit_s}).start()
exec(compile(sys.argv[2], "/dags/slow.py", "exec"))
"""
FAULTHANDLERS_OWN = "most recent call first"


def traced(work: str, trace: Path) -> str:
    """What was noted while `work` ran."""
    argv = (sys.executable, "-c", BOOT.format(limit_s=LIMIT_S), str(trace), work)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done
    return trace.read_text()


def test_python_that_runs_is_never_walked_by_faulthandler(tmp_path: Path) -> None:
    noted = traced("end = time.time() + 1.8\nwhile time.time() < end:\n    sum([1])", tmp_path / "trace")
    assert noted.count("Timeout\n") > 4
    assert 'File "/dags/slow.py", line 3' in noted
    assert FAULTHANDLERS_OWN not in noted


def test_what_holds_pythons_lock_is_found_by_faulthandler(tmp_path: Path) -> None:
    work = "import re\nend = time.time() + 1.5\nwhile time.time() < end:\n    re.match('(a+)+$', 'a' * 25 + 'b')"
    noted = traced(work, tmp_path / "trace")
    assert 'File "/dags/slow.py", line 4' in noted
    assert FAULTHANDLERS_OWN in noted


def test_signals_that_a_file_blocks_or_floods_change_nothing(tmp_path: Path) -> None:
    work = (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\ntime.sleep(0.9)"
    )
    assert 'File "/dags/slow.py", line 4' in traced(work, tmp_path / "trace")
