# SPDX-License-Identifier: Apache-2.0
"""Arrays, maps and structs.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.sql.functions.base import default, given, higher_order, maybe, number, seed_column, several

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, Union

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "cardinality",
    "concat",
    "element_at",
    "reverse",
    "size",
    "try_element_at",
    "array_append",
    "array_compact",
    "array_contains",
    "array_distinct",
    "array_except",
    "array_intersect",
    "array_join",
    "array_max",
    "array_min",
    "array_position",
    "array_prepend",
    "array_remove",
    "array_size",
    "array_union",
    "arrays_overlap",
    "arrays_zip",
    "flatten",
    "get",
    "sequence",
    "slice",
    "sort_array",
    "named_struct",
    "map_contains_key",
    "map_entries",
    "map_from_arrays",
    "map_from_entries",
    "map_keys",
    "map_values",
    "array",
    "struct",
    "create_map",
    "map_concat",
    "str_to_map",
    "array_insert",
    "array_repeat",
    "shuffle",
    "transform",
    "exists",
    "forall",
    "filter",
    "aggregate",
    "reduce",
    "zip_with",
    "transform_keys",
    "transform_values",
    "map_filter",
    "map_zip_with",
    "array_sort",
]


def cardinality(col: ColumnOrName) -> Column:
    """How many elements an array or map has."""
    return call("cardinality", col)


def concat(*cols: ColumnOrName) -> Column:
    """Texts, bytes or arrays one after the other."""
    return call("concat", *cols)


def element_at(col: ColumnOrName, extraction: Any) -> Column:
    """The element of an array at a position from 1 (negative from the end), or of a map at a key."""
    return call("element_at", col, lit(extraction))


def reverse(col: ColumnOrName) -> Column:
    """The text or array the other way round."""
    return call("reverse", col)


def size(col: ColumnOrName) -> Column:
    """How many elements an array or map has."""
    return call("size", col)


def try_element_at(col: ColumnOrName, extraction: ColumnOrName) -> Column:
    """As `element_at`, or null where there is none."""
    return call("try_element_at", col, extraction)


def array_append(col: ColumnOrName, value: Any) -> Column:
    """The array with one element more at the end."""
    return call("array_append", col, lit(value))


def array_compact(col: ColumnOrName) -> Column:
    """The array without nulls."""
    return call("array_compact", col)


def array_contains(col: ColumnOrName, value: Any) -> Column:
    """Whether the array has an element."""
    return call("array_contains", col, lit(value))


def array_distinct(col: ColumnOrName) -> Column:
    """The array with every element once."""
    return call("array_distinct", col)


def array_except(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The elements of the first array that the second has not, each once."""
    return call("array_except", col1, col2)


def array_intersect(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The elements that both arrays have, each once."""
    return call("array_intersect", col1, col2)


def array_join(col: ColumnOrName, delimiter: str, null_replacement: Optional[str] = None) -> Column:
    """The elements as one text with a delimiter between; nulls are replaced or passed over."""
    return given("array_join", col, lit(delimiter), maybe(null_replacement))


def array_max(col: ColumnOrName) -> Column:
    """The greatest element."""
    return call("array_max", col)


def array_min(col: ColumnOrName) -> Column:
    """The least element."""
    return call("array_min", col)


def array_position(col: ColumnOrName, value: Any) -> Column:
    """The position from 1 of an element; 0 if it is not there."""
    return call("array_position", col, lit(value))


def array_prepend(col: ColumnOrName, value: Any) -> Column:
    """The array with one element more at the start."""
    return call("array_prepend", col, lit(value))


def array_remove(col: ColumnOrName, element: Any) -> Column:
    """The array without the elements equal to one."""
    return call("array_remove", col, lit(element))


def array_size(col: ColumnOrName) -> Column:
    """How many elements the array has."""
    return call("array_size", col)


def array_union(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The elements of both arrays, each once."""
    return call("array_union", col1, col2)


def arrays_overlap(a1: ColumnOrName, a2: ColumnOrName) -> Column:
    """Whether both arrays have an element in common."""
    return call("arrays_overlap", a1, a2)


def arrays_zip(*cols: ColumnOrName) -> Column:
    """An array of structs of the elements at the same position."""
    return call("arrays_zip", *cols)


def flatten(col: ColumnOrName) -> Column:
    """An array of arrays as one array."""
    return call("flatten", col)


def get(col: ColumnOrName, index: Union[ColumnOrName, int]) -> Column:
    """The element at a position from 0, or null."""
    return call("get", col, number(index))


def sequence(start: ColumnOrName, stop: ColumnOrName, step: Optional[ColumnOrName] = None) -> Column:
    """The numbers or dates from one to another."""
    return given("sequence", start, stop, step)


def slice(x: ColumnOrName, start: Union[ColumnOrName, int], length: Union[ColumnOrName, int]) -> Column:
    """A part of the array from a position from 1 (negative from the end), of a length."""
    return call("slice", x, number(start), number(length))


def sort_array(col: ColumnOrName, asc: bool = True) -> Column:
    """The array in rising (nulls first) or falling (nulls last) order."""
    return call("sort_array", col, lit(asc))


def named_struct(*cols: ColumnOrName) -> Column:
    """A struct of names and values in turn."""
    return call("named_struct", *cols)


def map_contains_key(col: ColumnOrName, value: Any) -> Column:
    """Whether the map has a key."""
    return call("map_contains_key", col, lit(value))


def map_entries(col: ColumnOrName) -> Column:
    """The entries as an array of structs."""
    return call("map_entries", col)


def map_from_arrays(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """A map of an array of keys and an array of values."""
    return call("map_from_arrays", col1, col2)


def map_from_entries(col: ColumnOrName) -> Column:
    """A map of an array of structs of key and value."""
    return call("map_from_entries", col)


def map_keys(col: ColumnOrName) -> Column:
    """The keys as an array."""
    return call("map_keys", col)


def map_values(col: ColumnOrName) -> Column:
    """The values as an array."""
    return call("map_values", col)


def array(*cols: Any) -> Column:
    """An array of values."""
    return call("array", *several(cols))


def struct(*cols: Any) -> Column:
    """A struct of columns, named as they are."""
    return call("struct", *several(cols))


def create_map(*cols: Any) -> Column:
    """A map of keys and values in turn."""
    return call("map", *several(cols))


def map_concat(*cols: Any) -> Column:
    """Maps as one."""
    return call("map_concat", *several(cols))


def str_to_map(
    text: ColumnOrName,
    pairDelim: Optional[ColumnOrName] = None,
    keyValueDelim: Optional[ColumnOrName] = None,
) -> Column:
    """The map of a text such as ``a:1,b:2``."""
    return call("str_to_map", text, default(pairDelim, ","), default(keyValueDelim, ":"))


def array_insert(arr: ColumnOrName, pos: Union[ColumnOrName, int], value: Any) -> Column:
    """The array with an element put in at a position from 1 (negative from the end)."""
    return call("array_insert", arr, number(pos), lit(value))


def array_repeat(col: ColumnOrName, count: Union[ColumnOrName, int]) -> Column:
    """An array of one value, several times."""
    return call("array_repeat", col, number(count))


def shuffle(col: ColumnOrName, seed: Optional[Union[Column, int]] = None) -> Column:
    """The array in random order."""
    return call("shuffle", col, seed_column(seed))


def transform(col: ColumnOrName, f: Callable[..., Column]) -> Column:
    """A function applied to every element (and its position).

    Examples
    --------
    >>> from roost.sql import functions as F
    >>> df = spark.createDataFrame([([1, 2],)], ["a"])
    >>> df.select(F.transform("a", lambda x: x * 10).alias("b")).collect()
    [Row(b=[10, 20])]
    """
    return higher_order("transform", (col,), f)


def exists(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether the function is true for some element."""
    return higher_order("exists", (col,), f)


def forall(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether the function is true for every element."""
    return higher_order("forall", (col,), f)


def filter(col: ColumnOrName, f: Callable[..., Column]) -> Column:
    """The elements for which the function (perhaps of the position, too) is true."""
    return higher_order("filter", (col,), f)


def aggregate(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Optional[Callable[[Column], Column]] = None,
) -> Column:
    """The elements merged into a value one by one, which a last function may change."""
    return higher_order("aggregate", (col, initialValue), merge, *(() if finish is None else (finish,)))


def reduce(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Optional[Callable[[Column], Column]] = None,
) -> Column:
    """The elements merged into a value one by one, which a last function may change."""
    return higher_order("reduce", (col, initialValue), merge, *(() if finish is None else (finish,)))


def zip_with(left: ColumnOrName, right: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """A function applied to the elements at the same position of two arrays."""
    return higher_order("zip_with", (left, right), f)


def transform_keys(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with new keys, made from key and value."""
    return higher_order("transform_keys", (col,), f)


def transform_values(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with new values, made from key and value."""
    return higher_order("transform_values", (col,), f)


def map_filter(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The entries for which the function of key and value is true."""
    return higher_order("map_filter", (col,), f)


def map_zip_with(
    col1: ColumnOrName, col2: ColumnOrName, f: Callable[[Column, Column, Column], Column]
) -> Column:
    """Two maps as one, its values made from the key and both values."""
    return higher_order("map_zip_with", (col1, col2), f)


def array_sort(
    col: ColumnOrName, comparator: Optional[Callable[[Column, Column], Column]] = None
) -> Column:
    """The array in rising order, nulls last, or in the order of a function that compares two elements."""
    return higher_order("array_sort", (col,), *(() if comparator is None else (comparator,)))
