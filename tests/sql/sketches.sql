-- Theta sketches.
SELECT hex(theta_sketch_agg(v)), theta_sketch_estimate(theta_sketch_agg(v)) FROM VALUES (3), (5), (3), (NULL) AS t(v);
SELECT hex(theta_sketch_agg(v)) FROM VALUES ('owl'), ('heron'), ('') AS t(v);
SELECT hex(theta_sketch_agg(v)) FROM VALUES (array(1, 2, NULL)), (array(7)), (array()) AS t(v);
SELECT theta_sketch_estimate(theta_sketch_agg(id, 5)), md5(theta_sketch_agg(id, 5)) FROM range(0, 3000, 1, 1);
SELECT hex(theta_union(a, b, 4)), hex(theta_intersection(a, b)), hex(theta_difference(a, b)) FROM (SELECT theta_sketch_agg(id, 5) AS a FROM range(0, 400, 1, 1)), (SELECT theta_sketch_agg(id, 4) AS b FROM range(200, 240, 1, 1));
SELECT theta_sketch_estimate(theta_union_agg(s)), theta_sketch_estimate(theta_intersection_agg(s)) FROM (SELECT theta_sketch_agg(v) AS s FROM VALUES (1), (2), (3) AS t(v) UNION ALL SELECT theta_sketch_agg(v) FROM VALUES (3), (4) AS t(v));
SELECT theta_sketch_estimate(theta_sketch_agg(v COLLATE UNICODE_CI_RTRIM)) FROM VALUES ('Owl'), ('owl  '), (''), ('tern') AS t(v);
SELECT theta_sketch_agg(v, 3) FROM VALUES (1) AS t(v);
SELECT theta_sketch_agg(v, v) FROM VALUES (5) AS t(v);
SELECT theta_sketch_agg(true);
SELECT theta_union(X'0102', X'01030300001E0000');
-- KLL sketches.
SELECT hex(kll_sketch_agg_bigint(v)), hex(kll_sketch_agg_float(CAST(v AS FLOAT))), hex(kll_sketch_agg_double(CAST(v AS DOUBLE))) FROM VALUES (30), (10), (20), (NULL) AS t(v);
SELECT kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id, 20)) FROM range(0, 5000, 1, 1);
SELECT kll_sketch_get_quantile_bigint(s, array(0.0, 0.25, 0.5, 1.0)), kll_sketch_get_rank_bigint(s, array(-1, 30, 99)) FROM (SELECT kll_sketch_agg_bigint(id) AS s FROM range(0, 100, 1, 1));
SELECT kll_sketch_get_n_double(kll_sketch_merge_double(a, b)), kll_sketch_to_string_double(kll_sketch_merge_double(a, b)) FROM (SELECT kll_sketch_agg_double(CAST(id AS DOUBLE), 9) AS a FROM range(0, 700, 1, 1)), (SELECT kll_sketch_agg_double(CAST(id AS DOUBLE)) AS b FROM range(0, 900, 1, 1));
SELECT kll_sketch_agg_bigint(v, 5) FROM VALUES (1) AS t(v);
SELECT kll_sketch_get_quantile_float(X'02010F01C8000800', 0.5);
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(v), array(0.5, 2)) FROM VALUES (1) AS t(v);
SELECT kll_sketch_get_n_bigint(X'05010F00C8000800');
