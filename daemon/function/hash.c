/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash, xxhash64 and the digests. Sources: Austin Appleby's MurmurHash3_x86_32 and Yann Collet's XXH64, as Spark
 * applies them to its types: a decimal of more than 18 digits by the bytes of its unscaled value, -0.0 as 0.0, nested
 * values element by element with the hash so far as seed.
 */
#include <openssl/evp.h>
#include <string.h>
#include <zlib.h>

#include "base/vectorized.h"
#include "function/complex_kernel.h"
#include "function/java_hash.h"
#include "function/spark_hash.h"
#include "function/string_kernel.h"

static inline uint32_t rotate32(uint32_t x, int n) {
    return x << n | x >> (32 - n);
}

static inline uint64_t rotate64(uint64_t x, int n) {
    return x << n | x >> (64 - n);
}

static inline uint32_t murmur3_mix(uint32_t hash, uint32_t k) {
    k = rotate32(k * 0xcc9e2d51u, 15) * 0x1b873593u;
    return rotate32(hash ^ k, 13) * 5 + 0xe6546b64u;
}

static inline uint32_t murmur3_end(uint32_t hash, uint32_t size) {
    hash ^= size;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    return hash ^ hash >> 16;
}

uint32_t murmur3_int(uint32_t value, uint32_t seed) {
    return murmur3_end(murmur3_mix(seed, value), 4);
}

uint32_t murmur3_long(uint64_t value, uint32_t seed) {
    return murmur3_end(murmur3_mix(murmur3_mix(seed, (uint32_t)value), (uint32_t)(value >> 32)), 8);
}

static uint32_t load32(const uint8_t *p) {
    uint32_t word;
    memcpy(&word, p, 4);
    return word;
}

/* The last bytes, up to three, one by one. All three steps are taken and those too many dropped, as no branch could be
 * foretold. */
static inline uint32_t murmur3_rest(uint32_t seed, uint32_t bytes, uint32_t count) {
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t mixed = murmur3_mix(seed, (uint32_t)(int8_t)(bytes >> 8 * i));
        seed ^= (seed ^ mixed) & (0 - (uint32_t)(i < count));
    }
    return seed;
}

uint32_t murmur3_bytes(const void *bytes, size_t size, uint32_t seed) {
    const uint8_t *p = bytes;
    const size_t rest = size % 4;
    uint32_t last = 0;
    if (size >= 4)
        last = (uint32_t)((uint64_t)load32(p + size - 4) >> 8 * (4 - rest));
    else
        for (size_t i = 0; i < size; i++) last |= (uint32_t)p[i] << 8 * i;
    for (size_t i = 0; i + 4 <= size; i += 4) seed = murmur3_mix(seed, load32(p + i));
    return murmur3_end(murmur3_rest(seed, last, (uint32_t)rest), (uint32_t)size);
}

#define PRIME1 0x9E3779B185EBCA87ull
#define PRIME2 0xC2B2AE3D27D4EB4Full
#define PRIME3 0x165667B19E3779F9ull
#define PRIME4 0x85EBCA77C2B2AE63ull
#define PRIME5 0x27D4EB2F165667C5ull

static uint64_t xxhash_end(uint64_t h) {
    h = (h ^ h >> 33) * PRIME2;
    h = (h ^ h >> 29) * PRIME3;
    return h ^ h >> 32;
}

uint64_t xxhash64_int(uint32_t value, uint64_t seed) {
    uint64_t h = (seed + PRIME5 + 4) ^ value * PRIME1;
    return xxhash_end(rotate64(h, 23) * PRIME2 + PRIME3);
}

uint64_t xxhash64_long(uint64_t value, uint64_t seed) {
    uint64_t h = (seed + PRIME5 + 8) ^ rotate64(value * PRIME2, 31) * PRIME1;
    return xxhash_end(rotate64(h, 27) * PRIME1 + PRIME4);
}

static uint64_t load64(const uint8_t *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

static uint64_t xxhash_stripes(const uint8_t **p, const uint8_t *end, uint64_t seed) {
    uint64_t v[4] = {seed + PRIME1 + PRIME2, seed + PRIME2, seed, seed - PRIME1};
    for (; end - *p >= 32; *p += 32)
        for (int k = 0; k < 4; k++) v[k] = rotate64(v[k] + load64(*p + 8 * k) * PRIME2, 31) * PRIME1;
    uint64_t h = rotate64(v[0], 1) + rotate64(v[1], 7) + rotate64(v[2], 12) + rotate64(v[3], 18);
    for (int k = 0; k < 4; k++) h = (h ^ rotate64(v[k] * PRIME2, 31) * PRIME1) * PRIME1 + PRIME4;
    return h;
}

uint64_t xxhash64_bytes(const void *bytes, size_t size, uint64_t seed) {
    const uint8_t *p = bytes, *end = p + size;
    uint64_t h = size >= 32 ? xxhash_stripes(&p, end, seed) : seed + PRIME5;
    h += size;
    for (; end - p >= 8; p += 8) h = rotate64(h ^ rotate64(load64(p) * PRIME2, 31) * PRIME1, 27) * PRIME1 + PRIME4;
    if (end - p >= 4) {
        h = rotate64(h ^ load32(p) * PRIME1, 23) * PRIME2 + PRIME3;
        p += 4;
    }
    for (; p < end; p++) h = rotate64(h ^ *p * PRIME5, 11) * PRIME1;
    return xxhash_end(h);
}

/* What both hashes see of a scalar: 4 bytes, 8 bytes, or some. */
struct hashable {
    enum { HASH_INT, HASH_LONG, HASH_BYTES } kind;
    uint64_t number;
    const void *bytes;
    size_t size;
    uint8_t room[16];
};

static void scalar_of(const struct vector *v, uint32_t entry, struct hashable *h) {
    *h = (struct hashable){.kind = HASH_INT};
    switch (type_storage(v->type)) {
        case STORAGE_BOOL: h->number = VECTOR_DATA(v, uint8_t)[entry]; return;
        case STORAGE_INT8: h->number = (uint32_t)VECTOR_DATA(v, int8_t)[entry]; return;
        case STORAGE_INT16: h->number = (uint32_t)VECTOR_DATA(v, int16_t)[entry]; return;
        case STORAGE_INT32: h->number = (uint32_t)VECTOR_DATA(v, int32_t)[entry]; return;
        case STORAGE_FLOAT: {
            float f = VECTOR_DATA(v, float)[entry];
            uint32_t bits;
            memcpy(&bits, &f, 4);
            h->number = f == 0 ? 0 : f != f ? 0x7FC00000u : bits;
            return;
        }
        case STORAGE_INT64:
            h->kind = HASH_LONG;
            h->number = (uint64_t)VECTOR_DATA(v, int64_t)[entry];
            return;
        case STORAGE_DOUBLE: {
            double d = VECTOR_DATA(v, double)[entry];
            h->kind = HASH_LONG;
            memcpy(&h->number, &d, 8);
            if (d == 0) h->number = 0;
            if (d != d) h->number = 0x7FF8000000000000ull;
            return;
        }
        case STORAGE_INT128:
            h->kind = HASH_BYTES;
            h->size = java_bytes(VECTOR_DATA(v, int128)[entry], h->room);
            h->bytes = h->room;
            return;
        default: {
            struct string s = VECTOR_DATA(v, struct string)[entry];
            h->kind = HASH_BYTES;
            h->bytes = s.data;
            h->size = s.size;
        }
    }
}

uint32_t spark_hash(const struct vector *v, uint32_t row, uint32_t seed) {
    if (v->type->kind == TYPE_NULL || vector_is_null(v, row)) return seed;
    uint32_t entry = vector_entry(v, row);
    enum storage storage = type_storage(v->type);
    if (storage == STORAGE_LIST) {
        struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
        for (uint32_t k = 0; k < list.length; k++)
            for (uint32_t c = 0; c < v->child_count; c++) seed = spark_hash(&v->children[c], list.offset + k, seed);
        return seed;
    }
    if (storage == STORAGE_STRUCT) {
        for (uint32_t c = 0; c < v->child_count; c++) seed = spark_hash(&v->children[c], entry, seed);
        return seed;
    }
    if (storage == STORAGE_INTERVAL) {
        struct interval i = VECTOR_DATA(v, struct interval)[entry];
        return murmur3_int((uint32_t)i.months,
                           murmur3_int((uint32_t)i.days, murmur3_long((uint64_t)i.microseconds, seed)));
    }
    struct hashable h;
    scalar_of(v, entry, &h);
    if (h.kind == HASH_INT) return murmur3_int((uint32_t)h.number, seed);
    if (h.kind == HASH_LONG) return murmur3_long(h.number, seed);
    return murmur3_bytes(h.bytes, h.size, seed);
}

uint64_t spark_xxhash64(const struct vector *v, uint32_t row, uint64_t seed) {
    if (v->type->kind == TYPE_NULL || vector_is_null(v, row)) return seed;
    uint32_t entry = vector_entry(v, row);
    enum storage storage = type_storage(v->type);
    if (storage == STORAGE_LIST) {
        struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
        for (uint32_t k = 0; k < list.length; k++)
            for (uint32_t c = 0; c < v->child_count; c++) seed = spark_xxhash64(&v->children[c], list.offset + k, seed);
        return seed;
    }
    if (storage == STORAGE_STRUCT) {
        for (uint32_t c = 0; c < v->child_count; c++) seed = spark_xxhash64(&v->children[c], entry, seed);
        return seed;
    }
    if (storage == STORAGE_INTERVAL) {
        struct interval i = VECTOR_DATA(v, struct interval)[entry];
        return xxhash64_int((uint32_t)i.months,
                            xxhash64_int((uint32_t)i.days, xxhash64_long((uint64_t)i.microseconds, seed)));
    }
    struct hashable h;
    scalar_of(v, entry, &h);
    if (h.kind == HASH_INT) return xxhash64_int((uint32_t)h.number, seed);
    if (h.kind == HASH_LONG) return xxhash64_long(h.number, seed);
    return xxhash64_bytes(h.bytes, h.size, seed);
}

/* The loops over columns of the commonest storages; hashes[i] is row i's seed before and its hash after. */
#define HASH_ROWS(ctype, expression)                                                                                   \
    for (uint32_t i = 0; i < rows; i++) {                                                                              \
        uint32_t entry = view_entry(&view, i);                                                                         \
        if (view_is_null(&view, entry)) continue;                                                                      \
        const ctype value = ((const ctype *)view.data)[entry];                                                         \
        hashes[i] = (expression);                                                                                      \
    }                                                                                                                  \
    break

/* Rows that are not NULL, those of short strings by their sizes: a hash branches by the size, which nobody can foretell
 * but from the row before. Their number; asks for the strings' bytes, too. */
static uint32_t rows_by_size(const struct view *view, uint32_t rows, uint32_t *order) {
    enum { SIZES = 64 };
    const struct string *strings = view->data;
    uint32_t places[SIZES + 1] = {0};
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(view, i);
        if (view_is_null(view, entry)) continue;
        __builtin_prefetch(strings[entry].data);
        places[strings[entry].size < SIZES ? strings[entry].size : SIZES]++;
    }
    uint32_t count = 0;
    for (uint32_t k = 0; k <= SIZES; k++) {
        uint32_t of_size = places[k];
        places[k] = count;
        count += of_size;
    }
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(view, i);
        if (view_is_null(view, entry)) continue;
        order[places[strings[entry].size < SIZES ? strings[entry].size : SIZES]++] = i;
    }
    return count;
}

enum { LANES = 8 };

/* Strings of one size, as many as there are lanes. */
VECTORIZED static void murmur3_lanes(const char *const *data, uint32_t size, uint32_t *seeds) {
    uint32_t hashes[LANES], words[LANES], at = 0;
    memcpy(hashes, seeds, sizeof hashes);
    for (; at + 4 <= size; at += 4) {
        for (int k = 0; k < LANES; k++) memcpy(&words[k], data[k] + at, 4);
        for (int k = 0; k < LANES; k++) hashes[k] = murmur3_mix(hashes[k], words[k]);
    }
    for (; at < size; at++) {
        for (int k = 0; k < LANES; k++) words[k] = (uint32_t)(int8_t)data[k][at];
        for (int k = 0; k < LANES; k++) hashes[k] = murmur3_mix(hashes[k], words[k]);
    }
    for (int k = 0; k < LANES; k++) seeds[k] = murmur3_end(hashes[k], size);
}

static void hash_strings(struct arena *arena, const struct view *view, uint32_t rows, uint32_t *hashes) {
    const struct string *strings = view->data;
    uint32_t *order = arena_bytes_array(arena, rows, sizeof *order), count = rows_by_size(view, rows, order);
    for (uint32_t i = 0; i < count;) {
        const char *data[LANES];
        uint32_t seeds[LANES], lanes = 0, size = strings[view_entry(view, order[i])].size;
        for (; lanes < LANES && i + lanes < count; lanes++) {
            const struct string *s = &strings[view_entry(view, order[i + lanes])];
            if (s->size != size) break;
            data[lanes] = s->data;
            seeds[lanes] = hashes[order[i + lanes]];
        }
        if (lanes == LANES)
            murmur3_lanes(data, size, seeds);
        else
            for (uint32_t k = 0; k < lanes; k++) seeds[k] = murmur3_bytes(data[k], size, seeds[k]);
        for (uint32_t k = 0; k < lanes; k++) hashes[order[i + k]] = seeds[k];
        i += lanes;
    }
}

static void xxhash64_strings(struct arena *arena, const struct view *view, uint32_t rows, uint64_t *hashes) {
    const struct string *strings = view->data;
    uint32_t *order = arena_bytes_array(arena, rows, sizeof *order), count = rows_by_size(view, rows, order);
    for (uint32_t k = 0; k < count; k++) {
        const struct string *s = &strings[view_entry(view, order[k])];
        hashes[order[k]] = xxhash64_bytes(s->data, s->size, hashes[order[k]]);
    }
}

/* Of values that are all there, in order. */
#define HASH_PLAIN(NAME, ctype, hash_type, hash)                                                                       \
    VECTORIZED static void NAME(const ctype *restrict values, uint32_t rows, hash_type *restrict hashes) {             \
        for (uint32_t i = 0; i < rows; i++) hashes[i] = hash(values[i], hashes[i]);                                    \
    }
HASH_PLAIN(hash_ints, uint32_t, uint32_t, murmur3_int)
HASH_PLAIN(hash_longs, uint64_t, uint32_t, murmur3_long)

static void hash_column(struct arena *arena, const struct vector *v, uint32_t rows, uint32_t *hashes) {
    struct view view = vector_view(arena, v, rows);
    enum storage storage = type_storage(v->type);
    bool is_plain = !view.index && !view.validity;
    if (is_plain && storage == STORAGE_INT32) return hash_ints(view.data, rows, hashes);
    if (is_plain && storage == STORAGE_INT64) return hash_longs(view.data, rows, hashes);
    switch (storage) {
        case STORAGE_INT32: HASH_ROWS(uint32_t, murmur3_int(value, hashes[i]));
        case STORAGE_INT64: HASH_ROWS(uint64_t, murmur3_long(value, hashes[i]));
        case STORAGE_STRING: hash_strings(arena, &view, rows, hashes); break;
        default:
            for (uint32_t i = 0; i < rows; i++) hashes[i] = spark_hash(v, i, hashes[i]);
    }
}

void spark_xxhash64_column(struct arena *arena, const struct vector *v, uint32_t rows, uint64_t *hashes) {
    struct view view = vector_view(arena, v, rows);
    switch (type_storage(v->type)) {
        case STORAGE_INT32: HASH_ROWS(uint32_t, xxhash64_int(value, hashes[i]));
        case STORAGE_INT64: HASH_ROWS(uint64_t, xxhash64_long(value, hashes[i]));
        case STORAGE_STRING: xxhash64_strings(arena, &view, rows, hashes); break;
        default:
            for (uint32_t i = 0; i < rows; i++) hashes[i] = spark_xxhash64(v, i, hashes[i]);
    }
}

enum { HASH_SEED = 42 };

static bool hash_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    uint32_t *hashes = out->data;
    for (uint32_t i = 0; i < rows; i++) hashes[i] = HASH_SEED;
    for (uint32_t a = 0; a < call->expr->child_count; a++) hash_column(call->arena, &arguments[a], rows, hashes);
    return true;
}

static bool xxhash64_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    uint64_t *hashes = out->data;
    for (uint32_t i = 0; i < rows; i++) hashes[i] = HASH_SEED;
    for (uint32_t a = 0; a < call->expr->child_count; a++)
        spark_xxhash64_column(call->arena, &arguments[a], rows, hashes);
    return true;
}

static bool has_map(const struct type *t) {
    if (t->kind == TYPE_MAP) return true;
    if (t->kind == TYPE_ARRAY) return has_map(t->element);
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++)
        if (has_map(t->fields[i].type)) return true;
    return false;
}

static struct expr *hash_resolve(struct resolver *r, struct expr *call, struct error *err) {
    for (uint32_t i = 0; i < call->child_count; i++)
        if (has_map(call->children[i]->type))
            return resolve_mismatch(r, call, err, "HASH_MAP_TYPE", "functionName",
                                    arena_printf(r->arena, "`%s`", call->call.function->name), NULL);
        else if (!type_is_comparable(call->children[i]->type))
            return resolve_mismatch(r, call, err, "HASH_VARIANT_TYPE", "functionName",
                                    arena_printf(r->arena, "`%s`", call->call.function->name), NULL);
    if (call->child_count == 0)
        return resolve_wrong_count(r, call->call.name, 1, UINT32_MAX, 0, call->origin, err), NULL;
    call->type = strcmp(call->call.function->name, "hash") == 0 ? TYPE_OF(INT) : TYPE_OF(LONG);
    call->nullable = false;
    return call;
}

/* One context for the rows of a batch: starting it anew is cheaper than finding the method again. */
struct digester {
    struct string_room room;
    EVP_MD_CTX *context;
    const EVP_MD *method;
};

static void free_digest(void *context) {
    EVP_MD_CTX_free(context);
}

static void digester_init(struct digester *d, struct arena *arena) {
    *d = (struct digester){.room = {.arena = arena}, .context = EVP_MD_CTX_new()};
    if (d->context) arena_defer(arena, free_digest, d->context);
}

static struct string hex_of(struct string_room *room, const unsigned char *bytes, unsigned size) {
    static const char digits[] = "0123456789abcdef";
    char *text = string_room_open(room, (size_t)size * 2);
    for (unsigned i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return string_room_close(room, text + 2 * size);
}

static bool digest(struct digester *d, const EVP_MD *method, struct string s, struct string *out, struct error *err) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size;
    bool good = d->context && EVP_DigestInit_ex(d->context, method == d->method ? NULL : method, NULL) &&
                EVP_DigestUpdate(d->context, s.data ? s.data : "", s.size) &&
                EVP_DigestFinal_ex(d->context, bytes, &size);
    if (!good) return error_internal(err, "libcrypto refuses a digest");
    d->method = method;
    *out = hex_of(&d->room, bytes, size);
    return true;
}

static bool digest_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    const EVP_MD *method = call->expr->call.function->name[0] == 'm' ? EVP_md5() : EVP_sha1();
    struct view in = vector_view(call->arena, &arguments[0], rows);
    struct digester d;
    digester_init(&d, call->arena);
    for (uint32_t i = 0; i < rows; i++)
        if (wanted(out, i)) TRY(digest(&d, method, string_at(&in, i), &VECTOR_DATA(out, struct string)[i], err));
    return true;
}

static bool sha2_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows),
                bits = vector_view(call->arena, &arguments[1], rows);
    struct digester d;
    digester_init(&d, call->arena);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        int32_t n = int_at(&bits, i);
        const EVP_MD *method = n == 0 || n == 256 ? EVP_sha256()
                               : n == 224         ? EVP_sha224()
                               : n == 384         ? EVP_sha384()
                               : n == 512         ? EVP_sha512()
                                                  : NULL;
        if (method)
            TRY(digest(&d, method, string_at(&in, i), &VECTOR_DATA(out, struct string)[i], err));
        else
            vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

static bool crc32_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        VECTOR_DATA(out, int64_t)[i] = (int64_t)crc32(0, (const Bytef *)s.data, s.size);
    }
    return true;
}

#define HASH(fname, sig, fn, res, ...)                                                                                 \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .signature = sig, .kernel = fn, .resolve = res,                       \
        .group = "hash_funcs", __VA_ARGS__                                                                             \
    }

const struct function hash_functions[] = {
    HASH("hash", NULL, hash_kernel, hash_resolve, .usage = "hash(expr...) - Spark's 32-bit Murmur3 hash of the values.",
         .example = "hash('Spark', array(123), 2) => -1321691492", .since = "2.0.0"),
    HASH("xxhash64", NULL, xxhash64_kernel, hash_resolve,
         .usage = "xxhash64(expr...) - Spark's 64-bit XXH64 hash of the values.",
         .example = "xxhash64(1) => -6698625589789238999", .since = "3.0.0"),
    HASH("md5", "(BINARY) STRING", digest_kernel, NULL, .flags = FUNCTION_STRICT,
         .usage = "md5(expr) - MD5 digest in hexadecimal.", .example = "md5('a') => 0cc175b9c0f1b6a831c399e269772661",
         .since = "1.5.0"),
    HASH("sha", "(BINARY) STRING", digest_kernel, NULL, .flags = FUNCTION_STRICT,
         .usage = "sha(expr) - SHA-1 digest in hexadecimal.",
         .example = "sha('a') => 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8", .since = "1.5.0"),
    HASH("sha1", "(BINARY) STRING", digest_kernel, NULL, .flags = FUNCTION_STRICT,
         .usage = "sha1(expr) - SHA-1 digest in hexadecimal.",
         .example = "sha1('a') => 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8", .since = "1.5.0"),
    HASH("sha2", "(BINARY, INT) STRING", sha2_kernel, NULL, .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
         .usage = "sha2(expr, bitLength) - SHA-224, -256, -384 or -512 digest in hexadecimal; 0 is 256.",
         .example = "length(sha2('a', 256)) => 64", .since = "1.5.0"),
    HASH("crc32", "(BINARY) LONG", crc32_kernel, NULL, .flags = FUNCTION_STRICT,
         .usage = "crc32(expr) - Cyclic redundancy check.", .example = "crc32('a') => 3904355907", .since = "1.5.0"),
    {0},
};
