/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ORC format as a scan sees it: a file is opened, its stripes are read one after another, batch by batch, the
 * columns that are asked for; stripes that cannot have a wanted row, by their statistics, are left out.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "format/adapt.h"
#include "format/format_int.h"
#include "format/orc/column.h"

struct orc_reader {
    struct orc_file file;
    struct arena *arena;
    struct arena stripe_arena;
    struct orc_metadata *metadata;
    uint32_t column_count;
    struct orc_column_reader **columns; /* per file column of the scan; NULL: the file has no such column */
    const struct type **wanted;         /* the schema's types */
    uint32_t next_stripe;
    uint64_t rows_left; /* of the stripe */
};

/* False without *err: *corrupt says why. */
static bool read_tail(struct arena *arena, const struct context *context, int fd, struct orc_metadata **metadata,
                      uint64_t *file_size, const char **corrupt, struct error *err) {
    off_t size = lseek(fd, 0, SEEK_END);
    *corrupt = strerror(errno);
    *file_size = (uint64_t)size;
    return size >= 0 && orc_read_metadata(arena, context, fd, (uint64_t)size, metadata, corrupt, err);
}

static const struct type *schema_of(struct arena *arena, const struct context *context, struct scan_file *file,
                                    struct error *err) {
    struct orc_metadata *metadata;
    struct arena *opened = arena_scratch(arena);
    const char *corrupt;
    uint64_t size;
    int fd = scan_open_file(opened, file->path, err);
    bool good = fd >= 0 && read_tail(arena, context, fd, &metadata, &size, &corrupt, err);
    arena_release(opened);
    if (!good && !error_is_set(err)) scan_bad_footer(file->path, corrupt, err);
    TRY_NULL(good);
    file->format_data = metadata;
    file->rows = metadata->rows;
    return metadata->root->type;
}

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    return scan_infer_merged(arena, context, source, "spark.sql.orc.mergeSchema", schema_of, err);
}

/* ---- columns ---- */

/* Hive wrote files whose columns have no names: they go by their places. */
static bool has_places_for_names(const struct orc_column *root) {
    for (uint32_t i = 0; i < root->child_count; i++)
        if (strncmp(root->children[i]->name, "_col", 4) != 0) return false;
    return root->child_count > 0;
}

static const struct orc_column *find_column(const struct orc_column *root, const char *name, uint32_t place,
                                            bool case_sensitive) {
    if (has_places_for_names(root)) return place < root->child_count ? root->children[place] : NULL;
    for (uint32_t i = 0; i < root->child_count; i++) {
        const char *own = root->children[i]->name;
        if (case_sensitive ? strcmp(own, name) == 0 : strcasecmp(own, name) == 0) return root->children[i];
    }
    return NULL;
}

static bool is_number(const struct type *t) {
    return type_is_numeric(t) || t->kind == TYPE_BOOLEAN;
}

/* ORC's readers turn every plain type into every other, but bytes and numbers into dates. */
static bool promotes(const struct type *from, const struct type *to) {
    bool bytes = from->kind == TYPE_BINARY || to->kind == TYPE_BINARY;
    bool dates = (from->kind == TYPE_DATE && is_number(to)) || (is_number(from) && to->kind == TYPE_DATE);
    return type_is_atomic(from) && type_is_atomic(to) && !dates && (!bytes || type_storage(from) == type_storage(to));
}

static bool choose_columns(struct orc_reader *r, const struct scan *scan, struct error *err) {
    bool case_sensitive = scan->request->context->case_sensitive;
    r->column_count = scan->file_column_count;
    r->columns = ARENA_ARRAY(r->arena, struct orc_column_reader *, r->column_count);
    r->wanted = ARENA_ARRAY(r->arena, const struct type *, r->column_count);
    for (uint32_t i = 0; i < r->column_count; i++) {
        const struct field *f = &scan->source->schema->fields[scan->file_columns[i]];
        const struct orc_column *c = find_column(r->metadata->root, f->name, scan->file_columns[i], case_sensitive);
        r->wanted[i] = f->type;
        if (!c) continue;
        if (!column_can_adapt(c->type, f->type, promotes, case_sensitive))
            return orc_failed(
                r->file.path,
                arena_printf(r->arena, "column %s is %s in the file and cannot be read as %s", f->name,
                             type_simple_string(r->arena, c->type), type_simple_string(r->arena, f->type)),
                err);
        r->columns[i] = orc_column_reader_new(r->arena, c, &r->file, r->metadata->proleptic);
    }
    return true;
}

static void release_stripe(void *arena) {
    arena_release(arena);
}

static bool orc_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                     struct error *err) {
    struct orc_reader *r = ARENA_NEW(arena, struct orc_reader);
    r->arena = arena;
    arena_init(&r->stripe_arena, arena->account);
    arena_defer(arena, release_stripe, &r->stripe_arena);
    int fd = scan_open_file(arena, file->path, err);
    if (fd < 0) return false;
    off_t size = lseek(fd, 0, SEEK_END);
    uint64_t file_size = (uint64_t)size;
    const char *corrupt;
    r->metadata = file_size == file->size ? file->format_data : NULL; /* a changed file is read anew */
    if (!r->metadata && !read_tail(arena, scan->request->context, fd, &r->metadata, &file_size, &corrupt, err))
        return error_is_set(err) ? false : orc_failed(file->path, corrupt, err);
    r->file = (struct orc_file){.fd = fd,
                                .path = file->path,
                                .size = file_size,
                                .compressed = r->metadata->compressed,
                                .codec = r->metadata->codec,
                                .block_size = r->metadata->block_size};
    *state = r;
    return choose_columns(r, scan, err);
}

/* ---- stripes ---- */

/* What has come to be known since the scan began: keys that a join does not have. */
static bool is_excluded(const struct orc_reader *r, const struct scan *scan, const struct orc_stripe *stripe) {
    const struct scan_narrowing *narrowing = scan->narrowing;
    if (!narrowing || scan->wants_metadata || !stripe->ranges) return false;
    for (uint32_t i = 0; i < r->column_count; i++) {
        if (!r->columns[i] || !type_equal(r->columns[i]->column->type, r->wanted[i])) continue;
        const struct orc_range *range = &stripe->ranges[r->columns[i]->column->number];
        if (!range->known || !range->has_values || r->columns[i]->column->kind == ORC_DATE) continue;
        if (narrowing->excludes(narrowing->owner, scan->file_places[i], range->least, range->greatest)) return true;
    }
    return false;
}

static bool start_stripe(struct orc_reader *r, const struct scan *scan, struct error *err) {
    while (!r->rows_left && r->next_stripe < r->metadata->stripe_count) {
        const struct orc_stripe *stripe = &r->metadata->stripes[r->next_stripe++];
        struct orc_stripe_footer footer;
        if (!stripe->rows || is_excluded(r, scan, stripe)) continue;
        arena_reset(&r->stripe_arena);
        TRY(orc_read_stripe_footer(&r->stripe_arena, &r->file, r->metadata, stripe, &footer, err));
        for (uint32_t i = 0; i < r->column_count; i++)
            if (r->columns[i])
                orc_column_reader_start(r->columns[i], &r->stripe_arena, scan->request->context, &footer);
        r->rows_left = stripe->rows;
    }
    return true;
}

static bool read_batch(struct orc_reader *r, struct scan *scan, struct arena *batch, struct batch *out,
                       struct error *err) {
    out->count = (uint32_t)(r->rows_left < BATCH_ROWS ? r->rows_left : BATCH_ROWS);
    out->column_count = r->column_count;
    out->columns = ARENA_ARRAY(batch, struct vector, r->column_count);
    for (uint32_t i = 0; i < r->column_count; i++) {
        if (!r->columns[i]) {
            scan_absent(scan, scan->file_columns[i], batch, &out->columns[i]);
            continue;
        }
        struct vector v;
        orc_column_read(r->columns[i], batch, out->count, NULL, &v);
        if (r->file.bad) return orc_failed(r->file.path, r->file.bad, err);
        TRY(column_adapt(batch, scan->request->context, &v, out->count, r->wanted[i], &out->columns[i], err));
    }
    r->rows_left -= out->count;
    return true;
}

static enum scan_status orc_next(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                 struct error *err) {
    struct orc_reader *r = state;
    if (!start_stripe(r, scan, err)) return SCAN_ERROR;
    if (!r->rows_left) return SCAN_DONE;
    return read_batch(r, scan, batch, out, err) ? SCAN_BATCH : SCAN_ERROR;
}

static const char *const extensions[] = {".orc", NULL};

const struct file_format orc_format = {.name = "orc",
                                       .extensions = extensions,
                                       .lacks = FORMAT_LACKS(VARIANT) | FORMAT_LACKS(TIME) | FORMAT_LACKS(NULL),
                                       .infer = infer,
                                       .open = orc_open,
                                       .next = orc_next,
                                       .writer = &orc_writer};
