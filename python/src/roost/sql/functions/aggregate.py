# SPDX-License-Identifier: Apache-2.0
"""Aggregates over groups of rows.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, call_flags, lit
from roost.sql.functions.base import deprecated, given, is_star, maybe, numbers, seed_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple, Union

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "any_value",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bitmap_and_agg",
    "bitmap_construct_agg",
    "bitmap_or_agg",
    "bool_and",
    "bool_or",
    "collect_list",
    "collect_set",
    "corr",
    "count",
    "count_if",
    "covar_pop",
    "covar_samp",
    "every",
    "first",
    "first_value",
    "grouping",
    "grouping_id",
    "histogram_numeric",
    "kurtosis",
    "last",
    "last_value",
    "listagg",
    "max",
    "max_by",
    "median",
    "min",
    "min_by",
    "product",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "skewness",
    "some",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "try_avg",
    "try_sum",
    "var_pop",
    "var_samp",
    "variance",
    "approx_percentile",
    "count_min_sketch",
    "mode",
    "percentile",
    "percentile_approx",
    "mean",
    "approx_count_distinct",
    "approxCountDistinct",
    "count_distinct",
    "countDistinct",
    "sum_distinct",
    "sumDistinct",
    "listagg_distinct",
    "string_agg_distinct",
]


def any_value(col: ColumnOrName, ignoreNulls: Optional[Union[bool, Column]] = None) -> Column:
    """Some value of the group."""
    return given("any_value", col, lit(ignoreNulls) if isinstance(ignoreNulls, bool) else ignoreNulls)


def array_agg(col: ColumnOrName) -> Column:
    """All values as an array."""
    return call("array_agg", col)


def avg(col: ColumnOrName) -> Column:
    """The mean."""
    return call("avg", col)


def bit_and(col: ColumnOrName) -> Column:
    """The bits set in all values."""
    return call("bit_and", col)


def bit_or(col: ColumnOrName) -> Column:
    """The bits set in some value."""
    return call("bit_or", col)


def bit_xor(col: ColumnOrName) -> Column:
    """The bits set in an odd number of values."""
    return call("bit_xor", col)


def bitmap_and_agg(col: ColumnOrName) -> Column:
    """The bits set in all bitmaps."""
    return call("bitmap_and_agg", col)


def bitmap_construct_agg(col: ColumnOrName) -> Column:
    """A bitmap of bit positions."""
    return call("bitmap_construct_agg", col)


def bitmap_or_agg(col: ColumnOrName) -> Column:
    """The bits set in some bitmap."""
    return call("bitmap_or_agg", col)


def bool_and(col: ColumnOrName) -> Column:
    """Whether all values are true."""
    return call("bool_and", col)


def bool_or(col: ColumnOrName) -> Column:
    """Whether some value is true."""
    return call("bool_or", col)


def collect_list(col: ColumnOrName) -> Column:
    """All values as an array."""
    return call("collect_list", col)


def collect_set(col: ColumnOrName) -> Column:
    """The distinct values as an array."""
    return call("collect_set", col)


def corr(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Pearson's correlation of two columns."""
    return call("corr", col1, col2)


def count(col: ColumnOrName) -> Column:
    """How many values are not null; of ``"*"``, how many rows."""
    return call("count", "*" if is_star(col) else col)


def count_if(col: ColumnOrName) -> Column:
    """For how many rows the condition is true."""
    return call("count_if", col)


def covar_pop(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The covariance of two columns over a population."""
    return call("covar_pop", col1, col2)


def covar_samp(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The covariance of two columns over a sample."""
    return call("covar_samp", col1, col2)


def every(col: ColumnOrName) -> Column:
    """Whether all values are true."""
    return call("every", col)


def first(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """The first value of the group, or the first that is not null."""
    return call("first", col, lit(ignorenulls))


def first_value(col: ColumnOrName, ignoreNulls: Optional[Union[bool, Column]] = None) -> Column:
    """The first value of the group, or the first that is not null."""
    return given("first_value", col, lit(ignoreNulls) if isinstance(ignoreNulls, bool) else ignoreNulls)


def grouping(col: ColumnOrName) -> Column:
    """1 where a row is a subtotal over the column, otherwise 0."""
    return call("grouping", col)


def grouping_id(*cols: ColumnOrName) -> Column:
    """The `grouping` bits of several columns as a number."""
    return call("grouping_id", *cols)


def histogram_numeric(col: ColumnOrName, nBins: Column) -> Column:
    """A histogram of the values with so many bins."""
    return call("histogram_numeric", col, nBins)


def kurtosis(col: ColumnOrName) -> Column:
    """The excess kurtosis."""
    return call("kurtosis", col)


def last(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """The last value of the group, or the last that is not null."""
    return call("last", col, lit(ignorenulls))


def last_value(col: ColumnOrName, ignoreNulls: Optional[Union[bool, Column]] = None) -> Column:
    """The last value of the group, or the last that is not null."""
    return given("last_value", col, lit(ignoreNulls) if isinstance(ignoreNulls, bool) else ignoreNulls)


def listagg(col: ColumnOrName, delimiter: Optional[Union[Column, str, bytes]] = None) -> Column:
    """The texts (or bytes) joined with a delimiter."""
    return given("listagg", col, maybe(delimiter))


def max(col: ColumnOrName) -> Column:
    """The greatest value."""
    return call("max", col)


def max_by(col: ColumnOrName, ord: ColumnOrName) -> Column:
    """The value in the row where another column is greatest."""
    return call("max_by", col, ord)


def median(col: ColumnOrName) -> Column:
    """The middle value."""
    return call("median", col)


def min(col: ColumnOrName) -> Column:
    """The least value."""
    return call("min", col)


def min_by(col: ColumnOrName, ord: ColumnOrName) -> Column:
    """The value in the row where another column is least."""
    return call("min_by", col, ord)


def product(col: ColumnOrName) -> Column:
    """The product."""
    return call("product", col)


def regr_avgx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The mean of x over pairs without nulls."""
    return call("regr_avgx", y, x)


def regr_avgy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The mean of y over pairs without nulls."""
    return call("regr_avgy", y, x)


def regr_count(y: ColumnOrName, x: ColumnOrName) -> Column:
    """How many pairs have no null."""
    return call("regr_count", y, x)


def regr_intercept(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Where the regression line meets the axis."""
    return call("regr_intercept", y, x)


def regr_r2(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The coefficient of determination of the regression."""
    return call("regr_r2", y, x)


def regr_slope(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The slope of the regression line."""
    return call("regr_slope", y, x)


def regr_sxx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The sum of squares of x around its mean."""
    return call("regr_sxx", y, x)


def regr_sxy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The sum of products of x and y around their means."""
    return call("regr_sxy", y, x)


def regr_syy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The sum of squares of y around its mean."""
    return call("regr_syy", y, x)


def skewness(col: ColumnOrName) -> Column:
    """The skewness."""
    return call("skewness", col)


def some(col: ColumnOrName) -> Column:
    """Whether some value is true."""
    return call("some", col)


def std(col: ColumnOrName) -> Column:
    """The standard deviation of a sample."""
    return call("std", col)


def stddev(col: ColumnOrName) -> Column:
    """The standard deviation of a sample."""
    return call("stddev", col)


def stddev_pop(col: ColumnOrName) -> Column:
    """The standard deviation of a population."""
    return call("stddev_pop", col)


def stddev_samp(col: ColumnOrName) -> Column:
    """The standard deviation of a sample."""
    return call("stddev_samp", col)


def string_agg(col: ColumnOrName, delimiter: Optional[Union[Column, str, bytes]] = None) -> Column:
    """The texts (or bytes) joined with a delimiter."""
    return given("string_agg", col, maybe(delimiter))


def sum(col: ColumnOrName) -> Column:
    """The sum."""
    return call("sum", col)


def try_avg(col: ColumnOrName) -> Column:
    """The mean, or null where it does not fit."""
    return call("try_avg", col)


def try_sum(col: ColumnOrName) -> Column:
    """The sum, or null where it does not fit."""
    return call("try_sum", col)


def var_pop(col: ColumnOrName) -> Column:
    """The variance of a population."""
    return call("var_pop", col)


def var_samp(col: ColumnOrName) -> Column:
    """The variance of a sample."""
    return call("var_samp", col)


def variance(col: ColumnOrName) -> Column:
    """The variance of a sample."""
    return call("variance", col)


def approx_percentile(
    col: ColumnOrName,
    percentage: Union[Column, float, Sequence[float], Tuple[float, ...]],
    accuracy: Union[Column, int] = 10000,
) -> Column:
    """An element of the group at about a share (or shares) of its order."""
    return call("approx_percentile", col, numbers(percentage), lit(accuracy))


def count_min_sketch(
    col: ColumnOrName,
    eps: Union[Column, float],
    confidence: Union[Column, float],
    seed: Optional[Union[Column, int]] = None,
) -> Column:
    """A count-min sketch of the values."""
    return call("count_min_sketch", col, lit(eps), lit(confidence), seed_column(seed))


def mode(col: ColumnOrName, deterministic: bool = False) -> Column:
    """The most frequent value."""
    return call("mode", col, lit(True)) if deterministic else call("mode", col)


def percentile(
    col: ColumnOrName,
    percentage: Union[Column, float, Sequence[float], Tuple[float, ...]],
    frequency: Union[Column, int] = 1,
) -> Column:
    """The exact percentile (or percentiles) of numbers or intervals."""
    return call("percentile", col, numbers(percentage), lit(frequency))


def percentile_approx(
    col: ColumnOrName,
    percentage: Union[Column, float, Sequence[float], Tuple[float, ...]],
    accuracy: Union[Column, int] = 10000,
) -> Column:
    """An element of the group at about a share (or shares) of its order."""
    return call("percentile_approx", col, numbers(percentage), lit(accuracy))


def mean(col: ColumnOrName) -> Column:
    """The mean."""
    return call("avg", col)


def approx_count_distinct(col: ColumnOrName, rsd: Optional[float] = None) -> Column:
    """About how many distinct values there are, with a relative error of `rsd` (0.05)."""
    return given("approx_count_distinct", col, maybe(rsd))


def approxCountDistinct(col: ColumnOrName, rsd: Optional[float] = None) -> Column:
    """The old name of `approx_count_distinct`."""
    deprecated("approxCountDistinct", "3.4", "approx_count_distinct")
    return approx_count_distinct(col, rsd)


def count_distinct(col: ColumnOrName, *cols: ColumnOrName) -> Column:
    """How many distinct values (or combinations) without null there are."""
    return call_flags("count", 1, col, *cols)


def countDistinct(col: ColumnOrName, *cols: ColumnOrName) -> Column:
    """The same as `count_distinct`."""
    return call_flags("count", 1, col, *cols)


def sum_distinct(col: ColumnOrName) -> Column:
    """The sum of the distinct values."""
    return call_flags("sum", 1, col)


def sumDistinct(col: ColumnOrName) -> Column:
    """The old name of `sum_distinct`."""
    deprecated("sumDistinct", "3.4", "sum_distinct")
    return sum_distinct(col)


def listagg_distinct(col: ColumnOrName, delimiter: Optional[Union[Column, str, bytes]] = None) -> Column:
    """The distinct texts (or bytes) joined with a delimiter."""
    return call_flags("listagg", 1, col, *(() if delimiter is None else (lit(delimiter),)))


def string_agg_distinct(col: ColumnOrName, delimiter: Optional[Union[Column, str, bytes]] = None) -> Column:
    """The distinct texts (or bytes) joined with a delimiter."""
    return call_flags("string_agg", 1, col, *(() if delimiter is None else (lit(delimiter),)))
