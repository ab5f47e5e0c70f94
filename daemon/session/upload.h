/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Local data that clients send in pieces: createDataFrame of more than a request should carry. The rows become a plan
 * handle, or wait under an id for the CachedLocalRelation that names them.
 */
#ifndef ROOST_SESSION_UPLOAD_H
#define ROOST_SESSION_UPLOAD_H

#include "session/session_int.h"

struct upload {
    struct link link;      /* connection->uploads while it comes in, then session->uploads */
    struct budget *budget; /* a reference */
    uint64_t session_id;
    uint32_t stream;
    char *id; /* or NULL: becomes a handle */
    uint64_t handle;
    struct table_data *data; /* NULL: it has failed, and what follows is thrown away */
};

/* False: no upload of this connection has this stream. */
bool upload_data(struct connection *connection, const struct frame *frame, const uint8_t *payload);
void upload_free(struct upload *upload);
/* NULL: the session has none of this id. */
struct table_data *upload_find(const struct session *session, const char *id);

#endif
