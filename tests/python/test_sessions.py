# SPDX-License-Identifier: Apache-2.0
"""Sessions: what belongs to one, forks, threads, interrupts, errors."""

import os
import pickle
import signal
import threading
import time

import pytest

from roost import errors
from roost.sql import SparkSession
from roost.sql import functions as F

SLOW = "select count(*) from range(40000) a cross join range(20000) b where (a.id * b.id) % 7 = 3"


def test_the_fixture_is_the_current_session(spark):
    assert SparkSession.getActiveSession() is spark
    assert SparkSession.builder.getOrCreate() is spark


def test_views_and_settings_belong_to_a_session(spark):
    spark.range(3).createOrReplaceTempView("v")
    spark.conf.set("spark.sql.shuffle.partitions", 7)
    other = spark.newSession()
    assert spark.conf.get("spark.sql.shuffle.partitions") == "7"
    assert other.conf.get("spark.sql.shuffle.partitions") != "7"
    assert spark.catalog.tableExists("v") and not other.catalog.tableExists("v")
    other.stop()


def test_dataframes_of_two_sessions_do_not_mix(spark):
    other = spark.newSession()
    with pytest.raises(errors.SessionNotSameException):
        spark.range(1).union(other.range(1))


def test_an_error_comes_at_once_and_says_all(spark):
    df = spark.range(1)
    with pytest.raises(errors.AnalysisException) as caught:
        df.select("nope")
    error = caught.value
    assert error.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION" and error.getSqlState() == "42703"
    assert error.getMessageParameters()["objectName"] == "`nope`"
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and again.getSqlState() == "42703"


def test_lazy_analysis_waits_for_the_first_use(spark):
    spark.conf.set("spark.roost.analysis", "lazy")
    df = spark.range(1).select("nope")
    with pytest.raises(errors.AnalysisException):
        _ = df.schema
    spark.conf.set("spark.roost.analysis", "eager")


def test_a_runtime_error_has_its_class(spark):
    with pytest.raises(errors.ArithmeticException, match="DIVIDE_BY_ZERO"):
        spark.sql("select id / 0 from range(1)").collect()


def test_a_forked_child_goes_on(spark):
    df = spark.range(10).filter("id > 4")
    df.count()
    pid = os.fork()
    if pid == 0:
        os._exit(0 if df.count() == 5 and spark.range(3).count() == 3 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert df.count() == 5


def test_threads(spark):
    failures = []

    def work(n):
        try:
            for i in range(20):
                assert spark.range(n * 10 + i).count() == n * 10 + i
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_signal_interrupts_a_query(spark):
    class Alarm(Exception):
        pass

    def ring(*_):
        raise Alarm

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    began = time.monotonic()
    try:
        with pytest.raises(Alarm):
            spark.sql(SLOW).collect()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - began < 2
    assert spark.range(3).count() == 3


@pytest.mark.roost_timeout(0.3)
def test_a_time_limit_raises_in_the_test(spark):
    with pytest.raises(errors.QueryTimeout):
        spark.sql(SLOW).collect()


def test_interrupt_from_another_thread(spark):
    threading.Timer(0.3, spark.interruptAll).start()
    with pytest.raises(errors.OperationCanceled):
        spark.sql(SLOW).collect()


def test_functions_run_in_this_process(spark):
    seen = []

    @F.udf("int")
    def plus(x):
        seen.append(threading.get_ident())
        return x + 1

    assert [row.n for row in spark.range(3).select(plus("id").alias("n")).collect()] == [1, 2, 3]
    assert set(seen) == {threading.get_ident()}


def test_what_a_function_raises(spark):
    def boom(x):
        raise KeyError("what is missing")

    with pytest.raises(errors.PythonException, match="what is missing"):
        spark.range(1).select(F.udf(boom, "int")("id")).collect()
    assert spark.range(1).count() == 1


def test_a_function_s_result_of_another_type_is_null(spark):
    rows = spark.range(1).select(F.udf(lambda x: "text", "int")("id").alias("n")).collect()
    assert rows[0].n is None


def test_registered_functions(spark):
    spark.udf.register("twice", lambda x: x * 2, "long")
    assert spark.sql("select twice(21) as n").first().n == 42


def test_a_query_with_values_and_dataframes(spark):
    df = spark.range(5)
    rows = spark.sql("select id + :n as m from {t} where id < {x}", args={"n": 10}, t=df, x=2).collect()
    assert [row.m for row in rows] == [10, 11]


def test_a_correlated_subquery(spark):
    left = spark.createDataFrame([(1, 10), (2, 20)], ["k", "v"])
    right = spark.createDataFrame([(1,)], ["k"])
    found = left.alias("l").where(right.alias("r").where(F.col("r.k") == F.col("l.k").outer()).exists())
    assert [row.v for row in found.collect()] == [10]


def test_positional_parameters_go_by_their_place_in_the_text(spark):
    text = "select ? as x, id from range(3) where id > ? order by id limit ?"
    assert spark.sql(text, args=["first", 0, 1]).collect() == [("first", 1)]


def test_a_query_that_spills_too_much_ends(spark):
    spark.conf.set("spark.roost.query.spillThreshold", "4m")
    spark.conf.set("spark.roost.query.spillLimit", "8m")
    with pytest.raises(errors.PySparkException) as raised:
        spark.range(3_000_000).selectExpr("hash(id) as h", "id").orderBy("h").collect()
    assert raised.value.getCondition() == "OUT_OF_MEMORY" and "spill limit" in str(raised.value)
    assert spark.range(3).count() == 3


def test_a_local_remote_is_this_processes_engine(spark):
    from roost.sql import SparkSession

    session = SparkSession.builder.remote("local[2]").getOrCreate()
    assert session.range(2).count() == 2


def test_files_for_functions_are_found_by_their_names(spark, tmp_path):
    from roost.files import SparkFiles

    (tmp_path / "words.txt").write_text("hello")
    spark.sparkContext.addFile(str(tmp_path / "words.txt"))
    assert spark.range(1).select(F.udf(lambda _: open(SparkFiles.get("words.txt")).read())("id")).first()[0] == "hello"
    (tmp_path / "module_of_a_test.py").write_text("VALUE = 42\n")
    spark.sparkContext.addPyFile(str(tmp_path / "module_of_a_test.py"))
    import module_of_a_test

    assert module_of_a_test.VALUE == 42


def test_the_session_that_made_the_last_frame_is_active(spark):
    from roost.sql import SparkSession

    other = spark.newSession()
    assert SparkSession.getActiveSession() is spark
    other.createDataFrame([(1,)], "a int")
    assert SparkSession.getActiveSession() is other
    spark.createDataFrame([(1,)], "a int")
    assert SparkSession.getActiveSession() is spark
    other.stop()


def test_settings_of_the_core_and_names_of_the_application(spark):
    for name in ("spark.serializer", "spark.network.timeout", "spark.executor.memory"):
        with pytest.raises(errors.AnalysisException, match="CANNOT_MODIFY_CONFIG"):
            spark.conf.set(name, "1")
    spark.conf.set("spark.app.name", "mine")
    spark.conf.set("spark.master", "local[2]")


def test_what_a_context_says(spark):
    assert repr(spark.sparkContext).startswith("<SparkContext master=local")
    spark.sparkContext.setLogLevel("warn")
    with pytest.raises(errors.IllegalArgumentException, match="Supplied level zz did not match one of: ALL,DEBUG,ERROR"):
        spark.sparkContext.setLogLevel("zz")
    with pytest.raises(errors.PySparkRuntimeError, match="only supported with Spark Connect"):
        _ = spark.client


def test_a_table_of_a_given_database_has_dots_in_its_name(spark):
    with pytest.warns(FutureWarning, match="dbName"):
        assert not spark.catalog.tableExists("a.b", "default")


def test_kept_rows_of_a_view_are_those_that_are_read(spark):
    spark.sql("CREATE TEMPORARY VIEW dice AS SELECT id, rand() AS r FROM range(3)")
    spark.sql("CACHE TABLE dice")
    assert spark.table("dice").collect() == spark.table("dice").collect()
    spark.sql("UNCACHE TABLE dice")
    assert spark.table("dice").collect() != spark.table("dice").collect()


def test_a_folder_for_checkpoints_is_below_the_one_named(spark, tmp_path):
    context = spark.sparkContext
    context.setCheckpointDir(str(tmp_path))
    folder = context.getCheckpointDir()
    assert folder.startswith(f"file:{tmp_path}/") and os.path.isdir(folder[len("file:") :])
    context.setCheckpointDir(None)
    assert context.getCheckpointDir() is None


def test_fields_are_named_by_the_values_of_a_frame(spark):
    df = spark.sql("select array(named_struct('f', 1)) as a, map('k', array(2)) as m, named_struct('f', 3) as s")
    zipped = F.arrays_zip(F.col("m.k").alias("x"), F.col("a.f"), df.m.k)
    assert df.select(zipped).schema[0].dataType.elementType.names == ["x", "f", "k"]
    assert df.select(F.struct("a.f", "m.k", "s.f", F.lit(1).alias("y"))).schema[0].dataType.names == [
        "col1",
        "col2",
        "f",
        "y",
    ]


def test_a_row_too_many_of_a_correlated_subquery(spark):
    with pytest.raises(errors.SparkRuntimeException, match="SCALAR_SUBQUERY_TOO_MANY_ROWS"):
        spark.sql("select (select d from values (1, 2), (1, 3) w(c, d) where c = v.c1) from values (1) v(c1)").collect()
