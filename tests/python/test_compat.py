# SPDX-License-Identifier: Apache-2.0
"""`import pyspark` answered by roost, and `python -m roost`."""

import subprocess
import sys
import textwrap

import roost


def run(code, *arguments):
    command = [sys.executable, *arguments, *(["-c", textwrap.dedent(code)] if code else [])]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_modules_are_the_same_objects():
    done = run("""
        import sys
        import roost
        before = set(sys.modules)
        roost.install_as_pyspark()
        import pyspark, pyspark.sql.types as T, pyspark.sql.functions as F
        from pyspark.sql import SparkSession, Row
        from pyspark.errors import AnalysisException
        from pyspark.sql.utils import AnalysisException as Old
        import roost.sql.types, roost.sql.functions, roost.sql.session
        assert T is roost.sql.types and F is roost.sql.functions and AnalysisException is Old
        assert SparkSession is roost.sql.session.SparkSession and T.__spec__.name == "roost.sql.types"
        assert T.__name__ == "pyspark.sql.types" and sys.modules["pyspark.sql"].__name__ == "pyspark.sql"
        import pickle
        assert pickle.loads(pickle.dumps(Row(a=1))) == Row(a=1)
        assert str(T.LongType) == "<class 'pyspark.sql.types.LongType'>" and T.ArrayType.__module__ == T.__name__
        assert pickle.loads(pickle.dumps(T.ArrayType(T.LongType()))) == T.ArrayType(T.LongType())
        roost.uninstall_as_pyspark()
        assert not [name for name in sys.modules if name.startswith("pyspark")]
        """)
    assert done.returncode == 0, done.stderr


def test_the_package_tells_the_version_of_spark():
    done = run("""
        import importlib.metadata
        import roost
        roost.install_as_pyspark()
        import pyspark, pyspark.version, pyspark.sql
        from pyspark import SparkConf, keyword_only, since
        assert pyspark.__version__ == pyspark.version.__version__ == "4.1.1"
        assert importlib.metadata.version("pyspark") == "4.1.1" and roost.__version__ != "4.1.1"
        assert pyspark.sql is roost.sql and not hasattr(pyspark, "nothing")
        """)
    assert done.returncode == 0, done.stderr


def test_a_script_runs_unchanged(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.master('local[2]').getOrCreate()\n"
        "spark.sparkContext.setLogLevel('ERROR')\nprint(spark.range(3).count(), sys.argv[1])\n"
    )
    done = run("", "-m", "roost", str(script), "argument")
    assert done.stdout.split() == ["3", "argument"], done.stderr


def test_sql_from_the_command_line():
    done = run("", "-m", "roost", "-c", "select 1 as one")
    assert "|one|" in done.stdout, done.stderr


def test_importing_costs_nothing_native():
    done = run("""
        import threading, sys
        from roost.sql import SparkSession, functions
        assert threading.active_count() == 1 and "pandas" not in sys.modules and "decimal" not in sys.modules
        """)
    assert done.returncode == 0, done.stderr


def test_stop_ends_the_daemon():
    import os
    import time

    with roost.start_server() as server:
        path = server.address.removeprefix("unix:")
        assert os.path.exists(path)
    for _ in range(100):
        if not os.path.exists(path):
            break
        time.sleep(0.02)
    assert not os.path.exists(path)


def test_the_context_of_old(spark):
    from roost.sql import SQLContext

    context = SQLContext.getOrCreate(spark.sparkContext)
    assert context.range(1, 3).count() == 2 and context.createDataFrame([(1,)], ["a"]).columns == ["a"]
    assert context.getConf("spark.nope", "x") == "x" and context.udtf is not None


def test_threads_take_over_what_their_maker_has_set(spark):
    from roost import InheritableThread

    spark.sparkContext.setLocalProperty("a", "b")
    seen = []
    thread = InheritableThread(target=lambda: seen.append(spark.sparkContext.getLocalProperty("a")))
    thread.start()
    thread.join()
    assert seen == ["b"]
