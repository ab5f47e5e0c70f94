/* SPDX-License-Identifier: Apache-2.0 */
/* The command that writes rows into files; see write.h. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "column/cast.h"
#include "format/format.h"
#include "session/write.h"

enum { OPEN_FILES = 128 };

#define NULL_PARTITION "__HIVE_DEFAULT_PARTITION__"

/* One partition's file; or the only file where there are no partitions. */
struct output_file {
    const char *partition; /* "a=1/b=x", or "" */
    void *writer;          /* NULL: closed; the next rows begin another file */
    uint32_t files;
};

struct writing {
    const struct write *write;
    const struct file_writer *format;
    struct staging staging;
    bool staged;
    const struct type *data_schema; /* without partition columns */
    char id[40];
    uint32_t open_count;
    LIST(struct output_file) files;
};

static struct writing *state_of(struct command_run *run) {
    return run->state;
}

static bool begin(struct command_run *run, struct error *err) {
    const struct write *write = run->command->arguments;
    struct writing *w = run->state = ARENA_NEW(&run->op.memory, struct writing);
    const struct file_format *format = format_find(write->format);
    w->write = write;
    w->format = format ? format->writer : NULL;
    if (!w->format) return error_unsupported(err, "writing %s files", write->format);
    w->data_schema =
        type_struct(&run->op.memory, write->schema->fields, write->schema->field_count - write->partition_count);
    uint64_t random[2];
    struct host *host = &run->session->engine->host;
    host->random(host->owner, random, sizeof random);
    snprintf(w->id, sizeof w->id, "%08x-%04x-4%03x-a%03x-%012llx", (uint32_t)random[0],
             (uint32_t)(random[0] >> 32) & 0xFFFF, (uint32_t)(random[0] >> 48) & 0xFFF, (uint32_t)random[1] & 0xFFF,
             (unsigned long long)(random[1] >> 16));
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog && catalog_stage(catalog, &run->op.memory, write->folder, &w->staging, err));
    w->staged = true;
    return true;
}

/* ---- files ---- */

static bool open_file(struct command_run *run, struct output_file *file, struct error *err) {
    struct writing *w = state_of(run);
    struct arena *arena = &run->op.memory;
    const char *folder = w->staging.folder;
    if (*file->partition) {
        folder = arena_printf(arena, "%s/%s", folder, file->partition);
        TRY(folder_make(folder, err));
    }
    const char *path = arena_printf(arena, "%s/part-%05u-%s-c000%s", folder, file->files++, w->id,
                                    format_extension(arena, w->format, w->write->options, w->write->option_count));
    TRY(w->format->open(arena, run->op.query->context, w->data_schema, w->write->options, w->write->option_count, path,
                        &file->writer, err));
    w->open_count++;
    return true;
}

static bool close_files(struct writing *w, struct error *err) {
    for (uint32_t i = 0; i < w->files.count; i++) {
        void *writer = w->files.items[i].writer;
        if (!writer) continue;
        w->files.items[i].writer = NULL;
        w->open_count--;
        TRY(w->format->finish(writer, err));
    }
    return true;
}

static bool write_rows(struct command_run *run, uint32_t index, const struct batch *batch, struct error *err) {
    struct writing *w = state_of(run);
    struct output_file *file = &w->files.items[index];
    if (!file->writer) {
        if (w->open_count >= OPEN_FILES) TRY(close_files(w, err));
        TRY(open_file(run, file, err));
    }
    return w->format->write(file->writer, batch, err);
}

static uint32_t find_file(struct command_run *run, const char *partition) {
    struct writing *w = state_of(run);
    for (uint32_t i = w->files.count; i-- > 0;)
        if (strcmp(w->files.items[i].partition, partition) == 0) return i;
    struct output_file file = {.partition = arena_strdup(&run->op.memory, partition)};
    LIST_PUSH(&run->op.memory, &w->files, file);
    return w->files.count - 1;
}

/* ---- partitions ---- */

/* Characters that file names and our own syntax cannot hold stand as %XX, as Hive writes them. */
static const char *escaped(struct arena *arena, const char *text, size_t size) {
    char *out = arena_bytes(arena, 3 * size + 1), *p = out;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7F || strchr("\"#%'*/:=?\\{[]^", c)) {
            *p++ = '%';
            *p++ = "0123456789ABCDEF"[c >> 4];
            *p++ = "0123456789ABCDEF"[c & 15];
        } else {
            *p++ = (char)c;
        }
    }
    *p = '\0';
    return out;
}

/* Per row: "a=1/b=x". */
static bool partition_paths(struct command_run *run, const struct batch *batch, const char **paths, struct error *err) {
    const struct writing *w = state_of(run);
    struct arena *arena = &run->op.evaluator.batch;
    uint32_t first = w->write->schema->field_count - w->write->partition_count;
    for (uint32_t k = 0; k < w->write->partition_count; k++) {
        const struct vector *column = &batch->columns[first + k];
        struct cast cast = {
            .from = column->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = run->op.query->context->zone};
        struct vector text;
        TRY(vector_cast(arena, &cast, column, batch->count, &text, err));
        const char *name = escaped(arena, w->write->partitions[k], strlen(w->write->partitions[k]));
        for (uint32_t row = 0; row < batch->count; row++) {
            const char *value = NULL_PARTITION;
            if (!vector_is_null(&text, row)) {
                const struct string *s = &VECTOR_DATA(&text, struct string)[vector_entry(&text, row)];
                if (s->size) value = escaped(arena, s->data, s->size);
            }
            paths[row] = k ? arena_printf(arena, "%s/%s=%s", paths[row], name, value)
                           : arena_printf(arena, "%s=%s", name, value);
        }
    }
    return true;
}

/* The rows of each partition go to its file. */
static bool write_partitions(struct command_run *run, const struct batch *batch, struct error *err) {
    const struct writing *w = state_of(run);
    struct arena *arena = &run->op.evaluator.batch;
    const char **paths = ARENA_ARRAY(arena, const char *, batch->count);
    uint32_t *files = arena_bytes_array(arena, batch->count, sizeof *files);
    uint32_t *rows = arena_bytes_array(arena, batch->count, sizeof *rows);
    TRY(partition_paths(run, batch, paths, err));
    for (uint32_t i = 0; i < batch->count; i++)
        files[i] = i && strcmp(paths[i], paths[i - 1]) == 0 ? files[i - 1] : find_file(run, paths[i]);
    for (uint32_t i = 0; i < batch->count; i++) {
        if (files[i] == UINT32_MAX) continue;
        uint32_t file = files[i], count = 0;
        for (uint32_t k = i; k < batch->count; k++) {
            if (files[k] != file) continue;
            rows[count++] = k;
            files[k] = UINT32_MAX;
        }
        struct batch part = {.count = count, .column_count = w->data_schema->field_count};
        part.columns = ARENA_ARRAY(arena, struct vector, part.column_count);
        uint32_t *selection = arena_copy(arena, rows, count * sizeof *rows);
        for (uint32_t c = 0; c < part.column_count; c++)
            vector_select(&part.columns[c], arena, &batch->columns[c], selection, count);
        TRY(write_rows(run, file, &part, err));
    }
    return true;
}

static bool take(struct command_run *run, const struct batch *batch, struct error *err) {
    if (!batch->count) return true;
    if (state_of(run)->write->partition_count) return write_partitions(run, batch, err);
    return write_rows(run, find_file(run, ""), batch, err);
}

/* ---- the end ---- */

static bool mark_success(struct command_run *run, const char *folder) {
    int fd = open(arena_printf(&run->op.memory, "%s/_SUCCESS", folder), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0) close(fd);
    return true; /* other engines look for it; ours do not */
}

static bool finish(struct command_run *run, struct error *err) {
    struct writing *w = state_of(run);
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    if (!w->files.count && !w->write->partition_count) { /* no rows: one empty file tells the schema */
        uint32_t index = find_file(run, "");
        TRY(open_file(run, &w->files.items[index], err));
    }
    TRY(close_files(w, err));
    TRY(catalog_commit(catalog, &w->staging, w->write->overwrite, err));
    w->staged = false;
    mark_success(run, w->write->folder);
    return !w->write->table || catalog_put_table(catalog, w->write->table, err);
}

static void abandon(struct command_run *run) {
    struct writing *w = state_of(run);
    if (!w) return;
    for (uint32_t i = 0; i < w->files.count; i++)
        if (w->files.items[i].writer) w->format->abandon(w->files.items[i].writer);
    if (w->staged) catalog_abandon(&w->staging);
    w->staged = false;
}

static const struct command_kind write_command = {
    .name = "InsertIntoHadoopFsRelationCommand", .begin = begin, .batch = take, .finish = finish, .abandon = abandon};

struct plan *write_plan(struct analyzer *a, const struct write *write, const struct plan *input) {
    struct write *copy = ARENA_NEW(a->arena, struct write);
    *copy = *write;
    struct command *command = command_create(a, &write_command, copy);
    command->input = input;
    return command_as_plan(a, command);
}
