# SPDX-License-Identifier: Apache-2.0
"""What ``spark.sql.execution.arrow.pyspark.enabled`` changes between pandas and DataFrames.

In PySpark the setting says that Arrow carries the columns, and that shows: nested values come out as
numpy arrays and dictionaries (``pandas_nested``), and columns go in with Arrow's types and casts, NaN as
NULL.  Where Arrow cannot take a frame, the rows go the other way after all, as in PySpark.
"""

from __future__ import annotations

from roost.errors.base import PySparkTypeError, PySparkValueError
from roost.sql.conf import CONVERTS_SAFELY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import DataType

__all__ = ["frame_by_arrow", "is_by_arrow"]


def is_by_arrow(session: SparkSession) -> bool:
    """Whether the session has the setting."""
    return session.conf.get("spark.sql.execution.arrow.pyspark.enabled") == "true"


def frame_by_arrow(session: SparkSession, frame: Any, schema: Any) -> Optional[DataFrame]:
    """A DataFrame of a pandas DataFrame; None where Arrow cannot take it, or is not there."""
    from roost.sql.types import DataType, StructType

    try:
        import pyarrow as pa
    except ImportError:
        return None
    if isinstance(schema, StructType) and len(schema.fields) != len(frame.columns):
        return None
    try:
        if isinstance(schema, DataType) and not isinstance(schema, StructType):
            raise PySparkTypeError(
                errorClass="UNSUPPORTED_DATA_TYPE_FOR_ARROW", messageParameters={"data_type": str(schema)}
            )
        return _by_arrow(session, frame, schema)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        if session.conf.get("spark.sql.execution.arrow.pyspark.fallback.enabled") != "true":
            raise
        import warnings

        warnings.warn(f"createDataFrame goes without Arrow, which said: {error}", stacklevel=5)
        return None


def _by_arrow(session: SparkSession, frame: Any, schema: Any) -> DataFrame:
    import pyarrow as pa

    from roost.sql.ingest import _check_names
    from roost.sql.pandas_exchange import _from_arrow
    from roost.sql.types import StructType

    zone, safe = session._time_zone(), session._of_functions[CONVERTS_SAFELY] == "true"
    columns = [frame.iloc[:, i] for i in range(len(frame.columns))]
    if isinstance(schema, StructType):
        arrays = [
            _array_as(series, field.dataType, zone, safe)
            for series, field in zip(columns, schema.fields)
        ]
        return _from_arrow(session, pa.Table.from_arrays(arrays, names=schema.names), schema)
    arrays = [pa.Array.from_pandas(_zoned(series, zone)) for series in columns]
    arrays = [array.dictionary_decode() if pa.types.is_dictionary(array.type) else array for array in arrays]
    if session.conf.get("spark.sql.execution.pandas.inferPandasDictAsMap") == "true":
        arrays = [_map_of_structs(*pair, zone, safe) for pair in zip(columns, arrays)]
    names = [str(name) for name in frame.columns]
    if isinstance(schema, list):
        _check_names(schema, len(names))
        names = schema + names[len(schema) :]
    return _from_arrow(session, pa.Table.from_arrays(arrays, names=names), None)


def _array_as(series: Any, data_type: DataType, zone: str, safe: bool) -> Any:
    from roost.sql.arrow import to_arrow_type
    from roost.sql.arrow_batches import array_of_series
    from roost.sql.pandas_nested import arrow_cells
    from roost.sql.types import TimestampNTZType, TimestampType

    if not isinstance(data_type, TimestampNTZType):
        series = _zoned(series, zone)
    convert = None if isinstance(data_type, TimestampType) else arrow_cells(data_type, zone)
    if convert is not None:
        missing = series.isnull()
        series = type(series)(
            [None if gone else convert(value) for value, gone in zip(series, missing)], name=series.name, dtype="object"
        )
    return array_of_series(series, to_arrow_type(data_type, zone), safe)


def _map_of_structs(series: Any, array: Any, zone: str, safe: bool) -> Any:
    """A column of dictionaries, which Arrow took for structs, as maps of the first field's type."""
    import pyarrow as pa

    from roost.sql.arrow import from_arrow_type
    from roost.sql.types import MapType, StringType

    if not pa.types.is_struct(array.type):
        return array
    if array.type.num_fields == 0:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    return _array_as(series, MapType(StringType(), from_arrow_type(array.type.field(0).type)), zone, safe)


def _zoned(series: Any, zone: str) -> Any:
    """Times without a zone are the session's."""
    if series.dtype.kind != "M" or getattr(series.dtype, "tz", None) is not None:
        return series
    return series.dt.tz_localize(zone, ambiguous=False, nonexistent="shift_forward")
