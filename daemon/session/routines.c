/* SPDX-License-Identifier: Apache-2.0 */
/* Functions written in SQL: keeping and finding them. See routines.h. */
#include "session/routines.h"

#include <string.h>
#include <strings.h>

#include "sql/sql.h"

struct temporary_routine {
    struct link link;
    struct arena arena; /* holds the routine itself */
    struct routine_source source;
};

static struct temporary_routine *find_temporary(const struct session *session, const char *name, bool is_table) {
    for (struct link *l = session->routines.next; l != &session->routines; l = l->next) {
        struct temporary_routine *t = LINK_OWNER(l, struct temporary_routine, link);
        if (t->source.is_table == is_table && strcasecmp(t->source.name, name) == 0) return t;
    }
    return NULL;
}

static void routine_free(struct temporary_routine *t) {
    list_remove(&t->link);
    struct arena arena = t->arena;
    arena_release(&arena);
}

void routine_put(struct session *session, const struct routine_source *source) {
    struct arena arena;
    arena_init(&arena, &session->budget->account);
    struct temporary_routine *t = ARENA_NEW(&arena, struct temporary_routine);
    t->arena = arena;
    t->source = *source;
    t->source.database = arena_strdup(&t->arena, source->database);
    t->source.name = arena_strdup(&t->arena, source->name);
    t->source.text = arena_strdup(&t->arena, source->text);
    t->source.returns = source->returns ? type_copy(&t->arena, source->returns) : NULL;
    struct catalog_property *properties = ARENA_ARRAY(&t->arena, struct catalog_property, source->property_count);
    for (uint32_t i = 0; i < source->property_count; i++) {
        properties[i].key = arena_strdup(&t->arena, source->properties[i].key);
        properties[i].value = arena_strdup(&t->arena, source->properties[i].value);
    }
    t->source.properties = properties;
    struct temporary_routine *old = find_temporary(session, source->name, source->is_table);
    list_append(&session->routines, &t->link);
    if (old) routine_free(old);
}

bool routine_drop(struct session *session, const char *name, bool is_table) {
    struct temporary_routine *t = find_temporary(session, name, is_table);
    if (t) routine_free(t);
    return t;
}

void routines_free(struct session *session) {
    for (struct link *l; (l = list_first(&session->routines));)
        routine_free(LINK_OWNER(l, struct temporary_routine, link));
}

const struct routine_source *routine_at(const struct session *session, uint32_t index) {
    for (struct link *l = session->routines.next; l != &session->routines; l = l->next)
        if (index-- == 0) return &LINK_OWNER(l, struct temporary_routine, link)->source;
    return NULL;
}

/* ---- finding ---- */

const char *routine_property(const struct routine_source *source, const char *key) {
    for (uint32_t i = 0; i < source->property_count; i++)
        if (strcmp(source->properties[i].key, key) == 0) return source->properties[i].value;
    return NULL;
}

static const char *json_string(struct arena *arena, const char *text) {
    char *quoted = arena_bytes(arena, strlen(text) * 2 + 3), *to = quoted;
    *to++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n') *to++ = '\\';
        *to++ = *text == '\n' ? 'n' : *text;
    }
    *to++ = '"';
    *to = '\0';
    return quoted;
}

const char *routine_usage(struct arena *arena, const struct routine_source *s) {
    const char *usage = "{";
    for (uint32_t i = 0; i < s->property_count; i++)
        usage = arena_printf(arena, "%s%s%s:%s", usage, i ? "," : "", json_string(arena, s->properties[i].key),
                             json_string(arena, s->properties[i].value));
    return arena_printf(arena, "%s}", usage);
}

static bool is_true(const struct routine_source *source, const char *key) {
    const char *value = routine_property(source, key);
    return value && strcmp(value, "true") == 0;
}

static bool find_persistent(struct derivation *d, const struct u_name *name, struct routine_source *found) {
    struct error ignored = ERROR_INIT;
    struct table_name resolved;
    struct arena *arena = d->analyzer.arena;
    struct catalog *catalog = session_catalog(d->session, &ignored);
    bool good = catalog && resolve_table_name(d->session, arena, name, &resolved, &ignored);
    error_release(&ignored);
    if (!good) return false;
    const char *database = name->count == 1 ? d->context.database : resolved.database;
    const struct catalog_function *f = catalog_find_function(catalog, database, resolved.name);
    if (!f) return false;
    *found = (struct routine_source){
        .database = f->database,
        .name = f->name,
        .text = f->text,
        .returns = f->returns,
        .created = f->created,
        .property_count = f->property_count,
        .properties = f->properties,
    };
    found->is_table = is_true(found, "sqlFunction.isTableFunc");
    return true;
}

bool routine_find(struct analyzer *a, const struct u_name *name, bool is_table, struct routine_source *found) {
    struct derivation *d = a->owner;
    const char *last = name->parts[name->count - 1];
    bool of_session =
        name->count == 3 && strcasecmp(name->parts[0], "system") == 0 && strcasecmp(name->parts[1], "session") == 0;
    if (name->count == 1 || of_session) {
        const struct temporary_routine *t = find_temporary(d->session, last, is_table);
        if (t) *found = t->source;
        if (t || of_session) return t;
    }
    return find_persistent(d, name, found);
}

/* ---- what the analyzer asks ---- */

/* RETURN SELECT x, without FROM: the expression alone. */
static struct u_expr *single_expression(const struct u_plan *query) {
    if (!query || query->kind != U_PROJECT || query->expr_count != 1 || query->children[0]->kind != U_ONE_ROW)
        return NULL;
    struct u_expr *e = query->exprs[0];
    if (e->kind == U_ALIAS) e = e->children[0];
    return e->kind == U_STAR || e->kind == U_REGEX ? NULL : e;
}

/* The body read by itself, so that errors in it name a place of its own text and not of the statement. */
static bool read_body(struct analyzer *a, const struct u_command *c, struct u_function *f, const struct u_plan **query,
                      struct error *err) {
    const char *text = arena_strdup(a->arena, f->body_text);
    *query = c->query ? sql_parse_statement(a->arena, a->context, text, err) : NULL;
    if (c->query) return *query;
    return (f->expression = sql_parse_expression(a->arena, a->context, text, err)) != NULL;
}

const struct routine *routine_of(struct analyzer *a, const struct u_command *c, const struct routine_source *source,
                                 struct error *err) {
    struct routine *r = ARENA_NEW(a->arena, struct routine);
    struct u_function *f = arena_copy(a->arena, c->function, sizeof *f);
    TRY_NULL(read_body(a, c, f, &r->query, err));
    const char **parts = ARENA_ARRAY(a->arena, const char *, 3);
    uint32_t count = 0;
    if (!source->temporary) {
        parts[count++] = "spark_catalog";
        parts[count++] = arena_strdup(a->arena, source->database);
    }
    parts[count++] = arena_strdup(a->arena, source->name);
    r->path = (struct u_name){count, parts};
    r->shown = count == 1 ? parts[0] : arena_printf(a->arena, "%s.%s.%s", parts[0], parts[1], parts[2]);
    r->definition = f;
    struct u_expr *single = f->is_table ? NULL : single_expression(r->query);
    if (single) {
        f->expression = single;
        r->query = NULL;
    }
    r->returns = source->returns ? type_copy(a->arena, source->returns) : NULL;
    r->temporary = source->temporary;
    r->reads_data = is_true(source, "sqlFunction.readsSQLData");
    r->ansi = is_true(source, "sqlConfig.spark.sql.ansi.enabled");
    r->database = arena_strdup(a->arena, routine_property(source, "catalogAndNamespace.part.1"));
    return r;
}

bool world_routine(struct analyzer *a, const struct u_name *name, bool is_table, const struct routine **routine,
                   struct error *err) {
    struct routine_source source;
    if (!routine_find(a, name, is_table, &source)) return true;
    const struct u_plan *u = sql_parse_statement(a->arena, a->context, arena_strdup(a->arena, source.text), err);
    TRY(u);
    if (u->kind != U_COMMAND || !u->command->function)
        return error_internal(err, "what is kept of the function %s does not make one", source.name);
    if (u->command->kind == C_CREATE_SQL_FUNCTION) {
        *routine = routine_of(a, u->command, &source, err);
        return *routine;
    }
    error_set(err, "CANNOT_LOAD_FUNCTION_CLASS", "className", u->command->function->class_name, NULL);
    return error_add(err, "functionName", "`spark_catalog`.`%s`.`%s`", source.database, source.name);
}

void world_enter(struct analyzer *a, const struct routine *routine, struct context *saved) {
    struct derivation *d = a->owner;
    *saved = d->context;
    d->context.ansi = routine->ansi;
    if (routine->database) d->context.database = routine->database;
}

void world_leave(struct analyzer *a, const struct context *saved) {
    ((struct derivation *)a->owner)->context = *saved;
}
