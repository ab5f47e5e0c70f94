/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partitions of tables: ALTER TABLE ... PARTITION, SHOW PARTITIONS, REPAIR, TRUNCATE.
 *
 * The catalog knows a table's partitions and where each has its files; folders that it does not know are not read
 * until REPAIR TABLE finds them. Analysis says which are meant, running changes the catalog, then the files.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "session/write.h"

struct partition_list {
    LIST(struct catalog_partition) items;
};

struct partition_change {
    struct table_key key;
    struct partition_list added, dropped;
    bool keep_files;
    bool add_found, drop_lost; /* REPAIR */
};

static struct partition_change *change_new(struct analyzer *a, const struct target *t) {
    struct partition_change *change = ARENA_NEW(a->arena, struct partition_change);
    change->key = *key_of(a, t);
    return change;
}

/* ---- changing ---- */

static bool change_partitions(struct command_run *run, struct error *err) {
    const struct partition_change *change = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    const struct catalog_table *t = key_table(catalog, &change->key);
    if (!t) return true;
    bool managed = t->kind == CATALOG_MANAGED;
    for (uint32_t i = 0; i < change->added.items.count; i++)
        TRY(folder_make(change->added.items.items[i].location, err));
    TRY(catalog_put_partitions(catalog, change->key.database, change->key.name, change->added.items.items,
                               change->added.items.count, err));
    TRY(catalog_drop_partitions(catalog, change->key.database, change->key.name, change->dropped.items.items,
                                change->dropped.items.count, err));
    for (uint32_t i = 0; managed && !change->keep_files && i < change->dropped.items.count; i++)
        folder_remove(change->dropped.items.items[i].location);
    return true;
}

static const struct command_kind add_command = {.name = "AlterTableAddPartition", .finish = change_partitions};
static const struct command_kind drop_command = {.name = "AlterTableDropPartition", .finish = change_partitions};

static const char *usual_location(struct arena *arena, const struct catalog_table *t, const char *const *values) {
    return arena_printf(arena, "%s/%s", t->location, catalog_partition_path(arena, t, values));
}

static bool exist_already(struct analyzer *a, const struct catalog_table *t, const struct partition_values *values,
                          struct error *err) {
    return error_set(err, "PARTITIONS_ALREADY_EXIST", "partitionList", partition_sql(a->arena, t, values), "tableName",
                     arena_printf(a->arena, "`%s`.`%s`", t->database, t->name), NULL);
}

/* A place that is told is the table's, when it is not absolute. */
static const char *told_location(struct arena *arena, const struct catalog_table *t, const char *location) {
    const char *plain = plain_location(arena, location);
    return *plain == '/' ? plain : arena_printf(arena, "%s/%s", t->location, plain);
}

static struct plan *add_partitions(struct analyzer *a, const struct u_command *c, const struct target *t,
                                   struct error *err) {
    struct partition_change *change = change_new(a, t);
    const struct catalog_table *table = catalog_copy_table(a->arena, t->table);
    for (uint32_t i = 0; i < c->change->partition_count; i++) {
        struct partition_values values;
        TRY_NULL(resolve_partition(a, t, &c->change->partitions[i], false, &values, err));
        if (catalog_find_partition(table, values.values)) {
            if (c->if_not_exists) continue;
            exist_already(a, table, &values, err);
            return NULL;
        }
        const char *told = c->change->locations[i];
        struct catalog_partition part = {.values = values.values, .created = a->context->now};
        part.location = told ? told_location(a->arena, table, told) : usual_location(a->arena, table, values.values);
        LIST_PUSH(a->arena, &change->added.items, part);
    }
    return simple_command(a, &add_command, change, NULL);
}

static struct plan *drop_partitions(struct analyzer *a, const struct u_command *c, const struct target *t,
                                    struct error *err) {
    struct partition_change *change = change_new(a, t);
    const struct catalog_table *table = catalog_copy_table(a->arena, t->table);
    for (uint32_t i = 0; i < c->change->partition_count; i++) {
        struct partition_values values;
        TRY_NULL(resolve_partition(a, t, &c->change->partitions[i], true, &values, err));
        uint32_t before = change->dropped.items.count;
        const struct catalog_partition *found =
            values.given_count == values.count ? catalog_find_partition(table, values.values) : NULL;
        if (found) LIST_PUSH(a->arena, &change->dropped.items, *found);
        if (before == change->dropped.items.count && !c->if_exists) {
            partition_not_found(a->arena, table, &values, err);
            return NULL;
        }
    }
    return simple_command(a, &drop_command, change, NULL);
}

struct renaming {
    struct table_key key;
    struct catalog_partition from, to;
};

static bool rename_partition(struct command_run *run, struct error *err) {
    const struct renaming *r = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    struct catalog_partition to = r->to;
    if (strcmp(r->from.location, to.location) != 0) {
        char *parent = arena_strdup(&run->op.memory, to.location);
        char *slash = strrchr(parent, '/');
        if (slash) *slash = '\0';
        TRY(folder_make(parent, err));
        if (rename(r->from.location, to.location) != 0) to.location = r->from.location;
    }
    return catalog_put_partitions(catalog, r->key.database, r->key.name, &to, 1, err) &&
           catalog_drop_partitions(catalog, r->key.database, r->key.name, &r->from, 1, err);
}

static const struct command_kind rename_command = {.name = "AlterTableRenamePartition", .finish = rename_partition};

static struct plan *rename_plan(struct analyzer *a, const struct u_command *c, const struct target *t,
                                struct error *err) {
    struct partition_values from, to;
    TRY_NULL(resolve_partition(a, t, &c->partition, false, &from, err));
    TRY_NULL(resolve_partition(a, t, &c->change->partitions[0], false, &to, err));
    const struct catalog_table *table = catalog_copy_table(a->arena, t->table);
    const struct catalog_partition *found = catalog_find_partition(table, from.values);
    if (!found) {
        partition_not_found(a->arena, table, &from, err);
        return NULL;
    }
    if (catalog_find_partition(table, to.values)) {
        exist_already(a, table, &to, err);
        return NULL;
    }
    struct renaming *r = ARENA_NEW(a->arena, struct renaming);
    *r = (struct renaming){.key = *key_of(a, t), .from = *found, .to = *found};
    r->to.values = to.values;
    if (table->kind == CATALOG_MANAGED) r->to.location = usual_location(a->arena, table, to.values);
    return simple_command(a, &rename_command, r, NULL);
}

static struct plan *move_partition(struct analyzer *a, const struct u_command *c, const struct target *t,
                                   struct error *err) {
    const struct catalog_partition *found = need_partition(a, t, &c->partition, err);
    TRY_NULL(found);
    struct partition_change *change = change_new(a, t);
    const struct catalog_table *table = catalog_copy_table(a->arena, t->table);
    struct catalog_partition part = *catalog_find_partition(table, found->values);
    part.location = told_location(a->arena, table, c->location);
    LIST_PUSH(a->arena, &change->added.items, part);
    return simple_command(a, &add_command, change, NULL);
}

/* ---- REPAIR ---- */

static void close_folder(void *folder) {
    closedir(folder);
}

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* What catalog_escape() wrote; NULL for the partition of NULLs. */
static const char *unescaped(struct arena *arena, const char *text) {
    if (strcmp(text, CATALOG_NULL_PARTITION) == 0) return NULL;
    char *out = arena_strdup(arena, text), *p = out;
    for (; *text; text++) {
        if (*text == '%' && hex(text[1]) >= 0 && hex(text[2]) >= 0) {
            *p++ = (char)(hex(text[1]) * 16 + hex(text[2]));
            text += 2;
        } else {
            *p++ = *text;
        }
    }
    *p = '\0';
    return out;
}

/* Folders name=value, one level for each partition column. */
static void find_partitions(struct arena *arena, const struct catalog_table *t, const char *path,
                            const char *const *above, uint32_t depth, struct partition_list *out) {
    DIR *folder = opendir(path);
    if (!folder) return;
    struct arena *opened = arena_scratch(arena);
    arena_defer(opened, close_folder, folder);
    const char *name = catalog_escape(arena, t->partitions[depth]);
    size_t size = strlen(name);
    LIST(const char *) names = {0};
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strncasecmp(entry->d_name, name, size) == 0 && entry->d_name[size] == '=')
            LIST_PUSH(arena, &names, arena_strdup(arena, entry->d_name));
    arena_release(opened);
    for (uint32_t i = 0; i < names.count; i++) {
        const char **values = ARENA_ARRAY(arena, const char *, t->partition_count);
        memcpy(values, above, depth * sizeof *values);
        values[depth] = unescaped(arena, names.items[i] + size + 1);
        const char *below = arena_printf(arena, "%s/%s", path, names.items[i]);
        struct catalog_partition part = {.values = values, .location = below};
        if (depth + 1 < t->partition_count)
            find_partitions(arena, t, below, values, depth + 1, out);
        else
            LIST_PUSH(arena, &out->items, part);
    }
}

static bool repair(struct command_run *run, struct error *err) {
    const struct partition_change *change = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    const struct catalog_table *t = key_table(catalog, &change->key);
    if (!t || !t->partition_count) return true;
    struct arena *arena = &run->op.memory;
    struct partition_list found = {0}, added = {0}, lost = {0};
    t = catalog_copy_table(arena, t);
    find_partitions(arena, t, t->location, NULL, 0, &found);
    for (uint32_t i = 0; i < found.items.count; i++) {
        found.items.items[i].created = run->op.query->context->now;
        found_parameters(arena, &found.items.items[i], run->op.query->context->now);
        if (!catalog_find_partition(t, found.items.items[i].values))
            LIST_PUSH(arena, &added.items, found.items.items[i]);
    }
    struct stat status;
    for (uint32_t i = 0; i < t->part_count; i++)
        if (stat(t->parts[i].location, &status) != 0) LIST_PUSH(arena, &lost.items, t->parts[i]);
    if (change->add_found)
        TRY(catalog_put_partitions(catalog, t->database, t->name, added.items.items, added.items.count, err));
    if (change->drop_lost)
        TRY(catalog_drop_partitions(catalog, t->database, t->name, lost.items.items, lost.items.count, err));
    return true;
}

static const struct command_kind repair_command = {.name = "RepairTable", .finish = repair};

static struct plan *repair_plan(struct analyzer *a, const struct target *t, const char *scope, const char *command,
                                struct error *err) {
    if (!t->table->partition_count) {
        error_set(err, "NOT_A_PARTITIONED_TABLE", "operation", command, "tableIdentWithDB",
                  quote_table(a->arena, &t->name), NULL);
        return NULL;
    }
    struct partition_change *change = change_new(a, t);
    change->add_found = !scope || strcasecmp(scope, "DROP") != 0;
    change->drop_lost = scope && strcasecmp(scope, "ADD") != 0;
    return simple_command(a, &repair_command, change, NULL);
}

struct plan *sql_repair_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_table(a, &c->target, "MSCK REPAIR TABLE", false, &t, err));
    return repair_plan(a, &t, c->scope, "MSCK REPAIR TABLE", err);
}

struct plan *sql_recover_partitions(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_table(a, &c->target, "recoverPartitions()", false, &t, err));
    return repair_plan(a, &t, c->scope, "ALTER TABLE RECOVER PARTITIONS", err);
}

struct plan *alter_partitions(struct analyzer *a, const struct u_command *c, const struct target *t,
                              struct error *err) {
    const char *action = c->change->kind == U_ADD_PARTITIONS     ? "ALTER TABLE ADD PARTITION"
                         : c->change->kind == U_DROP_PARTITIONS  ? "ALTER TABLE DROP PARTITION"
                         : c->change->kind == U_RENAME_PARTITION ? "ALTER TABLE RENAME PARTITION"
                         : c->change->kind == U_SET_LOCATION     ? "ALTER TABLE SET LOCATION"
                                                                 : NULL;
    if (action && !t->table->partition_count) {
        partitions_unknown(a, t, action, err);
        return NULL;
    }
    switch (c->change->kind) {
        case U_ADD_PARTITIONS: return add_partitions(a, c, t, err);
        case U_DROP_PARTITIONS: return drop_partitions(a, c, t, err);
        case U_RENAME_PARTITION: return rename_plan(a, c, t, err);
        case U_SET_LOCATION: return move_partition(a, c, t, err);
        default: return repair_plan(a, t, NULL, "ALTER TABLE RECOVER PARTITIONS", err);
    }
}

/* ---- SHOW PARTITIONS ---- */

static const struct command_column partition_column[] = {{"partition", TYPE_STRING, false}};

static const struct command_kind show_partitions_command = {
    .name = "ShowPartitions", COLUMNS(partition_column), .finish = emit_texts};

static int by_text(const void *x, const void *y) {
    return strcmp(((const struct text_row *)x)->cells[0], ((const struct text_row *)y)->cells[0]);
}

struct plan *sql_show_partitions(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_table(a, &c->target, "SHOW PARTITIONS", false, &t, err));
    if (!t.table->partition_count) {
        error_set(err, "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY", "name", quote_table(a->arena, &t.name),
                  NULL);
        return NULL;
    }
    struct partition_values values;
    TRY_NULL(resolve_partition(a, &t, &c->partition, true, &values, err));
    struct text_row *rows = ARENA_ARRAY(a->arena, struct text_row, t.table->part_count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t.table->part_count; i++)
        if (partition_matches(&t.table->parts[i], &values))
            rows[n++].cells[0] = catalog_partition_path(a->arena, t.table, t.table->parts[i].values);
    if (n) qsort(rows, n, sizeof *rows, by_text);
    return texts_command(a, &show_partitions_command, rows, n);
}

/* ---- TRUNCATE ---- */

struct truncation {
    struct table_key key;
    struct partition_values values; /* count 0: all */
};

static bool truncate_table(struct command_run *run, struct error *err) {
    const struct truncation *what = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    const struct catalog_table *t = key_table(catalog, &what->key);
    if (!t) return true;
    struct arena *arena = &run->op.memory;
    LIST(const char *) clear = {0};
    t = catalog_copy_table(arena, t);
    if (!t->partition_count) LIST_PUSH(arena, &clear, t->location);
    for (uint32_t i = 0; i < t->part_count; i++)
        if (partition_matches(&t->parts[i], &what->values)) LIST_PUSH(arena, &clear, t->parts[i].location);
    struct staging staging;
    const struct commit commit = {.clear_count = clear.count, .clear = clear.items};
    TRY(catalog_stage(catalog, arena, t->location, &staging, err));
    TRY(catalog_commit(catalog, &staging, &commit, err));
    catalog_touch(catalog, t->database, t->name);
    return true;
}

static const struct command_kind truncate_command = {.name = "TruncateTable", .finish = truncate_table};

struct plan *sql_truncate_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_table(a, &c->target, "TRUNCATE TABLE", false, &t, err));
    struct truncation *what = ARENA_NEW(a->arena, struct truncation);
    what->key = *key_of(a, &t);
    if (t.table->kind == CATALOG_EXTERNAL) {
        error_set(err, "_LEGACY_ERROR_TEMP_1266", "tableIdentWithDB", quote_table(a->arena, &t.name), NULL);
        return NULL;
    }
    if (c->partition.count && !t.table->partition_count) {
        error_set(err, "_LEGACY_ERROR_TEMP_1267", "tableIdentWithDB", quote_table(a->arena, &t.name), NULL);
        return NULL;
    }
    if (c->partition.count == t.table->partition_count && c->partition.count)
        TRY_NULL(need_partition(a, &t, &c->partition, err));
    if (c->partition.count) TRY_NULL(resolve_partition(a, &t, &c->partition, true, &what->values, err));
    return simple_command(a, &truncate_command, what, NULL);
}
