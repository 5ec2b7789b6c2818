"""Terraform's own tests, one pytest item per run, and what every module promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terraform.module_readme import MODULES, fresh, readmes
from terraform.terraform_fixtures import ROOT, Terraform, TestedModule

pytestmark = pytest.mark.terraform

FOLDERS = ["terraform", *(f"modules/{path.parent.name}" for path in readmes())]
RUN = re.compile(r'^run "(?P<name>\w+)" \{$', re.MULTILINE)
NAMES = {kind: re.compile(rf'^{kind} "(\w+)" \{{$', re.MULTILINE) for kind in ("variable", "output")}


def runs() -> Iterator[tuple[str, str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder / "tests").glob("*.tftest.hcl")):
            for match in RUN.finditer(path.read_text(encoding="utf-8")):
                yield folder, f"tests/{path.name}", match["name"]


@pytest.mark.parametrize(("folder", "file", "run"), list(runs()))
def test_run_passes(tested: Callable[[str], TestedModule], folder: str, file: str, run: str) -> None:
    module = tested(folder)
    key = (file, run)
    if module.statuses.get(key) != "pass":
        reasons = module.diagnostics.get(key) or [module.output[-4000:]]
        pytest.fail("\n".join([f"{folder}/{file}, run {run}: {module.statuses.get(key, 'not run')}", *reasons]), False)


def test_files_are_formatted(terraform: Terraform) -> None:
    done = terraform.run(".", "fmt", "-check", "-diff", "-recursive", "modules", "terraform", "tests")
    assert done.returncode == 0, f"terraform fmt -recursive modules terraform tests\n{done.stdout}"


def test_lock_file_knows_every_platform() -> None:
    text = (ROOT / "terraform" / ".terraform.lock.hcl").read_text(encoding="utf-8")
    assert text.count('"zh:') >= 14, "one checksum for each platform that the provider is published for"
    assert text.count('"h1:') >= 2, "Linux and Mac, for installations from a mirror"


def test_modules_are_as_many_as_folders() -> None:
    assert {path.parent for path in readmes()} == {path for path in MODULES.iterdir() if path.is_dir()}


@pytest.mark.parametrize("folder", FOLDERS[1:])
class TestModule:
    def test_has_a_readme_with_fresh_tables(self, folder: str) -> None:
        readme = ROOT / folder / "README.md"
        assert readme.is_file()
        assert readme.read_text(encoding="utf-8") == fresh(readme), "python tests/terraform/module_readme.py"

    def test_is_tested_with_inputs_that_must_fail(self, folder: str) -> None:
        tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder / "tests").glob("*.tftest.hcl"))
        missing = [name for name in validated(ROOT / folder / "variables.tf") if not fails(tests, name)]
        assert missing == [], "no run of expect_failures has them"

    def test_leaves_provider_and_backend_to_the_root(self, folder: str) -> None:
        text = everything(folder)
        assert not re.search(r'^(provider "|\s+backend ")', text, re.MULTILINE)
        assert re.search(r'version += ">= [\d.]+"', (ROOT / folder / "versions.tf").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("kind", ["variable", "output"])
def test_names_are_sorted_and_described(folder: str, kind: str) -> None:
    text = (ROOT / folder / f"{kind}s.tf").read_text(encoding="utf-8")
    names = NAMES[kind].findall(text)
    assert names == sorted(names)
    descriptions = re.findall(r'^  description += "(.*)"$', text, re.MULTILINE)
    assert len(descriptions) == len(names)
    assert [text for text in descriptions if not text.endswith(".")] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_types_are_spelled_out(folder: str) -> None:
    assert not re.search(r"\bany\b", re.sub(r'#.*|"[^"]*"', "", everything(folder)))
    assert "create_" not in " ".join(NAMES["variable"].findall(everything(folder)))


def everything(folder: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).glob("*.tf")))


def validated(variables: Path) -> list[str]:
    """Names of the variables that have a validation."""
    blocks = re.findall(r'^variable "(\w+)" \{\n(.*?)^\}$', variables.read_text(encoding="utf-8"), re.M | re.S)
    return [name for name, body in blocks if "  validation {" in body]


def fails(tests: str, name: str) -> bool:
    """Does a run of `tests` expect that variable `name` is refused?"""
    return any(
        re.search(rf"\bvar\.{name}\b", block) for block in re.findall(r"expect_failures = \[(.*?)\]", tests, re.S)
    )
