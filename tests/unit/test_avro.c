/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Avro's schemas and values: what is cut short or damaged is noted as bad and touches no other memory; schemas that
 * contain themselves, or grow without end when their names are written out, are refused.
 */
#include <stdio.h>
#include <string.h>

#include "base/timezone.h"
#include "function/avro.h"
#include "tests/unit/unit.h"

static struct memory_account account;
static struct arena arena;
static struct context context;
static struct error err;

static void before(void) {
    memory_account_init(&account, NULL, "test", 0);
    arena_init(&arena, &account);
    context = (struct context){.zone = &timezone_utc};
    err = (struct error)ERROR_INIT;
}

static void after(void) {
    error_release(&err);
    arena_release(&arena);
}

static const struct avro_schema *schema_of(const char *text) {
    return avro_schema_parse(&arena, text, strlen(text), &err);
}

static const struct type *type_of(const char *text) {
    bool nullable;
    const struct avro_schema *s = schema_of(text);
    return s ? avro_type(&arena, &context, s, &nullable, &err) : NULL;
}

static void check_refused(const char *text) {
    ck_assert_msg(!type_of(text) && error_is_set(&err), "%s", text);
    error_reset(&err);
}

START_TEST(numbers_come_back) {
    static const int64_t numbers[] = {0, -1, 1, -64, 63, 64, 1 << 20, INT32_MIN, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct text t;
        text_init(&t, &arena);
        avro_add_long(&t, numbers[i]);
        struct avro_bytes in = {.next = (const uint8_t *)t.data, .end = (const uint8_t *)t.data + t.size};
        ck_assert_int_eq(avro_long(&in), numbers[i]);
        ck_assert(in.next == in.end && !in.bad);
    }
    struct avro_bytes endless = {.next = (const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
    endless.end = endless.next + 11;
    avro_long(&endless);
    ck_assert_ptr_nonnull(endless.bad);
}
END_TEST

static const char all_kinds[] =
    "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"i\",\"type\":[\"null\",\"long\"]},"
    "{\"name\":\"s\",\"type\":\"string\"},{\"name\":\"d\",\"type\":\"double\"},"
    "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"map\",\"values\":\"boolean\"}}},"
    "{\"name\":\"f\",\"type\":{\"type\":\"fixed\",\"name\":\"f\",\"size\":3}},"
    "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"x\",\"y\"]}}]}";
static const uint8_t one_value[] = {2,    9, 4, 'h', 'i', 0, 0, 0, 0,   0,   0,   0xF0,
                                    0x3F, 2, 2, 2,   'k', 1, 0, 0, 'a', 'b', 'c', 2};

/* The bytes as a value of the schema, in a block of their own; what is wrong with them. */
static const char *decode(const uint8_t *bytes, size_t size) {
    static const struct avro_decoder *decoder;
    static const struct type *type;
    type = type_of(all_kinds);
    decoder = avro_decoder_new(&arena, &context, schema_of(all_kinds), NULL, type, false, &err);
    uint8_t *exact = malloc(size ? size : 1);
    memcpy(exact, bytes, size);
    struct avro_bytes in = {.next = exact, .end = exact + size};
    struct builder b;
    builder_init(&b, &arena, type, 1);
    avro_decode(decoder, &in, &b);
    ck_assert_uint_eq(b.count, 1);
    for (uint32_t i = 0; i < type->field_count; i++) ck_assert_uint_eq(b.children[i].count, 1);
    free(exact);
    return in.bad;
}

START_TEST(what_is_cut_short_is_bad) {
    ck_assert_ptr_null(decode(one_value, sizeof one_value));
    for (size_t size = 0; size < sizeof one_value; size++) ck_assert_ptr_nonnull(decode(one_value, size));
}
END_TEST

START_TEST(damage_is_harmless) {
    for (size_t at = 0; at < sizeof one_value; at++)
        for (int byte = 0; byte < 256; byte += 3) {
            uint8_t damaged[sizeof one_value];
            memcpy(damaged, one_value, sizeof damaged);
            damaged[at] = (uint8_t)byte;
            decode(damaged, sizeof damaged);
            arena_reset(&arena);
        }
}
END_TEST

START_TEST(items_that_take_no_bytes_have_a_limit) {
    static const char nulls[] = "{\"type\":\"array\",\"items\":\"null\"}";
    static const uint8_t many[] = {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0};
    const struct type *type = type_of(nulls);
    struct avro_decoder *d = avro_decoder_new(&arena, &context, schema_of(nulls), NULL, type, false, &err);
    struct avro_bytes in = {.next = many, .end = many + sizeof many};
    struct builder b;
    builder_init(&b, &arena, type, 1);
    avro_decode(d, &in, &b);
    ck_assert_ptr_nonnull(in.bad);
}
END_TEST

START_TEST(schemas_that_are_none_are_refused) {
    check_refused("");
    check_refused("\"int");
    check_refused("\"nothing\"");
    check_refused("7");
    check_refused("[[\"int\"]]");
    check_refused("{\"type\":\"fixed\",\"name\":\"f\",\"size\":-1}");
    check_refused("{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":\"r\"}]}");
    check_refused("[{\"type\":\"fixed\",\"name\":\"f\",\"size\":1},{\"type\":\"fixed\",\"name\":\"f\",\"size\":1}]");
}
END_TEST

/* Each record has the one before it twice. */
START_TEST(names_do_not_make_a_schema_grow_without_end) {
    struct text t;
    text_init(&t, &arena);
    text_add(&t,
             "{\"type\":\"record\",\"name\":\"top\",\"fields\":[{\"name\":\"x0\",\"type\":{\"type\":\"record\","
             "\"name\":\"r0\",\"fields\":[]}}");
    for (int i = 1; i < 60; i++)
        text_printf(&t,
                    ",{\"name\":\"x%d\",\"type\":{\"type\":\"record\",\"name\":\"r%d\",\"fields\":["
                    "{\"name\":\"a\",\"type\":\"r%d\"},{\"name\":\"b\",\"type\":\"r%d\"}]}}",
                    i, i, i - 1, i - 1);
    text_add(&t, "]}");
    const struct avro_schema *s = schema_of(text_finish(&t));
    ck_assert_ptr_nonnull(s);
    check_refused(text_finish(&t));
    ck_assert_ptr_null(
        avro_decoder_new(&arena, &context, s, NULL, type_struct(&arena, NULL, 0), false, &err)); /* passed over */
    ck_assert(error_is_set(&err));
}
END_TEST

UNIT_MAIN_AROUND("avro", before, after, numbers_come_back, what_is_cut_short_is_bad, damage_is_harmless,
                 items_that_take_no_bytes_have_a_limit, schemas_that_are_none_are_refused,
                 names_do_not_make_a_schema_grow_without_end)
