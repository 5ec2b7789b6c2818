"""One environment's Terraform: its own data directory and saved plans, so that environments run side by side."""

from __future__ import annotations

import hashlib
import json
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mwaactl.adapters import process
from mwaactl.adapters.terraform import arguments
from mwaactl.adapters.terraform.binary import Terraform
from mwaactl.adapters.terraform.events import EventReader
from mwaactl.errors import TerraformError
from mwaactl.model.progress import Moment, OnEvent, Progress


@dataclass(frozen=True)
class SavedPlan:
    """A plan file and its content as JSON. The document holds secrets in clear text: never print or keep it."""

    path: Path
    document: Mapping[str, Any] = field(repr=False)
    has_changes: bool


@dataclass(frozen=True)
class Workspace:
    """Terraform for one environment. `data` is its private folder, `backend` and `tfvars` its rendered files.

    `variables` are the AWS variables of the target; the descriptors in `keep_open` are passed on to Terraform, so that
    the environment's lock lasts as long as Terraform runs. `more_tfvars` are for one run alone.
    """

    terraform: Terraform
    environment: str
    root: Path
    data: Path
    tfvars: Path
    backend: Path
    variables: Mapping[str, str | None]
    keep_open: Sequence[int] = ()
    more_tfvars: Sequence[Path] = ()

    @property
    def plan_file(self) -> Path:
        """Where this environment's saved plan lies."""
        return self.data / "plan.tfplan"

    def init(self, on_event: OnEvent) -> None:
        """Install providers and modules when lock file, modules, backend or Terraform changed since the last time."""
        stamp, digest = self.data / "init.digest", self._init_digest()
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
            return
        stamp.unlink(missing_ok=True)
        on_event(Progress(self.environment, Moment.STAGE, "init"))
        reader, done = self._follow("init", arguments.init(self.terraform.binary.path, self.backend), on_event)
        if done.returncode != 0:
            raise reader.failure("init", done.returncode, done.stderr)
        stamp.write_text(digest, encoding="utf-8")

    def plan(
        self,
        on_event: OnEvent,
        *,
        destroy: bool = False,
        refresh_only: bool = False,
        lock: bool = True,
        out: Path | None = None,
        always_show: bool = False,
    ) -> SavedPlan:
        """Save a plan into `out` (default: `plan_file`), for the user alone. Raises TerraformError, StateLocked.

        Without `lock` nothing is written to the state's bucket, so a role that may only read is enough. The document
        of a plan without changes is empty, unless `always_show`.
        """
        path = out or self.plan_file
        path.unlink(missing_ok=True)
        process.open_private(path).close()
        argv = arguments.plan(
            self.terraform.binary.path,
            variables=(self.tfvars, *self.more_tfvars),
            out=path,
            destroy=destroy,
            refresh_only=refresh_only,
            lock=lock,
        )
        reader, done = self._follow("plan", argv, on_event)
        if done.returncode not in (0, 2):
            path.unlink(missing_ok=True)
            raise reader.failure("plan", done.returncode, done.stderr)
        path.chmod(0o600)
        has_changes = done.returncode == 2
        # Without changes there is seldom something to look into: `show` would load the provider again, for 2 s.
        return SavedPlan(path, self._show(path) if has_changes or always_show else {}, has_changes)

    def saved_plan(self) -> SavedPlan | None:
        """The plan saved by an earlier run, if there is one."""
        if not self.plan_file.is_file():
            return None
        document = self._show(self.plan_file)
        return SavedPlan(self.plan_file, document, bool(document.get("applyable", True)))

    def apply(self, plan: SavedPlan, on_event: OnEvent) -> Mapping[str, Any]:
        """Apply exactly `plan` and return the outputs that are not sensitive. The plan file is used up."""
        reader, done = self._follow("apply", arguments.apply(self.terraform.binary.path, plan.path), on_event)
        if done.returncode != 0:
            raise reader.failure("apply", done.returncode, done.stderr)
        plan.path.unlink(missing_ok=True)
        return reader.outputs

    def force_unlock(self, lock_id: str) -> None:
        """Remove the state lock `lock_id`. Raises TerraformError when it is not that lock."""
        self._run("force-unlock", arguments.force_unlock(self.terraform.binary.path, lock_id))

    def untaint(self, address: str) -> None:
        """Keep `address` instead of replacing it with the next apply."""
        self._run("untaint", arguments.untaint(self.terraform.binary.path, address))

    def _show(self, plan_file: Path) -> Mapping[str, Any]:
        document = json.loads(self._run("show", arguments.show(self.terraform.binary.path, plan_file)))
        if not isinstance(document, dict) or not str(document.get("format_version", "")).startswith("1."):
            raise TerraformError(
                "terraform show answered in a format that mwaactl does not know.",
                cause=f"format_version {document.get('format_version')!r}",
            )
        return document

    def _run(self, command: str, argv: Sequence[str]) -> str:
        done = process.run(process.Command(argv, self.root / "terraform", self._environment()))
        if done.returncode != 0:
            self.terraform.interrupt.check()  # Ctrl-C of a terminal reaches these short commands too
            raise TerraformError(f"terraform {command} failed.", cause=done.stderr.strip()[-800:])
        return done.stdout

    def _follow(self, command: str, argv: Sequence[str], on_event: OnEvent) -> tuple[EventReader, process.Completed]:
        reader = EventReader(self.environment, on_event)
        log = self.data / "logs" / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{command}.jsonl"
        done = process.follow(
            process.Command(argv, self.root / "terraform", self._environment()),
            output=log,
            on_line=reader.read,
            interrupt=self.terraform.interrupt,
            keep_open=self.keep_open,
        )
        # A negative code is a signal: Terraform was killed, and may have stored nothing. Only when it died of our own
        # SIGINT it had not yet begun: from its start-up on it handles that one.
        has_stopped = done.returncode == -signal.SIGINT or (done.returncode > 0 and done.returncode != 2)
        if self.terraform.interrupt.is_requested and has_stopped:
            raise reader.interruption(command)
        return reader, done

    def _environment(self) -> dict[str, str]:
        return self.terraform.variables({**self.variables, "TF_DATA_DIR": str(self.data / "terraform")})

    def _init_digest(self) -> str:
        """Digest of all that `init` depends on; module calls can stand in any .tf file, so all of them count."""
        digest = hashlib.sha256(f"{self.terraform.binary.path} {self.terraform.version}".encode())
        files = [*self.root.glob("terraform/*.tf"), *self.root.glob("modules/*/*.tf"), self.backend]
        for path in sorted([*files, self.root / "terraform" / ".terraform.lock.hcl"]):
            digest.update(str(path).encode())
            digest.update(path.read_bytes())
        if self.terraform.cli_config is not None:
            digest.update(self.terraform.cli_config.read_bytes())
        return digest.hexdigest()
