/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locales are named as in Java ("de-DE"). Java's data and ICU's are both CLDR's. A locale that there is not has Java's
 * root words, which are English ones, all of them short.
 */
#include "function/locale.h"

#include <strings.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#include "base/pattern_names.h"

enum { NAME_ROOM = 96, SYMBOL_ROOM = 16, DAYS = 7 };

struct locale {
    struct pattern_names names;
    char grouping[SYMBOL_ROOM], point[SYMBOL_ROOM], minus[SYMBOL_ROOM];
};

/* ---- words ---- */

static void short_english(struct locale *l, struct arena *arena) {
    static const char *const quarters[] = {"Q1", "Q2", "Q3", "Q4"}, *const eras[] = {"BC", "AD"},
                             *const halves[] = {"AM", "PM"};
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < 12; i++) l->names.months[k / 2][k % 2][i] = arena_strndup(arena, pattern_months[i], 3);
        memcpy(l->names.quarters[k / 2][k % 2], quarters, sizeof quarters);
    }
    for (int full = 0; full < 2; full++) {
        for (int i = 0; i < DAYS; i++) l->names.days[full][i] = arena_strndup(arena, pattern_days[i], 3);
        memcpy(l->names.eras[full], eras, sizeof eras);
    }
    memcpy(l->names.halves, halves, sizeof halves);
}

struct words {
    struct arena *arena;
    UDateFormat *format;
};

/* `count` words of ICU's list, from `first` on; those that it does not have, or that are too long, stay. */
static void take(const struct words *w, UDateFormatSymbolType type, int32_t first, int32_t count, const char **out) {
    for (int32_t i = 0; i < count; i++) {
        UErrorCode status = U_ZERO_ERROR;
        UChar wide[NAME_ROOM];
        char text[PATTERN_WORD_MAX + 1];
        int32_t size = 0, n = udat_getSymbols(w->format, type, first + i, wide, NAME_ROOM, &status);
        u_strToUTF8(text, sizeof text, &size, wide, n, &status);
        if (U_SUCCESS(status) && size > 0 && size <= PATTERN_WORD_MAX)
            out[i] = arena_strndup(w->arena, text, (size_t)size);
    }
}

static void take_days(const struct words *w, UDateFormatSymbolType type, const char **out) {
    enum { MONDAY = 2 }; /* ICU's first day is Sunday, number 1 */
    take(w, type, MONDAY, DAYS - 1, out);
    take(w, type, 1, 1, out + DAYS - 1);
}

static void take_words(struct locale *l, const struct words *w) {
    struct pattern_names *n = &l->names;
    take(w, UDAT_SHORT_MONTHS, 0, 12, n->months[0][0]);
    take(w, UDAT_MONTHS, 0, 12, n->months[0][1]);
    take(w, UDAT_STANDALONE_SHORT_MONTHS, 0, 12, n->months[1][0]);
    take(w, UDAT_STANDALONE_MONTHS, 0, 12, n->months[1][1]);
    take(w, UDAT_SHORT_QUARTERS, 0, 4, n->quarters[0][0]);
    take(w, UDAT_QUARTERS, 0, 4, n->quarters[0][1]);
    take(w, UDAT_STANDALONE_SHORT_QUARTERS, 0, 4, n->quarters[1][0]);
    take(w, UDAT_STANDALONE_QUARTERS, 0, 4, n->quarters[1][1]);
    take_days(w, UDAT_SHORT_WEEKDAYS, n->days[0]);
    take_days(w, UDAT_WEEKDAYS, n->days[1]);
    take(w, UDAT_ERAS, 0, 2, n->eras[0]);
    take(w, UDAT_ERA_NAMES, 0, 2, n->eras[1]);
    take(w, UDAT_AM_PMS, 0, 2, n->halves);
}

/* ---- numbers ---- */

static void take_symbol(const UNumberFormat *format, UNumberFormatSymbol symbol, char *out) {
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[SYMBOL_ROOM];
    char text[SYMBOL_ROOM];
    int32_t size = 0, n = unum_getSymbol(format, symbol, wide, SYMBOL_ROOM, &status);
    u_strToUTF8(text, sizeof text - 1, &size, wide, n, &status);
    if (U_SUCCESS(status) && size > 0 && size < SYMBOL_ROOM) {
        memcpy(out, text, (size_t)size);
        out[size] = '\0';
    }
}

static void take_symbols(struct locale *l, const char *icu) {
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormat *format = unum_open(UNUM_DECIMAL, NULL, 0, icu, NULL, &status);
    if (U_FAILURE(status)) return;
    take_symbol(format, UNUM_GROUPING_SEPARATOR_SYMBOL, l->grouping);
    take_symbol(format, UNUM_DECIMAL_SEPARATOR_SYMBOL, l->point);
    take_symbol(format, UNUM_MINUS_SIGN_SYMBOL, l->minus);
    unum_close(format);
}

/* ---- locales ---- */

static bool is_available(const char *icu) {
    char language[ULOC_LANG_CAPACITY], known[ULOC_LANG_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    uloc_getLanguage(icu, language, sizeof language, &status);
    for (int32_t i = 0; U_SUCCESS(status) && *language && i < uloc_countAvailable(); i++) {
        uloc_getLanguage(uloc_getAvailable(i), known, sizeof known, &status);
        if (strcmp(language, known) == 0) return true;
    }
    return false;
}

const struct locale *locale_of_options(struct arena *arena, const struct u_option *options, uint32_t count) {
    const char *tag = option_get(options, count, "locale");
    char icu[ULOC_FULLNAME_CAPACITY] = "";
    UErrorCode status = U_ZERO_ERROR;
    if (!tag || strcasecmp(tag, "en-US") == 0) return NULL;
    struct locale *l = ARENA_NEW(arena, struct locale);
    *l = (struct locale){.grouping = ",", .point = ".", .minus = "-"};
    short_english(l, arena);
    uloc_forLanguageTag(tag, icu, sizeof icu, NULL, &status);
    if (U_FAILURE(status) || !is_available(icu)) return l;
    struct words w = {.arena = arena};
    w.format = udat_open(UDAT_DEFAULT, UDAT_DEFAULT, icu, NULL, 0, NULL, 0, &status);
    if (U_SUCCESS(status)) take_words(l, &w);
    udat_close(w.format);
    take_symbols(l, icu);
    return l;
}

bool locale_pattern(struct arena *arena, const struct locale *locale, const char *text, enum pattern_use use,
                    int32_t legacy_year, const struct pattern **pattern, struct error *err) {
    if (!text) return true;
    *pattern = pattern_compile(arena, text, strlen(text), use, legacy_year, err);
    if (*pattern && locale) *pattern = pattern_in_words(arena, *pattern, &locale->names);
    return *pattern != NULL;
}

/* What stands at p of the text is the symbol: its size, else 0. */
static size_t symbol_at(const char *symbol, const char *p, const char *end) {
    size_t size = strlen(symbol);
    return size && size <= (size_t)(end - p) && memcmp(p, symbol, size) == 0 ? size : 0;
}

/* As Java's DecimalFormat reads a whole text: groups anywhere before the point, no plus. */
static struct string plain_decimal(const struct locale *l, struct arena *arena, struct string s) {
    const char *p = s.data, *end = p + s.size;
    char *out = arena_bytes(arena, s.size + 1);
    size_t n = 0, size;
    bool fraction = false;
    if ((size = symbol_at(l->minus, p, end))) {
        out[n++] = '-';
        p += size;
    }
    while (p < end) {
        if ((*p >= '0' && *p <= '9') || (*p == 'E' && n)) {
            out[n++] = *p++;
            if (p[-1] == 'E' && p < end && *p == '-') out[n++] = *p++;
        } else if (!fraction && (size = symbol_at(l->grouping, p, end))) {
            p += size;
        } else if (!fraction && (size = symbol_at(l->point, p, end))) {
            fraction = true;
            out[n++] = '.';
            p += size;
        } else {
            return string_of("?");
        }
    }
    return string_make(out, n);
}

struct string locale_decimal(const struct locale *locale, struct arena *arena, struct string text) {
    if (locale) return plain_decimal(locale, arena, text);
    if (!text.size || !memchr(text.data, ',', text.size)) return text;
    char *out = arena_bytes(arena, text.size);
    size_t size = 0;
    for (uint32_t i = 0; i < text.size; i++)
        if (text.data[i] != ',') out[size++] = text.data[i];
    return string_make(out, size);
}
