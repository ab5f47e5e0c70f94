/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session here is an id, what it was opened with, and a log: each request that the engine said had changed
 * the session (a temporary view, a setting, the current database). To an engine that was started anew the log
 * is said again, in order. An entry replaces the older one with the same key, so a loop that sets one thing a
 * million times leaves one entry.
 *
 * The log is a list that is changed by single stores, as lock.h asks: an entry is complete before it is
 * linked, and unlinked before it is freed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "client_int.h"

static uint64_t random_id(void) {
    uint64_t id = 0;
    while (id == 0)
        if (getrandom(&id, sizeof id, 0) != sizeof id) id = (uint64_t)monotonic_ms() << 20 ^ (uint64_t)this_process();
    return id;
}

/* ---- life ---- */

/* A session without an application has one of its own, which needs no name until the engine was restarted:
 * then a session and its clones find each other by one made from the id. */
static bool copy_application(struct roost_session *s, const struct roost_session_options *o) {
    char own[32];
    snprintf(own, sizeof own, "session-%016llx", (unsigned long long)(o->clone_of ? o->clone_of : s->id));
    s->own_application = !o->application;
    s->application = strdup(o->application ? o->application : own);
    return s->application != NULL;
}

static bool copy_options(struct roost_session *s, const struct roost_session_options *o) {
    s->attach = o->attach;
    s->clone_of = o->clone_of;
    if (!copy_application(s, o)) return false;
    s->name = o->name ? strdup(o->name) : NULL;
    if (o->name && !s->name) return false;
    if (!o->config_count) return true;
    s->config = calloc(o->config_count, sizeof *s->config);
    if (!s->config) return false;
    s->config_count = o->config_count;
    for (uint32_t i = 0; i < o->config_count; i++) {
        s->config[i].name = strdup(o->config[i].name);
        s->config[i].value = o->config[i].value ? strdup(o->config[i].value) : NULL;
        if (!s->config[i].name || (o->config[i].value && !s->config[i].value)) return false;
    }
    return true;
}

struct roost_session *roost_session_new(struct roost_client *client, const struct roost_session_options *options) {
    static const struct roost_session_options none;
    if (!options) options = &none;
    struct roost_session *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->references = 1;
    s->client = client;
    s->id = options->id ? options->id : random_id();
    s->maker = this_process();
    if (copy_options(s, options)) return s;
    roost_session_unref(s);
    return NULL;
}

struct roost_session *roost_session_ref(struct roost_session *session) {
    atomic_fetch_add(&session->references, 1);
    return session;
}

/* Entries hold plans and plans hold the session: the log goes when the session is closed, or when nothing but
 * the log's own plans holds it (which cannot be seen here, so a session that is never closed keeps its log).
 */
static void clear_log(struct roost_session *s) {
    lock_take(&s->lock, this_process());
    struct log_entry *e = s->log;
    s->log = NULL;
    lock_release(&s->lock);
    while (e) {
        struct log_entry *next = e->next;
        log_entry_unref(e);
        e = next;
    }
}

void roost_session_unref(struct roost_session *s) {
    if (!s || atomic_fetch_sub(&s->references, 1) != 1) return;
    clear_log(s);
    for (uint32_t i = 0; i < s->config_count; i++) {
        free((char *)(uintptr_t)s->config[i].name);
        free((char *)(uintptr_t)s->config[i].value);
    }
    free(s->config);
    free(s->application);
    free(s->name);
    free(s->releases);
    free(s);
}

uint64_t roost_session_id(const struct roost_session *session) {
    return session->id;
}

struct roost_client *roost_session_client(const struct roost_session *session) {
    return session->client;
}

void roost_session_close(struct roost_session *s, bool drop_application) {
    if (atomic_exchange(&s->closed, true)) return;
    if (s->incarnation && s->maker == this_process()) client_close_session(s->client, s->id, drop_application);
    roost_session_ref(s);
    clear_log(s);
    roost_session_unref(s);
}

void session_write_open(struct roost_session *s, struct bytes *request, bool attach) {
    pb_fixed64(request, 1, s->id);
    size_t at = pb_begin(request, OP_OPEN_SESSION);
    if (attach || s->attach) {
        pb_uint(request, 5, 1);
    } else {
        if (!s->own_application || s->incarnation) pb_string(request, 1, s->application);
        for (uint32_t i = 0; i < s->config_count; i++) {
            size_t pair = pb_begin(request, 2);
            pb_string(request, 1, s->config[i].name);
            pb_string(request, 2, s->config[i].value);
            pb_end(request, pair);
        }
        if (s->clone_of && !s->incarnation) pb_fixed64(request, 3, s->clone_of);
        pb_string(request, 4, s->name);
    }
    pb_end(request, at);
}

/* ---- handles ---- */

/* A random part of 40 bits, new in every process, and a counter: two processes of one session never choose
 * the same. */
uint64_t session_new_handle(struct roost_session *s) {
    pid_t self = this_process();
    lock_take(&s->lock, self);
    if (s->handle_pid != self || s->handle_next == UINT64_C(1) << 24) {
        s->handle_base = random_id() << 24;
        s->handle_next = 1;
        s->handle_pid = self;
    }
    uint64_t handle = s->handle_base | s->handle_next++;
    lock_release(&s->lock);
    return handle;
}

void session_queue_release(struct roost_session *s, uint64_t handle, uint32_t incarnation) {
    lock_take(&s->lock, this_process());
    if (s->release_incarnation != incarnation) s->release_count = 0;
    s->release_incarnation = incarnation;
    if (s->release_count == s->release_capacity && s->release_capacity < MAX_RELEASES) {
        uint32_t capacity = s->release_capacity ? s->release_capacity * 2 : 16;
        uint64_t *releases = realloc(s->releases, capacity * sizeof *releases);
        if (releases) {
            s->releases = releases;
            s->release_capacity = capacity;
        }
    }
    if (incarnation == s->incarnation && !s->closed && s->release_count < s->release_capacity)
        s->releases[s->release_count++] = handle;
    lock_release(&s->lock);
}

void session_write_releases(struct roost_session *s, struct bytes *request) {
    if (!s->release_count) return;
    lock_take(&s->lock, this_process());
    if (s->release_incarnation == s->incarnation && s->release_count) {
        size_t at = pb_begin(request, 2);
        for (uint32_t i = 0; i < s->release_count; i++) pb_varint(request, s->releases[i]);
        pb_end(request, at);
    }
    s->release_count = 0;
    lock_release(&s->lock);
}

/* ---- the log ---- */

void log_entry_unref(struct log_entry *e) {
    if (atomic_fetch_sub(&e->references, 1) != 1) return;
    for (uint32_t i = 0; i < e->parent_count; i++) roost_plan_unref(e->parents[i]);
    bytes_release(&e->body);
    free(e->key);
    free(e);
}

static struct log_entry *log_entry_new(uint32_t operation, struct bytes *body, struct span key,
                                       struct roost_plan *const *parents, uint32_t parent_count) {
    struct log_entry *e = calloc(1, sizeof *e + parent_count * sizeof e->parents[0]);
    if (!e) return NULL;
    e->references = 1;
    e->operation = operation;
    e->pid = this_process();
    e->key = key.size ? strndup((const char *)key.data, key.size) : NULL;
    e->body = *body;
    *body = (struct bytes){0};
    e->parent_count = parent_count;
    for (uint32_t i = 0; i < parent_count; i++) e->parents[i] = roost_plan_ref(parents[i]);
    return e;
}

void session_log(struct roost_session *s, uint32_t operation, struct bytes *body, struct span key,
                 struct roost_plan *const *parents, uint32_t parent_count) {
    struct log_entry *e = body->failed ? NULL : log_entry_new(operation, body, key, parents, parent_count);
    bytes_release(body);
    if (!e) return;
    struct log_entry *replaced = NULL;
    lock_take(&s->lock, this_process());
    _Atomic(struct log_entry *) *at = &s->log;
    while (*at) {
        struct log_entry *here = *at;
        if (!replaced && e->key && here->key && strcmp(e->key, here->key) == 0) {
            *at = here->next;
            replaced = here;
        } else {
            at = &here->next;
        }
    }
    *at = e;
    lock_release(&s->lock);
    if (replaced) log_entry_unref(replaced);
}

struct log_entry **session_log_snapshot(struct roost_session *s, uint32_t *count) {
    struct log_entry **entries = NULL;
    uint32_t wanted = 0;
    *count = 0;
    lock_take(&s->lock, this_process());
    for (struct log_entry *e = s->log; e; e = e->next) wanted++;
    if (wanted) entries = malloc(wanted * sizeof *entries);
    for (struct log_entry *e = s->log; e && entries; e = e->next) {
        atomic_fetch_add(&e->references, 1);
        entries[(*count)++] = e;
    }
    lock_release(&s->lock);
    return entries;
}

/* ConfigRequest.operation is field 3; in it set (1) holds pairs, unset (6) keys. Each becomes an entry
 * "conf:KEY". */
static void log_setting(struct roost_session *s, struct span key, struct span pair) {
    struct bytes text = {0}, body = {0};
    bytes_append(&text, "conf:", 5);
    bytes_append(&text, key.data, key.size);
    size_t operation = pb_begin(&body, 3);
    size_t inner = pb_begin(&body, pair.data ? 1 : 6);
    if (pair.data)
        pb_bytes(&body, 1, pair.data, pair.size);
    else
        pb_bytes(&body, 1, key.data, key.size);
    pb_end(&body, inner);
    pb_end(&body, operation);
    if (!text.failed) session_log(s, OP_CONFIG, &body, (struct span){text.data, text.size}, NULL, 0);
    bytes_release(&body);
    bytes_release(&text);
}

void session_log_config(struct roost_session *s, struct span request) {
    struct pb_reader operation = pb_read(pb_find(request, 3));
    while (pb_next(&operation)) {
        if (!operation.span.data || (operation.field != 1 && operation.field != 6)) continue;
        struct pb_reader item = pb_read(operation.span);
        while (pb_next(&item)) {
            if (item.field != 1 || !item.span.data) continue;
            if (operation.field == 6)
                log_setting(s, item.span, (struct span){0});
            else
                log_setting(s, pb_find(item.span, 1), item.span);
        }
    }
}

/* ---- requests of a session as a whole ---- */

/* A request whose answer nobody wants; takes the request over. */
static bool send_config(struct roost_session *session, struct bytes *request, const struct roost_wait *wait,
                        struct roost_error *error) {
    uint8_t *answer = NULL;
    size_t size;
    bool good = !request->failed ? roost_config(session, request->data, request->size, wait, &answer, &size, error)
                                 : fail_memory(error);
    free(answer);
    bytes_release(request);
    return good;
}

bool roost_session_open(struct roost_session *session, const struct roost_wait *wait, struct roost_error *error) {
    /* Any request opens it; asking for one setting is the smallest. */
    struct bytes request = {0};
    size_t operation = pb_begin(&request, 3), get_option = pb_begin(&request, 4);
    pb_string(&request, 1, "spark.app.name");
    pb_end(&request, get_option);
    pb_end(&request, operation);
    return send_config(session, &request, wait, error);
}

bool roost_config(struct roost_session *session, const void *request, size_t size, const struct roost_wait *wait,
                  uint8_t **answer, size_t *answer_size, struct roost_error *error) {
    struct call call = {.client = session->client,
                        .session = session,
                        .operation = OP_CONFIG,
                        .body = {request, size},
                        .repeatable = true,
                        .error = error};
    if (!call_unary(&call, wait, ANSWER_CONFIG, answer, answer_size)) return false;
    session_log_config(session, call.body);
    return true;
}

bool roost_config_set(struct roost_session *session, const char *key, const char *value, const struct roost_wait *wait,
                      struct roost_error *error) {
    struct bytes request = {0};
    size_t operation = pb_begin(&request, 3), inner = pb_begin(&request, value ? 1 : 6);
    if (value) {
        size_t pair = pb_begin(&request, 1);
        pb_string(&request, 1, key);
        pb_string(&request, 2, value);
        pb_end(&request, pair);
    } else {
        pb_string(&request, 1, key);
    }
    pb_end(&request, inner);
    pb_end(&request, operation);
    return send_config(session, &request, wait, error);
}

bool roost_cancel(struct roost_session *session, const char *operation, const char *tag, const struct roost_wait *wait,
                  struct roost_error *error) {
    struct bytes body = {0};
    pb_string(&body, 2, operation);
    pb_string(&body, 3, tag);
    if (!operation && !tag) pb_uint(&body, 4, 1);
    struct call call = {.client = session->client,
                        .session = session,
                        .operation = OP_CANCEL,
                        .body = {body.data, body.size},
                        .repeatable = true,
                        .error = error};
    bool good = !body.failed ? call_one_way(&call, wait) : fail_memory(error);
    bytes_release(&body);
    return good;
}
