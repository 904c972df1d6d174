"""A GPU by CUDA: columns.cu translated at run time by NVRTC, which comes with every CUDA build of torch, and run by the driver.

No compiler of C or CUDA is needed. Memory and streams are torch's own, so that whatever uses torch shares the device with this.
Only public functions of NVRTC and of the driver are called.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from proofcheck.engine.device.programs import Array, Buffer, Device, DeviceFault, NoDevice, Shape
from proofcheck.engine.device.twin import SOURCE

if TYPE_CHECKING:
    import torch

MOST_SHARED = 8
"""CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES."""
USUAL_SHARED = 48 << 10
STATE_SHARE = 0.5
"""Of the free memory of the device, for states that do not fit shared memory."""


@cache
def cuda(name: str = "cuda") -> Device:
    """The GPU that torch calls by this name ("cuda", "cuda:1"). Raises NoDevice, with the reason, where there is none."""
    import torch

    if not torch.cuda.is_available():
        raise NoDevice("this torch is built without CUDA" if torch.version.cuda is None else "torch finds no GPU")
    if torch.version.cuda is None:
        raise NoDevice("kernels are made for CUDA only")
    driver, compiler = _library(["libcuda.so.1"]), nvrtc(int(torch.version.cuda.split(".")[0]))
    index = torch.device(name).index
    try:
        index = torch.cuda.current_device() if index is None else index
        if index >= torch.cuda.device_count():
            raise NoDevice(f"torch finds {torch.cuda.device_count()} GPUs")
        there, free = torch.cuda.get_device_properties(index), torch.cuda.mem_get_info(index)[0]
    except RuntimeError as error:
        raise NoDevice(f"torch cannot use the GPU: {_first_line(error)}") from None

    @contextmanager
    def current() -> Iterator[int]:
        """The stream to launch on; all is done at the end."""
        with torch.cuda.device(index):
            yield torch.cuda.current_stream().cuda_stream
            torch.cuda.synchronize(index)

    return device_of(
        driver,
        code=lambda family: translated(compiler, SOURCE.read_bytes(), family, there.major, there.minor),
        memory=torch.device("cuda", index),
        current=current,
        name=f"the GPU {there.name}",
        processors=there.multi_processor_count,
        shared_of_block=int(getattr(there, "shared_memory_per_block_optin", USUAL_SHARED)),
        shared_bytes=int(getattr(there, "shared_memory_per_multiprocessor", USUAL_SHARED)),
        state_bytes=int(free * STATE_SHARE),
    )


def device_of(
    driver: ctypes.CDLL,
    code: Callable[[str], bytes],
    memory: torch.device,
    current: Callable[[], AbstractContextManager[int]],
    **facts: Any,
) -> Device:
    """A device of `driver`, with memory from torch. code: what the driver loads of a family. facts: of `Device`.

    current: makes the device the current one, and gives the stream to launch on.
    """
    import torch

    functions: dict[str, ctypes.c_void_p] = {}
    modules: dict[str, ctypes.c_void_p] = {}

    def buffer(size: int, dtype: Any, shape: tuple[int, ...]) -> tuple[torch.Tensor, Buffer]:
        with _faults():
            tensor = torch.empty(max(size, 16), dtype=torch.uint8, device=memory)

        def fetch() -> Array:
            with _faults():
                found: Array = tensor[:size].cpu().numpy().view(dtype).reshape(shape).copy()
            return found

        return tensor, Buffer(tensor.data_ptr(), fetch)

    def put(array: Array) -> Buffer:
        flat = np.array(array).reshape(-1).view(np.uint8)
        tensor, made = buffer(flat.size, array.dtype, array.shape)
        with _faults():
            tensor[: flat.size].copy_(torch.from_numpy(flat))
        return made

    def launch(family: str, kernel: str, shape: Shape, work: ctypes.Structure) -> None:
        with _faults(), current() as stream:
            if family not in modules:
                modules[family] = _found(driver, "cuModuleLoadData", ctypes.c_char_p(code(family)))
            if kernel not in functions:
                functions[kernel] = _found(driver, "cuModuleGetFunction", modules[family], kernel.encode())
            if shape.shared_bytes > USUAL_SHARED:
                _call(driver, "cuFuncSetAttribute", functions[kernel], MOST_SHARED, ctypes.c_int(shape.shared_bytes))
            arguments = (ctypes.c_void_p * 1)(ctypes.addressof(work))
            sizes = [ctypes.c_uint(size) for size in (shape.grid, 1, 1, shape.block, 1, 1, shape.shared_bytes)]
            _call(driver, "cuLaunchKernel", functions[kernel], *sizes, ctypes.c_void_p(stream), arguments, None)

    return Device(put=put, empty=lambda size: buffer(size, np.uint8, (size,))[1], launch=launch, **facts)


@contextmanager
def _faults() -> Iterator[None]:
    """What torch complains of becomes a DeviceFault of one line."""
    try:
        yield
    except RuntimeError as error:
        raise DeviceFault(f"the GPU failed: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _call(driver: ctypes.CDLL, name: str, *arguments: Any) -> None:
    ended = getattr(driver, name)(*arguments)
    if ended:
        text = ctypes.c_char_p()
        driver.cuGetErrorString(ended, ctypes.byref(text))
        raise DeviceFault(f"the GPU failed: {name} ended with {ended} ({(text.value or b'unknown').decode()})")


def _found(driver: ctypes.CDLL, name: str, *arguments: Any) -> ctypes.c_void_p:
    """What a function of the driver puts into its first argument."""
    found = ctypes.c_void_p()
    _call(driver, name, ctypes.byref(found), *arguments)
    return found


def nvrtc(major: int) -> ctypes.CDLL:
    """NVRTC of this major version of CUDA: of the packages beside torch, or of the system. Raises NoDevice."""
    name = f"libnvrtc.so.{major}"
    beside = (Path(folder) / "nvidia" for folder in sys.path if folder)
    paths = [str(path) for folder in beside if folder.is_dir() for path in sorted(folder.glob(f"*/lib/{name}"))]
    found = _library([*paths, name])
    found.nvrtcGetErrorString.restype = ctypes.c_char_p
    return found


def _library(names: Iterable[str]) -> ctypes.CDLL:
    reason = ""
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError as error:
            reason = str(error)
    raise NoDevice(f"a library of CUDA is missing: {reason}")


def translated(compiler: ctypes.CDLL, source: bytes, family: str, major: int, minor: int) -> bytes:
    """The part of the source that `family` switches on, for this or, where it is newer than NVRTC, the latest known architecture.

    Raises NoDevice with the first error that the compiler names.
    """
    count = ctypes.c_int()
    _translate(compiler, "nvrtcGetNumSupportedArchs", ctypes.byref(count))
    known = (ctypes.c_int * count.value)()
    _translate(compiler, "nvrtcGetSupportedArchs", known)
    wanted = 10 * major + minor
    below = [arch for arch in known if arch <= wanted]
    if not below:
        raise NoDevice(f"NVRTC does not know the architecture {wanted}")
    exact = wanted in below
    options = [f"--gpu-architecture={'sm' if exact else 'compute'}_{max(below)}", f"-D{family}", "--disable-warnings"]
    program = ctypes.c_void_p()
    _translate(compiler, "nvrtcCreateProgram", ctypes.byref(program), source, SOURCE.name.encode(), 0, None, None)
    try:
        given = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
        if compiler.nvrtcCompileProgram(program, len(options), given):
            lines = _text(compiler, "nvrtcGetProgramLog", program).decode(errors="replace").strip().splitlines()
            words = next((line for line in lines if "error" in line), "without a reason")
            raise NoDevice(f"NVRTC refuses the kernels: {words}")
        return _text(compiler, "nvrtcGetCUBIN" if exact else "nvrtcGetPTX", program)
    finally:
        compiler.nvrtcDestroyProgram(ctypes.byref(program))


def _text(compiler: ctypes.CDLL, name: str, program: ctypes.c_void_p) -> bytes:
    size = ctypes.c_size_t()
    _translate(compiler, f"{name}Size", program, ctypes.byref(size))
    space = ctypes.create_string_buffer(size.value)
    _translate(compiler, name, program, space)
    return space.raw


def _translate(compiler: ctypes.CDLL, name: str, *arguments: Any) -> None:
    ended = getattr(compiler, name)(*arguments)
    if ended:
        raise NoDevice(f"{name} of NVRTC ended with {compiler.nvrtcGetErrorString(ended).decode()}")
