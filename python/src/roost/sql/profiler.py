# SPDX-License-Identifier: Apache-2.0
"""``spark.profile``: where the time of Python functions goes, and the memory.

While ``spark.sql.pyspark.udf.profiler`` is ``perf``, every call of a user's function runs under
:mod:`cProfile`; while it is ``memory``, under `memory_profiler`_, which must be installed then and measures the
whole process after each line.  The figures of a function's calls are added up under its number.

.. _memory_profiler: https://pypi.org/project/memory-profiler
"""

from __future__ import annotations

import functools
import os
from contextlib import contextmanager
from io import StringIO

from roost.errors.base import PySparkValueError
from roost.sql.udf import Held, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pstats
    from typing import Any, Callable, Dict, Iterator, List, Optional, Union

__all__ = ["Profile", "ProfilerCollector"]

_TYPES = ["perf", "memory"]
_RENDERERS = [("perf", None), ("perf", "flameprof")]


class _Figures:
    """What was measured in one way: something for each function's number."""

    def __init__(self) -> None:
        self.results: Dict[int, Any] = {}

    def show(self, id: Optional[int]) -> None:
        """Print the figures of one function, or of all."""
        for number in self._chosen(id):
            print("=" * 60, f"Profile of UDF<id={number}>", "=" * 60, sep="\n")
            self._print(self.results[number])

    def dump(self, path: str, id: Optional[int]) -> None:
        """Write the figures of one function, or of all, to files in a folder."""
        for number in self._chosen(id):
            os.makedirs(path, exist_ok=True)
            self._write(self.results[number], os.path.join(path, f"udf_{number}_"))

    def clear(self, id: Optional[int]) -> None:
        """Forget the figures of one function, or of all."""
        for number in self._chosen(id):
            del self.results[number]

    def _chosen(self, id: Optional[int]) -> List[int]:
        return [number for number in sorted(self.results) if id is None or number == id]

    def _print(self, result: Any) -> None:
        raise NotImplementedError

    def _write(self, result: Any, prefix: str) -> None:
        raise NotImplementedError


class _Times(_Figures):
    """A ``pstats.Stats`` for each function."""

    def _print(self, result: Any) -> None:
        result.sort_stats("time", "cumulative").print_stats()

    def _write(self, result: Any, prefix: str) -> None:
        result.dump_stats(prefix + "perf.pstats")

    @contextmanager
    def of(self, number: int) -> Iterator[Callable[..., Any]]:
        """What calls a function under measure: ``run(function, *arguments)``."""
        import cProfile
        import pstats

        profile = cProfile.Profile()
        try:
            yield profile.runcall
        finally:
            stats = pstats.Stats(profile).strip_dirs()
            before = self.results.get(number)
            self.results[number] = stats if before is None else before.add(stats)


class _Memory(_Figures):
    """A ``memory_profiler.LineProfiler`` for each function."""

    def _print(self, result: Any) -> None:
        from memory_profiler import show_results

        show_results(result)

    def _write(self, result: Any, prefix: str) -> None:
        from memory_profiler import show_results

        with open(prefix + "memory.txt", "w") as file:
            show_results(result, file)

    @contextmanager
    def of(self, number: int) -> Iterator[Callable[..., Any]]:
        """What calls a function under measure: ``run(function, *arguments)``."""
        from memory_profiler import LineProfiler

        profiler = self.results.get(number) or LineProfiler()

        def run(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            code = getattr(func, "__code__", None)
            if code is not None and os.path.exists(code.co_filename):
                profiler.add_function(func)
            with profiler:
                return func(*args, **kwargs)

        yield run
        if any(profiler.code_map.values()):
            self.results[number] = profiler


class ProfilerCollector:
    """The figures of a session's functions, by what was measured."""

    def __init__(self) -> None:
        self._figures: Dict[str, Any] = {"perf": _Times(), "memory": _Memory()}

    @property
    def _perf_profile_results(self) -> Dict[int, Any]:
        """PySpark's name for the times."""
        return self._figures["perf"].results

    @property
    def _memory_profile_results(self) -> Dict[int, Any]:
        """PySpark's name for the memory."""
        return self._figures["memory"].results

    def show_perf_profiles(self, id: Optional[int] = None) -> None:
        """Print where the time of one function went, or of all."""
        self._figures["perf"].show(id)

    def show_memory_profiles(self, id: Optional[int] = None) -> None:
        """Print the lines of one function, or of all, with the process's memory after each."""
        self._figures["memory"].show(id)

    def dump_perf_profiles(self, path: str, id: Optional[int] = None) -> None:
        """Write times to files ``udf_<id>_perf.pstats`` in a folder; ``pstats`` reads them."""
        self._figures["perf"].dump(path, id)

    def dump_memory_profiles(self, path: str, id: Optional[int] = None) -> None:
        """Write lines with the memory to files ``udf_<id>_memory.txt`` in a folder."""
        self._figures["memory"].dump(path, id)

    def clear_perf_profiles(self, id: Optional[int] = None) -> None:
        """Forget the times of one function, or of all."""
        self._figures["perf"].clear(id)

    def clear_memory_profiles(self, id: Optional[int] = None) -> None:
        """Forget the memory of one function, or of all."""
        self._figures["memory"].clear(id)


class Profile:
    """What ``spark.profile`` is.

    Examples
    --------
    >>> from roost.sql.functions import udf
    >>> spark.conf.set("spark.sql.pyspark.udf.profiler", "perf")
    >>> len(spark.range(3).select(udf(lambda i: i + 1, "long")("id")).collect())
    3
    >>> spark.profile.show(type="perf")  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    ============================================================
    Profile of UDF<id=...>
    ============================================================
    ...
                3    0.000    0.000    0.000    0.000 ...(<lambda>)
    ...
    >>> spark.profile.clear()
    """

    def __init__(self, profiler_collector: ProfilerCollector) -> None:
        self.profiler_collector = profiler_collector

    def show(self, id: Optional[int] = None, *, type: Optional[str] = None) -> None:
        """Print the figures of one function, or of all; without a `type` those of both."""
        for figures in self._of(type):
            figures.show(id)

    def dump(self, path: str, id: Optional[int] = None, *, type: Optional[str] = None) -> None:
        """Write the figures of one function, or of all, to files in a folder."""
        for figures in self._of(type):
            figures.dump(path, id)

    def render(
        self,
        id: int,
        *,
        type: Optional[str] = None,
        renderer: Optional[Union[str, Callable[[pstats.Stats], Any]]] = None,
    ) -> Any:
        """What `renderer` makes of a function's figures; of times by default a drawing by flameprof."""
        chosen = "perf" if type is None else _known(type)
        if (chosen, renderer) in _RENDERERS:
            render: Any = _render_flameprof
        elif callable(renderer):
            render = renderer
        else:
            raise _not_allowed("(type, renderer)", str(_RENDERERS))
        result = self.profiler_collector._figures[chosen].results.get(id)
        return None if result is None else render(result)

    def clear(self, id: Optional[int] = None, *, type: Optional[str] = None) -> None:
        """Forget the figures of one function, or of all."""
        for figures in self._of(type):
            figures.clear(id)

    def _of(self, type: Optional[str]) -> List[Any]:
        figures = self.profiler_collector._figures
        return list(figures.values()) if type is None else [figures[_known(type)]]


def _not_allowed(name: str, allowed: str) -> PySparkValueError:
    return PySparkValueError(
        errorClass="VALUE_NOT_ALLOWED", messageParameters={"arg_name": name, "allowed_values": allowed}
    )


def _known(type: str) -> str:
    if type not in _TYPES:
        raise _not_allowed("type", str(_TYPES))
    return type


def _render_flameprof(stats: pstats.Stats) -> Any:
    """A drawing as SVG; within IPython as what it displays."""
    try:
        from flameprof import render
    except ImportError as error:
        raise PySparkValueError(
            errorClass="PACKAGE_NOT_INSTALLED",
            messageParameters={"package_name": "flameprof", "minimum_version": "0.4"},
        ) from error
    drawing = StringIO()
    render(stats.stats, drawing)  # type: ignore[attr-defined]
    try:
        from IPython import get_ipython
        from IPython.display import HTML
    except ImportError:
        return drawing.getvalue()
    return HTML(drawing.getvalue()) if get_ipython() else drawing.getvalue()


@contextmanager
def measuring(held: Held, kind: str) -> Iterator[Held]:
    """The function, so that what it costs is the session's to show.

    Parameters
    ----------
    kind : str
        "perf" or "memory"
    """
    session, _ = running()
    collector = ProfilerCollector() if session is None else session.profile.profiler_collector
    with collector._figures[kind].of(held.number) as run:
        yield Held(held.name, _measured(held.func, run), held.return_type)


def _measured(func: Callable[..., Any], run: Callable[..., Any]) -> Callable[..., Any]:
    """The function, each call of which is measured, and each step of an iterator that it returns."""

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = run(func, *args, **kwargs)
        return _steps(result, run) if hasattr(result, "__next__") else result

    return call


def _steps(items: Iterator[Any], run: Callable[..., Any]) -> Iterator[Any]:
    end = object()
    while (item := run(next, items, end)) is not end:
        yield item
