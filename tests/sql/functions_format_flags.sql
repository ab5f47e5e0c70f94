-- Flags of format_string, and the names of aliases.
SELECT format_string('%-6d|%06d|%,d|%+d|%(d|% d', 7, 7, 7777777, 7, -7, 7), format_string('%-5s|%5s|%.1s', 'ab', 'cd', 'ef');
SELECT array_agg(v) FROM VALUES (3), (NULL), (1) AS t(v);
SELECT is_variant_null('x');
