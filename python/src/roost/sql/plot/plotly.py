# SPDX-License-Identifier: Apache-2.0
"""Plots by plotly.

Kinds that show rows are plotly's own; boxes, densities and histograms are put together from what the engine
has computed, as plotly would need all rows to compute it.
"""

from __future__ import annotations

from roost.errors.base import PySparkTypeError, PySparkValueError
from roost.sql.plot.core import PySparkBoxPlotBase, PySparkHistogramPlotBase, PySparkKdePlotBase, PySparkPlotAccessor
from roost.sql.types import NumericType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Sequence, Union

    from plotly.graph_objs import Figure

    from roost.sql import DataFrame, Row


def plot_pyspark(data: DataFrame, kind: str, **kwargs: Any) -> Figure:
    """The plot of a kind."""
    import plotly

    if kind in _OF_FIGURES:
        return _OF_FIGURES[kind](data, **kwargs)
    rows_of = PySparkPlotAccessor.plot_data_map
    if kind not in rows_of:
        known = sorted([*rows_of, *_OF_FIGURES])
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PLOT_KIND",
            messageParameters={"plot_type": kind, "supported_plot_types": ", ".join(known)},
        )
    return plotly.plot(rows_of[kind](data), kind, **kwargs)


def plot_pie(data: DataFrame, **kwargs: Any) -> Figure:
    """A pie, or several beside each other."""
    from plotly import express

    rows = PySparkPlotAccessor.plot_data_map["pie"](data)
    names, sizes = kwargs.pop("x", None), kwargs.pop("y", None)
    subplots = kwargs.pop("subplots", False)
    if sizes is None and not subplots:
        raise PySparkValueError(errorClass="UNSUPPORTED_PIE_PLOT_PARAM", messageParameters={})
    columns = process_column_param(sizes, data)
    if not subplots:
        return express.pie(rows, values=columns[0], names=names, **kwargs)
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=1, cols=len(columns), specs=[[{"type": "domain"}] * len(columns)])
    for place, column in enumerate(columns, 1):
        figure.add_trace(express.pie(rows, values=column, names=names, **kwargs).data[0], row=1, col=place)
    return figure


def plot_box(data: DataFrame, **kwargs: Any) -> Figure:
    """A box for each column."""
    import plotly.graph_objs as go

    whis, precision = kwargs.pop("whis", 1.5), kwargs.pop("precision", 0.01)
    columns = process_column_param(kwargs.pop("column", None), data)
    kwargs.setdefault("boxpoints", "suspectedoutliers")
    kwargs.setdefault("notched", False)
    _check_one_of("boxpoints", kwargs["boxpoints"], ("suspectedoutliers", False))
    _check_one_of("notched", kwargs["notched"], (False,))
    boxes = PySparkBoxPlotBase.compute_box(data, columns, whis, precision, kwargs["boxpoints"] is not None)
    assert boxes is not None and len(boxes) == len(columns)
    figure = go.Figure()
    for place, (column, box) in enumerate(zip(columns, boxes)):
        figure.add_trace(go.Box(x=[place], name=column, **_box_arguments(box), **kwargs))
    figure["layout"]["yaxis"]["title"] = "value"
    return figure


def _box_arguments(box: Row) -> dict:
    return {
        "q1": [box["q1"]],
        "median": [box["med"]],
        "q3": [box["q3"]],
        "mean": [box["mean"]],
        "lowerfence": [box["lower_whisker"]],
        "upperfence": [box["upper_whisker"]],
        "y": [box["fliers"]] if box["fliers"] else None,
    }


def _check_one_of(name: str, value: Any, known: Sequence[Any]) -> None:
    if not any(value is one or value == one for one in known):
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PLOT_BACKEND_PARAM",
            messageParameters={
                "backend": "plotly",
                "param": name,
                "value": str(value),
                "supported_values": ", ".join(map(str, known)),
            },
        )


def plot_kde(data: DataFrame, **kwargs: Any) -> Figure:
    """The density of each column, a line each."""
    from roost.sql.pandas.utils import require_minimum_pandas_version

    require_minimum_pandas_version()
    import pandas as pd
    from plotly import express

    kwargs.setdefault("color", "names")
    bw_method = kwargs.pop("bw_method", None)
    columns = process_column_param(kwargs.pop("column", None), data)
    points = PySparkKdePlotBase.get_ind(data.select(*columns), kwargs.pop("ind", None))
    points = [point.item() if hasattr(point, "item") else point for point in points]
    aggregates = [PySparkKdePlotBase.compute_kde_col(data[column], bw_method, points) for column in columns]
    densities = data.select(*(column.alias(f"kde_{i}") for i, column in enumerate(aggregates))).first()
    assert densities is not None
    lines = [
        pd.DataFrame({"Density": density, "names": column, "index": points}) for column, density in zip(columns, densities)
    ]
    figure = express.line(pd.concat(lines), x="index", y="Density", **kwargs)
    figure["layout"]["xaxis"]["title"] = None
    return figure


def plot_histogram(data: DataFrame, **kwargs: Any) -> Figure:
    """Bars of counts, a colour for each column."""
    import inspect

    import plotly.graph_objs as go

    columns = process_column_param(kwargs.pop("column", None), data)
    values = data.select(*columns)
    bounds = PySparkHistogramPlotBase.get_bins(values, kwargs.get("bins", 10))
    assert len(bounds) > 2, "the number of buckets must be higher than 2."
    middles = [(low + high) / 2 for low, high in zip(bounds, bounds[1:])]
    steps = _steps(bounds)
    bars = [
        go.Bar(
            x=middles,
            y=counts,
            name=counts.name,
            text=steps,
            hovertemplate=f"variable={counts.name}<br>value=%{{text}}<br>count=%{{y}}",
        )
        for counts in PySparkHistogramPlotBase.compute_hist(values, bounds)
    ]
    known = inspect.signature(go.Layout).parameters
    layout = go.Layout(**{name: value for name, value in kwargs.items() if name in known})
    figure = go.Figure(data=bars, layout=layout)
    figure["layout"]["barmode"] = "stack"
    figure["layout"]["xaxis"]["title"] = "value"
    figure["layout"]["yaxis"]["title"] = "count"
    return figure


def _steps(bounds: Sequence[float]) -> List[str]:
    """How the steps are written: ``[0.0, 1.5)``, with nine digits behind the point at most."""
    rounded = [float(f"{bound:.9f}") for bound in bounds]
    texts = [f"[{low}, {high})" for low, high in zip(rounded, rounded[1:])]
    return [*texts[:-1], texts[-1][:-1] + "]"]


def process_column_param(column: Optional[Union[str, List[str]]], data: DataFrame) -> List[str]:
    """The columns of a plot: the named ones, which must be numeric, or all that are."""
    types = {field.name: field.dataType for field in data.schema.fields}
    if column is None:
        return [name for name, kind in types.items() if isinstance(kind, NumericType)]
    columns = [column] if isinstance(column, str) else column
    for name in columns:
        if not isinstance(types.get(name), NumericType):
            raise PySparkTypeError(
                errorClass="PLOT_INVALID_TYPE_COLUMN",
                messageParameters={
                    "col_name": name,
                    "valid_types": NumericType.__name__,
                    "col_type": type(types[name]).__name__ if name in types else "None",
                },
            )
    return columns


# Kinds that need figures, not rows.
_OF_FIGURES = {"pie": plot_pie, "box": plot_box, "kde": plot_kde, "density": plot_kde, "hist": plot_histogram}
