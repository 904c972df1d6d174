"""The process that imports a construction: `python -m proofcheck.catalogue.child`, one request, one answer, only data.

The request is JSON on standard input. The answer goes to a descriptor of its own and carries the request's nonce;
whatever the construction prints goes to standard error and is never read as data. Before the file is imported the
process closes a fence around itself. The process that judges checks everything that comes back; nothing here needs to
be believed.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any

from proofcheck.catalogue.calls import Calls, shared, within
from proofcheck.catalogue.frame import framed
from proofcheck.catalogue.hints import hint, without_addresses
from proofcheck.catalogue.reading import Readings, sources_of
from proofcheck.catalogue.untouched import watch
from proofcheck.checkers.processes import fence
from proofcheck.claims.construction import Construction
from proofcheck.claims.family_kinds import ForAll, Grows, Unrolls
from proofcheck.claims.formulate import batched, formulate, reference_at
from proofcheck.claims.kinds import LIMIT_CLAIMS, Claim, NetworkClaim, kind_of
from proofcheck.claims.limits import formulate_limit
from proofcheck.claims.sizes import Size, labels_of, parameters_of, same_size, sizes_of
from proofcheck.domains import Domain
from proofcheck.errors import ConstructionError, ProofcheckError
from proofcheck.exact import rational_of, text_of
from proofcheck.networks import Network, Port, layered, network_bytes
from proofcheck.spec.nodes import terms_json

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


@dataclass(frozen=True)
class Work:
    """The construction at hand, its file, the root of its helpers, one SHA-256 of what it read, and where byte strings go."""

    construction: Construction
    path: Path
    root: Path
    sources: str
    blobs: Blobs


def main() -> None:
    """Answer the request on standard input."""
    with os.fdopen(os.dup(1), "wb") as channel:
        os.dup2(2, 1)
        request = json.load(sys.stdin)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        nonce, blobs = request["nonce"], Blobs()
        try:
            fence.close([Path(folder) for folder in request["hidden"]])
            answer = _answer(request, blobs)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a construction raises is its author's business
            answer, blobs = {"error": sentence(error, request["path"])}, Blobs()
        channel.write(framed(answer | {"nonce": nonce}, {} if request.get("again") else blobs.data))
    sys.stdout.flush()
    os._exit(0)  # threads and exit handlers of the construction have no say


def sentence(error: BaseException, path: str) -> str:
    """The error in one line, with the last line of the construction's own files that it passed through."""
    text = " ".join(str(error).split())
    if not isinstance(error, ProofcheckError):
        text = (f"{type(error).__name__}: {text}" if text else type(error).__name__) + hint(error)
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == path:
        line = error.lineno
    text = without_addresses(text)
    return f"line {line}: {text}" if line else text


def _answer(request: dict[str, Any], blobs: Blobs) -> dict[str, Any]:
    path, root = Path(request["path"]), Path(request["root"])
    readings, changed = Readings(), watch()
    sys.addaudithook(readings.note)
    construction, docstring = load(path, root)
    _check_untouched(changed())
    if request["mode"] == "evaluate":
        return {"values": _evaluate(construction, request)}
    answer: dict[str, Any] = {"description": _description(construction, docstring)}
    if request["mode"] == "build":
        answer |= _build(Work(construction, path, root, sources_of(readings.files()), blobs), request)
        _check_untouched(changed())
    return answer | {"files": readings.files(), "elsewhere": readings.elsewhere(root)}


def _check_untouched(changed: str) -> None:
    if changed:
        raise ConstructionError(f"it changes {changed} while it runs: a construction may use this package, not alter it")


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
            "assuming": [] if isinstance(claim, LIMIT_CLAIMS) else list(getattr(claim, "assuming", ())),
            "sizes": labels_of(claim, names),
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
        "slack": construction.slack,
    }


def _chosen(construction: Construction, claim: Claim, request: dict[str, Any]) -> tuple[Size, ...]:
    """The sizes of a claim that the request asks for: labels out of `at`, or other elements in their place."""
    names = parameters_of(construction.build)
    if request.get("elements") is not None:
        return sizes_of(tuple(tuple(element) for element in request["elements"]), names)
    sizes = sizes_of(claim.at, names)
    return sizes if request.get("labels") is None else tuple(size for size in sizes if size.label in request["labels"])


def _build(work: Work, request: dict[str, Any]) -> dict[str, Any]:
    """The networks and jobs in the order of the sizes; `again` builds in the opposite order, and the first one twice.

    So a build that gives another network when it is called a second time does not give the same answer a second time.
    """
    construction = work.construction
    wanted: dict[str, tuple[Size, list[str]]] = {}
    for name, claim in construction.claims.items():
        if (request.get("claims") is None or name in request["claims"]) and not isinstance(claim, ForAll | Grows):
            for size in _chosen(construction, claim, request):
                first, names = wanted.setdefault(size.label, (size, []))
                if not same_size(first, size):
                    raise ConstructionError(f"two different sizes are called {size.label}: give each its own name")
                names.append(name)
    again = bool(request.get("again"))
    found: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}
    for label, (size, names) in reversed(wanted.items()) if again else wanted.items():
        claims = {name: construction.claims[name] for name in names}
        if construction.form == "limit":
            jobs = [{"claim": n, "size": label} | _limit_job(work, c, size) for n, c in claims.items()]
            found[label] = [], jobs
        else:
            found[label] = _built(work, size, claims, twice=again and not found)
    jobs = [j for label in wanted for j in found[label][1]] + _family_jobs(work, request)
    return {"sizes": [s for label in wanted for s in found[label][0]], "jobs": jobs}


def _family_jobs(work: Work, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The claims about families; they have no size, so they are not among those asked for at other sizes."""
    claims, labels = request.get("claims"), request.get("labels")
    jobs: list[dict[str, Any]] = []
    for name, claim in work.construction.claims.items():
        asked = request.get("elements") is None and (claims is None or name in claims)
        if not isinstance(claim, ForAll | Grows) or not asked:
            continue
        (label,) = labels_of(claim, ())
        if labels is None or label in labels:
            statement = claim.statement().json()
            jobs.append({"claim": name, "size": label, "statement": statement, "circuit": None, "reference": False, "steps": ""})
    return jobs


def _built(work: Work, size: Size, claims: Mapping[str, Claim], twice: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The network at one size, and the jobs about it."""
    calls, label = Calls((work.root, work.path)), size.label
    watched = calls if any(kind_of(claim) not in ("relation", "unrolls") for claim in claims.values()) else None
    try:
        if twice:
            _network(work.construction, size, watched)
        network = _network(work.construction, size, watched)
    except Exception as error:  # noqa: BLE001 - a size that cannot be built does not hide the others
        problem = f"build: {sentence(error, str(work.path))}"
        return [], [{"claim": name, "size": label, "error": problem} for name in claims]
    jobs = []
    for name, claim in claims.items():
        assert not isinstance(claim, (*LIMIT_CLAIMS, ForAll, Grows))
        try:
            job = _instance(claim, network, size) if isinstance(claim, Unrolls) else _job(work, claim, network, size, calls)
        except Exception as error:  # noqa: BLE001
            job = {"error": sentence(error, str(work.path))}
        jobs.append({"claim": name, "size": label} | job)
    return [{"label": label, "network": work.blobs.add(network_bytes(network))}], jobs


def _limit_job(work: Work, claim: Claim, size: Size) -> dict[str, Any]:
    assert isinstance(claim, LIMIT_CLAIMS)
    try:
        statement = formulate_limit(claim, work.construction.build(**size.arguments)).json()
    except Exception as error:  # noqa: BLE001 - a claim that cannot be stated does not hide the others
        return {"error": sentence(error, str(work.path))}
    return {"statement": statement, "circuit": None, "reference": False, "steps": ""}


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


def _job(work: Work, claim: NetworkClaim, network: Network, size: Size, build: Calls) -> dict[str, Any]:
    target = Calls((work.root, work.path, NETWORKS))
    layered_form = work.construction.form == "layered"
    formulated = formulate(target.watched_claim(claim), network, size, layered=layered_form, sources=work.sources)
    if formulated.reference is not None:
        formulated.reference([_some_point(formulated.statement.domain or network.domain)])
        if any(within(code, (NETWORKS,)) for code in target.codes):
            _refuse_network()
    common = shared(build, target)
    if common:
        raise ConstructionError(f"the target calls {common[0]}, which build calls too: write the target independently of build")
    circuit = formulated.circuit
    return {
        "statement": formulated.statement.json(),
        "circuit": None if circuit is None else work.blobs.add(circuit.aiger()[0]),
        "reference": formulated.reference is not None,
        "steps": json.dumps(terms_json(formulated.steps), separators=(",", ":")) if formulated.steps else "",
    }


def _instance(claim: Unrolls, network: Network, size: Size) -> dict[str, Any]:
    statement = claim.statement(network.digest, list(size.arguments.values()))
    return {"statement": statement.json(), "circuit": None, "reference": False, "steps": ""}


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
    for part in ("nodes", "_check"):  # recording calls, as when it is built, would slow down every call at every point
        setattr(Network, part, _refuse_network)
    return [[text_of(value) for value in values] for values in reference(points)]


def _refuse_network(*_: Any) -> Any:
    raise ConstructionError("the reference function traces or runs a network: write it in plain Python on numbers")


if __name__ == "__main__":
    main()
