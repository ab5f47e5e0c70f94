-- What is wrong with a lambda, or with what it is given to.
SELECT transform(array(1, 2), (a, a) -> a);
SELECT transform(array(1, 2), (a, b, c) -> a);
SELECT aggregate(array(1, 2), 0, x -> x);
SELECT transform_values(map('k', 1), v -> v);
SELECT filter(5, x -> x > 2);
SELECT map_zip_with(map(1, 'a'), map('b', 2), (k, p, q) -> p);
SELECT nanvl(CAST('NaN' AS FLOAT), 2.5D), typeof(nanvl(1F, 2D)), typeof(nanvl(1F, 2F));
SELECT array_repeat('x', 2147483640);
SELECT array_insert(array('x'), 2147483640, 'y');
-- What is no array is refused before the lambda is looked at; only functions that nobody knows come first.
SELECT transform(1, (x, y, z) -> x);
SELECT filter(1, x -> missing);
SELECT transform(1, x -> x + 'a');
SELECT aggregate(1, 0, x -> x);
SELECT transform(1, x -> nobody(x));
SELECT exists(array(1), (x, y) -> true);
-- Without a lambda an untyped NULL is coerced to a collection.
SELECT map_filter(NULL, true);
SELECT map_filter(raise_error('never'), true) FROM range(0);
SELECT transform(NULL, 1), filter(NULL, true), exists(NULL, true), forall(NULL, true), zip_with(NULL, NULL, 1);
SELECT transform_keys(NULL, 1), transform_values(NULL, 1), map_zip_with(NULL, NULL, 1);
SELECT map_filter(NULL, (k, v) -> true);
