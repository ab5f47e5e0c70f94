/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INSERT and CREATE TABLE AS: a query's columns fitted to a table's, by position or by name, with the casts that
 * Spark's ANSI store assignment allows. Writing is command_write.c's.
 */
#include <string.h>
#include <strings.h>

#include "expr/resolve.h"
#include "session/settings.h"
#include "session/write.h"

/* ---- what may be stored in what ---- */

static bool may_store(const struct type *from, const struct type *to);

static bool fields_may_store(const struct type *from, const struct type *to) {
    if (from->field_count != to->field_count) return false;
    for (uint32_t i = 0; i < from->field_count; i++)
        if (!may_store(from->fields[i].type, to->fields[i].type)) return false;
    return true;
}

/* Spark's Cast.canANSIStoreAssign. */
static bool may_store(const struct type *from, const struct type *to) {
    if (type_same(from, to, true) || from->kind == TYPE_NULL) return true;
    if (type_is_numeric(from) && type_is_numeric(to)) return true;
    if (type_is_string(to)) return !type_is_nested(from) && from->kind != TYPE_BINARY && from->kind != TYPE_VARIANT;
    if (type_is_datetime(from) && type_is_datetime(to)) return true;
    if (from->kind == to->kind && type_is_ansi_interval(from)) return true;
    if (from->kind == TYPE_ARRAY && to->kind == TYPE_ARRAY) return may_store(from->element, to->element);
    if (from->kind == TYPE_MAP && to->kind == TYPE_MAP)
        return may_store(from->key, to->key) && may_store(from->element, to->element);
    return from->kind == TYPE_STRUCT && to->kind == TYPE_STRUCT && fields_may_store(from, to);
}

static const char *quoted_columns(struct arena *arena, const struct type *schema) {
    const char *text = "";
    for (uint32_t i = 0; i < schema->field_count; i++)
        text = arena_printf(arena, "%s%s`%s`", text, i ? ", " : "", schema->fields[i].name);
    return text;
}

static bool arity(struct analyzer *a, const struct target *t, const struct type *table, const struct type *data,
                  struct error *err) {
    const char *sub = data->field_count > table->field_count ? "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS"
                                                             : "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS";
    return error_set(err, sub, "tableName", quote_table(a->arena, &t->name), "tableColumns",
                     quoted_columns(a->arena, table), "dataColumns", quoted_columns(a->arena, data), NULL);
}

/* ---- fitting ---- */

static const struct field *field_named(const struct type *schema, const char *name, uint32_t *at) {
    for (*at = 0; *at < schema->field_count; ++*at)
        if (strcasecmp(schema->fields[*at].name, name) == 0) return &schema->fields[*at];
    return NULL;
}

struct fitting {
    struct analyzer *a;
    const struct target *target;
    const struct type *table;
    const struct type *data;
    struct u_plan *project;
};

/* Column i of the table is column `source` of the data, or NULL where there is none. */
static bool fit(struct fitting *f, uint32_t i, int64_t source, struct error *err) {
    struct arena *arena = f->a->arena;
    const struct field *to = &f->table->fields[i];
    struct u_expr *value;
    if (source < 0) {
        struct vector *null = ARENA_NEW(arena, struct vector);
        vector_init_null(null, arena, to->type);
        value = u_expr_new(arena, U_LITERAL, NULL, 0);
        value->literal.value = null;
    } else {
        const struct field *from = &f->data->fields[source];
        if (!may_store(from->type, to->type)) {
            error_set(err, "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", "tableName",
                      quote_table(arena, &f->target->name), "colName", arena_printf(arena, "`%s`", to->name), NULL);
            error_add(err, "srcType", "\"%s\"", type_sql(arena, from->type));
            return error_add(err, "targetType", "\"%s\"", type_sql(arena, to->type));
        }
        value = u_attribute(arena, NULL, arena_printf(arena, "_%lld", (long long)source));
        if (!type_equal(from->type, to->type)) {
            struct u_expr *cast = u_expr_new(arena, U_CAST, NULL, 1);
            cast->children[0] = value;
            cast->cast.type = to->type;
            cast->cast.mode = U_CAST_ANSI;
            value = cast;
        }
    }
    struct u_expr *alias = u_expr_new(arena, U_ALIAS, NULL, 1);
    alias->alias.name_count = 1;
    alias->alias.names = ARENA_NEW(arena, const char *);
    alias->alias.names[0] = to->name;
    alias->children[0] = value;
    f->project->exprs[i] = alias;
    return true;
}

static bool fit_by_position(struct fitting *f, struct error *err) {
    if (f->data->field_count != f->table->field_count) return arity(f->a, f->target, f->table, f->data, err);
    for (uint32_t i = 0; i < f->table->field_count; i++) TRY(fit(f, i, i, err));
    return true;
}

/* names[k] is what the data's column k is called. */
static bool fit_by_name(struct fitting *f, const char *const *names, uint32_t count, struct error *err) {
    if (f->data->field_count != count) {
        struct field *fields = ARENA_ARRAY(f->a->arena, struct field, count);
        for (uint32_t k = 0; k < count; k++) fields[k] = (struct field){.name = names[k], .type = TYPE_OF(NULL)};
        return arity(f->a, f->target, type_struct(f->a->arena, fields, count), f->data, err);
    }
    int64_t *source = ARENA_ARRAY(f->a->arena, int64_t, f->table->field_count);
    for (uint32_t i = 0; i < f->table->field_count; i++) source[i] = -1;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t at;
        if (!field_named(f->table, names[k], &at))
            return error_set(err, "UNRESOLVED_COLUMN.WITH_SUGGESTION", "objectName",
                             arena_printf(f->a->arena, "`%s`", names[k]), "proposal",
                             quoted_columns(f->a->arena, f->table), NULL);
        source[at] = k;
    }
    for (uint32_t i = 0; i < f->table->field_count; i++) TRY(fit(f, i, source[i], err));
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
        options[i] =
            (struct u_option){arena_strdup(arena, t->options[i].key), arena_strdup(arena, t->options[i].value)};
    return options;
}

static const char *const *copy_names(struct arena *arena, const char *const *names, uint32_t count) {
    const char **copies = ARENA_ARRAY(arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) copies[i] = arena_strdup(arena, names[i]);
    return copies;
}

struct plan *insert_into(struct analyzer *a, const struct u_plan *query, const struct target *t, bool overwrite,
                         bool by_name, const char *const *columns, uint32_t column_count, struct error *err) {
    const struct plan *data = plan_analyze(a, query, err);
    TRY_NULL(data);
    struct fitting f = {.a = a, .target = t, .table = type_copy(a->arena, t->table->schema)};
    f.data = plan_schema(a->arena, data);
    f.project = u_plan_new(a->arena, U_PROJECT, NULL, 1, f.table->field_count);
    f.project->children[0] = numbered(a, query, f.data->field_count);
    if (by_name && !column_count) {
        const char **names = ARENA_ARRAY(a->arena, const char *, f.data->field_count);
        for (uint32_t i = 0; i < f.data->field_count; i++) names[i] = f.data->fields[i].name;
        TRY_NULL(fit_by_name(&f, names, f.data->field_count, err));
    } else if (column_count) {
        TRY_NULL(fit_by_name(&f, columns, column_count, err));
    } else {
        TRY_NULL(fit_by_position(&f, err));
    }
    const struct plan *input = plan_analyze(a, f.project, err);
    TRY_NULL(input);
    struct write write = {
        .format = arena_strdup(a->arena, t->table->format),
        .folder = arena_strdup(a->arena, t->table->location),
        .schema = f.table,
        .partition_count = t->table->partition_count,
        .partitions = copy_names(a->arena, t->table->partitions, t->table->partition_count),
        .option_count = t->table->option_count,
        .options = options_of(a->arena, t->table),
        .overwrite = overwrite,
    };
    return write_plan(a, &write, input);
}

struct plan *create_table_as(struct analyzer *a, const struct u_plan *query, struct catalog_table *t,
                             struct error *err) {
    const struct plan *data = plan_analyze(a, query, err);
    TRY_NULL(data);
    t->schema = type_as_nullable(a->arena, plan_schema(a->arena, data));
    const struct type *given = t->schema;
    TRY_NULL(order_partitions(a->arena, t, err));
    struct target target = {.name = {.catalog = "spark_catalog", .database = t->database, .name = t->name}};
    struct fitting f = {.a = a, .target = &target, .table = t->schema, .data = given};
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
        .overwrite = true,
        .table = t,
    };
    return write_plan(a, &write, input);
}

/* ---- the statements ---- */

struct plan *sql_insert(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (!t.table || t.table->kind == CATALOG_VIEW) {
        error_set(err, "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "viewName",
                  t.view ? quote_name(a->arena, &t.written) : quote_table(a->arena, &t.name), "operation", "INSERT",
                  NULL);
        return NULL;
    }
    if (c->insert->replace_where) {
        error_unsupported(err, "INSERT ... REPLACE WHERE");
        return NULL;
    }
    const struct u_plan *query = c->query;
    const char *const *columns = c->insert->columns;
    uint32_t column_count = c->insert->column_count;
    if (c->partition.count) { /* PARTITION (p = 1, q): static values come after the query's columns */
        uint32_t given = 0;
        for (uint32_t i = 0; i < c->partition.count; i++) given += c->partition.values[i].value != NULL;
        if (given && given != c->partition.count) {
            error_unsupported(err, "INSERT into partitions of which some are static");
            return NULL;
        }
        if (given) {
            if (c->insert->overwrite) {
                error_unsupported(err, "INSERT OVERWRITE of one partition");
                return NULL;
            }
            struct u_plan *with = u_plan_new(a->arena, U_PROJECT, c->origin, 1, 1 + given);
            with->children[0] = c->query;
            with->exprs[0] = u_expr_new(a->arena, U_STAR, c->origin, 0);
            for (uint32_t i = 0; i < given; i++) {
                struct u_expr *alias = u_expr_new(a->arena, U_ALIAS, c->origin, 1);
                alias->alias.name_count = 1;
                alias->alias.names = &c->partition.values[i].name;
                alias->children[0] = c->partition.values[i].value;
                with->exprs[1 + i] = alias;
            }
            query = with;
        }
    }
    return insert_into(a, query, &t, c->insert->overwrite, c->insert->by_name, columns, column_count, err);
}

/* DELETE, UPDATE and MERGE: tables of files refuse them, in Spark as here. */
struct plan *sql_change_rows(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    const char *operation = c->kind == C_DELETE ? "DELETE" : c->kind == C_UPDATE ? "UPDATE TABLE" : "MERGE INTO TABLE";
    error_set(err, "UNSUPPORTED_FEATURE.TABLE_OPERATION", "tableName",
              t.view ? quote_name(a->arena, &t.written) : quote_table(a->arena, &t.name), "operation", operation, NULL);
    return NULL;
}

struct plan *sql_insert_directory(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct plan *input = plan_analyze(a, c->query, err);
    TRY_NULL(input);
    const char *format = c->provider.count ? c->provider.parts[c->provider.count - 1] : "parquet";
    TRY_NULL(check_provider(format, err));
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
        .overwrite = true,
    };
    return write_plan(a, &write, input);
}
