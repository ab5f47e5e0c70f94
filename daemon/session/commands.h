/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands: what has an effect besides its rows.
 *
 * The analyzer hands a command over (command_analyze), which checks it and makes a PLAN_COMMAND with the columns of
 * its result. It takes effect when that plan runs: session_command_ops is the operator that runs it, in slices like
 * any other.
 */
#ifndef ROOST_SESSION_COMMANDS_H
#define ROOST_SESSION_COMMANDS_H

#include "session/session_int.h"

bool command_analyze(struct analyzer *a, const struct u_plan *u, struct plan **plan, struct error *err);

#endif
