/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the analyzer asks of the world, answered by a session: views and tables by name, plans by handle, files,
 * functions. Whatever a plan takes from another handle is noted, so that the other lives as long.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "catalog/catalog.h"
#include "format/format.h"
#include "session/cache.h"
#include "session/command_sql.h"
#include "session/door.h"
#include "session/functions.h"
#include "session/routines.h"
#include "session/session_int.h"
#include "session/view_read.h"
#include "session/write.h"
#include "sql/sql.h"

/* ---- relations ---- */

/* The plan of a view under its name, with ids of its own. */
static struct plan *under_name(struct analyzer *a, const struct plan *p, const char *const *qualifier,
                               uint32_t qualifier_count, bool shared) {
    struct plan *child = shared ? plan_fresh(a->arena, a->next_id, p) : (struct plan *)p;
    struct plan *alias = plan_new(a->arena, PLAN_SUBQUERY_ALIAS, 1, 0);
    alias->children[0] = child;
    alias->alias.name = qualifier[qualifier_count - 1];
    alias->output_count = child->output_count;
    alias->output = ARENA_ARRAY(a->arena, struct attribute *, child->output_count);
    struct attribute *block = ARENA_ARRAY(a->arena, struct attribute, child->output_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        block[i] = *child->output[i];
        block[i].qualifier = qualifier;
        block[i].qualifier_count = qualifier_count;
        alias->output[i] = &block[i];
    }
    return alias;
}

static const struct scan_files *files_of(struct arena *arena, const struct scan_source *source) {
    struct scan_files *files = ARENA_NEW(arena, struct scan_files);
    *files = (struct scan_files){.format = source->format->name,
                                 .title = format_title(arena, source->format->name),
                                 .location = source->root_name,
                                 .column_count = source->schema->field_count,
                                 .partition_columns = source->partition_columns};
    return files;
}

static struct plan *scan_of(struct analyzer *a, struct scan_source *source, const struct origin *origin,
                            struct error *err) {
    if (!source) {
        error_at(err, origin);
        return NULL;
    }
    const struct type *t = source->schema;
    struct plan *p = plan_new(a->arena, PLAN_SCAN, 0, 0);
    p->origin = origin;
    p->scan.source = source;
    p->rows = source->rows;
    p->scan.bytes = source->bytes;
    p->scan.partitions = scan_partition_count(a->arena, source, a->context);
    p->scan.ranges = source->ranges;
    p->scan.files = files_of(a->arena, source);
    p->output_count = t->field_count;
    p->output = ARENA_ARRAY(a->arena, struct attribute *, t->field_count);
    struct attribute *block = ARENA_ARRAY(a->arena, struct attribute, t->field_count);
    for (uint32_t i = 0; i < t->field_count; i++) {
        block[i] = (struct attribute){.id = (*a->next_id)++,
                                      .name = t->fields[i].name,
                                      .type = t->fields[i].type,
                                      .nullable = true, /* files promise nothing, as in Spark */
                                      .metadata = t->fields[i].metadata};
        p->output[i] = &block[i];
    }
    p->scan.metadata = ARENA_NEW(a->arena, struct attribute);
    *p->scan.metadata =
        (struct attribute){.id = (*a->next_id)++,
                           .name = "_metadata",
                           .type = scan_metadata_type(source),
                           .metadata = "{\"__file_source_metadata_col\":true,\"__metadata_col\":\"_metadata\"}"};
    return p;
}

static struct plan *scan(struct analyzer *a, const char *format, const struct type *schema,
                         const struct u_option *options, uint32_t option_count, const char *const *paths,
                         uint32_t path_count, const struct origin *origin, struct error *err) {
    struct scan_source *source =
        scan_source_open(a->arena, a->context, format, schema, options, option_count, paths, path_count, err);
    return scan_of(a, source, origin, err);
}

/* A view's own name, as columns are qualified with it. */
static const char *const *qualifier_of(const struct derivation *d, const struct u_name *name) {
    const char **parts = ARENA_ARRAY(d->analyzer.arena, const char *, name->count);
    for (uint32_t i = 0; i < name->count; i++) parts[i] = view_key(d->session, d->analyzer.arena, name->parts[i]);
    return parts;
}

/* ---- tables and persistent views ---- */

static const struct catalog_table *find_table(struct derivation *d, const struct u_name *name, struct error *err) {
    struct table_name resolved;
    struct catalog *catalog = session_catalog(d->session, err);
    if (!catalog || !resolve_table_name(d->session, d->analyzer.arena, name, &resolved, err)) return NULL;
    const char *database = name->count == 1 ? d->context.database : resolved.database; /* a view's own */
    return catalog_find_table(catalog, database, resolved.name);
}

static const char *const *qualifier_of_table(struct arena *arena, const struct catalog_table *t) {
    const char **parts = ARENA_ARRAY(arena, const char *, 3);
    parts[0] = "spark_catalog";
    parts[1] = arena_strdup(arena, t->database);
    parts[2] = arena_strdup(arena, t->name);
    return parts;
}

/* The table's partitions, as scans take them; NULL: it has no partition columns. */
static const struct scan_partitions *partitions_of(struct arena *arena, const struct catalog_table *t) {
    if (!t->partition_count) return NULL;
    struct scan_partitions *all = ARENA_NEW(arena, struct scan_partitions);
    struct scan_partition *items = ARENA_ARRAY(arena, struct scan_partition, t->part_count);
    t = catalog_copy_table(arena, t);
    for (uint32_t i = 0; i < t->part_count; i++)
        items[i] = (struct scan_partition){t->parts[i].location, t->parts[i].values};
    *all = (struct scan_partitions){t->partition_count, t->part_count, t->partitions, items};
    return all;
}

struct scan_source *scan_of_table(struct arena *arena, const struct context *context, const struct catalog_table *t,
                                  const struct type *schema, const struct u_option *options, uint32_t option_count,
                                  struct error *err) {
    return scan_source_open_table(arena, context, t->format, schema, options, option_count,
                                  arena_strdup(arena, t->location), partitions_of(arena, t), err);
}

/* A table's files, as they are now, with the table's own columns. */
static struct plan *table_scan(struct analyzer *a, const struct catalog_table *found, const struct u_option *options,
                               uint32_t option_count, const struct origin *origin, struct error *err) {
    const struct catalog_table *t = catalog_copy_table(a->arena, found);
    struct u_option *all = ARENA_ARRAY(a->arena, struct u_option, t->option_count + option_count);
    for (uint32_t i = 0; i < t->option_count; i++) all[i] = (struct u_option){t->options[i].key, t->options[i].value};
    for (uint32_t i = 0; i < option_count; i++) all[t->option_count + i] = options[i];
    struct scan_source *source = scan_of_table(a->arena, a->context, t, schema_seen(a->arena, t->schema), all,
                                               t->option_count + option_count, err);
    if (source) TRY_NULL(exists_defaults(a, source->schema, &source->defaults, err));
    struct plan *p = scan_of(a, source, origin, err);
    TRY_NULL(p);
    if (!option_count) { /* options of the query's own make it another thing than the table */
        struct scan_table *table = ARENA_NEW(a->arena, struct scan_table);
        *table = (struct scan_table){t->database, t->name, found->version};
        p->scan.table = table;
    }
    return fill_chars(a, p, t->schema);
}

static bool is_recursive(struct derivation *d, const struct view_entry *view, struct error *err) {
    if (!d->recursive[1] || d->recursive[0] || strcmp(d->recursive[1], view->name) != 0) return false;
    const char *name = arena_printf(d->analyzer.arena, "`%s`", view->name);
    error_set(err, "RECURSIVE_VIEW", "viewIdent", name, "newPath",
              arena_printf(d->analyzer.arena, "%s -> %s", name, name), NULL);
    return true;
}

/* The name as it is kept where the text around it does not mind case, though the session may. */
static struct u_name name_kept(const struct derivation *d, const struct u_name *name) {
    if (d->context.case_sensitive || !d->session->context.case_sensitive) return *name;
    const char **parts = ARENA_ARRAY(d->analyzer.arena, const char *, name->count);
    for (uint32_t i = 0; i < name->count; i++) {
        char *part = arena_strdup(d->analyzer.arena, name->parts[i]);
        ascii_lower(part, strlen(part), part);
        parts[i] = part;
    }
    return (struct u_name){name->count, parts};
}

static bool relation(struct analyzer *a, const struct u_name *name, const struct u_option *options,
                     uint32_t option_count, const struct origin *origin, struct plan **plan, struct error *err) {
    struct derivation *d = a->owner;
    const struct u_name kept = name_kept(d, name);
    struct view_entry *view = find_temporary_view(d->session, a->arena, &kept);
    *plan = NULL;
    if (view) {
        if (is_recursive(d, view, err)) return false;
        d->temporary = quote_name(a->arena, name);
        derivation_uses(d, view->handle);
        if (a->uses && !a->uses->view) a->uses->view = quote_name(a->arena, name);
        /* Rows that are kept are those of the plan that was made. */
        bool anew = view->about.live && !cache_find(d->session, view->handle->plan);
        const struct plan *p = anew ? temporary_view(d, view, origin, err) : view->handle->plan;
        TRY(p);
        *plan = under_name(a, p, qualifier_of(d, name), name->count, !anew);
        return true;
    }
    struct error missing = ERROR_INIT;
    const struct catalog_table *t = find_table(d, name, &missing);
    if (t) {
        const char *const *qualifier = qualifier_of_table(a->arena, t); /* now: reading a view may put it anew */
        *plan = t->kind == CATALOG_VIEW ? persistent_view(d, t, origin, err)
                                        : table_scan(a, t, options, option_count, origin, err);
        if (*plan) *plan = under_name(a, *plan, qualifier, 3, false);
        return *plan;
    }
    if (error_is_set(&missing) && name->count > 2) {
        error_move(err, &missing);
        return error_at(err, origin);
    }
    error_release(&missing);
    if (name->count == 2 && format_find(a->context, name->parts[0])) {
        if (!*name->parts[1]) {
            error_set(err, "INVALID_EMPTY_LOCATION", "location", "", NULL);
            return error_at(err, origin);
        }
        *plan = scan(a, name->parts[0], NULL, options, option_count, &name->parts[1], 1, origin, err);
        return *plan;
    }
    return true;
}

static bool source(struct analyzer *a, const struct u_plan *u, struct plan **plan, struct error *err) {
    if (u->source.is_streaming) return error_unsupported(err, "streaming");
    const struct type *schema = NULL;
    if (u->source.schema) {
        schema = door_schema(a->arena, a->context, u->source.schema, err);
        TRY(schema);
    }
    const char **paths = u->source.paths;
    uint32_t path_count = u->source.path_count;
    for (uint32_t i = 0; !path_count && i < u->source.option_count; i++) { /* paths of its own come before the option */
        if (strcasecmp(u->source.options[i].key, "path") != 0) continue;
        paths = &u->source.options[i].value;
        path_count = 1;
    }
    *plan =
        scan(a, u->source.format, schema, u->source.options, u->source.option_count, paths, path_count, u->origin, err);
    return *plan;
}

static const struct plan *handle(struct analyzer *a, uint64_t id) {
    struct derivation *d = a->owner;
    struct handle *h = id_table_get(&d->session->handles, id);
    if (!h) return NULL;
    derivation_uses(d, h);
    return h->plan;
}

/* The value of a variable, called as it is written; within an expression names tell that it was one. */
static bool variable(struct analyzer *a, const struct u_name *name, struct expr **result, struct error *err) {
    (void)err;
    const struct derivation *d = a->owner;
    *result = NULL;
    const struct variable *v = variable_lookup(d->session, a->arena, name);
    if (!v) return true;
    if (a->uses && !a->uses->variable) a->uses->variable = quote_name(a->arena, name);
    struct vector *value = ARENA_NEW(a->arena, struct vector);
    vector_copy(value, a->arena, v->value, 1);
    value->form = VECTOR_CONSTANT;
    value->type = type_copy(a->arena, v->type);
    struct expr *e = expr_literal(a->arena, value);
    if (value->type->kind == TYPE_TIMESTAMP) e->zone = a->context->zone;
    const char *shown =
        arena_printf(a->arena, "variablereference(%s.%s=%s)", variable_qualifier(d->session, a->arena, v), v->name,
                     literal_sql(a->arena, value, e->zone, true));
    struct attribute *named = ARENA_NEW(a->arena, struct attribute);
    *named = (struct attribute){.name = shown, .type = value->type, .nullable = true};
    e->pretty = expr_attribute(a->arena, named);
    *result = expr_alias(a->arena, e, name->parts[name->count - 1], (*a->next_id)++);
    return true;
}

const struct analyzer_world session_world = {
    .relation = relation,
    .source = source,
    .handle = handle,
    .function = call_session_function,
    .table_function = find_table_function,
    .routine = world_routine,
    .enter = world_enter,
    .leave = world_leave,
    .variable = variable,
    .command = command_analyze,
};
