/* SPDX-License-Identifier: Apache-2.0 */
/* REFRESH, LOAD DATA, and inserts that share a source: what else is done to tables. ANALYZE is command_analyze.c's. */
#include <string.h>

#include "session/write.h"

static bool nothing(struct command_run *run, struct error *err) {
    (void)run, (void)err;
    return true;
}

static const struct command_kind nothing_command = {.name = "Nothing", .finish = nothing};

static bool refresh(struct command_run *run, struct error *err) {
    const struct table_key *key = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    catalog_touch(catalog, key->database, key->name);
    return true;
}

static const struct command_kind refresh_command = {.name = "RefreshTable", .finish = refresh};

/* Its files are looked at anew by whoever planned with the old ones. */
struct plan *sql_refresh_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (t.view) return simple_command(a, &nothing_command, NULL, NULL);
    return simple_command(a, &refresh_command, key_of(a, &t), NULL);
}

/* Paths are looked at anew by every query. */
struct plan *sql_refresh_path(struct analyzer *a, const struct u_command *c, struct error *err) {
    (void)c, (void)err;
    return simple_command(a, &nothing_command, NULL, NULL);
}

/* Tables of files take no files as they are: Spark refuses the same. */
struct plan *sql_load_data(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_table(a, &c->target, "LOAD DATA", false, &t, err));
    error_set(err, "_LEGACY_ERROR_TEMP_1261", "tableIdentWithDB", quote_table(a->arena, &t.name), NULL);
    return NULL;
}

/* ---- FROM ... INSERT ... INSERT ---- */

static bool pass_over(struct command_run *run, const struct batch *batch, struct error *err) {
    (void)run, (void)batch, (void)err;
    return true;
}

static const struct command_kind several_command = {.name = "MultiInsert", .batch = pass_over};

/* The inserts are the parts of a union without columns, which runs them one after the other. */
struct plan *sql_multi_insert(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct plan *all = plan_new(a->arena, PLAN_UNION, c->statement_count, 0);
    all->set.all = true;
    for (uint32_t i = 0; i < c->statement_count; i++) {
        all->children[i] = sql_insert(a, c->statements[i], err);
        TRY_NULL(all->children[i]);
    }
    struct command *command = command_create(a, &several_command, NULL);
    command->input = all;
    return command_as_plan(a, command);
}
