/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ANALYZE TABLE: how large a table is, how many rows it has, and what its columns hold.
 *
 * The rows are counted by a query of our own; what it finds is kept with the table (or its partitions) until the next
 * write, and DESCRIBE EXTENDED shows it.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "column/cast.h"
#include "session/facts.h"
#include "sql/sql.h"

enum { PER_COLUMN = 6 };
static const char *const column_facts[PER_COLUMN] = {"min",         "max",        "num_nulls", "distinct_count",
                                                     "avg_col_len", "max_col_len"};

struct analysis_of_table {
    struct table_key key;
    bool no_scan;
    uint32_t column_count; /* FOR COLUMNS; 0: the rows alone */
    const struct field **columns;
    struct partition_values values; /* PARTITION; count 0: the table */
};

struct counting {
    LIST(struct catalog_property) found;
};

/* ---- sizes ---- */

static uint64_t folder_size(const char *path) {
    DIR *folder = opendir(path);
    uint64_t size = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char below[4096];
        struct stat status;
        bool hidden = entry->d_name[0] == '.' || (entry->d_name[0] == '_' && !strchr(entry->d_name, '='));
        if (hidden || snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= (int)sizeof below) continue;
        if (lstat(below, &status) != 0) continue;
        size += S_ISDIR(status.st_mode) ? folder_size(below) : (uint64_t)status.st_size;
    }
    if (folder) closedir(folder);
    return size;
}

static uint64_t table_size(const struct catalog_table *t) {
    if (!t->partition_count) return folder_size(t->location);
    uint64_t size = 0;
    for (uint32_t i = 0; i < t->part_count; i++) size += folder_size(t->parts[i].location);
    return size;
}

/* ---- the query ---- */

static const char *length_of(const struct type *t, const char *name, struct arena *arena) {
    if (type_is_string(t) || t->kind == TYPE_BINARY) return arena_printf(arena, "octet_length(%s)", name);
    size_t size = storage_size(type_storage(t));
    if (t->kind == TYPE_DECIMAL) size = t->precision <= DECIMAL_MAX_INT64_PRECISION ? 8 : 16;
    return arena_printf(arena, "%zu", size);
}

static const char *query_text(struct arena *arena, const struct catalog_table *t,
                              const struct analysis_of_table *what) {
    const char *text = "SELECT count(1)";
    for (uint32_t i = 0; i < what->column_count; i++) {
        const struct field *f = what->columns[i];
        const char *name = sql_quote_name_always(arena, &f->name, 1);
        bool ordered = type_is_numeric(f->type) || type_is_datetime(f->type) || f->type->kind == TYPE_BOOLEAN;
        const char *shown = f->type->kind == TYPE_TIMESTAMP ? "date_format(%s(%s), 'yyyy-MM-dd HH:mm:ss.SSSSSS Z')"
                                                            : "CAST(%s(%s) AS STRING)";
        const char *low = ordered ? arena_printf(arena, shown, "min", name) : "CAST(NULL AS STRING)";
        const char *high = ordered ? arena_printf(arena, shown, "max", name) : "CAST(NULL AS STRING)";
        const char *length = length_of(f->type, name, arena);
        text = arena_printf(arena,
                            "%s, %s, %s, count(1) - count(%s), count(DISTINCT %s), coalesce(CAST(ceil(avg(%s)) AS "
                            "BIGINT), %s), coalesce(CAST(max(%s) AS BIGINT), %s)",
                            text, low, high, name, name, length, type_is_string(f->type) ? "0" : length, length,
                            type_is_string(f->type) ? "0" : length);
    }
    text = arena_printf(arena, "%s FROM spark_catalog.`%s`.`%s`", text, t->database, t->name);
    for (uint32_t k = 0, n = 0; k < what->values.count; k++) {
        if (!what->values.given[k]) continue;
        struct string value = string_of(what->values.values[k] ? what->values.values[k] : "");
        struct vector *constant = vector_new(arena, TYPE_OF(STRING), 1);
        constant->form = VECTOR_CONSTANT;
        *VECTOR_DATA(constant, struct string) = value;
        text = arena_printf(
            arena, "%s %s CAST(`%s` AS STRING) %s", text, n++ ? "AND" : "WHERE", t->partitions[k],
            what->values.values[k] ? arena_printf(arena, "= %s", literal_sql(arena, constant, NULL, true)) : "IS NULL");
    }
    return text;
}

/* ---- running ---- */

static bool begin(struct command_run *run, struct error *err) {
    (void)err;
    run->state = ARENA_NEW(&run->op.memory, struct counting);
    return true;
}

static const char *cell(struct command_run *run, const struct vector *v) {
    struct cast cast = {.from = v->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY};
    struct vector text;
    struct error ignored = ERROR_INIT;
    bool good = !vector_is_null(v, 0) && vector_cast(&run->op.memory, &cast, v, 1, &text, &ignored);
    error_release(&ignored);
    if (!good || vector_is_null(&text, 0)) return NULL;
    const struct string *s = &VECTOR_DATA(&text, struct string)[vector_entry(&text, 0)];
    return arena_strndup(&run->op.memory, s->data, s->size);
}

static void found(struct command_run *run, const char *key, const char *value) {
    struct counting *c = run->state;
    struct catalog_property p = {key, value};
    if (value) LIST_PUSH(&run->op.memory, &c->found, p);
}

static bool take(struct command_run *run, const struct batch *batch, struct error *err) {
    (void)err;
    const struct analysis_of_table *what = run->command->arguments;
    if (!batch->count) return true;
    found(run, STATISTIC_ROWS, cell(run, &batch->columns[0]));
    for (uint32_t i = 0; i < what->column_count; i++)
        for (uint32_t k = 0; k < PER_COLUMN; k++)
            found(run, arena_printf(&run->op.memory, "column.%s.%s", what->columns[i]->name, column_facts[k]),
                  cell(run, &batch->columns[1 + i * PER_COLUMN + k]));
    return true;
}

/* What was known already and is not found anew stays. */
static void merge(struct arena *arena, struct counting *c, const struct catalog_property *old, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!statistic_of(c->found.items, c->found.count, old[i].key)) LIST_PUSH(arena, &c->found, old[i]);
}

static bool keep_partitions(struct command_run *run, struct catalog *catalog, const struct catalog_table *t,
                            struct error *err) {
    const struct analysis_of_table *what = run->command->arguments;
    struct counting *c = run->state;
    for (uint32_t i = 0; i < t->part_count; i++) {
        struct catalog_partition part = t->parts[i];
        if (!partition_matches(&part, &what->values)) continue;
        struct counting own = {0};
        for (uint32_t k = 0; k < c->found.count; k++) LIST_PUSH(&run->op.memory, &own.found, c->found.items[k]);
        struct catalog_property size = {
            STATISTIC_SIZE, arena_printf(&run->op.memory, "%llu", (unsigned long long)folder_size(part.location))};
        LIST_PUSH(&run->op.memory, &own.found, size);
        merge(&run->op.memory, &own, part.parameters, part.parameter_count);
        part.parameters = own.found.items;
        part.parameter_count = own.found.count;
        TRY(catalog_put_partitions(catalog, t->database, t->name, &part, 1, err));
    }
    return true;
}

static bool finish(struct command_run *run, struct error *err) {
    const struct analysis_of_table *what = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    const struct catalog_table *t = key_table(catalog, &what->key);
    if (!t) return true;
    struct catalog_table *changed = catalog_copy_table(&run->op.memory, t);
    if (what->values.count) return keep_partitions(run, catalog, changed, err);
    struct counting *c = run->state;
    found(run, STATISTIC_SIZE, arena_printf(&run->op.memory, "%llu", (unsigned long long)table_size(changed)));
    if (what->no_scan && !statistic_of(changed->statistics, changed->statistic_count, STATISTIC_ROWS))
        found(run, STATISTIC_ROWS, "0");
    merge(&run->op.memory, c, changed->statistics, changed->statistic_count);
    changed->statistics = c->found.items;
    changed->statistic_count = c->found.count;
    return catalog_put_table(catalog, changed, err);
}

static const struct command_kind analyze_command = {
    .name = "AnalyzeTable", .begin = begin, .batch = take, .finish = finish};

/* ---- the statements ---- */

static bool choose_columns(struct analyzer *a, const struct u_command *c, const struct catalog_table *t,
                           struct analysis_of_table *what, struct error *err) {
    uint32_t count = c->all_columns ? t->schema->field_count : c->column_count;
    what->columns = ARENA_ARRAY(a->arena, const struct field *, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct field *f = c->all_columns ? &t->schema->fields[i] : NULL;
        for (uint32_t k = 0; !f && k < t->schema->field_count; k++)
            if (strcasecmp(t->schema->fields[k].name, c->columns[i]) == 0) f = &t->schema->fields[k];
        if (!f)
            return error_set(err, "COLUMN_NOT_FOUND", "colName", arena_printf(a->arena, "`%s`", c->columns[i]),
                             "caseSensitiveConfig", "\"spark.sql.caseSensitive\"", NULL);
        bool plain = !type_is_nested(f->type) && f->type->kind != TYPE_VARIANT && f->type->kind != TYPE_NULL;
        if (plain) {
            what->columns[what->column_count++] = f;
        } else if (!c->all_columns) {
            error_set(err, "UNSUPPORTED_FEATURE.ANALYZE_UNSUPPORTED_COLUMN_TYPE", "columnName",
                      arena_printf(a->arena, "`%s`", f->name), NULL);
            error_add(err, "columnType", "\"%s\"", type_sql(a->arena, f->type));
            return error_add(err, "tableName", "`spark_catalog`.`%s`.`%s`", t->database, t->name);
        }
    }
    return true;
}

static bool check_kind(struct analyzer *a, const struct u_command *c, const struct target *t, struct error *err) {
    bool columns = c->all_columns || c->column_count;
    if (t->table && t->table->kind != CATALOG_VIEW) return true;
    if (t->table) return error_set(err, "UNSUPPORTED_FEATURE.ANALYZE_VIEW", NULL);
    if (columns)
        return error_set(err, "UNSUPPORTED_FEATURE.ANALYZE_UNCACHED_TEMP_VIEW", "viewName",
                         quote_name(a->arena, &t->written), NULL);
    error_set(err, "EXPECT_PERMANENT_VIEW_NOT_TEMP", "operation", "ANALYZE TABLE", "viewName",
              quote_name(a->arena, &t->written), NULL);
    return error_at(err, t->origin);
}

static bool check_partition(struct analyzer *a, const struct catalog_table *t, const struct partition_values *values,
                            struct error *err) {
    for (uint32_t i = 0; i < t->part_count; i++)
        if (partition_matches(&t->parts[i], values)) return true;
    return !values->given_count || partition_not_found(a->arena, t, values, err);
}

struct plan *sql_analyze_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    TRY_NULL(check_kind(a, c, &t, err));
    const struct catalog_table *table = catalog_copy_table(a->arena, t.table);
    struct analysis_of_table *what = ARENA_NEW(a->arena, struct analysis_of_table);
    what->key = *key_of(a, &t);
    what->no_scan = c->no_scan;
    if (c->partition.count) {
        TRY_NULL(resolve_partition(a, &t, &c->partition, true, &what->values, err));
        TRY_NULL(check_partition(a, table, &what->values, err));
    }
    if (c->all_columns || c->column_count) TRY_NULL(choose_columns(a, c, table, what, err));
    struct command *command = command_create(a, &analyze_command, what);
    if (!c->no_scan) {
        struct u_plan *query = u_plan_new(a->arena, U_SQL, c->origin, 0, 0);
        query->sql = query_text(a->arena, table, what);
        command->input = plan_analyze(a, query, err);
        TRY_NULL(command->input);
    }
    return command_as_plan(a, command);
}

/* ---- ANALYZE TABLES: sizes alone, in one go ---- */

static bool analyze_all(struct command_run *run, struct error *err) {
    struct catalog *catalog = session_catalog(run->session, err);
    const char *database = run->command->arguments;
    TRY(catalog);
    for (uint32_t i = 0;; i++) {
        const struct catalog_table *t = catalog_table_at(catalog, database, i);
        if (!t) return true;
        if (t->kind == CATALOG_VIEW) continue;
        struct catalog_table *changed = catalog_copy_table(&run->op.memory, t);
        struct counting c = {0};
        struct catalog_property size = {STATISTIC_SIZE,
                                        arena_printf(&run->op.memory, "%llu", (unsigned long long)table_size(changed))};
        LIST_PUSH(&run->op.memory, &c.found, size);
        merge(&run->op.memory, &c, changed->statistics, changed->statistic_count);
        changed->statistics = c.found.items;
        changed->statistic_count = c.found.count;
        TRY(catalog_put_table(catalog, changed, err));
    }
}

static const struct command_kind analyze_all_command = {.name = "AnalyzeTables", .finish = analyze_all};

struct plan *sql_analyze_tables(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct catalog_database *d = find_reference_database(a, &c->target, err);
    TRY_NULL(d);
    if (!c->no_scan) {
        error_unsupported(err, "ANALYZE TABLES without NOSCAN");
        return NULL;
    }
    return simple_command(a, &analyze_all_command, arena_strdup(a->arena, d->name), NULL);
}
