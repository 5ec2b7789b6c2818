"""Which files nobody means to publish: what looks secret, what is too large, what has no name that S3 takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase, translate
from pathlib import PurePosixPath

from mwaactl.model.secret_forms import key_form_in

LARGEST_DAG_FILE = 10_000_000
"""Bytes, our own limit: MWAA copies the DAG folder into every container, and Airflow reads what it finds there."""

LARGEST_PLUGINS = 1_000_000_000
"""Bytes of all plugins, before MWAA would give up on plugins.zip."""

LONGEST_KEY = 1024
"""Bytes of a key in UTF-8 (Amazon S3, "Object key naming guidelines")."""

_SECRET_NAMES = (
    ".env",
    ".env.*",
    "*.env",
    "*.pem",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.kdbx",
    "*.ppk",
    "*.tfstate",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "credentials",
    "kubeconfig",
    ".netrc",
    ".pgpass",
    ".pypirc",
    ".git-credentials",
)
_SECRET_NAME = re.compile("|".join(map(translate, _SECRET_NAMES)))
_SECRET_FOLDERS = frozenset({".aws", ".ssh", ".kube", ".gnupg"})
_EXAMPLES = (".example", ".sample", ".template")
_MARKS = (b"PRIVATE KEY", b"AKIA", b"ASIA", b"ghp_", b"github_pat_", b"glpat-", b"xoxb-", b"xoxp-", b"AIza")
"""What the most common forms of keys begin with. Looked for one by one: a regular expression of them all is 30 times as
slow, which is seconds for a large folder.
"""


def is_listed(path: str, allowed: Sequence[str]) -> bool:
    """Does `artifacts.allow` name the path, which is relative to the repository? `*` goes beyond a `/`."""
    return any(fnmatchcase(path, pattern) for pattern in allowed)


def secret_name(path: PurePosixPath) -> bool:
    """Is this by its name a file of credentials?"""
    name = path.name.lower()
    if name.endswith(_EXAMPLES):
        return False
    return bool(_SECRET_NAME.match(name)) or not _SECRET_FOLDERS.isdisjoint(path.parts)


def secret_line(content: bytes) -> int:
    """The line of the first private key, AWS key or token in the file; 0 when there is none."""
    for mark in _MARKS:
        place = content.find(mark)
        while place >= 0:
            around = content[max(0, place - 40) : place + 300]
            if key_form_in(around.decode("latin-1")):
                return content.count(b"\n", 0, place) + 1
            place = content.find(mark, place + 1)
    return 0


def name_complaint(path: str) -> str:
    """Why S3 or MWAA cannot have a file of this name; empty when it can."""
    try:
        size = len(path.encode())
    except UnicodeEncodeError:  # os.fsdecode makes surrogates of what is no UTF-8
        return "has a name that is not UTF-8"
    if size > LONGEST_KEY - 100:
        return f"has a path of {size} bytes: S3 takes {LONGEST_KEY}, the folder's own included"
    if not path.isprintable():
        return "has a control character in its name"
    return ""
