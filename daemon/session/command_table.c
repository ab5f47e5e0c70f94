/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands that make, change and drop tables. Writing rows is command_write.c's. See command_sql.h. */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "format/format.h"
#include "session/command_sql.h"
#include "session/settings.h"
#include "session/write.h"

/* ---- small change ---- */

static bool nothing(struct command_run *run, struct error *err) {
    (void)run, (void)err;
    return true;
}

static const struct command_kind nothing_command = {.name = "Nothing", .finish = nothing};

static bool put_table(struct command_run *run, struct error *err) {
    const struct catalog_table *t = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    if (t->location) TRY(folder_make(t->location, err));
    return catalog_put_table(catalog, t, err);
}

static const struct command_kind put_table_command = {.name = "CreateTable", .finish = put_table};

const char *plain_location(struct arena *arena, const char *location) {
    if (strncmp(location, "file://", 7) == 0) return arena_strdup(arena, location + 7);
    if (strncmp(location, "file:", 5) == 0) return arena_strdup(arena, location + 5);
    return arena_strdup(arena, location);
}

static const struct catalog_property *properties_of(struct arena *arena, const struct u_option *options,
                                                    uint32_t count) {
    struct catalog_property *p = ARENA_ARRAY(arena, struct catalog_property, count);
    for (uint32_t i = 0; i < count; i++) p[i] = (struct catalog_property){options[i].key, options[i].value};
    return p;
}

/* What a target of a change must be: a table of the catalog, no view. */
static bool need_table(struct analyzer *a, const struct u_reference *r, const char *operation, struct target *t,
                       struct error *err) {
    TRY(need_target(a, r, t, err));
    if (t->table && t->table->kind != CATALOG_VIEW) return true;
    return error_set(err, "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "viewName",
                     t->view ? quote_name(a->arena, &t->written) : quote_table(a->arena, &t->name), "operation",
                     operation, NULL);
}

/* ---- CREATE TABLE ---- */

static const char *comment_metadata(struct arena *arena, const char *comment) {
    return comment ? arena_printf(arena, "{\"comment\":\"%s\"}", comment) : NULL;
}

static const struct type *declared_schema(struct analyzer *a, const struct u_table *t) {
    uint32_t count = t->column_count;
    struct field *fields = ARENA_ARRAY(a->arena, struct field, count + t->partition_count);
    for (uint32_t i = 0; i < t->column_count; i++)
        fields[i] = (struct field){.name = t->columns[i].name.parts[t->columns[i].name.count - 1],
                                   .type = t->columns[i].type,
                                   .nullable = !t->columns[i].not_null,
                                   .metadata = comment_metadata(a->arena, t->columns[i].comment)};
    for (uint32_t i = 0; i < t->partition_count; i++) {
        const struct u_transform *p = &t->partitions[i];
        if (p->type)
            fields[count++] = (struct field){.name = p->column.parts[0],
                                             .type = p->type,
                                             .nullable = true,
                                             .metadata = comment_metadata(a->arena, p->comment)};
    }
    return type_struct(a->arena, fields, count);
}

static bool names_partition(const struct catalog_table *t, const char *name) {
    for (uint32_t i = 0; i < t->partition_count; i++)
        if (strcasecmp(t->partitions[i], name) == 0) return true;
    return false;
}

/* Partition columns go last, in the order of PARTITIONED BY. */
bool order_partitions(struct arena *arena, struct catalog_table *t, struct error *err) {
    struct field *fields = ARENA_ARRAY(arena, struct field, t->schema->field_count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->schema->field_count; i++)
        if (!names_partition(t, t->schema->fields[i].name)) fields[n++] = t->schema->fields[i];
    for (uint32_t k = 0; k < t->partition_count; k++) {
        const struct field *found = NULL;
        for (uint32_t i = 0; i < t->schema->field_count; i++)
            if (strcasecmp(t->schema->fields[i].name, t->partitions[k]) == 0) found = &t->schema->fields[i];
        if (!found) {
            const char *names = "";
            for (uint32_t i = 0; i < t->schema->field_count; i++)
                names = arena_printf(arena, "%s%s`%s`", names, i ? ", " : "", t->schema->fields[i].name);
            return error_set(err, "COLUMN_NOT_DEFINED_IN_TABLE", "colType", "partition", "colName",
                             arena_printf(arena, "`%s`", t->partitions[k]), "tableName", t->name, "tableCols", names,
                             NULL);
        }
        fields[n++] = *found;
    }
    t->schema = type_struct(arena, fields, n);
    return true;
}

static bool set_partitions(struct analyzer *a, const struct u_table *u, struct catalog_table *t, struct error *err) {
    const char **names = ARENA_ARRAY(a->arena, const char *, u->partition_count);
    for (uint32_t i = 0; i < u->partition_count; i++) {
        if (u->partitions[i].name && strcasecmp(u->partitions[i].name, "identity") != 0)
            return error_unsupported(err, "partitioning by %s()", u->partitions[i].name);
        names[i] = u->partitions[i].column.parts[0];
    }
    t->partition_count = u->partition_count;
    t->partitions = names;
    return true;
}

bool check_provider(const char *format, struct error *err) {
    return format_find(format) || error_set(err, "DATA_SOURCE_NOT_FOUND", "provider", format, NULL);
}

/* All that a definition says, but for the schema. */
static bool fill_table(struct analyzer *a, const struct u_command *c, struct target *target, struct catalog_table *t,
                       struct error *err) {
    struct session *session = analyzer_session(a);
    const struct u_table *u = c->table;
    const char *format = u->provider.count ? u->provider.parts[u->provider.count - 1] : u->stored_as;
    if (!format) format = settings_get(session->settings, "spark.sql.sources.default");
    TRY(check_provider(format, err));
    if (u->constraint_count) return error_unsupported(err, "constraints of tables");
    *t = (struct catalog_table){
        .kind = c->location ? CATALOG_EXTERNAL : CATALOG_MANAGED,
        .database = arena_strdup(a->arena, target->name.database),
        .name = arena_strdup(a->arena, target->name.name),
        .format = format_find(format)->name,
        .comment = c->comment,
        .owner = session->engine->user,
        .created = a->context->now,
        .option_count = c->option_count,
        .options = properties_of(a->arena, c->options, c->option_count),
        .property_count = u->property_count,
        .properties = properties_of(a->arena, u->properties, u->property_count),
    };
    for (uint32_t i = 0; i < c->option_count; i++)
        if (strcasecmp(c->options[i].key, "path") == 0) {
            t->kind = CATALOG_EXTERNAL;
            t->location = plain_location(a->arena, c->options[i].value);
        }
    if (c->location) t->location = plain_location(a->arena, c->location);
    if (!t->location) t->location = catalog_table_location(target->catalog, a->arena, t->database, t->name);
    return set_partitions(a, u, t, err);
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

struct plan *sql_create_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target target;
    bool skip;
    if (c->table->replace) {
        error_unsupported(err, "REPLACE TABLE");
        return NULL;
    }
    if (c->table->pipeline || c->table->buckets > 0 || c->table->cluster_count) {
        error_unsupported(err, c->table->pipeline ? "declarative pipelines" : "tables with buckets or clusters");
        return NULL;
    }
    TRY_NULL(check_new_table(a, &c->target, c->if_not_exists, false, &target, &skip, err));
    if (skip) return simple_command(a, &nothing_command, NULL, NULL);
    struct catalog_table *t = ARENA_NEW(a->arena, struct catalog_table);
    TRY_NULL(fill_table(a, c, &target, t, err));
    if (c->query) return create_table_as(a, c->query, t, err);
    t->schema = declared_schema(a, c->table);
    struct stat status;
    if (!t->schema->field_count && t->kind == CATALOG_EXTERNAL && stat(t->location, &status) == 0) {
        const struct u_option path = {"path", t->location};
        (void)path;
        const struct scan_source *source =
            scan_source_open(a->arena, a->context, t->format, NULL, c->options, c->option_count, &t->location, 1, err);
        TRY_NULL(source);
        t->schema = source->schema;
    }
    TRY_NULL(order_partitions(a->arena, t, err));
    return simple_command(a, &put_table_command, t, NULL);
}

struct plan *sql_create_table_like(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target target, source;
    bool skip;
    TRY_NULL(check_new_table(a, &c->target, c->if_not_exists, false, &target, &skip, err));
    TRY_NULL(need_target(a, &c->source, &source, err));
    if (skip) return simple_command(a, &nothing_command, NULL, NULL);
    struct catalog_table *t = ARENA_NEW(a->arena, struct catalog_table);
    TRY_NULL(fill_table(a, c, &target, t, err));
    t->schema = type_copy(a->arena, target_schema(&source));
    if (source.table && source.table->kind != CATALOG_VIEW) {
        if (!c->table->provider.count) t->format = source.table->format;
        const char **partitions = ARENA_ARRAY(a->arena, const char *, source.table->partition_count);
        for (uint32_t i = 0; i < source.table->partition_count; i++)
            partitions[i] = arena_strdup(a->arena, source.table->partitions[i]);
        t->partition_count = source.table->partition_count;
        t->partitions = partitions;
    }
    return simple_command(a, &put_table_command, t, NULL);
}

/* ---- DROP, RENAME, TRUNCATE ---- */

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

static struct table_key *key_of(struct analyzer *a, const struct target *t) {
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
    view_put(&run->session->views, &run->session->budget->account, r->to, view->handle);
    view_drop(view);
    return true;
}

static const struct command_kind rename_view_command = {.name = "RenameView", .finish = rename_view};

struct plan *sql_rename_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t, to;
    TRY_NULL(need_target(a, &c->target, &t, err));
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

static bool truncate_table(struct command_run *run, struct error *err) {
    const struct table_key *key = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    const struct catalog_table *t = catalog ? key_table(catalog, key) : NULL;
    if (!t) return !error_is_set(err);
    struct staging staging;
    return catalog_stage(catalog, &run->op.memory, t->location, &staging, err) &&
           catalog_commit(catalog, &staging, true, err);
}

static const struct command_kind truncate_command = {.name = "TruncateTable", .finish = truncate_table};

struct plan *sql_truncate_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_table(a, &c->target, "TRUNCATE TABLE", &t, err));
    if (c->partition.count) {
        error_unsupported(err, "TRUNCATE TABLE of a partition");
        return NULL;
    }
    return simple_command(a, &truncate_command, key_of(a, &t), NULL);
}

/* Files are looked at anew by every query. */
struct plan *sql_refresh_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    return simple_command(a, &nothing_command, NULL, NULL);
}

struct plan *sql_repair_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    return sql_refresh_table(a, c, err);
}

/* ---- ALTER ---- */

static struct catalog_table *copy_of(struct analyzer *a, const struct target *t) {
    struct catalog_table *copy = ARENA_NEW(a->arena, struct catalog_table);
    *copy = *t->table;
    struct table_key *key = key_of(a, t);
    copy->database = key->database;
    copy->name = key->name;
    copy->schema = type_copy(a->arena, t->table->schema);
    copy->format = arena_strdup(a->arena, t->table->format);
    copy->location = arena_strdup(a->arena, t->table->location);
    copy->comment = arena_strdup(a->arena, t->table->comment);
    copy->view_text = arena_strdup(a->arena, t->table->view_text);
    copy->view_database = arena_strdup(a->arena, t->table->view_database);
    copy->owner = arena_strdup(a->arena, t->table->owner);
    const char **partitions = ARENA_ARRAY(a->arena, const char *, copy->partition_count);
    for (uint32_t i = 0; i < copy->partition_count; i++)
        partitions[i] = arena_strdup(a->arena, t->table->partitions[i]);
    copy->partitions = partitions;
    struct catalog_property *p = ARENA_ARRAY(a->arena, struct catalog_property, copy->property_count);
    for (uint32_t i = 0; i < copy->property_count; i++)
        p[i] = (struct catalog_property){arena_strdup(a->arena, t->table->properties[i].key),
                                         arena_strdup(a->arena, t->table->properties[i].value)};
    copy->properties = p;
    struct catalog_property *o = ARENA_ARRAY(a->arena, struct catalog_property, copy->option_count);
    for (uint32_t i = 0; i < copy->option_count; i++)
        o[i] = (struct catalog_property){arena_strdup(a->arena, t->table->options[i].key),
                                         arena_strdup(a->arena, t->table->options[i].value)};
    copy->options = o;
    return copy;
}

static bool add_columns(struct analyzer *a, const struct u_change *change, struct catalog_table *t, struct error *err) {
    uint32_t data = t->schema->field_count - t->partition_count, count = t->schema->field_count + change->column_count;
    struct field *fields = ARENA_ARRAY(a->arena, struct field, count);
    memcpy(fields, t->schema->fields, data * sizeof *fields);
    for (uint32_t i = 0; i < change->column_count; i++) {
        const struct u_column *c = &change->columns[i];
        const char *name = c->name.parts[0];
        if (c->name.count > 1 || c->position != U_POSITION_NONE)
            return error_unsupported(err, "ADD COLUMNS within structs or at a position");
        for (uint32_t k = 0; k < t->schema->field_count; k++)
            if (strcasecmp(t->schema->fields[k].name, name) == 0)
                return error_set(err, "COLUMN_ALREADY_EXISTS", "columnName", arena_printf(a->arena, "`%s`", name),
                                 NULL);
        fields[data + i] = (struct field){.name = name,
                                          .type = c->type,
                                          .nullable = !c->not_null,
                                          .metadata = comment_metadata(a->arena, c->comment)};
    }
    memcpy(fields + data + change->column_count, t->schema->fields + data, t->partition_count * sizeof *fields);
    t->schema = type_struct(a->arena, fields, count);
    return true;
}

static void set_properties(struct analyzer *a, const struct u_command *c, struct catalog_table *t, bool unset) {
    struct catalog_property *p = ARENA_ARRAY(a->arena, struct catalog_property, t->property_count + c->option_count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->property_count; i++) {
        bool named = false;
        for (uint32_t k = 0; k < c->option_count; k++) named |= strcmp(c->options[k].key, t->properties[i].key) == 0;
        if (!named) p[n++] = t->properties[i];
    }
    for (uint32_t k = 0; !unset && k < c->option_count; k++)
        p[n++] = (struct catalog_property){c->options[k].key, c->options[k].value};
    t->property_count = n;
    t->properties = p;
}

struct plan *sql_alter_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (!t.table) {
        error_set(err, "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "viewName", quote_name(a->arena, &t.written),
                  "operation", "ALTER TABLE", NULL);
        return NULL;
    }
    struct catalog_table *copy = copy_of(a, &t);
    switch (c->change->kind) {
        case U_ADD_COLUMNS: TRY_NULL(add_columns(a, c->change, copy, err)); break;
        case U_SET_PROPERTIES: set_properties(a, c, copy, false); break;
        case U_UNSET_PROPERTIES: set_properties(a, c, copy, true); break;
        case U_SET_LOCATION:
            copy->location = plain_location(a->arena, c->location);
            copy->kind = CATALOG_EXTERNAL;
            break;
        case U_RECOVER_PARTITIONS: return simple_command(a, &nothing_command, NULL, NULL);
        default: error_unsupported(err, "this form of ALTER TABLE"); return NULL;
    }
    return simple_command(a, &put_table_command, copy, NULL);
}

struct plan *sql_comment_on(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    if (c->scope && strcasecmp(c->scope, "TABLE") != 0) {
        struct u_command alter = *c;
        error_unsupported(err, "COMMENT ON %s", alter.scope);
        return NULL;
    }
    TRY_NULL(need_table(a, &c->target, "COMMENT ON TABLE", &t, err));
    struct catalog_table *copy = copy_of(a, &t);
    copy->comment = c->comment;
    return simple_command(a, &put_table_command, copy, NULL);
}
