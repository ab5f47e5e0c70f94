/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Footers are read whole (they are small), checked while they are decoded, and kept in the plan's arena. A field
 * that we do not know is skipped, as Thrift wants it.
 */
#include "format/parquet/metadata.h"

#include <string.h>
#include <unistd.h>

#include "format/parquet/schema.h"
#include "format/parquet/thrift.h"

enum { FOOTER_TAIL = 8, FOOTER_MAX = 256 << 20, SCHEMA_MAX_DEPTH = 100 };

bool parquet_block_codec(enum parquet_codec codec, enum block_codec *out) {
    switch (codec) {
        case PARQUET_UNCOMPRESSED: *out = BLOCK_PLAIN; return true;
        case PARQUET_SNAPPY: *out = BLOCK_SNAPPY; return true;
        case PARQUET_GZIP: *out = BLOCK_GZIP; return true;
        case PARQUET_LZ4: *out = BLOCK_LZ4_HADOOP; return true;
        case PARQUET_ZSTD: *out = BLOCK_ZSTD; return true;
        case PARQUET_LZ4_RAW: *out = BLOCK_LZ4; return true;
        default: return false;
    }
}

static const char *text_of(struct arena *arena, struct thrift *t, const struct thrift_field *f) {
    uint32_t size;
    const uint8_t *bytes = thrift_bytes(t, f, &size);
    return arena_strndup(arena, bytes ? (const char *)bytes : "", size);
}

static void read_unit(struct thrift *t, struct parquet_node *n) {
    struct thrift_field f = {0};
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        if (f.id >= 1 && f.id <= 3) n->unit = (enum parquet_unit)(f.id - 1);
        thrift_skip(t, &f);
    }
    thrift_leave(t);
}

/* The members of the LogicalType union's structs: DECIMAL, TIME, TIMESTAMP, INTEGER have some, the others none. */
static void read_logical_members(struct thrift *t, struct parquet_node *n) {
    struct thrift_field f = {0};
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        if (n->logical == PARQUET_DECIMAL && f.id <= 2) {
            int32_t v = (int32_t)thrift_int(t, &f);
            *(f.id == 1 ? &n->scale : &n->precision) = v;
        } else if ((n->logical == PARQUET_TIMESTAMP || n->logical == PARQUET_TIME) && f.id == 1) {
            n->utc = thrift_int(t, &f);
        } else if ((n->logical == PARQUET_TIMESTAMP || n->logical == PARQUET_TIME) && f.id == 2 &&
                   f.type == THRIFT_STRUCT) {
            read_unit(t, n);
        } else if (n->logical == PARQUET_INTEGER && f.id == 1) {
            n->bits = (uint8_t)thrift_int(t, &f);
        } else if (n->logical == PARQUET_INTEGER && f.id == 2) {
            n->is_signed = thrift_int(t, &f);
        } else {
            thrift_skip(t, &f);
        }
    }
    thrift_leave(t);
}

static void read_logical(struct thrift *t, struct parquet_node *n) {
    static const enum parquet_logical kinds[] = {
        [1] = PARQUET_STRING,   [2] = PARQUET_MAP,      [3] = PARQUET_LIST,    [4] = PARQUET_STRING,
        [5] = PARQUET_DECIMAL,  [6] = PARQUET_DATE,     [7] = PARQUET_TIME,    [8] = PARQUET_TIMESTAMP,
        [10] = PARQUET_INTEGER, [11] = PARQUET_UNKNOWN, [12] = PARQUET_STRING, [13] = PARQUET_BSON,
        [14] = PARQUET_UUID,    [15] = PARQUET_FLOAT16, [16] = PARQUET_VARIANT};
    struct thrift_field f = {0};
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        if (f.id > 0 && (size_t)f.id < sizeof kinds / sizeof *kinds && f.type == THRIFT_STRUCT) {
            n->logical = kinds[f.id];
            read_logical_members(t, n);
        } else {
            thrift_skip(t, &f);
        }
    }
    thrift_leave(t);
}

/* ConvertedType, the older way to say it; the logical type wins where both are there. */
static void apply_converted(struct parquet_node *n, int32_t converted) {
    static const struct {
        enum parquet_logical logical;
        uint8_t bits;
        bool is_signed;
        enum parquet_unit unit;
    } rows[] = {[0] = {.logical = PARQUET_STRING},
                [1] = {.logical = PARQUET_MAP},
                [2] = {.logical = PARQUET_MAP},
                [3] = {.logical = PARQUET_LIST},
                [4] = {.logical = PARQUET_STRING},
                [5] = {.logical = PARQUET_DECIMAL},
                [6] = {.logical = PARQUET_DATE},
                [7] = {.logical = PARQUET_TIME, .unit = PARQUET_MILLIS},
                [8] = {.logical = PARQUET_TIME, .unit = PARQUET_MICROS},
                [9] = {.logical = PARQUET_TIMESTAMP, .unit = PARQUET_MILLIS},
                [10] = {.logical = PARQUET_TIMESTAMP, .unit = PARQUET_MICROS},
                [11] = {.logical = PARQUET_INTEGER, .bits = 8},
                [12] = {.logical = PARQUET_INTEGER, .bits = 16},
                [13] = {.logical = PARQUET_INTEGER, .bits = 32},
                [14] = {.logical = PARQUET_INTEGER, .bits = 64},
                [15] = {.logical = PARQUET_INTEGER, .bits = 8, .is_signed = true},
                [16] = {.logical = PARQUET_INTEGER, .bits = 16, .is_signed = true},
                [17] = {.logical = PARQUET_INTEGER, .bits = 32, .is_signed = true},
                [18] = {.logical = PARQUET_INTEGER, .bits = 64, .is_signed = true},
                [19] = {.logical = PARQUET_STRING},
                [20] = {.logical = PARQUET_BSON},
                [21] = {.logical = PARQUET_INTERVAL}};
    if (n->logical != PARQUET_NO_LOGICAL || converted < 0 || (size_t)converted >= sizeof rows / sizeof *rows) return;
    n->logical = rows[converted].logical;
    n->bits = rows[converted].bits;
    n->is_signed = rows[converted].is_signed;
    n->unit = rows[converted].unit;
    n->utc = n->logical == PARQUET_TIMESTAMP;
}

static void read_schema_element(struct arena *arena, struct thrift *t, struct parquet_node *n, int32_t *children) {
    struct thrift_field f = {0};
    int32_t converted = -1;
    *children = 0;
    n->name = "";
    thrift_enter(t);
    while (thrift_next(t, &f)) switch (f.id) {
            case 1: n->physical = (enum parquet_physical)thrift_int(t, &f); break;
            case 2: n->fixed_length = (int32_t)thrift_int(t, &f); break;
            case 3: n->repetition = (enum parquet_repetition)thrift_int(t, &f); break;
            case 4: n->name = text_of(arena, t, &f); break;
            case 5: *children = (int32_t)thrift_int(t, &f); break;
            case 6: converted = (int32_t)thrift_int(t, &f); break;
            case 7: n->scale = (int32_t)thrift_int(t, &f); break;
            case 8: n->precision = (int32_t)thrift_int(t, &f); break;
            case 9:
                n->has_field_id = true;
                n->field_id = (int32_t)thrift_int(t, &f);
                break;
            case 10:
                if (f.type == THRIFT_STRUCT)
                    read_logical(t, n);
                else
                    t->bad = true;
                break;
            default: thrift_skip(t, &f);
        }
    thrift_leave(t);
    apply_converted(n, converted);
    if (n->physical > PARQUET_FIXED || n->repetition > PARQUET_REPEATED || *children < 0 || n->fixed_length < 0)
        t->bad = true;
}

struct schema_reader {
    struct arena *arena;
    struct thrift *t;
    uint32_t left; /* elements not read yet */
    LIST(struct parquet_node *) leaves;
};

/* The flattened tree, depth first. */
static struct parquet_node *read_node(struct schema_reader *s, struct parquet_node *parent, int depth) {
    struct parquet_node *n = ARENA_NEW(s->arena, struct parquet_node);
    int32_t children;
    if (s->left == 0 || depth > SCHEMA_MAX_DEPTH) {
        s->t->bad = true;
        return n;
    }
    s->left--;
    read_schema_element(s->arena, s->t, n, &children);
    n->parent = parent;
    if (parent) {
        n->max_definition = (uint8_t)(parent->max_definition + (n->repetition != PARQUET_REQUIRED));
        n->max_repetition = (uint8_t)(parent->max_repetition + (n->repetition == PARQUET_REPEATED));
    }
    if (children == 0 && parent) {
        n->leaf = s->leaves.count;
        LIST_PUSH(s->arena, &s->leaves, n);
        return n;
    }
    if ((uint32_t)children > s->left) s->t->bad = true;
    n->child_count = s->t->bad ? 0 : (uint32_t)children;
    n->children = ARENA_ARRAY(s->arena, struct parquet_node *, n->child_count);
    for (uint32_t i = 0; i < n->child_count && !s->t->bad; i++) n->children[i] = read_node(s, n, depth + 1);
    return n;
}

static void read_statistics(struct arena *arena, struct thrift *t, struct parquet_statistics *out) {
    struct thrift_field f = {0};
    bool has_min = false, has_max = false;
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        if (f.id == 3) {
            out->null_count = (uint64_t)thrift_int(t, &f);
            out->has_null_count = true;
        } else if (f.id == 5 || f.id == 6) { /* 1 and 2, the older ones, have no defined order */
            uint32_t size;
            const uint8_t *bytes = thrift_bytes(t, &f, &size);
            struct string s = string_make(arena_copy(arena, bytes, size), size);
            *(f.id == 5 ? &out->max : &out->min) = s;
            *(f.id == 5 ? &has_max : &has_min) = true;
        } else {
            thrift_skip(t, &f);
        }
    }
    thrift_leave(t);
    out->has_min_max = has_min && has_max;
}

static void read_column_metadata(struct arena *arena, struct thrift *t, struct parquet_chunk *chunk) {
    struct thrift_field f = {0};
    uint64_t data_page = 0, dictionary_page = 0;
    thrift_enter(t);
    while (thrift_next(t, &f)) switch (f.id) {
            case 4: chunk->codec = (enum parquet_codec)thrift_int(t, &f); break;
            case 5: chunk->values = (uint64_t)thrift_int(t, &f); break;
            case 7: chunk->size = (uint64_t)thrift_int(t, &f); break;
            case 9: data_page = (uint64_t)thrift_int(t, &f); break;
            case 11: dictionary_page = (uint64_t)thrift_int(t, &f); break;
            case 12:
                if (f.type == THRIFT_STRUCT)
                    read_statistics(arena, t, &chunk->statistics);
                else
                    t->bad = true;
                break;
            default: thrift_skip(t, &f);
        }
    thrift_leave(t);
    chunk->offset = dictionary_page && dictionary_page < data_page ? dictionary_page : data_page;
}

static void read_chunk(struct arena *arena, struct thrift *t, struct parquet_chunk *chunk) {
    struct thrift_field f = {0};
    thrift_enter(t);
    while (thrift_next(t, &f)) switch (f.id) {
            case 3:
                if (f.type == THRIFT_STRUCT)
                    read_column_metadata(arena, t, chunk);
                else
                    t->bad = true;
                break;
            case 4: chunk->offset_index_offset = (uint64_t)thrift_int(t, &f); break;
            case 5: chunk->offset_index_size = (uint32_t)thrift_int(t, &f); break;
            case 6: chunk->column_index_offset = (uint64_t)thrift_int(t, &f); break;
            case 7: chunk->column_index_size = (uint32_t)thrift_int(t, &f); break;
            default: thrift_skip(t, &f);
        }
    thrift_leave(t);
}

static void read_row_group(struct arena *arena, struct thrift *t, struct parquet_row_group *group, uint32_t leaves) {
    struct thrift_field f = {0};
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        if (f.id == 1) {
            enum thrift_type element;
            uint32_t count = thrift_list(t, &f, &element);
            if (count != leaves || element != THRIFT_STRUCT) t->bad = true;
            group->chunks = ARENA_ARRAY(arena, struct parquet_chunk, leaves);
            for (uint32_t i = 0; i < leaves && !t->bad; i++) read_chunk(arena, t, &group->chunks[i]);
        } else if (f.id == 3) {
            group->rows = (uint64_t)thrift_int(t, &f);
        } else {
            thrift_skip(t, &f);
        }
    }
    thrift_leave(t);
    if (!group->chunks) t->bad = true;
}

static void read_schema_list(struct arena *arena, struct thrift *t, const struct thrift_field *f,
                             struct parquet_metadata *m) {
    enum thrift_type element;
    struct schema_reader s = {.arena = arena, .t = t};
    s.left = thrift_list(t, f, &element);
    if (element != THRIFT_STRUCT) t->bad = true;
    m->root = read_node(&s, NULL, 0);
    if (s.left) t->bad = true;
    m->leaves = s.leaves.items;
    m->leaf_count = s.leaves.count;
}

/* The text that Spark keeps of its own schema, or NULL. */
static const char *read_key_values(struct arena *arena, struct thrift *t, const struct thrift_field *list) {
    static const char spark_key[] = "org.apache.spark.sql.parquet.row.metadata";
    enum thrift_type element;
    const char *found = NULL;
    uint32_t count = thrift_list(t, list, &element);
    for (uint32_t i = 0; i < count && !t->bad; i++) {
        struct thrift_field f = {0};
        const char *key = "", *value = "";
        thrift_enter(t);
        while (thrift_next(t, &f)) {
            if (f.id == 1)
                key = text_of(arena, t, &f);
            else if (f.id == 2)
                value = text_of(arena, t, &f);
            else
                thrift_skip(t, &f);
        }
        thrift_leave(t);
        if (strcmp(key, spark_key) == 0) found = value;
    }
    return found;
}

static bool decode_footer(struct arena *arena, const struct context *context, const uint8_t *bytes, size_t size,
                          struct parquet_metadata *m, const char **corrupt, struct error *err) {
    struct thrift t;
    struct thrift_field f = {0};
    const char *spark_schema = NULL;
    thrift_init(&t, bytes, size);
    thrift_enter(&t);
    while (thrift_next(&t, &f)) switch (f.id) {
            case 2: read_schema_list(arena, &t, &f, m); break;
            case 3: m->rows = (uint64_t)thrift_int(&t, &f); break;
            case 4: {
                enum thrift_type element;
                m->row_group_count = thrift_list(&t, &f, &element);
                if (element != THRIFT_STRUCT && m->row_group_count) t.bad = true;
                m->row_groups = ARENA_ARRAY(arena, struct parquet_row_group, m->row_group_count);
                for (uint32_t i = 0; i < m->row_group_count && !t.bad; i++)
                    read_row_group(arena, &t, &m->row_groups[i], m->leaf_count);
                break;
            }
            case 5: spark_schema = read_key_values(arena, &t, &f); break;
            default: thrift_skip(&t, &f);
        }
    thrift_leave(&t);
    if (t.bad || !m->root) {
        *corrupt = "its footer is malformed";
        return false;
    }
    return parquet_make_schema(arena, context, m, spark_schema, corrupt, err);
}

bool parquet_read_metadata(struct arena *arena, const struct context *context, int fd, uint64_t file_size,
                           struct parquet_metadata **metadata, const char **corrupt, struct error *err) {
    uint8_t tail[FOOTER_TAIL];
    *corrupt = NULL;
    if (file_size < FOOTER_TAIL + 4 || pread(fd, tail, FOOTER_TAIL, (off_t)(file_size - FOOTER_TAIL)) != FOOTER_TAIL) {
        *corrupt = "it is too short to be a Parquet file";
        return false;
    }
    uint32_t size = (uint32_t)tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 | (uint32_t)tail[3] << 24;
    if (memcmp(tail + 4, "PAR1", 4) != 0) {
        *corrupt = memcmp(tail + 4, "PARE", 4) == 0 ? "it is encrypted" : "it does not end with the magic bytes PAR1";
        return false;
    }
    if (size > FOOTER_MAX || size > file_size - FOOTER_TAIL - 4) {
        *corrupt = "its footer's size makes no sense";
        return false;
    }
    uint8_t *bytes = arena_bytes(arena, size + 1);
    if (pread(fd, bytes, size, (off_t)(file_size - FOOTER_TAIL - size)) != (ssize_t)size) {
        *corrupt = "its footer cannot be read";
        return false;
    }
    *metadata = ARENA_NEW(arena, struct parquet_metadata);
    return decode_footer(arena, context, bytes, size, *metadata, corrupt, err);
}
