/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV as Spark reads it: options, records, and turning texts into typed columns. Files (format/csv.c) and from_csv
 * (function/csv.c) share it.
 *
 * A record's fields stay where they are in the input; only a field with escapes in it is copied. Conversion works
 * on whole columns: texts that Spark's CSV parser would not take for the type are made NULL first, the rest goes
 * through CAST.
 */
#ifndef ROOST_FUNCTION_CSV_TEXT_H
#define ROOST_FUNCTION_CSV_TEXT_H

#include "base/error.h"
#include "base/option.h"
#include "base/pattern.h"
#include "base/text.h"
#include "column/binary_text.h"
#include "column/vector.h"
#include "expr/context.h"

/* A quote within quotes that is not escaped (unescapedQuoteHandling). */
enum csv_stray_quote { CSV_STOP_AT_DELIMITER, CSV_STOP_AT_CLOSING_QUOTE, CSV_SKIP_VALUE, CSV_RAISE_ERROR };
enum csv_mode { CSV_PERMISSIVE, CSV_DROP_MALFORMED, CSV_FAIL_FAST };

struct csv_options {
    struct string separator;
    char quote, escape, escape_escape, comment; /* 0: none */
    enum csv_stray_quote stray_quote;
    bool header, multi_line, infer_schema, enforce_schema;
    bool trim_leading, trim_trailing;
    bool prefer_date;
    struct string null_value, empty_value, nan_value, positive_infinity, negative_infinity;
    struct string line_separator;                                                   /* empty: \n, \r\n or \r */
    const char *corrupt_column;                                                     /* columnNameOfCorruptRecord */
    const struct pattern *date_pattern, *timestamp_pattern, *timestamp_ntz_pattern; /* NULL: as CAST reads them */
    const struct timezone *zone;
    const struct locale *locale;
    enum csv_mode mode;
    bool one_record;                      /* line ends are characters like any other */
    uint32_t max_columns, max_characters; /* of a field, 0: any number */
    const char *variant_column;           /* singleVariantColumn, or NULL */
};

struct csv_field {
    struct string text;
    bool is_null;
};
struct csv_record {
    struct string raw; /* without the line's end */
    uint32_t count, capacity;
    struct csv_field *fields; /* grows in the arena that csv_next was given */
};

enum csv_status { CSV_RECORD, CSV_NEED_MORE, CSV_END, CSV_ERROR };

/* A separator as an option writes it, with \t and \\ in it; ends with a NUL that is not counted. */
struct string csv_separator(struct arena *arena, const char *text);
/* Whether Spark takes these options (csv_options_read() asks it first; writers have to). */
bool csv_options_check(const struct context *context, const struct u_option *options, uint32_t count,
                       struct error *err);
/* use: patterns are for one direction, and not every pattern is for both. */
bool csv_options_read(struct arena *arena, const struct context *context, const struct u_option *options,
                      uint32_t count, enum pattern_use use, struct csv_options *out, struct error *err);
/* The next record of [*next, end), past empty lines and comments; `last`: nothing comes behind end. */
enum csv_status csv_next(struct arena *arena, const struct csv_options *o, const char **next, const char *end,
                         bool last, struct csv_record *record, struct error *err);

/*
 * texts: a STRING vector of `rows` rows, NULL where the field is. *out: a column of type `to`. bad[row] is set for a
 * text that is no value of the type (the row's value is NULL then). DATATYPE errors for types that CSV cannot hold.
 */
bool csv_convert(struct arena *arena, const struct context *context, const struct csv_options *o, const struct type *to,
                 const struct vector *texts, uint32_t rows, struct vector *out, uint8_t *bad, struct error *err);

/* The same for VARIANT (csv_variant.c). *reading: what the column's fields have been read as so far, 0 at first; a field
 * is not tried as anything that an earlier one was not. */
bool csv_to_variants(struct arena *arena, const struct context *context, const struct csv_options *o,
                     const struct vector *texts, uint32_t rows, uint8_t *reading, struct vector *out,
                     struct error *err);
/* Records as objects of _c0, _c1, ...; of the rows without fields NULL. */
struct csv_readings {
    struct arena *arena; /* where the list grows */
    LIST(uint8_t) columns;
};
bool csv_records_to_variants(struct arena *arena, const struct context *context, const struct csv_options *o,
                             const struct csv_record *records, uint32_t rows, struct csv_readings *readings,
                             struct vector *out, struct error *err);

/* Schema inference: a column's type so far, widened by one more text. Start with the NULL type. scratch is reset. */
const struct type *csv_infer(struct arena *arena, struct arena *scratch, const struct context *context,
                             const struct csv_options *o, const struct type *so_far, const struct csv_field *field);

/* Writing: a column's values as texts (in arena), then record by record. */
struct csv_writer {
    const struct context *context;
    const struct timezone *zone;
    const char *separator, *null_value, *empty_value, *line_separator;
    char quote, escape, escape_escape, comment; /* escape_escape: what escapes the escape, 0: nothing does */
    bool quote_all, escape_quotes, trim_leading, trim_trailing;
    const struct pattern *date, *timestamp, *timestamp_ntz;
    enum binary_style binary;
};
bool csv_writer_init(struct csv_writer *w, struct arena *arena, const struct context *context,
                     const struct u_option *options, uint32_t count, struct error *err);
bool csv_writer_texts(const struct csv_writer *w, struct arena *arena, const struct vector *v, uint32_t rows,
                      struct vector *out, struct error *err);
/* column: 0 for the record's first field, which must not look like a comment. */
void csv_write_text(const struct csv_writer *w, struct text *out, struct string s, uint32_t column);
/* Without the line's end. */
void csv_write_record(const struct csv_writer *w, struct text *out, const struct vector *texts, uint32_t columns,
                      uint32_t row);

#endif
