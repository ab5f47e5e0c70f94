# SPDX-License-Identifier: Apache-2.0
"""Operations that run a query: rows, counts, printed tables, views, plans as text."""

from __future__ import annotations

from roost._core import pb, unpack
from roost.errors.base import IllegalArgumentException, PySparkValueError
from roost.sql.column import _wrong
from roost.sql.frame.base import Operations
from roost.sql.frame.relational import AGGREGATE, LIMIT, PROJECT, TAIL, check_int

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, List, Optional, Union

    from roost.sql.dataframe import DataFrame
    from roost.sql.row import Row
    from roost.storagelevel import StorageLevel

SHOW_STRING, HTML_STRING = 20, 35
_CREATE_VIEW, _CHECKPOINT = 3, 14
# Fields of AnalyzePlanRequest; the answers' fields beside them.
_PARTITIONS = 2000
_EXPLAIN, _TREE_STRING, _IS_LOCAL, _IS_STREAMING, _INPUT_FILES = 5, 6, 7, 8, 9
_SAME_SEMANTICS, _SEMANTIC_HASH, _PERSIST, _UNPERSIST, _GET_STORAGE_LEVEL = 12, 13, 14, 15, 16
_EXPLAIN_MODES = {"simple": 1, "extended": 2, "codegen": 3, "cost": 4, "formatted": 5}


class Actions(Operations):
    """Operations that run a query."""

    def collect(self) -> List[Row]:
        """All rows, as a list."""
        return self._session._execute(self._plan, ()).rows()

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """The rows one after another, without holding all of them."""
        result = self._session._execute(self._plan, ())
        try:
            while (rows := result.fetch()) is not None:
                yield from rows
        finally:
            result.close()

    def count(self) -> int:
        """How many rows there are."""
        count = self._count_column()
        return self._rows(AGGREGATE, pb(1, self._input, 2, 1, 4, count))[0][0]

    def take(self, num: int) -> List[Row]:
        """The first `num` rows."""
        check_int("num", num)
        return self._rows(LIMIT, pb(1, self._input, 2, num))

    def head(self, n: Optional[int] = None) -> Any:
        """The first row, or None; with `n`, a list of the first rows."""
        if n is not None:
            return self.take(n)
        rows = self.take(1)
        return rows[0] if rows else None

    def first(self) -> Optional[Row]:
        """The first row, or None."""
        return self.head()

    def tail(self, num: int) -> List[Row]:
        """The last `num` rows."""
        check_int("num", num)
        return self._rows(TAIL, pb(1, self._input, 2, max(num, 0)))

    def isEmpty(self) -> bool:
        """Whether there is no row."""
        relation, keep = self._relation(None, PROJECT, pb(1, self._input), (), ())
        return not self._session._execute(pb(1, pb(LIMIT, pb(1, relation, 2, 1))), keep).rows()

    def show(self, n: int = 20, truncate: Union[bool, int] = True, vertical: bool = False) -> None:
        """Print the first rows as a table.

        Parameters
        ----------
        n : int
            how many rows
        truncate : bool or int
            the width that longer values are cut to; True is 20, False none
        vertical : bool
            a line for each value
        """
        print(self._show_string(n, truncate, vertical))

    def _show_string(self, n: int = 20, truncate: Union[bool, int] = True, vertical: bool = False) -> str:
        if not isinstance(n, int) or isinstance(n, bool):
            raise _wrong("NOT_INT", "n", n)
        if not isinstance(vertical, bool):
            raise _wrong("NOT_BOOL", "vertical", vertical)
        if truncate is True:
            width = 20
        else:
            try:
                width = int(truncate)
            except (TypeError, ValueError):
                raise _wrong("NOT_BOOL", "truncate", truncate) from None
        return self._rows(SHOW_STRING, pb(1, self._input, 2, n, 3, width, 4, vertical))[0][0]

    def __repr__(self) -> str:
        eager, rows, width = self._session._eager_display()
        if eager and not getattr(self, "_html_asked", False):
            return self._show_string(rows, width, False)
        return "DataFrame[%s]" % ", ".join("%s: %s" % pair for pair in self.dtypes)

    def _repr_html_(self) -> Optional[str]:
        """What a notebook shows, if ``spark.sql.repl.eagerEval.enabled`` is set."""
        self._html_asked = True
        eager, rows, width = self._session._eager_display()
        if not eager:
            return None
        return self._rows(HTML_STRING, pb(1, self._input, 2, rows, 3, width))[0][0]

    # Text about the plan.
    def _analyze(self, field: int, body: bytes, others: tuple = ()) -> Any:
        keep = self._keep + tuple(held for other in others for held in other._keep)
        return self._session._analyze(field, body, keep)

    def _explain_string(self, extended: Any = None, mode: Optional[str] = None) -> str:
        if extended is not None and mode is not None:
            raise PySparkValueError(
                errorClass="CANNOT_SET_TOGETHER", messageParameters={"arg_list": "extended and mode"}
            )
        if isinstance(extended, bool):
            name = "extended" if extended else "simple"
        else:
            name = mode if mode is not None else extended if extended is not None else "simple"
        if not isinstance(name, str):
            raise _wrong("NOT_BOOL_OR_STR", "extended", extended) if mode is None else _wrong("NOT_STR", "mode", mode)
        number = _EXPLAIN_MODES.get(name)
        if number is None:
            raise IllegalArgumentException(
                f"Unknown explain mode: {name}. Accepted explain modes are 'simple', 'extended', 'codegen', "
                "'cost', 'formatted'."
            )
        answer = self._analyze(_EXPLAIN, pb(1, pb(1, self._input), 2, number))
        return dict(unpack(answer[3]))[1].decode()

    def explain(self, extended: Any = None, mode: Optional[str] = None) -> None:
        """Print the plan.

        Parameters
        ----------
        extended : bool or str, optional
            True for all stages; or a mode
        mode : str, optional
            ``simple``, ``extended``, ``codegen``, ``cost`` or ``formatted``
        """
        print(self._explain_string(extended, mode))

    def printSchema(self, level: Optional[int] = None) -> None:
        """Print the columns and their types as a tree, `level` levels deep."""
        print(self.schema.treeString(level) if level else self.schema.treeString())

    def isLocal(self) -> bool:
        """Whether the rows are at hand without a query."""
        return bool(_field(self._analyze(_IS_LOCAL, pb(1, pb(1, self._input)))[5], 1, 0))

    @property
    def isStreaming(self) -> bool:
        """Whether rows keep coming; never."""
        return False

    def inputFiles(self) -> List[str]:
        """The files that the rows are read from."""
        answer = self._analyze(_INPUT_FILES, pb(1, pb(1, self._input)))
        return [text.decode() for number, text in unpack(answer[7]) if number == 1]

    def _partition_count(self) -> int:
        return _field(self._analyze(_PARTITIONS, pb(1, pb(1, self._input)))[_PARTITIONS], 1, 0)

    def _partitions(self) -> List[List[Row]]:
        """The rows of each partition."""
        from roost.sql import functions as F

        count = self._partition_count()
        if count <= 1:
            return [self.collect()] * count
        made: List[List[Row]] = [[] for _ in range(count)]
        numbered = self.select(F.spark_partition_id(), F.struct("*"))
        for number, row in numbered.collect():
            made[number].append(row)
        return made

    def sameSemantics(self, other: DataFrame) -> bool:
        """Whether both plans are the same but for names; never wrong when True."""
        from roost.sql.dataframe import DataFrame

        if not isinstance(other, DataFrame):
            raise _wrong("NOT_DATAFRAME", "other", other)
        self._check_same_session(other)
        answer = self._analyze(_SAME_SEMANTICS, pb(1, pb(1, self._input), 2, pb(1, other._input)), (other,))
        return bool(_field(answer[10], 1, 0))

    def semanticHash(self) -> int:
        """A number that is equal for plans that `sameSemantics` calls the same."""
        number = _field(self._analyze(_SEMANTIC_HASH, pb(1, pb(1, self._input)))[11], 1, 0) & 0xFFFFFFFF
        return number - 2**32 if number >= 2**31 else number

    # Caching.
    def cache(self) -> DataFrame:
        """Keep the rows when they are first computed."""
        return self.persist()

    def persist(self, storageLevel: Optional[StorageLevel] = None) -> DataFrame:
        """Keep the rows when they are first computed.

        Parameters
        ----------
        storageLevel : StorageLevel, optional
            memory and disk by default
        """
        from roost.storagelevel import StorageLevel

        level = StorageLevel.MEMORY_AND_DISK_DESER if storageLevel is None else storageLevel
        if not isinstance(level, StorageLevel):
            raise TypeError("storageLevel must be of type pyspark.StorageLevel")
        self._analyze(_PERSIST, pb(1, self._input, 2, level._encoded()))
        return self

    def unpersist(self, blocking: bool = False) -> DataFrame:
        """Forget the rows that `persist` keeps."""
        self._analyze(_UNPERSIST, pb(1, self._input, 2, blocking))
        return self

    @property
    def storageLevel(self) -> StorageLevel:
        """How the rows are kept."""
        from roost.storagelevel import StorageLevel

        answer = self._analyze(_GET_STORAGE_LEVEL, pb(1, self._input))
        return StorageLevel._decoded(_field(answer.get(14, b""), 1, b""))

    @property
    def is_cached(self) -> bool:
        """Whether the rows are kept."""
        from roost.storagelevel import StorageLevel

        return self.storageLevel != StorageLevel.NONE

    def checkpoint(self, eager: bool = True) -> DataFrame:
        """The same rows, with the plan behind them cut off."""
        return self._cut(False, eager, None)

    def localCheckpoint(self, eager: bool = True, storageLevel: Optional[StorageLevel] = None) -> DataFrame:
        """The same rows, with the plan behind them cut off."""
        return self._cut(True, eager, storageLevel)

    def _cut(self, local: bool, eager: bool, level: Optional[StorageLevel]) -> DataFrame:
        body = pb(1, self._input, 2, local, 3, eager, 4, level._encoded() if level else None)
        return self._session._command_frame(_CHECKPOINT, body, self._keep)

    # Views.
    def _create_view(self, name: str, is_global: bool, replace: bool) -> None:
        self._command(_CREATE_VIEW, pb(1, self._input, 2, name, 3, is_global, 4, replace))
        self._session._keep_for_views(self._plan)

    def createTempView(self, name: str) -> None:
        """Give the plan a name in the session; an error if the name is taken."""
        self._create_view(name, False, False)

    def createOrReplaceTempView(self, name: str) -> None:
        """Give the plan a name in the session.

        >>> df = spark.range(3)
        >>> df.createOrReplaceTempView("numbers")
        >>> spark.sql("select sum(id) from numbers").first()[0]
        3
        """
        self._create_view(name, False, True)

    def createGlobalTempView(self, name: str) -> None:
        """Give the plan a name in ``global_temp``, for all sessions of the application."""
        self._create_view(name, True, False)

    def createOrReplaceGlobalTempView(self, name: str) -> None:
        """As `createGlobalTempView`, whether or not the name is taken."""
        self._create_view(name, True, True)

    def registerTempTable(self, name: str) -> None:
        """The old name of `createOrReplaceTempView`."""
        import warnings

        warnings.warn("Deprecated in 2.0, use createOrReplaceTempView instead.", FutureWarning, stacklevel=2)
        self.createOrReplaceTempView(name)

    # Side effects.
    def foreach(self, f: Callable[[Row], None]) -> None:
        """Call a function on every row, in this process."""
        for row in self.toLocalIterator():
            f(row)

    def foreachPartition(self, f: Callable[[Iterator[Row]], None]) -> None:
        """Call a function on an iterator over the rows, in this process."""
        f(self.toLocalIterator())


def _field(message: bytes, number: int, default: Any) -> Any:
    """A field of a message, or the default."""
    for field, value in unpack(message):
        if field == number:
            return value
    return default
