# SPDX-License-Identifier: Apache-2.0
"""Accumulators: values that functions add to while they run, and programs read afterwards."""

from __future__ import annotations

from itertools import count

from roost.errors.base import PySparkRuntimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

__all__ = ["Accumulator", "AccumulatorParam", "AddingAccumulatorParam"]

_numbers = count()


class AccumulatorParam:
    """How values of a kind are added: a subclass says what nothing is, and what two make."""

    def zero(self, value: Any) -> Any:
        """Nothing, of the kind of `value`."""
        raise NotImplementedError

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        """Both together; the first may be changed."""
        raise NotImplementedError


class AddingAccumulatorParam(AccumulatorParam):
    """Adds with ``+``."""

    def __init__(self, zero_value: Any) -> None:
        self.zero_value = zero_value

    def zero(self, value: Any) -> Any:
        """The zero of the kind."""
        return self.zero_value

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        """The sum."""
        value1 += value2
        return value1


INT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0)
FLOAT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0)
COMPLEX_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0j)


class Accumulator:
    """A value that functions add to; made by ``sc.accumulator``.

    Examples
    --------
    >>> total = spark.sparkContext.accumulator(0)
    >>> spark.sparkContext.parallelize([1, 2, 3]).foreach(total.add)
    >>> total.value
    6
    """

    def __init__(self, value: Any, accum_param: Optional[AccumulatorParam] = None) -> None:
        self.aid = next(_numbers)
        self.accum_param = _param_of(value) if accum_param is None else accum_param
        self._value = value

    @property
    def value(self) -> Any:
        """The value; what runs in tasks may only add to it."""
        self._outside_tasks()
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._outside_tasks()
        self._value = value

    def add(self, term: Any) -> None:
        """Add to the value."""
        self._value = self.accum_param.addInPlace(self._value, term)

    def __iadd__(self, term: Any) -> Accumulator:
        self.add(term)
        return self

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Accumulator<id={self.aid}, value={self._value}>"

    @staticmethod
    def _outside_tasks() -> None:
        from roost.taskcontext import TaskContext

        if TaskContext.get() is not None:
            raise PySparkRuntimeError(
                errorClass="VALUE_NOT_ACCESSIBLE", messageParameters={"value": "Accumulator.value"}
            )


def _param_of(value: Any) -> AccumulatorParam:
    for kind, param in (
        (int, INT_ACCUMULATOR_PARAM),
        (float, FLOAT_ACCUMULATOR_PARAM),
        (complex, COMPLEX_ACCUMULATOR_PARAM),
    ):
        if isinstance(value, kind):
            return param
    raise TypeError(f"No default accumulator param for type {type(value)}")
