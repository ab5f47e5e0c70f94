# SPDX-License-Identifier: Apache-2.0
"""Plots of DataFrames, and the figures that they are drawn from."""

import sys

import pytest

import roost.sql.functions as F
from roost.errors import PySparkImportError, PySparkTypeError, PySparkValueError
from roost.sql.plot import (
    PySparkBoxPlotBase,
    PySparkHistogramPlotBase,
    PySparkKdePlotBase,
    PySparkSampledPlotBase,
    PySparkTopNPlotBase,
)

pytest.importorskip("pandas")


@pytest.fixture
def flowers(spark):
    rows = [(5.1, 3.5, 0, "a"), (4.9, 3.0, 0, "b"), (7.0, 3.2, 1, "c"), (6.4, 3.2, 1, "d"), (5.9, 3.0, 2, "e")]
    return spark.createDataFrame(rows, ["length", "width", "species", "name"])


@pytest.fixture
def far(spark):
    values = [1, 2, 3, 4, 5, 6, 7, 8, 100, -50, -50, 55, None]
    return spark.createDataFrame([(v, None if v is None else float(v)) for v in values], "a int, b double")


def test_first_rows_and_samples(spark):
    spark.conf.set("spark.sql.pyspark.plotting.max_rows", "100")
    first, sample = PySparkTopNPlotBase(), PySparkSampledPlotBase()
    assert list(first.get_top_n(spark.range(500))["id"]) == list(range(100)) and first.partial
    drawn = list(sample.get_sampled(spark.range(500))["id"])
    assert len(set(drawn)) == 100 and drawn == sorted(drawn) and sample.fraction == 0.2
    assert len(first.get_top_n(spark.range(100))) == 100 and not first.partial
    assert list(sample.get_sampled(spark.range(100))["id"]) == list(range(100)) and sample.fraction == 1.0


def test_boxes(far):
    box = PySparkBoxPlotBase.compute_box(far, ["a", "b"], 1.5, 0.01, True)
    assert box[0].asDict() == {"mean": 7.583333333333333, "med": 4, "q1": 1, "q3": 7, "upper_whisker": 8,
                               "lower_whisker": 1, "fliers": [100, -50, -50, 55]}
    assert box[1]["fliers"] == [100.0, -50.0, -50.0, 55.0]
    assert PySparkBoxPlotBase.compute_box(far, ["a"], 1.5, 0.01, False)[0]["fliers"] is None


def test_histograms(spark, far):
    bounds = PySparkHistogramPlotBase.get_bins(far, 4)
    assert bounds == [-50.0, -12.5, 25.0, 62.5, 100.0]
    counts = PySparkHistogramPlotBase.compute_hist(far, bounds)
    assert [(one.name, list(one)) for one in counts] == [("a", [2, 8, 1, 1]), ("b", [2, 8, 1, 1])]
    assert PySparkHistogramPlotBase.get_bins(spark.range(1), 2) == [-0.5, 0.0, 0.5]
    with pytest.raises(Exception, match="out of the bins bounds"):
        PySparkHistogramPlotBase.compute_hist(spark.range(9), [0.0, 1.0, 2.0])


def test_densities(flowers):
    lengths = flowers.select("length")
    assert PySparkKdePlotBase.get_ind(lengths, 3) == pytest.approx([3.85, 5.95, 8.05])
    assert len(PySparkKdePlotBase.get_ind(lengths, None)) == 1000
    density = lengths.limit(1).select(PySparkKdePlotBase.compute_kde_col(F.col("length"), 0.5, [5.1, 5.6])).first()[0]
    assert density == pytest.approx([0.797884561, 0.483941449])


def test_what_is_refused(flowers, monkeypatch):
    with pytest.raises(PySparkValueError) as caught:
        flowers.plot(kind="bar", backend="matplotlib")
    assert caught.value.getMessageParameters() == {"backend": "matplotlib", "supported_backends": "plotly"}
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(PySparkImportError, match="Plotly >= 4.8 must be installed"):
        flowers.plot.line(x="name", y="length")


def test_figures(flowers):
    pytest.importorskip("plotly")
    line = flowers.plot.line(x="name", y=["length", "width"])
    assert [(one.type, one.name, list(one.x)) for one in line.data] == [
        ("scatter", "length", list("abcde")), ("scatter", "width", list("abcde"))]
    lying = flowers.plot.barh(x="length", y="name").data[0]
    assert (lying.type, lying.orientation, list(lying.y)) == ("bar", "h", list("abcde"))
    assert [one.type for one in flowers.plot.pie(x="name", y=None, subplots=True).data] == ["pie"] * 3
    assert [(one.name, one.q1[0]) for one in flowers.plot.box().data] == [("length", 5.1), ("width", 3.0), ("species", 0)]
    bars = flowers.plot.hist("length", bins=3, title="lengths")
    assert bars.layout.title.text == "lengths" and list(bars.data[0].y) == [2, 1, 2]
    assert list(bars.data[0].text) == ["[4.9, 5.6)", "[5.6, 6.3)", "[6.3, 7.0]"]
    curve = flowers.plot.kde(bw_method=0.3, ind=[5, 6], column="width")
    assert list(curve.data[0].x) == [5, 6] and curve.layout.xaxis.title.text is None


def test_arguments_of_plotly(flowers):
    pytest.importorskip("plotly")
    cases = [
        (lambda: flowers.plot(kind="hexbin"), "UNSUPPORTED_PLOT_KIND"),
        (lambda: flowers.plot.pie(x="name", y=None), "UNSUPPORTED_PIE_PLOT_PARAM"),
        (lambda: flowers.plot.box(boxpoints="all"), "UNSUPPORTED_PLOT_BACKEND_PARAM"),
        (lambda: flowers.plot.box(notched=True), "UNSUPPORTED_PLOT_BACKEND_PARAM"),
        (lambda: flowers.plot.hist(column="name"), "PLOT_INVALID_TYPE_COLUMN"),
    ]
    for call, condition in cases:
        with pytest.raises((PySparkValueError, PySparkTypeError)) as caught:
            call()
        assert caught.value.getCondition() == condition
