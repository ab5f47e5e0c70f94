CREATE TEMPORARY VIEW s AS SELECT * FROM VALUES ('a', 1, 10), ('a', 2, 20), ('a', 2, 5), ('b', 1, 7), ('b', 3, null) AS t(g, o, v);
SELECT g, o, v, row_number() OVER (PARTITION BY g ORDER BY o, v) AS r, rank() OVER (PARTITION BY g ORDER BY o) AS k, dense_rank() OVER (PARTITION BY g ORDER BY o) AS d FROM s ORDER BY g, o, v;
SELECT g, o, v, sum(v) OVER (PARTITION BY g ORDER BY o) AS s, sum(v) OVER (PARTITION BY g ORDER BY o, v ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS m FROM s ORDER BY g, o, v;
SELECT g, o, v, lag(v) OVER (PARTITION BY g ORDER BY o, v) AS p, lead(v, 1, -1) OVER (PARTITION BY g ORDER BY o, v) AS n FROM s ORDER BY g, o, v;
SELECT g, o, v, first_value(v) OVER w AS f, last_value(v) OVER w AS l, count(*) OVER w AS c FROM s WINDOW w AS (PARTITION BY g ORDER BY o, v) ORDER BY g, o, v;
SELECT g, o, ntile(2) OVER (ORDER BY g, o, v) AS t, percent_rank() OVER (ORDER BY o) AS p, cume_dist() OVER (ORDER BY o) AS c FROM s ORDER BY g, o, v;
SELECT g, max(v) AS m, sum(max(v)) OVER () AS t FROM s GROUP BY g ORDER BY g;
SELECT g, o, sum(v) OVER (PARTITION BY g ORDER BY o RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS r FROM s ORDER BY g, o, v;
SELECT row_number() OVER (PARTITION BY g) FROM s;

-- Strings in frames that grow; NULLs left out.
create temp view words(id, v) as values (1, cast(null as string)), (2, 'x'), (3, null), (4, 'a string that is longer'), (5, 'b');
select id, last(v) over w, max(v) over w, min(v) over w, last_value(v) ignore nulls over w, first_value(v) ignore nulls over w, collect_list(v) over w, max_by(v, id) over w from words window w as (order by id rows between unbounded preceding and current row);
select id, last_value(v) ignore nulls over (order by id), last_value(v) ignore nulls over (order by id rows between 1 preceding and 1 following) from words;

-- Frames that grow, slide, shrink and are empty, over values of every width, with NULLs.
create temp view wide as select id, g, o, cast(v as tinyint) b, cast(v as smallint) h, v i, cast(v as bigint) l, cast(v as float) f, v / 3.0d d, cast(v as decimal(9, 2)) m, cast(v as decimal(33, 3)) n, v > 0 t, concat('a string, number ', v) s, make_ym_interval(0, v) y, make_dt_interval(0, v) p, if(v = 7, cast('nan' as double), -0.0d) z from values (1, 'a', 1, 4), (2, 'a', 1, null), (3, 'a', 2, -7), (4, 'b', 1, null), (5, 'b', 1, 7), (6, 'c', 5, 100), (7, 'c', 6, 7), (8, 'c', 7, -100), (9, 'c', 7, 50), (10, 'd', 0, null) as x(id, g, o, v);
select id, sum(b) over w, sum(h) over w, sum(i) over w, sum(l) over w, sum(f) over w, sum(d) over w, sum(m) over w, sum(n) over w, sum(y) over w, sum(p) over w from wide window w as (partition by g order by o, id);
select id, avg(b) over w, avg(h) over w, avg(i) over w, avg(l) over w, avg(f) over w, avg(d) over w, avg(m) over w, avg(n) over w, avg(y) over w, avg(p) over w from wide window w as (partition by g order by o);
select id, min(b) over w, max(h) over w, min(i) over w, max(l) over w, min(f) over w, max(d) over w, min(m) over w, max(n) over w, min(t) over w, max(t) over w, min(s) over w, max(z) over w, min(z) over w from wide window w as (partition by g order by o, id rows between 1 preceding and 1 following);
select id, count(i) over w, count(*) over w, count(i, s) over w, count_if(t) over w, sum(d) over w, avg(m) over w, max(i) over w from wide window w as (partition by g order by o, id rows between 2 preceding and 1 preceding);
select id, count(i) over w, sum(d) over w, min(l) over w, first(i) over w, last(i) over w, first(s) ignore nulls over w, last(m) ignore nulls over w from wide window w as (partition by g order by o, id rows between current row and unbounded following);
select id, first(i) over w, last(s) over w, any_value(d) over w, first(n) ignore nulls over w, last(t) ignore nulls over w, nth_value(s, 2) over w from wide window w as (partition by g order by o, id rows between 1 following and 2 following);
select id, lag(s) over w, lead(n, 2) over w, lag(t, 1, false) over w, lead(b) over w, lag(h) over w, lag(f, -1) over w, lag(array(i, 1)) over w, lead(struct(i, s), 1) over w from wide window w as (partition by g order by o, id);
select id, sum(i) over (partition by g), avg(d) over (partition by g), count(*) over (), max(s) over (partition by g), first(l) over (partition by g), ntile(3) over (order by id) from wide;
select id, sum(i) over w, avg(i) over w, max(d) over w, last(i) over w from wide window w as (order by o range between 1 preceding and 1 following);
select id, sum(9223372036854775807L - id) over (order by id) from wide;
select id, try_sum(9223372036854775807L - id) over (order by id rows between current row and current row), try_sum(9223372036854775807L) over (order by id) from wide;

-- Frames that are refused.
select sum(id) over (order by id rows between current row and 2147483648 following) from words;
select sum(id) over (order by id rows between 1S preceding and current row) from words;
select sum(id) over (rows between unbounded following and 1 following) from words;
select sum(id) over (order by id range between 1 following and 1 preceding) from words;
select sum(id) over (order by id rows between 2 following and 1 following) from words;
select sum(id) over (order by id, v range between 1 preceding and current row) from words;
select sum(id) over (range between unbounded preceding and current row) from words;
select sum(id) over (order by date'2020-01-01' range between 1L preceding and current row) from words;
select sum(id) over (order by date'2020-01-01' range between current row and interval '1 2' day to hour following) from words;
select sum(id) over (order by date'2020-01-01' range between 1 preceding and interval 1 day following) from words;
select sum(id) over (order by timestamp'2020-01-01' range between 1 preceding and current row) from words;
select count(*) filter (where id > 1) over (order by id) from words;
select sum(id) over (order by id range between 1 preceding and 2L following) from words;
select sum(id) over (order by date'2020-01-01' range between interval 1 month preceding and interval 2 month following) from words;
select id, sum(id) over (order by cast(id as float) range between 'inf' preceding and 'inf' following) from words;
select sum(id) over (order by id range between 1 preceding and 'NaN' following) from words;
select sum(id) over (order by v range between 1 preceding and current row) from words;
-- A window over a window of the same SELECT.
SELECT g, o, sum(sum(v) OVER (PARTITION BY g)) OVER () AS twice FROM s ORDER BY g, o, twice;
SELECT g, v, sum(rank() OVER (ORDER BY v) + 1) OVER (ORDER BY v) AS a, rank() OVER (ORDER BY v) AS b FROM s ORDER BY v;
SELECT g, lag(sum(sum(v)) OVER (ORDER BY g)) OVER (ORDER BY g) AS x FROM s GROUP BY g ORDER BY g;
SELECT sum(rank() OVER (ORDER BY v)) FROM s;
-- A window of time that is sorted by becomes the first column.
SELECT id, count(*) AS c FROM range(3) GROUP BY id ORDER BY id, window(timestamp'2020-01-01', '1 day');
SELECT id FROM range(2) ORDER BY id, window(timestamp_seconds(id), '1 day');
SELECT a + 1 AS b, b + 1 AS c FROM VALUES (1, 2) AS t(a, q) GROUP BY a, c + 1;
-- Windows see the rows of a generator; over groups they come before it.
SELECT explode(array(id, 7)) AS e, sum(id) OVER () AS s, row_number() OVER (ORDER BY id DESC) AS r FROM range(2) ORDER BY r;
SELECT id, explode(array(1, 2)) AS e, sum(max(id)) OVER () AS s FROM range(2) GROUP BY id ORDER BY id, e;

-- ORDER BY holds no window function.
SELECT a FROM VALUES (1), (2) t(a) ORDER BY row_number() OVER (ORDER BY a DESC);
SELECT a, sum(a) OVER (ORDER BY a) AS s FROM VALUES (1), (2) t(a) ORDER BY a, sum(a) OVER (ORDER BY a);
SELECT a, sum(b) FROM VALUES (1, 2), (2, 1) t(a, b) GROUP BY a ORDER BY rank() OVER (ORDER BY sum(b));
