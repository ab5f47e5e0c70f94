# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for the JVM's objects that programs reach through PySpark's private attributes.

There is no JVM.  But suites and libraries ask ``df._jdf.schema().toDDL()``, set a level with
``spark._jvm.org.apache.log4j``, or look for a file with Hadoop's ``FileSystem``: a handful of calls with
an answer that roost has too.  Those are here, under Java's names and with Java's answers; everything
else is refused when it is asked for, by its name and with what to use instead.

    _jdf, _jc                   frame.py      plans, schemas and texts of a DataFrame or a column
    _jsparkSession, _jsc        session.py    the session, its settings, Hadoop's settings
    _jvm                        packages.py   packages and classes by name
                                log4j.py, hadoop.py   the classes that are there

An object here holds the Python object it stands for and nothing else.
"""
