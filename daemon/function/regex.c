/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "function/regex.h"

#include <pcre2.h>
#include <string.h>

#include "function/string_kernel.h"

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    uint32_t groups;
};

/* \p{Name} that Java has and PCRE2 writes otherwise; in and outside of [...]. */
static const struct {
    const char *java, *inside, *negated;
} classes[] = {
    {"Lower", "a-z", "[^a-z]"},
    {"Upper", "A-Z", "[^A-Z]"},
    {"ASCII", "\\x00-\\x7F", "[^\\x00-\\x7F]"},
    {"Alpha", "a-zA-Z", "[^a-zA-Z]"},
    {"Digit", "0-9", "[^0-9]"},
    {"Alnum", "a-zA-Z0-9", "[^a-zA-Z0-9]"},
    {"Punct", "!-\\/:-@\\[-`{-~", "[^!-\\/:-@\\[-`{-~]"},
    {"Graph", "!-~", "[^!-~]"},
    {"Print", " -~", "[^ -~]"},
    {"Blank", " \\t", "[^ \\t]"},
    {"Cntrl", "\\x00-\\x1F\\x7F", "[^\\x00-\\x1F\\x7F]"},
    {"XDigit", "0-9a-fA-F", "[^0-9a-fA-F]"},
    {"Space", " \\t\\n\\x0B\\f\\r", "[^ \\t\\n\\x0B\\f\\r]"},
    {"javaLowerCase", "\\p{Ll}", "\\P{Ll}"},
    {"javaUpperCase", "\\p{Lu}", "\\P{Lu}"},
    {"javaWhitespace", "\\s", "\\S"},
    {"IsAlphabetic", "\\p{L}", "\\P{L}"},
    {"IsDigit", "\\p{Nd}", "\\P{Nd}"},
    {"IsLetter", "\\p{L}", "\\P{L}"},
    {"IsLowercase", "\\p{Ll}", "\\P{Ll}"},
    {"IsUppercase", "\\p{Lu}", "\\P{Lu}"},
    {"IsPunctuation", "\\p{P}", "\\P{P}"},
    {"IsWhite_Space", "\\s", "\\S"},
    {"InGreek", "\\p{Greek}", "\\P{Greek}"},
};

/* At "\p{" or "\P{": writes PCRE2's form and answers the bytes taken, 0 when there is nothing to change. */
static size_t rewrite_class(struct text *out, const char *p, const char *end, bool in_class) {
    const char *close = memchr(p, '}', (size_t)(end - p));
    if (!close) return 0;
    const char *name = p + 3;
    size_t size = (size_t)(close - name);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].java) != size || memcmp(classes[i].java, name, size) != 0) continue;
        bool negated = p[1] == 'P';
        if (in_class && negated) return 0;
        if (negated)
            text_add(out, classes[i].negated);
        else if (in_class)
            text_add(out, classes[i].inside);
        else
            text_printf(out, "[%s]", classes[i].inside);
        return (size_t)(close - p) + 1;
    }
    bool script = size > 2 && memcmp(name, "Is", 2) == 0; /* \p{IsLatin} */
    if (!script) return 0;
    text_printf(out, "\\%c{%.*s}", p[1], (int)(size - 2), name + 2);
    return (size_t)(close - p) + 1;
}

/* Java's pattern in PCRE2's language. False: it has a class intersection, for which there is none, or a brace that
 * begins no count, which Java refuses. */
static bool translate(struct text *out, struct string pattern) {
    bool in_class = false;
    uint32_t depth = 0;
    for (const char *p = pattern.data, *end = p + pattern.size; p < end; p++) {
        if (*p == '\\' && p + 1 < end) {
            size_t taken = 0;
            if ((p[1] == 'p' || p[1] == 'P') && p + 2 < end && p[2] == '{')
                taken = rewrite_class(out, p, end, in_class);
            if (p[1] == 'Q' && !taken) { /* quoted until \E: PCRE2 knows it too, brackets in it do not count */
                const char *stop = memmem(p, (size_t)(end - p), "\\E", 2);
                const char *to = stop ? stop + 2 : end;
                text_add_bytes(out, p, (size_t)(to - p));
                p = to - 1;
                continue;
            }
            if (!taken) {
                text_add_bytes(out, p, 2);
                taken = 2;
            }
            p += taken - 1;
            continue;
        }
        if (in_class && *p == '&' && p + 1 < end && p[1] == '&') return false;
        if (*p == '[') {
            if (in_class) {
                if (p + 1 < end && p[1] == '^') return false; /* a negated class within a class */
                depth++;                                      /* a union: [a[bc]] is [abc] */
                continue;
            }
            in_class = true;
            depth = 1;
            text_add_char(out, '[');
            if (p + 1 < end && p[1] == '^') text_add_char(out, *++p);
            if (p + 1 < end && p[1] == ']') { /* Java: the class is not closed by a first ] either */
                text_add(out, "\\]");
                p++;
            }
            continue;
        }
        if (*p == '{' && !in_class && !(p + 1 < end && p[1] >= '0' && p[1] <= '9')) return false;
        if (*p == ']' && in_class && --depth) continue;
        if (*p == ']') in_class = false;
        text_add_char(out, *p);
    }
    return true;
}

static void free_code(void *code) {
    pcre2_code_free(code);
}

static void free_data(void *data) {
    pcre2_match_data_free(data);
}

static void free_context(void *context) {
    pcre2_match_context_free(context);
}

struct regex *regex_compile(struct arena *arena, struct string pattern, bool ignore_case) {
    struct text java;
    text_init(&java, arena);
    if (!translate(&java, string_make_valid(arena, pattern))) return NULL;
    int error;
    PCRE2_SIZE offset;
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | (ignore_case ? PCRE2_CASELESS : 0);
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)(java.data ? java.data : ""), java.size, options, &error, &offset, NULL);
    if (!code) return NULL;
    arena_defer(arena, free_code, code);
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it matching is slower, not wrong */
    struct regex *r = ARENA_NEW(arena, struct regex);
    r->code = code;
    r->data = pcre2_match_data_create_from_pattern(code, NULL);
    if (!r->data) return NULL;
    arena_defer(arena, free_data, r->data);
    r->context = pcre2_match_context_create(NULL);
    if (!r->context) return NULL;
    arena_defer(arena, free_context, r->context);
    pcre2_set_match_limit(r->context, REGEX_MATCH_LIMIT);
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &r->groups);
    return r;
}

struct regex *regex_remember(struct regex_memory *memory, struct string pattern, bool ignore_case) {
    if (memory->pattern.data && string_equal(memory->pattern, pattern)) return memory->regex;
    arena_reset(memory->arena);
    memory->pattern = string_copy(memory->arena, pattern);
    memory->regex = regex_compile(memory->arena, pattern, ignore_case);
    return memory->regex;
}

uint32_t regex_groups(const struct regex *r) {
    return r->groups;
}

bool regex_search(struct regex *r, struct string s, size_t from, const size_t **offsets) {
    int n = pcre2_match(r->code, (PCRE2_SPTR)(s.data ? s.data : ""), s.size, from, 0, r->data, r->context);
    if (n < 0) return false;
    *offsets = pcre2_get_ovector_pointer(r->data);
    return true;
}

size_t regex_next(struct string s, const size_t *offsets) {
    if (offsets[1] > offsets[0]) return offsets[1];
    size_t at = offsets[1];
    return at < s.size ? at + utf8_length((uint8_t)s.data[at]) : s.size + 1;
}
