"""The metadata database: made once for each Airflow version, then copied, as making one takes 5 to 15 s."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters import process
from mwaactl.adapters.airflow.cache import alone
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.orphans import MARK
from mwaactl.sandbox.airflow.configuration import USER
from mwaactl.sandbox.airflow.spec import StartError

LAYOUT = 1  # raised when databases made before are of no use any more
LIMIT_S = 180.0
# The password comes by stdin: the arguments of a process are for all to see.
ADMINISTRATOR = """
import sys
try:
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
except ImportError:  # Airflow 2.8 and older
    from airflow.utils.cli_app_builder import get_application_builder
with get_application_builder() as builder:
    builder.add_permissions(update_perms=True)
    builder.sm.sync_roles()
    role = builder.sm.find_role("Admin")
    made = builder.sm.add_user(sys.argv[1], "Sandbox", "Admin", "admin@example.com", role, sys.stdin.read())
    sys.exit(0 if made else 1)
"""


@dataclass(frozen=True)
class Template:
    """An empty database, and in Airflow 2 the password of its administrator."""

    path: Path
    password: str

    def copy_to(self, path: Path) -> None:
        """A database of its own for an environment."""
        shutil.copyfile(self.path, path)
        path.chmod(0o600)


def template(runtime: Runtime, cache: Path, mark: str, check: Callable[[], None]) -> Template:
    """The template for this runtime's Airflow. `mark` tells whose processes make it. Raises StartError."""
    folder = cache / "databases"
    path = folder / f"airflow-{runtime.airflow_version}-{LAYOUT}.db"
    with alone(path.with_suffix(".lock"), check):
        if not path.is_file():
            folder.chmod(0o700)
            _make(runtime, path, mark)
    return Template(path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["password"])


def migrate(runtime: Runtime, variables: dict[str, str]) -> None:
    """Bring the database that `variables` name to the runtime's version. Raises StartError."""
    _run((str(runtime.python), "-m", "airflow", "db", "migrate"), variables)


def snapshot(database: Path, copy: Path) -> None:
    """Copy a database, whole even while somebody writes to it."""
    with sqlite3.connect(database, timeout=60) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()


def put_back(database: Path, copy: Path) -> None:
    """Put a copy in the place of a database that nobody uses."""
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    shutil.copyfile(copy, database)


def _make(runtime: Runtime, path: Path, mark: str) -> None:
    password = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="mwaactl-database-", dir=path.parent) as room:
        database = Path(room) / "airflow.db"
        variables = {
            "PATH": f"{runtime.bin}:/usr/local/bin:/usr/bin:/bin",
            "HOME": room,
            "AIRFLOW_HOME": room,
            "LANG": "C.UTF-8",
            MARK: mark,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}",
        }
        _run((str(runtime.python), "-m", "airflow", "db", "migrate"), variables)
        if runtime.airflow_version.startswith("2."):
            _run((str(runtime.python), "-c", ADMINISTRATOR, USER), variables, password)
        connection = sqlite3.connect(database)
        # Readers do not wait for the writer then; the mode stays with the file.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        facts = path.with_suffix(".json")
        with os.fdopen(os.open(facts, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump({"password": password}, file)
        database.replace(path)


def _run(argv: tuple[str, ...], variables: dict[str, str], stdin: str = "") -> None:
    command = process.Command(argv, Path(variables["AIRFLOW_HOME"]), variables)
    try:
        done = process.run(command, timeout_s=LIMIT_S, stdin=stdin)
    except TimeoutError as error:
        raise StartError(str(error)) from error
    if done.returncode != 0:
        raise StartError("\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-5:]))
