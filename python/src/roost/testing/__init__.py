# SPDX-License-Identifier: Apache-2.0
"""Comparing DataFrames and schemas in tests, as ``pyspark.testing`` does."""

from roost.testing.utils import assertDataFrameEqual, assertSchemaEqual

__all__ = ["assertDataFrameEqual", "assertSchemaEqual"]
