SELECT a FROM VALUES (1, 2) AS t(a, b) GROUP BY a HAVING EXISTS (SELECT c FROM VALUES (1) AS u(c) GROUP BY c HAVING c < min(a + c));
SELECT a FROM VALUES (1) AS t(a) WHERE EXISTS (SELECT min(a) FROM VALUES (1) AS u(c));
SELECT (SELECT count(*) FROM VALUES (1) AS u(c) WHERE c = a GROUP BY a) FROM VALUES (1) AS t(a);
SELECT (SELECT count(*) FROM VALUES (1), (2) AS u(c) WHERE c = a GROUP BY c) FROM VALUES (1), (2) AS t(a);
SELECT * FROM VALUES (1) AS t(a) JOIN LATERAL (SELECT sum(c) FROM VALUES (1) AS u(c) LEFT SEMI JOIN (SELECT * FROM VALUES (1) AS v(d) WHERE d = a) w ON c = w.d);
SELECT * FROM VALUES (map(1, 2), 3) AS t(m, n) WHERE (SELECT sum(c) FROM VALUES (1) AS u(c) WHERE m[c] = 2) > 0;
SELECT n FROM VALUES (map(1, 2), 3) AS t(m, n) WHERE (SELECT sum(c) FROM VALUES (2) AS u(c) WHERE m[1] = c) > 0;
SELECT * FROM VALUES (1, 1), (2, 3) AS t(a, b) LEFT JOIN LATERAL (SELECT a + b AS c) ON b = c - 1;
SELECT * FROM VALUES (1, 1), (2, 3) AS t(a, b) JOIN LATERAL (SELECT count(*) AS n FROM VALUES (1) AS u(c) WHERE c = a) ON n + 1 = a;
SELECT * FROM VALUES (1) AS t(a) JOIN LATERAL (SELECT c FROM VALUES (1) AS u(c)) s ON a + rand(0) = s.c;
SELECT a FROM VALUES (1) AS t(a) JOIN VALUES (1) AS v(a) ON EXISTS (SELECT 1 FROM VALUES (1) AS u(c) WHERE c > a);
SELECT NULL IN (SELECT c FROM VALUES (1) AS u(c) WHERE c > 1), NULL NOT IN (SELECT c FROM VALUES (1) AS u(c) WHERE c > 1);
SELECT map_zip_with(map(1Y, 1), map(2L, 2), (k, a, b) -> struct(k, a, b));
SELECT map_zip_with(map(1, 1), map('a', 2), (k, a, b) -> a);
SELECT u.* FROM VALUES (1, 2) AS t(a, b), LATERAL (SELECT t.*) AS u;

-- Scalar subqueries that aggregate the same rows.
create or replace temporary view shared_rows as select if(id = 4, 3, id) as a, if(id = 2, null, 40 - id * 9) as b, if(id % 2 = 1, 'x', if(id = 2, 'y', null)) as c, id / 4 as d from range(1, 5);
select case when (select count(*) from shared_rows where a > 1) > 2 then (select avg(b) from shared_rows where a > 1) else (select max(a) from shared_rows where a > 1) end as v, (select count(*) from shared_rows where a > 2) as w;
select (select sum(b) + count(*) from shared_rows) as s, (select max(c) from shared_rows) as m, (select round(avg(d), 1) from shared_rows) as r, (select max(c) from shared_rows) as m2;
select a, (select max(b) from shared_rows) - b as gap from shared_rows where b > (select min(b) from shared_rows) and b <= (select max(b) from shared_rows) order by all;
select (select max(x.b) from shared_rows x join shared_rows y on x.a = y.a) as j, (select count(*) from shared_rows x join shared_rows y on x.a = y.a) as n, (select min(u) from (select a + b as u from shared_rows)) as u, (select max(u) from (select a + b as u from shared_rows)) as v;
select (select sum(a) filter (where b > 5) from shared_rows) as f, (select count(distinct c) from shared_rows) as d, (select sum(a) from shared_rows having count(*) > 10) as h;
select (select count(*) from shared_rows where false) as none, (select sum(a) from shared_rows where false) as nothing, (select min(a) from shared_rows where a < 0) as few;
with t as (select a, count(*) as n from shared_rows group by a) select (select max(n) from t) as x, (select min(a) from t) as y, (select max(n) from t where a = 3) as z;
select a, (select count(*) from shared_rows i where i.a = o.a) as own, (select max(b) from shared_rows i where i.a = o.a) as best, (select count(*) from shared_rows) as everyone, (select sum(a) from shared_rows) as total from shared_rows o order by all;
-- What a grouped query may ask of subqueries.
create or replace temporary view grouped as select * from values (1, 2), (3, 4), (null, 4) as t(a, b);
create or replace temporary view asked as select * from values (1, 2), (3, 4) as t(a, b);
select (select max(asked.a) from asked where asked.b = grouped.b) as m, count(*) from grouped group by rollup((select max(asked.a) from asked where asked.b = grouped.b)) order by 2, 1;
select (select max(c) from values (1, 5), (2, 6) as u(k, c) where k = a) as m from grouped group by (select max(c) from values (1, 5), (2, 6) as u(k, c) where k = a) order by 1;
select b in (select asked.b from asked) as found, count(*) from grouped group by b in (select asked.b from asked) order by b in (select asked.b from asked);
select b from grouped order by b in (select asked.b from asked);
select b, (select max(asked.a) from asked where asked.b = grouped.b) from grouped group by b;
select b, exists(select 1 from asked where asked.b = grouped.b) from grouped group by b order by b;
select count(*) from grouped group by (select max(asked.a) from asked where asked.b = grouped.b);
select b, count(*) from grouped group by b, (select max(asked.a) from asked where asked.b = grouped.b) having (select max(asked.a) from asked where asked.b = grouped.b) > 0 order by b;
select transform(array(1, 2), x -> x + (select max(a) from asked)) from grouped;
select 1 from grouped where exists(array(1, 2), x -> x in (select a from asked));
create or replace temporary view pairs as select * from values (null, 1.0BD), (2, 3.0BD), (4, 5.0BD) as t(a, b);
select * from pairs where (a, b) not in ((2, 3.0)) order by b;
select * from pairs where (a, b) in ((2, 3.0), (4, 5)) order by b;
select * from pairs lateral view explode((select collect_list(a) from asked where asked.b = pairs.a)) g as e;
-- What is distinct is seen only with the outer columns.
SELECT r.a, l.b FROM VALUES (1), (2), (3) AS r(a), LATERAL (SELECT DISTINCT q.a > r.a AS b FROM VALUES (1), (2), (3) AS q(a)) AS l ORDER BY 1, 2;
SELECT r.a, (SELECT count(*) FROM (SELECT DISTINCT q.a > r.a AS b FROM VALUES (1), (2), (3) AS q(a))) AS c FROM VALUES (1), (2), (3) AS r(a) ORDER BY 1;
SELECT r.a FROM VALUES (1), (2), (3) AS r(a) WHERE 2 = (SELECT count(*) FROM (SELECT DISTINCT q.a % 2 + r.a * 0 FROM VALUES (1), (2), (3) AS q(a))) ORDER BY 1;
