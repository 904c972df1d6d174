"""Laws of evaluation in bits: tables read off weights equal the rationals, every kernel equals every other, faults are seen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.circuits import Circuit, emulate, multiplier, random_circuit, ripple_adder, simulate
from proofcheck.domains import Bits, Domain, Grid
from proofcheck.engine import native
from proofcheck.engine.bits.boolean import bits_and_forms, lookup_of_network
from proofcheck.engine.bits.inputs import input_words
from proofcheck.engine.bits.lookup import Lookup, composed, difference, lookup, lookup_of_circuit
from proofcheck.engine.bits.programs import BitEngine, bit_engine, search
from proofcheck.engine.scaled import evaluate_scaled
from proofcheck.engine.schedule import scheduled
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.networks import Activation, Network, Port, evaluate, inputs, layered, network, relu

COMPILED = pytest.mark.skipif(native.kernels() is None, reason=f"no compiled kernels: {native.why_not()}")
WAYS = [pytest.param(True, marks=COMPILED, id="compiled"), pytest.param(False, id="portable")]
CIRCUITS: dict[str, Callable[[], Circuit]] = {
    "random": lambda: random_circuit(300, 9, 1, 12),
    "deep": lambda: random_circuit(120, 5, 2, 120),
    "shallow": lambda: random_circuit(200, 11, 3, 1),
    "adder": lambda: ripple_adder(5, carry_out=True),
    "multiplier": lambda: multiplier(5),
}


def outputs(program: Lookup, compiled: bool) -> np.ndarray[Any, Any]:
    """The outputs at every input, (2^inputs, outputs)."""
    count = 1 << program.inputs
    rows = BitEngine(program, compiled).run(input_words(program.inputs, 0, -(-count // 64)))
    return np.unpackbits(rows.astype("<u8").view(np.uint8), axis=1, bitorder="little")[:, :count].T


def every_input(count: int) -> np.ndarray[Any, Any]:
    return np.arange(1 << count)[:, None] >> np.arange(count) & 1


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("name", CIRCUITS)
def test_tables_of_a_network_and_of_its_circuit_equal_the_simulation(name: str, compiled: bool) -> None:
    circuit = CIRCUITS[name]()
    truth = simulate(circuit, every_input(circuit.input_count))
    net = emulate(circuit)
    programs = [lookup_of_circuit(circuit), lookup_of_network(net)]
    strict = layered(net)
    programs += [lookup_of_network(strict), lookup_of_network(strict, elide=False)]
    assert all(np.array_equal(outputs(program, compiled), truth) for program in programs)


def test_carries_are_elided_and_only_when_asked() -> None:
    x = inputs(6, on=Bits)
    so_far = x[0]
    for bit in x[1:]:
        so_far = relu(so_far + bit - 1)
    net = layered(network([so_far]))
    some, all_ = lookup_of_network(net), lookup_of_network(net, elide=False)
    assert [len(reached(program)) for program in (some, all_)] == [5, 5 + 4 + 3 + 2 + 1 + 1]  # the last is the output
    assert bit_engine(difference(some, all_)).first(0, 1 << 6) is None


def reached(program: Lookup) -> set[int]:
    """The tables that the outputs depend on."""
    found, stack = set[int](), program.output.tolist()
    while stack:
        gate = stack.pop() - program.inputs
        if gate >= 0 and gate not in found:
            found.add(gate)
            stack += program.source[program.start[gate] : program.start[gate + 1]].tolist()
    return found


ACTIVATIONS = tuple(sorted([Activation("identity"), Activation("relu"), Activation("saturated_linear"), Activation("step")]))


@st.composite
def bit_networks(draw: st.DrawFn) -> Network:
    """Small networks on bits whose weights often, but not always, make bits of bits."""
    values = tuple(map(Fraction, (-2, -1, Fraction(-1, 2), 0, Fraction(1, 2), 1, 2)))
    count, nodes = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    start, source, weight, bias, kinds = [0], [], [], [], []
    for i in range(nodes):
        read = draw(st.lists(st.integers(0, count + i - 1), max_size=4, unique=True))
        source += read
        weight += [draw(st.sampled_from([5, 5, 1, 1, 6, 0, 4, 2])) for _ in read]
        start.append(len(source))
        bias.append(draw(st.sampled_from([3, 3, 1, 5, 4])))
        kinds.append(draw(st.sampled_from([0, 1, 1, 2, 3])))
    output = draw(st.lists(st.integers(0, count + nodes - 1), min_size=1, max_size=3))
    arrays = (np.array(a, np.int64) for a in (kinds, bias, start, source, weight, output))
    return Network((Port("x", (count,)),), (Port("y", (len(output),)),), Bits.of((count,)), values, ACTIVATIONS, *arrays)


@settings(max_examples=120, deadline=None)
@given(bit_networks())
def test_what_is_certified_to_be_bits_equals_the_rationals(net: Network) -> None:
    truth = [evaluate(net, x) for x in every_input(net.input_count).tolist()]
    try:
        program, forms = bits_and_forms(net)
    except Refusal:
        return
    for compiled in (False, native.kernels() is not None):
        for x, bits, expected in zip(range(len(truth)), outputs(program, compiled), truth, strict=True):
            found = tuple(start + sum((w * int(bits[i]) for w, i in terms), Fraction(0)) for start, terms in forms)
            assert found == expected, x


def test_the_law_above_sees_certified_networks_and_refused_ones() -> None:
    ends: list[bool] = []

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(bit_networks())
    def collect(net: Network) -> None:
        try:
            lookup_of_network(net)
            ends.append(True)
        except Refusal:
            ends.append(False)

    collect()
    assert 20 <= sum(ends) <= len(ends) - 20


def test_neurons_that_are_no_bits_disappear_in_the_bits_made_of_them() -> None:
    x = inputs(3, on=Bits)
    t = x[0] + x[1] + x[2]
    net = network([relu(t - 1) - relu(t - 2), t - 2 * relu(t - 1) + 2 * relu(t - 2)])
    found = outputs(lookup_of_network(net), False)
    assert [tuple(row) for row in found.tolist()] == [tuple(map(int, evaluate(net, row))) for row in every_input(3).tolist()]


def test_what_is_no_bit_is_refused_by_name() -> None:
    a, b = inputs(2, on=Bits)
    with pytest.raises(Refusal, match="output 0 of the network is not always 0 or 1"):
        lookup_of_network(network([a + b]))
    with pytest.raises(Refusal, match="input 1 is not a bit"):
        lookup_of_network(network([a]), Domain((Grid(Fraction(0), Fraction(1), 2), Grid(Fraction(0), Fraction(1), 3))))
    with pytest.raises(InputError, match="the domain has 1 coordinates, the network 2 inputs"):
        lookup_of_network(network([a]), Bits.of((1,)))


@pytest.mark.parametrize("compiled", WAYS)
def test_a_changed_table_is_found_at_an_input_at_which_it_tells(compiled: bool) -> None:
    program = lookup_of_network(emulate(random_circuit(60, 8, 5, 6)))
    truth = outputs(program, compiled)
    seen = 0
    for gate in range(0, program.gates, 3):
        table = program.table.copy()
        table[gate] ^= 1 << gate % (1 << int(np.diff(program.start)[gate]))
        changed = replace(program, table=table)
        differing = np.flatnonzero(np.any(outputs(changed, compiled) != truth, axis=1))
        found = BitEngine(difference(program, changed), compiled).first(0, 256)
        assert found == (int(differing[0]) if differing.size else None)
        seen += found is not None
    assert seen > 10


@pytest.mark.parametrize("compiled", WAYS)
def test_a_changed_weight_is_found_or_refused(compiled: bool) -> None:
    net = emulate(random_circuit(60, 8, 6, 6))
    program, ends = lookup_of_network(net), []
    truth = evaluate_scaled(net, every_input(8), 1)[0]
    for edge in range(0, len(net.weight), 7):
        weight = net.weight.copy()
        weight[edge] = (set(range(len(net.values))) - {int(weight[edge]), net.values.index(Fraction(0))}).pop()
        changed = replace(net, weight=weight)
        try:
            found = BitEngine(difference(program, lookup_of_network(changed)), compiled).first(0, 256)
        except Refusal:
            ends.append("refused")
            continue
        values, one = evaluate_scaled(changed, every_input(8), 1)
        differing = np.flatnonzero(np.any(values != truth * one, axis=1))
        assert found == (int(differing[0]) if differing.size else None)
        ends.append("found" if differing.size else "same")
    assert {"refused", "found"} <= set(ends)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_input_is_found_wherever_it_lies_and_every_part_is_told_once(compiled: bool, threads: int) -> None:
    for place in (0, 1, 63, 64, 4097, 40000, 65535):
        bits = [int(b) for b in np.arange(16) * 0 + (place >> np.arange(16) & 1)]
        chain = [0b10 if bits[0] else 0b01, *(0b1000 if b else 0b0010 for b in bits[1:])]  # the so far and bit i (or not)
        sources = [0, *(s for i in range(1, 16) for s in (15 + i, i))]
        program = lookup(16, [1] + [2] * 15, sources, chain, 31)
        engine = BitEngine(program, compiled)
        parts: list[tuple[int, int]] = []

        def keep(first: int, last: int, parts: list[tuple[int, int]] = parts) -> bool:
            parts.append((first, last))
            return True

        assert search(engine, 0, 1 << 16, None, threads, 8192, keep) == place
        assert parts == [(k * 8192, (k + 1) * 8192) for k in range(place // 8192)]
        assert engine.first(0, place) is None
        assert engine.first(0, place + 1) == place
        assert engine.first((place // 64 + 1) * 64, 1 << 16) is None


@COMPILED
@pytest.mark.parametrize("seed", [None, 0, 2**63 + 5])
def test_inputs_made_in_the_kernel_are_those_made_in_numpy(seed: int | None) -> None:
    """Of each input bit alone, the first input number with that bit is the same."""
    count = 70
    for i in (0, 3, 5, 6, 7, 15, 40, 69):
        engine = [BitEngine(lookup(count, [1], [i], [0b10], count), way) for way in (True, False)]
        for begin in (0, 64, 6400, 1 << 40):
            assert engine[0].first(begin, begin + 9999, seed) == engine[1].first(begin, begin + 9999, seed)


@COMPILED
def test_order_rows_and_width_of_the_records_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    program = lookup_of_network(layered(emulate(random_circuit(400, 10, 7, 20))))
    truth = outputs(program, False)
    for demand in (False, True):
        for vectors in (1, 2, 3, 4, 8, 16):
            for narrow in (0, 1 << 16):
                monkeypatch.setattr("proofcheck.engine.schedule.NARROW", narrow)
                engine = BitEngine(program, True)
                engine.__dict__["scheduled"] = scheduled(program, demand, vectors)
                assert engine.scheduled.wide == (narrow == 0)
                rows = engine.run(input_words(10, 0, 16))
                assert np.array_equal(np.unpackbits(rows.view(np.uint8), axis=1, bitorder="little").T, truth)


def test_every_table_of_three_bits_is_computed() -> None:
    program = lookup(3, [3] * 256, list(range(3)) * 256, list(range(256)), range(3, 259))
    truth = np.array([[table >> c & 1 for table in range(256)] for c in range(8)])
    assert np.array_equal(outputs(program, False), truth)
    if native.kernels() is not None:
        assert np.array_equal(outputs(program, True), truth)


def test_programs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="every table must read earlier nodes only"):
        lookup(1, [1], [1], [2], 1)
    with pytest.raises(InputError, match="other than 0 to 3 sources"):
        lookup(4, [4], [0, 1, 2, 3], [2], 4)
    with pytest.raises(InputError, match="an output is no node"):
        lookup(1, [1], [0], [2], 2)
    one, two = lookup(1, [1], [0], [2], 1), lookup(2, [1], [0], [2], 2)
    with pytest.raises(InputError, match="the same numbers are expected"):
        difference(one, two)
    with pytest.raises(InputError, match="1 inputs and 1 outputs are followed by 1 inputs"):
        composed(one, one)
    with pytest.raises(UsageError, match="with 1 outputs were asked for"):
        bit_engine(one).first(1, 5)
    with pytest.raises(UsageError, match=r"\(1, words\) is expected"):
        bit_engine(one).run(np.zeros((2, 1), np.uint64))


PROBE = (
    "from proofcheck.engine import native\nfrom proofcheck.engine.bits import lookup, programs\n"
    "program = lookup.lookup(2, [2], [0, 1], [8], 2)\n"
    "print(native.arithmetic_in_use()); print(programs.bit_engine(program).first(0, 4))"
)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PROOFCHECK_KERNELS": "0"}, "portable kernels (PROOFCHECK_KERNELS is 0)"),
        ({"CC": "no-such-compiler"}, "portable kernels (there is no C compiler 'no-such-compiler')"),
        ({"CC": "false"}, "false ended with 1"),
    ],
)
def test_without_a_compiler_the_portable_kernels_say_so_and_find_the_same(variables: dict[str, str], words: str) -> None:
    clean = {name: value for name, value in os.environ.items() if name != native.SWITCH}
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, env=clean | variables, check=True)
    way, found = done.stdout.splitlines()
    assert words in way
    assert found == "3"


@COMPILED
@pytest.mark.parametrize(
    "fault",
    [
        ("x & y", "x | y"),
        ("p, c[i], q", "p, q, q"),
        ("value > other ? value : other", "value < other ? value : other"),
        ("sum[i] += u * x[i]", "sum[i] -= u * x[i]"),
        ("(q - least) & both", "(q - least) | both"),
        ("bias + a[i] + b[i] - c[i] - d[i]", "bias + a[i] + b[i] - c[i]"),
        ("t < gate->positive ? sum : less", "t > gate->positive ? sum : less"),
    ],
)
def test_a_library_that_computes_something_else_is_not_used(fault: tuple[str, str], tmp_path: Any, monkeypatch: Any) -> None:
    source = native.SOURCE.read_text()
    assert fault[0] in source
    wrong = tmp_path / "kernels.c"
    wrong.write_text(source.replace(*fault))
    monkeypatch.setattr(native, "SOURCE", wrong)
    monkeypatch.setattr(native, "FLAGS", ("-O1", *native.FLAGS[1:]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(native.NoKernels, match="do not compute what they should"):
        native._load(native._compiler())


@COMPILED
def test_a_library_that_others_may_write_is_not_taken(tmp_path: Any, monkeypatch: Any) -> None:
    folder = tmp_path / "proofcheck" / "kernels"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert native._folder() is None
    folder.chmod(0o700)
    assert native._folder() == folder
