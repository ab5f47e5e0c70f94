-- OVER behind what is no window function, generators where none can stand: what comes first, and what each place says of it.
SELECT round(sum(k)) OVER (PARTITION BY s) FROM VALUES (1, 'a') AS t(k, s);
SELECT round(sum(k)) OVER (), s FROM VALUES (1, 'a') AS t(k, s);
SELECT abs(k) OVER (), sum(k) FROM VALUES (1, 'a') AS t(k, s);
SELECT round(sum(k)) OVER (PARTITION BY s), s FROM VALUES (1, 'a') AS t(k, s) GROUP BY k;
SELECT abs(k) OVER () FROM VALUES (1, 'a') AS t(k, s);
SELECT 1 OVER (ORDER BY k) FROM VALUES (1, 'a') AS t(k, s);
SELECT k FROM VALUES (1, 'a') AS t(k, s) ORDER BY abs(k) OVER ();
SELECT k FROM VALUES (1, 'a') AS t(k, s) WHERE abs(k) OVER () = 1;
SELECT k FROM VALUES (1, 'a') AS t(k, s) GROUP BY abs(k) OVER ();
SELECT k FROM VALUES (1, 'a') AS t(k, s) GROUP BY k HAVING abs(k) OVER () = 1;
SELECT sum(abs(k) OVER ()) FROM VALUES (1, 'a') AS t(k, s);
SELECT explode(array(k)) OVER () FROM VALUES (1, 'a') AS t(k, s);
SELECT explode(array(k)) + 1 FROM VALUES (1, 'a') AS t(k, s);
SELECT 1 WHERE NOT explode(array(true));
SELECT 1 FROM VALUES (1) AS t(k) JOIN VALUES (1) AS u(k) ON explode(array(true));
