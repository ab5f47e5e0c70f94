SELECT array(1, 2, null), map('a', 1, 'b', null), struct(1, 'x'), named_struct('k', array(1.5));
SELECT array(1, 2, 3)[0], map('a', 1)['b'], named_struct('f', 5).f, element_at(array(1, 2), -1);
SELECT array(1)[3];
SELECT size(array(1, 2)), array_contains(array(1, null), 2), array_distinct(array(1, 1, null, null)), sort_array(array(3, null, 1)), array_join(array('a', null, 'b'), '-', '?');
SELECT transform(array(1, 2), x -> x * 2), filter(array(1, 2, 3), x -> x > 1), exists(array(1, 2), x -> x = 2), aggregate(array(1, 2, 3), 0, (s, x) -> s + x);
SELECT explode(array(10, 20));
SELECT posexplode(array('a', 'b'));
SELECT k, e FROM (SELECT 1 AS k, array('x', 'y') AS xs) LATERAL VIEW explode(xs) t AS e;
SELECT k, e FROM VALUES (1, array(1, 2)), (2, array()) AS t(k, xs) LATERAL VIEW OUTER explode(xs) u AS e ORDER BY k, e;
SELECT inline(array(struct(1, 'a'), struct(2, 'b')));
SELECT flatten(array(array(1), array(2, 3))), slice(array(1, 2, 3), 2, 2), array_union(array(1), array(2, 1)), map_keys(map('a', 1)), map_concat(map(1, 2), map(3, 4));
SELECT from_json('{"a": 1, "b": [1.5, null]}', 'a INT, b ARRAY<DOUBLE>'), to_json(struct(1 AS a, 'x' AS b)), get_json_object('{"a": {"b": 7}}', '$.a.b');
SELECT t.s.a, t.s.* FROM (SELECT named_struct('a', 1, 'b', 'x') AS s) t;
SELECT * FROM VALUES (1, 2) AS t(a, b) PIVOT (sum(b) FOR a IN (1, 2));
SELECT * FROM VALUES (1, 10, 20) AS t(id, x, y) UNPIVOT (v FOR n IN (x, y)) ORDER BY n;
SELECT array((SELECT 7))[0] + a AS x, map('k', (SELECT 8))['k'] AS m FROM VALUES (1), (2), (3) AS t(a) ORDER BY a;
-- A fold's value may be a struct whose fields have other names.
SELECT reduce(array(1, 2), named_struct('s', 0L, 'n', cast(null AS INT)), (acc, x) -> named_struct('q', acc.s + x, 'w', 1), acc -> acc.s) AS s;
SELECT lag(array(named_struct('a', 2)), 1, c) OVER (ORDER BY 1) AS l FROM VALUES (array(named_struct('a', cast(null AS INT)), null)) AS t(c);
SELECT * FROM (SELECT array(named_struct('a', 1)) AS s) UNION (SELECT array(named_struct('z', 1)));
SELECT array(named_struct('a', 1)) AS s INTERSECT SELECT array(named_struct('z', 1));
-- What a generator gives can be sorted by.
SELECT id, explode(array(1, 2)) AS e FROM range(2) ORDER BY e DESC, id;
SELECT id, explode(array(1, 2)) FROM range(2) GROUP BY id ORDER BY 2, id;
SELECT id, count(*), explode(array(1, 2)) AS e FROM range(2) GROUP BY id ORDER BY ALL;

-- What a generator gives can be named in the same SELECT.
SELECT a, explode(array(a, a + 1)) AS x, x * 10, upper(s) FROM VALUES (1, 'k') t(a, s);
SELECT x + 1, explode(array(1, 2)) AS x;
SELECT explode(map('k', 1)) AS (k, v), upper(k) || v AS kv, kv || '!';
SELECT inline(array(struct(1 AS p, 2 AS q))), p + q;
SELECT explode(array(named_struct('q', 1))) AS s, s.q, s.*;
SELECT explode(array(1, 2)) AS x, x FROM VALUES (7) t(x);
SELECT explode(array(1)) AS x, explode(array(x, x + 1));
SELECT explode(array(1, 2)) AS x, sum(x);

-- No side of an operator is a star.
SELECT a + *, 1 FROM VALUES (1) t(a);
SELECT a FROM VALUES (1) t(a) WHERE NOT *;
