/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT TRANSFORM (...) USING 'command': rows go as lines of text to a shell command, and lines come back as rows.
 *
 * The command runs beside the engine, which never waits for it longer than a moment: a call reads what is there,
 * writes what the pipe takes, and answers *yield* when the command has nothing to say yet. Both sides are strings: the
 * plan below turns values into text, the one above turns text into values.
 *
 * Without rows no command is run, as in Spark. Spark runs one for each partition; here there is one.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "base/text.h"
#include "exec/exec_int.h"

enum { PIECE = 64 * 1024, ERROR_BYTES = 2048, PATIENCE = 1 /* ms */, STEPS = 16 };

struct script {
    struct operator op;
    struct process process;
    bool has_started, has_read_all, output_ended;
    struct arena input_memory;
    struct text input;        /* lines for the command, */
    size_t written;           /* so many bytes of which it has */
    struct text output;       /* what the command has said, */
    size_t taken;             /* so many bytes of which are in the batch that was given */
    char errors[ERROR_BYTES]; /* the end of what it complained about */
    size_t error_size;
};

static bool script_open(struct operator* op, struct error *err) {
    struct script *state = (struct script *)op;
    if (!op->query->runs_scripts) return error_unsupported(err, "TRANSFORM in a server that other users may use");
    arena_init(&state->input_memory, op->memory.account);
    text_init(&state->input, &state->input_memory);
    text_init(&state->output, &op->memory);
    return true;
}

/* ---- to the command ---- */

static void add_value(struct script *state, const struct vector *v, uint32_t row) {
    const struct script_format *format = &state->op.plan->script.input;
    if (vector_is_null(v, row)) {
        text_add(&state->input, format->null_text);
        return;
    }
    struct string s = VECTOR_DATA(v, struct string)[vector_entry(v, row)];
    text_add_bytes(&state->input, s.data, s.size);
}

static void add_rows(struct script *state, const struct batch *in) {
    arena_reset(&state->input_memory);
    text_init(&state->input, &state->input_memory);
    state->written = 0;
    for (uint32_t row = 0; row < in->count; row++) {
        for (uint32_t c = 0; c < in->column_count; c++) {
            if (c) text_add(&state->input, state->op.plan->script.input.separator);
            add_value(state, &in->columns[c], row);
        }
        text_add_char(&state->input, '\n');
    }
}

static bool start(struct script *state, struct error *err) {
    state->has_started = true;
    if (process_start(&state->process, state->op.plan->script.command)) return true;
    return error_internal(err, "no process: %s", strerror(errno));
}

/* A command that has stopped reading is done with its input. */
static bool write_some(struct script *state) {
    size_t left = state->input.size - state->written;
    if (!left || state->process.input < 0) return false;
    ssize_t n = write(state->process.input, state->input.data + state->written, left);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n < 0)
        process_close_input(&state->process);
    else
        state->written += (size_t)n;
    return true;
}

static enum exec_status read_input(struct script *state, struct error *err) {
    struct batch in;
    enum exec_status status = operator_next(state->op.children[0], &in, err);
    if (status == EXEC_DONE) {
        state->has_read_all = true;
        if (state->has_started) process_close_input(&state->process);
    }
    if (status != EXEC_BATCH) return status;
    add_rows(state, &in);
    return state->has_started || start(state, err) ? EXEC_BATCH : EXEC_ERROR;
}

/* ---- from the command ---- */

static bool read_output(struct script *state) {
    if (state->output_ended) return false;
    ssize_t n = read(state->process.output, text_reserve(&state->output, PIECE), PIECE);
    if (n > 0) state->output.size += (size_t)n;
    state->output_ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
    return n >= 0;
}

static void read_errors(struct script *state) {
    char piece[ERROR_BYTES];
    ssize_t n;
    while ((n = read(state->process.errors, piece, sizeof piece)) > 0) {
        size_t keep = state->error_size + (size_t)n > ERROR_BYTES ? ERROR_BYTES - (size_t)n : state->error_size;
        memmove(state->errors, state->errors + state->error_size - keep, keep);
        memcpy(state->errors + keep, piece, (size_t)n);
        state->error_size = keep + (size_t)n;
    }
}

/* The next line, which ends as Java's do: \n, \r or both. False: it is not complete. */
static bool next_line(struct script *state, struct string *line) {
    const char *from = state->output.data + state->taken, *end = state->output.data + state->output.size, *stop = from;
    while (stop < end && *stop != '\n' && *stop != '\r') stop++;
    bool open = stop == end || (*stop == '\r' && stop + 1 == end);
    if (from == end || (open && !state->output_ended)) return false;
    *line = string_make(from, (size_t)(stop - from));
    if (stop < end) stop += *stop == '\r' && stop + 1 < end && stop[1] == '\n' ? 2 : 1;
    state->taken = (size_t)(stop - state->output.data);
    return true;
}

static void put_line(const struct script *state, struct string line, struct vector *columns, uint32_t row) {
    const struct script_format *format = &state->op.plan->script.output;
    size_t width = strlen(format->separator), null_size = format->null_text ? strlen(format->null_text) : SIZE_MAX;
    const char *at = line.data, *end = line.data + line.size;
    for (uint32_t c = 0; c < state->op.plan->output_count; c++) {
        const char *stop = at && width ? memmem(at, (size_t)(end - at), format->separator, width) : NULL;
        struct string value = at ? string_make(at, (size_t)((stop ? stop : end) - at)) : string_make("", 0);
        bool null = !at || (value.size == null_size && memcmp(value.data, format->null_text, null_size) == 0);
        VECTOR_DATA(&columns[c], struct string)[row] = value;
        if (null) vector_set_null(&columns[c], &((struct script *)state)->op.evaluator.batch, row, BATCH_ROWS);
        at = stop ? stop + width : NULL;
    }
}

/* What lines there are, as a batch that points into the buffer. */
static bool take_lines(struct script *state, struct batch *out) {
    struct string line;
    uint32_t row = 0;
    if (!next_line(state, &line)) return false;
    batch_init(out, &state->op.evaluator.batch, state->op.plan->output_count, 0);
    for (uint32_t c = 0; c < out->column_count; c++)
        vector_init(&out->columns[c], &state->op.evaluator.batch, TYPE_OF(STRING), BATCH_ROWS);
    do put_line(state, line, out->columns, row++);
    while (row < BATCH_ROWS && next_line(state, &line));
    out->count = row;
    return true;
}

static enum exec_status finish(struct script *state, struct error *err) {
    if (!process_poll(&state->process)) {
        process_wait(&state->process, false, PATIENCE);
        return EXEC_YIELD;
    }
    read_errors(state);
    int status = state->process.status;
    if (status == 0) return EXEC_DONE;
    error_set(err, "_LEGACY_ERROR_TEMP_2264", NULL);
    error_add(err, "exitCode", "%d", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    error_add(err, "stderrBuffer", "%.*s", (int)state->error_size, state->errors);
    return EXEC_ERROR;
}

/* ---- both ---- */

/* Bytes of the last batch are no longer needed. */
static void drop_taken(struct script *state) {
    if (!state->taken) return;
    memmove(state->output.data, state->output.data + state->taken, state->output.size - state->taken);
    state->output.size -= state->taken;
    state->taken = 0;
}

static enum exec_status script_next(struct operator* op, struct batch *out, struct error *err) {
    struct script *state = (struct script *)op;
    drop_taken(state);
    for (int step = 0; step < STEPS; step++) {
        bool moved = false, idle = state->written == state->input.size && !state->has_read_all;
        if (state->has_started) {
            moved = read_output(state);
            read_errors(state);
            if (take_lines(state, out)) return EXEC_BATCH;
            if (state->output_ended) return finish(state, err);
            moved |= write_some(state);
        }
        if (idle) {
            enum exec_status status = read_input(state, err);
            if (status == EXEC_DONE && !state->has_started) return EXEC_DONE;
            if (status != EXEC_BATCH && status != EXEC_DONE) return status;
            moved = true;
        }
        if (!moved) process_wait(&state->process, state->written < state->input.size, PATIENCE);
    }
    return EXEC_YIELD;
}

static void script_close(struct operator* op) {
    struct script *state = (struct script *)op;
    process_release(&state->process);
    arena_release(&state->input_memory);
}

const struct operator_ops script_ops = {.name = "ScriptTransformation",
                                        .size = sizeof(struct script),
                                        .open = script_open,
                                        .next = script_next,
                                        .close = script_close};
