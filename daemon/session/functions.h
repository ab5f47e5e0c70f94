/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that clients register with a session. */
#ifndef ROOST_SESSION_FUNCTIONS_H
#define ROOST_SESSION_FUNCTIONS_H

#include "session/commands.h"

/* spark.udf.register: a command that makes the function known by its name; NULL with *err. */
struct plan *register_function(struct derivation *d, const Spark__Connect__CommonInlineUserDefinedFunction *m,
                               struct error *err);
/* struct analyzer_world.function */
bool call_session_function(struct analyzer *a, const struct u_expr *call, struct expr **arguments, uint32_t count,
                           struct expr **result, struct error *err);
/* spark.udtf.register */
struct plan *register_table_function(struct derivation *d,
                                     const Spark__Connect__CommonInlineUserDefinedTableFunction *m, struct error *err);
/* struct analyzer_world.table_function */
bool find_table_function(struct analyzer *a, const struct u_name *name, const struct u_expr **udf, struct error *err);
bool session_function_known(const struct session *session, const char *name);
bool session_function_drop(struct session *session, const char *name); /* whether it was there */
/* Their names, in the order of their registration: index from 0 until NULL. */
const char *session_function_at(const struct session *session, uint32_t index);
void session_functions_free(struct session *session);

#endif
