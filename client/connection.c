/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One socket. Frames to send are collected in `out` and go with one send(); answers come with one recv(),
 * which blocks for at most a slice (SO_RCVTIMEO), so that a round trip is two system calls and the caller's
 * hook is still asked twenty times a second. Sending never blocks: when the socket is full, both directions
 * are polled, because the engine may be waiting for us to read.
 *
 *     out  [ sent | to send ........ ]
 *     in   [ used | in_start ... in_end | free ]    the current frame's payload begins at in_start
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "client_int.h"

enum { FIRST_BUFFER = 64 << 10, LARGEST_IDLE_BUFFER = 1 << 20 };

/* ---- waiting ---- */

int64_t monotonic_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

void waiting_init(struct waiting *w, const struct roost_wait *wait, uint32_t silence_ms) {
    static const struct roost_wait forever;
    *w = (struct waiting){.wait = wait ? wait : &forever, .deadline = INT64_MAX, .silence_ms = silence_ms};
    if (w->wait->timeout_ms) w->deadline = monotonic_ms() + w->wait->timeout_ms + GRACE_MS;
}

uint32_t waiting_left(const struct waiting *w) {
    if (w->deadline == INT64_MAX) return 0;
    int64_t left = w->deadline - GRACE_MS - monotonic_ms();
    return left < 1 ? 1 : (uint32_t)left;
}

static enum io ask_caller(const struct waiting *w) {
    return w->wait->interrupted && w->wait->interrupted(w->wait->context) ? IO_INTERRUPTED : IO_DONE;
}

/* A request that any engine which is alive answers at once. The answer belongs to nobody and is thrown away.
 */
static void ask_for_life(struct connection *c) {
    struct bytes *out = connection_begin(c, FRAME_REQUEST, c->next_stream++, 0);
    pb_bytes(out, OP_STATUS, NULL, 0);
    connection_end(c);
}

/* A slice went by without a byte. */
static enum io slice_over(struct connection *c, struct waiting *w) {
    enum io io = ask_caller(w);
    if (io != IO_DONE) return io;
    if (w->deadline != INT64_MAX && monotonic_ms() >= w->deadline) return IO_TIMEOUT;
    w->silent_ms += SLICE_MS;
    if (w->silent_ms >= w->silence_ms) return IO_SILENT;
    if (!w->asked && w->silent_ms >= w->silence_ms / 2) {
        w->asked = true;
        ask_for_life(c);
    }
    return IO_DONE;
}

static int slice(const struct waiting *w) {
    if (w->deadline == INT64_MAX) return SLICE_MS;
    int64_t left = w->deadline - monotonic_ms();
    return left < 0 ? 0 : left < SLICE_MS ? (int)left : SLICE_MS;
}

/* ---- opening and closing ---- */

/* The address; a path too long for it is reached through its directory's descriptor, which *directory then
 * is. */
static bool make_address(const char *path, struct sockaddr_un *address, int *directory) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    *directory = -1;
    size_t size = strlen(path);
    if (size < sizeof address->sun_path) {
        memcpy(address->sun_path, path, size + 1);
        return true;
    }
    const char *slash = strrchr(path, '/');
    char *parent = slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;
    if (parent) *directory = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(parent);
    if (*directory < 0) return false;
    int written = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", *directory, slash + 1);
    return written > 0 && (size_t)written < sizeof address->sun_path;
}

static int connect_socket(const char *path) {
    struct sockaddr_un address;
    int directory, fd = -1;
    bool good = make_address(path, &address, &directory);
    if (good) fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int why = good ? errno : ENAMETOOLONG;
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        why = errno;
        close(fd);
        fd = -1;
    }
    if (directory >= 0) close(directory);
    errno = why;
    return fd;
}

enum io connection_open(const char *path, struct waiting *w, struct connection **connection) {
    int fd = connect_socket(path);
    if (fd < 0) return IO_LOST;
    struct timeval slice_time = {.tv_usec = SLICE_MS * 1000};
    int flags = fcntl(fd, F_GETFL);
    struct connection *c = calloc(1, sizeof *c);
    uint8_t *in = malloc(FIRST_BUFFER);
    if (!c || !in || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &slice_time, sizeof slice_time) != 0) {
        free(c);
        free(in);
        close(fd);
        return IO_MEMORY;
    }
    cpu_set_t processors;
    c->may_spin = sched_getaffinity(0, sizeof processors, &processors) == 0 && CPU_COUNT(&processors) > 1;
    c->fd = fd;
    c->pid = this_process();
    c->in = in;
    c->in_capacity = FIRST_BUFFER;
    c->next_stream = 1;
    c->max_frame = FRAME_MAX_DEFAULT;
    *connection = c;
    return IO_DONE;
}

void connection_close(struct connection *c) {
    /* shutdown() reaches the engine even while a child holds a copy of the descriptor. */
    int fd = c->fd;
    c->fd = -1;
    if (fd >= 0 && c->pid == this_process()) shutdown(fd, SHUT_RDWR);
    if (fd >= 0) close(fd);
    bytes_release(&c->out);
    free(c->in);
    free(c->attached.slots);
    free(c);
}

/* ---- sending ---- */

struct bytes *connection_begin(struct connection *c, enum frame_kind type, uint32_t stream, uint8_t flags) {
    if (c->sent && c->sent == c->out.size) c->sent = c->out.size = 0;
    c->frame_at = c->out.size;
    uint8_t *header = bytes_reserve(&c->out, FRAME_HEADER);
    if (header) {
        frame_write(header, &(struct frame){.stream = stream, .type = (uint8_t)type, .flags = flags});
        c->out.size += FRAME_HEADER;
    }
    return &c->out;
}

void connection_end(struct connection *c) {
    if (c->out.failed) return;
    size_t length = c->out.size - c->frame_at - FRAME_HEADER;
    if (length > c->max_frame) {
        c->out.failed = true;
        return;
    }
    for (int i = 0; i < 4; i++) c->out.data[c->frame_at + (size_t)i] = (uint8_t)(length >> 8 * i);
}

void connection_mark(struct connection *c) {
    c->mark = c->total_sent + (c->out.size - c->sent);
}

bool connection_delivered(const struct connection *c) {
    return c->total_sent > c->mark;
}

/* What the socket takes. *full: it takes no more now. */
static enum io send_some(struct connection *c, bool *full) {
    *full = false;
    if (c->pid != this_process()) return IO_LOST; /* a callback forked: the call is the parent's */
    while (c->sent < c->out.size) {
        ssize_t n = send(c->fd, c->out.data + c->sent, c->out.size - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            c->sent += (size_t)n;
            c->total_sent += (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            *full = true;
            return IO_DONE;
        } else if (errno != EINTR) {
            return IO_LOST;
        }
    }
    c->sent = c->out.size = 0;
    if (c->out.capacity > LARGEST_IDLE_BUFFER) bytes_release(&c->out);
    return IO_DONE;
}

bool connection_push(struct connection *c) {
    bool full;
    return !c->out.failed && send_some(c, &full) == IO_DONE;
}

/* ---- receiving ---- */

static enum io received(struct waiting *w, ssize_t n, size_t *got) {
    *got = n > 0 ? (size_t)n : 0;
    if (n > 0) {
        w->silent_ms = 0;
        w->asked = false;
        return IO_DONE;
    }
    return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) ? IO_LOST : IO_DONE;
}

/*
 * Looks a little while before it waits: most answers take less time than a processor needs to fall asleep and wake up
 * again. Others get the processor meanwhile, the engine above all where there is only one. < 0: nothing came.
 */
static ssize_t receive_soon(const struct connection *c, uint8_t *to, size_t room) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        ssize_t n = recv(c->fd, to, room, MSG_DONTWAIT);
        if (n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return n;
        sched_yield();
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * INT64_C(1000000000) + now.tv_nsec - start.tv_nsec < SOON_NS);
    return -1;
}

/* One wait for bytes: at most a slice. *got may be 0. */
static enum io receive_once(struct connection *c, struct waiting *w, uint8_t *to, size_t room, size_t *got) {
    bool full;
    *got = 0;
    if (c->out.failed) return IO_MEMORY;
    enum io io = send_some(c, &full);
    if (io == IO_LOST && c->pid != this_process()) return io;
    /* The engine may have said why before it closed: what it said is read first. */
    int flags = io == IO_LOST ? MSG_DONTWAIT : 0;
    if (full || slice(w) < SLICE_MS) {
        struct pollfd poll_for = {.fd = c->fd, .events = (short)(POLLIN | (full ? POLLOUT : 0))};
        int ready = poll(&poll_for, 1, slice(w));
        if (ready < 0 && errno == EINTR) return ask_caller(w);
        if (ready == 0) return slice_over(c, w);
        if (!(poll_for.revents & ~POLLOUT)) return IO_DONE;
        flags = MSG_DONTWAIT;
    }
    ssize_t n = flags || !c->may_spin ? -1 : receive_soon(c, to, room);
    if (n < 0) n = recv(c->fd, to, room, flags);
    if (n < 0 && errno == EINTR) return ask_caller(w);
    bool waited = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (waited && io == IO_LOST) return IO_LOST;
    io = received(w, n, got);
    return io == IO_DONE && waited && !flags ? slice_over(c, w) : io;
}

/* Reads until `size` bytes lie at in_start. */
static enum io fill(struct connection *c, struct waiting *w, size_t size) {
    if (c->in_start == c->in_end) c->in_start = c->in_end = 0;
    if (c->in_capacity - c->in_start < size) {
        memmove(c->in, c->in + c->in_start, c->in_end - c->in_start);
        c->in_end -= c->in_start;
        c->in_start = 0;
        if (c->in_capacity < size) {
            uint8_t *in = realloc(c->in, size);
            if (!in) return IO_MEMORY;
            c->in = in;
            c->in_capacity = size;
        }
    }
    while (c->in_end - c->in_start < size) {
        size_t got;
        enum io io = receive_once(c, w, c->in + c->in_end, c->in_capacity - c->in_end, &got);
        if (io != IO_DONE) return io;
        c->in_end += got;
    }
    return IO_DONE;
}

static enum io skip_rest(struct connection *c, struct waiting *w) {
    while (c->left) {
        enum io io = fill(c, w, 1);
        if (io != IO_DONE) return io;
        size_t here = c->in_end - c->in_start;
        if (here > c->left) here = c->left;
        c->in_start += here;
        c->left -= here;
    }
    return IO_DONE;
}

enum io connection_next(struct connection *c, struct waiting *w, struct frame *frame) {
    enum io io = skip_rest(c, w);
    if (io == IO_DONE) io = fill(c, w, FRAME_HEADER);
    if (io != IO_DONE) return io;
    if (!frame_read(c->in + c->in_start, c->max_frame, frame)) return IO_MALFORMED;
    c->in_start += FRAME_HEADER;
    c->left = frame->length;
    return IO_DONE;
}

enum io connection_payload(struct connection *c, struct waiting *w, const struct frame *frame, struct span *payload) {
    enum io io = fill(c, w, frame->length);
    if (io != IO_DONE) return io;
    *payload = (struct span){c->in + c->in_start, frame->length};
    c->in_start += frame->length;
    c->left = 0;
    return IO_DONE;
}

enum io connection_payload_into(struct connection *c, struct waiting *w, const struct frame *frame, uint8_t *out) {
    size_t done = c->in_end - c->in_start;
    if (done > frame->length) done = frame->length;
    memcpy(out, c->in + c->in_start, done);
    c->in_start += done;
    c->left -= done;
    while (c->left) {
        size_t got;
        enum io io = receive_once(c, w, out + frame->length - c->left, c->left, &got);
        if (io != IO_DONE) return io;
        c->left -= got;
    }
    return IO_DONE;
}

/* ---- sets of session ids ---- */

static size_t id_slot(const struct id_set *set, uint64_t id) {
    size_t at = (size_t)(id * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (set->capacity - 1);
    while (set->slots[at] && set->slots[at] != id) at = (at + 1) & (set->capacity - 1);
    return at;
}

bool id_set_has(const struct id_set *set, uint64_t id) {
    return set->capacity && set->slots[id_slot(set, id)] == id;
}

static bool id_set_rebuild(struct id_set *set, size_t capacity) {
    struct id_set larger = {.slots = calloc(capacity, sizeof *set->slots), .capacity = capacity};
    if (!larger.slots) return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i]) {
            larger.slots[id_slot(&larger, set->slots[i])] = set->slots[i];
            larger.count++;
        }
    free(set->slots);
    *set = larger;
    return true;
}

bool id_set_add(struct id_set *set, uint64_t id) {
    if (set->count * 2 >= set->capacity && !id_set_rebuild(set, set->capacity ? set->capacity * 2 : 8)) return false;
    size_t at = id_slot(set, id);
    set->count += set->slots[at] == 0;
    set->slots[at] = id;
    return true;
}

void id_set_remove(struct id_set *set, uint64_t id) {
    if (!id_set_has(set, id)) return;
    size_t at = id_slot(set, id);
    set->slots[at] = 0;
    set->count--;
    /* The ids behind it may have been pushed there by it: those of the run are put in anew. */
    for (at = (at + 1) & (set->capacity - 1); set->slots[at]; at = (at + 1) & (set->capacity - 1)) {
        uint64_t moved = set->slots[at];
        set->slots[at] = 0;
        set->slots[id_slot(set, moved)] = moved;
    }
}
