/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes on a connection, from the first on: the engine answers or hangs up, and gives back all that it took.
 * The input arrives in two pieces, cut where its first byte says.
 */
#include <stdlib.h>
#include <string.h>

#include "batch_codec.h"
#include "client/bytes.h"
#include "tests/fuzz/engine.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    struct engine *engine = fuzz_engine_new();
    struct connection *c = engine_connect(engine, 1);
    size_t cut = data[0] * size / 256;
    if (cut == 0) cut = 1;
    if (connection_receive(c, data + 1, cut - 1) && connection_receive(c, data + cut, size - cut))
        fuzz_engine_run(engine, c, 20);
    connection_close(c);
    engine_free(engine);
    return 0;
}

static void frame(struct bytes *out, enum frame_kind kind, uint32_t stream, uint8_t flags,
                  const struct bytes *payload) {
    uint8_t header[FRAME_HEADER];
    frame_write(header, &(struct frame){(uint32_t)payload->size, stream, (uint8_t)kind, flags});
    bytes_append(out, header, sizeof header);
    bytes_append(out, payload->data, payload->size);
}

/* A conversation: hello, open, upload of a row, status, cancel, close. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    static const uint8_t none;
    static const int64_t number = 1;
    struct bytes all = {0}, p = {0};
    bytes_append(&all, "\x40", 1);
    size_t at = pb_begin(&p, 10);
    pb_uint(&p, 1, PROTOCOL_VERSION);
    pb_end(&p, at);
    frame(&all, FRAME_REQUEST, 1, 0, &p);
    for (uint32_t operation = 11; operation <= 20; operation++) {
        p.size = 0;
        pb_fixed64(&p, 1, 1);
        at = pb_begin(&p, operation);
        if (operation == 17) {
            pb_string(&p, 2, "x BIGINT");
            pb_uint(&p, 3, 5);
        }
        pb_end(&p, at);
        if (operation != 12) frame(&all, FRAME_REQUEST, operation, 0, &p);
        if (operation != 17) continue;
        struct wire_column column = {.buffer_count = 2, .sizes = {0, 8}, .buffers = {&none, (const uint8_t *)&number}};
        struct wire_batch batch = {.rows = 1, .column_count = 1, .columns = &column};
        p.size = 0;
        wire_batch_write(&batch, bytes_reserve(&p, wire_batch_size(&batch)));
        p.size = wire_batch_size(&batch);
        frame(&all, FRAME_DATA, operation, FRAME_END, &p);
    }
    size_t size = n == 0 && all.size <= room ? all.size : 0;
    if (size) memcpy(out, all.data, size);
    bytes_release(&all);
    bytes_release(&p);
    return size;
}
