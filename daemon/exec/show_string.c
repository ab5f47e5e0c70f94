/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table that show() prints, as one string: laid out as Spark does it, character for character.
 *
 *     +---+----+        -RECORD 0----       <table border='1'>
 *     | id|name|         id   | 1           <tr><th>id</th><th>name</th></tr>
 *     +---+----+         name | Ann         <tr><td>1</td><td>Ann</td></tr>
 *     |  1| Ann|                            </table>
 *     +---+----+
 *
 * Cells are cut to `truncate` UTF-16 units, as Java counts; East Asian wide characters take two columns. One row more
 * than asked for is read, to tell whether there are more.
 */
#include "base/text.h"
#include "column/value_text.h"
#include "exec/exec_int.h"

enum { LEAST_WIDTH = 3 };

struct show {
    struct operator op;
    uint32_t columns;
    uint32_t wanted;
    bool finished, given, has_more;
    uint32_t rows;
    LIST(struct string) cells; /* row by row */
    struct string *names;
};

/* --- cells --- */

static const char *escape_of(char c) {
    switch (c) {
        case '\n': return "\\n";
        case '\r': return "\\r";
        case '\t': return "\\t";
        case '\f': return "\\f";
        case '\b': return "\\b";
        case '\v': return "\\v";
        case '\a': return "\\a";
        default: return NULL;
    }
}

static struct string escape(struct arena *arena, struct string s) {
    struct text t;
    text_init(&t, arena);
    for (uint32_t i = 0; i < s.size; i++) {
        const char *words = escape_of(s.data[i]);
        if (words)
            text_add(&t, words);
        else
            text_add_char(&t, s.data[i]);
    }
    const char *data = text_finish(&t);
    return string_make(data, t.size);
}

/* The first `units` UTF-16 units, whole characters only. */
static size_t cut(struct string s, size_t units) {
    size_t at = 0;
    while (at < s.size) {
        unsigned size;
        size_t more = utf8_decode(s.data + at, s.data + s.size, &size) > 0xFFFF ? 2 : 1;
        if (more > units) break;
        units -= more;
        at += size;
    }
    return at;
}

static struct string truncate_cell(struct arena *arena, struct string s, int32_t truncate) {
    if (truncate <= 0 || utf8_utf16_count(s.data, s.size) <= (size_t)truncate) return s;
    if (truncate < 4) return string_make(s.data, cut(s, (size_t)truncate));
    int kept = (int)cut(s, (size_t)truncate - 3);
    const char *text = arena_printf(arena, "%.*s...", kept, s.data);
    return string_make(text, (size_t)kept + 3);
}

static bool is_wide(uint32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6);
}

static size_t width_of(struct string s) {
    size_t width = 0;
    for (size_t at = 0; at < s.size;) {
        unsigned size;
        uint32_t c = utf8_decode(s.data + at, s.data + s.size, &size);
        width += c > 0xFFFF || is_wide(c) ? 2 : 1;
        at += size;
    }
    return width;
}

/* --- layouts --- */

static void repeat(struct text *t, char c, size_t count) {
    for (; count; count--) text_add_char(t, c);
}

static void pad(struct text *t, struct string s, size_t width, bool right_aligned) {
    size_t space = width - width_of(s);
    if (right_aligned) repeat(t, ' ', space);
    text_add_bytes(t, s.data, s.size);
    if (!right_aligned) repeat(t, ' ', space);
}

static const struct string *row_cells(const struct show *state, uint32_t row) {
    return state->cells.items + (size_t)row * state->columns;
}

static void add_line(struct text *t, const size_t *widths, uint32_t columns) {
    text_add_char(t, '+');
    for (uint32_t c = 0; c < columns; c++) {
        repeat(t, '-', widths[c]);
        if (c + 1 < columns) text_add_char(t, '+');
    }
    text_add(t, "+\n");
}

static void add_row(struct text *t, const struct string *cells, const size_t *widths, uint32_t columns,
                    bool right_aligned) {
    text_add_char(t, '|');
    for (uint32_t c = 0; c < columns; c++) {
        pad(t, cells[c], widths[c], right_aligned);
        if (c + 1 < columns) text_add_char(t, '|');
    }
    text_add(t, "|\n");
}

static void add_table(const struct show *state, struct text *t) {
    bool right_aligned = state->op.plan->show.truncate > 0;
    size_t *widths = ARENA_ARRAY(t->arena, size_t, state->columns);
    for (uint32_t c = 0; c < state->columns; c++) {
        widths[c] = width_of(state->names[c]) > LEAST_WIDTH ? width_of(state->names[c]) : LEAST_WIDTH;
        for (uint32_t r = 0; r < state->rows; r++)
            if (width_of(row_cells(state, r)[c]) > widths[c]) widths[c] = width_of(row_cells(state, r)[c]);
    }
    add_line(t, widths, state->columns);
    add_row(t, state->names, widths, state->columns, right_aligned);
    add_line(t, widths, state->columns);
    for (uint32_t r = 0; r < state->rows; r++) add_row(t, row_cells(state, r), widths, state->columns, right_aligned);
    add_line(t, widths, state->columns);
}

static void add_vertical(const struct show *state, struct text *t) {
    size_t name_width = LEAST_WIDTH, cell_width = LEAST_WIDTH;
    for (uint32_t c = 0; c < state->columns; c++)
        if (width_of(state->names[c]) > name_width) name_width = width_of(state->names[c]);
    for (uint32_t i = 0; i < state->cells.count; i++)
        if (width_of(state->cells.items[i]) > cell_width) cell_width = width_of(state->cells.items[i]);
    for (uint32_t r = 0; r < state->rows; r++) {
        size_t before = t->size;
        text_printf(t, "-RECORD %u", r);
        size_t written = t->size - before;
        if (written < name_width + cell_width + 5) repeat(t, '-', name_width + cell_width + 5 - written);
        text_add_char(t, '\n');
        for (uint32_t c = 0; c < state->columns; c++) {
            text_add_char(t, ' ');
            pad(t, state->names[c], name_width, false);
            text_add(t, " | ");
            pad(t, row_cells(state, r)[c], cell_width, false);
            text_add(t, " \n");
        }
    }
}

static void add_html_cells(struct text *t, const struct string *cells, uint32_t columns, const char *tag) {
    text_add(t, "<tr>");
    for (uint32_t c = 0; c < columns; c++) {
        text_printf(t, "<%s>", tag);
        for (uint32_t i = 0; i < cells[c].size; i++) {
            char b = cells[c].data[i];
            const char *entity = b == '<'   ? "&lt;"
                                 : b == '>' ? "&gt;"
                                 : b == '&' ? "&amp;"
                                 : b == '"' ? "&quot;"
                                            : NULL;
            if (entity)
                text_add(t, entity);
            else
                text_add_char(t, b);
        }
        text_printf(t, "</%s>", tag);
    }
    text_add(t, "</tr>\n");
}

static void add_html(const struct show *state, struct text *t) {
    text_add(t, "<table border='1'>\n");
    add_html_cells(t, state->names, state->columns, "th");
    for (uint32_t r = 0; r < state->rows; r++) add_html_cells(t, row_cells(state, r), state->columns, "td");
    text_add(t, "</table>\n");
}

static struct string lay_out(const struct show *state, struct arena *arena) {
    const struct plan *plan = state->op.plan;
    struct text t;
    text_init(&t, arena);
    if (plan->show.html)
        add_html(state, &t);
    else if (plan->show.vertical)
        add_vertical(state, &t);
    else
        add_table(state, &t);
    if (plan->show.vertical && !plan->show.html && !state->rows)
        text_add(&t, "(0 rows)");
    else if (state->has_more)
        text_printf(&t, "only showing top %u %s%s", state->wanted, state->wanted == 1 ? "row" : "rows",
                    plan->show.html ? "\n" : "");
    const char *data = text_finish(&t);
    return string_make(data, t.size);
}

/* --- the operator --- */

static bool show_open(struct operator* op, struct error *err) {
    struct show *state = (struct show *)op;
    const struct plan *child = op->plan->children[0];
    state->columns = child->output_count;
    state->wanted = op->plan->show.rows > 0 ? (uint32_t)op->plan->show.rows : 0;
    state->names = ARENA_ARRAY(&op->memory, struct string, state->columns);
    for (uint32_t c = 0; c < state->columns; c++)
        state->names[c] = escape(&op->memory, string_of(child->output[c]->name));
    return true;
}

static void take_rows(struct show *state, const struct batch *in) {
    struct arena *memory = &state->op.memory, *batch = &state->op.evaluator.batch;
    const struct context *context = state->op.query->context;
    const char *style = context_text(context, "spark.sql.binaryOutputStyle");
    struct value_text how = {.zone = context->zone, .pretty = true, .binary = binary_style_named(style)};
    uint32_t left = state->wanted - state->rows, count = in->count < left ? in->count : left;
    if (count < in->count) state->has_more = true;
    struct vector *texts = ARENA_ARRAY(batch, struct vector, state->columns);
    for (uint32_t c = 0; c < state->columns; c++) vector_to_text(batch, &in->columns[c], count, &how, false, &texts[c]);
    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t c = 0; c < state->columns; c++) {
            struct string s = VECTOR_DATA(&texts[c], struct string)[vector_entry(&texts[c], r)];
            s = truncate_cell(memory, escape(memory, s), state->op.plan->show.truncate);
            LIST_PUSH(memory, &state->cells, s);
        }
    }
    state->rows += count;
}

static enum exec_status show_next(struct operator* op, struct batch *out, struct error *err) {
    struct show *state = (struct show *)op;
    if (state->given) return EXEC_DONE;
    if (!state->finished) {
        struct batch in;
        enum exec_status status = operator_next(op->children[0], &in, err);
        if (status == EXEC_BATCH) {
            take_rows(state, &in);
            state->finished = state->has_more;
            return EXEC_YIELD;
        }
        if (status != EXEC_DONE) return status;
        state->finished = true;
    }
    state->given = true;
    batch_init(out, &op->evaluator.batch, 1, 1);
    vector_init(&out->columns[0], &op->evaluator.batch, TYPE_OF(STRING), 1);
    VECTOR_DATA(&out->columns[0], struct string)[0] = lay_out(state, &op->evaluator.batch);
    return EXEC_BATCH;
}

const struct operator_ops show_string_ops = {
    .name = "ShowString", .size = sizeof(struct show), .open = show_open, .next = show_next};
