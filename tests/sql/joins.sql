CREATE TEMPORARY VIEW a AS SELECT * FROM VALUES (1, 'x'), (2, 'y'), (3, null), (null, 'z') AS t(id, v);
CREATE TEMPORARY VIEW b AS SELECT * FROM VALUES (1, 'p'), (1, 'q'), (3, 'r'), (null, 's') AS t(id, w);
SELECT a.id, v, w FROM a JOIN b ON a.id = b.id ORDER BY 1, 3;
SELECT a.id, v, w FROM a LEFT JOIN b ON a.id = b.id ORDER BY v, w;
SELECT a.id, b.id, v, w FROM a FULL OUTER JOIN b ON a.id = b.id ORDER BY v, w;
SELECT * FROM a LEFT SEMI JOIN b ON a.id = b.id ORDER BY 1;
SELECT * FROM a LEFT ANTI JOIN b ON a.id = b.id ORDER BY 1;
SELECT id, v, w FROM a JOIN b USING (id) ORDER BY 1, 3;
SELECT * FROM a NATURAL LEFT JOIN b ORDER BY v, w;
SELECT count(*) FROM a CROSS JOIN b;
SELECT a.id FROM a WHERE id IN (SELECT id FROM b) ORDER BY 1;
SELECT a.id FROM a WHERE id NOT IN (SELECT id FROM b);
SELECT a.id FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.id) ORDER BY 1;
SELECT id, (SELECT count(*) FROM b WHERE b.id = a.id) AS n FROM a ORDER BY 1;
SELECT (SELECT max(id) FROM b) - id FROM a ORDER BY 1;
SELECT id FROM a UNION SELECT id FROM b ORDER BY 1;
SELECT id FROM a UNION ALL SELECT id FROM b ORDER BY 1;
SELECT id FROM a INTERSECT SELECT id FROM b ORDER BY 1;
SELECT id FROM a EXCEPT SELECT id FROM b ORDER BY 1;
WITH c AS (SELECT id FROM a WHERE id > 1) SELECT * FROM c JOIN b USING (id);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n;
SELECT id FROM a JOIN b ON a.id = b.id;
SELECT * FROM nowhere;

-- A global aggregate gives a row where nothing matches: EXISTS is true, IN compares with that row.
create temp view bug1(c1, c2) as values (0, 1), (1, 2), (cast(null as int), 3);
create temp view bug2(c1, c2) as values (0, 2), (0, 3);
select * from bug1 where exists (select count(*) from bug2 where bug2.c1 = bug1.c1);
select * from bug1 where not exists (select count(*) from bug2 where bug2.c1 = bug1.c1);
select *, exists (select max(c2) from bug2 where bug2.c1 = bug1.c1) from bug1;
select *, c1 in (select count(*) + 1 from bug2 where bug2.c1 = bug1.c1) from bug1;
select *, c1 not in (select count(*) + 1 from bug2 where bug2.c1 = bug1.c1) from bug1;
select * from bug1 where c1 in (select count(*) + 1 from bug2 where bug2.c1 = bug1.c1);
select * from bug1 where c1 not in (select count(*) from bug2 where bug2.c1 = bug1.c1);
select * from bug1 where exists (select max(c2) from bug2 where bug2.c1 <= bug1.c1 having count(*) > 5);

-- What is asked of the kept side's key says which rows of the other side can be partners.
with a as (select * from values (1, 'x', 10), (2, 'y', 20), (3, null, 30), (null, 'z', 40) as a(k, s, v)), b as (select * from values (1, 'x', 100), (2, 'q', 200), (3, null, 300), (null, 'z', 400), (2, 'y', 500) as b(k, s, w)) select * from a left join b on a.k = b.k and a.s = b.s where a.k in (2, 3) and a.s >= 'a' order by all;
with a as (select * from values (1, 'x', 10), (2, 'y', 20), (3, null, 30), (null, 'z', 40) as a(k, s, v)), b as (select * from values (1, 'x', 100), (2, 'q', 200), (3, null, 300), (null, 'z', 400), (2, 'y', 500) as b(k, s, w)) select * from a right join b on b.k = a.k where b.k > 1 and 3 >= b.k order by all;
with a as (select * from values (1, 10), (2, 20), (3, 30), (null, 40) as a(k, v)), b as (select * from values (1, 100), (2, 200), (null, 400) as b(k, w)) select k, v from a where k >= 2 and not exists (select 1 from b where a.k = b.k) union all select k, v from a where k < 3 and k in (select k from b) order by all;
with a as (select * from values (0.0D, 1), (-0.0D, 2), (1.5D, 3) as a(k, v)), b as (select * from values (-0.0D, 10), (1.5D, 20) as b(k, w)) select a.v, b.w from a left join b on a.k = b.k where a.k = 0 order by all;
with a as (select * from values (0, 1), (5, 2) as a(k, v)), b as (select * from values (0, 10), (5, 20) as b(k, w)) select a.v, b.w from a left join b on a.k = b.k where a.k <> 0 and 10 / a.k = 2 order by all;

-- A key that USING hides, named in ON, is still there for a star.
SELECT t.*, u.*, v.* FROM VALUES ('one', 1) t(k, a) NATURAL JOIN VALUES ('one', 2) u(k, b) JOIN VALUES ('one', 3) v(k, c) ON u.k = v.k;

-- A union's columns are its first input's, with the qualifier.
SELECT a FROM VALUES (1), (2) t(a) UNION ALL SELECT b FROM VALUES (0) u(b) ORDER BY t.a;
SELECT a FROM VALUES (1), (2) t(a) UNION ALL SELECT b FROM VALUES (0L) u(b) ORDER BY t.a;
-- Without a condition, what is made of the left row alone decides whether the row stays.
SELECT * FROM VALUES (1, array(1, 2)), (2, array()), (3, NULL) AS t(id, a) LEFT JOIN LATERAL explode(a) AS e;
SELECT * FROM VALUES (1, array(1, 2)), (2, array()), (3, NULL) AS t(id, a) LEFT JOIN LATERAL explode(a) AS e ON true;
SELECT * FROM VALUES (1, array(1, 2)), (2, array()) AS t(id, a) LEFT JOIN LATERAL (SELECT explode(a) AS x);
SELECT * FROM VALUES (1, array(1, 2)), (2, array()) AS t(id, a)
LEFT JOIN LATERAL (SELECT x + 1 FROM (SELECT explode(a) AS x) AS s WHERE x > 1);
