/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources and scans, for every format alike: which files, which columns come from them and which from their paths,
 * one file after another.
 */
#include "format/format.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "column/batch.h"
#include "format/format_int.h"
#include "format/text_file.h"
#include "function/avro.h"

static const struct file_format *const formats[] = {&parquet_format, &orc_format,  &avro_format, &csv_format,
                                                    &json_format,    &text_format, &xml_format,  &binary_format};

/* The names that formats had, or their classes have: org.apache.spark.sql.json, ...json.DefaultSource,
 * org.apache.spark.sql.execution.datasources.json, ...json.JsonFileFormat, com.databricks.spark.csv. */
static const char *short_name(const char *name) {
    static const char *const packages[] = {"org.apache.spark.sql.execution.datasources.", "org.apache.spark.sql.",
                                           "com.databricks.spark."};
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (strncmp(name, packages[i], strlen(packages[i])) == 0) return name + strlen(packages[i]);
    return name;
}

/* A format's name, and behind it nothing, or a class of its package. */
static bool is_format(const char *format, const char *name) {
    size_t length = strlen(format);
    const char *rest = short_name(name);
    if (rest == name) return strcasecmp(format, name) == 0;
    if (strncmp(rest, format, length) != 0) return false;
    rest += length;
    size_t end = strlen(rest);
    return !*rest || strcmp(rest, ".DefaultSource") == 0 ||
           (*rest == '.' && end > 10 && strcmp(rest + end - 10, "FileFormat") == 0);
}

const struct file_format *format_find(const struct context *context, const char *name) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (is_format(formats[i]->name, name))
            return formats[i] == &avro_format && !avro_is_loaded(context) ? NULL : formats[i];
    return NULL;
}

const char *format_extension(struct arena *arena, const struct context *context, const struct file_writer *writer,
                             const struct u_option *options, uint32_t option_count) {
    if (!writer->coded_extension) return writer->extension;
    return writer->coded_extension(arena, context, writer->extension, options, option_count);
}

static bool same_name(const struct context *context, const char *a, const char *b) {
    return context->case_sensitive ? strcmp(a, b) == 0 : strcasecmp(a, b) == 0;
}

static bool is_partition(const struct context *context, const struct found_files *found, const char *name) {
    for (uint32_t i = 0; i < found->partition_names.count; i++)
        if (same_name(context, found->partition_names.items[i], name)) return true;
    return false;
}

/* Files may have a name twice, tables may not. */
static bool check_names(struct arena *arena, const struct context *context, const struct type *data,
                        struct error *err) {
    for (uint32_t i = 1; i < data->field_count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (!same_name(context, data->fields[i].name, data->fields[k].name)) continue;
            char *name = arena_strdup(arena, data->fields[i].name);
            ascii_lower(name, strlen(name), name);
            return error_set(err, "COLUMN_ALREADY_EXISTS", "columnName", arena_printf(arena, "`%s`", name), NULL);
        }
    return true;
}

/* The files' columns, then the partitions'. A column that is both is the partition's. */
static const struct type *whole_schema(struct arena *arena, const struct context *context, const struct type *data,
                                       const struct found_files *found, const struct field *partitions) {
    struct field *fields = ARENA_ARRAY(arena, struct field, data->field_count + found->partition_names.count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < data->field_count; i++)
        if (!is_partition(context, found, data->fields[i].name)) {
            fields[count] = data->fields[i];
            fields[count++].nullable = true; /* files promise nothing */
        }
    for (uint32_t i = 0; i < found->partition_names.count; i++) fields[count++] = partitions[i];
    return type_struct(arena, fields, count);
}

/* Spark brings Avro and Kafka, too, as modules that have to be added; JDBC needs a JVM. */
bool format_missing(const char *name, struct error *err) {
    if (strcasecmp(name, "jdbc") == 0)
        return error_unsupported(err,
                                 "JDBC (read with the database's own Python driver and make a DataFrame of its rows "
                                 "by createDataFrame(); write what toPandas() or toArrow() give)");
    const char *condition = strcasecmp(name, "avro") == 0    ? "_LEGACY_ERROR_TEMP_1139"
                            : strcasecmp(name, "kafka") == 0 ? "_LEGACY_ERROR_TEMP_1140"
                                                             : "DATA_SOURCE_NOT_FOUND";
    return error_set(err, condition, "provider", name, NULL);
}

static const struct file_format *need_format(const struct context *context, const char *name, struct error *err) {
    const struct file_format *row = format_find(context, name);
    if (!row) format_missing(name, err);
    return row;
}

/* Whether a type is, or has in it, one of the kinds. */
static bool has_kind(const struct type *t, uint64_t kinds) {
    if (kinds >> t->kind & 1) return true;
    if (t->kind == TYPE_UDT || t->kind == TYPE_ARRAY) return has_kind(t->element, kinds);
    if (t->kind == TYPE_MAP) return has_kind(t->key, kinds) || has_kind(t->element, kinds);
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++)
        if (has_kind(t->fields[i].type, kinds)) return true;
    return false;
}

bool format_check_columns(struct arena *arena, const struct context *context, const struct file_format *format,
                          const struct field *fields, uint32_t count, struct error *err) {
    bool has_time = context_flag(context, "spark.sql.timeType.enabled", false);
    const uint64_t none = FORMAT_LACKS(CALENDAR_INTERVAL) | FORMAT_LACKS(GEOMETRY) | FORMAT_LACKS(GEOGRAPHY);
    for (uint32_t i = 0; i < count; i++) {
        if (!has_time && has_kind(fields[i].type, FORMAT_LACKS(TIME)))
            return error_set(err, "UNSUPPORTED_TIME_TYPE", NULL);
        if (!has_kind(fields[i].type, format->lacks | none)) continue;
        return error_set(err, "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "columnName",
                         arena_printf(arena, "`%s`", fields[i].name), "columnType",
                         arena_printf(arena, "\"%s\"", type_sql(arena, fields[i].type)), "format",
                         format_title(arena, format->name), NULL);
    }
    return true;
}

/* Whether such files have these columns at all; text files have one. */
static bool check_given(struct arena *arena, const struct context *context, const struct file_format *row,
                        const struct type *schema, const struct found_files *found, struct error *err) {
    struct field *columns = ARENA_ARRAY(arena, struct field, schema->field_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < schema->field_count; i++)
        if (!is_partition(context, found, schema->fields[i].name)) columns[count++] = schema->fields[i];
    TRY(format_check_columns(arena, context, row, columns, count, err));
    if (row != &text_format || count < 2) return true;
    return error_set(err, "_LEGACY_ERROR_TEMP_1290", "schemaSize", arena_printf(arena, "%u", count), NULL);
}

/* The source over files that were found. schema NULL: inferred. */
static struct scan_source *open_source(struct arena *arena, const struct context *context,
                                       const struct file_format *row, const struct type *schema,
                                       const struct u_option *options, uint32_t option_count, struct found_files *found,
                                       struct error *err) {
    struct scan_source *source = ARENA_NEW(arena, struct scan_source);
    source->format = row;
    source->options = options;
    source->option_count = option_count;
    source->files = found->files.items;
    source->file_count = found->files.count;
    source->root_name = "";
    struct field *partitions = ARENA_ARRAY(arena, struct field, found->partition_names.count);
    TRY_NULL(!schema || check_given(arena, context, row, schema, found, err));
    TRY_NULL(files_type_partitions(arena, context, found, schema, partitions, err));
    const struct type *data = schema ? type_as_nullable(arena, schema) : row->infer(arena, context, source, err);
    TRY_NULL(data);
    if (!schema) TRY_NULL(check_names(arena, context, data, err));
    bool says_columns = row == &parquet_format || row == &orc_format;
    if (data->field_count == 0 && !schema && (says_columns || source->file_count == 0)) {
        error_set(err, "UNABLE_TO_INFER_SCHEMA", "format", format_title(arena, row->name), NULL);
        return NULL;
    }
    source->schema = whole_schema(arena, context, data, found, partitions);
    source->partition_columns = found->partition_names.count;
    for (uint32_t i = 0; i < source->file_count; i++) {
        source->rows += source->files[i].rows;
        source->bytes += source->files[i].size;
    }
    if (row->ranges) source->ranges = row->ranges(arena, source);
    return source;
}

struct scan_source *scan_source_open(struct arena *arena, const struct context *context, const char *format,
                                     const struct type *schema, const struct u_option *options, uint32_t option_count,
                                     const char *const *paths, uint32_t path_count, struct error *err) {
    const struct file_format *row = need_format(context, format, err);
    TRY_NULL(row);
    struct found_files found = {0};
    TRY_NULL(files_find(arena, context, paths, path_count, options, option_count, &found, err));
    struct scan_source *source = open_source(arena, context, row, schema, options, option_count, &found, err);
    if (source && path_count) source->root_name = paths[0];
    return source;
}

struct scan_source *scan_source_open_table(struct arena *arena, const struct context *context, const char *format,
                                           const struct type *schema, const struct u_option *options,
                                           uint32_t option_count, const char *path,
                                           const struct scan_partitions *partitions, struct error *err) {
    const struct file_format *row = need_format(context, format, err);
    TRY_NULL(row);
    const struct scan_partition whole = {.path = path};
    const struct scan_partitions one = {.count = 1, .items = &whole};
    struct found_files found = {0};
    TRY_NULL(files_of_partitions(arena, context, partitions ? partitions : &one, options, option_count, &found, err));
    struct scan_source *source = open_source(arena, context, row, schema, options, option_count, &found, err);
    if (source) source->root_name = path;
    return source;
}

bool scan_no_file(const char *path, int reason, struct error *err) {
    error_set(err, reason == ENOENT ? "FAILED_READ_FILE.FILE_NOT_EXIST" : "FAILED_READ_FILE.NO_HINT", NULL);
    error_add(err, "path", "file://%s", path);
    return reason == ENOENT ? false : error_set_cause(err, strerror(reason));
}

static void close_fd(void *fd) {
    close((int)(intptr_t)fd);
}

int scan_open_file(struct arena *arena, const char *path, struct error *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        scan_no_file(path, errno, err);
        return -1;
    }
    arena_defer(arena, close_fd, (void *)(intptr_t)fd);
    return fd;
}

bool scan_bad_footer(const char *path, const char *why, struct error *err) {
    error_set(err, "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", NULL);
    error_add(err, "path", "file://%s", path);
    return error_set_cause(err, why);
}

bool scan_failed(const struct scan *scan, const char *why, struct error *err) {
    error_set(err, "FAILED_READ_FILE.NO_HINT", NULL);
    error_add(err, "path", "file://%s", scan->file->path);
    return error_set_cause(err, why);
}

bool scan_malformed(const struct scan *scan, const char *record, struct error *err) {
    return scan_failed(scan,
                       arena_printf(scan->arena,
                                    "[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed records are "
                                    "detected in record parsing: %s.\nParse Mode: FAILFAST.",
                                    record),
                       err);
}

bool scan_check_corrupt(const struct scan *scan, const char *corrupt_column, struct error *err) {
    if (scan->file_column_count != 1) return true;
    const struct field *f = &scan->source->schema->fields[scan->file_columns[0]];
    if (strcmp(f->name, corrupt_column) != 0) return true;
    return error_set(err, "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN", NULL);
}

static void close_current(struct scan *scan) {
    if (scan->open && scan->source->format->close && scan->state) scan->source->format->close(scan->state);
    scan->open = false;
    scan->state = NULL;
    arena_release(&scan->file_arena);
}

static void scan_release(void *scan) {
    close_current(scan);
}

struct scan *scan_new(struct arena *arena, const struct scan_source *source, const struct scan_request *request,
                      struct error *err) {
    (void)err;
    struct scan *scan = ARENA_NEW(arena, struct scan);
    scan->arena = arena;
    scan->source = source;
    files_choose(arena, source, request, &scan->chosen);
    scan->whole = arena_copy(arena, request, sizeof *request);
    struct scan_request *of_files = arena_copy(arena, request, sizeof *request);
    struct attribute **attributes = ARENA_ARRAY(arena, struct attribute *, request->column_count);
    arena_init(&scan->file_arena, arena->account);
    scan->file_columns = ARENA_ARRAY(arena, uint32_t, request->column_count);
    scan->file_places = ARENA_ARRAY(arena, uint32_t, request->column_count);
    uint32_t from_files = source->schema->field_count - source->partition_columns;
    for (uint32_t i = 0; i < request->column_count; i++) {
        if (request->columns[i] >= from_files) continue;
        scan->file_places[scan->file_column_count] = i;
        attributes[scan->file_column_count] = request->attributes ? request->attributes[i] : NULL;
        scan->file_columns[scan->file_column_count++] = request->columns[i];
    }
    for (uint32_t i = 0; i < request->column_count; i++)
        scan->wants_metadata |= request->columns[i] == source->schema->field_count;
    if (scan->wants_metadata) of_files->filter_count = 0; /* row groups that are left out would not be counted */
    of_files->columns = scan->file_columns;
    of_files->column_count = scan->file_column_count;
    if (request->attributes) of_files->attributes = attributes;
    scan->request = of_files;
    arena_defer(arena, scan_release, scan);
    return scan;
}

void scan_narrow(struct scan *scan, const struct scan_narrowing *narrowing) {
    scan->narrowing = narrowing;
}

void scan_place_own(struct scan *scan, struct arena *arena, uint32_t rows, struct vector *columns) {
    uint32_t all = scan->source->schema->field_count, from_files = all - scan->source->partition_columns;
    for (uint32_t i = 0; i < scan->whole->column_count; i++) {
        uint32_t column = scan->whole->columns[i];
        if (column == all)
            scan_metadata(scan, arena, rows, &columns[i]);
        else if (column >= from_files)
            columns[i] = scan->file->partition_values[column - from_files];
    }
    scan->rows_of_file += rows;
}

static const struct vector *default_of(const struct scan *scan, uint32_t column) {
    return scan->source->defaults ? scan->source->defaults[column] : NULL;
}

void scan_absent(const struct scan *scan, uint32_t column, struct arena *arena, struct vector *out) {
    const struct vector *value = default_of(scan, column);
    if (value)
        *out = *value;
    else
        vector_init_null(out, arena, scan->source->schema->fields[column].type);
}

void scan_fill_absent(const struct scan *scan, uint32_t column, struct arena *arena, const uint8_t *absent,
                      uint32_t rows, struct vector *v) {
    const struct vector *value = default_of(scan, column);
    if (!value || !memchr(absent, 1, rows)) return;
    struct builder b;
    builder_init(&b, arena, v->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (absent[i])
            builder_append_row(&b, value, 0, false);
        else
            builder_append_row(&b, v, i, false);
    }
    *v = *builder_finish(&b);
}

/* Puts the file's columns and the path's values where the request wants them. */
static void arrange(struct scan *scan, struct arena *arena, struct batch *out) {
    struct vector *columns = ARENA_ARRAY(arena, struct vector, scan->whole->column_count);
    scan_place_own(scan, arena, out->count, columns);
    for (uint32_t i = 0; i < scan->file_column_count; i++) columns[scan->file_places[i]] = out->columns[i];
    out->columns = columns;
    out->column_count = scan->whole->column_count;
}

bool scan_take_step(const struct scan *scan, uint32_t step, struct arena *arena, struct batch *batch,
                    const uint32_t **selection, struct error *err) {
    const struct scan_narrowing *narrowing = scan->narrowing;
    uint32_t *kept = arena_bytes_array(arena, batch->count, sizeof *kept), count = 0;
    *selection = NULL;
    TRY(narrowing->narrow(narrowing->owner, step, batch, kept, &count, err));
    if (count == batch->count) return true;
    *selection = kept;
    batch_select(batch, arena, batch, kept, count);
    return true;
}

static bool narrow(const struct scan *scan, struct arena *arena, struct batch *batch, struct error *err) {
    const uint32_t *selection;
    for (uint32_t i = 0; scan->narrowing && i < scan->narrowing->step_count && batch->count; i++)
        TRY(scan_take_step(scan, i, arena, batch, &selection, err));
    return true;
}

/* ignoreCorruptFiles, ignoreMissingFiles: as the source's option says, or else the session. */
static bool ignores(const struct scan *scan, const char *option, const char *setting) {
    const struct scan_source *source = scan->source;
    return option_flag(source->options, source->option_count, option,
                       context_flag(scan->request->context, setting, false));
}

/* Is what is left of the file to be passed over? */
static bool passes_over(const struct scan *scan, struct error *err) {
    const char *name = err->condition ? err->condition->name : "";
    bool missing = strcmp(name, "FAILED_READ_FILE.FILE_NOT_EXIST") == 0;
    bool ignored = missing ? ignores(scan, "ignoreMissingFiles", "spark.sql.files.ignoreMissingFiles")
                           : strncmp(name, "FAILED_READ_FILE.", 17) == 0 &&
                                 ignores(scan, "ignoreCorruptFiles", "spark.sql.files.ignoreCorruptFiles");
    if (ignored) error_reset(err);
    return ignored;
}

static enum scan_status next_batch(struct scan *scan, struct arena *batch_arena, struct batch *out, struct error *err) {
    const struct file_format *format = scan->source->format;
    if (!scan->open) {
        if (scan->next_file == scan->chosen.count) return SCAN_DONE;
        scan->partition = scan->chosen.partitions[scan->next_file];
        scan->file = scan->chosen.files[scan->next_file++];
        scan->open = true;
        if (!format->open(scan, &scan->file_arena, scan->file, &scan->state, err)) return SCAN_ERROR;
    }
    enum scan_status status = format->next(scan, scan->state, batch_arena, out, err);
    if (status == SCAN_BATCH && !format->narrows) {
        if (scan->source->partition_columns || scan->wants_metadata) arrange(scan, batch_arena, out);
        if (!narrow(scan, batch_arena, out, err)) return SCAN_ERROR;
    }
    if (status == SCAN_BATCH && !out->count) return SCAN_YIELD;
    if (status != SCAN_DONE) return status;
    scan->rows_of_file = 0;
    close_current(scan);
    return SCAN_YIELD;
}

enum scan_status scan_next(struct scan *scan, struct arena *batch_arena, struct batch *out, struct error *err) {
    enum scan_status status = next_batch(scan, batch_arena, out, err);
    if (status != SCAN_ERROR || !passes_over(scan, err)) return status;
    scan->rows_of_file = 0;
    close_current(scan);
    return SCAN_YIELD;
}

void scan_close(struct scan *scan) {
    if (scan) close_current(scan);
}

uint32_t scan_partition(const struct scan *scan) {
    return scan->partition;
}

const char *scan_current_file(const struct scan *scan) {
    return scan->file ? scan->file->path : "";
}

const char *format_title(struct arena *arena, const char *format) {
    char *title = arena_strdup(arena, format);
    bool is_acronym = strlen(format) <= 4 && strcmp(format, "text") != 0;
    for (char *c = title; *c && (is_acronym || c == title); c++) *c = (char)toupper((unsigned char)*c);
    return title;
}
