"""Between Arrow and NumPy without pandas.

``pa.array``, ``pa.scalar`` and ``to_numpy`` import pandas where it is installed, if only to
ask whether a value is one of its kind: a quarter of a second and 50 MB in every worker.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def numpy_of(array: pa.Array) -> NDArray[Any]:
    """Numbers or truths without nulls as a read-only array of the same length."""
    if pa.types.is_boolean(array.type):
        truths = np.from_dlpack(array.cast(pa.uint8())).astype(np.bool_)
        truths.flags.writeable = False
        return truths
    numbers: NDArray[Any] = np.from_dlpack(array)
    numbers.flags.writeable = False
    return numbers


def codes_of(indices: pa.Int32Array) -> NDArray[np.int32]:
    """Indices of a dictionary as a read-only array of the same length; null is -1."""
    if not indices.null_count:
        return numpy_of(indices)
    valid = numpy_of(pc.is_valid(indices))
    content = np.frombuffer(indices.buffers()[1], dtype=np.int32)
    codes = np.where(valid, content[indices.offset : indices.offset + len(indices)], -1)
    codes.flags.writeable = False
    return codes.astype(np.int32, copy=False)


def text_scalar(text: str) -> pa.StringScalar:
    """A text as an operand of Arrow's functions."""
    content = text.encode()
    ends = np.array([0, len(content)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.string(), 1, buffers)[0]


def indices_of(rows: NDArray[np.intp]) -> pa.Int64Array:
    """Row numbers as an operand of ``take``."""
    content = np.ascontiguousarray(rows, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(content), [None, pa.py_buffer(content)])
