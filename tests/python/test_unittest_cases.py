# SPDX-License-Identifier: Apache-2.0
"""roost.testing for suites written with unittest, as PySpark's own are."""

import pickle
import unittest

from roost.errors import AnalysisException
from roost.sql import Row, types
from roost.testing import sqlutils, utils
from roost.testing.sqlutils import ReusedSQLTestCase


class Suite(ReusedSQLTestCase):
    def test_session(self):
        self.assertEqual(self.df.count(), 100)
        self.assertIs(self.spark.sparkContext, self.sc)
        self.assertEqual(self.sc.defaultParallelism, 4)

    def test_settings_come_back(self):
        before = self.spark.conf.get("spark.sql.ansi.enabled")
        with self.sql_conf({"spark.sql.ansi.enabled": False}):
            self.assertEqual(self.spark.conf.get("spark.sql.ansi.enabled"), "false")
        self.assertEqual(self.spark.conf.get("spark.sql.ansi.enabled"), before)

    def test_tables_go(self):
        with self.table("t"):
            self.spark.sql("CREATE TABLE t AS SELECT 1 AS x")
        self.assertFalse(self.spark.catalog.tableExists("t"))

    def test_errors(self):
        with self.assertRaises(AnalysisException) as raised:
            self.spark.table("nowhere")
        self.check_error(
            raised.exception, "TABLE_OR_VIEW_NOT_FOUND", {"relationName": "`nowhere`"}, query_context_type=None
        )


def test_the_suite():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Suite)
    result = unittest.TestResult()
    suite.run(result)
    assert result.wasSuccessful(), [*result.errors, *result.failures]
    assert result.testsRun == 4


def test_packages():
    assert sqlutils.have_pandas == (utils.pandas_requirement_message is None)


def test_types_are_of_one_module():
    for kind in (types.LongType(), types.StructType([types.StructField("a", types.ArrayType(types.DateType()))])):
        assert type(kind).__module__ == "roost.sql.types"
        assert pickle.loads(pickle.dumps(kind)) == kind
    assert pickle.loads(pickle.dumps(Row(a=1))) == Row(a=1)
