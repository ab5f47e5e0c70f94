/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CHAR(n) and VARCHAR(n) are types of tables' columns alone. Queries see STRING; the columns' metadata keeps what was
 * declared, so that comparisons fill up (plan/char_padding.c) and a table or view made from a query declares it again.
 *
 *     written    cast to the declared type: too long is EXCEED_LIMIT_LENGTH, CHAR is filled up
 *     read       CHAR is filled up, as files may have been written by others; longer values stay
 */
#include <strings.h>

#include "expr/resolve.h"
#include "session/command_sql.h"
#include "sql/sql.h"

const struct type *schema_seen(struct arena *arena, const struct type *declared) {
    if (!type_has_char(declared)) return declared;
    struct field *fields = arena_copy(arena, declared->fields, declared->field_count * sizeof *fields);
    for (uint32_t i = 0; i < declared->field_count; i++) {
        const struct type *type = declared->fields[i].type;
        if (!type_has_char(type)) continue;
        fields[i].type = type_without_char(arena, type);
        fields[i].metadata = metadata_with(arena, fields[i].metadata, CHAR_TYPE_KEY, type_catalog_string(arena, type));
    }
    return type_struct(arena, fields, declared->field_count);
}

const struct type *schema_declared(struct arena *arena, const struct context *context, const struct type *seen) {
    struct field *fields = arena_copy(arena, seen->fields, seen->field_count * sizeof *fields);
    for (uint32_t i = 0; i < seen->field_count; i++) {
        const char *raw = metadata_string(arena, fields[i].metadata, CHAR_TYPE_KEY);
        if (!raw) continue;
        struct error ignored = ERROR_INIT;
        const struct type *type = sql_parse_type(arena, context, raw, &ignored);
        error_release(&ignored);
        if (type) fields[i].type = type;
        fields[i].metadata = metadata_with(arena, fields[i].metadata, CHAR_TYPE_KEY, NULL);
    }
    return type_struct(arena, fields, seen->field_count);
}

static bool has_fixed(const struct type *t) {
    switch (t->kind) {
        case TYPE_CHAR: return true;
        case TYPE_ARRAY: return has_fixed(t->element);
        case TYPE_MAP: return has_fixed(t->key) || has_fixed(t->element);
        case TYPE_STRUCT:
            for (uint32_t i = 0; i < t->field_count; i++)
                if (has_fixed(t->fields[i].type)) return true;
            return false;
        default: return false;
    }
}

static const struct field *field_of(const struct type *schema, const char *name) {
    for (uint32_t i = 0; i < schema->field_count; i++)
        if (strcasecmp(schema->fields[i].name, name) == 0) return &schema->fields[i];
    return NULL;
}

static struct expr *cast_to(struct arena *arena, struct expr *e, const struct type *type) {
    struct expr *cast = expr_new(arena, EXPR_CAST, 1);
    cast->children[0] = e;
    cast->type = type;
    cast->nullable = e->nullable;
    cast->cast.mode = CAST_LEGACY;
    expr_update_flags(cast);
    return cast;
}

/* The column as it is, or filled up under its own name and with its metadata. */
static struct expr *filled(struct analyzer *a, struct attribute *column, const struct type *declared) {
    struct expr *e = expr_attribute(a->arena, column);
    if (!has_fixed(declared)) return e;
    e = cast_to(a->arena, cast_to(a->arena, e, declared), column->type);
    e = expr_alias(a->arena, e, column->name, (*a->next_id)++);
    e->alias.metadata = column->metadata;
    return e;
}

struct plan *fill_chars(struct analyzer *a, struct plan *p, const struct type *declared) {
    if (!has_fixed(declared) || !context_flag(a->context, "spark.sql.readSideCharPadding", true)) return p;
    struct plan *project = plan_new(a->arena, PLAN_PROJECT, 1, p->output_count);
    project->children[0] = p;
    project->origin = p->origin;
    project->output_count = p->output_count;
    project->output = ARENA_ARRAY(a->arena, struct attribute *, p->output_count);
    for (uint32_t i = 0; i < p->output_count; i++) {
        const struct field *f = field_of(declared, p->output[i]->name);
        project->exprs[i] = filled(a, p->output[i], f ? f->type : p->output[i]->type);
        project->output[i] = expr_to_attribute(a->arena, project->exprs[i]);
    }
    return project;
}
