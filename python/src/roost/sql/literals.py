# SPDX-License-Identifier: Apache-2.0
"""Literals beyond the plain ones: enums, lists, numpy values.

The extension writes None, bool, int, float, str, bytes, Decimal and the classes of ``datetime`` by
itself; everything else comes here.
"""

from __future__ import annotations

from roost._core import lit, op
from roost.errors.base import PySparkTypeError, PySparkValueError, SparkRuntimeException
from roost.sql.column import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional


def column_of_value(value: Any) -> Column:
    """A Column for a value that is not a plain one.

    Raises
    ------
    PySparkTypeError
        for a value that no literal can hold
    """
    from enum import Enum

    if isinstance(value, Enum):
        return lit(value.value)
    if isinstance(value, (list, tuple)) and type(value).__name__ != "Row":
        if any(isinstance(item, Column) for item in value):
            raise PySparkValueError(errorClass="COLUMN_IN_LIST", messageParameters={"func_name": "lit"})
        return op("array", *[lit(item) for item in value])
    if type(value).__module__ == "numpy":
        found = _column_of_numpy(value)
        return found if found is not None else lit(value.item())
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise PySparkValueError(
                errorClass="VALUE_NOT_BETWEEN",
                messageParameters={"arg_name": "value", "min": str(-(2**63)), "max": "32767"},
            )
        return lit(int(value))
    for plain in (float, str):
        if isinstance(value, plain):
            return lit(plain(value))
    if isinstance(value, (dict, set)):
        raise _no_literal(value)
    raise PySparkTypeError(errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": type(value).__name__})


def _no_literal(value: Any) -> SparkRuntimeException:
    """The error about what Spark takes and then has no type for."""
    from roost.sql.java_text import java_text

    text, kind = (java_text(value), "HashMap") if isinstance(value, dict) else (java_text(list(value)), "HashSet")
    return SparkRuntimeException(
        errorClass="UNSUPPORTED_FEATURE.LITERAL_TYPE",
        messageParameters={"value": text, "type": f"class java.util.{kind}"},
    )


def numpy_literal(value: Any) -> Column:
    """A Column for a value of numpy's; ``lit`` keeps the type of a number, which is plain in an expression."""
    from roost.sql.inference import _from_numpy_type
    from roost.sql.types import NumericType

    found = _column_of_numpy(value)
    if found is not None:
        return found
    data_type, plain = _from_numpy_type(value.dtype), lit(value.item())
    return plain.cast(data_type).alias(str(value)) if isinstance(data_type, NumericType) else plain


def _column_of_numpy(value: Any) -> Optional[Column]:
    """A Column for an array; None for a single value."""
    from roost.sql.inference import _from_numpy_type
    from roost.sql.types import ArrayType

    dimensions = getattr(value, "ndim", 0)
    if dimensions > 1:
        raise PySparkTypeError(
            errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": type(value).__name__}
        )
    data_type = _from_numpy_type(value.dtype)
    if data_type is None:
        raise PySparkTypeError(
            errorClass="UNSUPPORTED_NUMPY_ARRAY_SCALAR", messageParameters={"dtype": value.dtype.name}
        )
    if dimensions == 0:
        return None
    return op("array", *[lit(item) for item in value.tolist()]).cast(ArrayType(data_type))
