/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/error.h"
#include "column/collation.h"
#include "column/row.h"
#include "column/table_data.h"
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

static const struct vector *strings(const struct type *type, const char *const *texts, uint32_t count) {
    struct builder b;
    builder_init(&b, &arena, type, 1);
    for (uint32_t i = 0; i < count; i++) {
        if (!texts[i]) {
            builder_append_null(&b);
            continue;
        }
        struct string s = string_of(texts[i]);
        builder_append(&b, &s);
    }
    return builder_finish(&b);
}

static const struct vector *doubles(const double *values, uint32_t count) {
    struct builder b;
    builder_init(&b, &arena, TYPE_OF(DOUBLE), 1);
    for (uint32_t i = 0; i < count; i++) builder_append(&b, &values[i]);
    return builder_finish(&b);
}

/* [[1], [], null, [1, null], [2]] */
static const struct vector *lists(void) {
    struct builder b;
    builder_init(&b, &arena, type_array(&arena, TYPE_OF(INT), true), 1);
    const int32_t one = 1, two = 2;
    builder_append(&b.children[0], &one);
    builder_end_list(&b);
    builder_end_list(&b);
    builder_append_null(&b);
    builder_append(&b.children[0], &one);
    builder_append_null(&b.children[0]);
    builder_end_list(&b);
    builder_append(&b.children[0], &two);
    builder_end_list(&b);
    return builder_finish(&b);
}

/* Keys must order rows as rows_compare does, and equal rows must have equal keys and hashes. */
static void check_agreement(const struct vector *v, uint32_t rows, struct sort_key key) {
    struct key_bytes *keys = ARENA_ARRAY(&arena, struct key_bytes, rows);
    struct key_bytes *all = ARENA_ARRAY(&arena, struct key_bytes, rows);
    uint64_t *hashes = ARENA_ARRAY(&arena, uint64_t, rows);
    keys_encode(&arena, v, rows, &key, keys);
    keys_encode_all(&arena, &v, &key, 1, rows, all);
    rows_hash(&arena, v, rows, hashes, false);
    for (uint32_t i = 0; i < rows; i++) {
        ck_assert_uint_eq(keys[i].size, all[i].size);
        ck_assert_mem_eq(keys[i].data, all[i].data, keys[i].size);
        for (uint32_t j = 0; j < rows; j++) {
            size_t n = keys[i].size < keys[j].size ? keys[i].size : keys[j].size;
            int order = memcmp(keys[i].data, keys[j].data, n);
            if (!order) order = (int)keys[i].size - (int)keys[j].size;
            int expected = rows_compare(v, i, v, j, &key);
            ck_assert_msg((order > 0) - (order < 0) == (expected > 0) - (expected < 0), "%u %u: %d %d", i, j, order,
                          expected);
            ck_assert_int_eq(rows_equal(v, i, v, j), expected == 0);
            if (expected == 0) ck_assert_uint_eq(hashes[i], hashes[j]);
        }
    }
}

static void check_all_orders(const struct vector *v, uint32_t rows) {
    for (int i = 0; i < 4; i++) check_agreement(v, rows, (struct sort_key){i & 1, i & 2});
}

START_TEST(keys_hashes_and_comparison_agree) {
    begin();
    const double numbers[] = {1, -1, 0.0, -0.0, INFINITY, -INFINITY, NAN, -NAN, 1e-300, -2.5};
    check_all_orders(doubles(numbers, 10), 10);
    const char *const texts[] = {"", "a", "ab", "b", NULL, "abcdefgh", "abcdefgi", "\xC3\xA9", "abcd", "abc"};
    check_all_orders(strings(TYPE_OF(STRING), texts, 10), 10);
    check_all_orders(lists(), 5);
    const char *const cases[] = {"Abc", "aBC", "abd", NULL, "\xC3\x89", "\xC3\xA9", "e", "F "};
    check_all_orders(strings(type_string(&arena, "UTF8_LCASE"), cases, 8), 8);
    check_all_orders(strings(type_string(&arena, "UNICODE_CI"), cases, 8), 8);
    check_all_orders(strings(type_string(&arena, "UNICODE_AI_RTRIM"), cases, 8), 8);
    end();
}
END_TEST

START_TEST(strings_with_zero_bytes_keep_their_order) {
    begin();
    struct builder b;
    builder_init(&b, &arena, TYPE_OF(BINARY), 1);
    const struct string values[] = {string_make("a\0", 2), string_make("a", 1),  string_make("a\0\0b", 4),
                                    string_make("a\1", 2), string_make("\0", 1), string_make("", 0)};
    for (size_t i = 0; i < 6; i++) builder_append(&b, &values[i]);
    check_all_orders(builder_finish(&b), 6);
    end();
}
END_TEST

START_TEST(a_copy_is_flat_and_has_the_same_rows) {
    begin();
    const struct vector *v = lists();
    const uint32_t selection[] = {4, 3, 3, 2, 0, 1, 4};
    struct vector selected, copy;
    vector_select(&selected, &arena, v, selection, 7);
    struct arena other;
    arena_init(&other, &root);
    vector_copy(&copy, &other, &selected, 7);
    ck_assert_int_eq(copy.form, VECTOR_FLAT);
    ck_assert_uint_eq(copy.child_rows, 5);
    for (uint32_t i = 0; i < 7; i++) ck_assert(rows_equal(&copy, i, v, selection[i]));
    const struct vector *flat = vector_flatten(&arena, &selected, 7);
    for (uint32_t i = 0; i < 7; i++) ck_assert(rows_equal(flat, i, v, selection[i]));
    arena_release(&other);
    end();
}
END_TEST

START_TEST(a_copied_constant_repeats_its_list_without_repeating_its_elements) {
    begin();
    struct vector constant = *lists(), copy;
    constant.form = VECTOR_CONSTANT;
    vector_copy(&copy, &arena, &constant, 1000);
    ck_assert_uint_eq(copy.child_rows, 1);
    for (uint32_t i = 0; i < 1000; i++) ck_assert(rows_equal(&copy, i, &constant, 0));
    end();
}
END_TEST

START_TEST(maps_are_equal_in_any_order) {
    begin();
    struct builder b;
    builder_init(&b, &arena, type_map(&arena, TYPE_OF(INT), TYPE_OF(INT), true), 4);
    const int32_t keys[] = {1, 2, 2, 1, 1, 3}, values[] = {10, 20, 20, 10, 10, 20};
    for (int i = 0; i < 6; i++) {
        builder_append(&b.children[0], &keys[i]);
        builder_append(&b.children[1], &values[i]);
        if (i % 2) builder_end_list(&b);
    }
    const struct vector *v = builder_finish(&b);
    struct key_bytes out[3] = {{0}};
    uint64_t hashes[3];
    keys_encode(&arena, v, 3, &(struct sort_key){0}, out);
    rows_hash(&arena, v, 3, hashes, false);
    ck_assert(rows_equal(v, 0, v, 1));
    ck_assert(!rows_equal(v, 0, v, 2));
    ck_assert_uint_eq(hashes[0], hashes[1]);
    ck_assert_mem_eq(out[0].data, out[1].data, out[0].size);
    ck_assert(memcmp(out[0].data, out[2].data, out[0].size) != 0);
    end();
}
END_TEST

START_TEST(kept_rows_live_as_long_as_they_are_referenced) {
    begin();
    const struct field field = {"a", TYPE_OF(STRING), true, NULL};
    struct table_data *table = table_data_new(&root, type_struct(&arena, &field, 1));
    const char *const texts[] = {"one", NULL, "three"};
    struct vector column = *strings(TYPE_OF(STRING), texts, 3);
    table_data_append(table, &(struct batch){.count = 3, .column_count = 1, .columns = &column});
    uint32_t *many = ARENA_ARRAY(&arena, uint32_t, 5000);
    vector_select(&column, &arena, &column, many, 5000);
    table_data_append(table, &(struct batch){.count = 5000, .column_count = 1, .columns = &column});
    ck_assert_uint_eq(table->row_count, 5003);
    ck_assert_uint_eq(table->batch_count, 4);
    arena_release(&arena);
    table_data_ref(table);
    table_data_unref(table);
    ck_assert(string_equal(VECTOR_DATA(&table->batches[0].columns[0], struct string)[2], string_of("three")));
    ck_assert_str_eq(table->schema->fields[0].name, "a");
    table_data_unref(table);
    end();
}
END_TEST

START_TEST(collations_have_one_spelling) {
    begin();
    ck_assert_str_eq(collation_canonical_name(&arena, "unicode_ai_ci"), "UNICODE_CI_AI");
    ck_assert_str_eq(collation_canonical_name(&arena, "utf8_lcase_rtrim"), "UTF8_LCASE_RTRIM");
    ck_assert_str_eq(collation_canonical_name(&arena, "DE_aut_ci"), "de_AUT_CI");
    ck_assert_ptr_null(collation_canonical_name(&arena, "nowhere"));
    ck_assert_ptr_null(collation_canonical_name(&arena, "UTF8_BINARY_CI"));
    end();
}
END_TEST

UNIT_MAIN("column", keys_hashes_and_comparison_agree, strings_with_zero_bytes_keep_their_order,
          a_copy_is_flat_and_has_the_same_rows, a_copied_constant_repeats_its_list_without_repeating_its_elements,
          maps_are_equal_in_any_order, kept_rows_live_as_long_as_they_are_referenced, collations_have_one_spelling)
