/* SPDX-License-Identifier: Apache-2.0 */
/* Batches on the wire: every type in every form comes back equal, and no damaged payload does harm. */
#include "base/error.h"
#include "batch_codec.h"
#include "column/batch_wire.h"
#include "column/row.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static uint64_t state;

static uint64_t random_bits(void) {
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = state;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint32_t random_below(uint32_t n) {
    return (uint32_t)(random_bits() % n);
}

static struct string random_text(struct arena *arena, bool text) {
    static const char *const pieces[] = {"a", "zebra", "é", "日本", "\xF0\x9F\xA6\x86", "", "0123456789abcdef"};
    char *out = arena_alloc(arena, 200);
    size_t size = 0;
    for (uint32_t n = random_below(5); n; n--) {
        const char *piece = text ? pieces[random_below(7)] : "\xFF\x80\x00x";
        size_t length = text ? strlen(piece) : 4;
        memcpy(out + size, piece, length);
        size += length;
    }
    return string_make(out, size);
}

static int128 random_decimal(const struct type *type) {
    int128 limit = 1, value = (int128)((uint128)random_bits() << 64 | random_bits());
    for (int i = 0; i < type->precision; i++) limit *= 10;
    return value % limit;
}

static void append_random(struct builder *b, const struct type *type, bool nullable);

static void append_list(struct builder *b, const struct type *type) {
    for (uint32_t n = random_below(4); n; n--) {
        if (type->kind == TYPE_MAP) append_random(&b->children[0], type->key, false);
        append_random(&b->children[type->kind == TYPE_MAP ? 1 : 0], type->element, type->contains_null);
    }
    builder_end_list(b);
}

static void append_value(struct builder *b, const struct type *type) {
    uint64_t bits = random_bits();
    struct string s;
    struct interval interval = {(int32_t)bits, (int32_t)(bits >> 32), (int64_t)random_bits()};
    int128 decimal;
    switch (type_storage(type)) {
        case STORAGE_BOOL: bits &= 1; break;
        case STORAGE_INT64:
            if (type->kind == TYPE_DECIMAL) bits = (uint64_t)(int64_t)random_decimal(type);
            if (type->kind == TYPE_TIME) bits %= UINT64_C(86400000000000);
            break;
        case STORAGE_INT128:
            decimal = random_decimal(type);
            builder_append(b, &decimal);
            return;
        case STORAGE_STRING:
            s = random_text(b->arena, type_is_string(type));
            builder_append(b, &s);
            return;
        case STORAGE_INTERVAL: builder_append(b, &interval); return;
        case STORAGE_LIST: append_list(b, type); return;
        case STORAGE_STRUCT:
            if (type->kind == TYPE_VARIANT)
                for (int i = 0; i < 2; i++) append_value(&b->children[i], TYPE_OF(BINARY));
            else
                for (uint32_t i = 0; i < type->field_count; i++)
                    append_random(&b->children[i], type->fields[i].type, type->fields[i].nullable);
            builder_end_struct(b);
            return;
        default: break;
    }
    builder_append(b, &bits);
}

static void append_random(struct builder *b, const struct type *type, bool nullable) {
    if (type->kind == TYPE_NULL || (nullable && random_below(4) == 0))
        builder_append_null(b);
    else
        append_value(b, type);
}

/* Flat, or rows of it selected, or one of them for all. */
static struct vector random_vector(struct arena *arena, const struct field *field, uint32_t rows) {
    struct builder b;
    bool nullable = field->nullable && random_below(2);
    builder_init(&b, arena, field->type, 0);
    uint32_t entries = rows + 1 + random_below(10);
    for (uint32_t i = 0; i < entries; i++) append_random(&b, field->type, nullable);
    struct vector v = *builder_finish(&b);
    uint32_t *selection = ARENA_ARRAY(arena, uint32_t, rows + 1);
    struct vector out;
    switch (random_below(3)) {
        case 0: return v;
        case 1:
            if (field->type->kind == TYPE_NULL) return v;
            v.form = VECTOR_CONSTANT;
            return v;
        default:
            for (uint32_t i = 0; i < rows; i++) selection[i] = random_below(entries);
            vector_select(&out, arena, &v, selection, rows);
            return out;
    }
}

static const struct type *all_types(struct arena *arena) {
    static const enum type_kind simple[] = {
        TYPE_NULL,   TYPE_BOOLEAN, TYPE_BYTE, TYPE_SHORT,     TYPE_INT,           TYPE_LONG,
        TYPE_FLOAT,  TYPE_DOUBLE,  TYPE_DATE, TYPE_TIMESTAMP, TYPE_TIMESTAMP_NTZ, TYPE_CALENDAR_INTERVAL,
        TYPE_STRING, TYPE_BINARY,  TYPE_TIME, TYPE_VARIANT,   TYPE_DECIMAL,       TYPE_DAY_TIME_INTERVAL,
    };
    enum { SIMPLE = sizeof simple / sizeof *simple };
    struct field fields[SIMPLE + 8];
    uint32_t n = 0;
    for (; n < SIMPLE; n++)
        fields[n] = (struct field){.name = "s", .type = &types[simple[n]], .nullable = simple[n] != TYPE_INT};
    const struct type *texts = type_array(arena, TYPE_OF(STRING), true);
    const struct field inner[] = {{.name = "l", .type = TYPE_OF(LONG)}, {.name = "t", .type = texts, .nullable = true}};
    const struct type *pair = type_struct(arena, inner, 2);
    fields[n++] = (struct field){.name = "d", .type = type_decimal(arena, 38, 5), .nullable = true};
    fields[n++] = (struct field){.name = "a", .type = texts, .nullable = true};
    fields[n++] = (struct field){.name = "s", .type = pair, .nullable = true};
    fields[n++] = (struct field){.name = "as", .type = type_array(arena, pair, true), .nullable = true};
    fields[n++] = (struct field){
        .name = "m", .type = type_map(arena, TYPE_OF(STRING), type_array(arena, TYPE_OF(BOOLEAN), false), true)};
    fields[n++] = (struct field){.name = "v", .type = type_array(arena, TYPE_OF(VARIANT), true), .nullable = true};
    fields[n++] = (struct field){.name = "e", .type = type_struct(arena, NULL, 0), .nullable = true};
    return type_struct(arena, fields, n);
}

static void random_batch(struct arena *arena, const struct type *schema, uint32_t rows, struct batch *batch) {
    *batch = (struct batch){.count = rows, .column_count = schema->field_count};
    batch->columns = ARENA_ARRAY(arena, struct vector, schema->field_count);
    for (uint32_t c = 0; c < schema->field_count; c++)
        batch->columns[c] = random_vector(arena, &schema->fields[c], rows);
}

static bool variants_equal(const struct vector *a, uint32_t i, const struct vector *b, uint32_t k) {
    i = vector_entry(a, i);
    k = vector_entry(b, k);
    return rows_equal(&a->children[0], i, &b->children[0], k) && rows_equal(&a->children[1], i, &b->children[1], k);
}

static bool same(const struct vector *a, uint32_t i, const struct vector *b, uint32_t k) {
    bool a_null = a->type->kind == TYPE_NULL || vector_is_null(a, i);
    bool b_null = b->type->kind == TYPE_NULL || vector_is_null(b, k);
    if (a_null || b_null) return a_null == b_null;
    if (a->type->kind == TYPE_VARIANT) return variants_equal(a, i, b, k);
    if (type_storage(a->type) == STORAGE_LIST) {
        const struct list_entry x = VECTOR_DATA(a, struct list_entry)[vector_entry(a, i)];
        const struct list_entry y = VECTOR_DATA(b, struct list_entry)[vector_entry(b, k)];
        if (x.length != y.length) return false;
        for (uint32_t c = 0; c < a->child_count; c++)
            for (uint32_t e = 0; e < x.length; e++)
                if (!same(&a->children[c], x.offset + e, &b->children[c], y.offset + e)) return false;
        return true;
    }
    if (type_storage(a->type) == STORAGE_STRUCT) {
        for (uint32_t c = 0; c < a->child_count; c++)
            if (!same(&a->children[c], vector_entry(a, i), &b->children[c], vector_entry(b, k))) return false;
        return true;
    }
    return rows_equal(a, i, b, k);
}

START_TEST(every_type_in_every_form_comes_back_equal) {
    memory_account_init(&root, NULL, "engine", 0);
    struct arena arena;
    arena_init(&arena, &root);
    for (int round = 0; round < 60; round++) {
        state = (uint64_t)round;
        struct error err = ERROR_INIT;
        const struct type *schema = all_types(&arena);
        struct batch in, out;
        uint32_t rows = round < 5 ? (uint32_t)round : random_below(300);
        random_batch(&arena, schema, rows, &in);
        size_t size;
        const uint8_t *payload = batch_wire_encode(&arena, &in, &size, &err);
        ck_assert_msg(payload != NULL, "%s", error_message(&err));
        ck_assert_msg(batch_wire_decode(&arena, schema, payload, size, &out, &err), "round %d: %s", round,
                      error_message(&err));
        ck_assert_uint_eq(out.count, rows);
        for (uint32_t c = 0; c < schema->field_count; c++)
            for (uint32_t i = 0; i < rows; i++)
                ck_assert_msg(same(&in.columns[c], i, &out.columns[c], i), "round %d column %u row %u", round, c, i);
        arena_reset(&arena);
    }
    arena_release(&arena);
}
END_TEST

START_TEST(a_slice_is_the_rows_asked_for) {
    memory_account_init(&root, NULL, "engine", 0);
    struct arena arena;
    arena_init(&arena, &root);
    struct error err = ERROR_INIT;
    const struct type *schema = all_types(&arena);
    struct batch in, out;
    state = 7;
    random_batch(&arena, schema, 200, &in);
    const uint32_t cuts[][2] = {{0, 200}, {0, 0}, {64, 64}, {63, 70}, {199, 1}};
    for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++) {
        size_t size;
        const struct batch_encoding *e = batch_wire_measure(&arena, &in, cuts[k][0], cuts[k][1], &size, &err);
        uint8_t *payload = arena_bytes(&arena, size);
        batch_wire_write(e, payload);
        ck_assert(batch_wire_decode(&arena, schema, payload, size, &out, &err));
        for (uint32_t c = 0; c < schema->field_count; c++)
            for (uint32_t i = 0; i < cuts[k][1]; i++)
                ck_assert(same(&in.columns[c], cuts[k][0] + i, &out.columns[c], i));
    }
    arena_release(&arena);
}
END_TEST

/* Each damaged payload lies in a block of its own size, so that ASan sees a look beyond it. */
START_TEST(damage_is_refused_or_harmless) {
    memory_account_init(&root, NULL, "engine", 0);
    struct arena arena, decoded;
    arena_init(&arena, &root);
    arena_init(&decoded, &root);
    const struct type *schema = all_types(&arena);
    struct batch in, out;
    struct error err = ERROR_INIT;
    state = 3;
    random_batch(&arena, schema, 40, &in);
    size_t size, refused = 0;
    const uint8_t *payload = batch_wire_encode(&arena, &in, &size, &err);
    for (int round = 0; round < 4000; round++) {
        size_t cut = random_below(8) == 0 ? random_below((uint32_t)size + 1) : size;
        uint8_t *copy = aligned_alloc(16, (cut + 31) / 16 * 16);
        uint8_t *damaged = copy + (random_below(2) ? 0 : 4);
        if (damaged != copy) cut = cut > 16 ? cut - 16 : 0;
        memcpy(damaged, payload, cut);
        for (uint32_t n = random_below(4); n && cut; n--) {
            size_t at = random_below(2) && cut > 600 ? random_below(600) : random_below((uint32_t)cut);
            damaged[at] = (uint8_t)random_bits();
        }
        if (!batch_wire_decode(&decoded, schema, damaged, cut, &out, &err)) {
            ck_assert_str_eq(err.condition->name, "PROTOCOL_ERROR");
            refused++;
        } else {
            /* What was accepted can be encoded again: all that it points to is there. */
            ck_assert(batch_wire_encode(&decoded, &out, &size, &err) != NULL);
            payload = batch_wire_encode(&arena, &in, &size, &err);
        }
        error_reset(&err);
        arena_reset(&decoded);
        free(copy);
    }
    ck_assert_uint_gt(refused, 1000);
    arena_release(&arena);
    arena_release(&decoded);
}
END_TEST

static bool decode_one(struct arena *arena, const struct type *type, bool nullable, struct wire_column *column,
                       uint32_t rows) {
    const struct field field = {.name = "x", .type = type, .nullable = nullable};
    const struct type *schema = type_struct(arena, &field, 1);
    struct wire_batch wire = {.rows = rows, .column_count = 1, .columns = column};
    size_t size = wire_batch_size(&wire);
    uint8_t *payload = arena_bytes(arena, size);
    wire_batch_write(&wire, payload);
    struct batch out;
    struct error err = ERROR_INIT;
    bool good = batch_wire_decode(arena, schema, payload, size, &out, &err);
    error_release(&err);
    return good;
}

START_TEST(values_outside_their_type_are_refused) {
    memory_account_init(&root, NULL, "engine", 0);
    struct arena arena;
    arena_init(&arena, &root);
    const uint8_t none = 0;
    int32_t offsets[] = {0, 1, 3};
    struct wire_column text = {.buffer_count = 3, .sizes = {0, 12, 3}, .buffers = {&none, (uint8_t *)offsets}};
    text.buffers[2] = (const uint8_t *)"xy\xC3";
    ck_assert(!decode_one(&arena, TYPE_OF(STRING), true, &text, 2));
    ck_assert(decode_one(&arena, TYPE_OF(BINARY), true, &text, 2));
    text.buffers[2] = (const uint8_t *)"\xC3\xA9x"; /* é, cut in its middle */
    ck_assert(!decode_one(&arena, TYPE_OF(STRING), true, &text, 2));
    text.buffers[2] = (const uint8_t *)"abc";
    ck_assert(decode_one(&arena, TYPE_OF(STRING), true, &text, 2));
    offsets[1] = 4;
    ck_assert(!decode_one(&arena, TYPE_OF(STRING), true, &text, 2));

    int64_t time = INT64_C(86400000000000);
    struct wire_column fixed = {.buffer_count = 2, .sizes = {0, 8}, .buffers = {&none, (uint8_t *)&time}};
    ck_assert(!decode_one(&arena, TYPE_OF(TIME), true, &fixed, 1));
    time--;
    ck_assert(decode_one(&arena, TYPE_OF(TIME), true, &fixed, 1));
    ck_assert(!decode_one(&arena, TYPE_OF(INT), true, &fixed, 1));

    int128 decimal = INT64_C(10000000000);
    struct wire_column wide = {.buffer_count = 2, .sizes = {0, 16}, .buffers = {&none, (uint8_t *)&decimal}};
    ck_assert(!decode_one(&arena, TYPE_OF(DECIMAL), true, &wide, 1));
    decimal--;
    ck_assert(decode_one(&arena, TYPE_OF(DECIMAL), true, &wide, 1));

    const uint8_t validity = 0;
    struct wire_column null = {.null_count = 1, .buffer_count = 2, .sizes = {1, 8}, .buffers = {&validity}};
    null.buffers[1] = (uint8_t *)&time;
    ck_assert(decode_one(&arena, TYPE_OF(LONG), true, &null, 1));
    ck_assert(!decode_one(&arena, TYPE_OF(LONG), false, &null, 1));
    null.null_count = 0;
    ck_assert(!decode_one(&arena, TYPE_OF(LONG), true, &null, 1));
    arena_release(&arena);
}
END_TEST

UNIT_MAIN("wire", every_type_in_every_form_comes_back_equal, a_slice_is_the_rows_asked_for,
          damage_is_refused_or_harmless, values_outside_their_type_are_refused)
