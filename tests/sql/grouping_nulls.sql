-- What is made of groups may be NULL under CUBE, ROLLUP and GROUPING SETS, even where the columns themselves never are.
SELECT g + 1, cast(g AS string), coalesce(g, 0), concat(s, 'x'), if(g = 1, g, 2), g IS NULL, array(g), g <=> 1, concat_ws(',', s), greatest(g, 1), s LIKE 'a%', map(1, g) FROM VALUES (1, 'a'), (2, 'b') AS t(g, s) GROUP BY CUBE(g, s) ORDER BY 1, 4;
SELECT CASE WHEN grouping(g) = 1 THEN 'all' ELSE cast(g AS string) END FROM VALUES (1, 'a'), (2, 'b') AS t(g, s) GROUP BY ROLLUP(g) ORDER BY 1;
SELECT sum(g), g * 2 FROM VALUES (1, 'a'), (2, 'b') AS t(g, s) GROUP BY GROUPING SETS ((g), (s)) ORDER BY 1, 2;
SELECT g, g + 1 FROM VALUES (1, 'a'), (2, 'b') AS t(g, s) GROUP BY CUBE(g) HAVING g + 1 IS NULL OR g > 0 ORDER BY g + 1;
