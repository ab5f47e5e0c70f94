/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL text as tokens. Private to sql/.
 *
 * The whole text is cut before parsing begins: a parser that looks ahead as far as it likes is then an index into an
 * array. Comments and white space leave no tokens. A token is a range of the text; nothing is copied or unescaped.
 */
#ifndef ROOST_SQL_LEXER_H
#define ROOST_SQL_LEXER_H

#include "base/arena.h"
#include "base/error.h"

enum token_kind {
    T_END,
    T_UNRECOGNIZED, /* a character that no token begins with */
    T_IDENTIFIER,   /* letters, digits and _ that are no keyword; or a URI */
    T_BACKQUOTED,
    T_IDENTIFIER_LITERAL, /* IDENTIFIER('a'), which the parser makes one of */
    T_STRING,             /* '...', r'...', r"..." */
    T_DOUBLE_QUOTED,
    T_INTEGER,    /* 12 */
    T_DECIMAL,    /* 1.2 */
    T_EXPONENT,   /* 1e2, 1.2e3 */
    T_BIGINT,     /* 12L */
    T_SMALLINT,   /* 12S */
    T_TINYINT,    /* 12Y */
    T_FLOAT,      /* 1F */
    T_DOUBLE,     /* 1D */
    T_BIGDECIMAL, /* 1BD */
    T_SEMICOLON,
    T_LEFT_PAREN,
    T_RIGHT_PAREN,
    T_COMMA,
    T_DOT,
    T_LEFT_BRACKET,
    T_RIGHT_BRACKET,
    T_BANG,
    T_EQ,   /* = == */
    T_NSEQ, /* <=> */
    T_NEQ,  /* <> */
    T_NEQJ, /* != */
    T_LT,
    T_LTE, /* <= !> */
    T_GT,
    T_GTE, /* >= !< */
    T_SHIFT_LEFT,
    T_SHIFT_RIGHT,
    T_SHIFT_RIGHT_UNSIGNED,
    T_PLUS,
    T_MINUS,
    T_ASTERISK,
    T_SLASH,
    T_PERCENT,
    T_TILDE,
    T_AMPERSAND,
    T_PIPE,
    T_CONCAT,        /* || */
    T_OPERATOR_PIPE, /* |> */
    T_HAT,
    T_COLON,
    T_DOUBLE_COLON,
    T_ARROW,
    T_FAT_ARROW,
    T_HINT_START,
    T_HINT_END,
    T_QUESTION,
    /* The keywords follow, in the order of keywords.inc. */
    T_KEYWORDS,
#define KEYWORD(word, kind, flags) K_##word,
#include "sql/keywords.inc"
#undef KEYWORD
    T_KIND_COUNT
};

enum keyword_flags { KEYWORD_STRICT = 1, KEYWORD_RESERVED = 2 };

struct token {
    enum token_kind kind;
    uint32_t start, size; /* bytes of the text */
    int32_t point;        /* where it starts, in characters, as Spark counts its origins */
    int32_t points;       /* characters */
    int32_t line, column; /* line from 1, column in characters from 0 */
};

struct tokens {
    struct token *items; /* the last one is T_END */
    uint32_t count;
    bool unclosed_comment;
    bool has_identifier_word; /* IDENTIFIER is there */
};

void lex(struct arena *arena, const char *text, size_t size, struct tokens *tokens);
/* The keyword's flags; kind is above T_KEYWORDS. */
int keyword_flags(enum token_kind kind);
/* K_..., or T_IDENTIFIER where the word is none. */
enum token_kind keyword_find(const char *word, size_t size);
/* How a token of one fixed spelling is written: "(", "SELECT"; NULL for others. */
const char *token_spelling(enum token_kind kind);

#endif
