/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TZif files (RFC 8536), version 2 and later.
 *
 *     header  "TZif" version(1) unused(15) isutcnt isstdcnt leapcnt timecnt typecnt charcnt (4 bytes each, big-endian)
 *     data    with 4-byte times: passed over
 *     header  again
 *     data    timecnt times (8 bytes), timecnt types (1), typecnt x {offset(4), daylight(1), abbreviation(1)},
 *             charcnt bytes of abbreviations, leap seconds, isstd, isut
 *     footer  "\n" TZ string "\n": the rule after the last time, as POSIX writes it: EST5EDT,M3.2.0,M11.1.0
 *
 * A file is not believed: every count is checked against the size, times must ascend, offsets stay within Java's
 * 18 hours, and files that count leap seconds are refused, since neither Java nor Spark counts them.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/datetime.h"
#include "base/timezone_int.h"

enum { MAX_FILE = 1 << 18, HEADER = 44, MAX_OFFSET = 18 * 3600, CYCLE_YEARS = 402 };

struct counts {
    uint32_t isut, isstd, leap, time, type, abbreviation;
};

static uint32_t read32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
static int64_t read64(const uint8_t *p) {
    return (int64_t)((uint64_t)read32(p) << 32 | read32(p + 4));
}

/* The header at p and the size of the data behind it; false when they do not fit into `size` bytes. */
static bool read_header(const uint8_t *p, size_t size, unsigned time_size, struct counts *c, size_t *data_size) {
    if (size < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2') return false;
    *c =
        (struct counts){read32(p + 20), read32(p + 24), read32(p + 28), read32(p + 32), read32(p + 36), read32(p + 40)};
    if (c->time > MAX_FILE || c->type > 256 || c->abbreviation > 256 || c->leap > MAX_FILE || c->isut > 256 ||
        c->isstd > 256)
        return false;
    *data_size = (size_t)c->time * (time_size + 1) + (size_t)c->type * 6 + c->abbreviation +
                 (size_t)c->leap * (time_size + 4) + c->isstd + c->isut;
    return *data_size <= size - HEADER;
}

/* The POSIX rule of a footer. */
struct change {
    char kind; /* M: month.week.day, J: day 1 to 365 without leap days, 0: day 0 to 365 */
    int month, week, day;
    int32_t time; /* seconds after midnight, may be negative or beyond a day */
};
struct rule {
    int32_t standard, daylight; /* offsets */
    bool has_daylight;
    struct change begin, end;
    uint8_t standard_name, daylight_name;
};

/* A cursor over the footer; once something is wrong, failed stays set and everything reads as 0. */
struct text {
    const char *p, *end;
    bool failed;
};

static bool take(struct text *t, char c) {
    if (t->p == t->end || *t->p != c) return false;
    t->p++;
    return true;
}
static void expect(struct text *t, char c) {
    if (!take(t, c)) t->failed = true;
}
static int number(struct text *t, int low, int high) {
    int value = 0, digits = 0;
    for (; t->p < t->end && *t->p >= '0' && *t->p <= '9' && digits < 4; digits++) value = value * 10 + *t->p++ - '0';
    if (!digits || value < low || value > high) t->failed = true;
    return t->failed ? low : value;
}
static int32_t clock_time(struct text *t, int max_hours) {
    int sign = take(t, '-') ? -1 : 1;
    if (sign > 0) take(t, '+');
    int32_t seconds = number(t, 0, max_hours) * 3600;
    if (take(t, ':')) {
        seconds += number(t, 0, 59) * 60;
        if (take(t, ':')) seconds += number(t, 0, 59);
    }
    return sign * seconds;
}

/* A name, kept among the zone's abbreviations (pool, used bytes of 256 each); its index. */
static uint8_t rule_name(struct text *t, char *pool, size_t *used) {
    const char *from = t->p;
    bool quoted = take(t, '<');
    if (quoted) {
        from = t->p;
        while (t->p < t->end && *t->p != '>') t->p++;
    } else {
        while (t->p < t->end && ((*t->p | 32) >= 'a' && (*t->p | 32) <= 'z')) t->p++;
    }
    size_t size = (size_t)(t->p - from);
    if (quoted) expect(t, '>');
    if (size < 3 || size > 16) t->failed = true;
    if (t->failed) return 0;
    for (size_t i = 0; i < *used; i += strlen(pool + i) + 1)
        if (strlen(pool + i) == size && memcmp(pool + i, from, size) == 0) return (uint8_t)i;
    if (*used + size + 1 > 256) return 0;
    memcpy(pool + *used, from, size);
    size_t index = *used;
    *used += size;
    pool[(*used)++] = 0;
    return (uint8_t)index;
}

static void rule_change(struct text *t, struct change *change) {
    expect(t, ',');
    if (take(t, 'M')) {
        change->kind = 'M';
        change->month = number(t, 1, 12);
        expect(t, '.');
        change->week = number(t, 1, 5);
        expect(t, '.');
        change->day = number(t, 0, 6);
    } else {
        change->kind = take(t, 'J') ? 'J' : '0';
        change->day = number(t, change->kind == 'J', 365);
    }
    change->time = take(t, '/') ? clock_time(t, 167) : 7200;
}

static bool parse_rule(const char *footer, size_t size, char *pool, size_t *used, struct rule *rule) {
    struct text t = {.p = footer, .end = footer + size};
    rule->standard_name = rule_name(&t, pool, used);
    rule->standard = -clock_time(&t, 18);
    if (!t.failed && t.p == t.end) return true;
    rule->has_daylight = true;
    rule->daylight_name = rule_name(&t, pool, used);
    rule->daylight = rule->standard + 3600;
    if (t.p < t.end && *t.p != ',') rule->daylight = -clock_time(&t, 18);
    rule_change(&t, &rule->begin);
    rule_change(&t, &rule->end);
    return !t.failed && t.p == t.end;
}

/* Local seconds of a change in a year. */
static int64_t change_in(const struct change *change, int64_t year) {
    int64_t days;
    if (change->kind == 'M') {
        int64_t first = days_from_fields(year, change->month, 1);
        int weekday = (weekday_from_days(first) + 1) % 7; /* 0: Sunday */
        int day = (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
        while (day >= month_length(year, change->month)) day -= 7;
        days = first + day;
    } else {
        days = days_from_fields(year, 1, 1) + change->day;
        if (change->kind == 'J') days -= !(year_is_leap(year) && change->day >= 60);
    }
    return days * 86400 + change->time;
}

typedef LIST(struct timezone_range) range_list;

static void append_range(struct arena *arena, range_list *ranges, int64_t from, int32_t offset, bool daylight,
                         uint8_t abbreviation) {
    struct timezone_range range = {from, INT64_MIN, offset, daylight, abbreviation};
    if (ranges->count) {
        const struct timezone_range *last = &ranges->items[ranges->count - 1];
        if (from <= last->from) return;
        range.local_from = from + (offset > last->offset ? offset : last->offset);
        if (range.local_from < last->local_from) range.local_from = last->local_from;
    }
    LIST_PUSH(arena, ranges, range);
}

/* The rule written out; the half year before cycle_start keeps its changes clear of where the cycle closes. */
static int64_t append_rule(struct arena *arena, range_list *ranges, const struct rule *rule) {
    int64_t last = ranges->items[ranges->count - 1].from;
    if (last == INT64_MIN) last = 0;
    int64_t first_year = date_from_days(floor_div(last, 86400)).year;
    for (int64_t year = first_year; year <= first_year + CYCLE_YEARS; year++) {
        int64_t begin = change_in(&rule->begin, year) - rule->standard;
        int64_t end = change_in(&rule->end, year) - rule->daylight;
        for (int i = 0; i < 2; i++) {
            if ((begin < end) == (i == 0))
                append_range(arena, ranges, begin, rule->daylight, true, rule->daylight_name);
            else
                append_range(arena, ranges, end, rule->standard, false, rule->standard_name);
        }
    }
    return days_from_fields(first_year + 1, 7, 1) * 86400;
}

static bool decode_ranges(struct arena *arena, const uint8_t *p, const struct counts *c, range_list *ranges) {
    const uint8_t *types = p + (size_t)c->time * 8, *type_table = types + c->time;
    for (uint32_t i = 0; i < c->type; i++) {
        int32_t offset = (int32_t)read32(type_table + i * 6);
        if (offset < -MAX_OFFSET || offset > MAX_OFFSET || type_table[i * 6 + 5] >= c->abbreviation) return false;
    }
    int64_t limit = INT64_C(1) << 59, before = -limit - 1; /* room for offsets, and for folding the cycle */
    for (uint32_t i = 0; i <= c->time; i++) {
        uint8_t type = i ? types[i - 1] : 0;
        int64_t from = i ? read64(p + (size_t)(i - 1) * 8) : INT64_MIN;
        if (i && (from <= before || from > limit || type >= c->type)) return false;
        if (i) before = from;
        const uint8_t *entry = type_table + type * 6;
        append_range(arena, ranges, from, (int32_t)read32(entry), entry[4], entry[5]);
    }
    return true;
}

const struct timezone *timezone_decode(struct arena *arena, const char *name, const uint8_t *bytes, size_t size) {
    struct counts c;
    size_t data_size;
    if (!read_header(bytes, size, 4, &c, &data_size)) return NULL;
    bytes += HEADER + data_size;
    size -= HEADER + data_size;
    if (!read_header(bytes, size, 8, &c, &data_size) || !c.type || !c.abbreviation || c.leap) return NULL;
    bytes += HEADER;
    size -= HEADER;
    range_list ranges = {0};
    if (!decode_ranges(arena, bytes, &c, &ranges)) return NULL;
    char *pool = arena_alloc(arena, 512);
    memcpy(pool, bytes + (size_t)c.time * 9 + (size_t)c.type * 6, c.abbreviation);
    struct timezone *zone = ARENA_NEW(arena, struct timezone);
    zone->cycle_start = INT64_MAX;
    const char *footer = (const char *)bytes + data_size;
    size -= data_size;
    if (size < 2 || footer[0] != '\n' || footer[size - 1] != '\n') return NULL;
    if (size > 2) {
        size_t used = c.abbreviation;
        pool[used - 1] = 0;
        struct rule rule = {0};
        if (!parse_rule(footer + 1, size - 2, pool, &used, &rule)) return NULL;
        if (rule.has_daylight) zone->cycle_start = append_rule(arena, &ranges, &rule);
    }
    zone->id = arena_strdup(arena, name);
    zone->count = ranges.count;
    zone->ranges = ranges.items;
    zone->abbreviations = pool;
    return zone;
}

static bool is_private(const char *name) {
    static const char *const refused[] = {"posix/", "right/", "posixrules", "localtime", "Factory"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strncmp(name, refused[i], strlen(refused[i])) == 0) return true;
    return false;
}

const struct timezone *timezone_load(struct arena *arena, const char *directory, const char *name) {
    char path[PATH_MAX];
    if (is_private(name) || snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path) return NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return NULL;
    struct stat status;
    uint8_t bytes[8192]; /* the largest file of today has 3.5 KB */
    ssize_t size = -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= (off_t)sizeof bytes)
        size = read(fd, bytes, sizeof bytes);
    close(fd);
    return size < 0 ? NULL : timezone_decode(arena, name, bytes, (size_t)size);
}
