/* SPDX-License-Identifier: Apache-2.0 */
/* The command that writes rows into files; see write.h. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "column/batch.h"
#include "column/cast.h"
#include "format/format.h"
#include "session/write.h"

enum { OPEN_FILES = 128 };

/* The files of one folder: each partition of the rows (plan/partitions.h) writes its own. */
struct output_file {
    const char *partition;     /* "a=1/b=x", or "" */
    const char *const *values; /* its values, as texts; a NULL entry: NULL */
    void *writer;              /* NULL: closed; the next rows begin another file */
    uint32_t source;           /* of the rows: the partition that it is open for, or was last */
    uint32_t files;            /* of that partition */
    uint64_t rows;             /* in the file at hand */
};

struct writing {
    const struct write *write;
    const struct file_writer *format;
    struct staging staging;
    bool staged;
    const struct type *data_schema; /* without partition columns */
    char id[40];
    uint32_t open_count;
    uint64_t file_rows; /* maxRecordsPerFile: a file is full with as many; 0: never */
    LIST(struct output_file) files;
};

static struct writing *state_of(struct command_run *run) {
    return run->state;
}

/* A file where the folder shall be: it is overwritten. */
static void remove_file(const char *path) {
    struct stat found;
    if (lstat(path, &found) == 0 && S_ISREG(found.st_mode)) unlink(path);
}

static uint64_t rows_per_file(const struct write *write, const struct context *context) {
    const char *text = option_get(write->options, write->option_count, "maxRecordsPerFile");
    if (!text) text = context->setting(context, "spark.sql.files.maxRecordsPerFile");
    long long rows = text ? strtoll(text, NULL, 10) : 0;
    return rows > 0 ? (uint64_t)rows : 0;
}

static bool begin(struct command_run *run, struct error *err) {
    const struct write *write = run->command->arguments;
    struct writing *w = run->state = ARENA_NEW(&run->op.memory, struct writing);
    const struct file_format *format = format_find(&run->session->context, write->format);
    w->write = write;
    w->format = format ? format->writer : NULL;
    if (format)
        TRY(format_check_columns(&run->op.memory, &run->session->context, format, write->schema->fields,
                                 write->schema->field_count - write->partition_count, err));
    if (format && !w->format) return error_set(err, "UNSUPPORTED_FEATURE.WRITE_FOR_BINARY_SOURCE", NULL);
    if (!w->format) return error_unsupported(err, "writing %s files", write->format);
    w->file_rows = rows_per_file(write, &run->session->context);
    w->data_schema =
        type_struct(&run->op.memory, write->schema->fields, write->schema->field_count - write->partition_count);
    uint64_t random[2];
    struct host *host = &run->session->engine->host;
    host->random(host->owner, random, sizeof random);
    snprintf(w->id, sizeof w->id, "%08x-%04x-4%03x-a%03x-%012llx", (uint32_t)random[0],
             (uint32_t)(random[0] >> 32) & 0xFFFF, (uint32_t)(random[0] >> 48) & 0xFFF, (uint32_t)random[1] & 0xFFF,
             (unsigned long long)(random[1] >> 16));
    struct catalog *catalog = session_catalog(run->session, err);
    if (write->mode == WRITE_OVERWRITE) remove_file(write->folder);
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
    const char *path = arena_printf(
        arena, "%s/part-%05u-%s%cc%03u%s", folder, file->source, w->id, *file->partition ? '.' : '-', file->files++,
        format_extension(arena, run->op.query->context, w->format, w->write->options, w->write->option_count));
    TRY(w->format->open(arena, run->op.query->context, w->data_schema, w->write->options, w->write->option_count, path,
                        &file->writer, err));
    w->open_count++;
    file->rows = 0;
    return true;
}

static bool close_file(struct writing *w, struct output_file *file, struct error *err) {
    void *writer = file->writer;
    if (!writer) return true;
    file->writer = NULL;
    w->open_count--;
    return w->format->finish(writer, err);
}

static bool close_files(struct writing *w, struct error *err) {
    for (uint32_t i = 0; i < w->files.count; i++) TRY(close_file(w, &w->files.items[i], err));
    return true;
}

/* As many of the rows from `from` on as the open file, or the one that is opened, takes. */
static bool write_some(struct command_run *run, struct output_file *file, const struct batch *batch, uint32_t *from,
                       struct error *err) {
    struct writing *w = state_of(run);
    struct arena *arena = &run->op.evaluator.batch;
    if (w->file_rows && file->rows >= w->file_rows) TRY(close_file(w, file, err));
    if (!file->writer) {
        if (w->open_count >= OPEN_FILES) TRY(close_files(w, err));
        TRY(open_file(run, file, err));
    }
    uint32_t count = batch->count - *from;
    if (w->file_rows && count > w->file_rows - file->rows) count = (uint32_t)(w->file_rows - file->rows);
    struct batch part = *batch;
    if (count < batch->count) {
        uint32_t *rows = arena_bytes_array(arena, count, sizeof *rows);
        for (uint32_t i = 0; i < count; i++) rows[i] = *from + i;
        batch_select(&part, arena, batch, rows, count);
    }
    file->rows += count;
    *from += count;
    return w->format->write(file->writer, &part, err);
}

static bool write_rows(struct command_run *run, uint32_t index, const struct batch *batch, struct error *err) {
    struct writing *w = state_of(run);
    struct output_file *file = &w->files.items[index];
    uint32_t source = run->inner.root->partition;
    if (file->source != source) {
        TRY(close_file(w, file, err));
        file->source = source;
        file->files = 0;
    }
    for (uint32_t from = 0; from < batch->count;) TRY(write_some(run, file, batch, &from, err));
    return true;
}

static uint32_t find_file(struct command_run *run, const char *partition, const char *const *values) {
    struct writing *w = state_of(run);
    for (uint32_t i = w->files.count; i-- > 0;)
        if (strcmp(w->files.items[i].partition, partition) == 0) return i;
    const char **kept = ARENA_ARRAY(&run->op.memory, const char *, w->write->partition_count);
    for (uint32_t k = 0; k < w->write->partition_count; k++) kept[k] = arena_strdup(&run->op.memory, values[k]);
    struct output_file file = {.partition = arena_strdup(&run->op.memory, partition), .values = kept};
    LIST_PUSH(&run->op.memory, &w->files, file);
    return w->files.count - 1;
}

/* ---- partitions ---- */

/* Per row: "a=1/b=x", and the values in it. */
static bool partition_paths(struct command_run *run, const struct batch *batch, const char **paths, const char **values,
                            struct error *err) {
    const struct writing *w = state_of(run);
    struct arena *arena = &run->op.evaluator.batch;
    uint32_t first = w->write->schema->field_count - w->write->partition_count;
    for (uint32_t k = 0; k < w->write->partition_count; k++) {
        const struct vector *column = &batch->columns[first + k];
        struct cast cast = {
            .from = column->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = run->op.query->context->zone};
        struct vector text;
        TRY(vector_cast(arena, &cast, column, batch->count, &text, err));
        const char *name = catalog_escape(arena, w->write->partitions[k]);
        for (uint32_t row = 0; row < batch->count; row++) {
            const char *plain = NULL, *value = CATALOG_NULL_PARTITION;
            if (!vector_is_null(&text, row)) {
                const struct string *s = &VECTOR_DATA(&text, struct string)[vector_entry(&text, row)];
                if (s->size) plain = arena_strndup(arena, s->data, s->size);
            }
            if (plain) value = catalog_escape(arena, plain);
            values[(size_t)row * w->write->partition_count + k] = plain;
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
    const char **values = ARENA_ARRAY(arena, const char *, (size_t)batch->count * w->write->partition_count);
    uint32_t *files = arena_bytes_array(arena, batch->count, sizeof *files);
    uint32_t *rows = arena_bytes_array(arena, batch->count, sizeof *rows);
    TRY(partition_paths(run, batch, paths, values, err));
    for (uint32_t i = 0; i < batch->count; i++)
        files[i] = i && strcmp(paths[i], paths[i - 1]) == 0
                       ? files[i - 1]
                       : find_file(run, paths[i], values + (size_t)i * w->write->partition_count);
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
    return write_rows(run, find_file(run, "", NULL), batch, err);
}

/* ---- the end ---- */

static bool mark_success(struct command_run *run, const char *folder) {
    int fd = open(arena_printf(&run->op.memory, "%s/_SUCCESS", folder), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0) close(fd);
    return true; /* other engines look for it; ours do not */
}

/* ---- what goes, and where what comes belongs ---- */

struct change {
    struct arena *arena;
    const struct write *write;
    const struct catalog_table *table; /* or NULL */
    LIST(const char *) clear;
    LIST(struct staging_move) moves;
    LIST(struct catalog_partition) added, dropped;
};

static bool is_written(const struct writing *w, const char *const *values) {
    for (uint32_t i = 0; i < w->files.count; i++) {
        bool same = true;
        for (uint32_t k = 0; same && k < w->write->partition_count; k++) {
            const char *a = w->files.items[i].values[k], *b = values[k];
            same = a && b ? strcmp(a, b) == 0 : a == b;
        }
        if (same) return true;
    }
    return false;
}

static bool is_below_statics(const struct write *write, const char *const *values) {
    for (uint32_t k = 0; k < write->static_count; k++) {
        const char *a = write->static_values[k], *b = values[k];
        if (a && b ? strcmp(a, b) != 0 : a != b) return false;
    }
    return true;
}

/* The folders that an overwrite empties, and the partitions that go with them. */
static void plan_clearing(struct change *c, const struct writing *w) {
    const struct write *write = c->write;
    if (write->mode == WRITE_OVERWRITE && !write->static_count) LIST_PUSH(c->arena, &c->clear, write->folder);
    for (uint32_t i = 0; c->table && write->mode != WRITE_APPEND && i < c->table->part_count; i++) {
        const struct catalog_partition *part = &c->table->parts[i];
        bool written = is_written(w, part->values);
        if (write->mode == WRITE_DYNAMIC ? !written : !is_below_statics(write, part->values)) continue;
        LIST_PUSH(c->arena, &c->clear, part->location);
        if (!written) LIST_PUSH(c->arena, &c->dropped, *part);
    }
    for (uint32_t i = 0; !c->table && write->mode == WRITE_DYNAMIC && i < w->files.count; i++)
        LIST_PUSH(c->arena, &c->clear, arena_printf(c->arena, "%s/%s", write->folder, w->files.items[i].partition));
}

/* What Spark notes of the partitions that it finds in a folder, as those of CREATE TABLE AS. */
void found_parameters(struct arena *arena, struct catalog_partition *part, int64_t now) {
    struct catalog_property *p = ARENA_ARRAY(arena, struct catalog_property, 3);
    uint64_t size = 0;
    uint32_t files = 0;
    DIR *folder = opendir(part->location);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        struct stat status;
        if (entry->d_name[0] == '.' || entry->d_name[0] == '_') continue;
        if (stat(arena_printf(arena, "%s/%s", part->location, entry->d_name), &status) != 0) continue;
        files++;
        size += (uint64_t)status.st_size;
    }
    if (folder) closedir(folder);
    p[0] = (struct catalog_property){"numFiles", arena_printf(arena, "%u", files)};
    p[1] = (struct catalog_property){"totalSize", arena_printf(arena, "%llu", (unsigned long long)size)};
    p[2] = (struct catalog_property){"transient_lastDdlTime", arena_printf(arena, "%lld", (long long)(now / 1000000))};
    part->parameter_count = 3;
    part->parameters = p;
}

/* A partition that is there has its place; a new one is made where its name says. */
static void plan_partitions(struct change *c, const struct writing *w, int64_t now) {
    for (uint32_t i = 0; i < w->files.count; i++) {
        const struct output_file *file = &w->files.items[i];
        const struct catalog_partition *part = catalog_find_partition(c->table, file->values);
        const char *usual = arena_printf(c->arena, "%s/%s", c->write->folder, file->partition);
        if (!part) {
            struct catalog_partition added = {.values = file->values, .location = usual, .created = now};
            if (c->write->table) found_parameters(c->arena, &added, now);
            LIST_PUSH(c->arena, &c->added, added);
        } else if (strcmp(part->location, usual) != 0) {
            struct staging_move move = {file->partition, part->location};
            LIST_PUSH(c->arena, &c->moves, move);
        }
    }
}

/* New partitions are entered before their files come, and those that are gone are dropped afterwards: whatever cuts
 * this short leaves an empty partition at most. */
static bool commit(struct command_run *run, struct catalog *catalog, struct error *err) {
    struct writing *w = state_of(run);
    const struct write *write = w->write;
    struct change c = {.arena = &run->op.memory, .write = write};
    const struct catalog_table *t = write->target ? key_table(catalog, write->target) : NULL;
    if (t) c.table = catalog_copy_table(c.arena, t);
    if (write->partition_count) plan_clearing(&c, w);
    if (!write->partition_count && write->mode != WRITE_APPEND) LIST_PUSH(c.arena, &c.clear, write->folder);
    if (c.table && write->partition_count) {
        plan_partitions(&c, w, run->op.query->context->now);
        TRY(catalog_put_partitions(catalog, t->database, t->name, c.added.items, c.added.count, err));
    }
    const struct commit commit = {c.clear.count, c.moves.count, c.clear.items, c.moves.items};
    TRY(catalog_commit(catalog, &w->staging, &commit, err));
    w->staged = false;
    if (!c.table) return true;
    if (c.table->statistic_count) { /* they are of what was there before */
        struct catalog_table *changed = catalog_copy_table(c.arena, c.table);
        changed->statistic_count = 0;
        TRY(catalog_put_table(catalog, changed, err));
    }
    TRY(catalog_drop_partitions(catalog, c.table->database, c.table->name, c.dropped.items, c.dropped.count, err));
    catalog_touch(catalog, c.table->database, c.table->name);
    return true;
}

/* CREATE TABLE AS: the table, and the partitions that the rows made. */
static bool enter_table(struct command_run *run, struct catalog *catalog, struct error *err) {
    struct writing *w = state_of(run);
    const struct catalog_table *t = w->write->table;
    struct change c = {.arena = &run->op.memory, .write = w->write, .table = t};
    TRY(catalog_put_table(catalog, t, err));
    if (!t->partition_count) return true;
    plan_partitions(&c, w, run->op.query->context->now);
    return catalog_put_partitions(catalog, t->database, t->name, c.added.items, c.added.count, err);
}

static bool finish(struct command_run *run, struct error *err) {
    struct writing *w = state_of(run);
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    if (!w->files.count && !w->write->partition_count) { /* no rows: one empty file tells the schema */
        uint32_t index = find_file(run, "", NULL);
        TRY(open_file(run, &w->files.items[index], err));
    }
    TRY(close_files(w, err));
    TRY(commit(run, catalog, err));
    mark_success(run, w->write->folder);
    return !w->write->table || enter_table(run, catalog, err);
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
