/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lexer. Of all tokens that could begin at a character the longest wins, as in Spark; what that means where
 * it surprises:
 *
 *  - A number with a point ends where neither a letter, a digit nor _ follows; otherwise it is cut shorter. So 1.x is
 *    not a number and a field, but 2.3_ is 2 and .3_.
 *  - Words may begin with a digit: 1a is an identifier, and 1e5 a number only because numbers come first.
 *  - After ARRAY, MAP or STRUCT, >> is two tokens until as many > were seen, so that MAP<INT, ARRAY<INT>> ends.
 *    This holds for the function array(), too.
 *  - Comments nest, and one that does not end is reported only after parsing.
 *
 * Characters, not bytes, are what Spark counts in its positions, so they are counted on the way.
 */
#include "sql/lexer.h"
#include "sql/sql.h"

#include <string.h>
#include <unicode/uchar.h>

struct keyword {
    const char *word;
    uint8_t size;
    uint8_t flags;
    uint16_t kind;
};

static const struct keyword keywords[] = {
#define KEYWORD(word, kind, flags) {#word, sizeof #word - 1, flags, K_##kind},
#include "sql/keywords.inc"
#undef KEYWORD
};
enum { KEYWORD_COUNT = sizeof keywords / sizeof *keywords, KEYWORD_MAX_SIZE = 20 };

static const char *const spellings[T_KEYWORDS] = {
    [T_SEMICOLON] = ";",
    [T_LEFT_PAREN] = "(",
    [T_RIGHT_PAREN] = ")",
    [T_COMMA] = ",",
    [T_DOT] = ".",
    [T_LEFT_BRACKET] = "[",
    [T_RIGHT_BRACKET] = "]",
    [T_BANG] = "!",
    [T_NSEQ] = "<=>",
    [T_NEQ] = "<>",
    [T_NEQJ] = "!=",
    [T_LT] = "<",
    [T_GT] = ">",
    [T_SHIFT_LEFT] = "<<",
    [T_SHIFT_RIGHT] = ">>",
    [T_SHIFT_RIGHT_UNSIGNED] = ">>>",
    [T_PLUS] = "+",
    [T_MINUS] = "-",
    [T_ASTERISK] = "*",
    [T_SLASH] = "/",
    [T_PERCENT] = "%",
    [T_TILDE] = "~",
    [T_AMPERSAND] = "&",
    [T_PIPE] = "|",
    [T_CONCAT] = "||",
    [T_OPERATOR_PIPE] = "|>",
    [T_HAT] = "^",
    [T_COLON] = ":",
    [T_DOUBLE_COLON] = "::",
    [T_ARROW] = "->",
    [T_FAT_ARROW] = "=>",
    [T_HINT_START] = "/*+",
    [T_HINT_END] = "*/",
    [T_QUESTION] = "?",
};

int keyword_flags(enum token_kind kind) {
    return keywords[kind - T_KEYWORDS - 1].flags;
}

const char *token_spelling(enum token_kind kind) {
    return kind > T_KEYWORDS ? keywords[kind - T_KEYWORDS - 1].word : spellings[kind];
}

static int compare_word(const char *word, size_t size, const struct keyword *keyword) {
    int order = memcmp(word, keyword->word, size < keyword->size ? size : keyword->size);
    return order ? order : (int)size - keyword->size;
}

enum token_kind keyword_find(const char *word, size_t size) {
    char upper[KEYWORD_MAX_SIZE];
    if (size > KEYWORD_MAX_SIZE) return T_IDENTIFIER;
    for (size_t i = 0; i < size; i++) upper[i] = word[i] >= 'a' && word[i] <= 'z' ? word[i] - 32 : word[i];
    uint32_t low = 0, high = KEYWORD_COUNT;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = compare_word(upper, size, &keywords[middle]);
        if (order == 0) return keywords[middle].kind;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return T_IDENTIFIER;
}

struct lexer {
    struct arena *arena;
    const char *text;
    uint32_t size, at;
    int32_t point, line, line_point; /* characters before `at`; line of `at`; characters before that line */
    uint32_t complex_types;          /* ARRAY, MAP, STRUCT whose > is awaited */
    struct tokens *tokens;
    uint32_t capacity;
};

/* The byte at an offset from here, NUL beyond the end. */
static inline unsigned char peek(const struct lexer *l, uint32_t offset) {
    return l->at + offset < l->size ? (unsigned char)l->text[l->at + offset] : 0;
}
static inline bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}
static inline bool is_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline unsigned char upper(unsigned char c) {
    return c >= 'a' && c <= 'z' ? c - 32 : c;
}

/* The character at `at` and how many bytes it has; a byte that is not UTF-8 is a character of its own. */
static int32_t decode(const struct lexer *l, uint32_t at, uint32_t *size) {
    const unsigned char *p = (const unsigned char *)l->text + at;
    uint32_t left = l->size - at;
    *size = 1;
    if (p[0] < 0x80) return p[0];
    uint32_t need = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < need) return -1;
    int32_t c = p[0] & (0x7F >> need);
    for (uint32_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80) return -1;
        c = c << 6 | (p[i] & 0x3F);
    }
    *size = need;
    return c;
}

static bool is_space(int32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Moves to `end`, counting characters and lines. */
static void advance(struct lexer *l, uint32_t end) {
    while (l->at < end) {
        uint32_t size;
        if ((unsigned char)l->text[l->at] < 0x80) {
            l->point++;
            if (l->text[l->at++] == '\n') {
                l->line++;
                l->line_point = l->point;
            }
            continue;
        }
        decode(l, l->at, &size);
        l->at += size;
        l->point++;
    }
}

static void emit(struct lexer *l, enum token_kind kind, uint32_t size) {
    struct tokens *out = l->tokens;
    if (out->count == l->capacity) {
        uint32_t capacity = l->capacity * 2;
        out->items =
            arena_grow(l->arena, out->items, out->count * sizeof *out->items, (size_t)capacity * sizeof *out->items);
        l->capacity = capacity;
    }
    struct token *t = &out->items[out->count++];
    *t = (struct token){.kind = kind,
                        .start = l->at,
                        .size = size,
                        .point = l->point,
                        .line = l->line,
                        .column = l->point - l->line_point};
    advance(l, l->at + size);
    t->points = l->point - t->point;
}

/* The size of a comment that nests, without its end at the end of the text. */
static uint32_t bracketed_comment(struct lexer *l) {
    uint32_t depth = 1, at = l->at + 2;
    while (at < l->size) {
        if (l->text[at] == '*' && at + 1 < l->size && l->text[at + 1] == '/') {
            at += 2;
            if (--depth == 0) return at - l->at;
        } else if (l->text[at] == '/' && at + 1 < l->size && l->text[at + 1] == '*' &&
                   !(at + 2 < l->size && l->text[at + 2] == '+')) {
            at += 2;
            depth++;
        } else {
            at++;
        }
    }
    l->tokens->unclosed_comment = true;
    return at - l->at;
}

static uint32_t simple_comment(const struct lexer *l) {
    uint32_t at = l->at + 2;
    for (; at < l->size && l->text[at] != '\n' && l->text[at] != '\r'; at++)
        if (l->text[at] == '\\' && at + 1 < l->size && l->text[at + 1] == '\n') at++;
    return at - l->at;
}

/* White space and comments. */
static void skip(struct lexer *l) {
    while (l->at < l->size) {
        unsigned char c = peek(l, 0);
        uint32_t size = 1;
        if (c == '-' && peek(l, 1) == '-')
            advance(l, l->at + simple_comment(l));
        else if (c == '/' && peek(l, 1) == '*' && peek(l, 2) != '+')
            advance(l, l->at + bracketed_comment(l));
        else if (is_space(decode(l, l->at, &size)))
            advance(l, l->at + size);
        else
            return;
    }
}

/* Bytes up to and with the closing quote, 0 where there is none. Doubled quotes stand for one. */
static uint32_t quoted(const struct lexer *l, uint32_t offset, char quote, bool escapes, bool doubles) {
    for (uint32_t at = l->at + offset + 1; at < l->size; at++) {
        if (l->text[at] == '\\' && escapes) {
            at++;
        } else if (l->text[at] == quote) {
            if (!doubles || at + 1 >= l->size || l->text[at + 1] != quote) return at + 1 - l->at;
            at++;
        }
    }
    return 0;
}

/* Letters, digits and _ from here on; *ascii_letters is set when all before a possible :// are letters. */
static uint32_t word_size(const struct lexer *l, bool *letters) {
    uint32_t at = l->at;
    *letters = true;
    while (at < l->size) {
        unsigned char c = (unsigned char)l->text[at];
        uint32_t size = 1;
        if (is_digit(c) || c == '_')
            *letters = false;
        else if (c >= 0x80 ? !u_isalpha(decode(l, at, &size)) : !is_letter(c))
            break;
        at += size;
    }
    return at - l->at;
}

/* The rest of a path such as s3://bucket/a.parquet. */
static uint32_t uri_size(const struct lexer *l, uint32_t from) {
    uint32_t at = l->at + from;
    while (at < l->size) {
        unsigned char c = (unsigned char)l->text[at];
        uint32_t size = 1;
        if (c >= 0x80 ? !u_isalpha(decode(l, at, &size)) : !is_letter(c) && !is_digit(c) && !strchr("_/-.?=&#%", c))
            break;
        at += size;
    }
    return at - l->at;
}

static uint32_t digits(const struct lexer *l, uint32_t offset) {
    while (is_digit(peek(l, offset))) offset++;
    return offset;
}

/* Past an exponent at offset, or offset itself. */
static uint32_t exponent(const struct lexer *l, uint32_t offset) {
    if (upper(peek(l, offset)) != 'E') return offset;
    uint32_t from = offset + 1;
    if (peek(l, from) == '+' || peek(l, from) == '-') from++;
    return is_digit(peek(l, from)) ? digits(l, from) : offset;
}

/* A number with a point ends here. */
static bool ends_number(const struct lexer *l, uint32_t offset) {
    unsigned char c = peek(l, offset);
    return !is_letter(c) && !is_digit(c) && c != '_';
}

struct number {
    enum token_kind kind;
    uint32_t size;
};

static void longer(struct number *best, enum token_kind kind, uint32_t size) {
    if (size > best->size) *best = (struct number){kind, size};
}

/* The suffixes that may follow at offset; strict: nothing of a word may come behind. */
static void suffixes(const struct lexer *l, struct number *best, uint32_t offset, bool strict) {
    unsigned char c = upper(peek(l, offset));
    if (c == 'F' && (!strict || ends_number(l, offset + 1))) longer(best, T_FLOAT, offset + 1);
    if (c == 'D' && (!strict || ends_number(l, offset + 1))) longer(best, T_DOUBLE, offset + 1);
    if (c == 'B' && upper(peek(l, offset + 1)) == 'D' && (!strict || ends_number(l, offset + 2)))
        longer(best, T_BIGDECIMAL, offset + 2);
}

static struct number number(const struct lexer *l) {
    struct number best = {T_UNRECOGNIZED, 0};
    uint32_t whole = digits(l, 0);
    if (whole) {
        longer(&best, T_INTEGER, whole);
        unsigned char c = upper(peek(l, whole));
        if (c == 'L') longer(&best, T_BIGINT, whole + 1);
        if (c == 'S') longer(&best, T_SMALLINT, whole + 1);
        if (c == 'Y') longer(&best, T_TINYINT, whole + 1);
        uint32_t scaled = exponent(l, whole);
        if (scaled > whole) longer(&best, T_EXPONENT, scaled);
        suffixes(l, &best, scaled, false);
        suffixes(l, &best, whole, false);
    }
    if (peek(l, whole) != '.') return best;
    uint32_t fraction = digits(l, whole + 1);
    if (!whole && fraction == 1) return best;
    if (ends_number(l, fraction)) longer(&best, T_DECIMAL, fraction);
    uint32_t scaled = exponent(l, fraction);
    if (scaled > fraction && ends_number(l, scaled)) longer(&best, T_EXPONENT, scaled);
    suffixes(l, &best, scaled, true);
    return best;
}

/* A string, a number, a name or a keyword; false where none begins here. */
static bool lex_word(struct lexer *l) {
    unsigned char c = peek(l, 0);
    uint32_t size = 0;
    if (upper(c) == 'R' && (peek(l, 1) == '\'' || peek(l, 1) == '"'))
        if ((size = quoted(l, 1, l->text[l->at + 1], false, false))) return emit(l, T_STRING, size), true;
    bool letters;
    size = word_size(l, &letters);
    if (size && letters && peek(l, size) == ':' && peek(l, size + 1) == '/' && peek(l, size + 2) == '/') {
        uint32_t whole = uri_size(l, size + 3);
        if (whole > size + 3) return emit(l, T_IDENTIFIER, whole), true;
    }
    if (is_digit(c) || c == '.') {
        struct number best = number(l);
        if (best.size && best.size >= size) return emit(l, best.kind, best.size), true;
    }
    if (!size) return false;
    enum token_kind kind = keyword_find(l->text + l->at, size);
    l->tokens->has_identifier_word |= kind == K_IDENTIFIER;
    if (kind == K_ARRAY || kind == K_MAP || kind == K_STRUCT) l->complex_types++;
    emit(l, kind, size);
    return true;
}

static bool lex_quoted(struct lexer *l) {
    unsigned char c = peek(l, 0);
    uint32_t size = 0;
    if (c == '\'' && (size = quoted(l, 0, '\'', true, true))) return emit(l, T_STRING, size), true;
    if (c == '"' && (size = quoted(l, 0, '"', true, true))) return emit(l, T_DOUBLE_QUOTED, size), true;
    if (c == '`' && (size = quoted(l, 0, '`', false, true))) return emit(l, T_BACKQUOTED, size), true;
    return false;
}

static struct number symbol_angle(const struct lexer *l) {
    unsigned char b = peek(l, 1);
    if (peek(l, 0) == '<') {
        if (b == '=') return peek(l, 2) == '>' ? (struct number){T_NSEQ, 3} : (struct number){T_LTE, 2};
        if (b == '>') return (struct number){T_NEQ, 2};
        if (b == '<') return (struct number){T_SHIFT_LEFT, 2};
        return (struct number){T_LT, 1};
    }
    if (b == '=') return (struct number){T_GTE, 2};
    if (b == '>' && !l->complex_types)
        return peek(l, 2) == '>' ? (struct number){T_SHIFT_RIGHT_UNSIGNED, 3} : (struct number){T_SHIFT_RIGHT, 2};
    return (struct number){T_GT, 1};
}

/* Two characters where they make one token. */
static struct number symbol(const struct lexer *l) {
    static const char pairs[][3] = {"==", "=>", "!=", "!>", "!<", "||", "|>", "::", "->", "*/"};
    static const uint8_t kinds[] = {T_EQ,     T_FAT_ARROW,     T_NEQJ,         T_LTE,   T_GTE,
                                    T_CONCAT, T_OPERATOR_PIPE, T_DOUBLE_COLON, T_ARROW, T_HINT_END};
    static const char singles[] = ";(),.[]!=+-*/%~&|^:?";
    static const uint8_t single_kinds[] = {T_SEMICOLON,    T_LEFT_PAREN,    T_RIGHT_PAREN, T_COMMA,   T_DOT,
                                           T_LEFT_BRACKET, T_RIGHT_BRACKET, T_BANG,        T_EQ,      T_PLUS,
                                           T_MINUS,        T_ASTERISK,      T_SLASH,       T_PERCENT, T_TILDE,
                                           T_AMPERSAND,    T_PIPE,          T_HAT,         T_COLON,   T_QUESTION};
    unsigned char a = peek(l, 0), b = peek(l, 1);
    if (a == '<' || a == '>') return symbol_angle(l);
    if (a == '/' && b == '*') return (struct number){T_HINT_START, 3}; /* skip() took the comments */
    for (size_t i = 0; i < sizeof kinds; i++)
        if (a == (unsigned char)pairs[i][0] && b == (unsigned char)pairs[i][1]) return (struct number){kinds[i], 2};
    const char *single = a ? strchr(singles, a) : NULL;
    return single ? (struct number){single_kinds[single - singles], 1} : (struct number){T_UNRECOGNIZED, 0};
}

void lex(struct arena *arena, const char *text, size_t size, struct tokens *tokens) {
    struct lexer l = {.arena = arena, .text = text, .size = (uint32_t)size, .line = 1, .tokens = tokens};
    l.capacity = (uint32_t)(size / 5 + 16);
    *tokens = (struct tokens){.items = arena_bytes_array(arena, l.capacity, sizeof(struct token))};
    for (skip(&l); l.at < l.size; skip(&l)) {
        if (lex_word(&l) || lex_quoted(&l)) continue;
        struct number found = symbol(&l);
        if (found.kind == T_GT && l.complex_types) l.complex_types--;
        uint32_t unknown = 1;
        if (!found.size) decode(&l, l.at, &unknown);
        emit(&l, found.kind, found.size ? found.size : unknown);
    }
    emit(&l, T_END, 0);
}

/* Words that are other words' spellings (TEMP) do not count. */
const char *sql_keyword_at(uint32_t index, bool *reserved) {
    for (size_t i = 0; i < KEYWORD_COUNT; i++) {
        bool alias = keywords[i].kind == K_RLIKE || (keywords[i].kind == K_TEMPORARY);
        if (alias || index-- > 0) continue;
        *reserved = keywords[i].flags & KEYWORD_RESERVED;
        return keywords[i].word;
    }
    return NULL;
}
