/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is a row of records: | size, 8 bytes | a batch as on the wire |. Text is written as binary, as reading would
 * else check what is ours to be UTF-8.
 */
#include "exec/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "column/batch_wire.h"
#include "column/row.h"

enum { LEAST_ROWS = 1024, MODE = 0600, LIMIT_TIMES = 8, LEAST_LIMIT = 1 << 30 };

struct spill_file {
    struct query *query;
    int fd; /* -1: closed */
    uint64_t written, read;
    const struct type *schema;
    const struct type **types;
};

/* --- when --- */

static uint64_t threshold_of(const struct query *query) {
    uint64_t threshold = context_bytes(query->context, "spark.roost.query.spillThreshold", 0);
    if (threshold) return threshold;
    for (const struct memory_account *a = &query->account; a; a = a->parent)
        if (a->limit && (!threshold || a->limit / 2 < threshold)) threshold = a->limit / 2;
    return threshold;
}

static uint64_t default_limit(uint64_t threshold) {
    uint64_t limit = threshold > UINT64_MAX / LIMIT_TIMES ? UINT64_MAX : threshold * LIMIT_TIMES;
    return limit < LEAST_LIMIT ? LEAST_LIMIT : limit;
}

bool spill_is_due(struct operator* op, uint32_t rows) {
    struct query *query = op->query;
    if (!query->spill_directory || rows < LEAST_ROWS) return false;
    if (!query->spill_threshold) {
        query->spill_threshold = threshold_of(query);
        if (!query->spill_threshold) query->spill_threshold = UINT64_MAX;
        query->spill_limit = context_bytes(query->context, "spark.roost.query.spillLimit", 0);
        if (!query->spill_limit) query->spill_limit = default_limit(query->spill_threshold);
    }
    return query->account.used > query->spill_threshold;
}

/* --- files --- */

static bool failed(const char *what, struct error *err) {
    return error_internal(err, "a spill file could not be %s: %s", what, strerror(errno));
}

static void close_file(void *file) {
    spill_file_close(file);
}

void spill_file_close(struct spill_file *file) {
    if (file->fd >= 0) {
        close(file->fd);
        file->query->spilled -= file->written;
    }
    file->fd = -1;
}

static int open_nameless(struct arena *arena, const char *directory) {
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, MODE);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
    char *path = arena_printf(arena, "%s/spill-XXXXXX", directory);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

struct spill_file *spill_file_new(struct operator* op, const struct type *const *column_types, uint32_t count,
                                  struct error *err) {
    struct arena *arena = &op->query->arena;
    struct spill_file *file = ARENA_NEW(arena, struct spill_file);
    struct field *fields = ARENA_ARRAY(arena, struct field, count);
    file->types = arena_copy(arena, column_types, count * sizeof *column_types);
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (struct field){.name = "",
                                   .type = column_types[i]->kind == TYPE_STRING ? TYPE_OF(BINARY) : column_types[i],
                                   .nullable = true};
    file->schema = type_struct(arena, fields, count);
    file->query = op->query;
    file->fd = open_nameless(arena, op->query->spill_directory);
    if (file->fd < 0) {
        failed("made", err);
        return NULL;
    }
    arena_defer(arena, close_file, file);
    return file;
}

static bool check_limit(const struct query *query, size_t size, struct error *err) {
    if (!query->spill_limit || query->spilled + size <= query->spill_limit) return true;
    error_set(err, "OUT_OF_MEMORY", "account", "spill", NULL);
    error_add(err, "wanted", "%zu", size);
    error_add(err, "limit", "%llu", (unsigned long long)query->spill_limit);
    return false;
}

static bool write_all(struct spill_file *file, const void *bytes, size_t size, struct error *err) {
    TRY(check_limit(file->query, size, err));
    for (size_t done = 0; done < size;) {
        ssize_t n = pwrite(file->fd, (const char *)bytes + done, size - done, (off_t)(file->written + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return failed("written", err);
        done += (size_t)n;
    }
    file->written += size;
    file->query->spilled += size;
    return true;
}

bool spill_file_write(struct spill_file *file, struct arena *scratch, const struct batch *in, struct error *err) {
    struct batch out;
    size_t payload;
    if (!in->count) return true;
    batch_init(&out, scratch, file->schema->field_count, in->count);
    for (uint32_t i = 0; i < out.column_count; i++) {
        out.columns[i] = in->columns[i];
        out.columns[i].type = file->schema->fields[i].type;
    }
    const struct batch_encoding *encoding = batch_wire_measure(scratch, &out, 0, in->count, &payload, err);
    TRY(encoding);
    uint64_t size = payload;
    uint8_t *record = arena_bytes(scratch, sizeof size + payload);
    memcpy(record, &size, sizeof size);
    batch_wire_write(encoding, record + sizeof size);
    return write_all(file, record, sizeof size + payload, err);
}

static bool read_all(struct spill_file *file, void *bytes, size_t size, struct error *err) {
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(file->fd, (char *)bytes + done, size - done, (off_t)(file->read + done));
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = EIO;
        if (n <= 0) return failed("read", err);
        done += (size_t)n;
    }
    file->read += size;
    return true;
}

bool spill_file_read(struct spill_file *file, struct arena *arena, struct batch *out, bool *done, struct error *err) {
    uint64_t size;
    *done = file->read == file->written;
    if (*done) return true;
    TRY(read_all(file, &size, sizeof size, err));
    uint8_t *payload = arena_bytes(arena, size);
    TRY(read_all(file, payload, size, err));
    TRY(batch_wire_decode(arena, file->schema, payload, size, out, err));
    for (uint32_t i = 0; i < out->column_count; i++) out->columns[i].type = file->types[i];
    return true;
}

/* --- dealing out --- */

bool spill_set_init(struct spill_set *set, struct operator* op, const struct plan *rows_of, struct error *err) {
    const struct type **column_types = ARENA_ARRAY(&op->query->arena, const struct type *, rows_of->output_count);
    for (uint32_t i = 0; i < rows_of->output_count; i++) column_types[i] = rows_of->output[i]->type;
    for (int way = 0; way < SPILL_WAYS; way++)
        TRY(set->files[way] = spill_file_new(op, column_types, rows_of->output_count, err));
    return true;
}

static uint32_t way_of(uint64_t hash, uint32_t level) {
    hash *= 0x9E3779B97F4A7C15;
    return (uint32_t)(hash >> (60 - 4 * level)) & (SPILL_WAYS - 1);
}

bool spill_set_add(struct spill_set *set, struct arena *scratch, const struct batch *in, const struct vector *keys,
                   uint32_t key_count, uint32_t level, const uint32_t *selection, uint32_t count, struct error *err) {
    uint64_t *hashes = ARENA_ARRAY(scratch, uint64_t, in->count);
    uint32_t *rows = arena_bytes_array(scratch, (size_t)count + 1, sizeof *rows);
    uint32_t begins[SPILL_WAYS + 1] = {0}, next[SPILL_WAYS];
    for (uint32_t k = 0; k < key_count; k++) rows_hash(scratch, &keys[k], in->count, hashes, k > 0);
    for (uint32_t i = 0; i < count; i++) begins[way_of(hashes[selection ? selection[i] : i], level) + 1]++;
    for (int way = 0; way < SPILL_WAYS; way++) begins[way + 1] += begins[way];
    memcpy(next, begins, sizeof next);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = selection ? selection[i] : i;
        rows[next[way_of(hashes[row], level)]++] = row;
    }
    for (int way = 0; way < SPILL_WAYS; way++) {
        struct batch part;
        if (begins[way] == begins[way + 1]) continue;
        batch_select(&part, scratch, in, rows + begins[way], begins[way + 1] - begins[way]);
        TRY(spill_file_write(set->files[way], scratch, &part, err));
    }
    return true;
}

/* --- reading as an operator --- */

struct spill_scan {
    struct operator op;
    struct spill_file *file;
};

static enum exec_status spill_scan_next(struct operator* op, struct batch *out, struct error *err) {
    struct spill_scan *state = (struct spill_scan *)op;
    bool done = true;
    if (state->file->fd < 0) return EXEC_DONE;
    if (!spill_file_read(state->file, &op->evaluator.batch, out, &done, err)) return EXEC_ERROR;
    if (done) spill_file_close(state->file);
    return done ? EXEC_DONE : EXEC_BATCH;
}

static const struct operator_ops spill_scan_ops = {
    .name = "SpillScan", .size = sizeof(struct spill_scan), .next = spill_scan_next};

struct operator* spill_scan_new(struct query *query, const struct plan *plan, struct spill_file *file) {
    struct plan *rows = plan_new(&query->arena, PLAN_LOCAL, 0, 0);
    rows->output = plan->output;
    rows->output_count = plan->output_count;
    struct operator* op = operator_new(query, &spill_scan_ops, rows, 0);
    ((struct spill_scan *)op)->file = file;
    return op;
}
