[[(0,), (1,), (2,), (3,), (4,), (5,)], [], []]
AnalysisException [DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE] Cannot resolve "direct_shuffle_partition_id('a')" due to data type mismatch: The first parameter requires the "INT" type, however "a" has the type "STRING". SQLSTATE: 42K09
AnalysisException [DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE] Cannot resolve "direct_shuffle_partition_id(id)" due to data type mismatch: The first parameter requires the "INT" type, however "id" has the type "BIGINT". SQLSTATE: 42K09
AnalysisException [DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE] Cannot resolve "direct_shuffle_partition_id((id - CAST(3 AS BIGINT)))" due to data type mismatch: The first parameter requires the "INT" type, however "(id - 3)" has the type "BIGINT". SQLSTATE: 42K09
[[(0,), (3,)], [(2,), (5,)], [(1,), (4,)]]
[[(0,), (3,)], [(2,), (5,)], [(1,), (4,)]]
PySparkTypeError [NOT_INT] Argument `numPartitions` should be an int, got str.
PySparkValueError [VALUE_NOT_POSITIVE] Value for `numPartitions` must be positive, got '0'.
== Physical Plan ==
Repartition [[CAST((id#1 * 2) AS INT) ASC NULLS FIRST]], 3
+- Range (0, 6, step=1)

None
== Physical Plan ==
Repartition 3, true
+- Range (0, 6, step=1)

None
== Parsed Logical Plan ==
Repartition 3, true
+- Range (0, 6, step=1)

== Analyzed Logical Plan ==
id: bigint
Repartition 3, true
+- Range (0, 6, step=1)

== Optimized Logical Plan ==
Repartition 3, true
+- Range (0, 6, step=1)

== Physical Plan ==
Repartition 3, true
+- Range (0, 6, step=1)

None
== Physical Plan ==
Repartition [[id#1 ASC NULLS FIRST]], 3
+- Range (0, 6, step=1)

None
== Physical Plan ==
Range (0, 6, step=1)

None
== Physical Plan ==
Repartition 3, false
+- Range (0, 6, step=1)

None
== Parsed Logical Plan ==
Repartition [[id#1 ASC NULLS FIRST]], 3
+- Range (0, 6, step=1)

== Analyzed Logical Plan ==
id: bigint
Repartition [[id#1 ASC NULLS FIRST]], 3
+- Range (0, 6, step=1)

== Optimized Logical Plan ==
Repartition [[id#1 ASC NULLS FIRST]], 3
+- Range (0, 6, step=1)

== Physical Plan ==
Repartition [[id#1 ASC NULLS FIRST]], 3
+- Range (0, 6, step=1)

None
PySparkValueError [VALUE_NOT_POSITIVE] Value for `numPartitions` must be positive, got '0'.
PySparkValueError [VALUE_NOT_POSITIVE] Value for `numPartitions` must be positive, got '0'.
AnalysisException [UNSUPPORTED_EXPR_FOR_OPERATOR] A query operator contains one or more unsupported expressions.
Consider to rewrite it to avoid window functions, aggregate functions, and generator functions in the WHERE clause.
Invalid expressions: [sum(id)] SQLSTATE: 42K0E
[[1, 4, 2, 10], [5, 11, 6, 9], [3, 0, 8, 7]]
[[8, 10, 5, 6], [7, 0, 3, 4], [1, 11, 9, 2]]
PySparkNotImplementedError [NOT_IMPLEMENTED] CalendarIntervalType.fromInternal is not implemented.
[[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]]
[[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]]
