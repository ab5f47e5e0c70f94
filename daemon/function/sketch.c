/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the families of sketches share, see sketch.h. The hash is Austin Appleby's MurmurHash3_x64_128.
 */
#include "function/sketch.h"

#include <string.h>

#include "expr/signature.h"

/* --- the hash --- */

static uint64_t rotate(uint64_t x, int n) {
    return x << n | x >> (64 - n);
}

static uint64_t load(const uint8_t *p, size_t size) {
    uint64_t v = 0;
    memcpy(&v, p, size);
    return v;
}

static uint64_t mix_low(uint64_t k) {
    return rotate(k * 0x87c37b91114253d5ull, 31) * 0x4cf5ad432745937full;
}

static uint64_t mix_high(uint64_t k) {
    return rotate(k * 0x4cf5ad432745937full, 33) * 0x87c37b91114253d5ull;
}

static uint64_t finish_mix(uint64_t h) {
    h = (h ^ h >> 33) * 0xff51afd7ed558ccdull;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ull;
    return h ^ h >> 33;
}

struct hash128 sketch_hash(const void *bytes, size_t size) {
    const uint8_t *p = bytes;
    uint64_t a = SKETCH_SEED, b = SKETCH_SEED;
    size_t rest = size;
    for (; rest >= 16; rest -= 16, p += 16) {
        a = (rotate(a ^ mix_low(load(p, 8)), 27) + b) * 5 + 0x52dce729;
        b = (rotate(b ^ mix_high(load(p + 8, 8)), 31) + a) * 5 + 0x38495ab5;
    }
    if (rest > 8) b ^= mix_high(load(p + 8, rest - 8));
    if (rest > 0) a ^= mix_low(load(p, rest < 8 ? rest : 8));
    a ^= size;
    b ^= size;
    a += b;
    b += a;
    a = finish_mix(a);
    b = finish_mix(b);
    a += b;
    return (struct hash128){a, a + b};
}

struct hash128 sketch_hash_long(int64_t value) {
    return sketch_hash(&value, sizeof value);
}

struct hash128 sketch_hash_double(double value) {
    return sketch_hash_long((int64_t)(value == 0       ? 0
                                      : value != value ? 0x7ff8000000000000ull
                                                       : sketch_double_bits(value)));
}

/* --- bytes --- */

uint64_t sketch_read(struct sketch_reader *in, unsigned bytes) {
    if (in->size - in->at < bytes) {
        in->failed = true;
        in->at = in->size;
        return 0;
    }
    uint64_t value = load(in->bytes + in->at, bytes);
    in->at += bytes;
    return value;
}

uint64_t sketch_double_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

double sketch_bits_double(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* --- arguments --- */

void sketch_default(struct resolver *r, struct expr *call, uint32_t index, int32_t value) {
    if (call->child_count != index) return;
    size_t size = sizeof *call->children;
    call->children = arena_grow(r->arena, call->children, index * size, (index + 1) * size);
    call->children[call->child_count++] = expr_int(r->arena, value);
}

bool sketch_unexpected(struct resolver *r, struct expr *call, uint32_t index, const char *required, struct error *err) {
    struct expr *e = call->children[index];
    resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(index), "requiredType", required,
                     "inputSql", quoted_expr(r->arena, e), "inputType", quoted_type(r->arena, e->type), NULL);
    return false;
}

bool sketch_expect(struct resolver *r, struct expr *call, uint32_t index, const char *words, struct error *err) {
    struct expr *e = call->children[index];
    if (signature_accepts(words, e->type)) return true;
    if (e->type->kind != TYPE_NULL) return sketch_unexpected(r, call, index, signature_words_sql(r->arena, words), err);
    call->children[index] = expr_null(r->arena, coerce_implicit(r, e, words));
    return true;
}

const char *sketch_function_name(const struct call *call, struct arena *arena) {
    return arena_printf(arena, "`%s`", call->expr->call.function->name);
}

bool sketch_error(const struct call *call, const char *condition, struct error *err) {
    error_set(err, condition, NULL);
    return error_add(err, "function", "`%s`", call->expr->call.function->name);
}
