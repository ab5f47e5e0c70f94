-- Fields of window(), functions of it, and window_time(), which a grouped block does not take.
SELECT window(a, '1 day').start, window(a, '1 day').end FROM VALUES (TIMESTAMP'2020-01-01 10:00:00') AS t(a);
SELECT date(window(a, '1 day').start) AS d, count(*) FROM VALUES (TIMESTAMP'2020-01-01 10:00:00') AS t(a) GROUP BY window(a, '1 day');
SELECT window(a, '1 day').end, count(*) FROM VALUES (TIMESTAMP'2020-01-01 10:00:00') AS t(a) GROUP BY window(a, '1 day').end;
SELECT window_time(window(a, '1 day')) FROM VALUES (TIMESTAMP'2020-01-01 10:00:00') AS t(a);
SELECT window_time(window), count(*) FROM VALUES (TIMESTAMP'2020-01-01') AS t(a) GROUP BY window(a, '1 day');
SELECT window_time(window(a, '1 day')), count(*) FROM VALUES (TIMESTAMP'2020-01-01') AS t(a) GROUP BY window_time(window(a, '1 day'));
SELECT max(window_time(window)) FROM VALUES (TIMESTAMP'2020-01-01') AS t(a) GROUP BY window(a, '1 day');
