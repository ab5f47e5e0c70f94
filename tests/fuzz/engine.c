/* SPDX-License-Identifier: Apache-2.0 */
/* See engine.h. */
#include "tests/fuzz/engine.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/bytes.h"

static int64_t ticks;

static int64_t now(void *owner) {
    (void)owner;
    return INT64_C(1700000000000000) + ticks;
}

static int64_t monotonic(void *owner) {
    (void)owner;
    return ticks += 100;
}

static void random_bytes(void *owner, void *bytes, size_t size) {
    (void)owner;
    memset(bytes, 7, size);
}

static void quiet(void *owner, int level, const char *text) {
    (void)owner;
    (void)level;
    (void)text;
}

/* ---- the folder ---- */

static char folder[] = "/tmp/roost-fuzz-XXXXXX";

static int remove_one(const char *path, const struct stat *what, int kind, struct FTW *where) {
    (void)what;
    (void)kind;
    return where->level ? remove(path) : 0;
}

static void empty_folder(void) {
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void remove_folder_at_end(void) {
    empty_folder();
    rmdir(folder);
}

static void go_to_folder(void) {
    static bool there;
    if (there) return;
    there = true;
    if (!mkdtemp(folder) || chdir(folder) != 0) abort();
    atexit(remove_folder_at_end);
}

struct engine *fuzz_engine_new(void) {
    static const struct host host = {.now = now, .monotonic = monotonic, .random = random_bytes, .log = quiet};
    struct engine_options options;
    char message[256];
    ticks = 0;
    go_to_folder();
    if (!engine_options_read(&options, message, sizeof message)) abort();
    options.memory_limit = 32 << 20;
    options.max_frame = 1 << 20;
    options.warehouse = folder;
    return engine_new(&options, &host);
}

bool fuzz_engine_send(struct connection *c, enum frame_kind kind, uint32_t stream, uint8_t flags,
                      const uint8_t *payload, size_t size) {
    uint8_t header[FRAME_HEADER];
    frame_write(header, &(struct frame){(uint32_t)size, stream, (uint8_t)kind, flags});
    return connection_receive(c, header, sizeof header) && connection_receive(c, payload, size);
}

struct connection *fuzz_engine_connect(struct engine *engine) {
    struct connection *c = engine_connect(engine, 1);
    struct bytes hello = {0}, open = {0};
    size_t at = pb_begin(&hello, 10);
    pb_uint(&hello, 1, PROTOCOL_VERSION);
    pb_end(&hello, at);
    pb_fixed64(&open, 1, 1);
    pb_end(&open, pb_begin(&open, 11));
    if (!fuzz_engine_send(c, FRAME_REQUEST, 1, 0, hello.data, hello.size) ||
        !fuzz_engine_send(c, FRAME_REQUEST, 2, 0, open.data, open.size))
        abort();
    bytes_release(&hello);
    bytes_release(&open);
    return c;
}

bool fuzz_engine_run(struct engine *engine, struct connection *c, int slices) {
    for (int i = 0; i < slices; i++) {
        int64_t wait = engine_step(engine);
        size_t size;
        while (connection_pending(c, &size)) connection_sent(c, size);
        bool alive = true;
        for (struct connection *r; (r = engine_next_ready(engine));) alive &= !connection_is_broken(r);
        if (!alive) return false;
        if (wait != 0) return true;
    }
    return true;
}

static bool say(struct connection *c, uint32_t stream, uint32_t operation, const uint8_t *plan, size_t size) {
    enum { DERIVE = 13, HANDLE = 7 };
    struct bytes request = {0};
    pb_fixed64(&request, 1, 1);
    size_t at = pb_begin(&request, operation);
    if (operation == DERIVE) pb_uint(&request, 1, HANDLE);
    pb_bytes(&request, operation == DERIVE ? 2 : 1, plan, size);
    pb_end(&request, at);
    bool good = fuzz_engine_send(c, FRAME_REQUEST, stream, 0, request.data, request.size);
    bytes_release(&request);
    return good;
}

void fuzz_engine_query(const uint8_t *plan, size_t size) {
    struct engine *engine = fuzz_engine_new();
    struct connection *c = fuzz_engine_connect(engine);
    if (say(c, 3, 13, plan, size) && fuzz_engine_run(engine, c, 50) && say(c, 4, 14, plan, size))
        fuzz_engine_run(engine, c, 50);
    connection_close(c);
    engine_free(engine);
    empty_folder();
}
