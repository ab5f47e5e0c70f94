/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting different numbers with bitmaps: a number has a bucket and a position in its bucket's bitmap of 32,768 bits.
 *
 *     bucket    ... | -32768..0 -> 0 | 1..32768 -> 1 | 32769.. -> 2 ...
 *
 * Bitmaps are 4 KiB binaries; shorter ones have zeroes behind them.
 */
#include "function/aggregate.h"
#include "function/string_kernel.h"

enum { BITMAP_BITS = 32768, BITMAP_BYTES = BITMAP_BITS / 8 };

static bool position_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        int64_t value = long_at(&view, i);
        VECTOR_DATA(out, int64_t)[i] = value > 0 ? (value - 1) % BITMAP_BITS : -(value % BITMAP_BITS);
    }
    return true;
}

static bool bucket_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        int64_t value = long_at(&view, i);
        VECTOR_DATA(out, int64_t)[i] = value > 0 ? 1 + (value - 1) / BITMAP_BITS : value / BITMAP_BITS;
    }
    return true;
}

static bool count_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&view, i);
        int64_t count = 0;
        for (uint32_t k = 0; k < s.size; k++) count += __builtin_popcount((uint8_t)s.data[k]);
        VECTOR_DATA(out, int64_t)[i] = count;
    }
    return true;
}

/* --- aggregates: the state is the bitmap, made at the first value --- */

struct bitmap {
    uint8_t *bytes; /* NULL: nothing yet */
};

static uint8_t *bitmap_bytes(struct call *call, struct bitmap *b, int fill) {
    if (!b->bytes) b->bytes = memset(arena_bytes(call->arena, BITMAP_BYTES), fill, BITMAP_BYTES);
    return b->bytes;
}

static bool construct_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                             struct error *err) {
    struct view view = call_view(call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&view, i)) continue;
        int64_t position = long_at(&view, i);
        if (position < 0 || position >= BITMAP_BITS) {
            error_set(err, "INVALID_BITMAP_POSITION", NULL);
            error_add(err, "bitPosition", "%lld", (long long)position);
            error_add(err, "bitmapNumBytes", "%d", BITMAP_BYTES);
            return error_add(err, "bitmapNumBits", "%d", BITMAP_BITS);
        }
        bitmap_bytes(call, states[i], 0)[position / 8] |= (uint8_t)(1 << position % 8);
    }
    return true;
}

static bool or_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                      struct error *err) {
    struct view view = call_view(call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&view, i)) continue;
        struct string s = string_at(&view, i);
        uint8_t *bytes = bitmap_bytes(call, states[i], 0);
        for (uint32_t k = 0; k < s.size && k < BITMAP_BYTES; k++) bytes[k] |= (uint8_t)s.data[k];
    }
    return true;
}

static bool and_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                       struct error *err) {
    struct view view = call_view(call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&view, i)) continue;
        struct string s = string_at(&view, i);
        uint8_t *bytes = bitmap_bytes(call, states[i], 0xFF);
        uint32_t size = s.size < BITMAP_BYTES ? s.size : BITMAP_BYTES;
        for (uint32_t k = 0; k < size; k++) bytes[k] &= (uint8_t)s.data[k];
        memset(bytes + size, 0, BITMAP_BYTES - size);
    }
    return true;
}

static void finish_bitmaps(struct call *call, void *const *states, uint32_t count, struct vector *out, int fill) {
    for (uint32_t i = 0; i < count; i++) {
        const struct bitmap *b = states[i];
        char *bytes = arena_bytes(call->arena, BITMAP_BYTES);
        if (b->bytes)
            memcpy(bytes, b->bytes, BITMAP_BYTES);
        else
            memset(bytes, fill, BITMAP_BYTES);
        VECTOR_DATA(out, struct string)[i] = string_make(bytes, BITMAP_BYTES);
    }
}

static bool zeroes_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                          struct error *err) {
    finish_bitmaps(call, states, count, out, 0);
    return true;
}

static bool ones_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    finish_bitmaps(call, states, count, out, 0xFF);
    return true;
}

static const struct aggregate_kernel construct_kernel = {
    .fixed_size = sizeof(struct bitmap), .update = construct_update, .finish = zeroes_finish};
static const struct aggregate_kernel or_kernel = {
    .fixed_size = sizeof(struct bitmap), .update = or_update, .finish = zeroes_finish};
static const struct aggregate_kernel and_kernel = {
    .fixed_size = sizeof(struct bitmap), .update = and_update, .finish = ones_finish};

#define BITMAP(NAME, SIGNATURE, FLAGS, KERNEL, USAGE, EXAMPLE, SINCE)                                                  \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (FLAGS), .signature = SIGNATURE,            \
        .kernel = KERNEL, .group = "misc_funcs", .usage = USAGE, .example = EXAMPLE, .since = SINCE                    \
    }

const struct function bitmap_functions[] = {
    BITMAP("bitmap_bit_position", "(LONG) LONG", 0, position_kernel,
           "bitmap_bit_position(child) - the number's position in the bitmap of its bucket.",
           "bitmap_bit_position(32769) => 0", "3.5.0"),
    BITMAP("bitmap_bucket_number", "(LONG) LONG", 0, bucket_kernel,
           "bitmap_bucket_number(child) - the number's bucket.", "bitmap_bucket_number(32769) => 2", "3.5.0"),
    BITMAP("bitmap_count", "(BINARY) LONG", FUNCTION_EXACT | FUNCTION_TYPED, count_kernel,
           "bitmap_count(child) - how many bits of a bitmap are set.", "bitmap_count(X'1010') => 2", "3.5.0"),
    AGGREGATE("bitmap_construct_agg", FUNCTION_NOT_NULL, "(LONG) BINARY", NULL, NULL, &construct_kernel,
              "bitmap_construct_agg(child) - a bitmap with the bits at these positions set.",
              "bitmap_count(bitmap_construct_agg(col)) from values (1), (7), (1) as t(col) => 2", "3.5.0"),
    AGGREGATE("bitmap_or_agg", FUNCTION_NOT_NULL | FUNCTION_EXACT | FUNCTION_TYPED, "(BINARY) BINARY", NULL, NULL,
              &or_kernel, "bitmap_or_agg(child) - a bitmap with the bits that are set in any bitmap.",
              "bitmap_count(bitmap_or_agg(col)) from values (X'10'), (X'30') as t(col) => 2", "3.5.0"),
    AGGREGATE("bitmap_and_agg", FUNCTION_NOT_NULL | FUNCTION_EXACT | FUNCTION_TYPED, "(BINARY) BINARY", NULL, NULL,
              &and_kernel, "bitmap_and_agg(child) - a bitmap with the bits that are set in all bitmaps.",
              "bitmap_count(bitmap_and_agg(col)) from values (X'10'), (X'30') as t(col) => 1", "4.1.0"),
    {0},
};
