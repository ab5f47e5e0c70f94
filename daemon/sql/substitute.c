/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ${name} in a statement's text stands for a setting: ${spark.sql.x}, ${spark:x}, ${sparkconf:x}, ${hivevar:x} and
 * ${hiveconf:x} alike; one that is not set is nothing. ${env:x} and ${system:x} stay as they are written, as the
 * engine's surroundings are no client's business.
 */
#include <string.h>

#include "base/text.h"
#include "expr/context.h"
#include "sql/parser.h"

enum { MOST_ROUNDS = 16, LARGEST_TEXT = 1 << 24 }; /* a value may hold ${...} itself */

static const char *without_prefix(const char *name) {
    static const char *const prefixes[] = {"spark:", "sparkconf:", "hivevar:", "hiveconf:"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) return name + strlen(prefixes[i]);
    return name;
}

/* One round; NULL: nothing was replaced. */
static const char *replace(struct arena *arena, const struct context *context, const char *text) {
    struct text out;
    bool replaced = false;
    text_init(&out, arena);
    for (const char *p = text, *open; *p;) {
        open = strstr(p, "${");
        const char *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            text_add(&out, p);
            break;
        }
        const char *name = arena_strndup(arena, open + 2, (size_t)(close - open - 2));
        bool blank = *name == '\0' || strpbrk(name, " \t\r\n");
        const char *plain = without_prefix(name), *value = NULL;
        bool ours = !blank && (plain != name || !strchr(name, ':'));
        if (ours) value = context->setting(context, plain);
        if (ours && !value) value = "";
        text_add_bytes(&out, p, (size_t)(open - p));
        if (value)
            text_add(&out, value);
        else
            text_add_bytes(&out, open, blank ? 2 : (size_t)(close + 1 - open));
        replaced |= value != NULL;
        p = !value && blank ? open + 2 : close + 1;
    }
    return replaced ? text_finish(&out) : NULL;
}

const char *sql_substitute(struct arena *arena, const struct context *context, const char *text) {
    if (!context->setting || !strstr(text, "${") || !context_flag(context, "spark.sql.variable.substitute", true))
        return text;
    for (int round = 0; round < MOST_ROUNDS && strlen(text) < LARGEST_TEXT; round++) {
        const char *next = replace(arena, context, text);
        if (!next) break;
        text = next;
    }
    return text;
}
