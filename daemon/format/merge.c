/* SPDX-License-Identifier: Apache-2.0 */
/* The schema of many files, for formats whose files each have one. */
#include <string.h>
#include <strings.h>

#include "format/adapt.h"
#include "format/format_int.h"

static const struct type *merged(struct arena *arena, bool case_sensitive, const struct type *a, const struct type *b);

static const struct type *merged_structs(struct arena *arena, bool case_sensitive, const struct type *a,
                                         const struct type *b) {
    struct field *fields = ARENA_ARRAY(arena, struct field, a->field_count + b->field_count);
    uint32_t count = a->field_count;
    memcpy(fields, a->fields, count * sizeof *fields);
    for (uint32_t i = 0; i < b->field_count; i++) {
        const struct field *more = &b->fields[i];
        uint32_t k = 0;
        while (k < a->field_count &&
               (case_sensitive ? strcmp(fields[k].name, more->name) : strcasecmp(fields[k].name, more->name)) != 0)
            k++;
        if (k == a->field_count) {
            fields[count++] = *more;
            continue;
        }
        fields[k].type = merged(arena, case_sensitive, fields[k].type, more->type);
        if (!fields[k].type) return NULL;
        fields[k].nullable |= more->nullable;
    }
    return type_struct(arena, fields, count);
}

static const struct type *merged(struct arena *arena, bool case_sensitive, const struct type *a, const struct type *b) {
    if (a->kind != b->kind) return NULL;
    switch (a->kind) {
        case TYPE_STRUCT: return merged_structs(arena, case_sensitive, a, b);
        case TYPE_ARRAY: {
            const struct type *element = merged(arena, case_sensitive, a->element, b->element);
            return element ? type_array(arena, element, a->contains_null || b->contains_null) : NULL;
        }
        case TYPE_MAP: {
            const struct type *key = merged(arena, case_sensitive, a->key, b->key);
            const struct type *value = key ? merged(arena, case_sensitive, a->element, b->element) : NULL;
            return value ? type_map(arena, key, value, a->contains_null || b->contains_null) : NULL;
        }
        case TYPE_DECIMAL:
            if (a->scale != b->scale) return NULL;
            return a->precision >= b->precision ? a : b;
        default: return type_equal(a, b) ? a : NULL;
    }
}

const struct type *schemas_merge(struct arena *arena, const struct context *context, const struct type *left,
                                 const struct type *right, struct error *err) {
    const struct type *t = merged(arena, context->case_sensitive, left, right);
    if (!t)
        error_set(err, "CANNOT_MERGE_SCHEMAS", "left", arena_printf(arena, "\"%s\"", type_sql(arena, left)), "right",
                  arena_printf(arena, "\"%s\"", type_sql(arena, right)), NULL);
    return t;
}

const struct type *scan_infer_merged(struct arena *arena, const struct context *context, struct scan_source *source,
                                     const char *setting, schema_of_file *schema_of, struct error *err) {
    const char *merge = option_get(source->options, source->option_count, "mergeSchema");
    bool all = merge ? strcasecmp(merge, "true") == 0 : context_flag(context, setting, false);
    const struct type *so_far = NULL;
    for (uint32_t i = 0; i < source->file_count; i++) {
        const struct type *own = schema_of(arena, context, &source->files[i], err);
        TRY_NULL(own);
        if (!own->field_count) continue;
        so_far = so_far ? schemas_merge(arena, context, so_far, own, err) : own;
        if (!so_far || !all) return so_far;
    }
    return so_far ? so_far : type_struct(arena, NULL, 0);
}
