-- Grouping sets: by way of the finest where states can be merged, through copies of the rows elsewhere.
create temporary view sales as select * from values
  ('north', 'ann', 2023, 10, 1.50, 0.1D), ('north', 'ann', 2024, 20, 2.25, 0.2D), ('north', 'bob', 2023, null, 3.00, 0.3D),
  ('south', 'cid', 2023, 5, null, 0.7D), ('south', 'cid', 2023, 7, 4.75, 0.1D), (null, 'dan', 2024, 9, 1.00, 0.2D),
  ('south', null, 2024, 3, 2.50, 0.3D), (null, null, null, 1, 0.25, 0.4D)
  as sales(region, name, year, quantity, price, weight);
create temporary view regions as select * from values ('north', 'N', 'cold'), ('south', 'S', 'warm') as regions(region, code, climate);

-- sums, averages and counts are merged from the finest groups
select region, name, sum(quantity), avg(quantity), count(quantity), count(*), min(price), max(price), sum(price), avg(price) from sales group by rollup (region, name) order by region, name, count(*);
select region, name, year, sum(quantity), max(name), grouping_id() from sales group by rollup (region, name, year) order by all;
select region, year, sum(quantity), grouping(region), grouping(year) from sales group by cube (region, year) order by all;
select region, name, year, min(quantity) from sales group by grouping sets ((region, name, year), (region, year), (year), ()) order by all;
-- a NULL that stands in the rows is another group than the one that leaves the column out
select region, count(*), grouping(region) from sales group by rollup (region) order by all;
-- a condition on single functions, and on groups
select region, sum(quantity) filter (where year = 2023), count(*) filter (where price > 2) from sales group by rollup (region) order by all;
select region, name, sum(quantity) as total from sales group by rollup (region, name) having sum(quantity) > 9 order by all;
select region, sum(quantity) from sales where year = 2024 group by rollup (region) having grouping(region) = 0 order by all;
-- no rows give no groups, not even the one of all rows
select region, count(*) from sales where false group by rollup (region);
select count(*) from sales where false group by grouping sets (());
select count(*) from sales group by grouping sets (());
-- functions whose states depend on the order of the rows, or on what was seen, read every set's rows
select region, count(distinct year), sum(distinct quantity) from sales group by rollup (region) order by all;
select region, sum(weight), avg(weight) from sales group by rollup (region) order by all;
select region, first(name), collect_list(year) from sales group by rollup (region) order by region nulls first, grouping_id();
-- sets without a common finest one, sets that repeat, and sets that begin with the coarsest
select region, year, sum(quantity) from sales group by grouping sets ((region), (year)) order by all;
select region, sum(quantity) from sales group by grouping sets ((region), (region), ()) order by all;
select region, name, sum(quantity) from sales group by grouping sets ((), (region), (region, name)) order by all;
-- groups that are computed, are constants, or are read by the functions too
select upper(region) as r, year % 2 as odd, sum(year) from sales group by rollup (upper(region), year % 2) order by all;
select region, 1 as one, sum(quantity) from sales group by rollup (region, 1) order by all;
select region, year, sum(year), max(region) from sales group by rollup (region, year) order by all;
-- groups from the other side of a join, several of them of one row there
select code, climate, name, sum(quantity), count(*) from sales join regions using (region) group by rollup (code, climate, name) order by all;
select code, climate, count(*), sum(price) from sales left join regions using (region) group by code, climate order by all;
select code, climate, year, count(*) from sales left join regions using (region) group by cube (code, climate, year) order by all;
select climate, max(s) from (select climate, code, name, sum(quantity) as s from sales join regions using (region) group by rollup (climate, code, name)) group by climate order by all;
-- nested values and collations as groups
select named_struct('r', region, 'y', year) as k, sum(quantity) from sales group by rollup (named_struct('r', region, 'y', year)) order by all;
select upper(region) collate utf8_lcase as r, sum(quantity) from sales group by rollup (upper(region) collate utf8_lcase) order by all;
-- struct(...) is a value, not a set.
select struct(a), sum(b) from values (1, 2), (2, 3) as t(a, b) group by rollup(struct(a)) order by 2;
select struct(a, b) as s, a, sum(b) from values (1, 2), (2, 3) as t(a, b) group by cube(struct(a, b), a) order by 3, 2, 1;
select a, b, sum(b) from values (1, 2), (2, 3) as t(a, b) group by grouping sets((struct(a, b), a), (b), ()) order by 3, 1, 2;
-- A group that sets leave out may be NULL in ORDER BY, too.
select id, count(*) from range(3) group by rollup(id) order by isnull(id), id;
select id + 1 as x, count(*) from range(3) group by rollup(id + 1) order by isnull(x), x desc;
