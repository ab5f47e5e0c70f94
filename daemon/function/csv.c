/* SPDX-License-Identifier: Apache-2.0 */
/*
 * from_csv, to_csv, schema_of_csv. Both directions work on columns: the fields of all rows' records are gathered into
 * a column of texts each, which is then converted at once.
 *
 * Options are read when the first row that is not NULL comes: before that, Spark does not look at them either.
 */
#include "column/cast.h"
#include "function/complex_kernel.h"
#include "function/csv_text.h"
#include "function/string_kernel.h"
#include "function/text_schema.h"

/* What resolve() leaves in call.data. */
struct csv_arguments {
    struct u_option *options;
    uint32_t option_count;
};

struct csv_state {
    struct arena *arena, *scratch;
    bool is_ready;
    struct csv_options options;
    struct csv_writer writer;
    uint8_t *readings;           /* by column: of variants, see csv_to_variants() */
    struct csv_readings records; /* of singleVariantColumn */
};

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    struct csv_state *s = ARENA_NEW(arena, struct csv_state);
    s->arena = arena;
    s->scratch = arena_scratch(arena);
    *state = s;
    return true;
}

static bool make_ready(struct call *call, struct csv_state *s, struct error *err) {
    static const struct u_option none[1];
    const struct csv_arguments *a = call->expr->call.data;
    const struct u_option *options = a ? a->options : none;
    uint32_t count = a ? a->option_count : 0;
    if (s->is_ready) return true;
    bool writes = call->expr->call.function->name[0] == 't'; /* to_csv */
    enum pattern_use use = writes ? PATTERN_FORMAT : PATTERN_PARSE;
    TRY(csv_options_read(s->arena, call->context, options, count, use, &s->options, err));
    TRY(csv_writer_init(&s->writer, s->arena, call->context, options, count, err));
    s->options.multi_line = s->options.one_record = true;
    s->readings = ARENA_ARRAY(s->arena, uint8_t, writes ? 0 : call->expr->type->field_count);
    s->records.arena = s->arena;
    s->is_ready = true;
    return true;
}

static bool any_wanted(const struct vector *out, uint32_t rows) {
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) return true;
    return false;
}

static bool take_options(struct resolver *r, struct expr *call, uint32_t which, struct error *err) {
    struct csv_arguments *a = ARENA_NEW(r->arena, struct csv_arguments);
    call->call.data = a;
    return call->child_count <= which || options_argument(r, call, which, &a->options, &a->option_count, err);
}

/* The call as names show it: the first argument alone. */
static struct expr *first_alone(struct resolver *r, const struct expr *call) {
    struct expr *one = expr_copy_node(r->arena, call);
    one->child_count = 1;
    one->pretty = NULL;
    return one;
}

/* ---- from_csv ---- */

static struct expr *from_csv_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = schema_argument(r, call, 1, err);
    TRY_NULL(t);
    TRY_NULL(take_options(r, call, 2, err));
    struct expr *one = first_alone(r, call);
    const struct csv_arguments *a = call->call.data;
    const struct expr *text = one->children[0];
    if (t->kind != TYPE_STRUCT) {
        error_set(err, "INVALID_SCHEMA.NON_STRUCT_TYPE", "inputSchema", quoted_expr(r->arena, call->children[1]),
                  "dataType", quoted_type(r->arena, t), NULL);
        error_at(err, call->origin);
        return NULL;
    }
    if (!type_is_string(text->type) && text->type->kind != TYPE_NULL)
        return resolve_mismatch(r, one, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"STRING\"", "inputSql", quoted_expr(r->arena, text), "inputType",
                                quoted_type(r->arena, text->type), NULL);
    TRY_NULL(check_parse_mode("`from_csv`", a->options, a->option_count, err));
    TRY_NULL(check_corrupt_column(r, t, a->options, a->option_count, err));
    one->nullable = text->nullable;
    if (one->children[0]->type->kind == TYPE_NULL) one->children[0] = expr_null(r->arena, TYPE_OF(STRING));
    one->type = type_as_nullable(r->arena, t);
    return one;
}

static uint32_t corrupt_field(const struct type *t, const char *name) {
    for (uint32_t i = 0; i < t->field_count; i++)
        if (strcmp(t->fields[i].name, name) == 0 && t->fields[i].type->kind == TYPE_STRING) return i;
    return UINT32_MAX;
}

/* One record's fields into row `row` of the texts. *good: false when there are more or fewer of them. */
static bool split(struct call *call, const struct csv_state *s, struct string text, struct vector *texts,
                  uint32_t corrupt, uint32_t row, uint32_t rows, bool *good, struct error *err) {
    const char *next = text.data;
    uint32_t columns = call->expr->type->field_count, field = 0;
    struct csv_record record = {0};
    enum csv_status status = csv_next(call->arena, &s->options, &next, text.data + text.size, true, &record, err);
    if (status == CSV_ERROR) return false;
    if (status == CSV_END) record.count = 0;
    for (uint32_t c = 0; c < columns; c++) {
        if (c == corrupt) continue;
        if (field < record.count && !record.fields[field].is_null)
            VECTOR_DATA(&texts[c], struct string)[row] = record.fields[field].text;
        else
            vector_set_null(&texts[c], call->arena, row, rows);
        field++;
    }
    *good = record.count == field;
    return true;
}

/* FAILFAST: the first bad row, as what could be made of it. */
static bool refuse(struct call *call, const struct vector *row_values, uint32_t columns, uint32_t row,
                   struct error *err) {
    struct text t;
    text_init(&t, call->arena);
    for (uint32_t c = 0; c < columns; c++) {
        struct vector one, as_text;
        struct cast cast = {
            .from = row_values[c].type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = call->context->zone};
        vector_select(&one, call->arena, &row_values[c], &row, 1);
        TRY(vector_cast(call->arena, &cast, &one, 1, &as_text, err));
        text_add(&t, c ? "," : "[");
        if (vector_is_null(&as_text, 0)) {
            text_add(&t, "null");
        } else {
            struct string s = VECTOR_DATA(&as_text, struct string)[vector_entry(&as_text, 0)];
            text_add_bytes(&t, s.data, s.size);
        }
    }
    text_add_char(&t, ']');
    return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord", text_finish(&t),
                     "failFastMode", "FAILFAST", NULL);
}

static bool check_types(struct call *call, struct error *err) {
    const struct type *t = call->expr->type;
    for (uint32_t i = 0; i < t->field_count; i++) {
        if (!type_is_nested(t->fields[i].type) && t->fields[i].type->kind != TYPE_TIME) continue;
        error_set(err, "UNSUPPORTED_DATATYPE", "typeName", quoted_type(call->arena, t->fields[i].type), NULL);
        return error_set_kind(err, ERROR_UNSUPPORTED);
    }
    return true;
}

static bool from_csv_column(struct call *call, struct csv_state *s, uint32_t c, const struct vector *texts,
                            uint32_t rows, struct vector *out, uint8_t *bad, struct error *err) {
    const struct type *t = call->expr->type->fields[c].type;
    if (t->kind == TYPE_VARIANT)
        return csv_to_variants(call->arena, call->context, &s->options, texts, rows, &s->readings[c], out, err);
    return csv_convert(call->arena, call->context, &s->options, t, texts, rows, out, bad, err);
}

/* singleVariantColumn: a variant, and the corrupt record if there is a column for it, which no record is. */
static bool from_csv_variant(struct call *call, struct csv_state *s, const struct vector *lines, uint32_t rows,
                             uint32_t corrupt, struct vector *out, struct error *err) {
    const struct type *t = call->expr->type;
    uint32_t column = corrupt == 0;
    bool single = t->field_count == 1u + (corrupt != UINT32_MAX) && t->fields[column].type->kind == TYPE_VARIANT;
    if (!single || strcmp(t->fields[column].name, s->options.variant_column) != 0)
        return error_set(err, "INVALID_SINGLE_VARIANT_COLUMN", "schema", quoted_type(call->arena, t), NULL);
    struct view texts = vector_view(call->arena, lines, rows);
    struct csv_record *records = ARENA_ARRAY(call->arena, struct csv_record, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string line = string_at(&texts, i);
        const char *next = line.data;
        if (csv_next(call->arena, &s->options, &next, next + line.size, true, &records[i], err) == CSV_ERROR)
            return false;
    }
    if (corrupt != UINT32_MAX) vector_init_null(&out->children[corrupt], call->arena, TYPE_OF(STRING));
    return csv_records_to_variants(call->arena, call->context, &s->options, records, rows, &s->records,
                                   &out->children[column], err);
}

static bool from_csv_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct csv_state *s = call->state;
    const struct type *t = call->expr->type;
    if (any_wanted(out, rows)) TRY(make_ready(call, s, err));
    TRY(!s->is_ready || check_types(call, err));
    uint32_t corrupt = s->is_ready ? corrupt_field(t, s->options.corrupt_column) : UINT32_MAX;
    if (s->is_ready && s->options.variant_column)
        return from_csv_variant(call, s, &arguments[0], rows, corrupt, out, err);
    struct view lines = vector_view(call->arena, &arguments[0], rows);
    struct vector *texts = ARENA_ARRAY(call->arena, struct vector, t->field_count);
    uint8_t *bad = ARENA_ARRAY(call->arena, uint8_t, rows);
    for (uint32_t c = 0; c < t->field_count; c++) vector_init(&texts[c], call->arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        bool good = true;
        if (row_is_wanted(out, i))
            TRY(split(call, s, string_at(&lines, i), texts, corrupt, i, rows, &good, err));
        else
            for (uint32_t c = 0; c < t->field_count; c++) vector_set_null(&texts[c], call->arena, i, rows);
        bad[i] = !good;
    }
    for (uint32_t c = 0; c < t->field_count; c++)
        if (c != corrupt) TRY(from_csv_column(call, s, c, &texts[c], rows, &out->children[c], bad, err));
    for (uint32_t i = 0; i < rows; i++) {
        if (corrupt != UINT32_MAX) {
            if (bad[i] && row_is_wanted(out, i) && string_at(&lines, i).size)
                VECTOR_DATA(&out->children[corrupt], struct string)[i] = string_at(&lines, i);
            else
                vector_set_null(&out->children[corrupt], call->arena, i, rows);
        }
        if (bad[i] && s->options.mode == CSV_FAIL_FAST) return refuse(call, out->children, t->field_count, i, err);
    }
    return true;
}

/* ---- to_csv ---- */

static bool holds_variant(const struct type *t) {
    if (t->kind == TYPE_ARRAY || t->kind == TYPE_MAP) return holds_variant(t->element);
    for (uint32_t i = 0; i < t->field_count; i++)
        if (holds_variant(t->fields[i].type)) return true;
    return t->kind == TYPE_VARIANT;
}

static struct expr *to_csv_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = first_alone(r, call);
    if (one->children[0]->type->kind == TYPE_NULL) one->children[0] = expr_null(r->arena, TYPE_OF(NULL));
    const struct type *t = one->children[0]->type;
    if ((t->kind != TYPE_STRUCT && t->kind != TYPE_NULL) || holds_variant(t))
        return resolve_mismatch(r, one, err, "UNSUPPORTED_INPUT_TYPE", "functionName", "`to_csv`", "dataType",
                                quoted_type(r->arena, t), NULL);
    one->nullable = true;
    return one;
}

static bool to_csv_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct csv_state *s = call->state;
    if (!any_wanted(out, rows)) return true;
    TRY(make_ready(call, s, err));
    const struct vector *structs = vector_flatten(call->arena, &arguments[0], rows);
    struct vector *texts = ARENA_ARRAY(call->arena, struct vector, structs->child_count);
    for (uint32_t c = 0; c < structs->child_count; c++)
        TRY(csv_writer_texts(&s->writer, call->arena, &structs->children[c], rows, &texts[c], err));
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct text t;
        text_init(&t, call->arena);
        csv_write_record(&s->writer, &t, texts, structs->child_count, i);
        if (t.size)
            VECTOR_DATA(out, struct string)[i] = string_make(t.data, t.size);
        else
            vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

/* ---- schema_of_csv ---- */

static struct expr *schema_of_csv_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = first_alone(r, call);
    TRY_NULL(check_sample(r, one, "csv", err));
    one->nullable = false;
    return one;
}

static bool schema_of_csv_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct csv_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    TRY(make_ready(call, s, err));
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string text = string_at(&texts, i);
        struct csv_record record = {0};
        const char *next = text.data;
        if (csv_next(call->arena, &s->options, &next, text.data + text.size, true, &record, err) == CSV_ERROR)
            return false;
        struct field *fields = ARENA_ARRAY(call->arena, struct field, record.count);
        for (uint32_t c = 0; c < record.count; c++) {
            const struct type *t =
                csv_infer(call->arena, s->scratch, call->context, &s->options, TYPE_OF(NULL), &record.fields[c]);
            fields[c] = (struct field){.name = arena_printf(call->arena, "_c%u", c),
                                       .type = t->kind == TYPE_NULL ? TYPE_OF(STRING) : t,
                                       .nullable = true};
        }
        VECTOR_DATA(out, struct string)
        [i] = string_of(type_sql(call->arena, type_struct(call->arena, fields, record.count)));
    }
    return true;
}

#define CSV(fname, sig, fn, res, ...)                                                                                  \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT, .signature = sig, .kernel = fn,             \
        .resolve = res, .prepare = prepare, .group = "csv_funcs", .since = "3.0.0", __VA_ARGS__                        \
    }

const struct function csv_functions[] = {
    CSV("from_csv", "(ANY, ANY [, ANY]) ?", from_csv_kernel, from_csv_resolve,
        .usage = "from_csv(csvStr, schema[, options]) - The struct that a line of CSV holds.",
        .example = "from_csv('1, 0.8', 'a INT, b DOUBLE') => {\"a\":1,\"b\":0.8}"),
    CSV("to_csv", "(ANY [, ANY]) STRING", to_csv_kernel, to_csv_resolve,
        .usage = "to_csv(expr[, options]) - A struct as a line of CSV.",
        .example = "to_csv(named_struct('a', 1, 'b', 2)) => 1,2"),
    CSV("schema_of_csv", "(ANY [, ANY]) STRING", schema_of_csv_kernel, schema_of_csv_resolve,
        .usage = "schema_of_csv(csv[, options]) - The types of a line's fields as DDL.",
        .example = "schema_of_csv('1,abc') => STRUCT<_c0: INT, _c1: STRING>"),
    {0},
};
