/* SPDX-License-Identifier: Apache-2.0 */
/* Deriving: plans under handles, and commands, which run when they are derived. */
#ifndef ROOST_SESSION_DERIVE_H
#define ROOST_SESSION_DERIVE_H

#include "session/session_int.h"

/* The rows become a plan under the handle; answers Derived on the request's stream. Takes a reference of its own. */
bool derive_data(struct request *r, uint64_t handle, struct table_data *data, struct error *err);
/* Analyzes a plan message into r->handle, which it makes. */
bool derive_plan(struct request *r, const Spark__Connect__Plan *message, struct error *err);

#endif
