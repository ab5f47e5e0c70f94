-- A constant that cannot be computed fails though there is no row, but not where a row decides whether it is needed.
SELECT 1 / 0 FROM range(0);
SELECT id FROM range(0) WHERE id > 1 AND id = 'x';
SELECT sum(id + CAST('x' AS INT)) FROM range(0);
SELECT id FROM range(0) ORDER BY id + 1 / 0;
SELECT r.id FROM range(0) r LEFT JOIN range(0) s ON r.id = CAST('x' AS INT);
SELECT transform(array(id), x -> 1 / 0) FROM range(0);
SELECT transform(array(1), x -> x / 0) FROM range(0);
SELECT if(id = 1, 1 / 0, 2), coalesce(id, id + 1 / 0), CASE WHEN id = 1 THEN CAST('x' AS INT) END FROM range(0);
SELECT count(*) FROM (SELECT id, 1 / 0 AS x FROM range(3));
SELECT 1 / 0 FROM VALUES (1), (2) AS t(a) WHERE a > 5;
SELECT a FROM VALUES (1), (2) AS t(a) WHERE a > 5 AND 1 / 0 = 1;
-- text is no number in VALUES
SELECT * FROM VALUES (1, 2), (3, 'x');
SELECT * FROM VALUES (1), ('2');
SELECT * FROM VALUES (1), (1.5), (NULL);
SELECT * FROM VALUES (array(1)), (array('x'));
-- rows that cannot be told apart
SELECT DISTINCT array(map(1, 2));
SELECT map(1, 2) AS x UNION SELECT map(1, 2);
SELECT map(1, 2) AS x INTERSECT ALL SELECT map(1, 2);
SELECT array(parse_json('1')) AS x EXCEPT SELECT array(parse_json('1'));
SELECT parse_json('1'), count(*) GROUP BY 1;
SELECT * FROM VALUES (parse_json('1')) DISTRIBUTE BY col1;
SELECT * FROM VALUES (map(1, 2)) CLUSTER BY col1;
-- offsets of windows are INT as written
SELECT lag(a, 1L) OVER (ORDER BY a) FROM VALUES (1) AS t(a);
SELECT lag(a, a) OVER (ORDER BY a) FROM VALUES (1) AS t(a);
SELECT lag(a, 1 + 1) OVER (ORDER BY a), lead(a, 1 + 1) OVER (ORDER BY a) FROM VALUES (1) AS t(a);
SELECT nth_value(a, a + 1L) OVER (ORDER BY a) FROM VALUES (1) AS t(a);
-- the first argument is missed by its name
SELECT explode();
SELECT mask();
SELECT a FROM VALUES (1) AS t(a) LATERAL VIEW posexplode_outer() x;
