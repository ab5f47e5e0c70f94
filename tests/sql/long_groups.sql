-- Groups of more rows than it takes until small numbers are found without hashing; and what is no small number.
create temp view k as select id, if(id % 17 = 0, null, cast(id % 1000 - 500 as int)) i, if(id % 19 = 0, null, id % 700 + 3000000000) l, cast(id % 100 as tinyint) b, if(id < 20000, id % 10, id) later, cast(if(id < 30000, id % 300, -id) as int) n, date'2000-01-01' + cast(id % 400 as int) d from range(40000);
select count(*), sum(s), sum(i * c), sum(case when i is null then c end) from (select i, sum(id) s, count(*) c from k group by i);
select count(*), sum(s), sum(l * c), sum(case when l is null then c end) from (select l, sum(id) s, count(*) c from k group by l);
select count(*), sum(s), sum(b * c) from (select b, sum(id) s, count(*) c from k group by b);
select count(*), sum(s), sum(later * c), max(c) from (select later, sum(id) s, count(*) c from k group by later);
select count(*), sum(s), sum(n * c), max(c) from (select n, sum(id) s, count(*) c from k group by n);
select count(*), sum(s), sum(datediff(d, date'1999-01-01') * c) from (select d, sum(id) s, count(*) c from k group by d);
select count(*), sum(s), sum(i * c), sum(b * c) from (select i, b, sum(id) s, count(*) c from k group by i, b);
select count(*), sum(i), sum(n) from (select distinct i, n from k);
select count(distinct i), count(distinct l), count(distinct later), count(distinct i, b), count(distinct n) from k;
select b, count(distinct i), count(distinct d) from k group by b having b < 3 order by b;
select count(*), sum(n) from (select n from k where id < 35000 except select n from k where id % 2 = 0);
