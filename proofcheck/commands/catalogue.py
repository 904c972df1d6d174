"""`proofcheck list`, `show` and `new`: what constructions say of themselves. `list` builds nothing."""

from __future__ import annotations

import json
import re
import textwrap
from argparse import Namespace
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from proofcheck.catalogue.building import Built
from proofcheck.catalogue.description import ClaimDescription, Description
from proofcheck.catalogue.discovery import DEFAULT_ROOT, ConstructionFile, discover, find
from proofcheck.catalogue.items import item
from proofcheck.catalogue.listing import Standing, facts, known, mutants_standing, standing
from proofcheck.catalogue.query import match, parse
from proofcheck.errors import InputError, ProofcheckError, UsageError
from proofcheck.networks.files import write_whole

WIDTH = 80
UNJUDGED = "not judged yet"
TEMPLATE = '''"""{title}, one neuron for each.

Say here why the network computes what the claims say: a reader who knows the field should be convinced by this text.
The positive part of x is relu(x), which is one neuron.
"""

from proofcheck import Computes, Construction, Reals, Relation, Source, depth, inputs, maximum, n, network, neurons, relu


def build(n):
    x = inputs(n)
    return network([relu(a) for a in x])


construction = Construction(
    title="{title}",
    source=Source("folklore", fidelity="ours"),
    build=build,
    claims={{
        "computes": Computes(lambda x: [maximum(a, 0) for a in x], on=Reals, at=range(1, 5)),
        "depth": Relation(depth == 1, at=range(1, 17), convention="hidden layers"),
        "neurons": Relation(neurons == n, at=range(1, 17)),
    }},
)
'''


def list_constructions(options: Namespace) -> int:
    """Print every construction that matches the query: title, claims, and how far each is settled.

    What a query asks of claims and sizes is answered from what was settled here so far; of how many it is unknown is said.
    """
    words = parse(options.query)
    files = discover()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(_known, files))
    code = unknown = 0
    rows = []
    for file, built in zip(files, found, strict=True):
        if isinstance(built, Built):
            said = match(words, _item(file, built))
            unknown += said.answer is None
            if said.answer:
                rows.append(_row(file, built) | ({"matched": list(said.sizes)} if said.sizes else {}))
        else:
            rows.append({"name": file.name, "path": file.shown, "error": str(built)})
            code = built.exit_code
    if options.json:
        print(json.dumps(rows, indent=1, sort_keys=True))
    elif not rows:
        print("no construction matches" if files else "there are no constructions here")
    else:
        print("\n".join(line for row in rows for line in _row_lines(row)))
    if unknown and not options.json:
        print(f"of {unknown} more it is unknown: judge them by proofcheck gate, or ask with ? in front of a term")
    return code


def show(options: Namespace) -> int:
    """Print one construction: statement, source, derivation, sizes, wires, evidence."""
    from proofcheck.commands.showing import shown_size

    file = find(options.name)
    built = known(file)
    description = built.description
    if options.plot:
        if options.size is not None:
            raise UsageError(
                f"-n {options.size} was given: --plot draws all sizes that the claims name, leave out one of the two"
            )
        from proofcheck.commands.plotting import size_plots

        print("\n".join(size_plots(file, description)))
        return 0
    print(f"{file.name}: {description.title}")
    print("\n".join(_source_lines(description)))
    print(f"  file      {file.shown}\n  form      {description.form}\n")
    print(description.docstring, end="\n\n")
    for claim in description.claims:
        print("\n".join(_claim_lines(claim, standing(file, built.sources))))
    if description.form != "limit":
        text = f"  mutants: {mutants_standing(file, built.sources)}"
        print("\n".join(textwrap.wrap(text, WIDTH, subsequent_indent="      ")))
    print()
    print("\n".join(shown_size(file, description, options.size)))
    return 0


def new(options: Namespace) -> int:
    """Write a fresh construction file that passes the gate; refuses to overwrite."""
    given = Path(options.name)
    path = given if len(given.parts) > 1 or given.suffix == ".py" else Path(DEFAULT_ROOT) / f"{given}.py"
    if path.suffix != ".py" or not re.fullmatch(r"[a-z][a-z0-9_]*", path.stem):
        raise UsageError(f"{options.name!r} cannot name a construction: write what_by_how, in small letters, digits and _")
    if path.exists():
        raise InputError("this file exists already: choose another name", path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(TEMPLATE.format(title="The positive parts of n numbers").encode(), path)
    print(f"{path} was written: edit it, then run proofcheck check {path}")
    return 0


def _known(file: ConstructionFile) -> Built | ProofcheckError:
    try:
        return known(file)
    except ProofcheckError as error:
        return error


def _item(file: ConstructionFile, built: Built) -> dict[str, Any]:
    settled = {
        claim: {size: "unjudged" if how == UNJUDGED else how for size, how in sizes.items()}
        for claim, sizes in standing(file, built.sources).items()
    }
    return item(file.name, file.shown, built.description, settled, facts(file, built.sources))


def _row(file: ConstructionFile, built: Built) -> dict[str, Any]:
    description, settled = built.description, standing(file, built.sources)
    claims = [
        {
            "name": claim.name,
            "kind": claim.kind,
            "floor": claim.floor.name.lower(),
            "sizes": list(claim.sizes),
            "settled": {size: settled.get(claim.name, {}).get(size, UNJUDGED) for size in claim.sizes},
        }
        for claim in description.claims
    ]
    return {
        "name": file.name,
        "path": file.shown,
        "title": description.title,
        "summary": description.summary,
        "source": description.json()["source"],
        "form": description.form,
        "claims": claims,
    }


def _row_lines(row: dict[str, Any]) -> list[str]:
    if "error" in row:
        return textwrap.wrap(f"{row['name']}  ERROR {row['error']}", WIDTH, subsequent_indent="  ")
    lines = textwrap.wrap(f"{row['name']}  {row['title']}", WIDTH, subsequent_indent="  ")
    if row.get("matched"):
        from proofcheck.gate.report import sizes_words

        lines += textwrap.wrap(f"  matches at {sizes_words(row['matched'])}", WIDTH, subsequent_indent="      ")
    for claim in row["claims"]:
        text = f"  {claim['name']}: {_settled_words(claim['sizes'], claim['settled'])}"
        lines += textwrap.wrap(text, WIDTH, subsequent_indent="      ")
    return lines


def _settled_words(sizes: Sequence[str], settled: dict[str, str]) -> str:
    from proofcheck.gate.report import sizes_words

    words: dict[str, list[str]] = {}
    for size in sizes:
        words.setdefault(settled.get(size, UNJUDGED), []).append(size)
    return "; ".join(f"{word} ({sizes_words(group)})" for word, group in words.items())


def _claim_lines(claim: ClaimDescription, settled: Standing) -> list[str]:
    found = _settled_words(claim.sizes, dict(settled.get(claim.name, {})))
    text = f"  {claim.name}: {claim.kind}, floor {claim.floor.name.lower()}; {found}"
    text += (f" [{claim.convention}]" if claim.convention else "") + "".join(f"; assuming {text}" for text in claim.assuming)
    return textwrap.wrap(text, WIDTH, subsequent_indent="      ")


def _source_lines(description: Description) -> list[str]:
    source = description.source
    place = [
        source.citation,
        f"arXiv {source.arxiv}" if source.arxiv else "",
        f"doi {source.doi}" if source.doi else "",
        source.statement,
    ]
    fidelity = {
        "stated": "the bound is the source's",
        "after": "the idea is the source's, the construction ours",
        "ours": "both are ours",
    }[source.fidelity]
    text = f"{'; '.join(part for part in place if part)} ({source.fidelity}: {fidelity})"
    return textwrap.wrap(text, WIDTH, initial_indent="  source    ", subsequent_indent="            ")
