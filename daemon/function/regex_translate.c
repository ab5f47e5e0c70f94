/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Java writes and PCRE2 does not, or means otherwise:
 *
 * - classes within classes, united or intersected: [a-z&&[^aeiou]]. PCRE2 has none, but every class is something that
 *   matches one character, so a union is (?:A|B), an intersection (?:(?=A)B), a complement (?:(?!A)(?s:.)).
 * - \p{...}: POSIX names without brackets, blocks, scripts and properties by Java's names. PCRE2's own categories pass;
 *   the others become ranges that ICU tells.
 * - \uXXXX, \0nn, \N{name}, back references by Java's rule for digits, the flags d, u and U.
 * - \d, \s and \w know ASCII alone unless the flag U is set, but \b knows all letters: PCRE2 is told of Unicode, and those
 *   are spelled out. (Its just-in-time code also gets \D, \S and \W wrong in texts that may be malformed.)
 *
 * What PCRE2 has and Java lacks (recursion, verbs, \K, conditions) is refused: a pattern that Java would not compile
 * must fail here too, and recursion would let a short pattern run for long.
 *
 * Nesting is bounded by DEPTH: the pattern is anybody's text.
 */
#include "function/regex_translate.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uset.h>

enum { DEPTH = 100, NO_CHARACTER = 0xFFFFFFFF };

struct reader {
    struct text *out;
    const char *p, *end;
    uint32_t groups; /* capturing ones so far */
    bool unicode;    /* the flag U was set */
    bool ascii_case; /* the flag i was set, and u was not: only ASCII has two cases */
    struct regex_flags flags;
};

/* What matches one character: "[ranges]", alternatives to it (each an atom of its own), or both. */
struct class {
    struct text ranges;
    const char *others; /* atoms joined by |, or NULL */
};

/* --- \p{...} --- */

/* Java's names that ICU does not know, as ICU writes the set. */
static const struct {
    const char *java, *set;
} properties[] = {
    {"Lower", "[a-z]"},
    {"Upper", "[A-Z]"},
    {"ASCII", "[\\u0000-\\u007F]"},
    {"Alpha", "[a-zA-Z]"},
    {"Digit", "[0-9]"},
    {"Alnum", "[a-zA-Z0-9]"},
    {"Punct", "[!-/:-@\\[-`\\{-~]"},
    {"Graph", "[!-~]"},
    {"Print", "[\\u0020-~]"},
    {"Blank", "[\\u0020\\t]"},
    {"Cntrl", "[\\u0000-\\u001F\\u007F]"},
    {"XDigit", "[0-9a-fA-F]"},
    {"Space", "[\\u0020\\t-\\r]"},
    {"L1", "[\\u0000-\\u00FF]"},
    {"all", "[\\u0000-\\U0010FFFF]"},
    {"LD", "[\\p{L}\\p{Nd}]"},
    {"javaLowerCase", "\\p{Lowercase}"},
    {"javaUpperCase", "\\p{Uppercase}"},
    {"javaTitleCase", "\\p{Lt}"},
    {"javaAlphabetic", "\\p{Alphabetic}"},
    {"javaIdeographic", "\\p{Ideographic}"},
    {"javaDigit", "\\p{Nd}"},
    {"javaDefined", "\\P{Cn}"},
    {"javaLetter", "\\p{L}"},
    {"javaLetterOrDigit", "[\\p{L}\\p{Nd}]"},
    {"javaSpaceChar", "\\p{Z}"},
    {"javaWhitespace", "[[\\p{Z}\\t-\\r\\u001C-\\u001F]-[\\u00A0\\u2007\\u202F]]"},
    {"javaISOControl", "\\p{Cc}"},
    {"javaMirrored", "\\p{Bidi_Mirrored}"},
    {"javaIdentifierIgnorable", "[\\u0000-\\u0008\\u000E-\\u001B\\u007F-\\u009F\\p{Cf}]"},
    {"javaJavaIdentifierStart", "[\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}]"},
    {"javaJavaIdentifierPart", "[\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}\\p{Nd}\\p{Mc}\\p{Mn}]"},
    {"IsLetter", "\\p{L}"},
    {"IsDigit", "\\p{Nd}"},
    {"IsPunctuation", "\\p{P}"},
    {"IsControl", "\\p{Cc}"},
    {"IsTitlecase", "\\p{Lt}"},
    {"IsAssigned", "\\P{Cn}"},
};

/* The set's name in ICU's language, or NULL. */
static const char *set_pattern(struct arena *arena, const char *name, size_t size) {
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (strlen(properties[i].java) == size && memcmp(properties[i].java, name, size) == 0) return properties[i].set;
    for (size_t i = 0; i < size; i++)
        if (!strchr("=_- ", name[i]) && !u_isalnum((unsigned char)name[i])) return NULL;
    const char *equals = memchr(name, '=', size);
    if (equals) {
        bool block = strncmp(name, "blk=", 4) == 0 || strncmp(name, "block=", 6) == 0;
        return arena_printf(arena, "\\p{%s=%.*s}",
                            block ? "block" : arena_strndup(arena, name, (size_t)(equals - name)),
                            (int)(name + size - equals - 1), equals + 1);
    }
    if (size > 2 && memcmp(name, "In", 2) == 0) return arena_printf(arena, "\\p{block=%.*s}", (int)size - 2, name + 2);
    bool is = size > 2 && memcmp(name, "Is", 2) == 0;
    return arena_printf(arena, "\\p{%.*s}", (int)size - 2 * is, name + 2 * is);
}

static void add_range(struct text *ranges, uint32_t from, uint32_t to) {
    text_printf(ranges, from == to ? "\\x{%X}" : "\\x{%X}-\\x{%X}", from, to);
}

/* Adds a set's ranges, but the surrogates, which no text holds. */
static bool add_set(struct text *ranges, const char *set, bool negated) {
    UChar pattern[256];
    UErrorCode code = U_ZERO_ERROR;
    int32_t size = 0;
    for (; set[size] && size < 255; size++) pattern[size] = (UChar)(unsigned char)set[size];
    USet *s = uset_openPattern(pattern, size, &code);
    if (U_FAILURE(code)) return false;
    if (negated) uset_complement(s);
    uset_removeRange(s, 0xD800, 0xDFFF);
    for (int32_t i = 0; i < uset_getItemCount(s); i++) {
        UChar32 from, to;
        code = U_ZERO_ERROR;
        if (uset_getItem(s, i, &from, &to, NULL, 0, &code) == 0) add_range(ranges, (uint32_t)from, (uint32_t)to);
    }
    uset_close(s);
    return true;
}

/* At p or P: \pL, \p{name}. Adds what belongs between brackets. */
static bool add_property(struct reader *r, struct text *ranges) {
    bool negated = *r->p++ == 'P';
    if (r->p == r->end) return false;
    const char *name = r->p, *close = r->p + 1;
    bool braced = *name == '{';
    if (braced) {
        name++;
        close = memchr(name, '}', (size_t)(r->end - name));
        if (!close) return false;
    }
    size_t size = (size_t)(close - name);
    r->p = close + braced;
    if (!size || size > 100) return false;
    if (size <= 2 && name[0] >= 'A' && name[0] <= 'Z' && (size == 1 || (name[1] >= 'a' && name[1] <= 'z'))) {
        text_printf(ranges, "\\%c{%.*s}", negated ? 'P' : 'p', (int)size, name); /* a category: PCRE2's own */
        return true;
    }
    const char *set = set_pattern(ranges->arena, name, size);
    return set && add_set(ranges, set, negated);
}

/* \d, \s, \w and their complements as ranges; NULL: another letter. */
static const char *ascii_ranges(char letter) {
    switch (letter) {
        case 'd': return "0-9";
        case 'D': return "\\x{0}-/:-\\x{10FFFF}";
        case 's': return "\\t-\\r ";
        case 'S': return "\\x{0}-\\x{8}\\x{E}-\\x{1F}!-\\x{10FFFF}";
        case 'w': return "0-9A-Z_a-z";
        case 'W': return "\\x{0}-/:-@\\[-\\^`{-\\x{10FFFF}";
        default: return NULL;
    }
}

/* --- a character --- */

static bool hex_digits(struct reader *r, unsigned least, unsigned most, uint32_t *value) {
    unsigned count = 0;
    for (*value = 0; count < most && r->p < r->end && strchr("0123456789abcdefABCDEF", *r->p); count++, r->p++) {
        *value = *value * 16 + (uint32_t)(*r->p <= '9' ? *r->p - '0' : (*r->p | 32) - 'a' + 10);
        if (*value > 0x10FFFF) return false;
    }
    return count >= least;
}

static bool unicode_escape(struct reader *r, uint32_t *c) {
    if (!hex_digits(r, 4, 4, c)) return false;
    uint32_t low;
    struct reader ahead = *r;
    if (*c < 0xD800 || *c > 0xDBFF || ahead.end - ahead.p < 6 || memcmp(ahead.p, "\\u", 2) != 0) return true;
    ahead.p += 2;
    if (!hex_digits(&ahead, 4, 4, &low) || low < 0xDC00 || low > 0xDFFF) return true;
    *c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
    r->p = ahead.p;
    return true;
}

static bool octal_escape(struct reader *r, uint32_t *c) {
    const char *start = r->p;
    for (*c = 0; r->p < r->end && r->p - start < 3 && *r->p >= '0' && *r->p <= '7'; r->p++) {
        uint32_t longer = *c * 8 + (uint32_t)(*r->p - '0');
        if (longer > 0377) break;
        *c = longer;
    }
    return r->p > start;
}

/* Behind "\x" or "\N": {hex} or two digits; {name}. */
static bool braced_escape(struct reader *r, bool named, uint32_t *c) {
    if (r->p == r->end || *r->p != '{') return !named && hex_digits(r, 2, 2, c);
    const char *close = memchr(r->p, '}', (size_t)(r->end - r->p));
    if (!close || close - r->p > 100) return false;
    char name[101] = "";
    memcpy(name, r->p + 1, (size_t)(close - r->p - 1));
    UErrorCode code = U_ZERO_ERROR;
    r->p++;
    if (named)
        *c = (uint32_t)u_charFromName(U_UNICODE_CHAR_NAME, name, &code);
    else if (!hex_digits(r, 1, 8, c) || r->p != close)
        return false;
    r->p = close + 1;
    return U_SUCCESS(code);
}

/* Behind a backslash: the character that an escape stands for. *c is NO_CHARACTER, and nothing is taken, where it
 * stands for something else. */
static bool escaped_character(struct reader *r, uint32_t *c) {
    static const char controls[] = "tnrfae", values[] = "\t\n\r\f\a\x1B";
    char letter = *r->p;
    const char *control = strchr(controls, letter);
    *c = NO_CHARACTER;
    if (letter && control) {
        r->p++;
        *c = (uint32_t)values[control - controls];
        return true;
    }
    if (strchr("u0xNc", letter) && letter) r->p++;
    switch (letter) {
        case 'u': return unicode_escape(r, c);
        case '0': return octal_escape(r, c);
        case 'x': return braced_escape(r, false, c);
        case 'N': return braced_escape(r, true, c);
        case 'c': *c = r->p < r->end ? (uint32_t)(unsigned char)*r->p++ ^ 64 : NO_CHARACTER; return *c < 128;
        default: break;
    }
    if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '1' && letter <= '9'))
        return true;
    unsigned size;
    *c = utf8_decode(r->p, r->end, &size);
    r->p += size;
    return true;
}

/* --- classes --- */

static const char *class_atom(struct class *c) {
    const char *simple = c->ranges.size ? text_finish(&c->ranges) : NULL;
    if (!c->others) return arena_printf(c->ranges.arena, "[%s]", simple ? simple : "");
    if (!simple) return arena_printf(c->ranges.arena, "(?:%s)", c->others);
    return arena_printf(c->ranges.arena, "(?:[%s]|%s)", simple, c->others);
}

static bool class_is_empty(const struct class *c) {
    return !c->ranges.size && !c->others;
}

static void class_unite(struct class *c, struct class *with) {
    text_add_bytes(&c->ranges, with->ranges.data, with->ranges.size);
    if (with->others && c->others)
        c->others = arena_printf(c->ranges.arena, "%s|%s", c->others, with->others);
    else if (with->others)
        c->others = with->others;
}

static void class_set(struct class *c, const char *atom) {
    struct arena *arena = c->ranges.arena;
    *c = (struct class){.others = atom};
    text_init(&c->ranges, arena);
}

static void class_negate(struct class *c) {
    const char *atom = class_atom(c);
    struct arena *arena = c->ranges.arena;
    class_set(c, c->others ? arena_printf(arena, "(?:(?!%s)(?s:.))", atom) : arena_printf(arena, "[^%s", atom + 1));
}

/* \d, \w and their like within brackets, \Q...\E. False: nothing of that kind. */
static bool class_shorthand(struct reader *r, struct class *c, bool *good) {
    char letter = *r->p;
    *good = true;
    if (letter == 'p' || letter == 'P') {
        *good = add_property(r, &c->ranges);
        return true;
    }
    if (letter == 'Q') {
        const char *from = ++r->p, *stop = memmem(from, (size_t)(r->end - from), "\\E", 2);
        const char *to = stop ? stop : r->end;
        unsigned size;
        for (; from < to; from += size) {
            uint32_t code_point = utf8_decode(from, to, &size);
            add_range(&c->ranges, code_point, code_point);
        }
        r->p = stop ? stop + 2 : r->end;
        return true;
    }
    if (!strchr("dDwWsShHvV", letter)) return false;
    const char *ascii = r->unicode ? NULL : ascii_ranges(letter);
    if (ascii)
        text_add(&c->ranges, ascii);
    else
        text_add_bytes(&c->ranges, r->p - 1, 2);
    r->p++;
    return true;
}

static bool class_character(struct reader *r, uint32_t *c) {
    if (*r->p == '\\') return ++r->p < r->end && escaped_character(r, c) && *c != NO_CHARACTER;
    unsigned size;
    *c = utf8_decode(r->p, r->end, &size);
    r->p += size;
    return true;
}

/* One character, a range, or what an escape stands for. */
static bool class_range(struct reader *r, struct class *c) {
    uint32_t from, to;
    if (*r->p == '\\' && r->p + 1 < r->end) {
        bool good;
        r->p++;
        if (class_shorthand(r, c, &good)) return good;
        r->p--;
    }
    if (!class_character(r, &from)) return false;
    to = from;
    if (r->end - r->p > 1 && *r->p == '-' && r->p[1] != ']' && r->p[1] != '[') {
        r->p++;
        if (!class_character(r, &to) || to < from) return false;
    }
    add_range(&c->ranges, from, to);
    return true;
}

static bool read_class(struct reader *r, struct class *c, bool nested, unsigned depth);

/* Behind "&&": the other operand, up to the class's end or the next "&&". */
static bool intersect(struct reader *r, struct class *c, unsigned depth) {
    struct class right = {0};
    text_init(&right.ranges, c->ranges.arena);
    while (r->p < r->end && *r->p != ']' && *r->p != '&') {
        struct class part = {0};
        text_init(&part.ranges, c->ranges.arena);
        bool brackets = *r->p == '[';
        r->p += brackets;
        if (!read_class(r, &part, brackets, depth + 1)) return false;
        class_unite(&right, &part);
    }
    if (class_is_empty(&right)) return !class_is_empty(c);
    if (class_is_empty(c)) {
        *c = right;
        return true;
    }
    const char *a = class_atom(c), *b = class_atom(&right);
    class_set(c, arena_printf(c->ranges.arena, "(?:(?=%s)%s)", a, b));
    return true;
}

/* Behind the bracket, and to behind the closing one; without brackets of its own (nested false) to before it. */
static bool read_class(struct reader *r, struct class *c, bool nested, unsigned depth) {
    bool negated = nested && r->p < r->end && *r->p == '^';
    if (depth > DEPTH) return false;
    r->p += negated;
    while (r->p < r->end && (*r->p != ']' || class_is_empty(c))) {
        bool both = r->end - r->p > 1 && r->p[0] == '&' && r->p[1] == '&';
        if (both) {
            r->p += 2;
            if (!intersect(r, c, depth)) return false;
        } else if (*r->p == '[') {
            struct class inner = {0};
            text_init(&inner.ranges, c->ranges.arena);
            r->p++;
            if (!read_class(r, &inner, true, depth + 1)) return false;
            class_unite(c, &inner);
        } else if (!class_range(r, c)) {
            return false;
        }
    }
    if (r->p == r->end) return false;
    r->p += nested;
    if (negated) class_negate(c);
    return true;
}

/* --- outside of classes --- */

/* \1 and on: as many digits as there are groups before; a group that is not there never matches. */
static void add_back_reference(struct reader *r) {
    uint32_t group = (uint32_t)(*r->p++ - '0');
    for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++) {
        uint32_t longer = group * 10 + (uint32_t)(*r->p - '0');
        if (longer > r->groups) break;
        group = longer;
    }
    if (group > r->groups)
        text_add(r->out, "(?!)");
    else
        text_printf(r->out, "\\g{%u}", group);
}

static void add_quoted(struct reader *r) {
    const char *from = r->p + 1, *stop = memmem(from, (size_t)(r->end - from), "\\E", 2);
    const char *to = stop ? stop : r->end;
    if (to > from) text_printf(r->out, "\\Q%.*s\\E", (int)(to - from), from);
    r->p = stop ? stop + 2 : r->end;
}

/* Behind a backslash. */
static bool add_escape(struct reader *r) {
    uint32_t c;
    if (r->p == r->end) return false;
    if (*r->p == 'p' || *r->p == 'P') {
        text_add_char(r->out, '[');
        if (!add_property(r, r->out)) return false;
        text_add_char(r->out, ']');
        return true;
    }
    if (*r->p == 'Q') {
        add_quoted(r);
        return true;
    }
    if (!escaped_character(r, &c)) return false;
    if (c != NO_CHARACTER) {
        text_printf(r->out, "\\x{%X}", c);
        return true;
    }
    if (*r->p <= '9') {
        add_back_reference(r);
        return true;
    }
    if (!strchr("ABDGHRSVWXZbdhksvwz", *r->p)) return false;
    const char *ascii = r->unicode ? NULL : ascii_ranges(*r->p);
    if (ascii) {
        text_printf(r->out, "[%s]", ascii);
        r->p++;
        return true;
    }
    r->flags.unicode |= *r->p == 'b' || *r->p == 'B';
    text_add_char(r->out, '\\');
    text_add_char(r->out, *r->p++);
    return true;
}

/* (?flags) and (?flags: without what PCRE2 has no letter for. */
static bool add_flags(struct reader *r) {
    bool unicode_case = r->unicode;
    text_add(r->out, "(?");
    for (; r->p < r->end && *r->p != ')' && *r->p != ':'; r->p++) {
        if (!strchr("idmsuxU-", *r->p)) return false;
        if (*r->p == 'U') r->unicode = r->flags.unicode = true;
        r->flags.unix_lines |= *r->p == 'd';
        if (*r->p == 'i') r->ascii_case = !unicode_case;
        if (*r->p == 'u' || *r->p == 'U') r->ascii_case = false, unicode_case = true;
        if (strchr("imsx-", *r->p)) text_add_char(r->out, *r->p);
    }
    if (r->p == r->end) return false;
    text_add_char(r->out, *r->p++);
    return true;
}

/* At "(". */
static bool add_group(struct reader *r) {
    const char *p = r->p + 1, *end = r->end;
    if (p == end || *p != '?') {
        if (p < end && *p == '*') return false;
        r->groups++;
        r->p = p;
        text_add_char(r->out, '(');
        return true;
    }
    if (++p == end) return false;
    bool named = *p == '<' && p + 1 < end && p[1] != '=' && p[1] != '!';
    if (!named && !strchr(":=!><", *p)) {
        r->p = p;
        return add_flags(r);
    }
    if (named) r->groups++;
    p += *p == '<' ? 2 : 1;
    text_add_bytes(r->out, r->p, (size_t)(p - r->p));
    r->p = p;
    return true;
}

static bool add_class(struct reader *r) {
    struct class c = {0};
    text_init(&c.ranges, r->out->arena);
    r->p++;
    if (!read_class(r, &c, true, 0)) return false;
    bool bare = c.others && !c.ranges.size && c.others[0] == '['; /* a negated one */
    text_add(r->out, bare ? c.others : class_atom(&c));
    return true;
}

/* A character that stands for itself. */
static void add_literal(struct reader *r) {
    unsigned size = 1;
    if ((unsigned char)*r->p < 0x80 || !r->ascii_case) {
        text_add_char(r->out, *r->p++);
        return;
    }
    utf8_decode(r->p, r->end, &size);
    text_printf(r->out, "(?-i:%.*s)", (int)size, r->p);
    r->p += size;
}

bool regex_translate(struct text *out, struct string pattern, struct regex_flags *flags) {
    struct reader r = {.out = out, .p = pattern.data, .end = pattern.data + pattern.size};
    while (r.p < r.end) {
        bool good = true;
        switch (*r.p) {
            case '\\':
                r.p++;
                good = add_escape(&r);
                break;
            case '[': good = add_class(&r); break;
            case '(': good = add_group(&r); break;
            case '{': good = r.p > pattern.data && r.p + 1 < r.end && r.p[1] >= '0' && r.p[1] <= '9'; /* fall through */
            default: add_literal(&r);
        }
        if (!good) return false;
    }
    *flags = r.flags;
    return true;
}
