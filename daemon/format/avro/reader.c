/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Avro format as a scan sees it: a file's header, then block after block; a batch is at most what a block holds, so
 * that strings may stay where it has them. Values are of the file's schema; the option avroSchema is another one, whose
 * type is read and which says what fields are that the file lacks.
 */
#include <errno.h>
#include <strings.h>
#include <unistd.h>

#include "format/avro/container.h"
#include "format/format_int.h"

enum { FIRST_HEADER = 1 << 14, HEADER_MAX = 64 << 20, BLOCK_HEADER = 20 };

struct avro_header {
    const struct avro_schema *schema;
    enum avro_codec codec;
    uint8_t mark[AVRO_MARK];
    uint64_t size; /* where the blocks begin */
};

struct avro_reader {
    struct arena *arena;
    struct arena block_arena;
    int fd;
    const char *path;
    uint64_t file_size, position;
    struct avro_header header;
    struct avro_decoder *decoder;
    const struct type *row;  /* a struct of the columns that are asked for */
    bool *absent;            /* by column: neither the file nor the reader's schema has it */
    struct avro_bytes bytes; /* of the block */
    uint64_t rows_left;      /* of the block */
};

static bool failed(const char *path, const char *why, struct error *err) {
    error_set(err, "FAILED_READ_FILE.NO_HINT", NULL);
    error_add(err, "path", "file://%s", path);
    return error_set_cause(err, why);
}

/* What was wrong with the schema is wrong with the file. */
static bool failed_by(const char *path, struct error *err) {
    struct error cause = ERROR_INIT;
    if (err->condition && *err->condition->name) return false;
    error_move(&cause, err);
    failed(path, error_message(&cause), err);
    error_release(&cause);
    return false;
}

/* ---- the header ---- */

static bool read_at(int fd, void *out, size_t size, uint64_t position) {
    for (size_t have = 0; have < size;) {
        ssize_t n = pread(fd, (char *)out + have, size - have, (off_t)(position + have));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        have += (size_t)n;
    }
    return true;
}

struct metadata {
    const char *schema, *codec;
    size_t schema_size;
};

/* The map of metadata, and the mark behind it. */
static void read_metadata(struct arena *arena, struct avro_bytes *in, struct metadata *m, struct avro_header *h) {
    int64_t count;
    while (!in->bad && (count = avro_long(in)) != 0) {
        if (count < 0) avro_long(in);
        if (count < 0) count = count == INT64_MIN ? 0 : -count;
        for (; count && !in->bad; count--) {
            uint64_t key_size = (uint64_t)avro_long(in);
            const char *key = (const char *)avro_take(in, key_size);
            uint64_t size = (uint64_t)avro_long(in);
            const char *value = (const char *)avro_take(in, size);
            if (!key || !value) return;
            if (key_size == 11 && memcmp(key, "avro.schema", 11) == 0) {
                m->schema = value;
                m->schema_size = size;
            }
            if (key_size == 10 && memcmp(key, "avro.codec", 10) == 0) m->codec = arena_strndup(arena, value, size);
        }
    }
    const uint8_t *mark = avro_take(in, AVRO_MARK);
    if (mark) memcpy(h->mark, mark, AVRO_MARK);
}

/* In the arena. More of the file is looked at until its header is whole. */
static bool read_header(struct arena *arena, int fd, const char *path, uint64_t file_size, struct avro_header *h,
                        struct error *err) {
    for (uint64_t size = FIRST_HEADER;; size *= 4) {
        if (size > file_size) size = file_size;
        uint8_t *bytes = arena_bytes(arena, size);
        struct metadata m = {.codec = "null"};
        if (!read_at(fd, bytes, size, 0)) return failed(path, strerror(errno), err);
        if (size < AVRO_MAGIC || memcmp(bytes, AVRO_MAGIC_TEXT, AVRO_MAGIC) != 0)
            return failed(path, "Not an Avro data file.", err);
        struct avro_bytes in = {.next = bytes + AVRO_MAGIC, .end = bytes + size};
        read_metadata(arena, &in, &m, h);
        if (in.bad && size < file_size && size < HEADER_MAX) continue;
        if (in.bad || !m.schema) return failed(path, in.bad ? in.bad : "the file has no schema", err);
        h->size = (uint64_t)(in.next - bytes);
        h->codec = avro_codec_named(m.codec);
        if (h->codec == AVRO_CODECS) return error_unsupported(err, "Avro compression %s", m.codec);
        return (h->schema = avro_schema_parse(arena, m.schema, m.schema_size, err)) || failed_by(path, err);
    }
}

static bool open_header(struct arena *arena, const char *path, int *fd, uint64_t *size, struct avro_header *h,
                        struct error *err) {
    *fd = scan_open_file(arena, path, err);
    if (*fd < 0) return false;
    off_t end = lseek(*fd, 0, SEEK_END);
    if (end < 0) return failed(path, strerror(errno), err);
    *size = (uint64_t)end;
    return read_header(arena, *fd, path, *size, h, err);
}

/* ---- schema ---- */

static const char *option(const struct scan_source *source, const char *name) {
    return option_get(source->options, source->option_count, name);
}

static const struct type *rows_type(struct arena *arena, const struct context *context,
                                    const struct avro_schema *schema, struct error *err) {
    bool nullable;
    const struct type *t = avro_type(arena, context, schema, &nullable, err);
    if (!t || t->kind == TYPE_STRUCT) return t;
    error_plain(err, ERROR_RUNTIME, "Avro schema cannot be converted to a Spark SQL StructType:\n\n%s\n",
                type_sql(arena, t));
    return NULL;
}

static const struct type *infer(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err) {
    const char *given = option(source, "avroSchema");
    if (given) {
        const struct avro_schema *schema = avro_schema_parse(arena, given, strlen(given), err);
        const struct type *t = schema ? rows_type(arena, context, schema, err) : NULL;
        return t ? type_as_nullable(arena, t) : NULL;
    }
    if (!source->file_count) return type_struct(arena, NULL, 0);
    struct arena *scratch = arena_scratch(arena);
    struct avro_header header;
    int fd;
    uint64_t size;
    const struct type *t = NULL;
    if (open_header(scratch, source->files[0].path, &fd, &size, &header, err))
        t = rows_type(scratch, context, header.schema, err);
    if (t) t = type_as_nullable(arena, type_copy(arena, t));
    arena_release(scratch);
    if (!t && err->condition && strcmp(err->condition->name, "FAILED_READ_FILE.NO_HINT") == 0) {
        error_reset(err);
        error_plain(err, ERROR_SPARK, "Could not read file: file:%s", source->files[0].path);
    }
    return t;
}

/* ---- rows ---- */

static void release_block(void *arena) {
    arena_release(arena);
}

static bool schema_has(const struct avro_schema *s, const char *name, bool case_sensitive) {
    for (uint32_t i = 0; s && s->kind == AVRO_RECORD && i < s->count; i++)
        if (case_sensitive ? strcmp(s->names[i], name) == 0 : strcasecmp(s->names[i], name) == 0) return true;
    return false;
}

static bool choose_columns(struct avro_reader *r, const struct scan *scan, struct error *err) {
    const struct scan_source *source = scan->source;
    const struct context *context = scan->request->context;
    const char *given = option(source, "avroSchema");
    const struct avro_schema *reader = NULL;
    bool by_place = option_flag(source->options, source->option_count, "positionalFieldMatching", false);
    if (given) TRY(reader = avro_schema_parse(r->arena, given, strlen(given), err));
    struct field *fields = ARENA_ARRAY(r->arena, struct field, scan->file_column_count);
    r->absent = ARENA_ARRAY(r->arena, bool, scan->file_column_count);
    for (uint32_t i = 0; i < scan->file_column_count; i++) {
        fields[i] = source->schema->fields[scan->file_columns[i]];
        bool there = schema_has(r->header.schema, fields[i].name, context->case_sensitive);
        r->absent[i] = !by_place && !there && !schema_has(reader, fields[i].name, true);
    }
    r->row = type_struct(r->arena, fields, scan->file_column_count);
    r->decoder = avro_decoder_new(r->arena, context, r->header.schema, reader, r->row, by_place, err);
    return r->decoder || failed_by(r->path, err);
}

static bool avro_open(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state,
                      struct error *err) {
    struct avro_reader *r = ARENA_NEW(arena, struct avro_reader);
    r->arena = arena;
    r->path = file->path;
    arena_init(&r->block_arena, arena->account);
    arena_defer(arena, release_block, &r->block_arena);
    *state = r;
    if (!file->size) return true; /* no rows */
    TRY(open_header(arena, file->path, &r->fd, &r->file_size, &r->header, err));
    r->position = r->header.size;
    return choose_columns(r, scan, err);
}

/* False with *err: damaged. At the end of the file no rows are left. */
static bool next_block(struct avro_reader *r, struct error *err) {
    uint8_t head[BLOCK_HEADER];
    uint64_t left = r->file_size - r->position;
    size_t n = left < sizeof head ? left : sizeof head;
    if (!left) return true;
    if (!read_at(r->fd, head, n, r->position)) return failed(r->path, "the file cannot be read", err);
    struct avro_bytes in = {.next = head, .end = head + n};
    int64_t rows = avro_long(&in), size = avro_long(&in);
    r->position += (uint64_t)(in.next - head);
    left = r->file_size - r->position;
    if (in.bad || rows < 0 || size < 0 || (uint64_t)size > left || left - (uint64_t)size < AVRO_MARK ||
        size > AVRO_BLOCK_MAX)
        return failed(r->path, "a block is malformed or cut short", err);
    arena_reset(&r->block_arena);
    uint8_t *packed = arena_bytes(&r->block_arena, (size_t)size + AVRO_MARK);
    if (!read_at(r->fd, packed, (size_t)size + AVRO_MARK, r->position))
        return failed(r->path, "the file cannot be read", err);
    if (memcmp(packed + size, r->header.mark, AVRO_MARK) != 0) return failed(r->path, "Invalid sync!", err);
    struct text whole;
    text_init(&whole, &r->block_arena);
    if (!avro_unpack(r->header.codec, packed, (size_t)size, &whole))
        return failed(r->path, "a block does not decompress", err);
    r->position += (uint64_t)size + AVRO_MARK;
    r->bytes =
        (struct avro_bytes){.next = (const uint8_t *)whole.data, .end = (const uint8_t *)whole.data + whole.size};
    r->rows_left = (uint64_t)rows;
    return true;
}

static enum scan_status avro_next(struct scan *scan, void *state, struct arena *batch, struct batch *out,
                                  struct error *err) {
    struct avro_reader *r = state;
    while (!r->rows_left) {
        if (r->position == r->file_size) return SCAN_DONE;
        if (!next_block(r, err)) return SCAN_ERROR;
    }
    struct builder b;
    out->count = (uint32_t)(r->rows_left < BATCH_ROWS ? r->rows_left : BATCH_ROWS);
    builder_init(&b, batch, r->row, out->count);
    for (uint32_t i = 0; i < out->count; i++) avro_decode(r->decoder, &r->bytes, &b);
    if (r->bytes.bad) {
        failed(r->path, r->bytes.bad, err);
        return SCAN_ERROR;
    }
    r->rows_left -= out->count;
    out->column_count = r->row->field_count;
    out->columns = builder_finish(&b)->children;
    for (uint32_t i = 0; i < out->column_count; i++)
        if (r->absent[i]) scan_absent(scan, scan->file_columns[i], batch, &out->columns[i]);
    return SCAN_BATCH;
}

static const char *const extensions[] = {".avro", NULL};

const struct file_format avro_format = {.name = "avro",
                                        .extensions = extensions,
                                        .lacks = FORMAT_LACKS(VARIANT) | FORMAT_LACKS(TIME),
                                        .infer = infer,
                                        .open = avro_open,
                                        .next = avro_next,
                                        .writer = &avro_writer};
