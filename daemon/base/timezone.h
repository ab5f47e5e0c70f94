/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones by name, with Java's rules.
 *
 * A zone is a list of ranges of time with one offset from UTC each, and is immutable. Its ranges come from the system's
 * tz database (TZif files, version 2 and later); what the file's footer says of the far future is written out for 400
 * years, after which the Gregorian calendar, weekdays included, begins anew, so that one binary search answers for
 * every instant. Fixed offsets in all of Java's forms need no database; "UTC" is a constant.
 *
 * Zones live as long as the cache that made them, which is as long as its arena.
 *
 * Local to instant: a local time in a gap moves forward by the gap's length; of the two instants of a local time in an
 * overlap the earlier one is meant. Both come to "the offset before the transition".
 */
#ifndef ROOST_BASE_TIMEZONE_H
#define ROOST_BASE_TIMEZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct error;

struct timezone_range {
    int64_t from;         /* first second since the epoch; INT64_MIN in the first range */
    int64_t local_from;   /* first local second that is this range's, by the rule above */
    int32_t offset;       /* seconds east of UTC */
    bool daylight;        /* daylight saving time */
    uint8_t abbreviation; /* index into zone->abbreviations */
};

struct timezone {
    const char *id; /* as Java's ZoneId.getId() */
    uint32_t count; /* at least 1 */
    const struct timezone_range *ranges;
    int64_t cycle_start; /* seconds from here on repeat every 400 years; INT64_MAX: no such */
    const char *abbreviations;
    bool fixed; /* one offset, no database */
};

struct timezone_cache {
    struct arena *arena;
    const char *directory; /* of the tz database */
    uint32_t count, capacity;
    const struct timezone **slots;
};

/* directory NULL: the system's. */
void timezone_cache_init(struct timezone_cache *cache, struct arena *arena, const char *directory);

extern const struct timezone timezone_utc;

/* The zone of an id, or NULL when there is none such (or no database). Spark's relaxed forms ("+8:00") included. */
const struct timezone *timezone_find(struct timezone_cache *cache, const char *id, size_t size);
/* The same, with INVALID_TIMEZONE. */
const struct timezone *timezone_get(struct timezone_cache *cache, const char *id, size_t size, struct error *err);
/* The offset of an id that is a fixed one ("Z", "+08:00", "UTC-3", "EST"): needs no cache. False: it is not. */
bool timezone_fixed_offset(const char *id, size_t size, int32_t *seconds);
/* "Z", "+08:00", "-07:52:58": Java's ZoneOffset.getId(). Room for 10. Returns the length. */
size_t timezone_offset_text(int32_t offset, char *out);

/* The range an instant, or a local time, falls in. Seconds since the epoch. */
const struct timezone_range *timezone_range_at(const struct timezone *zone, int64_t seconds);
const struct timezone_range *timezone_range_local(const struct timezone *zone, int64_t local_seconds);
const char *timezone_abbreviation(const struct timezone *zone, const struct timezone_range *range);

static inline int64_t timezone_floor_seconds(int64_t micros) {
    return micros / 1000000 - (micros % 1000000 < 0);
}
/* False when the result leaves 64 bits. */
static inline bool timezone_to_local(const struct timezone *zone, int64_t micros, int64_t *local) {
    const struct timezone_range *range =
        zone->count == 1 ? zone->ranges : timezone_range_at(zone, timezone_floor_seconds(micros));
    return !__builtin_add_overflow(micros, range->offset * INT64_C(1000000), local);
}
static inline bool timezone_to_instant(const struct timezone *zone, int64_t local, int64_t *micros) {
    const struct timezone_range *range =
        zone->count == 1 ? zone->ranges : timezone_range_local(zone, timezone_floor_seconds(local));
    return !__builtin_sub_overflow(local, range->offset * INT64_C(1000000), micros);
}

/* The last range, remembered: rows of a column tend to fall in the same. */
struct timezone_cursor {
    const struct timezone *zone;
    int64_t from, until; /* microseconds */
    int64_t offset;      /* microseconds */
};
void timezone_cursor_init(struct timezone_cursor *cursor, const struct timezone *zone);
void timezone_cursor_seek(struct timezone_cursor *cursor, int64_t micros);
/* Local microseconds of an instant; at the very ends of 64 bits they stay there. */
static inline int64_t timezone_cursor_local(struct timezone_cursor *cursor, int64_t micros) {
    if (micros < cursor->from || micros >= cursor->until) timezone_cursor_seek(cursor, micros);
    int64_t local;
    if (__builtin_add_overflow(micros, cursor->offset, &local)) return micros < 0 ? INT64_MIN : INT64_MAX;
    return local;
}
/* The local days of many instants. False, and nothing of use in days: not all of them are in the range at hand. */
bool timezone_cursor_days(const struct timezone_cursor *cursor, const int64_t *micros, uint32_t count, int32_t *days);

#endif
