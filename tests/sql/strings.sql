SELECT upper('roost'), lower('OWL'), initcap('a bird in hand'), length('héron'), reverse('abc'), repeat('ab', 3);
SELECT concat('a', 1, true), 'a' || 'b', concat_ws('-', 'a', null, 'b', array('c', 'd')), concat('a', null);
SELECT substring('kingfisher', 5, 4), substring('owl', -2), substr('owl', 2), left('owl', 2), right('owl', 2);
SELECT trim('  x '), ltrim('  x'), rtrim('x  '), trim(BOTH 'x' FROM 'xowlx'), lpad('7', 3, '0'), rpad('ab', 4, '*');
SELECT instr('abcabc', 'c'), locate('b', 'abcabc', 3), position('c' IN 'abc'), replace('abcabc', 'b', 'x'), translate('abc', 'ab', 'x');
SELECT split('a,b,,c', ','), split('a1b2c', '[0-9]'), split('a,b,c', ',', 2), substring_index('a.b.c', '.', 2);
SELECT regexp_replace('a1b22', '[0-9]+', '#'), regexp_extract('k=v', '(\\w)=(\\w)', 2), 'heron' RLIKE '^h.*n$';
SELECT 'heron' LIKE 'h%', 'a_b' LIKE 'a\\_b', 'OWL' ILIKE 'o%', 'x' NOT LIKE 'y', 'ab' LIKE ANY ('a%', 'z'), null LIKE 'a';
SELECT startswith('heron', 'he'), endswith('heron', 'on'), contains('heron', 'er'), ascii('A'), chr(65);
SELECT 'it''s', "double", r'raw\n', 'tab\tend', 'a' 'b';
SELECT format_string('%h %H %5h|%h', 'abc', 255L, true, 1.5D), format_string('%a %A %.3a %a', 1.5D, -2.5D, 0.1D, 0.0D);
SELECT split_part('a.b.c', '.', -1), substring_index('aXbXc', 'X', -2), substring_index('aaa', 'aa', -1), replace('aaa', 'aa', 'b'), translate('abc', 'ca', 'x');
SELECT typeof(decode(1, 1, 2)), decode(1, 2, 'x'), typeof(decode(1, 1, 2, 3)), decode(2, 1, 'a', 2, 'b');
-- What words hold, and what parts them
select sentences(c) from values ('on-top a-b-c'), ('3.14 1,000.5 $5 50%'), ('a.b.c U.S.A. e.g. this'), ('x_y foo--bar hello- -hello'), ('a-1 1-a b2b 4x4 1-2-3'), ('C# .NET C++ a@b.com a/b'), ('it’s "quoted"text') t(c);
