/* SPDX-License-Identifier: Apache-2.0 */
/* Commands of the protocol that are not SQL; see commands.h. Writing is write_message.c's. */
#include <string.h>

#include "session/command_sql.h"
#include "session/commands.h"
#include "session/door_int.h"
#include "session/functions.h"
#include "session/write.h"

typedef Spark__Connect__Command Message;
#define CASE(KIND) SPARK__CONNECT__COMMAND__COMMAND_TYPE_##KIND

/* ---- views ---- */

struct create_view {
    struct link *views;
    const char *name; /* as it is kept */
    const struct plan *plan;
    bool replace;
    struct view_about about;
};

/* The command has run: its handle, which holds the analyzed plan anyway, is the view's from now on. */
static bool put_view(struct command_run *run, struct error *err) {
    const struct create_view *view = run->command->arguments;
    struct session *session = run->session;
    if (!view->replace && view_find(view->views, view->name)) {
        error_set(err, "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", NULL);
        return error_add(err, "relationName", "`%s`", view->name);
    }
    struct memory_account *account =
        view->views == &session->views ? &session->budget->account : &session->engine->account;
    struct handle *handle = run->command->handle;
    const struct type *schema = plan_schema(&handle->arena, view->plan);
    view_put(view->views, account, view->name, handle, &view->about);
    handle->plan = view->plan;
    handle->schema = schema;
    return true;
}

static const struct command_kind create_view_command = {.name = "CreateViewCommand", .finish = put_view};

struct plan *create_view_plan(struct analyzer *a, const struct plan *input, const char *name, bool global, bool replace,
                              const struct view_about *about) {
    struct derivation *d = a->owner;
    struct create_view *view = ARENA_NEW(a->arena, struct create_view);
    view->views = global ? &d->session->application->global_views : &d->session->views;
    view->name = view_key(d->session, a->arena, name);
    view->plan = input;
    view->replace = replace;
    if (about) view->about = *about;
    view->about.created = a->context->now;
    struct command *command = command_create(a, &create_view_command, view);
    command->changes_session = true;
    command->state_key = arena_printf(a->arena, "%s:%s", global ? "global_view" : "view", view->name);
    return command_as_plan(a, command);
}

static bool view_name(struct derivation *d, const char *text, struct u_name *name, struct error *err) {
    struct error ignored = ERROR_INIT;
    bool good = door_table_name(d, text, name, &ignored);
    error_release(&ignored);
    if (!good) return error_set(err, "_LEGACY_ERROR_TEMP_1321", "viewName", text ? text : "", NULL);
    if (name->count == 1) return true;
    return error_set(err, "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", "actualName", text, NULL);
}

static struct plan *create_view(struct derivation *d, const Spark__Connect__CreateDataFrameViewCommand *m,
                                struct error *err) {
    struct u_name name;
    TRY_NULL(view_name(d, m->name, &name, err));
    const struct u_plan *u = door_relation(d, m->input, err);
    TRY_NULL(u);
    const struct plan *input = plan_analyze(&d->analyzer, u, err);
    TRY_NULL(input);
    return create_view_plan(&d->analyzer, input, name.parts[0], m->is_global, m->replace, NULL);
}

static const char *unsupported(uint32_t which) {
    switch (which) {
        case CASE(WRITE_STREAM_OPERATION_START):
        case CASE(STREAMING_QUERY_COMMAND):
        case CASE(STREAMING_QUERY_MANAGER_COMMAND):
        case CASE(STREAMING_QUERY_LISTENER_BUS_COMMAND): return "streaming";
        case CASE(REGISTER_DATA_SOURCE): return "a Python data source";
        case CASE(CREATE_RESOURCE_PROFILE_COMMAND):
        case CASE(GET_RESOURCES_COMMAND): return "resource profiles";
        case CASE(ML_COMMAND): return "Spark ML";
        case CASE(EXECUTE_EXTERNAL_COMMAND): return "an external command";
        case CASE(PIPELINE_COMMAND): return "declarative pipelines";
        default: return "this command";
    }
}

/* The rows themselves are the result: deriving computes and keeps them. */
static struct plan *checkpoint(struct derivation *d, const Spark__Connect__CheckpointCommand *m, struct error *err) {
    const struct u_plan *u = door_relation(d, m->relation, err);
    TRY_NULL(u);
    d->handle->is_checkpoint = true;
    return plan_analyze(&d->analyzer, u, err);
}

static struct plan *merge_into(struct derivation *d, const Spark__Connect__MergeIntoTableCommand *m,
                               struct error *err) {
    if (!m->n_match_actions && !m->n_not_matched_actions && !m->n_not_matched_by_source_actions) {
        error_set(err, "NO_MERGE_ACTION_SPECIFIED", NULL);
        return NULL;
    }
    struct u_command command = {.kind = C_MERGE};
    TRY_NULL(door_table_name(d, m->target_table_name, &command.target.name, err));
    return sql_change_rows(&d->analyzer, &command, err);
}

struct plan *command_from_message(struct derivation *d, const Message *m, struct error *err) {
    switch (m->command_type_case) {
        case CASE(CREATE_DATAFRAME_VIEW): return create_view(d, m->create_dataframe_view, err);
        case CASE(REGISTER_FUNCTION): return register_function(d, m->register_function, err);
        case CASE(REGISTER_TABLE_FUNCTION): return register_table_function(d, m->register_table_function, err);
        case CASE(CHECKPOINT_COMMAND): return checkpoint(d, m->checkpoint_command, err);
        case CASE(WRITE_OPERATION): return write_from_message(d, m->write_operation, err);
        case CASE(WRITE_OPERATION_V2): return write_from_message_v2(d, m->write_operation_v2, err);
        case CASE(MERGE_INTO_TABLE_COMMAND): return merge_into(d, m->merge_into_table_command, err);
        default: error_unsupported(err, "%s", unsupported((uint32_t)m->command_type_case)); return NULL;
    }
}
