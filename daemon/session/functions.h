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
void session_functions_free(struct session *session);

#endif
