CREATE TEMPORARY VIEW bird AS SELECT * FROM VALUES (1, 'owl', 10.5, true), (2, 'owl', null, false), (3, 'heron', 2.0, true), (4, null, 7.25, null) AS t(id, kind, weight, seen);
SELECT kind, count(*), count(weight), sum(id), avg(weight), min(weight), max(kind) FROM bird GROUP BY kind ORDER BY kind;
SELECT count(DISTINCT kind), sum(DISTINCT id), count(*) FILTER (WHERE seen), collect_list(id), sort_array(collect_set(kind)) FROM bird;
SELECT stddev(id), variance(id), stddev_pop(id), corr(id, weight), first(kind), last(weight, true), any_value(id) FROM bird;
SELECT bool_and(seen), bool_or(seen), bit_or(id), max_by(kind, id), min_by(kind, weight), count_if(id > 2) FROM bird;
SELECT kind, seen, sum(id), grouping_id() FROM bird GROUP BY ROLLUP (kind, seen) ORDER BY 4, 1, 2;
SELECT kind, sum(id) AS s FROM bird GROUP BY kind HAVING sum(id) > 2 ORDER BY s DESC;
SELECT kind, weight FROM bird GROUP BY kind;
SELECT sum(kind) FROM bird WHERE kind = 'nothing';
SELECT percentile(id, 0.5), median(id), mode(kind), percentile_approx(id, 0.5) FROM bird;
SELECT count(*), sum(id), max(kind) FROM bird WHERE id > 100;
SELECT DISTINCT kind FROM bird ORDER BY kind NULLS LAST;
SELECT upper(kind) AS k, count(*) FROM bird GROUP BY 1 ORDER BY ALL;
SELECT kind, count(*) FROM bird GROUP BY ALL ORDER BY 2 DESC, 1;

-- Sums of timestamps are of seconds; what cannot be summed.
select avg(t), sum(t) from values (timestamp'2020-01-01'), (timestamp'2021-01-01') v(t);
select sum(true);
select avg(date'2020-01-01');
select percentile(date'2020-01-01', 0.5);
select median(true);

-- FILTER's conditions
SELECT sum(id) FILTER (WHERE id > rand()) FROM range(3);
SELECT sum(id) FILTER (WHERE sum(id) > 1) FROM range(3);
SELECT sum(id) FILTER (WHERE sum(id) OVER () > 1) FROM range(3);
SELECT sum(id) FILTER (WHERE row_number() OVER (ORDER BY id) > 1) FROM range(3);
SELECT sum(id) FILTER (WHERE array(id)) FROM range(3);
SELECT sum(id) FILTER (WHERE EXISTS (SELECT 1)) FROM range(3);

-- Nothing but empty arrays of arrays
SELECT collect_list(CAST(array() AS ARRAY<ARRAY<INT>>)), collect_set(CAST(array() AS ARRAY<ARRAY<INT>>)) FROM range(3);
SELECT mode(CAST(array() AS ARRAY<STRUCT<a: INT>>)) FROM range(3);

-- collect_set() has the order of the set that Spark gathers in.
SELECT collect_set(c) FROM VALUES ('Grace'), ('Alan'), ('Ada'), ('x'), ('yy'), ('zzz'), ('é'), ('') AS t(c);
SELECT collect_set(id * 7), collect_set(CAST(id * 1000003 AS INT)), collect_set(id * 10000000000) FROM range(25);
SELECT collect_set(c) FROM VALUES (1.5D), (2D), (3e10D), (1e300D), (-1D), (0.1D), (double('nan')), (1e19D) AS t(c);
SELECT collect_set(c), collect_set(b) FROM VALUES (DATE'2020-01-01', true), (DATE'1999-01-01', false), (DATE'1960-01-01', true) AS t(c, b);
