/* SPDX-License-Identifier: Apache-2.0 */
/* What formats share among themselves: the scan in progress, and finding files. */
#ifndef ROOST_FORMAT_INT_H
#define ROOST_FORMAT_INT_H

#include "format/choose.h"

struct scan {
    struct arena *arena; /* of the execution */
    const struct scan_source *source;
    const struct scan_request *request; /* of what files hold: partition columns are left out */
    const struct scan_request *whole;
    uint32_t file_column_count; /* of the requested columns: those that come from files, not from their paths ... */
    uint32_t *file_columns;     /* ... as indexes into source->schema */
    uint32_t *file_places;      /* ... and of the whole request */
    const struct scan_narrowing *narrowing;
    struct chosen_files chosen;
    uint32_t next_file, partition; /* of the current file */
    const struct scan_file *file;  /* current, or NULL */
    uint64_t rows_of_file;         /* that have been given */
    bool wants_metadata;
    struct arena file_arena; /* the current file's reader */
    void *state;
    bool open;
};

/* A file format's `next` gives scan->file_column_count columns in the order of scan->file_columns, unless it narrows:
 * then those of the request, and the columns that come from the path it has from here. */
void scan_place_own(struct scan *scan, struct arena *arena, uint32_t rows, struct vector *columns);
/* What rows of a file have that lacks the column of source->schema: a constant. */
void scan_absent(const struct scan *scan, uint32_t column, struct arena *arena, struct vector *out);
/* The same for the rows that `absent` marks; NULLs of the others stay. */
void scan_fill_absent(const struct scan *scan, uint32_t column, struct arena *arena, const uint8_t *absent,
                      uint32_t rows, struct vector *v);
/* Takes the step's condition to the batch: *count rows stay, which *selection names (NULL: all of them). Columns that
 * have not been read have no type yet. */
bool scan_take_step(const struct scan *scan, uint32_t step, struct arena *arena, struct batch *batch,
                    const uint32_t **selection, struct error *err);

extern const struct file_format parquet_format;
extern const struct file_writer parquet_writer;
extern const struct file_format orc_format;
extern const struct file_writer orc_writer;
extern const struct file_format avro_format;
extern const struct file_writer avro_writer;
extern const struct file_writer csv_writer;
extern const struct file_writer json_writer;
extern const struct file_writer text_writer;
extern const struct file_writer xml_file_writer;
extern const struct file_format xml_format;
extern const struct file_format binary_format;
extern const struct file_format csv_format;
extern const struct file_format json_format;
extern const struct file_format text_format;

/* A file to read, closed with the arena; -1 with *err. */
int scan_open_file(struct arena *arena, const char *path, struct error *err);
/* FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER. Returns false. */
bool scan_bad_footer(const char *path, const char *why, struct error *err);
/* A file that can't be opened, for the reason that errno says. Returns false. */
bool scan_no_file(const char *path, int reason, struct error *err);
/* FAILED_READ_FILE: what is in the file at hand cannot be read. Returns false. */
bool scan_failed(const struct scan *scan, const char *why, struct error *err);
/* FAILFAST: FAILED_READ_FILE with the record as its cause. Returns false. */
bool scan_malformed(const struct scan *scan, const char *record, struct error *err);
/* UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN: nothing but that column is asked for. */
bool scan_check_corrupt(const struct scan *scan, const char *corrupt_column, struct error *err);

/* What the files of a format say, each with a schema of its own: the first one speaks for all, unless the option
 * mergeSchema or the setting asks each of them. schema_of may keep what it learns in the file. */
typedef const struct type *schema_of_file(struct arena *arena, const struct context *context, struct scan_file *file,
                                          struct error *err);
const struct type *scan_infer_merged(struct arena *arena, const struct context *context, struct scan_source *source,
                                     const char *setting, schema_of_file *schema_of, struct error *err);

struct found_files {
    LIST(struct scan_file) files;
    LIST(const char *) partition_names;
    /* per file, its values for partition_names as text; NULL: __HIVE_DEFAULT_PARTITION__ */
    LIST(const char **) partition_texts;
};

/* Files of paths, globs and folders (hidden ones left out), with partition columns from k=v folders. */
bool files_find(struct arena *arena, const struct context *context, const char *const *paths, uint32_t path_count,
                const struct u_option *options, uint32_t option_count, struct found_files *found, struct error *err);
/* metadata.c: the _metadata of the next `rows` rows. */
void scan_metadata(const struct scan *scan, struct arena *arena, uint32_t rows, struct vector *out);
/* Files of partitions that are told. */
bool files_of_partitions(struct arena *arena, const struct context *context, const struct scan_partitions *partitions,
                         const struct u_option *options, uint32_t option_count, struct found_files *found,
                         struct error *err);
/* Types the partition columns as Spark infers them (or as schema says) and fills partition_values. */
bool files_type_partitions(struct arena *arena, const struct context *context, struct found_files *found,
                           const struct type *user_schema, struct field *fields, struct error *err);

#endif
