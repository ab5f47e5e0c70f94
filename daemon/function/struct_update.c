/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Column.withField and Column.dropFields: a struct with a field put in or taken out. SQL has no name for them.
 *
 * Argument 1 is the field's name, a constant. Names compare without case. A field that is there is replaced where it
 * stands (all of that name are), one that is not comes last; dropping one that is not there changes nothing.
 */
#include <strings.h>

#include "function/complex_kernel.h"

static const char *field_name(struct resolver *r, const struct expr *call) {
    struct string s = *VECTOR_DATA(call->children[1]->literal, struct string);
    return arena_strndup(r->arena, s.data, s.size);
}

static bool check_struct(struct resolver *r, const struct expr *call, struct error *err) {
    const struct expr *s = call->children[0];
    if (s->type->kind == TYPE_STRUCT) return true;
    resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", "first", "inputSql", quoted_expr(r->arena, s),
                     "inputType", quoted_type(r->arena, s->type), "requiredType", "\"STRUCT\"", NULL);
    return false;
}

static struct expr *with_field_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(check_struct(r, call, err));
    const struct type *from = call->children[0]->type;
    const struct expr *value = call->children[2];
    struct field put = {.name = field_name(r, call), .type = value->type, .nullable = value->nullable};
    struct field *fields = ARENA_ARRAY(r->arena, struct field, from->field_count + 1);
    bool found = false;
    for (uint32_t i = 0; i < from->field_count; i++) {
        bool same = strcasecmp(from->fields[i].name, put.name) == 0;
        fields[i] = same ? put : from->fields[i];
        found |= same;
    }
    fields[from->field_count] = put;
    call->type = type_struct(r->arena, fields, from->field_count + !found);
    call->nullable = call->children[0]->nullable;
    return call;
}

static struct expr *drop_field_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(check_struct(r, call, err));
    const struct type *from = call->children[0]->type;
    const char *name = field_name(r, call);
    struct field *fields = ARENA_ARRAY(r->arena, struct field, from->field_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < from->field_count; i++)
        if (strcasecmp(from->fields[i].name, name) != 0) fields[count++] = from->fields[i];
    if (!count) return resolve_mismatch(r, call, err, "CANNOT_DROP_ALL_FIELDS", NULL);
    call->type = type_struct(r->arena, fields, count);
    call->nullable = call->children[0]->nullable;
    return call;
}

/* The fields of s row by row; NULL where s is. */
static const struct vector *fields_of(struct call *call, const struct vector *s, uint32_t rows, struct vector *out) {
    if (s->form == VECTOR_FLAT && !s->validity) return s->children;
    uint32_t *indexes = arena_bytes_array(call->arena, rows, sizeof *indexes);
    for (uint32_t i = 0; i < rows; i++) {
        bool null = vector_is_null(s, i);
        indexes[i] = null ? NO_ENTRY : vector_entry(s, i);
        if (null) vector_set_null(out, call->arena, i, rows);
    }
    uint32_t count = s->type->field_count;
    struct vector *fields = ARENA_ARRAY(call->arena, struct vector, count);
    for (uint32_t i = 0; i < count && s->children; i++) gather(call->arena, &s->children[i], indexes, rows, &fields[i]);
    for (uint32_t i = 0; i < count && !s->children; i++)
        vector_init_null(&fields[i], call->arena, s->type->fields[i].type);
    return fields;
}

static bool with_field_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    const struct type *from = call->expr->children[0]->type, *to = call->expr->type;
    const struct vector *fields = fields_of(call, &arguments[0], rows, out);
    struct string s = *VECTOR_DATA(&arguments[1], struct string);
    for (uint32_t i = 0; i < to->field_count; i++) {
        bool put = i == from->field_count ||
                   (strlen(from->fields[i].name) == s.size && strncasecmp(from->fields[i].name, s.data, s.size) == 0);
        out->children[i] = put ? arguments[2] : fields[i];
    }
    return true;
}

static bool drop_field_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    const struct type *from = call->expr->children[0]->type;
    const struct vector *fields = fields_of(call, &arguments[0], rows, out);
    struct string s = *VECTOR_DATA(&arguments[1], struct string);
    for (uint32_t i = 0, k = 0; i < from->field_count; i++)
        if (strlen(from->fields[i].name) != s.size || strncasecmp(from->fields[i].name, s.data, s.size) != 0)
            out->children[k++] = fields[i];
    return true;
}

const struct function struct_update_functions[] = {
    COMPLEX_FUNCTION("with_field", "struct_funcs", NULL, with_field_kernel, with_field_resolve,
                     .flags = FUNCTION_INTERNAL | FUNCTION_NO_FOLD),
    COMPLEX_FUNCTION("drop_field", "struct_funcs", NULL, drop_field_kernel, drop_field_resolve,
                     .flags = FUNCTION_INTERNAL | FUNCTION_NO_FOLD),
    {0},
};
