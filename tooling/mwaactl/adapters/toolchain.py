"""Finds Terraform and the local provider mirrors (design.md, section 12)."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters.files import write_whole
from mwaactl.errors import ToolMissing

MINIMUM_VERSION = (1, 10)  # `use_lockfile` of the S3 backend came with Terraform 1.10 and OpenTofu 1.10
ADD_ON_PACKAGES = Path(os.sep) / "opt"  # where the FHS puts add-on software packages


@dataclass(frozen=True)
class Binary:
    """A Terraform or OpenTofu program and where it was found."""

    path: Path
    source: str


def find_terraform(explicit: str | None, environment: Mapping[str, str], setting: str | None = None) -> Binary:
    """--terraform, MWAACTL_TERRAFORM, [tool.mwaactl], then terraform or tofu on PATH. Raises ToolMissing."""
    named = (
        ("--terraform", explicit),
        ("MWAACTL_TERRAFORM", environment.get("MWAACTL_TERRAFORM")),
        ("[tool.mwaactl] terraform", setting),
    )
    for source, value in named:
        if value:
            found = shutil.which(value)
            if found is None:
                raise ToolMissing(f"{source} names {value}, which is not a program that can be run.")
            return Binary(Path(found).absolute(), source)
    for name in ("terraform", "tofu"):
        found = shutil.which(name, path=environment.get("PATH"))
        if found:
            return Binary(Path(found).absolute(), "PATH")
    raise ToolMissing(
        "Neither terraform nor tofu is on PATH.",
        hint="install Terraform >= 1.10 (developer.hashicorp.com/terraform/install) or name it by --terraform",
    )


def cli_config(directory: Path, environment: Mapping[str, str]) -> Path | None:
    """The CLI configuration that Terraform is to use.

    The user's own when it exists: then None, and Terraform finds it by itself. Else one is written to `directory` that
    installs providers from the mirrors found on this machine and everything else directly.
    """
    named = environment.get("TF_CLI_CONFIG_FILE")
    own = Path(named) if named else Path(environment.get("HOME", str(Path.home()))) / ".terraformrc"
    if own.is_file():
        return None
    path = directory / "terraform.rc"
    write_whole(path, cli_config_text(find_mirrors(environment)).encode())
    return path


def cli_config_text(mirrors: Mapping[Path, tuple[str, ...]]) -> str:
    """CLI configuration for `mirrors`: directory -> the providers it holds. Never `plugin_cache_dir`: it races.

    Only what a mirror really holds is taken from it and excluded from direct installation, so that any other provider
    of the user still installs.
    """
    lines = ["# Written by mwaactl, because no CLI configuration of yours was found.", "provider_installation {"]
    held: list[str] = []
    for directory, providers in mirrors.items():
        held += providers
        lines += [
            "  filesystem_mirror {",
            f'    path    = "{_escaped(directory)}"',
            f"    include = [{_quoted(providers)}]",
            "  }",
        ]
    lines += ["  direct {", *([f"    exclude = [{_quoted(sorted(set(held)))}]"] if held else []), "  }", "}", ""]
    return "\n".join(lines)


def find_mirrors(environment: Mapping[str, str]) -> dict[Path, tuple[str, ...]]:
    """Mirror directories here, each with the providers (`host/namespace/type`) it holds for this platform."""
    mirrors: dict[Path, tuple[str, ...]] = {}
    for directory in _candidates(environment):
        providers = _providers_in(directory)
        if providers and directory not in mirrors:
            mirrors[directory] = providers
    return mirrors


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    for named in environment.get("MWAACTL_PROVIDER_MIRROR", "").split(os.pathsep):
        if named:
            yield Path(named).absolute()
    home = Path(environment.get("HOME", str(Path.home())))
    yield home / ".terraform.d" / "plugins"
    if sys.platform == "darwin":
        yield home / "Library" / "Application Support" / "io.terraform" / "plugins"
        yield Path("/Library/Application Support/io.terraform/plugins")
    yield Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "terraform" / "plugins"
    for shared in environment.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":"):
        if shared:
            yield Path(shared) / "terraform" / "plugins"
    if ADD_ON_PACKAGES.is_dir():
        yield from sorted(path for path in ADD_ON_PACKAGES.iterdir() if path.is_dir())


def _providers_in(directory: Path) -> tuple[str, ...]:
    this_platform = f"{sys.platform}_{_architecture()}"
    try:
        found = {
            "/".join(path.relative_to(directory).parts[:3])
            for host in directory.iterdir()
            if "." in host.name and host.is_dir()
            for path in host.glob(f"*/*/*/{this_platform}")
        }
    except OSError:  # absent or unreadable: then it is no mirror for us
        return ()
    return tuple(sorted(found))


def _architecture() -> str:
    machine = platform.machine().lower()
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def _quoted(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
