/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KLL sketches as bytes and as text, and the answers to questions; see kll.h. All little-endian:
 *
 *     0  longs of preamble in ints: 2 or 5     4  k (2)
 *     1  1, or 2 for a single value            6  m
 *     2  family: 15                            7  0
 *     3  flags: 1 empty, 2 sorted, 4 single    8  n (8), least k (2), levels (1), 0, levels' beginnings (4 each),
 *                                                 least value, greatest value, values
 *
 * An empty sketch ends after 8 bytes; a single value stands there at once. 40 levels are more than any stream fills,
 * and leave room for those that merging adds.
 */
#include <math.h>

#include "base/number.h"
#include "base/text.h"
#include "function/kll.h"

enum { FAMILY_KLL = 15, FLAG_EMPTY = 1, FLAG_SORTED = 2, FLAG_SINGLE = 4, HEADER_BYTES = 20, KLL_READ_LEVELS = 40 };

static unsigned width_of(enum kll_type type) {
    return type == KLL_FLOATS ? 4 : 8;
}

/* --- values --- */

static int64_t read_value(struct sketch_reader *in, enum kll_type type) {
    uint64_t bits = sketch_read(in, width_of(type));
    if (type == KLL_LONGS) return (int64_t)bits;
    if (type == KLL_DOUBLES) return kll_key_of_double(sketch_bits_double(bits));
    float value;
    uint32_t half = (uint32_t)bits;
    memcpy(&value, &half, sizeof value);
    return kll_key_of_double(value);
}

static void write_value(uint8_t *to, enum kll_type type, int64_t key) {
    if (type == KLL_LONGS) {
        sketch_write(to, (uint64_t)key, 8);
    } else if (type == KLL_DOUBLES) {
        sketch_write(to, sketch_double_bits(kll_double_of_key(key)), 8);
    } else {
        float value = (float)kll_double_of_key(key);
        memcpy(to, &value, sizeof value);
    }
}

static void add_value(struct text *t, enum kll_type type, int64_t key) {
    char digits[DOUBLE_TEXT];
    if (type == KLL_LONGS)
        text_add_bytes(t, digits, int64_format(key, digits));
    else if (type == KLL_DOUBLES)
        text_add_bytes(t, digits, double_format(kll_double_of_key(key), digits));
    else
        text_add_bytes(t, digits, float_format((float)kll_double_of_key(key), digits));
}

/* --- reading --- */

static bool has_room(struct arena *arena, const struct sketch_reader *in, uint64_t at, uint64_t size,
                     const char **reason) {
    if (at + size <= in->size) return true;
    *reason = arena_printf(arena, "reqOffset: %llu, reqLength: %llu, (reqOff + reqLen): %llu, allocSize: %zu",
                           (unsigned long long)at, (unsigned long long)size, (unsigned long long)(at + size), in->size);
    return false;
}

static bool read_levels(struct arena *arena, struct sketch_reader *in, struct kll *out, const char **reason) {
    TRY(has_room(arena, in, 8, 8, reason));
    out->n = sketch_read(in, 8);
    TRY(has_room(arena, in, 16, 4, reason));
    out->least_k = (uint32_t)sketch_read(in, 2);
    out->level_count = (uint32_t)sketch_read(in, 2) & 0xFF;
    TRY(has_room(arena, in, HEADER_BYTES, 4 * out->level_count, reason));
    *reason = "The levels of the sketch are not in order.";
    if (!out->level_count || out->level_count > KLL_READ_LEVELS) return false;
    for (uint32_t i = 0; i < out->level_count; i++) out->levels[i] = (uint32_t)sketch_read(in, 4);
    out->levels[out->level_count] = kll_capacity(out, out->level_count);
    for (uint32_t i = 0; i < out->level_count; i++)
        if (out->levels[i] > out->levels[i + 1]) return false;
    return true;
}

static bool read_items(struct arena *arena, struct sketch_reader *in, size_t at, struct kll *out, const char **reason) {
    uint32_t total = out->levels[out->level_count], count = total - out->levels[0];
    unsigned width = width_of(out->type);
    TRY(has_room(arena, in, at, (uint64_t)count * width, reason));
    in->at = at;
    out->items = arena_bytes_array(arena, total, sizeof *out->items);
    for (uint32_t i = out->levels[0]; i < total; i++) out->items[i] = read_value(in, out->type);
    return true;
}

static bool read_header(struct arena *arena, struct sketch_reader *in, struct kll *out, unsigned *version,
                        unsigned *ints, const char **reason) {
    if (in->size < 8) {
        *reason = arena_printf(arena, "A sketch memory image must be at least 8 bytes. %zu", in->size);
        return false;
    }
    *ints = (unsigned)sketch_read(in, 1);
    *version = (unsigned)sketch_read(in, 1);
    unsigned family = (unsigned)sketch_read(in, 1), flags = (unsigned)sketch_read(in, 1);
    out->k = (uint32_t)sketch_read(in, 2);
    out->m = (uint32_t)sketch_read(in, 2) & 0xFF;
    out->is_sorted = flags & FLAG_SORTED;
    *reason = NULL;
    if (!(*ints == 2 && (*version == 1 || *version == 2)) && !(*ints == 5 && *version == 1))
        *reason =
            arena_printf(arena, "Error combination of PreInts and SerVer: PreInts: %u, SerVer: %u", *ints, *version);
    else if (family != FAMILY_KLL)
        *reason = arena_printf(arena, "FamilyID Field must be: %d, NOT: %u", FAMILY_KLL, family);
    else if (out->m < 2 || out->m > 8 || out->m % 2)
        *reason = arena_printf(arena, "M must be >= 2, <= 8 and even: %u", out->m);
    else if (out->k < out->m)
        *reason = arena_printf(arena, "K must be >= %u and <= %d: %u", out->m, KLL_MOST_K, out->k);
    return !*reason;
}

bool kll_read(struct arena *arena, struct string bytes, enum kll_type type, enum kll_part part, struct kll *out,
              const char **reason) {
    struct sketch_reader in = {.bytes = (const uint8_t *)bytes.data, .size = bytes.size};
    unsigned version, ints, width = width_of(type);
    *out = (struct kll){.type = type, .level_count = 1};
    TRY(read_header(arena, &in, out, &version, &ints, reason));
    out->random = out->least_k = out->k;
    out->levels[0] = out->levels[1] = out->k;
    if (ints == 2) {
        out->items = arena_bytes_array(arena, out->k, sizeof *out->items);
        if (version == 1) return true;
        out->n = 1;
        out->levels[0]--;
        if (part == KLL_HEADER) return true;
        TRY(has_room(arena, &in, 8, width, reason));
        out->least = out->most = out->items[out->levels[0]] = read_value(&in, type);
        return true;
    }
    TRY(read_levels(arena, &in, out, reason));
    if (part == KLL_HEADER) return true;
    size_t at = in.at;
    if (part == KLL_ITEMS) TRY(read_items(arena, &in, at + 2 * width, out, reason));
    in.at = at;
    TRY(has_room(arena, &in, at, width, reason));
    out->least = read_value(&in, type);
    TRY(has_room(arena, &in, at + width, width, reason));
    out->most = read_value(&in, type);
    return true;
}

/* --- writing --- */

static size_t stored_size(const struct kll *s) {
    unsigned width = width_of(s->type);
    if (s->n < 2) return 8 + s->n * width;
    return HEADER_BYTES + 4 * s->level_count + (size_t)(2 + s->levels[s->level_count] - s->levels[0]) * width;
}

struct string kll_write(struct arena *arena, const struct kll *s) {
    size_t size = stored_size(s);
    unsigned width = width_of(s->type);
    uint8_t *bytes = arena_alloc(arena, size), *to = bytes;
    to[0] = s->n < 2 ? 2 : 5;
    to[1] = s->n == 1 ? 2 : 1;
    to[2] = FAMILY_KLL;
    to[3] = (uint8_t)((s->n == 0 ? FLAG_EMPTY : 0) | (s->is_sorted ? FLAG_SORTED : 0) | (s->n == 1 ? FLAG_SINGLE : 0));
    sketch_write(to + 4, s->k, 2);
    to[6] = (uint8_t)s->m;
    to += 8;
    if (s->n == 1) write_value(to, s->type, s->least);
    if (s->n > 1) {
        sketch_write(to, s->n, 8);
        sketch_write(to + 8, s->least_k, 2);
        to[10] = (uint8_t)s->level_count;
        for (uint32_t i = 0; i < s->level_count; i++) sketch_write(to + 12 + 4 * i, s->levels[i], 4);
        to += 12 + 4 * s->level_count;
        write_value(to, s->type, s->least);
        write_value(to + width, s->type, s->most);
        for (uint32_t i = s->levels[0]; i < s->levels[s->level_count]; i++)
            write_value(to + (size_t)width * (2 + i - s->levels[0]), s->type, s->items[i]);
    }
    return string_make((char *)bytes, size);
}

struct string kll_summary(struct arena *arena, const struct kll *s) {
    static const char *const names[] = {"Longs", "Floats", "Doubles"};
    uint32_t total = s->levels[s->level_count];
    size_t updatable = HEADER_BYTES + 4 * (s->level_count + 1) + (size_t)(2 + total) * width_of(s->type);
    struct text t;
    text_init(&t, arena);
    text_printf(&t, "\n### KllKll%sSketch Summary:\n", names[s->type]);
    text_printf(&t, "   K                      : %u\n   Dynamic min K          : %u\n", s->k, s->least_k);
    text_printf(&t, "   M                      : %u\n   N                      : %llu\n", s->m,
                (unsigned long long)s->n);
    text_printf(&t, "   Epsilon                : %.3f%%\n", 100 * 2.296 / pow(s->least_k, 0.9723));
    text_printf(&t, "   Epsilon PMF            : %.3f%%\n", 100 * 2.446 / pow(s->least_k, 0.9433));
    text_printf(&t, "   Empty                  : %s\n", s->n ? "false" : "true");
    text_printf(&t, "   Estimation Mode        : %s\n", s->level_count > 1 ? "true" : "false");
    text_printf(&t, "   Levels                 : %u\n", s->level_count);
    text_printf(&t, "   Level 0 Sorted         : %s\n", s->is_sorted ? "true" : "false");
    text_printf(&t, "   Capacity Items         : %u\n", total);
    text_printf(&t, "   Retained Items         : %u\n", total - s->levels[0]);
    text_printf(&t, "   Free Space             : %u\n   ReadOnly               : false\n", s->levels[0]);
    text_printf(&t, "   Updatable Storage Bytes: %zu\n", updatable);
    text_printf(&t, "   Compact Storage Bytes  : %zu\n", stored_size(s));
    text_add(&t, "   Min Item               : ");
    if (s->n) add_value(&t, s->type, s->least);
    text_add(&t, s->n ? "\n   Max Item               : " : "NaN\n   Max Item               : ");
    if (s->n) add_value(&t, s->type, s->most);
    text_add(&t, s->n ? "\n### End sketch summary\n" : "NaN\n### End sketch summary\n");
    const char *text = text_finish(&t);
    return string_of(text);
}

/* --- asking --- */

int64_t kll_quantile(const struct kll_view *view, double rank) {
    double natural = rank * (double)view->n;
    if (view->n <= 1000000) natural = floor(natural * 1e6 + 0.5) / 1e6;
    natural = ceil(natural);
    uint32_t low = 0, high = view->count - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if ((double)view->ranks[middle] < natural)
            low = middle + 1;
        else
            high = middle;
    }
    return view->items[low];
}

double kll_rank(const struct kll_view *view, int64_t key) {
    uint32_t low = 0, high = view->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (view->items[middle] <= key)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? (double)view->ranks[low - 1] / (double)view->n : 0;
}
