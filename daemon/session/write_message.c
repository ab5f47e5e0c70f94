/* SPDX-License-Identifier: Apache-2.0 */
/* df.write and df.writeTo of the protocol; see write.h. */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "format/format.h"
#include "session/door_int.h"
#include "session/settings.h"
#include "session/write.h"

typedef Spark__Connect__WriteOperation Operation;
enum mode { MODE_ERROR, MODE_APPEND, MODE_OVERWRITE, MODE_IGNORE };

static bool nothing(struct command_run *run, struct error *err) {
    (void)run, (void)err;
    return true;
}

static const struct command_kind nothing_command = {.name = "Nothing", .finish = nothing};

static bool drop_rows(struct command_run *run, const struct batch *batch, struct error *err) {
    (void)run, (void)batch, (void)err;
    return true;
}

/* format("noop"): the rows are computed, and nobody keeps them. */
static const struct command_kind noop_command = {.name = "OverwriteByExpression", .batch = drop_rows};

static struct plan *write_nowhere(struct derivation *d, enum mode mode, const struct u_plan *query, struct error *err) {
    if (mode == MODE_ERROR || mode == MODE_IGNORE) {
        error_set(err, "UNSUPPORTED_DATA_SOURCE_SAVE_MODE", "source", "noop", "createMode",
                  mode == MODE_ERROR ? "\"ErrorIfExists\"" : "\"Ignore\"", NULL);
        return NULL;
    }
    struct command *command = command_create(&d->analyzer, &noop_command, NULL);
    command->input = plan_analyze(&d->analyzer, query, err);
    return command->input ? command_as_plan(&d->analyzer, command) : NULL;
}

static bool exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* The columns that partition files go last, as those of a table. */
static struct u_plan *partitions_last(struct derivation *d, struct u_plan *u, const struct catalog_table *t) {
    struct arena *arena = door_arena(d);
    struct u_plan *p = u_plan_new(arena, U_PROJECT, u->origin, 1, t->schema->field_count);
    p->children[0] = u;
    for (uint32_t i = 0; i < t->schema->field_count; i++)
        p->exprs[i] = u_attribute(arena, NULL, t->schema->fields[i].name);
    return p;
}

/* spark.sql.sources.partitionOverwriteMode, which an option of the write may override. */
static bool overwrites_dynamically(struct derivation *d, const Operation *m) {
    const char *mode = settings_get(d->session->settings, "spark.sql.sources.partitionOverwriteMode");
    for (size_t i = 0; i < m->n_options; i++)
        if (strcasecmp(m->options[i]->key, "partitionOverwriteMode") == 0) mode = m->options[i]->value;
    return mode && strcasecmp(mode, "dynamic") == 0;
}

static bool lacks_columns(const struct type *t) {
    for (uint32_t i = 0; i < t->field_count; i++)
        if (t->fields[i].type->kind == TYPE_STRUCT && lacks_columns(t->fields[i].type)) return true;
    return t->field_count == 0;
}

static bool check_columns(struct arena *arena, const char *format, const struct type *schema, struct error *err) {
    return !lacks_columns(schema) ||
           error_set(err, "EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE", "format", format_title(arena, format), NULL);
}

static struct plan *to_path(struct derivation *d, const Operation *m, enum mode mode, struct u_plan *query,
                            struct error *err) {
    struct arena *arena = door_arena(d);
    const char *path = plain_location(arena, m->path);
    if (mode == MODE_ERROR && exists(path)) {
        error_set(err, "PATH_ALREADY_EXISTS", "outputPath", arena_printf(arena, "file:%s", path), NULL);
        return NULL;
    }
    if (mode == MODE_IGNORE && exists(path)) return simple_command(&d->analyzer, &nothing_command, NULL, NULL);
    const char *format =
        door_text(d, m->source ? m->source : settings_get(d->session->settings, "spark.sql.sources.default"));
    TRY_NULL(check_provider(d->analyzer.context, format, err));
    const struct plan *input = plan_analyze(&d->analyzer, query, err);
    TRY_NULL(input);
    struct catalog_table t = {.name = path, .schema = plan_schema(arena, input)};
    TRY_NULL(check_columns(arena, format, t.schema, err));
    t.partition_count = (uint32_t)m->n_partitioning_columns;
    t.partitions = door_texts(d, m->partitioning_columns, m->n_partitioning_columns);
    TRY_NULL(check_path_columns(&d->analyzer, &t, err) && order_partitions(arena, &t, err));
    if (t.partition_count) {
        input = plan_analyze(&d->analyzer, partitions_last(d, query, &t), err);
        TRY_NULL(input);
    }
    struct write write = {
        .format = format,
        .folder = path,
        .schema = t.schema,
        .partition_count = t.partition_count,
        .partitions = t.partitions,
        .option_count = (uint32_t)m->n_options,
        .options = door_options(d, (ProtobufCMessage *const *)m->options, m->n_options),
        .mode = mode != MODE_OVERWRITE         ? WRITE_APPEND
                : overwrites_dynamically(d, m) ? WRITE_DYNAMIC
                                               : WRITE_OVERWRITE,
    };
    return write_plan(&d->analyzer, &write, input);
}

/* What is said of a table that is to be made. */
struct definition {
    const char *provider;
    uint32_t partition_count;
    const char *const *partitions;
    uint32_t option_count, property_count;
    const struct u_option *options, *properties;
    uint32_t bucket_count, bucket_column_count, sort_column_count;
    const char *const *bucket_columns, *const *sort_columns;
};

static const struct catalog_property *as_properties(struct arena *arena, const struct u_option *options,
                                                    uint32_t count) {
    struct catalog_property *p = ARENA_ARRAY(arena, struct catalog_property, count);
    for (uint32_t i = 0; i < count; i++) p[i] = (struct catalog_property){options[i].key, options[i].value};
    return p;
}

static struct catalog_table *define(struct derivation *d, const struct target *target,
                                    const struct definition *definition, struct error *err) {
    struct arena *arena = door_arena(d);
    const char *format = definition->provider;
    if (!format) format = settings_get(d->session->settings, "spark.sql.sources.default");
    TRY_NULL(check_provider(d->analyzer.context, format, err));
    struct catalog_table *t = ARENA_NEW(arena, struct catalog_table);
    *t = (struct catalog_table){
        .database = arena_strdup(arena, target->name.database),
        .name = arena_strdup(arena, target->name.name),
        .format = arena_strdup(arena, format),
        .owner = d->session->engine->user,
        .created = d->context.now,
        .partition_count = definition->partition_count,
        .partitions = definition->partitions,
        .option_count = definition->option_count,
        .options = as_properties(arena, definition->options, definition->option_count),
        .property_count = definition->property_count,
        .properties = as_properties(arena, definition->properties, definition->property_count),
        .bucket_count = definition->bucket_count,
        .bucket_column_count = definition->bucket_column_count,
        .bucket_columns = definition->bucket_columns,
        .sort_column_count = definition->sort_column_count,
        .sort_columns = definition->sort_columns,
    };
    t->location = catalog_table_location(target->catalog, arena, t->database, t->name);
    for (uint32_t i = 0; i < definition->option_count; i++)
        if (strcasecmp(definition->options[i].key, "path") == 0) {
            t->kind = CATALOG_EXTERNAL;
            t->location = plain_location(arena, definition->options[i].value);
        }
    return t;
}

static struct plan *new_table(struct derivation *d, const struct target *target, const struct definition *definition,
                              const struct u_plan *query, struct error *err) {
    struct catalog_table *t = define(d, target, definition, err);
    return t ? create_table_as(&d->analyzer, query, t, err) : NULL;
}

static bool exists_already(struct derivation *d, const struct target *t, struct error *err) {
    return error_set(err, "TABLE_OR_VIEW_ALREADY_EXISTS", "relationName", quote_table(door_arena(d), &t->name), NULL);
}

static struct plan *insert_message(struct derivation *d, const Operation *m, enum mode mode,
                                   const struct u_reference *reference, const struct u_plan *query, struct error *err) {
    struct analyzer *a = &d->analyzer;
    struct target target;
    if (m->n_partitioning_columns || m->bucket_by) {
        error_set(err, m->bucket_by ? "_LEGACY_ERROR_TEMP_1312" : "_LEGACY_ERROR_TEMP_1309", NULL);
        if (m->bucket_by) error_add(err, "operation", "insertInto");
        return NULL;
    }
    TRY_NULL(need_target(a, reference, &target, err));
    const struct insertion insertion = {
        .target = &target, .overwrite = mode == MODE_OVERWRITE, .dynamic = overwrites_dynamically(d, m)};
    if (target.table && target.table->kind != CATALOG_VIEW) return insert_into(a, query, &insertion, err);
    error_set(err, "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "viewName", quote_name(door_arena(d), &target.written),
              "operation", "INSERT", NULL);
    return NULL;
}

static bool read_definition(struct derivation *d, const Operation *m, struct definition *definition,
                            struct error *err) {
    *definition = (struct definition){
        .provider = m->source,
        .partition_count = (uint32_t)m->n_partitioning_columns,
        .partitions = door_texts(d, m->partitioning_columns, m->n_partitioning_columns),
        .option_count = (uint32_t)m->n_options,
        .options = door_options(d, (ProtobufCMessage *const *)m->options, m->n_options),
        .sort_column_count = (uint32_t)m->n_sort_column_names,
        .sort_columns = door_texts(d, m->sort_column_names, m->n_sort_column_names),
    };
    if (!m->bucket_by) return true;
    if (!check_bucket_count(&d->analyzer, m->bucket_by->num_buckets, err)) return error_set_kind(err, ERROR_ANALYSIS);
    definition->bucket_count = (uint32_t)m->bucket_by->num_buckets;
    definition->bucket_column_count = (uint32_t)m->bucket_by->n_bucket_column_names;
    definition->bucket_columns = door_texts(d, m->bucket_by->bucket_column_names, m->bucket_by->n_bucket_column_names);
    return true;
}

static struct plan *append(struct derivation *d, const struct target *target, const struct definition *definition,
                           const struct u_plan *query, struct error *err) {
    struct analyzer *a = &d->analyzer;
    const struct catalog_table *given = define(d, target, definition, err);
    const struct plan *input = given ? plan_analyze(a, query, err) : NULL;
    TRY_NULL(input);
    const struct type *schema = plan_schema(a->arena, input);
    struct catalog_table columns = {.schema = schema};
    TRY_NULL(check_schema(a, &columns, err) && check_append(a, target->table, given, schema, err));
    const struct insertion appended = {.target = target, .by_name = true};
    return insert_into(a, query, &appended, err);
}

static struct plan *to_table(struct derivation *d, const Operation *m, enum mode mode, const struct u_plan *query,
                             struct error *err) {
    struct analyzer *a = &d->analyzer;
    struct u_reference reference = {0};
    struct definition definition;
    struct target target;
    bool skip;
    TRY_NULL(door_table_name(d, m->table->table_name, &reference.name, err));
    if (m->table->save_method ==
        SPARK__CONNECT__WRITE_OPERATION__SAVE_TABLE__TABLE_SAVE_METHOD__TABLE_SAVE_METHOD_INSERT_INTO)
        return insert_message(d, m, mode, &reference, query, err);
    TRY_NULL(check_new_table(a, &reference, false, true, &target, &skip, err));
    if (target.table && mode == MODE_ERROR) {
        exists_already(d, &target, err);
        return NULL;
    }
    if (target.table && mode == MODE_IGNORE) return simple_command(a, &nothing_command, NULL, NULL);
    TRY_NULL(read_definition(d, m, &definition, err));
    if (target.table && mode == MODE_APPEND) return append(d, &target, &definition, query, err);
    return new_table(d, &target, &definition, query, err);
}

struct plan *write_from_message(struct derivation *d, const Operation *m, struct error *err) {
    static const enum mode modes[] = {MODE_ERROR, MODE_APPEND, MODE_OVERWRITE, MODE_ERROR, MODE_IGNORE};
    enum mode mode = (uint32_t)m->mode < 5 ? modes[m->mode] : MODE_ERROR;
    struct u_plan *query = door_relation(d, m->input, err);
    TRY_NULL(query);
    if (m->n_sort_column_names && !m->bucket_by) {
        error_set(err, "SORT_BY_WITHOUT_BUCKETING", NULL);
        return NULL;
    }
    if (m->save_type_case == SPARK__CONNECT__WRITE_OPERATION__SAVE_TYPE_TABLE) return to_table(d, m, mode, query, err);
    if (m->source && strcasecmp(m->source, "noop") == 0) return write_nowhere(d, mode, query, err);
    if (m->save_type_case == SPARK__CONNECT__WRITE_OPERATION__SAVE_TYPE_PATH) return to_path(d, m, mode, query, err);
    if (m->source) TRY_NULL(check_provider(&d->context, m->source, err));
    error_set(err, "_LEGACY_ERROR_TEMP_2047", NULL);
    return NULL;
}

/* A table of files takes no rows in this way; what can be done to one is to create it. */
static struct plan *refuse_rows(struct analyzer *a, const struct u_reference *reference, struct error *err) {
    struct target target;
    TRY_NULL(find_target(a, reference, &target, err));
    if (target.view)
        error_set(err, "_LEGACY_ERROR_TEMP_1007", "quoted", target.written.parts[target.written.count - 1], NULL);
    else if (!target.table)
        table_not_found(a->arena, &target.written, err);
    else if (target.table->kind == CATALOG_VIEW)
        error_set(err, "_LEGACY_ERROR_TEMP_1011", "identifier", quote_table(a->arena, &target.name), NULL);
    else
        error_set(err, "_LEGACY_ERROR_TEMP_1012", "identifier", quote_table(a->arena, &target.name), NULL);
    return NULL;
}

static bool is_column(const struct u_expr *e) {
    return e->kind == U_ATTRIBUTE && e->attribute.name.count == 1;
}

/* bucket(4, a, b) */
static bool take_buckets(struct derivation *d, const struct u_expr *e, struct definition *into, struct error *err) {
    bool numbered = e->child_count > 1 && e->children[0]->kind == U_LITERAL &&
                    e->children[0]->literal.value->type->kind == TYPE_INT;
    if (!numbered) return error_unsupported(err, "a bucket without a number");
    into->bucket_count = (uint32_t)*VECTOR_DATA(e->children[0]->literal.value, int32_t);
    into->bucket_column_count = e->child_count - 1;
    const char **names = ARENA_ARRAY(door_arena(d), const char *, e->child_count);
    for (uint32_t i = 1; i < e->child_count; i++) {
        if (!is_column(e->children[i])) return error_unsupported(err, "buckets of an expression");
        names[i - 1] = e->children[i]->attribute.name.parts[0];
    }
    into->bucket_columns = names;
    return true;
}

/* years("a"), as it is written in the error. */
static bool refuse_transform(struct derivation *d, const struct u_expr *e, struct error *err) {
    struct arena *arena = door_arena(d);
    if (e->kind != U_CALL) return error_unsupported(err, "partitioning by an expression");
    const char *text = arena_printf(arena, "%s(", e->call.name.parts[e->call.name.count - 1]);
    for (uint32_t i = 0; i < e->child_count; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "",
                            is_column(e->children[i]) ? e->children[i]->attribute.name.parts[0] : "...");
    return error_set(err, "UNSUPPORTED_PARTITION_TRANSFORM", "transform", arena_printf(arena, "`%s)`", text), NULL);
}

static bool take_partitioning(struct derivation *d, const Spark__Connect__WriteOperationV2 *m, struct definition *into,
                              struct error *err) {
    const char **partitions = ARENA_ARRAY(door_arena(d), const char *, m->n_partitioning_columns);
    for (size_t i = 0; i < m->n_partitioning_columns; i++) {
        const struct u_expr *e = door_expression(d, m->partitioning_columns[i], err);
        TRY(e);
        if (is_column(e))
            partitions[into->partition_count++] = e->attribute.name.parts[0];
        else if (e->kind == U_CALL && strcmp(e->call.name.parts[0], "bucket") == 0)
            TRY(take_buckets(d, e, into, err));
        else
            return refuse_transform(d, e, err);
    }
    into->partitions = partitions;
    return true;
}

struct plan *write_from_message_v2(struct derivation *d, const Spark__Connect__WriteOperationV2 *m, struct error *err) {
    struct analyzer *a = &d->analyzer;
    struct u_reference reference = {0};
    struct target target;
    bool skip;
    struct u_plan *query = door_relation(d, m->input, err);
    TRY_NULL(query);
    TRY_NULL(door_table_name(d, m->table_name, &reference.name, err));
    bool replaces = m->mode == SPARK__CONNECT__WRITE_OPERATION_V2__MODE__MODE_CREATE_OR_REPLACE ||
                    m->mode == SPARK__CONNECT__WRITE_OPERATION_V2__MODE__MODE_REPLACE;
    if (!replaces && m->mode != SPARK__CONNECT__WRITE_OPERATION_V2__MODE__MODE_CREATE)
        return refuse_rows(a, &reference, err);
    TRY_NULL(check_new_table(a, &reference, false, replaces, &target, &skip, err));
    if (replaces) {
        refuse_operation(a, &target, "REPLACE TABLE AS SELECT", err);
        return NULL;
    }
    struct definition definition = {
        .provider = m->provider,
        .option_count = (uint32_t)m->n_options,
        .options = door_options(d, (ProtobufCMessage *const *)m->options, m->n_options),
        .property_count = (uint32_t)m->n_table_properties,
        .properties = door_options(d, (ProtobufCMessage *const *)m->table_properties, m->n_table_properties),
    };
    TRY_NULL(take_partitioning(d, m, &definition, err));
    return new_table(d, &target, &definition, query, err);
}
