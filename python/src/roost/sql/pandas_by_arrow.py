# SPDX-License-Identifier: Apache-2.0
"""What ``spark.sql.execution.arrow.pyspark.enabled`` changes between pandas and DataFrames.

In PySpark the setting says that Arrow carries the columns, and that shows: nested values come out as
numpy arrays and dictionaries, and columns go in with Arrow's types and casts, NaN as NULL.  Where Arrow
cannot take a frame, the rows go the other way after all, as in PySpark.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import DataType

__all__ = ["frame_by_arrow", "is_by_arrow", "nested_by_arrow"]


def is_by_arrow(session: SparkSession) -> bool:
    """Whether the session has the setting."""
    return session.conf.get("spark.sql.execution.arrow.pyspark.enabled") == "true"


def nested_by_arrow(data_type: DataType) -> Optional[Callable[[Any], Any]]:
    """What makes of a nested value what Arrow gives pandas; None for types that are not nested."""
    from roost.sql.types import ArrayType, MapType, StructType

    if isinstance(data_type, ArrayType):
        element = data_type.elementType
        return _or_none(lambda values: _array(values, element))
    if isinstance(data_type, MapType):
        key = nested_by_arrow(data_type.keyType) or _same
        value = nested_by_arrow(data_type.valueType) or _same
        return _or_none(lambda pairs: {key(k): value(v) for k, v in pairs.items()})
    if isinstance(data_type, StructType):
        fields = [(field.name, nested_by_arrow(field.dataType) or _same) for field in data_type.fields]
        return _or_none(lambda row: {name: convert(value) for (name, convert), value in zip(fields, row)})
    return None


def _same(value: Any) -> Any:
    return value


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _array(values: Any, element: DataType) -> Any:
    import numpy as np

    from roost.sql.pandas_exchange import to_series
    from roost.sql.types import NumericType, TimestampNTZType, TimestampType

    convert = nested_by_arrow(element)
    if convert is None and (isinstance(element, NumericType) or element.typeName() == "boolean"):
        return to_series(list(values), element).to_numpy()
    if isinstance(element, (TimestampType, TimestampNTZType)):
        values = to_series(list(values), element)
    made = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        made[place] = value if convert is None else convert(value)
    return made


def frame_by_arrow(session: SparkSession, frame: Any, schema: Any) -> Optional[DataFrame]:
    """A DataFrame of a pandas DataFrame; None where Arrow cannot take it, or is not there."""
    from roost.sql.arrow import to_arrow_schema
    from roost.sql.ingest import _check_names
    from roost.sql.pandas_exchange import _from_arrow
    from roost.sql.types import StructType

    try:
        import pyarrow as pa
    except ImportError:
        return None
    struct = schema if isinstance(schema, StructType) else None
    if struct is not None and len(struct.fields) != len(frame.columns):
        return None
    zone = session._time_zone()
    wanted = None if struct is None else to_arrow_schema(struct, zone)
    try:
        arrays = [
            pa.Array.from_pandas(_zoned(frame.iloc[:, i], zone), type=None if wanted is None else wanted.field(i).type)
            for i in range(len(frame.columns))
        ]
        arrays = [array.dictionary_decode() if pa.types.is_dictionary(array.type) else array for array in arrays]
        names = struct.names if struct is not None else [str(name) for name in frame.columns]
        if isinstance(schema, list):
            _check_names(schema, len(names))
            names, schema = schema + names[len(schema) :], None
        return _from_arrow(session, pa.Table.from_arrays(arrays, names=names), schema)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        if session.conf.get("spark.sql.execution.arrow.pyspark.fallback.enabled") != "true":
            raise
        import warnings

        warnings.warn(f"createDataFrame goes without Arrow, which said: {error}", stacklevel=5)
        return None


def _zoned(series: Any, zone: str) -> Any:
    """Times without a zone are the session's."""
    if series.dtype.kind != "M" or getattr(series.dtype, "tz", None) is not None:
        return series
    return series.dt.tz_localize(zone, ambiguous=False, nonexistent="shift_forward")
