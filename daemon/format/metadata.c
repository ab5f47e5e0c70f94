/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The column _metadata: about the file that a row comes from. All but the row's index is the same for a whole file, so
 * the fields are constants. Files are read whole: a block is the file.
 */
#include <ctype.h>
#include <string.h>

#include "format/format_int.h"

enum { PLAIN_FIELDS = 6, ALL_FIELDS = 7 };

static const struct field fields[ALL_FIELDS] = {{.name = "file_path", .type = TYPE_OF(STRING)},
                                                {.name = "file_name", .type = TYPE_OF(STRING)},
                                                {.name = "file_size", .type = TYPE_OF(LONG)},
                                                {.name = "file_block_start", .type = TYPE_OF(LONG)},
                                                {.name = "file_block_length", .type = TYPE_OF(LONG)},
                                                {.name = "file_modification_time", .type = TYPE_OF(TIMESTAMP)},
                                                {.name = "row_index", .type = TYPE_OF(LONG)}};

static const struct type plain_type = {.kind = TYPE_STRUCT, .field_count = PLAIN_FIELDS, .fields = fields};
static const struct type indexed_type = {.kind = TYPE_STRUCT, .field_count = ALL_FIELDS, .fields = fields};

const struct type *scan_metadata_type(const struct scan_source *source) {
    return strcmp(source->format->name, "parquet") == 0 ? &indexed_type : &plain_type;
}

char *file_uri(struct arena *arena, const char *before, const char *path) {
    size_t start = strlen(before);
    char *out = arena_bytes(arena, start + 3 * strlen(path) + 1), *p = out + start;
    memcpy(out, before, start);
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        if (isalnum(c) || strchr("-_.!~*'(),;:$&+=@/", c) || c >= 0x80) {
            *p++ = (char)c;
        } else {
            *p++ = '%';
            *p++ = "0123456789ABCDEF"[c >> 4];
            *p++ = "0123456789ABCDEF"[c & 15];
        }
    }
    *p = '\0';
    return out;
}

static void set_text(struct vector *v, struct arena *arena, struct string text) {
    vector_init(v, arena, TYPE_OF(STRING), 1);
    v->form = VECTOR_CONSTANT;
    *VECTOR_DATA(v, struct string) = text;
}

static void set_number(struct vector *v, struct arena *arena, const struct type *type, int64_t number) {
    vector_init(v, arena, type, 1);
    v->form = VECTOR_CONSTANT;
    *VECTOR_DATA(v, int64_t) = number;
}

void scan_metadata(const struct scan *scan, struct arena *arena, uint32_t rows, struct vector *out) {
    const struct scan_file *file = scan->file;
    const struct type *type = scan_metadata_type(scan->source);
    const char *slash = strrchr(file->path, '/');
    vector_init(out, arena, type, rows);
    struct vector *c = out->children;
    set_text(&c[0], arena, string_of(file_uri(arena, "file:", file->path)));
    set_text(&c[1], arena, string_of(file_uri(arena, "", slash ? slash + 1 : file->path)));
    set_number(&c[2], arena, TYPE_OF(LONG), (int64_t)file->size);
    set_number(&c[3], arena, TYPE_OF(LONG), 0);
    set_number(&c[4], arena, TYPE_OF(LONG), (int64_t)file->size);
    set_number(&c[5], arena, TYPE_OF(TIMESTAMP), file->modified / 1000 * 1000);
    if (type->field_count < ALL_FIELDS) return;
    int64_t *index = VECTOR_DATA(&c[6], int64_t);
    for (uint32_t i = 0; i < rows; i++) index[i] = (int64_t)(scan->rows_of_file + i);
}
