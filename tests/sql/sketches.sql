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
-- HLL sketches and HyperLogLog++.
SELECT hex(hll_sketch_agg(v, 4)), hll_sketch_estimate(hll_sketch_agg(v, 4)) FROM VALUES ('owl'), ('heron'), ('owl'), ('') AS t(v);
SELECT hex(hll_sketch_agg(id, 8)), md5(hll_sketch_agg(id, 6)), hll_sketch_estimate(hll_sketch_agg(id, 6)) FROM range(0, 20, 1, 1);
SELECT hex(hll_union(a, b, true)), hll_sketch_estimate(hll_union(a, b, true)) FROM (SELECT hll_sketch_agg(id, 5) AS a FROM range(0, 300, 1, 1)), (SELECT hll_sketch_agg(id, 7) AS b FROM range(100, 500, 1, 1));
SELECT hll_sketch_estimate(hll_union_agg(s)) FROM (SELECT hll_sketch_agg(id) AS s FROM range(0, 40, 1, 1) UNION ALL SELECT hll_sketch_agg(id) FROM range(30, 60, 1, 1));
SELECT hll_union(hll_sketch_agg(1, 4), hll_sketch_agg(1, 5));
SELECT hll_sketch_agg(1, 30);
SELECT hll_sketch_estimate(X'0201');
SELECT approx_count_distinct(id), approx_count_distinct(id, 0.1), approx_count_distinct(id, 0.2) FROM range(0, 700, 1, 1);
SELECT approx_count_distinct(id), approx_count_distinct(id, 0.1), approx_count_distinct(id, 0.2) FROM range(0, 3000, 1, 1);
-- Counts.
SELECT hex(count_min_sketch(v, 0.4d, 0.8d, 3)) FROM VALUES (-7L), (12L), (12L), (NULL) AS t(v);
SELECT hex(count_min_sketch(v, 0.4d, 0.8d, 3)) FROM VALUES ('owl'), ('heron'), ('owl') AS t(v);
SELECT count_min_sketch(1, 0d, 0.5d, 1);
SELECT approx_top_k(id % 9, 4), approx_top_k(CAST(id % 5 AS STRING), 2, 10) FROM range(0, 40, 1, 1);
SELECT approx_top_k(v, 3, 3) FROM VALUES (1), (2), (NULL), (2), (3), (4), (5), (6), (2), (NULL) AS t(v);
SELECT approx_top_k_accumulate(v, 12) FROM VALUES ('owl'), ('heron'), ('owl'), (NULL) AS t(v);
SELECT approx_top_k_estimate(approx_top_k_combine(s, 50), 2) FROM (SELECT approx_top_k_accumulate(v) AS s FROM VALUES (1.5D), (1.5D), (2D) AS t(v) UNION ALL SELECT approx_top_k_accumulate(v) FROM VALUES (2D), (2D) AS t(v));
SELECT approx_top_k(1, 0);
SELECT approx_top_k(1, 10, 5);
SELECT approx_top_k(array(1));
