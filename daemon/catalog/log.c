/* SPDX-License-Identifier: Apache-2.0 */
/* The catalog's log; see log.h. */
#include "catalog/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { RECORD_HEADER = 8 };

static void put_u32(uint8_t *out, uint32_t n) {
    for (int i = 0; i < 4; i++) out[i] = (uint8_t)(n >> 8 * i);
}

static uint32_t get_u32(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void log_record_add(struct log_record *r, const char *text) {
    if (r->count == r->capacity) {
        uint32_t capacity = r->capacity ? r->capacity * 2 : 32;
        r->texts = arena_grow(r->arena, r->texts, r->count * sizeof *r->texts, capacity * sizeof *r->texts);
        r->capacity = capacity;
    }
    r->texts[r->count++] = text;
}

void log_record_add_number(struct log_record *r, int64_t number) {
    log_record_add(r, arena_printf(r->arena, "%" PRId64, number));
}

const char *log_read_text(struct log_reader *reader) {
    return reader->next < reader->record->count ? reader->record->texts[reader->next++] : NULL;
}

int64_t log_read_number(struct log_reader *reader) {
    const char *text = log_read_text(reader);
    return text ? strtoll(text, NULL, 10) : 0;
}

static bool failed(const char *path, struct error *err) {
    error_set(err, "FAILED_READ_FILE.NO_HINT", "path", path, NULL);
    return error_set_cause(err, strerror(errno));
}

/* The texts of a record's body; false: it is not whole. */
static bool parse(struct log_record *r, const uint8_t *body, size_t size) {
    for (size_t at = 0; at < size;) {
        if (size - at < 4) return false;
        uint32_t length = get_u32(body + at);
        at += 4;
        if (length > size - at + 1) return false;
        log_record_add(r, length ? arena_strndup(r->arena, (const char *)body + at, length - 1) : NULL);
        at += length ? length - 1 : 0;
    }
    return true;
}

static bool replay_bytes(const uint8_t *bytes, size_t size, size_t *good, struct arena *scratch,
                         bool (*apply)(void *owner, const struct log_record *record, struct error *err), void *owner,
                         struct error *err) {
    *good = 0;
    while (size - *good >= RECORD_HEADER) {
        const uint8_t *p = bytes + *good;
        uint32_t length = get_u32(p), sum = get_u32(p + 4);
        if (length > LOG_MAX_RECORD || size - *good - RECORD_HEADER < length) return true;
        if (crc32(0, p + RECORD_HEADER, length) != sum) return true;
        struct log_record record = {.arena = scratch};
        if (!parse(&record, p + RECORD_HEADER, length)) return true;
        TRY(apply(owner, &record, err));
        *good += RECORD_HEADER + length;
    }
    return true;
}

bool log_replay(const char *path, struct arena *scratch,
                bool (*apply)(void *owner, const struct log_record *record, struct error *err), void *owner,
                struct error *err) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR || failed(path, err);
    struct stat status;
    bool read_whole = fstat(fd, &status) == 0 && status.st_size >= 0;
    size_t size = read_whole ? (size_t)status.st_size : 0, got = 0;
    uint8_t *bytes = read_whole ? malloc(size + 1) : NULL;
    for (ssize_t n = 1; bytes && got < size && n > 0; got += (size_t)n) {
        n = read(fd, bytes + got, size - got);
        if (n < 0) n = 0;
    }
    size_t good = 0;
    bool fine = bytes ? replay_bytes(bytes, got, &good, scratch, apply, owner, err) : failed(path, err);
    free(bytes);
    if (fine && good < size && ftruncate(fd, (off_t)good) != 0) fine = failed(path, err);
    close(fd);
    return fine;
}

int log_open_append(const char *path, struct error *err) {
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) failed(path, err);
    return fd;
}

bool log_append(int fd, const struct log_record *r, struct error *err) {
    size_t size = 0;
    for (uint32_t i = 0; i < r->count; i++) size += 4 + (r->texts[i] ? strlen(r->texts[i]) : 0);
    if (size > LOG_MAX_RECORD) return error_unsupported(err, "a catalog entry of more than %d bytes", LOG_MAX_RECORD);
    uint8_t *bytes = arena_bytes(r->arena, RECORD_HEADER + size), *p = bytes + RECORD_HEADER;
    for (uint32_t i = 0; i < r->count; i++) {
        size_t length = r->texts[i] ? strlen(r->texts[i]) : 0;
        put_u32(p, r->texts[i] ? (uint32_t)length + 1 : 0);
        if (length) memcpy(p + 4, r->texts[i], length);
        p += 4 + length;
    }
    put_u32(bytes, (uint32_t)size);
    put_u32(bytes + 4, (uint32_t)crc32(0, bytes + RECORD_HEADER, (uInt)size));
    ssize_t written = write(fd, bytes, RECORD_HEADER + size);
    if (written == (ssize_t)(RECORD_HEADER + size)) return true;
    int saved = errno;
    if (written > 0) { /* half a record would hide what comes after it */
        off_t end = lseek(fd, 0, SEEK_END);
        if (ftruncate(fd, end - written) != 0) saved = errno;
    }
    errno = saved;
    return failed("the catalog's log", err);
}
