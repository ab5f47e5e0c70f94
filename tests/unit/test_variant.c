/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "column/variant_writer.h"
#include "function/variant_json.h"
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

static struct variant parsed(const char *json) {
    struct variant_writer w;
    struct string value, metadata;
    variant_writer_reset(&w, &arena);
    ck_assert(variant_parse_json(&w, string_of(json)));
    variant_writer_finish(&w, &value, &metadata);
    return (struct variant){.value = (const uint8_t *)value.data,
                            .value_end = (const uint8_t *)value.data + value.size,
                            .metadata = (const uint8_t *)metadata.data,
                            .metadata_end = (const uint8_t *)metadata.data + metadata.size};
}

static const char *json_of(const struct variant *v) {
    struct text t;
    text_init(&t, &arena);
    variant_json_add(&t, v, NULL);
    return text_finish(&t);
}

static const char *schema_of(const char *json) {
    struct variant v = parsed(json);
    struct text t;
    text_init(&t, &arena);
    variant_schema_add(&t, variant_schema(&arena, &v));
    return text_finish(&t);
}

START_TEST(json_comes_back_with_its_members_sorted) {
    begin();
    struct variant v = parsed("{\"b\":[1,-300,70000,5000000000],\"a\":{\"c\":null,\"d\":true},\"e\":\"x\"}");
    ck_assert_str_eq(json_of(&v), "{\"a\":{\"c\":null,\"d\":true},\"b\":[1,-300,70000,5000000000],\"e\":\"x\"}");
    end();
}
END_TEST

START_TEST(an_object_is_laid_out_as_spark_lays_it_out) {
    begin();
    static const uint8_t value[] = {0x02, 0x02, 0x01, 0x00, 0x02, 0x00, 0x03, 0x0c, 0x01, 0x00};
    static const uint8_t metadata[] = {0x01, 0x02, 0x00, 0x01, 0x02, 'b', 'a'};
    struct variant v = parsed("{\"b\":1,\"a\":null}");
    ck_assert_uint_eq((size_t)(v.value_end - v.value), sizeof value);
    ck_assert_mem_eq(v.value, value, sizeof value);
    ck_assert_uint_eq((size_t)(v.metadata_end - v.metadata), sizeof metadata);
    ck_assert_mem_eq(v.metadata, metadata, sizeof metadata);
    end();
}
END_TEST

START_TEST(a_name_that_comes_twice_is_refused) {
    begin();
    struct variant_writer w;
    variant_writer_reset(&w, &arena);
    ck_assert(!variant_parse_json(&w, string_of("{\"a\":1,\"a\":2}")));
    end();
}
END_TEST

START_TEST(large_containers_have_wide_counts_and_offsets) {
    begin();
    struct text t;
    text_init(&t, &arena);
    for (unsigned i = 0; i < 1000; i++) text_printf(&t, "%s\"name%03u\":[%u]", i ? "," : "{", i, i);
    text_add_char(&t, '}');
    struct variant v = parsed(text_finish(&t));
    ck_assert_str_eq(json_of(&v), text_finish(&t));
    end();
}
END_TEST

START_TEST(every_truncation_of_a_value_is_read_within_its_end) {
    begin();
    struct variant v = parsed("{\"a\":[1,2.5,\"text\",{\"b\":null}],\"c\":1e3}");
    size_t size = (size_t)(v.value_end - v.value);
    for (size_t n = 0; n < size; n++) {
        struct variant cut = v;
        cut.value = arena_copy(&arena, v.value, n);
        cut.value_end = cut.value + n;
        ck_assert_ptr_nonnull(json_of(&cut));
        variant_schema(&arena, &cut);
    }
    end();
}
END_TEST

START_TEST(schemas_merge_what_they_can) {
    begin();
    ck_assert_str_eq(schema_of("[{\"b\":true,\"a\":0},{\"c\":1.50}]"),
                     "ARRAY<OBJECT<a: BIGINT, b: BOOLEAN, c: DECIMAL(2,1)>>");
    ck_assert_str_eq(schema_of("[1,2.5,null]"), "ARRAY<DECIMAL(21,1)>");
    ck_assert_str_eq(schema_of("[1,\"x\"]"), "ARRAY<VARIANT>");
    ck_assert_str_eq(schema_of("{\"k k\":[]}"), "OBJECT<`k k`: ARRAY<VOID>>");
    end();
}
END_TEST

UNIT_MAIN("variant", json_comes_back_with_its_members_sorted, an_object_is_laid_out_as_spark_lays_it_out,
          a_name_that_comes_twice_is_refused, large_containers_have_wide_counts_and_offsets,
          every_truncation_of_a_value_is_read_within_its_end, schemas_merge_what_they_can)
