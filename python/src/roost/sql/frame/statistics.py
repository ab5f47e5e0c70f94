# SPDX-License-Identifier: Apache-2.0
"""Statistics and missing values: what ``df.stat`` and ``df.na`` offer."""

from __future__ import annotations

from roost._core import lit, pb
from roost.errors.base import IllegalArgumentException, PySparkTypeError, PySparkValueError
from roost.sql.column import Column, _wrong
from roost.sql.frame.base import Operations
from roost.sql.frame.relational import random_seed, to_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Union

    from roost.sql.dataframe import DataFrame

FILL_NA, DROP_NA, REPLACE = 90, 91, 92
SUMMARY, CROSSTAB, DESCRIBE, COV, CORR, APPROX_QUANTILE, FREQ_ITEMS, SAMPLE_BY = range(100, 108)
_LITERAL = 1
_NO_VALUE = object()


def _literal(value: Any) -> bytes:
    """The Literal message of a plain value."""
    from roost._core import unpack

    return dict(unpack(lit(value)._bytes))[_LITERAL]


def _names(subset: Any, condition: str = "NOT_LIST_OR_STR_OR_TUPLE") -> List[str]:
    """Names of columns given as a str, a list or a tuple; None means all."""
    if subset is None:
        return []
    if isinstance(subset, str):
        return [subset]
    if not isinstance(subset, (list, tuple)):
        raise _wrong(condition, "subset", subset)
    for name in subset:
        if not isinstance(name, str):
            raise _wrong("NOT_LIST_OR_STR_OR_TUPLE", "cols", name)
    return list(subset)


def _check_str(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise _wrong("NOT_STR", name, value)


def _wrong_item(name: str, container: Any, allowed: str, item: Any) -> PySparkTypeError:
    return PySparkTypeError(
        errorClass="DISALLOWED_TYPE_FOR_CONTAINER",
        messageParameters={
            "arg_name": name,
            "arg_type": type(container).__name__,
            "allowed_types": allowed,
            "item_type": type(item).__name__,
        },
    )


class Statistics(Operations):
    """Statistics and missing values of a DataFrame."""

    @property
    def na(self) -> DataFrameNaFunctions:
        """Functions for missing values."""
        return DataFrameNaFunctions(self)

    @property
    def stat(self) -> DataFrameStatFunctions:
        """Functions for statistics."""
        return DataFrameStatFunctions(self)

    def fillna(self, value: Any, subset: Any = None) -> DataFrame:
        """The same with nulls (and NaN) replaced.

        Parameters
        ----------
        value : int, float, str, bool or dict
            a value for all columns of its type, or values by column
        subset : str or list of str, optional
            the columns to look at
        """
        if not isinstance(value, (float, int, str, bool, dict)):
            raise _wrong("NOT_BOOL_OR_DICT_OR_FLOAT_OR_INT_OR_STR", "value", value)
        if not isinstance(value, dict):
            names = _names(subset, "NOT_LIST_OR_TUPLE")
            if subset is not None and not names:
                return self.select("*")
            return self._derive(FILL_NA, pb(1, self._input, 2, names, 3, _literal(_as_float(value))))
        if not value:
            return self.select("*")
        for name, item in value.items():
            if not isinstance(name, str):
                raise _wrong("NOT_STR", "key type of dict", name)
            if not isinstance(item, (bool, int, float, str)):
                raise _wrong("NOT_BOOL_OR_FLOAT_OR_INT_OR_STR", "value type of dict", item)
        # A single value would fill its column only if it is of the same kind; a second one says that it is the column's.
        pairs = list(value.items()) * (2 if len(value) == 1 else 1)
        values = [_literal(item) for _, item in pairs]
        return self._derive(FILL_NA, pb(1, self._input, 2, [name for name, _ in pairs], 3, values))

    def dropna(self, how: str = "any", thresh: Optional[int] = None, subset: Any = None) -> DataFrame:
        """The rows without nulls (and NaN).

        Parameters
        ----------
        how : str
            ``any``: a row goes if one value is missing; ``all``: if all are
        thresh : int, optional
            a row stays if it has so many values; goes before `how`
        subset : str or list of str, optional
            the columns to look at
        """
        least: Optional[int] = None
        if how is not None:
            _check_str("how", how)
            if how not in ("any", "all"):
                raise PySparkValueError(
                    errorClass="VALUE_NOT_ANY_OR_ALL", messageParameters={"arg_name": "how", "arg_value": how}
                )
            least = 1 if how == "all" else None
        if thresh is not None:
            if not isinstance(thresh, int):
                raise _wrong("NOT_INT", "thresh", thresh)
            least = thresh
        if subset is not None and not _names(subset):
            return self.select("*") if (least or 0) <= 0 else self.limit(0)
        return self._derive(DROP_NA, pb(1, self._input, 2, _names(subset), 3, least))

    def replace(self, to_replace: Any, value: Any = _NO_VALUE, subset: Any = None) -> DataFrame:
        """The same with values replaced by others.

        Parameters
        ----------
        to_replace : value, list, or dict
            what to look for; a dict says what to put in its place
        value : value, list or None
            what to put in its place
        subset : str or list of str, optional
            the columns to look at
        """
        pairs = _replacements(to_replace, value)
        if not (subset is None or isinstance(subset, (list, tuple, str))):
            raise _wrong("NOT_LIST_OR_STR_OR_TUPLE", "subset", subset)
        if subset is not None and not subset:
            return self.select("*")
        messages = [pb(1, _literal(_as_float(old)), 2, _literal(_as_float(new))) for old, new in pairs.items()]
        return self._derive(REPLACE, pb(1, self._input, 2, _names(subset), 3, messages))

    def describe(self, *cols: Union[str, List[str]]) -> DataFrame:
        """Count, mean, standard deviation, least and greatest value of columns."""
        names: List[str] = []
        for c in cols:
            names.extend([c] if isinstance(c, str) else c)
        return self._derive(DESCRIBE, pb(1, self._input, 2, names))

    def summary(self, *statistics: str) -> DataFrame:
        """As `describe`, with quartiles, or the statistics that are named (``"25%"``, ``"max"``)."""
        if len(statistics) == 1 and isinstance(statistics[0], list):
            statistics = tuple(statistics[0])
        for s in statistics:
            if not isinstance(s, str):
                raise _wrong("NOT_LIST_OF_STR", "statistics", s)
        return self._derive(SUMMARY, pb(1, self._input, 2, statistics))

    def cov(self, col1: str, col2: str) -> float:
        """The sample covariance of two columns."""
        _check_str("col1", col1)
        _check_str("col2", col2)
        return self._rows(COV, pb(1, self._input, 2, col1, 3, col2))[0][0]

    def corr(self, col1: str, col2: str, method: Optional[str] = None) -> float:
        """Pearson's correlation of two columns."""
        _check_str("col1", col1)
        _check_str("col2", col2)
        method = method or "pearson"
        if method != "pearson":
            raise PySparkValueError(
                errorClass="VALUE_NOT_PEARSON", messageParameters={"arg_name": "method", "arg_value": method}
            )
        return self._rows(CORR, pb(1, self._input, 2, col1, 3, col2, 4, method))[0][0]

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """Quantiles of columns.

        Parameters
        ----------
        col : str or list of str
        probabilities : list of float
            from 0 (least) to 1 (greatest)
        relativeError : float
            0 for exact

        Returns
        -------
        list of float, or a list of them when a list of columns was given
        """
        if not isinstance(col, (str, list, tuple)):
            raise _wrong("NOT_LIST_OR_STR_OR_TUPLE", "col", col)
        names = [col] if isinstance(col, str) else list(col)
        for name in names:
            if not isinstance(name, str):
                raise _wrong_item("col", col, "str", name)
        if not isinstance(probabilities, (list, tuple)):
            raise _wrong("NOT_LIST_OR_TUPLE", "probabilities", probabilities)
        for p in probabilities:
            if not isinstance(p, (float, int)) or p < 0 or p > 1:
                raise _wrong("NOT_LIST_OF_FLOAT_OR_INT", "probabilities", p)
        if not isinstance(relativeError, (float, int)):
            raise _wrong("NOT_FLOAT_OR_INT", "relativeError", relativeError)
        if relativeError < 0:
            raise PySparkValueError(
                errorClass="NEGATIVE_VALUE",
                messageParameters={"arg_name": "relativeError", "arg_value": str(relativeError)},
            )
        import struct

        packed = struct.pack(f"<{len(probabilities)}d", *probabilities)
        found = self._rows(
            APPROX_QUANTILE, pb(1, self._input, 2, names, 3, packed, 4, float(relativeError))
        )[0][0]
        lists = [list(values or ()) for values in found]
        return lists[0] if isinstance(col, str) else lists

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """How often each pair of values of two columns occurs.

        A row for each value of the first column, a column for each of the second.  The values of
        the second are looked up at once; nulls are called ``null``.
        """
        from roost.sql import functions as F

        _check_str("col1", col1)
        _check_str("col2", col2)

        def named(name: str) -> Column:
            column = F.col(name)
            return F.when(column.isNull(), "null").otherwise(F.regexp_replace(column.cast("string"), "`", ""))

        values = [row[0] for row in self.select(named(col2).alias("v")).distinct().orderBy("v").collect()]
        counts = [F.count(F.when(named(col2) == value, 1)).alias(value) for value in values]
        return self.groupBy(named(col1).alias(f"{col1}_{col2}")).agg(*counts)

    def freqItems(self, cols: Any, support: Optional[float] = None) -> DataFrame:
        """Values that occur in more than a share of the rows (and perhaps others)."""
        if not isinstance(cols, (list, tuple)):
            raise _wrong("NOT_LIST_OR_TUPLE", "cols", cols)
        return self._derive(FREQ_ITEMS, pb(1, self._input, 2, cols, 3, 0.01 if support is None else float(support)))

    def sampleBy(self, col: Any, fractions: Dict[Any, float], seed: Optional[int] = None) -> DataFrame:
        """About a fraction of the rows for each value of a column; 0 for values not named."""
        if not isinstance(col, (str, Column)):
            raise _wrong("NOT_COLUMN_OR_STR", "col", col)
        if not isinstance(fractions, dict):
            raise _wrong("NOT_DICT", "fractions", fractions)
        messages = []
        for value, fraction in fractions.items():
            if not isinstance(value, (float, int, str)):
                raise _wrong_item("fractions", fractions, "float, int, str", value)
            messages.append(pb(1, _literal(value), 2, float(fraction)))
        if not all(0 <= fraction <= 1 for fraction in fractions.values()):
            shown = ", ".join(f"{value} -> {float(fraction)}" for value, fraction in fractions.items())
            raise IllegalArgumentException(f"requirement failed: Fractions must be in [0, 1], but got Map({shown}).")
        column = to_column(col)
        seed = random_seed() if seed is None else int(seed)
        return self._derive(SAMPLE_BY, pb(1, self._input, 2, column, 3, messages, 5, seed), (column,))


def _as_float(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _replacements(to_replace: Any, value: Any) -> Dict[Any, Any]:
    """What replace() was given, as old values and new."""
    kinds = (bool, float, int, str, list, tuple)
    if value is _NO_VALUE:
        if not isinstance(to_replace, dict):
            raise PySparkTypeError(
                errorClass="ARGUMENT_REQUIRED",
                messageParameters={"arg_name": "value", "condition": "`to_replace` is dict"},
            )
        value = None
    if not isinstance(to_replace, (*kinds, dict)):
        raise _wrong("NOT_BOOL_OR_DICT_OR_FLOAT_OR_INT_OR_LIST_OR_STR_OR_TUPLE", "to_replace", to_replace)
    if not isinstance(value, kinds) and value is not None and not isinstance(to_replace, dict):
        raise _wrong("NOT_BOOL_OR_FLOAT_OR_INT_OR_LIST_OR_NONE_OR_STR_OR_TUPLE", "value", value)
    if isinstance(to_replace, dict):
        if value is not None:
            import warnings

            warnings.warn("to_replace is a dict and value is not None. value will be ignored.", stacklevel=3)
        pairs = to_replace
    else:
        old = list(to_replace) if isinstance(to_replace, (list, tuple)) else [to_replace]
        new = list(value) if isinstance(value, (list, tuple)) else [value] * len(old)
        if len(old) != len(new):
            raise PySparkValueError(
                errorClass="LENGTH_SHOULD_BE_THE_SAME",
                messageParameters={
                    "arg1": "to_replace",
                    "arg2": "value",
                    "arg1_length": str(len(old)),
                    "arg2_length": str(len(new)),
                },
            )
        pairs = dict(zip(old, new))
    values = [*pairs, *(new for new in pairs.values() if new is not None)]
    if not any(all(isinstance(v, kind) for v in values) for kind in (bool, str, (float, int))):
        raise PySparkValueError(errorClass="MIXED_TYPE_REPLACEMENT", messageParameters={})
    return pairs


class DataFrameNaFunctions:
    """Functions for missing values, reached as ``df.na``."""

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def drop(self, how: str = "any", thresh: Optional[int] = None, subset: Any = None) -> DataFrame:
        """See `DataFrame.dropna`."""
        return self.df.dropna(how=how, thresh=thresh, subset=subset)

    def fill(self, value: Any, subset: Any = None) -> DataFrame:
        """See `DataFrame.fillna`."""
        return self.df.fillna(value=value, subset=subset)

    def replace(self, to_replace: Any, value: Any = _NO_VALUE, subset: Any = None) -> DataFrame:
        """See `DataFrame.replace`."""
        return self.df.replace(to_replace, value, subset)


class DataFrameStatFunctions:
    """Functions for statistics, reached as ``df.stat``."""

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """See `DataFrame.approxQuantile`."""
        return self.df.approxQuantile(col, probabilities, relativeError)

    def corr(self, col1: str, col2: str, method: Optional[str] = None) -> float:
        """See `DataFrame.corr`."""
        return self.df.corr(col1, col2, method)

    def cov(self, col1: str, col2: str) -> float:
        """See `DataFrame.cov`."""
        return self.df.cov(col1, col2)

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """See `DataFrame.crosstab`."""
        return self.df.crosstab(col1, col2)

    def freqItems(self, cols: Any, support: Optional[float] = None) -> DataFrame:
        """See `DataFrame.freqItems`."""
        return self.df.freqItems(cols, support)

    def sampleBy(self, col: Any, fractions: Dict[Any, float], seed: Optional[int] = None) -> DataFrame:
        """See `DataFrame.sampleBy`."""
        return self.df.sampleBy(col, fractions, seed)


# Where PySpark has them, and where programs look for them.
DataFrameNaFunctions.__module__ = DataFrameStatFunctions.__module__ = "roost.sql.dataframe"
