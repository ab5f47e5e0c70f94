-- The names that errors suggest: nearest first, of equal distance by name
select dayx from values (1, 2, 3, 4, 5, 6, 7) t(k, dayy, b, a, day, dax, zz);
select x from values (1, 2, 3, 4, 5) t(K, b, A, c, d);
select count(*) from values (1, 2, 3) t(b, c, a) group by x;
select b, a from values (1, 2, 3) t(b, a, c) group by b, a having x > 1;
select x from values (1, 2) t(b, a), values (3, 4) u(b, a);
select * from values (1, 2) t(b, a) where exists (select 1 from values (9, 8) s(z, y) where x = z);
select * from values (1, 2) t(b, a) pivot (sum(a) for x in (1, 2));
select * from values (1, 2, 3, 4, 5, 6) t(K, b, A, ex, d, x2) join values (3, 4) u(b, a) using (x);
select x.* from values (1, 2) t(b, a);
