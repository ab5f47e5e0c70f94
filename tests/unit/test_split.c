/* SPDX-License-Identifier: Apache-2.0 */
/* Where the shell thinks that statements end. */
#include "client/shell/split.h"

#include <string.h>

#include "tests/unit/unit.h"

/* The statements of a text, as the places of their semicolons are: "a;|b;" */
static void splits(const char *marked) {
    char text[512];
    size_t size = 0, ends = 0, end[16];
    for (const char *c = marked; *c; c++) {
        if (*c == '|')
            end[ends++] = size;
        else
            text[size++] = *c;
    }
    text[size] = 0;
    size_t at = 0;
    for (size_t i = 0; i < ends; i++) {
        at += split_statement(text + at, size - at);
        ck_assert_msg(at == end[i], "%s: %zu instead of %zu", marked, at, end[i]);
    }
    ck_assert_msg(split_statement(text + at, size - at) == 0, "%s: more than expected", marked);
}

START_TEST(a_semicolon_ends_a_statement) {
    splits("select 1;|");
    splits("select 1;| select 2;| select 3");
    splits(";|;|");
    splits("");
}
END_TEST

START_TEST(not_within_quotes) {
    splits("select ';';|");
    splits("select 'it''s;';|");
    splits("select 'a\\';';| select 1");
    splits("select \"a;\\\"b;\";|");
    splits("select `a;``b;`;|");
    splits("select r'a\\';| select 1");
    splits("select R\"\\\";|");
    splits("select 'open;");
}
END_TEST

START_TEST(not_within_comments) {
    splits("select 1 -- one; two\n;|");
    splits("select /* ; */ 1;|");
    splits("select /* a /* b; */ c; */ 1;|");
    splits("select 1 /* open ;");
    splits("select 1 - -1;|");
    splits("-- it's\nselect 1;|");
}
END_TEST

START_TEST(not_within_a_script) {
    splits("BEGIN select 1; select 2; END;| select 3;|");
    splits("begin declare x int; if x > 1 then select 1; end if; end;|");
    splits("lbl: BEGIN WHILE x < 3 DO SET x = x + 1; END WHILE; END lbl;|");
    splits("BEGIN select case when a then 1 else 2 end; select 2; END;|");
    splits("BEGIN CASE WHEN a THEN select 1; ELSE select 2; END CASE; END;|");
    splits("BEGIN select repeat('a', 3), if(a, 1, 2); REPEAT select 1; UNTIL a END REPEAT; END;|");
    splits("BEGIN drop table if exists t; BEGIN select 1; END; LOOP LEAVE l; END LOOP; END;|");
    splits("BEGIN FOR r AS select 1 DO select 2; END FOR; END;| x");
    splits("select case when a then 1 end;| select begin;|");
}
END_TEST

START_TEST(comments_alone_are_blank) {
    ck_assert(split_is_blank("  -- x\n/* y */ ;; ", 18));
    ck_assert(!split_is_blank("  -- x\n 1", 9));
    ck_assert(!split_is_blank("'", 1));
}
END_TEST

UNIT_MAIN("split", a_semicolon_ends_a_statement, not_within_quotes, not_within_comments, not_within_a_script,
          comments_alone_are_blank)
