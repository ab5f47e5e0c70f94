/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads; see upload.h. One that fails has answered already: what still comes on its stream is thrown away. */
#include "session/upload.h"

#include <string.h>

#include "column/batch_wire.h"
#include "column/table_data.h"
#include "session/derive.h"
#include "session/door.h"

void upload_free(struct upload *u) {
    struct budget *budget = u->budget;
    list_remove(&u->link);
    table_data_unref(u->data);
    owned_text_free(&budget->account, u->id);
    owned_free(&budget->account, u, sizeof *u);
    budget_unref(budget);
}

struct table_data *upload_find(const struct session *session, const char *id) {
    for (struct link *l = session->uploads.next; l != &session->uploads; l = l->next) {
        struct upload *u = LINK_OWNER(l, struct upload, link);
        if (strcmp(u->id, id) == 0) return u->data;
    }
    return NULL;
}

bool request_upload(struct request *r, struct error *err) {
    const Roost__Upload *m = r->message->upload;
    if (!m->schema || !(m->id || m->has_handle))
        return error_set(err, "PROTOCOL_ERROR", "what", "Upload", "reason", "it names no schema or no place", NULL);
    struct budget *budget = r->session->budget;
    struct upload *u = owned_new(&budget->account, sizeof *u);
    budget->references++;
    u->budget = budget;
    u->session_id = r->session->id;
    u->stream = r->stream;
    u->handle = m->handle;
    list_append(&r->connection->uploads, &u->link); /* from here on it has an owner; failing leaves it to eat data */
    u->id = owned_text(&budget->account, m->id);
    struct context context = session_context(r->session);
    const struct type *schema = door_schema(r->arena, &context, m->schema, err);
    TRY(schema);
    u->data = table_data_new(&budget->account, schema);
    return true;
}

struct piece {
    struct connection *connection;
    struct upload *upload;
    struct request request;
    const struct frame *frame;
    const uint8_t *payload;
};

static void answer_uploaded(struct connection *c, uint32_t stream) {
    Roost__Uploaded uploaded = ROOST__UPLOADED__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_UPLOADED;
    response.uploaded = &uploaded;
    reply_send(c, stream, &response, true);
}

/* All rows are there: a handle is made of them, or they wait for who names them. */
static bool finish(struct piece *p, struct error *err) {
    struct upload *u = p->upload;
    struct session *session = session_find(p->connection->engine, u->session_id);
    if (!session) {
        error_set(err, "INVALID_HANDLE.SESSION_NOT_FOUND", NULL);
        return error_add(err, "handle", "%016llx", (unsigned long long)u->session_id);
    }
    if (!u->id) {
        p->request.session = session;
        return derive_data(&p->request, u->handle, u->data, err);
    }
    for (struct link *l = session->uploads.next, *next; l != &session->uploads; l = next) {
        struct upload *old = LINK_OWNER(l, struct upload, link);
        next = l->next;
        if (strcmp(old->id, u->id) == 0) upload_free(old);
    }
    list_remove(&u->link);
    list_append(&session->uploads, &u->link);
    answer_uploaded(p->connection, u->stream);
    return true;
}

static bool take(void *argument, struct error *err) {
    struct piece *p = argument;
    struct upload *u = p->upload;
    if (p->frame->length) {
        struct batch batch;
        TRY(batch_wire_decode(p->request.arena, u->data->schema, p->payload, p->frame->length, &batch, err));
        table_data_append(u->data, &batch);
    }
    return !(p->frame->flags & FRAME_END) || finish(p, err);
}

bool upload_data(struct connection *c, const struct frame *frame, const uint8_t *payload) {
    struct upload *u = NULL;
    for (struct link *l = c->uploads.next; l != &c->uploads && !u; l = l->next)
        if (LINK_OWNER(l, struct upload, link)->stream == frame->stream) u = LINK_OWNER(l, struct upload, link);
    if (!u) return false;
    bool last = frame->flags & FRAME_END;
    if (u->data) {
        struct engine *engine = c->engine;
        struct piece piece = {
            .connection = c,
            .upload = u,
            .request = {.engine = engine, .connection = c, .stream = frame->stream, .arena = &engine->scratch},
            .frame = frame,
            .payload = payload,
        };
        struct error err = ERROR_INIT;
        if (!memory_guard(&engine->account, take, &piece, &err)) {
            handle_unref(piece.request.handle);
            reply_error(c, frame->stream, &err);
            error_release(&err);
            table_data_unref(u->data);
            u->data = NULL;
        }
        arena_reset(&engine->scratch);
    }
    if (last && u->link.next && (!u->data || !u->id)) upload_free(u);
    return true;
}
