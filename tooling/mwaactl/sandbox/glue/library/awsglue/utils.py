"""Arguments of a job, as `awsglue.utils` of AWS gives them (Glue developer guide, "Accessing parameters")."""

from __future__ import annotations


class GlueArgumentError(Exception):
    """An argument that the script asks for was not given."""


def getResolvedOptions(args: list[str], options: list[str]) -> dict[str, str]:  # noqa: N802 - the name that AWS gave it
    """The values of `options` among `args`, which are `--NAME VALUE` or `--NAME=VALUE`; others are left alone.

    Raises GlueArgumentError, which names everything that is missing.
    """
    found: dict[str, str] = {}
    rest = iter(args[1:])
    for argument in rest:
        name, has_value, value = argument.removeprefix("--").partition("=")
        if argument.startswith("--") and name in options:
            found[name] = value if has_value else next(rest, "")
    missing = [f"--{name}" for name in options if name not in found]
    if missing:
        raise GlueArgumentError(f"the following arguments are required: {', '.join(missing)}")
    return found
