/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that look at a string character by character: mask, luhn_check, quote, soundex, levenshtein.
 *
 * mask tells upper from lower case by what case mapping changes, so that letters beyond ASCII need no tables here.
 */
#include <string.h>

#include "function/string_case.h"
#include "function/string_kernel.h"

/* ---- mask ---- */

enum { MASK_UPPER = 1, MASK_LOWER, MASK_DIGIT, MASK_OTHER, MASK_ARGUMENTS };

static int mask_class(struct arena *arena, struct string character) {
    char c = character.data[0];
    if (c >= 'A' && c <= 'Z') return MASK_UPPER;
    if (c >= 'a' && c <= 'z') return MASK_LOWER;
    if (c >= '0' && c <= '9') return MASK_DIGIT;
    if ((uint8_t)c < 0x80) return MASK_OTHER;
    if (!string_equal(string_lower(arena, character), character)) return MASK_UPPER;
    return string_equal(string_upper(arena, character), character) ? MASK_OTHER : MASK_LOWER;
}

static bool mask_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct view in[MASK_ARGUMENTS];
    for (uint32_t a = 0; a < MASK_ARGUMENTS; a++) in[a] = vector_view(call->arena, &arguments[a], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&in[0], i)) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        struct string s = string_at(&in[0], i);
        struct text text;
        text_init(&text, call->arena);
        for (const char *p = s.data, *end = s.data + s.size; p < end;) {
            unsigned n;
            utf8_decode(p, end, &n);
            struct string c = string_make(p, n);
            int class = mask_class(call->arena, c);
            bool masked = !null_at(&in[class], i);
            if (masked) c = string_at(&in[class], i);
            for (int units = masked && n == 4 ? 2 : 1; units > 0; units--) /* Java has it in two characters */
                text_add_bytes(&text, c.data, c.size);
            p += n;
        }
        VECTOR_DATA(out, struct string)[i] = string_make(text.data ? text.data : "", text.size);
    }
    return true;
}

static bool mask_check(struct resolver *r, const struct expr *call, uint32_t which, struct error *err) {
    static const char *const names[] = {"input", "upperChar", "lowerChar", "digitChar", "otherChar"};
    const struct expr *argument = call->children[which];
    if (!argument->foldable) {
        resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", arena_printf(r->arena, "`%s`", names[which]),
                         "inputType", quoted_type(r->arena, argument->type), "inputExpr",
                         quoted_expr(r->arena, argument), NULL);
        return false;
    }
    const struct vector *value = expr_fold(r->arena, r->context, argument, err);
    TRY(value);
    if (vector_is_null(value, 0)) return true;
    struct string s = VECTOR_DATA(value, struct string)[vector_entry(value, 0)];
    if (utf8_count(s.data, s.size) == 1) return true;
    resolve_mismatch(r, call, err, "INPUT_SIZE_NOT_ONE", "exprName", names[which], NULL);
    return false;
}

static struct expr *mask_resolve(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const defaults[] = {NULL, "X", "x", "n", NULL};
    if (call->child_count < MASK_ARGUMENTS) {
        struct expr *arguments[MASK_ARGUMENTS];
        for (uint32_t i = 0; i < MASK_ARGUMENTS; i++)
            arguments[i] = i < call->child_count ? call->children[i]
                           : defaults[i]         ? expr_string(r->arena, defaults[i], 1)
                                                 : expr_null(r->arena, TYPE_OF(NULL));
        return resolve_call(r, call->call.function, call->call.name, arguments, MASK_ARGUMENTS, call->origin, err);
    }
    for (uint32_t i = 1; i < MASK_ARGUMENTS; i++) TRY_NULL(mask_check(r, call, i, err));
    return call;
}

/* ---- luhn_check, quote ---- */

static bool luhn_valid(struct string s) {
    uint32_t sum = 0;
    for (uint32_t i = s.size, second = 0; i-- > 0; second = !second) {
        if (s.data[i] < '0' || s.data[i] > '9') return false;
        uint32_t digit = (uint32_t)(s.data[i] - '0') << second;
        sum += digit > 9 ? digit - 9 : digit;
    }
    return s.size && sum % 10 == 0;
}

static bool luhn_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, uint8_t)[i] = luhn_valid(string_at(&in, i));
    return true;
}

static bool quote_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        struct text text;
        text_init(&text, call->arena);
        text_add_char(&text, '\'');
        for (uint32_t k = 0; k < s.size; k++) {
            if (s.data[k] == '\'') text_add_char(&text, '\\');
            text_add_char(&text, s.data[k]);
        }
        text_add_char(&text, '\'');
        VECTOR_DATA(out, struct string)[i] = string_make(text.data, text.size);
    }
    return true;
}

/* ---- soundex ---- */

/* The code of an English letter; 0 ends a run of equal codes, 7 (H, W) does not. */
static char soundex_code(char letter) {
    static const char codes[] = "01230127022455012623017202";
    return codes[letter - 'A'];
}

static char ascii_letter(char c) {
    if (c >= 'a' && c <= 'z') c = (char)(c - 32);
    return c >= 'A' && c <= 'Z' ? c : 0;
}

/* A text that does not begin with a letter stays as it is. */
static struct string soundex(struct arena *arena, struct string s) {
    char first = s.size ? ascii_letter(s.data[0]) : 0;
    if (!first) return s;
    char *out = memcpy(arena_bytes(arena, 4), (char[]){first, '0', '0', '0'}, 4), last = soundex_code(first);
    for (uint32_t i = 1, n = 1; i < s.size && n < 4; i++) {
        char letter = ascii_letter(s.data[i]), code = letter ? soundex_code(letter) : '0';
        if (code == '7') continue;
        if (code != '0' && code != last) out[n++] = code;
        last = code;
    }
    return string_make(out, 4);
}

static bool soundex_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)[i] = soundex(call->arena, string_at(&in, i));
    return true;
}

/* ---- levenshtein ---- */

static uint32_t decode_all(struct arena *arena, struct string s, uint32_t **points) {
    uint32_t count = 0;
    *points = arena_bytes_array(arena, s.size + (size_t)1, sizeof **points);
    for (const char *p = s.data, *end = s.data + s.size; p < end;) {
        unsigned n;
        (*points)[count++] = utf8_decode(p, end, &n);
        p += n;
    }
    return count;
}

/* One row of the table of distances between beginnings at a time. */
static int32_t distance(struct arena *arena, struct string left, struct string right) {
    uint32_t *a, *b;
    uint32_t m = decode_all(arena, left, &a), n = decode_all(arena, right, &b);
    uint32_t *row = arena_bytes_array(arena, n + (size_t)1, sizeof *row);
    for (uint32_t j = 0; j <= n; j++) row[j] = j;
    for (uint32_t i = 1; i <= m; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= n; j++) {
            uint32_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return (int32_t)row[n];
}

static bool levenshtein_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    struct view a = vector_view(call->arena, &arguments[0], rows), b = vector_view(call->arena, &arguments[1], rows);
    bool limited = call->expr->child_count == 3;
    struct view limit = limited ? vector_view(call->arena, &arguments[2], rows) : a;
    bool nothing = limited && call->expr->foldable; /* a threshold of NULL among constants: NULL, as Spark folds them */
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&a, i) || null_at(&b, i) || (nothing && null_at(&limit, i))) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        int32_t d = distance(call->arena, string_at(&a, i), string_at(&b, i));
        VECTOR_DATA(out, int32_t)[i] = limited && d > (null_at(&limit, i) ? 0 : int_at(&limit, i)) ? -1 : d;
    }
    return true;
}

const struct function string_mask_functions[] = {
    {.name = "mask",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_NULLABLE | FUNCTION_EXACT,
     .signature = "(STRING [, STRING, STRING, STRING, STRING]) STRING",
     .kernel = mask_kernel,
     .resolve = mask_resolve,
     .group = "string_funcs",
     .usage = "mask(input[, upperChar, lowerChar, digitChar, otherChar]) - input with its letters, digits and other "
              "characters replaced; NULL keeps those of a kind.",
     .example = "mask('AbCD123-@') => XxXXnnn-@",
     .since = "3.4.0"},
    {.name = "luhn_check",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING) BOOLEAN",
     .kernel = luhn_kernel,
     .group = "string_funcs",
     .usage = "luhn_check(str) - Are these digits that end in a right check digit?",
     .example = "luhn_check('79927398713') => true",
     .since = "3.5.0"},
    {.name = "quote",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING) STRING",
     .kernel = quote_kernel,
     .group = "string_funcs",
     .usage = "quote(str) - str in single quotes, a backslash before those in it.",
     .example = "quote('owl') => 'owl'",
     .since = "4.1.0"},
    {.name = "soundex",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_EXACT,
     .signature = "(STRING) STRING",
     .kernel = soundex_kernel,
     .group = "string_funcs",
     .usage = "soundex(str) - A letter and three digits for how an English word sounds.",
     .example = "soundex('Miller') => M460",
     .since = "1.5.0"},
    {.name = "levenshtein", /* not STRICT: a threshold of NULL is 0 */
     .class = FUNCTION_SCALAR,
     .signature = "(STRING, STRING [, INT]) INT",
     .kernel = levenshtein_kernel,
     .group = "string_funcs",
     .usage = "levenshtein(str1, str2[, threshold]) - Characters to insert, delete or replace between the two; -1 "
              "beyond the threshold.",
     .example = "levenshtein('kitten', 'sitting') => 3",
     .since = "1.5.0"},
    {0},
};
