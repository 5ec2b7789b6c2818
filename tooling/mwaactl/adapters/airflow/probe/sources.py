"""Imports modules from the user's folders anew for each DAG file, as Airflow does, and tells what a file depends on."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from types import CodeType, ModuleType
from typing import Any


class Sources:
    """`roots` are the user's folders on sys.path, the first wins."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        self.roots = roots
        self.digests: dict[str, str] = {}
        self.absent: set[str] = set()
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def install(self) -> None:
        """Take over imports from the roots, and hear of names that nobody finds."""
        sources = self

        class Recording(SourceFileLoader):
            """Compiles a file once, however many DAG files import it."""

            def get_code(self, _fullname: str) -> CodeType:
                data = self.get_data(self.path)
                return sources.code(data, self.path)

        def finder(path: str) -> FileFinder:
            if path not in sources.roots and not path.startswith(tuple(f"{root}/" for root in sources.roots)):
                raise ImportError(path)
            details: list[Any] = [(ExtensionFileLoader, EXTENSION_SUFFIXES), (Recording, SOURCE_SUFFIXES)]
            return FileFinder(path, *details)

        class Missing(MetaPathFinder):
            """Comes last and finds nothing."""

            def find_spec(self, fullname: str, path: object = None, _target: object = None) -> ModuleSpec | None:
                sources.miss(fullname, path)
                return None

        sys.path_hooks.insert(0, finder)
        for root in self.roots:
            sys.path_importer_cache.pop(root, None)
            sys.path.append(root)
        sys.meta_path.append(Missing())

    def start(self) -> None:
        """A new DAG file begins."""
        self.digests, self.absent = {}, set()

    def code(self, data: bytes, path: str) -> CodeType:
        """The code of a source file, compiled when its bytes are new. Raises SyntaxError."""
        digest = hashlib.sha256(data).hexdigest()
        self.digests[path] = digest
        known = self._codes.get(path)
        if known is None or known[0] != digest:
            compiled: CodeType = compile(data, path, "exec", dont_inherit=True)
            known = self._codes[path] = (digest, compiled)
        return known[1]

    def miss(self, name: str, path: object) -> None:
        """Nobody found the module `name`: a file that appears here would change that."""
        folders = [str(item) for item in path] if isinstance(path, list) else list(self.roots)
        stem = name.rpartition(".")[2]
        for folder in folders:
            if folder in self.roots or folder.startswith(self.roots):
                self.absent.update((f"{folder}/{stem}", f"{folder}/{stem}.py"))

    def load(self, name: str, path: str, data: bytes) -> ModuleType:
        """Run `data`, which is the DAG file at `path`, as the module `name`."""
        loader: Loader = _Once(self, name, path, data)
        spec = ModuleSpec(name, loader, origin=path)
        spec.has_location = True
        module = ModuleType(name)
        module.__spec__, module.__loader__, module.__file__ = spec, loader, path
        sys.modules[name] = module
        loader.exec_module(module)
        return module

    def forget(self, names: list[str]) -> bool:
        """Drop the user's modules among these, and note what would be found instead. Is any of the others left?"""
        is_any_left = False
        for name in names:
            file = getattr(sys.modules[name], "__file__", None) or ""
            locations = [str(item) for item in getattr(sys.modules[name], "__path__", ())]
            home = file or (locations[0] if locations else "")
            if not home.startswith(self.roots):
                is_any_left = True
                continue
            if "." not in name:
                self._note_shadows(name, home)
            if file.endswith(tuple(EXTENSION_SUFFIXES)):
                is_any_left = True
            else:
                del sys.modules[name]
        return is_any_left

    def _note_shadows(self, name: str, home: str) -> None:
        for root in self.roots:
            for path in (f"{root}/{name}/__init__.py", f"{root}/{name}.py"):
                if path == home or os.path.exists(path):  # noqa: PTH110
                    return
                self.absent.add(path)


class _Once(SourceFileLoader):
    """The loader of a DAG file, which nobody imports twice."""

    def __init__(self, sources: Sources, name: str, path: str, data: bytes) -> None:
        super().__init__(name, path)
        self._sources, self._data = sources, data

    def get_code(self, _fullname: str) -> CodeType:
        return self._sources.code(self._data, self.path)
