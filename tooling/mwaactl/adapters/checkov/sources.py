"""Where the resources of a configuration are written, and which checks their authors switched off there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mwaactl.model.plan_document import without_indexes

RESOURCE = re.compile(r'^\s*(?P<kind>resource|data)\s+"(?P<type>[^"]+)"\s+"(?P<name>[^"]+)"')
MODULE = re.compile(r'^module\s+"(?P<name>[^"]+)"')
SOURCE = re.compile(r'^\s*source\s*=\s*"(?P<source>[^"]+)"')
SKIP = re.compile(r"#\s*checkov:skip=(?P<check>CKV\w+)\s*:\s*(?P<reason>.+?)\s*$")
DEEPEST = 10  # modules in modules; a circle of them would never end


@dataclass(frozen=True)
class Sources:
    """Of the root module and every local module below it; addresses are without indexes.

    `places` are (file relative to the root, line); `skips` the reasons by (address, check).
    """

    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    skips: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def place_of(self, address: str) -> tuple[str, int]:
        """Where a resource is written, or the module that it came from; ("", 0) for one that is not written now."""
        parts = without_indexes(address).split(".")
        while parts:
            found = self.places.get(".".join(parts))
            if found:
                return found
            parts.pop()
        return "", 0

    def reason(self, address: str, check: str) -> str | None:
        """Why the author of the resource switched this check off, if so."""
        return self.skips.get((without_indexes(address), check))


def load_sources(root: Path) -> Sources:
    """Read the Terraform code of the project at `root`. Modules outside of it are not followed."""
    places: dict[str, tuple[str, int]] = {}
    skips: dict[tuple[str, str], str] = {}
    whole = root.resolve()
    waiting = [(whole / "terraform", "")]
    while waiting:
        folder, prefix = waiting.pop()
        for path in sorted(folder.glob("*.tf")):
            for block, number, line in _lines(path, prefix):
                places.setdefault(block, (path.relative_to(whole).as_posix(), number))
                if skip := SKIP.search(line):
                    skips[(block, skip["check"])] = skip["reason"]
                source = SOURCE.match(line) if block.startswith(f"{prefix}module.") else None
                below = (folder / source["source"]).resolve() if source else whole
                is_ours = source and source["source"].startswith(".") and below.is_relative_to(whole)
                if is_ours and prefix.count("module.") < DEEPEST:
                    waiting.append((below, f"{block}."))
    return Sources(places, skips)


def _lines(path: Path, prefix: str) -> Iterator[tuple[str, int, str]]:
    """Every line inside of a resource, data or module block, with the block's address; its head comes first."""
    block = ""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if header := RESOURCE.match(line):
            data = "data." if header["kind"] == "data" else ""
            block = f"{prefix}{data}{header['type']}.{header['name']}"
        elif header := MODULE.match(line):
            block = f"{prefix}module.{header['name']}"
        elif line.startswith("}"):
            block = ""
        if block:
            yield block, number, line
