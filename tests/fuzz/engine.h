/* SPDX-License-Identifier: Apache-2.0 */
/* An engine in this process, for fuzz targets: no files, a clock that ticks when it is looked at, little
 * memory. */
#ifndef ROOST_TESTS_FUZZ_ENGINE_H
#define ROOST_TESTS_FUZZ_ENGINE_H

#include "frame.h"
#include "session/session.h"

struct engine *fuzz_engine_new(void);
/* A connection that has said hello and opened session 1. */
struct connection *fuzz_engine_connect(struct engine *engine);
/* One frame in. False: the engine hung up. */
bool fuzz_engine_send(struct connection *c, enum frame_kind kind, uint32_t stream, uint8_t flags,
                      const uint8_t *payload, size_t size);
/* Runs queries for at most so many slices and throws the answers away. False: it hung up. */
bool fuzz_engine_run(struct engine *engine, struct connection *c, int slices);
/* A serialized spark.connect.Plan, derived and executed for a while in an engine of its own. */
void fuzz_engine_query(const uint8_t *plan, size_t size);

#endif
