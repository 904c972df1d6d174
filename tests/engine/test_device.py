"""Laws of programs on a device: the source that a GPU runs equals every other evaluation, finds the same, is not believed.

There is a GPU on few machines: here a C compiler translates the same source (twin.py), and calls of the driver go to a
stand-in with the signatures of cuda.h. NVRTC, where it is installed, translates the source without a GPU.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from proofcheck.circuits import Circuit, emulate, multiplier, random_circuit, ripple_adder, simulate
from proofcheck.engine import native
from proofcheck.engine.bits.boolean import lookup_of_network
from proofcheck.engine.bits.inputs import input_words
from proofcheck.engine.bits.lookup import Lookup, difference, lookup, lookup_of_circuit
from proofcheck.engine.bits.programs import BitEngine, search
from proofcheck.engine.device import bits as module
from proofcheck.engine.device import choice as devices
from proofcheck.engine.device import twin as device_twin
from proofcheck.engine.device.bits import GROUPS, DeviceBits, device_bits
from proofcheck.engine.device.cuda import cuda, device_of, nvrtc, translated
from proofcheck.engine.device.grouping import GAP, grouped, rows_of_groups
from proofcheck.engine.device.programs import BLOCKS, RESERVED, Buffer, Device, DeviceFault, NoDevice, Shape, shape_of
from proofcheck.engine.device.twin import SOURCE, twin
from proofcheck.engine.schedule import scheduled_rows
from proofcheck.errors import Refusal
from proofcheck.networks import layered

COMPILED = pytest.mark.skipif(native.kernels() is None, reason=f"no C compiler: {native.why_not()}")
pytestmark = COMPILED

CIRCUITS: dict[str, Callable[[], Circuit]] = {
    "random": lambda: random_circuit(300, 9, 1, 12),
    "deep": lambda: random_circuit(120, 5, 2, 120),
    "shallow": lambda: random_circuit(200, 11, 3, 1),
    "adder": lambda: ripple_adder(5, carry_out=True),
    "multiplier": lambda: multiplier(5),
}
WIDE = 227 << 10
SHARED = {"cells of 16 bytes": (16, 128), "of 8 bytes": (8, 100), "of 4 bytes": (4, 32), "spilled": (4, 0)}
"""The size of the cell, and for how many threads there is shared memory."""


def on(program: Lookup, way: str, backwards: bool = False, group: int = 1) -> DeviceBits:
    """The program on a device that has room for cells of one size only."""
    cell, threads = SHARED[way]
    size = threads and threads * cell * module._made(program, twin(), group).rows + RESERVED
    found = device_bits(program, replace(twin(backwards), shared_bytes=size, shared_of_block=size), group)
    assert found.group == group
    shape = found.shape(1 << 20)
    assert (shape.cell, shape.where) == (cell, "shared" if threads else "global")
    return found


def outputs(engine: DeviceBits) -> np.ndarray[Any, Any]:
    count = 1 << engine.program.inputs
    rows = engine.run(input_words(engine.program.inputs, 0, -(-count // 64)))
    return np.unpackbits(rows.astype("<u8").view(np.uint8), axis=1, bitorder="little")[:, :count].T


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("way", SHARED)
@pytest.mark.parametrize("name", CIRCUITS)
def test_a_device_computes_what_the_circuit_is_simulated_to_be(name: str, way: str, group: int) -> None:
    circuit = CIRCUITS[name]()
    truth = simulate(circuit, np.arange(1 << circuit.input_count)[:, None] >> np.arange(circuit.input_count) & 1)
    for strict, backwards in ((False, False), (True, True)):
        net = layered(emulate(circuit)) if strict else emulate(circuit)
        assert np.array_equal(outputs(on(lookup_of_network(net, elide=not strict), way, backwards, group)), truth)


@pytest.mark.parametrize("name", CIRCUITS)
def test_no_gate_reads_what_its_group_computes_and_no_row_is_lost(name: str) -> None:
    """The rows are filled with the numbers of the nodes that they hold, group by group."""
    program = lookup_of_circuit(CIRCUITS[name]())
    before = scheduled_rows(program.inputs, program.start, program.source, program.output)[0]
    for size in (2, 4):
        order = grouped(program, before, size)
        assert len(order) % size == 0
        assert sorted(order[order != GAP]) == sorted(before)
        assert (len(order) < size * len(before)) == (name != "deep")  # which is a chain
        slot, rows = rows_of_groups(program, order, size)
        held = [-1] * rows
        for node in range(program.inputs):
            if slot[node] >= 0:
                held[slot[node]] = node
        for first in range(0, len(order), size):
            group = [gate for gate in order[first : first + size].tolist() if gate != GAP]
            for gate in group:
                assert all(held[slot[s]] == s for s in program.source[program.start[gate] : program.start[gate + 1]])
            assert len({int(slot[program.inputs + gate]) for gate in group}) == len(group)
            for gate in group:
                held[slot[program.inputs + gate]] = program.inputs + gate
        assert all(held[slot[node]] == node for node in program.output)


@pytest.mark.parametrize("way", SHARED)
def test_every_table_of_three_bits_is_computed(way: str) -> None:
    program = lookup(3, [3] * 256, list(range(3)) * 256, list(range(256)), range(3, 259))
    for group in GROUPS:
        found = outputs(on(program, way, group=group))
        assert np.array_equal(found, [[table >> c & 1 for table in range(256)] for c in range(8)])


@pytest.mark.parametrize(("way", "backwards"), list(zip(SHARED, (False, True, False, True), strict=True)))
def test_a_planted_fault_is_found_at_the_same_input_as_by_the_processor(
    way: str, backwards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GUARD_WORDS", (16, 16))
    program = lookup_of_network(emulate(random_circuit(60, 8, 5, 6)))
    seen = 0
    for gate in range(0, program.gates, 5):
        table = program.table.copy()
        table[gate] ^= 1 << gate % (1 << int(np.diff(program.start)[gate]))
        compared = difference(program, replace(program, table=table))
        expected = BitEngine(compared, False).first(0, 256)
        assert BitEngine(compared, False, on(compared, way, backwards, 4)).first(0, 256) == expected
        seen += expected is not None
    assert seen > 5


@pytest.mark.parametrize("way", SHARED)
@pytest.mark.parametrize("seed", [None, 0, 2**63 + 5])
def test_inputs_made_on_the_device_are_those_made_in_numpy(way: str, seed: int | None) -> None:
    count = 70
    for i in (0, 3, 4, 5, 6, 7, 15, 40, 68, 69):
        program = lookup(count, [1], [i], [0b10], count)
        here, there = BitEngine(program, False), BitEngine(program, False, on(program, way))
        for begin in (0, 64, 6400, 1 << 40):
            assert here.first(begin, begin + 9999, seed) == there.first(begin, begin + 9999, seed)


def test_the_first_input_is_found_wherever_it_lies_and_every_launch_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAUNCH_WORK", 15 * 64 * 128)  # launches of 128 words
    for place in (0, 1, 63, 64, 4097, 40000, 65535):
        chain = [0b10 if place & 1 else 0b01, *(0b1000 if place >> i & 1 else 0b0010 for i in range(1, 16))]
        program = lookup(16, [1] + [2] * 15, [0, *(s for i in range(1, 16) for s in (15 + i, i))], chain, 31)
        engine = BitEngine(program, False, on(program, "of 4 bytes"))
        parts: list[tuple[int, int]] = []

        def keep(first: int, last: int, parts: list[tuple[int, int]] = parts) -> bool:
            parts.append((first, last))
            return True

        assert search(engine, 0, 1 << 16, None, 3, 8192, keep) == place
        assert parts == [(k * 8192, (k + 1) * 8192) for k in range(place // 8192)]
        assert engine.first(0, place) is None
        assert engine.first(0, place + 1) == place


FAULTS = [
    ("(a[k].part[j] & k1)", "(a[k].part[j] | k1)"),
    ("g[k] = next[k], next[k] = gate_at(gate + k)", "g[k] = next[0], next[k] = gate_at(gate + k)"),
    ("value.part[j] ^= c.part[j]", "value.part[j] |= c.part[j]"),
    ("(half >> (i - 5) & 1)", "(half >> (i - 4) & 1)"),
    ("i < 69 ?", "i < 9 ?"),
    ("z ^ (z >> 27)", "z ^ (z >> 26)"),
    ("tried++", "tried += 2"),
    ("column[work->found * stride]", "column[0]"),
    ("(half + j) * 32 + lowest_bit", "(half + j) * 32 + 0 * lowest_bit"),
    ("half = work->first + own_thread()", "half = work->first + WIDTH + own_thread()"),
    ("cell_##NAME *)shared_state + threadIdx.x, blockDim.x);", "cell_##NAME *)shared_state + threadIdx.x, blockDim.x + 1);"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_device_that_computes_something_else_is_not_used(
    fault: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SOURCE.read_text()
    assert fault[0] in source
    wrong = tmp_path / "columns.cu"
    wrong.write_text(source.replace(*fault))
    monkeypatch.setattr(device_twin, "SOURCE", wrong)
    widths = tuple(f"-DBITS_{width}_{group}" for width in (1, 2, 4) for group in GROUPS)
    monkeypatch.setattr(device_twin, "FLAGS", ("-O0", "-x", "c", "-std=gnu11", *widths, "-shared", "-fPIC"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    program = lookup_of_network(emulate(random_circuit(300, 12, 1, 12)))
    with pytest.raises(DeviceFault, match=r"is not used|halves of words|beyond its shared memory"):
        device_bits(program, twin.__wrapped__(), 1)


def test_a_launch_that_does_nothing_or_only_a_part_is_noticed() -> None:
    program = lookup_of_network(emulate(random_circuit(100, 10, 1, 5)))
    lazy = replace(twin(), launch=lambda *given: None)
    with pytest.raises(DeviceFault, match=r"^a processor in place of a GPU tried 0 of 2 halves of words$"):
        device_bits(program, lazy)
    compared = difference(program, program)
    good = device_bits(compared, twin())
    for launch, tried in ((lambda *given: None, 0), (half_launched, 16)):
        with pytest.raises(DeviceFault, match=f"tried {tried} of 32 halves of words"):
            replace(good, device=replace(twin(), launch=launch)).first(0, 16, None)


def half_launched(family: str, kernel: str, shape: Shape, work: Any) -> None:
    work.last = (work.first + work.last) // 2
    twin().launch(family, kernel, shape, work)


def test_a_device_that_finds_an_input_beyond_the_range_is_not_believed() -> None:
    program = lookup_of_network(emulate(random_circuit(100, 10, 1, 5)))
    compared = difference(program, program)

    def elsewhere(family: str, kernel: str, shape: Shape, work: Any) -> None:
        ctypes.c_uint64.from_address(work.least).value = 5

    with pytest.raises(DeviceFault, match="found an input that it was not given"):
        replace(device_bits(compared, twin()), device=replace(twin(), launch=elsewhere)).first(8, 16, None)


@pytest.mark.parametrize("rows", [1, 10, 95, 150, 450, 1800, 2000, 30_000])
def test_shapes_fit_the_device(rows: int) -> None:
    large = replace(twin(processors=132), shared_bytes=228 << 10)
    shape = shape_of(large, rows, (16, 8, 4), lambda cell: 1 << 30)
    assert shape.block in BLOCKS
    assert shape.block % 32 == 0
    if shape.shared_bytes:
        assert shape.shared_bytes == shape.block * rows * shape.cell <= large.shared_of_block
        blocks = shape.grid // 132
        assert blocks * 132 == shape.grid
        assert blocks * (shape.shared_bytes + 1024) <= large.shared_bytes
    else:
        assert shape.state_bytes == shape.threads * rows * shape.cell <= large.state_bytes
        assert shape.threads * rows < 1 << 32
    assert shape_of(large, rows, (16, 8, 4), lambda cell: 1).grid == 1


def test_a_state_without_room_is_refused() -> None:
    with pytest.raises(Refusal, match="a state of 100000000 rows has no room in the memory of the device"):
        shape_of(twin(), 100_000_000, (16, 8, 4), lambda cell: 1 << 20)


@pytest.mark.parametrize("name", CIRCUITS)
def test_without_a_compiler_the_same_order_is_found_in_python(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = lookup_of_circuit(CIRCUITS[name]())
    for demand in (None, False, True):
        compiled = scheduled_rows(program.inputs, program.start, program.source, program.output, demand)
        with monkeypatch.context() as patch:
            patch.setattr("proofcheck.engine.schedule.kernels", lambda: None)
            found = scheduled_rows(program.inputs, program.start, program.source, program.output, demand)
        assert found[2] == compiled[2]
        assert all(np.array_equal(a, b) for a, b in zip(found[:2], compiled[:2], strict=True))


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    path = tmp_path_factory.mktemp("driver") / "driver.so"
    source = Path(__file__).with_name("fake_driver.c")
    subprocess.run([*native._compiler(), "-shared", "-fPIC", "-o", str(path), str(source), "-ldl"], check=True)
    return ctypes.CDLL(str(path))


def gpu(driver: ctypes.CDLL, **facts: Any) -> Device:
    """Memory from torch, calls through the driver, the twin where a GPU would be."""
    twin()
    library = native.library_of(SOURCE, device_twin.FLAGS)._name.encode() + b"\0"
    usual = {"name": "a stand-in", "processors": 2, "shared_of_block": WIDE, "shared_bytes": WIDE, "state_bytes": 1 << 24}
    usual["current"] = lambda: nullcontext(0)
    return device_of(driver, lambda family: library, torch.device("cpu"), **usual | facts)


@pytest.mark.parametrize("shared", [0, WIDE])
def test_calls_of_the_driver_fit_its_declarations(driver: ctypes.CDLL, shared: int) -> None:
    circuit = CIRCUITS["random"]()
    program = lookup_of_network(emulate(circuit))
    engine = device_bits(program, gpu(driver, shared_bytes=shared))
    truth = simulate(circuit, np.arange(512)[:, None] >> np.arange(9) & 1)
    assert np.array_equal(outputs(engine), truth)
    broken = replace(program, table=program.table ^ 1)
    compared = difference(program, broken)
    expected = BitEngine(compared, False).first(0, 512)
    assert BitEngine(compared, False, device_bits(compared, gpu(driver))).first(0, 512) == expected is not None


def test_what_the_driver_refuses_is_one_sentence(driver: ctypes.CDLL) -> None:
    program = lookup_of_circuit(CIRCUITS["random"]())
    with pytest.raises(DeviceFault, match=r"^the GPU failed: cuFuncSetAttribute ended with 1 \(invalid argument\)$"):
        device_bits(program, gpu(driver, shared_of_block=1 << 20, shared_bytes=1 << 20))
    facts = {"name": "", "processors": 1, "shared_of_block": WIDE, "shared_bytes": WIDE, "state_bytes": 0}
    no_kernels = device_of(driver, lambda family: b"/nowhere\0", torch.device("cpu"), lambda: nullcontext(0), **facts)
    with pytest.raises(DeviceFault, match=r"^the GPU failed: cuModuleLoadData ended with 200"):
        device_bits(program, no_kernels)


def _nvrtc() -> ctypes.CDLL | None:
    for major in (12, 13):
        try:
            return nvrtc(major)
        except NoDevice:
            continue
    return None


@pytest.mark.skipif(_nvrtc() is None, reason="NVRTC is not installed (nvidia-cuda-nvrtc, which comes with CUDA builds of torch)")
@pytest.mark.parametrize("family", ["BITS_1_1", "BITS_4_4", "UINT8", "FLOAT32", "INT64"])
def test_nvrtc_translates_the_source_for_gpus(family: str) -> None:
    compiler = _nvrtc()
    assert compiler is not None
    code = translated(compiler, SOURCE.read_bytes(), family, 9, 0)
    assert code[:4] == b"\x7fELF"
    assert (b"bits_search_shared_" if "BITS" in family else b"numbers_" + family.lower().encode()) in code
    assert b".target" in translated(compiler, SOURCE.read_bytes(), family, 99, 0)  # PTX for what it does not know yet
    with pytest.raises(NoDevice, match="does not know the architecture 10"):
        translated(compiler, SOURCE.read_bytes(), family, 1, 0)
    with pytest.raises(NoDevice, match=r"NVRTC refuses the kernels: .*error"):
        translated(compiler, SOURCE.read_bytes() + b"int", family, 9, 0)


def test_where_nothing_is_to_be_compiled_there_is_no_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(native.SWITCH, "0")
    with pytest.raises(NoDevice, match="PROOFCHECK_KERNELS is 0"):
        twin.__wrapped__()


def test_a_gpu_that_cannot_be_used_is_a_reason_and_no_crash(driver: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: Any) -> None:
        raise RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported")

    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr("proofcheck.engine.device.cuda._library", lambda names: driver)
    monkeypatch.setattr("proofcheck.engine.device.cuda.nvrtc", lambda major: driver)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(NoDevice, match=r"^torch finds 1 GPUs$"):
        cuda.__wrapped__("cuda:1")
    monkeypatch.setattr(torch.cuda, "get_device_properties", fails)
    with pytest.raises(NoDevice, match=r"^torch cannot use the GPU: CUDA error: out of memory$"):
        cuda.__wrapped__("cuda")
    with pytest.raises(DeviceFault, match=r"^the GPU failed: CUDA error: out of memory$"):
        device_bits(lookup_of_circuit(CIRCUITS["random"]()), gpu(driver, current=fails))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_the_reason_is_said_and_the_processor_evaluates() -> None:
    with pytest.raises(NoDevice, match=r"this torch is built without CUDA|torch finds no GPU"):
        cuda()
    program = lookup_of_circuit(CIRCUITS["random"]())
    engine = devices.engine_on(program, "cuda")
    assert engine.device is None
    assert engine.how.startswith("by a compiled kernel (not on the device cuda: ")
    with pytest.raises(NoDevice, match="kernels are made for cuda, not for 'mps'"):
        devices.device_named("mps")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU: the true CUDA path is not run here")
@pytest.mark.parametrize("name", CIRCUITS)
def test_a_true_gpu_computes_what_the_circuit_is_simulated_to_be(name: str) -> None:
    circuit = CIRCUITS[name]()
    truth = simulate(circuit, np.arange(1 << circuit.input_count)[:, None] >> np.arange(circuit.input_count) & 1)
    for shared in (cuda().shared_bytes, 0):
        engine = device_bits(lookup_of_network(emulate(circuit)), replace(cuda(), shared_bytes=shared))
        assert np.array_equal(outputs(engine), truth)


def test_the_environment_chooses_and_evidence_names_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    program = lookup_of_circuit(CIRCUITS["random"]())
    assert devices.chosen_engine(program).device is None
    monkeypatch.setenv(devices.SWITCH, "twin")
    engine = devices.chosen_engine(program)
    assert engine.device is not None
    assert engine.how == "by a kernel on a processor in place of a GPU"
    monkeypatch.setenv(devices.SWITCH, "nonsense")
    words = "by a compiled kernel (not on the device nonsense: kernels are made for cuda, not for 'nonsense')"
    assert devices.chosen_engine(program).how == words


def test_memory_of_the_twin_keeps_what_was_put() -> None:
    for array in (np.arange(7, dtype=np.uint64), np.zeros((0, 4), np.uint32), np.arange(6, dtype=np.int8).reshape(2, 3)):
        kept: Buffer = twin().put(array)
        assert not array.size or kept.address % 64 == 0
        assert np.array_equal(kept.fetch(), array)
        assert kept.fetch().dtype == array.dtype
