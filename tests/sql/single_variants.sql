-- Records of CSV and JSON as variants: what fields are read as, and singleVariantColumn.
SELECT schema_of_variant(from_csv(s, 'a variant').a) FROM VALUES ('1'), ('1.5'), ('1'), ('2024-02-29'), ('2024-02-29 01:02:03'), ('2024-02-29'), ('true'), ('x'), ('1') AS t(s);
SELECT to_json(from_csv(s, 'v variant', map('singleVariantColumn', 'v'))) FROM VALUES ('1,2'), ('1.5,x'), ('1,3'), ('abc,4'), (''), (null), ('d,,"q"') AS t(s);
SELECT to_json(from_csv('1|x|01/02/2024', 'v variant', map('singleVariantColumn', 'v', 'sep', '|', 'nullValue', 'x', 'dateFormat', 'dd/MM/yyyy')));
SELECT to_json(from_csv('1,a', 'c string, v variant', map('singleVariantColumn', 'v', 'columnNameOfCorruptRecord', 'c')));
SELECT from_csv('1', 'v variant, b int', map('singleVariantColumn', 'v'));
SELECT from_csv('1', 'w variant', map('singleVariantColumn', 'v'));
SELECT from_csv('1', 'v int', map('singleVariantColumn', 'v'));
SELECT to_json(from_json(s, 'v variant', map('singleVariantColumn', 'v'))) FROM VALUES ('{"a":1}'), ('[1]'), ('1'), ('x'), (''), (null), ('{"a":1} x'), ('null') AS t(s);
SELECT to_json(from_json(s, 'w variant, c string', map('singleVariantColumn', 'v', 'columnNameOfCorruptRecord', 'c'))) FROM VALUES ('{"a":1,"w":2}'), ('x') AS t(s);
SELECT array_contains(array(INTERVAL '1' MONTH), INTERVAL '1-2' YEAR TO MONTH);
SELECT arrays_overlap(array(INTERVAL '3' HOUR), array(INTERVAL '1' DAY));
SELECT array_append(array(INTERVAL '3' HOUR), null), array_union(array(INTERVAL '3' HOUR), array(INTERVAL '4' HOUR));
