-- Comparisons, logic, IN and CASE over columns with NULLs and without: loops over masks, which no single row shows.
create temp view b as select a.x, b.y, coalesce(a.x, false) p, coalesce(b.y, true) q from values (true), (false), (null) a(x), values (true), (false), (null) b(y);
select x, y, x and y, x or y, not x, x and p, p and x, x or p, p or x, p and q, p or q, not p or not y, x <=> y, x = y, x < y from b order by x, y;
select x, y, x and null, null and x, x or null, null or x, x and true, x or true, x and false, x or false, x is null, y is not null, isnotnull(p) from b order by x, y;
-- The right side has rows that fail, or is not so cheap that it is computed for all.
select id, if(id % 3 = 0, null, id % 2 = 0) and 10 div (id % 2 - 1) < 0, if(id % 3 = 0, null, id % 2 = 1) or 10 div (id % 2 - 1) < 0 from range(12);
select id, (s like 'a%') and length(s) > 2, (s like 'a%') or length(s) > 2, not (s rlike 'b') and s > 'abc' from values (1, 'abcd'), (2, 'a'), (3, null), (4, 'xyz'), (5, 'b') t(id, s) order by id;
create temp view w as select * from values (1, 'a', 'a', 1), (2, 'abcd', 'abcd', -9223372036854775808), (3, 'abcde', 'abcdf', 9223372036854775807), (4, 'abcdefgh', 'abcdefgh', 0), (5, 'abcdefghi', 'abcdefghj', 77), (6, 'abcdefghijklm', 'abcdefghijklm', -1), (7, 'abcdefghijklmnop', 'abcdefghijklmnoq', null), (8, null, 'a', 5), (9, 'a', null, 6), (10, '', '', 7), (11, null, null, 8) t(id, s, z, l);
select id, s = z, s <=> z, s < z, s >= z, s = 'abcde', 'abcdefghi' = s, s = 'abcdefghijklm', s = '', s != 'abcd', s < 'abcdefgh' from w order by id;
select id, s in ('a', 'abcdefghi'), s in ('abcde', null), s not in ('abcdefghijklmnop', 'abcdefghijklm', 'x'), z in (s, 'abcdefghj'), s in ('') from w order by id;
select id, s in ('a', 'b', 'c', 'd', 'e', 'f', 'abcdefgh', 'abcdefghijklm'), s in ('a', 'b', 'c', 'd', 'e', 'f', 'abcdx', null), s in ('b', 'c', 'd', 'e', 'f', 'h', 'i', 'j') from w order by id;
select id, l in (1, 0), l in (5, null), l in (1, 2, 3, 4, 5, 6, 7, 8, -1), l in (1, 2, 3, 4, 5, 6, 7, null), l in (1, 2, 3, 4, 5, 6, 7, -9223372036854775808), l in (id, 0), id in (1, 2, 3, 2147483647, -2147483648, 0, 11, 10) from w order by id;
select id, d in (1.5, cast('nan' as double), 0), d in (1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d, 0d, cast('nan' as double)), isnan(d), isnan(f), d = f, d < f from values (1, cast('nan' as double), 1f), (2, -0.0d, 0f), (3, null, null), (4, 1.5d, cast('nan' as float)), (5, 8d, 8f) t(id, d, f) order by id;
select id, case when l > 5 then l when l < 0 then -1 end, case when l > 5 then null when l < 0 then -1 else 0 end, if(l is null, s, z), coalesce(l, id), coalesce(null, l, 0), nullif(s, z), case when s = 'a' then 'first' when s is null then 'none' else s end, greatest(l, id, null), least(null, l, id), greatest(null, null, id) from w order by id;
select count_if(l > 0), count_if(s = z), count_if(s is null), count_if(null), count(*) filter (where s = z or l = 77), sum(l) filter (where l in (77, 5, 6, null)) from w;
