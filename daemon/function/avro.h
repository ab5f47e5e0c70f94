/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Avro (avro.apache.org, specification 1.12): schemas, and values as bytes. Files (format/avro.c) and functions
 * (function/avro_functions.c) share it.
 *
 * A schema is a tree that is made once and immutable; it nests at most TYPE_MAX_DEPTH deep, and a record that contains
 * itself is refused where Spark's types are made of it, so that a tree is all that there is to walk. A *codec* is a
 * schema and a type brought together: which fields go where, what is passed over. Bytes are hostile.
 */
#ifndef ROOST_FUNCTION_AVRO_H
#define ROOST_FUNCTION_AVRO_H

#include "base/error.h"
#include "base/text.h"
#include "column/vector.h"
#include "expr/context.h"
#include "function/json_text.h"

enum {
    AVRO_NODES_MAX = 100000, /* of a schema walked as a tree: names may stand in it many times */
    AVRO_ITEMS_MAX = 1 << 26 /* of an array or a map: items may take no bytes */
};

enum avro_kind {
    AVRO_NULL,
    AVRO_BOOLEAN,
    AVRO_INT,
    AVRO_LONG,
    AVRO_FLOAT,
    AVRO_DOUBLE,
    AVRO_BYTES,
    AVRO_STRING,
    AVRO_ARRAY,
    AVRO_MAP,
    AVRO_UNION,
    AVRO_RECORD,
    AVRO_ENUM,
    AVRO_FIXED
};
enum avro_logical {
    AVRO_NO_LOGICAL,
    AVRO_DECIMAL,
    AVRO_DATE,
    AVRO_TIMESTAMP_MILLIS,
    AVRO_TIMESTAMP_MICROS,
    AVRO_LOCAL_MILLIS,
    AVRO_LOCAL_MICROS
};

struct avro_schema {
    enum avro_kind kind;
    enum avro_logical logical;
    const char *name;       /* with its namespace; of records, enums, fixed */
    const char *spark_type; /* what Spark notes beside integers that are intervals; or NULL */
    int precision, scale;   /* decimals */
    uint32_t size;          /* fixed */
    uint32_t count;         /* fields, branches, symbols; 1 for arrays and maps */
    struct avro_schema **items;
    const char **names;                 /* fields, symbols */
    const struct json_value **defaults; /* fields; NULL entries: none */
};

/* NULL with *err: the text is no schema. */
struct avro_schema *avro_schema_parse(struct arena *arena, const char *text, size_t size, struct error *err);

/* avro_type.c */
/* What Spark makes of a schema. */
const struct type *avro_type(struct arena *arena, const struct context *context, const struct avro_schema *schema,
                             bool *nullable, struct error *err);
/* The JSON text of the schema that a type has, named as the options recordName and recordNamespace say. */
const char *avro_schema_of_type(struct arena *arena, const struct type *type, bool nullable, const char *name,
                                const char *space, struct error *err);
/* Whether a program has Spark's Avro package loaded, which Spark needs, and roost takes as leave: spark.jars.packages
 * or spark.jars names it. */
bool avro_is_loaded(const struct context *context);

/* Reading: values of a schema as those of a type. */
struct avro_decoder;
/* reader: the schema that the type was made of, for what it says of fields that `schema` lacks; NULL: they are NULL.
 * by_place: fields go by their places, not their names. */
struct avro_decoder *avro_decoder_new(struct arena *arena, const struct context *context,
                                      const struct avro_schema *schema, const struct avro_schema *reader,
                                      const struct type *type, bool by_place, struct error *err);
/* Bytes on their way; bad: what is wrong with them, and zeros come from there on. */
struct avro_bytes {
    const uint8_t *next, *end;
    const char *bad;
};
/* The next value is appended to b, whose type is the decoder's; strings stay where they are. */
void avro_decode(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b);
int64_t avro_long(struct avro_bytes *in);
const uint8_t *avro_take(struct avro_bytes *in, uint64_t size);

/* Writing: rows of a type's vectors as values of a schema. */
struct avro_encoder;
struct avro_encoder *avro_encoder_new(struct arena *arena, const struct context *context,
                                      const struct avro_schema *schema, const struct type *type, bool by_place,
                                      struct error *err);
bool avro_encode(const struct avro_encoder *e, struct text *out, const struct vector *v, uint32_t row,
                 struct error *err);
void avro_add_long(struct text *out, int64_t value);

#endif
