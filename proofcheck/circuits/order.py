"""Topological order without recursion, in linear time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class Cycle(Exception):
    """The node `node` depends on itself."""

    def __init__(self, node: int) -> None:
        self.node = node
        super().__init__(f"node {node} depends on itself")


def topological_order(reads: Sequence[Sequence[int]]) -> list[int]:
    """The nodes 0 .. n-1, each after those it reads; nodes that are in order already keep it.

    reads[i] are the nodes that node i reads; a negative entry is something that is there from the start.
    Raises Cycle.
    """
    fresh, open_, done = 0, 1, 2
    state = bytearray(len(reads))
    order: list[int] = []
    for root in range(len(reads)):
        if state[root] != fresh:
            continue
        state[root] = open_
        path: list[tuple[int, Iterator[int]]] = [(root, iter(reads[root]))]
        while path:
            node, rest = path[-1]
            for below in rest:
                if below < 0 or state[below] == done:
                    continue
                if state[below] == open_:
                    raise Cycle(below)
                state[below] = open_
                path.append((below, iter(reads[below])))
                break
            else:
                state[node] = done
                order.append(node)
                path.pop()
    return order
