-- Bytes as text, in each style.
SELECT to_csv(struct(X'4561FF' AS a)) AS a, to_xml(struct(X'4142' AS b)) AS b, cast(X'43' AS STRING) AS c;
SET spark.sql.binaryOutputStyle = UTF-8;
SELECT to_csv(struct(X'4561' AS a)) AS a, to_xml(struct(X'4142' AS b)) AS b, cast(X'43' AS STRING) AS c;
SET spark.sql.binaryOutputStyle = BASIC;
SELECT to_csv(struct(X'4561FF' AS a)) AS a, to_xml(struct(X'4142' AS b)) AS b, cast(X'43' AS STRING) AS c;
SET spark.sql.binaryOutputStyle = BASE64;
SELECT to_csv(struct(X'4561FF' AS a)) AS a, to_xml(struct(X'4142' AS b)) AS b, to_csv(struct(X'41' AS a, X'' AS b, X'FFFFFF' AS c)) AS c;
SET spark.sql.binaryOutputStyle = HEX;
SELECT to_csv(struct(X'4561FF' AS a)) AS a, to_xml(struct(X'4142' AS b)) AS b, cast(X'43' AS STRING) AS c;
SET spark.sql.binaryOutputStyle = octal;
