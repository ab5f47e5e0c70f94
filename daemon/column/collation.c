/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A collation's name says everything: [locale | UNICODE | UTF8_LCASE] and then CI, AI, RTRIM in any order.
 * Locales are ICU's, spelled with three-letter countries (de_AUT), as Spark spells them.
 *
 * UTF8_LCASE compares lower-cased code points and needs only ICU's character table. The others take sort keys
 * from an ICU collator that lives as long as the arena it was opened in.
 */
#include "column/collation.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/text.h"

/* Letters that UTF8_LCASE treats by itself: both sigmas are one, and a dotted I becomes two characters. */
enum { SIGMA = 0x3C3, FINAL_SIGMA = 0x3C2, DOTTED_I = 0x130, DOT_ABOVE = 0x307 };

struct collation {
    bool trim_right;
    bool lower;          /* UTF8_LCASE */
    UCollator *collator; /* the others; NULL: by bytes */
};

struct parsed {
    bool binary, lower;
    bool ignore_case, ignore_accents, trim_right;
    char icu_locale[64];
    char name[64]; /* Spark's spelling, without suffixes */
};

/* Spark's spelling of an ICU locale; false for those with variants and keywords, which have none. */
static bool spell_locale(const char *icu, char *out, size_t size) {
    char language[16], script[16], variant[16];
    UErrorCode status = U_ZERO_ERROR;
    if (uloc_getVariant(icu, variant, sizeof variant, &status) > 0) return false;
    uloc_getLanguage(icu, language, sizeof language, &status);
    uloc_getScript(icu, script, sizeof script, &status);
    const char *country = uloc_getISO3Country(icu);
    if (U_FAILURE(status)) return false;
    snprintf(out, size, "%s%s%s%s%s", language, *script ? "_" : "", script, *country ? "_" : "", country);
    return true;
}

static bool find_locale(const char *name, struct parsed *parsed) {
    if (strcasecmp(name, "UNICODE") == 0) {
        strcpy(parsed->name, "UNICODE");
        parsed->icu_locale[0] = '\0';
        return true;
    }
    int32_t count = ucol_countAvailable();
    for (int32_t i = 0; i < count; i++) {
        const char *icu = ucol_getAvailable(i);
        if (!spell_locale(icu, parsed->name, sizeof parsed->name) || strcasecmp(parsed->name, name) != 0) continue;
        snprintf(parsed->icu_locale, sizeof parsed->icu_locale, "%s", icu);
        return true;
    }
    return false;
}

/* Takes "_SUFFIX" off the end of text. */
static bool take_suffix(char *text, const char *suffix) {
    size_t size = strlen(text), length = strlen(suffix);
    if (size <= length || strcasecmp(text + size - length, suffix) != 0) return false;
    text[size - length] = '\0';
    return true;
}

static bool parse_name(const char *name, struct parsed *parsed) {
    char text[64];
    *parsed = (struct parsed){0};
    if ((size_t)snprintf(text, sizeof text, "%s", name) >= sizeof text) return false;
    bool more = true;
    bool case_given = false, accents_given = false;
    while (more) {
        more = false;
        if (!parsed->trim_right && take_suffix(text, "_RTRIM")) more = parsed->trim_right = true;
        if (!case_given && take_suffix(text, "_CI")) more = case_given = parsed->ignore_case = true;
        if (!case_given && take_suffix(text, "_CS")) more = case_given = true;
        if (!accents_given && take_suffix(text, "_AI")) more = accents_given = parsed->ignore_accents = true;
        if (!accents_given && take_suffix(text, "_AS")) more = accents_given = true;
    }
    parsed->binary = strcasecmp(text, "UTF8_BINARY") == 0;
    parsed->lower = strcasecmp(text, "UTF8_LCASE") == 0;
    if (parsed->binary || parsed->lower) {
        strcpy(parsed->name, parsed->binary ? "UTF8_BINARY" : "UTF8_LCASE");
        return !case_given && !accents_given;
    }
    return find_locale(text, parsed);
}

const char *collation_canonical_name(struct arena *arena, const char *name) {
    struct parsed parsed;
    if (!parse_name(name, &parsed)) return NULL;
    return arena_printf(arena, "%s%s%s%s", parsed.name, parsed.ignore_case ? "_CI" : "",
                        parsed.ignore_accents ? "_AI" : "", parsed.trim_right ? "_RTRIM" : "");
}

static UCollator *open_collator(const struct parsed *parsed) {
    UErrorCode status = U_ZERO_ERROR;
    UCollator *collator = ucol_open(parsed->icu_locale, &status);
    if (U_FAILURE(status)) return NULL;
    if (parsed->ignore_accents) {
        ucol_setStrength(collator, UCOL_PRIMARY);
        if (!parsed->ignore_case) ucol_setAttribute(collator, UCOL_CASE_LEVEL, UCOL_ON, &status);
    } else {
        ucol_setStrength(collator, parsed->ignore_case ? UCOL_SECONDARY : UCOL_TERTIARY);
    }
    return collator;
}

static void close_collator(void *collator) {
    ucol_close(collator);
}

const struct collation *collation_of(struct arena *arena, const struct type *type) {
    struct parsed parsed;
    if (!type->collation || !parse_name(type->collation, &parsed)) return NULL;
    struct collation *collation = ARENA_NEW(arena, struct collation);
    collation->trim_right = parsed.trim_right;
    collation->lower = parsed.lower;
    if (!parsed.binary && !parsed.lower) {
        collation->collator = open_collator(&parsed);
        if (collation->collator) arena_defer(arena, close_collator, collation->collator);
    }
    return collation;
}

bool collation_is_lower(const struct collation *collation) {
    return collation->lower;
}

/* One code point of text under UTF8_LCASE; *pending holds the second half of a letter that becomes two. */
static uint32_t next_lower(const char **p, const char *end, uint32_t *pending) {
    if (*pending) {
        uint32_t c = *pending;
        *pending = 0;
        return c;
    }
    unsigned step;
    uint32_t c = utf8_decode(*p, end, &step);
    *p += step;
    if (c == DOTTED_I) {
        *pending = DOT_ABOVE;
        return 'i';
    }
    return c == FINAL_SIGMA ? SIGMA : (uint32_t)u_tolower((UChar32)c);
}

static struct string trimmed(struct string s) {
    while (s.size && s.data[s.size - 1] == ' ') s = string_make(s.data, s.size - 1);
    return s;
}

struct string collation_trimmed(const struct collation *collation, struct string s) {
    return collation->trim_right ? trimmed(s) : s;
}

static struct string lower_key(struct arena *arena, struct string s) {
    if (utf8_is_ascii(s.data, s.size)) {
        char *out = arena_bytes(arena, s.size + 1);
        ascii_lower(s.data, s.size, out);
        return string_make(out, s.size);
    }
    struct text t;
    text_init(&t, arena);
    uint32_t pending = 0;
    for (const char *p = s.data, *end = p + s.size; p < end || pending;)
        text_add_code_point(&t, next_lower(&p, end, &pending));
    return string_make(t.data, t.size);
}

static struct string icu_key(const UCollator *collator, struct arena *arena, struct string s) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t units = 0;
    UChar *wide = arena_bytes_array(arena, (size_t)s.size + 1, sizeof *wide);
    u_strFromUTF8WithSub(wide, (int32_t)s.size + 1, &units, s.data, (int32_t)s.size, 0xFFFD, NULL, &status);
    if (U_FAILURE(status)) return s;
    int32_t capacity = units * 4 + 16;
    uint8_t *key = arena_bytes(arena, (size_t)capacity);
    int32_t size = ucol_getSortKey(collator, wide, units, key, capacity);
    if (size > capacity) {
        key = arena_bytes(arena, (size_t)size);
        size = ucol_getSortKey(collator, wide, units, key, size);
    }
    return size > 0 ? string_make((char *)key, (size_t)size - 1) : s; /* without its NUL */
}

struct string collation_key(const struct collation *collation, struct arena *arena, struct string s) {
    if (collation->trim_right) s = trimmed(s);
    if (collation->lower) return lower_key(arena, s);
    return collation->collator ? icu_key(collation->collator, arena, s) : s;
}

static int compare_lower(struct string a, struct string b) {
    const char *p = a.data, *q = b.data, *p_end = p + a.size, *q_end = q + b.size;
    uint32_t p_pending = 0, q_pending = 0;
    while ((p < p_end || p_pending) && (q < q_end || q_pending)) {
        uint32_t x = next_lower(&p, p_end, &p_pending), y = next_lower(&q, q_end, &q_pending);
        if (x != y) return x < y ? -1 : 1;
    }
    return (p < p_end || p_pending) - (q < q_end || q_pending);
}

int collation_compare(const struct type *type, struct string a, struct string b) {
    struct parsed parsed;
    if (!parse_name(type->collation, &parsed)) return string_compare(a, b);
    if (parsed.trim_right) {
        a = trimmed(a);
        b = trimmed(b);
    }
    if (parsed.lower) return compare_lower(a, b);
    UCollator *collator = parsed.binary ? NULL : open_collator(&parsed);
    if (!collator) return string_compare(a, b);
    UCharIterator x, y;
    UErrorCode status = U_ZERO_ERROR;
    uiter_setUTF8(&x, a.data, (int32_t)a.size);
    uiter_setUTF8(&y, b.data, (int32_t)b.size);
    int order = ucol_strcollIter(collator, &x, &y, &status);
    ucol_close(collator);
    return order;
}

/* ---- the list of collations ---- */

enum { FORMS = 8, DISPLAY = 96 };

/* An English name of ICU's, NULL when there is none. */
static const char *display_name(struct arena *arena, const char *icu, bool language) {
    UChar wide[DISPLAY];
    char text[3 * DISPLAY];
    UErrorCode status = U_ZERO_ERROR;
    int32_t size = language ? uloc_getDisplayLanguage(icu, "en", wide, DISPLAY, &status)
                            : uloc_getDisplayCountry(icu, "en", wide, DISPLAY, &status),
            bytes = 0;
    u_strToUTF8(text, sizeof text, &bytes, wide, size, &status);
    return U_FAILURE(status) || !bytes ? NULL : arena_strndup(arena, text, (size_t)bytes);
}

/* A locale with each of its suffixes, in their order by name. */
static uint32_t add_forms(struct arena *arena, const char *icu, const char *name, struct collation_row *rows) {
    static const struct {
        const char *suffix;
        bool accents, cases, trims;
    } forms[FORMS] = {{"", true, true, false},          {"_AI", false, true, false},
                      {"_AI_RTRIM", false, true, true}, {"_CI", true, false, false},
                      {"_CI_AI", false, false, false},  {"_CI_AI_RTRIM", false, false, true},
                      {"_CI_RTRIM", true, false, true}, {"_RTRIM", true, true, true}};
    const char *language = *icu ? display_name(arena, icu, true) : NULL, *country = display_name(arena, icu, false);
    for (int i = 0; i < FORMS; i++)
        rows[i] = (struct collation_row){arena_printf(arena, "%s%s", name, forms[i].suffix),
                                         language,
                                         country,
                                         forms[i].accents,
                                         forms[i].cases,
                                         forms[i].trims,
                                         true};
    return FORMS;
}

static int compare_rows(const void *a, const void *b) {
    return strcmp(((const struct collation_row *)a)->name, ((const struct collation_row *)b)->name);
}

const struct collation_row *collation_list(struct arena *arena, uint32_t *count) {
    static const struct collation_row of_bytes[] = {
        {.name = "UTF8_BINARY", .accents = true, .cases = true},
        {.name = "UTF8_LCASE", .accents = true},
        {.name = "UTF8_BINARY_RTRIM", .accents = true, .cases = true, .trims = true},
        {.name = "UTF8_LCASE_RTRIM", .accents = true, .trims = true},
    };
    enum { BYTES = sizeof of_bytes / sizeof *of_bytes };
    int32_t locales = ucol_countAvailable();
    struct collation_row *rows = ARENA_ARRAY(arena, struct collation_row, BYTES + (size_t)(locales + 1) * FORMS);
    memcpy(rows, of_bytes, sizeof of_bytes);
    uint32_t n = BYTES + add_forms(arena, "", "UNICODE", rows + BYTES);
    for (int32_t i = 0; i < locales; i++) {
        const char *icu = ucol_getAvailable(i);
        char name[64];
        if (spell_locale(icu, name, sizeof name)) n += add_forms(arena, icu, name, rows + n);
    }
    qsort(rows + BYTES, n - BYTES, sizeof *rows, compare_rows);
    *count = n;
    return rows;
}
