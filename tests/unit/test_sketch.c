/* SPDX-License-Identifier: Apache-2.0 */
#include "function/frequent_items.h"
#include "function/hll.h"
#include "function/kll.h"
#include "function/theta.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct arena arena;

static void begin(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
}

static void end(void) {
    arena_release(&arena);
    ck_assert_uint_eq(root.used, 0);
}

static struct theta theta_of(uint32_t lg, int64_t from, int64_t to) {
    struct theta_table table = {.lg = lg};
    for (int64_t i = from; i < to; i++) theta_add(&table, &arena, sketch_hash_long(i));
    return theta_compact(&table, &arena);
}

START_TEST(a_theta_sketch_is_exact_up_to_k_and_near_beyond) {
    struct theta few = theta_of(5, 0, 32), many = theta_of(10, 0, 100000);
    ck_assert_int_eq(theta_estimate(&few), 32);
    ck_assert_uint_eq(few.theta, THETA_ONE);
    ck_assert_uint_eq(many.count, 1024);
    ck_assert_int_gt(theta_estimate(&many), 90000);
    ck_assert_int_lt(theta_estimate(&many), 110000);
}
END_TEST

START_TEST(theta_sketches_come_back_from_their_bytes) {
    int64_t sizes[] = {0, 1, 2, 7, 1000};
    for (int i = 0; i < 5; i++) {
        struct theta t = theta_of(6, 0, sizes[i]), read;
        struct string bytes = theta_write(&arena, &t);
        ck_assert(theta_read(&arena, bytes, &read));
        ck_assert_uint_eq(read.count, t.count);
        ck_assert_uint_eq(read.theta, t.theta);
        ck_assert(read.empty == t.empty);
        for (uint32_t k = 0; k < t.count; k++) ck_assert_uint_eq(read.hashes[k], t.hashes[k]);
        for (uint32_t cut = 0; cut < bytes.size; cut++) {
            char *piece = arena_copy(&arena, bytes.data, cut);
            ck_assert(!theta_read(&arena, string_make(piece, cut), &read) || cut >= 8);
        }
    }
}
END_TEST

START_TEST(sets_of_theta_sketches) {
    struct theta a = theta_of(8, 0, 100), b = theta_of(8, 60, 120), none = theta_of(8, 0, 0), out;
    out = theta_intersection(&arena, &a, &b);
    ck_assert_int_eq(theta_estimate(&out), 40);
    out = theta_difference(&arena, &a, &b);
    ck_assert_int_eq(theta_estimate(&out), 60);
    out = theta_intersection(&arena, &a, &none);
    ck_assert(out.empty);
    out = theta_difference(&arena, &a, &a);
    ck_assert(out.empty);
    struct theta_table table = {.lg = 8};
    theta_add_sketch(&table, &arena, &a);
    theta_add_sketch(&table, &arena, &b);
    out = theta_compact(&table, &arena);
    ck_assert_int_eq(theta_estimate(&out), 120);
}
END_TEST

static struct kll kll_of(uint32_t k, int64_t count) {
    struct kll s;
    kll_init(&s, &arena, KLL_LONGS, k);
    for (int64_t i = 0; i < count; i++) kll_add(&s, &arena, i * 7919 % count);
    return s;
}

/* Levels in order, all but the lowest sorted, weights that sum to n. */
static void check_kll(const struct kll *s) {
    uint64_t weight = 0;
    for (uint32_t level = 0; level < s->level_count; level++) {
        ck_assert_uint_le(s->levels[level], s->levels[level + 1]);
        weight += (uint64_t)(s->levels[level + 1] - s->levels[level]) << level;
        for (uint32_t i = s->levels[level] + 1; level && i < s->levels[level + 1]; i++)
            ck_assert_int_le(s->items[i - 1], s->items[i]);
    }
    ck_assert_uint_eq(weight, s->n);
    ck_assert_uint_eq(s->levels[s->level_count], kll_capacity(s, s->level_count));
}

START_TEST(kll_levels_hold_together) {
    int64_t counts[] = {1, 8, 9, 100, 10007};
    uint32_t ks[] = {8, 20, 200};
    for (int i = 0; i < 15; i++) {
        struct kll s = kll_of(ks[i % 3], counts[i / 3]), other = kll_of(13, 5003);
        check_kll(&s);
        kll_merge(&s, &arena, &other);
        check_kll(&s);
        ck_assert_int_eq(s.least, 0);
    }
}
END_TEST

START_TEST(kll_ranks_are_near) {
    struct kll s = kll_of(200, 100003), read;
    const char *reason;
    ck_assert(kll_read(&arena, kll_write(&arena, &s), KLL_LONGS, KLL_ITEMS, &read, &reason));
    struct kll_view view = kll_sort(&arena, &read);
    ck_assert_int_eq(kll_quantile(&view, 0), 0);
    ck_assert_int_eq(kll_quantile(&view, 1), 100002);
    for (int i = 1; i < 10; i++) {
        int64_t off = kll_quantile(&view, i / 10.0) - i * 10000;
        ck_assert_int_lt(off < 0 ? -off : off, 3000);
    }
    ck_assert(kll_rank(&view, -1) == 0 && kll_rank(&view, 100002) == 1);
}
END_TEST

START_TEST(keys_keep_the_order_of_doubles) {
    double values[] = {-1.0 / 0.0, -2.5, -1e-300, -0.0, 0.0, 1e-300, 1, 1.0 / 0.0};
    for (int i = 0; i < 8; i++) {
        ck_assert(kll_double_of_key(kll_key_of_double(values[i])) == values[i]);
        if (i) ck_assert_int_lt(kll_key_of_double(values[i - 1]), kll_key_of_double(values[i]));
    }
}
END_TEST

static struct hll hll_of(uint32_t lg, int64_t from, int64_t to) {
    struct hll s;
    hll_init(&s, &arena, lg);
    for (int64_t i = from; i < to; i++) hll_add(&s, &arena, sketch_hash_long(i));
    return s;
}

static void check_near(double estimate, double wanted, double error) {
    ck_assert_msg(estimate > wanted * (1 - error) && estimate < wanted * (1 + error), "%f for %f", estimate, wanted);
}

START_TEST(hll_estimates_are_near_in_all_modes) {
    int64_t counts[] = {1, 7, 8, 100, 1000, 20000, 200000};
    for (int i = 0; i < 7; i++) {
        struct hll s = hll_of(12, 0, counts[i]), other = hll_of(12, counts[i] / 2, 2 * counts[i]), read;
        check_near(hll_estimate(&s), (double)counts[i], 0.05);
        ck_assert(hll_read(&arena, hll_write(&arena, &s), &read));
        ck_assert(hll_estimate(&read) == hll_estimate(&s));
        hll_union(&s, &arena, &other, 12);
        check_near(hll_estimate(&s), 2.0 * (double)counts[i], 0.05);
    }
}
END_TEST

START_TEST(frequent_items_stay) {
    struct frequent_items f;
    frequent_init(&f, &arena, 6);
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t value = i % 4 ? i % 3 : 1000 + i;
        struct frequent_item item = {.bytes = string_make((char *)&value, 4), .hash = value, .count = 1};
        frequent_add(&f, &arena, &item);
    }
    uint32_t count;
    struct frequent_item *list = frequent_list(&f, &arena, &count);
    ck_assert_uint_ge(count, 3);
    for (uint32_t i = 0; i < 3; i++) ck_assert_uint_lt(list[i].hash, 3);
    ck_assert_int_eq(f.weight, 20000);
}
END_TEST

UNIT_MAIN_AROUND("sketch", begin, end, a_theta_sketch_is_exact_up_to_k_and_near_beyond,
                 theta_sketches_come_back_from_their_bytes, sets_of_theta_sketches, kll_levels_hold_together,
                 kll_ranks_are_near, keys_keep_the_order_of_doubles, hll_estimates_are_near_in_all_modes,
                 frequent_items_stay)
