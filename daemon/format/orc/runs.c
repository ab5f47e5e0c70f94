/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Version 1 of the integers has runs with a delta of a byte, or literals. Version 2 has four forms, told by the two
 * highest bits of a run's first byte; W is a width in bits, by a code of five:
 *
 *     00 short repeat   3 bits bytes - 1, 3 bits count - 3 | the value
 *     01 direct         W, 9 bits count - 1 | values of W bits
 *     10 patched base   the same, 3 bits bytes of the base - 1, W of a patch, 3 bits of a gap - 1, 5 bits patches |
 *                       the base, values of W bits above it, patches: a gap and the higher bits of the value there
 *     11 delta          W (0: all deltas are the first one), 9 bits count - 1 | the first value, the first delta,
 *                       the sizes of the other ones, which go in its direction
 *
 * Numbers are big-endian and bits stand one after another from the highest on. Sums wrap around: nothing is wrong with
 * a file whose numbers do.
 */
#include "format/orc/runs.h"

#include <string.h>

enum { SHORTEST_RUN = 3 };

/* ---- bytes and bits ---- */

static void next_byte_run(struct orc_byte_runs *r) {
    uint8_t control = orc_byte(r->bytes);
    r->repeats = control < 128;
    r->left = r->repeats ? control + (uint32_t)SHORTEST_RUN : 256u - control;
    if (r->repeats) r->value = orc_byte(r->bytes);
}

void orc_byte_runs_read(struct orc_byte_runs *r, uint8_t *out, uint32_t n) {
    while (n) {
        if (!r->left) next_byte_run(r);
        uint32_t piece = n < r->left ? n : r->left;
        if (r->repeats)
            memset(out, r->value, piece);
        else
            orc_copy(r->bytes, out, piece);
        r->left -= piece;
        out += piece;
        n -= piece;
    }
}

void orc_bits_read(struct orc_bits *r, uint8_t *out, uint32_t n) {
    for (uint32_t i = 0; i < n;) {
        if (!r->left) {
            orc_byte_runs_read(&r->bytes, &r->byte, 1);
            r->left = 8;
        }
        for (; r->left && i < n; i++) out[i] = r->byte >> --r->left & 1;
    }
}

/* ---- integers ---- */

static const uint8_t wide_widths[] = {26, 28, 30, 32, 40, 48, 56, 64};
enum { NARROW_CODES = 24 };

uint32_t orc_width_of_code(uint32_t code) {
    return code < NARROW_CODES ? code + 1 : wide_widths[code - NARROW_CODES];
}

static inline uint64_t load64(const uint8_t *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return __builtin_bswap64(v);
}

static uint64_t big_endian(struct orc_bytes *b, uint32_t size) {
    return load64(orc_take(b, size)) >> (64 - 8 * size);
}

/* A value of one of the widths begins at most as many bits into a byte as leave it within 64. */
static void unpack(struct orc_bytes *b, uint32_t width, uint32_t n, uint64_t *out) {
    const uint8_t *in = orc_take(b, (width * n + 7) / 8);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t bit = i * width;
        out[i] = load64(in + bit / 8) << bit % 8 >> (64 - width);
    }
}

static void from_zigzag(struct orc_integers *r) {
    if (!r->is_signed) return;
    for (uint32_t i = 0; i < r->count; i++) r->run[i] = (uint64_t)orc_zigzag(r->run[i]);
}

static void bad_run(struct orc_integers *r) {
    orc_set_bad(r->bytes->file, "a run of integers is malformed");
    memset(r->run, 0, sizeof r->run);
}

static void read_short_repeat(struct orc_integers *r, uint8_t first) {
    r->count = (first & 7) + SHORTEST_RUN;
    uint64_t value = big_endian(r->bytes, (first >> 3 & 7) + 1);
    for (uint32_t i = 0; i < r->count; i++) r->run[i] = value;
    from_zigzag(r);
}

/* The count that the other three forms have. */
static uint32_t read_count(struct orc_integers *r, uint8_t first) {
    return ((first & 1u) << 8 | orc_byte(r->bytes)) + 1;
}

static void read_direct(struct orc_integers *r, uint8_t first) {
    r->count = read_count(r, first);
    unpack(r->bytes, orc_width_of_code(first >> 1 & 31), r->count, r->run);
    from_zigzag(r);
}

/* The first of the widths that holds so many bits; 0: none does. */
static uint32_t width_holding(uint32_t bits) {
    for (uint32_t code = 0; code < 32; code++)
        if (orc_width_of_code(code) >= bits) return orc_width_of_code(code);
    return 0;
}

static void read_patched_base(struct orc_integers *r, uint8_t first) {
    uint32_t width = orc_width_of_code(first >> 1 & 31);
    r->count = read_count(r, first);
    uint8_t third = orc_byte(r->bytes), fourth = orc_byte(r->bytes);
    uint32_t base_bytes = (third >> 5) + 1u, patch_width = orc_width_of_code(third & 31);
    uint32_t gap_width = (fourth >> 5) + 1u, patches = fourth & 31, patch_list_width;
    uint64_t base = big_endian(r->bytes, base_bytes), sign = UINT64_C(1) << (8 * base_bytes - 1), list[32];
    if (base & sign) base = 0 - (base & ~sign);
    unpack(r->bytes, width, r->count, r->run);
    patch_list_width = width_holding(patch_width + gap_width);
    if (!patch_list_width || patch_width + width > 64) {
        bad_run(r);
        return;
    }
    unpack(r->bytes, patch_list_width, patches, list);
    uint32_t at = 0;
    for (uint32_t i = 0; i < patches; i++) {
        at += (uint32_t)(list[i] >> patch_width);
        if (at >= r->count) {
            bad_run(r);
            return;
        }
        uint64_t patch = list[i] & ((UINT64_C(1) << patch_width) - 1);
        if (patch) r->run[at] |= patch << width;
    }
    for (uint32_t i = 0; i < r->count; i++) r->run[i] += base;
}

static void read_delta(struct orc_integers *r, uint8_t first) {
    uint32_t code = first >> 1 & 31;
    r->count = read_count(r, first);
    uint64_t value = orc_varint(r->bytes);
    if (r->is_signed) value = (uint64_t)orc_zigzag(value);
    uint64_t delta = (uint64_t)orc_zigzag(orc_varint(r->bytes));
    bool falls = (int64_t)delta < 0;
    r->run[0] = value;
    if (r->count == 1) return;
    r->run[1] = value += delta;
    if (!code) {
        for (uint32_t i = 2; i < r->count; i++) r->run[i] = value += delta;
        return;
    }
    unpack(r->bytes, orc_width_of_code(code), r->count - 2, r->run + 2);
    for (uint32_t i = 2; i < r->count; i++) r->run[i] = value = falls ? value - r->run[i] : value + r->run[i];
}

static void read_first_version(struct orc_integers *r) {
    uint8_t control = orc_byte(r->bytes);
    if (control >= 128) {
        r->count = 256u - control;
        for (uint32_t i = 0; i < r->count; i++) r->run[i] = orc_varint(r->bytes);
        from_zigzag(r);
        return;
    }
    r->count = control + SHORTEST_RUN;
    uint64_t delta = (uint64_t)(int64_t)(int8_t)orc_byte(r->bytes), value = orc_varint(r->bytes);
    if (r->is_signed) value = (uint64_t)orc_zigzag(value);
    for (uint32_t i = 0; i < r->count; i++, value += delta) r->run[i] = value;
}

static void next_run(struct orc_integers *r) {
    r->next = 0;
    if (!r->second) {
        read_first_version(r);
        return;
    }
    uint8_t first = orc_byte(r->bytes);
    switch (first >> 6) {
        case 0: read_short_repeat(r, first); break;
        case 1: read_direct(r, first); break;
        case 2: read_patched_base(r, first); break;
        default: read_delta(r, first);
    }
}

void orc_integers_read(struct orc_integers *r, int64_t *out, uint32_t n) {
    while (n) {
        if (r->next == r->count) next_run(r);
        uint32_t piece = r->count - r->next < n ? r->count - r->next : n;
        memcpy(out, r->run + r->next, piece * sizeof *out);
        r->next += piece;
        out += piece;
        n -= piece;
    }
}
