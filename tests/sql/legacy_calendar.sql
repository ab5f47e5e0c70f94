-- SimpleDateFormat's weeks, its Julian calendar, its zones and offsets (spark.sql.legacy.timeParserPolicy = LEGACY).
SET spark.sql.legacy.timeParserPolicy = LEGACY;
SET spark.sql.ansi.enabled = false;
SELECT date_format(t, 'D w W F E u YYYY') FROM VALUES (TIMESTAMP'2023-12-31 00:00:00'), (TIMESTAMP'2022-01-01 00:00:00'), (TIMESTAMP'2024-12-29 00:00:00'), (NULL) AS v(t);
SELECT date_format(t, 'D w W F E u YYYY') FROM VALUES (TIMESTAMP'1500-02-28 00:00:00'), (TIMESTAMP'1500-12-31 00:00:00'), (TIMESTAMP'1582-10-04 00:00:00'), (TIMESTAMP'1582-12-31 00:00:00') AS v(t);
SELECT to_date(d, p) FROM VALUES ('2024-02-29', 'YYYY-MM-dd'), ('2024-05', 'YYYY-ww'), ('2024-05 Mon', 'YYYY-ww E'), ('24', 'YY'), ('2024 2023', 'YYYY yyyy'), ('2024-54', 'YYYY-ww'), ('2024-01-8', 'YYYY-ww-u') AS v(d, p);
SELECT to_date(d, p) FROM VALUES ('05', 'ww'), ('2024-05', 'yyyy-ww'), ('2024-02 3', 'yyyy-MM W'), ('2024-02 2 Fri', 'yyyy-MM F E'), ('Mon', 'E'), ('2024-060', 'yyyy-DDD'), ('-2024', 'yyyy'), ('12', 'y') AS v(d, p);
SELECT to_date(d, p) FROM VALUES (' Feb 2024', 'MMM yyyy'), ('1  Feb 2024', 'd MMM yyyy'), ('  1   2 2024', 'd M yyyy'), ('Thu  2024', 'E yyyy') AS v(d, p);
SELECT z, to_timestamp('2024-02-29 12:34 ' || z, 'yyyy-MM-dd HH:mm X') AS x, to_timestamp('2024-02-29 12:34 ' || z, 'yyyy-MM-dd HH:mm XX') AS xx, to_timestamp('2024-02-29 12:34 ' || z, 'yyyy-MM-dd HH:mm XXX') AS xxx, to_timestamp('2024-02-29 12:34 ' || z, 'yyyy-MM-dd HH:mm Z') AS z FROM VALUES ('Z'), ('+05'), ('+0530'), ('+05:30'), ('+5:30'), ('PST'), ('GMT'), ('GMT+5:30'), ('GMT+0530'), ('-24:00'), ('+05:60') AS v(z);
SET spark.sql.session.timeZone = Europe/Istanbul;
SELECT date_format(t, 'yyyy-MM-dd HH:mm Z X XX XXX') FROM VALUES (TIMESTAMP'1850-01-01 00:00:00'), (TIMESTAMP'1905-01-01 00:00:00'), (TIMESTAMP'2020-07-31 00:00:00') AS v(t);
