/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing Parquet: a tree of columns shreds rows into leaves (the Dremel scheme, the reverse of assemble.c); a row
 * group is written when its leaves hold enough. Pages are version 1, values PLAIN, levels RLE, compressed with what
 * `compression` says (snappy). The footer carries Spark's schema, so that Spark reads back the very types.
 */
#include <string.h>
#include <strings.h>

#include "format/format_int.h"
#include "format/output_file.h"
#include "format/parquet/metadata.h"
#include "format/parquet/thrift.h"
#include "format/parquet/thrift_write.h"

enum { ROW_GROUP_BYTES = 32 << 20, ROW_GROUP_ROWS = 1 << 20 };

struct leaf_writer {
    const struct type *type;
    const char *name;
    const char **path;
    uint32_t path_count;
    uint8_t max_definition, max_repetition;
    struct text values;
    LIST(uint8_t) definition;
    LIST(uint8_t) repetition;
    uint64_t nulls;
    bool has_bounds;
    int64_t min, max; /* integers of all kinds */
};

struct column_writer {
    const struct type *type;
    const char *name;
    bool optional;
    uint8_t definition; /* level at which the value is there */
    uint8_t repetition;
    struct leaf_writer *leaf;
    uint32_t child_count;
    struct column_writer *children;
};

struct chunk_info {
    uint64_t offset, compressed, uncompressed, values, nulls;
    bool has_bounds;
    int64_t min, max;
};
struct group_info {
    uint64_t rows, bytes;
    struct chunk_info *chunks;
};

struct parquet_writer {
    struct arena *arena;
    struct arena group; /* of the row group in the making */
    struct output_file file;
    const struct type *schema;
    enum parquet_codec codec;
    uint64_t rows, group_rows;
    uint32_t column_count, leaf_count;
    struct column_writer *columns;
    LIST(struct leaf_writer *) leaves;
    LIST(struct group_info) groups;
};

/* ---- the tree of columns ---- */

struct place {
    const struct place *up;
    const char *name;
};

static void make_path(struct parquet_writer *w, struct leaf_writer *leaf, const struct place *place) {
    for (const struct place *p = place; p; p = p->up) leaf->path_count++;
    leaf->path = ARENA_ARRAY(w->arena, const char *, leaf->path_count);
    uint32_t i = leaf->path_count;
    for (const struct place *p = place; p; p = p->up) leaf->path[--i] = p->name;
}

static void make_column(struct parquet_writer *w, struct column_writer *c, const struct place *up, const char *name,
                        const struct type *type, bool optional, uint8_t definition, uint8_t repetition) {
    struct place here = {.up = up, .name = name};
    while (type->kind == TYPE_UDT) type = type->element;
    *c = (struct column_writer){.type = type, .name = name, .optional = optional, .repetition = repetition};
    c->definition = (uint8_t)(definition + optional);
    if (type->kind == TYPE_STRUCT || type->kind == TYPE_VARIANT) {
        bool variant = type->kind == TYPE_VARIANT;
        c->child_count = variant ? 2 : type->field_count;
        c->children = ARENA_ARRAY(w->arena, struct column_writer, c->child_count);
        for (uint32_t i = 0; i < c->child_count; i++)
            make_column(w, &c->children[i], &here, variant ? (i ? "metadata" : "value") : type->fields[i].name,
                        variant ? TYPE_OF(BINARY) : type->fields[i].type, variant ? false : type->fields[i].nullable,
                        c->definition, repetition);
        return;
    }
    if (type->kind == TYPE_ARRAY || type->kind == TYPE_MAP) {
        bool map = type->kind == TYPE_MAP;
        struct place inner = {.up = &here, .name = map ? "key_value" : "list"};
        c->child_count = map ? 2 : 1;
        c->children = ARENA_ARRAY(w->arena, struct column_writer, c->child_count);
        uint8_t d = (uint8_t)(c->definition + 1), r = (uint8_t)(repetition + 1);
        if (map) make_column(w, &c->children[0], &inner, "key", type->key, false, d, r);
        make_column(w, &c->children[map], &inner, map ? "value" : "element", type->element, type->contains_null, d, r);
        return;
    }
    c->leaf = ARENA_NEW(w->arena, struct leaf_writer);
    c->leaf->type = type;
    c->leaf->name = name;
    c->leaf->max_definition = c->definition;
    c->leaf->max_repetition = repetition;
    make_path(w, c->leaf, &here);
    LIST_PUSH(w->arena, &w->leaves, c->leaf);
}

/* ---- shredding ---- */

static void level(struct parquet_writer *w, struct leaf_writer *leaf, uint8_t definition, uint8_t repetition) {
    if (leaf->max_definition) LIST_PUSH(&w->group, &leaf->definition, definition);
    if (leaf->max_repetition) LIST_PUSH(&w->group, &leaf->repetition, repetition);
}

/* Nothing here for all leaves below: a NULL or an empty list above. */
static void shred_absent(struct parquet_writer *w, struct column_writer *c, uint8_t definition, uint8_t repetition) {
    if (c->leaf) {
        level(w, c->leaf, definition, repetition);
        c->leaf->nulls++;
    }
    for (uint32_t i = 0; i < c->child_count; i++) shred_absent(w, &c->children[i], definition, repetition);
}

static void bound(struct leaf_writer *leaf, int64_t value) {
    if (!leaf->has_bounds || value < leaf->min) leaf->min = value;
    if (!leaf->has_bounds || value > leaf->max) leaf->max = value;
    leaf->has_bounds = true;
}

static void add_decimal(struct leaf_writer *leaf, int128 value) {
    uint8_t bytes[16];
    for (int i = 0; i < 16; i++) bytes[i] = (uint8_t)((uint128)value >> 8 * (15 - i));
    text_add_bytes(&leaf->values, (char *)bytes, 16);
}

static void add_int32(struct leaf_writer *leaf, int32_t value) {
    bound(leaf, value);
    text_add_bytes(&leaf->values, (const char *)&value, 4);
}

static void add_int64(struct leaf_writer *leaf, int64_t value) {
    if (leaf->type->kind == TYPE_TIME) value /= 1000;
    bound(leaf, value);
    if (leaf->type->kind == TYPE_DECIMAL && leaf->type->precision <= 9) {
        int32_t narrow = (int32_t)value;
        text_add_bytes(&leaf->values, (const char *)&narrow, 4);
    } else {
        text_add_bytes(&leaf->values, (const char *)&value, 8);
    }
}

static void add_value(struct leaf_writer *leaf, const struct vector *v, uint32_t entry) {
    struct text *out = &leaf->values;
    switch (type_storage(leaf->type)) {
        case STORAGE_BOOL:
            text_add_char(out, (char)VECTOR_DATA(v, uint8_t)[entry]); /* packed when the page is made */
            return;
        case STORAGE_INT8: add_int32(leaf, VECTOR_DATA(v, int8_t)[entry]); return;
        case STORAGE_INT16: add_int32(leaf, VECTOR_DATA(v, int16_t)[entry]); return;
        case STORAGE_INT32: add_int32(leaf, VECTOR_DATA(v, int32_t)[entry]); return;
        case STORAGE_INT64: add_int64(leaf, VECTOR_DATA(v, int64_t)[entry]); return;
        case STORAGE_INT128: add_decimal(leaf, VECTOR_DATA(v, int128)[entry]); return;
        case STORAGE_FLOAT: text_add_bytes(out, (const char *)&VECTOR_DATA(v, float)[entry], 4); return;
        case STORAGE_DOUBLE: text_add_bytes(out, (const char *)&VECTOR_DATA(v, double)[entry], 8); return;
        case STORAGE_STRING: {
            struct string s = VECTOR_DATA(v, struct string)[entry];
            text_add_bytes(out, (const char *)&s.size, 4);
            text_add_bytes(out, s.data, s.size);
            return;
        }
        default: return;
    }
}

static void shred(struct parquet_writer *w, struct column_writer *c, const struct vector *v, uint32_t row,
                  uint8_t definition, uint8_t repetition) {
    if (v->type->kind == TYPE_NULL || vector_is_null(v, row)) {
        shred_absent(w, c, definition, repetition);
        return;
    }
    uint32_t entry = vector_entry(v, row);
    if (c->leaf) {
        level(w, c->leaf, c->definition, repetition);
        add_value(c->leaf, v, entry);
        return;
    }
    if (type_storage(c->type) == STORAGE_STRUCT) {
        for (uint32_t i = 0; i < c->child_count; i++)
            shred(w, &c->children[i], &v->children[i], entry, c->definition, repetition);
        return;
    }
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
    for (uint32_t i = 0; i < c->child_count; i++) {
        if (list.length == 0) shred_absent(w, &c->children[i], c->definition, repetition);
        for (uint32_t k = 0; k < list.length; k++)
            shred(w, &c->children[i], &v->children[i], list.offset + k, (uint8_t)(c->definition + 1),
                  k ? (uint8_t)(c->repetition + 1) : repetition);
    }
}

/* ---- pages ---- */

static void add_varint(struct text *out, uint64_t v) {
    for (; v >= 0x80; v >>= 7) text_add_char(out, (char)(v | 0x80));
    text_add_char(out, (char)v);
}

/* u32 size, then runs of one value each. Levels take at most a byte (63 levels). */
static void add_levels(struct text *page, const uint8_t *levels, uint32_t count) {
    size_t at = page->size;
    text_add_bytes(page, "\0\0\0\0", 4);
    for (uint32_t i = 0; i < count;) {
        uint32_t run = 1;
        while (i + run < count && levels[i + run] == levels[i]) run++;
        add_varint(page, (uint64_t)run << 1);
        text_add_char(page, (char)levels[i]);
        i += run;
    }
    uint32_t size = (uint32_t)(page->size - at - 4);
    memcpy(page->data + at, &size, 4);
}

static void add_packed_booleans(struct text *page, const struct text *values) {
    for (size_t i = 0; i < values->size; i += 8) {
        uint8_t byte = 0;
        for (size_t k = 0; k < 8 && i + k < values->size; k++) byte |= (uint8_t)(values->data[i + k] << k);
        text_add_char(page, (char)byte);
    }
}

static bool write_chunk(struct parquet_writer *w, struct leaf_writer *leaf, uint64_t values, struct chunk_info *info,
                        struct error *err) {
    struct text page, compressed, header;
    text_init(&page, &w->group);
    text_init(&compressed, &w->group);
    text_init(&header, &w->group);
    if (leaf->max_repetition) add_levels(&page, leaf->repetition.items, leaf->repetition.count);
    if (leaf->max_definition) add_levels(&page, leaf->definition.items, leaf->definition.count);
    if (type_storage(leaf->type) == STORAGE_BOOL)
        add_packed_booleans(&page, &leaf->values);
    else
        text_add_bytes(&page, leaf->values.data ? leaf->values.data : "", leaf->values.size);
    if (!page.data) text_finish(&page);
    enum block_codec codec;
    if (!parquet_block_codec(w->codec, &codec) || !block_compress(codec, &compressed, page.data, page.size))
        return error_internal(err, "a Parquet page cannot be compressed");
    struct thrift_writer t = {.out = &header};
    int16_t outer = thrift_struct_begin(&t);
    thrift_write_i32(&t, 1, 0);
    thrift_write_i32(&t, 2, (int32_t)page.size);
    thrift_write_i32(&t, 3, (int32_t)compressed.size);
    int16_t inner = thrift_write_struct(&t, 5);
    thrift_write_i32(&t, 1, (int32_t)values);
    thrift_write_i32(&t, 2, 0);
    thrift_write_i32(&t, 3, 3);
    thrift_write_i32(&t, 4, 3);
    thrift_struct_end(&t, inner);
    thrift_struct_end(&t, outer);
    *info = (struct chunk_info){.offset = w->file.position,
                                .compressed = header.size + compressed.size,
                                .uncompressed = header.size + page.size,
                                .values = values,
                                .nulls = leaf->nulls,
                                .has_bounds = leaf->has_bounds,
                                .min = leaf->min,
                                .max = leaf->max};
    return output_file_put(&w->file, header.data, header.size, err) &&
           output_file_put(&w->file, compressed.data, compressed.size, err);
}

static void reset_leaf(struct parquet_writer *w, struct leaf_writer *leaf) {
    text_init(&leaf->values, &w->group);
    leaf->definition.items = leaf->repetition.items = NULL;
    leaf->definition.count = leaf->definition.capacity = 0;
    leaf->repetition.count = leaf->repetition.capacity = 0;
    leaf->nulls = 0;
    leaf->has_bounds = false;
}

static bool flush_group(struct parquet_writer *w, struct error *err) {
    if (!w->group_rows) return true;
    struct group_info info = {.rows = w->group_rows,
                              .chunks = ARENA_ARRAY(w->arena, struct chunk_info, w->leaves.count)};
    for (uint32_t i = 0; i < w->leaves.count; i++) {
        struct leaf_writer *leaf = w->leaves.items[i];
        uint64_t values = leaf->max_repetition   ? leaf->repetition.count
                          : leaf->max_definition ? leaf->definition.count
                                                 : w->group_rows;
        TRY(write_chunk(w, leaf, values, &info.chunks[i], err));
        info.bytes += info.chunks[i].uncompressed;
    }
    LIST_PUSH(w->arena, &w->groups, info);
    w->rows += w->group_rows;
    w->group_rows = 0;
    arena_reset(&w->group);
    for (uint32_t i = 0; i < w->leaves.count; i++) reset_leaf(w, w->leaves.items[i]);
    return true;
}

/* ---- the footer ---- */

static enum parquet_physical physical_of(const struct type *t) {
    switch (type_storage(t)) {
        case STORAGE_NONE: /* void: no value is ever written */
        case STORAGE_BOOL: return PARQUET_BOOLEAN;
        case STORAGE_INT8:
        case STORAGE_INT16:
        case STORAGE_INT32: return PARQUET_INT32;
        case STORAGE_INT64: return t->kind == TYPE_DECIMAL && t->precision <= 9 ? PARQUET_INT32 : PARQUET_INT64;
        case STORAGE_INT128: return PARQUET_FIXED;
        case STORAGE_FLOAT: return PARQUET_FLOAT;
        case STORAGE_DOUBLE: return PARQUET_DOUBLE;
        default: return PARQUET_BYTE_ARRAY;
    }
}

static void write_logical(struct thrift_writer *t, const struct type *type) {
    int16_t outer = thrift_write_struct(t, 10), inner, unit;
    switch (type->kind) {
        case TYPE_DECIMAL:
            inner = thrift_write_struct(t, 5);
            thrift_write_i32(t, 1, type->scale);
            thrift_write_i32(t, 2, type->precision);
            break;
        case TYPE_DATE: inner = thrift_write_struct(t, 6); break;
        case TYPE_NULL: inner = thrift_write_struct(t, 11); break;
        case TYPE_TIME:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ:
            inner = thrift_write_struct(t, type->kind == TYPE_TIME ? 7 : 8);
            thrift_write_bool(t, 1, type->kind == TYPE_TIMESTAMP);
            unit = thrift_write_struct(t, 2);
            thrift_struct_end(t, thrift_write_struct(t, 2)); /* MICROS */
            thrift_struct_end(t, unit);
            break;
        default: /* strings */ inner = thrift_write_struct(t, 1);
    }
    thrift_struct_end(t, inner);
    thrift_struct_end(t, outer);
}

/* The older ConvertedType, which every reader knows; -1: none. */
static int32_t converted_of(const struct type *t) {
    switch (t->kind) {
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: return 0;
        case TYPE_DECIMAL: return 5;
        case TYPE_DATE: return 6;
        case TYPE_TIMESTAMP: return 10;
        case TYPE_BYTE: return 15;
        case TYPE_SHORT: return 16;
        default: return -1;
    }
}

static void write_element(struct thrift_writer *t, const char *name, int repetition, uint32_t children,
                          int32_t converted) {
    int16_t outer = thrift_struct_begin(t);
    if (repetition >= 0) thrift_write_i32(t, 3, repetition);
    thrift_write_bytes(t, 4, name, strlen(name));
    thrift_write_i32(t, 5, (int32_t)children);
    if (converted >= 0) thrift_write_i32(t, 6, converted);
    thrift_struct_end(t, outer);
}

static void write_leaf_element(struct thrift_writer *t, const struct column_writer *c) {
    const struct type *type = c->leaf->type;
    int16_t outer = thrift_struct_begin(t);
    thrift_write_i32(t, 1, (int32_t)physical_of(type));
    if (physical_of(type) == PARQUET_FIXED) thrift_write_i32(t, 2, 16);
    thrift_write_i32(t, 3, c->optional);
    thrift_write_bytes(t, 4, c->name, strlen(c->name));
    if (converted_of(type) >= 0) thrift_write_i32(t, 6, converted_of(type));
    if (type->kind == TYPE_DECIMAL) {
        thrift_write_i32(t, 7, type->scale);
        thrift_write_i32(t, 8, type->precision);
    }
    bool logical = type_is_string(type) || type->kind == TYPE_DECIMAL || type_is_datetime(type) ||
                   type->kind == TYPE_TIME || type->kind == TYPE_NULL;
    if (logical) write_logical(t, type);
    thrift_struct_end(t, outer);
}

static uint32_t count_elements(const struct column_writer *c) {
    uint32_t n = 1 + (c->type->kind == TYPE_ARRAY || c->type->kind == TYPE_MAP);
    for (uint32_t i = 0; i < c->child_count; i++) n += count_elements(&c->children[i]);
    return n;
}

static void write_elements(struct thrift_writer *t, const struct column_writer *c) {
    if (c->leaf) {
        write_leaf_element(t, c);
        return;
    }
    bool list = c->type->kind == TYPE_ARRAY, map = c->type->kind == TYPE_MAP;
    write_element(t, c->name, c->optional, list || map ? 1 : c->child_count, list ? 3 : map ? 1 : -1);
    if (list || map) write_element(t, list ? "list" : "key_value", PARQUET_REPEATED, c->child_count, -1);
    for (uint32_t i = 0; i < c->child_count; i++) write_elements(t, &c->children[i]);
}

static void write_bounds(struct thrift_writer *t, const struct chunk_info *info, const struct type *type) {
    int16_t outer = thrift_write_struct(t, 12);
    thrift_write_i64(t, 3, (int64_t)info->nulls);
    if (info->has_bounds) {
        size_t size = physical_of(type) == PARQUET_INT32 ? 4 : 8;
        thrift_write_bytes(t, 5, &info->max, size); /* little-endian, so the low bytes come first */
        thrift_write_bytes(t, 6, &info->min, size);
    }
    thrift_struct_end(t, outer);
}

static void write_column_chunk(struct parquet_writer *w, struct thrift_writer *t, const struct leaf_writer *leaf,
                               const struct chunk_info *info) {
    int16_t outer = thrift_struct_begin(t);
    thrift_write_i64(t, 2, (int64_t)info->offset);
    int16_t meta = thrift_write_struct(t, 3);
    thrift_write_i32(t, 1, (int32_t)physical_of(leaf->type));
    thrift_write_list(t, 2, THRIFT_I32, 2);
    thrift_item_i32(t, 0);
    thrift_item_i32(t, 3);
    thrift_write_list(t, 3, THRIFT_BINARY, leaf->path_count);
    for (uint32_t i = 0; i < leaf->path_count; i++) thrift_item_bytes(t, leaf->path[i], strlen(leaf->path[i]));
    thrift_write_i32(t, 4, (int32_t)w->codec);
    thrift_write_i64(t, 5, (int64_t)info->values);
    thrift_write_i64(t, 6, (int64_t)info->uncompressed);
    thrift_write_i64(t, 7, (int64_t)info->compressed);
    thrift_write_i64(t, 9, (int64_t)info->offset);
    write_bounds(t, info, leaf->type);
    thrift_struct_end(t, meta);
    thrift_struct_end(t, outer);
}

static void write_key_value(struct thrift_writer *t, const char *key, const char *value) {
    int16_t outer = thrift_struct_begin(t);
    thrift_write_bytes(t, 1, key, strlen(key));
    thrift_write_bytes(t, 2, value, strlen(value));
    thrift_struct_end(t, outer);
}

static bool write_footer(struct parquet_writer *w, struct error *err) {
    struct text footer;
    text_init(&footer, w->arena);
    struct thrift_writer t = {.out = &footer};
    uint32_t elements = 1;
    for (uint32_t i = 0; i < w->column_count; i++) elements += count_elements(&w->columns[i]);
    int16_t outer = thrift_struct_begin(&t);
    thrift_write_i32(&t, 1, 1);
    thrift_write_list(&t, 2, THRIFT_STRUCT, elements);
    write_element(&t, "spark_schema", -1, w->column_count, -1);
    for (uint32_t i = 0; i < w->column_count; i++) write_elements(&t, &w->columns[i]);
    thrift_write_i64(&t, 3, (int64_t)w->rows);
    thrift_write_list(&t, 4, THRIFT_STRUCT, w->groups.count);
    for (uint32_t g = 0; g < w->groups.count; g++) {
        const struct group_info *info = &w->groups.items[g];
        int16_t group = thrift_struct_begin(&t);
        thrift_write_list(&t, 1, THRIFT_STRUCT, w->leaves.count);
        for (uint32_t i = 0; i < w->leaves.count; i++) write_column_chunk(w, &t, w->leaves.items[i], &info->chunks[i]);
        thrift_write_i64(&t, 2, (int64_t)info->bytes);
        thrift_write_i64(&t, 3, (int64_t)info->rows);
        thrift_struct_end(&t, group);
    }
    thrift_write_list(&t, 5, THRIFT_STRUCT, 1);
    write_key_value(&t, "org.apache.spark.sql.parquet.row.metadata", type_json(w->arena, w->schema));
    thrift_write_bytes(&t, 6, "roost", 5);
    thrift_struct_end(&t, outer);
    uint32_t size = (uint32_t)footer.size;
    return output_file_put(&w->file, footer.data, footer.size, err) && output_file_put(&w->file, &size, 4, err) &&
           output_file_put(&w->file, "PAR1", 4, err);
}

/* ---- the writer's row ---- */

static void writer_release(void *resource) {
    struct parquet_writer *w = resource;
    arena_release(&w->group);
    output_file_release(&w->file);
}

static const struct {
    const char *name, *extension;
    enum parquet_codec codec;
} codecs[] = {{"snappy", ".snappy.parquet", PARQUET_SNAPPY},
              {"none", ".parquet", PARQUET_UNCOMPRESSED},
              {"uncompressed", ".parquet", PARQUET_UNCOMPRESSED},
              {"gzip", ".gz.parquet", PARQUET_GZIP},
              {"zstd", ".zstd.parquet", PARQUET_ZSTD},
              {"lz4", ".lz4hadoop.parquet", PARQUET_LZ4},
              {"lz4_raw", ".lz4raw.parquet", PARQUET_LZ4_RAW}};
enum { CODECS = sizeof codecs / sizeof *codecs };

/* Which of them the options or the settings name; CODECS: none. */
static size_t find_codec(const struct context *context, const struct u_option *options, uint32_t count,
                         const char **name) {
    *name = option_get(options, count, "compression");
    if (!*name && context->setting) *name = context->setting(context, "spark.sql.parquet.compression.codec");
    if (!*name) *name = "snappy";
    size_t i = 0;
    while (i < CODECS && strcasecmp(codecs[i].name, *name) != 0) i++;
    return i;
}

static bool choose_codec(const struct context *context, const struct u_option *options, uint32_t count,
                         enum parquet_codec *codec, struct error *err) {
    const char *name;
    size_t i = find_codec(context, options, count, &name);
    bool lacking = i == CODECS && (strcasecmp(name, "brotli") == 0 || strcasecmp(name, "lzo") == 0);
    if (lacking) return error_unsupported(err, "writing Parquet with compression %s", name);
    if (i == CODECS)
        return error_set(err, "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", "codecName", name,
                         "availableCodecs", "brotli, uncompressed, lzo, snappy, lz4_raw, none, zstd, lz4, gzip", NULL);
    *codec = codecs[i].codec;
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
    struct parquet_writer *w = ARENA_NEW(arena, struct parquet_writer);
    w->arena = arena;
    output_file_init(&w->file, path);
    w->schema = schema = type_as_nullable(arena, schema); /* files promise nothing */
    arena_init(&w->group, arena->account);
    arena_defer(arena, writer_release, w);
    TRY(choose_codec(context, options, option_count, &w->codec, err));
    w->column_count = schema->field_count;
    w->columns = ARENA_ARRAY(arena, struct column_writer, w->column_count);
    for (uint32_t i = 0; i < w->column_count; i++) {
        const struct field *f = &schema->fields[i];
        make_column(w, &w->columns[i], NULL, f->name, f->type, f->nullable, 0, 0);
    }
    for (uint32_t i = 0; i < w->leaves.count; i++) reset_leaf(w, w->leaves.items[i]);
    *state = w;
    return output_file_open(&w->file, err) && output_file_put(&w->file, "PAR1", 4, err);
}

static bool writer_write(void *state, const struct batch *batch, struct error *err) {
    struct parquet_writer *w = state;
    for (uint32_t i = 0; i < batch->count; i++)
        for (uint32_t c = 0; c < w->column_count; c++) shred(w, &w->columns[c], &batch->columns[c], i, 0, 0);
    w->group_rows += batch->count;
    size_t bytes = 0;
    for (uint32_t i = 0; i < w->leaves.count; i++) bytes += w->leaves.items[i]->values.size;
    return (bytes < ROW_GROUP_BYTES && w->group_rows < ROW_GROUP_ROWS) || flush_group(w, err);
}

static bool writer_finish(void *state, struct error *err) {
    struct parquet_writer *w = state;
    return flush_group(w, err) && write_footer(w, err) && output_file_finish(&w->file, err);
}

static void writer_abandon(void *state) {
    writer_release(state);
}

const struct file_writer parquet_writer = {.extension = ".parquet",
                                           .coded_extension = coded_extension,
                                           .open = writer_open,
                                           .write = writer_write,
                                           .finish = writer_finish,
                                           .abandon = writer_abandon};
