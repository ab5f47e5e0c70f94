/* SPDX-License-Identifier: Apache-2.0 */
/* What names of tables, views and databases mean in a session. */
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "expr/function.h"
#include "session/commands.h"
#include "session/settings.h"
#include "sql/sql.h"

#define CATALOG_NAME "spark_catalog"
#define GLOBAL_DATABASE "global_temp"

struct view_entry *find_temporary_view(struct session *session, struct arena *arena, const struct u_name *name) {
    const char *last = view_key(session, arena, name->parts[name->count - 1]);
    if (name->count == 1) return view_find(&session->views, last);
    if (name->count != 2 || strcmp(view_key(session, arena, name->parts[0]), GLOBAL_DATABASE) != 0) return NULL;
    return view_find(&session->application->global_views, last);
}

bool resolve_table_name(struct session *session, struct arena *arena, const struct u_name *name, struct table_name *out,
                        struct error *err) {
    *out = (struct table_name){.catalog = session->catalog, .database = session->database, .parts = name->count};
    out->name = view_key(session, arena, name->parts[name->count - 1]);
    if (name->count > 1) out->database = view_key(session, arena, name->parts[name->count - 2]);
    if (name->count > 2) out->catalog = view_key(session, arena, name->parts[name->count - 3]);
    /* There is one catalog: any other first part is taken for a namespace, and those have one part. */
    bool named = name->count > 2 && strcmp(view_key(session, arena, name->parts[0]), CATALOG_NAME) == 0;
    if (name->count > 2u + named) {
        const struct u_name within = {name->count - 1 - named, name->parts + named};
        return error_set(err, "REQUIRES_SINGLE_PART_NAMESPACE", "sessionCatalog", CATALOG_NAME, "namespace",
                         quote_name(arena, &within), NULL);
    }
    if (strcmp(out->catalog, CATALOG_NAME) != 0) return error_unsupported(err, "the catalog %s", out->catalog);
    return true;
}

bool schema_not_found(const char *database, struct error *err) {
    error_set(err, "SCHEMA_NOT_FOUND", NULL);
    return error_add(err, "schemaName", "`" CATALOG_NAME "`.`%s`", database);
}

const char *quote_name(struct arena *arena, const struct u_name *name) {
    const char *quoted = "";
    for (uint32_t i = 0; i < name->count; i++)
        quoted = arena_printf(arena, "%s%s`%s`", quoted, i ? "." : "", name->parts[i]);
    return quoted;
}

bool table_not_found(struct arena *arena, const struct u_name *name, struct error *err) {
    return error_set(err, "TABLE_OR_VIEW_NOT_FOUND", "relationName", quote_name(arena, name), NULL);
}

/* Metadata is JSON as Spark writes it: the comment is the text behind its key. */
const char *field_comment(struct arena *arena, const struct field *field) {
    static const char key[] = "\"comment\":\"";
    const char *from = field->metadata ? strstr(field->metadata, key) : NULL;
    if (!from) return NULL;
    from += sizeof key - 1;
    char *text = arena_strdup(arena, from), *out = text;
    for (const char *p = from; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1]) p++;
        *out++ = *p;
    }
    *out = '\0';
    return text;
}

static int compare_functions(const void *a, const void *b) {
    return strcmp((*(const struct function *const *)a)->name, (*(const struct function *const *)b)->name);
}

const struct function **functions_by_name(struct arena *arena, uint32_t *count) {
    LIST(const struct function *) list = {0};
    const struct function *f;
    for (size_t i = 0; (f = function_at(i)); i++)
        if (!(f->flags & FUNCTION_INTERNAL)) LIST_PUSH(arena, &list, f);
    if (list.count) qsort(list.items, list.count, sizeof *list.items, compare_functions);
    *count = list.count;
    return list.items;
}

/* Where an application keeps its tables: where it says, or in the run directory, where it ends with roostd. */
const char *warehouse_of(const struct session *session, const char *application, struct arena *arena) {
    const struct engine_options *options = &session->engine->options;
    const char *told = settings_explicit(session->settings, "spark.sql.warehouse.dir");
    if (!told) told = options->warehouse;
    if (told) return strncmp(told, "file:", 5) == 0 ? told + 5 : told;
    uint64_t hash = 1469598103934665603u;
    for (const char *p = application; p && *p; p++) hash = (hash ^ (uint8_t)*p) * 1099511628211u;
    if (!application) hash ^= session->id;
    return arena_printf(arena, "%s/warehouse-%016llx", options->run_directory ? options->run_directory : "/tmp",
                        (unsigned long long)hash);
}

struct catalog *session_catalog(struct session *session, struct error *err) {
    struct application *application = session->application;
    if (!application->catalog) {
        struct arena arena;
        arena_init(&arena, &session->engine->account);
        application->catalog =
            catalog_open(&session->engine->account, warehouse_of(session, application->name, &arena), err);
        arena_release(&arena);
    }
    return application->catalog;
}
