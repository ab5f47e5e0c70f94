/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands about the session: settings, what is current, EXPLAIN, the cache. See command_sql.h. */
#include <string.h>
#include <strings.h>

#include "session/command_sql.h"
#include "session/settings.h"
#include "sql/sql.h"

/* ---- SET, RESET ---- */

static const struct command_column setting_columns[] = {{"key", TYPE_STRING, false}, {"value", TYPE_STRING, false}};
static const struct command_column verbose_columns[] = {{"key", TYPE_STRING, false},
                                                        {"value", TYPE_STRING, false},
                                                        {"meaning", TYPE_STRING, false},
                                                        {"Since version", TYPE_STRING, false}};

struct setting {
    const char *key, *value;
};

static void setting_row(struct command_run *run, const char *key, const char *value) {
    row_text(run, 0, key);
    row_text(run, 1, value ? value : "<undefined>");
    row_end(run);
}

static bool set_one(struct command_run *run, struct error *err) {
    const struct setting *s = run->command->arguments;
    if (!s->value) {
        setting_row(run, s->key, settings_get(run->session->settings, s->key));
        return true;
    }
    /* SET hivevar:x = 1 sets x. */
    const char *key = strncmp(s->key, "hivevar:", strlen("hivevar:")) == 0 ? s->key + strlen("hivevar:") : s->key;
    TRY(session_set(run->session, key, s->value, err));
    setting_row(run, s->key, settings_get(run->session->settings, key));
    return true;
}

static bool set_list(struct command_run *run, struct error *err) {
    (void)err;
    const struct settings *settings = run->session->settings;
    for (uint32_t i = 0; i < settings->count; i++) setting_row(run, settings->pairs[i].name, settings->pairs[i].value);
    return true;
}

static bool set_verbose(struct command_run *run, struct error *err) {
    (void)err;
    const struct setting_row *row;
    for (size_t i = 0; (row = setting_at(i)); i++) {
        if (!(row->flags & SETTING_PUBLIC)) continue;
        const char *value = settings_get(run->session->settings, row->name);
        row_text(run, 0, row->name);
        row_text(run, 1, value ? value : "<undefined>");
        row_text(run, 2, row->documentation ? row->documentation : "");
        row_text(run, 3, "");
        row_end(run);
    }
    return true;
}

static const struct command_kind set_command = {.name = "SetCommand", COLUMNS(setting_columns), .finish = set_one};
static const struct command_kind set_list_command = {
    .name = "SetCommand", COLUMNS(setting_columns), .finish = set_list};
static const struct command_kind set_verbose_command = {
    .name = "SetCommand", COLUMNS(verbose_columns), .finish = set_verbose};

/* SET x = 1 is taken for a slip where x is a variable. */
static bool check_no_variable(struct analyzer *a, const char *key, struct error *err) {
    struct u_name name;
    struct error ignored = ERROR_INIT;
    bool is_name = sql_parse_name(a->arena, key, &name, &ignored);
    error_release(&ignored);
    if (!is_name || !variable_lookup(analyzer_session(a), a->arena, &name)) return true;
    return error_set(err, "UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET", "variableName", quote_name(a->arena, &name),
                     NULL);
}

struct plan *sql_set(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->verbose) return simple_command(a, &set_verbose_command, NULL, NULL);
    if (!c->key) return simple_command(a, &set_list_command, NULL, NULL);
    const char *value = c->local ? analyzer_session(a)->engine->system_zone : c->value; /* TIME ZONE LOCAL */
    if (value) TRY_NULL(check_no_variable(a, c->key, err) && setting_check_modifiable(c->key, err));
    struct setting *s = ARENA_NEW(a->arena, struct setting);
    *s = (struct setting){c->key, value};
    return simple_command(a, &set_command, s, value ? arena_printf(a->arena, "conf:%s", c->key) : NULL);
}

static bool reset(struct command_run *run, struct error *err) {
    const struct setting *s = run->command->arguments;
    struct session *session = run->session;
    if (!s->key) {
        session_set_settings(session, settings_ref(session->initial));
        return true;
    }
    TRY(setting_check_modifiable(s->key, err));
    return session_set(session, s->key, settings_explicit(session->initial, s->key), err);
}

static const struct command_kind reset_command = {.name = "ResetCommand", .finish = reset};

struct plan *sql_reset(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->key) TRY_NULL(setting_check_modifiable(c->key, err));
    struct setting *s = ARENA_NEW(a->arena, struct setting);
    s->key = c->key;
    return simple_command(a, &reset_command, s, c->key ? arena_printf(a->arena, "conf:%s", c->key) : "reset");
}

/* ---- what is current ---- */

static bool use(struct command_run *run, struct error *err) {
    (void)err;
    const char *database = run->command->arguments;
    return !database || session_use(run->session, database);
}

static const struct command_kind use_command = {.name = "SetNamespaceCommand", .finish = use};

struct plan *sql_use(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    if (name.count == 1 && !c->scope && strcmp(name.parts[0], "spark_catalog") == 0)
        return simple_command(a, &use_command, NULL, "database");
    const struct catalog_database *d = find_reference_database(a, &c->target, err);
    TRY_NULL(d);
    return simple_command(a, &use_command, arena_strdup(a->arena, d->name), "database");
}

struct plan *sql_set_catalog(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    if (name.count == 1 && strcmp(name.parts[0], "spark_catalog") == 0)
        return simple_command(a, &use_command, NULL, NULL);
    error_set(err, "CATALOG_NOT_FOUND", "catalogName", quote_name(a->arena, &name), NULL);
    error_add(err, "config", "\"spark.sql.catalog.%s\"", name.count ? name.parts[0] : "");
    return NULL;
}

/* ---- EXPLAIN ---- */

static const struct command_column plan_column[] = {{"plan", TYPE_STRING, true}};
static const struct command_kind explain_command = {
    .name = "ExplainCommand", COLUMNS(plan_column), .finish = emit_texts};

/* What roost does not do, or does wrong, is no explanation. */
static bool is_ours(const struct error *failure) {
    const char *name = failure->condition->name;
    return strcmp(name, "INTERNAL_ERROR") == 0 || strstr(name, "ROOST");
}

/* A query that cannot be planned is explained by its error: a row per line, or in place of the analyzed plan. */
static struct plan *explain_failure(struct analyzer *a, const char *parsed, bool extended, struct error *failure) {
    const char *message =
        arena_printf(a->arena, "%s%s%s", error_message(failure), parsed ? ";\n" : "", parsed ? parsed : "");
    if (extended && parsed) {
        struct text_row *row = ARENA_NEW(a->arena, struct text_row);
        row->cells[0] = arena_printf(a->arena,
                                     "== Parsed Logical Plan ==\n%s\n== Analyzed Logical Plan ==\n"
                                     "org.apache.spark.sql.AnalysisException: %s",
                                     parsed, message);
        error_release(failure);
        return texts_command(a, &explain_command, row, 1);
    }
    const char *text = arena_printf(a->arena, "Error occurred during query planning: \n%s", message);
    uint32_t count = 0, most = 1;
    for (const char *c = text; *c; c++) most += *c == '\n';
    struct text_row *rows = ARENA_ARRAY(a->arena, struct text_row, most);
    for (const char *from = text; *from;) {
        const char *end = strchrnul(from, '\n');
        rows[count++].cells[0] = arena_strndup(a->arena, from, (size_t)(end - from));
        from = *end ? end + 1 : end;
    }
    error_release(failure);
    return texts_command(a, &explain_command, rows, count);
}

struct plan *sql_explain(struct analyzer *a, const struct u_command *c, struct error *err) {
    static const char *const modes[] = {"simple", "extended", "codegen", "cost", "formatted", "extended"};
    const struct parsed_query query = {.root = c->statement};
    const char *parsed = plan_parsed_string(a->arena, a->context, a->next_id, &query);
    struct error failure = ERROR_INIT;
    struct plan *analyzed = plan_analyze(a, c->statement, &failure), *optimized = NULL;
    const char *tree = analyzed ? NULL : parsed;
    if (analyzed) optimized = plan_optimize(a->arena, a->context, a->next_id, analyzed, &failure);
    if (!optimized && is_ours(&failure)) {
        error_move(err, &failure);
        return NULL;
    }
    if (!optimized) return explain_failure(a, tree, strcmp(modes[c->explain], "extended") == 0, &failure);
    struct text_row *row = ARENA_NEW(a->arena, struct text_row);
    row->cells[0] = plan_explain(a->arena, a->context, parsed, analyzed, optimized, modes[c->explain]);
    return texts_command(a, &explain_command, row, 1);
}
