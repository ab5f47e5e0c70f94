-- Patterns that DecimalFormat refuses, infinite numbers in them, printf()'s words for what it does not take.
SELECT format_number(x, '$#,##0.00'), format_number(x, '##0.#%'), format_number(x, 'a0;(0)') FROM VALUES (double('Infinity')), (double('-Infinity')), (double('NaN')), (-2.5D) AS v(x);
SELECT format_number(1.5, '0.0.0');
SELECT format_number(1.5, '#0#');
SELECT format_number(1.5, '0#0');
SELECT format_number(1.5, '#,##0,');
SELECT format_string('%X', 1.5D);
SELECT format_string('%C', true);
SELECT format_string('%h %H', 1.5BD, 12345678901234567890.5BD);
SELECT to_char(X'61', f) FROM VALUES ('hex') AS v(f);
SELECT s LIKE '\\%' ESCAPE '\\', s NOT LIKE 'a!%' ESCAPE '!' FROM VALUES ('%'), ('a%') AS v(s);
SELECT percentile(x, array()), approx_percentile(x, array()) FROM VALUES (1), (2) AS v(x);
SELECT TIMESTAMP_NTZ'2024-03-10 02:30:00+01:00';
SET spark.sql.jsonGenerator.ignoreNullFields = false;
SELECT to_json(named_struct('a', null, 'b', 1)), to_json(named_struct('a', null), map('ignoreNullFields', 'true'));
SELECT 1 IN ();
SELECT cast(TIMESTAMP'2024-02-29 12:34:56.789' AS decimal(5, 2));
SELECT cast(TIMESTAMP'9999-12-31 23:59:59.999999' AS decimal(38, 18)), cast(TIMESTAMP'0001-01-01 00:00:00.123457' AS decimal(20, 5));
SELECT window(t, '0 minutes') FROM VALUES (TIMESTAMP'2024-02-29 12:34:56') AS v(t);
