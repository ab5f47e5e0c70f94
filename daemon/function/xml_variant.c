/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements as variants: an object of attributes and elements, where names that occur more than once have arrays; an
 * element of text alone is that text's value, and one of nothing is null. Texts become booleans, longs and decimals
 * where they read as such, else strings.
 *
 * An object's members are gathered as trees first, since a name may come back after others.
 */
#include <ctype.h>

#include "base/number.h"
#include "function/variant_json.h"
#include "function/xml_text.h"

struct member;

struct node {
    enum { NODE_TEXT, NODE_OBJECT, NODE_NULL } kind;
    struct string text;
    struct member *members;
    uint32_t member_count;
};

/* A name of an object and its values, in the order in which they came. */
struct member {
    struct string name;
    LIST(struct node) values;
};

typedef LIST(struct member) member_list;

static bool same_name(const struct xml_target *t, struct string a, struct string b) {
    return t->context->case_sensitive ? string_equal(a, b) : ascii_equal_ignoring_case(a.data, a.size, b.data, b.size);
}

static void add(const struct xml_target *t, member_list *members, struct string name, struct node value) {
    uint32_t i = 0;
    while (i < members->count && !same_name(t, members->items[i].name, name)) i++;
    if (i == members->count) {
        struct member m = {.name = name};
        LIST_PUSH(t->arena, members, m);
    }
    LIST_PUSH(t->arena, &members->items[i].values, value);
}

static void add_text(const struct xml_target *t, member_list *members, struct string name, struct string text) {
    struct node value = {.kind = NODE_TEXT, .text = xml_trim(t->options, text)};
    if (xml_is_null(t->options, text)) value.kind = NODE_NULL;
    add(t, members, name, value);
}

/* The content of an element whose START was read; XML_MAX_DEPTH bounds the recursion. */
static bool read_node(const struct xml_target *t, struct xml_reader *r, const struct xml_event *start,
                      struct node *out) {
    member_list members = {0};
    for (uint32_t i = 0; start && !t->options->exclude_attributes && i < start->attribute_count; i++)
        add_text(t, &members, xml_attribute_name(t->arena, t->options, start->attributes[i].name),
                 start->attributes[i].value);
    for (;;) {
        struct xml_event event = xml_next(r);
        struct node child;
        if (event.kind == XML_MALFORMED || event.kind == XML_DONE) return false;
        if (event.kind == XML_END) break;
        if (event.kind == XML_TEXT) {
            if (!xml_is_blank(event.text)) add_text(t, &members, t->options->value_tag, event.text);
            continue;
        }
        if (!read_node(t, r, &event, &child)) return false;
        add(t, &members, xml_element_name(t->options, event.text), child);
    }
    bool text_alone = members.count == 1 && string_equal(members.items[0].name, t->options->value_tag);
    *out = members.count == 0 ? (struct node){.kind = NODE_NULL}
           : text_alone       ? members.items[0].values.items[0]
                              : (struct node){.kind = NODE_OBJECT, .members = members.items};
    out->member_count = members.count;
    return true;
}

static bool is_digits(struct string s) {
    uint32_t sign = s.size && (s.data[0] == '-' || s.data[0] == '+');
    for (uint32_t i = sign; i < s.size; i++)
        if (!isdigit((uint8_t)s.data[i])) return false;
    return s.size > sign;
}

static void write_text(const struct xml_target *t, struct variant_writer *w, struct string s) {
    int64_t integer;
    int128 decimal;
    int scale;
    if (ascii_equal_ignoring_case(s.data, s.size, "true", 4))
        variant_write_boolean(w, true);
    else if (ascii_equal_ignoring_case(s.data, s.size, "false", 5))
        variant_write_boolean(w, false);
    else if (is_digits(s) && int64_parse(s.data, s.size, false, &integer))
        variant_write_long(w, integer);
    else if (variant_text_decimal(t->arena, s, &decimal, &scale))
        variant_write_decimal(w, decimal, scale);
    else
        variant_write_bytes(w, VARIANT_STRING, s);
}

static void write_node(const struct xml_target *t, struct variant_writer *w, const struct node *node);

static void write_values(const struct xml_target *t, struct variant_writer *w, const struct member *m) {
    if (m->values.count == 1) {
        write_node(t, w, &m->values.items[0]);
        return;
    }
    size_t start = variant_writer_at(w);
    struct variant_member *items = ARENA_ARRAY(t->arena, struct variant_member, m->values.count);
    for (uint32_t i = 0; i < m->values.count; i++) {
        items[i].offset = variant_writer_at(w);
        write_node(t, w, &m->values.items[i]);
    }
    variant_end_array(w, start, items, m->values.count);
}

static void write_node(const struct xml_target *t, struct variant_writer *w, const struct node *node) {
    if (node->kind == NODE_NULL) {
        variant_write_null(w);
    } else if (node->kind == NODE_TEXT) {
        write_text(t, w, node->text);
    } else {
        size_t start = variant_writer_at(w);
        struct variant_member *fields = ARENA_ARRAY(t->arena, struct variant_member, node->member_count);
        for (uint32_t i = 0; i < node->member_count; i++) {
            fields[i] = variant_field_here(w, node->members[i].name);
            write_values(t, w, &node->members[i]);
        }
        variant_end_object(w, start, fields, node->member_count);
    }
}

bool xml_read_variant(const struct xml_target *t, struct xml_reader *r, const struct xml_event *start,
                      struct xml_cell *out) {
    struct node node;
    struct variant_writer w = {0};
    if (!read_node(t, r, start, &node)) return false;
    variant_writer_reset(&w, t->arena);
    write_node(t, &w, &node);
    *out = (struct xml_cell){.kind = XML_CELL_VARIANT};
    variant_writer_finish(&w, &out->variant[0], &out->variant[1]);
    return true;
}
