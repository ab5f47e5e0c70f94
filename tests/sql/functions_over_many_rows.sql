-- Functions whose kernels look at many rows at once: all lengths of texts and lists, with NULLs between them.
select w, count(*) from (select concat(repeat('ab', cast(id % 9 as int)), id % 3) w from range(5000)) where w in ('0', 'ab1', 'abab2', 'ababababab0', 'abababababababab1') group by w order by w;
select count_if(w in ('0', 'ab1', 'ab3', 'abab2', 'ababababab0', 'abababababababab1', 'zz')) from (select concat(repeat('ab', cast(id % 9 as int)), id % 3) w from range(5000));
select count_if(w in ('ab1', null)), count_if(w not in ('ab1', 'ab2')), count_if((w in ('ab1', null)) is null), count_if((w not in ('ab1', 'ab2')) is null) from (select if(id % 7 = 0, null, concat('ab', id % 5)) w from range(5000));
select count_if(w in ('é', 'ée', 'éee', 'éeee', 'x', 'xy')) from (select concat('é', repeat('e', cast(id % 6 as int))) w from range(3001));
select count_if(i in (3, 5, 8, 13, 21, 34, 55, 89)), count_if(i in (-3, 5, 8, 13, 21, 34, 55, 9000000000)), count_if(i not in (3, 5, 8, 13, 21, 34, 55, null)) from (select id % 100 i from range(5003));
select count_if(i in (-128, -5, 0, 1, 2, 3, 4, 5, 127)), count_if(i in (-128Y, 0Y, 1Y, 2Y, 3Y, 4Y, 5Y, 126Y, 127Y)) from (select cast(id % 256 - 128 as tinyint) i from range(5003));
select n, count_if(array_contains(a, 3)), count_if(array_contains(a, n)), count_if(array_contains(a, -1)) from (select n, sequence(0, n) a from (select cast(id % 21 as int) n from range(4001))) group by n order by n;
select count_if(array_contains(a, 3)), count_if(array_contains(a, 3) is null) from (select if(id % 5 = 0, null, slice(array(1, 2, 3, 4, 5, 6, 7, 8, 9, 3), cast(id % 10 as int) + 1, 4)) a from range(4001));
select count(*), sum(id), min(id), max(id) from range(10001) where id % 3 = 1 and id % 7 > 2 and id > 15;
select max(crc32(format_string('%s:%d', w, i))), max(format_string('<%2$d|%s>', w, i)), max(format_string('no more')) from (select if(id % 4 = 0, null, repeat('x', cast(id % 30 as int))) w, if(id % 5 = 0, null, id * id * id) i from range(3000));
select format_string('%s %<s %d', 'a', 5), format_string('', 1), format_string('%1$s%1$s-%2$d', 'ab', -9223372036854775808), format_string('%d%d', 1Y, cast(null as int));
select format_string('%s %s', 'a');
select max(a * b), min(a * b), max(a * (1 - b)), min(a * a * b) from (select cast(id * 7919 % 100003 - 50000 as decimal(12,2)) a, cast(id / 7 - 300 as decimal(12,2)) b from range(5000));
select max(a * b), min(a * b) from (select cast(id * 99999999999 - 5 as decimal(18,2)) a, cast(id * 88888888888 + 1 as decimal(18,2)) b from range(5000));
select max(d), min(d) from (select cast(if(id % 2 = 0, 1, -1) * id as decimal(38,0)) * cast(100000000000000000000 as decimal(38,0)) d from range(4000)) where d is not null;
select max(crc32(j)), min(crc32(j)), sum(crc32(j)) from (select to_json(struct(concat(repeat('x', cast(id % 19 as int)), chr(id % 256), '"', repeat('\\', cast(id % 3 as int)), 'ü', repeat('z', cast(id % 11 as int))) as `a"b`, id, struct(id as id, id % 3 = 0 as `é`) as s, map(concat('k', id), array(id, null)) as m)) j from range(2000));
select to_json(struct(1 as a, cast(null as int) as b, struct(-128Y as c, 9223372036854775807 as d) as e)), to_json(array(struct(1 as x), struct(2 as y)));
select sum(crc32(cast(id / 7.0D as string))), sum(crc32(cast(id * 0.001D + 0.0123D as string))), sum(crc32(cast((id + 1) / 3000.0D as string))), sum(crc32(cast(sqrt(id) * 1234.5D as string))) from range(5000);
