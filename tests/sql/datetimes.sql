SELECT DATE '2024-02-29' + 1, DATE '2024-03-01' - DATE '2024-02-28', date_add(DATE '2024-01-31', 30), add_months(DATE '2024-01-31', 1);
SELECT year(DATE '2024-05-06'), month(DATE '2024-05-06'), day(DATE '2024-05-06'), dayofweek(DATE '2024-05-06'), weekofyear(DATE '2024-05-06'), quarter(DATE '2024-05-06');
SELECT hour(TIMESTAMP '2024-05-06 07:08:09.5'), minute(TIMESTAMP '2024-05-06 07:08:09.5'), second(TIMESTAMP '2024-05-06 07:08:09.5');
SELECT date_trunc('MONTH', TIMESTAMP '2024-05-06 07:08:09'), trunc(DATE '2024-05-06', 'YEAR'), last_day(DATE '2024-02-01'), next_day(DATE '2024-05-06', 'Mon');
SELECT to_date('06/05/2024', 'dd/MM/yyyy'), to_timestamp('2024-05-06 07:08', 'yyyy-MM-dd HH:mm'), date_format(DATE '2024-05-06', 'EEE, d MMM yyyy');
SELECT datediff(DATE '2024-03-01', DATE '2024-02-01'), months_between(DATE '2024-03-31', DATE '2024-02-29'), unix_timestamp('1970-01-02', 'yyyy-MM-dd');
SELECT TIMESTAMP '2024-01-01 00:00:00' + INTERVAL 1 DAY 2 HOURS, INTERVAL '1-2' YEAR TO MONTH, INTERVAL 3 DAYS, extract(YEAR FROM DATE '2024-01-01');
SELECT cast('2024-13-01' AS date);
SELECT make_date(2024, 2, 30);
SELECT from_utc_timestamp(TIMESTAMP '2024-07-01 12:00:00', 'Europe/Paris'), to_utc_timestamp(TIMESTAMP '2024-07-01 12:00:00', 'America/New_York');
-- A pattern is for text alone.
SELECT to_date(date'2020-01-01', null), try_to_date(timestamp_ntz'2020-01-01 10:00:00', cast(null AS STRING)), to_timestamp(d, f), to_timestamp_ntz(d, f) FROM VALUES (date'2020-01-01', null), (date'2020-01-01', 'bad(') AS t(d, f);
SET spark.sql.timestampType = TIMESTAMP_NTZ;
SELECT '2011-11-11 11:11:11' - timestamp'2011-11-11 11:11:10', timestamp'2011-11-11 11:11:11' - s FROM VALUES ('2011-11-11 11:11:10') AS t(s);
RESET spark.sql.timestampType;
