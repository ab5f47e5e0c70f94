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
