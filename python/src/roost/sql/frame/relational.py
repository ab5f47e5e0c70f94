# SPDX-License-Identifier: Apache-2.0
"""Operations that make a DataFrame from another: select, filter, sort, group and their like."""

from __future__ import annotations

from roost._core import attr, call, col, expr, lit, pb
from roost.errors.base import (
    IllegalArgumentException,
    PySparkIndexError,
    PySparkTypeError,
    PySparkValueError,
)
from roost.sql.column import Column, _wrong
from roost.sql.frame.base import Operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Sequence, Union

    from roost.sql.dataframe import DataFrame
    from roost.sql.group import GroupedData
    from roost.sql.observation import Observation
    from roost.sql.types import StructType

    ColumnOrName = Union[Column, str]

# Fields of spark.connect.Relation.
PROJECT, FILTER, SORT, LIMIT, AGGREGATE = 3, 4, 7, 8, 9
SAMPLE, OFFSET, DEDUPLICATE, SUBQUERY_ALIAS, REPARTITION, TO_DF, RENAMED = 12, 13, 14, 16, 17, 18, 19
DROP, TAIL, WITH_COLUMNS, HINT, UNPIVOT, TO_SCHEMA, REPARTITION_BY = 21, 22, 23, 24, 25, 26, 27
COLLECT_METRICS, WITH_WATERMARK = 29, 33
_EXPRESSION_STRING, _REGEX, _ATTRIBUTE, _SORT_ORDER, _DIRECT_PARTITION = 4, 8, 2, 9, 22


def to_column(value: ColumnOrName, name: str = "col") -> Column:
    """A column as it is, a str as the column of that name."""
    if isinstance(value, Column):
        return value
    if isinstance(value, str):
        return col(value)
    raise _wrong("NOT_COLUMN_OR_STR", name, value)


def sql_column(text: str) -> Column:
    """A column from SQL text."""
    return expr(_EXPRESSION_STRING, pb(1, text))


def sort_order(column: Column) -> bytes:
    """The SortOrder message of a column; rising where it has no order."""
    from roost._core import unpack

    field, body = unpack(column._bytes)[0]
    return body if field == _SORT_ORDER else pb(1, column, 2, 1, 3, 1)


def random_seed() -> int:
    """A seed for functions that are not given one."""
    import random

    return random.randint(0, 2**63 - 1)


class Relational(Operations):
    """Operations from DataFrames to DataFrames."""

    def select(self, *cols: Any) -> DataFrame:
        """Columns and expressions, as a new DataFrame.

        Parameters
        ----------
        cols : str, Column, or one list of them
            ``"*"`` means all columns
        """
        if len(cols) == 1 and isinstance(cols[0], list):
            cols = tuple(cols[0])
        columns = []
        for c in cols:
            if isinstance(c, str):
                columns.append(col(c))
            elif isinstance(c, Column):
                columns.append(c)
            else:
                raise _wrong("NOT_COLUMN_OR_STR", "col", c)
        return self._derive(PROJECT, pb(1, self._input, 3, columns), columns)

    def selectExpr(self, *expr: Union[str, List[str]]) -> DataFrame:
        """As `select`, with expressions as SQL text."""
        texts: List[str] = []
        for e in expr:
            texts.extend([e] if isinstance(e, str) else e)
        return self._derive(PROJECT, pb(1, self._input, 3, [sql_column(text) for text in texts]))

    def filter(self, condition: ColumnOrName) -> DataFrame:
        """The rows for which the condition is true; a str is SQL text."""
        if isinstance(condition, str):
            condition = sql_column(condition)
        elif not isinstance(condition, Column):
            raise _wrong("NOT_COLUMN_OR_STR", "condition", condition)
        return self._derive(FILTER, pb(1, self._input, 2, condition), (condition,))

    def where(self, condition: ColumnOrName) -> DataFrame:
        """The rows for which the condition is true; the same as `filter`."""
        return self.filter(condition)

    def withColumn(self, colName: str, col: Column) -> DataFrame:
        """All columns and one more, or one replaced."""
        if not isinstance(colName, str):
            raise _wrong("NOT_STR", "colName", colName)
        if not isinstance(col, Column):
            raise _wrong("NOT_COLUMN", "col", col)
        return self._derive(WITH_COLUMNS, pb(1, self._input, 2, pb(1, col, 2, colName)), (col,))

    def withColumns(self, *colsMap: Dict[str, Column]) -> DataFrame:
        """All columns and more, or some replaced, by name."""
        assert len(colsMap) == 1
        columns = colsMap[0]
        if not isinstance(columns, dict):
            raise _wrong("NOT_DICT", "colsMap", columns)
        for column in columns.values():
            if not isinstance(column, Column):
                raise _wrong("NOT_COLUMN_OR_STR", "col", column)
        aliases = [pb(1, column, 2, name) for name, column in columns.items()]
        return self._derive(WITH_COLUMNS, pb(1, self._input, 2, aliases), columns.values())

    def withMetadata(self, columnName: str, metadata: Dict[str, Any]) -> DataFrame:
        """The same with a column's metadata set."""
        if not isinstance(metadata, dict):
            raise _wrong("NOT_DICT", "metadata", metadata)
        import json

        alias = pb(1, self[columnName], 2, columnName, 3, json.dumps(metadata))
        return self._derive(WITH_COLUMNS, pb(1, self._input, 2, alias))

    def withColumnRenamed(self, existing: str, new: str) -> DataFrame:
        """The same with a column renamed; nothing happens if there is no such column."""
        for name, value in (("existing", existing), ("new", new)):
            if not isinstance(value, str):
                raise _wrong("NOT_STR", name, value)
        return self.withColumnsRenamed({existing: new})

    def withColumnsRenamed(self, colsMap: Dict[str, str]) -> DataFrame:
        """The same with columns renamed, by their old names."""
        if not isinstance(colsMap, dict):
            raise _wrong("NOT_DICT", "colsMap", colsMap)
        for new in colsMap.values():
            if not isinstance(new, str):
                raise _wrong("NOT_STR", "new", new)
        renames = [pb(1, old, 2, new) for old, new in colsMap.items()]
        return self._derive(RENAMED, pb(1, self._input, 3, renames))

    def drop(self, *cols: ColumnOrName) -> DataFrame:
        """The same without these columns; names that are not there are ignored."""
        for c in cols:
            if not isinstance(c, (Column, str)):
                raise _wrong("NOT_COLUMN_OR_STR", "col", c)
        columns = [c for c in cols if isinstance(c, Column)]
        names = [c for c in cols if isinstance(c, str)]
        return self._derive(DROP, pb(1, self._input, 2, columns, 3, names), columns)

    def toDF(self, *cols: str) -> DataFrame:
        """The same with new names for all columns."""
        for name in cols:
            if not isinstance(name, str):
                raise _wrong("NOT_LIST_OF_STR", "cols", name)
        return self._derive(TO_DF, pb(1, self._input, 2, cols))

    def to(self, schema: StructType) -> DataFrame:
        """The same with columns in the order, and of the types, of a schema."""
        from roost.sql.plans import encode_type

        assert schema is not None
        return self._derive(TO_SCHEMA, pb(1, self._input, 2, encode_type(schema)))

    def alias(self, alias: str) -> DataFrame:
        """The same under a name, for ``alias.column`` in joins."""
        assert isinstance(alias, str), "alias should be a string"
        return self._derive(SUBQUERY_ALIAS, pb(1, self._input, 2, alias))

    def limit(self, num: int) -> DataFrame:
        """At most `num` rows."""
        check_int("num", num)
        return self._derive(LIMIT, pb(1, self._input, 2, num))

    def offset(self, num: int) -> DataFrame:
        """All rows after the first `num`."""
        check_int("num", num)
        return self._derive(OFFSET, pb(1, self._input, 2, num))

    def distinct(self) -> DataFrame:
        """Every row once."""
        return self._derive(DEDUPLICATE, pb(1, self._input, 3, True))

    def dropDuplicates(self, subset: Optional[List[str]] = None) -> DataFrame:
        """One row for each combination of values in these columns (in all, by default)."""
        return self._deduplicate(subset, None)

    drop_duplicates = dropDuplicates

    def dropDuplicatesWithinWatermark(self, subset: Optional[List[str]] = None) -> DataFrame:
        """As `dropDuplicates`, forgetting what the watermark has passed; refused, as rows here are no stream."""
        return self._deduplicate(subset, True)

    def _deduplicate(self, subset: Optional[List[str]], watermark: Optional[bool]) -> DataFrame:
        if subset is None:
            return self._derive(DEDUPLICATE, pb(1, self._input, 3, True, 4, watermark))
        if not isinstance(subset, (list, tuple)):
            raise _wrong("NOT_LIST_OR_TUPLE", "subset", subset)
        for name in subset:
            if not isinstance(name, str):
                raise _wrong("NOT_STR", "subset", name)
        return self._derive(DEDUPLICATE, pb(1, self._input, 2, subset, 4, watermark))

    def _order_columns(self, cols: Sequence[Any], kwargs: Dict[str, Any]) -> List[Column]:
        """What sort() was given, as columns: names, columns, ordinals (negative: falling), ascending=..."""
        if not cols:
            raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "cols"})
        if len(cols) == 1 and isinstance(cols[0], list):
            cols = cols[0]
        columns: List[Column] = []
        for c in cols:
            if isinstance(c, Column):
                columns.append(c)
            elif isinstance(c, str):
                columns.append(col(c))
            elif isinstance(c, int) and not isinstance(c, bool):
                if c == 0:
                    raise PySparkIndexError(errorClass="ZERO_INDEX", messageParameters={})
                columns.append(self[c - 1] if c > 0 else self[-c - 1].desc())
            else:
                raise _wrong("NOT_COLUMN_OR_INT_OR_STR", "col", c)
        ascending = kwargs.get("ascending", True)
        if isinstance(ascending, (bool, int)):
            return columns if ascending else [c.desc() for c in columns]
        if isinstance(ascending, list):
            return [c if rising else c.desc() for rising, c in zip(ascending, columns)]
        raise _wrong("NOT_COLUMN_OR_INT_OR_STR", "ascending", ascending)

    def _sorted(self, cols: Sequence[Any], kwargs: Dict[str, Any], is_global: bool) -> DataFrame:
        columns = self._order_columns(cols, kwargs)
        return self._derive(
            SORT, pb(1, self._input, 2, [sort_order(c) for c in columns], 3, is_global), columns
        )

    def sort(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """The rows in order.

        Parameters
        ----------
        cols : str, int, Column, or one list of them
            an int is a position from 1; a negative one means falling order
        ascending : bool or list of bool, optional
            False for falling order, for all or for each column
        """
        return self._sorted(cols, kwargs, True)

    orderBy = sort

    def sortWithinPartitions(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """As `sort`, within each partition."""
        return self._sorted(cols, kwargs, False)

    # Groups.
    def agg(self, *exprs: Union[Column, Dict[str, str]]) -> DataFrame:
        """Aggregates over all rows."""
        return self.groupBy().agg(*exprs)

    def _grouping_columns(self, cols: Sequence[Any], name: str = "col") -> List[Column]:
        if len(cols) == 1 and isinstance(cols[0], list):
            cols = cols[0]
        columns: List[Column] = []
        for c in cols:
            if isinstance(c, int) and not isinstance(c, bool):
                if c < 1:
                    raise PySparkIndexError(errorClass="INDEX_NOT_POSITIVE", messageParameters={"index": str(c)})
                columns.append(self[c - 1])
            else:
                columns.append(to_column(c, name))
        return columns

    def groupBy(self, *cols: Any) -> GroupedData:
        """Groups of rows that agree in these columns, for aggregates.

        Parameters
        ----------
        cols : str, int (a position from 1), Column, or one list of them
        """
        from roost.sql.group import GroupedData

        return GroupedData(self, 1, self._grouping_columns(cols))

    groupby = groupBy

    def rollup(self, *cols: Any) -> GroupedData:
        """As `groupBy`, with subtotals from the right and a grand total."""
        from roost.sql.group import GroupedData

        return GroupedData(self, 2, self._grouping_columns(cols))

    def cube(self, *cols: Any) -> GroupedData:
        """As `groupBy`, with subtotals of every combination."""
        from roost.sql.group import GroupedData

        return GroupedData(self, 3, self._grouping_columns(cols))

    def groupingSets(self, groupingSets: Sequence[Sequence[ColumnOrName]], *cols: ColumnOrName) -> GroupedData:
        """As `groupBy`, for each of the given sets of columns."""
        from roost.sql.group import GroupedData

        sets = [[to_column(c, "groupingSets") for c in columns] for columns in groupingSets]
        return GroupedData(self, 5, [to_column(c, "cols") for c in cols], sets=sets)

    # Samples and partitions.
    def sample(
        self,
        withReplacement: Union[float, bool, None] = None,
        fraction: Union[int, float, None] = None,
        seed: Optional[int] = None,
    ) -> DataFrame:
        """About a fraction of the rows; also called as ``sample(fraction, seed)``."""
        if isinstance(withReplacement, float):
            withReplacement, fraction, seed = False, withReplacement, fraction if seed is None else seed
        if not (isinstance(withReplacement, bool) or withReplacement is None) or not isinstance(fraction, float):
            kinds = [type(a).__name__ for a in (withReplacement, fraction, seed)]
            raise PySparkTypeError(
                errorClass="NOT_BOOL_OR_FLOAT_OR_INT",
                messageParameters={
                    "arg_name": "withReplacement (optional), fraction (required) and seed (optional)",
                    "arg_type": ", ".join(kinds),
                },
            )
        if fraction < 0 or (fraction > 1 and not withReplacement):
            wanted = "nonnegative with" if withReplacement else "on interval [0, 1] without"
            raise IllegalArgumentException(
                f"requirement failed: Sampling fraction ({fraction}) must be {wanted} replacement"
            )
        seed = random_seed() if seed is None else int(seed)
        body = pb(1, self._input, 2, 0.0, 3, fraction, 4, bool(withReplacement), 5, seed)
        return self._derive(SAMPLE, body)

    def randomSplit(self, weights: List[float], seed: Optional[int] = None) -> List[DataFrame]:
        """The rows dealt to several DataFrames in about these proportions."""
        for weight in weights:
            if weight < 0.0:
                raise PySparkValueError(
                    errorClass="VALUE_NOT_POSITIVE",
                    messageParameters={"arg_name": "weights", "arg_value": str(weight)},
                )
        seed = random_seed() if seed is None else int(seed)
        total = sum(weights)
        if total <= 0:
            shown = ",".join(str(float(weight)) for weight in weights)
            raise IllegalArgumentException(f"requirement failed: Sum of weights must be positive, but got [{shown}]")
        bounds = [0.0]
        for weight in weights:
            bounds.append(bounds[-1] + weight / total)
        return [
            self._derive(SAMPLE, pb(1, self._input, 2, low, 3, high, 4, False, 5, seed, 6, True))
            for low, high in zip(bounds, bounds[1:])
        ]

    def coalesce(self, numPartitions: int) -> DataFrame:
        """The same in at most so many partitions."""
        return self._derive(REPARTITION, pb(1, self._input, 2, numPartitions, 3, False))

    def repartition(self, numPartitions: Union[int, ColumnOrName], *cols: ColumnOrName) -> DataFrame:
        """The same in so many partitions, or by the values of columns."""
        return self._repartitioned(numPartitions, cols, lambda c: to_column(c), "NOT_COLUMN_OR_STR")

    def repartitionByRange(self, numPartitions: Union[int, ColumnOrName], *cols: ColumnOrName) -> DataFrame:
        """The same in partitions that hold ranges of these columns."""
        if isinstance(numPartitions, int) and not cols:
            raise PySparkValueError(
                errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "partition-by expression"}
            )
        return self._repartitioned(
            numPartitions,
            cols,
            lambda c: expr(_SORT_ORDER, sort_order(to_column(c)), to_column(c)),
            "NOT_COLUMN_OR_INT_OR_STR",
        )

    def _repartitioned(
        self, number: Any, cols: Sequence[Any], convert: Callable[[Any], Column], refusal: str
    ) -> DataFrame:
        if isinstance(number, int):
            if not cols:
                return self._derive(REPARTITION, pb(1, self._input, 2, number, 3, True))
        elif isinstance(number, (str, Column)):
            number, cols = None, (number, *cols)
        else:
            raise _wrong(refusal, "numPartitions", number)
        columns = [convert(c) for c in cols]
        return self._derive(REPARTITION_BY, pb(1, self._input, 2, columns, 3, number), columns)

    def repartitionById(self, numPartitions: int, partitionIdCol: ColumnOrName) -> DataFrame:
        """The same, each row in the partition whose number a column holds."""
        if not isinstance(numPartitions, int) or isinstance(numPartitions, bool):
            raise _wrong("NOT_INT", "numPartitions", numPartitions)
        _check_positive("numPartitions", numPartitions)
        column = to_column(partitionIdCol)
        direct = expr(_DIRECT_PARTITION, pb(1, column), column)
        return self._derive(REPARTITION_BY, pb(1, self._input, 2, direct, 3, numPartitions), (direct,))

    # Shapes.
    def unpivot(self, ids: Any, values: Any, variableColumnName: str, valueColumnName: str) -> DataFrame:
        """Columns turned to rows: a row per column, with its name and its value.

        Parameters
        ----------
        ids : str, Column, or list of them
            columns to keep
        values : str, Column, list of them, or None
            columns to turn; all others by default
        """
        assert ids is not None, "ids must not be None"

        def convert(cols: Any) -> List[Column]:
            return [to_column(c) for c in (cols if isinstance(cols, (list, tuple)) else [cols])]

        kept = convert(ids)
        columns = [] if values is None else convert(values)
        turned = None if values is None else pb(1, columns)
        return self._derive(
            UNPIVOT, pb(1, self._input, 2, kept, 3, turned, 4, variableColumnName, 5, valueColumnName), kept + columns
        )

    melt = unpivot

    def transpose(self, indexColumn: Optional[ColumnOrName] = None) -> DataFrame:
        """Rows turned to columns; the index column (the first, by default) names them.

        The names are data, so the rows are fetched at once (at most ``spark.sql.transposeMaxValues``).
        """
        from roost.sql.frame.transpose import transposed

        return transposed(self, indexColumn)

    def hint(self, name: str, *parameters: Any) -> DataFrame:
        """The same with a hint for the optimizer, such as ``broadcast``."""
        given: Sequence[Any] = parameters
        if len(given) == 1 and isinstance(given[0], list):
            given = given[0]
        if not isinstance(name, str):
            raise _wrong("NOT_STR", "name", name)
        for p in given:
            plain = isinstance(p, list) and all(isinstance(e, (str, float, int)) for e in p)
            if not plain and not isinstance(p, (str, float, int, Column)):
                kind = f"list[{type(p[0]).__name__}]" if isinstance(p, list) and p else type(p).__name__
                raise PySparkTypeError(
                    errorClass="DISALLOWED_TYPE_FOR_CONTAINER",
                    messageParameters={
                        "arg_name": "parameters",
                        "arg_type": type(given).__name__,
                        "allowed_types": "str, float, int, Column, list[str], list[float], list[int]",
                        "item_type": kind,
                    },
                )
        columns = [lit(p) for p in given]
        return self._derive(HINT, pb(1, self._input, 2, name, 3, columns), columns)

    def withWatermark(self, eventTime: str, delayThreshold: str) -> DataFrame:
        """The same: rows of a finite input are not late."""
        if not eventTime or type(eventTime) is not str:
            raise _wrong("NOT_STR", "eventTime", eventTime)
        if not delayThreshold or type(delayThreshold) is not str:
            raise _wrong("NOT_STR", "delayThreshold", delayThreshold)
        return self._derive(WITH_WATERMARK, pb(1, self._input, 2, eventTime, 3, delayThreshold))

    def observe(self, observation: Union[Observation, str], *exprs: Column) -> DataFrame:
        """The same, with metrics computed on the way.

        Parameters
        ----------
        observation : Observation or str
            who is told, or a name
        exprs : Column
            named aggregates
        """
        from roost.sql.observation import Observation

        if not exprs:
            raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "exprs"})
        if not all(isinstance(c, Column) for c in exprs):
            raise PySparkTypeError(errorClass="NOT_LIST_OF_COLUMN", messageParameters={"arg_name": "exprs"})
        if isinstance(observation, Observation):
            name = observation._attach(self)
        elif isinstance(observation, str):
            name = observation
        else:
            raise _wrong("NOT_OBSERVATION_OR_STR", "observation", observation)
        return self._derive(COLLECT_METRICS, pb(1, self._input, 2, name, 3, exprs), exprs)

    def transform(self, func: Callable[..., DataFrame], *args: Any, **kwargs: Any) -> DataFrame:
        """``func(self, *args, **kwargs)``, for chains."""
        result = func(self, *args, **kwargs)
        assert isinstance(result, Relational), (
            "Func returned an instance of type [%s], should have been DataFrame." % type(result)
        )
        return result

    # Columns.
    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, str):
            column = attr(item, self._plan_id)
            if self._session._eager and item != "*" and ("." in item or item not in self.columns):
                self._check_column(column)
            return column
        if isinstance(item, Column):
            return self.filter(item)
        if isinstance(item, (list, tuple)):
            return self.select(*item)
        if isinstance(item, int):
            return col(_quoted(self.columns[item]))
        raise _wrong("NOT_COLUMN_OR_FLOAT_OR_INT_OR_LIST_OR_STR", "item", item)

    def _check_column(self, column: Column) -> None:
        """Raises, at once, if there is no such column (it may be a path into a struct)."""
        relation, keep = self._relation(None, PROJECT, pb(1, self._input, 3, column), (), ())
        self._session._core.relation(relation, keep, True)

    def colRegex(self, colName: str) -> Column:
        """The columns whose names match a regular expression in backticks."""
        if not isinstance(colName, str):
            raise _wrong("NOT_STR", "colName", colName)
        if colName[-1:] != "`" or len(colName) < 3 or (colName[0] != "`" and ".`" not in colName):
            return self[colName]
        return expr(_REGEX, pb(1, colName, 2, self._plan_id))

    def metadataColumn(self, colName: str) -> Column:
        """A column of metadata that the source offers."""
        if not isinstance(colName, str):
            raise _wrong("NOT_STR", "colName", colName)
        return expr(_ATTRIBUTE, pb(1, colName, 2, self._plan_id, 3, True))

    # Subqueries.
    def _as_subquery(self, kind: int, in_values: Any = None) -> Column:
        from roost.sql.column import _SUBQUERY

        return expr(_SUBQUERY, pb(1, self._plan_id, 2, kind, 4, in_values), self)

    def scalar(self) -> Column:
        """The single value of this DataFrame, as a column for another."""
        return self._as_subquery(1)

    def exists(self) -> Column:
        """Whether this DataFrame has rows, as a column for another."""
        return self._as_subquery(2)

    def asTable(self) -> Any:
        """This DataFrame as an argument of a table-valued function."""
        from roost.sql.table_arg import TableArg

        return TableArg(self)

    def _count_column(self) -> Column:
        return call("count", lit(1))


def _quoted(name: str) -> str:
    """A name as one part of a dotted name."""
    return name if name.isidentifier() else "`" + name.replace("`", "``") + "`"


def check_int(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong("NOT_INT", name, value)


def _check_positive(name: str, value: int) -> None:
    if not value > 0:
        raise PySparkValueError(
            errorClass="VALUE_NOT_POSITIVE", messageParameters={"arg_name": name, "arg_value": str(value)}
        )
