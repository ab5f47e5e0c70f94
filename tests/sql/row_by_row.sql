-- What is computed of a row that has a NULL, and which of several errors is told.

-- Arguments behind a NULL are left alone, in every place of a query.
SELECT a + 1 / b FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b);
SELECT 1 / b + a FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b);
SELECT * FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b) WHERE a > 1 / b;
SELECT a FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b) ORDER BY a + 1 / b;
SELECT count(*) FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b) GROUP BY a + 1 / b ORDER BY 1;
SELECT sum(a + 1 / b) FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b);
SELECT * FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b) JOIN VALUES (1.5D) AS s(c) ON a + 1 / b = c;

-- A division looks at its divisor first.
SELECT (1 / b) / a FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b);
SELECT a / (1 / b) FROM VALUES (CAST(NULL AS INT), 0), (1, 2) AS t(a, b);

-- Functions, and one that computes all it is given.
SELECT datediff(a, to_date(b, 'yyyy-MM-dd')) FROM VALUES (CAST(NULL AS DATE), 'bad'), (DATE'2020-01-02', '2020-01-01') AS t(a, b);
SELECT array_contains(a, 1 / b) FROM VALUES (CAST(NULL AS ARRAY<DOUBLE>), 0), (array(2.0D), 2) AS t(a, b);
SELECT a[CAST(1 / b AS INT)] FROM VALUES (CAST(NULL AS ARRAY<DOUBLE>), 0), (array(2.0D), 2) AS t(a, b);
SELECT concat(a, CAST(1 / b AS STRING)) FROM VALUES (CAST(NULL AS STRING), 0), ('x', 2) AS t(a, b);

-- Lambdas: the element that decides is the last one.
SELECT forall(array(100, 0, 2), x -> 10 / x > 4);
SELECT exists(c, x -> 10 / x > 4) FROM VALUES (array(5, 0)), (array(1, 2)), (array(2, 0)) AS t(c);
SELECT exists(c, x -> 10 / x > 4) FROM VALUES (array(2, 0)), (array(1, 2)) AS t(c);
SELECT transform(a, x -> x + 1 / b) FROM VALUES (array(CAST(NULL AS INT)), 0), (array(1), 1) AS t(a, b);

-- The first row's errors, of those the first column's.
SELECT 1 / a, CAST(b AS INT) FROM VALUES (1, 'x'), (0, '1') AS t(a, b);
SELECT CAST(b AS INT), 1 / a FROM VALUES (1, 'x'), (0, '1') AS t(a, b);
SELECT element_at(array(1), CASE WHEN id = 1 THEN 5 ELSE CAST(raise_error('later') AS INT) END) FROM VALUES (1), (2) AS t(id);
