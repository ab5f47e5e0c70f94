/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile engine: whatever it answers, libroost returns, with an answer or an error, and reads nothing
 * beyond it. The input is what the engine says, all of it at once; then it hangs up.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/bytes.h"
#include "frame.h"
#include "roost.h"
#include "tests/fuzz/fuzz.h"

enum { LONGEST = 1 << 16 };

static struct {
    pthread_t thread;
    int listener;
    char path[64];
    pthread_mutex_t lock; /* for the rest */
    uint8_t data[LONGEST];
    size_t size;
} hostile = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void set_answer(const uint8_t *data, size_t size) {
    pthread_mutex_lock(&hostile.lock);
    hostile.size = size < LONGEST ? size : LONGEST;
    memcpy(hostile.data, data, hostile.size);
    pthread_mutex_unlock(&hostile.lock);
}

/* Answers connections for ever; the one at a time that there is. */
static void *serve(void *nothing) {
    (void)nothing;
    for (;;) {
        int fd = accept(hostile.listener, NULL, NULL);
        if (fd < 0) return NULL;
        pthread_mutex_lock(&hostile.lock);
        ssize_t sent = send(fd, hostile.data, hostile.size, MSG_NOSIGNAL);
        pthread_mutex_unlock(&hostile.lock);
        if (sent >= 0) shutdown(fd, SHUT_WR);
        char sink[4096];
        while (recv(fd, sink, sizeof sink, 0) > 0) {
        }
        close(fd);
    }
}

static void stop(void) {
    shutdown(hostile.listener, SHUT_RDWR);
    pthread_join(hostile.thread, NULL);
    unlink(hostile.path);
}

static void start(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(hostile.path, sizeof hostile.path, "/tmp/roost-fuzz-%d", (int)getpid());
    memcpy(address.sun_path, hostile.path, sizeof hostile.path);
    unlink(hostile.path);
    hostile.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(hostile.listener, (struct sockaddr *)&address, sizeof address) || listen(hostile.listener, 8)) abort();
    pthread_create(&hostile.thread, NULL, serve, NULL);
    atexit(stop);
}

static void function(void *context, const struct roost_call *call, struct roost_reply *reply) {
    (void)context;
    for (uint32_t i = 0; i < call->batch_count; i++) roost_reply_batch(reply, &call->batches[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    set_answer(data, size);
    if (!hostile.thread) start();
    struct roost_client_options options = {.connect_timeout_ms = 1};
    struct roost_client *client = roost_client_new(hostile.path, &options);
    struct roost_session *session = roost_session_new(client, NULL);
    struct roost_plan *plan = roost_plan_sql(session, "SELECT 1");
    struct roost_error error = {0};
    struct roost_wait wait = {.timeout_ms = 5000, .function = function};
    struct roost_result *result = roost_execute(session, plan, NULL, &wait, &error);
    const struct roost_batch *batch;
    while (result && roost_result_next(result, &wait, &batch, &error) == 1) {
    }
    roost_result_close(result);
    roost_error_reset(&error);
    roost_plan_unref(plan);
    roost_session_close(session, false);
    roost_session_unref(session);
    roost_client_free(client);
    return 0;
}

/* ---- what an honest engine would say ---- */

static void frame(struct bytes *out, enum frame_kind kind, uint32_t stream, uint8_t flags,
                  const struct bytes *payload) {
    uint8_t header[FRAME_HEADER];
    frame_write(header, &(struct frame){(uint32_t)payload->size, stream, (uint8_t)kind, flags});
    bytes_append(out, header, sizeof header);
    bytes_append(out, payload->data, payload->size);
}

static void response(struct bytes *out, uint32_t stream, uint8_t flags, uint32_t field, const char *text) {
    struct bytes payload = {0};
    size_t at = pb_begin(&payload, field);
    if (field == 2) pb_fixed64(&payload, 1, 1);
    if (text) pb_string(&payload, field == 1 ? 4 : 1, text);
    pb_end(&payload, at);
    frame(out, FRAME_RESPONSE, stream, flags, &payload);
    bytes_release(&payload);
}

static void rows(struct bytes *out, uint32_t stream) {
    static const uint8_t none;
    static const int64_t number = 1;
    struct wire_column column = {.buffer_count = 2, .sizes = {0, 8}, .buffers = {&none, (const uint8_t *)&number}};
    struct wire_batch batch = {.rows = 1, .column_count = 1, .columns = &column};
    struct bytes payload = {0};
    uint8_t *room = bytes_reserve(&payload, wire_batch_size(&batch));
    wire_batch_write(&batch, room);
    payload.size = wire_batch_size(&batch);
    frame(out, FRAME_BATCH, stream, 0, &payload);
    bytes_release(&payload);
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    struct bytes all = {0}, call = {0};
    response(&all, 1, FRAME_END, 2, NULL); /* Welcome */
    response(&all, 2, FRAME_END, 3, NULL); /* SessionOpened */
    response(&all, 3, FRAME_END, n == 1 ? 1 : 4, "x");
    response(&all, 4, 0, 5, "schema"); /* Executing */
    if (n == 2) {
        pb_uint(&call, 6, 1);
        frame(&all, FRAME_CALL, 4, 0, &call);
    }
    rows(&all, 4);
    rows(&all, 4);
    response(&all, 4, FRAME_END, n == 3 ? 1 : 6, "y"); /* Executed */
    size_t size = n < 4 && all.size <= room ? all.size : 0;
    if (size) memcpy(out, all.data, size);
    bytes_release(&all);
    bytes_release(&call);
    return size;
}
