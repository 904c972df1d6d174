"""Evidence bundles: what a gate writes is audited on a bare interpreter, and nothing that was tampered with passes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from proofcheck import Box, Computes, Reals, Relation, absolute, certified, check, depth, inputs, kernel, network, relu
from proofcheck.bundle.archive import LARGEST_FILE, archive_bytes, read_archive
from proofcheck.bundle.audit import audit, main
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.judged import Evidence
from proofcheck.cli import main as command
from proofcheck.errors import InputError
from proofcheck.gate.bundle import bundle_bytes

Files = dict[str, bytes]


def folded(x: Any) -> Any:
    return relu(x) + relu(-x)


def judged() -> list[Evidence]:
    """Certified twice, established once, unknown once, and one construction that could not be judged."""
    from dataclasses import replace

    small = network(folded(inputs(on=Box(-1, 1))))
    found = [
        check(small, Relation(depth == 1, at=[1])),
        check(small, Relation(depth <= 3, at=[1])),
        check(network(folded(inputs(on=Reals))), Computes(lambda x: absolute(x), on=Reals)),
    ]
    by_z3 = Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "all inputs in R", trust=("z3 5.4.1",))
    found[2] = replace(found[2], finding=by_z3)
    named = [replace(e, construction="folding", claim=f"claim {i}", size="n = 1") for i, e in enumerate(found)]
    gave_up = Finding(Verdict.UNKNOWN, None, "z3", "all inputs in R^9", reason="z3 gave up: canceled")
    lost = replace(named[2], construction="unfolding", finding=gave_up)
    return [*named, lost, Evidence("broken", "", "construction", "", certified, None, problem="line 3: no\x1bpe")]


EVIDENCE = judged()
BUNDLE = bundle_bytes(EVIDENCE, 65)


def unpacked(data: bytes = BUNDLE) -> Files:
    return {name: member.data() for name, member in read_archive(data).items()}


def edited(files: Files, name: str, change: Callable[[Any], Any]) -> Files:
    data = json.loads(files[name])
    change(data)
    return files | {name: (json.dumps(data, indent=1, sort_keys=True) + "\n").encode()}


def evidence(change: Callable[[list[Any]], Any]) -> Callable[[Files], Files]:
    return lambda files: edited(files, "evidence.json", lambda data: change(data["evidence"]))


def certificates(files: Files) -> list[str]:
    """The names of the members of the first and the second certified claim."""
    entries = json.loads(files["evidence.json"])["evidence"]
    return [f"certificates/{e['finding']['certificate']}.cert" for e in entries[:2]]


def bare(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Python alone: no site packages, no environment, in a folder of its own."""
    command = [sys.executable, "-I", "-S", "-B", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def test_a_gate_writes_a_bundle_that_a_bare_interpreter_audits(
    project: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_bits = "reference(lambda x: [max(a, 0) for a in x]), on=Bits"
    project("parts", before="import _helper", replace={"lambda x: [maximum(a, 0) for a in x], on=Reals": on_bits})
    (tmp_path / "constructions" / "_helper.py").write_text("# read by the construction\n")
    assert command(["gate", "--mutants", "5", "--bundle", "parts.bundle"]) == 0
    first = Path("parts.bundle").read_bytes()
    assert command(["gate", "--mutants", "5", "--bundle", "parts.bundle", "--recheck"]) == 0
    assert Path("parts.bundle").read_bytes() == first
    files = unpacked(first)
    assert {name for name in files if name.startswith("sources/")} == {
        "sources/constructions/parts.py",
        "sources/constructions/_helper.py",
    }
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name, data in files.items():
        (folder / "unpacked" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "unpacked" / name).write_bytes(data)
    capsys.readouterr()
    for target in (tmp_path / "parts.bundle", folder / "unpacked"):
        done = bare(target, folder=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert "parts::depth [n = 2]\n  certified: the network " in done.stdout
        assert "satisfies its depth == 1 where its depth = 1\n    by sizes in " in done.stdout
        assert "parts::computes [n = 1]\n  not replayed: established, by exhaustion, trusting the " in done.stdout
        assert done.stdout.endswith(f"{target}: 3 certified, each replayed just now; not replayed: 2 established\n")
        assert ", the copy in the bundle\n" in done.stdout or "the copy in the bundle is the same\n" in done.stdout
        assert command(["audit", str(target)]) == 0
        shown = capsys.readouterr().out
        assert shown.count("  certified: ") == done.stdout.count("  certified: ") == 3
        assert "; the copy in the bundle is the same\n" in shown


def test_a_copy_of_ones_own_audits_on_a_bare_interpreter(tmp_path: Path) -> None:
    (tmp_path / "a.bundle").write_bytes(BUNDLE)
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-m", "proofcheck.bundle", str(tmp_path / "a.bundle")],
        cwd=Path(__file__).parents[2], env={"PATH": ""}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(
        "a.bundle: 2 certified, each replayed just now; not replayed: 1 established, 1 not judged, 1 unknown\n"
    )


def test_whatever_is_not_certified_is_listed_and_never_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.bundle").write_bytes(BUNDLE)
    assert audit(str(tmp_path / "a.bundle"), kernel) == 0
    out = capsys.readouterr().out
    assert "folding::claim 2 [n = 1]\n  not replayed: established, by z3, trusting z3 " in out
    assert "unfolding::claim 2 [n = 1]\n  not replayed: unknown, because z3 gave up: canceled\n" in out
    assert "broken\n  not replayed: it was not judged, line 3: no?pe\n" in out
    (tmp_path / "a.bundle").write_bytes(bundle_bytes(EVIDENCE[2:], 65))
    assert audit(str(tmp_path / "a.bundle"), kernel) == 4
    assert capsys.readouterr().err.endswith("nothing in it is certified, so nothing was checked\n")


def test_the_readme_says_what_is_inside() -> None:
    files = unpacked()
    words = files["README.txt"].decode()
    assert "about 4 claims (each at one size) of 3 constructions" in words
    assert "certified among it: 2 of them" in words
    assert {"README.txt", "__main__.py", "evidence.json", "sources.json", "kernel/replay.py", "bundle/audit.py"} <= set(files)
    assert {name for name in files if name.startswith("kernel/")} == {
        f"kernel/{path.name}" for path in Path(kernel.__file__).parent.glob("*.py")
    }


def swapped(files: Files) -> Files:
    first, second = certificates(files)
    return files | {first: files[second], second: files[first]}


def renamed(files: Files) -> Files:
    """The certificate of the second claim is named by the first."""
    first, second = certificates(files)
    digest = second.removeprefix("certificates/").removesuffix(".cert")
    changed = evidence(lambda e: e[0]["finding"].update(certificate=digest))(files)
    del changed[first]
    return changed


def broken(files: Files) -> Files:
    """The certificate of the first claim is damaged, and its new SHA-256 written wherever the old one stood."""
    first, _ = certificates(files)
    data = files[first][:-8] + b"\1" * 8
    digest = hashlib.sha256(data).hexdigest()
    changed = evidence(lambda e: e[0]["finding"].update(certificate=digest))(files)
    del changed[first]
    return changed | {f"certificates/{digest}.cert": data}


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {key: data for key, data in files.items() if key != name}


def plus(**more: bytes) -> Callable[[Files], Files]:
    return lambda files: files | {name.replace("__", "/"): data for name, data in more.items()}


def promoted(files: Files) -> Files:
    """The established claim is called certified by the certificate of another."""
    digest = certificates(files)[0].removeprefix("certificates/").removesuffix(".cert")
    return evidence(lambda e: e[2]["finding"].update(strength="certified", certificate=digest))(files)


def source(files: Files) -> Files:
    listed = {"folding": [{"member": "sources/a.py", "path": "a.py", "sha256": hashlib.sha256(b"a").hexdigest()}]}
    return edited(files, "sources.json", lambda data: data.update(listed)) | {"sources/a.py": b"b"}


TAMPERED: list[tuple[Callable[[Files], Files], str]] = [
    (swapped, "does not have the SHA-256 of its name"),
    (renamed, "folding::claim 0 [n = 1]: its certificate is about another statement, "),
    (broken, "the kernel rejects the certificate "),
    (promoted, "folding::claim 2 [n = 1]: its certificate is about another statement, "),
    (lambda files: without(certificates(files)[0])(files), " is not in it"),
    (plus(certificates__x=b""), "no certified entry names certificates/x"),
    (plus(**{f"certificates__{'0' * 64}.cert": b""}), f"no certified entry names certificates/{'0' * 64}.cert"),
    (plus(notes=b""), "it holds notes, which belongs in no bundle"),
    (plus(sources__a=b""), "the source sources/a is not listed in sources.json"),
    (source, "the source sources/a.py is not in it, or not with the SHA-256 that is listed"),
    (evidence(lambda e: e[0].update(network="0" * 64)), "its certificate is about another network"),
    (evidence(lambda e: e[0].update(statement="0" * 64)), "its certificate is about another statement"),
    (evidence(lambda e: e[0]["finding"].update(certificate=None)), "is called certified, but not as a gate writes it: holds"),
    (evidence(lambda e: e[0]["finding"].update(certificate="../x")), "is called certified, but not as a gate writes it"),
    (evidence(lambda e: e[0]["finding"].update(verdict="refuted")), "is called certified, but not as a gate writes it: refuted"),
    (evidence(lambda e: e[0]["finding"].update(assumptions=["x"])), "is called certified, but not as a gate writes it"),
    (evidence(lambda e: e[0]["finding"].update(strength="established", certificate=None)), "no certified entry names "),
    (evidence(lambda e: e.append(e[0])), "its evidence speaks of one claim at one size twice"),
    (evidence(lambda e: e[2]["finding"].pop("trust")), "its evidence.json is not what `proofcheck gate` writes"),
    (evidence(lambda e: e[2]["finding"].update(trust="z3")), "its evidence.json is not what `proofcheck gate` writes"),
    (evidence(lambda e: e[2].update(claim=5)), "its evidence.json is not what `proofcheck gate` writes"),
    (evidence(lambda e: e.append(None)), "its evidence.json is not what `proofcheck gate` writes"),
    (plus(**{"evidence.json": b"[]\n"}), "its evidence.json is not what `proofcheck gate` writes"),
    (plus(**{"evidence.json": b"{"}), "its evidence.json is not JSON, or nested too deeply"),
    (plus(**{"evidence.json": b"[" * 100_000}), "its evidence.json is not JSON, or nested too deeply"),
    (plus(**{"evidence.json": b"9" * 1_000_000}), "its evidence.json is not JSON, or nested too deeply"),
    (plus(**{"evidence.json": b'{"a":1,"a":1}\n'}), "its evidence.json is not written as the gate writes it"),
    (plus(**{"evidence.json": b"0" * (1 << 26) + b"0"}), "its evidence.json has 67108865 bytes, at most 67108864 are read"),
    (plus(**{"sources.json": b"[]\n"}), "its sources.json is not what `proofcheck gate` writes"),
    (without("evidence.json"), "it holds no evidence.json"),
    (without("sources.json"), "it holds no sources.json"),
]


@pytest.mark.parametrize(("change", "sentence"), TAMPERED, ids=range(len(TAMPERED)))
def test_a_bundle_that_was_tampered_with_is_rejected_in_one_sentence(
    change: Callable[[Files], Files], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.bundle"
    path.write_bytes(archive_bytes(change(unpacked())))
    assert command(["audit", str(path)]) == 65
    out, err = capsys.readouterr()
    assert err.startswith(f"{path}: rejected: ")
    assert sentence in err
    assert err.count("\n") == 1
    assert "replayed just now" not in out


def test_a_kernel_of_the_bundle_that_lies_is_not_the_one_that_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    liar = b"raise SystemExit(0)\n"
    (tmp_path / "a.bundle").write_bytes(archive_bytes(broken(unpacked()) | {"kernel/__init__.py": liar, "__main__.py": liar}))
    assert command(["audit", str(tmp_path / "a.bundle")]) == 65
    assert "the kernel rejects the certificate" in capsys.readouterr().err
    (tmp_path / "b.bundle").write_bytes(archive_bytes(unpacked() | {"kernel/__init__.py": liar}))
    assert command(["audit", str(tmp_path / "b.bundle")]) == 0
    assert "; the copy in the bundle is another, " in capsys.readouterr().out


def test_a_certificate_that_rests_on_an_assumption_certifies_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def assuming(data: bytes) -> Any:
        proved = kernel.replay(data)
        return SimpleNamespace(**(vars(proved) | {"assumptions": ("x",)}))

    path = tmp_path / "a.bundle"
    path.write_bytes(BUNDLE)
    other = SimpleNamespace(replay=assuming, Rejected=kernel.Rejected, __file__=kernel.__file__)
    assert audit(str(path), other) == 65  # type: ignore[arg-type]
    assert "rests on assumptions, so nothing is certified by it" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["missing", "pipe", "huge", "deep", "many"])
def test_what_is_no_bundle_at_all_is_one_sentence_in_little_time(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / target
    sentence = {
        "missing": "it cannot be read: No such file or directory",
        "pipe": "the file is no plain file",
        "huge": f"the file has {LARGEST_FILE + 1} bytes, at most {LARGEST_FILE} are read",
        "deep": "it holds no evidence.json",
        "many": "the folder holds more than 10000 files, which no bundle does",
    }[target]
    if target == "pipe":
        os.mkfifo(path)
    elif target == "huge":
        with path.open("wb") as file:
            file.truncate(LARGEST_FILE + 1)
    elif target == "deep":
        path.mkdir()
        (path / "evidence.json").symlink_to("/etc/passwd")
        (path / "round").symlink_to(path)
    elif target == "many":
        path.mkdir()
        for i in range(10_001):
            os.link(path / "0", path / str(i)) if i else (path / "0").touch()
    assert main([str(path)], kernel) == 65
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{path}: rejected: {sentence}\n")


@pytest.mark.parametrize(("arguments", "code"), [([], 64), (["-x"], 64), (["--help"], 0)])
def test_usage(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments, kernel) == code
    shown = capsys.readouterr()
    assert (shown.err if code else shown.out).startswith("usage: python -S -m proofcheck.bundle BUNDLE...")


def test_certificates_and_bundles_are_audited_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = certificates(unpacked())[0]
    (tmp_path / "a.cert").write_bytes(unpacked()[first])
    (tmp_path / "a.bundle").write_bytes(BUNDLE)
    (tmp_path / "b.bundle").write_bytes(BUNDLE[:-1])
    good, bundle, bad = (str(tmp_path / name) for name in ("a.cert", "a.bundle", "b.bundle"))
    assert command(["audit", good, bundle]) == 0
    assert capsys.readouterr().out.count("proved: ") == 1
    assert command(["audit", bad, good]) == 65
    assert command(["audit", good, str(tmp_path / "missing")]) == 65


def test_a_source_that_changed_since_it_was_judged_makes_no_bundle(tmp_path: Path) -> None:
    from dataclasses import replace

    path = tmp_path / "a.py"
    path.write_text("one")
    digest = hashlib.sha256(b"one").hexdigest()
    held = [replace(EVIDENCE[0], files=((str(path), digest),))]
    assert b"one" in unpacked(bundle_bytes(held, 0)).values()
    path.write_text("two")
    with pytest.raises(InputError, match="this source has changed since it was judged: run the gate again"):
        bundle_bytes(held, 0)
    path.unlink()
    with pytest.raises(InputError, match="this source cannot be read for the bundle: No such file or directory"):
        bundle_bytes(held, 0)


def test_files_of_one_name_are_kept_apart_and_odd_names_made_plain(tmp_path: Path) -> None:
    from dataclasses import replace

    names = ["x/é.txt", "x/ü.txt", "x/.hidden", "x/A.py", "x/a.py", "x/-r"]
    (tmp_path / "x").mkdir()
    for name in names:
        (tmp_path / name).write_text(name)
    files = tuple((str(tmp_path / n), hashlib.sha256(n.encode()).hexdigest()) for n in names)
    found = unpacked(bundle_bytes([replace(EVIDENCE[0], files=files)], 0))
    assert sorted(data.decode() for name, data in found.items() if name.startswith("sources/")) == sorted(names)


def test_only_what_is_certified_brings_its_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    assert EVIDENCE[0].finding is not None
    weaker = replace(EVIDENCE[0], finding=replace(EVIDENCE[0].finding, strength=Strength.ESTABLISHED))
    (tmp_path / "a.bundle").write_bytes(bundle_bytes([weaker, EVIDENCE[1]], 0))
    assert audit(str(tmp_path / "a.bundle"), kernel) == 0
    assert "1 certified, each replayed just now; not replayed: 1 established" in capsys.readouterr().out


def test_a_disk_that_cannot_be_written_leaves_the_old_bundle(
    project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project("parts")
    Path("a.bundle").write_bytes(b"the old one")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert command(["gate", "--only", "parts::depth", "--bundle", "a.bundle"]) == 65
    assert Path("a.bundle").read_bytes() == b"the old one"
    assert [p.name for p in Path().iterdir() if p.suffix == ".part"] == []
    assert command(["gate", "--bundle", "no/where.bundle"]) == 64
