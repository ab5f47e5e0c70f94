/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zones: names, the cache, look-up in the ranges. The files are read in timezone_file.c.
 *
 * Names follow java.time.ZoneId.of(id, ZoneId.SHORT_IDS), after Spark's own repair of one-digit hours and minutes:
 * an offset ("+8", "-0330", "+05:30:10"), a prefix with an offset ("UTC+8"), one of the old three-letter ids, which
 * mean regions or offsets, or a region of the tz database, case-sensitive.
 */
#include "base/timezone.h"

#include <string.h>

#include "base/double_bits.h"
#include "base/error.h"
#include "base/timezone_int.h"
#include "base/vectorized.h"

enum { MAX_OFFSET = 18 * 3600, MAX_ID = 64 };

#define CYCLE INT64_C(12622780800) /* 400 Gregorian years in seconds */

static const struct timezone_range utc_range = {.from = INT64_MIN, .local_from = INT64_MIN};
const struct timezone timezone_utc = {
    .id = "UTC", .count = 1, .ranges = &utc_range, .cycle_start = INT64_MAX, .abbreviations = "UTC", .fixed = true};

/* java.time.ZoneId.SHORT_IDS, sorted. */
static const struct short_id {
    char id[4];
    const char *zone;
} short_ids[] = {
    {"ACT", "Australia/Darwin"},
    {"AET", "Australia/Sydney"},
    {"AGT", "America/Argentina/Buenos_Aires"},
    {"ART", "Africa/Cairo"},
    {"AST", "America/Anchorage"},
    {"BET", "America/Sao_Paulo"},
    {"BST", "Asia/Dhaka"},
    {"CAT", "Africa/Harare"},
    {"CNT", "America/St_Johns"},
    {"CST", "America/Chicago"},
    {"CTT", "Asia/Shanghai"},
    {"EAT", "Africa/Addis_Ababa"},
    {"ECT", "Europe/Paris"},
    {"EST", "-05:00"},
    {"HST", "-10:00"},
    {"IET", "America/Indiana/Indianapolis"},
    {"IST", "Asia/Kolkata"},
    {"JST", "Asia/Tokyo"},
    {"MIT", "Pacific/Apia"},
    {"MST", "-07:00"},
    {"NET", "Asia/Yerevan"},
    {"NST", "Pacific/Auckland"},
    {"PLT", "Asia/Karachi"},
    {"PNT", "America/Phoenix"},
    {"PRT", "America/Puerto_Rico"},
    {"PST", "America/Los_Angeles"},
    {"SST", "Pacific/Guadalcanal"},
    {"VST", "Asia/Ho_Chi_Minh"},
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Two digits at p, or -1. */
static int two_digits(const char *p, const char *end) {
    return end - p >= 2 && is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + p[1] - '0' : -1;
}

/* java.time.ZoneOffset.of: Z, +h, +hh, +hhmm, +hh:mm, +hhmmss, +hh:mm:ss. */
static bool parse_offset(const char *p, size_t size, int32_t *seconds) {
    const char *end = p + size;
    if (size == 1 && *p == 'Z') return *seconds = 0, true;
    if (size < 2 || (*p != '+' && *p != '-')) return false;
    int sign = *p++ == '-' ? -1 : 1;
    int part[3] = {0, 0, 0};
    if (size == 2) {
        if (!is_digit(*p)) return false;
        part[0] = *p - '0';
    } else {
        if (size == 4 || size == 8 || size > 9) return false;
        bool colons = size == 6 || size == 9;
        for (int i = 0; p < end; i++) {
            if (i && colons && *p++ != ':') return false;
            if ((part[i] = two_digits(p, end)) < 0) return false;
            p += 2;
        }
    }
    if (part[0] > 18 || part[1] > 59 || part[2] > 59) return false;
    *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return *seconds >= -MAX_OFFSET && *seconds <= MAX_OFFSET;
}

/* Spark before 3.0 took "+8:00" and "+08:0" anywhere in an id; it still does. Returns the new size; out is MAX_ID + 2. */
static size_t repair_id(const char *id, size_t size, char *out) {
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        out[n++] = id[i];
        bool sign = id[i] == '+' || id[i] == '-';
        if (sign && i + 2 < size && is_digit(id[i + 1]) && id[i + 2] == ':') {
            out[n++] = '0';
            memcpy(out + n, id + i + 1, size - i - 1);
            n += size - i - 1;
            break;
        }
    }
    if (n >= 5 && is_digit(out[n - 1]) && out[n - 2] == ':' && is_digit(out[n - 3]) && is_digit(out[n - 4]) &&
        (out[n - 5] == '+' || out[n - 5] == '-')) {
        out[n] = out[n - 1];
        out[n - 1] = '0';
        n++;
    }
    return n;
}

static bool expand_short_id(char *id, size_t *size) {
    if (*size != 3) return false;
    size_t low = 0, high = sizeof short_ids / sizeof *short_ids;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(id, short_ids[middle].id, 3);
        if (order == 0) {
            *size = strlen(short_ids[middle].zone);
            memcpy(id, short_ids[middle].zone, *size);
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

enum id_form { ID_INVALID, ID_FIXED, ID_REGION };

struct parsed_id {
    char text[MAX_ID]; /* REGION: its name; FIXED: the prefix */
    size_t size;
    int32_t offset;
};

/* Letters, digits and ~/._+- after a letter, as Java has it; no way out of the database's directory. */
static bool region_name_valid(const char *id, size_t size) {
    if (size < 2) return false;
    for (size_t i = 0; i < size; i++) {
        char c = id[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (i == 0 || !(is_digit(c) || strchr("~/._+-", c)))) return false;
        if (c == '.' && id[i - 1] == '.') return false;
    }
    return true;
}

static enum id_form parse_id(const char *id, size_t size, struct parsed_id *parsed) {
    if (size == 0 || size > MAX_ID - 3 || memchr(id, 0, size)) return ID_INVALID;
    char *text = parsed->text;
    size = repair_id(id, size, text);
    expand_short_id(text, &size);
    parsed->size = size;
    if (size == 1 || text[0] == '+' || text[0] == '-') {
        parsed->size = 0;
        return parse_offset(text, size, &parsed->offset) ? ID_FIXED : ID_INVALID;
    }
    size_t prefix = 0;
    if (size >= 3 && (memcmp(text, "UTC", 3) == 0 || memcmp(text, "GMT", 3) == 0))
        prefix = 3;
    else if (memcmp(text, "UT", 2) == 0)
        prefix = 2;
    if (prefix == size) return parsed->offset = 0, ID_FIXED;
    if (prefix && (text[prefix] == '+' || text[prefix] == '-')) {
        parsed->size = prefix;
        return parse_offset(text + prefix, size - prefix, &parsed->offset) ? ID_FIXED : ID_INVALID;
    }
    return region_name_valid(text, size) ? ID_REGION : ID_INVALID;
}

bool timezone_fixed_offset(const char *id, size_t size, int32_t *seconds) {
    struct parsed_id parsed;
    if (parse_id(id, size, &parsed) != ID_FIXED) return false;
    *seconds = parsed.offset;
    return true;
}

size_t timezone_offset_text(int32_t offset, char *out) {
    if (offset == 0) {
        out[0] = 'Z';
        return 1;
    }
    uint32_t seconds = (uint32_t)(offset < 0 ? -offset : offset);
    uint32_t parts[3] = {seconds / 3600, seconds / 60 % 60, seconds % 60};
    size_t n = 0;
    out[n++] = offset < 0 ? '-' : '+';
    for (int i = 0; i < (parts[2] ? 3 : 2); i++) {
        if (i) out[n++] = ':';
        out[n++] = (char)('0' + parts[i] / 10);
        out[n++] = (char)('0' + parts[i] % 10);
    }
    return n;
}

static const struct timezone *new_fixed(struct arena *arena, const struct parsed_id *parsed) {
    char offset[10];
    size_t size = timezone_offset_text(parsed->offset, offset);
    if (parsed->offset == 0 && parsed->size) size = 0; /* "UTC", not "UTCZ" */
    struct timezone_range *range = ARENA_NEW(arena, struct timezone_range);
    *range = (struct timezone_range){.from = INT64_MIN, .local_from = INT64_MIN, .offset = parsed->offset};
    struct timezone *zone = ARENA_NEW(arena, struct timezone);
    *zone = (struct timezone){.count = 1, .ranges = range, .cycle_start = INT64_MAX, .fixed = true};
    zone->id = arena_printf(arena, "%.*s%.*s", (int)parsed->size, parsed->text, (int)size, offset);
    zone->abbreviations = zone->id;
    return zone;
}

void timezone_cache_init(struct timezone_cache *cache, struct arena *arena, const char *directory) {
    *cache = (struct timezone_cache){.arena = arena, .directory = directory ? directory : "/usr/share/zoneinfo"};
}

static uint32_t hash_id(const char *id) {
    uint32_t hash = 2166136261u;
    for (; *id; id++) hash = (hash ^ (uint8_t)*id) * 16777619u;
    return hash;
}

static const struct timezone **find_slot(const struct timezone **slots, uint32_t capacity, const char *id) {
    uint32_t i = hash_id(id) & (capacity - 1);
    while (slots[i] && strcmp(slots[i]->id, id) != 0) i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static void cache_grow(struct timezone_cache *cache) {
    uint32_t capacity = cache->capacity ? cache->capacity * 2 : 16;
    const struct timezone **slots = ARENA_ARRAY(cache->arena, const struct timezone *, capacity);
    for (uint32_t i = 0; i < cache->capacity; i++)
        if (cache->slots[i]) *find_slot(slots, capacity, cache->slots[i]->id) = cache->slots[i];
    cache->slots = slots;
    cache->capacity = capacity;
}

const struct timezone *timezone_find(struct timezone_cache *cache, const char *id, size_t size) {
    struct parsed_id parsed;
    enum id_form form = parse_id(id, size, &parsed);
    if (form == ID_INVALID) return NULL;
    char key[MAX_ID + 16];
    memcpy(key, parsed.text, parsed.size);
    size = parsed.size;
    if (form == ID_FIXED && (parsed.offset || !size)) size += timezone_offset_text(parsed.offset, key + size);
    key[size] = 0;
    if (cache->count * 2 >= cache->capacity) cache_grow(cache);
    const struct timezone **slot = find_slot(cache->slots, cache->capacity, key);
    if (*slot) return *slot;
    const struct timezone *zone =
        form == ID_FIXED ? new_fixed(cache->arena, &parsed) : timezone_load(cache->arena, cache->directory, key);
    if (zone) {
        *slot = zone;
        cache->count++;
    }
    return zone;
}

const struct timezone *timezone_get(struct timezone_cache *cache, const char *id, size_t size, struct error *err) {
    const struct timezone *zone = size ? timezone_find(cache, id, size) : NULL;
    if (zone) return zone;
    error_set(err, "INVALID_TIMEZONE", NULL);
    error_add(err, "timeZone", "%.*s", (int)(size < 1000 ? size : 1000), id);
    return NULL;
}

static int64_t fold_cycle(const struct timezone *zone, int64_t seconds) {
    if (seconds < zone->cycle_start) return seconds;
    return zone->cycle_start + (seconds - zone->cycle_start) % CYCLE;
}

const struct timezone_range *timezone_range_at(const struct timezone *zone, int64_t seconds) {
    seconds = fold_cycle(zone, seconds);
    const struct timezone_range *base = zone->ranges;
    for (uint32_t n = zone->count; n > 1;) { /* base[0].from <= seconds always */
        uint32_t half = n / 2;
        base += base[half].from <= seconds ? half : 0;
        n -= half;
    }
    return base;
}

const struct timezone_range *timezone_range_local(const struct timezone *zone, int64_t local_seconds) {
    local_seconds = fold_cycle(zone, local_seconds);
    const struct timezone_range *base = zone->ranges;
    for (uint32_t n = zone->count; n > 1;) {
        uint32_t half = n / 2;
        base += base[half].local_from <= local_seconds ? half : 0;
        n -= half;
    }
    return base;
}

const char *timezone_abbreviation(const struct timezone *zone, const struct timezone_range *range) {
    return zone->abbreviations + range->abbreviation;
}

void timezone_cursor_init(struct timezone_cursor *cursor, const struct timezone *zone) {
    *cursor = (struct timezone_cursor){.zone = zone, .from = INT64_MAX, .until = INT64_MIN};
    if (zone->count > 1) return;
    cursor->from = INT64_MIN;
    cursor->until = INT64_MAX;
    cursor->offset = zone->ranges->offset * INT64_C(1000000);
}

/* Within the 400 years that repeat, only this one instant is remembered. */
void timezone_cursor_seek(struct timezone_cursor *cursor, int64_t micros) {
    const struct timezone *zone = cursor->zone;
    int64_t seconds = timezone_floor_seconds(micros);
    const struct timezone_range *range = timezone_range_at(zone, seconds);
    cursor->offset = range->offset * INT64_C(1000000);
    cursor->from = micros;
    cursor->until = micros;
    if (fold_cycle(zone, seconds) != seconds) return;
    bool last = range + 1 == zone->ranges + zone->count;
    int64_t until = last ? INT64_MAX : range[1].from;
    if (until > zone->cycle_start) until = zone->cycle_start;
    if (__builtin_mul_overflow(range->from, INT64_C(1000000), &cursor->from)) cursor->from = INT64_MIN;
    if (__builtin_mul_overflow(until, INT64_C(1000000), &cursor->until)) cursor->until = INT64_MAX;
}

/*
 * Local microseconds to days without a division of 64 bits, for which vectors have no instruction: the microseconds of
 * a day are 2^13 times 10546875. What is left of the shift is exact as a double; its product with the reciprocal is off
 * by less than a third of 1 / 10546875 as long as there are fewer than 2^27 days, and half of that is added, so that it
 * neither falls below a whole quotient nor reaches the next one.
 */
VECTORIZED bool timezone_cursor_days(const struct timezone_cursor *cursor, const int64_t *micros, uint32_t count,
                                     int32_t *days) {
    enum { SHIFT = 13, UNITS_PER_DAY = 10546875 };
    const int64_t far = INT64_C(1) << 62;
    const int64_t from = cursor->from < -far ? -far : cursor->from, until = cursor->until > far ? far : cursor->until;
    const uint64_t offset = (uint64_t)cursor->offset;
    uint64_t outside = 0;
    for (uint32_t i = 0; i < count; i++) {
        outside |= (micros[i] < from) | (micros[i] >= until);
        uint64_t above = (uint64_t)micros[i] + offset + (UINT64_C(1) << 63);
        double units = whole_double((int64_t)(above >> SHIFT) - (INT64_C(1) << (63 - SHIFT)));
        double quotient = units * (1.0 / UNITS_PER_DAY) + 0.5 / UNITS_PER_DAY;
        double whole = (quotient + WHOLE_SHIFT) - WHOLE_SHIFT;
        days[i] = (int32_t)whole_bits(whole - (whole > quotient ? 1 : 0));
    }
    return !outside;
}
