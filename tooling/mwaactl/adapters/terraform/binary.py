"""The Terraform program: which one, which version, and the environment variables it runs with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mwaactl.adapters import process
from mwaactl.adapters.interrupt import Interrupt
from mwaactl.adapters.terraform import arguments
from mwaactl.adapters.toolchain import MINIMUM_VERSION, Binary
from mwaactl.errors import ToolMissing

# Variables that would change what Terraform does behind the back of the configuration under review.
SCRUBBED = ("TF_VAR_", "TF_CLI_ARGS", "TF_WORKSPACE", "TF_DATA_DIR", "TF_INPUT", "TF_LOG", "TF_PLUGIN_CACHE_DIR")


@dataclass(frozen=True)
class Terraform:
    """Terraform or OpenTofu on this machine. `environment` is what the user's shell has, before scrubbing."""

    binary: Binary
    cli_config: Path | None
    environment: Mapping[str, str]
    interrupt: Interrupt

    @cached_property
    def version(self) -> str:
        """Such as 1.11.4. Raises ToolMissing when it is older than mwaactl needs."""
        argv = arguments.version(self.binary.path)
        done = process.run(process.Command(argv, Path.cwd(), self.variables({})), timeout_s=60)
        try:
            text = str(json.loads(done.stdout)["terraform_version"])
        except (ValueError, KeyError) as error:
            raise ToolMissing(
                f"{self.binary.path} did not answer `version -json`.", cause=done.stderr.strip()[:300] or None
            ) from error
        if tuple(int(part) for part in text.split("-", maxsplit=1)[0].split(".")[:2]) < MINIMUM_VERSION:
            raise ToolMissing(
                f"{self.binary.path} is version {text}, too old for mwaactl (1.10 or newer).",
                hint="the S3 backend's own lock (use_lockfile) came with 1.10",
            )
        return text

    def variables(self, extra: Mapping[str, str | None]) -> dict[str, str]:
        """The whole environment of a Terraform process: scrubbed, then `extra`, where None removes."""
        clean = {name: value for name, value in self.environment.items() if not name.startswith(SCRUBBED)}
        clean |= {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        # Go's collector: most of what Terraform and the provider hold is the schema, which stays. Half as many
        # collections save a tenth of the CPU of a plan for a tenth more memory (three environments on 2 cores).
        clean.setdefault("GOGC", "200")
        if self.cli_config is not None:
            clean["TF_CLI_CONFIG_FILE"] = str(self.cli_config)
        for name, value in extra.items():
            clean.pop(name, None)
            if value is not None:
                clean[name] = value
        return clean
