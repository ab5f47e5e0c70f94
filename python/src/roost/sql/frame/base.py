# SPDX-License-Identifier: Apache-2.0
"""How an operation on a DataFrame becomes a plan that the engine holds.

A DataFrame has a plan (a handle in the engine), a number (what ``df["x"]`` refers to) and the bytes
by which other relations name it.  An operation is encoded with those bytes as its input and sent at
once: the engine answers with the new handle and the schema, or with the error, on the line that
caused it.  With ``spark.roost.analysis`` set to ``lazy`` the sending waits for the first use.
"""

from __future__ import annotations

from roost._core import pb
from roost.errors.base import SessionNotSameException
from roost.sql.plans import next_plan_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List, Optional, Tuple

    from roost.sql.column import Column
    from roost.sql.session import SparkSession
    from roost.sql.types import Row

WITH_RELATIONS = 41
_HANDLE = 2000


class _Outer:
    """What a column that belongs to an enclosing query holds (`Column.outer`)."""

    def __repr__(self) -> str:
        return "OUTER"


OUTER = _Outer()


class Operations:
    """The state of a DataFrame, and the ways to derive another from it or to run something on it."""

    _session: SparkSession
    _plan: Any
    _plan_id: int
    _input: bytes  # a Relation that names this DataFrame's plan
    _keep: Tuple  # the plans that _input names
    _made: type  # DataFrame: what is derived from an object of a program's own class is one, too

    def _set_plan(self, plan: Any, session: SparkSession, plan_id: int) -> None:
        self._session = session
        self._plan = plan
        self._plan_id = plan_id
        self._input = pb(1, pb(2, plan_id), _HANDLE, plan.handle)
        self._keep = (plan,)

    def _set_open(self, relation: bytes, keep: Tuple, session: SparkSession, plan_id: int) -> None:
        """For a part of a query that means something only inside another: others name it by its whole text."""
        self._session = session
        self._plan_id = plan_id
        self._input = relation
        self._keep = keep

    def _close(self) -> Any:
        """The plan of an open part after all, when somebody runs it alone; the engine says what is missing."""
        self._plan = self._session._core.relation(self._input, self._keep, False)
        return self._plan

    def _derive(self, field: int, body: bytes, columns: Iterable[Column] = (), others: Tuple = ()) -> Any:
        """The DataFrame of a relation whose input is this one.

        Parameters
        ----------
        field : int
            the field of Relation that says which operation
        body : bytes
            its message
        columns : iterable of Column
            the columns in it, for what they hold on to
        others : tuple of DataFrame
            further inputs
        """
        plan_id = next_plan_id()
        relation, keep = self._relation(plan_id, field, body, columns, others)
        made = self._made.__new__(self._made)
        if OUTER in keep:
            made._set_open(relation, keep, self._session, plan_id)
        else:
            plan = self._session._core.relation(relation, keep, self._session._eager)
            made._set_plan(plan, self._session, plan_id)
        return made

    def _relation(
        self, plan_id: Optional[int], field: int, body: bytes, columns: Iterable[Column], others: Tuple
    ) -> Tuple[bytes, Tuple]:
        keep = self._keep
        for other in others:
            keep += other._keep
        return with_subqueries(plan_id, field, body, columns, keep)

    def _rows(self, field: int, body: bytes, columns: Iterable[Column] = ()) -> List[Row]:
        """Run a relation on this DataFrame that nobody needs again, and return its rows."""
        relation, keep = self._relation(None, field, body, columns, ())
        return self._session._execute(pb(1, relation), keep).rows()

    def _command(self, field: int, body: bytes, columns: Iterable[Column] = ()) -> Any:
        """Run a command whose input is this DataFrame; its result, read to the end."""
        keep = self._keep + held_by(columns)
        return self._session._run_command(field, body, keep)

    def _check_same_session(self, other: Any) -> None:
        if self._session is not other._session and self._session._core.id != other._session._core.id:
            raise SessionNotSameException(errorClass="SESSION_NOT_SAME", messageParameters={})


def with_subqueries(
    plan_id: Optional[int], field: int, body: bytes, columns: Iterable[Column], keep: Tuple
) -> Tuple[bytes, Tuple]:
    """A relation together with those that its columns name (subqueries, tables as arguments), and what it holds on to."""
    relation = pb(1, pb(2, plan_id), field, body)
    references: List[bytes] = []
    for column in columns:
        for ref in column._refs:
            if isinstance(ref, Operations):
                references.append(ref._input)
                keep += tuple(held for held in ref._keep if held is not OUTER)
            else:
                keep += (ref,)
    if references:
        relation = pb(1, pb(2, plan_id), WITH_RELATIONS, pb(1, relation, 2, references))
    return relation, keep


def held_by(columns: Iterable[Column]) -> Tuple:
    """What columns hold on to: the plans of subqueries, functions."""
    held: Tuple = ()
    for column in columns:
        for ref in column._refs:
            held += ref._keep if isinstance(ref, Operations) else (ref,)
    return held
