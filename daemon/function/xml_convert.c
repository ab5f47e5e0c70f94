/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events to rows of a schema. What comes of a record that does not fit depends on where Spark's parser stands when it
 * meets the misfit: a value is converted before its end tag is read, so the rest of the element is then taken for the
 * rest of the row, and what follows it is lost. The steps here are in that order for this reason.
 *
 * A row is gathered in cells first, as a field may come several times: the last one wins, arrays collect all.
 */
#include "function/xml_text.h"

static bool read_field(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                       const struct xml_event *start, struct xml_cell *out);
static enum xml_outcome read_object(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                                    const struct xml_event *start, struct xml_cell *out);

static const struct xml_cell null_cell = {.kind = XML_CELL_NULL};

static void push(struct arena *arena, struct xml_cell *list, struct xml_cell item) {
    if (list->kind != XML_CELL_LIST) *list = (struct xml_cell){.kind = XML_CELL_LIST};
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity ? list->capacity * 2 : 4;
        list->items = arena_grow(arena, list->items, list->count * sizeof item, capacity * sizeof item);
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
}

static uint32_t field_exact(const struct type *type, struct string name) {
    for (uint32_t i = 0; i < type->field_count; i++)
        if (string_equal(string_of(type->fields[i].name), name)) return i;
    return UINT32_MAX;
}

static uint32_t field_of(const struct xml_target *t, const struct type *type, struct string name) {
    if (t->context->case_sensitive) return field_exact(type, name);
    for (uint32_t i = 0; i < type->field_count; i++) {
        const char *field = type->fields[i].name;
        if (ascii_equal_ignoring_case(field, strlen(field), name.data, name.size)) return i;
    }
    return UINT32_MAX;
}

/* The end tag, and nothing but blanks before it. */
static bool finish_element(struct xml_reader *r) {
    struct xml_event event = xml_next(r);
    while (event.kind == XML_TEXT && xml_is_blank(event.text)) event = xml_next(r);
    return event.kind == XML_END;
}

/* All inside the element as its text, tags included, and its end. */
static bool read_structure(const struct xml_target *t, struct xml_reader *r, struct string *out) {
    struct text text;
    int depth = 0;
    text_init(&text, t->arena);
    do {
        struct xml_event event = xml_next(r);
        switch (event.kind) {
            case XML_START:
                text_printf(&text, "<%.*s", (int)event.text.size, event.text.data);
                for (uint32_t i = 0; i < event.attribute_count; i++) {
                    const struct xml_attribute *a = &event.attributes[i];
                    text_printf(&text, " %.*s=\"", (int)a->name.size, a->name.data);
                    text_add_bytes(&text, a->value.data, a->value.size);
                    text_add_char(&text, '"');
                }
                text_add_char(&text, '>');
                depth++;
                break;
            case XML_END:
                text_printf(&text, "</%.*s>", (int)event.text.size, event.text.data);
                depth--;
                break;
            case XML_TEXT: text_add_bytes(&text, event.text.data, event.text.size); break;
            default: return false;
        }
    } while (depth > 0 || xml_peek(r)->kind != XML_END);
    *out = string_make(text.data ? text.data : "", text.size);
    return finish_element(r);
}

static bool read_string(const struct xml_target *t, struct xml_reader *r, struct xml_cell *out) {
    struct string text;
    return read_structure(t, r, &text) && xml_read_value(t, text, TYPE_OF(STRING), out);
}

/* A map's value for a key: the last one wins, in the place of the first. */
static void put(struct arena *arena, struct xml_cell *map, struct string key, struct xml_cell value) {
    for (uint32_t i = 0; i < map->count; i += 2) {
        struct string other;
        memcpy(&other, map->items[i].value, sizeof other);
        if (string_equal(other, key)) {
            map->items[i + 1] = value;
            return;
        }
    }
    struct xml_cell name = {.kind = XML_CELL_VALUE};
    memcpy(name.value, &key, sizeof key);
    push(arena, map, name);
    push(arena, map, value);
}

static bool read_map(const struct xml_target *t, struct xml_reader *r, const struct type *value,
                     const struct xml_event *start, struct xml_cell *out) {
    struct xml_cell item;
    *out = (struct xml_cell){.kind = XML_CELL_LIST};
    for (uint32_t i = 0; start && i < start->attribute_count; i++) {
        if (!xml_read_value(t, start->attributes[i].value, value, &item)) return false;
        put(t->arena, out, xml_attribute_name(t->arena, t->options, start->attributes[i].name), item);
    }
    for (;;) {
        struct xml_event event = xml_next(r);
        struct string key = xml_element_name(t->options, event.text);
        switch (event.kind) {
            case XML_START:
                if (!read_field(t, r, value, NULL, &item)) return false;
                put(t->arena, out, key, item);
                break;
            case XML_TEXT:
                if (xml_is_blank(event.text)) break;
                if (!xml_read_value(t, event.text, value, &item)) return false;
                put(t->arena, out, t->options->value_tag, item);
                break;
            case XML_END: return true;
            default: return false;
        }
    }
}

/* A field's value in an element whose START was read (start NULL: its attributes do not matter). */
static bool read_field(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                       const struct xml_event *start, struct xml_cell *out) {
    const struct xml_event *next = xml_peek(r);
    if (type->kind == TYPE_VARIANT) return xml_read_variant(t, r, start, out);
    while (next->kind == XML_TEXT && xml_is_blank(next->text) && type->kind != TYPE_ARRAY &&
           type->kind != TYPE_STRUCT && !type_is_string(type)) {
        xml_next(r); /* between elements, perhaps */
        next = xml_peek(r);
    }
    *out = null_cell;
    if (next->kind == XML_END) {
        if (type_is_string(type) && !(t->options->has_null_value && t->options->null_value.size == 0)) {
            struct string empty = string_make("", 0);
            out->kind = XML_CELL_VALUE;
            memcpy(out->value, &empty, sizeof empty);
        }
        return finish_element(r);
    }
    if (next->kind != XML_START && next->kind != XML_TEXT) return false;
    if (type_is_string(type)) return read_string(t, r, out);
    if (type->kind == TYPE_STRUCT) return read_object(t, r, type, NULL, out) == XML_GOOD;
    if (next->kind == XML_START) {
        if (type->kind == TYPE_ARRAY) return read_field(t, r, type->element, NULL, out);
        return type->kind == TYPE_MAP && type_is_string(type->key) && read_map(t, r, type->element, start, out);
    }
    if (type->kind == TYPE_ARRAY) {
        struct string text = xml_next(r).text;
        return xml_read_value(t, text, type->element, out) && finish_element(r);
    }
    if (!xml_read_value(t, next->text, type, out)) return false;
    xml_next(r);
    return finish_element(r);
}

/* Attributes into the row's fields. */
static bool read_attributes(const struct xml_target *t, const struct type *type, const struct xml_event *start,
                            struct xml_cell *row) {
    for (uint32_t i = 0; !t->options->exclude_attributes && i < start->attribute_count; i++) {
        struct string name = xml_attribute_name(t->arena, t->options, start->attributes[i].name);
        uint32_t field = field_of(t, type, name);
        if (field == UINT32_MAX) continue;
        if (!xml_read_value(t, start->attributes[i].value, type->fields[field].type, &row->items[field])) return false;
    }
    return true;
}

static struct xml_cell empty_row(const struct xml_target *t, const struct type *type) {
    return (struct xml_cell){.kind = XML_CELL_ROW,
                             .count = type->field_count,
                             .items = ARENA_ARRAY(t->arena, struct xml_cell, type->field_count)};
}

/* A struct in a struct: its attributes, then what is inside. */
static bool read_struct(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                        const struct xml_event *start, struct xml_cell *out) {
    struct xml_cell attributes = empty_row(t, type), inside;
    if (!read_attributes(t, type, start, &attributes) || !read_field(t, r, type, NULL, &inside)) return false;
    if (inside.kind == XML_CELL_ROW)
        for (uint32_t i = 0; i < type->field_count; i++)
            if (attributes.items[i].kind == XML_CELL_NULL) attributes.items[i] = inside.items[i];
    *out = attributes;
    return true;
}

/* An element that the schema does not name, for the column of all such. */
static bool read_wildcard(const struct xml_target *t, struct xml_reader *r, const struct type *type, uint32_t wildcard,
                          struct xml_cell *row) {
    struct xml_cell value;
    if (wildcard == UINT32_MAX) return xml_skip_element(r);
    if (!read_field(t, r, TYPE_OF(STRING), NULL, &value)) return false;
    if (type->fields[wildcard].type->kind == TYPE_ARRAY)
        push(t->arena, &row->items[wildcard], value);
    else
        row->items[wildcard] = value;
    return true;
}

static bool read_element(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                         const struct xml_event *start, struct xml_cell *row) {
    uint32_t field = field_of(t, type, xml_element_name(t->options, start->text));
    struct xml_cell value;
    if (field == UINT32_MAX)
        return read_wildcard(t, r, type, field_exact(type, string_of(t->options->wildcard_column)), row);
    const struct type *wanted = type->fields[field].type;
    const struct type *single = wanted->kind == TYPE_ARRAY ? wanted->element : wanted;
    bool good = single->kind == TYPE_STRUCT    ? read_struct(t, r, single, start, &value)
                : single->kind == TYPE_VARIANT ? xml_read_variant(t, r, start, &value)
                                               : read_field(t, r, single, wanted == single ? start : NULL, &value);
    if (!good) return false;
    if (wanted->kind == TYPE_ARRAY)
        push(t->arena, &row->items[field], value);
    else
        row->items[field] = value;
    return true;
}

/* Text beside elements. */
static bool read_value_tag(const struct xml_target *t, const struct type *type, struct string text,
                           struct xml_cell *row) {
    uint32_t field = field_exact(type, t->options->value_tag);
    struct xml_cell value;
    if (field == UINT32_MAX) return true;
    const struct type *wanted = type->fields[field].type;
    if (!xml_read_value(t, text, wanted->kind == TYPE_ARRAY ? wanted->element : wanted, &value)) return false;
    if (wanted->kind == TYPE_ARRAY)
        push(t->arena, &row->items[field], value);
    else
        row->items[field] = value;
    return true;
}

/* start: the root's, whose attributes count, or NULL. */
static enum xml_outcome read_object(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                                    const struct xml_event *start, struct xml_cell *out) {
    enum xml_outcome outcome = XML_GOOD;
    *out = empty_row(t, type);
    if (start && !read_attributes(t, type, start, out)) return XML_BAD;
    for (;;) {
        struct xml_event event = xml_next(r);
        switch (event.kind) {
            case XML_START:
                if (!read_element(t, r, type, &event, out)) outcome = XML_PARTIAL;
                break;
            case XML_TEXT:
                if (!xml_is_blank(event.text) && !read_value_tag(t, type, event.text, out)) return XML_BAD;
                break;
            case XML_END:
            case XML_DONE: return outcome;
            default: return XML_BAD;
        }
    }
}

bool xml_is_variant_row(const struct xml_options *o, const struct type *type) {
    return o->variant_column && type->kind == TYPE_STRUCT && type->field_count == 1 &&
           type->fields[0].type->kind == TYPE_VARIANT && strcmp(type->fields[0].name, o->variant_column) == 0;
}

enum xml_outcome xml_read_row(const struct xml_target *t, struct xml_reader *r, const struct type *type,
                              const struct xml_event *start, struct xml_cell *out) {
    if (!xml_is_variant_row(t->options, type)) return read_object(t, r, type, start, out);
    *out = empty_row(t, type);
    return xml_read_variant(t, r, start, &out->items[0]) ? XML_GOOD : XML_BAD;
}

static void append_variant(struct builder *b, const struct xml_cell *cell) {
    for (uint32_t i = 0; i < 2; i++) {
        struct string part = string_copy(b->arena, cell->variant[i]);
        builder_append(&b->children[i], &part);
    }
    builder_end_struct(b);
}

/* Cells of a kind that the type has no use for are NULL: arrays of arrays come out of no element. */
void xml_append(struct builder *b, const struct xml_cell *cell) {
    enum storage storage = type_storage(b->vector.type);
    enum type_kind kind = b->vector.type->kind;
    if (cell->kind == XML_CELL_VARIANT && kind == TYPE_VARIANT) {
        append_variant(b, cell);
    } else if (cell->kind == XML_CELL_ROW && kind == TYPE_STRUCT && cell->count == b->vector.child_count) {
        for (uint32_t i = 0; i < cell->count; i++) xml_append(&b->children[i], &cell->items[i]);
        builder_end_struct(b);
    } else if (cell->kind == XML_CELL_LIST && storage == STORAGE_LIST) {
        for (uint32_t i = 0; i < cell->count; i++)
            xml_append(&b->children[kind == TYPE_MAP ? i & 1 : 0], &cell->items[i]);
        builder_end_list(b);
    } else if (cell->kind == XML_CELL_VALUE && storage == STORAGE_STRING) {
        struct string s;
        memcpy(&s, cell->value, sizeof s);
        s = string_copy(b->arena, s);
        builder_append(b, &s);
    } else if (cell->kind == XML_CELL_VALUE && storage != STORAGE_LIST && storage != STORAGE_STRUCT) {
        builder_append(b, cell->value);
    } else {
        builder_append_null(b);
    }
}
