# SPDX-License-Identifier: Apache-2.0
"""What PySpark's interactive shell has at hand: ``from roost.shell import spark`` starts a session.

Programs written by the shell import the session from here. Nothing is printed: this is no shell.
"""

from __future__ import annotations

from roost.as_pyspark import __version__ as version
from roost.sql.context import SQLContext
from roost.sql.session import SparkSession

__all__ = ["sc", "spark", "sql", "sqlContext", "sqlCtx", "version"]

spark = SparkSession.builder.appName("PySparkShell").getOrCreate()
sc = spark.sparkContext
sqlContext = sqlCtx = SQLContext.getOrCreate(sc)
sql = spark.sql
