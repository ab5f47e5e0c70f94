-- What is wrong with a call's arguments is told in Spark's order, by the places and names that Spark gives them.
SELECT to_binary(array(1), 'foo');
SELECT to_binary(map(), a) FROM VALUES ('hex') AS t(a);
SELECT variant_get(1, '$', 'int');
SELECT variant_get(1, '$', 'foo');
SELECT variant_get(parse_json('1'), 2, 'int');
SELECT array_join(1, 2);
SELECT array_join(array(1), 2);
SELECT aggregate(array('a'), 0, (a, x) -> concat(a, x));
SELECT timestampadd(HOUR, 'x', true);
SELECT timestampadd(HOUR, true, 1);
SELECT timestampdiff(HOUR, current_date(), true);
SELECT trim(array(1), 'x');
SELECT trim('x' FROM array(1));
SELECT string_agg(1, X'41');
SELECT schema_of_json(a) FROM VALUES (1) AS t(a);
SELECT kll_sketch_get_rank_bigint(1, a) FROM VALUES (1) AS t(a);
SELECT nullif(array(1), 2);
SELECT nullif(map(), map());
SELECT id, grouping(id) FROM VALUES (1) AS t(id);
SELECT a, grouping(id) FROM VALUES (1, 2) AS t(id, a) GROUP BY id;
SELECT `a b` FROM VALUES (1, 2, 3, 4, 5, 6) AS t(as_, ast, ds, js, m, s);
SELECT `ab``cdef` FROM VALUES (1, 2, 3, 4, 5, 6) AS t(as_, ast, ds, js, m, s);
-- What the values are.
SELECT nullif('a' COLLATE UNICODE, 'A' COLLATE UTF8_LCASE), nullif('a' COLLATE UTF8_LCASE, 'A' COLLATE UNICODE);
SELECT nullif(c, 'A' COLLATE UTF8_LCASE) FROM VALUES ('a' COLLATE UNICODE) AS t(c);
SELECT levenshtein('kitten', 'sitting', CAST(NULL AS INT));
SELECT levenshtein(a, 'sitting', CAST(NULL AS INT)) FROM VALUES ('kitten') AS t(a);
SELECT first(DISTINCT v), last(DISTINCT v), any_value(DISTINCT v), count(DISTINCT k)
FROM (SELECT * FROM VALUES (30, 'c'), (20, 'b'), (10, 'a'), (20, 'd') AS t(v, k) ORDER BY k);
SELECT array_sort(array(1, 2, 3, NULL), (x, y) -> CASE WHEN x < y THEN -1 ELSE 1 END),
       array_sort(array(NULL, 2, NULL, 3, NULL), (x, y) -> CASE WHEN x < y THEN -1 ELSE 1 END),
       array_sort(array(3, 1, 2, 5, 4), (x, y) -> 1), array_sort(array(3, 1, 2, 5, 4), (x, y) -> -1);
SELECT array_sort(sequence(1, 40), (a, b) -> b - a), array_sort(array(6, 5, 4, 3, 2, 1, 7, 0), (a, b) -> a - b);
-- Numbers that are drawn behind a NULL, or are not.
SELECT id, start + CAST(rand(1) * 10 AS BIGINT), sequence(start, CAST(rand(1) * 10 AS BIGINT))
FROM VALUES (1, CAST(NULL AS BIGINT)), (2, 1L), (3, 1L) AS t(id, start);
SELECT id, substr(s, CAST(rand(1) * 10 AS INT)), concat(s, rand(2)), conv(s, 10, int(rand(1) * 10))
FROM VALUES (1, NULL), (2, 'asdf'), (3, 'qwerty') AS t(id, s);
-- Elements may be NULL at every depth once one has been put in.
SELECT array_append(a, array(1)), array_prepend(a, array(1)), array_insert(a, 1, array(1)), map_concat()
FROM VALUES (array(array(1))) AS t(a);
SELECT timestampadd(HOUR, 1.5, TIMESTAMP'2020-01-01'), timestampadd(HOUR, '3', '2020-01-01 00:00:00'),
       timestampdiff(DAY, '2020-01-01', DATE'2021-01-01');
-- WITHIN GROUP: what is ordered by is the first argument.
SELECT percentile_cont(id) WITHIN GROUP (ORDER BY id) FROM range(3);
SELECT percentile_cont(2) WITHIN GROUP (ORDER BY id) FROM range(3);
SELECT percentile_disc(array(0.5, NULL)) WITHIN GROUP (ORDER BY id DESC) FROM range(3);
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY true) FROM range(3);
SELECT percentile(id, 0.5, id - 1) FROM range(3);
SELECT id FROM range(3) WHERE explode(array(1));
SELECT named_struct(id, 1, 'a', 2, id + 1, 3) FROM range(1);
SELECT try_element_at(map(1, 2), 'a');
SELECT xpath_int(array(1), id) FROM range(1);
SELECT map_zip_with(map(1, 'a', 2, 'b'), 3, NULL);
SELECT from_csv('1', 'a INT', map('maxColumns', '٥'));
-- Names and types in refusals.
SELECT try_make_timestamp_ltz(map(), 12, 28, 1, 1, 45.887);
SELECT make_timestamp_ntz(map(), 12, 28, 1, 1, 45.887);
SELECT unix_timestamp(array(1));
SELECT CAST('x' COLLATE UNICODE_CI AS INT);
SELECT m FROM VALUES (map(1, 2)) AS t(m) ORDER BY m;
SELECT sort_array(array(1), a) FROM VALUES ('a') AS t(a);
SELECT to_char(1, a) FROM VALUES ('9' COLLATE UNICODE) AS t(a);
SELECT trim(a FROM b) FROM VALUES ('a' COLLATE UNICODE, 'a' COLLATE UTF8_LCASE) AS t(a, b);
SELECT btrim(a, b) FROM VALUES ('a' COLLATE UNICODE, 'a' COLLATE UTF8_LCASE) AS t(a, b);
-- A pattern may have any collation, the text may not.
SELECT a RLIKE c, regexp_count(a, c), regexp_substr(a, c), split(a, c), a LIKE c
FROM VALUES ('a', 'b' COLLATE UNICODE_CI) AS t(a, c);
SELECT a RLIKE c FROM VALUES ('a', 'b' COLLATE UTF8_BINARY_RTRIM) AS t(a, c);
SELECT collate(a, a) FROM VALUES (1) AS t(a);
SELECT collate(1, 'UNICODE');
SELECT c RLIKE a FROM VALUES ('a', 'b' COLLATE UNICODE_CI) AS t(a, c);
-- Lambdas are the same whatever their variables are called.
SELECT transform(array(id), x -> x + 1), count(*) FROM range(2) GROUP BY transform(array(id), x -> x + 1);
SELECT transform(array(id), x -> transform(array(x), y -> x + y)) AS t, count(*) FROM range(2)
GROUP BY transform(array(id), a -> transform(array(a), b -> a + b)) ORDER BY t;
SELECT transform(array(id), x -> transform(array(x), y -> x + x)) AS t, count(*) FROM range(2)
GROUP BY transform(array(id), a -> transform(array(a), b -> a + b)) ORDER BY t;
SELECT NULL * 'a';
SELECT 'a' div NULL;
SELECT NULL & 'a';
SELECT make_dt_interval(1, 1, 1, true);
SELECT make_timestamp(1, 1, 1, 1, 1, map());
-- Sets of numbers know the signs of zeros, sets of arrays do not.
SELECT array_distinct(array(0.0D, -0.0D)), array_union(array(float('0')), array(float('-0'))),
       array_except(array(0.0D), array(-0.0D)), arrays_overlap(array(0.0D), array(-0.0D)),
       array_contains(array(0.0D), -0.0D), array_distinct(array(array(0.0D), array(-0.0D)));
