# SPDX-License-Identifier: Apache-2.0
"""Avro, for programs that name Spark's Avro package in ``spark.jars.packages``."""

from roost.sql.avro.functions import from_avro, to_avro

__all__ = ["from_avro", "to_avro"]
