"""A network as a torch module whose outputs are the exact rational values, or no module at all.

The module is built only for arithmetic that is certified exact, and it refuses to run whenever that certificate would
no longer apply: after a cast, under autocast, with foreign or modified contents, on inputs outside the domain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from proofcheck.engine.certificate import choose_dtype, require_exact
from proofcheck.engine.formats import FRACTION, name_of
from proofcheck.engine.kernels import Ready, one_thread, ready, run_floats, run_integers
from proofcheck.engine.membership import membership
from proofcheck.engine.plan import plan_of
from proofcheck.engine.simplify import simplified
from proofcheck.errors import Refusal, UsageError
from proofcheck.networks.network import Network

BUFFERS = ("source", "weight", "bias", "offset", "output")
ROW_BYTES = {"cpu": (256, 4096), "other": (4096, 1 << 18)}
STATE_BYTES = {"cpu": 1 << 25, "other": 1 << 30}


def module(network: Network, dtype: Any = "auto", device: Any = "cpu", check_domain: bool = True) -> ExactModule:
    """The module of `network` in `dtype` ("auto": the fastest that is certified) on `device`.

    With `check_domain` every call refuses inputs that are not in the domain of the network; without it the caller
    answers for that. Raises Refusal, naming layer, needed and available bits, when the arithmetic might round.
    """
    name = choose_dtype(network) if dtype == "auto" else name_of(dtype)
    if name == FRACTION:
        require_exact(network, "float64")
        raise UsageError("fractions are not a dtype of torch: use evaluate_batch")
    return ExactModule(network, name, check_domain).to(device)


class ExactModule(nn.Module):
    """Maps a tensor (batch, inputs) to a tensor (batch, outputs) of its dtype; each entry is the exact value.

    The input may have any real dtype as long as its values are stored exactly in the module's own. Raises Refusal for
    inputs outside the domain (NaN included) and whenever the certificate does not apply; UsageError for a wrong shape.
    Carries and halves of absolute values are not evaluated, unless `elide` is False.
    Changes to the contents are seen through dtype, address and version counter of each buffer, and the contents are
    then compared with the hash taken when the module was built; writing through `.data` or a numpy view escapes that.
    """

    source: Tensor
    weight: Tensor
    bias: Tensor
    offset: Tensor
    output: Tensor

    def __init__(self, network: Network, dtype: str, check_domain: bool = True, elide: bool = True) -> None:
        super().__init__()
        self.certificate = require_exact(network, dtype)
        self.network = network
        self.dtype: torch.dtype = getattr(torch, dtype)
        self.check_domain = check_domain
        self.plan = plan_of(simplified(network) if elide else network, by_step=not self.dtype.is_floating_point)
        values = _stored(network.values, np.union1d(self.plan.weight, self.plan.bias), self.dtype)
        contents = {
            "source": torch.from_numpy(self.plan.source),
            "weight": values[torch.from_numpy(self.plan.weight)],
            "bias": values[torch.from_numpy(self.plan.bias)],
            "offset": torch.from_numpy(self.plan.offset),
            "output": torch.from_numpy(self.plan.output),
        }
        self.columns = tuple(self.plan.columns.tolist())
        for name, tensor in contents.items():
            self.register_buffer(name, tensor.clone())
        self._expected = {name: (tensor.dtype, _digest(tensor)) for name, tensor in contents.items()}
        self._seen: tuple[object, ...] = ()
        self._ready: list[Ready] = []

    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        """The outputs (batch, m) at the inputs x (batch, d)."""
        self._check_arithmetic()
        count = self.network.input_count
        if x.dim() != 2 or x.shape[1] != count:
            raise UsageError(f"inputs of shape {tuple(x.shape)} were given, (batch, {count}) is expected")
        if x.dtype not in READABLE:
            raise UsageError(f"inputs of {x.dtype} were given: pass integers of up to 64 bits, bools or floats")
        if x.device != self.output.device:
            raise UsageError(f"the inputs are on {x.device}, the module is on {self.output.device}: move one of them")
        with one_thread(x.device):
            if self.check_domain:
                self._check_inputs(x)
            return self._evaluate(x)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Only a state of the same network in the same dtype is accepted; anything else raises Refusal."""
        result = super().load_state_dict(state_dict, strict, assign)
        self._check_arithmetic()
        return result

    def extra_repr(self) -> str:
        return f"{self.network!r}, {self.dtype}, layers need {self.certificate.needed_bits} bits"

    def _evaluate(self, x: Tensor) -> Tensor:
        batch, columns = len(x), list(self.columns)
        result = torch.empty(batch, len(self.output), dtype=self.dtype, device=x.device)
        tiles = -(-batch // self._tile(x.device))
        width = -(-batch // max(tiles, 1))
        run = run_floats if self.dtype.is_floating_point else run_integers
        for begin in range(0, batch, max(width, 1)):
            part = x[begin : begin + width]
            if len(columns) < part.shape[1]:
                part = part[:, columns]
            state = torch.empty(self.plan.slots, len(part), dtype=self.dtype, device=x.device)
            state[: len(columns)].copy_(part.t())
            if self.plan.one >= 0:
                state[self.plan.one] = 1
            run(self._ready, state)
            result[begin : begin + len(part)] = state.index_select(0, self.output).t()
        return result

    def _tile(self, device: torch.device) -> int:
        """Input points per pass: rows of some KiB, in a state that a cache can hold where that is possible."""
        kind = "cpu" if device.type == "cpu" else "other"
        least, most = (size // self.dtype.itemsize for size in ROW_BYTES[kind])
        rows = self.plan.slots + 2 * self.plan.rows
        return min(max(STATE_BYTES[kind] // (max(rows, 1) * self.dtype.itemsize), least), most)

    def _check_inputs(self, x: Tensor) -> None:
        conditions = membership(self.network.domain)
        row = conditions.first_outside(x)
        if row is not None:
            raise Refusal(
                f"row {row} of the inputs is not in {self.network.domain.describe()}, for which the network is exact: "
                f"{conditions.complaint(x[row].tolist())}"
            )

    def _check_arithmetic(self) -> None:
        """Raise Refusal unless the buffers are those that were certified and nothing changes the arithmetic."""
        buffers = {name: getattr(self, name) for name in self._expected}
        for name, tensor in buffers.items():
            if tensor.dtype != self._expected[name][0]:
                raise Refusal(
                    f"the module was certified in {self.dtype} and then cast to {tensor.dtype}: "
                    f'build it with module(network, dtype="{str(tensor.dtype).removeprefix("torch.")}") instead'
                )
            if tensor.device.type == "meta":
                raise Refusal("the module is on the device meta, which holds no numbers: move it to a real one")
        if torch.is_autocast_enabled(self.output.device.type):
            raise Refusal("the module was called under autocast, which rounds to another dtype: call it outside")
        seen = tuple((t.data_ptr(), t._version, t.device, t.shape) for t in buffers.values() if not t.is_inference())
        if seen == self._seen and len(seen) == len(buffers):
            return
        for name, tensor in buffers.items():
            if _digest(tensor) != self._expected[name][1]:
                raise Refusal(f"{name} of the module is not what was certified: build a new module from the network")
        self._seen, self._ready = seen, ready(self.plan, buffers)


READABLE = {
    *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
    *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
}


def _stored(values: tuple[Fraction, ...], used: Any, dtype: torch.dtype) -> Tensor:
    """The table of values in `dtype`; the certificate has shown that the used ones are stored exactly."""
    wide = np.zeros(len(values), np.float64 if dtype.is_floating_point else np.int64)
    for i in used:
        wide[i] = values[i]
    return torch.from_numpy(wide).to(dtype)


def _digest(tensor: Tensor) -> str:
    """SHA-256 of shape and bytes."""
    content = tensor.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
    return hashlib.sha256(repr(tuple(tensor.shape)).encode() + content).hexdigest()
