/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML as Spark reads and writes it. Files (format/xml.c) and functions (function/xml.c) share it.
 *
 *     xml_event.c    text to events: start, text, end
 *     xml_convert.c  events to typed rows; xml_value.c one text to one value; xml_variant.c events to variants
 *     xml_infer.c    events to a schema
 *     xml_write.c    typed rows to text
 *
 * The reader takes elements, attributes, text, comments and the five entities of the standard. Entities of a
 * document's own are malformed here, a DOCTYPE is passed over, and nothing is ever fetched. Names keep their prefixes:
 * Spark does not look at namespaces. Nesting is bounded by XML_MAX_DEPTH.
 */
#ifndef ROOST_FUNCTION_XML_TEXT_H
#define ROOST_FUNCTION_XML_TEXT_H

#include "base/error.h"
#include "base/option.h"
#include "base/pattern.h"
#include "base/text.h"
#include "column/binary_text.h"
#include "column/variant_writer.h"
#include "column/vector.h"
#include "expr/context.h"

enum { XML_MAX_DEPTH = 1000, XML_MAX_ATTRIBUTES = 1000 };
enum xml_mode { XML_PERMISSIVE, XML_DROP_MALFORMED, XML_FAIL_FAST };

struct xml_options {
    const char *row_tag, *root_tag, *declaration, *array_element, *indent;
    struct string attribute_prefix, value_tag, null_value;
    bool has_null_value;
    bool exclude_attributes, trim, infer_schema, prefers_decimal, ignore_namespace, validate_names;
    const char *corrupt_column, *wildcard_column;
    const char *variant_column;                                                     /* or NULL */
    const struct pattern *date_pattern, *timestamp_pattern, *timestamp_ntz_pattern; /* reading; NULL: as CAST */
    const char *date_format, *timestamp_format, *timestamp_ntz_format;              /* as given, for writing */
    const struct timezone *zone;
    const struct locale *locale;
    enum binary_style binary;
    enum xml_mode mode;
};
/* What Spark refuses among them is refused with its words. */
/* use: patterns are for one direction, and not every pattern is for both. */
bool xml_options_read(struct arena *arena, const struct context *context, const struct u_option *options,
                      uint32_t count, enum pattern_use use, struct xml_options *out, struct error *err);

/* ---- events ---- */

enum xml_event_kind { XML_START, XML_END, XML_TEXT, XML_DONE, XML_MALFORMED };

struct xml_attribute {
    struct string name, value;
};
struct xml_event {
    enum xml_event_kind kind;
    struct string text; /* START, END: the name; TEXT: decoded, with CDATA beside it joined to it */
    uint32_t attribute_count;
    struct xml_attribute *attributes;
};
struct xml_reader {
    struct arena *arena;   /* of the stack of open elements */
    struct arena *scratch; /* of the events: the caller may reset it when it keeps none */
    const char *start, *next, *end;
    LIST(struct string) open;
    bool self_closed; /* the last START was <a/>: its END comes next */
    bool root_seen, failed, has_peeked;
    struct xml_event peeked;
};
/* The text stays the caller's, and names and plain texts point into it. */
void xml_reader_init(struct xml_reader *r, struct arena *arena, struct arena *scratch, struct string text);
/* Once malformed, always malformed. */
struct xml_event xml_next(struct xml_reader *r);
const struct xml_event *xml_peek(struct xml_reader *r);
bool xml_is_blank(struct string text);
/* To the end of the element whose START was just read. */
bool xml_skip_element(struct xml_reader *r);

/* ---- what the converters share ---- */

/* An element's name as fields have it; an attribute's with the prefix. */
struct string xml_element_name(const struct xml_options *o, struct string name);
struct string xml_attribute_name(struct arena *arena, const struct xml_options *o, struct string name);
/* Without what is at most U+0020 around it, when the options say so. */
struct string xml_trim(const struct xml_options *o, struct string text);
static inline bool xml_is_null(const struct xml_options *o, struct string text) {
    return o->has_null_value && string_equal(text, o->null_value);
}

/* ---- reading ---- */

struct xml_target {
    struct arena *arena; /* the record's */
    const struct context *context;
    const struct xml_options *options;
};

/* A value of any type, as 16 bytes of its storage or as parts. */
struct xml_cell {
    enum { XML_CELL_NULL, XML_CELL_VALUE, XML_CELL_LIST, XML_CELL_ROW, XML_CELL_VARIANT } kind;
    uint32_t count, capacity;
    struct xml_cell *items; /* LIST: elements, or of a map keys and values in turn; ROW: fields */
    union {
        _Alignas(16) unsigned char value[16];
        struct string variant[2];
    };
};
/* False: the text is no value of that type (or the type is none that a text can be). */
bool xml_read_value(const struct xml_target *t, struct string text, const struct type *type, struct xml_cell *out);

enum xml_outcome { XML_GOOD, XML_PARTIAL, XML_BAD };
/* The element whose START was just read, as a row of the struct type. PARTIAL: a field did not fit; what came before
 * is there. BAD: there is nothing. */
enum xml_outcome xml_read_row(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                              const struct xml_event *start, struct xml_cell *out);
/* Strings' bytes are copied into the builder's arena. */
void xml_append(struct builder *b, const struct xml_cell *cell);
/* A schema of one variant column that `singleVariantColumn` names: the record is its value. */
bool xml_is_variant_row(const struct xml_options *o, const struct type *type);
bool xml_read_variant(const struct xml_target *t, struct xml_reader *r, const struct xml_event *start,
                      struct xml_cell *out);

/* ---- schema inference ---- */

/* The element's type, a struct; NULL: malformed. */
const struct type *xml_infer(const struct xml_target *t, struct xml_reader *r, const struct xml_event *start);
const struct type *xml_merge_types(const struct xml_target *t, const struct type *a, const struct type *b);
/* NULL becomes STRING; NULL is answered for a struct without fields. */
const struct type *xml_final_type(struct arena *arena, const struct type *t);

/* ---- writing ---- */

struct xml_writer {
    struct arena *arena;   /* as long as the writer */
    struct arena *scratch; /* set before each row */
    const struct context *context;
    const struct xml_options *options;
    const struct pattern *date, *timestamp, *timestamp_ntz;
    struct text *out;
    uint32_t depth;
    uint32_t nesting;                                       /* of the variant at hand */
    bool tag_open;                                          /* "<a" is written, ">" is not yet */
    enum { XML_NOTHING, XML_ELEMENT, XML_CHARACTERS } seen; /* in the element at hand */
    LIST(uint8_t) outer;                                    /* what was seen in those around it */
    LIST(struct string) names;
};
bool xml_writer_init(struct xml_writer *w, struct arena *arena, const struct context *context,
                     const struct xml_options *o, struct error *err);
/* <?xml ...?> and the root element, for files; and its end. */
bool xml_write_head(struct xml_writer *w, struct error *err);
void xml_write_tail(struct xml_writer *w);
/* A row of a struct or variant vector as an element named rowTag. */
bool xml_write_row(struct xml_writer *w, const struct vector *v, uint32_t row, struct error *err);

#endif
