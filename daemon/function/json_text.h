/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON: text to a tree, a tree to text, and a tree to typed columns as Spark's JSON parser has it. Files
 * (format/json.c) and functions (function/json*.c) share it.
 *
 * The tree is made in an arena that the caller resets per record; strings without escapes stay where they are in the
 * input. Nesting is bounded by JSON_MAX_DEPTH.
 */
#ifndef ROOST_FUNCTION_JSON_TEXT_H
#define ROOST_FUNCTION_JSON_TEXT_H

#include "base/error.h"
#include "base/option.h"
#include "base/pattern.h"
#include "base/text.h"
#include "column/vector.h"
#include "expr/context.h"

enum { JSON_MAX_DEPTH = 1000 };
enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
enum json_mode { JSON_PERMISSIVE, JSON_DROP_MALFORMED, JSON_FAIL_FAST };

struct json_value {
    enum json_kind kind;
    struct string text; /* NUMBER, ARRAY, OBJECT: as written; STRING: decoded */
    bool is_integer;    /* NUMBER without fraction and exponent */
    uint32_t count;     /* ARRAY, OBJECT */
    struct json_value *items;
    struct string *names; /* OBJECT */
};

struct json_options {
    bool comments, unquoted_names, single_quotes, leading_zeros, non_numeric, control_characters, any_escape;
    bool primitives_as_string, prefers_decimal, multi_line, infer_timestamp, drop_null_fields, ignore_null_fields;
    bool pretty, sort_keys, escape_non_ascii, partial_results;
    bool exact_strings; /* what is read as a string and is none: as written */
    const struct timezone *zone;
    const struct locale *locale;
    const char *variant_column;   /* singleVariantColumn, or NULL */
    struct string line_separator; /* of records; empty: \n or \r\n */
    const char *corrupt_column;
    const struct pattern *date_pattern, *timestamp_pattern, *timestamp_ntz_pattern; /* reading; NULL: as CAST */
    const char *date_format, *timestamp_format, *timestamp_ntz_format;              /* as given, for writing */
    const struct vector *const *defaults; /* of the fields of a record that it lacks; NULL, or NULL entries: NULL */
    enum json_mode mode;
};

/* use: patterns are for one direction, and not every pattern is for both. */
bool json_options_read(struct arena *arena, const struct context *context, const struct u_option *options,
                       uint32_t count, enum pattern_use use, struct json_options *out, struct error *err);
/* The first value of [*next, end); moves behind it. False: there is none, or it is malformed. */
bool json_parse(struct arena *arena, const struct json_options *o, const char **next, const char *end,
                struct json_value *value);
/* Only blanks (and comments) from here on. */
bool json_at_end(const struct json_options *o, const char *next, const char *end);
void json_write(struct text *out, const struct json_value *value);
/* What a string's characters beyond ASCII (or beyond 16 bits) become. */
enum json_escape { JSON_ESCAPE_LITTLE, JSON_ESCAPE_PAIRS, JSON_ESCAPE_NON_ASCII };
void json_write_string(struct text *out, struct string s, enum json_escape escape);

/* {name: value} */
const struct json_value *json_object_of(struct arena *arena, const char *name, const struct json_value *value);

/* One value appended to b, whose type says what is wanted. PARTIAL: some of it does not fit; what fits is there and the
 * rest is NULL. BAD: NULL is appended. *err is set only when the type is one that JSON cannot hold. */
enum json_outcome { JSON_GOOD, JSON_PARTIAL, JSON_BAD };
enum json_outcome json_append(struct arena *arena, const struct context *context, const struct json_options *o,
                              const struct json_value *value, struct builder *b, struct error *err);

/* Writing typed values. The writer may be used for any number of them; json_writer_start() comes before those of a batch.
 * A time of day is the one type that Spark does not write: json_refused() after the values says so. */
struct json_names { /* a struct's fields as they are written: quoted, with the colon */
    const struct type *type;
    struct string *fields;
};
struct json_writer {
    struct arena *arena;
    LIST(struct json_names) names; /* in arena */
    const struct context *context;
    const struct json_options *options;
    const struct pattern *date, *timestamp, *timestamp_ntz;
    struct text *out;
    int indent;
    const struct vector *refused; /* the first column of times that had one, and where */
    uint32_t refused_entry;
};
bool json_writer_init(struct json_writer *w, struct arena *arena, const struct context *context,
                      const struct json_options *o, struct error *err);
/* arena: for scratch, until the next start; out: where to. */
void json_writer_start(struct json_writer *w, struct arena *arena, struct text *out);
void json_write_value(struct json_writer *w, const struct vector *v, uint32_t row);
bool json_refused(const struct json_writer *w, struct error *err);

/* Schema inference: a value's type (NULL with the error); two types' common one; the last touch: NULL becomes STRING, a
 * struct without fields goes (NULL is answered for it). */
const struct type *json_infer(struct arena *arena, const struct context *context, const struct json_options *o,
                              const struct json_value *value, struct error *err);
const struct type *json_merge_types(struct arena *arena, const struct type *a, const struct type *b);
const struct type *json_final_type(struct arena *arena, const struct json_options *o, const struct type *t);

#endif
