/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands that make, change and drop tables. Writing rows is command_write.c's. See command_sql.h. */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/text.h"
#include "format/format.h"
#include "session/command_sql.h"
#include "session/settings.h"
#include "session/write.h"
#include "sql/sql.h"

/* ---- small change ---- */

static bool nothing(struct command_run *run, struct error *err) {
    (void)run, (void)err;
    return true;
}

static const struct command_kind nothing_command = {.name = "Nothing", .finish = nothing};

bool put_table(struct command_run *run, struct error *err) {
    const struct catalog_table *t = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    if (t->location) TRY(folder_make(t->location, err));
    return catalog_put_table(catalog, t, err);
}

static const struct command_kind create_table_command = {.name = "CreateTable", .finish = put_table};

const char *plain_location(struct arena *arena, const char *location) {
    if (strncmp(location, "file://", 7) == 0) return arena_strdup(arena, location + 7);
    if (strncmp(location, "file:", 5) == 0) return arena_strdup(arena, location + 5);
    return arena_strdup(arena, location);
}

static const struct catalog_property *options_of(struct arena *arena, const struct u_option *options, uint32_t count) {
    struct catalog_property *p = ARENA_ARRAY(arena, struct catalog_property, count);
    for (uint32_t i = 0; i < count; i++) p[i] = (struct catalog_property){options[i].key, options[i].value};
    return p;
}

const struct catalog_property *properties_of(struct arena *arena, const struct u_option *options, uint32_t *count) {
    struct catalog_property *p = ARENA_ARRAY(arena, struct catalog_property, *count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++)
        if (strcmp(options[i].key, COMMENT_PROPERTY) != 0)
            p[kept++] = (struct catalog_property){options[i].key, options[i].value};
    *count = kept;
    return p;
}

/* ---- CREATE TABLE ---- */

bool refuse_operation(struct analyzer *a, const struct target *t, const char *operation, struct error *err) {
    return error_set(err, "UNSUPPORTED_FEATURE.TABLE_OPERATION", "tableName", quote_table(a->arena, &t->name),
                     "operation", operation, NULL);
}

/* A column as it was declared: tables of files promise no NOT NULL. */
bool declared_field(struct analyzer *a, const struct u_column *c, const char *statement, struct field *field,
                    struct error *err) {
    *field = (struct field){.name = c->name.parts[c->name.count - 1],
                            .type = type_as_nullable(a->arena, c->type),
                            .nullable = true,
                            .metadata = metadata_with(a->arena, NULL, "comment", c->comment)};
    return !c->default_text || set_default(a, statement, field, c->default_text, true, err);
}

/* What Spark's tables of files have none of. */
static bool check_columns(struct analyzer *a, const struct u_table *u, const struct target *t, struct error *err) {
    bool constraint = u->constraint_count;
    for (uint32_t i = 0; i < u->column_count; i++) {
        if (u->columns[i].generated) return refuse_operation(a, t, "generated columns", err);
        if (u->columns[i].identity) return refuse_operation(a, t, "identity columns", err);
        constraint |= u->columns[i].has_constraint;
    }
    return !constraint || refuse_operation(a, t, "CONSTRAINT", err);
}

static const struct type *declared_schema(struct analyzer *a, const struct u_table *t, struct error *err) {
    uint32_t count = t->column_count;
    struct field *fields = ARENA_ARRAY(a->arena, struct field, count + t->partition_count);
    for (uint32_t i = 0; i < t->column_count; i++)
        TRY_NULL(declared_field(a, &t->columns[i], "CREATE TABLE", &fields[i], err));
    for (uint32_t i = 0; i < t->partition_count; i++) {
        const struct u_transform *p = &t->partitions[i];
        if (p->type)
            fields[count++] = (struct field){.name = p->column.parts[0],
                                             .type = p->type,
                                             .nullable = true,
                                             .metadata = metadata_with(a->arena, NULL, "comment", p->comment)};
    }
    return type_struct(a->arena, fields, count);
}

static const struct field *table_field(const struct type *schema, const char *name) {
    for (uint32_t i = 0; i < schema->field_count; i++)
        if (strcasecmp(schema->fields[i].name, name) == 0) return &schema->fields[i];
    return NULL;
}

static bool not_defined(struct analyzer *a, const struct catalog_table *t, const char *what, const char *name,
                        struct error *err) {
    const char *names = "";
    for (uint32_t i = 0; i < t->schema->field_count; i++)
        names = arena_printf(a->arena, "%s%s`%s`", names, i ? ", " : "", t->schema->fields[i].name);
    error_set(err, "COLUMN_NOT_DEFINED_IN_TABLE", "colType", what, "colName", arena_printf(a->arena, "`%s`", name),
              "tableCols", names, NULL);
    return error_add(err, "tableName", "`spark_catalog`.`%s`.`%s`", t->database, t->name);
}

/* Each of these names a column, which it is then called as. */
static bool bind_names(struct analyzer *a, const struct catalog_table *t, const char *what, const char *const *names,
                       uint32_t count, struct error *err) {
    for (uint32_t i = 0; i < count; i++)
        if (!table_field(t->schema, names[i])) return not_defined(a, t, what, names[i], err);
    return true;
}

static bool exists_already(struct analyzer *a, const char *column, struct error *err) {
    char *lower = arena_strdup(a->arena, column);
    ascii_lower(lower, strlen(lower), lower);
    return error_set(err, "COLUMN_ALREADY_EXISTS", "columnName", arena_printf(a->arena, "`%s`", lower), NULL);
}

static bool names_partition(const struct catalog_table *t, const char *name) {
    for (uint32_t i = 0; i < t->partition_count; i++)
        if (strcasecmp(t->partitions[i], name) == 0) return true;
    return false;
}

static bool check_partition_column(struct arena *arena, const struct field *column, struct error *err) {
    const struct type *type = column->type;
    switch (type->kind) {
        case TYPE_ARRAY:
        case TYPE_MAP:
        case TYPE_STRUCT:
        case TYPE_VARIANT:
        case TYPE_NULL: break;
        default:
            if (!type_is_string(type) || !type->collation) return true;
    }
    return error_set(err, "INVALID_PARTITION_COLUMN_DATA_TYPE", "type",
                     arena_printf(arena, "\"%s\"", type_sql(arena, type)), NULL);
}

bool check_schema(struct analyzer *a, const struct catalog_table *t, struct error *err) {
    const struct type *schema = t->schema;
    for (uint32_t i = 0; i < schema->field_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcasecmp(schema->fields[i].name, schema->fields[k].name) == 0)
                return exists_already(a, schema->fields[i].name, err);
    TRY(bind_names(a, t, "partition", t->partitions, t->partition_count, err));
    for (uint32_t i = 0; i < t->partition_count; i++)
        TRY(check_partition_column(a->arena, table_field(schema, t->partitions[i]), err));
    const struct file_format *format = t->format ? format_find(a->context, t->format) : NULL;
    for (uint32_t i = 0; format && i < schema->field_count; i++)
        if (!names_partition(t, schema->fields[i].name))
            TRY(format_check_columns(a->arena, a->context, format, &schema->fields[i], 1, err));
    for (uint32_t i = 0; i < t->partition_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcasecmp(t->partitions[i], t->partitions[k]) == 0) return exists_already(a, t->partitions[i], err);
    TRY(bind_names(a, t, "bucket", t->bucket_columns, t->bucket_column_count, err));
    TRY(bind_names(a, t, "sort", t->sort_columns, t->sort_column_count, err));
    return !schema->field_count || t->partition_count < schema->field_count ||
           error_set(err, "ALL_PARTITION_COLUMNS_NOT_ALLOWED", NULL);
}

/* Partition columns go last, in the order of PARTITIONED BY. */
bool order_partitions(struct arena *arena, struct catalog_table *t, struct error *err) {
    struct field *fields = ARENA_ARRAY(arena, struct field, t->schema->field_count);
    const char **names = ARENA_ARRAY(arena, const char *, t->partition_count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->schema->field_count; i++)
        if (!names_partition(t, t->schema->fields[i].name)) fields[n++] = t->schema->fields[i];
    for (uint32_t k = 0; k < t->partition_count; k++) {
        const struct field *found = table_field(t->schema, t->partitions[k]);
        if (!found) {
            const char *columns = "";
            for (uint32_t i = 0; i < t->schema->field_count; i++)
                columns = arena_printf(arena, "%s%s`%s`", columns, i ? ", " : "", t->schema->fields[i].name);
            return error_set(err, "COLUMN_NOT_DEFINED_IN_TABLE", "colType", "partition", "colName",
                             arena_printf(arena, "`%s`", t->partitions[k]), "tableName", t->name, "tableCols", columns,
                             NULL);
        }
        names[k] = found->name;
        fields[n++] = *found;
    }
    t->partitions = names;
    t->schema = type_struct(arena, fields, n);
    return true;
}

/* bucket(4, a): CLUSTERED BY in another form. */
static bool set_bucket_transform(struct analyzer *a, const struct u_transform *p, struct catalog_table *t,
                                 struct error *err) {
    const struct vector *count = p->argument_count > 1 ? constant_value(a, p->arguments[0], TYPE_OF(INT), err) : NULL;
    TRY(!error_is_set(err));
    const char **names = ARENA_ARRAY(a->arena, const char *, p->argument_count);
    for (uint32_t i = 1; i < p->argument_count; i++) {
        const struct u_expr *e = p->arguments[i];
        if (e->kind != U_ATTRIBUTE) return error_unsupported(err, "partitioning by %s()", p->name);
        names[i - 1] = e->attribute.name.parts[e->attribute.name.count - 1];
    }
    if (!count || vector_is_null(count, 0)) return error_unsupported(err, "partitioning by %s()", p->name);
    t->bucket_count = (uint32_t)*VECTOR_DATA(count, int32_t);
    t->bucket_column_count = p->argument_count - 1;
    t->bucket_columns = names;
    return true;
}

static const char *transform_text(struct arena *arena, const struct u_transform *p) {
    const char *text = "";
    for (uint32_t i = 0; i < p->argument_count; i++) {
        const struct u_expr *e = p->arguments[i];
        if (e->kind == U_ATTRIBUTE)
            text = arena_printf(arena, "%s%s%s", text, i ? ", " : "",
                                sql_quote_name(arena, e->attribute.name.parts, e->attribute.name.count));
        else if (e->kind == U_LITERAL)
            text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", literal_sql(arena, e->literal.value, NULL, true));
    }
    return arena_printf(arena, "`%s(%s)`", p->name, text);
}

static bool set_partitions(struct analyzer *a, const struct u_table *u, struct catalog_table *t, struct error *err) {
    const char **names = ARENA_ARRAY(a->arena, const char *, u->partition_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < u->partition_count; i++) {
        const struct u_transform *p = &u->partitions[i];
        bool identity = !p->name || strcasecmp(p->name, "identity") == 0;
        if (p->name && strcasecmp(p->name, "bucket") == 0) {
            TRY(set_bucket_transform(a, p, t, err));
            continue;
        }
        if (!identity)
            return error_set(err, "UNSUPPORTED_PARTITION_TRANSFORM", "transform", transform_text(a->arena, p), NULL);
        bool called = p->name && p->argument_count == 1 && p->arguments[0]->kind == U_ATTRIBUTE;
        names[count++] = called ? p->arguments[0]->attribute.name.parts[0] : p->column.parts[0];
    }
    t->partition_count = count;
    t->partitions = names;
    return true;
}

/* CLUSTERED BY (a) SORTED BY (b) INTO 4 BUCKETS: kept with the table; files are written as without. */
bool check_bucket_count(struct analyzer *a, int32_t count, struct error *err) {
    return (count > 0 && count <= 100000) || error_set(err, "INVALID_BUCKET_COUNT", "bucketingMaxBuckets", "100000",
                                                       "numBuckets", arena_printf(a->arena, "%d", count), NULL);
}

static bool set_buckets(struct analyzer *a, const struct u_table *u, struct catalog_table *t, struct error *err) {
    if (!u->bucket_column_count) return true;
    TRY(check_bucket_count(a, u->buckets, err));
    const char **sort = ARENA_ARRAY(a->arena, const char *, u->sort_count);
    for (uint32_t i = 0; i < u->sort_count; i++) {
        const struct u_expr *e = u->sort[i];
        while (e->kind != U_ATTRIBUTE && e->child_count) e = e->children[0];
        if (e->kind == U_ATTRIBUTE) sort[i] = e->attribute.name.parts[e->attribute.name.count - 1];
    }
    t->bucket_count = (uint32_t)u->buckets;
    t->bucket_column_count = u->bucket_column_count;
    t->bucket_columns = u->bucket_columns;
    t->sort_column_count = u->sort_count;
    t->sort_columns = sort;
    return true;
}

bool check_provider(const struct context *context, const char *format, struct error *err) {
    return format_find(context, format) || format_missing(format, err);
}

/* OPTIONS (path '...') is a location. */
void take_path_option(struct analyzer *a, struct catalog_table *t) {
    struct catalog_property *kept = ARENA_ARRAY(a->arena, struct catalog_property, t->option_count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->option_count; i++) {
        if (strcasecmp(t->options[i].key, "path") != 0) {
            kept[n++] = t->options[i];
            continue;
        }
        t->kind = CATALOG_EXTERNAL;
        t->location = plain_location(a->arena, t->options[i].value);
    }
    t->option_count = n;
    t->options = kept;
}

/* CLUSTER BY stands in a property: [["a"],["b","c"]]. */
const char *cluster_text(struct arena *arena, const struct u_name *names, uint32_t count) {
    const char *text = "";
    for (uint32_t i = 0; i < count; i++) {
        const char *parts = "";
        for (uint32_t k = 0; k < names[i].count; k++)
            parts = arena_printf(arena, "%s%s\"%s\"", parts, k ? "," : "", names[i].parts[k]);
        text = arena_printf(arena, "%s%s[%s]", text, i ? "," : "", parts);
    }
    return arena_printf(arena, "[%s]", text);
}

static bool set_clusters(struct analyzer *a, const struct u_table *u, struct catalog_table *t, struct error *err) {
    (void)err;
    if (!u->cluster_count) return true;
    struct catalog_property *p = ARENA_ARRAY(a->arena, struct catalog_property, t->property_count + 1);
    if (t->property_count) memcpy(p, t->properties, t->property_count * sizeof *p);
    p[t->property_count++] =
        (struct catalog_property){CLUSTER_PROPERTY, cluster_text(a->arena, u->cluster, u->cluster_count)};
    t->properties = p;
    return true;
}

/* All that a definition says, but for the schema. */
static bool fill_table(struct analyzer *a, const struct u_command *c, struct target *target, struct catalog_table *t,
                       struct error *err) {
    struct session *session = analyzer_session(a);
    const struct u_table *u = c->table;
    const char *format = u->provider.count ? u->provider.parts[u->provider.count - 1] : NULL;
    bool hive = u->serde || u->stored_as || (format && strcasecmp(format, "hive") == 0);
    if (hive)
        return error_set(err, "NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT", "cmd", "CREATE Hive TABLE (AS SELECT)",
                         NULL);
    if (!format) format = settings_get(session->settings, "spark.sql.sources.default");
    TRY(check_provider(a->context, format, err));
    TRY(check_columns(a, u, target, err));
    if (u->external && !c->location) return error_set(err, "_LEGACY_ERROR_TEMP_1069", NULL);
    *t = (struct catalog_table){
        .kind = c->location ? CATALOG_EXTERNAL : CATALOG_MANAGED,
        .database = arena_strdup(a->arena, target->name.database),
        .name = arena_strdup(a->arena, target->name.name),
        .format = format_find(a->context, format)->name,
        .comment = c->comment,
        .owner = session->engine->user,
        .collation = c->collation,
        .created = a->context->now,
        .option_count = c->option_count,
        .options = options_of(a->arena, c->options, c->option_count),
        .property_count = u->property_count,
    };
    t->properties = properties_of(a->arena, u->properties, &t->property_count);
    take_path_option(a, t);
    if (c->location) t->location = plain_location(a->arena, c->location);
    if (!t->location) t->location = catalog_table_location(target->catalog, a->arena, t->database, t->name);
    return set_partitions(a, u, t, err) && set_buckets(a, u, t, err) && set_clusters(a, u, t, err);
}

/* May a table be made under this name? *skip: there is one, and that is fine. */
bool check_new_table(struct analyzer *a, const struct u_reference *r, bool if_not_exists, bool replace,
                     struct target *t, bool *skip, struct error *err) {
    TRY(find_target(a, r, t, err));
    if (t->view) {
        TRY(resolve_table_name(analyzer_session(a), a->arena, &t->written, &t->name, err));
        t->view = NULL;
        t->table = catalog_find_table(t->catalog, t->name.database, t->name.name);
    }
    if (!catalog_find_database(t->catalog, t->name.database)) return schema_not_found(t->name.database, err);
    *skip = t->table && if_not_exists;
    if (!t->table || *skip || replace) return true;
    return error_set(err, "TABLE_OR_VIEW_ALREADY_EXISTS", "relationName", quote_table(a->arena, &t->name), NULL);
}

/* Folders named p=1 make partition columns of a table whose columns are inferred. */
static void take_found_partitions(struct arena *arena, const struct scan_source *source, struct catalog_table *t) {
    if (t->partition_count || !source->partition_columns) return;
    const char **names = ARENA_ARRAY(arena, const char *, source->partition_columns);
    uint32_t first = source->schema->field_count - source->partition_columns;
    for (uint32_t k = 0; k < source->partition_columns; k++) names[k] = source->schema->fields[first + k].name;
    t->partition_count = source->partition_columns;
    t->partitions = names;
}

/* Told last: what is wrong with the definition comes before. */
static bool is_free(struct analyzer *a, const struct target *t, struct error *err) {
    return !t->table ||
           error_set(err, "TABLE_OR_VIEW_ALREADY_EXISTS", "relationName", quote_table(a->arena, &t->name), NULL);
}

/* The columns of a definition that names none: what the files at its place have, or the format has always. */
static bool infer_columns(struct analyzer *a, const struct u_command *c, struct catalog_table *t, struct error *err) {
    if (c->table->partition_count) return error_set(err, "SPECIFY_PARTITION_IS_NOT_ALLOWED", NULL);
    struct stat status;
    uint32_t paths = t->kind == CATALOG_EXTERNAL && stat(t->location, &status) == 0;
    const struct scan_source *source =
        scan_source_open(a->arena, a->context, t->format, NULL, c->options, c->option_count, &t->location, paths, err);
    TRY(source);
    t->schema = source->schema;
    take_found_partitions(a->arena, source, t);
    return true;
}

struct plan *sql_create_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target target;
    bool skip;
    if (c->table->pipeline) {
        error_unsupported(err, "declarative pipelines");
        return NULL;
    }
    TRY_NULL(check_new_table(a, &c->target, c->if_not_exists, true, &target, &skip, err));
    if (c->table->replace) {
        refuse_operation(a, &target, c->query ? "REPLACE TABLE AS SELECT" : "REPLACE TABLE", err);
        return NULL;
    }
    if (skip) return simple_command(a, &nothing_command, NULL, NULL);
    struct catalog_table *t = ARENA_NEW(a->arena, struct catalog_table);
    TRY_NULL(fill_table(a, c, &target, t, err));
    if (c->query) {
        struct plan *p = create_table_as(a, c->query, t, err);
        return p && is_free(a, &target, err) ? p : NULL;
    }
    t->schema = declared_schema(a, c->table, err);
    TRY_NULL(t->schema);
    if (!t->schema->field_count) TRY_NULL(infer_columns(a, c, t, err));
    TRY_NULL(check_schema(a, t, err));
    TRY_NULL(order_partitions(a->arena, t, err));
    return is_free(a, &target, err) ? simple_command(a, &create_table_command, t, NULL) : NULL;
}

struct plan *sql_create_table_like(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target target, source;
    bool skip;
    TRY_NULL(check_new_table(a, &c->target, c->if_not_exists, false, &target, &skip, err));
    TRY_NULL(need_target(a, &c->source, &source, err));
    if (skip) return simple_command(a, &nothing_command, NULL, NULL);
    struct catalog_table *t = ARENA_NEW(a->arena, struct catalog_table);
    TRY_NULL(fill_table(a, c, &target, t, err));
    if (source.table) {
        const struct catalog_table *from = catalog_copy_table(a->arena, source.table);
        t->schema = from->schema;
        if (!c->table->provider.count && from->format) t->format = from->format;
        t->partition_count = from->partition_count;
        t->partitions = from->partitions;
        t->bucket_count = from->bucket_count;
        t->bucket_column_count = from->bucket_column_count;
        t->bucket_columns = from->bucket_columns;
        t->sort_column_count = from->sort_column_count;
        t->sort_columns = from->sort_columns;
    } else {
        t->schema = schema_declared(a->arena, a->context, type_copy(a->arena, target_schema(&source)));
    }
    return simple_command(a, &create_table_command, t, NULL);
}

/* ---- DROP, RENAME ---- */

static bool drop_table(struct command_run *run, struct error *err) {
    const struct table_key *key = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    const struct catalog_table *t = catalog ? key_table(catalog, key) : NULL;
    if (!t) return !error_is_set(err);
    const char *folder = t->kind == CATALOG_MANAGED ? arena_strdup(&run->op.memory, t->location) : NULL;
    TRY(catalog_drop_table(catalog, key->database, key->name, err));
    if (folder) folder_remove(folder);
    return true;
}

static const struct command_kind drop_table_command = {.name = "DropTable", .finish = drop_table};

struct table_key *key_of(struct analyzer *a, const struct target *t) {
    struct table_key *key = ARENA_NEW(a->arena, struct table_key);
    *key = (struct table_key){arena_strdup(a->arena, t->name.database), arena_strdup(a->arena, t->name.name)};
    return key;
}

struct plan *sql_drop_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(find_target(a, &c->target, &t, err));
    if (t.view) return drop_temporary_view(a, &t);
    if (!t.table) {
        if (c->if_exists) return simple_command(a, &nothing_command, NULL, NULL);
        error_set(err, "TABLE_OR_VIEW_NOT_FOUND", "relationName", quote_table(a->arena, &t.name), NULL);
        return NULL;
    }
    if (t.table->kind == CATALOG_VIEW) {
        error_set(err, "WRONG_COMMAND_FOR_OBJECT_TYPE", "alternative", "DROP VIEW", "operation", "DROP TABLE",
                  "foundType", "VIEW", "requiredType", "EXTERNAL or MANAGED", "objectName",
                  arena_printf(a->arena, "spark_catalog.%s.%s", t.name.database, t.name.name), NULL);
        return NULL;
    }
    return simple_command(a, &drop_table_command, key_of(a, &t), NULL);
}

struct renaming {
    struct table_key from;
    const char *to;
};

static bool rename_table(struct command_run *run, struct error *err) {
    const struct renaming *r = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    return catalog && catalog_rename_table(catalog, r->from.database, r->from.name, r->to, err);
}

static const struct command_kind rename_command = {.name = "RenameTable", .finish = rename_table};

static bool rename_view(struct command_run *run, struct error *err) {
    (void)err;
    const struct renaming *r = run->command->arguments;
    struct view_entry *view = view_find(&run->session->views, r->from.name);
    if (!view) return true;
    view_put(&run->session->views, &run->session->budget->account, r->to, view->handle, &view->about);
    view_drop(view);
    return true;
}

static const struct command_kind rename_view_command = {.name = "RenameView", .finish = rename_view};

/* ALTER TABLE is for tables, ALTER VIEW for views, and the database stays. */
static bool check_rename(struct analyzer *a, const struct u_command *c, const struct target *t, struct error *err) {
    bool view = t->view || t->table->kind == CATALOG_VIEW;
    const char *name = quote_name(a->arena, &t->written), *to = quote_name(a->arena, &c->new_name);
    if (c->is_view && !view)
        return error_set(err, "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE", "operation", "ALTER VIEW", "tableName", name,
                         NULL);
    if (!c->is_view && t->table && view)
        return error_set(err, "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW", "operation", "ALTER TABLE", "viewName", name,
                         NULL);
    if (c->new_name.count < 2) return true;
    const char *database = c->new_name.parts[c->new_name.count - 2];
    if (t->view) return error_set(err, "_LEGACY_ERROR_TEMP_1074", "oldName", name, "newName", to, "db", database, NULL);
    return strcasecmp(database, t->name.database) == 0 ||
           error_set(err, "_LEGACY_ERROR_TEMP_1073", "db", t->name.database, "newDb", database, NULL);
}

struct plan *sql_rename_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t, to;
    TRY_NULL(need_target(a, &c->target, &t, err));
    TRY_NULL(check_rename(a, c, &t, err));
    struct renaming *r = ARENA_NEW(a->arena, struct renaming);
    struct u_reference reference = {.name = c->new_name};
    if (t.view) {
        r->from.name = arena_strdup(a->arena, t.view->name);
        r->to = view_key(analyzer_session(a), a->arena, c->new_name.parts[c->new_name.count - 1]);
        return simple_command(a, &rename_view_command, r, arena_printf(a->arena, "view:%s", r->to));
    }
    TRY_NULL(find_target(a, &reference, &to, err));
    r->from = *key_of(a, &t);
    r->to = view_key(analyzer_session(a), a->arena, c->new_name.parts[c->new_name.count - 1]);
    if (catalog_find_table(t.catalog, t.name.database, r->to)) {
        t.name.name = r->to;
        error_set(err, "TABLE_OR_VIEW_ALREADY_EXISTS", "relationName", quote_table(a->arena, &t.name), NULL);
        return NULL;
    }
    return simple_command(a, &rename_command, r, NULL);
}
