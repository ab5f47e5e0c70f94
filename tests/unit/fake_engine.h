/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An engine that only pretends, for the tests of the client library: a process of its own which speaks the
 * protocol (decoded with protobuf-c, so not by the library's own code), keeps sessions and handles, and does
 * on request what a real engine does rarely: it dies, says nothing, or asks for a function. SQL texts are its
 * orders:
 *
 *     "crash"      ends the process when it is executed       "crash-derive"  already when it is derived
 *     "slow"       executes until it is cancelled             "call"          asks for a function, answers
 * its batch "set KEY"    a command that changes the session under the state key KEY "insert"     a command
 * that does not                    "fail"          is refused with an error anything else is a query of one
 * row: the number of handles the session has
 *
 * A supervisor process starts it again whenever it ends. What a test wants to know, it asks with Status:
 * sessions, connections, queries (executed), memory_used (handles in all sessions), running[0] (changes said
 * to this engine).
 */
#ifndef ROOST_TESTS_FAKE_ENGINE_H
#define ROOST_TESTS_FAKE_ENGINE_H

#include <sys/types.h>

struct fake_engine {
    char directory[64];
    char path[96];
    pid_t supervisor;
};

void fake_engine_start(struct fake_engine *engine);
void fake_engine_stop(struct fake_engine *engine);

#endif
