CREATE TEMPORARY VIEW visit AS SELECT * FROM VALUES ('owl', TIMESTAMP_NTZ '2024-05-01 10:00:00', 1), ('owl', TIMESTAMP_NTZ '2024-05-01 10:05:00', 2), ('owl', TIMESTAMP_NTZ '2024-05-01 10:10:01', 3), ('tern', TIMESTAMP_NTZ '2024-05-01 10:01:00', 4), ('tern', null, 5), ('owl', TIMESTAMP_NTZ '2024-05-01 09:58:00', 6) AS t(bird, at, n);
SELECT bird, session_window.start, session_window.end, sum(n) FROM visit GROUP BY bird, session_window(at, '5 minutes') ORDER BY 1, 2;
SELECT session_window(at, '1 minute') AS s, count(*) FROM visit GROUP BY session_window(at, '1 minute') ORDER BY s;
SELECT bird, session_window.start, count(*) FROM visit GROUP BY bird, session_window(at, CASE WHEN bird = 'owl' THEN '6 minutes' ELSE '-1 minutes' END) ORDER BY 2;
SELECT session_window(at, '5 minutes') FROM visit WHERE bird = 'tern';
