/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing Avro: values gather until they make a block. The schema is the type's by Spark's rules, or what the option
 * avroSchema says, into which the columns then have to fit.
 */
#include <strings.h>

#include "format/avro/container.h"
#include "format/format_int.h"
#include "format/output_file.h"

enum { BLOCK_BYTES = 64000 };

struct avro_file_writer {
    struct arena *arena;
    struct arena block; /* of the block in the making */
    struct output_file file;
    enum avro_codec codec;
    struct avro_encoder *encoder;
    uint8_t mark[AVRO_MARK];
    struct vector rows; /* a struct of a batch's columns */
    struct text values;
    uint64_t count; /* of values */
};

static bool put_block(struct avro_file_writer *w, struct error *err) {
    struct text packed, head;
    if (!w->count) return true;
    text_init(&packed, &w->block);
    text_init(&head, &w->block);
    if (!avro_pack(w->codec, w->values.data ? w->values.data : "", w->values.size, &packed))
        return error_internal(err, "an Avro block cannot be compressed");
    avro_add_long(&head, (int64_t)w->count);
    avro_add_long(&head, (int64_t)packed.size);
    TRY(output_file_put(&w->file, head.data, head.size, err) &&
        output_file_put(&w->file, packed.data, packed.size, err) && output_file_put(&w->file, w->mark, AVRO_MARK, err));
    arena_reset(&w->block);
    text_init(&w->values, &w->block);
    w->count = 0;
    return true;
}

/* ---- the header ---- */

static void add_bytes(struct text *out, const char *text) {
    avro_add_long(out, (int64_t)strlen(text));
    text_add(out, text);
}

static bool put_header(struct avro_file_writer *w, const char *schema, const char *version, struct error *err) {
    const char *const metadata[] = {"avro.schema", schema,       "org.apache.spark.version",
                                    version,       "avro.codec", avro_codec_name(w->codec)};
    enum { VALUES = sizeof metadata / sizeof *metadata };
    struct text out;
    text_init(&out, w->arena);
    text_add_bytes(&out, AVRO_MAGIC_TEXT, AVRO_MAGIC);
    avro_add_long(&out, VALUES / 2);
    for (size_t i = 0; i < VALUES; i++) add_bytes(&out, metadata[i]);
    avro_add_long(&out, 0);
    text_add_bytes(&out, (const char *)w->mark, AVRO_MARK);
    return output_file_put(&w->file, out.data, out.size, err);
}

/* As the options or the settings have it, in lower case. */
static const char *codec_name(struct arena *arena, const struct context *context, const struct u_option *options,
                              uint32_t count) {
    const char *name = option_get(options, count, "compression");
    if (!name && context->setting) name = context->setting(context, "spark.sql.avro.compression.codec");
    char *lower = arena_strdup(arena, name ? name : "snappy");
    ascii_lower(lower, strlen(lower), lower);
    return lower;
}

static const char *coded_extension(struct arena *arena, const struct context *context, const char *extension,
                                   const struct u_option *options, uint32_t count) {
    const char *name = codec_name(arena, context, options, count);
    return strcmp(name, "uncompressed") == 0 ? extension : arena_printf(arena, ".%s%s", name, extension);
}

static bool choose_codec(struct avro_file_writer *w, const struct context *context, const struct u_option *options,
                         uint32_t count, struct error *err) {
    const char *lower = codec_name(w->arena, context, options, count), *name = lower;
    if (strcmp(lower, "xz") == 0) return error_unsupported(err, "writing Avro with compression xz");
    w->codec = strcmp(lower, "uncompressed") == 0 ? AVRO_PLAIN : avro_codec_named(lower);
    if (w->codec == AVRO_CODECS || strcmp(lower, "null") == 0)
        return error_set(err, "CODEC_SHORT_NAME_NOT_FOUND", "codecName", name, NULL);
    return true;
}

static void make_mark(struct avro_file_writer *w, const struct context *context) {
    struct text seed;
    text_init(&seed, w->arena);
    text_printf(&seed, "%s", w->file.path);
    uint64_t state = context->seed;
    for (uint32_t i = 0; i < AVRO_MARK; i++) {
        for (size_t k = 0; k < seed.size; k++) state = (state ^ (uint8_t)seed.data[k]) * UINT64_C(0x100000001B3);
        w->mark[i] = (uint8_t)(state >> 40);
    }
}

/* ---- what can be written ---- */

/* Names are identifiers; fields of structs anywhere, too. */
static bool check_names(const struct type *t, struct error *err) {
    if (t->kind == TYPE_ARRAY || t->kind == TYPE_MAP) return check_names(t->element, err);
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++) {
        const char *name = t->fields[i].name;
        size_t identifier = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (!*name || name[identifier] || (*name >= '0' && *name <= '9')) {
            error_set(err, "INVALID_COLUMN_NAME_AS_PATH", "datasource", "AvroFileFormat", NULL);
            return error_add(err, "columnName", "`%s`", name);
        }
        TRY(check_names(t->fields[i].type, err));
    }
    return true;
}

static void writer_release(void *resource) {
    struct avro_file_writer *w = resource;
    arena_release(&w->block);
    output_file_release(&w->file);
}

static bool writer_open(struct arena *arena, const struct context *context, const struct type *schema,
                        const struct u_option *options, uint32_t option_count, const char *path, void **state,
                        struct error *err) {
    struct avro_file_writer *w = ARENA_NEW(arena, struct avro_file_writer);
    w->arena = arena;
    output_file_init(&w->file, path);
    arena_init(&w->block, arena->account);
    text_init(&w->values, &w->block);
    arena_defer(arena, writer_release, w);
    TRY(check_names(schema, err) && choose_codec(w, context, options, option_count, err));
    const char *text = option_get(options, option_count, "avroSchema");
    if (!text)
        TRY(text = avro_schema_of_type(arena, schema, false,
                                       option_text(options, option_count, "recordName", "topLevelRecord"),
                                       option_text(options, option_count, "recordNamespace", ""), err));
    const struct avro_schema *avro = avro_schema_parse(arena, text, strlen(text), err);
    bool by_place = option_flag(options, option_count, "positionalFieldMatching", false);
    if (avro) w->encoder = avro_encoder_new(arena, context, avro, schema, by_place, err);
    if (!w->encoder) return output_file_failed_by(&w->file, err);
    w->rows = (struct vector){.type = schema, .form = VECTOR_FLAT, .child_count = schema->field_count};
    make_mark(w, context);
    *state = w;
    return output_file_open(&w->file, err) && put_header(w, text, context->version, err);
}

static bool writer_write(void *state, const struct batch *batch, struct error *err) {
    struct avro_file_writer *w = state;
    w->rows.children = batch->columns;
    for (uint32_t i = 0; i < batch->count; i++) {
        if (!avro_encode(w->encoder, &w->values, &w->rows, i, err)) return output_file_failed_by(&w->file, err);
        w->count++;
        if (w->values.size >= BLOCK_BYTES) TRY(put_block(w, err));
    }
    return true;
}

static bool writer_finish(void *state, struct error *err) {
    struct avro_file_writer *w = state;
    return put_block(w, err) && output_file_finish(&w->file, err);
}

static void writer_abandon(void *state) {
    writer_release(state);
}

const struct file_writer avro_writer = {.extension = ".avro",
                                        .coded_extension = coded_extension,
                                        .open = writer_open,
                                        .write = writer_write,
                                        .finish = writer_finish,
                                        .abandon = writer_abandon};
