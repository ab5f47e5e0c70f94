-- A search from a position on: nothing before it is seen, and it counts Java's characters.
SELECT regexp_replace('abcabc', '(?<=a)b', 'X', 2), regexp_replace('abcabc', '\\bb', 'X', 2), regexp_replace('xabc', '^a', 'Y', 2), regexp_replace('a', '^', 'Y', 2), regexp_replace('😀ab', 'a', 'Y', 3), regexp_replace('😀ab', 'a', 'Y', 4);
SELECT regexp_replace('aaa', '^a', '$1-', 2);
-- Errors of patterns name the function as it was called.
SELECT regexp(a, '(') FROM VALUES ('a') AS t(a);
SELECT regexp_like('a', '(');
-- to_varchar() of bytes keeps its name.
SELECT to_char(X'5370', 'base64'), to_varchar(X'5370', 'base64'), to_varchar(X'5370', 'HEX'), to_varchar(encode('abc', 'utf-8'), 'utf-8');
-- Schemas have no CHAR.
SELECT from_json('{}', 'a VARCHAR(3)');
SELECT from_csv('1', 'a CHAR(3)');
SELECT from_xml('<a/>', 'a ARRAY<CHAR(3)>');
-- JSON: decimals with blanks about them, zeros with a sign, and control characters that only paths take.
SELECT from_json('{"a":" 1 "}', 'a DECIMAL(5,2)'), from_json('{"a":"1,000"}', 'a DECIMAL(6,2)'), from_json('{"a":-0}', 'a DOUBLE'), from_json('{"a":-0.0}', 'a DOUBLE'), from_json('{"a":-0}', 'a FLOAT');
SELECT json_object_keys('{"a":"x	y"}'), get_json_object('{"a":"x	y"}', '$.a'), get_json_object('{"a":"x	y"}', '$'), json_array_length('["x	y"]'), from_json('{"a":"x	y"}', 'a STRING');
-- An attribute that is the null value has no type.
SELECT schema_of_xml('<r a="1"><b>1</b></r>', map('nullValue', '1')), schema_of_xml('<r a="x"><b k="x">x</b></r>', map('nullValue', 'x'));
-- FILTER belongs to the aggregate itself.
SELECT array_sort(collect_list(x)) FILTER (WHERE x > 0) FROM VALUES (1) AS t(x);
SELECT count_if(x > 1) FILTER (WHERE x < 5), any_value(x) FILTER (WHERE x > 7), median(x) FILTER (WHERE x > 0) FROM VALUES (1), (2) AS t(x);
-- ANSI intervals have the fields of their range.
SELECT extract(DAY FROM INTERVAL '-1' HOUR);
SELECT date_part('HOUR', INTERVAL '1' DAY);
SELECT extract(MONTH FROM INTERVAL '1' YEAR);
SELECT extract(HOUR FROM INTERVAL '1 02' DAY TO HOUR), extract(DAY FROM INTERVAL '1 02' DAY TO HOUR), extract(YEAR FROM INTERVAL '1-2' YEAR TO MONTH), extract(MINUTE FROM make_interval(0, 0, 0, 0, 0, 7));
-- A variant among variants stays one, null too.
SELECT schema_of_variant(e), is_variant_null(e), e IS NULL FROM (SELECT explode(cast(parse_json('[1, null, {"a": [2]}]') AS ARRAY<VARIANT>)) AS e);
SELECT k, to_json(v) FROM (SELECT explode(cast(parse_json('{"a": 1, "b": [1, null], "c": {"d": null}}') AS MAP<STRING, VARIANT>)) AS (k, v)) ORDER BY k;
-- Names of types in errors, and widths in Java's characters.
SELECT flatten(1);
SELECT overlay(X'41', 'a', 1);
SELECT approx_top_k(x, 2) FROM VALUES (INTERVAL '1' DAY) AS t(x);
SELECT format_string('%5s|%-5s|', '😀', '😀');
SELECT extract(YEAROFWEEK FROM 1709210096);
SELECT extract(SECOND FROM TIMESTAMP'2024-01-01 00:00:01.5'), extract(YEAROFWEEK FROM DATE'2024-12-31');
