/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of a result, written straight into a connection's output. */
#ifndef ROOST_SESSION_REPLY_BATCH_H
#define ROOST_SESSION_REPLY_BATCH_H

#include "session/session_int.h"

/* One FRAME_BATCH, or several when one would be longer than a frame may be. */
bool reply_batch(struct connection *connection, uint32_t stream, const struct batch *batch, struct error *err);

#endif
