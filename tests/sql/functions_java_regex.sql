-- What Java's patterns have and others lack.
SELECT 'audio' RLIKE '^[a-z&&[^bcd]]+$', 'cab' RLIKE '^[a-z&&[^bcd]]+$', 'x' RLIKE '[a-m&&def]', 'e' RLIKE '[a-m&&def]';
SELECT '7' RLIKE '[\\w&&[^\\d_]]', 'k' RLIKE '[\\w&&[^\\d_]]', 'q' RLIKE '[^a-f[n-p]]', 'o' RLIKE '[^a-f[n-p]]', '&' RLIKE '[x&y]';
SELECT 'grün' RLIKE '^\\p{L}+$', 'Ünder' RLIKE '^\\p{Lu}\\p{IsLowercase}+$', 'λ' RLIKE '\\p{InGreek}', 'a' RLIKE '\\P{IsLatin}', '٣' RLIKE '\\p{IsDigit}';
SELECT 'A' RLIKE '^\\u0041$', '🐦' RLIKE '^\\uD83D\\uDC26$', 'A' RLIKE '^\\0101$', 'A' RLIKE '^\\x{41}$', 'é' RLIKE '\\N{LATIN SMALL LETTER E WITH ACUTE}';
SELECT 'é' RLIKE '^\\w$', 'é' RLIKE '(?U)^\\w$', 'abab1' RLIKE '^(ab)\\11$', 'aXbX' RLIKE '^a(?<q>.)b\\k<q>$';
SELECT 'a' RLIKE '(?R)';
SELECT 'a' RLIKE '(*ACCEPT)';
SELECT 'a' RLIKE 'a\\K';
SELECT 'a' RLIKE '\\p{Unheard}';
SELECT 'a' RLIKE '[z-a]';
SELECT regexp_replace('John Smith', '(?<first>\\w+) (?<last>\\w+)', concat('$', '{last}, $', '{first}'));
SELECT regexp_count('aaa', '['), 1;
SELECT regexp_instr('🐦🐦z', 'z'), regexp_count(CAST(X'7AFF' AS STRING), '.');
SELECT split('one|two', '|'), split('x1y2', '(?=\\d)'), split('aXbxc' COLLATE UTF8_LCASE, 'x');
-- What is no letter, digit or space, beyond ASCII; \b there
select regexp_extract_all(c, '\\D', 0), regexp_replace(c, '\\S+', '_'), regexp_replace(c, '\\W', '_'), c rlike '\\D\\D\\D' from values ('áb1'), ('x😀 y'), ('naïve café'), ('Ωmega٣') t(c);
select regexp_replace(c, '[\\s\\S]+', '_'), regexp_replace(c, '[^\\W_]', '_'), regexp_replace(c, '[\\W\\d]', '_'), regexp_replace(c, '[-\\w]+', '_') from values ('á b_1'), ('x😀-y') t(c);
select regexp_replace(c, '\\b', '|'), regexp_replace(c, '\\bé', '_'), regexp_replace(c, '\\B', '|'), regexp_replace(c, '(?U)\\w+', '_') from values ('áé b_é 1'), ('naïve café') t(c);
select regexp_replace(c, '\\p{Punct}', '_'), regexp_replace(c, '[^\\p{Punct}]+', '_'), regexp_extract_all(c, '\\P{Punct}', 0) from values ('a!{b}~é') t(c);
-- Ends of lines
select regexp_replace(c, '.', '_'), regexp_replace(c, '(?d).', '_'), regexp_replace(c, '(?s).', '_'), c rlike 'a$', regexp_extract_all(c, '(?m)^.+$', 0) from values ('a\rb\r\nc\n'), ('a\r\n'), ('a\r'), ('a\n') t(c);
-- Upper and lower case of ASCII alone, unless u is set
select c rlike '(?i)É', c rlike '(?iu)É', regexp_replace(c, '(?i)CAFÉ', '_'), regexp_replace(c, '(?i)caf(é)+', '_') from values ('café'), ('CAFÉ') t(c);
