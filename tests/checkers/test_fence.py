"""The fence: what code behind it cannot do, not even by calling the system itself, and what it still can."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from proofcheck.checkers.processes import fence, fence_filter

# Each line is tried on its own behind a closed fence. `system` calls the C library, past every hook of Python; `folder`
# holds the files `plain` and `hidden/secret`. A line that raises OSError or returns -1 was refused.
ATTEMPTS = {
    "write a file": "system.open(str(folder / 'plain').encode(), 1)",
    "make a file": "system.open(str(folder / 'new').encode(), 0o101, 0o600)",
    "make a nameless file": "system.open(str(folder).encode(), 0o20200001, 0o600)",
    "make a file by openat": "system.openat(-100, str(folder / 'new').encode(), 0o102, 0o600)",
    "make a file by openat2": "system.syscall(437, -100, str(folder / 'new').encode(), struct.pack('<QQQ', 0o101, 0o600, 0), 24)",
    "make a file by creat": "system.creat(str(folder / 'new').encode(), 0o600)",
    "cut a file": "system.truncate(str(folder / 'plain').encode(), 0)",
    "rename a file": "system.rename(str(folder / 'plain').encode(), str(folder / 'new').encode())",
    "remove a file": "system.unlink(str(folder / 'plain').encode())",
    "make a folder": "system.mkdir(str(folder / 'new').encode(), 0o700)",
    "make a link": "system.symlink(b'/', str(folder / 'new').encode())",
    "make a second name": "system.link(str(folder / 'plain').encode(), str(folder / 'new').encode())",
    "make a pipe with a name": "system.mkfifo(str(folder / 'new').encode(), 0o600)",
    "change permissions": "system.chmod(str(folder / 'plain').encode(), 0o777)",
    "change times": "system.utime(str(folder / 'plain').encode(), None)",
    "set an attribute": "system.setxattr(str(folder / 'plain').encode(), b'user.a', b'1', 1, 0)",
    "write by an open file's other name": "system.open(f'/proc/self/fd/{kept}'.encode(), 1)",
    "write to a device": "system.open(b'/dev/null', 1)",
    "fork": "system.fork()",
    "vfork by number": "system.syscall(NUMBERS['vfork'])",
    "clone a process": "system.syscall(NUMBERS['clone'], 17, None, None, None, None)",
    "clone3": "system.syscall(435, bytes(88), 88)",
    "run a program": "system.execv(b'/bin/true', (ctypes.c_char_p * 2)(b'true', None))",
    "lead a session": "system.setsid()",
    "open a socket": "system.socket(2, 1, 0)",
    "open a local socket": "system.socket(1, 1, 0)",
    "signal the caller": "system.kill(os.getppid(), 0)",
    "signal everybody": "system.kill(-1, 0)",
    "signal the caller's thread": "system.syscall(NUMBERS['tkill'], os.getppid(), 0)",
    "have others signalled": "system.fcntl(kept, 8, os.getppid())",
    "hold the caller by a descriptor": "system.syscall(434, os.getppid(), 0)",
    "trace the caller": "system.ptrace(16, os.getppid(), None, None)",
    "read the caller's memory": "system.process_vm_readv(os.getppid(), None, 0, None, 0, 0)",
    "read the caller's environment": "system.open(f'/proc/{os.getppid()}/environ'.encode(), 0)",
    "change the caller's limits": "system.prlimit(os.getppid(), 7, None, ctypes.create_string_buffer(16))",
    "read what is hidden": "system.open(str(folder / 'hidden' / 'secret').encode(), 0)",
    "type into the terminal": "system.ioctl(0, 0x5412, b'x')",
    "outlive its caller": "system.prctl(1, 0)",
    "share memory": "system.shmget(4242, 4096, 0o1600)",
    "map memory that is shared already": "system.shmat(segment, None, 0)",
    "take memory that no limit counts": "system.memfd_create(b'a', 0)",
    "send to a named socket by a pair": "system.socketpair(1, 2, 0, (ctypes.c_int * 2)())",
    "keep a key": "system.syscall(NUMBERS['add_key'], b'user', b'a', b'1', 1, -3)",
    "leave by a namespace": "system.unshare(0x10000000)",
    "ring": "system.syscall(425, 1, bytes(120))",
    "call what is newer than the list": "system.syscall(463, -100, b'', 0, b'', None, 0)",
    "write by Python": "open(folder / 'new', 'w')",
    "start a process by Python": "subprocess.run(['true'])",
    "use the network by Python": "socket.create_connection(('localhost', 9))",
}
ALLOWED = {
    "read a file": "open(folder / 'plain').read() == 'as it was' or -1",
    "list a folder": "len(os.listdir('/')) or -1",
    "start a thread": "threading.Thread(target=print).start() or 0",
    "take memory": "len(bytearray(2**24))",
    "import a module": "len(dir(__import__('decimal')))",
    "see whether it is there": "system.kill(os.getpid(), 0)",
}
PROGRAM = """
import ctypes, json, os, pathlib, socket, struct, subprocess, sys, threading
from proofcheck.checkers.processes import fence
folder, attempts, NUMBERS = pathlib.Path(sys.argv[1]), *map(json.loads, sys.argv[2:4])
system, kept = ctypes.CDLL(None), os.open(folder / "plain", os.O_RDONLY)
segment = system.shmget(0, 4096, 0o600)
system.shmat(segment, None, 0), system.shmctl(segment, 0, None)  # it goes with this process
fence.close([folder / "hidden"])
found = {}
for name, attempt in attempts.items():
    try:
        found[name] = eval(attempt)
        if found[name] == 0 and ("fork" in name or "clone" in name):
            os._exit(9)  # a process that should not be
    except OSError as error:
        found[name] = -1
print(json.dumps(found))
"""
WHOLE = pytest.mark.skipif(fence.lacks() != "", reason=f"this system lacks {fence.lacks()}")


def number(call: str) -> int:
    return fence_filter.numbers(call, fence_filter.MACHINES[platform.machine()][1])[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fence")
    (folder / "hidden").mkdir()
    (folder / "hidden" / "secret").write_text("secret")
    (folder / "plain").write_text("as it was")
    os.utime(folder / "plain", (10**9, 10**9))
    return folder


def tried(folder, attempts, closing='fence.close([folder / "hidden"])'):
    """What each attempt gave, behind one fence."""
    listed = dict(re.findall(r"(\w+) (\d+) \S+", fence_filter.NEVER))
    numbers = {name: number(f"{name} {listed[name]} {listed[name]}") for name in ("vfork", "tkill", "add_key")}
    numbers = {"clone": number("clone 56 220"), **numbers}
    program = PROGRAM.replace('fence.close([folder / "hidden"])', closing)
    command = [sys.executable, "-c", program, str(folder), json.dumps(attempts), json.dumps(numbers)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def found(folder):
    return tried(folder, ATTEMPTS | ALLOWED)


@WHOLE
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_code_behind_the_fence_cannot(found, attempt: str):
    assert found[attempt] == -1


@WHOLE
@pytest.mark.parametrize("attempt", ALLOWED)
def test_code_behind_the_fence_can_still(found, attempt: str):
    assert found[attempt] not in (-1, None)


@WHOLE
def test_nothing_has_changed_on_the_other_side(found, folder):
    plain = folder / "plain"
    assert sorted(path.name for path in folder.iterdir()) == ["hidden", "plain"]
    assert (plain.read_text(), plain.stat().st_mtime) == ("as it was", 10**9)


def test_the_same_attempts_succeed_without_a_fence(folder):
    """Else the attempts would show nothing: of those that harm nobody, most go through when no fence is closed."""
    harmless = [
        "make a folder",
        "write a file",
        "open a socket",
        "read what is hidden",
        "signal the caller",
        "write to a device",
        "read the caller's environment",
        "share memory",
        "map memory that is shared already",
        "take memory that no limit counts",
        "send to a named socket by a pair",
        "outlive its caller",
    ]
    attempts = {name: ATTEMPTS[name] for name in harmless}
    attempts["clean"] = "os.rmdir(folder / 'new') or system.shmctl(system.shmget(4242, 4096, 0o600), 0, None)"
    assert [name for name, value in tried(folder, attempts, "").items() if value == -1] == []


WALLS = {
    "the filter": "fence._call('prctl', 38, 1, 0, 0, 0); fence._filter()",
    "Landlock": "fence._call('prctl', 38, 1, 0, 0, 0); fence._landlock(fence._landlock_version(), [])",
}


@WHOLE
@pytest.mark.parametrize("wall", WALLS)
def test_each_wall_alone_keeps_files_from_being_written_and_programs_from_being_run(folder, wall: str):
    kinds = ["write", "make", "rename", "remove", "run", *(["cut"] if fence._landlock_version() >= 3 else [])]
    attempts = {name: attempt for name, attempt in ATTEMPTS.items() if name.startswith(tuple(kinds))}
    assert {name for name, value in tried(folder, attempts, WALLS[wall]).items() if value != -1} == set()


def test_threads_must_come_after_the_fence():
    code = (
        "import threading, time\nfrom proofcheck.checkers.processes import fence\n"
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
        "try: fence.close()\nexcept OSError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "the fence must be closed before threads are started\n"


HEADERS = {0: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", 1: "/usr/include/asm-generic/unistd.h"}


@pytest.mark.parametrize("column", HEADERS)
def test_the_numbers_are_those_of_the_system_headers(column: int):
    """Where the headers of the kernel are installed; calls that are newer than they are cannot be compared."""
    header = Path(HEADERS[column])
    if not header.exists():
        pytest.skip(f"{header} is not installed")
    known = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    calls = " ".join((fence_filter.NEVER, fence_filter.ABSENT, *(rule.call for rule in fence_filter.rules(1)))).split()
    listed = dict(zip(calls[::3], calls[1 + column :: 3], strict=True))
    assert len(listed) * 3 == len(calls)
    shared = [name for name, value in listed.items() if value != "-" and name in known]
    assert {name: listed[name] for name in shared} == {name: known[name] for name in shared}
    missing = {name for name, value in listed.items() if value != "-" and name not in known}
    assert missing <= {"fchmodat2", "process_mrelease", "quotactl_fd", "fcntl"}
    absent = {name for name, value in listed.items() if value == "-"}
    assert not {name for name in absent if name in known} - {"renameat"}


def test_the_filter_is_well_formed():
    """Every jump lands inside the program, and the last step lets pass."""
    steps = list(fence_filter.program(4711))
    assert len(steps) < 4096
    for i, (what, yes, no, value) in enumerate(steps):
        assert 0 <= value < 2**32
        if what in (fence_filter.EQUAL, fence_filter.ABOVE, fence_filter.ANY_BIT):
            assert i + 1 + max(yes, no) < len(steps)
    assert steps[-1] == (fence_filter.RETURN, 0, 0, fence_filter.PASS)
