/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each word of the language is a row: which kinds it accepts, the type that Spark makes of NULL or of a string where
 * it is expected (its "default concrete type"), and its name in messages.
 */
#include "expr/signature.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define KIND(name) ((uint64_t)1 << TYPE_##name)
#define INTEGRAL_KINDS (KIND(BYTE) | KIND(SHORT) | KIND(INT) | KIND(LONG))
#define FRACTIONAL_KINDS (KIND(FLOAT) | KIND(DOUBLE) | KIND(DECIMAL))
#define STRING_KINDS (KIND(STRING) | KIND(CHAR) | KIND(VARCHAR))
#define INTERVAL_KINDS (KIND(YEAR_MONTH_INTERVAL) | KIND(DAY_TIME_INTERVAL))
#define SUMMABLE_KINDS (INTEGRAL_KINDS | FRACTIONAL_KINDS | INTERVAL_KINDS)
#define DATETIME_KINDS (KIND(DATE) | KIND(TIMESTAMP) | KIND(TIMESTAMP_NTZ))

struct word {
    const char *name;
    uint64_t kinds;          /* 0: everything */
    enum type_kind concrete; /* what NULL, or a string, becomes */
    bool abstract;           /* concrete is a default only, not the one type meant */
    const char *sql;         /* in messages */
};

static const struct word words[] = {
    {"ANY", 0, TYPE_NULL, true, "ANY"},
    {"NULL", KIND(NULL), TYPE_NULL, false, "VOID"},
    {"BOOLEAN", KIND(BOOLEAN), TYPE_BOOLEAN, false, "BOOLEAN"},
    {"BYTE", KIND(BYTE), TYPE_BYTE, false, "TINYINT"},
    {"SHORT", KIND(SHORT), TYPE_SHORT, false, "SMALLINT"},
    {"INT", KIND(INT), TYPE_INT, false, "INT"},
    {"LONG", KIND(LONG), TYPE_LONG, false, "BIGINT"},
    {"FLOAT", KIND(FLOAT), TYPE_FLOAT, false, "FLOAT"},
    {"DOUBLE", KIND(DOUBLE), TYPE_DOUBLE, false, "DOUBLE"},
    {"DECIMAL", KIND(DECIMAL), TYPE_DECIMAL, true, "DECIMAL"},
    {"SECONDS", KIND(DECIMAL), TYPE_DECIMAL, true, "DECIMAL(16,6)"},      /* of a minute */
    {"LONG_SECONDS", KIND(DECIMAL), TYPE_DECIMAL, true, "DECIMAL(18,6)"}, /* of an interval */
    {"NUMERIC", INTEGRAL_KINDS | FRACTIONAL_KINDS, TYPE_DOUBLE, true, "NUMERIC"},
    {"INTEGRAL", INTEGRAL_KINDS, TYPE_INT, true, "INTEGRAL"},
    {"FRACTIONAL", FRACTIONAL_KINDS, TYPE_DOUBLE, true, "FRACTIONAL"},
    {"STRING", STRING_KINDS, TYPE_STRING, false, "STRING"},
    {"TEXT", STRING_KINDS | KIND(BINARY), TYPE_STRING, false, "STRING"}, /* bytes too, which messages leave out */
    {"BINARY", KIND(BINARY), TYPE_BINARY, false, "BINARY"},
    {"DATE", KIND(DATE), TYPE_DATE, false, "DATE"},
    {"TIME", KIND(TIME), TYPE_TIME, true, "TIME"},
    {"TIMESTAMP", KIND(TIMESTAMP), TYPE_TIMESTAMP, false, "TIMESTAMP"},
    {"TIMESTAMP_NTZ", KIND(TIMESTAMP_NTZ), TYPE_TIMESTAMP_NTZ, false, "TIMESTAMP_NTZ"},
    {"ANY_TIMESTAMP", KIND(TIMESTAMP) | KIND(TIMESTAMP_NTZ), TYPE_TIMESTAMP, true,
     "(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"},
    {"CLOCK", KIND(TIMESTAMP) | KIND(TIMESTAMP_NTZ) | KIND(TIME), TYPE_TIMESTAMP, true,
     "(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"},
    {"DATETIME", DATETIME_KINDS, TYPE_TIMESTAMP, true, "DATETIME"},
    {"INTERVAL", INTERVAL_KINDS, TYPE_DAY_TIME_INTERVAL, true, "ANSI INTERVAL"},
    {"SUMMABLE", SUMMABLE_KINDS, TYPE_DOUBLE, true, "NUMERIC\" or \"ANSI INTERVAL"},
    {"CALENDAR_INTERVAL", KIND(CALENDAR_INTERVAL), TYPE_CALENDAR_INTERVAL, false, "INTERVAL"},
    {"YM_INTERVAL", KIND(YEAR_MONTH_INTERVAL), TYPE_YEAR_MONTH_INTERVAL, false, "INTERVAL YEAR TO MONTH"},
    {"DT_INTERVAL", KIND(DAY_TIME_INTERVAL), TYPE_DAY_TIME_INTERVAL, false, "INTERVAL DAY TO SECOND"},
    {"ARRAY", KIND(ARRAY), TYPE_ARRAY, true, "ARRAY"},
    {"MAP", KIND(MAP), TYPE_MAP, true, "MAP"},
    {"STRUCT", KIND(STRUCT), TYPE_STRUCT, true, "STRUCT"},
    {"VARIANT", KIND(VARIANT), TYPE_VARIANT, false, "VARIANT"},
    {"GEOGRAPHY", KIND(GEOGRAPHY), TYPE_GEOGRAPHY, true, "GEOGRAPHY"},
    {"GEOMETRY", KIND(GEOMETRY), TYPE_GEOMETRY, true, "GEOMETRY"},
    {"ATOMIC", ~(KIND(NULL) | KIND(ARRAY) | KIND(MAP) | KIND(STRUCT)), TYPE_STRING, true, "ATOMIC"},
    {"ORDERABLE", 0, TYPE_NULL, true, "ORDERABLE"},
    {"LAMBDA", 0, TYPE_NULL, true, "LAMBDA"},
};

static const struct word *find_word(const char *name, size_t size) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].name) == size && memcmp(words[i].name, name, size) == 0) return &words[i];
    assert(!"unknown word in a signature");
    return NULL;
}

/* Takes the next alternative off "A|B"; NULL at the end. */
static const struct word *next_word(const char **rest) {
    if (!**rest) return NULL;
    size_t size = strcspn(*rest, "|");
    const struct word *w = find_word(*rest, size);
    *rest += size + ((*rest)[size] == '|');
    return w;
}

static const char *copy_word(char *out, const char *p) {
    size_t n = 0;
    while (isalnum((unsigned char)*p) || *p == '_' || *p == '|' || *p == '?' || *p == '$') {
        assert(n < SIGNATURE_WORDS - 1);
        out[n++] = *p++;
    }
    out[n] = '\0';
    return p;
}

void signature_parse(struct signature *s, const char *text) {
    *s = (struct signature){0};
    bool optional = false;
    const char *p = text;
    assert(*p == '(');
    for (p++; *p != ')';) {
        if (*p == '[') optional = true;
        if (*p == ' ' || *p == ',' || *p == '[' || *p == ']') {
            p++;
            continue;
        }
        if (strncmp(p, "...", 3) == 0) {
            s->variadic = true;
            p += 3;
            if (*p == '*') {
                s->required--;
                p++;
            }
            continue;
        }
        assert(s->count < SIGNATURE_PARAMETERS && *p);
        p = copy_word(s->words[s->count++], p);
        if (!optional) s->required = s->count;
    }
    for (p++; *p == ' ';) p++;
    copy_word(s->result, p);
}

bool signature_accepts(const char *list, const struct type *t) {
    for (const struct word *w; (w = next_word(&list));)
        if (!w->kinds || w->kinds >> t->kind & 1) return true;
    return false;
}

const char *signature_words_sql(struct arena *arena, const char *list) {
    bool several = strchr(list, '|') != NULL;
    char *out = arena_strdup(arena, several ? "(" : "");
    for (const struct word *w; (w = next_word(&list));) {
        out = arena_printf(arena, "%s\"%s\"%s", out, w->sql, *list ? " or " : "");
    }
    return several ? arena_printf(arena, "%s)", out) : out;
}

static const struct type *concrete(struct arena *arena, const struct word *w) {
    if (w->concrete == TYPE_DECIMAL) return type_decimal(arena, DECIMAL_MAX_PRECISION, 18);
    if (w->concrete == TYPE_ARRAY) return type_array(arena, TYPE_OF(NULL), true);
    if (w->concrete == TYPE_MAP) return type_map(arena, TYPE_OF(NULL), TYPE_OF(NULL), true);
    if (w->concrete == TYPE_STRUCT) return type_struct(arena, NULL, 0);
    return &types[w->concrete];
}

static bool has_clock_or_date(const struct type *t) {
    return type_is_datetime(t) || t->kind == TYPE_TIME;
}

/* Spark's canANSIStoreAssign, as far as a signature's concrete types reach. */
static bool can_store_assign(const struct type *from, const struct type *to) {
    if (from->kind == to->kind || from->kind == TYPE_NULL) return true;
    if (type_is_numeric(from) && type_is_numeric(to)) return true;
    if (type_is_atomic(from) && type_is_string(to)) return true;
    if (from->kind == TYPE_CALENDAR_INTERVAL && type_is_string(to)) return true;
    return has_clock_or_date(from) && has_clock_or_date(to);
}

static const struct type *implicit_ansi(struct arena *arena, const struct type *t, const struct word *w) {
    const struct type *to = concrete(arena, w);
    if (!w->kinds || w->kinds >> t->kind & 1) return t;
    if (t->kind == TYPE_NULL) return to;
    if (type_is_numeric(t) && w->concrete == TYPE_DECIMAL) return decimal_for(arena, t);
    if (type_is_string(t) && w->concrete == TYPE_STRING) return NULL;
    if ((type_is_fractional(t) || type_is_string(t)) && w->kinds == INTEGRAL_KINDS) return NULL;
    if (type_is_string(t) && type_is_atomic(to) && w->kinds != INTERVAL_KINDS && w->kinds != DATETIME_KINDS &&
        to->kind != TYPE_TIME)
        return to;
    return can_store_assign(t, to) ? to : NULL;
}

static const struct type *implicit_legacy(struct arena *arena, const struct type *t, const struct word *w) {
    const struct type *to = concrete(arena, w);
    if (!w->kinds || w->kinds >> t->kind & 1) return t;
    if (t->kind == TYPE_NULL) return to;
    bool string = type_is_string(t);
    if (string && w->concrete == TYPE_DECIMAL) return to;
    if (string && type_is_numeric(to)) return w->abstract ? (w->kinds == INTEGRAL_KINDS ? NULL : TYPE_OF(DOUBLE)) : to;
    if (type_is_numeric(t) && w->concrete == TYPE_DECIMAL) return decimal_for(arena, t);
    if (type_is_numeric(t) && type_is_numeric(to)) return w->abstract && w->kinds == INTEGRAL_KINDS ? NULL : to;
    if (has_clock_or_date(t) && type_is_datetime(to)) return to;
    if (string && (type_is_datetime(to) || to->kind == TYPE_BINARY) && !w->abstract) return to;
    if (string && w->concrete == TYPE_TIMESTAMP && w->kinds != DATETIME_KINDS) return to;
    if (type_is_atomic(t) && w->concrete == TYPE_STRING && !w->abstract) return to;
    return NULL;
}

const struct type *coerce_implicit(struct resolver *r, const struct expr *e, const char *list) {
    if (signature_accepts(list, e->type)) return e->type;
    for (const struct word *w; (w = next_word(&list));) {
        /* Sums of timestamps are sums of seconds, as once in Hive. */
        if (w->kinds == SUMMABLE_KINDS && e->type->kind == TYPE_TIMESTAMP) return TYPE_OF(DOUBLE);
        const struct type *t =
            r->context->ansi ? implicit_ansi(r->arena, e->type, w) : implicit_legacy(r->arena, e->type, w);
        if (t) return t;
    }
    return NULL;
}

const struct type *signature_result(struct arena *arena, const struct signature *s, const struct expr *call) {
    if (s->result[0] == '$') return call->children[s->result[1] - '1']->type;
    if (s->result[0] == '?' || !s->result[0]) return NULL;
    return concrete(arena, find_word(s->result, strlen(s->result)));
}
