/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "function/regex.h"

#include <pcre2.h>
#include <string.h>

#include "function/regex_translate.h"
#include "function/string_kernel.h"

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    uint32_t groups;
    bool empty;
};

static void free_code(void *code) {
    pcre2_code_free(code);
}

static void free_data(void *data) {
    pcre2_match_data_free(data);
}

static void free_context(void *context) {
    pcre2_match_context_free(context);
}

/* Lines end with \n, \r\n or \r; the rarer ends that Java knows besides (U+0085, U+2028, U+2029) are characters here. */
static pcre2_code *compile(struct text pattern, bool ignore_case, struct regex_flags flags) {
    int error;
    PCRE2_SIZE offset;
    uint32_t options =
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | (ignore_case ? PCRE2_CASELESS : 0) | (flags.unicode ? PCRE2_UCP : 0);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) return NULL;
    pcre2_set_newline(context, flags.unix_lines ? PCRE2_NEWLINE_LF : PCRE2_NEWLINE_ANYCRLF);
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)(pattern.data ? pattern.data : ""), pattern.size, options, &error, &offset, context);
    pcre2_compile_context_free(context);
    return code;
}

struct regex *regex_compile(struct arena *arena, struct string pattern, bool ignore_case) {
    struct text java;
    text_init(&java, arena);
    struct regex_flags flags;
    if (!regex_translate(&java, string_make_valid(arena, pattern), &flags)) return NULL;
    pcre2_code *code = compile(java, ignore_case, flags);
    if (!code) return NULL;
    arena_defer(arena, free_code, code);
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it matching is slower, not wrong */
    struct regex *r = ARENA_NEW(arena, struct regex);
    r->code = code;
    r->empty = !pattern.size;
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

uint32_t regex_group_named(const struct regex *r, struct string name) {
    char text[33]; /* PCRE2's names have 32 characters at most */
    if (name.size >= sizeof text) return 0;
    memcpy(text, name.data, name.size);
    text[name.size] = '\0';
    int number = pcre2_substring_number_from_name(r->code, (PCRE2_SPTR)text);
    return number > 0 ? (uint32_t)number : 0;
}

bool regex_is_empty(const struct regex *r) {
    return r->empty;
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
