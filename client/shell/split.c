/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tokens that matter: strings ('…' and "…", with backslashes unless an r stands before them; a quote is
 * doubled or escaped), names in backticks, -- and bracketed comments (which nest), words, and semicolons.
 *
 * A script begins with BEGIN as the first word of a statement, or after a label. Within it a word may open a
 * block that END closes: BEGIN and CASE anywhere; IF, WHILE, FOR, LOOP and REPEAT where a statement may
 * begin, because elsewhere they are functions or clauses (IF EXISTS, repeat(…)). END IF and its like are one
 * END.
 */
#include "split.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct scanner {
    const char *at, *end;
};

/* After a quoted text that begins at s->at; false: it does not end. */
static bool skip_quoted(struct scanner *s, bool raw) {
    char quote = *s->at++;
    while (s->at < s->end) {
        char c = *s->at++;
        if (c == '\\' && quote != '`' && !raw && s->at < s->end)
            s->at++;
        else if (c == quote)
            return true; /* a doubled quote begins another text, which comes to the same */
    }
    return false;
}

static bool skip_comment(struct scanner *s) {
    int depth = 0;
    while (s->end - s->at >= 2) {
        if (s->at[0] == '/' && s->at[1] == '*') {
            depth++;
            s->at += 2;
        } else if (s->at[0] == '*' && s->at[1] == '/') {
            s->at += 2;
            if (--depth == 0) return true;
        } else {
            s->at++;
        }
    }
    s->at = s->end;
    return false;
}

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

enum token { TOKEN_END, TOKEN_OPEN, TOKEN_WORD, TOKEN_OTHER, TOKEN_SEMICOLON };

struct word {
    const char *text;
    size_t size;
};

static bool is(struct word w, const char *text) {
    return w.size == strlen(text) && strncasecmp(w.text, text, w.size) == 0;
}

/* TOKEN_OPEN: the text ends within a string, a name or a comment. */
static enum token next_token(struct scanner *s, struct word *word) {
    for (;;) {
        while (s->at < s->end && isspace((unsigned char)*s->at)) s->at++;
        if (s->at == s->end) return TOKEN_END;
        size_t left = (size_t)(s->end - s->at);
        if (left >= 2 && s->at[0] == '-' && s->at[1] == '-') {
            const char *line = memchr(s->at, '\n', left);
            s->at = line ? line + 1 : s->end;
        } else if (left >= 2 && s->at[0] == '/' && s->at[1] == '*') {
            if (!skip_comment(s)) return TOKEN_OPEN;
        } else {
            break;
        }
    }
    *word = (struct word){s->at, 1};
    if (strchr("'\"`", *s->at)) return skip_quoted(s, false) ? TOKEN_OTHER : TOKEN_OPEN;
    if (is_word(*s->at)) {
        while (s->at < s->end && is_word(*s->at)) s->at++;
        word->size = (size_t)(s->at - word->text);
        bool quoted = s->at < s->end && (*s->at == '\'' || *s->at == '"');
        if (quoted && is(*word, "r")) return skip_quoted(s, true) ? TOKEN_OTHER : TOKEN_OPEN;
        return TOKEN_WORD;
    }
    return *s->at++ == ';' ? TOKEN_SEMICOLON : TOKEN_OTHER;
}

static char next_character(struct scanner s) {
    struct word word;
    return next_token(&s, &word) == TOKEN_END ? 0 : *word.text;
}

static struct word next_word(struct scanner s) {
    struct word word;
    return next_token(&s, &word) == TOKEN_WORD ? word : (struct word){"", 0};
}

/* Does the word open a block of a script? */
static bool opens(struct scanner s, struct word word, bool statement_begins) {
    if (is(word, "BEGIN") || is(word, "CASE")) return true;
    if (!statement_begins) return false;
    if (is(word, "IF")) return !is(next_word(s), "EXISTS") && !is(next_word(s), "NOT");
    if (is(word, "LOOP") || is(word, "REPEAT")) return next_character(s) != '(';
    return is(word, "WHILE") || is(word, "FOR");
}

/* After these a statement may begin. */
static bool leads(struct word word) {
    return is(word, "BEGIN") || is(word, "THEN") || is(word, "ELSE") || is(word, "DO") || is(word, "LOOP") ||
           is(word, "REPEAT") || is(word, "ATOMIC");
}

/* END, and what it ends: END IF. */
static void skip_end(struct scanner *s) {
    static const char *const kinds[] = {"IF", "CASE", "WHILE", "FOR", "LOOP", "REPEAT"};
    struct scanner ahead = *s;
    struct word word;
    if (next_token(&ahead, &word) != TOKEN_WORD) return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is(word, kinds[i])) *s = ahead;
}

size_t split_statement(const char *text, size_t size) {
    struct scanner s = {text, text + size};
    int depth = 0;
    bool script = false, begins = true;
    for (;;) {
        struct word word = {"", 0};
        switch (next_token(&s, &word)) {
            case TOKEN_END:
            case TOKEN_OPEN: return 0;
            case TOKEN_SEMICOLON:
                if (depth == 0) return (size_t)(s.at - text);
                begins = true;
                break;
            case TOKEN_WORD:
                if (begins && depth == 0 && is(word, "BEGIN")) script = true;
                if (script && is(word, "END")) {
                    skip_end(&s);
                    if (depth) depth--;
                    begins = false;
                } else if (script) {
                    depth += opens(s, word, begins);
                    begins = leads(word);
                } else {
                    begins = begins && next_character(s) == ':'; /* a label */
                }
                break;
            case TOKEN_OTHER:
                begins = *word.text == ':'; /* the end of a label */
                break;
        }
    }
}

bool split_is_blank(const char *text, size_t size) {
    struct scanner s = {text, text + size};
    struct word word;
    for (;;) {
        enum token token = next_token(&s, &word);
        if (token != TOKEN_SEMICOLON) return token == TOKEN_END;
    }
}
