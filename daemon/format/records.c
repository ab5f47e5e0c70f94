/* SPDX-License-Identifier: Apache-2.0 */
/* Records of text files, gathered as rows: see records.h. */
#include "format/records.h"

#include <string.h>

void record_columns_init(struct record_columns *columns, struct arena *arena, const struct scan *scan,
                         const char *corrupt_column) {
    columns->positions = ARENA_ARRAY(arena, uint32_t, scan->file_column_count);
    struct field *fields = ARENA_ARRAY(arena, struct field, scan->file_column_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scan->file_column_count; i++) {
        const struct field *f = &scan->source->schema->fields[scan->file_columns[i]];
        bool corrupt = strcmp(f->name, corrupt_column) == 0 && f->type->kind == TYPE_STRING;
        columns->positions[i] = corrupt ? UINT32_MAX : count;
        if (!corrupt) fields[count++] = *f;
    }
    columns->row = type_struct(arena, fields, count);
}

void record_rows_init(struct record_rows *rows, struct arena *batch, const struct record_columns *columns) {
    builder_init(&rows->values, batch, columns->row, BATCH_ROWS);
    builder_init(&rows->raw, batch, TYPE_OF(STRING), BATCH_ROWS);
    rows->count = 0;
}

enum scan_status record_rows_finish(struct record_rows *rows, struct arena *batch, const struct record_columns *columns,
                                    const struct scan *scan, struct batch *out) {
    if (rows->count == 0) return SCAN_DONE;
    const struct vector *values = builder_finish(&rows->values), *raw = builder_finish(&rows->raw);
    out->count = rows->count;
    out->column_count = scan->file_column_count;
    out->columns = ARENA_ARRAY(batch, struct vector, out->column_count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        uint32_t field = columns->positions[i];
        out->columns[i] = field == UINT32_MAX ? *raw : values->children[field];
    }
    return SCAN_BATCH;
}
