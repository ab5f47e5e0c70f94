/* SPDX-License-Identifier: Apache-2.0 */
/* Batches from outside: what is accepted comes back the same when it is encoded again and decoded. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "batch_codec.h"
#include "column/batch_wire.h"
#include "tests/fuzz/fuzz.h"

/* A bit of everything, in the order of the seed below. */
static const struct type *schema(struct arena *arena) {
    const struct field inner[] = {{.name = "n", .type = TYPE_OF(INT), .nullable = true},
                                  {.name = "s", .type = TYPE_OF(STRING)}};
    const struct field fields[] = {
        {.name = "b", .type = TYPE_OF(BOOLEAN), .nullable = true},
        {.name = "l", .type = TYPE_OF(LONG)},
        {.name = "d", .type = TYPE_OF(DECIMAL), .nullable = true},
        {.name = "t", .type = TYPE_OF(STRING), .nullable = true},
        {.name = "a", .type = type_array(arena, type_struct(arena, inner, 2), true), .nullable = true},
        {.name = "m", .type = type_map(arena, TYPE_OF(STRING), TYPE_OF(TIME), true), .nullable = true},
        {.name = "v", .type = TYPE_OF(VARIANT), .nullable = true},
    };
    return type_struct(arena, fields, sizeof fields / sizeof *fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct memory_account root;
    memory_account_init(&root, NULL, "engine", 0);
    struct arena arena;
    arena_init(&arena, &root);
    struct error err = ERROR_INIT;
    struct batch batch, again;
    const struct type *type = schema(&arena);
    size_t encoded_size;
    if (batch_wire_decode(&arena, type, data, size, &batch, &err)) {
        const uint8_t *encoded = batch_wire_encode(&arena, &batch, &encoded_size, &err);
        if (!encoded || !batch_wire_decode(&arena, type, encoded, encoded_size, &again, &err)) abort();
        if (again.count != batch.count) abort();
    }
    error_release(&err);
    arena_release(&arena);
    return 0;
}

static void text_column(struct wire_column *c, const int32_t *offsets, uint32_t rows, const char *bytes) {
    static const uint8_t none;
    *c = (struct wire_column){.buffer_count = 3,
                              .sizes = {0, (rows + 1) * 4, (uint32_t)strlen(bytes)},
                              .buffers = {&none, (const uint8_t *)offsets, (const uint8_t *)bytes}};
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    static const uint8_t none, bits[1] = {5};
    static const int64_t longs[6] = {1, 0, -7, -1, 99, 0};
    static const int32_t three[4] = {0, 2, 2, 5};
    static const int32_t ints[5] = {1, 2, 3, 4, 5};
    struct wire_column fields[2] = {{.buffer_count = 2, .sizes = {0, 20}, .buffers = {&none, (const uint8_t *)ints}}};
    static const int32_t five[6] = {0, 1, 2, 3, 4, 5};
    text_column(&fields[1], five, 5, "abcde");
    struct wire_column element = {.buffer_count = 1, .child_count = 2, .children = fields, .buffers = {&none}};
    struct wire_column entries[2], variant[2], columns[7];
    text_column(&entries[0], five, 5, "vwxyz");
    static const int64_t times[5] = {0, 1, 2, 3, INT64_C(86399999999999)};
    entries[1] = (struct wire_column){.buffer_count = 2, .sizes = {0, 40}, .buffers = {&none, (const uint8_t *)times}};
    text_column(&variant[0], three, 3, "\x0C\x01\x02\x03\x04");
    text_column(&variant[1], three, 3, "\x01\x02\x03\x04\x05");
    columns[0] = (struct wire_column){.null_count = 1, .buffer_count = 2, .sizes = {1, 1}, .buffers = {bits, bits}};
    columns[1] = (struct wire_column){.buffer_count = 2, .sizes = {0, 24}, .buffers = {&none, (const uint8_t *)longs}};
    columns[2] = (struct wire_column){
        .null_count = 1, .buffer_count = 2, .sizes = {1, 48}, .buffers = {bits, (const uint8_t *)longs}};
    text_column(&columns[3], three, 3, "h\xC3\xA9llo" + 1);
    columns[4] = (struct wire_column){.buffer_count = 2,
                                      .sizes = {0, 16},
                                      .buffers = {&none, (const uint8_t *)three},
                                      .child_count = 1,
                                      .children = &element};
    columns[5] = columns[4];
    columns[5].child_count = 2;
    columns[5].children = entries;
    columns[6] = (struct wire_column){.buffer_count = 1, .buffers = {&none}, .child_count = 2, .children = variant};
    struct wire_batch batch = {.rows = 3, .column_count = 7, .columns = columns};
    size_t size = wire_batch_size(&batch);
    if (n || size > room) return 0;
    wire_batch_write(&batch, out);
    return size;
}
