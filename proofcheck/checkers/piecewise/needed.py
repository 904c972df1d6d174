"""Leave out of a proof the lemmas that no goal rests on: a search proves more than it needs in the end."""

from __future__ import annotations

from typing import Any

from proofcheck.checkers.piecewise.scope import Tree


def only_needed(lemmas: list[list[Any]], goals: list[Tree]) -> tuple[list[list[Any]], list[Tree]]:
    """The lemmas that the goals rest on, directly or through others, in order, and the goals with their new numbers."""
    wanted = {fact[1] for tree in goals for fact in _facts(tree) if fact[0] == 1}
    for place in reversed(range(len(lemmas))):
        if place in wanted:
            wanted |= {fact[1] for fact in _facts(lemmas[place][2]) if fact[0] == 1}
    number = {old: new for new, old in enumerate(sorted(wanted))}
    kept = [[*lemmas[old][:2], _renumbered(lemmas[old][2], number)] for old in number]
    return kept, [_renumbered(tree, number) for tree in goals]


def _facts(tree: Tree) -> list[list[Any]]:
    ends = [step for step in tree if step[0] in ("sum", "never")]
    return [fact for step in ends for total in step[1:] for _, _, facts in total for fact in facts]


def _renumbered(tree: Tree, number: dict[int, int]) -> Tree:
    result = []
    for step in tree:
        if step[0] in ("sum", "never"):
            step = [step[0], *([[q, m, [_fact(fact, number) for fact in facts]] for q, m, facts in total] for total in step[1:])]
        result.append(step)
    return result


def _fact(fact: list[Any], number: dict[int, int]) -> list[Any]:
    return [1, number[fact[1]]] if fact[0] == 1 else fact
