-- Arguments that must be constants, and booleans beside the numbers 1 and 0.
SELECT ntile(k) OVER (ORDER BY k) FROM VALUES (1), (2) AS t(k);
SELECT ntile(3L) OVER (ORDER BY k) FROM VALUES (1), (2) AS t(k);
SELECT ntile(NULL) OVER (ORDER BY k) FROM VALUES (1), (2) AS t(k);
SELECT ntile(2) OVER (ORDER BY k) AS bucket FROM VALUES (1), (2), (3) AS t(k) ORDER BY k;
SELECT date_part(array('year'), DATE '2020-05-06');
SELECT date_part(7, DATE '2020-05-06');
SELECT date_part('month', DATE '2020-05-06'), extract(NULL, DATE '2020-05-06');
SET spark.sql.ansi.enabled = false;
SELECT f = 1, 0 = f, f <=> 1, f <=> 0.0, f <> 1, f = 2, f = 1.00, f < 1 FROM VALUES (true), (false), (NULL) AS t(f);
