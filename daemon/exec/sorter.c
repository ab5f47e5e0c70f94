/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sorter.h"

#include <math.h>

enum { PREFIX_BYTES = 16, RUN_ROWS = 16384, STEP_ROWS = 65536, INSERTION_ROWS = 12 };

/* --- the first 16 bytes of the keys --- */

static uint32_t encoded_width(const struct type *t) {
    switch (type_storage(t)) {
        case STORAGE_BOOL:
        case STORAGE_INT8:
        case STORAGE_INT16:
        case STORAGE_INT32:
        case STORAGE_INT64:
        case STORAGE_INT128:
        case STORAGE_FLOAT:
        case STORAGE_DOUBLE: return (uint32_t)storage_size(type_storage(t));
        case STORAGE_STRING: return t->collation ? 0 : PREFIX_BYTES;
        default: return 0;
    }
}

static bool has_whole_bytes(const struct sorter_key *k) {
    return k->ranks || (encoded_width(k->expr->type) && type_storage(k->expr->type) != STORAGE_STRING);
}

/* Gives each key its place while there is room; what does not fit wholly is compared by value. */
static void place_keys(struct sorter *s) {
    uint32_t offset = 0;
    s->compare_from = s->key_count;
    for (s->prefix_keys = 0; s->prefix_keys < s->key_count; s->prefix_keys++) {
        struct sorter_key *k = &s->keys[s->prefix_keys];
        uint32_t width = k->ranks ? RANK_BYTES : encoded_width(k->expr->type), room = PREFIX_BYTES - offset;
        uint32_t null_byte = !k->ranks && k->expr->nullable ? 1 : 0;
        bool whole = has_whole_bytes(k) && width + null_byte <= room;
        if (!whole) s->compare_from = s->prefix_keys;
        if (!width || room <= null_byte || (k->ranks && !whole)) return;
        k->has_null_byte = null_byte;
        k->offset = offset;
        k->width = width + null_byte < room ? width + null_byte : room;
        offset += k->width;
        if (!whole) {
            s->prefix_keys++;
            return;
        }
    }
}

typedef unsigned __int128 prefix;

/* The value's bits so that greater values are greater numbers; `bits` of them. */
#define SIGNED(bits, x) ((prefix)(uint##bits##_t)(x) ^ (prefix)1 << (bits - 1))

static inline prefix float_prefix(float x) {
    if (isnan(x)) return UINT32_MAX;
    if (x == 0) x = 0;
    uint32_t u;
    memcpy(&u, &x, 4);
    return u >> 31 ? (uint32_t)~u : u | 1u << 31;
}

static inline prefix double_prefix(double x) {
    if (isnan(x)) return UINT64_MAX;
    if (x == 0) x = 0;
    uint64_t u;
    memcpy(&u, &x, 8);
    return u >> 63 ? ~u : u | (uint64_t)1 << 63;
}

static inline uint64_t load_word(const char *data) {
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* Two words from the front, zeros behind the text's end; of shorter ones by words that overlap. */
static inline prefix string_prefix(struct string s, uint32_t bytes) {
    uint64_t high = 0, low = 0;
    if (s.size >= PREFIX_BYTES) {
        high = load_word(s.data);
        low = load_word(s.data + 8);
    } else if (s.size > 8) {
        high = load_word(s.data);
        low = load_word(s.data + s.size - 8) >> 8 * (PREFIX_BYTES - s.size);
    } else {
        memcpy(&high, s.data, s.size);
    }
    prefix all = (prefix)__builtin_bswap64(high) << 64 | __builtin_bswap64(low);
    return all >> 8 * (PREFIX_BYTES - bytes);
}

static inline __attribute__((always_inline)) prefix value_prefix(enum storage storage, const void *data, uint32_t entry,
                                                                 uint32_t bytes) {
    switch (storage) {
        case STORAGE_BOOL: return ((const uint8_t *)data)[entry];
        case STORAGE_INT8: return SIGNED(8, ((const int8_t *)data)[entry]);
        case STORAGE_INT16: return SIGNED(16, ((const int16_t *)data)[entry]);
        case STORAGE_INT32: return SIGNED(32, ((const int32_t *)data)[entry]);
        case STORAGE_INT64: return SIGNED(64, ((const int64_t *)data)[entry]);
        case STORAGE_FLOAT: return float_prefix(((const float *)data)[entry]);
        case STORAGE_DOUBLE: return double_prefix(((const double *)data)[entry]);
        case STORAGE_INT128: {
            prefix all = (prefix)((const int128 *)data)[entry] ^ (prefix)1 << 127;
            return all >> 8 * (PREFIX_BYTES - bytes);
        }
        case STORAGE_STRING: return string_prefix(((const struct string *)data)[entry], bytes);
        default: return 0;
    }
}

/* How far up a key's last byte stands. */
static uint32_t key_shift(const struct sorter_key *k) {
    return 8 * (PREFIX_BYTES - k->offset - k->width);
}

static inline __attribute__((always_inline)) void add_prefixes(const struct sorter_key *k, struct view view,
                                                               uint32_t rows, enum storage storage, prefix *out) {
    uint32_t bytes = k->width - k->has_null_byte;
    uint32_t shift = key_shift(k);
    /* A number that has no room whole gives its first bytes; text and wide decimals see to that themselves. */
    uint32_t whole = encoded_width(k->expr->type), cut = 0;
    if (storage != STORAGE_STRING && storage != STORAGE_INT128 && whole > bytes) cut = 8 * (whole - bytes);
    prefix flip = k->order.descending ? (bytes == 16 ? ~(prefix)0 : ((prefix)1 << 8 * bytes) - 1) : 0;
    prefix null_byte = k->has_null_byte ? (prefix)1 << 8 * bytes : 0;
    prefix null_bits = k->order.nulls_first ? 0 : null_byte;
    prefix value_bits = k->order.nulls_first ? null_byte : 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        prefix bits = view_is_null(&view, entry)
                          ? null_bits
                          : ((value_prefix(storage, view.data, entry, bytes) >> cut) ^ flip) | value_bits;
        out[i] |= bits << shift;
    }
}

static bool add_numbers(const struct sorter_key *k, struct arena *scratch, const struct vector *v, uint32_t first,
                        uint32_t rows, prefix *out, struct error *err) {
    uint32_t *numbers = arena_bytes_array(scratch, rows, sizeof *numbers), shift = key_shift(k);
    TRY(sort_ranks_number(k->ranks, scratch, v, rows, first, numbers, err));
    for (uint32_t i = 0; i < rows; i++) out[i] |= (prefix)numbers[i] << shift;
    return true;
}

/* first: the row that the first of these is, or would be, in the store. */
static bool make_prefixes(struct sorter *s, struct arena *scratch, const struct vector *keys, uint32_t first,
                          uint32_t rows, prefix *out, struct error *err) {
    for (uint32_t k = 0; k < s->prefix_keys; k++) {
        if (s->keys[k].ranks) {
            TRY(add_numbers(&s->keys[k], scratch, &keys[k], first, rows, out, err));
            continue;
        }
        struct view view = vector_view(scratch, &keys[k], rows);
        enum storage storage = type_storage(keys[k].type);
        switch (storage) {
            case STORAGE_INT32: add_prefixes(&s->keys[k], view, rows, STORAGE_INT32, out); break;
            case STORAGE_INT64: add_prefixes(&s->keys[k], view, rows, STORAGE_INT64, out); break;
            case STORAGE_DOUBLE: add_prefixes(&s->keys[k], view, rows, STORAGE_DOUBLE, out); break;
            case STORAGE_STRING: add_prefixes(&s->keys[k], view, rows, STORAGE_STRING, out); break;
            default: add_prefixes(&s->keys[k], view, rows, storage, out); break;
        }
    }
    return true;
}

/* --- entries --- */

bool sorter_init(struct sorter *s, struct operator* op, uint32_t child, struct arena *arena,
                 const struct sort_order *order, uint32_t count, struct expr **extra, uint32_t extra_count,
                 struct error *err) {
    const struct plan *input = op->plan->children[child];
    *s = (struct sorter){.op = op, .key_count = count, .input_columns = input->output_count};
    s->extra = extra;
    s->extra_count = extra_count;
    s->keys = ARENA_ARRAY(arena, struct sorter_key, count);
    const struct type **column_types =
        ARENA_ARRAY(arena, const struct type *, input->output_count + extra_count + count);
    for (uint32_t i = 0; i < input->output_count; i++) column_types[i] = input->output[i]->type;
    uint32_t columns = input->output_count;
    for (uint32_t i = 0; i < extra_count; i++) column_types[columns++] = extra[i]->type;
    for (uint32_t i = 0; i < count; i++) {
        struct sorter_key *k = &s->keys[i];
        k->expr = operator_bind(op, child, order[i].expr, err);
        TRY(k->expr);
        k->order = (struct sort_key){order[i].descending, order[i].nulls_first};
        if (k->expr->kind == EXPR_ATTRIBUTE) {
            k->column = k->expr->column.ordinal;
        } else {
            k->column = columns;
            column_types[columns++] = k->expr->type;
        }
    }
    row_store_init(&s->store, arena, column_types, columns);
    buffer_init(&s->entries, arena);
    buffer_init(&s->merged, arena);
    place_keys(s);
    return true;
}

/* Whether entries say everything about their order. */
static bool is_whole(const struct sorter *s) {
    return s->compare_from == s->key_count;
}

/* Whether they do so up to within a string, which goes on behind. */
static bool ends_in_string(const struct sorter *s) {
    if (s->compare_from >= s->prefix_keys) return false;
    const struct sorter_key *k = &s->keys[s->compare_from];
    return type_storage(k->expr->type) == STORAGE_STRING && !k->expr->type->collation && !k->ranks;
}

/* Whether entries are sorted by their bits once they all are there. */
static bool takes_radix(const struct sorter *s) {
    return is_whole(s) || ends_in_string(s);
}

static struct sort_entry *entries_of(const struct sorter *s) {
    return (struct sort_entry *)s->entries.data;
}

static int compare_values(const struct sorter *s, uint32_t a, uint32_t b) {
    for (uint32_t i = s->compare_from; i < s->key_count; i++) {
        const struct vector *v = row_store_column(&s->store, s->keys[i].column);
        int order = rows_compare(v, a, v, b, &s->keys[i].order);
        if (order) return order;
    }
    return 0;
}

static inline int compare(const struct sorter *s, const struct sort_entry *a, const struct sort_entry *b) {
    if (a->high != b->high) return a->high < b->high ? -1 : 1;
    if (a->low != b->low) return a->low < b->low ? -1 : 1;
    return s->compare_from < s->key_count ? compare_values(s, a->row, b->row) : 0;
}

/* Merges [left, left_end) and [right, right_end) of from to `to`; at equal keys the left comes first. */
static void merge(const struct sorter *s, const struct sort_entry *left, const struct sort_entry *left_end,
                  const struct sort_entry *right, const struct sort_entry *right_end, struct sort_entry *to) {
    while (left < left_end && right < right_end) *to++ = compare(s, right, left) < 0 ? *right++ : *left++;
    if (left < left_end) memcpy(to, left, (size_t)(left_end - left) * sizeof *to);
    if (right < right_end) memcpy(to, right, (size_t)(right_end - right) * sizeof *to);
}

static void insertion_sort(const struct sorter *s, struct sort_entry *e, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        struct sort_entry moved = e[i];
        uint32_t k = i;
        for (; k && compare(s, &moved, &e[k - 1]) < 0; k--) e[k] = e[k - 1];
        e[k] = moved;
    }
}

void sorter_sort_entries(const struct sorter *s, struct sort_entry *e, uint32_t count, struct sort_entry *scratch) {
    for (uint32_t i = 0; i < count; i += INSERTION_ROWS)
        insertion_sort(s, e + i, count - i < INSERTION_ROWS ? count - i : INSERTION_ROWS);
    struct sort_entry *from = e, *to = scratch;
    for (uint32_t width = INSERTION_ROWS; width < count; width *= 2) {
        for (uint32_t i = 0; i < count; i += 2 * width) {
            uint32_t middle = i + width < count ? i + width : count;
            uint32_t end = i + 2 * width < count ? i + 2 * width : count;
            merge(s, from + i, from + middle, from + middle, from + end, to + i);
        }
        struct sort_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != e) memcpy(e, from, count * sizeof *e);
}

/* Sorts the next run; all but the last have exactly RUN_ROWS entries. */
static void sort_next_run(struct sorter *s) {
    uint32_t count = s->count - s->sorted < RUN_ROWS ? s->count - s->sorted : RUN_ROWS;
    buffer_reserve(&s->merged, 0, count * sizeof(struct sort_entry));
    sorter_sort_entries(s, entries_of(s) + s->sorted, count, (struct sort_entry *)s->merged.data);
    s->sorted += count;
}

static bool evaluate_columns(struct sorter *s, const struct batch *in, struct batch *all, struct vector *keys,
                             struct error *err) {
    batch_init(all, &s->op->evaluator.batch, s->store.column_count, in->count);
    memcpy(all->columns, in->columns, s->input_columns * sizeof *all->columns);
    for (uint32_t i = 0; i < s->extra_count; i++)
        TRY(operator_evaluate(s->op, s->extra[i], in, &all->columns[s->input_columns + i], err));
    for (uint32_t i = 0; i < s->key_count; i++) {
        struct sorter_key *k = &s->keys[i];
        if (k->column >= s->input_columns) TRY(operator_evaluate(s->op, k->expr, in, &all->columns[k->column], err));
        keys[i] = all->columns[k->column];
    }
    return true;
}

/* Of rows that begin with a text those whose first bytes, which stand in the string itself, are not above those of the
 * worst that still counts; a NULL is left to whoever looks closer. False: that is not what they begin with. */
static bool keep_heads_below(const struct sorter *s, struct arena *arena, const struct vector *key, uint32_t rows,
                             const struct sort_entry *worst, uint32_t *kept, uint32_t *count) {
    const struct sorter_key *k = &s->keys[0];
    if (!s->prefix_keys || k->ranks || type_storage(key->type) != STORAGE_STRING || key->type->collation) return false;
    struct view view = vector_view(arena, key, rows);
    const struct string *texts = view.data;
    if (k->has_null_byte && worst->high >> 56 != k->order.nulls_first) return false; /* it is NULL */
    uint32_t flip = k->order.descending ? UINT32_MAX : 0;
    uint32_t limit = (uint32_t)(worst->high >> (k->has_null_byte ? 24 : 32)), n = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        kept[n] = i;
        n += (__builtin_bswap32(texts[entry].prefix) ^ flip) <= limit || view_is_null(&view, entry);
    }
    *count = n;
    return true;
}

/* Rows whose prefix is not above the worst that still counts. */
static uint32_t keep_below(const prefix *prefixes, uint32_t rows, const struct sort_entry *worst, uint32_t *kept) {
    prefix limit = (prefix)worst->high << 64 | worst->low;
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows; i++) {
        kept[count] = i;
        count += prefixes[i] <= limit;
    }
    return count;
}

static void add_entry(struct sorter *s, uint32_t place, prefix bits) {
    struct sort_entry *e = entries_of(s) + place;
    *e = (struct sort_entry){(uint64_t)(bits >> 64), (uint64_t)bits, place};
    s->differing_high |= e->high ^ entries_of(s)->high;
    s->differing_low |= e->low ^ entries_of(s)->low;
}

/* --- keys of few values --- */

/* The stored rows' entries, as the keys' places are now. */
static bool make_entries_anew(struct sorter *s, struct error *err) {
    struct arena *scratch = arena_scratch(&s->op->evaluator.batch);
    struct vector *keys = ARENA_ARRAY(&s->op->evaluator.batch, struct vector, s->key_count);
    place_keys(s);
    s->differing_high = s->differing_low = 0;
    for (uint32_t first = 0, rows; first < s->count; first += rows) {
        arena_reset(scratch);
        rows = s->count - first < BATCH_ROWS ? s->count - first : BATCH_ROWS;
        for (uint32_t k = 0; k < s->prefix_keys; k++)
            vector_range(&keys[k], scratch, row_store_column(&s->store, s->keys[k].column), first, rows);
        prefix *prefixes = ARENA_ARRAY(scratch, prefix, rows);
        TRY(make_prefixes(s, scratch, keys, first, rows, prefixes, err));
        for (uint32_t i = 0; i < rows; i++) add_entry(s, first + i, prefixes[i]);
    }
    arena_release(scratch);
    return true;
}

/* Numbers a key's values so far, to see how many there are. */
static bool try_ranks(struct sorter *s, struct sorter_key *k, struct error *err) {
    struct arena *scratch = arena_scratch(&s->op->evaluator.batch);
    struct sort_ranks *ranks = sort_ranks_new(s->store.arena, k->expr->type, k->expr->nullable);
    uint32_t *numbers = arena_bytes_array(&s->op->evaluator.batch, BATCH_ROWS, sizeof *numbers);
    for (uint32_t first = 0, rows; first < s->count; first += rows) {
        struct vector v;
        arena_reset(scratch);
        rows = s->count - first < BATCH_ROWS ? s->count - first : BATCH_ROWS;
        vector_range(&v, scratch, row_store_column(&s->store, k->column), first, rows);
        TRY(sort_ranks_number(ranks, scratch, &v, rows, first, numbers, err));
    }
    arena_release(scratch);
    if (sort_ranks_pay(ranks, s->count)) k->ranks = ranks;
    return true;
}

/* Once so many rows are there that they say something of those to come. */
static bool begin_ranks(struct sorter *s, struct error *err) {
    s->may_rank = false;
    for (uint32_t k = 0; k < s->key_count; k++) {
        if (has_whole_bytes(&s->keys[k])) continue;
        TRY(try_ranks(s, &s->keys[k], err));
        s->is_ranked |= s->keys[k].ranks != NULL;
    }
    return !s->is_ranked || make_entries_anew(s, err);
}

/* Goes on without the ranks of keys that turn out to have many values. */
static bool check_ranks(struct sorter *s, struct error *err) {
    bool all_pay = true;
    s->is_ranked = false;
    for (uint32_t k = 0; k < s->key_count; k++) {
        if (!s->keys[k].ranks) continue;
        bool pays = sort_ranks_pay(s->keys[k].ranks, s->count);
        if (!pays) s->keys[k].ranks = NULL;
        s->is_ranked |= pays;
        all_pay &= pays;
    }
    return all_pay || make_entries_anew(s, err);
}

/* --- taking rows --- */

/* Leaves out of the batch and its keys what keep_heads_below() does. False: nothing is left. */
static bool select_heads_below(struct sorter *s, struct batch *all, struct vector *keys,
                               const struct sort_entry *worst) {
    struct arena *batch = &s->op->evaluator.batch;
    uint32_t *kept = arena_bytes_array(batch, (size_t)all->count + 1, sizeof *kept), count;
    if (!keep_heads_below(s, batch, &keys[0], all->count, worst, kept, &count) || count == all->count) return true;
    batch_select(all, batch, all, kept, count);
    for (uint32_t i = 0; i < s->key_count; i++) keys[i] = all->columns[s->keys[i].column];
    return count > 0;
}

bool sorter_add_below(struct sorter *s, const struct batch *in, const struct sort_entry *worst, struct error *err) {
    struct arena *batch = &s->op->evaluator.batch;
    struct batch all;
    struct vector *keys = ARENA_ARRAY(batch, struct vector, s->key_count);
    TRY(evaluate_columns(s, in, &all, keys, err));
    if (worst && !select_heads_below(s, &all, keys, worst)) return true;
    prefix *prefixes = ARENA_ARRAY(batch, prefix, all.count);
    TRY(make_prefixes(s, batch, keys, s->count, all.count, prefixes, err));
    const uint32_t *kept = row_numbers;
    uint32_t count = all.count;
    if (worst) {
        uint32_t *below = arena_bytes_array(batch, (size_t)all.count + 1, sizeof *below);
        count = keep_below(prefixes, all.count, worst, below);
        if (!count) return true;
        kept = below;
        if (count < all.count) batch_select(&all, batch, &all, below, count);
    }
    buffer_reserve(&s->entries, s->count * sizeof(struct sort_entry),
                   ((size_t)s->count + count) * sizeof(struct sort_entry));
    for (uint32_t i = 0; i < count; i++) add_entry(s, s->count + i, prefixes[kept[i]]);
    TRY(row_store_append(&s->store, all.columns, count, err));
    s->count += count;
    if (s->may_rank && !is_whole(s) && s->count >= RUN_ROWS) TRY(begin_ranks(s, err));
    if (s->is_ranked) TRY(check_ranks(s, err));
    if (!s->is_ranked && !takes_radix(s) && s->count - s->sorted >= RUN_ROWS) sort_next_run(s);
    return true;
}

bool sorter_add(struct sorter *s, const struct batch *in, struct error *err) {
    return sorter_add_below(s, in, NULL, err);
}

/* --- merging runs --- */

static uint32_t run_end(const struct sorter *s, uint64_t start) {
    return start + s->run_size < s->count ? (uint32_t)(start + s->run_size) : s->count;
}

/* Puts at most `limit` entries of the pair at hand into merged. */
static uint32_t merge_some(struct sorter *s, uint32_t limit) {
    uint64_t pair = s->done - s->done % (2 * s->run_size);
    if (s->done == pair) {
        s->left = (uint32_t)pair;
        s->right = run_end(s, pair);
    }
    const struct sort_entry *e = entries_of(s);
    uint32_t left_end = run_end(s, pair), right_end = run_end(s, left_end), n = 0;
    struct sort_entry *to = (struct sort_entry *)s->merged.data + s->done;
    while (n < limit && s->left < left_end && s->right < right_end)
        to[n++] = compare(s, &e[s->right], &e[s->left]) < 0 ? e[s->right++] : e[s->left++];
    for (; n < limit && s->left < left_end; s->left++) to[n++] = e[s->left];
    for (; n < limit && s->right < right_end; s->right++) to[n++] = e[s->right];
    s->done += n;
    return n;
}

static void swap_entries(struct sorter *s) {
    struct buffer swap = s->entries;
    s->entries = s->merged;
    s->merged = swap;
}

static void end_reading(struct sorter *s) {
    s->reading_done = true;
    s->run_size = RUN_ROWS;
    if (!s->is_ranked) return;
    s->differing_high = s->differing_low = 0;
    for (uint32_t i = 0; i < s->prefix_keys; i++) {
        const struct sorter_key *k = &s->keys[i];
        if (k->ranks) sort_ranks_find(k->ranks, row_store_column(&s->store, k->column), &k->order);
    }
}

/* Ranks in place of numbers, for the next entries. */
static void put_ranks(struct sorter *s) {
    struct sort_entry *all = entries_of(s), *e = all + s->numbers;
    uint32_t count = s->count - s->numbers < STEP_ROWS ? s->count - s->numbers : STEP_ROWS;
    for (uint32_t i = 0; i < s->prefix_keys; i++)
        if (s->keys[i].ranks) sort_ranks_put(s->keys[i].ranks, key_shift(&s->keys[i]), e, count);
    for (uint32_t i = 0; i < count; i++) {
        s->differing_high |= e[i].high ^ all->high;
        s->differing_low |= e[i].low ^ all->low;
    }
    s->numbers += count;
    s->is_ranked = s->numbers < s->count;
}

static bool radix_step(struct sorter *s) {
    struct sort_entry *scratch = (struct sort_entry *)s->merged.data;
    if (!s->radix) {
        s->radix = ARENA_NEW(s->store.arena, struct radix_sort);
        radix_sort_init(s->radix, entries_of(s), scratch, s->count, (prefix)s->differing_high << 64 | s->differing_low);
    }
    if (!radix_sort_step(s->radix)) return false;
    if (radix_sort_in_scratch(s->radix)) swap_entries(s);
    s->radix = NULL;
    s->run_size = s->count;
    if (is_whole(s)) return true;
    const struct sorter_key *k = &s->keys[s->compare_from];
    s->ties = (struct sort_ties){.texts = row_store_column(&s->store, k->column),
                                 .is_descending = k->order.descending,
                                 .depth = k->width - k->has_null_byte};
    return false;
}

static bool ties_step(struct sorter *s) {
    struct sort_entry *scratch = (struct sort_entry *)s->merged.data;
    return sort_ties_step(&s->ties, s, s->store.arena, entries_of(s), s->count, scratch);
}

static bool merge_step(struct sorter *s) {
    for (uint32_t left = STEP_ROWS; s->run_size < s->count;) {
        if (!left) return false;
        left -= merge_some(s, left);
        if (s->done < s->count) continue;
        swap_entries(s);
        s->run_size *= 2;
        s->done = 0;
    }
    return true;
}

bool sorter_step(struct sorter *s) {
    if (!s->reading_done) end_reading(s);
    if (s->is_ranked) {
        put_ranks(s);
        return false;
    }
    if (s->count > RUN_ROWS) buffer_reserve(&s->merged, 0, s->count * sizeof(struct sort_entry));
    if (s->count > RUN_ROWS && takes_radix(s)) {
        if (s->run_size < s->count) return radix_step(s);
        return is_whole(s) || ties_step(s);
    }
    if (s->sorted < s->count) sort_next_run(s);
    return s->sorted == s->count && merge_step(s);
}

bool sorter_equal(const struct sorter *s, uint32_t row_a, uint32_t row_b, uint32_t from, uint32_t keys) {
    for (uint32_t i = from; i < from + keys; i++) {
        const struct vector *v = row_store_column(&s->store, s->keys[i].column);
        if (rows_compare(v, row_a, v, row_b, &s->keys[i].order)) return false;
    }
    return true;
}

/* The bits of the keys in [from, from + keys). */
static prefix keys_mask(const struct sorter *s, uint32_t from, uint32_t keys) {
    const struct sorter_key *first = &s->keys[from], *last = &s->keys[from + keys - 1];
    uint32_t end = last->offset + last->width, bytes = end - first->offset;
    prefix mask = bytes == PREFIX_BYTES ? ~(prefix)0 : ((prefix)1 << 8 * bytes) - 1;
    return mask << 8 * (PREFIX_BYTES - end);
}

uint32_t sorter_equals_end(const struct sorter *s, uint32_t place, uint32_t limit, uint32_t from, uint32_t keys) {
    const struct sort_entry *first = sorter_entries(s) + place, *e = first + 1, *end = sorter_entries(s) + limit;
    if (!keys) return limit;
    bool is_told = from + keys <= s->compare_from; /* by the bits alone; else they may only tell that rows differ */
    uint32_t told = from + keys < s->prefix_keys ? from + keys : s->prefix_keys;
    prefix mask = told > from ? keys_mask(s, from, told - from) : 0;
    uint64_t high = (uint64_t)(mask >> 64), low = (uint64_t)mask;
    while (e < end && !(((first->high ^ e->high) & high) | ((first->low ^ e->low) & low)) &&
           (is_told || sorter_equal(s, first->row, e->row, from, keys)))
        e++;
    return place + (uint32_t)(e - first);
}
