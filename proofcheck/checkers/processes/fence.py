"""A fence around a process that runs code nobody vouches for: it computes, reads and answers, and can do nothing else.

Once closed it cannot be opened again, not by native code either. On Linux the kernel holds it, twice for files: a filter
of system calls (seccomp) forbids writing to files, new processes, the network, signals to others, and whatever else
outlives or reaches beyond the process; Landlock forbids writing and running files again, and reading what is hidden. On
every system a hook of Python forbids the same to code that does not try to get round it, in words. Standard library
only; no privileges are needed. `lacks` says what the system at hand does not offer; nothing is fenced off silently less.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from proofcheck.checkers.processes import fence_filter

EVENTS = {
    "write files": "os.chflags os.chmod os.chown os.link os.mkdir os.remove os.removexattr os.rename os.rmdir os.setxattr "
    "os.symlink os.truncate os.unlink os.utime shutil.rmtree",
    "start processes": "os.exec os.fork os.forkpty os.posix_spawn os.spawn os.system pty.spawn subprocess.Popen",
    "use the network": "socket.__new__ socket.bind socket.connect",
    "reach other processes": "os.killpg resource.prlimit",
}
FORBIDDEN = {event: what for what, events in EVENTS.items() for event in events.split()}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # the same numbers on every architecture
READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}  # by version
SECCOMP, CAPGET, CAPSET = "seccomp 317 277", "capget 125 90", "capset 126 91"
SET_FILTER, IS_OFFERED, EVERY_THREAD = 1, 2, 1
PR_SET_NO_NEW_PRIVS, READ_ANY_FILE = 38, 1 << 2
O_PATH, O_CLOEXEC = 0o10000000, 0o2000000
PROCESSES = Path("/proc")


@cache
def lacks() -> str:
    """What this system does not offer, in words; "" when the fence is whole."""
    missing = (("a filter of system calls", _filters()), ("Landlock", _landlock_version() > 0))
    return " and ".join(name for name, found in missing if not found)


def close(hidden: Sequence[Path] = ()) -> None:
    """Close the fence for good; `hidden` are files and folders that may not even be read.

    Raises OSError when the system refuses what it offers. Only the calling thread and those that it starts are inside, so
    it must be the only one.
    """
    version = _landlock_version()
    if sys.platform == "linux" and len(os.listdir("/proc/self/task")) > 1:
        raise OSError("the fence must be closed before threads are started")
    if version or _filters():
        _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if fence_filter.supported():
        _drop_privileges()
    if version:
        _landlock(version, [path.resolve() for path in hidden])
    if _filters():
        _filter()
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    what = FORBIDDEN.get(event)
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & WRITING and not isinstance(path, int):
            what = "write files"
    elif event == "os.kill" and arguments[0] != os.getpid():
        what = "reach other processes"
    if what is not None:
        about = f" ({event} {str(arguments[0])[:200]})" if arguments else f" ({event})"
        raise PermissionError(f"code behind the fence may not {what}{about}")


def _drop_privileges() -> None:
    """Keep of a superuser's capabilities only that of reading files; others have none to lose."""
    header, sets = struct.pack("<Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    _system(CAPGET, header, sets)
    held = struct.unpack("<6I", sets.raw)
    _system(CAPSET, header, struct.pack("<6I", held[0] & READ_ANY_FILE, held[1] & READ_ANY_FILE, 0, 0, 0, 0))


def _landlock_version() -> int:
    """The version of Landlock that the system offers, 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)))


def _landlock(version: int, hidden: Sequence[Path]) -> None:
    """Allow reading of everything but what is hidden, whose names only can be seen, and nothing else that files permit."""
    attributes = struct.pack("<QQQ", FILE_RIGHTS[min(version, max(FILE_RIGHTS))], 3 * (version >= 4), 3 * (version >= 6))
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _call("syscall", LANDLOCK_CREATE, attributes, ctypes.c_size_t(size), 0)
    _allow(rules, Path("/"), READ_DIR)
    for path in _outside(Path("/"), hidden):
        _allow(rules, path, READ_FILE)
    _call("syscall", LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)


def _outside(folder: Path, hidden: Sequence[Path]) -> Iterator[Path]:
    """Files and folders that together are all that lies in `folder` and neither hidden nor another process's affair."""
    if folder == PROCESSES:
        yield from (below for below in folder.iterdir() if not below.name.isdigit() or int(below.name) == os.getpid())
    elif not any(path.is_relative_to(folder) for path in (PROCESSES, *hidden)):
        yield folder
    elif folder not in hidden and folder.is_dir():
        try:
            inside = [below for below in folder.iterdir() if not below.is_symlink()]
        except PermissionError:  # a folder to pass through, such as that of everybody's homes
            inside = [path for path in _with_parents(hidden) if path.parent == folder]
        for below in inside:
            yield from _outside(below, hidden)


def _with_parents(paths: Sequence[Path]) -> set[Path]:
    """The paths and all folders above them."""
    return {above for path in paths for above in (path, *path.parents)}


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, O_PATH | O_CLOEXEC)
    except OSError:
        return  # what is gone or cannot be reached now may not be opened later
    try:
        _call("syscall", LANDLOCK_ADD, rules, 1, struct.pack("<Qi", rights, handle), 0)
    finally:
        os.close(handle)


@cache
def _filters() -> bool:
    """Whether the system takes filters of system calls, and this machine's calls are known."""
    if not fence_filter.supported():
        return False
    refuse = ctypes.c_uint32(fence_filter.REFUSE & 0xFFFF0000)
    return bool(ctypes.CDLL(None).syscall(_number(SECCOMP), IS_OFFERED, 0, ctypes.byref(refuse)) == 0)


def _filter() -> None:
    """Install the filter for every thread of this process."""
    steps = b"".join(struct.pack("<HBBI", *step) for step in fence_filter.program(os.getpid()))
    kept = ctypes.create_string_buffer(steps, len(steps))
    header = struct.pack("<H6xQ", len(steps) // 8, ctypes.addressof(kept))
    if _system(SECCOMP, SET_FILTER, EVERY_THREAD, header) != 0:
        raise OSError("the fence cannot be closed: a thread has another filter of system calls")


def _number(call: str) -> int:
    return fence_filter.numbers(call, fence_filter.MACHINES[platform.machine()][1])[0]


def _system(call: str, *arguments: Any) -> int:
    return _call("syscall", _number(call), *arguments)


def _call(name: str, *arguments: Any) -> int:
    """A C function that gives -1 and errno for a failure. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(getattr(library, name)(*converted))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"the fence cannot be closed ({name}): {os.strerror(number)}")
    return result
