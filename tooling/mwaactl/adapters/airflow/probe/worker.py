"""A process that imports files until there are no more, or until one leaves traces that would disturb the next."""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from .bag import Bag, listed_paths
from .confinement import limit, lock_files
from .places import current_place, described
from .sources import Sources
from .tracer import Tracer
from .values import Values
from .watch import Watch

LONGEST_OUTPUT = 2_000  # characters kept of what a file prints
TICKET = 4  # bytes
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/sys", "/dev")
PROC = ("self", "cpuinfo", "meminfo", "stat", "sys", "filesystems", "version", "uptime", "loadavg", "cgroups")
"""What is readable of /proc: nothing of other processes, whose environments hold secrets."""

UNTOLD = (ResourceWarning, ImportWarning, PendingDeprecationWarning)
PLUGINS = ":plugins"
LISTING = ":listing"

leave = os._exit


class Worker:
    """`tickets` is the pipe of numbers of files to take, `results` the one to tell of them, `room` its own folder."""

    def __init__(self, job: dict[str, Any], tickets: int, results: int, room: Path) -> None:
        self._job, self._tickets, self._results, self._room = job, tickets, results, room
        self._roots = tuple(folder for folder in (job["dags"], job["plugins"]) if folder)
        proc = (os.path.realpath(f"/proc/{name}") for name in PROC)
        readable = (
            *SYSTEM_FOLDERS,
            *proc,
            sys.prefix,
            sys.base_prefix,
            *map(os.path.realpath, sys.path[:]),
            *self._roots,
        )
        self._readable = tuple(folder for folder in dict.fromkeys(readable) if folder != "/")
        self._sources = Sources(self._roots)
        self._values = Values(job["variables"], job["connections"])
        self._watch = Watch(self._readable, (str(room),), self._roots, lambda: current_place(self._roots), is_on=False)
        self._bag: Bag

    def run(self) -> NoReturn:
        """Take files until there are none left."""
        self._prepare()
        while True:
            ticket = os.read(self._tickets, TICKET)
            if len(ticket) < TICKET:
                leave(0)
            number = int.from_bytes(ticket, "big")
            self._tell({"begin": number})
            outcome = self._outcome(self._job["files"][number])
            self._tell({"end": number, "outcome": outcome})
            if outcome.get("taints"):
                leave(0)

    def _prepare(self) -> None:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        self._output = os.open(self._room / "output", os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o600)
        self._trace = open(self._room / "trace", "a", encoding="utf-8")  # noqa: PTH123, SIM115 - for all its life
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, self._output), (2, self._output)):
            os.dup2(source, target)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode) for n, mode in ((0, "r"), (1, "w"), (2, "w")))
        faulthandler.enable(self._trace)
        os.chdir(self._room)
        limit(self._job["memory_bytes"])
        self.has_landlock = lock_files(
            [path for path in self._readable if os.path.exists(path)],  # noqa: PTH110
            [str(self._room), "/dev/null", "/dev/tty"],
            forbids_tcp=not self._job["has_own_network"],
        )
        self._tell({"has_landlock": self.has_landlock})
        Tracer(self._trace.fileno(), self._job["limit_s"]).start()
        self._settle()
        os._exit = _refuse_exit
        self._sources.install()
        self._values.install()
        self._bag = Bag(self._sources, self._job["limit_s"])
        self._watch.install()
        self._interpreter = Interpreter()
        gc.disable()  # these objects end with the process; the memory limit holds all the same

    def _settle(self) -> None:
        """Make this Airflow, which was started for many jobs, that of the job."""
        from airflow import settings

        os.environ.update(self._job["environment"])
        settings.DAGS_FOLDER, settings.PLUGINS_FOLDER = self._job["dags"], self._job["plugins"] or str(self._room)

    def _outcome(self, file: dict[str, str]) -> dict[str, Any]:
        os.ftruncate(self._output, 0)
        self._sources.start()
        self._values.start()
        caught: list[dict[str, Any]] = []
        os.ftruncate(self._trace.fileno(), 0)
        began = time.perf_counter()
        self._watch.start()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                warnings.showwarning = lambda message, category, name, line, *_rest: self._warn(
                    caught, message, category, name, line
                )
                outcome = self._judged(file)
        except BaseException as error:  # noqa: BLE001, RUF100 - a late alarm, or whatever else the file left behind
            outcome = {"state": "imported", "dags": [], "errors": [described(error, file["path"], self._roots)]}
        finally:
            self._watch.stop()
        outcome["seconds"] = round(time.perf_counter() - began, 4)
        outcome["warnings"] = caught
        outcome["touches"] = [asdict(touch) for touch in self._watch.touches]
        outcome["missing_variables"] = self._values.missing_variables
        outcome["missing_connections"] = self._values.missing_connections
        outcome["taints"] = self._interpreter.taints()
        new = self._interpreter.new_modules()
        if new and self._sources.forget(new):
            self._interpreter.settle()
        self._interpreter.restore()
        outcome["digests"], outcome["absent"] = self._sources.digests, sorted(self._sources.absent)
        outcome["opened"] = sorted(self._watch.opened - set(self._sources.digests))
        outcome["listed"] = sorted(self._watch.listed) if file["id"] != LISTING else []
        outcome["output"] = self._printed()
        return outcome

    def _judged(self, file: dict[str, str]) -> dict[str, Any]:
        if file["id"] == LISTING:
            return {"state": "listing", "dags": [], "errors": [], "paths": sorted(listed_paths(self._job["dags"]))}
        if file["id"] == PLUGINS:
            return {"state": "plugins", "dags": [], "errors": _plugin_errors(self._job["plugins"])}
        return self._bag.imported(file["path"])

    def _warn(
        self, caught: list[dict[str, Any]], message: object, category: type[Warning], name: str, line: int
    ) -> None:
        is_airflows = category.__module__.startswith("airflow") or "airflow" in name
        if issubclass(category, UNTOLD) or not (name.startswith(self._roots) or is_airflows):
            return
        file, number = (name, line) if name.startswith(self._roots) else current_place(self._roots)
        found = {"category": category.__name__, "message": str(message)[:500], "file": file, "line": number}
        if file and found not in caught and len(caught) < 50:
            caught.append(found)

    def _printed(self) -> str:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):  # the file closed or replaced it, or it is full
                stream.flush()
        return os.pread(self._output, LONGEST_OUTPUT, 0).decode(errors="replace")

    def _tell(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(self._results, data) :]


class Interpreter:
    """The state of the interpreter that every file shall find as the first one did.

    It is compared hundreds of times: the modules, which Python keeps in the order of import, and the attributes that
    nobody should replace.
    """

    def __init__(self) -> None:
        self._environment, self._path = dict(os.environ), list(sys.path)
        self._encoded = dict(_encoded_environment())
        self._threads = set(threading.enumerate())
        self._handlers = {number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGTERM)}
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._owners = [_observed(name, owner) for name, owner in _owners()]
        self.settle()

    def settle(self) -> None:
        """Take the modules of now for the state to keep."""
        self._modules = dict(sys.modules)
        self._names, self._found = [*self._modules], [*self._modules.values()]

    def new_modules(self) -> list[str]:
        """Names of the modules that came since."""
        names, count = list(sys.modules), len(self._names)
        return names[count:] if names[:count] == self._names else list(set(names) - self._modules.keys())

    def taints(self) -> list[str]:
        """What would reach the next file, in words: threads, and changes of Airflow and of Python itself."""
        found = [f"thread {thread.name}" for thread in threading.enumerate() if thread not in self._threads]
        if not _is_kept(self._found, sys.modules):
            gone = [name for name, module in self._modules.items() if sys.modules.get(name) is not module]
            found += [f"patch sys.modules[{name!r}]" for name in gone[:1]]
            sys.modules.update(self._modules)
        for index, (name, owner, known, values) in enumerate(self._owners):
            attributes = vars(owner)
            if not _is_kept(values, attributes):
                changed = [key for key, value in known.items() if attributes.get(key) is not value]
                found += [f"patch {name}.{key}" for key in changed if callable(known[key]) and key[:4] != "_abc"]
                self._owners[index] = _observed(name, owner)
        return sorted(found)[:10]

    def restore(self) -> None:
        """Undo what can be undone."""
        sys.path[:] = self._path
        if _encoded_environment() != self._encoded:
            os.environ.clear()
            os.environ.update(self._environment)
        for number, handler in self._handlers.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.setrecursionlimit(1000)


PATCHABLE = (
    ("builtins", ""),
    ("os", ""),
    ("json", ""),
    ("datetime", ""),
    ("airflow.models.dag", "DAG"),
    ("airflow.models.baseoperator", "BaseOperator"),
    ("airflow.models.variable", "Variable"),
    ("airflow.models.connection", "Connection"),
    ("airflow.sdk.definitions.dag", "DAG"),
    ("airflow.sdk.bases.operator", "BaseOperator"),
    ("airflow.sdk.definitions.variable", "Variable"),
    ("airflow.sdk.definitions.connection", "Connection"),
)
"""Modules, and classes in them, whose attributes no DAG file should replace."""


def _encoded_environment() -> Mapping[Any, Any]:
    """What os.environ holds, as it holds it: decoding it for each file takes as long as a small file."""
    encoded: Mapping[Any, Any] = getattr(os.environ, "_data", os.environ)
    return encoded


def _observed(name: str, owner: Any) -> tuple[str, Any, dict[str, Any], list[Any]]:
    attributes = dict(vars(owner))
    return name, owner, attributes, [*attributes.values()]


def _is_kept(before: Sequence[object], now: Mapping[str, object]) -> bool:
    """Whether `now` begins with all that was there before; new entries come last."""
    try:
        # Lists compare by identity before they ask the objects, and many times faster than any loop.
        return [*now.values()][: len(before)] == before
    except Exception:  # noqa: BLE001, RUF100 - the __eq__ of whatever took a place
        return False


def _owners() -> Iterator[tuple[str, Any]]:
    for module, name in PATCHABLE:
        owner: Any = sys.modules.get(module)
        if owner is not None and name:
            owner = getattr(owner, name, None)
        if owner is not None:
            yield f"{module}.{name}".rstrip("."), owner


def _refuse_exit(status: int = 0) -> NoReturn:
    raise SystemExit(f"os._exit({status}) while a DAG file is imported")


def _plugin_errors(folder: str) -> list[dict[str, Any]]:
    from airflow import plugins_manager

    load = getattr(plugins_manager, "ensure_plugins_loaded", None) or plugins_manager._get_plugins
    load()
    errors = getattr(plugins_manager, "import_errors", None)
    if errors is None and hasattr(plugins_manager, "get_import_errors"):
        errors = plugins_manager.get_import_errors()
    return [
        {"type": "PluginError", "message": str(text)[:1000], "file": str(Path(folder) / name), "line": 0, "frames": []}
        for name, text in (errors or {}).items()
    ]
