-- What kernels do in another way for most rows than for the rest: each query has rows of both kinds.
-- Doubles that are short decimals, that need 15 to 17 digits, and the far ends.
select cast(x as string) from values (0.1D), (0.30000000000000004D), (33.333333333333336D), (0.07D), (86.415D), (700.0000000000001D), (0.08333333333333333D), (4503599627370495.5D), (9007199254740.993D), (123456.78901234568D), (1.0E23D), (2.0E-3D), (0.0009999999999999998D), (-0.9999999999999999D) as t(x);
select round(x, 2), bround(x, 2), round(x), round(x, -1), round(cast(x as float), 1) from values (2.675D), (-2.675D), (0.125D), (0.375D), (1.005D), (2.5D), (3.5D), (-0.001D), (15D), (25D), (1e300D), (double('nan')), (null) as t(x);
select round(x, 1), bround(x, 1), round(x), bround(x), ceil(x), floor(x) from values (2.25), (2.35), (-2.25), (-2.35), (0.05), (-0.05), (99.95), (null) as t(x);
select x / y, y / x, try_divide(x, y - 3.00), x / 7 from values (10.00, 3.00), (-10.00, 3.00), (0.01, 3.00), (2.00, -3.00), (9999999999.99, 0.01), (null, 1.00) as t(x, y);
select x / y from values (1.00, 3.00), (1.00, 0.00) as t(x, y);
select length(s), upper(s), lower(s), initcap(s), hash(s) from values (''), ('a'), ('ä'), ('éa'), ('abc'), ('abcd'), ('Straße'), ('ÀÉÎÕÜÞ × ÷ ÿ µ ª'), ('ŒUVRE œuvre'), ('Σίσυφος'), ('a text of more than thirty-two bytes, all of them ASCII'), ('ein Text von mehr als zweiunddreißig Bytes, nicht alle ASCII'), (null) as t(s);
select date_format(d, 'yyyy-MM-dd'), date_format(d, 'y/M/d'), date_format(d, 'yy MMM EEE') from values (date'2024-02-29'), (date'0987-01-02'), (date'0001-12-31'), (null) as t(d);
select date_format(date'12345-06-07', 'yyyy-MM-dd');
select from_unixtime(s), from_unixtime(s, 'yyyyMMdd HHmmss') from values (0), (1700000000), (-1), (-62135596801), (null) as t(s);
-- Elements at a constant place; lists that are NULL, empty, or too short.
select a[0], get(a, 2), try_element_at(a, -1), try_element_at(a, 3), size(transform(a, x -> x + 1)) from values (array(1, 2, 3)), (array(4, null, 6)), (array(7, 8, 9, 10)), (null) as t(a);
select get(a, 0), get(a, -1), try_element_at(a, 2), try_element_at(a, -2) from values (array(1)), (array()), (array(2, 3)) as t(a);
select a[1] from values (array(1, 2)), (array(1)) as t(a);
select element_at(a, -2) from values (array(1, 2)), (array(1)) as t(a);
select try_element_at(a, 0) from values (array(1, 2)), (array()) as t(a);
-- Folds of lists that end one after the other.
select aggregate(a, 10, (s, x) -> s + x), aggregate(a, array(0), (s, x) -> s || array(x), s -> size(s)), aggregate(a, '', (s, x) -> concat(s, x, ';')) from values (array(1, 2, 3)), (array()), (null), (array(4)), (array(5, 6)) as t(a);
select aggregate(cast(null as array<int>), 0, (s, x) -> s + x, s -> 1 / s);
select transform(a, x -> aggregate(a, x, (s, y) -> s * 10 + y)) from values (array(1, 2)), (array(3)), (array()) as t(a);
-- Keys of DISTINCT: a group and one argument, or several; NULL is none of them, but a value of FIRST.
select k, count(distinct v), sum(distinct v), count(distinct v, w), sort_array(collect_set(v)), count(distinct cast(v as string)) from values (1, 10, 1), (1, 10, 2), (1, null, 3), (2, null, 1), (2, 10, 1), (2, 20, null), (null, 0, 1), (null, null, null) as t(k, v, w) group by k order by k;
select count(distinct v), count(distinct v, w), count(distinct null) from values (1, 1), (1, null), (null, 1), (0, 0), (0, 0) as t(v, w);
-- Frames that are the same for many rows.
select k, v, sum(v) over (partition by k), avg(v) over (partition by k order by w), max(v) over (order by w) from values (1, 10, 1), (1, 20, 1), (1, null, 2), (2, 30, 3), (2, 5, 3), (3, null, 4) as t(k, v, w) order by k, w, v;
-- Whole numbers at the ends of their types, many at once.
select a, b, try_add(a, b), try_subtract(a, b), try_multiply(a, b), a % nullif(b, 0Y), pmod(a, nullif(b, 0Y)), try_mod(a, b) from values (-128Y), (-1Y), (0Y), (7Y), (127Y), (null) as t(a) cross join values (-128Y), (-3Y), (-1Y), (0Y), (3Y), (127Y) as u(b) order by a, b;
select a, b, try_add(a, b), try_subtract(a, b), try_multiply(a, b), a % nullif(b, 0), pmod(a, nullif(b, 0)), try_mod(a, b) from values (-2147483648), (-1), (0), (7), (46341), (2147483647), (null) as t(a) cross join values (-2147483648), (-3), (-1), (0), (3), (46341), (2147483647) as u(b) order by a, b;
select bit_xor(xxhash64(a, b, try_add(a, b), try_subtract(a, b), try_multiply(a, b), a % nullif(b, 0), pmod(a, nullif(b, 0)))) from values (-32768S), (-32767S), (-1S), (0S), (7S), (32767S), (null) as t(a) cross join values (-32768S), (-3S), (-1S), (0S), (3S), (32767S) as u(b);
select bit_xor(xxhash64(a, b, try_add(a, b), try_subtract(a, b), try_multiply(a, b), a % nullif(b, 0), pmod(a, nullif(b, 0)))) from values (-9223372036854775808L), (-1L), (0L), (7L), (9223372036854775807L), (null) as t(a) cross join values (-9223372036854775808L), (-3L), (-1L), (0L), (3L), (9223372036854775807L) as u(b);
select a + b from values (1, 2), (2147483647, 1), (3, 4) as t(a, b);
select a % b from values (1, 2), (7, 0), (3, 4) as t(a, b);
select -a from values (1Y), (-128Y) as t(a);
select max(x), min(x), max(y), min(y), max(cast(y as float)), min(cast(-y as float)) from (select if(id = 700, double('nan'), id - 500D) x, if(id = 300, -0.0D, -id / 7) y from range(1000));
select max(cast(id * 7919 % 1009 as decimal(30, 2))), min(cast(id * -7919 % 1009 as decimal(30, 2))), max(nullif(id * 7919 % 1009, 1008)), count(nullif(id % 5, 0)), count(nullif(id % 5, 0), nullif(id % 3, 0)) from range(2000);
-- Texts that are alike in front.
select a, b, a < b, a <= b, a > b, a = b, a <=> b from values ('abcd'), ('abcde'), ('abc'), (''), ('abcdefghijklmnopq'), ('é'), (null) as t(a) cross join values ('abcd'), ('abcdz'), ('abcdefghijklmnopr'), (''), ('é'), (null) as u(b) order by a, b;
select count_if(s < 'abcd5'), count_if('abcd5' <= s), count_if(s = 'abcd77'), count_if(s > t) from (select concat('abcd', id) s, concat('abcd', 1000 - id) t from range(3000));
-- Texts that lie end to end, ASCII or not.
select sum(length(s)), sum(instr(s, '7')), bit_xor(xxhash64(right(s, 3))), sum(hash(s)), bit_xor(xxhash64(s)), approx_count_distinct(s) from (select concat(repeat('x', cast(id % 37 as int)), id) s from range(3000));
select sum(length(s)), sum(instr(s, '7')), bit_xor(xxhash64(right(s, 3))), sum(hash(s)), bit_xor(xxhash64(s)), approx_count_distinct(s) from (select concat(repeat('é', cast(id % 23 as int)), id) s from range(3000));
select sum(hash(s)), bit_xor(xxhash64(s)), sum(hash(id)), sum(hash(id, cast(id as int))), approx_count_distinct(nullif(s, '7')) from (select if(id % 11 = 0, null, substr('abcdefghijklmnopqrstuvwxyzäöü', 1, cast(id % 29 as int))) s, id from range(3000));
-- Dates of all years that data has.
select sum(datediff(d, trunc(d, 'year'))), sum(datediff(d, trunc(d, 'MM'))), sum(datediff(d, trunc(d, 'week'))), sum(datediff(d, trunc(d, 'quarter'))), sum(weekday(d)), sum(extract(dayofweek_iso from d)) from (select date_add(date'1590-01-01', cast(id as int)) d from range(300000));
-- The first of many texts, by whose first bytes most are left out.
select s from (select if(id = 777, null, concat('k', id * 7919 % 20011)) s from range(20011)) order by s limit 4;
select s from (select if(id = 777, null, concat('k', id * 7919 % 20011)) s from range(20011)) order by s desc limit 3;
select s from (select if(id % 5000 = 7, null, concat('k', id * 7919 % 20011)) s from range(20011)) order by s desc nulls first limit 7;
-- More keys than a cache holds.
select count(distinct id * 7919 % 100003), count(distinct cast(id % 5003 as string)), count(distinct id % 3, id % 50021) from range(200000);
