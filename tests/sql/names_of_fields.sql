-- What struct() and arrays_zip() call their fields.
select schema_of_json('{}') as x, to_json(struct(m['k'], a.f, s.f)) as j from (select map('k', 1) as m, array(named_struct('f', 2)) as a, named_struct('f', 3) as s);
select to_json((m['k'], m.k, s.f, 1 + 1)) as j from (select map('k', 1) as m, named_struct('f', 3) as s);
select arrays_zip(a.f, m.k, m['k'], array(4)) as z from (select map('k', array(1)) as m, array(named_struct('f', 2)) as a);
select transform(array(array(1)), x -> arrays_zip(x, array(2))) as z;
select t.* from values (1, 2) v(c1, c2), lateral inline(array(struct(v.c1, v.c2))) t;
select c1, (select d from values (1, 2), (1, 3) w(c, d) where c = c1) as d from values (1) v(c1);
