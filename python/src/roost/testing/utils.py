# SPDX-License-Identifier: Apache-2.0
"""``assertDataFrameEqual`` and ``assertSchemaEqual``; and, by PySpark's names, what `cases` has."""

from __future__ import annotations

from roost.errors.base import PySparkAssertionError, PySparkTypeError
from roost.testing.packages import answer, have_package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Optional

    from roost.sql.types import StructType

__all__ = ["assertDataFrameEqual", "assertSchemaEqual", "have_package"]

is_ansi_mode_test = True
ansi_mode_not_supported_message = "ANSI mode is not supported"


def __getattr__(name: str) -> Any:
    """The classes of `cases`, which import unittest, and what packages there are."""
    from roost.testing import cases

    return getattr(cases, name) if name in cases.__all__ else answer(name)


def assertSchemaEqual(
    actual: StructType,
    expected: StructType,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
) -> None:
    """Raise unless two schemas are equal.

    Parameters
    ----------
    actual, expected : StructType
    ignoreNullable : bool
        whether columns may differ in whether they can be null
    ignoreColumnOrder : bool
        whether the columns may be in another order
    ignoreColumnName : bool
        whether the columns may have other names

    Raises
    ------
    PySparkAssertionError
        with the difference in its text
    """
    __tracebackhide__ = True
    import difflib

    from roost.sql.types import StructField, StructType

    for name, schema in (("actual", actual), ("expected", expected)):
        if not isinstance(schema, StructType):
            raise PySparkTypeError(
                errorClass="NOT_STRUCT", messageParameters={"arg_name": name, "arg_type": type(schema).__name__}
            )
    if ignoreColumnOrder:
        actual = StructType(sorted(actual, key=lambda field: field.name))
        expected = StructType(sorted(expected, key=lambda field: field.name))
    if ignoreColumnName:
        actual, expected = (
            StructType([StructField(str(i), f.dataType, f.nullable) for i, f in enumerate(schema)])
            for schema in (actual, expected)
        )
    equal = _alike(actual, expected) if ignoreNullable else actual == expected
    if not equal:
        difference = "\n".join(difflib.ndiff(str(actual).splitlines(), str(expected).splitlines()))
        raise PySparkAssertionError(errorClass="DIFFERENT_SCHEMA", messageParameters={"error_msg": difference})


def _alike(a: Any, b: Any) -> bool:
    """Whether types are equal but for what may be null."""
    if a.typeName() != b.typeName():
        return False
    kind = a.typeName()
    if kind == "array":
        return _alike(a.elementType, b.elementType)
    if kind == "decimal":
        return (a.precision, a.scale) == (b.precision, b.scale)
    if kind == "struct":
        return len(a) == len(b) and all(x.name == y.name and _alike(x.dataType, y.dataType) for x, y in zip(a, b))
    return True


def _check_argument(name: str, value: Any) -> None:
    from roost.sql.dataframe import DataFrame

    if not isinstance(value, (DataFrame, list)):
        raise PySparkAssertionError(
            errorClass="INVALID_TYPE_DF_EQUALITY_ARG",
            messageParameters={
                "expected_type": "Union[DataFrame, ps.DataFrame, List[Row]]",
                "arg_name": name,
                "actual_type": None if value is None else type(value),
            },
        )


def assertDataFrameEqual(
    actual: Any,
    expected: Any,
    checkRowOrder: bool = False,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
    ignoreColumnType: bool = False,
    maxErrors: Optional[int] = None,
    showOnlyDiff: bool = False,
    includeDiffRows: bool = False,
) -> Optional[bool]:
    """Raise unless two DataFrames (or lists of rows) hold the same.

    Parameters
    ----------
    actual, expected : DataFrame, pandas.DataFrame or list of Row
    checkRowOrder : bool
        whether the rows must be in the same order
    rtol, atol : float
        how far floats and decimals may differ: ``atol + rtol * abs(expected)``
    ignoreNullable, ignoreColumnOrder, ignoreColumnName : bool
        see `assertSchemaEqual`
    ignoreColumnType : bool
        whether values are compared as text
    maxErrors : int, optional
        after how many different rows the comparison ends
    showOnlyDiff : bool
        whether the text shows different rows only
    includeDiffRows : bool
        whether the error's ``data`` holds the pairs of rows that differ

    Raises
    ------
    PySparkAssertionError

    Examples
    --------
    >>> from roost.testing import assertDataFrameEqual
    >>> assertDataFrameEqual(spark.range(2), spark.range(2))
    """
    __tracebackhide__ = True
    if actual is None and expected is None:
        return True
    if _is_pandas(actual) or _is_pandas(expected):
        _assert_pandas_equal(actual, expected, rtol, atol)
        return None
    _check_argument("actual", actual)
    _check_argument("expected", expected)
    if ignoreColumnOrder:
        actual = actual.select(*sorted(actual.columns))
        expected = expected.select(*sorted(expected.columns))
    if ignoreColumnName:
        actual = actual.toDF(*[str(i) for i in range(len(actual.columns))])
        expected = expected.toDF(*[str(i) for i in range(len(expected.columns))])
    if ignoreColumnType:
        actual, expected = _as_text(actual), _as_text(expected)
    if not isinstance(actual, list) and not isinstance(expected, list):
        assertSchemaEqual(actual.schema, expected.schema, ignoreNullable=ignoreNullable)
    found = actual if isinstance(actual, list) else actual.collect()
    wanted = expected if isinstance(expected, list) else expected.collect()
    if not checkRowOrder:
        found, wanted = sorted(found, key=str), sorted(wanted, key=str)
    _assert_rows_equal(found, wanted, rtol, atol, maxErrors, showOnlyDiff, includeDiffRows)
    return None


def _as_text(frame: Any) -> Any:
    """All columns as text, whole numbers alike whatever their type."""
    from roost.sql.functions import col, when

    for name in frame.columns:
        number = col(name).cast("float")
        whole = number.isNotNull() & (number == col(name).cast("int"))
        text = when(whole, col(name).cast("int").cast("string")).otherwise(col(name).cast("string"))
        frame = frame.withColumn(name, text)
    return frame


def _close(a: Any, b: Any, rtol: float, atol: float) -> bool:
    """Whether two values are equal, as far as numbers with a fraction can be."""
    from decimal import Decimal

    from roost.sql.types import Row

    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_close(x, y, rtol, atol) for x, y in zip(a, b))
    if isinstance(a, Row) and isinstance(b, Row):
        return all(_close(x, y, rtol, atol) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_close(a[key], b[key], rtol, atol) for key in a)
    if isinstance(a, float) and isinstance(b, float):
        return not abs(a - b) > atol + rtol * abs(b)
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return not abs(a - b) > Decimal(atol) + Decimal(rtol) * abs(b)
    if type(a).__name__ == type(b).__name__ == "VariantVal":
        return _close(a.toPython(), b.toPython(), rtol, atol)
    return bool(a == b)


def _assert_rows_equal(
    found: List[Any],
    wanted: List[Any],
    rtol: float,
    atol: float,
    most: Optional[int],
    only_different: bool,
    with_rows: bool,
) -> None:
    __tracebackhide__ = True
    from itertools import zip_longest

    pairs = list(zip_longest(found, wanted))
    left: List[str] = []
    right: List[str] = []
    different = []
    for a, b in pairs:
        same = a is b is None or (a is not None and b is not None and _close(a, b, rtol, atol))
        if not same:
            different.append((a, b))
        if not same or not only_different:
            left.extend(str(a).splitlines())
            right.extend(str(b).splitlines())
        if most is not None and len(different) >= most:
            break
    if different:
        text = "Results do not match: ( %.5f %% )\n" % (len(different) / len(pairs) * 100)
        raise PySparkAssertionError(
            errorClass="DIFFERENT_ROWS",
            messageParameters={"error_msg": text + "\n".join(_context_diff(left, right, len(pairs)))},
            data=different if with_rows else None,
        )


def _context_diff(actual: List[str], expected: List[str], n: int = 3) -> Iterator[str]:
    """The rows of both sides, those that differ marked, and red: PySpark asks the terminal, but not for the answer."""
    import difflib

    marks = {"insert": "+ ", "delete": "- ", "replace": "! ", "equal": "  "}

    def shown(tag: str, lines: List[str]) -> Iterator[str]:
        for line in lines:
            yield f"\033[31m{marks[tag]}{line}\033[0m" if tag != "equal" else marks[tag] + line

    for group in difflib.SequenceMatcher(None, actual, expected).get_grouped_opcodes(n):
        yield "*** actual ***"
        if any(tag in ("replace", "delete") for tag, *_ in group):
            for tag, first, last, _, _ in group:
                yield from shown(tag, actual[first:last])
        yield "\n"
        yield "*** expected ***"
        if any(tag in ("replace", "insert") for tag, *_ in group):
            for tag, _, _, first, last in group:
                yield from shown(tag, expected[first:last])


def _is_pandas(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "pandas" and type(value).__name__ == "DataFrame"


def _assert_pandas_equal(left: Any, right: Any, rtol: float, atol: float) -> None:
    """Two pandas DataFrames have the same columns and, row by row, values that are near; types may differ."""
    __tracebackhide__ = True
    for name, frame in (("left", left), ("right", right)):
        if not _is_pandas(frame):
            raise PySparkAssertionError(
                errorClass="INVALID_TYPE_DF_EQUALITY_ARG",
                messageParameters={
                    "expected_type": "DataFrame, Series, Index, ",
                    "arg_name": name,
                    "actual_type": type(frame),
                },
            )
    same = left.shape == right.shape and list(left.columns) == list(right.columns)
    if same and all(_near_columns(left.iloc[:, i], right.iloc[:, i], rtol, atol) for i in range(left.shape[1])):
        return
    raise PySparkAssertionError(
        errorClass="DIFFERENT_PANDAS_DATAFRAME",
        messageParameters={
            "left": left.to_string(),
            "left_dtype": str(left.dtypes),
            "right": right.to_string(),
            "right_dtype": str(right.dtypes),
        },
    )


def _near_columns(left: Any, right: Any, rtol: float, atol: float) -> bool:
    if list(left.isnull()) != list(right.isnull()):
        return False
    return all(_near(a, b, rtol, atol) for a, b in zip(left.dropna(), right.dropna()))


def _near(left: Any, right: Any, rtol: float, atol: float) -> bool:
    from decimal import Decimal

    if isinstance(left, (float, Decimal)) or isinstance(right, (float, Decimal)):
        return bool(abs(float(left) - float(right)) <= atol + rtol * abs(float(right)))
    return bool(left == right)
