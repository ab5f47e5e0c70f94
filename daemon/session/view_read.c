/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a view that SQL made: its text is analyzed anew, with the database and the mode of arithmetic that were
 * current when it was made. What the tables below have become since then is fitted to what the view promised:
 *
 *     BINDING          columns must still be of the same or a narrower type
 *     COMPENSATION     columns are cast (what was there before views had modes does the same)
 *     TYPE EVOLUTION   the view's types become the query's
 *     EVOLUTION        its columns do
 *
 * The last two change the catalog when they are read, so that DESCRIBE tells the same. A temporary view is read in the
 * same way, always BINDING; here it is a table of the catalog that has no database.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "expr/resolve.h"
#include "session/catalog_call.h"
#include "session/command_sql.h"
#include "session/view_read.h"
#include "sql/sql.h"

enum { VIEW_DEPTH = 100 };

static bool is_mode(const struct catalog_table *t, const char *mode) {
    return t->view_mode && strcmp(t->view_mode, mode) == 0;
}

static const char *statement_of(struct arena *arena, const struct catalog_table *t) {
    const char *names = "";
    bool renamed = false;
    for (uint32_t i = 0; i < t->schema->field_count; i++) {
        names = arena_printf(arena, "%s%s%s", names, i ? ", " : "", t->schema->fields[i].name);
        renamed |= i < t->view_column_count && strcmp(t->schema->fields[i].name, t->view_columns[i]) != 0;
    }
    return arena_printf(arena, "CREATE OR REPLACE VIEW spark_catalog.%s.%s%s AS %s", t->database, t->name,
                        renamed ? arena_printf(arena, " (%s)", names) : "", t->view_text);
}

static bool incompatible(struct arena *arena, const struct catalog_table *t, const char *column, uint32_t expected,
                         const char *actual, struct error *err) {
    const char *statement = t->database ? statement_of(arena, t) : "CREATE OR REPLACE TEMPORARY VIEW";
    error_set(err, "INCOMPATIBLE_VIEW_SCHEMA_CHANGE", "colName", column, "suggestion", statement, NULL);
    if (t->database)
        error_add(err, "viewName", "`spark_catalog`.`%s`.`%s`", t->database, t->name);
    else
        error_add(err, "viewName", "`%s`", t->name);
    error_add(err, "expectedNum", "%u", expected);
    return error_add(err, "actualCols", "[%s]", actual);
}

/* The query's column that was the view's i-th: among those of that name, the one in the same place. */
static struct attribute *column_for(struct analyzer *a, const struct catalog_table *t, const struct plan *query,
                                    uint32_t i, struct error *err) {
    const char *name = i < t->view_column_count ? t->view_columns[i] : t->schema->fields[i].name;
    uint32_t nth = 0, expected = 0, found = 0;
    struct attribute *match = NULL;
    const char *actual = "";
    for (uint32_t k = 0; k < t->view_column_count; k++) {
        if (strcmp(t->view_columns[k], name) != 0) continue;
        nth += k < i;
        expected++;
    }
    for (uint32_t k = 0; k < query->output_count; k++) {
        if (strcasecmp(query->output[k]->name, name) != 0) continue;
        actual = arena_printf(a->arena, "%s%s%s", actual, found ? "," : "", query->output[k]->name);
        if (found++ == nth) match = query->output[k];
    }
    if (!expected) expected = 1;
    if (found == expected && match) return match;
    incompatible(a->arena, t, name, expected, actual, err);
    return NULL;
}

static const char *attribute_text(struct arena *arena, const struct attribute *a) {
    const char *text = "";
    for (uint32_t i = 0; i < a->qualifier_count; i++) text = arena_printf(arena, "%s%s.", text, a->qualifier[i]);
    return arena_printf(arena, "%s%s", text, a->name);
}

static bool refuse_narrowing(struct arena *arena, const struct attribute *from, const struct type *to,
                             struct error *err) {
    error_set(err, "CANNOT_UP_CAST_DATATYPE", "expression", attribute_text(arena, from), "details",
              "The type path of the target object is:\n\nYou can either add an explicit cast to the input data or "
              "choose a higher precision type of the field in the target object",
              NULL);
    error_add(err, "sourceType", "\"%s\"", type_sql(arena, from->type));
    return error_add(err, "targetType", "\"%s\"", type_sql(arena, to));
}

static struct expr *view_column(struct analyzer *a, const struct catalog_table *t, struct attribute *from,
                                const struct field *to, const struct origin *origin, struct error *err) {
    bool keeps_type = is_mode(t, "EVOLUTION") || is_mode(t, "TYPE EVOLUTION");
    struct expr *e = expr_attribute(a->arena, from);
    if (!keeps_type && !type_same(from->type, to->type, true)) {
        if (is_mode(t, "BINDING") && !type_is_wider(from->type, to->type)) {
            refuse_narrowing(a->arena, from, to->type, err);
            return NULL;
        }
        struct resolver resolver = {.arena = a->arena, .context = a->context, .next_id = a->next_id};
        e = resolve_cast(&resolver, e, to->type, CAST_ANSI, false, origin, err);
        TRY_NULL(e);
    }
    struct expr *alias = expr_alias(a->arena, e, to->name, (*a->next_id)++);
    alias->alias.metadata = to->metadata;
    return alias;
}

/* The view's own names, types and comments over its query. */
static struct plan *fitted(struct analyzer *a, const struct catalog_table *t, struct plan *query,
                           const struct origin *origin, struct error *err) {
    const struct type *schema = schema_seen(a->arena, t->schema);
    struct plan *p = plan_new(a->arena, PLAN_PROJECT, 1, schema->field_count);
    p->children[0] = query;
    p->output_count = schema->field_count;
    p->output = ARENA_ARRAY(a->arena, struct attribute *, schema->field_count);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        struct attribute *from = column_for(a, t, query, i, err);
        TRY_NULL(from);
        p->exprs[i] = view_column(a, t, from, &schema->fields[i], origin, err);
        TRY_NULL(p->exprs[i]);
        p->output[i] = expr_to_attribute(a->arena, p->exprs[i]);
    }
    return p;
}

/* EVOLUTION: the catalog learns what the query gives now. Views with names of their own keep those. */
static bool evolve(struct derivation *d, const struct catalog_table *t, const struct plan *query, struct error *err) {
    struct analyzer *a = &d->analyzer;
    struct catalog_table changed = *t;
    const struct type *now = schema_declared(a->arena, a->context, plan_schema(a->arena, query));
    bool same = now->field_count == t->schema->field_count;
    for (uint32_t i = 0; same && i < now->field_count; i++)
        same = type_same(now->fields[i].type, t->schema->fields[i].type, true) &&
               strcmp(now->fields[i].name, t->schema->fields[i].name) == 0;
    if (same) return true;
    const char **names = ARENA_ARRAY(a->arena, const char *, now->field_count);
    for (uint32_t i = 0; i < now->field_count; i++) names[i] = now->fields[i].name;
    changed.schema = now;
    changed.view_columns = names;
    changed.view_column_count = now->field_count;
    struct catalog *catalog = session_catalog(d->session, err);
    return catalog && catalog_put_table(catalog, &changed, err);
}

static bool evolve_types(struct derivation *d, const struct catalog_table *t, const struct plan *p, struct error *err) {
    struct analyzer *a = &d->analyzer;
    const struct type *now = plan_schema(a->arena, p);
    struct field *fields = arena_copy(a->arena, t->schema->fields, t->schema->field_count * sizeof *fields);
    bool same = true;
    for (uint32_t i = 0; i < t->schema->field_count; i++) {
        if (type_same(now->fields[i].type, type_without_char(a->arena, fields[i].type), true)) continue;
        fields[i].type = now->fields[i].type;
        same = false;
    }
    if (same) return true;
    struct catalog_table changed = *t;
    changed.schema = type_struct(a->arena, fields, t->schema->field_count);
    struct catalog *catalog = session_catalog(d->session, err);
    return catalog && catalog_put_table(catalog, &changed, err);
}

static bool has_own_names(const struct catalog_table *t) {
    for (uint32_t i = 0; i < t->schema->field_count && i < t->view_column_count; i++)
        if (strcmp(t->schema->fields[i].name, t->view_columns[i]) != 0) return true;
    return false;
}

static const char *setting_of(const struct catalog_table *t, const char *key) {
    for (uint32_t i = 0; i < t->setting_count; i++)
        if (strcmp(t->settings[i].key, key) == 0) return t->settings[i].value;
    return NULL;
}

static bool is_recursive(struct derivation *d, const struct catalog_table *t, struct error *err) {
    const char *const *making = d->recursive;
    if (!making[1] || !making[0] || strcmp(making[0], t->database) != 0 || strcmp(making[1], t->name) != 0)
        return false;
    const char *name = arena_printf(d->analyzer.arena, "`spark_catalog`.`%s`.`%s`", t->database, t->name);
    error_set(err, "RECURSIVE_VIEW", "viewIdent", name, "newPath",
              arena_printf(d->analyzer.arena, "%s -> %s", name, name), NULL);
    return true;
}

static struct plan *read_text(struct derivation *d, const struct catalog_table *t, const char *name,
                              const struct origin *origin, struct error *err) {
    struct analyzer *a = &d->analyzer;
    if (d->view_depth >= VIEW_DEPTH) {
        error_unsupported(err, "views over more than %d levels of views", VIEW_DEPTH);
        return NULL;
    }
    struct u_plan *text = u_plan_new(a->arena, U_SQL, origin, 0, 0);
    text->sql = t->view_text;
    text->object_type = "VIEW";
    text->object_name = name;
    const struct context current = d->context;
    const char *ansi = setting_of(t, "spark.sql.ansi.enabled"), *minds = setting_of(t, "spark.sql.caseSensitive");
    const char *temporary = d->temporary, *collation = a->collation;
    d->view_depth++;
    d->context.database = t->view_database;
    a->collation = t->collation;
    if (ansi) d->context.ansi = strcasecmp(ansi, "true") == 0;
    if (minds) d->context.case_sensitive = strcasecmp(minds, "true") == 0;
    struct plan *query = plan_analyze(a, text, err);
    d->context.ansi = current.ansi;
    d->context.case_sensitive = current.case_sensitive;
    d->context.database = current.database;
    d->temporary = temporary;
    a->collation = collation;
    d->view_depth--;
    return query;
}

struct plan *persistent_view(struct derivation *d, const struct catalog_table *found, const struct origin *origin,
                             struct error *err) {
    struct analyzer *a = &d->analyzer;
    if (is_recursive(d, found, err)) return NULL;
    const struct catalog_table *t = catalog_copy_table(a->arena, found);
    const char *name = arena_printf(a->arena, CATALOG_NAME ".%s.%s", t->database, t->name);
    struct plan *query = read_text(d, t, name, origin, err);
    TRY_NULL(query);
    if (is_mode(t, "EVOLUTION") && !has_own_names(t)) {
        TRY_NULL(evolve(d, t, query, err));
        return query;
    }
    struct plan *p = fitted(a, t, query, origin, err);
    if (p && (is_mode(t, "TYPE EVOLUTION") || is_mode(t, "EVOLUTION"))) TRY_NULL(evolve_types(d, t, p, err));
    return p;
}

/* "`a`, `b`" again as a list. */
static const char *const *listed_names(struct arena *arena, const char *text, uint32_t count) {
    const char **names = ARENA_ARRAY(arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) {
        struct text name;
        text_init(&name, arena);
        for (text++; *text && (*text != '`' || text[1] == '`'); text++) {
            if (*text == '`') text++;
            text_add_char(&name, *text);
        }
        names[i] = text_finish(&name);
        if (i + 1 < count) text += strlen("`, ");
    }
    return names;
}

struct plan *temporary_view(struct derivation *d, const struct view_entry *view, const struct origin *origin,
                            struct error *err) {
    struct arena *arena = d->analyzer.arena;
    const struct plan *made = view->handle->plan;
    const struct catalog_property settings[] = {
        {"spark.sql.ansi.enabled", view->about.ansi ? "true" : "false"},
        {"spark.sql.caseSensitive", view->about.case_sensitive ? "true" : "false"}};
    struct catalog_table t = {.kind = CATALOG_VIEW,
                              .name = view->name,
                              .schema = plan_schema(arena, made),
                              .view_text = view->about.text,
                              .view_database = view->about.database,
                              .view_mode = "BINDING",
                              .view_column_count = made->output_count,
                              .view_columns = listed_names(arena, view->about.columns, made->output_count),
                              .setting_count = 2,
                              .settings = settings,
                              .collation = view->about.collation};
    struct plan *query = read_text(d, &t, view->about.spelled, origin, err);
    return query ? fitted(&d->analyzer, &t, query, origin, err) : NULL;
}
