# SPDX-License-Identifier: Apache-2.0
"""What the extension offers, for type checkers and readers. Its sources are in ``python/ext``.

Messages of the protocol go in and out as bytes: `pb` writes them, `unpack` takes them apart. Whatever asks the engine
releases the GIL while it waits, may be interrupted by a signal, and raises what ``roost.errors`` names.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence, final

from roost.sql.column import Column
from roost.sql.types import Row, StructType

class Expression:
    """An encoded ``spark.connect.Expression``; `roost.sql.Column` derives from it."""

    def __new__(cls, bytes: bytes = ..., refs: tuple[Any, ...] = ...) -> Expression: ...
    @property
    def _bytes(self) -> bytes: ...
    @property
    def _refs(self) -> tuple[Any, ...]:
        """Objects that live as long as this one: functions, plans of subqueries."""

@final
class Schema:
    """A serialized ``spark.connect.DataType``, taken apart.

    `by_arrow` keeps the order of maps' entries, as Arrow's conversions do; otherwise it is that of Java's hash tables.
    """

    def __new__(cls, bytes: bytes, by_arrow: bool = ...) -> Schema: ...
    @property
    def names(self) -> list[str]: ...
    @property
    def bytes(self) -> bytes: ...
    def type(self) -> StructType: ...

@final
class Batch:
    """Columns of some rows, in Arrow's layout. Its length is the number of rows."""

    def __len__(self) -> int: ...
    def rows(self, schema: Schema, /) -> list[Row]: ...
    def columns(self, schema: Schema, /) -> list[list[Any]]:
        """For every column a list of its values."""

@final
class Plan:
    """A plan that the engine holds; it is released there once this object goes."""

    @property
    def handle(self) -> int:
        """The number by which relations name the plan."""

    @property
    def is_command(self) -> bool:
        """Whether it ran when it was derived."""

    def schema(self) -> Schema:
        """Of the rows; asks the engine if it has not been asked."""

@final
class Result:
    """The rows of a query, in the order in which the engine sends them."""

    @property
    def schema(self) -> Schema: ...
    @property
    def summary(self) -> Optional[bytes]:
        """After the end the serialized ``roost.Executed``; None before."""

    def rows(self) -> list[Row]:
        """All rows that are left."""

    def fetch(self) -> Optional[list[Row]]:
        """The rows of the next batch; None at the end."""

    def columns(self, schema: Schema, /) -> list[Any]:
        """All that is left: for every column a list of values, or a pair of bytearrays, values and validity."""

    def batch(self) -> Optional[Batch]:
        """The next batch; None at the end."""

    def close(self) -> None:
        """Ends the query if it still runs; waits for nothing."""

@final
class Client:
    """Connections to one engine, one for each process and thread. Nothing is connected before it is used."""

    def __new__(cls, address: str, name: Optional[str] = ..., connect_timeout_ms: int = ...) -> Client: ...
    @property
    def address(self) -> str: ...
    def status(self) -> dict[str, Any]:
        """What the engine says of itself: epoch, process, sessions, queries, memory, last crash."""

@final
class Session:
    """A session of the engine, and what it takes to open it again after a crash."""

    def __new__(
        cls,
        client: Client,
        application: Optional[str] = ...,
        name: Optional[str] = ...,
        config: dict[str, str] = ...,
        id: int = ...,
        attach: bool = ...,
        clone_of: int = ...,
    ) -> Session: ...
    @property
    def id(self) -> int:
        """The number of the session in the engine."""

    deadline: float
    """`time.monotonic()` at which calls end; 0: never."""

    def open(self) -> None:
        """Opens the session in the engine now; otherwise its first use does."""

    def close(self, drop_application: bool, /) -> None:
        """Ends the session; waits for nothing."""

    def plan(self, plan: bytes, parents: tuple[Plan, ...], derive: bool, /) -> Plan:
        """A Plan of a serialized ``spark.connect.Plan``; `derive` asks the engine at once."""

    def relation(self, relation: bytes, parents: tuple[Plan, ...], derive: bool, /) -> Plan:
        """A Plan of a serialized ``spark.connect.Relation``."""

    def data(self, schema: str, batches: list[Batch], /) -> Plan:
        """A Plan of local rows; `schema` is its type in JSON."""

    def execute(
        self,
        plan: Plan | bytes,
        parents: tuple[Plan, ...],
        operation: Optional[str],
        tags: tuple[str, ...],
        max_rows: int,
        /,
    ) -> Result:
        """Runs a plan; 0 rows at most: all."""

    def analyze(self, request: bytes, parents: tuple[Plan, ...], /) -> bytes:
        """The AnalyzePlanResponse to an AnalyzePlanRequest."""

    def config(self, request: bytes, /) -> bytes:
        """The ConfigResponse to a ConfigRequest."""

    def cancel(self, operation: Optional[str], tag: Optional[str], /) -> None:
        """Cancels one query, those with a tag, or all of the session."""

def configure(column_type: type, literal_fallback: Callable[..., Any], type_error: Callable[..., Any], /) -> None:
    """The Python halves of Column and of literals."""

def trace_origins(depth: int, package: str = ..., /) -> None:
    """How many lines of the program expressions note (0: none), and where this package's files are."""

def pb(*fields: Any) -> bytes:
    """pb(field, value, ...): the bytes of a protobuf message; None leaves a field out."""

def unpack(message: bytes, /) -> list[tuple[int, Any]]:
    """The fields of a protobuf message: numbers and, of what has a length, bytes."""

def col(name: str, /) -> Column:
    """A column by its name."""

def attr(name: str, plan_id: int, /) -> Column:
    """A column of that plan."""

def lit(value: Any, /) -> Column:
    """A Column as it is, anything else as a literal."""

def op(name: str, *values: Any) -> Column:
    """A call on columns and literals."""

def call(name: str, *columns: Any) -> Column:
    """A call on columns and names of columns."""

def call_flags(name: str, flags: int, *columns: Any) -> Column:
    """As `call`, with flags of an UnresolvedFunction."""

def expr(field: int, message: bytes, *holders: Any) -> Column:
    """An Expression of any kind: the field of the oneof and its message; it keeps what the holders keep."""

def encode_rows(schema: Schema, rows: Sequence[Any], /) -> list[Batch]:
    """Rows as batches; raises for the first value that the schema does not take."""

def encode_columns(schema: Schema, columns: list[Sequence[Any]], /) -> Batch:
    """A batch of lists of values, one for each column."""

def arrow_stream(schema: Schema, batches: list[Batch], zone: str, /) -> object:
    """A capsule ``arrow_array_stream``; the batches are used up."""

def import_stream(capsule: object, schema: Schema, /) -> list[Batch]:
    """The batches of a capsule; TypeError where the stream's types are not the schema's."""

def infer(rows: list[Any], /) -> Optional[list[int]]:
    """Simple kinds of the columns; None: Python must look closer."""

def shapes(rows: list[Any], /) -> Optional[tuple[dict[str, Any], bool]]:
    """The first row of each shape, and whether settings matter; None: Python must look at all rows."""
