"""The processes of one Airflow: start, health, end."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from mwaactl.adapters import orphans, process
from mwaactl.sandbox.airflow.spec import Place, StartError

TASK_API = "task-api-server"
"""What tasks of Airflow 3 talk to, beside the API server of users.

In one process they block each other on sqlite: the API of users writes its audit log on the event loop, and waits there
for a lock that a task's request holds, which the event loop should finish (`log_action` in Airflow's
`api_fastapi/logging/decorators.py`; seen with 3.3.1). For a minute nothing is answered then, and tasks fail.
"""

COMPONENTS = {
    # Logs lie on this disk: nobody needs the servers that would give them out, on ports that two Airflows fight for.
    2: {
        "webserver": ("webserver",),
        "scheduler": ("scheduler", "--skip-serve-logs"),  # with the DAG processor in it: on sqlite it must be
        "triggerer": ("triggerer", "--skip-serve-logs"),
    },
    3: {
        "api-server": ("api-server", "--apps", "core"),
        TASK_API: ("api-server", "--apps", "execution"),
        "scheduler": ("scheduler", "--skip-serve-logs"),
        "dag-processor": ("dag-processor",),
        "triggerer": ("triggerer", "--skip-serve-logs"),
    },
}
LATER = {2: (), 3: ("scheduler",)}
"""What has to wait for the servers: in Airflow 3 tasks talk to one, and fail when it is not there yet."""

HEALTH = {2: "/health", 3: "/api/v2/monitor/health"}
TASK_API_HEALTH = "/execution/health"
PARTS = {"scheduler": "scheduler", "triggerer": "triggerer", "dag_processor": "dag-processor"}
"""Parts of the health report that have a component of their own, and its name."""

START_S = 180.0
GRACE_S = 8.0
POLL_S = 0.25
ANSWER_S = 5.0


@dataclass
class Components:
    """The processes of one Airflow on `port`, and `task_port` for tasks. `variables` are all of their environment."""

    major: int
    place: Place
    python: Path
    port: int
    task_port: int
    variables: Mapping[str, str]
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _services: dict[str, process.Service] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The web server on the loopback."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def _parts(self) -> list[str]:
        return [part for part, component in PARTS.items() if component in COMPONENTS[self.major]]

    def start(self) -> None:
        """Start all of them; returns at once."""
        self.started_at = datetime.now(UTC)
        for name in COMPONENTS[self.major]:
            if name not in LATER[self.major]:
                self._start(name)

    def wait_until_healthy(self, check: Callable[[], None], limit_s: float = START_S) -> None:
        """Return when each part is well. `check` is called meanwhile and may raise. Raises StartError."""
        deadline = time.monotonic() + limit_s
        missing = sorted(self._parts)
        while time.monotonic() < deadline:
            check()
            for name, service in list(self._services.items()):
                if service.returncode is not None:
                    raise StartError(f"{name} ended with {service.returncode}: {self.log_end(name)}")
            report = self._report() if self._has_task_api() else {}
            missing = self._unhealthy(report)
            if not missing:
                return
            for name in LATER[self.major] if report else ():
                if name not in self._services:
                    self._start(name)
            time.sleep(POLL_S)
        told = "; ".join(f"{name}: {self.log_end(PARTS.get(name, name))}" for name in missing)
        raise StartError(f"not healthy after {limit_s:g} s: {told}")

    def revive(self) -> list[str]:
        """Start what has ended, as MWAA does; the names."""
        ended = [name for name, service in self._services.items() if service.returncode is not None]
        for name in ended:
            self._start(name)
        return ended

    def end(self) -> None:
        """End all of them and whatever they started."""
        services = list(self._services.values())
        for service in services:
            service.signal(process.TERMINATE)
        orphans.end_marked(self.place.root, grace_s=GRACE_S)
        for service in services:
            service.end(grace_s=1.0)

    def log(self, name: str) -> Path:
        """What a component wrote."""
        return self.place.output / f"{name}.log"

    def log_end(self, name: str) -> str:
        """The end of it, in one line."""
        try:
            return last_words(self.log(name).read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return ""

    def _unhealthy(self, report: Mapping[str, Any]) -> list[str]:
        """Parts that are not well, or have given no sign of life since the start; of a web server in its start, all."""
        return [name for name in self._parts if not self._is_well(report.get(name) or {}, name)]

    def _start(self, name: str) -> None:
        argv = (str(self.python), "-m", "airflow", *COMPONENTS[self.major][name])
        if name == TASK_API:
            argv += ("--port", str(self.task_port))
        variables = {**self.variables, "MWAA_AIRFLOW_COMPONENT": _mwaa_name(name)}
        command = process.Command(argv, self.place.home, variables)
        self._services[name] = process.start_service(command, log=self.log(name))

    def _has_task_api(self) -> bool:
        """Whether tasks find whom they talk to; in Airflow 2 they talk to nobody."""
        return self.major == 2 or bool(_answer(f"http://127.0.0.1:{self.task_port}{TASK_API_HEALTH}"))

    def _report(self) -> dict[str, Any]:
        return _answer(self.url + HEALTH[self.major])

    def _is_well(self, part: Mapping[str, Any], name: str) -> bool:
        beat = part.get(f"latest_{name}_heartbeat")
        if part.get("status") != "healthy" or not beat:
            return False
        # The database may be a copy: what beat in it before is not ours.
        return datetime.fromisoformat(str(beat).replace("Z", "+00:00")) >= self.started_at


def _answer(url: str) -> dict[str, Any]:
    """The JSON object that is there; empty when nobody answers, or something else."""
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(url, timeout=ANSWER_S) as reply:
            report = json.load(reply)
    except HTTPError as error:
        error.close()
        return {}
    except (URLError, OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def last_words(text: str, lines: int = 3) -> str:
    """The end of what a program wrote; of a stack trace the exception alone, which is why it ended."""
    last = [line for line in text.splitlines() if line.strip()][-lines:]
    places = [number for number, line in enumerate(last) if line.startswith(" ")]
    if places and places[-1] + 1 < len(last):
        last = last[places[-1] + 1 :]
    return " | ".join(line.strip() for line in last)


class Ports:
    """Ports of the loopback, each given out once: an Airflow takes its own only seconds later."""

    def __init__(self) -> None:
        self._given: set[int] = set()
        self._lock = threading.Lock()

    def free(self) -> int:
        """One that nobody listens on now."""
        with self._lock:
            while True:
                with socket.socket() as taken:
                    taken.bind(("127.0.0.1", 0))
                    port = int(taken.getsockname()[1])
                if port not in self._given:
                    self._given.add(port)
                    return port


def _mwaa_name(component: str) -> str:
    return {"api-server": "webserver", TASK_API: "webserver", "dag-processor": "scheduler"}.get(component, component)
