-- Which clause may hold which subquery: correlated ones, EXISTS and IN only where rows are filtered or computed.
CREATE TEMPORARY VIEW t AS SELECT * FROM VALUES (1, 10, 'x'), (2, 20, 'y'), (3, CAST(NULL AS INT), 'x') AS t(a, b, c);
CREATE TEMPORARY VIEW u AS SELECT * FROM VALUES (1, 100), (1, 101), (3, 300), (CAST(NULL AS INT), 5) AS u(k, v);
SELECT a FROM t ORDER BY 1 + (SELECT max(v) FROM u WHERE k = a);
SELECT a FROM t ORDER BY EXISTS (SELECT 1 FROM u WHERE k = t.b);
SELECT a FROM t GROUP BY a ORDER BY a IN (SELECT k FROM u WHERE v > b), a;
SELECT a, sum(b) FROM t GROUP BY a ORDER BY max((SELECT max(v) FROM u WHERE k = a)) DESC, a;
SELECT a FROM t LIMIT EXISTS (SELECT 1 FROM u);
SELECT a FROM t OFFSET (SELECT count(*) FROM u WHERE u.k = t.a);
SELECT * FROM t TABLESAMPLE (EXISTS (SELECT 1) ROWS);
SELECT a FROM t DISTRIBUTE BY EXISTS (SELECT 1 FROM u);
SELECT a FROM t CLUSTER BY (SELECT max(v) FROM u WHERE k = a);
SELECT a FROM t DISTRIBUTE BY (SELECT min(k) FROM u) SORT BY a;
SELECT explode(array(EXISTS (SELECT 1 FROM u))) FROM t;
SELECT a, x FROM t LATERAL VIEW explode(array(a IN (SELECT k FROM u))) AS x;
SELECT t.a FROM t LEFT JOIN u ON (SELECT max(v) FROM u u2 WHERE k = a) > 1;
SELECT t.a, v FROM t LEFT JOIN u ON EXISTS (SELECT 1 FROM u u2 WHERE u2.k = a) AND a = k ORDER BY a, v;
SELECT * FROM t LEFT JOIN LATERAL (SELECT v FROM u WHERE k = a) ON EXISTS (SELECT 1 FROM u);
SELECT * FROM VALUES (1, (SELECT 1));
SELECT transform(array(1), x -> (SELECT max(v) FROM u WHERE v > x)) FROM t;
SELECT transform(array(1), x -> x IN (SELECT v FROM u)) FROM t;
SELECT /*+ REPARTITION(2, a) */ a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE k = a) ORDER BY a;
-- NOT IN is one value wherever it stands
SELECT a NOT IN (SELECT k FROM u WHERE k IS NOT NULL) AS x, count(*) FROM t GROUP BY ALL ORDER BY x;
SELECT a NOT IN (SELECT k FROM u WHERE v > b), count(*) FROM t GROUP BY 1 ORDER BY 1;
SELECT a FROM t WHERE EXISTS (SELECT k FROM u WHERE a NOT IN (SELECT k FROM u WHERE k IS NOT NULL));
SELECT * FROM t LEFT JOIN LATERAL (SELECT v FROM u WHERE a NOT IN (SELECT k FROM u WHERE k IS NOT NULL)) ON true ORDER BY a, v;
SELECT a FROM t WHERE a > (SELECT count(k) FROM u WHERE a NOT IN (SELECT k FROM u WHERE k IS NOT NULL)) ORDER BY a;
-- fields of a row that has no names
SELECT (a + 1, b) IN (SELECT v, k FROM u), (5, a, null) IN (SELECT v, k, 1 FROM u), (a, b AS z) NOT IN (SELECT v, k FROM u) FROM t ORDER BY a LIMIT 1;
SELECT map(1, 2) IN (SELECT map(1, 2));
SELECT a FROM t ORDER BY max(b);
SELECT 1 ORDER BY max(1), count(*);
-- columns of the groups' input that are none of the groups
SELECT c, max(b) FROM t GROUP BY c HAVING EXISTS (SELECT 1 FROM u WHERE k = a);
SELECT c, max(b) FROM t GROUP BY c HAVING EXISTS (SELECT 1 FROM u WHERE v > max(t.b)) ORDER BY c;
SELECT /*+ REPARTITION(abs(a)) */ * FROM t;
-- what is compared with FALSE is NOT of it, which an IN is told by
SELECT c FROM VALUES (1), (NULL) AS s(c) WHERE (c IN (SELECT d FROM VALUES (2) AS r(d))) = false;
SELECT c FROM VALUES (1), (NULL) AS s(c) WHERE (c NOT IN (SELECT d FROM VALUES (2) AS r(d))) = true;
