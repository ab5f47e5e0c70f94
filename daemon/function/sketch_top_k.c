/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approx_top_k and its kin: the most frequent values, over the sketches of frequent_items.h.
 *
 * A state is struct<sketch, maxItemsTracked, itemDataType, itemDataTypeDDL>, of which the third is always NULL and is
 * there for its type. A sketch in bytes (little-endian): 4, version 1, family 10, lg of the slots at most and now,
 * 0 (3), then 8 bytes each: how many items, weight, offset, the counts; the items; how many NULLs (8, big-endian).
 */
#include <math.h>

#include "base/text.h"
#include "column/collation.h"
#include "function/aggregate.h"
#include "function/frequent_items.h"
#include "function/java_hash.h"
#include "function/sketch.h"
#include "function/string_kernel.h"

enum { FAMILY = 10, DEFAULT_K = 5, DEFAULT_TRACKED = 10000, MOST_TRACKED = 1000000, NO_TRACKED = -1, PRE_BYTES = 32 };

/* --- items: an item's bytes are as they are stored --- */

static uint32_t java_string_hash(struct string s) {
    uint32_t hash = 0;
    const char *p = s.data, *end = s.data + s.size;
    while (p < end) {
        unsigned size;
        uint32_t c = utf8_decode(p, end, &size);
        p += size;
        if (c >= 0x10000) {
            hash = hash * 31 + (0xD7C0 + (c >> 10));
            c = 0xDC00 + (c & 0x3FF);
        }
        hash = hash * 31 + c;
    }
    return hash;
}

/* ArrayOfNumbersSerDe: which number it is, then the number. */
static struct string tagged(struct arena *arena, uint8_t tag, uint64_t bits, unsigned size) {
    uint8_t *bytes = arena_bytes(arena, 1 + size);
    bytes[0] = tag;
    sketch_write(bytes + 1, bits, size);
    return string_make((char *)bytes, 1 + size);
}

static struct string plain(struct arena *arena, const void *bytes, size_t size) {
    return string_make(arena_copy(arena, bytes, size), size);
}

static struct frequent_item item_at(struct arena *arena, const struct vector *v, uint32_t entry,
                                    const struct collation *collation) {
    struct frequent_item item = {.count = 1};
    bool is_decimal = v->type->kind == TYPE_DECIMAL;
    switch (type_storage(v->type)) {
        case STORAGE_BOOL:
            item.bytes = plain(arena, VECTOR_DATA(v, uint8_t) + entry, 1);
            item.hash = VECTOR_DATA(v, uint8_t)[entry] ? 1231 : 1237;
            break;
        case STORAGE_INT8:
            item.hash = (uint32_t)VECTOR_DATA(v, int8_t)[entry];
            item.bytes = tagged(arena, 2, item.hash, 1);
            break;
        case STORAGE_INT16:
            item.hash = (uint32_t)VECTOR_DATA(v, int16_t)[entry];
            item.bytes = tagged(arena, 3, item.hash, 2);
            break;
        case STORAGE_INT32:
            item.hash = (uint32_t)VECTOR_DATA(v, int32_t)[entry];
            item.bytes = tagged(arena, 9, item.hash, 4);
            break;
        case STORAGE_FLOAT:
            memcpy(&item.hash, VECTOR_DATA(v, float) + entry, 4);
            item.bytes = tagged(arena, 6, item.hash, 4);
            break;
        case STORAGE_INT64:
        case STORAGE_DOUBLE: {
            uint64_t bits = VECTOR_DATA(v, uint64_t)[entry];
            item.hash = is_decimal ? java_hash_of_decimal((int64_t)bits, v->type->scale) : java_hash_of_bits(bits);
            if (!is_decimal)
                item.bytes = plain(arena, &bits, 8);
            else if (v->type->precision < 10)
                item.bytes = tagged(arena, 9, bits, 4);
            else
                item.bytes = tagged(arena, 12, bits, 8);
            break;
        }
        case STORAGE_INT128: {
            uint128 bits = (uint128)VECTOR_DATA(v, int128)[entry];
            item.hash = java_hash_of_decimal((int128)bits, v->type->scale);
            item.bytes = plain(arena, &bits, sizeof bits);
            break;
        }
        default: {
            struct string s = VECTOR_DATA(v, struct string)[entry];
            if (collation) s = collation_key(collation, arena, s);
            item.bytes = s;
            item.hash = java_string_hash(s);
        }
    }
    return item;
}

/* An item's value into entry `to`. */
static void put_item(struct vector *out, uint32_t to, const struct frequent_item *item) {
    enum storage storage = type_storage(out->type);
    bool has_tag = storage == STORAGE_INT8 || storage == STORAGE_INT16 || storage == STORAGE_INT32 ||
                   storage == STORAGE_FLOAT || (out->type->kind == TYPE_DECIMAL && storage == STORAGE_INT64);
    if (storage == STORAGE_STRING) {
        VECTOR_DATA(out, struct string)[to] = item->bytes;
        return;
    }
    const char *bytes = item->bytes.data + has_tag;
    if (has_tag && storage == STORAGE_INT64 && item->bytes.size == 5) {
        int32_t value;
        memcpy(&value, bytes, 4);
        VECTOR_DATA(out, int64_t)[to] = value;
        return;
    }
    size_t width = storage_size(storage);
    memcpy((char *)out->data + to * width, bytes, width);
}

/* --- sketches as bytes --- */

static size_t put_booleans(uint8_t *to, const struct frequent_items *f) {
    uint32_t i = 0;
    for (uint32_t at = 0; at < 1u << f->lg; at++) {
        if (!f->slots[at].state) continue;
        if (i % 8 == 0) to[i / 8] = 0;
        to[i / 8] |= (uint8_t)(f->slots[at].bytes.data[0] << (i % 8));
        i++;
    }
    return (i + 7) / 8;
}

static struct string write_sketch(struct arena *arena, const struct frequent_items *f, const struct type *t) {
    size_t size = PRE_BYTES + 8 * ((size_t)f->active + 1);
    for (uint32_t i = 0; i < 1u << f->lg; i++)
        if (f->slots[i].state) size += f->slots[i].bytes.size + (type_is_string(t) ? 4 : 0);
    uint8_t *bytes = arena_alloc(arena, size), *to = bytes + 8;
    bytes[0] = f->active ? 4 : 1;
    bytes[1] = 1;
    bytes[2] = FAMILY;
    bytes[3] = (uint8_t)f->most_lg;
    bytes[4] = (uint8_t)f->lg;
    bytes[5] = f->active ? 0 : 5;
    if (f->active) {
        sketch_write(to, f->active, 8);
        sketch_write(to + 8, (uint64_t)f->weight, 8);
        sketch_write(to + 16, (uint64_t)f->offset, 8);
        to += 24;
        for (uint32_t i = 0; i < 1u << f->lg; i++) {
            if (!f->slots[i].state) continue;
            sketch_write(to, (uint64_t)f->slots[i].count, 8);
            to += 8;
        }
        if (t->kind == TYPE_BOOLEAN) to += put_booleans(to, f);
        for (uint32_t i = 0; t->kind != TYPE_BOOLEAN && i < 1u << f->lg; i++) {
            struct string s = f->slots[i].bytes;
            if (!f->slots[i].state) continue;
            if (type_is_string(t)) {
                sketch_write(to, s.size, 4);
                to += 4;
            }
            if (s.size) memcpy(to, s.data, s.size);
            to += s.size;
        }
    }
    for (int i = 0; i < 8; i++) *to++ = (uint8_t)((uint64_t)f->nulls >> (56 - 8 * i));
    return string_make((char *)bytes, (size_t)(to - bytes));
}

/* The next item's bytes; false: they are not all there, or of another type. */
static bool read_item(struct sketch_reader *in, const struct type *t, struct string *out) {
    static const uint8_t tag_sizes[] = {[2] = 1, [3] = 2, [6] = 4, [9] = 4, [12] = 8};
    enum storage storage = type_storage(t);
    size_t size = storage_size(storage);
    if (storage == STORAGE_STRING) {
        size = sketch_read(in, 4);
    } else if (storage == STORAGE_INT8 || storage == STORAGE_INT16 || storage == STORAGE_INT32 ||
               storage == STORAGE_FLOAT || (t->kind == TYPE_DECIMAL && storage == STORAGE_INT64)) {
        unsigned tag = in->at < in->size ? in->bytes[in->at] : 0;
        unsigned wanted = t->kind == TYPE_DECIMAL ? (t->precision < 10 ? 4 : 8) : (unsigned)size;
        if (tag >= sizeof tag_sizes || tag_sizes[tag] != wanted) return false;
        size = 1 + wanted;
    }
    if (in->failed || in->size - in->at < size) return false;
    *out = string_make((const char *)in->bytes + in->at, size);
    in->at += size;
    return true;
}

static uint32_t hash_of_bytes(struct string s, const struct type *t) {
    if (type_is_string(t)) return java_string_hash(s);
    struct vector one = {.type = t, .form = VECTOR_FLAT};
    char value[16] = {0};
    one.data = value;
    put_item(&one, 0, &(struct frequent_item){.bytes = s});
    if (type_storage(t) == STORAGE_BOOL) return value[0] ? 1231 : 1237;
    uint64_t low, high;
    memcpy(&low, value, 8);
    memcpy(&high, value + 8, 8);
    switch (type_storage(t)) {
        case STORAGE_INT8: return (uint32_t)(int8_t)low;
        case STORAGE_INT16: return (uint32_t)(int16_t)low;
        case STORAGE_INT32:
        case STORAGE_FLOAT: return (uint32_t)low;
        case STORAGE_INT128: return java_hash_of_decimal((int128)((uint128)high << 64 | low), t->scale);
        default: return t->kind == TYPE_DECIMAL ? java_hash_of_decimal((int64_t)low, t->scale) : java_hash_of_bits(low);
    }
}

static bool read_items(struct arena *arena, struct sketch_reader *in, uint32_t count, const struct type *t,
                       struct frequent_items *out) {
    if ((in->size - in->at) / 8 < count) return false;
    struct sketch_reader counts = *in;
    in->at += 8 * (size_t)count;
    for (uint32_t i = 0; i < count; i++) {
        struct frequent_item item = {.count = (int64_t)sketch_read(&counts, 8)};
        static const char booleans[] = {0, 1};
        if (t->kind == TYPE_BOOLEAN) {
            if (in->at + i / 8 >= in->size) return false;
            item.bytes = string_make(&booleans[in->bytes[in->at + i / 8] >> (i % 8) & 1], 1);
        } else if (!read_item(in, t, &item.bytes)) {
            return false;
        }
        item.hash = hash_of_bytes(item.bytes, t);
        frequent_add(out, arena, &item);
    }
    if (t->kind == TYPE_BOOLEAN) in->at += (count + 7) / 8;
    return true;
}

static bool read_sketch(struct arena *arena, struct string bytes, const struct type *t, struct frequent_items *out) {
    struct sketch_reader in = {.bytes = (const uint8_t *)bytes.data, .size = bytes.size};
    unsigned longs = (unsigned)sketch_read(&in, 1), version = (unsigned)sketch_read(&in, 1);
    unsigned family = (unsigned)sketch_read(&in, 1), most_lg = (unsigned)sketch_read(&in, 1);
    unsigned lg = (unsigned)sketch_read(&in, 1);
    sketch_read(&in, 3);
    if (in.failed || (longs != 1 && longs != 4) || version != 1 || family != FAMILY) return false;
    if (most_lg > FREQUENT_MOST_LG || lg < FREQUENT_LEAST_LG || lg > most_lg) return false;
    frequent_init(out, arena, most_lg);
    if (longs == 4) {
        uint64_t count = sketch_read(&in, 8), weight = sketch_read(&in, 8), offset = sketch_read(&in, 8);
        if (in.failed || count > bytes.size || count > (3ull << lg) / 4) return false;
        out->lg = lg;
        out->slots = ARENA_ARRAY(arena, struct frequent_item, (size_t)1 << lg);
        TRY(read_items(arena, &in, (uint32_t)count, t, out));
        out->weight = (int64_t)weight;
        out->offset = (int64_t)offset;
    }
    for (int i = 0; i < 8; i++) out->nulls = (int64_t)((uint64_t)out->nulls << 8 | sketch_read(&in, 1));
    return !in.failed && out->nulls >= 0;
}

/* --- arguments --- */

static bool positive(const char *name, int32_t value, struct error *err) {
    if (value > 0) return true;
    error_set(err, "APPROX_TOP_K_NON_POSITIVE_ARG", "argName", name, NULL);
    return error_add(err, "argValue", "%d", value);
}

static bool take_int(const struct vector *constant, const char *name, int32_t *out, struct error *err) {
    if (!constant || vector_is_null(constant, 0)) return error_set(err, "APPROX_TOP_K_NULL_ARG", "argName", name, NULL);
    *out = VECTOR_DATA(constant, int32_t)[0];
    return true;
}

static bool check_tracked(int32_t tracked, struct error *err) {
    if (tracked <= MOST_TRACKED) return positive("`maxItemsTracked`", tracked, err);
    error_set(err, "APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT", NULL);
    error_add(err, "maxItemsTracked", "%d", tracked);
    return error_add(err, "limit", "%d", MOST_TRACKED);
}

static bool check_k(int32_t k, int32_t tracked, struct error *err) {
    TRY(check_tracked(tracked, err));
    if (tracked >= k) return true;
    error_set(err, "APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K", NULL);
    error_add(err, "maxItemsTracked", "%d", tracked);
    return error_add(err, "k", "%d", k);
}

/* Slots of which three quarters hold so many. */
static uint32_t lg_for(int32_t tracked) {
    return (uint32_t)ceil(log2(ceil(tracked / 0.75)));
}

struct top_k_call {
    int32_t k, tracked;
    const struct collation *collation;
};

static bool is_supported(const struct type *t) {
    return t->kind == TYPE_BOOLEAN || type_is_numeric(t) || type_is_datetime(t) || type_is_string(t);
}

static struct expr *refuse(struct resolver *r, struct expr *call, const char *message, struct error *err) {
    return resolve_mismatch(r, call, err, "TYPE_CHECK_FAILURE_WITH_HINT", "msg", message, "hint", "", NULL);
}

static const struct type *result_type(struct resolver *r, const struct type *item) {
    struct field fields[] = {{.name = "item", .type = item, .nullable = true},
                             {.name = "count", .type = TYPE_OF(LONG)}};
    return type_array(r->arena, type_struct(r->arena, fields, 2), false);
}

static const struct type *state_type(struct resolver *r, const struct type *item) {
    struct field fields[] = {{.name = "sketch", .type = TYPE_OF(BINARY)},
                             {.name = "maxItemsTracked", .type = TYPE_OF(INT)},
                             {.name = "itemDataType", .type = item, .nullable = true},
                             {.name = "itemDataTypeDDL", .type = TYPE_OF(STRING)}};
    return type_struct(r->arena, fields, 4);
}

static struct expr *check_item(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    if (is_supported(t)) return call;
    const char *name = type_is_ansi_interval(t) ? type_simple_string(r->arena, t) : type_name(t);
    return refuse(r, call, arena_printf(r->arena, "%s columns are not supported", name), err);
}

static struct expr *check_constant(struct resolver *r, struct expr *call, uint32_t i, const char *message,
                                   struct error *err) {
    const struct type *t = coerce_implicit(r, call->children[i], "INT");
    if (!t) TRY_NULL(sketch_unexpected(r, call, i, "\"INT\"", err));
    if (!call->children[i]->foldable) return refuse(r, call, message, err);
    call->children[i] = coerce_to(r, call->children[i], t);
    return call;
}

#define K_MESSAGE "K must be a constant literal"
#define TRACKED_MESSAGE "Number of items tracked must be a constant literal"

/* --- approx_top_k and approx_top_k_accumulate --- */

static bool agg_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                        struct error *err) {
    struct top_k_call *c = *state = ARENA_NEW(arena, struct top_k_call);
    bool has_k = call->expr->child_count == 3;
    if (has_k) TRY(take_int(constants[1], "`k`", &c->k, err) && positive("`k`", c->k, err));
    TRY(take_int(constants[has_k ? 2 : 1], "`maxItemsTracked`", &c->tracked, err));
    TRY(has_k ? check_k(c->k, c->tracked, err) : check_tracked(c->tracked, err));
    const struct type *t = call->expr->children[0]->type;
    if (type_is_string(t)) c->collation = collation_of(arena, t);
    return true;
}

static bool agg_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                       struct error *err) {
    const struct top_k_call *c = call->state;
    for (uint32_t i = 0; i < rows; i++) {
        struct frequent_items *f = states[i];
        if (!f->lg) frequent_init(f, call->arena, lg_for(c->tracked));
        if (vector_is_null(arguments, i)) {
            f->nulls++;
            continue;
        }
        struct frequent_item item = item_at(call_scratch(call), arguments, vector_entry(arguments, i), c->collation);
        frequent_add(f, call->arena, &item);
    }
    return true;
}

/* What Spark's final aggregation makes of a partition's sketch: stored slot by slot, read back, merged into a new one. */
static struct frequent_items final_sketch(struct arena *arena, const struct frequent_items *f, uint32_t most_lg) {
    struct frequent_items read, whole;
    frequent_init(&whole, arena, most_lg);
    if (!f->lg) return whole;
    frequent_init(&read, arena, f->most_lg);
    read.lg = f->lg;
    read.slots = ARENA_ARRAY(arena, struct frequent_item, (size_t)1 << f->lg);
    for (uint32_t i = 0; i < 1u << f->lg; i++)
        if (f->slots[i].state) frequent_add(&read, arena, &f->slots[i]);
    read.weight = f->weight;
    read.offset = f->offset;
    read.nulls = f->nulls;
    frequent_merge(&whole, arena, &read);
    return whole;
}

/* The k most frequent; NULL behind what is as frequent. Appends to items and counts. */
static uint32_t list_top(struct arena *arena, const struct frequent_items *f, uint32_t k, struct builder *list) {
    uint32_t count, made = 0;
    struct frequent_item *items = frequent_list(f, arena, &count);
    struct builder *structs = &list->children[0], *values = &structs->children[0], *counts = &structs->children[1];
    bool null_left = f->nulls > 0;
    for (uint32_t i = 0; made < k && (i < count || null_left); made++) {
        if (null_left && (i == count || items[i].count < f->nulls)) {
            builder_append_null(values);
            builder_append(counts, &f->nulls);
            null_left = false;
        } else {
            char value[16] = {0};
            struct vector one = {.type = values->vector.type, .form = VECTOR_FLAT, .data = value};
            put_item(&one, 0, &items[i]);
            builder_append(values, value);
            builder_append(counts, &items[i++].count);
        }
        builder_end_struct(structs);
    }
    builder_end_list(list);
    return made;
}

static bool top_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    const struct top_k_call *c = call->state;
    struct builder list;
    builder_init(&list, call->arena, out->type, count);
    for (uint32_t i = 0; i < count; i++) {
        struct frequent_items f = final_sketch(call->arena, states[i], lg_for(c->tracked));
        list_top(call->arena, &f, (uint32_t)c->k, &list);
    }
    *out = *builder_finish(&list);
    return true;
}

static void put_state(struct call *call, const struct frequent_items *f, const struct type *item, int32_t tracked,
                      struct vector *out, uint32_t row, uint32_t rows) {
    struct field field = {.name = "item", .type = item};
    const char *ddl =
        type_is_string(item) ? "item string not null" : type_ddl(call->arena, type_struct(call->arena, &field, 1));
    VECTOR_DATA(&out->children[0], struct string)[row] = write_sketch(call->arena, f, item);
    VECTOR_DATA(&out->children[1], int32_t)[row] = tracked;
    vector_set_null(&out->children[2], call->arena, row, rows);
    VECTOR_DATA(&out->children[3], struct string)[row] = string_of(ddl);
}

static bool accumulate_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                              struct error *err) {
    const struct top_k_call *c = call->state;
    for (uint32_t i = 0; i < count; i++) {
        struct frequent_items f = final_sketch(call->arena, states[i], lg_for(c->tracked));
        put_state(call, &f, call->expr->children[0]->type, c->tracked, out, i, count);
    }
    return true;
}

static const struct aggregate_kernel top_kernel = {
    .fixed_size = sizeof(struct frequent_items), .update = agg_update, .finish = top_finish};
static const struct aggregate_kernel accumulate_kernel = {
    .fixed_size = sizeof(struct frequent_items), .update = agg_update, .finish = accumulate_finish};

static struct expr *resolve_top(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 1, DEFAULT_K);
    sketch_default(r, call, 2, DEFAULT_TRACKED);
    TRY_NULL(check_item(r, call, err) && check_constant(r, call, 1, K_MESSAGE, err) &&
             check_constant(r, call, 2, TRACKED_MESSAGE, err));
    call->type = result_type(r, call->children[0]->type);
    return call;
}

static struct expr *resolve_accumulate(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 1, DEFAULT_TRACKED);
    TRY_NULL(check_item(r, call, err) && check_constant(r, call, 1, TRACKED_MESSAGE, err));
    call->type = state_type(r, call->children[0]->type);
    return call;
}

/* --- states --- */

static struct expr *check_state(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const ordinals[] = {"first field to be binary", "second field to be int",
                                           "third field to be a supported data type", "fourth field to be string"};
    const struct type *t = call->children[0]->type;
    if (t->kind != TYPE_STRUCT) TRY_NULL(sketch_unexpected(r, call, 0, "\"STRUCT\"", err));
    if (t->field_count != 4)
        return refuse(r, call,
                      arena_printf(r->arena,
                                   "State must be a struct with 4 fields. Expected struct: struct<sketch:binary,"
                                   "maxItemsTracked:int,itemDataType:any,itemDataTypeDDL:string>. Got: %s",
                                   type_simple_string(r->arena, t)),
                      err);
    for (int i = 0; i < 4; i++) {
        const struct type *f = t->fields[i].type;
        bool fits = i == 0   ? f->kind == TYPE_BINARY
                    : i == 1 ? f->kind == TYPE_INT
                    : i == 2 ? is_supported(f)
                             : f->kind == TYPE_STRING;
        if (!fits)
            return refuse(r, call,
                          arena_printf(r->arena, "State struct must have the %s. Got: %s", ordinals[i],
                                       type_simple_string(r->arena, f)),
                          err);
    }
    return call;
}

static bool read_state(struct arena *arena, const struct vector *v, uint32_t row, struct frequent_items *f,
                       int32_t *tracked, struct error *err) {
    uint32_t entry = vector_entry(v, row);
    const struct vector *sketch = &v->children[0], *items = &v->children[1];
    if (vector_is_null(sketch, entry) || vector_is_null(items, entry) ||
        !read_sketch(arena, VECTOR_DATA(sketch, struct string)[vector_entry(sketch, entry)], v->type->fields[2].type,
                     f))
        return error_plain(err, ERROR_SPARK, "The bytes of the state are no sketch of frequent items.");
    *tracked = VECTOR_DATA(items, int32_t)[vector_entry(items, entry)];
    return true;
}

static bool estimate_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view ks = vector_view(call->arena, &arguments[1], rows);
    struct builder list;
    builder_init(&list, call->arena, out->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct frequent_items f;
        int32_t tracked;
        if (!row_is_wanted(out, i)) {
            builder_append_null(&list);
            continue;
        }
        TRY(positive("`k`", int_at(&ks, i), err));
        TRY(read_state(call->arena, arguments, i, &f, &tracked, err));
        TRY(check_k(int_at(&ks, i), tracked, err));
        list_top(call->arena, &f, (uint32_t)int_at(&ks, i), &list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *resolve_estimate(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 1, DEFAULT_K);
    TRY_NULL(check_state(r, call, err) && check_constant(r, call, 1, K_MESSAGE, err));
    call->type = result_type(r, call->children[0]->type->fields[2].type);
    call->nullable = call->children[0]->nullable || call->children[1]->nullable;
    return call;
}

struct combine_state {
    struct frequent_items items;
    int32_t tracked; /* of the sketches so far; 0: none */
};

static bool combine_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                            struct error *err) {
    int32_t *tracked = *state = ARENA_NEW(arena, int32_t);
    TRY(take_int(constants[1], "`maxItemsTracked`", tracked, err));
    return *tracked == NO_TRACKED || check_tracked(*tracked, err);
}

static bool combine_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                           struct error *err) {
    int32_t wanted = *(const int32_t *)call->state;
    for (uint32_t i = 0; i < rows; i++) {
        struct combine_state *state = states[i];
        struct frequent_items f;
        int32_t tracked;
        if (vector_is_null(arguments, i)) continue;
        TRY(read_state(call_scratch(call), arguments, i, &f, &tracked, err));
        if (wanted != NO_TRACKED) tracked = wanted;
        if (state->tracked && state->tracked != tracked) {
            error_set(err, "APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH", NULL);
            error_add(err, "size1", "%d", state->tracked);
            return error_add(err, "size2", "%d", tracked);
        }
        TRY(check_tracked(tracked, err));
        state->tracked = tracked;
        if (!state->items.lg) frequent_init(&state->items, call->arena, lg_for(tracked));
        frequent_merge(&state->items, call->arena, &f);
    }
    return true;
}

static bool combine_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                           struct error *err) {
    int32_t wanted = *(const int32_t *)call->state;
    for (uint32_t i = 0; i < count; i++) {
        const struct combine_state *state = states[i];
        int32_t tracked = state->tracked ? state->tracked : wanted != NO_TRACKED ? wanted : DEFAULT_TRACKED;
        struct frequent_items f = final_sketch(call->arena, &state->items, lg_for(tracked));
        put_state(call, &f, out->type->fields[2].type, tracked, out, i, count);
    }
    return true;
}

static const struct aggregate_kernel combine_kernel = {
    .fixed_size = sizeof(struct combine_state), .update = combine_update, .finish = combine_finish};

static struct expr *resolve_combine(struct resolver *r, struct expr *call, struct error *err) {
    sketch_default(r, call, 1, NO_TRACKED);
    TRY_NULL(check_state(r, call, err) && check_constant(r, call, 1, TRACKED_MESSAGE, err));
    call->type = state_type(r, call->children[0]->type->fields[2].type);
    return call;
}

#define OF_VALUES " from values (0), (1), (1) as t(col) => "

const struct function sketch_top_k_functions[] = {
    AGGREGATE("approx_top_k", FUNCTION_NOT_NULL, "(ANY [, ANY] [, ANY]) ?", resolve_top, agg_prepare, &top_kernel,
              "approx_top_k(expr[, k[, maxItemsTracked]]) - about the k most frequent values, with their counts.",
              "approx_top_k(col, 1)" OF_VALUES "[{\"item\":1,\"count\":2}]", "4.1.0"),
    AGGREGATE("approx_top_k_accumulate", FUNCTION_NOT_NULL, "(ANY [, ANY]) ?", resolve_accumulate, agg_prepare,
              &accumulate_kernel,
              "approx_top_k_accumulate(expr[, maxItemsTracked]) - a state for approx_top_k_estimate and _combine.",
              "approx_top_k_estimate(approx_top_k_accumulate(col), 1)" OF_VALUES "[{\"item\":1,\"count\":2}]", "4.1.0"),
    AGGREGATE("approx_top_k_combine", FUNCTION_NOT_NULL, "(ANY [, ANY]) ?", resolve_combine, combine_prepare,
              &combine_kernel, "approx_top_k_combine(state[, maxItemsTracked]) - the states in one.",
              "approx_top_k_combine(s).maxItemsTracked from (select approx_top_k_accumulate(1, 9) as s) => 9", "4.1.0"),
    {.name = "approx_top_k_estimate",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT,
     .signature = "(ANY [, ANY]) ?",
     .resolve = resolve_estimate,
     .kernel = estimate_kernel,
     .group = "misc_funcs",
     .usage = "approx_top_k_estimate(state[, k]) - the k most frequent values of a state, with their counts.",
     .example = "approx_top_k_estimate(approx_top_k_accumulate(col), 1)" OF_VALUES "[{\"item\":1,\"count\":2}]",
     .since = "4.1.0"},
    {0},
};
