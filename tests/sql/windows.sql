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
