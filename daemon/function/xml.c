/* SPDX-License-Identifier: Apache-2.0 */
/*
 * from_xml, to_xml, schema_of_xml. As for CSV, options are read when the first row that is not NULL comes: before
 * that, Spark does not look at them either.
 */
#include "column/cast.h"
#include "function/complex_kernel.h"
#include "function/string_kernel.h"
#include "function/text_schema.h"
#include "function/xml_text.h"

/* What resolve() leaves in call.data. */
struct xml_arguments {
    struct u_option *options;
    uint32_t option_count;
};

struct xml_state {
    struct arena *arena, *record;
    bool reads, writes;
    struct xml_options options;
    struct xml_writer writer;
};

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    struct xml_state *s = ARENA_NEW(arena, struct xml_state);
    s->arena = arena;
    s->record = arena_scratch(arena);
    *state = s;
    return true;
}

static bool make_ready(struct call *call, struct xml_state *s, struct error *err) {
    static const struct u_option none[1];
    const struct xml_arguments *a = call->expr->call.data;
    if (s->reads) return true;
    bool writes = call->expr->call.function->name[0] == 't'; /* to_xml */
    TRY(xml_options_read(s->arena, call->context, a ? a->options : none, a ? a->option_count : 0,
                         writes ? PATTERN_FORMAT : PATTERN_PARSE, &s->options, err));
    s->reads = true;
    return true;
}

static bool take_options(struct resolver *r, struct expr *call, uint32_t which, struct error *err) {
    struct xml_arguments *a = ARENA_NEW(r->arena, struct xml_arguments);
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

static struct expr *unexpected(struct resolver *r, struct expr *one, const char *required, struct error *err) {
    return resolve_mismatch(r, one, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                            required, "inputSql", quoted_expr(r->arena, one->children[0]), "inputType",
                            quoted_type(r->arena, one->children[0]->type), NULL);
}

/* ---- from_xml ---- */

static struct expr *from_xml_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = schema_argument(r, call, 1, err);
    TRY_NULL(t);
    TRY_NULL(take_options(r, call, 2, err));
    struct expr *one = first_alone(r, call);
    const struct xml_arguments *a = call->call.data;
    const struct expr *text = one->children[0];
    if (!type_is_string(text->type) && text->type->kind != TYPE_NULL) return unexpected(r, one, "\"STRING\"", err);
    if (t->kind != TYPE_STRUCT && t->kind != TYPE_VARIANT)
        return resolve_mismatch(r, one, err, "INVALID_XML_SCHEMA", "schema", quoted_type(r->arena, t), NULL);
    TRY_NULL(check_parse_mode("`from_xml`", a->options, a->option_count, err));
    TRY_NULL(check_corrupt_column(r, t, a->options, a->option_count, err));
    if (one->children[0]->type->kind == TYPE_NULL) one->children[0] = expr_null(r->arena, TYPE_OF(STRING));
    one->type = type_as_nullable(r->arena, t);
    one->nullable = true;
    return one;
}

static uint32_t corrupt_field(const struct type *t, const char *name) {
    for (uint32_t i = 0; i < t->field_count; i++)
        if (strcmp(t->fields[i].name, name) == 0 && t->fields[i].type->kind == TYPE_STRING) return i;
    return UINT32_MAX;
}

/* FAILFAST: the row, as what could be made of it. */
static bool refuse(struct call *call, const struct xml_cell *row, struct error *err) {
    struct builder b;
    struct vector as_text;
    struct cast cast = {
        .from = call->expr->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = call->context->zone};
    builder_init(&b, call->arena, call->expr->type, 1);
    xml_append(&b, row);
    TRY(vector_cast(call->arena, &cast, builder_finish(&b), 1, &as_text, err));
    struct string s = VECTOR_DATA(&as_text, struct string)[0];
    struct text t;
    text_init(&t, call->arena);
    for (uint32_t i = 0; i < s.size; i++) /* {1, null} as [1,null] */
        if (i == 0)
            text_add_char(&t, '[');
        else if (i + 1 == s.size)
            text_add_char(&t, ']');
        else if (s.data[i] != ' ' || s.data[i - 1] != ',')
            text_add_char(&t, s.data[i]);
    return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord", text_finish(&t),
                     "failFastMode", "FAILFAST", NULL);
}

static bool variant_row(const struct xml_target *target, struct xml_reader *reader, struct builder *b,
                        struct error *err) {
    struct xml_cell cell;
    struct xml_event start = xml_next(reader);
    if (start.kind != XML_START || !xml_read_variant(target, reader, &start, &cell))
        return error_plain(err, ERROR_SPARK, "Malformed XML cannot be read as a variant.");
    xml_append(b, &cell);
    return true;
}

static bool from_xml_row(struct call *call, struct xml_state *s, struct string text, struct builder *b,
                         struct error *err) {
    const struct type *t = call->expr->type;
    struct xml_reader reader;
    struct xml_cell row;
    arena_reset(s->record);
    struct xml_target target = {.arena = s->record, .context = call->context, .options = &s->options};
    xml_reader_init(&reader, s->record, s->record, text);
    if (t->kind == TYPE_VARIANT) return variant_row(&target, &reader, b, err);
    struct xml_event start = xml_next(&reader);
    enum xml_outcome outcome = start.kind == XML_START ? xml_read_row(&target, &reader, t, &start, &row) : XML_BAD;
    if (outcome == XML_BAD)
        row = (struct xml_cell){.kind = XML_CELL_ROW,
                                .count = t->field_count,
                                .items = ARENA_ARRAY(s->record, struct xml_cell, t->field_count)};
    if (outcome != XML_GOOD && s->options.mode == XML_FAIL_FAST) return refuse(call, &row, err);
    uint32_t corrupt = corrupt_field(t, s->options.corrupt_column);
    if (corrupt != UINT32_MAX) {
        row.items[corrupt] = (struct xml_cell){.kind = outcome == XML_GOOD ? XML_CELL_NULL : XML_CELL_VALUE};
        memcpy(row.items[corrupt].value, &text, sizeof text);
    }
    xml_append(b, &row);
    return true;
}

static bool from_xml_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct xml_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    struct builder b;
    builder_init(&b, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) {
            builder_append_null(&b);
            continue;
        }
        TRY(make_ready(call, s, err) && from_xml_row(call, s, string_at(&texts, i), &b, err));
    }
    *out = *builder_finish(&b);
    return true;
}

/* ---- to_xml ---- */

static struct expr *to_xml_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = first_alone(r, call);
    if (one->children[0]->type->kind == TYPE_NULL) one->children[0] = expr_null(r->arena, TYPE_OF(NULL));
    enum type_kind kind = one->children[0]->type->kind;
    if (kind != TYPE_STRUCT && kind != TYPE_VARIANT && kind != TYPE_NULL) return unexpected(r, one, "\"STRUCT\"", err);
    one->nullable = true;
    return one;
}

static bool to_xml_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct xml_state *s = call->state;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct text t;
        TRY(make_ready(call, s, err));
        if (!s->writes) TRY(xml_writer_init(&s->writer, s->arena, call->context, &s->options, err));
        s->writes = true;
        text_init(&t, call->arena);
        s->writer.scratch = call->arena;
        s->writer.out = &t;
        TRY(xml_write_row(&s->writer, &arguments[0], i, err));
        VECTOR_DATA(out, struct string)[i] = string_make(t.data ? t.data : "", t.size);
    }
    return true;
}

/* ---- schema_of_xml ---- */

static struct expr *schema_of_xml_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(take_options(r, call, 1, err));
    struct expr *one = first_alone(r, call);
    TRY_NULL(check_sample(r, one, "xml", err));
    one->nullable = false;
    return one;
}

static bool schema_row(struct call *call, const struct xml_state *s, struct string text, struct string *out,
                       struct error *err) {
    struct xml_reader reader;
    struct xml_target target = {.arena = call->arena, .context = call->context, .options = &s->options};
    xml_reader_init(&reader, call->arena, call->arena, text);
    struct xml_event start = xml_next(&reader);
    const struct type *t = start.kind == XML_START ? xml_infer(&target, &reader, &start) : NULL;
    if (!t && s->options.mode == XML_FAIL_FAST)
        return error_set(err, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "badRecord", s->options.corrupt_column,
                         "failFastMode", "FAILFAST", NULL);
    struct field corrupt = {.name = s->options.corrupt_column, .type = TYPE_OF(STRING), .nullable = true};
    if (!t) t = type_struct(call->arena, &corrupt, 1);
    t = xml_final_type(call->arena, t);
    if (!t) t = type_struct(call->arena, NULL, 0);
    *out = string_of(type_sql(call->arena, t));
    return true;
}

static bool schema_of_xml_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct xml_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        TRY(make_ready(call, s, err));
        TRY(schema_row(call, s, string_at(&texts, i), &VECTOR_DATA(out, struct string)[i], err));
    }
    return true;
}

#define XML(fname, sig, fn, res, ...)                                                                                  \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT, .signature = sig, .kernel = fn,             \
        .resolve = res, .prepare = prepare, .group = "xml_funcs", .since = "4.0.0", __VA_ARGS__                        \
    }

const struct function xml_functions[] = {
    XML("from_xml", "(ANY, ANY [, ANY]) ?", from_xml_kernel, from_xml_resolve,
        .usage = "from_xml(xmlStr, schema[, options]) - The struct that an element of XML holds.",
        .example = "from_xml('<p><a>1</a><b>0.8</b></p>', 'a INT, b DOUBLE') => {\"a\":1,\"b\":0.8}"),
    XML("to_xml", "(ANY [, ANY]) STRING", to_xml_kernel, to_xml_resolve,
        .usage = "to_xml(expr[, options]) - A struct as an element of XML.",
        .example = "to_xml(named_struct('a', 1), map('indent', '  ')) => <ROW>\\n  <a>1</a>\\n</ROW>"),
    XML("schema_of_xml", "(ANY [, ANY]) STRING", schema_of_xml_kernel, schema_of_xml_resolve,
        .usage = "schema_of_xml(xml[, options]) - The schema that an element of XML suggests, as DDL.",
        .example = "schema_of_xml('<p><a>1</a></p>') => STRUCT<a: BIGINT>"),
    {0},
};
