"""The Airflow CLI behind MWAA's web server: which commands it runs, and whether one failed.

Source of the list: "Apache Airflow CLI command reference" of the MWAA user guide, 2026-08.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BOTH = (
    "cheat-sheet connections:add,delete dags:delete,list,list-jobs,list-import-errors,list-runs,next-execution,pause,"
    "report,reserialize,show,state,test,trigger,unpause db:clean providers:behaviours,get,hooks,links,list,"
    "notifications,secrets,triggerer,widgets roles:add-perms,del-perms,create,list tasks:clear,failed-deps,list,render,"
    "state,states-for-dag-run,test variables:delete,get,set,list version"
)
_ONLY = {2: "dags:backfill tasks:run", 3: "assets:details,list,materialize backfill:create"}
_NEVER = re.compile(
    "api-server|celery|dag-processor|flower|internal-api|kerberos|kubernetes|scheduler|serve-logs|standalone|triggerer"
    "|webserver"
)
_NEVER_SUB = frozenset({("db", "shell"), ("connections", "edit")})
_FAILURE = re.compile(
    r"^(?:Traceback \(most recent call last\):"
    r"|(?:airflow )?(?:command error|usage): "
    r"|airflow [\w -]+ command error: "
    r"|[\w.]*(?:Error|Exception|NotFound|AlreadyExists|SystemExit)\b(?::|$))",
    re.MULTILINE,
)


@dataclass(frozen=True)
class CliReply:
    """What a command wrote. The API tells no exit code."""

    stdout: str
    stderr: str

    @property
    def has_failed(self) -> bool:
        """Did the command fail, going by a stack trace, an exception or a message of its argument parser on stderr?"""
        return bool(_FAILURE.search(self.stderr))


def supported_commands(major: int) -> frozenset[str]:
    """The commands that AWS lists for this major version of Airflow, such as `dags list`."""
    found: set[str] = set()
    for entry in f"{_BOTH} {_ONLY[min(max(major, 2), 3)]}".split():
        group, _, names = entry.partition(":")
        found.update(f"{group} {name}" for name in names.split(",")) if names else found.add(group)
    return frozenset(found)


def command_of(words: Sequence[str], major: int) -> str:
    """The command that the words begin with: `dags list`, `version`."""
    plain = [word for word in words if not word.startswith("-")]
    pair = " ".join(plain[:2])
    groups = {name.partition(" ")[0] for name in supported_commands(major) if " " in name}
    return pair if plain and plain[0] in groups else " ".join(plain[:1])


def is_impossible(words: Sequence[str]) -> bool:
    """Can no answer ever come, since it starts a server or waits for a terminal?"""
    return bool(words) and (bool(_NEVER.fullmatch(words[0])) or tuple(words[:2]) in _NEVER_SUB)
