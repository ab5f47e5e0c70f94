/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See query.h. The statement is derived (which runs it, when it is a command), and over its handle goes a
 * projection that makes text of each column: the columns are renamed to c0, c1, … first, since their names
 * may be ambiguous. Binary columns stay as they are and are shown in hexadecimal. For JSON each row becomes
 * one document, in the engine.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "print.h"

/* Numbers of spark.connect: DataType's kinds, messages' fields. */
enum { KIND_NULL = 1, KIND_BINARY = 2, KIND_BYTE = 4, KIND_DECIMAL = 10, KIND_STRUCT = 21, KIND_VARIANT = 25 };
enum {
    PLAN_ROOT = 1,
    RELATION_PROJECT = 3,
    RELATION_TO_DF = 18,
    RELATION_HANDLE = 2000,
    INPUT = 1,
    TO_DF_NAMES = 2,
    PROJECT_EXPRESSIONS = 3,
    EXPRESSION_TEXT = 4, /* ExpressionString */
};

struct columns {
    size_t count, capacity;
    struct text *names;
    uint32_t *kinds;
    bool *right;
};

static void columns_release(struct columns *c) {
    free(c->names);
    free(c->kinds);
    free(c->right);
}

static bool columns_add(struct columns *c, struct span name, uint32_t kind) {
    if (c->count == c->capacity) {
        size_t capacity = c->capacity ? c->capacity * 2 : 16;
        struct text *names = realloc(c->names, capacity * sizeof *names);
        if (names) c->names = names;
        uint32_t *kinds = realloc(c->kinds, capacity * sizeof *kinds);
        if (kinds) c->kinds = kinds;
        bool *right = realloc(c->right, capacity * sizeof *right);
        if (right) c->right = right;
        if (!names || !kinds || !right) return false;
        c->capacity = capacity;
    }
    c->names[c->count] = (struct text){(const char *)(name.data ? name.data : (const uint8_t *)""), name.size};
    c->kinds[c->count] = kind;
    c->right[c->count++] = kind >= KIND_BYTE && kind <= KIND_DECIMAL;
    return true;
}

/* The fields of a serialized struct type. The names point into it. */
static bool columns_read(struct columns *c, struct span schema) {
    struct pb_reader fields = pb_read(pb_find(schema, KIND_STRUCT));
    while (pb_next(&fields)) {
        if (fields.field != 1 || !fields.span.data) continue;
        struct pb_reader type = pb_read(pb_find(fields.span, 2));
        uint32_t kind = pb_next(&type) ? type.field : KIND_NULL;
        if (!columns_add(c, pb_find(fields.span, 1), kind)) return false;
    }
    return true;
}

static void expression_text(struct bytes *out, const char *text) {
    size_t expression = pb_begin(out, PROJECT_EXPRESSIONS), string = pb_begin(out, EXPRESSION_TEXT);
    pb_string(out, 1, text);
    pb_end(out, string);
    pb_end(out, expression);
}

static void to_df(struct bytes *out, uint64_t handle, size_t count) {
    char name[32];
    size_t relation = pb_begin(out, RELATION_TO_DF), input = pb_begin(out, INPUT);
    pb_uint(out, RELATION_HANDLE, handle);
    pb_end(out, input);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "c%zu", i);
        pb_string(out, TO_DF_NAMES, name);
    }
    pb_end(out, relation);
}

/* Plan{project{to_df{handle}, casts}}; for JSON Plan{project{handle, to_json}}. */
static void projection(struct bytes *out, uint64_t handle, const struct columns *columns, enum output_mode mode) {
    char text[64];
    size_t root = pb_begin(out, PLAN_ROOT), project = pb_begin(out, RELATION_PROJECT);
    size_t input = pb_begin(out, INPUT);
    if (mode == OUTPUT_JSON)
        pb_uint(out, RELATION_HANDLE, handle);
    else
        to_df(out, handle, columns->count);
    pb_end(out, input);
    if (mode == OUTPUT_JSON) expression_text(out, "to_json(struct(*), map('ignoreNullFields', 'false'))");
    for (size_t i = 0; i < columns->count && mode != OUTPUT_JSON; i++) {
        snprintf(text, sizeof text, columns->kinds[i] == KIND_BINARY ? "c%zu" : "CAST(c%zu AS STRING)", i);
        expression_text(out, text);
    }
    pb_end(out, project);
    pb_end(out, root);
}

/* ---- rows ---- */

static struct text value_of(const struct wire_column *column, uint32_t row) {
    int32_t ends[2];
    if (column->buffer_count < 3) return (struct text){0};
    if (column->sizes[0] && !(column->buffers[0][row / 8] >> row % 8 & 1)) return (struct text){0};
    memcpy(ends, column->buffers[1] + row * sizeof ends[0], sizeof ends);
    return (struct text){(const char *)column->buffers[2] + ends[0], (size_t)(ends[1] - ends[0])};
}

/* "[48 65]", as show() has it, into memory that `hex` keeps. */
static struct text in_hexadecimal(struct text value, struct bytes *hex) {
    static const char digits[] = "0123456789ABCDEF";
    size_t from = hex->size;
    bytes_append(hex, "[", 1);
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        bytes_append(hex, (char[]){digits[c >> 4], digits[c & 15], ' '}, i + 1 < value.size ? 3 : 2);
    }
    bytes_append(hex, "]", 1);
    return (struct text){(const char *)from, hex->size - from};
}

/* False: no memory, or buffers that are not those of text. */
static bool print_batch(struct printer *p, const struct wire_batch *batch, const struct columns *columns,
                        struct text *values) {
    struct bytes hex = {0};
    bool good = batch->column_count == p->columns;
    for (uint32_t row = 0; good && row < batch->rows; row++) {
        hex.size = 0;
        for (size_t c = 0; c < p->columns; c++) {
            values[c] = value_of(&batch->columns[c], row);
            bool binary = p->output->mode != OUTPUT_JSON && columns->kinds[c] == KIND_BINARY;
            if (values[c].data && binary) values[c] = in_hexadecimal(values[c], &hex);
        }
        for (size_t c = 0; c < p->columns; c++) /* offsets in hex become addresses now that it moves no more */
            if (p->output->mode != OUTPUT_JSON && columns->kinds[c] == KIND_BINARY && values[c].size)
                values[c].data = (const char *)hex.data + (uintptr_t)values[c].data;
        good = !hex.failed;
        if (good) printer_row(p, values);
    }
    bytes_release(&hex);
    return good;
}

static bool print_rows(struct roost_result *result, const struct output *output, const struct columns *columns,
                       const struct roost_wait *wait, struct roost_error *error) {
    static const struct text json_name = {"", 0};
    static const bool json_right = false;
    bool json = output->mode == OUTPUT_JSON;
    struct printer p;
    printer_init(&p, output, json ? &json_name : columns->names, json ? &json_right : columns->right,
                 json ? 1 : columns->count);
    struct text *values = calloc(columns->count + 1, sizeof *values);
    const struct roost_batch *batch;
    int more = values ? 1 : -1;
    while (more > 0 && (more = roost_result_next(result, wait, &batch, error)) > 0)
        if (!print_batch(&p, &batch->batch, columns, values)) more = -1;
    bool good = more == 0 && printer_finish(&p);
    if (!good && !error->kind) {
        error->kind = "OutOfMemory";
        error->message = "The rows could not be printed.";
    }
    free(values);
    printer_release(&p);
    return good;
}

static bool run_rows(struct roost_plan *plan, const struct output *output, const struct columns *columns,
                     const struct roost_wait *wait, struct roost_error *error) {
    struct bytes recipe = {0};
    projection(&recipe, roost_plan_handle(plan), columns, output->mode);
    struct roost_result *result = NULL;
    if (!recipe.failed)
        result = roost_execute_plan(roost_plan_session(plan), recipe.data, recipe.size, &plan, 1, NULL, wait, error);
    bytes_release(&recipe);
    bool good = result && print_rows(result, output, columns, wait, error);
    roost_result_close(result);
    return good;
}

bool query_run(struct roost_session *session, const char *sql, const struct output *output,
               const struct roost_wait *wait, struct roost_error *error) {
    struct roost_plan *plan = roost_plan_sql(session, sql);
    struct columns columns = {0};
    struct span schema;
    bool good = plan && roost_plan_derive(plan, wait, error);
    if (good) {
        schema.data = roost_plan_schema(plan, &schema.size);
        good = columns_read(&columns, schema);
        if (good && columns.count) good = run_rows(plan, output, &columns, wait, error);
    }
    if (!good && !error->kind) {
        error->kind = "OutOfMemory";
        error->message = "There is no memory left.";
    }
    columns_release(&columns);
    roost_plan_unref(plan);
    return good;
}
