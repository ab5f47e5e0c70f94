# SPDX-License-Identifier: Apache-2.0
"""Nested values as the cells of pandas DataFrames, and such cells on their way to Arrow.

A struct is a Row or a dictionary, a list a list or a numpy array, as two settings say
(``spark.sql.execution.arrow.pyspark.enabled``, ``spark.sql.execution.pandas.structHandlingMode``); a
timestamp within is a ``pandas.Timestamp``.  A converter is a function of a value that is not None; None
stands for one that would change nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional

    from roost.sql.session import SparkSession
    from roost.sql.types import DataType, StructType

    Converter = Optional[Callable[[Any], Any]]

__all__ = ["Cells", "arrow_cells", "is_nested"]


def is_nested(data_type: DataType) -> bool:
    """Whether values of the type have values within."""
    from roost.sql.types import ArrayType, MapType, StructType

    return isinstance(data_type, (ArrayType, MapType, StructType))


def _each(convert: Converter) -> Callable[[Any], Any]:
    """The converter for values that may be None."""
    if convert is None:
        return lambda value: value
    return lambda value: None if value is None else convert(value)


class Cells:
    """What values become in a pandas DataFrame by a session's settings."""

    def __init__(self, session: SparkSession) -> None:
        from roost.sql.pandas_by_arrow import is_by_arrow

        self._by_arrow = is_by_arrow(session)
        mode = session.conf.get("spark.sql.execution.pandas.structHandlingMode")
        self._legacy = mode == "legacy"
        self._dicts = mode == "dict" or (self._legacy and self._by_arrow)

    def converter(self, data_type: DataType) -> Converter:
        """For values of a type that stand in a column, or within another value."""
        from roost.sql.types import ArrayType, MapType, StructType, TimestampNTZType, TimestampType

        if isinstance(data_type, ArrayType):
            return self._list(data_type.elementType)
        if isinstance(data_type, MapType):
            return self._map(data_type)
        if isinstance(data_type, StructType):
            return self._struct(data_type)
        if isinstance(data_type, (TimestampType, TimestampNTZType)):
            import pandas as pd

            return pd.Timestamp
        return None

    def _list(self, element: DataType) -> Converter:
        convert = self.converter(element)
        if self._by_arrow:
            return lambda values: _numpy(values, element, convert)
        if convert is None:
            return None
        item = _each(convert)
        return lambda values: [item(value) for value in values]

    def _map(self, data_type: Any) -> Converter:
        converters = self.converter(data_type.keyType), self.converter(data_type.valueType)
        if converters == (None, None):
            return None
        key, value = map(_each, converters)
        return lambda pairs: {key(k): value(v) for k, v in pairs.items()}

    def _struct(self, struct: StructType) -> Converter:
        from roost.sql.row import Row

        converters = [self.converter(field.dataType) for field in struct.fields]
        fields = [_each(convert) for convert in converters]
        if not self._dicts:
            shape = Row(*struct.names)
            if not any(converters):
                return None
            return lambda row: shape(*[convert(value) for convert, value in zip(fields, row)])
        if self._legacy:
            _check_names(struct.names)
        names = _numbered(struct.names)
        return lambda row: {name: convert(value) for name, convert, value in zip(names, fields, row)}


def _numpy(values: Any, element: DataType, convert: Converter) -> Any:
    """A list as the array that Arrow makes of it."""
    import numpy as np

    from roost.sql.pandas_exchange import to_series
    from roost.sql.types import NumericType

    if isinstance(element, NumericType) or element.typeName() == "boolean":
        return to_series(list(values), element).to_numpy()
    made = np.empty(len(values), dtype=object)
    item = _each(convert)
    for place, value in enumerate(values):
        made[place] = item(value)
    return made


def _check_names(names: List[str]) -> None:
    """Arrow's structs have each name once."""
    from roost.errors.base import UnsupportedOperationException

    if len(set(names)) == len(names):
        return
    raise UnsupportedOperationException(
        errorClass="DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT", messageParameters={"fieldNames": f"[{', '.join(names)}]"}
    )


def _numbered(names: List[str]) -> List[str]:
    """Names that occur more than once get numbers, so that a dictionary has them all."""
    met: dict = {}
    made = []
    for name in names:
        if names.count(name) > 1:
            met[name] = met.get(name, -1) + 1
            name = f"{name}_{met[name]}"
        made.append(name)
    return made


def arrow_cells(data_type: DataType, zone: str) -> Converter:
    """For cells that pyarrow is to take as values of a type: moments get their zone, structs their names."""
    from zoneinfo import ZoneInfo

    from roost.sql.types import ArrayType, MapType, StructType, TimestampType, UserDefinedType

    if isinstance(data_type, TimestampType):
        there = ZoneInfo(zone)
        return lambda time: time if time.tzinfo else time.replace(tzinfo=there)
    if isinstance(data_type, UserDefinedType):
        stored = _each(arrow_cells(data_type.sqlType(), zone))
        return lambda value: stored(data_type.serialize(value))
    if isinstance(data_type, ArrayType):
        item = _each(arrow_cells(data_type.elementType, zone))
        return lambda values: [item(value) for value in values]
    if isinstance(data_type, MapType):
        key, value = (_each(arrow_cells(kind, zone)) for kind in (data_type.keyType, data_type.valueType))
        return lambda pairs: [(key(k), value(v)) for k, v in (pairs.items() if isinstance(pairs, dict) else pairs)]
    if isinstance(data_type, StructType):
        _check_names(data_type.names)
        fields = [(field.name, _each(arrow_cells(field.dataType, zone))) for field in data_type.fields]
        return lambda row: {name: convert(_member(row, name, i)) for i, (name, convert) in enumerate(fields)}
    return None


def _member(row: Any, name: str, place: int) -> Any:
    return row.get(name) if isinstance(row, dict) else row[place]
