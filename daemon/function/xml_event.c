/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML text to events, one at a time and without looking further ahead than the event's end.
 *
 * Why not libxml2's reader: its memory is outside of the query's budget, it resolves namespaces, which Spark does not,
 * and it reports what it joins and splits otherwise than the parser that Spark's rows depend on (text beside a CDATA
 * section is one event, text on both sides of a comment is two).
 */
#include "function/xml_text.h"

void xml_reader_init(struct xml_reader *r, struct arena *arena, struct arena *scratch, struct string text) {
    *r = (struct xml_reader){
        .arena = arena, .scratch = scratch, .start = text.data, .next = text.data, .end = text.data + text.size};
    if (text.size >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) r->start = r->next += 3;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name_start(char c) {
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == ':' || (c & 0x80);
}

static bool is_name(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool xml_is_blank(struct string text) {
    for (uint32_t i = 0; i < text.size; i++)
        if (!is_space(text.data[i])) return false;
    return true;
}

static bool at(const struct xml_reader *r, const char *words) {
    size_t size = strlen(words);
    return (size_t)(r->end - r->next) >= size && memcmp(r->next, words, size) == 0;
}

static bool take(struct xml_reader *r, const char *words) {
    if (!at(r, words)) return false;
    r->next += strlen(words);
    return true;
}

static void skip_space(struct xml_reader *r) {
    while (r->next < r->end && is_space(*r->next)) r->next++;
}

/* Behind the next `words`. */
static bool skip_past(struct xml_reader *r, const char *words) {
    const char *found = memmem(r->next, (size_t)(r->end - r->next), words, strlen(words));
    if (!found) return false;
    r->next = found + strlen(words);
    return true;
}

static bool read_name(struct xml_reader *r, struct string *name) {
    const char *start = r->next;
    if (start == r->end || !is_name_start(*start)) return false;
    while (r->next < r->end && is_name(*r->next)) r->next++;
    *name = string_make(start, (size_t)(r->next - start));
    return true;
}

static bool is_character(uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

/* Behind "&#". */
static bool read_code_point(struct xml_reader *r, struct text *out) {
    uint32_t base = take(r, "x") ? 16 : 10, value = 0;
    const char *start = r->next;
    for (; r->next < r->end && *r->next != ';'; r->next++) {
        char c = *r->next;
        uint32_t digit = c >= '0' && c <= '9'                               ? (uint32_t)(c - '0')
                         : base == 16 && (c | 32) >= 'a' && (c | 32) <= 'f' ? (uint32_t)((c | 32) - 'a' + 10)
                                                                            : 16;
        if (digit >= base || value > 0x10FFFF) return false;
        value = value * base + digit;
    }
    if (r->next == start || !take(r, ";") || !is_character(value)) return false;
    text_add_code_point(out, value);
    return true;
}

/* Behind "&". */
static bool read_reference(struct xml_reader *r, struct text *out) {
    static const char *const entities[][2] = {
        {"lt;", "<"}, {"gt;", ">"}, {"amp;", "&"}, {"quot;", "\""}, {"apos;", "'"}};
    if (take(r, "#")) return read_code_point(r, out);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (take(r, entities[i][0])) {
            text_add(out, entities[i][1]);
            return true;
        }
    return false;
}

/* One byte of text, line ends made \n. */
static bool read_byte(struct xml_reader *r, struct text *out) {
    char c = *r->next++;
    if ((unsigned char)c < 0x20 && !is_space(c)) return false;
    if (c == '\r') {
        if (r->next < r->end && *r->next == '\n') r->next++;
        c = '\n';
    }
    text_add_char(out, c);
    return true;
}

/* Text that needs no decoding stays where it is. */
static bool plain_run(struct xml_reader *r, char stop, struct string *out) {
    const char *p = r->next;
    while (p < r->end && *p != stop && *p != '&' && *p != '<' && *p != ']' &&
           ((unsigned char)*p >= 0x20 || *p == '\n' || *p == '\t'))
        p++;
    if (p == r->end || *p != stop) return false;
    *out = string_make(r->next, (size_t)(p - r->next));
    r->next = p;
    return true;
}

static bool has_line_space(struct string s) {
    return memchr(s.data, '\n', s.size) || memchr(s.data, '\t', s.size);
}

/* At a quote. White space in a value becomes blanks; references keep what they say. */
static bool read_attribute_value(struct xml_reader *r, struct string *value) {
    if (r->next == r->end || (*r->next != '"' && *r->next != '\'')) return false;
    char quote = *r->next++;
    const char *start = r->next;
    if (plain_run(r, quote, value) && !has_line_space(*value)) {
        r->next++;
        return true;
    }
    struct text text;
    text_init(&text, r->scratch);
    r->next = start;
    while (r->next < r->end && *r->next != quote) {
        if (*r->next == '<') return false;
        if (take(r, "&")) {
            if (!read_reference(r, &text)) return false;
        } else {
            if (!read_byte(r, &text)) return false;
            if (is_space(text.data[text.size - 1])) text.data[text.size - 1] = ' ';
        }
    }
    if (r->next == r->end) return false;
    r->next++;
    *value = string_make(text.data ? text.data : "", text.size);
    return true;
}

static bool read_attributes(struct xml_reader *r, struct xml_event *event) {
    uint32_t capacity = 0;
    for (;;) {
        const char *before = r->next;
        struct xml_attribute a;
        skip_space(r);
        if (r->next == r->end || *r->next == '>' || *r->next == '/') return true;
        if (r->next == before || event->attribute_count == XML_MAX_ATTRIBUTES || !read_name(r, &a.name)) return false;
        skip_space(r);
        if (!take(r, "=")) return false;
        skip_space(r);
        if (!read_attribute_value(r, &a.value)) return false;
        for (uint32_t i = 0; i < event->attribute_count; i++)
            if (string_equal(event->attributes[i].name, a.name)) return false;
        if (event->attribute_count == capacity) {
            uint32_t more = capacity ? capacity * 2 : 4;
            event->attributes = arena_grow(r->scratch, event->attributes, capacity * sizeof a, more * sizeof a);
            capacity = more;
        }
        event->attributes[event->attribute_count++] = a;
    }
}

/* Behind "<". */
static bool read_start(struct xml_reader *r, struct xml_event *event) {
    event->kind = XML_START;
    if (r->open.count == 0 && r->root_seen) return false;
    if (r->open.count == XML_MAX_DEPTH || !read_name(r, &event->text) || !read_attributes(r, event)) return false;
    r->self_closed = take(r, "/");
    LIST_PUSH(r->arena, &r->open, event->text);
    r->root_seen = true;
    return take(r, ">");
}

/* Behind "</". */
static bool read_end(struct xml_reader *r, struct xml_event *event) {
    event->kind = XML_END;
    if (r->open.count == 0 || !read_name(r, &event->text)) return false;
    skip_space(r);
    return take(r, ">") && string_equal(event->text, r->open.items[--r->open.count]);
}

/* Behind "<!DOCTYPE": to its end, past an internal subset, which is not looked into. */
static bool skip_doctype(struct xml_reader *r) {
    int brackets = 0;
    for (; r->next < r->end; r->next++) {
        char c = *r->next;
        if (c == '"' || c == '\'') {
            const char *close = memchr(r->next + 1, c, (size_t)(r->end - r->next - 1));
            if (!close) return false;
            r->next = close;
        } else if (c == '[') {
            brackets++;
        } else if (c == ']') {
            brackets--;
        } else if (at(r, "<!--")) {
            if (!skip_past(r, "-->")) return false;
            r->next--;
        } else if (c == '>' && brackets == 0) {
            r->next++;
            return true;
        }
    }
    return false;
}

/* Behind "<!--". */
static bool skip_comment(struct xml_reader *r) {
    return skip_past(r, "--") && take(r, ">");
}

/* Behind "<?". */
static bool skip_instruction(struct xml_reader *r) {
    const char *begin = r->next - 2;
    struct string target;
    if (!read_name(r, &target)) return false;
    bool declaration = ascii_equal_ignoring_case(target.data, target.size, "xml", 3);
    return (!declaration || begin == r->start) && skip_past(r, "?>");
}

/* Text and CDATA sections up to the next markup of another kind. */
static bool read_text(struct xml_reader *r, struct xml_event *event) {
    event->kind = XML_TEXT;
    const char *start = r->next;
    if (plain_run(r, '<', &event->text) && !at(r, "<![CDATA[")) return true;
    struct text text;
    text_init(&text, r->scratch);
    r->next = start;
    while (r->next < r->end) {
        if (take(r, "<![CDATA[")) {
            while (!at(r, "]]>"))
                if (r->next == r->end || !read_byte(r, &text)) return false;
            r->next += 3;
        } else if (*r->next == '<') {
            break;
        } else if (take(r, "&")) {
            if (!read_reference(r, &text)) return false;
        } else if (at(r, "]]>") || !read_byte(r, &text)) {
            return false;
        }
    }
    event->text = string_make(text.data ? text.data : "", text.size);
    return true;
}

/* Outside of the root element: blanks, comments, instructions and a DOCTYPE alone. False: malformed. */
static bool read_outside(struct xml_reader *r, struct xml_event *event) {
    for (;;) {
        skip_space(r);
        if (r->next == r->end) {
            event->kind = XML_DONE;
            return r->root_seen;
        }
        if (take(r, "<!--")) {
            if (!skip_comment(r)) return false;
        } else if (take(r, "<?")) {
            if (!skip_instruction(r)) return false;
        } else if (!r->root_seen && take(r, "<!DOCTYPE")) {
            if (!skip_doctype(r)) return false;
        } else {
            return take(r, "<") && read_start(r, event);
        }
    }
}

static bool read_inside(struct xml_reader *r, struct xml_event *event) {
    while (r->next < r->end) {
        if (*r->next != '<' || at(r, "<![CDATA[")) return read_text(r, event);
        if (take(r, "</")) return read_end(r, event);
        if (take(r, "<!--")) {
            if (!skip_comment(r)) return false;
        } else if (take(r, "<?")) {
            if (!skip_instruction(r)) return false;
        } else {
            return take(r, "<") && read_start(r, event);
        }
    }
    return false;
}

struct xml_event xml_next(struct xml_reader *r) {
    struct xml_event event = {.kind = XML_MALFORMED};
    if (r->has_peeked) {
        r->has_peeked = false;
        return r->peeked;
    }
    if (r->failed) return event;
    if (r->self_closed) {
        r->self_closed = false;
        return (struct xml_event){.kind = XML_END, .text = r->open.items[--r->open.count]};
    }
    bool good = r->open.count ? read_inside(r, &event) : read_outside(r, &event);
    if (good) return event;
    r->failed = true;
    return (struct xml_event){.kind = XML_MALFORMED};
}

const struct xml_event *xml_peek(struct xml_reader *r) {
    if (!r->has_peeked) r->peeked = xml_next(r);
    r->has_peeked = true;
    return &r->peeked;
}

bool xml_skip_element(struct xml_reader *r) {
    for (uint32_t depth = 1; depth;) {
        struct xml_event event = xml_next(r);
        if (event.kind == XML_MALFORMED || event.kind == XML_DONE) return false;
        depth += event.kind == XML_START;
        depth -= event.kind == XML_END;
    }
    return true;
}
