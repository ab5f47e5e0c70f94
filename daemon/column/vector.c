/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectors: making, selecting, flattening and copying them.
 *
 * Everything that moves values does so by a list of entries (struct entries below) and by the width of a
 * value, not by its type: five loops serve all storages. Lists are copied by first naming the child rows that
 * they reach.
 */
#include "column/vector.h"

const uint32_t vector_zero_index[BATCH_ROWS] = {0};

struct view vector_view(struct arena *arena, const struct vector *v, uint32_t rows) {
    struct view view = {.data = v->data, .validity = v->validity, .index = NULL};
    if (v->form == VECTOR_DICTIONARY)
        view.index = v->selection;
    else if (v->form == VECTOR_CONSTANT)
        view.index = rows <= BATCH_ROWS ? vector_zero_index : ARENA_ARRAY(arena, uint32_t, rows);
    return view;
}

/* The type whose storage it is: a UDT is held as its SQL type. */
static const struct type *held_type(const struct type *type) {
    while (type->kind == TYPE_UDT) type = type->element;
    return type;
}

/* Children of a struct have its entries; those of a list are empty until somebody puts others there. */
static void init_children(struct vector *v, struct arena *arena, uint32_t entries) {
    const struct type *type = held_type(v->type), *inner[2] = {TYPE_OF(BINARY), TYPE_OF(BINARY)};
    bool is_struct = type->kind == TYPE_STRUCT, is_list = type->kind == TYPE_ARRAY || type->kind == TYPE_MAP;
    if (is_list) inner[0] = type->kind == TYPE_MAP ? type->key : type->element;
    if (is_list) inner[1] = type->element;
    v->child_count = is_struct ? type->field_count : type->kind == TYPE_ARRAY ? 1 : 2;
    v->children = ARENA_ARRAY(arena, struct vector, v->child_count);
    for (uint32_t i = 0; i < v->child_count; i++)
        vector_init(&v->children[i], arena, is_struct ? type->fields[i].type : inner[i], is_list ? 0 : entries);
}

void vector_init(struct vector *v, struct arena *arena, const struct type *type, uint32_t entries) {
    enum storage storage = type_storage(type);
    *v = (struct vector){.type = type, .form = VECTOR_FLAT};
    if (storage == STORAGE_STRUCT || storage == STORAGE_LIST) init_children(v, arena, entries);
    if (storage == STORAGE_NONE)
        v->validity = arena_alloc_array(arena, bitmap_words(entries ? entries : 1), sizeof *v->validity);
    else if (storage != STORAGE_STRUCT)
        v->data = arena_bytes_array(arena, entries ? entries : 1, storage_size(storage));
}

struct vector *vector_new(struct arena *arena, const struct type *type, uint32_t entries) {
    struct vector *v = ARENA_NEW(arena, struct vector);
    vector_init(v, arena, type, entries);
    return v;
}

static uint64_t *all_valid(struct arena *arena, uint32_t entries) {
    size_t words = bitmap_words(entries ? entries : 1);
    uint64_t *validity = arena_bytes_array(arena, words, sizeof *validity);
    memset(validity, 0xFF, words * sizeof *validity);
    return validity;
}

void vector_set_null(struct vector *v, struct arena *arena, uint32_t entry, uint32_t entries) {
    if (!v->validity) v->validity = all_valid(arena, entries);
    bit_clear(v->validity, entry);
}

void vector_init_null(struct vector *v, struct arena *arena, const struct type *type) {
    vector_init(v, arena, type, 1);
    v->form = VECTOR_CONSTANT;
    if (v->data) memset(v->data, 0, storage_size(type_storage(type)));
    v->validity = arena_alloc(arena, sizeof *v->validity);
    for (uint32_t i = 0; type_storage(type) == STORAGE_STRUCT && i < v->child_count; i++)
        vector_init_null(&v->children[i], arena, v->children[i].type);
}

void vector_select(struct vector *out, struct arena *arena, const struct vector *v, const uint32_t *selection,
                   uint32_t count) {
    struct vector result = *v;
    if (v->form == VECTOR_FLAT) {
        result.form = VECTOR_DICTIONARY;
        result.selection = selection;
    } else if (v->form == VECTOR_DICTIONARY) {
        uint32_t *composed = arena_bytes_array(arena, count, sizeof *composed);
        for (uint32_t i = 0; i < count; i++) composed[i] = v->selection[selection[i]];
        result.selection = composed;
    }
    *out = result;
}

void vector_range(struct vector *out, struct arena *arena, const struct vector *v, uint32_t from, uint32_t count) {
    size_t width = storage_size(type_storage(v->type));
    if (v->form == VECTOR_FLAT && (v->validity || v->child_count || !width)) {
        uint32_t *selection = arena_bytes_array(arena, count, sizeof *selection);
        for (uint32_t i = 0; i < count; i++) selection[i] = from + i;
        vector_select(out, arena, v, selection, count);
        return;
    }
    *out = *v;
    if (v->form == VECTOR_DICTIONARY) out->selection += from;
    if (v->form == VECTOR_FLAT) out->data = (char *)v->data + from * width;
}

/* Which entries: index[i], or first + i where index is NULL. */
struct entries {
    const uint32_t *index;
    uint32_t first, count;
};

static inline uint32_t entry_at(struct entries e, uint32_t i) {
    return e.index ? e.index[i] : e.first + i;
}

#define GATHER(ctype)                                                                                                  \
    {                                                                                                                  \
        const ctype *source = from;                                                                                    \
        ctype *target = to;                                                                                            \
        for (uint32_t i = 0; i < e.count; i++) target[i] = source[e.index[i]];                                         \
        return;                                                                                                        \
    }

static void gather(const void *from, void *to, size_t width, struct entries e) {
    if (!e.index) {
        if (e.count) memcpy(to, (const char *)from + e.first * width, e.count * width);
        return;
    }
    switch (width) {
        case 1: GATHER(uint8_t)
        case 2: GATHER(uint16_t)
        case 4: GATHER(uint32_t)
        case 8: GATHER(uint64_t)
        default: GATHER(uint128)
    }
}

static uint64_t *gather_validity(struct arena *arena, const uint64_t *validity, struct entries e) {
    if (!validity) return NULL;
    uint64_t *out = all_valid(arena, e.count);
    if (!e.index && e.first == 0) {
        memcpy(out, validity, bitmap_words(e.count) * sizeof *out);
        return out;
    }
    for (uint32_t i = 0; i < e.count; i++)
        if (!bit_get(validity, entry_at(e, i))) bit_clear(out, i);
    return out;
}

/* The entries behind rows [first, first + count) of v, or behind rows[i]. */
static struct entries entries_of(struct arena *arena, const struct vector *v, struct entries rows) {
    if (v->form == VECTOR_FLAT) return rows;
    uint32_t *index = arena_alloc_array(arena, rows.count, sizeof *index);
    if (v->form == VECTOR_DICTIONARY)
        for (uint32_t i = 0; i < rows.count; i++) index[i] = v->selection[entry_at(rows, i)];
    return (struct entries){.index = index, .count = rows.count};
}

const struct vector *vector_flatten(struct arena *arena, const struct vector *v, uint32_t rows) {
    if (v->form == VECTOR_FLAT) return v;
    struct entries e = entries_of(arena, v, (struct entries){.count = rows});
    struct vector *flat = arena_copy(arena, v, sizeof *v);
    size_t width = storage_size(type_storage(v->type));
    flat->form = VECTOR_FLAT;
    flat->selection = NULL;
    flat->entries = flat->dictionary = 0;
    flat->validity = gather_validity(arena, v->validity, e);
    if (width) {
        flat->data = arena_bytes_array(arena, rows ? rows : 1, width);
        gather(v->data, flat->data, width, e);
    }
    if (type_storage(v->type) == STORAGE_STRUCT) {
        flat->children = ARENA_ARRAY(arena, struct vector, v->child_count);
        for (uint32_t i = 0; i < v->child_count; i++)
            vector_select(&flat->children[i], arena, &v->children[i], e.index, rows);
    }
    return flat;
}

static void copy_rows(struct vector *out, struct arena *arena, const struct vector *v, struct entries rows);

/* Moves the bytes of `count` strings into one block of the arena. Neighbours that share their bytes share the
 * copy (constants, sorted dictionaries); null entries become empty. */
static void own_strings(struct arena *arena, struct string *strings, const uint64_t *validity, uint32_t count) {
    size_t total = 0;
    const char *last = NULL;
    uint32_t last_size = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (validity && !bit_get(validity, i)) strings[i] = string_make("", 0);
        if (strings[i].data == last && strings[i].size == last_size) continue;
        last = strings[i].data;
        last_size = strings[i].size;
        total += last_size;
    }
    char *room = arena_bytes(arena, total ? total : 1);
    const char *copied = NULL;
    last = NULL;
    last_size = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (strings[i].data != last || strings[i].size != last_size || !copied) {
            last = strings[i].data;
            last_size = strings[i].size;
            copied = room;
            if (last_size) memcpy(room, last, last_size);
            room += last_size;
        }
        strings[i].data = copied;
    }
}

/* The child rows that lists reach, in order; a list equal to its predecessor is reached once (constants
 * repeat). */
struct reached {
    uint32_t first; /* of the first list that is not empty */
    uint64_t total;
    bool contiguous;
};

static struct reached reach(struct list_entry *lists, const uint64_t *validity, uint32_t count) {
    struct reached r = {.contiguous = true};
    struct list_entry last = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        if (validity && !bit_get(validity, i)) lists[i] = (struct list_entry){0, 0};
        if (!lists[i].length || (lists[i].offset == last.offset && lists[i].length == last.length)) continue;
        last = lists[i];
        if (!r.total) r.first = last.offset;
        r.contiguous &= last.offset == r.first + r.total;
        r.total += last.length;
    }
    return r;
}

/* Lists in `out` (entries gathered already) get offsets from zero and children with just the rows they reach.
 */
static void copy_lists(struct vector *out, struct arena *arena, const struct vector *v, uint32_t count) {
    struct list_entry *lists = out->data;
    struct reached r = reach(lists, out->validity, count);
    /* More rows than an offset can name need more memory than there is: let the arena say so. */
    size_t room = r.total > UINT32_MAX ? SIZE_MAX : r.total;
    uint32_t *index = r.contiguous && room < SIZE_MAX ? NULL : arena_bytes_array(arena, room, sizeof *index);
    uint32_t at = 0, copied = 0;
    struct list_entry last = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        if (!lists[i].length) {
            lists[i].offset = at; /* no list breaks the row of those that lie end to end (function/list_run.h) */
            continue;
        }
        if (lists[i].offset != last.offset || lists[i].length != last.length) {
            last = lists[i];
            copied = at;
            at += last.length;
            if (index)
                for (uint32_t j = 0; j < last.length; j++) index[copied + j] = last.offset + j;
        }
        lists[i].offset = copied;
    }
    out->child_rows = at;
    out->children = ARENA_ARRAY(arena, struct vector, v->child_count);
    for (uint32_t i = 0; i < v->child_count; i++)
        copy_rows(&out->children[i], arena, &v->children[i],
                  (struct entries){.index = index, .first = r.first, .count = at});
}

static void copy_rows(struct vector *out, struct arena *arena, const struct vector *v, struct entries rows) {
    struct entries e = entries_of(arena, v, rows);
    enum storage storage = type_storage(v->type);
    size_t width = storage_size(storage);
    *out = (struct vector){.type = v->type, .form = VECTOR_FLAT, .child_count = v->child_count};
    out->validity = gather_validity(arena, v->validity, e);
    if (width) {
        out->data = arena_bytes_array(arena, e.count ? e.count : 1, width);
        gather(v->data, out->data, width, e);
    }
    if (storage == STORAGE_STRING) {
        own_strings(arena, out->data, out->validity, e.count);
    } else if (storage == STORAGE_LIST) {
        copy_lists(out, arena, v, e.count);
    } else if (storage == STORAGE_STRUCT) {
        out->children = ARENA_ARRAY(arena, struct vector, v->child_count);
        for (uint32_t i = 0; i < v->child_count; i++) copy_rows(&out->children[i], arena, &v->children[i], e);
    }
}

void vector_copy(struct vector *out, struct arena *arena, const struct vector *v, uint32_t rows) {
    copy_rows(out, arena, v, (struct entries){.count = rows});
}

void batch_copy(struct batch *out, struct arena *arena, const struct batch *in) {
    struct vector *columns = ARENA_ARRAY(arena, struct vector, in->column_count);
    for (uint32_t i = 0; i < in->column_count; i++) vector_copy(&columns[i], arena, &in->columns[i], in->count);
    *out = (struct batch){.count = in->count, .column_count = in->column_count, .columns = columns};
}
