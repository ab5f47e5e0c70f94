CREATE TEMPORARY VIEW s AS SELECT * FROM VALUES ('a', 1, 10), ('a', 2, 20), ('a', 2, 5), ('b', 1, 7), ('b', 3, null) AS t(g, o, v);
SELECT g, o, v, row_number() OVER (PARTITION BY g ORDER BY o, v) AS r, rank() OVER (PARTITION BY g ORDER BY o) AS k, dense_rank() OVER (PARTITION BY g ORDER BY o) AS d FROM s ORDER BY g, o, v;
SELECT g, o, v, sum(v) OVER (PARTITION BY g ORDER BY o) AS s, sum(v) OVER (PARTITION BY g ORDER BY o, v ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS m FROM s ORDER BY g, o, v;
SELECT g, o, v, lag(v) OVER (PARTITION BY g ORDER BY o, v) AS p, lead(v, 1, -1) OVER (PARTITION BY g ORDER BY o, v) AS n FROM s ORDER BY g, o, v;
SELECT g, o, v, first_value(v) OVER w AS f, last_value(v) OVER w AS l, count(*) OVER w AS c FROM s WINDOW w AS (PARTITION BY g ORDER BY o, v) ORDER BY g, o, v;
SELECT g, o, ntile(2) OVER (ORDER BY g, o, v) AS t, percent_rank() OVER (ORDER BY o) AS p, cume_dist() OVER (ORDER BY o) AS c FROM s ORDER BY g, o, v;
SELECT g, max(v) AS m, sum(max(v)) OVER () AS t FROM s GROUP BY g ORDER BY g;
SELECT g, o, sum(v) OVER (PARTITION BY g ORDER BY o RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS r FROM s ORDER BY g, o, v;
SELECT row_number() OVER (PARTITION BY g) FROM s;
