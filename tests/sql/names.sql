CREATE TEMPORARY VIEW moons AS SELECT * FROM VALUES (5, 1, 7), (2, 9, 3) AS t(a, b, c);
SELECT a AS b, c AS b FROM moons ORDER BY b;
SELECT a AS x, c AS x FROM moons ORDER BY x;
SELECT b AS a, a FROM moons ORDER BY a;
SELECT b AS a, a AS z FROM moons ORDER BY a;
SELECT b AS a, c AS a FROM moons ORDER BY a + 0;
SELECT DISTINCT b AS a, c AS a FROM moons ORDER BY a;
SELECT b AS a, sum(c) AS a FROM moons GROUP BY b ORDER BY a;
SELECT b AS a, sum(c) AS a FROM moons GROUP BY b, moons.a ORDER BY a;
SELECT b AS a, sum(c) FROM moons GROUP BY b HAVING a > 1;
SELECT b AS a, sum(c) AS a FROM moons GROUP BY b HAVING a > 0;
SELECT b AS a, sum(c) AS a FROM moons GROUP BY b, moons.a HAVING a > 3;
SELECT sum(c) AS c FROM moons HAVING c > 3;
SELECT sum(c) AS c FROM moons GROUP BY a HAVING c > 5;
SELECT sum(c) AS c FROM moons GROUP BY a HAVING max(c) > 5;
SELECT a, sum(b) OVER () AS a FROM moons ORDER BY a;
SELECT a AS x, b AS x FROM moons UNION ALL SELECT b, a FROM moons ORDER BY x;
SELECT a FROM (SELECT 1 AS a, 2 AS a);
SELECT c AS a FROM (SELECT 1 AS a, 2 AS a, 3 AS c) ORDER BY a;
SELECT moons.a, t.a FROM moons JOIN moons AS t ON moons.a = t.a ORDER BY a;
SELECT a FROM moons HAVING a > 1;
SELECT b, (SELECT b + (1 + 1)) AS more, count(*) FROM moons GROUP BY 1, 2 ORDER BY b;
SELECT sum(a) + (SELECT sum(a)) FROM moons;
SELECT first(rand()) FROM moons;
SELECT * FROM moons JOIN moons AS t ON rand() > 2;
SELECT * FROM moons, LATERAL (SELECT rand() AS r);
SELECT * FROM moons JOIN moons AS t ON (SELECT moons.a) = t.a;
SELECT 'x' AS c FROM VALUES (named_struct('a', 1)) AS t(c) GROUP BY c HAVING c.a > 0 ORDER BY c.a;
SELECT named_struct('a', 1) AS c FROM VALUES (named_struct('a', 0)) AS t(c) GROUP BY c HAVING c.a > 0;
SELECT named_struct('a', 1) AS c FROM VALUES ('x') AS t(c) GROUP BY c HAVING c.a > 0;
SELECT named_struct('b', 1) AS c FROM VALUES (named_struct('a', 0)) AS t(c) GROUP BY c ORDER BY c.a;
SELECT 'x' AS c FROM VALUES (array(1)) AS t(c) GROUP BY c HAVING c[0] > 0 ORDER BY c[0];
SELECT array(1) AS c FROM VALUES ('x') AS t(c) GROUP BY c HAVING c[0] > 0;

-- Built-in functions are in no namespace, table functions of FROM cannot be called with one.
SELECT builtin.abs(-1);
SELECT system.builtin.abs(-1);
SELECT spark_catalog.a.b.f(1);
SELECT * FROM default.range(3);

-- Where a star may stand: in SELECT and WHERE, not in what sorts, groups, joins, distributes or limits.
SELECT * FROM VALUES (1, 2) AS t(a, b) WHERE to_json(struct(*)) = '{"a":1,"b":2}';
SELECT * FROM VALUES (1, 2) AS t(a, b) ORDER BY to_json(struct(*));
SELECT * FROM VALUES (1, 2) AS t(a, b) ORDER BY *;
SELECT * FROM VALUES (1, 2) AS t(a, b) SORT BY struct(t.*);
SELECT * FROM VALUES (1, 2) AS t(a, b) DISTRIBUTE BY hash(*);
SELECT * FROM VALUES (1, 2) AS t(a, b) JOIN VALUES (1) AS s(c) ON struct(*) IS NOT NULL;
SELECT a, count(1) FROM VALUES (1, 2) AS t(a, b) GROUP BY a, struct(*);
SELECT a FROM VALUES (1, 2) AS t(a, b) GROUP BY a HAVING struct(*) IS NOT NULL;
SELECT a FROM VALUES (1, 2) AS t(a, b) GROUP BY a ORDER BY count(*);
SELECT * FROM VALUES (1, 2) AS t(a, b) LIMIT hash(*);
SELECT * FROM VALUES (1, 2) AS t(a, b) ORDER BY a + *;
-- Aliases of the same SELECT are nothing for aggregates and windows.
SELECT sum(id) AS s, max(s + 1) AS m FROM range(3);
SELECT id AS s, sum(id) FILTER (WHERE s > 1) FROM range(3) GROUP BY id;
SELECT id AS s, max(s) OVER () FROM range(3);
SELECT id AS s, sum(id) OVER (ORDER BY s) FROM range(3);
SELECT id AS s, row_number() OVER (PARTITION BY s + 1 ORDER BY id) FROM range(3);
SELECT id AS s, sum(id) OVER (ORDER BY id) AS w, w + s FROM range(2);
