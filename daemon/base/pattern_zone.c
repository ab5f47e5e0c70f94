/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of zones in English: "PST", "Pacific Daylight Time", "PT".
 *
 * The tz database has abbreviations, but Java's locale data differ from them (Brazil is BRT there, -03 here) and have
 * long names too; so they are a table. Reading a name takes the longest that fits; of the zones that share it the one
 * that Java prefers for it, where that is known, else the first.
 */
#include <string.h>

#include "base/pattern_int.h"

struct zone_names {
    const char *names[6]; /* winter, summer, winter long, summer long, generic, generic long */
    const char *ids;      /* separated by spaces */
};

static const struct zone_names zone_names[] = {
#define NAMES(a, b, c, d, e, f, ids) {{a, b, c, d, e, f}, ids},
#include "base/pattern_zones.inc"
#undef NAMES
};
enum { ZONE_NAMES = sizeof zone_names / sizeof *zone_names };

static bool ids_contain(const char *ids, const char *id) {
    size_t size = strlen(id);
    for (const char *p = ids; (p = strstr(p, id)); p += size)
        if ((p == ids || p[-1] == ' ') && (p[size] == ' ' || !p[size])) return true;
    return false;
}

const char *pattern_zone_text(const char *id, enum text_style style, bool daylight) {
    int column = style == TEXT_SHORT ? daylight : style == TEXT_FULL ? 2 + daylight : style == TEXT_GENERIC_SHORT ? 4 : 5;
    for (size_t i = 0; i < ZONE_NAMES; i++)
        if (ids_contain(zone_names[i].ids, id)) return zone_names[i].names[column];
    return NULL;
}

/* Names that several zones share, and whose they are. */
static const char *const preferred[][2] = {
    {"PST", "America/Los_Angeles"}, {"PDT", "America/Los_Angeles"}, {"PT", "America/Los_Angeles"},
    {"MST", "America/Denver"},      {"MDT", "America/Denver"},      {"MT", "America/Denver"},
    {"CST", "America/Chicago"},     {"CDT", "America/Chicago"},     {"CT", "America/Chicago"},
    {"EST", "America/New_York"},    {"EDT", "America/New_York"},    {"ET", "America/New_York"},
    {"CET", "Europe/Paris"},        {"CEST", "Europe/Paris"},       {"EET", "Europe/Bucharest"},
    {"EEST", "Europe/Bucharest"},   {"WET", "Atlantic/Canary"},     {"WEST", "Atlantic/Canary"},
    {"GMT", "GMT"},                 {"UTC", "UTC"},                 {"BST", "Europe/London"},
    {"IST", "Asia/Kolkata"},        {"JST", "Asia/Tokyo"},          {"KST", "Asia/Seoul"},
    {"AST", "America/Halifax"},     {"ADT", "America/Halifax"},     {"MSK", "Europe/Moscow"},
    {"SGT", "Asia/Singapore"},      {"HKT", "Asia/Hong_Kong"},      {"AEST", "Australia/Sydney"},
    {"AEDT", "Australia/Sydney"},   {"NZST", "Pacific/Auckland"},   {"NZDT", "Pacific/Auckland"},
    {"HST", "Pacific/Honolulu"},    {"AKST", "America/Anchorage"},  {"AKDT", "America/Anchorage"},
};

const char *pattern_zone_named(const char *text, size_t size, size_t *taken) {
    const struct zone_names *found = NULL;
    const char *name = NULL;
    *taken = 0;
    for (size_t i = 0; i < ZONE_NAMES; i++) {
        for (int column = 0; column < 6; column++) {
            const char *candidate = zone_names[i].names[column];
            size_t n = strlen(candidate);
            if (n <= *taken || n > size || strncasecmp(text, candidate, n) != 0) continue;
            *taken = n;
            name = candidate;
            found = &zone_names[i];
        }
    }
    if (!found) return NULL;
    for (size_t i = 0; i < sizeof preferred / sizeof *preferred; i++)
        if (strcmp(preferred[i][0], name) == 0) return preferred[i][1];
    return found->ids; /* the first of them ends at a space */
}
