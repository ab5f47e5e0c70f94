/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INSERT and CREATE TABLE AS: a query's columns fitted to a table's, by position or by name, with the casts that
 * Spark's ANSI store assignment allows. Writing is command_write.c's.
 */
#include <string.h>
#include <strings.h>

#include "column/cast.h"
#include "expr/resolve.h"
#include "format/format.h"
#include "plan/conform.h"
#include "session/settings.h"
#include "session/write.h"

static const char *quoted_columns(struct arena *arena, const struct type *schema) {
    const char *text = "";
    for (uint32_t i = 0; i < schema->field_count; i++)
        text = arena_printf(arena, "%s%s`%s`", text, i ? ", " : "", schema->fields[i].name);
    return text;
}

/* spark.sql.storeAssignmentPolicy */
enum policy { POLICY_ANSI, POLICY_STRICT, POLICY_LEGACY };

static enum policy store_policy(struct analyzer *a) {
    const char *name = settings_get(analyzer_session(a)->settings, "spark.sql.storeAssignmentPolicy");
    if (name && strcasecmp(name, "strict") == 0) return POLICY_STRICT;
    return name && strcasecmp(name, "legacy") == 0 ? POLICY_LEGACY : POLICY_ANSI;
}

/* Spark's Cast.canUpCast, for atomic types: nothing is lost. */
bool type_is_wider(const struct type *from, const struct type *to) {
    if (type_same(from, to, true) || from->kind == TYPE_NULL) return true;
    if (type_is_integral(from) && type_is_numeric(to) && to->kind != TYPE_DECIMAL) return to->kind > from->kind;
    if (from->kind == TYPE_FLOAT && to->kind == TYPE_DOUBLE) return true;
    if (from->kind == TYPE_DECIMAL && to->kind == TYPE_DECIMAL)
        return to->precision - to->scale >= from->precision - from->scale && to->scale >= from->scale;
    if (from->kind == TYPE_DATE) return to->kind == TYPE_TIMESTAMP || to->kind == TYPE_TIMESTAMP_NTZ;
    return type_is_string(to) && !type_is_nested(from);
}

/* ---- fitting ---- */

static const struct field *field_named(const struct type *schema, const char *name, uint32_t *at) {
    for (*at = 0; *at < schema->field_count; ++*at)
        if (strcasecmp(schema->fields[*at].name, name) == 0) return &schema->fields[*at];
    return NULL;
}

struct fitting {
    struct analyzer *a;
    const struct table_name *name;
    const struct type *table;
    const struct type *data;
    enum policy policy;
    bool by_name;
    struct u_plan *project;
};

static bool cannot_cast(struct fitting *f, const char *path, const struct type *from, const struct type *to,
                        struct error *err) {
    struct arena *arena = f->a->arena;
    error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", "tableName", quote_table(arena, f->name),
              "colName", path, NULL);
    error_add(err, "srcType", "\"%s\"", type_sql(arena, type_without_char(arena, from)));
    return error_add(err, "targetType", "\"%s\"", type_sql(arena, type_without_char(arena, to)));
}

static bool check_type(struct fitting *f, const char *path, const struct type *from, const struct type *to,
                       struct error *err);

/* Fields have to be there, one for one; by name they may stand in another order. */
static bool check_fields(struct fitting *f, const char *path, const struct type *from, const struct type *to,
                         struct error *err) {
    struct arena *arena = f->a->arena;
    for (uint32_t i = 0; i < to->field_count; i++) {
        uint32_t at = i;
        const char *inner = arena_printf(arena, "%s.`%s`", path, to->fields[i].name);
        if (f->by_name && !field_named(from, to->fields[i].name, &at))
            return error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA", "tableName",
                             quote_table(arena, f->name), "colName", inner, NULL);
        if (at >= from->field_count) {
            const char *missing = "";
            for (uint32_t k = at; k < to->field_count; k++)
                missing = arena_printf(arena, "%s%s`%s`", missing, k > at ? ", " : "", to->fields[k].name);
            return error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.STRUCT_MISSING_FIELDS", "tableName",
                             quote_table(arena, f->name), "colName", path, "missingFields", missing, NULL);
        }
        TRY(check_type(f, inner, from->fields[at].type, to->fields[i].type, err));
    }
    if (from->field_count == to->field_count) return true;
    const char *extra = "";
    for (uint32_t k = to->field_count; k < from->field_count; k++)
        extra = arena_printf(arena, "%s%s`%s`", extra, *extra ? ", " : "", from->fields[k].name);
    return error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_STRUCT_FIELDS", "tableName", quote_table(arena, f->name),
                     "colName", path, "extraFields", extra, NULL);
}

static bool check_type(struct fitting *f, const char *path, const struct type *from, const struct type *to,
                       struct error *err) {
    struct arena *arena = f->a->arena;
    if (from->kind == TYPE_STRUCT && to->kind == TYPE_STRUCT) return check_fields(f, path, from, to, err);
    if (from->kind == TYPE_ARRAY && to->kind == TYPE_ARRAY)
        return check_type(f, arena_printf(arena, "%s.`element`", path), from->element, to->element, err);
    if (from->kind == TYPE_MAP && to->kind == TYPE_MAP)
        return check_type(f, arena_printf(arena, "%s.`key`", path), from->key, to->key, err) &&
               check_type(f, arena_printf(arena, "%s.`value`", path), from->element, to->element, err);
    bool good = f->policy == POLICY_ANSI     ? type_may_store(from, to)
                : f->policy == POLICY_STRICT ? type_is_wider(from, to)
                                             : cast_allowed(from, to, CAST_LEGACY);
    return good || cannot_cast(f, path, from, to, err);
}

static void put_column(struct fitting *f, uint32_t i, struct u_expr *value) {
    struct u_expr *alias = u_expr_new(f->a->arena, U_ALIAS, NULL, 1);
    alias->alias.name_count = 1;
    alias->alias.names = ARENA_NEW(f->a->arena, const char *);
    alias->alias.names[0] = f->table->fields[i].name;
    alias->children[0] = value;
    f->project->exprs[i] = alias;
}

static struct u_expr *stored_cast(struct fitting *f, const struct field *to, struct u_expr *value) {
    struct u_expr *cast = u_expr_new(f->a->arena, U_CAST, NULL, 1);
    cast->children[0] = value;
    cast->cast.type = to->type;
    cast->cast.stored_in = arena_printf(f->a->arena, "`%s`", to->name);
    cast->cast.mode = f->policy == POLICY_LEGACY ? U_CAST_LEGACY : U_CAST_ANSI;
    return cast;
}

/* Column i of the table is column `source` of the data; negative: its default. */
static bool fit(struct fitting *f, uint32_t i, int64_t source, struct error *err) {
    struct arena *arena = f->a->arena;
    const struct field *to = &f->table->fields[i];
    if (source < 0) {
        struct u_expr *value = default_of(f->a, to, err);
        TRY(value);
        put_column(f, i, stored_cast(f, to, value));
        return true;
    }
    const struct field *from = &f->data->fields[source];
    TRY(check_type(f, arena_printf(arena, "`%s`", to->name), from->type, to->type, err));
    struct u_expr *value = u_attribute(arena, NULL, arena_printf(arena, "_%lld", (long long)source));
    if (f->by_name) value = conform_fields(arena, value, from->type, to->type);
    put_column(f, i, type_equal(from->type, to->type) ? value : stored_cast(f, to, value));
    return true;
}

/* The query with its columns renamed _0, _1 ..., so that any names, even equal ones, can be told apart. */
static struct u_plan *numbered(struct analyzer *a, const struct u_plan *query, uint32_t count) {
    struct u_plan *u = u_plan_new(a->arena, U_TO_DF, NULL, 1, 0);
    u->children[0] = (struct u_plan *)query;
    u->names.name_count = count;
    u->names.names = ARENA_ARRAY(a->arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) u->names.names[i] = arena_printf(a->arena, "_%u", i);
    return u;
}

static const struct u_option *options_of(struct arena *arena, const struct catalog_table *t) {
    struct u_option *options = ARENA_ARRAY(arena, struct u_option, t->option_count);
    for (uint32_t i = 0; i < t->option_count; i++)
        options[i] = (struct u_option){t->options[i].key, t->options[i].value};
    return options;
}

/* ---- which column comes from where ---- */

enum { FROM_DEFAULT = -1, FROM_PARTITION = -2 };

/* source[i]: the data's column for the table's column i, FROM_DEFAULT, or FROM_PARTITION. */
struct layout {
    struct analyzer *a;
    const struct insertion *in;
    const struct catalog_table *table;
    const struct type *data;
    struct partition_values statics;
    bool has_statics;
    int64_t *source;
    uint32_t expected; /* columns that the data should have */
};

static const char *name_list(struct arena *arena, const char *const *names, uint32_t count) {
    const char *text = "";
    for (uint32_t i = 0; i < count; i++) text = arena_printf(arena, "%s%s`%s`", text, i ? ", " : "", names[i]);
    return text;
}

static bool arity(struct layout *l, struct error *err) {
    struct arena *arena = l->a->arena;
    bool many = l->data->field_count > l->expected;
    const char *table = quoted_columns(arena, l->table->schema), *data = quoted_columns(arena, l->data);
    const char *name = quote_table(arena, &l->in->target->name);
    if (l->has_statics && !l->in->column_count) {
        const char *statics = "";
        for (uint32_t k = 0; k < l->statics.count; k++)
            if (l->statics.given[k])
                statics = arena_printf(arena, "%s%s`%s`", statics, *statics ? ", " : "", l->table->partitions[k]);
        return error_set(err, "INSERT_PARTITION_COLUMN_ARITY_MISMATCH", "tableName", name, "tableColumns", table,
                         "dataColumns", data, "staticPartCols", statics, NULL);
    }
    if (l->in->column_count) table = name_list(arena, l->in->columns, l->in->column_count);
    return error_set(err,
                     many ? "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS"
                          : "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
                     "tableName", name, "tableColumns", table, "dataColumns", data, NULL);
}

static const char *names_of(struct arena *arena, const char *const *names, uint32_t count) {
    const char *text = "";
    for (uint32_t i = 0; i < count; i++) text = arena_printf(arena, "%s%s%s", text, i ? "," : "", names[i]);
    return text;
}

/* PARTITION: known columns, and values before names alone. */
static bool lay_partition(struct layout *l, struct error *err) {
    const struct u_partition_spec *spec = l->in->partition;
    if (!spec || !spec->count) return true;
    TRY(resolve_partition(l->a, l->in->target, spec, true, &l->statics, err));
    for (uint32_t k = 1; spec->count == l->statics.count && k < l->statics.count; k++)
        if (l->statics.given[k] && !l->statics.given[k - 1]) {
            const char *all = names_of(l->a->arena, l->table->partitions, l->table->partition_count);
            return error_set(err, "_LEGACY_ERROR_TEMP_1147", "partColumns", arena_printf(l->a->arena, "[%s]", all),
                             NULL);
        }
    uint32_t first = l->table->schema->field_count - l->table->partition_count;
    for (uint32_t k = 0; k < l->statics.count; k++)
        if (l->statics.given[k]) l->source[first + k] = FROM_PARTITION;
    l->has_statics = l->statics.given_count > 0;
    return true;
}

/* PARTITION names all of the table's. */
static bool check_partition(struct layout *l, struct error *err) {
    const struct u_partition_spec *spec = l->in->partition;
    if (!spec || !spec->count || spec->count == l->table->partition_count) return true;
    struct arena *arena = l->a->arena;
    const char **given = ARENA_ARRAY(arena, const char *, spec->count);
    for (uint32_t i = 0; i < spec->count; i++) given[i] = spec->values[i].name;
    return error_set(err, "_LEGACY_ERROR_TEMP_1169", "tableName", quote_table(arena, &l->in->target->name),
                     "normalizedPartSpec", names_of(arena, given, spec->count), "partColNames",
                     names_of(arena, l->table->partitions, l->table->partition_count), NULL);
}

static bool unknown_column(struct layout *l, const char *name, struct error *err) {
    return error_set(err, "UNRESOLVED_COLUMN.WITH_SUGGESTION", "objectName", arena_printf(l->a->arena, "`%s`", name),
                     "proposal", quoted_columns(l->a->arena, l->table->schema), NULL);
}

/* INSERT INTO t (b, a) */
static bool lay_columns(struct layout *l, struct error *err) {
    struct arena *arena = l->a->arena;
    for (uint32_t k = 0; k < l->in->column_count; k++) {
        uint32_t at;
        const char *name = l->in->columns[k];
        for (uint32_t i = 0; i < k; i++)
            if (strcasecmp(l->in->columns[i], name) == 0)
                return error_set(err, "COLUMN_ALREADY_EXISTS", "columnName", arena_printf(arena, "`%s`", name), NULL);
        if (!field_named(l->table->schema, name, &at)) return unknown_column(l, name, err);
        if (l->source[at] == FROM_PARTITION)
            return error_set(err, "STATIC_PARTITION_COLUMN_IN_INSERT_COLUMN_LIST", "staticName",
                             arena_printf(arena, "`%s`", name), NULL);
        l->source[at] = k;
    }
    l->expected = l->in->column_count;
    return true;
}

static bool lay_by_position(struct layout *l) {
    for (uint32_t i = 0; i < l->table->schema->field_count; i++)
        if (l->source[i] != FROM_PARTITION) l->source[i] = l->expected++;
    return true;
}

static bool lay_by_name(struct layout *l, struct error *err) {
    struct arena *arena = l->a->arena;
    const char *extra = "", *name = quote_table(arena, &l->in->target->name);
    for (uint32_t i = 0; i < l->table->schema->field_count; i++) l->expected += l->source[i] != FROM_PARTITION;
    if (l->data->field_count > l->expected) return arity(l, err);
    for (uint32_t k = 0; k < l->data->field_count; k++) {
        uint32_t at;
        const char *column = l->data->fields[k].name;
        if (!field_named(l->table->schema, column, &at) || l->source[at] == FROM_PARTITION) {
            extra = arena_printf(arena, "%s%s`%s`", extra, *extra ? ", " : "", column);
            continue;
        }
        if (l->source[at] >= 0)
            return error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME", "tableName", name, "colName",
                             arena_printf(arena, "`%s`", l->table->schema->fields[at].name), NULL);
        l->source[at] = k;
    }
    l->expected = l->data->field_count;
    return !*extra ||
           error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS", "tableName", name, "extraColumns", extra, NULL);
}

/* Whose default DEFAULT means where it stands in the query. */
static const struct u_plan *defaults_replaced(struct layout *l, const struct u_plan *query, struct error *err) {
    uint32_t count = l->table->schema->field_count;
    struct u_expr **defaults = ARENA_ARRAY(l->a->arena, struct u_expr *, count);
    uint32_t used = 0;
    if (l->in->by_name) return query;
    for (uint32_t i = 0; i < count; i++)
        if (l->source[i] >= 0) {
            TRY_NULL(defaults[l->source[i]] = default_of(l->a, &l->table->schema->fields[i], err));
            used++;
        }
    return replace_defaults(l->a, query, defaults, used, err);
}

/* Does the plan read what is below this folder? */
static bool reads(const struct plan *p, const char *location) {
    if (p->kind == PLAN_SCAN && strcmp(p->scan.source->root_name, location) == 0) return true;
    if (p->kind == PLAN_CTE_REFERENCE && reads(p->cte.definition, location)) return true;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (reads(p->children[i], location)) return true;
    return false;
}

static bool check_missing(struct layout *l, struct error *err) {
    if (context_flag(l->a->context, "spark.sql.defaultColumn.useNullsForMissingDefaultValues", true)) return true;
    for (uint32_t i = 0; i < l->table->schema->field_count; i++) {
        const struct field *f = &l->table->schema->fields[i];
        if (l->source[i] == FROM_DEFAULT && !metadata_string(l->a->arena, f->metadata, "CURRENT_DEFAULT"))
            return error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA", "tableName",
                             quote_table(l->a->arena, &l->in->target->name), "colName",
                             arena_printf(l->a->arena, "`%s`", f->name), NULL);
    }
    return true;
}

/* The rows as the table has them. */
static const struct plan *fitted_rows(struct layout *l, const struct u_plan *query, struct error *err) {
    struct analyzer *a = l->a;
    struct fitting f = {.a = a,
                        .name = &l->in->target->name,
                        .table = l->table->schema,
                        .data = l->data,
                        .policy = store_policy(a),
                        .by_name = l->in->by_name};
    uint32_t first = f.table->field_count - l->table->partition_count;
    f.project = u_plan_new(a->arena, U_PROJECT, NULL, 1, f.table->field_count);
    f.project->children[0] = numbered(a, query, f.data->field_count);
    for (uint32_t i = 0; i < f.table->field_count; i++) {
        if (l->source[i] != FROM_PARTITION) {
            TRY_NULL(fit(&f, i, l->source[i], err));
            continue;
        }
        const char *text = l->statics.values[i - first];
        struct u_expr *value = u_expr_new(a->arena, U_LITERAL, NULL, 0);
        value->literal.value =
            text ? expr_string(a->arena, text, strlen(text))->literal : expr_null(a->arena, TYPE_OF(STRING))->literal;
        put_column(&f, i, stored_cast(&f, &f.table->fields[i], value));
    }
    return plan_analyze(a, f.project, err);
}

struct plan *insert_into(struct analyzer *a, const struct u_plan *query, const struct insertion *in,
                         struct error *err) {
    struct layout l = {.a = a, .in = in, .table = catalog_copy_table(a->arena, in->target->table)};
    uint32_t count = l.table->schema->field_count;
    l.source = ARENA_ARRAY(a->arena, int64_t, count);
    for (uint32_t i = 0; i < count; i++) l.source[i] = FROM_DEFAULT;
    TRY_NULL(lay_partition(&l, err));
    TRY_NULL(in->by_name || (in->column_count ? lay_columns(&l, err) : lay_by_position(&l)));
    query = defaults_replaced(&l, query, err);
    TRY_NULL(query);
    const struct plan *data = plan_analyze(a, query, err);
    TRY_NULL(data);
    l.data = plan_schema(a->arena, data);
    if (in->by_name) TRY_NULL(lay_by_name(&l, err));
    if (l.data->field_count != l.expected) {
        arity(&l, err);
        return NULL;
    }
    TRY_NULL(check_partition(&l, err) && check_missing(&l, err));
    if (in->overwrite && !in->dynamic && reads(data, l.table->location)) {
        error_set(err, "UNSUPPORTED_OVERWRITE.TABLE", "table", quote_table(a->arena, &in->target->name), NULL);
        return NULL;
    }
    const struct plan *input = fitted_rows(&l, query, err);
    TRY_NULL(input);
    struct table_key *key = ARENA_NEW(a->arena, struct table_key);
    *key = (struct table_key){l.table->database, l.table->name};
    struct write write = {
        .format = l.table->format,
        .folder = l.table->location,
        .schema = l.table->schema,
        .partition_count = l.table->partition_count,
        .partitions = l.table->partitions,
        .option_count = l.table->option_count,
        .options = options_of(a->arena, l.table),
        .mode = !in->overwrite                            ? WRITE_APPEND
                : in->dynamic && l.table->partition_count ? WRITE_DYNAMIC
                                                          : WRITE_OVERWRITE,
        .static_count = l.statics.given_count,
        .static_values = l.statics.values,
        .target = key,
    };
    return write_plan(a, &write, input);
}

struct plan *create_table_as(struct analyzer *a, const struct u_plan *query, struct catalog_table *t,
                             struct error *err) {
    const struct plan *data = plan_analyze(a, query, err);
    TRY_NULL(data);
    const struct type *given = plan_schema(a->arena, data);
    t->schema = type_as_nullable(a->arena, schema_declared(a->arena, a->context, given));
    TRY_NULL(check_schema(a, t, err));
    TRY_NULL(order_partitions(a->arena, t, err));
    const struct table_name name = {.catalog = "spark_catalog", .database = t->database, .name = t->name};
    struct fitting f = {.a = a, .name = &name, .table = t->schema, .data = given};
    f.project = u_plan_new(a->arena, U_PROJECT, NULL, 1, f.table->field_count);
    f.project->children[0] = numbered(a, query, given->field_count);
    for (uint32_t i = 0; i < f.table->field_count; i++) {
        uint32_t at;
        field_named(given, f.table->fields[i].name, &at);
        TRY_NULL(fit(&f, i, at, err));
    }
    const struct plan *input = plan_analyze(a, f.project, err);
    TRY_NULL(input);
    struct write write = {
        .format = t->format,
        .folder = t->location,
        .schema = t->schema,
        .partition_count = t->partition_count,
        .partitions = t->partitions,
        .option_count = t->option_count,
        .options = options_of(a->arena, t),
        .mode = WRITE_OVERWRITE,
        .table = t,
    };
    return write_plan(a, &write, input);
}

/* ---- the statements ---- */

static bool is_dynamic(struct analyzer *a, const struct u_command *c) {
    const char *mode = settings_get(analyzer_session(a)->settings, "spark.sql.sources.partitionOverwriteMode");
    for (uint32_t i = 0; i < c->option_count; i++)
        if (strcasecmp(c->options[i].key, "partitionOverwriteMode") == 0) mode = c->options[i].value;
    return mode && strcasecmp(mode, "dynamic") == 0;
}

static bool need_writable(struct analyzer *a, const struct u_command *c, struct target *t, struct error *err) {
    TRY(need_target(a, &c->target, t, err));
    if (t->table && t->table->kind != CATALOG_VIEW) return true;
    error_set(err, "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "viewName",
              t->view ? quote_name(a->arena, &t->written) : quote_table(a->arena, &t->name), "operation", "INSERT",
              NULL);
    return error_at(err, t->origin);
}

static bool nothing(struct command_run *run, struct error *err) {
    (void)run, (void)err;
    return true;
}

static const struct command_kind nothing_command = {.name = "Nothing", .finish = nothing};

/* INSERT OVERWRITE ... PARTITION (...) IF NOT EXISTS: is it there? */
static bool partition_is_there(struct analyzer *a, const struct u_command *c, const struct target *t, bool *there,
                               struct error *err) {
    struct partition_values values;
    *there = false;
    if (!c->if_not_exists || !c->partition.count) return true;
    TRY(resolve_partition(a, t, &c->partition, true, &values, err));
    *there = values.given_count == values.count && catalog_find_partition(t->table, values.values);
    return true;
}

struct plan *sql_insert(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    bool there;
    TRY_NULL(need_writable(a, c, &t, err));
    if (c->insert->replace_where) {
        error_set(err, "_LEGACY_ERROR_TEMP_1012", "identifier", quote_table(a->arena, &t.name), NULL);
        error_at(err, c->origin);
        return NULL;
    }
    TRY_NULL(partition_is_there(a, c, &t, &there, err));
    if (there) return simple_command(a, &nothing_command, NULL, NULL);
    const struct insertion insertion = {
        .target = &t,
        .overwrite = c->insert->overwrite,
        .dynamic = is_dynamic(a, c),
        .by_name = c->insert->by_name,
        .column_count = c->insert->column_count,
        .columns = c->insert->columns,
        .partition = &c->partition,
        .origin = c->origin,
    };
    return insert_into(a, c->query, &insertion, err);
}

/* DELETE, UPDATE and MERGE: tables of files refuse them, in Spark as here. */
struct plan *sql_change_rows(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    const char *operation = c->kind == C_DELETE ? "DELETE" : c->kind == C_UPDATE ? "UPDATE TABLE" : "MERGE INTO TABLE";
    error_set(err, "UNSUPPORTED_FEATURE.TABLE_OPERATION", "tableName",
              t.view ? quote_name(a->arena, &t.written) : quote_table(a->arena, &t.name), "operation", operation, NULL);
    if (c->kind != C_DELETE) error_set_kind(err, ERROR_UNSUPPORTED);
    return NULL;
}

struct plan *sql_insert_directory(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct plan *input = plan_analyze(a, c->query, err);
    TRY_NULL(input);
    const char *format = c->provider.count ? c->provider.parts[c->provider.count - 1] : "parquet";
    TRY_NULL(check_provider(a->context, format, err));
    const char *location = c->location;
    for (uint32_t i = 0; !location && i < c->option_count; i++)
        if (strcasecmp(c->options[i].key, "path") == 0) location = c->options[i].value;
    if (!location) {
        error_unsupported(err, "INSERT OVERWRITE DIRECTORY without a path");
        return NULL;
    }
    struct write write = {
        .format = format,
        .folder = plain_location(a->arena, location),
        .schema = plan_schema(a->arena, input),
        .option_count = c->option_count,
        .options = c->options,
        .mode = WRITE_OVERWRITE,
    };
    return write_plan(a, &write, input);
}
