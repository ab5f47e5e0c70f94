/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tail of a file is read from its end: postscript, footer, statistics of stripes. Messages are unpacked into the
 * arena by protobuf-c; everything that they say is checked here, once, so that readers need not.
 */
#include "format/orc/metadata.h"

#include <string.h>
#include <unistd.h>

#include "base/proto_arena.h"
#include "format/orc/bytes.h"
#include "orc.pb-c.h"

enum { POSTSCRIPT_MAX = 256, SECTION_MAX = 256 << 20, MESSAGE_DEPTH = 8, MAGIC = 3, DEFAULT_BLOCK = 256 << 10 };

static bool corrupt_file(const char **corrupt, const char *why) {
    *corrupt = why;
    return false;
}

/* A message that stands at [offset, offset + length), decompressed. NULL: file->bad says why. */
static ProtobufCMessage *read_message(struct arena *arena, struct orc_file *file,
                                      const ProtobufCMessageDescriptor *type, uint64_t offset, uint64_t length) {
    struct arena *scratch = arena_scratch(arena);
    struct orc_bytes bytes;
    struct text whole;
    text_init(&whole, scratch);
    orc_bytes_open(&bytes, file, scratch, offset, length);
    while (orc_bytes_more(&bytes) && whole.size < SECTION_MAX) {
        text_add_bytes(&whole, (const char *)bytes.next, (size_t)(bytes.limit - bytes.next));
        bytes.next = bytes.limit;
    }
    if (whole.size >= SECTION_MAX) orc_set_bad(file, "a part of the file's description is too large");
    struct error refused = ERROR_INIT;
    ProtobufCMessage *message = file->bad ? NULL
                                          : proto_arena_unpack(arena, type, (const uint8_t *)text_finish(&whole),
                                                               whole.size, MESSAGE_DEPTH, &refused);
    error_release(&refused);
    arena_release(scratch);
    if (!message) orc_set_bad(file, "a part of the file's description is malformed");
    return message;
}

/* ---- the postscript ---- */

enum block_codec orc_block_codec(enum orc_compression compression) {
    static const enum block_codec codecs[] = {
        [ORC_NONE] = BLOCK_PLAIN, [ORC_ZLIB] = BLOCK_DEFLATE, [ORC_SNAPPY] = BLOCK_SNAPPY,
        [ORC_LZO] = BLOCK_PLAIN,  [ORC_LZ4] = BLOCK_LZ4,      [ORC_ZSTD] = BLOCK_ZSTD};
    return codecs[compression];
}

static bool choose_compression(struct orc_metadata *m, const Orc__PostScript *p, const char **corrupt,
                               struct error *err) {
    if (p->compression > ORC_ZSTD || p->compression == ORC_LZO)
        return error_unsupported(err, "ORC compression %u%s", p->compression,
                                 p->compression == ORC_LZO ? " (LZO)" : "");
    m->compressed = p->compression != ORC_NONE;
    m->codec = orc_block_codec((enum orc_compression)p->compression);
    m->block_size = p->block_size ? (uint32_t)p->block_size : DEFAULT_BLOCK;
    if (p->block_size > ORC_BLOCK_MAX) return corrupt_file(corrupt, "blocks are too large");
    return true;
}

/* *end: where the postscript begins. */
static bool read_postscript(struct arena *arena, int fd, uint64_t size, const Orc__PostScript **out, uint64_t *end,
                            const char **corrupt) {
    uint8_t tail[POSTSCRIPT_MAX];
    size_t n = size < sizeof tail ? size : sizeof tail;
    if (size < MAGIC + 1) return corrupt_file(corrupt, "the file is too short");
    if (pread(fd, tail, n, (off_t)(size - n)) != (ssize_t)n) return corrupt_file(corrupt, "the file cannot be read");
    size_t length = tail[n - 1];
    if (length + 1 > n) return corrupt_file(corrupt, "the postscript is longer than the file");
    struct error refused = ERROR_INIT;
    *out = (const Orc__PostScript *)proto_arena_unpack(arena, &orc__post_script__descriptor, tail + n - 1 - length,
                                                       length, MESSAGE_DEPTH, &refused);
    error_release(&refused);
    if (!*out || (*out)->magic.len != MAGIC || memcmp((*out)->magic.data, "ORC", MAGIC) != 0)
        return corrupt_file(corrupt, "not an ORC file: its postscript is malformed");
    *end = size - 1 - length;
    return true;
}

/* ---- columns ---- */

struct tree {
    struct arena *arena;
    const struct context *context;
    const Orc__Footer *footer;
    const char **corrupt;
    struct error *err;
    uint32_t next; /* numbers are given depth first */
};

static const char *text_of(struct arena *arena, ProtobufCBinaryData bytes) {
    return arena_strndup(arena, (const char *)bytes.data, bytes.len);
}

static const char *spark_type(const struct tree *t, const Orc__Type *type) {
    for (size_t i = 0; i < type->n_attributes; i++)
        if (strcmp(text_of(t->arena, type->attributes[i]->key), ORC_SPARK_TYPE) == 0)
            return text_of(t->arena, type->attributes[i]->value);
    return NULL;
}

static bool has_right_children(const Orc__Type *type) {
    switch (type->kind) {
        case ORC_STRUCT: return type->n_subtypes == type->n_field_names;
        case ORC_LIST: return type->n_subtypes == 1;
        case ORC_MAP: return type->n_subtypes == 2;
        case ORC_UNION: return true;
        default: return type->n_subtypes == 0;
    }
}

static struct orc_column *make_column(struct tree *t, uint32_t depth) {
    const char *wrong = NULL;
    const Orc__Type *type = t->next < t->footer->n_types ? t->footer->types[t->next] : NULL;
    if (!type || type->kind >= ORC_KINDS || !has_right_children(type)) wrong = "the schema is malformed";
    if (depth > TYPE_MAX_DEPTH) wrong = "the schema is nested too deeply";
    if (wrong) {
        *t->corrupt = wrong;
        return NULL;
    }
    struct orc_column *c = ARENA_NEW(t->arena, struct orc_column);
    c->number = t->next++;
    c->kind = (enum orc_kind)type->kind;
    c->child_count = (uint32_t)type->n_subtypes;
    c->children = ARENA_ARRAY(t->arena, struct orc_column *, c->child_count);
    for (uint32_t i = 0; i < c->child_count; i++) {
        if (type->subtypes[i] != t->next) {
            *t->corrupt = "the schema's columns are not numbered depth first";
            return NULL;
        }
        TRY_NULL(c->children[i] = make_column(t, depth + 1));
        c->children[i]->name = c->kind == ORC_STRUCT ? text_of(t->arena, type->field_names[i]) : "";
    }
    c->type = orc_type_of_column(t->arena, t->context, c, type->precision, type->scale, type->maximum_length,
                                 spark_type(t, type), t->corrupt, t->err);
    return c->type ? c : NULL;
}

static bool make_columns(struct arena *arena, const struct context *context, const Orc__Footer *f,
                         struct orc_metadata *m, const char **corrupt, struct error *err) {
    struct tree tree = {.arena = arena, .context = context, .footer = f, .corrupt = corrupt, .err = err};
    TRY(m->root = make_column(&tree, 0));
    if (m->root->kind != ORC_STRUCT) return error_unsupported(err, "ORC files whose rows are not structs");
    m->column_count = tree.next;
    return true;
}

/* ---- stripes ---- */

static bool make_stripes(struct arena *arena, const Orc__Footer *f, uint64_t end, struct orc_metadata *m,
                         const char **corrupt) {
    m->stripe_count = (uint32_t)f->n_stripes;
    m->stripes = ARENA_ARRAY(arena, struct orc_stripe, f->n_stripes);
    for (size_t i = 0; i < f->n_stripes; i++) {
        const Orc__StripePlace *p = f->stripes[i];
        m->stripes[i] =
            (struct orc_stripe){p->offset, p->index_length, p->data_length, p->footer_length, p->rows, NULL};
        uint64_t left = end;
        const uint64_t parts[] = {p->offset, p->index_length, p->data_length, p->footer_length};
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
            if (parts[k] > left) return corrupt_file(corrupt, "a stripe lies beyond the end of the file");
            left -= parts[k];
        }
    }
    return true;
}

static struct orc_range range_of(const Orc__ColumnStatistics *s) {
    struct orc_range r = {.has_values = s->values > 0, .has_null = !s->has_has_null || s->has_null};
    if (s->integers && s->integers->has_least && s->integers->has_greatest) {
        r.known = true;
        r.least = s->integers->least;
        r.greatest = s->integers->greatest;
    } else if (s->dates && s->dates->has_least && s->dates->has_greatest) {
        r.known = true;
        r.least = s->dates->least;
        r.greatest = s->dates->greatest;
    }
    return r;
}

/* What the statistics say; where they are missing or malformed, nothing is left out because of them. */
static void read_ranges(struct arena *arena, struct orc_file *file, uint64_t offset, uint64_t length,
                        struct orc_metadata *m) {
    struct arena *scratch = arena_scratch(arena);
    const Orc__Metadata *all =
        length ? (const Orc__Metadata *)read_message(scratch, file, &orc__metadata__descriptor, offset, length) : NULL;
    file->bad = NULL;
    for (uint32_t i = 0; all && all->n_stripes == m->stripe_count && i < m->stripe_count; i++) {
        const Orc__StripeStatistics *s = all->stripes[i];
        if (s->n_columns != m->column_count) continue;
        struct orc_range *ranges = ARENA_ARRAY(arena, struct orc_range, m->column_count);
        for (uint32_t c = 0; c < m->column_count; c++) ranges[c] = range_of(s->columns[c]);
        m->stripes[i].ranges = ranges;
    }
    arena_release(scratch);
}

bool orc_read_metadata(struct arena *arena, const struct context *context, int fd, uint64_t size,
                       struct orc_metadata **out, const char **corrupt, struct error *err) {
    static const struct orc_column no_columns = {.kind = ORC_STRUCT, .name = ""};
    struct orc_metadata *m = *out = ARENA_NEW(arena, struct orc_metadata);
    if (!size) { /* a file without a byte has neither columns nor rows */
        m->root = arena_copy(arena, &no_columns, sizeof no_columns);
        m->root->type = type_struct(arena, NULL, 0);
        return true;
    }
    struct arena *scratch = arena_scratch(arena);
    const Orc__PostScript *p = NULL;
    uint64_t end = 0;
    bool good = read_postscript(scratch, fd, size, &p, &end, corrupt) && choose_compression(m, p, corrupt, err);
    if (good && (p->footer_length > end || p->metadata_length > end - p->footer_length))
        good = corrupt_file(corrupt, "the footer is longer than the file");
    if (good) {
        struct orc_file file = {
            .fd = fd, .size = size, .compressed = m->compressed, .codec = m->codec, .block_size = m->block_size};
        uint64_t footer = end - p->footer_length;
        const Orc__Footer *f =
            (const Orc__Footer *)read_message(scratch, &file, &orc__footer__descriptor, footer, p->footer_length);
        good = f ? make_columns(arena, context, f, m, corrupt, err) &&
                       make_stripes(arena, f, footer - p->metadata_length, m, corrupt)
                 : corrupt_file(corrupt, file.bad);
        if (good) {
            m->rows = f->rows;
            m->proleptic = f->calendar == ORC_PROLEPTIC_GREGORIAN;
            read_ranges(arena, &file, footer - p->metadata_length, p->metadata_length, m);
        }
    }
    arena_release(scratch);
    return good;
}

bool orc_read_stripe_footer(struct arena *arena, struct orc_file *file, const struct orc_metadata *metadata,
                            const struct orc_stripe *stripe, struct orc_stripe_footer *out, struct error *err) {
    uint64_t at = stripe->offset, data_end = at + stripe->index_length + stripe->data_length;
    const Orc__StripeFooter *f = (const Orc__StripeFooter *)read_message(arena, file, &orc__stripe_footer__descriptor,
                                                                         data_end, stripe->footer_length);
    if (!f) return orc_failed(file->path, file->bad, err);
    uint32_t columns = metadata->column_count;
    if (f->n_columns != columns)
        return orc_failed(file->path, "a stripe's footer has other columns than the file", err);
    out->places = arena_alloc_array(arena, columns, sizeof *out->places);
    out->encodings = ARENA_ARRAY(arena, enum orc_encoding, columns);
    out->dictionary_sizes = ARENA_ARRAY(arena, uint32_t, columns);
    out->zone = text_of(arena, f->writer_time_zone);
    for (uint32_t i = 0; i < columns; i++) {
        if (f->columns[i]->kind > ORC_DICTIONARY_V2) return orc_failed(file->path, "an encoding is not known", err);
        out->encodings[i] = (enum orc_encoding)f->columns[i]->kind;
        out->dictionary_sizes[i] = f->columns[i]->dictionary_size;
    }
    for (size_t i = 0; i < f->n_streams; i++) {
        const Orc__Stream *s = f->streams[i];
        if (s->length > data_end - at) return orc_failed(file->path, "a stream lies beyond the end of its stripe", err);
        if (s->kind < ORC_READ_KINDS && s->column < columns)
            out->places[s->column][s->kind] = (struct orc_place){at, s->length};
        at += s->length;
    }
    return true;
}
