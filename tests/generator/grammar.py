# SPDX-License-Identifier: Apache-2.0
"""Random SQL that is mostly valid, as trees.

A *production* is a text with holes: ``upper({string})`` gives a string. Those of functions are not listed here: they
are learnt by asking a session which calls it takes (``learn``), so that a new function is in the game at once. Clauses
are methods of ``Queries``. A tree remembers what each part is, which is all that ``shrink.py`` needs to make a
query smaller and still valid.
"""

import random
import re


class Tree:
    """A piece of SQL: ``parts`` are strings and trees; parts of one ``kind`` may stand for one another."""

    def __init__(self, kind, *parts, optional=False):
        self.kind, self.parts, self.optional = kind, list(parts), optional

    def __str__(self):
        return "".join(map(str, self.parts))

    def below(self):
        for part in self.parts:
            if isinstance(part, Tree):
                yield part
                yield from part.below()


LITERALS = {
    "boolean": ["true", "false"],
    "tinyint": ["0Y", "7Y", "127Y", "-128Y"],
    "smallint": ["1S", "-12S", "32767S"],
    "int": ["0", "1", "-1", "3", "42", "2147483647", "-2147483648"],
    "bigint": ["0L", "2L", "-5L", "9223372036854775807L"],
    "float": ["0.0F", "-0.0F", "1.5F", "float('NaN')", "float('-Infinity')", "3.4E38F"],
    "double": ["0.0D", "2.5D", "-1e-7D", "double('NaN')", "double('Infinity')", "1.7976931348623157E308D"],
    "decimal(5,2)": ["1.25BD", "-999.99BD", "0.00BD"],
    "decimal(38,18)": ["cast(12345678901234567890.123456789012345678 AS decimal(38,18))", "cast(-1 AS decimal(38,18))"],
    "string": ["''", "'a'", "'Owl'", "'  x '", "'12'", "'-3.5'", "'2024-02-29'", "'2024-02-29 12:34:56'", "'héron ß'",
               "'a,b,c'", "'{\"a\":1}'", "'true'", "'%a_'"],
    "binary": ["X''", "X'00FF'", "X'616263'"],
    "date": ["DATE'1970-01-01'", "DATE'2024-02-29'", "DATE'0001-01-01'", "DATE'1582-10-04'"],
    "timestamp": ["TIMESTAMP'2024-02-29 23:59:59.999999'", "TIMESTAMP'1969-12-31 23:59:59.5'",
                  "TIMESTAMP'1582-10-15 00:00:00'"],
    "timestamp_ntz": ["TIMESTAMP_NTZ'2024-03-31 02:30:00'", "TIMESTAMP_NTZ'1900-01-01 00:00:00.000001'"],
    "interval year to month": ["INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '-0-11' YEAR TO MONTH"],
    "interval day to second": ["INTERVAL '1 02:03:04.5' DAY TO SECOND", "INTERVAL '-0 00:00:00.000001' DAY TO SECOND"],
    "array<int>": ["array(1, 2, null)", "array(3, -1, 3)", "cast(array() AS array<int>)"],
    "array<string>": ["array('b', null, 'a')", "array('', 'Owl')"],
    "map<string,int>": ["map('a', 1, 'b', null)", "map('', 0)"],
    "struct<a:int,b:string>": ["named_struct('a', 1, 'b', 'x')", "named_struct('a', cast(null AS int), 'b', '')"],
    "array<struct<a:int,b:string>>": ["array(named_struct('a', 2, 'b', 'y'), null)"],
}
TYPES = list(LITERALS)
COLUMNS = [(f"c{i}", t) for i, t in enumerate(TYPES)]
NUMBERS = ["tinyint", "smallint", "int", "bigint", "float", "double", "decimal(5,2)", "decimal(38,18)"]

OPERATORS = ["({} + {})", "({} - {})", "({} * {})", "({} / {})", "({} % {})", "({} div {})", "(- {})", "({} || {})",
             "({} & {})", "({} | {})", "({} ^ {})", "(~ {})", "({} = {})", "({} <=> {})", "({} < {})", "({} >= {})",
             "({} <> {})", "({} AND {})", "({} OR {})", "(NOT {})", "({} IS NULL)", "({} IS NOT NULL)", "({} IS TRUE)",
             "({} LIKE {})", "({} ILIKE 'o%')", "({} RLIKE 'a|1')", "({} BETWEEN {} AND {})", "({} NOT IN ({}, {}))",
             "(CASE {} WHEN {} THEN {} END)", "(CASE WHEN {} THEN {} ELSE {} END)", "({} IS DISTINCT FROM {})",
             "{}[0]", "{}['a']", "{}.b", "extract(month FROM {})", "trim(BOTH 'a' FROM {})", "overlay({} PLACING {} FROM 2)",
             "position({} IN {})", "array({}, {})", "map({}, {})", "named_struct('a', {}, 'b', {})", "({} << 3)",
             "substring({} FROM 2 FOR 3)", "transform({}, x -> x)", "filter({}, x -> x IS NOT NULL)",
             "exists({}, x -> x = {})", "aggregate({}, 0, (a, x) -> a + x)", "({} COLLATE UTF8_LCASE)",
             "transform_values({}, (k, v) -> v + 1)", "zip_with({}, {}, (a, b) -> struct(a, b))"]
AGGREGATES = """any avg bit_and bit_or bit_xor bool_and bool_or corr count count_if covar_pop covar_samp every kurtosis max
    max_by mean median min min_by regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    skewness some std stddev stddev_pop stddev_samp sum try_avg try_sum var_pop var_samp variance""".split()
RANKS = ["row_number()", "rank()", "dense_rank()", "percent_rank()", "cume_dist()", "ntile(2)"]
SHIFTS = ["lag({})", "lead({}, 2)", "lag({}, 1, {})", "first_value({})", "last_value({})", "nth_value({}, 2)",
          "lead({}) IGNORE NULLS", "first({}) IGNORE NULLS"]
# What depends on time, place, chance or order, needs a class or a file, stops the query, or takes too long.
LEFT_OUT = set("""any_value approx_count_distinct approx_percentile array_agg assert_true bernoulli collect_list collect_set
    count_min_sketch cume_dist curdate current_catalog current_database current_date current_schema current_time
    current_timestamp current_timezone current_user dense_rank first first_value from_avro from_protobuf grouping
    grouping_id histogram_numeric input_file_block_length input_file_block_start input_file_name is_member java_method lag
    last last_value lead listagg localtimestamp mode monotonically_increasing_id now nth_value ntile percent_rank percentile
    percentile_approx percentile_cont percentile_disc raise_error rand randn random randstr rank reflect row_number
    schema_of_avro session_user session_window shuffle spark_partition_id string_agg to_avro to_protobuf try_reflect
    unix_timestamp uniform user uuid version window window_time sequence repeat space lpad rpad""".split()) | set(AGGREGATES)


def setup(name, seed):
    """A view of eight rows over all types: a key, then one column per type, NULLs and extremes among them."""
    chance = random.Random(seed)
    rows = ["(" + ", ".join([str(key)] + [
        "null" if chance.random() < 0.2 else chance.choice(LITERALS[t]) for _, t in COLUMNS]) + ")" for key in range(8)]
    columns = ", ".join(["k"] + [f"cast({c} AS {t}) AS {c}" for c, t in COLUMNS])
    names = ", ".join(["k"] + [c for c, _ in COLUMNS])
    return f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {columns} FROM VALUES {', '.join(rows)} AS v({names})"


def learn(session, chance, tries):
    """Productions by result type: what the session says to random calls over random columns."""
    names = [row[0] for row in session.sql("SHOW FUNCTIONS").collect()]
    forms = OPERATORS + [f"try_cast({{}} AS {t})" for t in TYPES] + [f"cast({{}} AS {t})" for t in TYPES]
    for name in names:
        if name not in LEFT_OUT and re.fullmatch(r"[a-z]\w*", name) and not name.endswith("_agg"):
            forms += [f"{name}({', '.join(['{}'] * count)})" for count in range(1, 4)] * 2
    learnt = {}
    for form in forms:
        for _ in range(tries):
            holes = [chance.choice(COLUMNS) for _ in range(form.count("{}"))]
            try:
                schema = session.sql(f"SELECT {form.format(*[c for c, _ in holes])} FROM t1").schema
            except Exception:
                continue
            parts = [part for pair in zip(form.split("{}"), [t for _, t in holes]) for part in pair]
            production = tuple(parts) + (form.split("{}")[-1],)
            kind = schema[0].dataType.simpleString()
            if "time(" not in kind:  # which Spark refuses unless it is set to take it
                learnt.setdefault(kind, []).append(production)
    return learnt


class Queries:
    """Makes queries; every method gives a tree, those of relations and queries also the columns it has."""

    def __init__(self, learnt, chance):
        self.learnt, self.chance, self.names = learnt, chance, 0

    def name(self, stem):
        self.names += 1
        return f"{stem}{self.names}"

    # Values: trees of kind "type T", over columns (name, type).

    def leaf(self, kind, columns):
        own = [c for c, t in columns if t == kind]
        if own and self.chance.random() < 0.8:
            return Tree(f"type {kind}", self.chance.choice(own))
        if kind in LITERALS and self.chance.random() < 0.9:
            return Tree(f"type {kind}", self.chance.choice(LITERALS[kind]))
        return Tree(f"type {kind}", f"cast(null AS {kind})")

    def value(self, kind, columns, depth):
        roll = self.chance.random()
        if depth > 0 and roll < 0.03:
            return self.scalar_subquery(kind, columns, depth - 1)
        if kind == "boolean" and depth > 0 and roll < 0.1:
            return self.membership(columns, depth - 1)
        if depth <= 0 or roll < 0.2 or kind not in self.learnt:
            return self.leaf(kind, columns)
        parts = list(self.chance.choice(self.learnt[kind]))
        for i in range(1, len(parts), 2):
            parts[i] = self.value(parts[i], columns, depth - 1)
        return Tree(f"type {kind}", *parts)

    def any_value(self, columns, depth, kinds=None):
        kind = self.chance.choice(kinds or (TYPES if self.chance.random() < 0.8 else sorted(self.learnt)))
        return self.value(kind, columns, depth), kind

    def scalar_subquery(self, kind, outer, depth):
        inner = self.table()
        alias, columns = inner[1], inner[2]
        chosen = self.value(kind, columns, depth)
        own, theirs = self.chance.choice(columns)[0], self.chance.choice(outer)[0] if outer else "1"
        sign = self.chance.choice(["<=>", "<=>", "=", "<"])
        where = Tree("where", f" WHERE {own} {sign} {theirs}", optional=True) if self.chance.random() < 0.5 else ""
        having = Tree("having", " HAVING ", self.having(columns + list(outer)), optional=True)
        orderable = "count" if "map" in kind or "interval" == kind else "max"
        picked = Tree("pick", f"{orderable}(", chosen, ")") if orderable == "max" else Tree("pick", "count(*)")
        having = having if self.chance.random() < 0.2 else ""
        return Tree(f"type {kind}", "(SELECT ", picked, f" FROM {inner[0]} AS {alias}", where, having, ")")

    def having(self, columns):
        """A condition over the aggregates of a group."""
        sign = self.chance.choice([">", "<=", "IS DISTINCT FROM"])
        other = self.chance.choice(["1", "2", "0"])
        return Tree("type boolean", "(", self.aggregate(columns), f" {sign} try_cast({other} AS double))") if (
            self.chance.random() < 0.3) else Tree("type boolean", f"(count(*) {sign} {other})")

    def membership(self, outer, depth):
        text, alias, columns = self.table()
        kind = self.chance.choice(["int", "string", "date", "decimal(5,2)"])
        left, right = self.value(kind, outer, depth), self.value(kind, columns, depth)
        where = Tree("where", " WHERE ", self.value("boolean", columns + outer, depth), optional=True)
        word = self.chance.choice(["", "NOT "])
        if self.chance.random() < 0.5:
            return Tree("type boolean", f"({word}EXISTS (SELECT 1 FROM {text} AS {alias}", where, "))")
        return Tree("type boolean", "(", left, f" {word}IN (SELECT ", right, f" FROM {text} AS {alias}", where, "))")

    # Relations and queries: (tree, columns).

    def table(self):
        alias, text = self.name("r"), self.chance.choice(["t1", "t2"])
        return text, alias, [(f"{alias}.k", "int")] + [(f"{alias}.{c}", t) for c, t in COLUMNS]

    def relation(self, depth):
        roll = self.chance.random()
        if depth <= 0 or roll < 0.4:
            text, alias, columns = self.table()
            return Tree("relation", f"{text} AS {alias}"), columns
        if roll < 0.6:
            query, columns = self.query(depth - 1)
            alias = self.name("q")
            return Tree("relation", "(", query, f") AS {alias}"), [(f"{alias}.{c}", t) for c, t in columns]
        left, columns = self.relation(depth - 1)
        if roll < 0.68:
            query, more = self.select(depth - 1, outer=columns)
            alias, words = self.name("l"), self.chance.choice(["JOIN", "LEFT JOIN"])
            on = " ON true" if words == "LEFT JOIN" else ""
            tree = Tree("relation", left, f" {words} LATERAL (", query, f") AS {alias}{on}")
            return tree, columns + [(f"{alias}.{c}", t) for c, t in more]
        if roll < 0.75:
            alias, source = self.name("g"), self.value("array<int>", columns, 1)
            word = self.chance.choice(["", "OUTER "])
            tree = Tree("relation", left, f" LATERAL VIEW {word}explode(", source, f") {alias} AS e")
            return tree, columns + [(f"{alias}.e", "int")]
        right, more = self.relation(depth - 1)
        words = self.chance.choice(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"])
        both = columns + more
        kind = self.chance.choice(["int", "string", "decimal(5,2)", "date"])
        on = Tree("type boolean", "(", self.value(kind, columns, 1), self.chance.choice([" = ", " <=> ", " < "]),
                  self.value(kind, more, 1), ")")
        if self.chance.random() < 0.3:
            on = Tree("type boolean", "(", on, " AND ", self.value("boolean", both, 1), ")")
        return Tree("relation", left, f" {words} ", right, " ON ", on), columns if "SEMI" in words or "ANTI" in words else both

    def where(self, columns, depth):
        if self.chance.random() < 0.5:
            return ""
        return Tree("where", " WHERE ", self.value("boolean", columns, depth), optional=True)

    def items(self, chosen):
        """Select items with names: a tree of items that can go one by one, and their columns."""
        names = [self.name("x") for _ in chosen]
        parts = [chosen[0][0], f" AS {names[0]}"]
        for (tree, _), name in zip(chosen[1:], names[1:]):
            parts.append(Tree("item", ", ", tree, f" AS {name}", optional=True))
        return Tree("items", *parts), [(n, kind) for n, (_, kind) in zip(names, chosen)]

    def select(self, depth, outer=(), kinds=None):
        source, columns = self.relation(depth)
        count = len(kinds) if kinds else self.chance.randint(1, 3)
        chosen = [self.any_value(columns + list(outer), 2, kinds and [kinds[i]]) for i in range(count)]
        items, out = self.items(chosen)
        distinct = "DISTINCT " if self.chance.random() < 0.1 and not any("map" in t for _, t in out) else ""
        return Tree("query", f"SELECT {distinct}", items, " FROM ", source, self.where(columns, 2)), out

    def aggregate(self, columns):
        name = self.chance.choice(AGGREGATES)
        count = 2 if name in ("corr", "covar_pop", "covar_samp", "max_by", "min_by") or name.startswith("regr") else 1
        kinds = TYPES if name in ("count", "max", "min") else ["boolean"] if name in (
            "any", "some", "every", "bool_and", "bool_or", "count_if") else NUMBERS
        arguments = [self.any_value(columns, 1, kinds)[0] for _ in range(count)]
        distinct = "DISTINCT " if count == 1 and self.chance.random() < 0.2 else ""
        parts = [f"{name}({distinct}", arguments[0]] + [p for a in arguments[1:] for p in (", ", a)] + [")"]
        if self.chance.random() < 0.2:
            parts.append(Tree("filter", " FILTER (WHERE ", self.value("boolean", columns, 1), ")", optional=True))
        return Tree("call", *parts)

    def grouped(self, depth):
        source, columns = self.relation(depth)
        keys = [self.any_value(columns, 1, ["int", "string", "date", "boolean", "double", "binary"]) for _ in
                range(self.chance.randint(1, 3))]
        texts = [f"{k[0]}" for k in keys]
        chosen = [(Tree(f"type {t}", str(k)), t) for k, t in keys]
        chosen += [(self.aggregate(columns), "?") for _ in range(self.chance.randint(1, 3))]
        items, out = self.items(chosen)
        form = self.chance.choice(["{}", "ROLLUP ({})", "CUBE ({})", "GROUPING SETS (({}), ())", "{}"])
        having = Tree("having", " HAVING ", self.having(columns), optional=True) if self.chance.random() < 0.3 else ""
        group = Tree("group", " GROUP BY " + form.format(", ".join(texts)))
        tree = Tree("query", "SELECT ", items, " FROM ", source, self.where(columns, 1), group, having)
        return tree, [c for c in out if c[1] != "?"]

    def windowed(self, depth):
        text, alias, columns = self.table()
        chosen = [(Tree("type int", f"{alias}.k"), "int")]
        for _ in range(self.chance.randint(1, 3)):
            order = self.value(self.chance.choice(["int", "string", "date", "double"]), columns, 0)
            part = Tree("partition", "PARTITION BY ", self.any_value(columns, 0, ["boolean", "int", "string"])[0], " ",
                        optional=True)
            direction = self.chance.choice(["", " DESC", " NULLS LAST", " DESC NULLS FIRST"])
            low = self.chance.choice(["UNBOUNDED PRECEDING", "2 PRECEDING", "CURRENT ROW", "1 FOLLOWING"])
            high = self.chance.choice(["UNBOUNDED FOLLOWING", "3 FOLLOWING"] + ["CURRENT ROW"] * ("FOLLOWING" not in low))
            frame = Tree("frame", f" ROWS BETWEEN {low} AND {high}", optional=True)
            roll = self.chance.random()
            if roll < 0.3:
                call, frame = Tree("call", self.chance.choice(RANKS)), ""
            elif roll < 0.6:
                form, kind = self.chance.choice(SHIFTS), self.chance.choice(TYPES)
                pieces = form.split("{}")
                parts = [p for piece in pieces[:-1] for p in (piece, self.value(kind, columns, 1))] + [pieces[-1]]
                call, frame = Tree("call", *parts), "" if form[0] == "l" and form[:4] != "last" else frame
            else:
                call = self.aggregate(columns)
                call.parts[0] = call.parts[0].replace("DISTINCT ", "")
            over = Tree("over", " OVER (", part, "ORDER BY ", order, f"{direction}, {alias}.k", frame, ")")
            chosen.append((Tree("windowed", call, over), "?"))
        items, out = self.items(chosen)
        return Tree("query", "SELECT ", items, f" FROM {text} AS {alias}", self.where(columns, 1)), out[:1]

    def ranged(self, depth):
        """Aggregates over frames of time: ties share their frame, so that no order among them is seen."""
        text, alias, columns = self.table()
        kind = self.chance.choice(["date", "timestamp", "timestamp_ntz", "int", "double", "decimal(5,2)"])
        steps = ["2", "0", "1"] if kind in NUMBERS else ["INTERVAL '2' DAY", "INTERVAL '50' YEAR", "INTERVAL '1-1' YEAR TO MONTH"]
        step = self.chance.choice(steps)
        bounds = ["UNBOUNDED PRECEDING", f"{step} PRECEDING", "CURRENT ROW", f"{step} FOLLOWING", "UNBOUNDED FOLLOWING"]
        low = self.chance.randrange(4)
        high = self.chance.randrange(max(low, 1), 5)
        call = self.aggregate(columns)
        call.parts[0] = call.parts[0].replace("DISTINCT ", "")
        part = Tree("partition", "PARTITION BY ", self.any_value(columns, 0, ["boolean", "string"])[0], " ", optional=True)
        frame = Tree("frame", f" RANGE BETWEEN {bounds[low]} AND {bounds[high]}", optional=True)
        order, direction = self.value(kind, columns, 0), self.chance.choice(["", " DESC", " NULLS LAST"])
        over = Tree("over", " OVER (", part, "ORDER BY ", order, direction, frame, ")")
        items, out = self.items([(Tree("type int", f"{alias}.k"), "int"), (Tree("windowed", call, over), "?")])
        return Tree("query", "SELECT ", items, f" FROM {text} AS {alias}", self.where(columns, 1)), out[:1]

    def ranked(self, depth):
        """The rows that rank first: what QUALIFY says elsewhere."""
        inner, columns = self.windowed(depth)
        name = self.name("f")
        rank = self.chance.choice(RANKS)
        order = Tree("order", f"{columns[0][0]}")
        tree = Tree("query", f"SELECT {columns[0][0]} FROM (SELECT *, {rank} OVER (ORDER BY ", order, f") AS {name} FROM (",
                    inner, f")) WHERE {name} <= 2")
        return tree, columns[:1]

    def piped(self, depth):
        """FROM ... |> ...: each operator sees the columns of the one before."""
        source, columns = self.relation(depth)
        parts = ["FROM ", source]
        for _ in range(self.chance.randint(1, 4)):
            word = self.chance.choice(["WHERE", "SELECT", "EXTEND", "AGGREGATE", "DISTINCT"])
            if word == "WHERE":
                parts.append(Tree("pipe", " |> WHERE ", self.value("boolean", columns, 2), optional=True))
            elif word == "DISTINCT" and not any("map" in t or "?" in t for _, t in columns):
                parts.append(Tree("pipe", " |> UNION DISTINCT (", "".join(map(str, parts)), ")", optional=True))
            elif word == "EXTEND":
                name, (value, kind) = self.name("x"), self.any_value(columns, 2)
                parts.append(Tree("pipe", " |> EXTEND ", value, f" AS {name}"))
                columns = columns + [(name, kind)]
            elif word == "AGGREGATE":
                key, kind = self.any_value(columns, 1, ["int", "string", "boolean"])
                name, other = self.name("x"), self.name("x")
                parts += [" |> AGGREGATE ", self.aggregate(columns), f" AS {other} GROUP BY ", key, f" AS {name}"]
                columns = [(name, kind)]
            else:
                items, columns = self.items([self.any_value(columns, 2) for _ in range(self.chance.randint(1, 3))])
                parts += [" |> SELECT ", items]
        items, out = self.items([self.any_value(columns, 1) for _ in range(2)])
        return Tree("query", *parts, " |> SELECT ", items), out

    def recursive(self, depth):
        text, alias, columns = self.table()
        kind, name = self.chance.choice(["int", "string", "date", "array<int>", "decimal(5,2)"]), self.name("w")
        start, step = self.value(kind, columns, 1), self.value(kind, [(f"{name}.v", kind), (f"{name}.n", "int")], 2)
        stop = self.chance.randint(0, 4)
        tree = Tree("query", f"WITH RECURSIVE {name}(n, v) AS (SELECT {alias}.k % 2, ", start,
                    f" FROM {text} AS {alias}", self.where(columns, 1), " UNION ALL SELECT n + 1, try_cast(", step,
                    f" AS {kind}) FROM {name} WHERE n < {stop}) SELECT n, v FROM {name}")
        return tree, [("n", "int"), ("v", kind)]

    def set_operation(self, depth):
        kinds = [self.chance.choice([t for t in TYPES if "map" not in t]) for _ in range(self.chance.randint(1, 2))]
        left, columns = self.select(depth, kinds=kinds)
        right, _ = self.select(depth, kinds=kinds)
        word = self.chance.choice(["UNION", "UNION ALL", "EXCEPT", "EXCEPT ALL", "INTERSECT", "INTERSECT ALL"])
        return Tree("query", "(", left, f") {word} (", right, ")"), columns

    def pivoted(self, depth):
        inner, columns = self.select(0, kinds=["string", "int", "int"])
        call = self.chance.choice(["sum", "max", "count", "avg"])
        (a, _), (b, _), (c, _) = columns
        tree = Tree("query", "SELECT * FROM (", inner, f") PIVOT ({call}({c}) FOR {b} IN (0 AS z, 1 AS one, 42 AS much))")
        return tree, [(a, "string")]

    def with_query(self, depth):
        inner, columns = self.query(depth - 1)
        name, left, right = self.name("w"), self.name("r"), self.name("r")
        columns = columns or [("1", "int")]
        scope = [(f"{left}.{c}", t) for c, t in columns if c != "1"] + [(f"{right}.{c}", t) for c, t in columns if c != "1"]
        items, out = self.items([self.any_value(scope, 2) for _ in range(2)])
        tree = Tree("query", f"WITH {name} AS (", inner, ") SELECT ", items,
                    f" FROM {name} AS {left} CROSS JOIN {name} AS {right}", self.where(scope, 1))
        return tree, out

    def query(self, depth):
        forms = [self.select] * 4 + [self.grouped] * 2 + [self.windowed, self.set_operation, self.pivoted, self.ranged,
                                                          self.ranked, self.piped, self.recursive]
        if depth > 0:
            forms.append(self.with_query)
        tree, columns = self.chance.choice(forms)(depth)
        if not columns or self.chance.random() > 0.15 or any("map" in t for _, t in columns):
            return tree, columns
        # A limit is only sure when all columns order the rows.
        names = ", ".join(c for c, _ in columns)
        tail = Tree("limit", f" ORDER BY {names} LIMIT {self.chance.randint(0, 6)}", optional=True)
        return Tree("query", f"SELECT {names} FROM (", tree, ")", tail), columns
