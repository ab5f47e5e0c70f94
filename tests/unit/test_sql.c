/* SPDX-License-Identifier: Apache-2.0 */
/* The SQL parser: what texts mean, and what is said of those that mean nothing. */
#include <string.h>

#include "base/timezone.h"
#include "expr/context.h"
#include "sql/commands.h"
#include "sql/lexer.h"
#include "tests/unit/sql_text.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct arena arena;
static struct timezone_cache zones;
static const char *setting_name, *setting_value;

static const char *setting(const struct context *context, const char *name) {
    (void)context;
    return setting_name && strcmp(name, setting_name) == 0 ? setting_value : NULL;
}

static struct context context = {.ansi = true, .zone = &timezone_utc, .zones = &zones, .setting = setting};

static void before(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
    timezone_cache_init(&zones, &arena, NULL);
    setting_name = NULL;
}

/* Nothing may be left behind, whatever was parsed. */
static void after(void) {
    arena_release(&arena);
    ck_assert_uint_eq(root.used, 0);
}

static void expression(const char *text, const char *want) {
    struct error err = ERROR_INIT;
    struct u_expr *e = sql_parse_expression(&arena, &context, text, &err);
    ck_assert_msg(e != NULL, "%s: %s", text, error_message(&err));
    ck_assert_str_eq(sql_expr_text(&arena, e), want);
}

static struct u_plan *parse(const char *text) {
    struct error err = ERROR_INIT;
    struct u_plan *plan = sql_parse_statement(&arena, &context, text, &err);
    ck_assert_msg(plan != NULL, "%s: %s", text, error_message(&err));
    return plan;
}

static void query(const char *text, const char *want) {
    ck_assert_str_eq(sql_plan_text(&arena, parse(text)), want);
}

static struct u_command *command(const char *text, enum u_command_kind kind) {
    struct u_plan *plan = parse(text);
    ck_assert_int_eq(plan->kind, U_COMMAND);
    ck_assert_msg(plan->command->kind == kind, "%s: kind %d", text, plan->command->kind);
    return plan->command;
}

/* The message, up to the drawing of the text. */
static void refuses(const char *text, const char *want) {
    struct error err = ERROR_INIT;
    struct u_plan *plan = sql_parse_statement(&arena, &context, text, &err);
    ck_assert_msg(plan == NULL, "%s is taken", text);
    char *message = arena_strdup(&arena, error_message(&err));
    if (*message == '\n') message++;
    char *drawing = strstr(message, "\n\n== SQL");
    if (!drawing) drawing = strstr(message, "\n== SQL");
    if (drawing) *drawing = '\0';
    ck_assert_msg(strcmp(message, want) == 0, "%s\nsays  %s\nwants %s", text, message, want);
    error_release(&err);
}

START_TEST(operators_bind_as_in_spark) {
    expression("1 + 2 * 3 - 4", "-(+(1, *(2, 3)), 4)");
    expression("a | b ^ c & d << 1 + 2", "|(a, ^(b, &(c, <<(d, +(1, 2)))))");
    expression("a = b = c", "=(=(a, b), c)");
    expression("a <> 1 or not b != 2 and c", "or(not(=(a, 1)), and(not(not(=(b, 2))), c))");
    expression("- a * ~b", "*(-(a), ~(b))");
    expression("2-1", "-(2, 1)");
    expression("a || b || 'c'", "concat(concat(a, b), 'c')");
    expression("7 div 2 % 3", "%(div(7, 2), 3)");
    expression("a and b and c and d", "and(and(a, b), and(c, d))");
    expression("1::string || 2", "concat(cast(1, string), 2)");
}
END_TEST

START_TEST(predicates_stand_behind_values) {
    expression("a not between 1 and 2 + 3", "not(between(a, 1, +(2, 3)))");
    expression("a in (1, 2) and b not in (3)", "and(in(a, 1, 2), not(in(b, 3)))");
    expression("a is not null", "isnotnull(a)");
    expression("a is true", "<=>(a, true)");
    expression("a is distinct from b", "not(<=>(a, b))");
    expression("a like 'x' escape '/'", "like(a, 'x', '/')");
    expression("a not like all ('x', 'y')", "not_like_all(a, 'x', 'y')");
    expression("a like any ('x', b)", "or(like(a, 'x'), like(a, b))");
    expression("a regexp 'x'", "rlike(a, 'x')");
    expression("(a, 1) in (select b, c from t)", "in(a, 1; project(t; b, c))");
}
END_TEST

START_TEST(literals_have_the_types_of_their_size_and_suffix) {
    expression("-2147483648", "-2147483648");
    expression("2147483648", "2147483648L");
    expression("9223372036854775808", "decimal(19,0):0");
    expression("1.50", "decimal(3,2):150");
    expression("1e3", "1000D");
    expression("1.5F", "1.5F");
    expression("1BD", "decimal(1,0):1");
    expression("12L", "12L");
    expression("-128Y", "-128Y");
    expression("3S", "3S");
    expression("date '1970-01-02'", "date:1");
    expression("timestamp '1970-01-01 00:00:01'", "timestamp:1000000");
    expression("timestamp_ntz '1970-01-01 00:00:01'", "timestamp_ntz:1000000");
    expression("x'41'", "'A'");
    expression("interval 1 day 2 hours", "interval day to hour:93600000000");
    expression("interval '1-2' year to month", "interval year to month:14");
    expression("interval '3 weeks'", "interval day:1814400000000");
}
END_TEST

START_TEST(strings_take_escapes_and_go_together) {
    expression("'it''s'", "'it's'");
    expression("'a' \"b\" 'c'", "'abc'");
    expression("r'\\d'", "'\\d'");
    expression("'\\x41\\u00e9\\t\\101'", "'x41\xC3\xA9\tA'");
    expression("'\\uD83D\\uDE00'", "'\xF0\x9F\x98\x80'");
    expression("'a\\%b'", "'a\\%b'");
}
END_TEST

START_TEST(functions_may_have_words_of_their_own) {
    expression("extract(year from a)", "extract('year', a)");
    expression("substring(a from 2 for 3)", "substring(a, 2, 3)");
    expression("substring(a, 2)", "substring(a, 2)");
    expression("trim(leading 'x' from a)", "ltrim('x', a)");
    expression("trim(a)", "trim(a)");
    expression("position('a' in b)", "locate('a', b)");
    expression("overlay(a placing 'x' from 2)", "overlay(a, 'x', 2)");
    expression("timestampadd(day, 1, a)", "timestampadd('day', 1, a)");
    expression("date_add(a, 1)", "date_add(a, 1)");
    expression("first(a ignore nulls)", "first(a) ignore nulls");
    expression("count(*)", "count(1)");
    expression("count(distinct a, b) filter (where c > 1)", "count(distinct a, b) filter(>(c, 1))");
    expression("listagg(a) within group (order by b desc)", "listagg(a) within(b desc)");
    expression("f(x => 1, y)", "f(x => 1, y)");
    expression("transform(a, x -> x + 1)", "transform(a, x -> +(x, 1))");
    expression("reduce(a, 0, (s, x) -> s + x)", "reduce(a, 0, s,x -> +(s, x))");
    expression("identifier('abs')(1)", "identifier_call('abs', 1)");
    expression("case a when 1 then 2 else 3 end", "when(=(a, 1), 2, 3)");
    expression("v:a.b[0]['x y']", "semi_structured_extract(v, '$.a.b[0]['x y']')");
    expression("sum(a) over (partition by b order by c desc nulls last rows between 1 preceding and current row)",
               "over(sum(a); by b; order c desc nulls last; rows -1 current)");
    expression("rank() over w", "over(rank(); w)");
}
END_TEST

START_TEST(keywords_are_names_where_nothing_else_fits) {
    query("select 1 from", "project(one(); 1 as from)");
    query("select from from from", "project(from; from)");
    query("select not, case, interval from t", "project(t; not, case, interval)");
    query("select a limit from t limit", "project(t as limit; a as limit)");
    query("select 1 as", "project(one(); 1 as as)");
    query("select date, timestamp '1970-01-01' from date", "project(date; date, timestamp:0)");
    query("select * from t where", "project(t as where; *)");
    setting_name = "spark.sql.ansi.enforceReservedKeywords";
    setting_value = "true";
    refuses("select 1 from",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near end of input. SQLSTATE: 42601 (line 1, pos 13)");
}
END_TEST

START_TEST(clauses_act_from_the_inside_out) {
    query("select distinct a from t where b group by a having c order by d limit 1 offset 2",
          "limit(offset(sort(distinct(having(aggregate(filter(t; b); a -> a); c)); d); 2); 1)");
    query("select a having b", "having(aggregate(one() -> a); b)");
    query("select 1 group by all", "aggregate_all(one() -> 1)");
    query("select /*+ broadcast(a), x */ * from a", "broadcast(x(project(a; *)); a)");
    query("select a, rollup(b) from t group by a, rollup(b, (c, d)), grouping sets ((a, b), ())",
          "aggregate(t; a, rollup(b, grouping set(c, d)), grouping sets(grouping set(a, b), grouping set()) -> a, "
          "rollup(b))");
    query("select * from a, b join c on d", "project(join(join(a, b), c; d); *)");
    query("select * from a left join b using (x) natural full join c",
          "project(full(left(a, b; using x), c; natural); *)");
    query("select * from a, lateral (select a.x) t(y)", "project(lateral(a, project(one(); a.x) as t/y); *)");
    query("select * from range(10) r lateral view explode(x) e as y",
          "project(generate(range(10) as r; explode(x)); *)");
    query("values (1, 'a'), (2, 'b') as t(x, y)", "values(1, 'a', 2, 'b') as t/x,y");
    query("from t select a select b", "union(project(t; a), project(t; b); all)");
}
END_TEST

START_TEST(intersect_binds_closer_than_union) {
    query("table a union table b intersect table c", "union(a, intersect(b, c))");
    query("table a union all table b except table c", "except(union(a, b; all), c)");
    query("with x as (table y) table x", "with(x; x = y)");
    setting_name = "spark.sql.legacy.setopsPrecedence.enabled";
    setting_value = "true";
    query("table a union table b intersect table c", "intersect(union(a, b), c)");
}
END_TEST

START_TEST(parentheses_hold_queries_relations_and_rows) {
    query("select ((select 1)) + 1", "project(one(); +(scalar(project(one(); 1)), 1))");
    query("select (((select 1) union (select 2)))",
          "project(one(); scalar(union(project(one(); 1), project(one(); 2))))");
    query("select * from ((select 1) t join u)", "project(join(project(one(); 1) as t, u); *)");
    query("select * from (((select 1) union (select 2)) order by 1) x",
          "project(sort(union(project(one(); 1), project(one(); 2)); 1) as x; *)");
    query("select (1, a)", "project(one(); named_struct('col1', 1, 'a', a))");
    query("select a in ((select 1), 2)", "project(one(); in(a, scalar(project(one(); 1)), 2))");
    query("select exists(select 1)", "project(one(); exists(project(one(); 1)))");
}
END_TEST

START_TEST(pipes_take_the_rows_so_far) {
    query("table t |> where a |> extend b as c |> drop d", "project(project(filter(t; a); *, b as c); * except d)");
    query("from t |> aggregate sum(a) group by b |> order by b", "sort(aggregate(t; b -> sum(a)); b)");
}
END_TEST

START_TEST(places_are_those_of_sparks_parse_tree) {
    struct error err = ERROR_INIT;
    const char *text = "a +\n (b in (1)) * 2";
    struct u_expr *sum = sql_parse_expression(&arena, &context, text, &err);
    const struct u_expr *product = sum->children[1], *in = product->children[0];
    ck_assert_int_eq(sum->origin->start, 0);
    ck_assert_int_eq(sum->origin->stop, (int)strlen(text) - 1);
    ck_assert_int_eq(product->origin->start, 5);
    ck_assert_int_eq(product->origin->line, 2);
    ck_assert_int_eq(product->origin->position, 1);
    ck_assert_int_eq(in->origin->start, 8); /* a predicate begins at its own word */
    ck_assert_int_eq(in->origin->stop, 13);
}
END_TEST

START_TEST(types_are_read_as_ddl) {
    struct error err = ERROR_INIT;
    const char *text = "array<map<string, struct<a: int, b decimal(10, 2) not null comment 'x'>>>";
    const struct type *type = sql_parse_type(&arena, &context, text, &err);
    ck_assert_ptr_nonnull(type);
    ck_assert_str_eq(type_simple_string(&arena, type), "array<map<string,struct<a:int,b:decimal(10,2)>>>");
    type = sql_parse_schema(&arena, &context, "a INT NOT NULL, `b c` interval day to second", &err);
    ck_assert_str_eq(type_simple_string(&arena, type), "struct<a:int,b c:interval day to second>");
    ck_assert(!type->fields[0].nullable);
    type = sql_parse_schema(&arena, &context, "timestamp_ntz", &err);
    ck_assert_int_eq(type->kind, TYPE_TIMESTAMP_NTZ);
    ck_assert_ptr_null(sql_parse_type(&arena, &context, "foo", &err));
    ck_assert_str_eq(err.condition->name, "UNSUPPORTED_DATATYPE");
    error_release(&err);
}
END_TEST

START_TEST(names_of_the_dataframe_api) {
    struct error err = ERROR_INIT;
    struct u_name name;
    ck_assert(sql_parse_name(&arena, "a b.`c.d``e`", &name, &err));
    ck_assert_uint_eq(name.count, 2);
    ck_assert_str_eq(name.parts[0], "a b");
    ck_assert_str_eq(name.parts[1], "c.d`e");
    ck_assert_str_eq(sql_quote_name(&arena, name.parts, 2), "`a b`.`c.d``e`");
    ck_assert(sql_parse_name(&arena, "", &name, &err));
    static const char *const wrong[] = {"a.", ".a", "a..b", "`a", "`a`b", "a`b`"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(!sql_parse_name(&arena, wrong[i], &name, &err), "%s", wrong[i]);
        ck_assert_str_eq(err.condition->name, "INVALID_ATTRIBUTE_NAME_SYNTAX");
        error_release(&err);
    }
}
END_TEST

START_TEST(syntax_errors_name_the_token) {
    refuses("select 1 +",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near end of input. SQLSTATE: 42601 (line 1, pos 10)");
    refuses("select a b\n c",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near 'c': extra input 'c'. SQLSTATE: 42601 (line 2, pos 1)");
    refuses("select * from (select 1",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near end of input: missing ')'. SQLSTATE: 42601 (line "
            "1, pos 23)");
    refuses("selec 1", "[PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'. SQLSTATE: 42601 (line 1, pos 0)");
    refuses(" ", "[PARSE_EMPTY_STATEMENT] Syntax error, unexpected empty statement. SQLSTATE: 42617 (line 1, pos 1)");
    refuses("use a-b",
            "[INVALID_IDENTIFIER] The unquoted identifier a-b is invalid and must be back quoted as: `a-b`.\n"
            "Unquoted identifiers can only contain ASCII letters ('a' - 'z', 'A' - 'Z'), digits ('0' - '9'), and "
            "underbar ('_').\nUnquoted identifiers must also not start with a digit.\nDifferent data sources and "
            "meta "
            "stores may impose additional restrictions on valid identifiers. SQLSTATE: 42602 (line 1, pos 5)");
}
END_TEST

START_TEST(what_is_invalid_is_said_when_the_text_is_well_formed) {
    refuses("select 200Y, date 'x'",
            "[INVALID_NUMERIC_LITERAL_RANGE] Numeric literal 200 is outside the valid range for tinyint with "
            "minimum "
            "value of -128 and maximum value of 127. Please adjust the value accordingly. SQLSTATE: 22003");
    refuses("select 200Y from t x y",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near 'y': extra input 'y'. SQLSTATE: 42601 (line 1, pos "
            "21)");
    refuses("select foo 'x'",
            "[UNSUPPORTED_TYPED_LITERAL] Literals of the type \"FOO\" are not supported. Supported types are "
            "\"DATE\", "
            "\"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", \"X\", \"TIME\". SQLSTATE: "
            "0A000");
}
END_TEST

START_TEST(comments_nest_and_hints_do_not_hide) {
    query("/* a /* b */ c */ select 1 -- x\n", "project(one(); 1)");
    struct error err = ERROR_INIT;
    ck_assert_ptr_null(sql_parse_statement(&arena, &context, "select /* 1", &err));
    ck_assert_str_eq(err.condition->name, "UNCLOSED_BRACKETED_COMMENT");
    error_release(&err);
    refuses("select 1 /*+ x */", "[PARSE_SYNTAX_ERROR] Syntax error at or near '/*+'. SQLSTATE: 42601 (line 1, pos 9)");
}
END_TEST

START_TEST(settings_are_text) {
    struct u_command *c = command("SET a.b = c, d 'e' ;", C_SET);
    ck_assert_str_eq(c->key, "a.b");
    ck_assert_str_eq(c->value, "c, d 'e'");
    c = command("set `x y` = `z`", C_SET);
    ck_assert_str_eq(c->key, "x y");
    ck_assert_str_eq(c->value, "z");
    ck_assert_ptr_null(command("set", C_SET)->key);
    c = command("set time zone interval 3 hours", C_SET);
    ck_assert_str_eq(c->value, "+03:00");
    ck_assert_str_eq(command("reset a.b", C_RESET)->key, "a.b");
    ck_assert_uint_eq(command("set variable a = 1, b = 2", C_SET_VARIABLE)->assignment_count, 2);
}
END_TEST

START_TEST(statements_are_told_apart) {
    struct u_command *c = command("create or replace temp view v (a comment 'x', b) as select 1, 2", C_CREATE_VIEW);
    ck_assert(c->or_replace && c->view->temporary);
    ck_assert_str_eq(c->view->text, "select 1, 2");
    c = command(
        "create table if not exists a.t (x int not null default 1 + 1, primary key (x)) using parquet "
        "partitioned by (x) tblproperties ('k' = 'v') location '/p'",
        C_CREATE_TABLE);
    ck_assert(c->if_not_exists && c->table->columns[0].not_null);
    ck_assert_str_eq(c->table->columns[0].default_text, "1 + 1");
    ck_assert_str_eq(c->table->provider.parts[0], "parquet");
    ck_assert_int_eq(c->table->constraints[0].kind, U_PRIMARY_KEY);
    c = command("with x as (select 1) insert overwrite t partition (a = 1, b) (c) select * from x", C_INSERT);
    ck_assert(c->insert->overwrite && c->partition.count == 2 && !c->partition.values[1].value);
    ck_assert_int_eq(c->query->kind, U_WITH);
    ck_assert_uint_eq(command("from t insert into a select 1 insert into b select 2", C_MULTI_INSERT)->statement_count,
                      2);
    c = command(
        "merge into t using s on t.a = s.a when matched and b then update set a = 1 "
        "when not matched then insert * when not matched by source then delete",
        C_MERGE);
    ck_assert_uint_eq(c->merge->clause_count, 3);
    ck_assert_int_eq(command("alter table t alter column a.b type bigint", C_ALTER_TABLE)->change->kind,
                     U_ALTER_COLUMNS);
    ck_assert_str_eq(command("show tables in a like 'x*'", C_SHOW_TABLES)->pattern, "x*");
    ck_assert(command("describe extended t a.b", C_DESCRIBE_TABLE)->extended);
    ck_assert_int_eq(command("explain formatted select 1", C_EXPLAIN)->explain, U_EXPLAIN_FORMATTED);
    ck_assert_uint_eq(
        command("execute immediate 'x' into a using 1 as b, 2", C_EXECUTE_IMMEDIATE)->immediate.argument_count, 2);
}
END_TEST

START_TEST(scripts_hold_blocks_branches_and_loops) {
    struct u_command *c = command(
        "begin declare x int default 1; l: while x < 3 do set x = x + 1; "
        "if x = 2 then iterate l; else leave l; end if; end while l; select x; end",
        C_SCRIPT);
    ck_assert_uint_eq(c->block->statement_count, 3);
    const struct u_script *loop = c->block->statements[1];
    ck_assert_int_eq(loop->kind, U_WHILE);
    ck_assert_str_eq(loop->label, "l");
    ck_assert_int_eq(loop->bodies[0]->statements[1]->kind, U_IF);
    ck_assert_uint_eq(loop->bodies[0]->statements[1]->body_count, 2);
}
END_TEST

static const char *repeat(const char *head, const char *middle, int count, const char *core, const char *tail) {
    struct text out;
    text_init(&out, &arena);
    text_add(&out, head);
    for (int i = 0; i < count; i++) text_add(&out, middle);
    text_add(&out, core);
    for (int i = 0; i < count; i++) text_add(&out, tail);
    return text_finish(&out);
}

START_TEST(depth_is_bounded) {
    static const struct {
        const char *head, *middle, *core, *tail;
    } deep[] = {{"select ", "(", "1", ")"},
                {"select ", "case when true then ", "1", " end"},
                {"select ", "case when ", "", ""},
                {"select ", "not ", "a", ""},
                {"select ", "- ", "a", ""},
                {"select ", "f(", "1", ")"},
                {"select 1", " + 1", "", ""},
                {"select a", "[0]", "", ""},
                {"select * from ", "(", "t", ")"},
                {"select 1", " union select 1", "", ""},
                {"select * from t", " join t", "", ""},
                {"select cast(1 as ", "array<", "int", ">"},
                {"begin ", "begin ", "", "end; "},
                {"table t", " |> where a", "", ""}};
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        struct error err = ERROR_INIT;
        const char *text = repeat(deep[i].head, deep[i].middle, 20000, deep[i].core, deep[i].tail);
        ck_assert_ptr_null(sql_parse_statement(&arena, &context, text, &err));
        ck_assert_msg(strcmp(err.condition->name, "FAILED_TO_PARSE_TOO_COMPLEX") == 0, "%s...: %s", deep[i].middle,
                      err.condition->name);
        error_release(&err);
    }
    parse(repeat("select ", "(", 400, "1", ")"));
    parse(repeat("select a", " and a", 20000, "", ""));
}
END_TEST

START_TEST(keywords_are_sorted) {
    for (enum token_kind k = T_KEYWORDS + 1; k < T_KIND_COUNT; k++) {
        const char *word = token_spelling(k);
        if (k > T_KEYWORDS + 1) ck_assert_str_lt(token_spelling(k - 1), word);
        enum token_kind found = keyword_find(word, strlen(word));
        ck_assert(found == k || strcmp(word, "REGEXP") == 0 || strcmp(word, "TEMP") == 0);
    }
    ck_assert_int_eq(keyword_find("selec", 5), T_IDENTIFIER);
    ck_assert_int_eq(keyword_find("Select", 6), K_SELECT);
}
END_TEST

static bool parse_in_guard(void *text, struct error *err) {
    return sql_parse_statement(&arena, &context, text, err) != NULL;
}

START_TEST(running_out_of_memory_leaves_nothing) {
    char *text = "with a as (select 200Y, f(x) over (order by y) from t where b in (1, 2)) select * from a, lateral c";
    for (uint64_t fail = 1;; fail++) {
        struct error err = ERROR_INIT;
        arena_release(&arena);
        ck_assert_uint_eq(root.used, 0);
        timezone_cache_init(&zones, &arena, NULL);
        root.fail_at = fail;
        memory_guard(&root, parse_in_guard, text, &err);
        bool out = strcmp(err.condition->name, "OUT_OF_MEMORY") == 0;
        error_release(&err);
        if (!out) break;
    }
}
END_TEST

UNIT_MAIN_AROUND("sql", before, after, operators_bind_as_in_spark, predicates_stand_behind_values,
                 literals_have_the_types_of_their_size_and_suffix, strings_take_escapes_and_go_together,
                 functions_may_have_words_of_their_own, keywords_are_names_where_nothing_else_fits,
                 clauses_act_from_the_inside_out, intersect_binds_closer_than_union,
                 parentheses_hold_queries_relations_and_rows, pipes_take_the_rows_so_far,
                 places_are_those_of_sparks_parse_tree, types_are_read_as_ddl, names_of_the_dataframe_api,
                 syntax_errors_name_the_token, what_is_invalid_is_said_when_the_text_is_well_formed,
                 comments_nest_and_hints_do_not_hide, settings_are_text, statements_are_told_apart,
                 scripts_hold_blocks_branches_and_loops, depth_is_bounded, keywords_are_sorted,
                 running_out_of_memory_leaves_nothing)
