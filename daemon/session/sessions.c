/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applications and sessions: opening, joining, leaving.
 *
 * A session lives while a connection knows it, and for a grace period after the last one is gone, so that a client
 * whose connection broke, or a forked child that is slow to connect, finds it again. An application lives as long as
 * it has sessions. Sessions share nothing with each other but their application's global views and catalog.
 */
#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"
#include "session/cache.h"
#include "session/functions.h"
#include "session/routines.h"
#include "session/session_int.h"
#include "session/settings.h"
#include "session/upload.h"

/* ---- views ---- */

const char *view_key(const struct session *session, struct arena *arena, const char *name) {
    char *key = arena_strdup(arena, name);
    if (!session->context.case_sensitive)
        for (char *p = key; *p; p++)
            if (*p >= 'A' && *p <= 'Z') *p += 'a' - 'A';
    return key;
}

struct view_entry *view_find(struct link *views, const char *name) {
    for (struct link *l = views->next; l != views; l = l->next) {
        struct view_entry *view = LINK_OWNER(l, struct view_entry, link);
        if (strcmp(view->name, name) == 0) return view;
    }
    return NULL;
}

static void about_release(struct view_entry *view) {
    owned_text_free(view->account, view->about.text);
    owned_text_free(view->account, view->about.database);
    owned_text_free(view->account, view->about.columns);
    owned_text_free(view->account, view->about.spelled);
    owned_text_free(view->account, view->about.collation);
}

static struct view_about about_copy(struct memory_account *account, const struct view_about *from) {
    struct view_about to = *from;
    if (from->text) to.text = owned_text(account, from->text);
    if (from->database) to.database = owned_text(account, from->database);
    if (from->columns) to.columns = owned_text(account, from->columns);
    if (from->spelled) to.spelled = owned_text(account, from->spelled);
    if (from->collation) to.collation = owned_text(account, from->collation);
    return to;
}

void view_put(struct link *views, struct memory_account *account, const char *name, struct handle *handle,
              const struct view_about *about) {
    struct view_entry *view = view_find(views, name);
    if (view) {
        struct handle *old = view->handle;
        struct view_about copy = about_copy(view->account, about);
        about_release(view);
        view->about = copy;
        view->handle = handle_ref(handle);
        handle_unref(old);
        return;
    }
    size_t size = strlen(name) + 1;
    view = owned_new(account, sizeof *view + size);
    view->account = account;
    view->name = memcpy(view + 1, name, size);
    view->handle = handle_ref(handle);
    list_append(views, &view->link);
    view->about = about_copy(account, about);
}

void view_drop(struct view_entry *view) {
    list_remove(&view->link);
    about_release(view);
    handle_unref(view->handle);
    owned_free(view->account, view, sizeof *view + strlen(view->name) + 1);
}

static void drop_views(struct link *views) {
    for (struct link *l; (l = list_first(views));) view_drop(LINK_OWNER(l, struct view_entry, link));
}

/* ---- applications ---- */

static struct application *application_find(struct engine *engine, const char *name) {
    for (struct link *l = engine->applications.next; name && l != &engine->applications; l = l->next) {
        struct application *a = LINK_OWNER(l, struct application, link);
        if (a->name && strcmp(a->name, name) == 0) return a;
    }
    return NULL;
}

static struct application *application_new(struct engine *engine, const char *name) {
    size_t size = name ? strlen(name) + 1 : 0;
    struct application *a = owned_new(&engine->account, sizeof *a + size);
    a->engine = engine;
    if (name) a->name = memcpy(a + 1, name, size);
    list_init(&a->sessions);
    list_init(&a->global_views);
    list_append(&engine->applications, &a->link);
    return a;
}

static void application_free(struct application *a) {
    drop_views(&a->global_views);
    catalog_free(a->catalog);
    list_remove(&a->link);
    owned_free(&a->engine->account, a, sizeof *a + (a->name ? strlen(a->name) + 1 : 0));
}

void application_close(struct application *application) {
    application->session_count++; /* the last session must not take it along yet */
    for (struct link *l; (l = list_first(&application->sessions));)
        session_close(LINK_OWNER(l, struct session, of_application));
    application_free(application);
}

/* ---- sessions ---- */

struct session *session_find(struct engine *engine, uint64_t id) {
    return id_table_get(&engine->sessions, id);
}

void session_attach(struct session *session, struct connection *connection) {
    for (struct link *l = session->attachments.next; l != &session->attachments; l = l->next)
        if (LINK_OWNER(l, struct attachment, of_session)->connection == connection) return;
    struct attachment *a = owned_new(&session->engine->account, sizeof *a);
    a->session = session;
    a->connection = connection;
    list_append(&session->attachments, &a->of_session);
    list_append(&connection->attachments, &a->of_connection);
    list_remove(&session->grace_link);
}

void attachment_drop(struct attachment *a) {
    struct session *session = a->session;
    struct engine *engine = session->engine;
    list_remove(&a->of_session);
    list_remove(&a->of_connection);
    owned_free(&engine->account, a, sizeof *a);
    if (!list_is_empty(&session->attachments)) return;
    session->grace_ends = engine_monotonic(engine) + (int64_t)engine->options.session_grace_ms * 1000;
    list_append(&engine->graceful, &session->grace_link);
}

void sessions_expire(struct engine *engine, int64_t now) {
    for (struct link *l; (l = list_first(&engine->graceful));) {
        struct session *session = LINK_OWNER(l, struct session, grace_link);
        if (session->grace_ends > now) return;
        engine_log(engine, LOG_DEBUG, "session %016llx has had no connection for its grace period",
                   (unsigned long long)session->id);
        session_close(session);
    }
}

static void free_session(struct session *s) {
    struct engine *engine = s->engine;
    struct application *application = s->application;
    while (!list_is_empty(&s->attachments)) {
        struct attachment *a = LINK_OWNER(list_first(&s->attachments), struct attachment, of_session);
        list_remove(&a->of_session);
        list_remove(&a->of_connection);
        owned_free(&engine->account, a, sizeof *a);
    }
    list_remove(&s->grace_link);
    cache_clear(s);
    drop_views(&s->views);
    variables_free(&s->variables);
    session_functions_free(s);
    routines_free(s);
    for (struct link *l; (l = list_first(&s->uploads));) upload_free(LINK_OWNER(l, struct upload, link));
    id_table_drain(&s->handles, handle_unref_value);
    settings_unref(s->settings);
    settings_unref(s->initial);
    struct budget *budget = s->budget;
    owned_text_free(&budget->account, s->name);
    owned_text_free(&budget->account, s->database);
    owned_text_free(&budget->account, s->catalog);
    owned_free(&engine->account, s, sizeof *s);
    budget_unref(budget);
    if (application && --application->session_count == 0) application_free(application);
}

void session_close(struct session *s) {
    id_table_remove(&s->engine->sessions, s->id);
    list_remove(&s->of_application);
    for (struct link *l; (l = list_first(&s->tasks));) task_cancel(LINK_OWNER(l, struct task, of_session));
    free_session(s);
}

static struct budget *budget_new(struct engine *engine) {
    struct budget *budget = owned_new(&engine->account, sizeof *budget);
    memory_account_init(&budget->account, &engine->account, "session", engine->options.session_memory_limit);
    budget->references = 1;
    return budget;
}

/* The half that takes memory: everything but the links. */
static bool fill(struct session *s, const Roost__OpenSession *m, const struct session *model, struct error *err) {
    struct engine *engine = s->engine;
    s->name = owned_text(&s->budget->account, m->name);
    s->database = owned_text(&s->budget->account, model ? model->database : "default");
    s->catalog = owned_text(&s->budget->account, model ? model->catalog : "spark_catalog");
    uint32_t count = (uint32_t)m->n_config;
    struct setting_pair *pairs = ARENA_ARRAY(&engine->scratch, struct setting_pair, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        pairs[i] = (struct setting_pair){m->config[i]->key, m->config[i]->value};
        if (!pairs[i].name || !pairs[i].value)
            return error_set(err, "PROTOCOL_ERROR", "what", "OpenSession", "reason", "a key or value is missing", NULL);
        TRY(setting_check_value(engine, pairs[i].name, pairs[i].value, err));
    }
    session_set_settings(s, settings_with(engine, s->budget, model ? model->initial : NULL, pairs, count));
    s->initial = settings_ref(s->settings);
    return true;
}

/* What spark.sql.warehouse.dir answers is where tables are. */
static void set_warehouse(struct session *s, const char *application) {
    struct arena *scratch = &s->engine->scratch;
    if (settings_explicit(s->settings, "spark.sql.warehouse.dir")) return;
    const struct setting_pair pair = {"spark.sql.warehouse.dir",
                                      arena_printf(scratch, "file:%s", warehouse_of(s, application, scratch))};
    session_set_settings(s, settings_with(s->engine, s->budget, s->settings, &pair, 1));
    settings_unref(s->initial);
    s->initial = settings_ref(s->settings);
}

struct opening {
    struct session *session;
    const Roost__OpenSession *message;
    const struct session *model;
};

static bool fill_guarded(void *argument, struct error *err) {
    struct opening *o = argument;
    TRY(fill(o->session, o->message, o->model, err));
    id_table_reserve(&o->session->engine->sessions);
    const char *name = o->model ? NULL : o->message->application;
    set_warehouse(o->session, o->model ? o->model->application->name : name);
    struct application *a = o->model ? o->model->application : application_find(o->session->engine, name);
    o->session->application = a ? a : application_new(o->session->engine, name);
    o->session->application->session_count++;
    return true;
}

static struct session *session_new(struct engine *engine, uint64_t id) {
    struct session *s = owned_new(&engine->account, sizeof *s);
    s->engine = engine;
    s->id = id;
    snprintf(s->id_text, sizeof s->id_text, "%08x-%04x-4%03x-8%03x-%012llx", (uint32_t)(id >> 32),
             (uint32_t)(id >> 16) & 0xFFFF, (uint32_t)id & 0xFFF, (uint32_t)(id >> 12) & 0xFFF,
             (unsigned long long)(engine->epoch & 0xFFFFFFFFFFFF));
    list_init(&s->attachments);
    list_init(&s->tasks);
    list_init(&s->views);
    list_init(&s->variables);
    list_init(&s->functions);
    list_init(&s->routines);
    list_init(&s->cache);
    list_init(&s->uploads);
    return s;
}

struct session *session_open(struct connection *connection, uint64_t id, const Roost__OpenSession *m, bool *created,
                             struct error *err) {
    struct engine *engine = connection->engine;
    struct session *s = session_find(engine, id);
    *created = !s;
    if (s) {
        session_attach(s, connection);
        return s;
    }
    const struct session *model = m->has_clone_of ? session_find(engine, m->clone_of) : NULL;
    if (m->attach || (m->has_clone_of && !model)) {
        error_set(err, "INVALID_HANDLE.SESSION_NOT_FOUND", NULL);
        error_add(err, "handle", "%016llx", (unsigned long long)(m->attach ? id : m->clone_of));
        return NULL;
    }
    if (engine->sessions.count >= engine->options.max_sessions) {
        error_set(err, "ROOST_TOO_MANY_SESSIONS", NULL);
        error_add(err, "limit", "%u", engine->options.max_sessions);
        return NULL;
    }
    struct budget *budget = budget_new(engine);
    s = session_new(engine, id);
    s->budget = budget;
    id_table_init(&s->handles, &budget->account);
    struct opening opening = {.session = s, .message = m, .model = model};
    if (!memory_guard(&engine->account, fill_guarded, &opening, err)) {
        free_session(s);
        return NULL;
    }
    list_append(&s->application->sessions, &s->of_application);
    id_table_put(&engine->sessions, id, s);
    session_attach(s, connection);
    engine_log(engine, LOG_DEBUG, "session %016llx opened: %s", (unsigned long long)id, s->name ? s->name : "");
    return s;
}
