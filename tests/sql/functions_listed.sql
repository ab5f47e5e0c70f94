-- Functions that no call finds, and tables of what there is.
SELECT name, language, country, accent_sensitivity, case_sensitivity, pad_attribute, icu_version FROM collations() WHERE name LIKE 'U%' OR name IN ('fr', 'fr_CAN_CI_AI', 'zh_Hant_HKG_RTRIM') ORDER BY name;
SELECT * FROM collations(1);
SELECT * FROM python_worker_logs();
SELECT count(*) > 70, count(DISTINCT keyword) > 70 FROM sql_keywords();
SHOW SYSTEM FUNCTIONS LIKE 'c*s*';
SHOW SYSTEM FUNCTIONS LIKE '||*';
SHOW SYSTEM FUNCTIONS LIKE '*window';
DESCRIBE FUNCTION timestampadd;
SELECT `timestampadd`(1, 2, 3);
SELECT timestampadd(DAY, 1, DATE'2020-01-01'), timestampdiff(DAY, DATE'2020-01-01', DATE'2020-02-01');
-- Lengths that arrays cannot have.
SELECT sequence(9223372036854775807L, -1L, -1L);
SELECT sequence(-9223372036854775808L, 9223372036854775807L, 1L);
SELECT sequence(0L, -9223372036854775808L, -4611686018427387904L);

-- What is not there is named where it stands.
DESCRIBE FUNCTION default.to_date;
DESCRIBE FUNCTION EXTENDED 'nothere';
