/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Parquet format as a scan sees it: a file is opened, its row groups are read one after another, batch by batch;
 * row groups and pages that the filters rule out are left out.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "column/batch.h"
#include "format/adapt.h"
#include "format/format_int.h"
#include "format/parquet/assemble.h"
#include "format/parquet/prune.h"
#include "format/parquet/schema.h"

struct parquet_reader {
    int fd;
    const char *path;
    struct parquet_metadata *metadata;
    struct arena *arena;
    uint32_t column_count;
    uint32_t *file_column;       /* per column of the request, where it comes from the file */
    struct parquet_node **nodes; /* per file column of the scan; NULL: the file has no such column */
    struct node_reader **readers;
    const struct type **wanted;  /* the schema's types */
    const struct type **natural; /* the file's */
    uint32_t next_group;
    const struct parquet_row_group *group;
    uint64_t row; /* of the group, next to read */
    const struct row_range *ranges;
    uint32_t range_count, range;
};

static bool read_footer(struct arena *arena, const struct context *context, const struct scan_file *file, int fd,
                        struct parquet_metadata **metadata, struct error *err) {
    const char *corrupt;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0) return parquet_failed(file->path, strerror(errno), err);
    if (parquet_read_metadata(arena, context, fd, (uint64_t)size, metadata, &corrupt, err)) return true;
    return error_is_set(err) ? false : scan_bad_footer(file->path, corrupt, err);
}

static const struct type *schema_of(struct arena *arena, const struct context *context, struct scan_file *file,
                                    struct error *err) {
    struct parquet_metadata *metadata;
    struct arena *opened = arena_scratch(arena);
    int fd = scan_open_file(opened, file->path, err);
    bool good = fd >= 0 && read_footer(arena, context, file, fd, &metadata, err);
    arena_release(opened);
    TRY_NULL(good);
    file->format_data = metadata;
    file->rows = metadata->rows;
    return metadata->schema;
}

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    return scan_infer_merged(arena, context, source, "spark.sql.parquet.mergeSchema", schema_of, err);
}

static struct parquet_node *find_node(const struct parquet_metadata *m, const char *name, bool case_sensitive) {
    for (uint32_t i = 0; i < m->root->child_count; i++) {
        const char *own = m->root->children[i]->name;
        if (case_sensitive ? strcmp(own, name) == 0 : strcasecmp(own, name) == 0) return m->root->children[i];
    }
    return NULL;
}

/* Only where all files have been looked at. */
static const struct column_range *ranges(struct arena *arena, const struct scan_source *source) {
    struct column_range *out = ARENA_ARRAY(arena, struct column_range, source->schema->field_count);
    for (uint32_t i = 0; i < source->file_count; i++)
        if (!source->files[i].format_data) return NULL;
    for (uint32_t c = 0; c < source->schema->field_count - source->partition_columns; c++)
        for (uint32_t i = 0; i < source->file_count; i++) {
            const struct parquet_metadata *m = source->files[i].format_data;
            const struct parquet_node *node = find_node(m, source->schema->fields[c].name, true);
            if (!node || !type_equal(node->type, source->schema->fields[c].type)) break;
            struct column_range one = prune_column_range(m, node);
            if (i && one.known && out[c].known) {
                one.least = one.least < out[c].least ? one.least : out[c].least;
                one.greatest = one.greatest > out[c].greatest ? one.greatest : out[c].greatest;
            }
            one.known &= i == 0 || out[c].known;
            out[c] = one;
        }
    return out;
}

/* What Spark's reader promotes by itself: wider integers, float to double, wider decimals, dates to timestamps; and the
 * types that Parquet has no annotation for from what holds them. */
static bool promotes(const struct type *from, const struct type *to) {
    if (type_same(from, to, false)) return true;
    if (type_storage(from) == type_storage(to) && type_storage(from) == STORAGE_STRING) return true;
    if (type_is_integral(from) && type_is_integral(to)) return from->kind != TYPE_LONG || to->kind == TYPE_LONG;
    if (type_is_integral(from) && (to->kind == TYPE_DOUBLE || to->kind == TYPE_DECIMAL)) return true;
    if (from->kind == TYPE_FLOAT && to->kind == TYPE_DOUBLE) return true;
    if (from->kind == TYPE_DECIMAL && to->kind == TYPE_DECIMAL)
        return to->scale >= from->scale && to->precision - to->scale >= from->precision - from->scale;
    if (from->kind == TYPE_TIMESTAMP || from->kind == TYPE_TIMESTAMP_NTZ)
        return to->kind == TYPE_TIMESTAMP || to->kind == TYPE_TIMESTAMP_NTZ;
    if (from->kind == TYPE_INT) return to->kind == TYPE_DATE || to->kind == TYPE_YEAR_MONTH_INTERVAL;
    if (from->kind == TYPE_LONG) return to->kind == TYPE_DAY_TIME_INTERVAL;
    return from->kind == TYPE_DATE && to->kind == TYPE_TIMESTAMP_NTZ;
}

static bool mismatch(const struct parquet_reader *r, const struct type *wanted, const struct parquet_node *node,
                     struct error *err) {
    static const char *const physical[] = {"BOOLEAN", "INT32",  "INT64",  "INT96",
                                           "FLOAT",   "DOUBLE", "BINARY", "FIXED_LEN_BYTE_ARRAY"};
    error_set(err, "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH", "path", r->path, "column",
              arena_printf(r->arena, "[%s]", node->name), "expectedType", type_simple_string(r->arena, wanted),
              "actualType", node->child_count ? "group" : physical[node->physical], NULL);
    return false;
}

static bool choose_columns(struct parquet_reader *r, const struct scan *scan, uint64_t file_size, struct error *err) {
    struct arena *arena = r->arena;
    r->column_count = scan->file_column_count;
    r->nodes = ARENA_ARRAY(arena, struct parquet_node *, r->column_count);
    r->readers = ARENA_ARRAY(arena, struct node_reader *, r->column_count);
    r->wanted = ARENA_ARRAY(arena, const struct type *, r->column_count);
    r->natural = ARENA_ARRAY(arena, const struct type *, r->column_count);
    r->file_column = ARENA_ARRAY(arena, uint32_t, scan->whole->column_count);
    for (uint32_t i = 0; i < r->column_count; i++) {
        r->file_column[scan->file_places[i]] = i;
        const struct field *f = &scan->source->schema->fields[scan->file_columns[i]];
        r->wanted[i] = f->type;
        struct parquet_node *node = find_node(r->metadata, f->name, scan->request->context->case_sensitive);
        r->nodes[i] = node;
        if (!node) continue;
        r->natural[i] = node->repetition == PARQUET_REPEATED ? type_array(arena, node->type, false) : node->type;
        if (!column_can_adapt(r->natural[i], f->type, promotes, scan->request->context->case_sensitive))
            return mismatch(r, f->type, node, err);
        r->readers[i] = node_reader_new(arena, node, r->fd, r->path, file_size);
        if (r->readers[i]->leaf) r->readers[i]->leaf->dictionaries = scan->request->dictionaries;
    }
    return true;
}

static bool parquet_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                         struct error *err) {
    struct parquet_reader *r = ARENA_NEW(arena, struct parquet_reader);
    r->arena = arena;
    r->path = file->path;
    r->fd = scan_open_file(arena, file->path, err);
    if (r->fd < 0) return false;
    off_t size = lseek(r->fd, 0, SEEK_END);
    r->metadata = (uint64_t)size == file->size ? file->format_data : NULL; /* a changed file is read anew */
    if (!r->metadata) TRY(read_footer(arena, scan->request->context, file, r->fd, &r->metadata, err));
    for (uint32_t g = 0; g < r->metadata->row_group_count; g++)
        for (uint32_t c = 0; c < r->metadata->leaf_count; c++) {
            const struct parquet_chunk *chunk = &r->metadata->row_groups[g].chunks[c];
            if (chunk->offset > (uint64_t)size || chunk->size > (uint64_t)size - chunk->offset)
                return parquet_failed(file->path, "a column chunk lies beyond the end of the file", err);
        }
    *state = r;
    return choose_columns(r, scan, (uint64_t)size, err);
}

/* What has come to be known since the scan began: keys that a join does not have. */
static bool is_excluded(const struct parquet_reader *r, const struct scan *scan,
                        const struct parquet_row_group *group) {
    const struct scan_narrowing *narrowing = scan->narrowing;
    if (!narrowing || scan->wants_metadata) return false; /* rows that are left out would not be counted */
    for (uint32_t i = 0; i < r->column_count; i++) {
        int64_t least, greatest;
        if (!r->nodes[i] || !type_equal(r->natural[i], r->wanted[i])) continue;
        if (!prune_group_range(r->nodes[i], group, &least, &greatest)) continue;
        if (narrowing->excludes(narrowing->owner, scan->file_places[i], least, greatest)) return true;
    }
    return false;
}

static void start_group(struct parquet_reader *r, const struct scan *scan) {
    for (r->group = NULL; !r->group && r->next_group < r->metadata->row_group_count; r->next_group++) {
        const struct parquet_row_group *group = &r->metadata->row_groups[r->next_group];
        if (!group->rows || prune_row_group(scan->request, r->nodes, group)) continue;
        if (!is_excluded(r, scan, group)) r->group = group;
    }
    if (!r->group) return;
    bool can_skip = true;
    for (uint32_t i = 0; i < r->column_count; i++) {
        if (!r->readers[i]) continue;
        node_reader_start(r->readers[i], r->group);
        can_skip &= node_reader_can_skip(r->readers[i]);
    }
    r->row = 0;
    r->range = 0;
    r->range_count = 0;
    r->ranges = can_skip ? prune_pages(r->arena, r->fd, scan->request, r->nodes, r->group, &r->range_count) : NULL;
}

/* How many rows to read next, after skipping what page indexes rule out; 0: the group is done. */
static bool next_rows(struct parquet_reader *r, uint32_t *rows, struct error *err) {
    uint64_t end = r->group->rows;
    if (r->ranges) {
        while (r->range < r->range_count && r->ranges[r->range].end <= r->row) r->range++;
        if (r->range == r->range_count) {
            *rows = 0;
            return true;
        }
        const struct row_range *range = &r->ranges[r->range];
        if (range->first > r->row) {
            for (uint32_t i = 0; i < r->column_count; i++)
                if (r->readers[i]) node_reader_skip(r->readers[i], range->first - r->row);
            r->row = range->first;
        }
        end = range->end;
    }
    *rows = (uint32_t)(end - r->row < BATCH_ROWS ? end - r->row : BATCH_ROWS);
    return true;
}

/* The rows of a batch that are wanted. */
struct wanted_rows {
    uint32_t all;              /* in the file */
    uint32_t count;            /* of them wanted, */
    const uint32_t *selection; /* these; NULL: all */
};

static bool read_column(struct parquet_reader *r, const struct scan *scan, uint32_t i, struct wanted_rows rows,
                        struct arena *batch, struct vector *out, struct error *err) {
    if (!r->readers[i]) {
        scan_absent(scan, scan->file_columns[i], batch, out);
        return true;
    }
    struct vector v;
    if (rows.selection)
        TRY(node_reader_read_selected(r->readers[i], batch, rows.all, rows.selection, rows.count, &v, err));
    else
        TRY(node_reader_read(r->readers[i], batch, rows.all, &v, err));
    return column_adapt(batch, scan->request->context, &v, rows.count, r->wanted[i], out, err);
}

/* A column that has no type has not been read. */
static bool read_if_needed(struct parquet_reader *r, const struct scan *scan, uint32_t place, struct wanted_rows rows,
                           struct arena *arena, struct batch *out, struct error *err) {
    struct vector *column = &out->columns[place];
    return column->type || read_column(r, scan, r->file_column[place], rows, arena, column, err);
}

/* Rows that a step leaves out are not decoded in the columns that come after it. */
static bool read_narrowed(struct parquet_reader *r, const struct scan *scan, struct wanted_rows *rows,
                          struct arena *arena, struct batch *out, struct error *err) {
    const struct scan_narrowing *narrowing = scan->narrowing;
    for (uint32_t i = 0; i < narrowing->step_count && out->count; i++) {
        const struct scan_step *step = &narrowing->steps[i];
        for (uint32_t k = 0; k < step->column_count; k++)
            TRY(read_if_needed(r, scan, step->columns[k], *rows, arena, out, err));
        const uint32_t *kept;
        TRY(scan_take_step(scan, i, arena, out, &kept, err));
        if (!kept) continue;
        uint32_t *selection = arena_bytes_array(arena, out->count, sizeof *selection);
        for (uint32_t k = 0; k < out->count; k++) selection[k] = rows->selection ? rows->selection[kept[k]] : kept[k];
        rows->selection = selection;
        rows->count = out->count;
    }
    return true;
}

static bool read_batch(struct parquet_reader *r, struct scan *scan, uint32_t count, struct arena *arena,
                       struct batch *out, struct error *err) {
    struct wanted_rows rows = {.all = count, .count = count};
    batch_init(out, arena, scan->whole->column_count, count);
    scan_place_own(scan, arena, out->count, out->columns);
    if (scan->narrowing) TRY(read_narrowed(r, scan, &rows, arena, out, err));
    for (uint32_t i = 0; i < r->column_count; i++)
        TRY(read_if_needed(r, scan, scan->file_places[i], rows, arena, out, err));
    return true;
}

static enum scan_status parquet_next(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                     struct error *err) {
    struct parquet_reader *r = state;
    for (uint32_t i = 0; i < r->column_count; i++)
        if (r->readers[i]) node_reader_begin_batch(r->readers[i]);
    uint32_t rows = 0;
    while (rows == 0) {
        if (!r->group || r->row >= r->group->rows) {
            start_group(r, scan);
            if (!r->group) return SCAN_DONE;
        }
        if (!next_rows(r, &rows, err)) return SCAN_ERROR;
        if (rows == 0) r->row = r->group->rows;
    }
    if (!read_batch(r, scan, rows, batch, out, err)) return SCAN_ERROR;
    r->row += rows;
    return SCAN_BATCH;
}

static const char *const extensions[] = {".parquet", NULL};

const struct file_format parquet_format = {.name = "parquet",
                                           .extensions = extensions,
                                           .infer = infer,
                                           .ranges = ranges,
                                           .open = parquet_open,
                                           .next = parquet_next,
                                           .narrows = true,
                                           .writer = &parquet_writer};
