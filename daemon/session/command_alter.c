/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ALTER TABLE and ALTER VIEW ... SET, COMMENT ON: a new definition in the place of the old one. Partitions are
 * command_partition.c's.
 *
 * Tables of files can do little of what Spark's grammar has: what they refuse, they refuse with Spark's conditions.
 */
#include <string.h>
#include <strings.h>

#include "session/settings.h"
#include "session/write.h"

static const struct command_kind alter_command = {.name = "AlterTable", .finish = put_table};

/* What the statement is called in messages. */
static const char *operation_of(const struct u_command *c) {
    bool view = c->is_view;
    switch (c->change->kind) {
        case U_ADD_COLUMNS: return "ALTER TABLE ... ADD COLUMNS";
        case U_REPLACE_COLUMNS: return "ALTER TABLE ... REPLACE COLUMNS";
        case U_DROP_COLUMNS: return "ALTER TABLE ... DROP COLUMNS";
        case U_RENAME_COLUMN: return "ALTER TABLE ... RENAME COLUMN";
        case U_CHANGE_COLUMN: return "ALTER TABLE ... CHANGE COLUMN";
        case U_ALTER_COLUMNS: return c->scope ? "ALTER TABLE ... CHANGE COLUMN" : "ALTER TABLE ... ALTER COLUMN";
        case U_SET_PROPERTIES: return view ? "ALTER VIEW ... SET TBLPROPERTIES" : "ALTER TABLE ... SET TBLPROPERTIES";
        case U_UNSET_PROPERTIES:
            return view ? "ALTER VIEW ... UNSET TBLPROPERTIES" : "ALTER TABLE ... UNSET TBLPROPERTIES";
        case U_SET_LOCATION: return "ALTER TABLE ... SET LOCATION ...";
        case U_SET_SERDE: return "ALTER TABLE ... SET [SERDE|SERDEPROPERTIES]";
        case U_SET_COLLATION: return "ALTER TABLE ... DEFAULT COLLATION";
        case U_ADD_PARTITIONS: return "ALTER TABLE ... ADD PARTITION ...";
        case U_DROP_PARTITIONS: return "ALTER TABLE ... DROP PARTITION ...";
        case U_RENAME_PARTITION: return "ALTER TABLE ... RENAME TO PARTITION";
        case U_RECOVER_PARTITIONS: return "ALTER TABLE ... RECOVER PARTITIONS";
        case U_CLUSTER_BY: return "ALTER TABLE ... CLUSTER BY";
        case U_ADD_CONSTRAINT: return "ALTER TABLE ... ADD CONSTRAINT";
        case U_DROP_CONSTRAINT: return "ALTER TABLE ... DROP CONSTRAINT";
    }
    return "ALTER TABLE";
}

bool need_table(struct analyzer *a, const struct u_reference *r, const char *operation, bool other_way,
                struct target *t, struct error *err) {
    TRY(need_target(a, r, t, err));
    if (t->table && t->table->kind != CATALOG_VIEW) return true;
    error_set(err, other_way ? "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW" : "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
              "viewName", t->view ? quote_name(a->arena, &t->written) : quote_table(a->arena, &t->name), "operation",
              operation, NULL);
    return error_at(err, t->origin);
}

/* A persistent view. */
static bool need_view(struct analyzer *a, const struct u_reference *r, const char *operation, struct target *t,
                      struct error *err) {
    TRY(need_target(a, r, t, err));
    if (t->table && t->table->kind == CATALOG_VIEW) return true;
    if (t->view)
        error_set(err, "EXPECT_PERMANENT_VIEW_NOT_TEMP", "operation", operation, "viewName",
                  quote_name(a->arena, &t->written), NULL);
    else
        error_set(err, "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE", "tableName", quote_table(a->arena, &t->name),
                  "operation", operation, NULL);
    return error_at(err, t->origin);
}

/* ---- columns ---- */

static const char *column_names(struct arena *arena, const struct type *schema) {
    const char *names = "";
    for (uint32_t i = 0; i < schema->field_count; i++)
        names = arena_printf(arena, "%s%s`%s`", names, i ? ", " : "", schema->fields[i].name);
    return names;
}

static bool same_name(const struct analyzer *a, const char *x, const char *y) {
    return a->context->case_sensitive ? strcmp(x, y) == 0 : strcasecmp(x, y) == 0;
}

/* The column that a name means: its index, or an error. */
static bool find_column_of(struct analyzer *a, const struct u_command *c, const struct catalog_table *t,
                           const struct u_name *name, uint32_t *at, struct error *err) {
    for (*at = 0; *at < t->schema->field_count; ++*at)
        if (same_name(a, t->schema->fields[*at].name, name->parts[0])) return true;
    error_set(err, "UNRESOLVED_COLUMN.WITH_SUGGESTION", "objectName", quote_name(a->arena, name), "proposal",
              column_names(a->arena, t->schema), NULL);
    return error_at(err, c->origin);
}

static bool check_addition(struct analyzer *a, const struct target *target, const struct catalog_table *t,
                           const struct u_column *c, struct error *err) {
    if (c->name.count > 1) return refuse_operation(a, target, "ADD COLUMN with qualified column", err);
    for (uint32_t k = 0; k < t->schema->field_count; k++)
        if (same_name(a, t->schema->fields[k].name, c->name.parts[0]))
            return error_set(err, "COLUMN_ALREADY_EXISTS", "columnName",
                             arena_printf(a->arena, "`%s`", t->schema->fields[k].name), NULL);
    return !c->not_null || error_set(err, "_LEGACY_ERROR_TEMP_1052", NULL);
}

static bool add_columns(struct analyzer *a, const struct u_change *change, const struct target *target,
                        struct catalog_table *t, struct error *err) {
    uint32_t data = t->schema->field_count - t->partition_count, count = t->schema->field_count + change->column_count;
    struct field *fields = ARENA_ARRAY(a->arena, struct field, count);
    memcpy(fields, t->schema->fields, data * sizeof *fields);
    for (uint32_t i = 0; i < change->column_count; i++) {
        TRY(check_addition(a, target, t, &change->columns[i], err));
        TRY(declared_field(a, &change->columns[i], "ALTER TABLE ADD COLUMNS", &fields[data + i], err));
    }
    memcpy(fields + data + change->column_count, t->schema->fields + data, t->partition_count * sizeof *fields);
    t->schema = type_struct(a->arena, fields, count);
    return check_schema(a, t, err);
}

static bool change_type(struct analyzer *a, const struct u_command *c, const struct target *target,
                        const struct field *f, const struct type *type, struct error *err) {
    if (type_same(f->type, type, true)) return true;
    const char *name = arena_printf(a->arena, "`%s`", f->name);
    error_set(err, "NOT_SUPPORTED_CHANGE_COLUMN", "table", quote_table(a->arena, &target->name), "originName", name,
              "newName", name, NULL);
    error_add(err, "originType", "\"%s\"", type_sql(a->arena, f->type));
    error_add(err, "newType", "\"%s\"", type_sql(a->arena, type));
    return error_at(err, c->origin);
}

static bool is_partition(const struct catalog_table *t, const char *name) {
    for (uint32_t k = 0; k < t->partition_count; k++)
        if (strcasecmp(t->partitions[k], name) == 0) return true;
    return false;
}

/* ALTER COLUMN and CHANGE COLUMN: comments and defaults are all that can change. */
static bool alter_column(struct analyzer *a, const struct u_command *c, const struct target *target,
                         const struct u_alteration *change, struct catalog_table *t, struct error *err) {
    uint32_t at;
    TRY(find_column_of(a, c, t, &change->column, &at, err));
    if (change->column.count > 1) return refuse_operation(a, target, "ALTER COLUMN with qualified column", err);
    if (change->set_not_null || change->drop_not_null)
        return refuse_operation(a, target, "ALTER COLUMN ... SET NOT NULL", err);
    if (change->position != U_POSITION_NONE) return refuse_operation(a, target, "ALTER COLUMN ... FIRST | AFTER", err);
    struct field *fields = arena_copy(a->arena, t->schema->fields, t->schema->field_count * sizeof *fields);
    struct field *f = &fields[at];
    if (is_partition(t, f->name))
        return error_set(err, "CANNOT_ALTER_PARTITION_COLUMN", "tableName", quote_table(a->arena, &target->name),
                         "columnName", arena_printf(a->arena, "`%s`", f->name), NULL);
    if (change->type) TRY(change_type(a, c, target, f, change->type, err));
    if (change->comment) f->metadata = metadata_with(a->arena, f->metadata, "comment", change->comment);
    if (change->drop_default) f->metadata = metadata_with(a->arena, f->metadata, "CURRENT_DEFAULT", NULL);
    if (change->default_text) TRY(set_default(a, "ALTER TABLE ALTER COLUMN", f, change->default_text, false, err));
    t->schema = type_struct(a->arena, fields, t->schema->field_count);
    return true;
}

static bool alter_columns(struct analyzer *a, const struct u_command *c, const struct target *target,
                          struct catalog_table *t, struct error *err) {
    const struct u_change *change = c->change;
    for (uint32_t i = 0; i < change->alteration_count; i++) {
        uint32_t at;
        TRY(find_column_of(a, c, t, &change->alterations[i].column, &at, err));
    }
    if (change->alteration_count > 1) return refuse_operation(a, target, "ALTER COLUMN in bulk", err);
    return alter_column(a, c, target, &change->alterations[0], t, err);
}

/* Hive's CHANGE COLUMN a a INT COMMENT 'x'. */
static bool change_column(struct analyzer *a, const struct u_command *c, const struct target *target,
                          struct catalog_table *t, struct error *err) {
    const struct u_column *column = &c->change->columns[0];
    const struct u_alteration change = {.column = c->change->names[0],
                                        .type = column->type,
                                        .comment = column->comment,
                                        .set_not_null = column->not_null,
                                        .position = column->position};
    return alter_column(a, c, target, &change, t, err);
}

static bool drop_columns(struct analyzer *a, const struct u_command *c, const struct target *target,
                         const struct catalog_table *t, struct error *err) {
    for (uint32_t i = 0; i < c->change->name_count && !c->if_exists; i++) {
        uint32_t at;
        TRY(find_column_of(a, c, t, &c->change->names[i], &at, err));
    }
    return refuse_operation(a, target, "DROP COLUMN", err);
}

static bool rename_column(struct analyzer *a, const struct u_command *c, const struct target *target,
                          const struct catalog_table *t, struct error *err) {
    uint32_t at;
    TRY(find_column_of(a, c, t, &c->change->names[0], &at, err));
    return refuse_operation(a, target, "RENAME COLUMN", err);
}

/* ---- properties, location ---- */

static void merge(struct arena *arena, const struct u_option *changes, uint32_t change_count, bool unset,
                  const struct catalog_property **properties, uint32_t *count) {
    struct catalog_property *p = ARENA_ARRAY(arena, struct catalog_property, *count + change_count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < *count; i++) {
        bool named = false;
        for (uint32_t k = 0; k < change_count; k++) named |= strcmp(changes[k].key, (*properties)[i].key) == 0;
        if (!named) p[n++] = (*properties)[i];
    }
    for (uint32_t k = 0; !unset && k < change_count; k++)
        p[n++] = (struct catalog_property){changes[k].key, changes[k].value};
    *count = n;
    *properties = p;
}

static void set_properties(struct analyzer *a, const struct u_command *c, struct catalog_table *t, bool unset) {
    const struct u_option comment = {.key = COMMENT_PROPERTY};
    merge(a->arena, c->options, c->option_count, unset, &t->properties, &t->property_count);
    merge(a->arena, &comment, 1, true, &t->properties, &t->property_count);
    for (uint32_t k = 0; k < c->option_count; k++)
        if (strcmp(c->options[k].key, COMMENT_PROPERTY) == 0) t->comment = unset ? NULL : c->options[k].value;
}

static void set_property(struct analyzer *a, struct catalog_table *t, const char *key, const char *value) {
    const struct u_option option = {.key = key, .value = value};
    merge(a->arena, &option, 1, false, &t->properties, &t->property_count);
}

static bool set_serde(struct analyzer *a, const struct u_command *c, const struct target *target,
                      struct catalog_table *t, struct error *err) {
    if (c->value)
        return error_set(err, "UNSUPPORTED_FEATURE.ALTER_TABLE_SERDE_FOR_DATASOURCE_TABLE", "tableName",
                         quote_table(a->arena, &target->name), NULL);
    merge(a->arena, c->options, c->option_count, false, &t->options, &t->option_count);
    return true;
}

/* ---- the statement ---- */

static bool change_table(struct analyzer *a, const struct u_command *c, const struct target *target,
                         struct catalog_table *t, struct error *err) {
    const struct u_change *change = c->change;
    switch (change->kind) {
        case U_ADD_COLUMNS: return add_columns(a, change, target, t, err);
        case U_ALTER_COLUMNS: return alter_columns(a, c, target, t, err);
        case U_CHANGE_COLUMN: return change_column(a, c, target, t, err);
        case U_REPLACE_COLUMNS: return refuse_operation(a, target, "REPLACE COLUMNS", err);
        case U_DROP_COLUMNS: return drop_columns(a, c, target, t, err);
        case U_RENAME_COLUMN: return rename_column(a, c, target, t, err);
        case U_SET_PROPERTIES: return set_properties(a, c, t, false), true;
        case U_UNSET_PROPERTIES: return set_properties(a, c, t, true), true;
        case U_SET_LOCATION: return t->location = plain_location(a->arena, c->location), true;
        case U_SET_SERDE: return set_serde(a, c, target, t, err);
        case U_SET_COLLATION: t->collation = c->collation; return set_property(a, t, "collation", c->collation), true;
        case U_CLUSTER_BY:
            set_property(a, t, CLUSTER_PROPERTY, cluster_text(a->arena, change->names, change->name_count));
            return true;
        case U_ADD_CONSTRAINT: return refuse_operation(a, target, "ADD CONSTRAINT", err);
        case U_DROP_CONSTRAINT: return refuse_operation(a, target, "DROP CONSTRAINT", err);
        default: return error_internal(err, "a change of partitions came where one of the table was meant");
    }
}

static bool is_about_partitions(const struct u_command *c) {
    switch (c->change->kind) {
        case U_ADD_PARTITIONS:
        case U_DROP_PARTITIONS:
        case U_RENAME_PARTITION:
        case U_RECOVER_PARTITIONS: return true;
        case U_SET_LOCATION: return c->partition.count;
        default: return false;
    }
}

struct plan *sql_alter_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    enum u_change_kind kind = c->change->kind;
    bool of_both = kind == U_SET_PROPERTIES || kind == U_UNSET_PROPERTIES || kind == U_SET_SERDE;
    if (c->is_view)
        TRY_NULL(need_view(a, &c->target, operation_of(c), &t, err));
    else
        TRY_NULL(need_table(a, &c->target, operation_of(c), of_both, &t, err));
    if (is_about_partitions(c)) return alter_partitions(a, c, &t, err);
    struct catalog_table *changed = catalog_copy_table(a->arena, t.table);
    TRY_NULL(change_table(a, c, &t, changed, err));
    return simple_command(a, &alter_command, changed, NULL);
}

struct plan *sql_comment_on(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    if (c->scope && strcasecmp(c->scope, "TABLE") != 0) return comment_on_namespace(a, c, err);
    TRY_NULL(need_table(a, &c->target, "COMMENT ON TABLE", false, &t, err));
    struct catalog_table *changed = catalog_copy_table(a->arena, t.table);
    changed->comment = c->comment ? c->comment : "";
    return simple_command(a, &alter_command, changed, NULL);
}
