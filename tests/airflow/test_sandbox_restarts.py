"""The sandbox started and stopped twenty times, with Airflows in every stage of their start: nothing is left of it."""

from __future__ import annotations

import gc
import os
import socket
import tempfile
from pathlib import Path

import pytest
from demo_environment import Demo, wait_for
from traces import held, listing

from integration.project_fixtures import make_copy
from integration.sandbox_fixtures import make_ground
from mwaactl.adapters.orphans import marked

ROUNDS = 20
STAGES = {1: 0, 5: 1, 9: 2, 13: 3, 17: "AVAILABLE"}
"""Rounds with an Airflow, and when it is stopped: at once, when so many processes are there, or when it is healthy."""

KEPT = {"sandbox.lock", "sandbox.log"}


@pytest.mark.spread
def test_twenty_starts_and_stops_leave_no_process_handle_or_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="restarts-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        copy = make_copy(tmp_path)
        directory = copy.sandbox.directory
        before = None
        for number in range(ROUNDS + 1):  # the first is to load and open what stays
            state = copy.sandbox.start(airflow=True)
            if number in STAGES:
                demo = Demo(copy, state, make_ground(state))
                demo.create(AirflowVersion="3.3.1" if number == 9 else "2.10.3")
                wait_for(lambda number=number, demo=demo: has_come_to(demo, STAGES[number]))  # type: ignore[misc]
            copy.sandbox.stop()
            assert not Path(f"/proc/{state.pid}").exists()
            assert marked(directory) == []
            assert listing(directory) == KEPT
            assert listing(Path(folder)) == set()
            with socket.socket() as taken:
                assert taken.connect_ex(("127.0.0.1", state.port)) != 0
            gc.collect()  # clients of AWS keep their connections as long as they are there
            before = before or held(os.getpid())
        assert held(os.getpid()) == before


def has_come_to(demo: Demo, stage: int | str) -> bool:
    if isinstance(stage, int):
        return len(marked(demo.sandbox.directory)) >= stage
    return bool(demo.shown()["Status"] == stage)
