/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/group_keys.h"

enum { MEMOS = 16, MEMO_ENTRIES = 1 << 21 };
/* The "dictionary" of a constant NULL: what grouping sets leave out. */
static const uint32_t NULL_DICTIONARY = UINT32_MAX;

void group_keys_init(struct group_keys *keys, struct arena *arena, uint32_t *dictionaries,
                     const struct type *const *column_types, const bool *nullable, uint32_t count,
                     uint32_t state_size) {
    *keys = (struct group_keys){.arena = arena,
                                .dictionaries = dictionaries,
                                .column_count = count,
                                .state_size = state_size,
                                .types = column_types,
                                .nullable = nullable};
}

/* --- units --- */

static bool can_be_coded(const struct vector *v) {
    return v->form == VECTOR_DICTIONARY && v->dictionary && v->entries <= MEMO_ENTRIES && !key_is_encoded(v->type);
}

/* A unit of column `first` and of those behind it that share its selection. A number alone is as good as its code. */
static void choose_unit(struct group_keys *keys, struct group_unit *u, const struct vector *columns, uint32_t first,
                        bool *taken) {
    u->columns = ARENA_ARRAY(keys->arena, uint32_t, keys->column_count - first);
    u->columns[u->column_count++] = first;
    taken[first] = true;
    if (!can_be_coded(&columns[first])) return;
    for (uint32_t i = first + 1; i < keys->column_count; i++) {
        if (taken[i] || !can_be_coded(&columns[i]) || columns[i].selection != columns[first].selection) continue;
        u->columns[u->column_count++] = i;
        taken[i] = true;
    }
    u->is_coded = u->column_count > 1 || type_storage(keys->types[first]) == STORAGE_STRING;
}

static void start_codes(struct group_keys *keys, struct group_unit *u) {
    const struct type **unit_types = ARENA_ARRAY(keys->arena, const struct type *, u->column_count);
    bool *nullable = ARENA_ARRAY(keys->arena, bool, u->column_count);
    for (uint32_t i = 0; i < u->column_count; i++) {
        unit_types[i] = keys->types[u->columns[i]];
        nullable[i] = keys->nullable[u->columns[i]];
    }
    key_layout_init(&u->layout, keys->arena, unit_types, nullable, u->column_count);
    key_table_init(&u->table, keys->arena, &u->layout, 0);
    u->memos = ARENA_ARRAY(keys->arena, struct group_memo, MEMOS);
    for (uint32_t i = 0; i < MEMOS; i++) u->memos[i].dictionaries = ARENA_ARRAY(keys->arena, uint32_t, u->column_count);
}

static void choose_units(struct group_keys *keys, struct arena *batch, const struct vector *columns) {
    bool *taken = ARENA_ARRAY(batch, bool, keys->column_count);
    const struct type **unit_types = ARENA_ARRAY(batch, const struct type *, keys->column_count);
    bool *nullable = ARENA_ARRAY(batch, bool, keys->column_count);
    keys->units = ARENA_ARRAY(keys->arena, struct group_unit, keys->column_count);
    for (uint32_t i = 0; i < keys->column_count; i++) {
        if (taken[i]) continue;
        struct group_unit *u = &keys->units[keys->unit_count];
        choose_unit(keys, u, columns, i, taken);
        unit_types[keys->unit_count] = keys->types[i];
        if (u->is_coded) unit_types[keys->unit_count] = TYPE_OF(INT);
        nullable[keys->unit_count++] = !u->is_coded && keys->nullable[i];
        keys->has_codes |= u->is_coded;
        if (u->is_coded) start_codes(keys, u);
    }
    key_layout_init(&keys->layout, keys->arena, unit_types, nullable, keys->unit_count);
    key_table_init(&keys->table, keys->arena, &keys->layout, keys->state_size);
}

/* --- codes --- */

/* The entry of each row, if all of the unit's columns say the same; what each is by number. NULL: they do not. */
static const uint32_t *common_entries(const struct group_unit *u, const struct vector *columns, uint32_t *numbers,
                                      uint32_t *entries) {
    const uint32_t *index = NULL;
    *entries = 1;
    for (uint32_t i = 0; i < u->column_count; i++) {
        const struct vector *v = &columns[u->columns[i]];
        bool is_null = v->form == VECTOR_CONSTANT && v->validity && !bit_get(v->validity, 0);
        numbers[i] = is_null ? NULL_DICTIONARY : v->dictionary;
        if (is_null) continue;
        if (!can_be_coded(v) || (index && v->selection != index)) return NULL;
        index = v->selection;
        if (v->entries > *entries) *entries = v->entries;
    }
    return index ? index : vector_zero_index;
}

static struct group_memo *memo_of(struct group_keys *keys, struct group_unit *u, const uint32_t *numbers,
                                  uint32_t entries) {
    size_t size = u->column_count * sizeof *numbers;
    for (uint32_t i = 0; i < u->memo_count; i++)
        if (memcmp(u->memos[i].dictionaries, numbers, size) == 0) return &u->memos[i];
    struct group_memo *memo = &u->memos[u->next_memo];
    u->next_memo = (u->next_memo + 1) % MEMOS;
    if (u->memo_count < MEMOS) u->memo_count++;
    memcpy(memo->dictionaries, numbers, size);
    if (memo->capacity < entries) {
        memo->codes = ARENA_ARRAY(keys->arena, uint32_t, entries);
        memo->capacity = entries;
    } else {
        memset(memo->codes, 0, entries * sizeof *memo->codes);
    }
    return memo;
}

/* The codes of rows by their values: of those that `rows` names, or of the first `count`. */
static bool find_codes(struct group_unit *u, struct arena *batch, const struct vector *columns, const uint32_t *rows,
                       uint32_t count, bool grows, uint32_t *codes, struct error *err) {
    struct vector *values = ARENA_ARRAY(batch, struct vector, u->column_count);
    for (uint32_t i = 0; i < u->column_count; i++) {
        values[i] = columns[u->columns[i]];
        if (rows) vector_select(&values[i], batch, &values[i], rows, count);
    }
    struct key_batch made;
    TRY(keys_make(&u->layout, batch, values, count, &made, err));
    if (grows) return key_table_add(&u->table, &made, count, codes, err);
    key_table_find(&u->table, &made, count, codes);
    return true;
}

static bool codes_of(struct group_keys *keys, struct group_unit *u, struct arena *batch, const struct vector *columns,
                     uint32_t rows, bool grows, uint32_t *codes, struct error *err) {
    uint32_t entries, *numbers = ARENA_ARRAY(batch, uint32_t, u->column_count);
    const uint32_t *index = common_entries(u, columns, numbers, &entries);
    if (!index) return find_codes(u, batch, columns, NULL, rows, grows, codes, err);
    const struct group_memo *memo = memo_of(keys, u, numbers, entries);
    uint32_t *missing = arena_bytes_array(batch, rows, sizeof *missing), count = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t code = memo->codes[index[i]];
        codes[i] = code - 1;
        missing[count] = i;
        count += !code;
    }
    if (!count) return true;
    uint32_t *found = arena_bytes_array(batch, count, sizeof *found);
    TRY(find_codes(u, batch, columns, missing, count, grows, found, err));
    for (uint32_t i = 0; i < count; i++) {
        codes[missing[i]] = found[i];
        memo->codes[index[missing[i]]] = found[i] + 1; /* KEY_NONE: still not known */
    }
    return true;
}

bool group_keys_make(struct group_keys *keys, struct arena *batch, const struct vector *columns, uint32_t rows,
                     bool grows, struct key_batch *out, struct error *err) {
    if (!keys->unit_count) choose_units(keys, batch, columns);
    if (!keys->has_codes) return keys_make(&keys->layout, batch, columns, rows, out, err);
    struct vector *values = ARENA_ARRAY(batch, struct vector, keys->unit_count);
    for (uint32_t i = 0; i < keys->unit_count; i++) {
        struct group_unit *u = &keys->units[i];
        values[i] = columns[u->columns[0]];
        if (!u->is_coded) continue;
        vector_init(&values[i], batch, TYPE_OF(INT), rows);
        TRY(codes_of(keys, u, batch, columns, rows, grows, values[i].data, err));
    }
    return keys_make(&keys->layout, batch, values, rows, out, err);
}

/* --- keys back as columns --- */

static void make_values(struct group_keys *keys, struct group_unit *u) {
    if (u->values) return;
    u->values = ARENA_ARRAY(keys->arena, struct vector, u->column_count);
    for (uint32_t i = 0; i < u->column_count; i++) {
        struct vector *v = &u->values[i];
        key_table_column(&u->table, keys->arena, i, 0, u->table.rows, v);
        if (v->form != VECTOR_FLAT) continue;
        v->form = VECTOR_DICTIONARY;
        v->entries = u->table.rows;
        v->dictionary = ++*keys->dictionaries;
    }
}

/* A unit's columns are dictionaries by its codes: whoever groups by them next has them from one dictionary again. */
static void put_coded(struct group_keys *keys, struct group_unit *u, const struct vector *codes, struct vector *out) {
    make_values(keys, u);
    for (uint32_t i = 0; i < u->column_count; i++) {
        struct vector *v = &out[u->columns[i]];
        *v = u->values[i];
        if (v->form == VECTOR_DICTIONARY) v->selection = codes->data;
    }
}

void group_keys_columns(struct group_keys *keys, struct arena *arena, uint32_t from, uint32_t count,
                        struct vector *out) {
    for (uint32_t i = 0; i < keys->unit_count; i++) {
        struct group_unit *u = &keys->units[i];
        struct vector column;
        if (keys->layout.columns[i].is_encoded) continue;
        key_table_column(&keys->table, arena, i, from, count, &column);
        if (u->is_coded)
            put_coded(keys, u, &column, out);
        else
            out[u->columns[0]] = column;
    }
}
