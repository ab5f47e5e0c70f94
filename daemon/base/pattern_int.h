/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled pattern: between pattern_compile.c, pattern_format.c, pattern_parse.c, pattern_resolve.c,
 * pattern_legacy.c and pattern_legacy_date.c.
 */
#ifndef ROOST_BASE_PATTERN_INT_H
#define ROOST_BASE_PATTERN_INT_H

#include "base/pattern_names.h"
#include "base/timezone.h"

enum pattern_field {
    FIELD_OF_ERA, /* 0 BC, 1 AD */
    FIELD_YEAR_OF_ERA,
    FIELD_OF_YEAR, /* proleptic year */
    FIELD_OF_MONTH,
    FIELD_OF_DAY,
    FIELD_DAY_OF_YEAR,
    FIELD_JULIAN_DAY, /* modified Julian day */
    FIELD_QUARTER,
    FIELD_DAY_OF_WEEK,
    FIELD_WEEKDAY_IN_MONTH,
    FIELD_HOUR_OF_DAY,
    FIELD_CLOCK_HOUR_OF_DAY,
    FIELD_HOUR_OF_HALF,
    FIELD_CLOCK_HOUR_OF_HALF,
    FIELD_HALF,
    FIELD_OF_MINUTE,
    FIELD_OF_SECOND,
    FIELD_NANO,
    FIELD_OFFSET,
    /* of SimpleDateFormat alone */
    FIELD_WEEK_OF_YEAR,
    FIELD_WEEK_OF_MONTH,
    FIELD_WEEK_YEAR,
    FIELD_MILLI,
    FIELD_COUNT
};

enum op_kind {
    OP_LITERAL,
    OP_NUMBER,
    OP_REDUCED,
    OP_FRACTION,
    OP_TEXT,
    OP_OFFSET,
    OP_LOCALIZED_OFFSET,
    OP_ZONE_ID,
    OP_ZONE_TEXT,
    OP_OPTIONAL
};
enum sign_style { SIGN_NORMAL, SIGN_EXCEEDS_PAD, SIGN_NOT_NEGATIVE };
struct op {
    uint8_t kind, field, sign, style;
    int16_t min, max;
    int16_t subsequent;  /* digits that the numbers right behind need; -1: exactly max digits */
    uint8_t offset_type; /* index into Java's list of offset forms */
    uint8_t zero_size;
    char zero[8];  /* OFFSET: text of no offset */
    uint32_t end;  /* OPTIONAL: one past its last op */
    uint32_t size; /* LITERAL */
    const char *text;
    bool standalone;                   /* TEXT: the word when it is not part of a date */
    const struct pattern_names *names; /* TEXT: its words; NULL: English */
};

enum { PATTERN_MAX_DEPTH = 32 };

struct pattern {
    const struct op *ops;
    uint32_t count;
    size_t room;
    uint32_t fixed_size; /* of the texts that pattern_parse_fixed() can read; 0: none */
    int32_t legacy_year; /* 0: not SimpleDateFormat's */
};

extern const char *const pattern_quarters[4];

/* The text of a field's value. */
const char *pattern_text(const struct op *op, int64_t value, size_t *size);
/* How many values the field has as text, the first of them. */
int pattern_text_values(const struct op *op, int *first);

/* The zone that the longest name at the start of text means, short names or long ones; its id is not terminated. */
const char *pattern_zone_named(const char *text, size_t size, enum text_style style, size_t *taken, size_t *id_size);
/* The longest id at the start of text, as the database spells it. */
const char *pattern_zone_id(const char *text, size_t size, size_t *id_size);

struct parsed_fields {
    int64_t values[FIELD_COUNT];
    uint32_t present;
    const struct timezone *zone;
};
static inline bool field_present(const struct parsed_fields *f, enum pattern_field field) {
    return f->present >> field & 1;
}
/* pattern_fixed.c. The size of texts whose fields all have a fixed width; 0: the pattern has others. */
uint32_t pattern_fixed_size(const struct pattern *pattern);
/* Reads a text of that size. False: it is not as plain as that, which says nothing about whether it can be read. */
bool pattern_parse_fixed(const struct pattern *pattern, const char *text, struct pattern_parsed *parsed);

bool pattern_resolve(struct parsed_fields *fields, struct pattern_parsed *parsed, char *why, size_t why_size);

/* Fields that SimpleDateFormat has read. */
struct legacy_fields {
    int64_t values[FIELD_COUNT];
    uint8_t order[FIELD_COUNT]; /* when a field was read; 0: it was not */
};
/* The date that they make together; false: they make none. */
bool legacy_resolve_date(const struct legacy_fields *fields, int64_t *days);
/* What a GregorianCalendar says of a date; false: the same as anybody else. */
bool legacy_field(struct date_fields date, enum pattern_field field, int64_t *value);
/* SimpleDateFormat: does it know the pattern? */
bool legacy_pattern_valid(const char *text, size_t size);
bool legacy_compile(struct arena *arena, const char *text, size_t size, struct pattern *pattern);
bool legacy_parse(const struct pattern *pattern, const char *text, size_t size, struct timezone_cache *zones,
                  struct pattern_parsed *parsed, struct pattern_failure *failure);

#endif
