CREATE TEMPORARY VIEW sales AS SELECT * FROM VALUES
  (2012, 'dotNET', 10), (2013, 'Java', 3), (2013, 'Java', NULL) AS s(year, course, earnings);

-- Numbers alone: picked from the groups of both, NULL where a value has no rows.
SELECT * FROM sales PIVOT (sum(earnings) FOR course IN ('dotNET', 'Java')) ORDER BY year;
SELECT * FROM sales PIVOT (sum(earnings) AS s, count(*) AS c FOR course IN ('dotNET', 'none' AS n)) ORDER BY year;
SELECT * FROM sales PIVOT (sum(earnings) + count(*) FOR course IN ('dotNET', 'x')) ORDER BY year;

-- With another type among them each is computed over the value's rows: counts are 0, collections empty.
SELECT * FROM sales PIVOT (collect_list(earnings) AS a, count(*) AS c, sum(earnings) AS s FOR course IN ('dotNET', 'Java')) ORDER BY year;
SELECT * FROM sales PIVOT (max(course) AS m, count(earnings) AS c FOR year IN (2012, 2013, 2014));
SELECT * FROM sales PIVOT (first(CAST(earnings AS STRING)) AS f, last(CAST(earnings AS STRING)) AS l FOR year IN (2012, 2013)) ORDER BY course;
SELECT * FROM sales PIVOT (max(course) FILTER (WHERE earnings > 3) AS a, upper(min(course)) AS b FOR year IN (2012, 2013));
SELECT * FROM sales PIVOT (concat_ws('-', collect_list(course)) FOR (year, earnings) IN ((2012, 10) AS x, (2013, NULL)));

-- What an aggregate may be without being one: anything that reads no column outside of aggregates.
SELECT * FROM sales PIVOT (1 FOR course IN ('dotNET', 'Java', 'none')) ORDER BY year, earnings;
SELECT * FROM (SELECT year, course FROM sales) PIVOT ('x' FOR course IN ('dotNET', 'Java')) ORDER BY year;
SELECT * FROM (SELECT year, course FROM sales) PIVOT (NULL FOR course IN ('dotNET')) ORDER BY year;
SELECT * FROM (SELECT year, course FROM sales) PIVOT (array(1) AS a FOR course IN ('dotNET')) ORDER BY year;
SELECT * FROM sales PIVOT (sum(earnings) + year FOR course IN ('dotNET'));

SELECT * FROM VALUES (1, 2, 3) t(a, b, c) PIVOT (sum(avg(c)) FOR a IN (1));
SELECT * FROM VALUES (map(1, 2), 3) t(m, c) PIVOT (sum(c) FOR m IN (1));
-- What errors call the column and the value.
SELECT * FROM (SELECT map(1, 2) AS m, 1 AS v, 2 AS c) AS t PIVOT (sum(v) FOR (c, m) IN ((1, 2)));
SELECT * FROM (SELECT 1 AS m, 1 AS v) AS t PIVOT (sum(v) FOR m IN (array(1)));
