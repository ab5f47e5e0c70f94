# SPDX-License-Identifier: Apache-2.0
"""Numbers, booleans, moments and spans of a result as numpy arrays, without an object for each value.

The extension hands them over as the bytes that they came in, and a byte for each row that says whether it has no
value (``ext/arrays.c``).  What pandas cannot hold in an array of numbers, booleans with nulls, becomes objects;
moments that do not fit its nanoseconds are refused in PySpark's way.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from roost.sql.types import DataType

__all__ = ["array_of_numbers"]

_NUMPY_TYPES = {
    "ByteType": "int8",
    "ShortType": "int16",
    "IntegerType": "int32",
    "LongType": "int64",
    "FloatType": "float32",
    "DoubleType": "float64",
    "BooleanType": "bool",
}
_SAME_AS_UTC = ("UTC", "Etc/UTC", "GMT", "Z")
_MOST = (2**63 - 1) // 1000  # microseconds that pandas' nanoseconds can hold


def array_of_numbers(
    values: bytearray, missing: Optional[bytearray], data_type: DataType, zone: str, by_arrow: bool
) -> Any:
    """A column of a result as a numpy array.

    Parameters
    ----------
    values : bytearray
        as the type lies in a batch: numbers of its width, booleans as bytes, microseconds
    missing : bytearray or None
        a byte for each row, 1 where it has no value; None: all have one
    data_type : DataType
    zone : str
        the session's, in which moments are shown
    by_arrow : bool
        whether what does not fit is Arrow's to refuse
    """
    import numpy as np

    from roost.sql.types import DayTimeIntervalType, TimestampType

    gone = None if missing is None else np.frombuffer(missing, dtype="bool")
    dtype = _NUMPY_TYPES.get(type(data_type).__name__)
    if dtype is not None:
        return _with_gaps(np.frombuffer(values, dtype=dtype), gone)
    micros = np.frombuffer(values, dtype="int64")
    if gone is not None:
        micros[gone] = 0
    is_moment = isinstance(data_type, TimestampType)
    if isinstance(data_type, DayTimeIntervalType):
        times = micros.view("timedelta64[us]")
    else:
        times = micros.view("datetime64[us]")
    if len(micros) and not -_MOST <= micros.min() <= micros.max() <= _MOST:
        _refuse(times, "timestamp[us, tz=" + zone + "]" if is_moment else "timestamp[us]", by_arrow)
    if is_moment and zone not in _SAME_AS_UTC:
        times = _shown(times, zone)
    times = times.astype(times.dtype.kind + "8[ns]")
    if gone is not None:
        times[gone] = np.array("NaT", dtype=times.dtype)
    return times


def _with_gaps(array: Any, gone: Any) -> Any:
    """Whole numbers become floats where some are missing, booleans objects."""
    if gone is None or not gone.any():
        return array
    if array.dtype.kind == "b":
        array = array.astype("object")
        array[gone] = None
        return array
    if array.dtype.kind == "i":
        array = array.astype("float64")
    array[gone] = float("nan")
    return array


def _shown(moments: Any, zone: str) -> Any:
    """Moments as the clocks of a zone show them."""
    import pandas as pd

    return pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(zone).tz_localize(None).to_numpy()


def _refuse(times: Any, name: str, by_arrow: bool) -> None:
    """Raises for the first time that nanoseconds do not hold."""
    import pandas as pd

    is_span = times.dtype.kind == "m"
    if by_arrow and not is_span:
        import pyarrow as pa

        first = next(number for number in times.view("int64").tolist() if not -_MOST <= number <= _MOST)
        raise pa.ArrowInvalid(f"Casting from {name} to timestamp[ns] would result in out of bounds timestamp: {first}")
    (pd.to_timedelta if is_span else pd.to_datetime)(pd.Series(times.tolist(), dtype="object"))
