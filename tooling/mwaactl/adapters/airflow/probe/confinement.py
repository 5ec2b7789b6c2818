"""What the kernel keeps from a process that imports other people's files: network, files, programs, memory.

Each part is used where the system has it; `Confinement` says which are. `watch` is the second net under this one.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 38, 36
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1

# landlock(7). The numbers of the system calls are the same on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
READ = READ_FILE | READ_DIR
RIGHTS_OF_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
NET_OF_ABI_4 = 0b11  # bind and connect of TCP
SCOPE_OF_ABI_6 = 0b11  # abstract sockets and signals to processes outside

LARGEST_FILE = 64 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Confinement:
    """Which parts hold. Without one of them only the audit hook of `watch` is left for what it covers."""

    has_own_network: bool
    has_landlock: bool


def leave_network() -> bool:
    """Move this process into a network of its own that has nothing but loopback. False where that is not allowed.

    Root does without a user namespace: in one it could not read files of other users.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if not (user == 0 and libc.unshare(CLONE_NEWNET) == 0):
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            return False
        with suppress(OSError):
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{user} {user} 1")
            _write("/proc/self/gid_map", f"{group} {group} 1")
    with suppress(OSError):
        _raise_loopback()
    return True


def adopt_orphans() -> None:
    """Processes that a child leaves behind become children of this one, so that it can end them."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def limit(memory_bytes: int) -> None:
    """Bound memory, size of files, and leave no core files."""
    bounds = ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_FSIZE, LARGEST_FILE), (resource.RLIMIT_CORE, 0))
    for kind, most in bounds:
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def landlock_version() -> int:
    """The version of Landlock that this kernel has; 0 without it."""
    if not sys.platform.startswith("linux"):
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))))


def lock_files(readable: list[str], writable: list[str], *, forbids_tcp: bool) -> bool:
    """Let this process read and write below these folders only, for good, and start no program. False without Landlock.

    It also keeps it from signals to, and from the memory and environment of, processes outside.
    """
    version = landlock_version()
    if version < 1:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    rights = RIGHTS_OF_ABI.get(version, RIGHTS_OF_ABI[5])
    network = NET_OF_ABI_4 if version >= 4 and forbids_tcp else 0
    scope = SCOPE_OF_ABI_6 if version >= 6 else 0
    attributes = struct.pack("=QQQ", rights, network, scope)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        for paths, allowed in ((readable, READ), (writable, rights & ~EXECUTE)):
            for path in paths:
                _allow(libc, ruleset, path, allowed)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return int(libc.syscall(RESTRICT_SELF, ruleset, ctypes.c_uint32(0))) == 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not every system has every folder
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - a rule for a file may name no rights of folders
            rights &= WRITE_FILE | READ_FILE | EXECUTE
        rule = struct.pack("=Qi", rights, descriptor)
        libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags | IFF_UP, b""))
