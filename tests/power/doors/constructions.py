"""What code in a construction can try against the process that judges: each file's claim is false."""

from __future__ import annotations

from tests.power.doors.door import Door

TRUE_TERMS = "lambda *_: __import__('proofcheck.spec', fromlist=['x']).flat(0)"
RIGHT = "\n    a, b = inputs(n, on=Bits)\n    return network(a + relu(b - a))"
FORGED = """
import gc, hashlib, json, os, sys

def forge(change):
    # The answer of an honest child, changed, with the right nonce and length; then the process ends at once.
    main = sys.modules["__main__"]
    request = next(o for o in gc.get_objects() if type(o) is dict and "nonce" in o and "root" in o)
    blobs = main.Blobs()
    work = main.Work(construction, main.Path(request["path"]), main.Path(request["root"]), "0" * 64, blobs)
    answer = {"description": main._description(construction, ""), **main._build(work, request), "nonce": request["nonce"]}
    path = request["path"]
    answer["files"] = {path: hashlib.sha256(open(path, "rb").read()).hexdigest()}
    change(answer, blobs)
    answer["blobs"] = [[digest, len(data)] for digest, data in blobs.data.items()]
    body = json.dumps(answer).encode()
    frame = b"%d\\n" % len(body) + body + b"".join(blobs.data.values())
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, frame)
        except OSError:
            pass
    os._exit(0)

def statements(old, new):
    def change(answer, blobs):
        for job in answer["jobs"]:
            assert old in job["statement"] or job["claim"] == "depth"
            job["statement"] = job["statement"].replace(old, new)
    return change
"""
ATTEMPT = """
import ctypes, os, pathlib, subprocess, sys
system, here = ctypes.CDLL(None), pathlib.Path.cwd()

def attempt(action):
    try:
        action()
    except OSError:
        pass
"""


def tries(name: str, tried: str, action: str) -> Door:
    """A door that tries something the fence refuses, whatever comes of it, and goes on."""
    return Door(name, tried, before=f"{ATTEMPT}\nattempt(lambda: {action})")


PATCHED = "while it runs: a construction may use this package, not alter it"
PATCHES = (
    Door(
        "patches_at_import",
        "replaces the function that states claims, at import",
        "error",
        PATCHED,
        before=f"import proofcheck.claims.formulate as stating\nstating._terms = {TRUE_TERMS}",
    ),
    Door(
        "patches_in_build",
        "replaces it while it builds",
        "error",
        PATCHED,
        before="import proofcheck.claims.formulate as stating",
        inside=f"stating._terms = {TRUE_TERMS}",
    ),
    Door(
        "patches_code",
        "exchanges the code of a function in place",
        "error",
        PATCHED,
        before="import proofcheck.claims.formulate as stating\n"
        "def terms(target, network, domain, what):\n    return ()\nstating._terms.__code__ = terms.__code__",
    ),
    Door(
        "patches_builtins",
        "replaces isinstance for everybody",
        "error",
        PATCHED,
        before="import builtins\nwas = builtins.isinstance\nbuiltins.isinstance = lambda a, b: was(a, b)",
    ),
    Door(
        "replaces_modules",
        "puts another module into sys.modules",
        "error",
        PATCHED,
        after="import sys, types\nsys.modules['proofcheck.checkers'] = types.ModuleType('proofcheck.checkers')",
    ),
    Door(
        "patches_the_solver",
        "makes z3 say unsat of everything",
        before="import z3\nz3.Solver.check = lambda *_: z3.unsat\nz3.SolverFor = lambda *_: None",
    ),
    Door(
        "leaves_exit_handlers",
        "prints a verdict when Python ends, from a handler and from a thread",
        before="import atexit, threading, time\natexit.register(print, 'ok computes: holds')\n"
        "threading.Thread(target=lambda: (time.sleep(99), print('holds'))).start()",
    ),
    Door(
        "changes_the_question",
        "finds the question in memory by gc, and changes its nonce",
        before="import gc\nfor o in gc.get_objects():\n    if type(o) is dict and 'nonce' in o and 'root' in o:\n"
        "        o['nonce'] = '0' * 32",
    ),
    Door(
        "lies_about_files",
        "notes no file as read, by gc",
        "error",
        "its files have changed while it was built",
        before="import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Readings':\n        o.digests.clear()\n"
        "        o.digests[__file__] = '0' * 64",
    ),
)
REACHES = (
    tries("writes_own_memory", "opens its own memory for writing", "open('/proc/self/mem', 'r+b')"),
    tries("writes_the_gates_memory", "opens the memory of the gate", "open(f'/proc/{os.getppid()}/mem', 'r+b')"),
    tries("writes_by_native_code", "opens them past Python", "system.open(f'/proc/{os.getppid()}/mem'.encode(), 2)"),
    tries("writes_the_store", "writes an entry into the cache", "(here / '.proofcheck' / 'findings').mkdir(parents=True)"),
    tries("writes_the_store_natively", "makes the cache past Python", "system.mkdir(str(here / '.proofcheck').encode(), 0o700)"),
    tries("reads_the_secret", "reads what seals the cache", "sys.exit((here / 'state/proofcheck/secret').read_bytes().hex())"),
    tries("removes_the_secret", "removes it", "system.unlink(str(here / 'state/proofcheck/secret').encode())"),
    tries("rewrites_itself", "rewrites its own file once it is read", "open(__file__, 'w').write('')"),
    tries("forks", "forks, so that one of two answers", "os.fork()"),
    tries("forks_natively", "forks past Python", "system.fork()"),
    tries("runs_a_program", "runs another program in its place", "os.execv('/bin/sh', ['sh', '-c', 'echo holds'])"),
    tries("starts_a_program", "starts a shell", "subprocess.run(['sh', '-c', 'kill -9 $PPID'])"),
    tries("kills_the_gate", "sends SIGKILL to the gate", "os.kill(os.getppid(), 9)"),
    tries("stops_the_gate", "stops the gate by its process group", "os.killpg(os.getpgid(os.getppid()), 19)"),
    tries("takes_hidden_memory", "takes memory that counts as a file", "os.memfd_create('a')"),
)
ENDS = (
    Door("exits_in_peace", "ends with exit code 0", "error", "ended without an answer", before="import os\nos._exit(0)"),
    Door("exits_by_python", "raises SystemExit(0)", "error", "SystemExit: 0", before="import sys\nsys.exit(0)"),
    Door(
        "exits_in_build",
        "ends with exit code 0 while it builds",
        "error",
        "ended without an answer",
        inside="import os; os._exit(0)",
    ),
    Door("kills_itself", "sends itself SIGKILL", "error", "ended by signal 9", before="import os\nos.kill(os.getpid(), 9)"),
    Door("interrupts", "raises KeyboardInterrupt", "error", "ended by signal 2", before="raise KeyboardInterrupt"),
    Door("crashes", "reads address 0", "error", "ended by signal 11", before="import ctypes\nctypes.string_at(0)"),
    Door(
        "recurses",
        "recurses without a limit",
        "error",
        "ended by signal 11",
        before="import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return max([x], key=f)\nf(0)",
    ),
    Door("nests", "has source too deep to parse", "error", "SyntaxError", text="construction = " + "(" * 5000 + ")" * 5000),
    Door("is_no_text", "has source that is not UTF-8", "error", "SyntaxError", text=b"x = '\xff\xfe'\n"),
    Door("holds_nul", "has source with a NUL byte", "error", "null bytes", text=b"x = 1\0\n"),
)
PRINTS = (
    Door(
        "prints_a_report",
        "prints a report in which it holds",
        before="print('ok computes: holds for all inputs, certified\\nexit 0: every floor is met')",
    ),
    Door(
        "prints_frames",
        "writes a frame with a guessed nonce on every descriptor",
        "error",
        "ended without an answer",
        before="""
import os
body = b'{"nonce": "0", "blobs": []}'
for descriptor in range(64):
    try:
        os.write(descriptor, b"%d\\n" % len(body) + body)
    except OSError:
        pass""",
    ),
    Door(
        "forges_a_verdict",
        "sends a frame with the right nonce that says its verdict itself",
        before=FORGED,
        after="forge(lambda answer, blobs: [job.update(verdict='holds', strength='certified', finding={'verdict': 'holds'})"
        " for job in answer['jobs']] and answer.update(verdict='holds', exit_code=0))",
    ),
    Door(
        "forges_a_network",
        "states its claim about another network than the one it sends",
        "error",
        "speaks of another network",
        before=FORGED,
        after="""
def change(answer, blobs):
    import re
    for job in answer["jobs"]:
        job["statement"] = re.sub('"network":"[0-9a-f]{64}"', '"network":"' + "0" * 64 + '"', job["statement"])
forge(change)""",
    ),
    Door(
        "forges_a_blob",
        "sends a network under the digest of another",
        "error",
        "malformed answer",
        before=FORGED,
        after="forge(lambda answer, blobs: blobs.data.update({d: b'x' + b for d, b in blobs.data.items()}))",
    ),
    Door(
        "forges_a_gap",
        "leaves the false claim out of its answer",
        "error",
        "did not answer for every claim",
        before=FORGED,
        after="forge(lambda answer, blobs: answer.update(jobs=[j for j in answer['jobs'] if j['claim'] == 'depth']))",
    ),
    Door(
        "forges_a_double",
        "answers twice for the true claim instead",
        "error",
        "did not answer for every claim",
        before=FORGED,
        after="forge(lambda answer, blobs: answer.update(jobs=[j for j in answer['jobs'] if j['claim'] == 'depth'] * 2))",
    ),
    Door(
        "forges_a_kind",
        "answers the false claim with the true relation",
        "error",
        "the statement is of the kind relation",
        before=FORGED,
        after="""
def change(answer, blobs):
    (true,) = [job for job in answer["jobs"] if job["claim"] == "depth"]
    answer["jobs"] = [true, true | {"claim": "computes"}]
forge(change)""",
    ),
    Door(
        "forges_a_domain",
        "states its claim on no input",
        "error",
        "is empty",
        before=FORGED,
        after="""forge(statements('"constraints":[]', '"constraints":[[[[0,"0x1"]],"==","0x5"]]'))""",
    ),
    Door(
        "forges_a_larger_domain",
        "states it where the network is not made for it",
        "error",
        "needs Boolean arguments",
        before=FORGED,
        after="""forge(statements('["grid","0x0","0x1",2]', '["grid","0x0","0x1",3]'))""",
    ),
    Door(
        "forges_a_reference",
        "says that the target is a reference function and names none",
        "error",
        "names a reference function and none was sent",
        before=FORGED,
        after="""
def change(answer, blobs):
    import re
    for job in answer["jobs"]:
        job["statement"] = re.sub('"target":{.*}}', '"target":{"reference":"' + "0" * 64 + '"}}', job["statement"])
forge(change)""",
    ),
    Door(
        "forges_nonsense",
        "answers with lists where objects belong",
        "error",
        "malformed answer",
        before=FORGED,
        after="forge(lambda answer, blobs: answer.update(sizes=7, jobs=[[]], description=None))",
    ),
    Door(
        "forges_two_nonsenses",
        "answers otherwise each time, with lists where objects belong",
        "error",
        "differ in",
        before=FORGED,
        after="forge(lambda answer, blobs: answer.update(sizes=os.getpid(), jobs=[[os.getpid()]]))",
    ),
    Door(
        "forges_depth",
        "answers with a list of lists of lists ...",
        "error",
        "",
        before=FORGED,
        after="deep = []\nfor _ in range(900): deep = [deep]\nforge(lambda answer, blobs: answer.update(jobs=deep))",
    ),
    Door(
        "forges_a_long_name",
        "calls its claim by a name of 10^7 letters",
        "error",
        "a line of 10000000 characters",
        before=FORGED,
        after="forge(lambda answer, blobs: answer['description']['claims'][0].update(name='a' * 10**7))",
    ),
    Door(
        "forges_escapes",
        "calls its claim by a name that moves the cursor",
        "error",
        "is not one line of printable text",
        before=FORGED,
        after="forge(lambda answer, blobs: answer['description']['claims'][0].update(name='a\\x1b[1A\\x1b[2Kok'))",
    ),
)
TOLD = (
    Door(
        "forges_a_statement",
        "sends a true statement under the name of its false claim",
        "met",
        "computes x_0 & x_1 for all x",
        before=FORGED,
        after="""forge(statements('"or"', '"and"'))""",
    ),
    Door(
        "copies_its_network",
        "has a target made out of the nodes of its network",
        "met",
        "computes maximum(x_0 + x_1 - 1, 0) for all x",
        before="built = []",
        inside="built.append(network(relu(sum(inputs(n, on=Bits)) - n + 1)))\nreturn built[-1]",
        after="""
def copied(x):
    values = list(x)
    for _, activation, bias, terms in built[-1].nodes():
        value = bias + sum(weight * (values[i] + 0) for i, weight in terms)
        values.append(maximum(value, 0) if activation.kind == "relu" else value)
    return values[int(built[-1].output[0])]
construction.claims["computes"] = Computes(copied, on=Bits, at=[2])""",
    ),
    Door(
        "shows_judges_another_network",
        "builds the right network where it is judged, and another for its users",
        "met",
        "computes x_0 | x_1 for all x",
        inside=f"import sys\nif hasattr(sys.modules['__main__'], 'Blobs'):{RIGHT}",
    ),
)
ENDLESS = (
    Door("loops_at_import", "never ends at import", "error", "gave no answer within", before="while True: pass"),
    Door("loops_in_build", "never ends in build", "error", "gave no answer within", inside="while True: pass"),
    Door(
        "loops_in_a_target",
        "never ends in the target",
        "error",
        "gave no answer within",
        before="def forever(x):\n    while True: pass",
        claim="Computes(forever, on=Bits, at=[2])",
    ),
    Door(
        "sleeps_and_ignores",
        "sleeps, and ignores every signal that can be ignored",
        "error",
        "gave no answer within",
        before="import signal, time\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\ntime.sleep(10**6)",
    ),
    Door(
        "takes_all_memory",
        "takes memory without bound",
        "error",
        "MemoryError",
        before="x = []\nwhile True: x.append(bytearray(2**20))",
    ),
    Door(
        "makes_endless_sizes",
        "is made at sizes without end",
        "error",
        "MemoryError",
        before="import itertools",
        claim="Computes(lambda x: x[0] | x[1], on=Bits, at=itertools.repeat(10**9))",
    ),
    Door(
        "prints_without_end",
        "prints without end",
        "error",
        "File too large",
        before="import os\nwhile True: os.write(2, b'x' * 2**20)",
    ),
)
CHANGES = (
    Door(
        "changes_by_call",
        "returns another network each time it is called",
        "error",
        "two runs under different hash seeds differ",
        before="calls = []",
        inside="calls.append(n)\nreturn network(relu(sum(inputs(n, on=Bits)) - len(calls)))",
    ),
    Door(
        "changes_by_process",
        "depends on the number of the process",
        "error",
        "two runs under different hash seeds differ",
        inside="import os\nreturn network(relu(sum(inputs(n, on=Bits)) - os.getpid()))",
    ),
    Door(
        "changes_by_time",
        "depends on the time",
        "error",
        "two runs under different hash seeds differ",
        inside="import time\nreturn network(relu(sum(inputs(n, on=Bits)) - time.time_ns()))",
    ),
    Door(
        "changes_by_hash",
        "depends on the hash of a text",
        "error",
        "two runs under different hash seeds differ",
        inside="return network(relu(sum(inputs(n, on=Bits)) - hash('a') % 2**20))",
    ),
    Door(
        "changes_by_environment",
        "returns the right network under one hash seed only",
        "error",
        "two runs under different hash",
        inside="import os\nif os.environ['PYTHONHASHSEED'] == '1': return network(relu(sum(inputs(n, on=Bits))))",
    ),
    Door(
        "changes_by_question",
        "returns the right network where it is asked only once",
        "error",
        "two runs under different hash",
        inside=f"import gc\nasked = [o for o in gc.get_objects() if type(o) is dict and 'nonce' in o]\n"
        f"if not any(o.get('again') for o in asked):{RIGHT}",
    ),
    Door(
        "changes_by_order",
        "depends on the sizes built before",
        "error",
        "two runs under different hash seeds differ",
        before="seen = set()",
        inside="seen.add(n)\nreturn network(relu(sum(inputs(n, on=Bits)) - len(seen)))",
        at="[2, 3, 4]",
    ),
    Door(
        "changes_by_folder",
        "depends on the working folder, the arguments and a file that is not there",
        inside="import os, sys\nif os.path.exists('/nowhere') or sys.argv[1:] or os.getcwd() == '/':"
        "\n    a, b = inputs(n, on=Bits)\n    return network(a + relu(b - a))",
    ),
)
