/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing ORC: a tree of columns takes batches, each its values for the rows that have one; a stripe is written when
 * they hold enough. There are no row indexes (a stride of 0 says so); stripes have statistics of integers and dates.
 */
#include <string.h>
#include <strings.h>

#include "format/format_int.h"
#include "format/orc/column_writer.h"
#include "format/orc/metadata.h"
#include "format/output_file.h"
#include "orc.pb-c.h"

enum { STRIPE_BYTES = 64 << 20, STRIPE_ROWS = 1 << 22, JAVA_WRITER = 0, WRITER_VERSION = 9, LAST_MINOR = 12 };

struct orc_writer {
    struct arena *arena;
    struct arena stripe; /* of the stripe in the making */
    struct arena scratch;
    struct output_file file;
    enum orc_compression compression;
    struct orc_writing writing;
    struct orc_column_writer *root;
    uint64_t rows, stripe_rows;
    LIST(Orc__StripePlace *) stripes;
    LIST(Orc__StripeStatistics *) statistics;
};

static const struct {
    const char *name, *extension;
    enum orc_compression compression;
} codecs[] = {{"zstd", ".zstd.orc", ORC_ZSTD}, {"snappy", ".snappy.orc", ORC_SNAPPY},
              {"zlib", ".zlib.orc", ORC_ZLIB}, {"lz4", ".lz4.orc", ORC_LZ4},
              {"none", ".orc", ORC_NONE},      {"uncompressed", ".orc", ORC_NONE}};
enum { CODECS = sizeof codecs / sizeof *codecs };

/* A message, compressed as everything is but the postscript; *size: what it takes in the file. */
static bool put_message(struct orc_writer *w, const ProtobufCMessage *message, bool plain, uint64_t *size,
                        struct error *err) {
    size_t whole = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_bytes(&w->scratch, whole);
    struct orc_output out;
    protobuf_c_message_pack(message, bytes);
    orc_output_init(&out, &w->scratch, w->writing.compressed && !plain, w->writing.codec);
    orc_output_add(&out, bytes, whole);
    orc_output_finish(&out);
    if (out.refused) return error_internal(err, "an ORC footer cannot be compressed");
    *size = out.packed.size;
    bool good = output_file_put(&w->file, out.packed.data, out.packed.size, err);
    arena_reset(&w->scratch);
    return good;
}

static ProtobufCBinaryData binary(const char *text) {
    return (ProtobufCBinaryData){.len = strlen(text), .data = (uint8_t *)text};
}

/* ---- stripes ---- */

struct gathered {
    struct orc_writer *w;
    LIST(Orc__Stream *) streams;
    LIST(Orc__ColumnEncoding *) encodings;
    LIST(Orc__ColumnStatistics *) statistics;
    struct error *err;
};

static bool put_stream(struct gathered *g, uint32_t column, enum orc_stream_kind kind, struct orc_output *out) {
    Orc__Stream *s = ARENA_NEW(&g->w->stripe, Orc__Stream);
    orc__stream__init(s);
    s->has_kind = s->has_column = s->has_length = true;
    s->kind = kind;
    s->column = column;
    s->length = out->packed.size;
    LIST_PUSH(&g->w->stripe, &g->streams, s);
    return output_file_put(&g->w->file, out->packed.data, out->packed.size, g->err);
}

static Orc__ColumnStatistics *statistics_of(struct arena *arena, const struct orc_column_writer *c) {
    Orc__ColumnStatistics *s = ARENA_NEW(arena, Orc__ColumnStatistics);
    orc__column_statistics__init(s);
    s->has_values = s->has_has_null = true;
    s->values = c->values;
    s->has_null = c->nulls > 0;
    if (!c->has_bounds) return s;
    if (c->kind == ORC_DATE) {
        s->dates = ARENA_NEW(arena, Orc__DateStatistics);
        orc__date_statistics__init(s->dates);
        s->dates->has_least = s->dates->has_greatest = true;
        s->dates->least = (int32_t)c->least;
        s->dates->greatest = (int32_t)c->greatest;
    } else {
        s->integers = ARENA_NEW(arena, Orc__IntegerStatistics);
        orc__integer_statistics__init(s->integers);
        s->integers->has_least = s->integers->has_greatest = true;
        s->integers->least = c->least;
        s->integers->greatest = c->greatest;
    }
    return s;
}

static bool put_column(struct gathered *g, struct orc_column_writer *c) {
    if (!orc_column_finish(c)) return error_internal(g->err, "an ORC block cannot be compressed");
    if (c->nulls) TRY(put_stream(g, c->number, ORC_PRESENT, &c->present_out));
    if (c->has_data) TRY(put_stream(g, c->number, ORC_DATA, &c->data_out)); /* readers miss even empty ones */
    if (c->has_other) TRY(put_stream(g, c->number, c->other_kind, &c->other_out));
    Orc__ColumnEncoding *e = ARENA_NEW(&g->w->stripe, Orc__ColumnEncoding);
    orc__column_encoding__init(e);
    e->has_kind = true;
    e->kind = c->uses_integers ? ORC_DIRECT_V2 : ORC_DIRECT;
    LIST_PUSH(&g->w->stripe, &g->encodings, e);
    LIST_PUSH(&g->w->stripe, &g->statistics, statistics_of(g->w->arena, c));
    for (uint32_t i = 0; i < c->child_count; i++) TRY(put_column(g, &c->children[i]));
    return true;
}

static void note_stripe(struct orc_writer *w, const struct gathered *g, uint64_t offset, uint64_t data,
                        uint64_t footer) {
    Orc__StripePlace *p = ARENA_NEW(w->arena, Orc__StripePlace);
    orc__stripe_place__init(p);
    p->has_offset = p->has_index_length = p->has_data_length = p->has_footer_length = p->has_rows = true;
    p->offset = offset;
    p->data_length = data;
    p->footer_length = footer;
    p->rows = w->stripe_rows;
    LIST_PUSH(w->arena, &w->stripes, p);
    Orc__StripeStatistics *s = ARENA_NEW(w->arena, Orc__StripeStatistics);
    orc__stripe_statistics__init(s);
    s->n_columns = g->statistics.count;
    s->columns = arena_copy(w->arena, g->statistics.items, g->statistics.count * sizeof *g->statistics.items);
    LIST_PUSH(w->arena, &w->statistics, s);
}

static bool flush_stripe(struct orc_writer *w, struct error *err) {
    if (!w->stripe_rows) return true;
    struct gathered g = {.w = w, .err = err};
    uint64_t offset = w->file.position, size;
    TRY(put_column(&g, w->root));
    Orc__StripeFooter f = ORC__STRIPE_FOOTER__INIT;
    f.n_streams = g.streams.count;
    f.streams = g.streams.items;
    f.n_columns = g.encodings.count;
    f.columns = g.encodings.items;
    f.has_writer_time_zone = true;
    f.writer_time_zone = binary(w->writing.zone_name);
    uint64_t data = w->file.position - offset;
    TRY(put_message(w, &f.base, false, &size, err));
    note_stripe(w, &g, offset, data, size);
    w->rows += w->stripe_rows;
    w->stripe_rows = 0;
    arena_reset(&w->stripe);
    orc_column_reset(w->root, &w->stripe, &w->writing);
    return true;
}

/* ---- the tail ---- */

static Orc__Type *type_message(struct arena *arena, const struct orc_column_writer *c) {
    Orc__Type *t = ARENA_NEW(arena, Orc__Type);
    orc__type__init(t);
    t->has_kind = true;
    t->kind = c->kind;
    t->n_subtypes = c->child_count;
    t->subtypes = ARENA_ARRAY(arena, uint32_t, c->child_count);
    for (uint32_t i = 0; i < c->child_count; i++) t->subtypes[i] = c->children[i].number;
    if (c->kind == ORC_STRUCT) {
        t->n_field_names = c->child_count;
        t->field_names = ARENA_ARRAY(arena, ProtobufCBinaryData, c->child_count);
        for (uint32_t i = 0; i < c->child_count; i++) t->field_names[i] = binary(c->children[i].name);
    }
    if (c->kind == ORC_DECIMAL) {
        t->has_precision = t->has_scale = true;
        t->precision = c->type->precision;
        t->scale = (uint32_t)c->type->scale;
    }
    if (c->spark_type) {
        Orc__Attribute *a = ARENA_NEW(arena, Orc__Attribute);
        orc__attribute__init(a);
        a->has_key = a->has_value = true;
        a->key = binary(ORC_SPARK_TYPE);
        a->value = binary(c->spark_type);
        t->n_attributes = 1;
        t->attributes = arena_copy(arena, &a, sizeof a);
    }
    return t;
}

struct type_list {
    LIST(Orc__Type *) types;
    LIST(Orc__ColumnStatistics *) statistics;
};

static void list_types(struct orc_writer *w, const struct orc_column_writer *c, struct type_list *list) {
    LIST_PUSH(w->arena, &list->types, type_message(w->arena, c));
    LIST_PUSH(w->arena, &list->statistics, statistics_of(w->arena, c));
    for (uint32_t i = 0; i < c->child_count; i++) list_types(w, &c->children[i], list);
}

/* Of the whole file, what those of the stripes come to. */
static void sum_statistics(const struct orc_writer *w, struct type_list *list) {
    for (uint32_t c = 0; c < list->statistics.count; c++) {
        Orc__ColumnStatistics *all = list->statistics.items[c];
        all->values = 0;
        all->has_null = false;
        for (uint32_t s = 0; s < w->statistics.count; s++) {
            const Orc__ColumnStatistics *one = w->statistics.items[s]->columns[c];
            all->values += one->values;
            all->has_null |= one->has_null;
        }
    }
}

static bool put_footer(struct orc_writer *w, uint64_t content, uint64_t *size, struct error *err) {
    static const char spark_version[] = "org.apache.spark.version";
    struct type_list list = {0};
    list_types(w, w->root, &list);
    sum_statistics(w, &list);
    Orc__UserMetadata version = ORC__USER_METADATA__INIT, *metadata[] = {&version};
    version.has_name = version.has_value = true;
    version.name = binary(spark_version);
    version.value = binary(w->writing.version);
    Orc__Footer f = ORC__FOOTER__INIT;
    f.has_header_length = f.has_content_length = f.has_rows = f.has_row_index_stride = f.has_writer = true;
    f.header_length = 3;
    f.content_length = content;
    f.n_stripes = w->stripes.count;
    f.stripes = w->stripes.items;
    f.n_types = list.types.count;
    f.types = list.types.items;
    f.n_metadata = 1;
    f.metadata = metadata;
    f.rows = w->rows;
    f.n_statistics = list.statistics.count;
    f.statistics = list.statistics.items;
    f.writer = JAVA_WRITER;
    f.has_software_version = true;
    f.software_version = binary("roost");
    return put_message(w, &f.base, false, size, err);
}

static bool put_tail(struct orc_writer *w, struct error *err) {
    uint64_t metadata_size, footer_size, size, content = w->file.position;
    Orc__Metadata m = ORC__METADATA__INIT;
    m.n_stripes = w->statistics.count;
    m.stripes = w->statistics.items;
    Orc__PostScript p = ORC__POST_SCRIPT__INIT;
    uint32_t version[] = {0, LAST_MINOR};
    TRY(put_message(w, &m.base, false, &metadata_size, err));
    TRY(put_footer(w, content, &footer_size, err));
    p.has_footer_length = p.has_compression = p.has_block_size = p.has_metadata_length = p.has_writer_version = true;
    p.footer_length = footer_size;
    p.compression = w->compression;
    p.block_size = ORC_BLOCK_WRITTEN;
    p.n_version = 2;
    p.version = version;
    p.metadata_length = metadata_size;
    p.writer_version = WRITER_VERSION;
    p.has_magic = true;
    p.magic = binary("ORC");
    TRY(put_message(w, &p.base, true, &size, err));
    uint8_t last = (uint8_t)size;
    return output_file_put(&w->file, &last, 1, err);
}

/* ---- the writer's row ---- */

static void writer_release(void *resource) {
    struct orc_writer *w = resource;
    arena_release(&w->stripe);
    arena_release(&w->scratch);
    output_file_release(&w->file);
}

/* Which of them the options or the settings name; CODECS: none. */
static size_t find_codec(const struct context *context, const struct u_option *options, uint32_t count,
                         const char **name) {
    *name = option_text(options, count, "compression", option_get(options, count, "orc.compress"));
    if (!*name && context->setting) *name = context->setting(context, "spark.sql.orc.compression.codec");
    if (!*name) *name = "zstd";
    size_t i = 0;
    while (i < CODECS && strcasecmp(codecs[i].name, *name) != 0) i++;
    return i;
}

static bool choose_codec(struct orc_writer *w, const struct context *context, const struct u_option *options,
                         uint32_t count, struct error *err) {
    const char *name;
    size_t i = find_codec(context, options, count, &name);
    if (i == CODECS && (strcasecmp(name, "brotli") == 0 || strcasecmp(name, "lzo") == 0))
        return error_unsupported(err, "writing ORC with compression %s", name);
    if (i == CODECS)
        return error_set(err, "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", "codecName", name,
                         "availableCodecs", "brotli, uncompressed, lz4, lzo, snappy, zlib, none, zstd", NULL);
    w->compression = codecs[i].compression;
    w->writing.compressed = w->compression != ORC_NONE;
    w->writing.codec = orc_block_codec(w->compression);
    return true;
}

static const char *coded_extension(struct arena *arena, const struct context *context, const char *extension,
                                   const struct u_option *options, uint32_t count) {
    (void)arena;
    const char *name;
    size_t i = find_codec(context, options, count, &name);
    return i < CODECS ? codecs[i].extension : extension;
}

static bool writer_open(struct arena *arena, const struct context *context, const struct type *schema,
                        const struct u_option *options, uint32_t option_count, const char *path, void **state,
                        struct error *err) {
    struct orc_writer *w = ARENA_NEW(arena, struct orc_writer);
    w->arena = arena;
    output_file_init(&w->file, path);
    arena_init(&w->stripe, arena->account);
    arena_init(&w->scratch, arena->account);
    arena_defer(arena, writer_release, w);
    TRY(choose_codec(w, context, options, option_count, err));
    orc_writing_init(&w->writing, context);
    w->root = orc_column_writer_new(arena, schema);
    orc_column_reset(w->root, &w->stripe, &w->writing);
    *state = w;
    return output_file_open(&w->file, err) && output_file_put(&w->file, "ORC", 3, err);
}

static bool writer_write(void *state, const struct batch *batch, struct error *err) {
    struct orc_writer *w = state;
    arena_reset(&w->scratch);
    orc_column_add_batch(w->root, &w->scratch, &w->writing, batch);
    w->stripe_rows += batch->count;
    return (orc_column_bytes(w->root) < STRIPE_BYTES && w->stripe_rows < STRIPE_ROWS) || flush_stripe(w, err);
}

static bool writer_finish(void *state, struct error *err) {
    struct orc_writer *w = state;
    return flush_stripe(w, err) && put_tail(w, err) && output_file_finish(&w->file, err);
}

static void writer_abandon(void *state) {
    writer_release(state);
}

const struct file_writer orc_writer = {.extension = ".orc",
                                       .coded_extension = coded_extension,
                                       .open = writer_open,
                                       .write = writer_write,
                                       .finish = writer_finish,
                                       .abandon = writer_abandon};
