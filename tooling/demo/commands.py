"""Commands of the demo: shown as anybody would type them, and run."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

console = Console(highlight=False, soft_wrap=True)


class CommandFailed(Exception):  # noqa: N818 - says what happened
    """A command of the demo ended with an error, which it has told of itself."""

    def __init__(self, command: str, code: int) -> None:
        super().__init__(f"{command} ended with exit code {code}")
        self.code = code


def heading(text: str) -> None:
    """Begin a chapter."""
    console.print(f"\n[bold cyan]{escape(text)}[/]")


def mwaactl(*arguments: str) -> None:
    """Show and run `mwaactl ARGUMENTS`. Raises CommandFailed."""
    shown = f"{_program('mwaactl')} {shlex.join(arguments)}"
    console.print(f"[dim]$[/] {escape(shown)}")
    code = subprocess.run([_path("mwaactl"), *arguments], stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        raise CommandFailed(shown, code)


def answer_of(*arguments: str) -> Any:
    """The `data` of what `mwaactl ARGUMENTS --output json` gives; not shown. Raises CommandFailed."""
    argv = [_path("mwaactl"), *arguments, "--output", "json"]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CommandFailed(shlex.join(["mwaactl", *arguments]), done.returncode)
    return json.loads(done.stdout)["data"]


def client(service: str, variables: Mapping[str, str]) -> Any:
    """A boto3 client inside the sandbox, by what `mwaactl sandbox env` says."""
    import boto3
    from botocore.config import Config

    made: Any = boto3.client(  # type: ignore[call-overload]  # no literal
        service,
        region_name=variables["AWS_REGION"],
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        config=Config(inject_host_prefix=False),  # MWAA's SDK would put api. before the address
    )
    return made


def _path(program: str) -> str:
    return str(Path(sys.executable).parent / program)


def _program(program: str) -> str:
    """As it is typed here: relative, unless its folder is on PATH."""
    folder = Path(sys.executable).parent
    if str(folder) in os.get_exec_path():
        return program
    here = Path.cwd()
    return str((folder / program).relative_to(here)) if folder.is_relative_to(here) else str(folder / program)
