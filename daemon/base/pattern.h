/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datetime patterns ("yyyy-MM-dd HH:mm:ss.SSS"), as Java's DateTimeFormatter has them and Spark allows them, in English.
 *
 * A pattern is compiled once into a short program (pattern_compile), and the program run per value in either direction,
 * without memory of its own. Parsing is strict, letters' case aside: what the resolver of java.time refuses is refused
 * with its words, and what a pattern leaves out is Spark's default (1970, January, 1, midnight).
 *
 * With `legacy_year` the pattern is SimpleDateFormat's instead (spark.sql.legacy.timeParserPolicy = LEGACY).
 */
#ifndef ROOST_BASE_PATTERN_H
#define ROOST_BASE_PATTERN_H

#include "base/arena.h"
#include "base/datetime.h"

struct error;
struct pattern;
struct timezone_range;

enum pattern_use { PATTERN_FORMAT, PATTERN_PARSE };

/*
 * NULL: INVALID_DATETIME_PATTERN.*, INCONSISTENT_BEHAVIOR_CROSS_VERSION.*. Lives in the arena. legacy_year: 0, or the
 * year that it is, since SimpleDateFormat reads two digits as a year of the 80 before it or the 20 after.
 */
const struct pattern *pattern_compile(struct arena *arena, const char *text, size_t size, enum pattern_use use,
                                      int32_t legacy_year, struct error *err);

/* What a value has: without a zone it is a wall clock; nanos < 0: a date alone; without has_date: a time alone. */
struct pattern_value {
    bool has_date;
    int64_t days;
    int64_t nanos; /* of the day */
    const struct timezone *zone;
    const struct timezone_range *range;
};
struct pattern_value pattern_value_of(const struct timezone *zone, int64_t micros);
struct pattern_value pattern_value_local(int64_t local_micros);

/* Room that any value needs. */
size_t pattern_room(const struct pattern *pattern);
/* Writes, returns the length; SIZE_MAX when the value has no such field, or the field cannot be written so. */
size_t pattern_format(const struct pattern *pattern, const struct pattern_value *value, char *out);

struct pattern_parsed {
    int64_t days;
    int64_t nanos;
    bool has_zone;
    const struct timezone *zone; /* or NULL and */
    int32_t offset;
};
/* Java's words on what went wrong. */
struct pattern_failure {
    char message[480];
};
/* failure: NULL when nobody asks. zones: for zone names in the text. */
bool pattern_parse(const struct pattern *pattern, const char *text, size_t size, struct timezone_cache *zones,
                   struct pattern_parsed *parsed, struct pattern_failure *failure);
/* The instant: in the text's zone, or else in `zone`. False: beyond 64 bits. */
bool pattern_to_instant(const struct pattern_parsed *parsed, const struct timezone *zone, int64_t *micros);

/* English names. */
extern const char *const pattern_months[12];
extern const char *const pattern_days[7]; /* Monday first */
enum text_style { TEXT_SHORT, TEXT_FULL, TEXT_GENERIC_SHORT, TEXT_GENERIC_FULL };
/* A zone's; NULL: it has none. */
const char *pattern_zone_text(const char *id, enum text_style style, bool daylight);

#endif
