"""The Airflows of all environments: operations that take their time, in threads, with word of how they end."""

from __future__ import annotations

import logging
import shutil
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from mwaactl.adapters.orphans import end_marked
from mwaactl.sandbox.airflow.host import Host, Machine, RollbackError
from mwaactl.sandbox.airflow.spec import Place, Running, Spec, StartError

LOOK_S = 2.0
LONGEST_STOP_S = 20.0
log = logging.getLogger(__name__)

Told = Callable[[str, str], None]
"""Hears of a status of the MWAA API, and of an error message, empty when all went well."""


class Airflows:
    """`directory` is the folder below which each environment has its own."""

    def __init__(self, directory: Path, machine: Machine) -> None:
        self._directory, self._machine = directory, machine
        self._hosts: dict[uuid.UUID, Host] = {}
        self._work: list[threading.Thread] = []
        self._ended = threading.Event()
        self._look = threading.Thread(target=self._look_after, name="airflows", daemon=True)
        self._look.start()

    def running(self, identity: uuid.UUID) -> Running | None:
        """The Airflow of an environment, when it is up."""
        host = self._hosts.get(identity)
        return host.running if host else None

    def create(self, spec: Spec, told: Told) -> None:
        """Start one. Ends in AVAILABLE or CREATE_FAILED."""
        host = Host(spec, Place(self._directory / str(spec.identity)), self._machine, self._check)
        self._hosts[spec.identity] = host

        def work() -> None:
            try:
                host.start()
                told("AVAILABLE", "")
            except StartError as error:
                told("CREATE_FAILED", str(error))

        self._begin(host, work, lambda error: told("CREATE_FAILED", error))

    def update(self, spec: Spec, told: Told) -> None:
        """Restart one into `spec`. Ends in AVAILABLE; UPDATE_FAILED, as it was before; or UNAVAILABLE."""
        host = self._hosts[spec.identity]

        def work() -> None:
            try:
                host.update(spec, lambda status: told(status, ""))
                told("AVAILABLE", "")
            except RollbackError as error:
                told("UNAVAILABLE", str(error))
            except StartError as error:
                told("UPDATE_FAILED", str(error))

        self._begin(host, work, lambda error: told("UNAVAILABLE", error))

    def keep(self, spec: Spec) -> None:
        """Settings changed that mean nothing to a running Airflow."""
        self._hosts[spec.identity].spec = spec

    def delete(self, identity: uuid.UUID, told: Told) -> None:
        """End one and remove what it left on the disk. Ends in the empty status: gone."""
        host = self._hosts.pop(identity, None)

        def work() -> None:
            if host is not None:
                host.remove()
            told("", "")

        self._begin(host, work, lambda error: log.error("an Airflow cannot be removed: %s", error))

    def stop(self) -> None:
        """End all of them, and whatever is under way."""
        self._ended.set()
        self._machine.runtimes.interrupt.request()
        for host in list(self._hosts.values()):
            host.remove()
        deadline = time.monotonic() + LONGEST_STOP_S
        while any(thread.is_alive() for thread in self._work) and time.monotonic() < deadline:
            end_marked(self._directory)  # what they wait for, such as an installation
            time.sleep(0.1)
        end_marked(self._directory)
        shutil.rmtree(self._directory, ignore_errors=True)

    def forget(self) -> None:
        """End all of them; others may be started."""
        for identity in list(self._hosts):
            self._hosts.pop(identity).remove()

    def _begin(self, host: Host | None, work: Callable[[], None], failed: Callable[[str], None]) -> None:
        def run() -> None:
            try:
                work()
            except Exception as error:  # a defect of ours must not leave the environment on its way for ever
                log.exception("an operation of an Airflow failed")
                failed(f"{type(error).__name__}: {error}")
            finally:
                if host is not None and host.is_removed:
                    host.remove()  # once more: what was under way may have made files after they were removed

        self._work = [thread for thread in self._work if thread.is_alive()]
        thread = threading.Thread(target=run, name="operation", daemon=True)
        self._work.append(thread)
        thread.start()

    def _check(self) -> None:
        if self._ended.is_set():
            raise StartError("the sandbox is being stopped")

    def _look_after(self) -> None:
        while not self._ended.wait(LOOK_S):
            for host in list(self._hosts.values()):
                try:
                    host.tick()
                except Exception:  # one that cannot be looked after must not keep the others from it
                    log.exception("%s cannot be looked after", host.spec.name)
