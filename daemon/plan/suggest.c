/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Did you mean one of the following?": the candidates nearest to what was written, by edit distance, nearest first
 * and equal ones in the order they come in. Qualifiers that all candidates share are left out where the user wrote none.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/analyze.h"

enum { SUGGESTIONS = 5 };

static uint32_t edit_distance(struct arena *arena, const char *a, const char *b) {
    size_t m = strlen(a), n = strlen(b);
    uint32_t *row = ARENA_ARRAY(arena, uint32_t, n + 1);
    for (size_t j = 0; j <= n; j++) row[j] = (uint32_t)j;
    for (size_t i = 1; i <= m; i++) {
        uint32_t diagonal = row[0];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= n; j++) {
            uint32_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            uint32_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < best ? change : best;
        }
    }
    return row[n];
}

/* Do all candidates agree in what comes before their last `keep` parts? */
static bool same_prefix(const struct u_name *candidates, uint32_t count, uint32_t keep) {
    uint32_t length = candidates[0].count > keep ? candidates[0].count - keep : 0;
    for (uint32_t i = 1; i < count; i++) {
        uint32_t other = candidates[i].count > keep ? candidates[i].count - keep : 0;
        if (other != length) return false;
        for (uint32_t k = 0; k < length; k++)
            if (strcmp(candidates[i].parts[k], candidates[0].parts[k]) != 0) return false;
    }
    return true;
}

static const char *nearest(struct arena *arena, const char *name, const struct u_name *candidates, uint32_t count,
                           uint32_t keep, uint32_t most, const char *between) {
    struct {
        const char *text;
        uint32_t distance;
    } best[SUGGESTIONS];
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t skip = candidates[i].count > keep ? candidates[i].count - keep : 0;
        const char *text = quoted_name(arena, candidates[i].parts + skip, candidates[i].count - skip);
        uint32_t distance = edit_distance(arena, text, name), at = found;
        while (at > 0 && best[at - 1].distance > distance) at--;
        if (at == most) continue;
        if (found < most) found++;
        memmove(&best[at + 1], &best[at], (found - at - 1) * sizeof *best);
        best[at].text = text;
        best[at].distance = distance;
    }
    const char *list = "";
    for (uint32_t i = 0; i < found; i++) list = arena_printf(arena, "%s%s%s", list, i ? between : "", best[i].text);
    return list;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *names_sorted(struct arena *arena, struct attribute *const *attributes, uint32_t count) {
    const char **names = ARENA_ARRAY(arena, const char *, count), *list = "";
    for (uint32_t i = 0; i < count; i++) names[i] = attributes[i]->name;
    qsort(names, count, sizeof *names, by_text);
    for (uint32_t i = 0; i < count; i++)
        list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", quoted_name(arena, &names[i], 1));
    return list;
}

const char *suggest_some(struct arena *arena, const char *name, const struct u_name *candidates, uint32_t count,
                         uint32_t most, const char *between) {
    return nearest(arena, name, candidates, count, UINT32_MAX, most < SUGGESTIONS ? most : SUGGESTIONS, between);
}

const char *suggest(struct arena *arena, const char *name, uint32_t name_parts, const struct u_name *candidates,
                    uint32_t count) {
    uint32_t keep = UINT32_MAX;
    if (name_parts == 1 && same_prefix(candidates, count, 1))
        keep = 1;
    else if (name_parts <= 2 && same_prefix(candidates, count, 2))
        keep = 2;
    return nearest(arena, name, candidates, count, keep, SUGGESTIONS, ", ");
}
