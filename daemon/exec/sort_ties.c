/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sort_ties.h"

#include "exec/sorter.h"

enum { CHUNK = 16, SMALL = 1 << 14, STEP = 1 << 16 };

/* The text's next bytes, so that greater texts have greater numbers; what is behind its end is 0. */
static unsigned __int128 chunk_at(const struct sort_ties *t, uint32_t row, uint32_t depth) {
    uint8_t bytes[CHUNK] = {0};
    if (!vector_is_null(t->texts, row)) {
        struct string s = VECTOR_DATA(t->texts, struct string)[row];
        if (s.size > depth) memcpy(bytes, s.data + depth, s.size - depth < CHUNK ? s.size - depth : CHUNK);
    }
    uint64_t high, low;
    memcpy(&high, bytes, sizeof high);
    memcpy(&low, bytes + sizeof high, sizeof low);
    unsigned __int128 chunk = (unsigned __int128)__builtin_bswap64(high) << 64 | __builtin_bswap64(low);
    return t->is_descending ? ~chunk : chunk;
}

static bool agree(const struct sort_entry *a, const struct sort_entry *b) {
    return a->high == b->high && a->low == b->low;
}

static uint32_t agreeing_end(const struct sort_entry *e, uint32_t from, uint32_t end) {
    uint32_t at = from + 1;
    while (at < end && agree(&e[from], &e[at])) at++;
    return at;
}

/* Notes the next ties among entries that are sorted by their first bytes. */
static void find_ties(struct sort_ties *t, struct arena *memory, const struct sort_entry *e, uint32_t count) {
    for (uint32_t from = t->looked; t->looked < count && t->looked - from < STEP && !t->ties.count;) {
        uint32_t start = t->looked;
        t->looked = agreeing_end(e, start, count);
        if (t->looked - start < 2) continue;
        struct tie tie = {.start = start, .count = t->looked - start, .depth = t->depth};
        tie.high = e[start].high;
        tie.low = e[start].low;
        LIST_PUSH(memory, &t->ties, tie);
    }
}

static void load_some(struct sort_ties *t, struct tie *tie, struct sort_entry *entries) {
    struct sort_entry *e = entries + tie->start;
    uint32_t end = tie->count - tie->loaded < STEP ? tie->count : tie->loaded + STEP;
    if (!tie->loaded) t->differing_high = t->differing_low = 0;
    for (uint32_t i = tie->loaded; i < end; i++) {
        unsigned __int128 chunk = chunk_at(t, e[i].row, tie->depth);
        e[i].high = (uint64_t)(chunk >> 64);
        e[i].low = (uint64_t)chunk;
        t->differing_high |= e[i].high ^ e->high;
        t->differing_low |= e[i].low ^ e->low;
    }
    tie->loaded = end;
}

static void give_back(const struct tie *tie, struct sort_entry *entries, uint32_t start, uint32_t end) {
    for (uint32_t i = start; i < end; i++) {
        entries[i].high = tie->high;
        entries[i].low = tie->low;
    }
}

/* The last tie, sorted by the bytes that it holds, becomes the ties that are left in it. */
static void divide(struct sort_ties *t, struct arena *memory, struct sort_entry *entries) {
    struct tie whole = t->ties.items[--t->ties.count];
    uint32_t end = whole.start + whole.count;
    for (uint32_t from = whole.start, to; from < end; from = to) {
        to = agreeing_end(entries, from, end);
        if (to - from < 2) continue;
        struct tie part = {.start = from, .count = to - from, .depth = whole.depth + CHUNK};
        part.high = whole.high;
        part.low = whole.low;
        LIST_PUSH(memory, &t->ties, part);
    }
    give_back(&whole, entries, whole.start, end);
}

static void sort_large(struct sort_ties *t, struct arena *memory, const struct tie *tie, struct sort_entry *entries,
                       struct sort_entry *scratch) {
    if (!t->radix) {
        t->radix = ARENA_NEW(memory, struct radix_sort);
        radix_sort_init(t->radix, entries + tie->start, scratch + tie->start, tie->count,
                        (unsigned __int128)t->differing_high << 64 | t->differing_low);
    }
    if (!radix_sort_step(t->radix)) return;
    if (radix_sort_in_scratch(t->radix))
        memcpy(entries + tie->start, scratch + tie->start, tie->count * sizeof *entries);
    t->radix = NULL;
    divide(t, memory, entries);
}

/* Ties that bytes no longer divide are compared, too: it is up to the keys behind. */
static void sort_by_comparing(struct sort_ties *t, const struct sorter *s, struct sort_entry *entries,
                              struct sort_entry *scratch) {
    const struct tie *tie = &t->ties.items[--t->ties.count];
    sorter_sort_entries(s, entries + tie->start, tie->count, scratch + tie->start);
    give_back(tie, entries, tie->start, tie->start + tie->count);
}

bool sort_ties_step(struct sort_ties *t, const struct sorter *s, struct arena *memory, struct sort_entry *entries,
                    uint32_t count, struct sort_entry *scratch) {
    for (uint32_t done = 0; done < STEP;) {
        if (!t->ties.count) {
            uint32_t looked = t->looked;
            find_ties(t, memory, entries, count);
            if (!t->ties.count && t->looked == count) return true;
            done += t->looked - looked;
            continue;
        }
        struct tie *tie = &t->ties.items[t->ties.count - 1];
        done += tie->count;
        if (tie->loaded < tie->count)
            load_some(t, tie, entries);
        else if (tie->count <= SMALL || !(t->differing_high | t->differing_low))
            sort_by_comparing(t, s, entries, scratch);
        else
            sort_large(t, memory, tie, entries, scratch);
    }
    return false;
}
