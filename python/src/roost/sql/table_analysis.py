# SPDX-License-Identifier: Apache-2.0
"""Table functions that say by themselves what they give: their ``analyze``.

The engine never runs Python while it analyzes.  When a query calls such a function it answers
TABLE_FUNCTION_TO_ANALYZE and tells of the arguments; ``analyze`` is then called here, what it says is
registered under the key that came with the error, and the query is sent again.
"""

from __future__ import annotations

import inspect

from roost._core import expr, pb
from roost.errors.base import AnalysisException
from roost.sql.udtf import AnalyzeArgument, AnalyzeResult, OrderingColumn, PartitioningColumn, SelectedColumn
from roost.sql.worker import failure_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Tuple

    from roost.sql.session import SparkSession
    from roost.sql.udtf import Handler

_TO_ANALYZE = "TABLE_FUNCTION_TO_ANALYZE"
_REGISTER_TABLE_FUNCTION = 10
_TABLE_ARGUMENT = 3


class AnalyzingCore:
    """A session's connection that calls ``analyze`` when the engine wants it."""

    def __init__(self, core: Any, session: SparkSession) -> None:
        self._core = core
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)

    def relation(self, relation: bytes, keep: Tuple, eager: bool) -> Any:
        """A plan; never a lazy one, because analyzing it may take several turns."""
        return self._tried(self._core.relation, relation, keep, True)

    def plan(self, *args: Any) -> Any:
        """See the connection's."""
        return self._tried(self._core.plan, *args)

    def execute(self, *args: Any) -> Any:
        """See the connection's."""
        return self._tried(self._core.execute, *args)

    def analyze(self, *args: Any) -> Any:
        """See the connection's."""
        return self._tried(self._core.analyze, *args)

    def _tried(self, call: Callable[..., Any], *args: Any) -> Any:
        known = set()
        while True:
            try:
                return call(*args)
            except AnalysisException as error:
                asked = error.getMessageParameters() or {}
                if error.getCondition() != _TO_ANALYZE or asked["key"] in known:
                    raise
            known.add(asked["key"])
            _analyze(self._session, asked)


def watch(session: SparkSession) -> None:
    """From now on the session's queries may call functions that have an ``analyze``."""
    if not isinstance(session._core, AnalyzingCore):
        session._core = AnalyzingCore(session._core, session)


def _analyze(session: SparkSession, asked: Dict[str, str]) -> None:
    from roost.sql.udf import find, hold

    handler: Handler = find(bytes.fromhex(asked["function"])).func
    positional, named = _arguments(session, asked["arguments"])
    result = _called(handler, asked["name"], positional, named)
    held = hold(handler.analyzed(result), result.schema)
    session._held.append(held)
    columns = [*map(_selected, result.select), _partitioning(result)]
    message = handler.message(asked["key"], result.schema, held, columns)
    session._run_command(_REGISTER_TABLE_FUNCTION, message)


def _arguments(session: SparkSession, text: str) -> Tuple[List[AnalyzeArgument], Dict[str, AnalyzeArgument]]:
    import json

    from roost.sql.types import _parse_datatype_json_value

    positional, named = [], {}
    for told in json.loads(text):
        constant = "value" in told
        argument = AnalyzeArgument(
            dataType=_parse_datatype_json_value(told["type"]),
            value=session.sql(f"SELECT {told['value']}").collect()[0][0] if constant else None,
            isTable=told["table"],
            isConstantExpression=constant,
        )
        if "name" in told:
            named[told["name"]] = argument
        else:
            positional.append(argument)
    return positional, named


def _refused(message: str) -> AnalysisException:
    return AnalysisException(
        errorClass="TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON", messageParameters={"msg": message}
    )


def _called(
    handler: Handler, name: str, positional: List[AnalyzeArgument], named: Dict[str, AnalyzeArgument]
) -> AnalyzeResult:
    failed = f"Failed to evaluate the user-defined table function '{name}' because the "
    try:
        inspect.signature(handler.cls.analyze).bind(*positional, **named)
    except TypeError as error:
        raise _refused(
            f"{failed}function arguments did not match the expected signature of the static 'analyze' method "
            f"({error}). Please update the query so that this table function call provides arguments matching the "
            "expected signature, or else update the table function so that its static 'analyze' method accepts the "
            "provided arguments, and then try the query again."
        ) from None
    try:
        result = handler.cls.analyze(*positional, **named)
    except Exception as error:
        raise _refused(failure_text(error).rstrip()) from error
    _check(name, f"{failed}static 'analyze' method ", result)
    if not any(argument.isTable for argument in (*positional, *named.values())):
        _check_without_table(f"{failed}static 'analyze' method returned an 'AnalyzeResult' object with the ", result)
    return result


def _check(name: str, failed: str, result: Any) -> None:
    from roost.sql.types import StructType

    expected = f"{failed}expects a result of type pyspark.sql.udtf.AnalyzeResult"
    if not isinstance(result, AnalyzeResult):
        raise _refused(f"{expected}, but instead this method returned a value of type: {type(result)}")
    if not isinstance(result.schema, StructType):
        raise _refused(
            f"{expected} with a 'schema' field comprising a StructType, but the 'schema' field had the wrong type: "
            f"{type(result.schema)}"
        )
    for field, kind in (("partitionBy", PartitioningColumn), ("orderBy", OrderingColumn), ("select", SelectedColumn)):
        given = getattr(result, field)
        if not isinstance(given, (list, tuple)) or not all(isinstance(column, kind) for column in given):
            raise _refused(
                f"{failed}returned an 'AnalyzeResult' object with the '{field}' field set to a value besides a list "
                f"or tuple of '{kind.__name__}' objects. Please update the table function and then try the query "
                "again."
            )
    reason = None
    if result.withSinglePartition and result.partitionBy:
        reason = "the 'with_single_partition' field cannot be assigned to true if the 'partition_by' list is non-empty"
    elif result.orderBy and not (result.withSinglePartition or result.partitionBy):
        reason = (
            "the 'order_by' field cannot be non-empty unless the 'with_single_partition' field is set to true or the "
            "'partition_by' list is non-empty"
        )
    if reason:
        raise AnalysisException(
            errorClass="TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID",
            messageParameters={"functionName": name, "reason": reason},
        )


def _check_without_table(failed: str, result: AnalyzeResult) -> None:
    """Without a table there is nothing to divide."""
    again = (
        ", but the function call did not provide any table argument. Please update the query so that it provides a "
        "table argument, or else update the table function so that its 'analyze' method returns an 'AnalyzeResult' "
        "object with the "
    )
    if result.withSinglePartition:
        field, given, other = "'withSinglePartition' field", "'true'", "'false'"
    elif result.partitionBy:
        field, given, other = "'partitionBy' list", "non-empty", "empty"
    else:
        return
    raise _refused(f"{failed}{field} set to {given}{again}{field} set to {other}, and then try the query again.")


def _selected(column: SelectedColumn) -> Any:
    from roost.sql.functions import expr as parsed

    made = parsed(column.name)
    return made.alias(column.alias) if column.alias else made


def _partitioning(result: AnalyzeResult) -> Any:
    """What divides and orders the rows, in the form of a TABLE argument."""
    from roost.sql.column import _SUBQUERY
    from roost.sql.frame.relational import sort_order
    from roost.sql.functions import expr as parsed

    orders = []
    for column in result.orderBy:
        first = column.ascending if column.overrideNullsFirst is None else column.overrideNullsFirst
        direction = ("asc" if column.ascending else "desc") + ("_nulls_first" if first else "_nulls_last")
        orders.append(sort_order(getattr(parsed(column.name), direction)()))
    keys = [parsed(column.name) for column in result.partitionBy]
    options = pb(1, keys, 2, orders, 3, bool(result.withSinglePartition))
    return expr(_SUBQUERY, pb(1, 0, 2, _TABLE_ARGUMENT, 3, options))
