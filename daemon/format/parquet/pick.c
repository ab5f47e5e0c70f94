/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the rows of a column that are still wanted once the columns that a scan's conditions need have been looked
 * at: their values come out one behind the other, without gaps.
 *
 *     rows of the batch   0 1 2 3 4 5 6 7 | 8 9 ...     | a page ends
 *     selection             1   3     6       9
 *     *out                  0   1     2       3
 *
 * Where bits or bytes can be counted off (dictionary indexes, PLAIN numbers) only wanted values are decoded. Else, and
 * where NULLs take no room among the values, the piece is decoded and then thinned out.
 */
#include <string.h>

#include "format/parquet/column.h"

/* Piece of the selection that lies in the page: rows picks[i] - base of the next `total` ones. */
struct piece {
    const uint32_t *picks;
    uint32_t base, total, count;
};

static bool pick_dictionary(struct leaf_reader *r, struct piece p, void *out, struct error *err) {
    uint32_t *index = leaf_scratch(r, p.count * sizeof *index);
    if (!rle_pick(&r->page->values.rle, p.total, p.picks, p.base, p.count, index))
        return leaf_corrupt(r, "a page has fewer values than it says", err);
    return leaf_gather(r, index, p.count, out, err);
}

#define THIN(ctype)                                                                                                    \
    for (uint32_t i = 0; i < p.count; i++)                                                                             \
        memcpy((ctype *)out + i, (const char *)in + (p.picks[i] - p.base) * sizeof(ctype), sizeof(ctype));

static void thin_out(struct piece p, size_t width, const void *in, void *out) {
    switch (width) {
        case 1: THIN(uint8_t) break;
        case 2: THIN(uint16_t) break;
        case 4: THIN(uint32_t) break;
        case 8: THIN(uint64_t) break;
        default: THIN(uint128) break;
    }
}

static bool is_plain_number(const struct leaf_reader *r) {
    size_t width = parquet_value_size(r->leaf->physical);
    return r->page->values.encoding == ENCODING_PLAIN && (width == 4 || width == 8);
}

static bool pick_plain(struct leaf_reader *r, struct arena *batch, struct piece p, void *out, struct error *err) {
    struct values *v = &r->page->values;
    size_t width = parquet_value_size(r->leaf->physical);
    if (p.total > (size_t)(v->end - v->next) / width)
        return leaf_corrupt(r, "a page has fewer values than it says", err);
    bool same = convert_is_identity(r->leaf);
    void *physical = same ? out : leaf_scratch(r, p.count * width);
    thin_out(p, width, v->next, physical);
    v->next += p.total * width;
    return same || convert_values(r, batch, physical, p.count, out, err);
}

/* Decodes the whole piece. out: entries [at, at + p.count) of `entries`. */
static bool pick_decoded(struct leaf_reader *r, struct arena *batch, struct piece p, struct vector *out, uint32_t at,
                         uint32_t entries, struct error *err) {
    struct vector all;
    size_t width = storage_size(type_storage(out->type));
    leaf_reserve_levels(r, p.total);
    vector_init(&all, batch, out->type, p.total);
    TRY(leaf_read_piece(r, batch, &all, 0, p.total, p.total, err));
    thin_out(p, width, all.data, (char *)out->data + at * width);
    for (uint32_t i = 0; all.validity && i < p.count; i++)
        if (!bit_get(all.validity, p.picks[i] - p.base)) vector_set_null(out, batch, at + i, entries);
    return true;
}

static bool pick(struct leaf_reader *r, struct arena *batch, struct piece p, struct vector *out, uint32_t at,
                 uint32_t entries, struct error *err) {
    void *data = (char *)out->data + at * storage_size(type_storage(out->type));
    bool is_dictionary = r->page->is_dictionary_encoded;
    if ((!is_dictionary && !is_plain_number(r)) || !leaf_take_present(r, p.total))
        return pick_decoded(r, batch, p, out, at, entries, err);
    return is_dictionary ? pick_dictionary(r, p, data, err) : pick_plain(r, batch, p, data, err);
}

/* Strings of one dictionary stay there. */
static bool pick_strings(struct leaf_reader *r, struct arena *batch, struct piece p, struct vector *out, bool *done,
                         struct error *err) {
    *done = type_storage(r->leaf->type) == STORAGE_STRING && r->page->is_dictionary_encoded &&
            r->page->value_count - r->page->taken >= p.total;
    if (!*done) return true;
    if (!leaf_take_present(r, p.total)) {
        struct vector all;
        TRY(leaf_read_flat(r, batch, p.total, &all, err));
        vector_select(out, batch, &all, p.picks, p.count);
        return true;
    }
    uint32_t *index = arena_bytes_array(batch, p.count, sizeof *index);
    if (!rle_pick(&r->page->values.rle, p.total, p.picks, p.base, p.count, index))
        return leaf_corrupt(r, "a page has fewer values than it says", err);
    TRY(leaf_check_index(r, index, p.count, err));
    leaf_dictionary_vector(r, index, false, out);
    r->page->taken += p.total;
    return true;
}

bool leaf_read_selected(struct leaf_reader *r, struct arena *batch, uint32_t rows, const uint32_t *selection,
                        uint32_t count, struct vector *out, struct error *err) {
    if (count == 0) {
        leaf_skip(r, rows);
        vector_init(out, batch, r->leaf->type, 0);
        return true;
    }
    bool done;
    TRY(leaf_need_page(r, err));
    TRY(pick_strings(r, batch, (struct piece){selection, 0, rows, count}, out, &done, err));
    if (done) return true;
    vector_init(out, batch, r->leaf->type, count);
    for (uint32_t row = 0, at = 0; row < rows;) {
        if (at == count) {
            leaf_skip(r, rows - row);
            break;
        }
        TRY(leaf_need_page(r, err));
        struct piece p = {.picks = selection + at, .base = row, .total = r->page->value_count - r->page->taken};
        if (p.total > rows - row) p.total = rows - row;
        while (at + p.count < count && p.picks[p.count] - row < p.total) p.count++;
        if (p.count) {
            TRY(pick(r, batch, p, out, at, count, err));
            r->page->taken += p.total;
        } else {
            leaf_skip(r, p.total);
        }
        row += p.total;
        at += p.count;
    }
    return true;
}
