/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of strings by place or separator: split_part, elt, find_in_set, overlay, str_to_map, sentences.
 *
 * sentences() finds its boundaries by plain rules, not by a dictionary of abbreviations: a sentence ends behind . ! or ?
 * that blanks follow (behind a full stop no small letter after them), a word is a run of letters and digits that may have
 * single dashes, quotes and points between letters, and points and commas between digits, as Java's BreakIterator has it.
 */
#include <ctype.h>
#include <string.h>
#include <unicode/uchar.h>

#include "function/collated.h"
#include "function/complex_kernel.h"
#include "function/regex.h"

/* ---- split_part ---- */

static uint32_t count_parts(const struct search *search, struct string s, struct string delimiter) {
    uint32_t count = 1;
    size_t size;
    for (int64_t at = 0; (at = search_find(search, s, delimiter, (size_t)at, &size)) >= 0; at += (int64_t)size) count++;
    return count;
}

/* Parts count from 1, from the end when negative; beyond them there is nothing. */
static struct string split_part(const struct search *search, struct string s, struct string delimiter, int64_t part) {
    uint32_t count = delimiter.size ? count_parts(search, s, delimiter) : 1;
    if (part < 0) part += (int64_t)count + 1;
    if (part < 1 || part > count) return string_make("", 0);
    if (count == 1) return s;
    size_t from = 0, size;
    for (; part > 1; part--) {
        from = (size_t)search_find(search, s, delimiter, from, &size);
        from += size;
    }
    int64_t end = search_find(search, s, delimiter, from, &size);
    return string_make(s.data + from, (end < 0 ? s.size : (size_t)end) - from);
}

static bool split_part_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), by = vector_view(call->arena, &arguments[1], rows);
    struct view part = vector_view(call->arena, &arguments[2], rows);
    struct search search = search_of(call, 0);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        if (int_at(&part, i) == 0) return error_set(err, "INVALID_INDEX_OF_ZERO", NULL);
        VECTOR_DATA(out, struct string)
        [i] = split_part(&search, string_at(&s, i), string_at(&by, i), int_at(&part, i));
    }
    return true;
}

/* ---- elt ---- */

static bool elt_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    uint32_t count = call->expr->child_count - 1;
    for (uint32_t i = 0; i < rows; i++) {
        int32_t n = 0;
        bool known = !vector_is_null(&arguments[0], i);
        if (known) n = VECTOR_DATA(&arguments[0], int32_t)[vector_entry(&arguments[0], i)];
        bool inside = n >= 1 && (uint32_t)n <= count;
        if (known && !inside && call->expr->call.ansi) {
            error_set(err, "INVALID_ARRAY_INDEX", NULL);
            error_add(err, "indexValue", "%d", n);
            error_add(err, "arraySize", "%u", count);
            return error_at(err, call->expr->origin);
        }
        if (inside && !vector_is_null(&arguments[n], i)) VECTOR_DATA(out, struct string)
        [i] = VECTOR_DATA(&arguments[n], struct string)[vector_entry(&arguments[n], i)];
        else vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

/* Lists all of the values, as strings where they can be. */
static struct expr *elt_mismatch(struct resolver *r, struct expr *call, struct error *err) {
    const char *texts = "", *words = "";
    for (uint32_t i = 1; i < call->child_count; i++) {
        const struct expr *e = call->children[i];
        const struct type *to = coerce_implicit(r, e, "STRING");
        const char *comma = i > 1 ? "," : "";
        texts = arena_printf(r->arena, "%s%s%s", texts, comma, quoted_expr(r->arena, e));
        words = arena_printf(r->arena, "%s%s%s", words, comma, quoted_type(r->arena, to ? to : e->type));
    }
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", "second...", "requiredType",
                            "\"STRING\" or \"BINARY\"", "inputSql", texts, "inputType", words, NULL);
}

static struct expr *elt_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t count = call->child_count;
    if (count < 2) return resolve_wrong_count(r, call->call.name, 2, UINT32_MAX, count, call->origin, err), NULL;
    bool binary = true;
    for (uint32_t i = 1; i < count; i++) binary &= call->children[i]->type->kind == TYPE_BINARY;
    if (context_flag(r->context, "spark.sql.function.eltOutputAsString", false)) binary = false;
    for (uint32_t i = 0; i < count; i++) {
        const char *word = i == 0 ? "INT" : binary ? "BINARY" : "STRING";
        const struct type *to = coerce_implicit(r, call->children[i], word);
        if (!to && i) return elt_mismatch(r, call, err);
        if (!to)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0),
                                    "requiredType", "\"INT\"", "inputSql", quoted_expr(r->arena, call->children[0]),
                                    "inputType", quoted_type(r->arena, call->children[0]->type), NULL);
        call->children[i] = coerce_to(r, call->children[i], to);
    }
    call->type = binary ? TYPE_OF(BINARY) : TYPE_OF(STRING);
    call->nullable = true;
    return call;
}

/* ---- find_in_set, overlay ---- */

static int32_t find_in_set(const struct search *search, struct string word, struct string set) {
    if (memchr(word.data, ',', word.size)) return 0;
    int32_t place = 1;
    for (size_t from = 0;; place++) {
        const char *comma = memchr(set.data + from, ',', set.size - from);
        size_t end = comma ? (size_t)(comma - set.data) : set.size;
        if (search_equal(search, string_make(set.data + from, end - from), word)) return place;
        if (!comma) return 0;
        from = end + 1;
    }
}

static bool find_in_set_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    struct view word = vector_view(call->arena, &arguments[0], rows),
                set = vector_view(call->arena, &arguments[1], rows);
    struct search search = search_of(call, 0);
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i))
            VECTOR_DATA(out, int32_t)[i] = find_in_set(&search, string_at(&word, i), string_at(&set, i));
    return true;
}

static size_t offset_at(struct string s, int64_t index, bool bytes) {
    if (index <= 0) return 0;
    if (index >= s.size) return s.size;
    return bytes ? (size_t)index : utf8_offset(s.data, s.size, (size_t)index);
}

/* What stands before position, by, and what stands length behind it. A negative length is that of `by`. */
static struct string overlay(struct arena *arena, struct string s, struct string by, int64_t position, int64_t length,
                             bool bytes) {
    int64_t size = bytes ? s.size : (int64_t)utf8_count(s.data, s.size);
    if (length < 0) length = bytes ? by.size : (int64_t)utf8_count(by.data, by.size);
    int32_t rest = (int32_t)((uint32_t)position + (uint32_t)length); /* wraps round, as Java's sum */
    size_t head = offset_at(s, position == INT32_MIN ? INT32_MAX : position - 1, bytes);
    int64_t from = rest > 0 ? (int64_t)rest - 1 : rest < 0 ? size + rest : 0;
    size_t tail = offset_at(s, from, bytes);
    if (from + INT32_MAX < size) s.size = (uint32_t)offset_at(s, from + INT32_MAX, bytes);
    if (tail > s.size) tail = s.size;
    char *out = arena_bytes(arena, head + by.size + (s.size - tail));
    if (head) memcpy(out, s.data, head);
    if (by.size) memcpy(out + head, by.data, by.size);
    if (tail < s.size) memcpy(out + head + by.size, s.data + tail, s.size - tail);
    return string_make(out, head + by.size + (s.size - tail));
}

static bool overlay_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), by = vector_view(call->arena, &arguments[1], rows);
    struct view at = vector_view(call->arena, &arguments[2], rows), n = vector_view(call->arena, &arguments[3], rows);
    bool bytes = arguments[0].type->kind == TYPE_BINARY;
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)
    [i] = overlay(call->arena, string_at(&s, i), string_at(&by, i), int_at(&at, i), int_at(&n, i), bytes);
    return true;
}

static struct expr *overlay_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 3) {
        struct expr *arguments[] = {call->children[0], call->children[1], call->children[2], expr_int(r->arena, -1)};
        return resolve_call(r, call->call.function, call->call.name, arguments, 4, call->origin, err);
    }
    bool left = call->children[0]->type->kind == TYPE_BINARY, right = call->children[1]->type->kind == TYPE_BINARY;
    if (left == right) return call;
    return resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName", "`overlay`", "dataType",
                            left ? "(\"BINARY\" or \"STRING\")" : "(\"STRING\" or \"BINARY\")", NULL);
}

/* ---- str_to_map ---- */

static bool prepare_regexes(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                            struct error *err) {
    struct regex_memory *memories = ARENA_ARRAY(arena, struct regex_memory, 2);
    for (int k = 0; k < 2; k++) memories[k].arena = arena_scratch(arena);
    *state = memories;
    return true;
}

static struct regex *separator_regex(struct call *call, int which, struct string pattern, struct error *err) {
    struct regex *found =
        regex_remember((struct regex_memory *)call->state + which, pattern, argument_ignores_case(call, 0));
    if (found) return found;
    error_set(err, "INVALID_PARAMETER_VALUE.PATTERN", "parameter", "`regexp`", "functionName", "`str_to_map`", NULL);
    error_add(err, "value", "'%.*s'", (int)pattern.size, pattern.data);
    return NULL;
}

static const struct vector *split_by(struct call *call, struct regex *regex, struct string s, int32_t limit) {
    struct builder pieces;
    builder_init(&pieces, call->arena, TYPE_OF(STRING), 4);
    regex_split(&pieces, regex, s, limit);
    uint32_t count = pieces.count;
    struct vector *v = arena_copy(call->arena, builder_finish(&pieces), sizeof *v);
    v->child_rows = count; /* how many pieces there are */
    return v;
}

static bool map_row(struct call *call, struct map_builder *map, struct regex *pairs, struct regex *parts,
                    struct string s, struct error *err) {
    const struct vector *entries = split_by(call, pairs, s, -1);
    for (uint32_t k = 0; k < entries->child_rows; k++) {
        const struct vector *sides = split_by(call, parts, VECTOR_DATA(entries, struct string)[k], 2);
        struct vector missing;
        vector_init_null(&missing, call->arena, TYPE_OF(STRING));
        bool has_value = sides->child_rows > 1;
        TRY(map_builder_put(map, sides, 0, has_value ? sides : &missing, has_value ? 1 : 0, err));
    }
    map_builder_end(map);
    return true;
}

static bool str_to_map_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view in[3];
    for (uint32_t a = 0; a < 3; a++) in[a] = vector_view(call->arena, &arguments[a], rows);
    struct map_builder map;
    map_builder_init(&map, call, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) {
            map_builder_null(&map);
            continue;
        }
        struct regex *pairs = separator_regex(call, 0, string_at(&in[1], i), err);
        struct regex *parts = pairs ? separator_regex(call, 1, string_at(&in[2], i), err) : NULL;
        if (!parts) return false;
        TRY(map_row(call, &map, pairs, parts, string_at(&in[0], i), err));
    }
    *out = *map_builder_finish(&map);
    return true;
}

static struct expr *str_to_map_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 3) {
        struct expr *pairs = call->child_count > 1 ? call->children[1] : expr_string(r->arena, ",", 1);
        struct expr *arguments[] = {call->children[0], pairs, expr_string(r->arena, ":", 1)};
        return resolve_call(r, call->call.function, call->call.name, arguments, 3, call->origin, err);
    }
    call->type = type_map(r->arena, TYPE_OF(STRING), TYPE_OF(STRING), true);
    return call;
}

/* ---- sentences ---- */

enum word_class { NO_WORD, WORD_LETTER, WORD_DIGIT };

/* What the character at p is, and of how many bytes. */
static enum word_class word_class(const char *p, const char *end, uint32_t *c, unsigned *size) {
    *c = 0;
    *size = 1;
    if (p == end) return NO_WORD;
    *c = utf8_decode(p, end, size);
    if (*c == 0xFFFD) return NO_WORD;
    if (u_isdigit((UChar32)*c)) return WORD_DIGIT;
    return *c == '_' || u_isalnum((UChar32)*c) ? WORD_LETTER : NO_WORD;
}

static bool is_word(const char *p, const char *end) {
    uint32_t c;
    unsigned size;
    return word_class(p, end, &c, &size) != NO_WORD;
}

/* Between two letters, or between two digits, these belong to the word. */
static bool joins(enum word_class class, uint32_t c) {
    if (c == '\'' || c == '"' || c == '.') return true;
    if (class == WORD_DIGIT) return c == ',' || c == 0x66B;
    return c == 0xAD || c == 0x2027 || u_charType((UChar32)c) == U_DASH_PUNCTUATION;
}

static const char *word_end(const char *p, const char *end) {
    enum word_class before = NO_WORD, class, after;
    uint32_t c, next;
    for (unsigned size, ignored; p < end; p += size) {
        class = word_class(p, end, &c, &size);
        after = class ? class : word_class(p + size, end, &next, &ignored);
        if (!class && (!before || before != after || !joins(before, c)))
            return before == WORD_DIGIT && (c == '%' || c == 0xA2 || c == 0x66A || c == 0x2030 || c == 0x2031)
                       ? p + size
                       : p;
        if (class) before = class;
    }
    return p;
}

/* A sign in front of a number makes one piece with it, which does not count as a word. */
static const char *past_signed_number(const char *p, const char *end) {
    uint32_t c, digit;
    unsigned size, ignored;
    word_class(p, end, &c, &size);
    bool sign = c == '#' || c == '.' || (c != 0xA2 && u_charType((UChar32)c) == U_CURRENCY_SYMBOL);
    return sign && word_class(p + size, end, &digit, &ignored) == WORD_DIGIT ? word_end(p + size, end) : NULL;
}

static bool ends_sentence(const char *p, const char *end) {
    if (!memchr(".!?", *p, 3)) return false;
    const char *next = p + 1;
    while (next < end && memchr(".!?\"')", *next, 6)) next++;
    if (next == end || !isspace((unsigned char)*next)) return false;
    while (next < end && isspace((unsigned char)*next)) next++;
    return next < end && (*p != '.' || !islower((unsigned char)*next));
}

/* A sentence without words leaves an empty array. */
static void add_sentences(struct builder *sentences, struct string s) {
    const char *p = s.data, *end = s.data + s.size;
    bool open = false;
    while (p < end) {
        open = true;
        if (is_word(p, end)) {
            const char *stop = word_end(p, end);
            struct string word = string_make(p, (size_t)(stop - p));
            builder_append(&sentences->children[0], &word);
            p = stop;
            continue;
        }
        const char *skipped = past_signed_number(p, end);
        if (skipped) {
            p = skipped;
            continue;
        }
        if (ends_sentence(p, end)) {
            builder_end_list(sentences);
            open = false;
            while (p + 1 < end && !is_word(p + 1, end)) p++;
        }
        p++;
    }
    if (open) builder_end_list(sentences);
}

static bool sentences_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&in, i)) {
            builder_append_null(&list);
            continue;
        }
        add_sentences(&list.children[0], string_at(&in, i));
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *sentences_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 3) {
        struct expr *language = call->child_count > 1 ? call->children[1] : expr_string(r->arena, "", 0);
        struct expr *arguments[] = {call->children[0], language, expr_string(r->arena, "", 0)};
        return resolve_call(r, call->call.function, call->call.name, arguments, 3, call->origin, err);
    }
    call->type = type_array(r->arena, type_array(r->arena, TYPE_OF(STRING), false), false);
    call->nullable = true;
    return call;
}

const struct function string_piece_functions[] = {
    {.name = "split_part",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING, STRING, INT) STRING",
     .kernel = split_part_kernel,
     .group = "string_funcs",
     .usage = "split_part(str, delimiter, partNum) - The part of that number, from 1, or from the end when negative.",
     .example = "split_part('11.12.13', '.', 3) => 13",
     .since = "3.3.0"},
    {.name = "elt",
     .class = FUNCTION_SCALAR,
     .kernel = elt_kernel,
     .resolve = elt_resolve,
     .group = "string_funcs",
     .usage = "elt(n, input1, input2, ...) - The n-th input.",
     .example = "elt(1, 'owl', 'rook') => owl",
     .since = "2.0.0"},
    STRING_FUNCTION("find_in_set", "(STRING, STRING) INT", find_in_set_kernel,
                    .usage = "find_in_set(str, str_array) - Place, from 1, of str in a list separated by commas; 0 "
                             "when it is not there.",
                    .example = "find_in_set('ab', 'abc,b,ab,c,def') => 3", .since = "1.5.0"),
    STRING_FUNCTION(
        "overlay", "(STRING|BINARY, STRING|BINARY, INT [, INT]) $1", overlay_kernel, .resolve = overlay_resolve,
        .usage = "overlay(input, replace, pos[, len]) - input with replace in place of the len characters from pos.",
        .example = "overlay('Spark SQL', '_', 6) => Spark_SQL", .since = "3.0.0"),
    {.name = "str_to_map",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_EXACT,
     .signature = "(STRING [, STRING, STRING]) ?",
     .kernel = str_to_map_kernel,
     .prepare = prepare_regexes,
     .resolve = str_to_map_resolve,
     .group = "string_funcs",
     .usage = "str_to_map(text[, pairDelim[, keyValueDelim]]) - The map that a text of pairs writes.",
     .example = "str_to_map('a:1,b:2') => {\"a\":\"1\",\"b\":\"2\"}",
     .since = "2.0.1"},
    {.name = "sentences",
     .class = FUNCTION_SCALAR,
     .signature = "(STRING [, STRING, STRING]) ?",
     .kernel = sentences_kernel,
     .resolve = sentences_resolve,
     .group = "string_funcs",
     .usage = "sentences(str[, lang[, country]]) - The words of each sentence.",
     .example = "sentences('Hi there! Good morning.') => [[\"Hi\",\"there\"],[\"Good\",\"morning\"]]",
     .since = "2.0.0"},
    {0},
};
