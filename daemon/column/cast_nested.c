/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrays, maps and structs: the children are cast, the shape stays.
 *
 * Only what the rows reach is cast: a filter below may have left elements, or fields of NULL structs, that
 * would fail. So the reached child rows are named first; where these are all of the child, in order, the
 * child is cast as it is.
 */
#include "column/cast_int.h"

static bool cast_child(struct cast_job *job, const struct type *from, const struct type *to, const struct vector *in,
                       uint32_t rows, struct vector *out) {
    struct cast inner = *job->cast;
    inner.from = from;
    inner.to = to;
    return vector_cast(job->arena, &inner, in, rows, out, job->err);
}

static bool cast_lists(struct cast_job *job) {
    const struct type *from = job->cast->from, *to = job->cast->to;
    const struct list_entry *in = job->view.data;
    struct list_entry *out = job->out->data;
    size_t total = 0;
    bool in_order = true;
    CAST_EACH(job, row, entry) {
        in_order &= in[entry].offset == total;
        total += in[entry].length;
    }
    in_order &= total == job->input->child_rows;
    uint32_t *index = in_order ? NULL : arena_bytes_array(job->arena, total, sizeof *index);
    size_t at = 0;
    for (uint32_t row = 0, entry; row < job->rows; row++) {
        out[row] = (struct list_entry){0, 0};
        if (cast_skips(job, row, &entry)) continue;
        out[row] = (struct list_entry){.offset = (uint32_t)at, .length = in[entry].length};
        for (uint32_t i = 0; index && i < in[entry].length; i++) index[at + i] = in[entry].offset + i;
        at += in[entry].length;
    }
    uint32_t count = job->input->child_count;
    job->out->child_count = count;
    job->out->child_rows = (uint32_t)total;
    job->out->children = ARENA_ARRAY(job->arena, struct vector, count);
    for (uint32_t i = 0; i < count; i++) {
        bool key = count == 2 && i == 0;
        struct vector child = job->input->children[i];
        if (index) vector_select(&child, job->arena, &job->input->children[i], index, (uint32_t)total);
        TRY(cast_child(job, key ? from->key : from->element, key ? to->key : to->element, &child, (uint32_t)total,
                       &job->out->children[i]));
    }
    return true;
}

/* The entries of the rows that are not NULL, and where each row's values stand among them. */
struct present {
    uint32_t *entries, *positions;
    uint32_t count;
};

static struct present find_present(struct cast_job *job) {
    struct present p = {.entries = arena_bytes_array(job->arena, job->rows, sizeof(uint32_t)),
                        .positions = ARENA_ARRAY(job->arena, uint32_t, job->rows)};
    CAST_EACH(job, row, entry) {
        p.positions[row] = p.count;
        p.entries[p.count++] = entry;
    }
    return p;
}

static bool cast_structs(struct cast_job *job) {
    const struct type *from = job->cast->from, *to = job->cast->to;
    struct present present = find_present(job);
    bool as_is = job->input->form == VECTOR_FLAT && present.count == job->rows;
    for (uint32_t i = 0; i < job->out->child_count; i++) {
        struct vector *out = &job->out->children[i], child = job->input->children[i], result;
        if (present.count == 0) {
            vector_init_null(out, job->arena, to->fields[i].type);
            continue;
        }
        if (!as_is) vector_select(&child, job->arena, &job->input->children[i], present.entries, present.count);
        TRY(cast_child(job, from->fields[i].type, to->fields[i].type, &child, present.count, &result));
        if (present.count == job->rows)
            *out = result;
        else
            vector_select(out, job->arena, &result, present.positions, job->rows);
    }
    return true;
}

bool cast_nested(struct cast_job *job) {
    return job->cast->from->kind == TYPE_STRUCT ? cast_structs(job) : cast_lists(job);
}
