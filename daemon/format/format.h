/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File formats: one const row per format; a scan reads batches from a list of files.
 *
 * scan_open_source() resolves paths (files, globs, folders with partition columns), infers or takes the schema, and
 * keeps what it learnt (footers, sizes) in a struct scan_source, immutable and in the plan's arena. An operator
 * makes a struct scan from it per execution and pulls batches; a pull does a bounded amount of work.
 */
#ifndef ROOST_FORMAT_FORMAT_H
#define ROOST_FORMAT_FORMAT_H

#include "column/vector.h"
#include "expr/expr.h"
#include "plan/plan.h"
#include "sql/unresolved.h"

struct scan_source {
    const struct file_format *format;
    const struct type *schema;  /* what it gives, partition columns last */
    uint32_t partition_columns; /* how many of them, at the end */
    uint32_t option_count;
    const struct u_option *options; /* keys as given; compared without case */
    uint32_t file_count;
    struct scan_file *files;
    const char *root_name; /* for messages and EXPLAIN */
    uint64_t rows;         /* estimate, 0: unknown */
    uint64_t bytes;
    const struct column_range *ranges; /* of schema's columns; NULL: not known */
    /* Per column of schema what rows have whose file does not know the column, a constant; NULL (here or as an entry):
     * NULL. For the owner to set. */
    const struct vector *const *defaults;
    void *format_data; /* the format's own */
};
struct scan_file {
    const char *path;
    uint64_t size;
    int64_t modified;                      /* microseconds */
    uint64_t rows;                         /* 0: unknown */
    const struct vector *partition_values; /* source->partition_columns constants */
    void *format_data;
};

/* Partitions that are known by name: a table's. */
struct scan_partition {
    const char *path;
    const char *const *values; /* texts of the partition columns; a NULL entry: NULL */
};
struct scan_partitions {
    uint32_t column_count, count;
    const char *const *columns;
    const struct scan_partition *items;
};

/* One execution over the files; made in an arena, closed by scan_close (files are deferred to the arena too). */
struct scan;

/* What _metadata holds: a struct about the file that a row is from, and the row's place in it where the format tells. */
const struct type *scan_metadata_type(const struct scan_source *source);
/* before and a path, whose characters that a URI cannot hold stand as %XX. */
char *file_uri(struct arena *arena, const char *before, const char *path);

struct scan_request {
    const uint32_t *columns; /* of source->schema that are wanted, in this order; its field_count: _metadata */
    uint32_t column_count;
    struct expr *const *filters; /* conjuncts over `attributes`, for pruning only */
    uint32_t filter_count;
    struct attribute *const *attributes; /* attributes[i] is columns[i] */
    const struct context *context;
    uint32_t *dictionaries; /* how many numbers dictionaries have been given (vector.h); NULL: none get any */
};

/*
 * Conditions that leave rows out while a batch is read, one step after another. A step sees those of the request's
 * columns that it and the steps before it name, for the rows that these have left; columns that no step names are
 * read afterwards, for the rows that all of them have left.
 */
struct scan_step {
    const uint32_t *columns; /* of the request */
    uint32_t column_count;
};
struct scan_narrowing {
    uint32_t step_count;
    const struct scan_step *steps;
    void *owner;
    /* The rows of `in` that stay, ascending, to selection (room for in->count, which is not 0). */
    bool (*narrow)(void *owner, uint32_t step, const struct batch *in, uint32_t *selection, uint32_t *count,
                   struct error *err);
    /* Does no row stay whose integer in this column of the request is within the range, or NULL? Whole parts of a file
     * are then left out. */
    bool (*excludes)(void *owner, uint32_t column, int64_t least, int64_t greatest);
};

enum scan_status { SCAN_BATCH, SCAN_DONE, SCAN_YIELD, SCAN_ERROR };

#define FORMAT_LACKS(kind) (UINT64_C(1) << TYPE_##kind)

struct file_format {
    const char *name; /* "parquet" */
    const char *const *extensions;
    uint64_t lacks; /* FORMAT_LACKS() of types that it cannot hold, beside those that no format can */
    /* Infers the schema (without partition columns) from the files, as Spark does it with these options. */
    const struct type *(*infer)(struct arena *arena, const struct context *context, struct scan_source *source,
                                struct error *err);
    /* A reader over one file; state in arena. */
    bool (*open)(struct scan *scan, struct arena *arena, const struct scan_file *file, void **state, struct error *err);
    enum scan_status (*next)(struct scan *scan, void *state, struct arena *batch_arena, struct batch *out,
                             struct error *err);
    /* What the files that infer() has looked at say of the columns with these names; NULL: formats that say nothing. */
    const struct column_range *(*ranges)(struct arena *arena, const struct scan_source *source);
    bool narrows; /* next() follows scan->narrowing and gives the request's columns; else the file's columns */
    void (*close)(void *state); /* NULL: the arena does it all */
    /* Writing; NULL where there is none. */
    const struct file_writer *writer;
};

/* schema NULL: inferred. Errors are Spark's: PATH_NOT_FOUND, UNABLE_TO_INFER_SCHEMA, ... */
struct scan_source *scan_source_open(struct arena *arena, const struct context *context, const char *format,
                                     const struct type *schema, const struct u_option *options, uint32_t option_count,
                                     const char *const *paths, uint32_t path_count, struct error *err);
/* A table's: its partitions are given, or it has none (NULL) and all is below `path`. Folders that are not there hold
 * nothing. */
struct scan_source *scan_source_open_table(struct arena *arena, const struct context *context, const char *format,
                                           const struct type *schema, const struct u_option *options,
                                           uint32_t option_count, const char *path,
                                           const struct scan_partitions *partitions, struct error *err);
struct scan *scan_new(struct arena *arena, const struct scan_source *source, const struct scan_request *request,
                      struct error *err);
/* From the next batch on; NULL: all rows. What it points to must last, and may be changed between batches. */
void scan_narrow(struct scan *scan, const struct scan_narrowing *narrowing);
/* Batches in batch_arena, valid until it is reset. */
enum scan_status scan_next(struct scan *scan, struct arena *batch_arena, struct batch *out, struct error *err);
void scan_close(struct scan *scan);
const char *scan_current_file(const struct scan *scan);
/* In which of Spark's partitions the rows of the batch given last are. */
uint32_t scan_partition(const struct scan *scan);
/* How many of them there are when all files are read. */
uint32_t scan_partition_count(struct arena *arena, const struct scan_source *source, const struct context *context);
/* NULL: there is none, or a session has to name its package first (Avro's). */
const struct file_format *format_find(const struct context *context, const char *name);
/* The error about a format that there is not; returns false. */
bool format_missing(const char *name, struct error *err);
/* What a file's name ends in that is written with these options. */
const char *format_extension(struct arena *arena, const struct context *context, const struct file_writer *writer,
                             const struct u_option *options, uint32_t option_count);

/*
 * Writers: a file at a time; writing to a folder, partitioning and committing is catalog/'s.
 */
struct file_writer {
    const char *extension; /* ".parquet" */
    /* The same with what the codec adds: ".gz.parquet", ".csv.gz"; NULL: nothing. */
    const char *(*coded_extension)(struct arena *arena, const struct context *context, const char *extension,
                                   const struct u_option *options, uint32_t option_count);
    bool (*open)(struct arena *arena, const struct context *context, const struct type *schema,
                 const struct u_option *options, uint32_t option_count, const char *path, void **state,
                 struct error *err);
    bool (*write)(void *state, const struct batch *batch, struct error *err);
    bool (*finish)(void *state, struct error *err); /* flushes and closes */
    void (*abandon)(void *state);                   /* closes without finishing */
};

/* UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE for the first of the columns that such files cannot hold; UNSUPPORTED_TIME_TYPE
 * while spark.sql.timeType.enabled is off. */
bool format_check_columns(struct arena *arena, const struct context *context, const struct file_format *format,
                          const struct field *fields, uint32_t count, struct error *err);
/* What Spark's messages call a format: "parquet" -> "Parquet", "csv" -> "CSV". */
const char *format_title(struct arena *arena, const char *format);

#endif
