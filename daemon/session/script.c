/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL scripts: BEGIN ... END, carried out one statement after the other.
 *
 * A script is a command whose run is a machine with a stack of frames, one for each block, branch and loop that is
 * under way. A step either pulls a batch from the statement that runs, or looks at the top frame for what comes next;
 * so a script yields like any query, and a loop without end can be cancelled.
 *
 *     frames:  block ─ while ─ block        scopes: the blocks' variables, which session->scopes shows to the
 *                                           analyzer for as long as a step lasts
 *
 * Conditions are queries of one row, and so are assignments. A statement is analyzed when it is its turn, with a
 * handle of its own, which goes when it has ended. The rows of the last statement that gives any are the script's.
 *
 * An error looks for a handler from the innermost block outwards: the frames above the block go, the handler's
 * statement runs in the block's scope, and then the block is left.
 */
#include <string.h>
#include <strings.h>

#include "session/cache.h"
#include "session/command_sql.h"
#include "session/settings.h"

enum purpose { FOR_EFFECT, FOR_CONDITION, FOR_ROWS };

enum { STEPS = 64, DONE = UINT32_MAX };

struct script_frame {
    struct script_frame *up;
    const struct u_script *node;
    uint32_t at;   /* what comes next; DONE: nothing */
    bool handling; /* a handler of this block has been called: it is left after that */
    bool has_scope;
    struct variable_scope scope;
    struct table_data *rows; /* FOR */
    uint32_t batch, row;
};

struct script {
    struct script_frame *top, *spare;
    struct variable_scope *scopes;
    enum purpose purpose; /* of the statement that runs */
    struct handle *handle;
    struct settings *settings;
    struct context context;
    struct table_data *collected, *result;
};

/* ---- frames ---- */

static void push(struct command_run *run, const struct u_script *node) {
    struct script *s = run->state;
    struct script_frame *f = s->spare;
    if (f)
        s->spare = f->up;
    else
        f = ARENA_NEW(&run->op.memory, struct script_frame);
    *f = (struct script_frame){.up = s->top, .node = node};
    s->top = f;
    if (node->kind != U_BLOCK && node->kind != U_FOR) return;
    f->has_scope = true;
    f->scope.label = node->kind == U_FOR ? node->variable : node->label;
    f->scope.up = s->scopes;
    list_init(&f->scope.variables);
    s->scopes = run->session->scopes = &f->scope;
}

static void pop(struct command_run *run) {
    struct script *s = run->state;
    struct script_frame *f = s->top;
    if (f->has_scope) {
        variables_free(&f->scope.variables);
        s->scopes = run->session->scopes = f->scope.up;
    }
    table_data_unref(f->rows);
    s->top = f->up;
    f->up = s->spare;
    s->spare = f;
}

/* ---- a statement ---- */

static void release_statement(struct command_run *run) {
    struct script *s = run->state;
    if (run->inner_is_open) query_close(&run->inner);
    run->inner_is_open = false;
    table_data_unref(s->collected);
    s->collected = NULL;
    run->task->state_key = NULL; /* the statement's, which goes with its handle */
    handle_unref(s->handle);
    s->handle = NULL;
    settings_unref(s->settings);
    s->settings = NULL;
}

static bool start(struct command_run *run, const struct u_plan *u, enum purpose purpose, struct error *err) {
    struct script *s = run->state;
    struct derivation d;
    s->purpose = purpose;
    s->settings = settings_ref(run->session->settings);
    s->handle = handle_new(run->session->budget);
    derivation_init(&d, run->session, s->handle);
    struct plan *p = plan_analyze(&d.analyzer, u, err);
    TRY(p);
    s->context = d.context;
    struct arena *arena = &s->handle->arena;
    const struct type *schema = plan_schema(arena, p);
    if (schema->field_count) s->collected = table_data_new(&run->session->budget->account, schema);
    p = cache_prepare(run->session, arena, &s->context, p, NULL, err);
    TRY(p);
    p = plan_optimize(arena, &s->context, &run->session->engine->next_attribute, p, err);
    TRY(p);
    run->inner = (struct query){.context = &s->context,
                                .spill_directory = run->op.query->spill_directory,
                                .runs_scripts = run->op.query->runs_scripts,
                                .command_ops = &session_command_ops,
                                .owner = run->task};
    memory_account_init(&run->inner.account, &run->op.query->account, "query", 0);
    run->inner_is_open = true;
    return query_open(&run->inner, p, err);
}

/* ---- conditions ---- */

static bool no_condition(struct command_run *run, const struct u_expr *e, struct error *err) {
    const struct origin *o = e->origin;
    const char *text = "";
    if (o && o->sql && o->start >= 0 && (size_t)o->stop < strlen(o->sql))
        text = arena_strndup(&run->op.memory, o->sql + o->start, (size_t)(o->stop - o->start + 1));
    char *capitals = arena_strdup(&run->op.memory, text);
    for (char *c = capitals; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 32);
    return error_set(err, "INVALID_BOOLEAN_STATEMENT", "invalidStatement", capitals, NULL);
}

/* CASE x WHEN y asks for x = y. */
static const struct u_expr *condition_at(struct command_run *run, const struct script_frame *f) {
    struct u_expr *e = f->node->conditions[f->at];
    if (!f->node->subject) return e;
    struct u_expr *sides[2] = {f->node->subject, e};
    struct u_expr *equal = u_call(&run->op.memory, e->origin, "=", 2, sides);
    equal->call.is_operator = true;
    return equal;
}

static bool ask(struct command_run *run, const struct u_expr *e, struct error *err) {
    struct arena *arena = &run->op.memory;
    struct u_plan *u = u_plan_new(arena, U_PROJECT, e->origin, 1, 1);
    u->children[0] = u_plan_new(arena, U_ONE_ROW, e->origin, 0, 0);
    u->exprs[0] = (struct u_expr *)e;
    TRY(start(run, u, FOR_CONDITION, err));
    struct script *s = run->state;
    return s->collected->schema->fields[0].type->kind == TYPE_BOOLEAN || no_condition(run, e, err);
}

/* The frame's condition has been computed. */
static bool answer(struct command_run *run, struct error *err) {
    struct script *s = run->state;
    struct script_frame *f = s->top;
    const struct table_data *t = s->collected;
    enum u_script_kind kind = f->node->kind;
    uint32_t which = kind == U_IF || kind == U_CASE ? f->at : 0;
    const struct vector *v = t->batch_count ? &t->batches[0].columns[0] : NULL;
    bool is_null = !v || vector_is_null(v, 0);
    if (is_null && !f->node->subject) return no_condition(run, f->node->conditions[which], err);
    bool value = !is_null && *VECTOR_DATA(v, uint8_t);
    if (kind == U_IF || kind == U_CASE) {
        f->at = value ? DONE : f->at + 1;
        if (value) push(run, f->node->bodies[which]);
    } else if (kind == U_WHILE) {
        if (value)
            push(run, f->node->bodies[0]);
        else
            f->at = DONE;
    } else {
        f->at = value ? DONE : 0; /* REPEAT ... UNTIL */
    }
    return true;
}

/* ---- FOR ---- */

static bool bind_row(struct command_run *run, struct script_frame *f, struct error *err) {
    const struct batch *b = &f->rows->batches[f->batch];
    const struct type *schema = f->rows->schema;
    variables_free(&f->scope.variables);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        struct vector value;
        const char *name = view_key(run->session, &run->op.evaluator.batch, schema->fields[i].name);
        if (variable_find(&f->scope.variables, name)) {
            error_set(err, "VARIABLE_ALREADY_EXISTS", NULL);
            return error_add(err, "variableName", "`%s`.`%s`", f->scope.label ? f->scope.label : "", name);
        }
        vector_select(&value, &run->op.evaluator.batch, &b->columns[i], &f->row, 1);
        struct variable made = {.type = schema->fields[i].type, .value = &value, .otherwise = &value};
        variable_put(run->session, &f->scope.variables, name, &made);
    }
    if (++f->row == b->count) {
        f->row = 0;
        f->batch++;
    }
    return true;
}

static bool advance_for(struct command_run *run, struct script_frame *f, struct error *err) {
    if (!f->rows) return start(run, f->node->plan, FOR_ROWS, err);
    while (f->batch < f->rows->batch_count && !f->rows->batches[f->batch].count) f->batch++;
    if (f->batch == f->rows->batch_count) {
        pop(run);
        return true;
    }
    TRY(bind_row(run, f, err));
    push(run, f->node->bodies[0]);
    return true;
}

/* ---- what comes next ---- */

/* LEAVE and ITERATE: the frames above the one with the label go; LEAVE takes that one too. */
static bool jump(struct command_run *run, const struct u_script *node, struct error *err) {
    struct script *s = run->state;
    while (s->top && !(s->top->node->label && strcasecmp(s->top->node->label, node->label) == 0)) pop(run);
    if (!s->top) return error_internal(err, "the label %s is not around its use", node->label);
    if (node->kind == U_LEAVE) pop(run);
    return true;
}

static bool execute(struct command_run *run, const struct u_script *node, struct error *err) {
    switch (node->kind) {
        case U_STATEMENT: return start(run, node->plan, FOR_EFFECT, err);
        case U_LEAVE:
        case U_ITERATE: return jump(run, node, err);
        case U_DECLARE_CONDITION:
        case U_DECLARE_HANDLER: return true;
        default: push(run, node); return true;
    }
}

static bool advance_branch(struct command_run *run, struct script_frame *f, struct error *err) {
    if (f->at < f->node->condition_count) return ask(run, condition_at(run, f), err);
    bool otherwise = f->at != DONE && f->node->body_count > f->node->condition_count;
    if (!otherwise) {
        pop(run);
        return true;
    }
    f->at = DONE;
    push(run, f->node->bodies[f->node->condition_count]);
    return true;
}

static bool advance(struct command_run *run, struct error *err) {
    struct script *s = run->state;
    struct script_frame *f = s->top;
    switch (f->node->kind) {
        case U_BLOCK:
            if (!f->handling && f->at < f->node->statement_count)
                return execute(run, f->node->statements[f->at++], err);
            break;
        case U_IF:
        case U_CASE: return advance_branch(run, f, err);
        case U_FOR: return advance_for(run, f, err);
        case U_LOOP: push(run, f->node->bodies[0]); return true;
        case U_REPEAT:
            if (f->at == 1) return ask(run, f->node->conditions[0], err);
            if (f->at == DONE) break;
            f->at = 1;
            push(run, f->node->bodies[0]);
            return true;
        default:
            if (f->at != DONE) return ask(run, f->node->conditions[0], err);
            break;
    }
    pop(run);
    return true;
}

static bool finish_statement(struct command_run *run, struct error *err) {
    struct script *s = run->state;
    bool good = true;
    if (s->purpose == FOR_CONDITION) {
        good = answer(run, err);
    } else if (s->purpose == FOR_ROWS) {
        s->top->rows = s->collected;
        s->collected = NULL;
    } else if (s->collected) {
        table_data_unref(s->result);
        s->result = s->collected;
        s->collected = NULL;
    }
    release_statement(run);
    return good;
}

/* ---- handlers ---- */

/* How well a handler fits: the error by its name, by its class, by its SQLSTATE, as any error; 0: not at all. */
static uint32_t fits(const struct u_handled *h, const char *name, const char *state) {
    if (h->state) return strcasecmp(h->state, state) == 0 ? 2 : 0;
    bool missing = strncmp(state, "02", 2) == 0;
    if (strcmp(h->condition, "NOT FOUND") == 0) return missing;
    if (strcmp(h->condition, "SQLEXCEPTION") == 0)
        return !missing && strncmp(state, "00", 2) && strncmp(state, "01", 2);
    if (strcasecmp(h->condition, name) == 0) return 4;
    size_t size = strlen(h->condition);
    return strncasecmp(h->condition, name, size) == 0 && name[size] == '.' ? 3 : 0;
}

static const struct u_script *find_handler(const struct u_script *block, const char *name, const char *state) {
    const struct u_script *best = NULL;
    uint32_t most = 0;
    for (uint32_t i = 0; i < block->statement_count; i++) {
        const struct u_script *s = block->statements[i];
        for (uint32_t k = 0; s->kind == U_DECLARE_HANDLER && k < s->handled_count; k++) {
            uint32_t fit = fits(&s->handled[k], name, state);
            if (fit <= most) continue;
            most = fit;
            best = s;
        }
    }
    return best;
}

/* False: nobody handles the error. */
static bool handle(struct command_run *run, struct error *err) {
    struct script *s = run->state;
    release_statement(run);
    const char *name = err->condition->name, *state = err->condition->state;
    for (struct script_frame *f = s->top; f; f = f->up) {
        if (f->node->kind != U_BLOCK || f->handling) continue;
        const struct u_script *handler = find_handler(f->node, name, state);
        if (!handler) continue;
        while (s->top != f) pop(run);
        f->handling = true;
        error_reset(err);
        return execute(run, handler->bodies[0], err) || handle(run, err);
    }
    return false;
}

/* ---- the run ---- */

static bool begin(struct command_run *run, struct error *err) {
    (void)err;
    run->state = ARENA_NEW(&run->op.memory, struct script);
    push(run, run->command->arguments);
    run->session->scopes = NULL;
    return true;
}

/* A batch of the statement that runs; EXEC_DONE when none runs (any more). */
static enum exec_status pull(struct command_run *run, struct error *err) {
    struct script *s = run->state;
    struct batch batch;
    enum exec_status status = query_next(&run->inner, &batch, err);
    run->op.query->udf_request = run->inner.udf_request;
    if (status == EXEC_BATCH && s->collected) table_data_append(s->collected, &batch);
    if (status == EXEC_BATCH) return EXEC_YIELD;
    if (status == EXEC_DONE && !finish_statement(run, err)) return EXEC_ERROR;
    return status;
}

static enum exec_status steps(struct command_run *run, struct error *err) {
    struct script *s = run->state;
    for (uint32_t i = 0; i < STEPS; i++) {
        if (!s->top && !run->inner_is_open) return EXEC_DONE;
        enum exec_status status = EXEC_DONE;
        if (run->inner_is_open)
            status = pull(run, err);
        else if (!advance(run, err))
            status = EXEC_ERROR;
        if (status == EXEC_ERROR && !handle(run, err)) return EXEC_ERROR;
        if (status != EXEC_DONE && status != EXEC_ERROR) return status;
    }
    return EXEC_YIELD;
}

static enum exec_status step(struct command_run *run, struct error *err) {
    run->session->scopes = ((struct script *)run->state)->scopes;
    enum exec_status status = steps(run, err);
    run->session->scopes = NULL;
    return status;
}

/* The rows of the last statement take the place of the command's own, of which there are none. */
static bool finish(struct command_run *run, struct error *err) {
    (void)err;
    struct script *s = run->state;
    if (s->result && run->task->result) {
        table_data_unref(run->task->result);
        run->task->result = s->result;
        s->result = NULL;
    }
    table_data_unref(s->result);
    s->result = NULL;
    return true;
}

static void abandon(struct command_run *run) {
    struct script *s = run->state;
    if (!s) return;
    release_statement(run);
    while (s->top) pop(run);
    run->session->scopes = NULL;
    table_data_unref(s->result);
    s->result = NULL;
}

static const struct command_kind script_command = {
    .name = "Script", .begin = begin, .step = step, .finish = finish, .abandon = abandon};

/* ---- checks before it runs ---- */

struct label {
    const struct label *up;
    const char *name;
    bool is_loop;
};

static bool check(struct analyzer *a, const struct u_script *node, const struct label *labels, struct error *err);

static bool check_label(struct analyzer *a, const char *name, const struct label *labels, struct error *err) {
    for (; labels; labels = labels->up)
        if (strcasecmp(labels->name, name) == 0)
            return error_set(err, "LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS", "label", arena_printf(a->arena, "`%s`", name),
                             NULL);
    return true;
}

static bool check_jump(struct analyzer *a, const struct u_script *node, const struct label *labels, struct error *err) {
    bool leaves = node->kind == U_LEAVE;
    const char *name = arena_printf(a->arena, "`%s`", node->label);
    for (; labels; labels = labels->up) {
        if (strcasecmp(labels->name, node->label) != 0) continue;
        return leaves || labels->is_loop ||
               error_set(err, "INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND", "labelName", name, NULL);
    }
    return error_set(err, "INVALID_LABEL_USAGE.DOES_NOT_EXIST", "labelName", name, "statementType",
                     leaves ? "LEAVE" : "ITERATE", NULL);
}

static bool is_declaration(const struct u_script *s) {
    return s->kind == U_STATEMENT && s->plan->kind == U_COMMAND && s->plan->command->kind == C_DECLARE_VARIABLE;
}

/* Variables are declared first, and in blocks alone. */
static bool check_declaration(struct analyzer *a, const struct u_script *s, bool in_block, bool first,
                              struct error *err) {
    if (!is_declaration(s) || (in_block && first)) return true;
    const char *name = quote_name(a->arena, &s->plan->command->targets[0].name);
    return error_set(err,
                     in_block ? "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING"
                              : "INVALID_VARIABLE_DECLARATION.NOT_ALLOWED_IN_SCOPE",
                     "varName", name, NULL);
}

static bool check_body(struct analyzer *a, const struct u_script *body, bool in_block, const struct label *labels,
                       struct error *err) {
    bool first = true;
    for (uint32_t i = 0; i < body->statement_count; i++) {
        const struct u_script *s = body->statements[i];
        TRY(check_declaration(a, s, in_block, first, err));
        first = first && (is_declaration(s) || s->kind == U_DECLARE_CONDITION);
        TRY(check(a, s, labels, err));
    }
    return true;
}

static bool same_handled(const struct u_handled *a, const struct u_handled *b) {
    if (!a->state != !b->state) return false;
    return strcasecmp(a->state ? a->state : a->condition, b->state ? b->state : b->condition) == 0;
}

static bool is_generic(const struct u_handled *h) {
    return h->condition && (!strcmp(h->condition, "SQLEXCEPTION") || !strcmp(h->condition, "NOT FOUND"));
}

static bool twice(const struct u_handled *h, const char *state_condition, const char *condition, struct error *err) {
    if (h->state) return error_set(err, state_condition, "sqlState", h->state, NULL);
    error_set(err, condition, NULL);
    return error_add(err, "condition", "%s", h->condition);
}

/* A handler names each error once, and stands alone with SQLEXCEPTION or NOT FOUND. */
static bool check_handler(const struct u_script *node, struct error *err) {
    for (uint32_t i = 0; i < node->handled_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (same_handled(&node->handled[i], &node->handled[k]))
                return twice(&node->handled[i], "INVALID_HANDLER_DECLARATION.DUPLICATE_SQLSTATE_IN_HANDLER_DECLARATION",
                             "INVALID_HANDLER_DECLARATION.DUPLICATE_CONDITION_IN_HANDLER_DECLARATION", err);
    for (uint32_t i = 0; node->handled_count > 1 && i < node->handled_count; i++)
        if (is_generic(&node->handled[i]))
            return error_set(err, "INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION", NULL);
    return true;
}

/* Two handlers of a block are for different errors. */
static bool check_handlers(const struct u_script *block, struct error *err) {
    for (uint32_t i = 0; i < block->statement_count; i++)
        for (uint32_t k = 0; k < i; k++) {
            const struct u_script *a = block->statements[i], *b = block->statements[k];
            if (a->kind != U_DECLARE_HANDLER || b->kind != U_DECLARE_HANDLER) continue;
            for (uint32_t x = 0; x < a->handled_count; x++)
                for (uint32_t y = 0; y < b->handled_count; y++)
                    if (same_handled(&a->handled[x], &b->handled[y]))
                        return twice(&a->handled[x], "DUPLICATE_EXCEPTION_HANDLER.SQLSTATE",
                                     "DUPLICATE_EXCEPTION_HANDLER.CONDITION", err);
        }
    return true;
}

static bool check(struct analyzer *a, const struct u_script *node, const struct label *labels, struct error *err) {
    if (node->kind == U_LEAVE || node->kind == U_ITERATE) return check_jump(a, node, labels, err);
    if (node->kind == U_DECLARE_CONDITION || node->kind == U_STATEMENT) return true;
    struct label own = {labels, node->label, node->kind != U_BLOCK}, variable = {&own, node->variable, false};
    const struct label *inner = labels;
    if (node->label) {
        TRY(check_label(a, node->label, labels, err));
        inner = &own;
    }
    if (node->kind == U_FOR && node->variable) {
        TRY(check_label(a, node->variable, inner, err));
        variable.up = inner;
        inner = &variable;
    }
    if (node->kind == U_DECLARE_HANDLER) return check_handler(node, err) && check(a, node->bodies[0], inner, err);
    if (node->kind == U_BLOCK) return check_body(a, node, true, inner, err) && check_handlers(node, err);
    for (uint32_t i = 0; i < node->body_count; i++) TRY(check_body(a, node->bodies[i], false, inner, err));
    return true;
}

struct plan *sql_script(struct analyzer *a, const struct u_command *c, struct error *err) {
    TRY_NULL(check(a, c->block, NULL, err));
    struct command *command = command_create(a, &script_command, c->block);
    command->changes_session = true;
    return command_as_plan(a, command);
}
