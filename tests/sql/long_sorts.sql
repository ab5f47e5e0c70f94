-- Sorts of more rows than fit one run, by keys that do not fit the 16 bytes of an entry.

-- Few texts, which begin alike and some of which are NULL, then numbers.
select k, count(*), min(r), max(r), sum(r * id)
from (select id, k, row_number() over (partition by k order by id % 11 desc, id) r
      from (select id, if(id % 13 = 0, null, concat('a long enough word ', id % 5)) k from range(40000)))
group by k order by k nulls last;

select sum(r * id), max(id) filter (where r = 1), max(id) filter (where r = 40000)
from (select id, row_number() over (order by k desc nulls last, id) r
      from (select id, if(id % 13 = 0, null, concat('a long enough word ', id % 5)) k from range(40000)));

-- Few texts at first, then many.
select sum(r * id), max(id) filter (where r = 1), max(id) filter (where r = 40000)
from (select id, row_number() over (order by k, id desc) r
      from (select id, if(id < 20000, concat('a long enough word ', id % 5), concat('a long enough word ', id)) k
            from range(40000)));

-- Few texts and many, and more numbers than there is room for.
select sum(r * id), max(id) filter (where r = 1), max(id) filter (where r = 40000)
from (select id, row_number() over (order by k, m desc, id % 7, id) r
      from (select id, concat('word ', id % 5) k, concat('number ', id % 9999) m from range(40000)));

select sum(r * id), max(id) filter (where r = 1), max(id) filter (where r = 40000)
from (select id, row_number() over (order by k desc, id % 3, id % 7, id) r
      from (select id, concat('word ', id % 5) k from range(40000)));

-- Keys of other kinds.
select sum(r * id), max(id) filter (where r = 1), max(id) filter (where r = 40000)
from (select id, row_number() over (order by array(id % 3, id % 4) desc, struct(concat('x', id % 6)), id) r
      from range(40000));

select sum(r * id), max(id) filter (where r = 1), max(id) filter (where r = 40000)
from (select id, row_number() over (order by k collate utf8_lcase, id) r
      from (select id, if(id % 2 = 0, 'Word', 'wORD') || id % 3 k from range(40000)));

select id from (select id, concat('a long enough word ', id % 5) k from range(40000)) order by k desc, id % 1000, id
limit 3 offset 20000;

-- Texts that agree in their first 16 bytes, and in the next ones, and go on; shorter ones, NULLs and bytes of zero.
select sum(r * id % 1000003), max(id) filter (where r = 1), max(id) filter (where r = 50000)
from (select id, row_number() over (order by k, id) r
      from (select id, concat('a long enough prefix of all ', id % 9770, ' and more of it, which goes on ', id % 3) k
            from range(50000)));

select sum(r * id % 1000003), max(id) filter (where r = 1), max(id) filter (where r = 60000)
from (select id, row_number() over (order by k desc nulls first, id % 7, id desc) r
      from (select id, if(id % 11 = 0, null, substr(concat('the very same beginning', repeat('x', 20), id % 8000, char(0)),
                                                    1, cast(15 + id % 40 as int))) k
            from range(60000)));

select sum(r * id % 1000003), max(id) filter (where r = 1), max(id) filter (where r = 50000)
from (select id, row_number() over (order by d, k, id) r
      from (select id, date'2000-01-01' + cast(id % 3 as int) d, concat('prefix ', id % 7, ' of text ', id) k from range(50000)));

select sum(r * id % 1000003), count(distinct r)
from (select id, rank() over (order by k) r
      from (select id, concat('a text that comes twice each ', id % 25000) k from range(50000)));
