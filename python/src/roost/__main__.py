# SPDX-License-Identifier: Apache-2.0
"""``python -m roost script.py [arguments]``: run a PySpark program on roost.

``python -m roost -c "select 1"`` runs SQL and prints the rows; ``-m module`` runs a module; without
arguments it is the SQL shell.  In programs, ``import pyspark`` means roost.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List


def _run_sql(texts: List[str]) -> None:
    from roost.sql import SparkSession

    spark = SparkSession.builder.appName("roost -c").getOrCreate()
    for text in texts:
        frame = spark.sql(text)
        if frame.columns:
            frame.show(1000, truncate=False)


def main(arguments: List[str]) -> None:
    """Run what the command line says."""
    import runpy

    from roost import install_as_pyspark

    if not arguments:
        from roost.launch import shell

        sys.argv = ["roost"]
        shell()
    elif arguments[0] in ("-h", "--help"):
        print(__doc__)
    elif arguments[0] == "-c":
        _run_sql(arguments[1:])
    elif arguments[0] == "-m" and len(arguments) > 1:
        install_as_pyspark()
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    elif arguments[0].startswith("-"):
        sys.exit(f"roost: what is {arguments[0]}? Try python -m roost --help")
    else:
        install_as_pyspark()
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BrokenPipeError:
        sys.exit(1)
