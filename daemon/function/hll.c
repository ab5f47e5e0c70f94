/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HLL sketches that grow, merge and are stored as Apache DataSketches' are, see hll.h. Little-endian:
 *
 *     0  ints of preamble: 2 list, 3 set, 10 registers     4  lg of the slots (list, set)
 *     1  version 1                                         5  flags: 4 empty, 8 compact, 16 merged
 *     2  family 7                                          6  how many coupons (list); the least register
 *     3  lg of the registers                               7  mode, 0 to 2, and 2 << 2 for registers of 8 bits
 *     8  coupons (list); how many, coupons (set); history, sums (8 each), how many at the least, 0 (4 each), registers
 *
 * The estimate follows the sketch's history as long as there is one. Else it is a composite of the raw estimate,
 * corrected along a curve through measured figures, and of counting the registers that are still empty.
 */
#include "function/hll.h"

#include <math.h>

enum { KEY_BITS = 26, KEY_MASK = (1 << KEY_BITS) - 1, LG_LIST = 3, LG_SET = 5, MOST_VALUE = 63 };
enum { FAMILY_HLL = 7, TARGET_8 = 2, FLAG_EMPTY = 4, FLAG_COMPACT = 8, FLAG_MERGED = 16 };
enum { LIST_BYTES = 8, SET_BYTES = 12, REGISTERS_BYTES = 40 };

/* --- estimates --- */

static double cubic(const double x[4], const double y[4], double at) {
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        double above = 1, below = 1;
        for (int k = 0; k < 4; k++) {
            if (k == i) continue;
            above *= at - x[k];
            below *= x[i] - x[k];
        }
        sum += y[i] * above / below;
    }
    return sum;
}

/* The first of four neighbours of `at` in the ascending xs. */
static uint32_t neighbours(const double *xs, uint32_t count, double at) {
    uint32_t left = 0, right = count - 1;
    while (left + 1 < right) {
        uint32_t middle = left + (right - left) / 2;
        if (xs[middle] <= at)
            left = middle;
        else
            right = middle;
    }
    return left == 0 ? 0 : left == count - 2 ? left - 2 : left - 1;
}

/* So many different coupons are a few more different values: two may have the same 26 and 6 bits. */
static double coupons_estimate(uint32_t count) {
    static const double xs[] = {0, 1, 20, 400, 8000, 160000, 300000};
    static const double ys[] = {
        0, 1, 20.00000094374026, 400.0003963713384, 8000.158929460209, 160063.60677637596, 300223.70715976635};
    uint32_t from = neighbours(xs, sizeof xs / sizeof *xs, count);
    double estimate = cubic(xs + from, ys + from, count);
    return estimate > count ? estimate : count;
}

static const double raw_estimates[][257] = {
#include "function/hll_estimates.inc"
};

static double harmonic(double n) {
    if (n < 25) {
        double sum = 0;
        for (int i = 1; i <= (int)n; i++) sum += 1.0 / i;
        return sum;
    }
    double x = n, inverse = 1.0 / (x * x), term = inverse;
    double sum = log(x) + 0.5772156649015328606 + 1.0 / (2.0 * x);
    sum -= term * (1.0 / 12);
    term *= inverse;
    sum += term * (1.0 / 120);
    term *= inverse;
    sum -= term * (1.0 / 252);
    term *= inverse;
    return sum + term * (1.0 / 240);
}

static double linear_estimate(const struct hll *s) {
    double k = (double)(1u << s->lg);
    uint32_t empty = s->least == 0 ? s->at_least : 0;
    if (!empty) return k * log(k / 0.5);
    return k * (harmonic(k) - harmonic(empty));
}

static double composite_estimate(const struct hll *s) {
    double k = (double)(1u << s->lg);
    double factor = s->lg == 4 ? 0.673 : s->lg == 5 ? 0.697 : s->lg == 6 ? 0.709 : 0.7213 / (1.0 + 1.079 / k);
    double raw = factor * k * k / (s->sum_low + s->sum_high);
    static const uint16_t first_strides[] = {1, 2, 3, 5};
    const double *xs = raw_estimates[s->lg - HLL_LEAST_LG];
    double stride = s->lg < 8 ? first_strides[s->lg - HLL_LEAST_LG] : 10u << (s->lg - 8);
    if (raw < xs[0]) return 0;
    if (raw > xs[256]) return raw * (stride * 256 / xs[256]);
    uint32_t from = neighbours(xs, 257, raw);
    double ys[4] = {stride * from, stride * (from + 1), stride * (from + 2), stride * (from + 3)};
    double adjusted = raw == xs[256] ? stride * 256 : cubic(xs + from, ys, raw);
    if (adjusted > 3 * k) return adjusted;
    double linear = linear_estimate(s), crossover = s->lg == 4 ? 0.718 : s->lg == 5 ? 0.672 : 0.64;
    return (adjusted + linear) / 2 > crossover * k ? adjusted : linear;
}

double hll_estimate(const struct hll *s) {
    if (s->mode != HLL_REGISTERS) return coupons_estimate(s->count);
    return s->is_merged ? composite_estimate(s) : s->history;
}

/* --- growing --- */

void hll_init(struct hll *s, struct arena *arena, uint32_t lg) {
    *s = (struct hll){.lg = lg, .lg_slots = LG_LIST};
    s->coupons = ARENA_ARRAY(arena, uint32_t, 1 << LG_LIST);
}

static void init_registers(struct hll *s, struct arena *arena, uint32_t lg) {
    *s = (struct hll){.lg = lg, .mode = HLL_REGISTERS, .sum_low = 1u << lg, .at_least = 1u << lg};
    s->registers = arena_alloc(arena, (size_t)1 << lg);
}

static void add_power(struct hll *s, unsigned value, double sign) {
    *(value < 32 ? &s->sum_low : &s->sum_high) += sign * ldexp(1, -(int)value);
}

static void update_register(struct hll *s, uint32_t coupon) {
    uint8_t *place = &s->registers[coupon & ((1u << s->lg) - 1)];
    unsigned before = *place, value = coupon >> KEY_BITS;
    if (value <= before) return;
    *place = (uint8_t)value;
    s->history += (double)(1u << s->lg) / (s->sum_low + s->sum_high);
    add_power(s, before, -1);
    add_power(s, value, 1);
    s->at_least -= before == 0;
}

static void to_registers(struct hll *s, struct arena *arena) {
    struct hll wide;
    init_registers(&wide, arena, s->lg);
    for (uint32_t i = 0; i < 1u << s->lg_slots; i++)
        if (s->coupons[i]) update_register(&wide, s->coupons[i]);
    wide.history = coupons_estimate(s->count);
    *s = wide;
}

/* The coupon's slot, or the free one where it belongs. */
static uint32_t find_slot(const uint32_t *slots, uint32_t lg, uint32_t coupon) {
    uint32_t mask = (1u << lg) - 1, at = coupon & mask, stride = (coupon & KEY_MASK) >> lg | 1;
    while (slots[at] && slots[at] != coupon) at = (at + stride) & mask;
    return at;
}

static void resize(struct hll *s, struct arena *arena, uint32_t lg_slots) {
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, (size_t)1 << lg_slots);
    for (uint32_t i = 0; i < 1u << s->lg_slots; i++)
        if (s->coupons[i]) slots[find_slot(slots, lg_slots, s->coupons[i])] = s->coupons[i];
    s->coupons = slots;
    s->lg_slots = lg_slots;
    s->mode = HLL_SET;
}

static void add_coupon(struct hll *s, struct arena *arena, uint32_t coupon) {
    if (s->mode == HLL_REGISTERS) {
        update_register(s, coupon);
        return;
    }
    uint32_t at = 0, size = 1u << s->lg_slots;
    if (s->mode == HLL_SET)
        at = find_slot(s->coupons, s->lg_slots, coupon);
    else
        while (s->coupons[at] && s->coupons[at] != coupon) at++;
    if (s->coupons[at]) return;
    s->coupons[at] = coupon;
    s->count++;
    if (s->mode == HLL_LIST ? s->count < size : 4 * s->count <= 3 * size) return;
    if (s->mode == HLL_LIST && s->lg >= 8)
        resize(s, arena, LG_SET);
    else if (s->mode == HLL_LIST || s->lg_slots == s->lg - 3)
        to_registers(s, arena);
    else
        resize(s, arena, s->lg_slots + 1);
}

void hll_add(struct hll *s, struct arena *arena, struct hash128 hash) {
    unsigned zeroes = hash.high ? (unsigned)__builtin_clzll(hash.high) : 64;
    unsigned value = (zeroes > 62 ? 62 : zeroes) + 1;
    add_coupon(s, arena, value << KEY_BITS | ((uint32_t)hash.low & KEY_MASK));
}

/* --- unions --- */

static void add_coupons(struct hll *s, struct arena *arena, const struct hll *from) {
    for (uint32_t i = 0; i < 1u << from->lg_slots; i++)
        if (from->coupons[i]) add_coupon(s, arena, from->coupons[i]);
}

/* A copy of registers, folded to no more than 2^lg of them. */
static struct hll copy_registers(struct arena *arena, const struct hll *from, uint32_t lg) {
    struct hll out = *from;
    if (from->lg <= lg) {
        out.registers = arena_copy(arena, from->registers, (size_t)1 << from->lg);
        return out;
    }
    init_registers(&out, arena, lg);
    for (uint32_t i = 0; i < 1u << from->lg; i++)
        if (from->registers[i]) update_register(&out, (uint32_t)from->registers[i] << KEY_BITS | i);
    out.history = from->history;
    out.is_merged = from->is_merged;
    return out;
}

/* What registers tell by themselves. */
static void recount(struct hll *s) {
    s->sum_low = s->sum_high = 0;
    s->least = MOST_VALUE + 1;
    s->at_least = 0;
    for (uint32_t i = 0; i < 1u << s->lg; i++) {
        uint8_t value = s->registers[i];
        add_power(s, value, 1);
        if (value < s->least) {
            s->least = value;
            s->at_least = 0;
        }
        s->at_least += value == s->least;
    }
}

void hll_union(struct hll *s, struct arena *arena, const struct hll *other, uint32_t most_lg) {
    if (other->mode != HLL_REGISTERS) {
        if (!s->count && s->mode == HLL_LIST && other->mode == HLL_SET && s->lg == other->lg) {
            *s = *other;
            s->coupons = arena_copy(arena, other->coupons, sizeof *s->coupons << other->lg_slots);
        } else {
            add_coupons(s, arena, other);
        }
    } else if (s->mode != HLL_REGISTERS) {
        struct hll wide = copy_registers(arena, other, most_lg);
        add_coupons(&wide, arena, s);
        *s = wide;
    } else {
        if (other->lg < s->lg) *s = copy_registers(arena, s, other->lg);
        uint32_t mask = (1u << s->lg) - 1;
        for (uint32_t i = 0; i < 1u << other->lg; i++)
            if (other->registers[i] > s->registers[i & mask]) s->registers[i & mask] = other->registers[i];
        s->is_merged = true;
        s->history = 0;
        recount(s);
    }
}

/* --- bytes --- */

static bool read_coupons(struct arena *arena, struct sketch_reader *in, bool compact, struct hll *out) {
    uint32_t slots = 1u << out->lg_slots, stored = compact ? out->count : slots, found = 0;
    if ((in->size - in->at) / 4 < stored) return false;
    out->coupons = ARENA_ARRAY(arena, uint32_t, slots);
    for (uint32_t i = 0; i < stored; i++) {
        uint32_t coupon = (uint32_t)sketch_read(in, 4);
        if (!coupon) continue;
        if (coupon >> KEY_BITS == 0 || ++found > out->count) return false;
        uint32_t at = compact && out->mode == HLL_SET ? find_slot(out->coupons, out->lg_slots, coupon) : i;
        if (out->coupons[at]) return false;
        out->coupons[at] = coupon;
    }
    return found == out->count;
}

static bool read_registers(struct arena *arena, struct sketch_reader *in, unsigned flags, unsigned least,
                           struct hll *out) {
    out->is_merged = flags & FLAG_MERGED;
    out->least = least;
    out->history = sketch_bits_double(sketch_read(in, 8));
    out->sum_low = sketch_bits_double(sketch_read(in, 8));
    out->sum_high = sketch_bits_double(sketch_read(in, 8));
    out->at_least = (uint32_t)sketch_read(in, 4);
    sketch_read(in, 4);
    if (in->failed || in->size - in->at < (size_t)1 << out->lg) return false;
    out->registers = arena_copy(arena, in->bytes + in->at, (size_t)1 << out->lg);
    for (uint32_t i = 0; i < 1u << out->lg; i++)
        if (out->registers[i] > MOST_VALUE) return false;
    return out->at_least <= 1u << out->lg;
}

bool hll_read(struct arena *arena, struct string bytes, struct hll *out) {
    static const uint8_t preambles[] = {2, 3, 10};
    struct sketch_reader in = {.bytes = (const uint8_t *)bytes.data, .size = bytes.size};
    unsigned ints = (unsigned)sketch_read(&in, 1), version = (unsigned)sketch_read(&in, 1);
    unsigned family = (unsigned)sketch_read(&in, 1), lg = (unsigned)sketch_read(&in, 1);
    unsigned lg_slots = (unsigned)sketch_read(&in, 1), flags = (unsigned)sketch_read(&in, 1);
    unsigned byte = (unsigned)sketch_read(&in, 1), kind = (unsigned)sketch_read(&in, 1), mode = kind & 3;
    if (in.failed || version != 1 || family != FAMILY_HLL || mode > HLL_REGISTERS || ints != preambles[mode])
        return false;
    if (lg < HLL_LEAST_LG || lg > HLL_MOST_LG) return false;
    *out = (struct hll){.lg = lg, .mode = (enum hll_mode)mode};
    if (mode == HLL_REGISTERS) return kind >> 2 == TARGET_8 && read_registers(arena, &in, flags, byte, out);
    out->count = mode == HLL_LIST ? byte : (uint32_t)sketch_read(&in, 4);
    out->lg_slots = mode == HLL_LIST ? LG_LIST : lg_slots;
    if (mode == HLL_LIST ? out->count >= 1 << LG_LIST : lg < 8 || lg_slots < LG_SET || lg_slots > lg - 3) return false;
    if (4ull * out->count > 3ull << out->lg_slots && mode == HLL_SET) return false;
    return read_coupons(arena, &in, flags & FLAG_COMPACT, out);
}

struct string hll_write(struct arena *arena, const struct hll *s) {
    static const uint8_t preambles[] = {2, 3, 10};
    size_t start = s->mode == HLL_LIST ? LIST_BYTES : s->mode == HLL_SET ? SET_BYTES : REGISTERS_BYTES;
    size_t size = start + (s->mode == HLL_REGISTERS ? (size_t)1 << s->lg : sizeof *s->coupons << s->lg_slots);
    bool is_empty = s->mode == HLL_LIST && !s->count;
    uint8_t *to = arena_alloc(arena, size);
    to[0] = preambles[s->mode];
    to[1] = 1;
    to[2] = FAMILY_HLL;
    to[3] = (uint8_t)s->lg;
    to[4] = (uint8_t)s->lg_slots;
    to[5] = (uint8_t)((is_empty ? FLAG_EMPTY : 0) | (s->is_merged ? FLAG_MERGED : 0));
    to[6] = (uint8_t)(s->mode == HLL_LIST ? s->count : s->mode == HLL_REGISTERS ? s->least : 0);
    to[7] = (uint8_t)(s->mode | TARGET_8 << 2);
    if (s->mode == HLL_SET) sketch_write(to + 8, s->count, 4);
    if (s->mode == HLL_REGISTERS) {
        sketch_write(to + 8, sketch_double_bits(s->history), 8);
        sketch_write(to + 16, sketch_double_bits(s->sum_low), 8);
        sketch_write(to + 24, sketch_double_bits(s->sum_high), 8);
        sketch_write(to + 32, s->at_least, 4);
        memcpy(to + start, s->registers, (size_t)1 << s->lg);
    } else {
        for (uint32_t i = 0; i < 1u << s->lg_slots; i++) sketch_write(to + start + 4 * i, s->coupons[i], 4);
    }
    return string_make((char *)to, size);
}
