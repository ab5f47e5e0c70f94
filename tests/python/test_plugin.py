# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin, in runs of its own."""

import pytest

pytest_plugins = ["pytester"]

SUITE = """
import pytest
from roost.sql import functions as F

@pytest.mark.parametrize("i", range(4))
def test_each_has_its_own(spark, i):
    assert not spark.catalog.tableExists("t")
    spark.range(i + 1).write.saveAsTable("t")
    spark.range(i + 1).createOrReplaceTempView("v")
    assert spark.table("t").count() == spark.table("v").count() == i + 1
"""


@pytest.fixture
def suite(pytester, monkeypatch):
    # A run of its own starts a daemon of its own.
    monkeypatch.delenv("ROOST_ADDRESS", raising=False)
    monkeypatch.delenv("ROOST_LOG", raising=False)

    def run(*arguments, text=SUITE, ini=""):
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.makepyfile(test_suite=text)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("-n", "2"), ("-p", "no:xdist"), ("-n", "2", "--dist", "loadfile")])
def test_every_way_to_run(suite, arguments):
    if "-n" in arguments:
        pytest.importorskip("xdist")
    suite(*arguments).assert_outcomes(passed=4)


def test_a_run_without_sessions_starts_nothing(suite):
    text = """
        import os, sys
        def test_nothing():
            assert "ROOST_ADDRESS" not in os.environ and "roost.sql.session" not in sys.modules
    """
    suite(text=text).assert_outcomes(passed=1)


def test_forked_children_find_the_modules_imported(suite):
    text = """
        import os, sys
        import roost.sql
        before = set(sys.modules)
        def test_in_a_child():
            child = os.fork()
            if not child:
                os._exit(0 if {"roost.sql.dataframe", "roost.sql.functions"} <= set(sys.modules) - before else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    """
    suite(text=text).assert_outcomes(passed=1)


def test_a_failure_shows_the_plans(suite):
    text = """
        def test_fails(spark):
            spark.range(3).filter("id > 1").collect()
            assert False
    """
    result = suite(text=text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*roost plan*", "*Filter*"])


@pytest.mark.slow
def test_settings_and_limits_of_the_ini_file(suite):
    text = """
        import pytest
        from roost.errors import QueryTimeout
        def test_conf(spark):
            assert spark.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
        def test_limit(spark):
            with pytest.raises(QueryTimeout):
                spark.sql("select count(*) from range(40000) a, range(20000) b where a.id * b.id % 7 = 3").collect()
    """
    ini = "roost_timeout = 0.3\nroost_conf =\n    spark.sql.session.timeZone=Asia/Tokyo\n"
    suite(text=text, ini=ini).assert_outcomes(passed=2)


def test_sessions_for_a_module(suite):
    text = """
        def test_one(spark):
            spark.range(1).createOrReplaceTempView("v")
        def test_two(spark_session):
            assert spark_session.catalog.tableExists("v")
    """
    suite(text=text, ini="roost_session_scope = module").assert_outcomes(passed=2)


def test_import_pyspark(suite):
    text = """
        from pyspark.sql import SparkSession
        from pyspark.testing import assertDataFrameEqual
        def test_it(spark):
            assert isinstance(spark, SparkSession)
            assertDataFrameEqual(spark.range(2), spark.range(2))
    """
    suite(text=text, ini="roost_as_pyspark = true").assert_outcomes(passed=1)


def test_a_daemon_that_runs_already(suite, roost_server):
    text = """
        def test_it(spark, roost_noproc):
            assert spark.range(2).count() == 2 and roost_noproc.pid is None
    """
    suite("--roost-remote", roost_server.address, text=text).assert_outcomes(passed=1)


@pytest.mark.slow
def test_a_second_engine_and_what_differs_there(suite):
    text = """
        def test_the_same(spark):
            assert spark.range(2).count() == 2

        def test_another(pytestconfig):
            assert not pytestconfig.getoption("roost_remote")
    """
    from roost.server import start_server

    with start_server() as other:
        result = suite(f"--roost-compare={other.address}", text=text)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["test_suite.py::test_another: passed on roost, failed on *", "1 tests ended alike, 1 did not"]
    )


def test_a_mock_of_a_session_is_no_session(suite):
    text = """
from unittest.mock import Mock

import pytest

from roost.sql import SparkSession


@pytest.fixture
def mocked():
    return Mock(spec=SparkSession)


def test_mocked(mocked):
    assert isinstance(mocked, SparkSession)
"""
    suite(text=text).assert_outcomes(passed=1)
