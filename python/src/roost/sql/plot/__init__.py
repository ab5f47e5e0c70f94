# SPDX-License-Identifier: Apache-2.0
"""Plots of DataFrames: ``df.plot.line(x="a", y="b")`` and the like, by plotly where it is installed."""

from roost.sql.plot.core import (
    PySparkBoxPlotBase,
    PySparkHistogramPlotBase,
    PySparkKdePlotBase,
    PySparkPlotAccessor,
    PySparkSampledPlotBase,
    PySparkTopNPlotBase,
)
