/* SPDX-License-Identifier: Apache-2.0 */
/* See print.h. Widths count what a terminal shows: wide characters two columns, combining ones none. */
#include "print.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void printer_init(struct printer *p, const struct output *output, const struct text *names, const bool *right,
                  size_t columns) {
    *p = (struct printer){.output = output, .columns = columns, .names = names, .right = right};
    if (output->mode == OUTPUT_TABLE || output->mode == OUTPUT_MARKDOWN ||
        (output->mode == OUTPUT_CSV && output->header))
        printer_row(p, names);
    if (output->mode != OUTPUT_MARKDOWN) return;
    for (size_t c = 0; c < columns; c++) fputs(right[c] ? "|---:" : "|---", output->file);
    fputs("|\n", output->file);
}

/* ---- as they come ---- */

static void print_csv(FILE *file, struct text value) {
    bool quoted = value.data && (value.size == 0 || memchr(value.data, '"', value.size));
    for (size_t i = 0; i < value.size && !quoted; i++) quoted = strchr(",\r\n", value.data[i]) != NULL;
    if (!quoted) {
        fwrite(value.data ? value.data : "", 1, value.size, file);
        return;
    }
    putc('"', file);
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '"') putc('"', file);
        putc(value.data[i], file);
    }
    putc('"', file);
}

static void print_markdown(FILE *file, struct text value) {
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == '|') putc('\\', file);
        if (c == '\n')
            fputs("<br>", file);
        else if (c != '\r')
            putc(c, file);
    }
}

static void print_row(struct printer *p, const struct text *values) {
    FILE *file = p->output->file;
    for (size_t c = 0; c < p->columns; c++) {
        struct text value = values[c];
        if (p->output->mode == OUTPUT_CSV) {
            if (c) putc(',', file);
            print_csv(file, value);
        } else if (p->output->mode == OUTPUT_MARKDOWN) {
            if (!value.data) value = (struct text){p->output->null, strlen(p->output->null)};
            fputs("| ", file);
            print_markdown(file, value);
            putc(' ', file);
        } else {
            fwrite(value.data ? value.data : "null", 1, value.data ? value.size : 4, file);
        }
    }
    fputs(p->output->mode == OUTPUT_MARKDOWN ? "|\n" : "\n", file);
}

/* ---- tables ---- */

/* A copy in which control characters are visible: a table's row is one line. NULL: no memory. */
static char *copy_visible(struct text value, size_t *size) {
    char *copy = malloc(value.size * 2 + 1);
    if (!copy) return NULL;
    size_t n = 0;
    for (size_t i = 0; i < value.size; i++) {
        const char *found = value.data[i] ? strchr("\n\r\t", value.data[i]) : NULL;
        if (found) {
            copy[n++] = '\\';
            copy[n++] = *found == '\n' ? 'n' : *found == '\r' ? 'r' : 't';
        } else {
            copy[n++] = (unsigned char)value.data[i] < ' ' ? ' ' : value.data[i];
        }
    }
    copy[n] = 0;
    *size = n;
    return copy;
}

static void keep_row(struct printer *p, const struct text *values) {
    if (p->count + p->columns > p->capacity) {
        size_t capacity = p->capacity ? p->capacity * 2 : 64 + p->columns;
        while (capacity < p->count + p->columns) capacity *= 2;
        struct text *cells = realloc(p->cells, capacity * sizeof *cells);
        p->failed |= !cells;
        if (!cells) return;
        p->cells = cells;
        p->capacity = capacity;
    }
    for (size_t c = 0; c < p->columns; c++) {
        struct text value = values[c];
        if (!value.data) value = (struct text){p->output->null, strlen(p->output->null)};
        struct text *cell = &p->cells[p->count];
        cell->data = copy_visible(value, &cell->size);
        p->failed |= !cell->data;
        if (!cell->data) return;
        p->count++;
    }
}

void printer_row(struct printer *p, const struct text *values) {
    if (p->failed) return;
    if (p->output->mode == OUTPUT_TABLE)
        keep_row(p, values);
    else
        print_row(p, values);
}

static size_t shown_width(struct text value) {
    size_t width = 0;
    mbstate_t state = {0};
    for (size_t at = 0; at < value.size;) {
        wchar_t wide;
        size_t n = mbrtowc(&wide, value.data + at, value.size - at, &state);
        if (n == 0 || n > value.size - at) { /* not in this locale: a byte is a column */
            state = (mbstate_t){0};
            width++;
            at++;
            continue;
        }
        int columns = wcwidth(wide);
        width += columns > 0 ? (size_t)columns : 0;
        at += n;
    }
    return width;
}

static void print_line(FILE *file, const size_t *widths, size_t columns) {
    for (size_t c = 0; c < columns; c++) {
        putc('+', file);
        for (size_t i = 0; i < widths[c] + 2; i++) putc('-', file);
    }
    fputs("+\n", file);
}

static void print_cells(const struct printer *p, const struct text *row, const size_t *widths, bool names) {
    FILE *file = p->output->file;
    for (size_t c = 0; c < p->columns; c++) {
        size_t pad = widths[c] - shown_width(row[c]);
        bool right = p->right[c] && !names;
        fputs("| ", file);
        for (size_t i = 0; i < pad && right; i++) putc(' ', file);
        fwrite(row[c].data, 1, row[c].size, file);
        for (size_t i = 0; i < pad && !right; i++) putc(' ', file);
        putc(' ', file);
    }
    fputs("|\n", file);
}

static bool print_table(const struct printer *p) {
    size_t *widths = calloc(p->columns + 1, sizeof *widths);
    if (!widths) return false;
    for (size_t i = 0; i < p->count; i++) {
        size_t width = shown_width(p->cells[i]);
        if (width > widths[i % p->columns]) widths[i % p->columns] = width;
    }
    print_line(p->output->file, widths, p->columns);
    for (size_t i = 0; i < p->count; i += p->columns) {
        print_cells(p, p->cells + i, widths, i == 0);
        if (i == 0) print_line(p->output->file, widths, p->columns);
    }
    if (p->count > p->columns) print_line(p->output->file, widths, p->columns);
    size_t rows = p->count / p->columns - 1;
    fprintf(p->output->file, "%zu row%s\n", rows, rows == 1 ? "" : "s");
    free(widths);
    return true;
}

bool printer_finish(struct printer *p) {
    if (!p->failed && p->output->mode == OUTPUT_TABLE && p->columns) p->failed = !print_table(p);
    return !p->failed && fflush(p->output->file) == 0;
}

void printer_release(struct printer *p) {
    for (size_t i = 0; i < p->count; i++) free((char *)(uintptr_t)p->cells[i].data);
    free(p->cells);
}
