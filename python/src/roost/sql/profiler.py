# SPDX-License-Identifier: Apache-2.0
"""``spark.profile``: where the time of Python functions goes.

While ``spark.sql.pyspark.udf.profiler`` is ``perf``, every call of a user's function runs under
:mod:`cProfile`; the figures of a function's calls are added up under its number.
"""

from __future__ import annotations

import cProfile
import functools
import os
import pstats
from contextlib import contextmanager
from io import StringIO

from roost.errors.base import PySparkNotImplementedError, PySparkValueError
from roost.sql.udf import Held, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Union

__all__ = ["Profile", "ProfilerCollector"]

_TYPES = ["perf", "memory"]


class ProfilerCollector:
    """The figures of a session's functions: a ``pstats.Stats`` for each function's number."""

    def __init__(self) -> None:
        self._perf_profile_results: Dict[int, pstats.Stats] = {}

    def _chosen(self, id: Optional[int]) -> List[int]:
        return [number for number in sorted(self._perf_profile_results) if id is None or number == id]

    def _add(self, id: int, profile: cProfile.Profile) -> None:
        stats = pstats.Stats(profile).strip_dirs()
        before = self._perf_profile_results.get(id)
        self._perf_profile_results[id] = stats if before is None else before.add(stats)

    def show_perf_profiles(self, id: Optional[int] = None) -> None:
        """Print the figures of one function, or of all."""
        for number in self._chosen(id):
            print("=" * 60, f"Profile of UDF<id={number}>", "=" * 60, sep="\n")
            self._perf_profile_results[number].sort_stats("time", "cumulative").print_stats()

    def dump_perf_profiles(self, path: str, id: Optional[int] = None) -> None:
        """Write the figures of one function, or of all, to files in a folder; ``pstats`` reads them."""
        for number in self._chosen(id):
            os.makedirs(path, exist_ok=True)
            self._perf_profile_results[number].dump_stats(os.path.join(path, f"udf_{number}_perf.pstats"))

    def clear_perf_profiles(self, id: Optional[int] = None) -> None:
        """Forget the figures of one function, or of all."""
        for number in self._chosen(id):
            del self._perf_profile_results[number]


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
        """Print the figures of one function, or of all."""
        _check(type)
        self.profiler_collector.show_perf_profiles(id)

    def dump(self, path: str, id: Optional[int] = None, *, type: Optional[str] = None) -> None:
        """Write the figures of one function, or of all, to files in a folder; ``pstats`` reads them."""
        _check(type)
        self.profiler_collector.dump_perf_profiles(path, id)

    def render(
        self,
        id: int,
        *,
        type: Optional[str] = None,
        renderer: Optional[Union[str, Callable[[pstats.Stats], Any]]] = None,
    ) -> Any:
        """What `renderer` makes of a function's ``pstats.Stats``; by default a drawing by flameprof."""
        _check(type)
        render = _render_flameprof if renderer in (None, "flameprof") else renderer
        if not callable(render):
            allowed = str([("perf", None), ("perf", "flameprof")])
            raise _not_allowed("(type, renderer)", allowed)
        stats = self.profiler_collector._perf_profile_results.get(id)
        return None if stats is None else render(stats)

    def clear(self, id: Optional[int] = None, *, type: Optional[str] = None) -> None:
        """Forget the figures of one function, or of all."""
        _check(type)
        self.profiler_collector.clear_perf_profiles(id)


def _not_allowed(name: str, allowed: str) -> PySparkValueError:
    return PySparkValueError(
        errorClass="VALUE_NOT_ALLOWED", messageParameters={"arg_name": name, "allowed_values": allowed}
    )


def _check(type: Optional[str]) -> None:
    if type is not None and type not in _TYPES:
        raise _not_allowed("type", str(_TYPES))
    if type == "memory":
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": "Profiles of functions' memory"}
        )


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
def measuring(held: Held) -> Iterator[Held]:
    """The function, so that what it costs is the session's to show, even if it fails."""
    session, _ = running()
    profile = cProfile.Profile()
    try:
        yield Held(held.name, _measured(held.func, profile), held.return_type)
    finally:
        if session is not None:
            session.profile.profiler_collector._add(held.number, profile)


def _measured(func: Callable[..., Any], profile: cProfile.Profile) -> Callable[..., Any]:
    """The function, each call of which adds to the profile, and each step of an iterator that it returns."""

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = profile.runcall(func, *args, **kwargs)
        return _steps(result, profile) if hasattr(result, "__next__") else result

    return call


def _steps(items: Iterator[Any], profile: cProfile.Profile) -> Iterator[Any]:
    end = object()
    while (item := profile.runcall(next, items, end)) is not end:
        yield item
