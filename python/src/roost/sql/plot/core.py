# SPDX-License-Identifier: Apache-2.0
"""What a plot is drawn from.

A plot shows few things of many rows: some of the rows as they are (the first, or a sample, at most
``spark.sql.pyspark.plotting.max_rows``), or figures that one or two queries compute (counts of a
histogram, quartiles, densities).  Here are the queries; ``plotly.py`` draws what they give.
"""

from __future__ import annotations

import math

from roost.errors.base import PySparkValueError
from roost.sql import functions as F
from roost.sql.observation import Observation
from roost.sql.pandas.utils import require_minimum_pandas_version
from roost.sql.utils import NumpyHelper, require_minimum_plotly_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

    import pandas as pd
    from plotly.graph_objs import Figure

    from roost.sql import Column, DataFrame, Row

    Names = Optional[Union[str, List[str]]]

_MOST_OUTLIERS = 1001


def _max_rows(sdf: DataFrame) -> int:
    return int(sdf.sparkSession.conf.get("spark.sql.pyspark.plotting.max_rows"))


class PySparkTopNPlotBase:
    """Takes the first rows; ``partial`` says whether there are more."""

    def get_top_n(self, sdf: DataFrame) -> pd.DataFrame:
        """The first ``max_rows`` rows."""
        most = _max_rows(sdf)
        rows = sdf.limit(most + 1).toPandas()
        self.partial = len(rows) > most
        return rows.iloc[:most] if self.partial else rows


class PySparkSampledPlotBase:
    """Takes rows at random, in their order; ``fraction`` says how many of all they are."""

    def get_sampled(self, sdf: DataFrame) -> pd.DataFrame:
        """At most ``max_rows`` rows, all as likely as the others."""
        most = _max_rows(sdf)
        seen = Observation("pyspark plotting")
        chance, place = "__roost_plot_chance__", "__roost_plot_place__"
        counted = sdf.observe(seen, F.count(F.lit(1)).alias("count"))
        drawn = counted.select("*", F.rand().alias(chance), F.monotonically_increasing_id().alias(place))
        drawn = drawn.sort(chance).limit(most + 1)
        rows = drawn.coalesce(1).sortWithinPartitions(place).drop(chance, place).toPandas()
        if len(rows) <= most:
            self.fraction = 1.0
            return rows
        self.fraction = most / seen.get["count"]
        return rows[:most]


class PySparkPlotAccessor:
    """``DataFrame.plot``: a function of the kind of a plot, with a method for each kind.

    Parameters
    ----------
    data : DataFrame
    """

    plot_data_map = {
        "area": PySparkSampledPlotBase().get_sampled,
        "bar": PySparkTopNPlotBase().get_top_n,
        "barh": PySparkTopNPlotBase().get_top_n,
        "line": PySparkSampledPlotBase().get_sampled,
        "pie": PySparkTopNPlotBase().get_top_n,
        "scatter": PySparkSampledPlotBase().get_sampled,
    }
    _backends: Dict[str, ModuleType] = {}

    def __init__(self, data: DataFrame) -> None:
        self.data = data

    def __call__(self, kind: str = "line", backend: Optional[str] = None, **kwargs: Any) -> Figure:
        """A plot of a kind; further arguments are plotly's."""
        return self._get_plot_backend(backend).plot_pyspark(self.data, kind=kind, **kwargs)

    @staticmethod
    def _get_plot_backend(backend: Optional[str] = None) -> ModuleType:
        backend = backend or "plotly"
        if backend in PySparkPlotAccessor._backends:
            return PySparkPlotAccessor._backends[backend]
        if backend != "plotly":
            raise PySparkValueError(
                errorClass="UNSUPPORTED_PLOT_BACKEND",
                messageParameters={"backend": backend, "supported_backends": "plotly"},
            )
        require_minimum_plotly_version()
        from roost.sql.plot import plotly

        return plotly

    def line(self, x: str, y: Union[str, List[str]], **kwargs: Any) -> Figure:
        """Lines: a column across, one or several upwards."""
        return self(kind="line", x=x, y=y, **kwargs)

    def bar(self, x: str, y: Union[str, List[str]], **kwargs: Any) -> Figure:
        """Upright bars: a column of categories, one or several of heights."""
        return self(kind="bar", x=x, y=y, **kwargs)

    def barh(self, x: str, y: Union[str, List[str]], **kwargs: Any) -> Figure:
        """Bars that lie: ``x`` their lengths, ``y`` the categories."""
        return self(kind="barh", x=x, y=y, **kwargs)

    def scatter(self, x: str, y: str, **kwargs: Any) -> Figure:
        """Points: a column across, one upwards."""
        return self(kind="scatter", x=x, y=y, **kwargs)

    def area(self, x: str, y: Union[str, List[str]], **kwargs: Any) -> Figure:
        """Areas, one above the other."""
        return self(kind="area", x=x, y=y, **kwargs)

    def pie(self, x: str, y: Optional[str], **kwargs: Any) -> Figure:
        """A pie: a column of labels, one of sizes; with ``subplots=True`` a pie for each numeric column."""
        return self(kind="pie", x=x, y=y, **kwargs)

    def box(self, column: Names = None, **kwargs: Any) -> Figure:
        """Boxes with whiskers, of the numeric columns or the named ones.

        ``precision`` (0.01) says how near the quartiles are, ``whis`` (1.5) how many times the box the whiskers may be.
        """
        return self(kind="box", column=column, **kwargs)

    def kde(
        self,
        bw_method: Union[int, float],
        column: Names = None,
        ind: Optional[Union[Sequence[float], int]] = None,
        **kwargs: Any,
    ) -> Figure:
        """Densities, estimated by normal kernels.

        Parameters
        ----------
        bw_method : int or float
            the bandwidth: the kernels' standard deviation
        column : str or list of str, optional
            the columns; all numeric ones by default
        ind : sequence of float, or int
            the points, or their number (1,000 by default)
        """
        return self(kind="kde", column=column, bw_method=bw_method, ind=ind, **kwargs)

    def hist(self, column: Names = None, bins: int = 10, **kwargs: Any) -> Figure:
        """A histogram of the numeric columns or the named ones, in ``bins`` steps of one width."""
        return self(kind="hist", column=column, bins=bins, **kwargs)


def _least_and_greatest(sdf: DataFrame) -> Row:
    """Of all values in all columns."""
    names = sdf.columns
    if len(names) > 1:
        ends = F.least(*map(F.min, names)), F.greatest(*map(F.max, names))
    else:
        ends = F.min(names[-1]), F.max(names[-1])
    found = sdf.select(*ends).first()
    assert found is not None
    return found


class PySparkKdePlotBase:
    """Densities."""

    @staticmethod
    def get_ind(sdf: DataFrame, ind: Optional[Union[Sequence[float], int]]) -> Sequence[float]:
        """The points: those given, or so many over the values and half their range on both sides."""
        if ind is not None and not isinstance(ind, int):
            return ind
        least, greatest = _least_and_greatest(sdf)
        margin = 0.5 * (greatest - least)
        return NumpyHelper.linspace(least - margin, greatest + margin, 1000 if ind is None else ind)

    @staticmethod
    def compute_kde_col(input_col: Column, bw_method: Union[int, float], ind: Sequence[float]) -> Column:
        """An aggregate: the density at each point, the mean of the kernels there."""
        assert isinstance(bw_method, (int, float)), "'bw_method' must be set as a scalar number."
        assert ind is not None, "'ind' must be a scalar array."
        bandwidth = float(bw_method)
        scale = math.log(bandwidth) + 0.5 * math.log(2 * math.pi)
        values = input_col.cast("double")

        def density(point: float) -> Column:
            distance = (F.lit(point) - values) / F.lit(bandwidth)
            return F.avg(F.exp(-0.5 * distance * distance - F.lit(scale)))

        return F.array([density(point) for point in ind])


class PySparkHistogramPlotBase:
    """Counts between bounds."""

    @staticmethod
    def get_bins(sdf: DataFrame, bins: int) -> Sequence[float]:
        """The ``bins + 1`` bounds of as many steps."""
        least, greatest = _least_and_greatest(sdf)
        if least == greatest:
            least, greatest = least - 0.5, greatest + 0.5
        return NumpyHelper.linspace(least, greatest, bins + 1)

    @staticmethod
    def compute_hist(sdf: DataFrame, bins: Sequence[float]) -> List[pd.Series]:
        """For each column how many of its values lie in each step; the last step has its upper bound too."""
        require_minimum_pandas_version()
        import pandas as pd

        steps = len(bins) - 1
        counted = _values(sdf).select("column", _step(F.col("value"), bins).alias("step")).groupBy("column", "step").count()
        found: Dict[Tuple[int, int], int] = {(column, step): count for column, step, count in counted.collect()}
        return [
            pd.Series([found.get((i, step), 0) for step in range(steps)], range(i * steps, (i + 1) * steps), name=name)
            for i, name in enumerate(sdf.columns)
        ]


def _values(sdf: DataFrame) -> DataFrame:
    """Every value of every column as a row: the column's place and the value."""
    columns = [F.col(name).cast("double") for name in sdf.columns]
    values = sdf.select(F.posexplode(F.array(columns)).alias("column", "value"))
    return values.where(F.col("value").isNotNull() & ~F.isnan("value"))


def _step(value: Column, bins: Sequence[float]) -> Column:
    """Between which two of the bounds a value is."""
    inside = value.between(F.lit(bins[0]), F.lit(bins[-1]))
    below = F.size(F.filter(F.lit(list(bins)), lambda bound: bound <= value))
    outside = F.format_string(f"value %s out of the bins bounds: [{bins[0]}, {bins[-1]}]", value)
    return F.when(inside, F.least(below, F.lit(len(bins) - 1)) - 1).otherwise(F.raise_error(outside))


class PySparkBoxPlotBase:
    """Quartiles, whiskers and what lies outside."""

    @staticmethod
    def compute_box(
        sdf: DataFrame, colnames: List[str], whis: float, precision: float, showfliers: bool
    ) -> Optional[Row]:
        """A struct for each column: ``mean, med, q1, q3, upper_whisker, lower_whisker, fliers``."""
        assert len(colnames) > 0
        columns = [f"`{name}`" for name in colnames]
        boxes = [_box(column, whis, precision).alias(f"box_{i}") for i, column in enumerate(columns)]
        every = "__roost_plot_boxes__"
        beside = sdf.select("*", sdf.select(F.struct(*boxes)).scalar().alias(every))
        drawn = [
            _whiskers(F.col(column), F.col(f"{every}.box_{i}"), showfliers).alias(f"_box_plot_results_{i}")
            for i, column in enumerate(columns)
        ]
        return beside.select(*drawn).first()


def _box(column: str, whis: float, precision: float) -> Column:
    """The box itself, and how far from it a value is none of the whiskers'."""
    quartiles = F.percentile_approx(column, [0.25, 0.50, 0.75], int(1.0 / precision))
    q1, median, q3 = (F.get(quartiles, i) for i in range(3))
    reach = F.lit(whis) * (q3 - q1)
    return F.struct(
        F.mean(column).alias("mean"),
        median.alias("med"),
        q1.alias("q1"),
        q3.alias("q3"),
        (q1 - reach).alias("low"),
        (q3 + reach).alias("high"),
    )


def _whiskers(value: Column, box: Column, showfliers: bool) -> Column:
    near = value.between(box["low"], box["high"])
    outliers = F.lit(None)
    if showfliers:
        far = F.when(~near, F.struct(F.abs(value - box["med"]), value.alias("val")))
        farthest = F.slice(F.sort_array(F.collect_list(far), asc=False), 1, _MOST_OUTLIERS)
        outliers = F.when(F.size(farthest) > 0, farthest["val"])
    shown = [F.first(box[name]).alias(name) for name in ("mean", "med", "q1", "q3")]
    return F.struct(
        *shown,
        F.max(F.when(near, value)).alias("upper_whisker"),
        F.min(F.when(near, value)).alias("lower_whisker"),
        outliers.alias("fliers"),
    )
