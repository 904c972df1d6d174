"""Which device runs programs of bits: one that is named, by who calls or by PROOFCHECK_DEVICE in the environment, or none.

Nothing runs on a device unless it is asked for. Where the device asked for cannot be used, the reason is kept and shown.
"""

from __future__ import annotations

import os

from proofcheck.engine.bits.lookup import Lookup
from proofcheck.engine.bits.programs import BitEngine, bit_engine
from proofcheck.engine.device.bits import device_bits
from proofcheck.engine.device.programs import Device, DeviceFault, NoDevice
from proofcheck.errors import Refusal

SWITCH = "PROOFCHECK_DEVICE"
"""In the environment: "cuda", "cuda:1", or "twin" for the processor in place of a GPU."""


def device_named(name: str) -> Device:
    """The device. Raises NoDevice, with the reason, where there is none of this name."""
    if name == "twin":
        from proofcheck.engine.device.twin import twin

        return twin()
    kind, _, number = name.partition(":")
    if kind != "cuda" or (number and not number.isdecimal()):
        raise NoDevice(f"kernels are made for cuda, not for {name!r}")
    from proofcheck.engine.device.cuda import cuda

    return cuda(name)


def engine_on(program: Lookup, name: str) -> BitEngine:
    """The program, ready to run on the device of this name; where it cannot be used there, on the processor, with the reason."""
    try:
        return BitEngine(program, True, device_bits(program, device_named(name)))
    except (NoDevice, DeviceFault, Refusal) as reason:
        return BitEngine(program, bit_engine(program).compiled, None, f"not on the device {name}: {reason}")


def chosen_engine(program: Lookup) -> BitEngine:
    """The program, ready to run on the device that the environment names, or on the processor where it names none."""
    name = os.environ.get(SWITCH, "")
    return engine_on(program, name) if name and name != "cpu" else bit_engine(program)
