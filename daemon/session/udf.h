/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the client runs: a query that needs one asks with a FRAME_CALL and batches of arguments on its own
 * stream, waits without holding anybody up, and goes on when the result has come.
 */
#ifndef ROOST_SESSION_UDF_H
#define ROOST_SESSION_UDF_H

#include "session/session_int.h"

/* Sends what the query waits for. */
bool function_call(struct task *task, struct error *err);
/* The client's FunctionResult, and the batches that follow it. False: nobody asked for it. */
bool function_result(struct connection *connection, const struct frame *frame, const uint8_t *payload);
bool function_data(struct connection *connection, const struct frame *frame, const uint8_t *payload);
void function_answer_free(struct task *task);

#endif
