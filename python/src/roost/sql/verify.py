# SPDX-License-Identifier: Apache-2.0
"""Values against types: the errors of ``createDataFrame`` with ``verifySchema``.

The extension accepts good rows by itself.  This runs when it stopped at a row, and says what is
wrong with it in PySpark's words, or that nothing is.
"""

from __future__ import annotations

import datetime
from array import array
from decimal import Decimal

from roost.errors.base import PySparkTypeError, PySparkValueError
from roost.sql import types as t

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional

_acceptable_types = {
    t.BooleanType: (bool,),
    t.ByteType: (int,),
    t.ShortType: (int,),
    t.IntegerType: (int,),
    t.LongType: (int,),
    t.FloatType: (float,),
    t.DoubleType: (float,),
    t.DecimalType: (Decimal,),
    t.StringType: (str,),
    t.CharType: (str,),
    t.VarcharType: (str,),
    t.BinaryType: (bytearray, bytes),
    t.DateType: (datetime.date, datetime.datetime),
    t.TimeType: (datetime.time,),
    t.TimestampType: (datetime.datetime,),
    t.TimestampNTZType: (datetime.datetime,),
    t.DayTimeIntervalType: (datetime.timedelta,),
    t.ArrayType: (list, tuple, array),
    t.MapType: (dict,),
    t.StructType: (tuple, list, dict),
    t.GeometryType: (t.Geometry,),
    t.GeographyType: (t.Geography,),
}
_BITS = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}


def _named(condition: str, name: Optional[str], **parameters: str) -> Dict[str, Any]:
    """The arguments of an error that has a form with and one without the name of the field."""
    if name is None:
        return {"errorClass": condition, "messageParameters": parameters}
    return {"errorClass": f"{condition}_WITH_NAME", "messageParameters": {"field_name": name, **parameters}}


def _unacceptable(data_type: t.DataType, obj: Any, name: Optional[str]) -> PySparkTypeError:
    return PySparkTypeError(
        **_named(
            "FIELD_DATA_TYPE_UNACCEPTABLE",
            name,
            data_type=str(data_type),
            obj=repr(obj),
            obj_type=str(type(obj)),
        )
    )


def _check_kind(data_type: t.DataType, obj: Any, name: Optional[str]) -> None:
    kinds = _acceptable_types.get(type(data_type))
    message = f"unknown datatype: {data_type} for object {obj!r}"
    assert kinds is not None, message if name is None else f"{name}: {message}"
    if type(obj) not in kinds:
        raise _unacceptable(data_type, obj, name)


def _check_range(data_type: t.DataType, obj: Any, name: Optional[str]) -> None:
    _check_kind(data_type, obj, name)
    bits = _BITS[type(data_type)]
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if not lowest <= obj <= highest:
        raise PySparkValueError(
            errorClass="VALUE_OUT_OF_BOUNDS",
            messageParameters={
                "arg_name": "obj",
                "lower_bound": str(lowest),
                "upper_bound": str(highest),
                "actual": str(obj),
            },
        )


def _make_type_verifier(
    dataType: t.DataType, nullable: bool = True, name: Optional[str] = None
) -> Callable[[Any], None]:
    """A function that raises if a value is none of the type.

    >>> _make_type_verifier(t.ByteType())(1234)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    roost.errors.base.PySparkValueError: ...
    """
    verify_value = _value_verifier(dataType, name)

    def verify(obj: Any) -> None:
        if obj is None or (isinstance(obj, Decimal) and obj.is_nan()):
            if not nullable:
                raise PySparkValueError(**_named("FIELD_NOT_NULLABLE", name))
        else:
            verify_value(obj)

    return verify


def _value_verifier(dataType: t.DataType, name: Optional[str]) -> Callable[[Any], None]:
    if isinstance(dataType, (t.StringType, t.CharType, t.VarcharType, t.VariantType)):
        return lambda obj: None
    if isinstance(dataType, t.UserDefinedType):
        return _user_defined_verifier(dataType, name)
    if type(dataType) in _BITS:
        return lambda obj: _check_range(dataType, obj, name)
    if isinstance(dataType, t.ArrayType):
        return _array_verifier(dataType, name)
    if isinstance(dataType, t.MapType):
        return _map_verifier(dataType, name)
    if isinstance(dataType, t.StructType):
        return _struct_verifier(dataType, name)
    return lambda obj: _check_kind(dataType, obj, name)


def _user_defined_verifier(dataType: t.UserDefinedType, name: Optional[str]) -> Callable[[Any], None]:
    stored = _make_type_verifier(dataType.sqlType(), name=name)

    def verify(obj: Any) -> None:
        if not (hasattr(obj, "__UDT__") and obj.__UDT__ == dataType):
            raise PySparkValueError(
                **_named("FIELD_TYPE_MISMATCH", name, obj=str(obj), data_type=str(dataType))
            )
        stored(dataType.toInternal(obj))

    return verify


def _array_verifier(dataType: t.ArrayType, name: Optional[str]) -> Callable[[Any], None]:
    element = _make_type_verifier(dataType.elementType, dataType.containsNull, f"element in array {name}")

    def verify(obj: Any) -> None:
        _check_kind(dataType, obj, name)
        for item in obj:
            element(item)

    return verify


def _map_verifier(dataType: t.MapType, name: Optional[str]) -> Callable[[Any], None]:
    key = _make_type_verifier(dataType.keyType, False, f"key of map {name}")
    value = _make_type_verifier(dataType.valueType, dataType.valueContainsNull, f"value of map {name}")

    def verify(obj: Any) -> None:
        _check_kind(dataType, obj, name)
        for k, v in obj.items():
            key(k)
            value(v)

    return verify


def _struct_verifier(dataType: t.StructType, name: Optional[str]) -> Callable[[Any], None]:
    def inner_name(field: str) -> str:
        return f"field {field}" if name is None else f"field {field} in {name}"

    fields = [(f.name, _make_type_verifier(f.dataType, f.nullable, inner_name(f.name))) for f in dataType.fields]

    def verify(obj: Any) -> None:
        if isinstance(obj, (tuple, list)) and not isinstance(obj, dict):
            if len(obj) != len(fields):
                raise PySparkValueError(
                    **_named(
                        "FIELD_STRUCT_LENGTH_MISMATCH",
                        name,
                        object_length=str(len(obj)),
                        field_length=str(len(fields)),
                    )
                )
            for value, (_, check) in zip(obj, fields):
                check(value)
        elif isinstance(obj, dict) or hasattr(obj, "__dict__"):
            values = obj if isinstance(obj, dict) else obj.__dict__
            for field, check in fields:
                check(values.get(field))
        else:
            raise _unacceptable(dataType, obj, name)

    return verify
