"""Cached virtual environments with a real Airflow, one per version, Python and set of requirements.

Each is built under a temporary name and renamed when it is whole, under a lock: two runs at once build it once, and one
that is killed leaves nothing that the next would take for whole.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from mwaactl.adapters import process
from mwaactl.adapters.airflow import requirements as user_requirements
from mwaactl.adapters.airflow.cache import alone
from mwaactl.adapters.airflow.constraints import Constraints, constraints_of
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.airflow.python import Interpreter, find_python
from mwaactl.adapters.interrupt import Interrupt
from mwaactl.errors import ToolMissing
from mwaactl.model.airflow_runtime import RuntimePins, runtime_pins

LAYOUT = 1  # raised when runtimes built before are of no use any more
INSTALL_S = 900
REQUIREMENTS_S = 540  # MWAA's own limit (docker-images, USER_REQUIREMENTS_MAX_INSTALL_TIME)
FACTS = "runtime.json"
RETRY_FAILED_S = 600
REMOVED = ("AWS_", "TF_", "PYTHON", "VIRTUAL_ENV", "CONDA_", "MWAACTL_", "AIRFLOW")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Runtimes:
    """The runtimes below the folder `cache`."""

    cache: Path
    environment: Mapping[str, str]
    interrupt: Interrupt

    def runtime(
        self,
        version: str,
        requirements: Path | None = None,
        plugins: Path | None = None,
        dags: Path | None = None,
        say: Say = lambda _text: None,
    ) -> Runtime:
        """The runtime of this Airflow version with these requirements, built when missing. Raises ToolMissing.

        `plugins` and `dags` are the folders that requirements may name as below /usr/local/airflow. `say` hears what
        takes long.
        """
        pins = runtime_pins(version)
        base = self._base(pins, say)
        folders = {user_requirements.PLUGINS: plugins, user_requirements.DAGS: dags}
        wanted = user_requirements.read(requirements, folders) if requirements else None
        return self._layer(base, pins, wanted, say) if wanted and wanted.lines else base

    @property
    def uv(self) -> Path:
        """The uv that came with mwaactl, else the one on PATH. Raises ToolMissing."""
        beside = Path(sys.executable).parent / "uv"
        found = str(beside) if beside.is_file() else shutil.which("uv", path=self.environment.get("PATH"))
        if not found:
            raise ToolMissing("uv is not installed.", hint="pip install uv")
        return Path(found)

    def _base(self, pins: RuntimePins, say: Say) -> Runtime:
        digest = sha256(json.dumps([LAYOUT, pins.packages, pins.constraints, pins.generated]).encode()).hexdigest()
        name = f"airflow-{pins.version}-py{pins.python}-{digest[:12]}"
        return self._load(name) or self._built(name, lambda folder: self._build(name, pins, folder, say))

    def _layer(self, base: Runtime, pins: RuntimePins, wanted: user_requirements.Wanted, say: Say) -> Runtime:
        name = f"{base.id}-{sha256(wanted.identity.encode()).hexdigest()[:12]}"
        found = self._load(name)
        if found:
            return found
        failed = self.cache / "runtimes" / f"{name}.failed"
        if failed.is_file() and time.time() - failed.stat().st_mtime < RETRY_FAILED_S:
            return replace(base, requirements_error=failed.read_text(encoding="utf-8"))
        try:
            return self._built(name, lambda folder: self._build_layer(name, base, pins, wanted, folder, say))
        except ToolMissing as error:
            failed.write_text(error.cause or error.what, encoding="utf-8")
            return replace(base, requirements_error=error.cause or error.what)

    def _load(self, name: str) -> Runtime | None:
        folder = self.cache / "runtimes" / name
        try:
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            runtime = Runtime(
                id=name,
                python=folder / "bin" / "python",
                airflow_version=facts["airflow"],
                python_version=facts["python"],
                constraints=facts["constraints"],
                notes=tuple(facts["notes"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return runtime if os.access(runtime.python, os.X_OK) else None  # its Python may have been removed

    def _built(self, name: str, build: Callable[[Path], None]) -> Runtime:
        runtimes = self.cache / "runtimes"
        with alone(runtimes / f"{name}.lock", self.interrupt.check):
            found = self._load(name)
            if found:
                return found
            for left in (*runtimes.glob(f".{name}.*"), runtimes / name):
                shutil.rmtree(left, ignore_errors=True)
            folder = runtimes / f".{name}.{os.getpid()}"
            try:
                build(folder)
                folder.rename(runtimes / name)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        found = self._load(name)
        if found is None:
            raise ToolMissing(f"The runtime {name} cannot be read.", hint=f"delete {runtimes} and try again")
        return found

    def _build(self, name: str, pins: RuntimePins, folder: Path, say: Say) -> None:
        interpreter = find_python(pins.python, self.uv, self._variables(), self.cache / "pythons")
        say(f"Installing Airflow {pins.version} on Python {interpreter.version} for {name} (once; about a minute)")
        problem = ""
        for constraints in constraints_of(pins, self.cache / "constraints", self.environment):
            shutil.rmtree(folder, ignore_errors=True)
            self._uv("venv", "--quiet", "--relocatable", "--python", str(interpreter.path), str(folder))
            problem = self._install(folder, (*pins.packages, *constraints.arguments))
            if not problem:
                self._write_facts(folder, pins, interpreter, constraints)
                return
        raise ToolMissing(
            f"Airflow {pins.version} cannot be installed on Python {interpreter.version}.",
            cause=problem,
            hint="check that packages can be installed here: uv pip install apache-airflow",
        )

    def _build_layer(
        self,
        name: str,
        base: Runtime,
        pins: RuntimePins,
        wanted: user_requirements.Wanted,
        folder: Path,
        say: Say,
    ) -> None:
        say(f"Installing {wanted.path.name} beside Airflow {base.airflow_version} for {name} (once)")
        # Hard links: uv never writes into an installed file, it replaces it.
        shutil.copytree(base.bin.parent, folder, symlinks=True, copy_function=os.link)
        (folder / FACTS).unlink()
        shutil.copy(base.bin.parent / FACTS, folder / FACTS)
        frozen = folder / "frozen.txt"
        frozen.write_text(self._uv("pip", "freeze", "--python", str(base.python)).stdout, encoding="utf-8")
        lines = folder / "requirements.txt"
        lines.write_text("".join(f"{line}\n" for line in wanted.lines), encoding="utf-8")
        arguments = ["--requirement", str(lines)]
        if wanted.has_own_constraints:
            essential = folder / "essential.txt"
            essential.write_text("".join(f"{line}\n" for line in pins.essential_constraints), encoding="utf-8")
            arguments += ["--constraint", str(essential)]
        else:
            for constraints in constraints_of(pins, self.cache / "constraints", self.environment):
                if constraints.kind == base.constraints:
                    arguments += constraints.arguments
            arguments += ["--constraint", str(frozen)]
        problem = self._install(folder, tuple(arguments), limit_s=REQUIREMENTS_S)
        if problem:
            raise ToolMissing(f"{wanted.path.name} cannot be installed.", cause=problem)

    def _install(self, folder: Path, arguments: tuple[str, ...], limit_s: float = INSTALL_S) -> str:
        """uv's complaint, empty when all went well."""
        python = str(folder / "bin" / "python")
        done = self._uv(
            "pip", "install", "--quiet", "--python", python, "--compile-bytecode", *arguments, limit_s=limit_s
        )
        return "" if done.returncode == 0 else "\n".join(done.stderr.strip().splitlines()[:12])

    def _uv(self, *arguments: str, limit_s: float = INSTALL_S) -> process.Completed:
        self.interrupt.check()
        command = process.Command((str(self.uv), *arguments), Path("/"), self._variables())
        try:
            done = process.run(command, timeout_s=limit_s)
        except TimeoutError as error:
            done = process.Completed(1, "", str(error))
        self.interrupt.check()
        return done

    def _variables(self) -> dict[str, str]:
        kept = {name: value for name, value in self.environment.items() if not name.startswith(REMOVED)}
        return {**kept, "UV_NO_PROGRESS": "1"} | {"UV_LINK_MODE": self.environment.get("UV_LINK_MODE", "hardlink")}

    def _write_facts(self, folder: Path, pins: RuntimePins, interpreter: Interpreter, constraints: Constraints) -> None:
        notes = [interpreter.note] if interpreter.note else []
        if constraints.kind == "pins" and pins.generated:
            notes.append("the package index tells no dates: packages may be newer than those of MWAA")
        facts = {
            "airflow": pins.version,
            "python": interpreter.version,
            "constraints": constraints.kind,
            "notes": notes,
        }
        (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")
