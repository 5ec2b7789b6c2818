"""The tables of inputs and outputs in modules/*/README.md. Running this file writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

MODULES = Path(__file__).resolve().parents[2] / "modules"
BEGIN, END = "<!-- tables: python tests/terraform/module_readme.py -->", "<!-- /tables -->"
BLOCK = r'^%s "(?P<name>[^"]+)" \{\n(?P<body>.*?)^\}$'


def readmes() -> list[Path]:
    """README of each module, whether it exists or not."""
    return sorted(path.with_name("README.md") for path in MODULES.glob("*/versions.tf"))


def fresh(readme: Path) -> str:
    """The text of `readme` with the tables that its module has now."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{_tables(readme.parent)}\n\n{END}{after}"


def _tables(module: Path) -> str:
    inputs = [
        f"| `{name}` | {_description(body)} | {_type(body)} | {_default(body)} |"
        for name, body in _blocks(module / "variables.tf", "variable")
    ]
    outputs = [f"| `{name}` | {_description(body)} |" for name, body in _blocks(module / "outputs.tf", "output")]
    return "\n".join(
        [
            "| Input | Description | Type | Default |",
            "|---|---|---|---|",
            *inputs,
            "",
            "| Output | Description |",
            "|---|---|",
            *outputs,
        ]
    )


def _blocks(path: Path, kind: str) -> list[tuple[str, str]]:
    found = re.finditer(BLOCK % kind, path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [(match["name"], match["body"]) for match in found]


def _description(body: str) -> str:
    match = re.search(r'^  description += "(.*)"$', body, re.MULTILINE)
    return match[1].replace("|", r"\|").replace("<", "&lt;") if match else ""


def _type(body: str) -> str:
    match = re.search(r"^  type += (.*)$", body, re.MULTILINE)
    return f"`{match[1].split('({')[0]}`" if match else ""


def _default(body: str) -> str:
    match = re.search(r"^  default += (.*)$", body, re.MULTILINE)
    return f"`{match[1]}`" if match else "required"


if __name__ == "__main__":
    for path in readmes():
        path.write_text(fresh(path), encoding="utf-8")
