/* SPDX-License-Identifier: Apache-2.0 */
/* Commands: plans and the operator that runs them; see commands.h. */
#include "session/commands.h"

#include <string.h>
#include <strings.h>

#include "exec/exec_int.h"
#include "session/cache.h"

static const struct type *column_type(const struct command_column *column) {
    static const struct type texts = {.kind = TYPE_ARRAY, .element = TYPE_OF(STRING)};
    return column->type == TYPE_ARRAY ? &texts : &types[column->type];
}

struct command *command_create(struct analyzer *a, const struct command_kind *kind, void *arguments) {
    struct derivation *d = a->owner;
    struct command *command = ARENA_NEW(a->arena, struct command);
    command->kind = kind;
    command->handle = d->handle;
    command->arguments = arguments;
    return command;
}

struct plan *command_as_plan(struct analyzer *a, const struct command *command) {
    const struct command_kind *kind = command->kind;
    struct plan *p = plan_new(a->arena, PLAN_COMMAND, 0, 0);
    struct attribute *block = ARENA_ARRAY(a->arena, struct attribute, kind->column_count);
    p->output_count = kind->column_count;
    p->output = ARENA_ARRAY(a->arena, struct attribute *, kind->column_count);
    for (uint32_t i = 0; i < kind->column_count; i++) {
        block[i] = (struct attribute){.id = (*a->next_id)++,
                                      .name = kind->columns[i].name,
                                      .type = column_type(&kind->columns[i]),
                                      .nullable = kind->columns[i].nullable};
        p->output[i] = &block[i];
    }
    p->command = (struct command *)command;
    return p;
}

/* ---- rows ---- */

void row_text(struct command_run *run, uint32_t column, const char *text) {
    if (!text) {
        builder_append_null(&run->columns[column]);
        return;
    }
    struct string s = string_copy(&run->op.memory, string_of(text));
    builder_append(&run->columns[column], &s);
}

void row_bool(struct command_run *run, uint32_t column, bool value) {
    builder_append(&run->columns[column], &(uint8_t){value});
}

void row_texts(struct command_run *run, uint32_t column, const char *const *texts, uint32_t count) {
    struct builder *list = &run->columns[column];
    for (uint32_t i = 0; i < count; i++) {
        struct string s = string_copy(&run->op.memory, string_of(texts[i]));
        builder_append(&list->children[0], &s);
    }
    builder_end_list(list);
}

void row_end(struct command_run *run) {
    run->row_count++;
}

/* ---- the operator ---- */

static bool open_run(struct operator* op, struct error *err) {
    struct command_run *run = (struct command_run *)op;
    const struct command_kind *kind;
    run->command = op->plan->command;
    run->task = op->query->owner;
    run->session = run->task->session;
    kind = run->command->kind;
    run->columns = ARENA_ARRAY(&op->memory, struct builder, kind->column_count);
    for (uint32_t i = 0; i < kind->column_count; i++)
        builder_init(&run->columns[i], &op->memory, column_type(&kind->columns[i]), 16);
    if (run->command->input) {
        memory_account_init(&run->inner.account, &op->query->account, "query", 0);
        run->inner.context = op->query->context;
        run->inner.spill_directory = op->query->spill_directory;
        run->inner.runs_scripts = op->query->runs_scripts;
        run->inner.command_ops = &session_command_ops;
        run->inner.owner = run->task;
        struct plan *input =
            cache_prepare(run->session, &op->memory, op->query->context, (struct plan *)run->command->input, NULL, err);
        TRY(input);
        struct plan *optimized =
            plan_optimize(&op->memory, op->query->context, &run->session->engine->next_attribute, input, err);
        TRY(optimized);
        run->inner_is_open = true;
        TRY(query_open(&run->inner, optimized, err));
    }
    run->phase = COMMAND_RUNNING;
    return !kind->begin || kind->begin(run, err);
}

/* Pulls the input; EXEC_DONE when there is no more of it. */
static enum exec_status pull(struct command_run *run, struct error *err) {
    if (run->command->kind->step) return run->command->kind->step(run, err);
    if (!run->inner_is_open) return EXEC_DONE;
    struct batch batch;
    enum exec_status status = query_next(&run->inner, &batch, err);
    run->op.query->udf_request = run->inner.udf_request;
    run->op.query->metrics = run->inner.metrics; /* which lives as long as the command */
    if (status != EXEC_BATCH) return status;
    return run->command->kind->batch(run, &batch, err) ? EXEC_YIELD : EXEC_ERROR;
}

static void emit(struct command_run *run, struct batch *out) {
    uint32_t count = run->command->kind->column_count, left = run->row_count - run->emitted;
    if (left > BATCH_ROWS) left = BATCH_ROWS;
    struct vector *columns = ARENA_ARRAY(&run->op.evaluator.batch, struct vector, count);
    uint32_t *rows = arena_bytes_array(&run->op.evaluator.batch, left, sizeof *rows);
    for (uint32_t i = 0; i < left; i++) rows[i] = run->emitted + i;
    for (uint32_t i = 0; i < count; i++)
        vector_select(&columns[i], &run->op.evaluator.batch, builder_finish(&run->columns[i]), rows, left);
    *out = (struct batch){.count = left, .column_count = count, .columns = columns};
    run->emitted += left;
}

static enum exec_status next(struct operator* op, struct batch *out, struct error *err) {
    struct command_run *run = (struct command_run *)op;
    if (run->phase == COMMAND_RUNNING) {
        enum exec_status status = pull(run, err);
        if (status != EXEC_DONE) return status;
        if (run->command->kind->finish && !run->command->kind->finish(run, err)) return EXEC_ERROR;
        run->phase = COMMAND_ROWS;
        run->task->changes_session |= run->command->changes_session;
        if (run->command->state_key) run->task->state_key = run->command->state_key;
    }
    if (run->emitted == run->row_count) return EXEC_DONE;
    emit(run, out);
    return EXEC_BATCH;
}

static void close_run(struct operator* op) {
    struct command_run *run = (struct command_run *)op;
    if (run->inner_is_open) query_close(&run->inner);
    run->inner_is_open = false;
    if (run->phase == COMMAND_RUNNING && run->command->kind->abandon) run->command->kind->abandon(run);
    run->phase = COMMAND_ROWS;
}

const struct operator_ops session_command_ops = {
    .name = "ExecuteCommand",
    .size = sizeof(struct command_run),
    .open = open_run,
    .next = next,
    .close = close_run,
};

/* ---- patterns ---- */

static bool piece_matches(const char *pattern, size_t size, const char *name) {
    if (!size) return !*name;
    if (*pattern == '*') {
        for (const char *rest = name;; rest++) {
            if (piece_matches(pattern + 1, size - 1, rest)) return true;
            if (!*rest) return false;
        }
    }
    return *name && (strncasecmp(pattern, name, 1) == 0 || *pattern == '.') &&
           piece_matches(pattern + 1, size - 1, name + 1);
}

bool pattern_matches(const char *pattern, const char *name) {
    if (!pattern) return true;
    for (;;) {
        size_t size = strcspn(pattern, "|");
        const char *from = pattern;
        size_t trimmed = size;
        while (trimmed && *from == ' ') from++, trimmed--;
        while (trimmed && from[trimmed - 1] == ' ') trimmed--;
        if (piece_matches(from, trimmed, name)) return true;
        if (!pattern[size]) return false;
        pattern += size + 1;
    }
}
