/* SPDX-License-Identifier: Apache-2.0 */
/* Commands; see commands.h. */
#include "session/commands.h"

bool command_analyze(struct analyzer *a, const struct u_plan *u, struct plan **plan, struct error *err) {
    (void)a, (void)plan;
    return error_unsupported(err, u->kind == U_CATALOG ? "this catalog call" : "this command");
}

static enum exec_status next(struct operator *op, struct batch *out, struct error *err) {
    (void)op, (void)out, (void)err;
    return EXEC_DONE;
}

const struct operator_ops session_command_ops = {
    .name = "ExecuteCommand",
    .size = sizeof(struct operator),
    .next = next,
};
