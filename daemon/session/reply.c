/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers: a Response packed into a frame at the end of the connection's output, and errors as the client raises
 * them. Nothing here takes memory that could run out on the way: an error's message is built on the stack.
 */
#include <stdlib.h>
#include <string.h>

#include "session/session_int.h"

void reply_send(struct connection *c, uint32_t stream, const Roost__Response *response, bool end) {
    size_t size = protobuf_c_message_get_packed_size(&response->base);
    uint8_t *out = output_reserve(c, FRAME_HEADER + size);
    if (!out) {
        connection_break(c, "no memory for an answer");
        return;
    }
    struct frame frame = {
        .length = (uint32_t)size, .stream = stream, .type = FRAME_RESPONSE, .flags = end ? FRAME_END : 0};
    frame_write(out, &frame);
    protobuf_c_message_pack(&response->base, out + FRAME_HEADER);
    output_commit(c, FRAME_HEADER + size);
}

/* The text between two offsets in UTF-16 units, the unit of origins, as a NUL-terminated piece of `copy`. */
static const char *fragment_of(const struct origin *o, char *copy, size_t room) {
    if (!o->sql || o->start < 0 || o->stop < o->start) return "";
    const char *from = NULL, *p = o->sql;
    int32_t units = 0;
    for (; *p && units <= o->stop; units++) {
        if (units >= o->start && !from) from = p;
        unsigned char lead = (unsigned char)*p++;
        units += lead >= 0xF0;
        while ((*p & 0xC0) == 0x80) p++;
    }
    if (!from) return "";
    size_t size = (size_t)(p - from);
    if (size >= room) size = room - 1;
    memcpy(copy, from, size);
    copy[size] = '\0';
    return copy;
}

static char *text(const char *t) {
    return (char *)(t ? t : "");
}

void reply_error(struct connection *c, uint32_t stream, struct error *err) {
    if (!err->condition) error_internal(err, "a request failed without saying why");
    Roost__Error message = ROOST__ERROR__INIT;
    message.condition = (char *)err->condition->name;
    message.sql_state = (char *)err->condition->state;
    message.kind = (char *)error_kind_name(err->kind);
    message.message = (char *)error_message(err);
    message.cause = err->cause;

    Spark__Connect__KeyValue pairs[ERROR_PARAMETERS], *pair_list[ERROR_PARAMETERS];
    for (uint32_t i = 0; i < err->parameter_count; i++) {
        spark__connect__key_value__init(&pairs[i]);
        pairs[i].key = (char *)err->parameters[i].name;
        pairs[i].value = err->parameters[i].value;
        pair_list[i] = &pairs[i];
    }
    message.n_parameters = err->parameter_count;
    message.parameters = pair_list;

    Roost__Error__Context context = ROOST__ERROR__CONTEXT__INIT, *context_list = &context;
    char fragment[4096], *summary = NULL;
    bool is_point = err->kind == ERROR_PARSE && err->origin.start < 0;
    if (err->has_origin && !is_point) {
        const struct origin *o = &err->origin;
        context.has_dataframe = true;
        context.dataframe = o->call_site || o->fragment;
        context.object_type = text(o->object_type);
        context.object_name = text(o->object_name);
        context.has_start = context.has_stop = true;
        context.start = o->start;
        context.stop = o->stop;
        context.fragment = context.dataframe ? text(o->fragment) : text(fragment_of(o, fragment, sizeof fragment));
        context.call_site = text(o->call_site);
        summary = error_summary(err);
        context.summary = text(summary);
        message.n_context = 1;
        message.context = &context_list;
    }
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_ERROR;
    response.error = &message;
    reply_send(c, stream, &response, true);
    free(summary);
}
