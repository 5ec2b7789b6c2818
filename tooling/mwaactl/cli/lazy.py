"""Groups that import a command when it is asked for: a run needs one of them, and waits for all that it imports."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group of the commands `names`, in this order. Each is in a module of its name, after `prefix`."""

    def __init__(self, *arguments: Any, names: tuple[str, ...], prefix: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.names, self._prefix = names, prefix

    def list_commands(self, _context: click.Context | None = None) -> list[str]:
        """Their names."""
        return list(self.names)

    def get_command(self, _context: click.Context | None, name: str) -> click.Command | None:
        """The command, or None when there is none of that name."""
        if name not in self.names:
            return None
        function = f"{self._prefix}{name}"
        module = import_module(f"mwaactl.cli.{function}")
        # Where the name is one of Python's, as open is, the function has an underscore.
        command: click.Command = vars(module).get(function) or vars(module)[f"{function}_"]
        return command
