/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of zones in English: "PST", "Pacific Daylight Time", "PT".
 *
 * The tz database has abbreviations, but Java's locale data differ from them (Brazil is BRT there, -03 here) and have
 * long names too; so they are a table. Reading takes the longest name that fits, whatever its letters' case.
 */
#include <string.h>

#include "base/pattern_int.h"

struct zone_names {
    const char *names[6]; /* winter, summer, winter long, summer long, generic, generic long */
    const char *ids;      /* separated by spaces */
};

static const struct zone_names zone_names[] = {
#define NAMES(a, b, c, d, e, f, ids) {{a, b, c, d, e, f}, ids},
#define MEANS(name, id)
#include "base/pattern_zones.inc"
#undef NAMES
#undef MEANS
};

static const struct {
    const char *name, *id;
} meanings[] = {
#define NAMES(a, b, c, d, e, f, ids)
#define MEANS(name, id) {name, id},
#include "base/pattern_zones.inc"
#undef NAMES
#undef MEANS
};
enum { ZONE_NAMES = sizeof zone_names / sizeof *zone_names };

static bool ids_contain(const char *ids, const char *id) {
    size_t size = strlen(id);
    for (const char *p = ids; (p = strstr(p, id)); p += size)
        if ((p == ids || p[-1] == ' ') && (p[size] == ' ' || !p[size])) return true;
    return false;
}

const char *pattern_zone_text(const char *id, enum text_style style, bool daylight) {
    int column = style == TEXT_SHORT           ? daylight
                 : style == TEXT_FULL          ? 2 + daylight
                 : style == TEXT_GENERIC_SHORT ? 4
                                               : 5;
    for (size_t i = 0; i < ZONE_NAMES; i++)
        if (ids_contain(zone_names[i].ids, id)) return zone_names[i].names[column];
    return NULL;
}

const char *pattern_zone_named(const char *text, size_t size, enum text_style style, size_t *taken, size_t *id_size) {
    static const int columns[2][3] = {{0, 1, 4}, {2, 3, 5}};
    const struct zone_names *found = NULL;
    const char *name = NULL;
    *taken = 0;
    for (size_t i = 0; i < ZONE_NAMES; i++) {
        for (int j = 0; j < 3; j++) {
            const char *candidate = zone_names[i].names[columns[style == TEXT_FULL || style == TEXT_GENERIC_FULL][j]];
            size_t n = strlen(candidate);
            if (n <= *taken || n > size || strncasecmp(text, candidate, n) != 0) continue;
            *taken = n;
            name = candidate;
            found = &zone_names[i];
        }
    }
    if (!found) return NULL;
    const char *id = found->ids;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i].name, name) == 0) id = meanings[i].id;
    *id_size = strcspn(id, " ");
    return id;
}

const char *pattern_zone_id(const char *text, size_t size, size_t *id_size) {
    const char *longest = NULL;
    *id_size = 0;
    for (size_t i = 0; i < ZONE_NAMES; i++) {
        for (const char *id = zone_names[i].ids; *id; id += strspn(id, " ")) {
            size_t n = strcspn(id, " ");
            if (n > *id_size && n <= size && strncasecmp(text, id, n) == 0) {
                *id_size = n;
                longest = id;
            }
            id += n;
        }
    }
    return longest;
}
