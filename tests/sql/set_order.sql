-- The order of collect_set() and the ties of mode(): Java's hashes of what Spark holds for nested values.
SELECT collect_set(x) FROM VALUES (array(1, 2)), (array(1)), (array()), (array(null)), (array(3, 4, 5)), (array(1, null, 2)) AS t(x);
SELECT collect_set(x) FROM VALUES (array('a', 'b')), (array('abcdefghij')), (array()), (array('x', null)) AS t(x);
SELECT k, collect_set(struct(a, b)) FROM VALUES (1, 1, 'x'), (1, 1, 'y'), (2, 2, null), (1, null, 'zzz'), (2, 3, '') AS t(k, a, b) GROUP BY k ORDER BY k;
SELECT collect_set(named_struct('a', cast(d AS decimal(38, 2)), 'b', d, 'c', make_interval(n), 'd', d > 2, 'e', float(n), 'f', -double(n))) FROM VALUES (1.5, 1), (-2.5, 2), (null, null), (3.5, 0) AS t(d, n);
SELECT collect_set(x) FROM VALUES (1.5), (2.5), (3), (10.25), (-7) AS t(x);
SELECT collect_set(cast(x AS decimal(38, 10))) FROM VALUES (1.5), (2.5), (3), (-7), (123456789.123) AS t(x);
SELECT collect_set(x) FROM VALUES (X'61'), (X'6162'), (X''), (X'0001020304050607'), (X'FF') AS t(x);
SELECT collect_set(x) FROM VALUES (array(array(1), array())), (array(array(2, 3))), (array(null, array(null))) AS t(x);
SELECT collect_set(x) FROM VALUES (array(named_struct('a', 1, 'm', map(1, 'a')))), (array()), (array(null)) AS t(x);
SELECT collect_set(x) FROM VALUES (array(cast(1.5 AS decimal(38, 5)))), (array(cast(-3.5 AS decimal(38, 5)), null)), (array(cast(99999999999999 AS decimal(38, 5)))) AS t(x);
SELECT collect_set(x) FROM VALUES (array(true, false)), (array(true)), (array(false, null, true)) AS t(x);
SELECT collect_set(x) FROM VALUES (array(1Y, 2Y)), (array(3Y)), (array(1Y, null)) AS t(x);
SELECT collect_set(x) FROM VALUES (make_interval(1, 2, 0, 3)), (make_interval(0, 0, 0, 1)), (make_interval(0, 0, 0, 0, 5)) AS t(x);
SELECT mode(x) FROM VALUES (array(1, 2)), (array(1)), (array()), (array(3, 4)) AS t(x);
SELECT mode(struct(a, b)) FROM VALUES (1, 'a'), (2, 'b'), (3, 'c') AS t(a, b);
SELECT collect_set(x), collect_set(x[0]) FROM VALUES (array(-0.0D)), (array(0.0D)), (array(double('NaN'))), (array(double('NaN'))), (array(-0.0D)) AS t(x);
