"""The process that imports a construction: `python -m proofcheck.catalogue.child`, one request, one answer, only data.

The request is JSON on standard input. The answer goes to a descriptor of its own and carries the request's nonce;
whatever the construction prints goes to standard error and is never read as data. The process that judges checks
everything that comes back; nothing here needs to be believed.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any, BinaryIO

from proofcheck.catalogue.calls import Calls, shared, within
from proofcheck.catalogue.fingerprint import sha256_of
from proofcheck.claims.construction import Construction
from proofcheck.claims.formulate import batched, formulate, reference_at
from proofcheck.claims.kinds import LIMIT_CLAIMS, Claim, NetworkClaim, kind_of
from proofcheck.claims.limits import formulate_limit
from proofcheck.claims.sizes import Size, parameters_of, sizes_of
from proofcheck.domains import Domain
from proofcheck.errors import ConstructionError, ProofcheckError
from proofcheck.exact import rational_of, text_of
from proofcheck.networks import Network, Port, layered, network_bytes

INSTALLED = "site-packages"
NETWORKS = Path(inspect.getfile(Network)).resolve().parent


@dataclass
class Blobs:
    """Byte strings beside the answer, each once; the answer names them by SHA-256."""

    data: dict[str, bytes] = field(default_factory=dict)

    def add(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.data[digest] = data
        return digest


def main() -> None:
    """Answer the request on standard input."""
    with os.fdopen(os.dup(1), "wb") as channel:
        os.dup2(2, 1)
        request = json.load(sys.stdin)
        nonce, blobs = request["nonce"], Blobs()
        try:
            answer = _answer(request, blobs)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a construction raises is its author's business
            answer, blobs = {"error": sentence(error, request["path"])}, Blobs()
        _send(channel, answer | {"nonce": nonce}, blobs if request.get("blobs", True) else Blobs())
    sys.stdout.flush()
    os._exit(0)  # threads and exit handlers of the construction have no say


def sentence(error: BaseException, path: str) -> str:
    """The error in one line, with the last line of the construction's own files that it passed through."""
    text = " ".join(str(error).split())
    if not isinstance(error, ProofcheckError):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == path:
        line = error.lineno
    return f"line {line}: {text}" if line else text


def _answer(request: dict[str, Any], blobs: Blobs) -> dict[str, Any]:
    path, root = Path(request["path"]), Path(request["root"])
    construction, docstring = load(path, root)
    if request["mode"] == "evaluate":
        return {"values": _evaluate(construction, request)}
    answer: dict[str, Any] = {"description": _description(construction, docstring)}
    if request["mode"] == "build":
        answer |= _build(construction, path, root, request, blobs)
    return answer | {"files": _files(path, root)}


class Source(SourceFileLoader):
    """Compiles what stands in the file now: a cached bytecode file passes for it when time and length agree."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def load(path: Path, root: Path) -> tuple[Construction, str]:
    """Import the file and return its `construction` and docstring. The standard library wins over helpers' names."""
    folders = (str(path.parent), str(root))

    def fresh(folder: str) -> FileFinder:
        if not folder.startswith(folders) or INSTALLED in folder:
            raise ImportError
        return FileFinder(folder, (ExtensionFileLoader, EXTENSION_SUFFIXES), (Source, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, fresh)
    sys.path += folders
    name = f"construction_{path.stem}"
    loader = Source(name, str(path))
    spec = spec_from_loader(name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    if not hasattr(module, "construction"):
        raise ConstructionError(
            "this file defines no `construction`: end it with construction = Construction(...), or start its name with _"
        )
    if not isinstance(module.construction, Construction):
        raise ConstructionError(f"`construction` is {type(module.construction).__name__}, expected Construction(...)")
    return module.construction, inspect.cleandoc(module.__doc__ or "")


def _description(construction: Construction, docstring: str) -> dict[str, Any]:
    names = parameters_of(construction.build)
    claims = [
        {
            "name": name,
            "kind": kind_of(claim),
            "floor": claim.floor.name.lower(),
            "convention": getattr(claim, "convention", ""),
            "sizes": [size.label for size in sizes_of(claim.at, names)],
        }
        for name, claim in construction.claims.items()
    ]
    return {
        "title": construction.title,
        "summary": construction.summary or construction.title,
        "docstring": docstring,
        "source": asdict(construction.source),
        "form": construction.form,
        "parameters": list(names),
        "claims": claims,
    }


def _chosen(construction: Construction, claim: Claim, request: dict[str, Any]) -> tuple[Size, ...]:
    """The sizes of a claim that the request asks for: labels out of `at`, or other elements in their place."""
    names = parameters_of(construction.build)
    if request.get("elements") is not None:
        return sizes_of(tuple(tuple(element) for element in request["elements"]), names)
    sizes = sizes_of(claim.at, names)
    return sizes if request.get("labels") is None else tuple(size for size in sizes if size.label in request["labels"])


def _build(construction: Construction, path: Path, root: Path, request: dict[str, Any], blobs: Blobs) -> dict[str, Any]:
    wanted: dict[str, tuple[Size, list[str]]] = {}
    for name, claim in construction.claims.items():
        if request.get("claims") is None or name in request["claims"]:
            for size in _chosen(construction, claim, request):
                wanted.setdefault(size.label, (size, []))[1].append(name)
    sizes, jobs = [], []
    for label, (size, names) in wanted.items():
        calls = Calls((root, path))
        claims = {name: construction.claims[name] for name in names}
        if construction.form == "limit":
            jobs += [
                {"claim": name, "size": label} | _limit_job(construction, claim, size, path) for name, claim in claims.items()
            ]
            continue
        try:
            network = _network(construction, size, calls if any(kind_of(c) != "relation" for c in claims.values()) else None)
        except Exception as error:  # noqa: BLE001 - a size that cannot be built does not hide the others
            jobs += [{"claim": name, "size": label, "error": f"build: {sentence(error, str(path))}"} for name in names]
            continue
        sizes.append({"label": label, "network": blobs.add(network_bytes(network))})
        for name, claim in claims.items():
            assert not isinstance(claim, LIMIT_CLAIMS)
            try:
                job = _job(claim, network, size, calls, construction.form == "layered", path, root, blobs)
            except Exception as error:  # noqa: BLE001
                job = {"error": sentence(error, str(path))}
            jobs.append({"claim": name, "size": label} | job)
    return {"sizes": sizes, "jobs": jobs}


def _limit_job(construction: Construction, claim: Claim, size: Size, path: Path) -> dict[str, Any]:
    assert isinstance(claim, LIMIT_CLAIMS)
    try:
        statement = formulate_limit(claim, construction.build(**size.arguments)).json()
    except Exception as error:  # noqa: BLE001 - a claim that cannot be stated does not hide the others
        return {"error": sentence(error, str(path))}
    return {"statement": statement, "circuit": None, "reference": False}


def _network(construction: Construction, size: Size, calls: Calls | None) -> Network:
    if calls is None:
        network = construction.build(**size.arguments)
    else:
        with calls.recording():
            network = construction.build(**size.arguments)
    if not isinstance(network, Network):
        raise ConstructionError(
            f"build returned {type(network).__name__}, expected a network: end it with return network(outputs)"
        )
    return layered(network) if construction.form == "layered" else network


def _job(
    claim: NetworkClaim, network: Network, size: Size, build: Calls, form: bool, path: Path, root: Path, blobs: Blobs
) -> dict[str, Any]:
    target = Calls((root, path, NETWORKS))
    formulated = formulate(target.watched_claim(claim), network, size, layered=form, sources=sources_of(_files(path, root)))
    if formulated.reference is not None:
        formulated.reference([_some_point(formulated.statement.domain or network.domain)])
        if any(within(code, (NETWORKS,)) for code in target.codes):
            raise ConstructionError("the reference function traces or runs a network: write it in plain Python on numbers")
    common = shared(build, target)
    if common:
        raise ConstructionError(f"the target calls {common[0]}, which build calls too: write the target independently of build")
    circuit = formulated.circuit
    return {
        "statement": formulated.statement.json(),
        "circuit": None if circuit is None else blobs.add(circuit.aiger()[0]),
        "reference": formulated.reference is not None,
    }


def _some_point(domain: Domain) -> tuple[Fraction, ...]:
    """A point of a finite domain, or a corner of the bounds of another one."""
    if domain.is_finite:
        return domain.unrank(0)
    ends = (domain.bounds(i) for i in range(domain.dimension))
    return tuple(low if low is not None else high if high is not None else Fraction(0) for low, high in ends)


def _evaluate(construction: Construction, request: dict[str, Any]) -> list[list[str]]:
    claim = construction.claims[request["claim"]]
    size = next(s for s in _chosen(construction, claim, request | {"labels": [request["size"]]}) if s.label == request["size"])
    ports = [Port(name, tuple(shape)) for name, shape in request["ports"]]
    reference = batched(reference_at(claim, size, ports), ports, request["outputs"])
    points = [tuple(rational_of(text) for text in point) for point in request["points"]]
    return [[text_of(value) for value in values] for values in reference(points)]


def _files(path: Path, root: Path) -> dict[str, str]:
    """SHA-256 of the construction and of every file below its root that it has imported, by path."""
    loaded = {str(path)} | {file for file in (getattr(m, "__file__", None) for m in list(sys.modules.values())) if file}
    below = (Path(file) for file in loaded if file == str(path) or file.startswith((f"{root}/", f"{path.parent}/")))
    return {str(file): sha256_of(file) for file in sorted(below) if file.suffix == ".py" and INSTALLED not in file.parts}


def sources_of(files: dict[str, str]) -> str:
    """One SHA-256 for a set of files, whatever folder the project lies in."""
    names: Iterable[str] = (f"{Path(file).name} {digest}" for file, digest in sorted(files.items()))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _send(channel: BinaryIO, answer: dict[str, Any], blobs: Blobs) -> None:
    answer["blobs"] = [[digest, len(data)] for digest, data in blobs.data.items()]
    body = json.dumps(answer, sort_keys=True, separators=(",", ":")).encode()
    channel.write(b"%d\n" % len(body) + body + b"".join(blobs.data.values()))


if __name__ == "__main__":
    main()
