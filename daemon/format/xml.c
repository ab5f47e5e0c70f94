/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML files: each element named by `rowTag` is a record, wherever it stands; one inside another is a field of it. A
 * file is read as a whole and then record by record, as an end tag may be anywhere.
 *
 * What is malformed ends the file: there is no telling where the next record begins. A record whose values do not fit
 * the schema does not. Either way the corrupt column holds the file's text, as Spark has it.
 */

#include "format/format_int.h"
#include "format/lines.h"
#include "format/records.h"
#include "function/xml_text.h"

struct xml_file {
    struct xml_options options;
    struct lines lines;
    struct string text;
    struct xml_reader reader;
    struct record_columns columns;
    struct arena *record; /* of the record at hand */
    struct string kept;   /* the file's text, as long as the batch at hand */
    bool ended;
};

static bool read_options(struct arena *arena, const struct context *context, const struct u_option *options,
                         uint32_t count, struct xml_options *o, struct error *err) {
    if (!option_get(options, count, "rowTag")) return error_set(err, "XML_ROW_TAG_MISSING", "rowTag", "`rowTag`", NULL);
    return xml_options_read(arena, context, options, count, PATTERN_PARSE, o, err);
}

static bool open_text(struct xml_file *f, struct arena *arena, const char *path, struct error *err) {
    TRY(lines_open(&f->lines, arena, path, NULL, err));
    while (!f->lines.last) TRY(lines_refill(&f->lines, err));
    f->text = string_make(f->lines.next, (size_t)(f->lines.end - f->lines.next));
    f->record = arena_scratch(arena);
    xml_reader_init(&f->reader, arena, f->record, f->text);
    return true;
}

enum found { FOUND_RECORD, FOUND_END, FOUND_MALFORMED };

/* The next element named rowTag. A text that merely ends too early has no more of them. */
static enum found next_record(struct xml_file *f, struct xml_event *start) {
    struct string tag = string_of(f->options.row_tag);
    for (;;) {
        arena_reset(f->record);
        *start = xml_next(&f->reader);
        if (start->kind == XML_START && string_equal(xml_element_name(&f->options, start->text), tag))
            return FOUND_RECORD;
        if (start->kind == XML_DONE) return FOUND_END;
        if (start->kind == XML_MALFORMED) return f->reader.next == f->reader.end ? FOUND_END : FOUND_MALFORMED;
    }
}

/* ---- schema ---- */

static const struct type *infer_file(struct xml_file *f, const struct xml_target *target, const struct type *so_far,
                                     struct error *err) {
    struct xml_event start;
    enum found found;
    while ((found = next_record(f, &start)) != FOUND_END) {
        const struct type *t = found == FOUND_RECORD ? xml_infer(target, &f->reader, &start) : NULL;
        if (t) {
            so_far = xml_merge_types(target, so_far, t);
            continue;
        }
        struct field corrupt = {.name = f->options.corrupt_column, .type = TYPE_OF(STRING), .nullable = true};
        if (f->options.mode == XML_FAIL_FAST) {
            error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord", corrupt.name, "failFastMode",
                      "FAILFAST", NULL);
            return NULL;
        }
        if (f->options.mode == XML_PERMISSIVE)
            so_far = xml_merge_types(target, so_far, type_struct(target->arena, &corrupt, 1));
        break;
    }
    return so_far;
}

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    struct xml_file f = {0};
    TRY_NULL(read_options(arena, context, source->options, source->option_count, &f.options, err));
    if (f.options.variant_column) {
        struct field column = {.name = f.options.variant_column, .type = TYPE_OF(VARIANT), .nullable = true};
        return type_struct(arena, &column, 1);
    }
    struct xml_target target = {.arena = arena, .context = context, .options = &f.options};
    const struct type *found = type_struct(arena, NULL, 0);
    struct arena *opened = arena_scratch(arena);
    for (uint32_t i = 0; i < source->file_count; i++) {
        arena_reset(opened);
        TRY_NULL(open_text(&f, opened, source->files[i].path, err));
        found = infer_file(&f, &target, found, err);
        TRY_NULL(found);
    }
    arena_release(opened);
    found = xml_final_type(arena, found);
    return found ? found : type_struct(arena, NULL, 0);
}

/* ---- rows ---- */

static bool xml_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                     struct error *err) {
    struct xml_file *f = ARENA_NEW(arena, struct xml_file);
    const struct scan_source *source = scan->source;
    TRY(read_options(arena, scan->request->context, source->options, source->option_count, &f->options, err));
    TRY(scan_check_corrupt(scan, f->options.corrupt_column, err) && open_text(f, arena, file->path, err));
    record_columns_init(&f->columns, arena, scan, f->options.corrupt_column);
    *state = f;
    return true;
}

static bool add_row(const struct scan *scan, struct xml_file *f, struct record_rows *rows, const struct xml_cell *cell,
                    bool good, struct error *err) {
    if (!good && f->options.mode == XML_FAIL_FAST) return scan_malformed(scan, "", err);
    if (!good && f->options.mode == XML_DROP_MALFORMED) return true;
    if (!good && !f->kept.data) f->kept = string_copy(rows->raw.arena, f->text);
    xml_append(&rows->values, cell);
    if (good)
        builder_append_null(&rows->raw);
    else
        builder_append(&rows->raw, &f->kept);
    rows->count++;
    return true;
}

static bool fill(const struct scan *scan, struct xml_file *f, struct record_rows *rows, struct error *err) {
    struct xml_target target = {.arena = f->record, .context = scan->request->context, .options = &f->options};
    struct xml_cell nothing = {.kind = XML_CELL_ROW, .count = f->columns.row->field_count};
    nothing.items = ARENA_ARRAY(rows->values.arena, struct xml_cell, nothing.count);
    while (!f->ended && rows->count < BATCH_ROWS) {
        struct xml_event start;
        struct xml_cell row;
        enum found found = next_record(f, &start);
        if (found == FOUND_END) {
            f->ended = true;
            break;
        }
        enum xml_outcome outcome =
            found == FOUND_RECORD ? xml_read_row(&target, &f->reader, f->columns.row, &start, &row) : XML_BAD;
        f->ended = f->reader.failed;
        TRY(add_row(scan, f, rows, outcome == XML_BAD ? &nothing : &row, outcome == XML_GOOD, err));
    }
    return true;
}

static enum scan_status xml_next_batch(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                       struct error *err) {
    struct xml_file *f = state;
    struct record_rows rows;
    record_rows_init(&rows, batch, &f->columns);
    f->kept = (struct string){0};
    if (!fill(scan, f, &rows, err)) return SCAN_ERROR;
    return record_rows_finish(&rows, batch, &f->columns, scan, out);
}

static const char *const extensions[] = {".xml", NULL};

const struct file_format xml_format = {.name = "xml",
                                       .extensions = extensions,
                                       .lacks = FORMAT_LACKS(TIME),
                                       .infer = infer,
                                       .open = xml_open,
                                       .next = xml_next_batch,
                                       .writer = &xml_file_writer};
