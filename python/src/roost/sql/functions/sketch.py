# SPDX-License-Identifier: Apache-2.0
"""Sketches: small summaries of large groups.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call
from roost.sql.functions.base import given, maybe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Union

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "hll_sketch_agg",
    "hll_union_agg",
    "hll_union",
    "hll_sketch_estimate",
    "kll_sketch_agg_bigint",
    "kll_sketch_agg_double",
    "kll_sketch_agg_float",
    "kll_sketch_get_n_bigint",
    "kll_sketch_get_n_double",
    "kll_sketch_get_n_float",
    "kll_sketch_get_quantile_bigint",
    "kll_sketch_get_quantile_double",
    "kll_sketch_get_quantile_float",
    "kll_sketch_get_rank_bigint",
    "kll_sketch_get_rank_double",
    "kll_sketch_get_rank_float",
    "kll_sketch_merge_bigint",
    "kll_sketch_merge_double",
    "kll_sketch_merge_float",
    "kll_sketch_to_string_bigint",
    "kll_sketch_to_string_double",
    "kll_sketch_to_string_float",
    "theta_intersection_agg",
    "theta_sketch_agg",
    "theta_union_agg",
    "theta_difference",
    "theta_intersection",
    "theta_sketch_estimate",
    "theta_union",
    "bitmap_bit_position",
    "bitmap_bucket_number",
    "bitmap_count",
]


def hll_sketch_agg(col: ColumnOrName, lgConfigK: Optional[Union[Column, int]] = None) -> Column:
    """A HyperLogLog sketch of the values."""
    return given("hll_sketch_agg", col, maybe(lgConfigK))


def hll_union_agg(col: ColumnOrName, allowDifferentLgConfigK: Optional[Union[bool, Column]] = None) -> Column:
    """The union of HyperLogLog sketches."""
    return given("hll_union_agg", col, maybe(allowDifferentLgConfigK))


def hll_union(
    col1: ColumnOrName, col2: ColumnOrName, allowDifferentLgConfigK: Optional[bool] = None
) -> Column:
    """Two HyperLogLog sketches as one."""
    return given("hll_union", col1, col2, maybe(allowDifferentLgConfigK))


def hll_sketch_estimate(col: ColumnOrName) -> Column:
    """About how many distinct values a HyperLogLog sketch has seen."""
    return call("hll_sketch_estimate", col)


def kll_sketch_agg_bigint(col: ColumnOrName, k: Optional[Union[Column, int]] = None) -> Column:
    """A KLL quantile sketch of whole numbers."""
    return given("kll_sketch_agg_bigint", col, maybe(k))


def kll_sketch_agg_double(col: ColumnOrName, k: Optional[Union[Column, int]] = None) -> Column:
    """A KLL quantile sketch of doubles."""
    return given("kll_sketch_agg_double", col, maybe(k))


def kll_sketch_agg_float(col: ColumnOrName, k: Optional[Union[Column, int]] = None) -> Column:
    """A KLL quantile sketch of floats."""
    return given("kll_sketch_agg_float", col, maybe(k))


def kll_sketch_get_n_bigint(col: ColumnOrName) -> Column:
    """How many values a KLL sketch of whole numbers has seen."""
    return call("kll_sketch_get_n_bigint", col)


def kll_sketch_get_n_double(col: ColumnOrName) -> Column:
    """How many values a KLL sketch of doubles has seen."""
    return call("kll_sketch_get_n_double", col)


def kll_sketch_get_n_float(col: ColumnOrName) -> Column:
    """How many values a KLL sketch of floats has seen."""
    return call("kll_sketch_get_n_float", col)


def kll_sketch_get_quantile_bigint(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """The value at a rank (or an array of ranks) in a KLL sketch of whole numbers."""
    return call("kll_sketch_get_quantile_bigint", sketch, rank)


def kll_sketch_get_quantile_double(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """The value at a rank (or an array of ranks) in a KLL sketch of doubles."""
    return call("kll_sketch_get_quantile_double", sketch, rank)


def kll_sketch_get_quantile_float(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """The value at a rank (or an array of ranks) in a KLL sketch of floats."""
    return call("kll_sketch_get_quantile_float", sketch, rank)


def kll_sketch_get_rank_bigint(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """The rank of a value (or an array of values) in a KLL sketch of whole numbers."""
    return call("kll_sketch_get_rank_bigint", sketch, quantile)


def kll_sketch_get_rank_double(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """The rank of a value (or an array of values) in a KLL sketch of doubles."""
    return call("kll_sketch_get_rank_double", sketch, quantile)


def kll_sketch_get_rank_float(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """The rank of a value (or an array of values) in a KLL sketch of floats."""
    return call("kll_sketch_get_rank_float", sketch, quantile)


def kll_sketch_merge_bigint(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Two KLL sketches of whole numbers as one."""
    return call("kll_sketch_merge_bigint", left, right)


def kll_sketch_merge_double(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Two KLL sketches of doubles as one."""
    return call("kll_sketch_merge_double", left, right)


def kll_sketch_merge_float(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Two KLL sketches of floats as one."""
    return call("kll_sketch_merge_float", left, right)


def kll_sketch_to_string_bigint(col: ColumnOrName) -> Column:
    """A KLL sketch of whole numbers as text for people."""
    return call("kll_sketch_to_string_bigint", col)


def kll_sketch_to_string_double(col: ColumnOrName) -> Column:
    """A KLL sketch of doubles as text for people."""
    return call("kll_sketch_to_string_double", col)


def kll_sketch_to_string_float(col: ColumnOrName) -> Column:
    """A KLL sketch of floats as text for people."""
    return call("kll_sketch_to_string_float", col)


def theta_intersection_agg(col: ColumnOrName) -> Column:
    """The intersection of theta sketches."""
    return call("theta_intersection_agg", col)


def theta_sketch_agg(col: ColumnOrName, lgNomEntries: Optional[Union[Column, int]] = None) -> Column:
    """A theta sketch of the values."""
    return given("theta_sketch_agg", col, maybe(lgNomEntries))


def theta_union_agg(col: ColumnOrName, lgNomEntries: Optional[Union[Column, int]] = None) -> Column:
    """The union of theta sketches."""
    return given("theta_union_agg", col, maybe(lgNomEntries))


def theta_difference(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """What the first theta sketch has and the second has not."""
    return call("theta_difference", col1, col2)


def theta_intersection(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """What both theta sketches have."""
    return call("theta_intersection", col1, col2)


def theta_sketch_estimate(col: ColumnOrName) -> Column:
    """About how many distinct values a theta sketch has seen."""
    return call("theta_sketch_estimate", col)


def theta_union(
    col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: Optional[Union[Column, int]] = None
) -> Column:
    """What either theta sketch has."""
    return given("theta_union", col1, col2, maybe(lgNomEntries))


def bitmap_bit_position(col: ColumnOrName) -> Column:
    """The position of a number's bit in its bitmap."""
    return call("bitmap_bit_position", col)


def bitmap_bucket_number(col: ColumnOrName) -> Column:
    """The number of the bitmap that holds a number's bit."""
    return call("bitmap_bucket_number", col)


def bitmap_count(col: ColumnOrName) -> Column:
    """How many bits of a bitmap are set."""
    return call("bitmap_count", col)
