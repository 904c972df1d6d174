"""The process in which Marabou runs: questions as JSON on standard input, one JSON object on standard output.

It imports the standard library and maraboupy alone, for it runs in whatever Python has maraboupy. Numbers are texts of
`float.hex`. Marabou's options are its defaults, but that it prints nothing.
"""

import json
import os
import sys
from typing import Any


def main() -> None:
    """Answer {"version": ...} when asked for nothing, else one of sat, unsat, ... with the inputs that Marabou gives."""
    reply = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Marabou prints on its own
    question = json.loads(sys.stdin.read())
    from maraboupy import MarabouCore

    if question is None:
        from importlib.metadata import version

        answer = {"version": version("maraboupy")}
    else:
        answer = solved(MarabouCore, question)
    os.write(reply, json.dumps(answer).encode())


def solved(core: Any, question: dict[str, Any]) -> dict[str, Any]:
    """Variables: the nodes, then what stands before each activation."""
    query, inputs, nodes = core.InputQuery(), question["inputs"], question["nodes"]
    query.setNumberOfVariables(len(inputs) + 2 * len(nodes))
    for variable, (low, high) in enumerate(inputs):
        if low is not None:
            query.setLowerBound(variable, float.fromhex(low))
        if high is not None:
            query.setUpperBound(variable, float.fromhex(high))
    for i, (activation, bias, terms) in enumerate(nodes):
        node, before = len(inputs) + i, len(inputs) + len(nodes) + i
        equation = core.Equation(core.Equation.EQ)
        for weight, source in terms:
            equation.addAddend(float.fromhex(weight), source)
        equation.addAddend(-1.0, before if activation == "relu" else node)
        equation.setScalar(-float.fromhex(bias))
        query.addEquation(equation)
        if activation == "relu":
            core.addReluConstraint(query, before, node)
        else:
            query.setLowerBound(before, 0.0)
            query.setUpperBound(before, 0.0)
    for terms, bound in question["atoms"]:
        equation = core.Equation(core.Equation.GE)
        for coefficient, variable in terms:
            equation.addAddend(float.fromhex(coefficient), variable)
        equation.setScalar(float.fromhex(bound))
        query.addEquation(equation)
    options = core.Options()
    options._verbosity = 0
    found, values, _ = core.solve(query, options, "")
    return {"answer": found, "inputs": [float(values[i]).hex() for i in range(len(inputs))] if values else None}


if __name__ == "__main__":
    main()
