"""The filter of system calls of a fenced process: the program of seccomp's own small machine, and the calls that it refuses.

What is refused is listed by name with its number on x86-64 and on 64-bit ARM ("-" where there is no such call). Calls that
are newer than this list are answered as if the system did not have them.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # what the kernel calls them, their column below
NEWEST = 462

NEVER = """
fork 57 -  vfork 58 -  execve 59 221  execveat 322 281  setsid 112 157  setpgid 109 154  unshare 272 97  setns 308 268
ptrace 101 117  process_vm_readv 310 270  process_vm_writev 311 271  process_madvise 440 440  process_mrelease 448 448
kcmp 312 272  pidfd_open 434 434  pidfd_getfd 438 438  pidfd_send_signal 424 424  tkill 200 130
rt_sigqueueinfo 129 138  rt_tgsigqueueinfo 297 240  setpriority 141 140  ioprio_set 251 30  sched_setparam 142 118
sched_setscheduler 144 119  sched_setaffinity 203 122  sched_setattr 314 274
socket 41 198  socketpair 53 199  connect 42 203  bind 49 200  listen 50 201  accept 43 202  accept4 288 242
creat 85 -  openat2 437 437  open_by_handle_at 304 265  truncate 76 45  rename 82 -  renameat 264 38  renameat2 316 276
mkdir 83 -  mkdirat 258 34  rmdir 84 -  link 86 -  linkat 265 37  unlink 87 -  unlinkat 263 35  symlink 88 -  symlinkat 266 36
mknod 133 -  mknodat 259 33  chmod 90 -  fchmod 91 52  fchmodat 268 53  fchmodat2 452 452  chown 92 -  fchown 93 55
lchown 94 -  fchownat 260 54  utime 132 -  utimes 235 -  utimensat 280 88  futimesat 261 -  setxattr 188 5  lsetxattr 189 6
fsetxattr 190 7  removexattr 197 14  lremovexattr 198 15  fremovexattr 199 16
shmget 29 194  shmat 30 196  shmctl 31 195  semget 64 190  semop 65 193  semctl 66 191  semtimedop 220 192
msgget 68 186  msgsnd 69 189  msgrcv 70 188  msgctl 71 187  mq_open 240 180  mq_unlink 241 181
memfd_create 319 279  memfd_secret 447 447  add_key 248 217  request_key 249 218
keyctl 250 219  bpf 321 280  io_uring_setup 425 425  perf_event_open 298 241  userfaultfd 323 282  fanotify_init 300 262
mount 165 40  umount2 166 39  chroot 161 51  pivot_root 155 41  move_mount 429 429  open_tree 428 428  fsopen 430 430
fspick 433 433  mount_setattr 442 442  acct 163 89  swapon 167 224  quotactl 179 60  quotactl_fd 443 443
"""
ABSENT = "clone3 435 435"  # the C library then falls back to clone, whose flags can be seen
WRITING = 0o3 | 0o100 | 0o1000  # O_WRONLY and O_RDWR, O_CREAT, O_TRUNC
THREAD = 0x10000  # CLONE_THREAD

LOAD, EQUAL, ABOVE, ANY_BIT, RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
PASS, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # EPERM, ENOSYS
Step = tuple[int, int, int, int]


@dataclass(frozen=True)
class Rule:
    """A call that passes by the low half of one argument: one of `values`, or by the bits of `mask`."""

    call: str
    argument: int
    values: tuple[int, ...] = ()
    mask: int = 0
    wanted: bool = True  # values: pass only with one of them, or with any other; mask: pass only with a bit of it, or with none


def rules(process: int) -> tuple[Rule, ...]:
    """What depends on an argument: files are opened for reading, clone makes threads, signals and limits are one's own."""
    return (
        Rule("open 2 -", 1, mask=WRITING, wanted=False),
        Rule("openat 257 56", 2, mask=WRITING, wanted=False),
        Rule("clone 56 220", 0, mask=THREAD),
        Rule("kill 62 129", 0, (process,)),
        Rule("tgkill 234 131", 0, (process,)),
        Rule("prlimit64 302 261", 0, (process, 0)),
        Rule("fcntl 72 25", 1, (8, 10, 15), wanted=False),  # F_SETOWN, F_SETSIG, F_SETOWN_EX: signals by the back door
        Rule("prctl 157 167", 0, (1,), wanted=False),  # PR_SET_PDEATHSIG: it ends with whoever started it
        Rule("ioctl 16 29", 1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),  # terminal or not, its size, bytes waiting
    )


def numbers(calls: str, column: int) -> list[int]:
    """The numbers of the calls that the machine of this column has."""
    words = calls.split()
    return [int(number) for number in words[1 + column :: 3] if number != "-"]


def supported() -> bool:
    """Whether the program below is written for this machine."""
    return sys.platform == "linux" and platform.machine() in MACHINES and sys.maxsize > 2**32


def program(process: int) -> Iterator[Step]:
    """The filter for the process of this number, step by step: (what, steps left out if so, if not, value)."""
    machine, column = MACHINES[platform.machine()]
    yield from ((LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, 0))
    yield from ((ABOVE, 0, 1, NEWEST), (RETURN, 0, 0, UNKNOWN))
    for calls, answer in ((NEVER, REFUSE), (ABSENT, UNKNOWN)):
        for number in numbers(calls, column):
            yield from ((EQUAL, 0, 1, number), (RETURN, 0, 0, answer))
    for rule in rules(process):
        for number in numbers(rule.call, column):
            yield from _conditional(rule, number)
    yield (RETURN, 0, 0, PASS)


def _conditional(rule: Rule, number: int) -> Iterator[Step]:
    tests = [(ANY_BIT, rule.mask)] if rule.mask else [(EQUAL, value) for value in rule.values]
    found, otherwise = (PASS, REFUSE) if rule.wanted else (REFUSE, PASS)
    yield from ((EQUAL, 0, len(tests) + 3, number), (LOAD, 0, 0, 16 + 8 * rule.argument))
    for i, (test, value) in enumerate(tests):
        yield (test, len(tests) - i, 0, value)
    yield from ((RETURN, 0, 0, otherwise), (RETURN, 0, 0, found))
