# SPDX-License-Identifier: Apache-2.0
"""Every function with every type of argument, beside what a real Spark answers.

tests/functions/FAMILY.calls holds calls that work, a line each. A call is tried

* as it stands,
* with all of its arguments as columns, NULL among them,
* with one argument after the other replaced by a column of each type of ``POOL``, whose rows are an ordinary value, NULL,
  an empty one, extremes, an odd one,
* and, where that type is accepted, by those values as constants (not what an aggregate is over),

with ANSI mode on and off. FAMILY.golden holds what came out, written by ``scripts/record_functions.py`` on a real
Spark and compared by ``tests/python/test_functions.py``. One call's block::

    # left('roost', 2)
    = string not null "ro" AS left(roost, 2)
    all: string? "ro" NULL NULL
    1 AS left(@, 2)
    1 date: string? "20" NULL "19" ...       a column: its type, `?` or `not null`, the rows' values
    1 array_int: !DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
    1 const date: nn?nnn                     the constants: which are nullable, and what differs from the column
    legacy 1 ...                             only what ANSI mode changes

Types with the same outcome share a line. In a call, ``!`` in front means that braces mark the arguments, ``^`` that
extremes would make it run out of memory, ``~`` that its value differs from run to run, ``@`` that it is an aggregate:
the value of row k is then that of the rows up to k.
"""

import datetime
import hashlib
import pathlib
import re
import zoneinfo

FOLDER = pathlib.Path(__file__).resolve().parent / "functions"
ZONE = "America/Los_Angeles"
CONF = {"spark.sql.session.timeZone": ZONE, "spark.sql.timeType.enabled": "true"}

# A type's values: ordinary, empty, large, small, odd. NULL is row 1 of each.
POOL = {
    "boolean": ("true", "false", "true", "false", "true"),
    "byte": ("3Y", "0Y", "127Y", "-128Y", "-1Y"),
    "short": ("3S", "0S", "32767S", "-32768S", "-1S"),
    "int": ("3", "0", "2147483647", "-2147483648", "-1"),
    "long": ("3L", "0L", "9223372036854775807L", "-9223372036854775808L", "-1L"),
    "float": ("float('1.5')", "float('0')", "float('Infinity')", "float('-3.4028235E38')", "float('NaN')"),
    "double": ("2.25D", "-0.0D", "1.7976931348623157E308D", "double('-Infinity')", "double('NaN')"),
    "decimal": ("cast(12.34 as decimal(10,2))", "cast(0 as decimal(10,2))", "cast(99999999.99 as decimal(10,2))",
                "cast(-99999999.99 as decimal(10,2))", "cast(0.05 as decimal(10,2))"),
    "wide": ("cast(1.5 as decimal(38,10))", "cast(0 as decimal(38,10))",
             "9999999999999999999999999999.9999999999BD", "-9999999999999999999999999999.9999999999BD",
             "cast(-0.0000000001 as decimal(38,10))"),
    "string": ("'roost'", "''", "'2024-02-29 12:34:56.789'", "'-7'", "'\u00dcn\u0131 \U0001f426 a%b_c'"),
    "binary": ("X'726F6F7374'", "X''", "X'FF00FE'", "X'E4'", "X'3132'"),
    "date": ("date'2024-02-29'", "date'1970-01-01'", "date'9999-12-31'", "date'0001-01-01'", "date'1582-10-04'"),
    "timestamp": ("timestamp'2024-02-29 12:34:56.789'", "timestamp'1970-01-01 00:00:00'",
                  "timestamp'9999-12-31 23:59:59.999999'", "timestamp'0001-01-01 00:00:00'",
                  "timestamp'1883-11-18 12:00:00'"),
    "ntz": ("timestamp_ntz'2024-02-29 12:34:56.789'", "timestamp_ntz'1970-01-01 00:00:00'",
            "timestamp_ntz'9999-12-31 23:59:59.999999'", "timestamp_ntz'0001-01-01 00:00:00'",
            "timestamp_ntz'2024-03-10 02:30:00'"),
    "time": ("time'12:34:56.789'", "time'00:00:00'", "time'23:59:59.999999'", "time'00:00:00.000001'", "time'01:02:03'"),
    "months": ("interval '1-2' year to month", "interval '0-0' year to month", "interval '178956970-7' year to month",
               "interval '-178956970-8' year to month", "interval '-0-1' year to month"),
    "days": ("interval '1 02:03:04.5' day to second", "interval '0 00:00:00' day to second",
             "interval '106751991 04:00:54.775807' day to second", "interval '-106751991 04:00:54.775808' day to second",
             "interval '-0 00:00:00.000001' day to second"),
    "calendar": ("make_interval(1, 2, 0, 3, 4, 5, 6.5)", "make_interval()", "make_interval(9999)", "make_interval(-9999)",
                 "make_interval(0, 0, 0, -1, 1)"),
    "array_int": ("array(3, 1, 2)", "cast(array() as array<int>)", "array(2147483647, -2147483648)", "array(1, null, 1)",
                  "array(cast(null as int))"),
    "array_string": ("array('b', 'a')", "cast(array() as array<string>)", "array('', '\U0001f426')", "array('1', null)",
                     "array('a', 'a')"),
    "array_array": ("array(array(1), array(2, 3))", "cast(array() as array<array<int>>)", "array(array(), array(null))",
                    "array(array(1), null)", "array(array(2), array(1))"),
    "array_struct": ("array(named_struct('a', 1, 'b', 'x'))", "cast(array() as array<struct<a:int,b:string>>)",
                     "array(named_struct('a', 2, 'b', 'y'), null)", "array(named_struct('a', null, 'b', ''))",
                     "array(named_struct('a', 1, 'b', 'x'), named_struct('a', 0, 'b', 'z'))"),
    "map": ("map('a', 1, 'b', 2)", "cast(map() as map<string,int>)", "map('', 2147483647)", "map('a', null)",
            "map('b', 1, 'a', 2)"),
    "map_int": ("map(1, 'x', 3, 'y')", "cast(map() as map<int,string>)", "map(2147483647, '')", "map(1, null)",
                "map(3, '3', 1, '1')"),
    "struct": ("named_struct('a', 1, 'b', 'x')", "named_struct('a', 0, 'b', '')", "named_struct('a', 2147483647, 'b', 'y')",
               "named_struct('a', null, 'b', null)", "named_struct('a', -1, 'b', '\U0001f426')"),
    "variant": ("parse_json('{\"a\": 1}')", "parse_json('{}')", "parse_json('9223372036854775807')", "parse_json('\"x\"')",
                "parse_json('[1, null]')"),
    "void": ("null",) * 5,
}
ROWS = 6
BATCH = 40
LIMIT = 150
GENERATORS = ("explode", "posexplode", "inline", "stack", "json_tuple", "variant_explode")


def constants(kind):
    ordinary, empty, large, small, odd = POOL[kind]
    return ordinary, "null" if kind == "void" else None, empty, large, small, odd


def pool(rows=range(ROWS)):
    """The table `pool`: a column c_TYPE per type, row k holds the k-th values. `rows`: (k, whose values), else k alone."""
    lines = []
    for row in rows:
        k, of = row if isinstance(row, tuple) else (row, row)
        values = [constants(kind)[of] or "null" for kind in POOL]
        lines.append(f"({k}, {', '.join(values)})")
    names = ", ".join("c_" + kind for kind in POOL)
    return f"SELECT * FROM VALUES {', '.join(lines)} AS pool(k, {names})"


def running():
    """The table `running`, for aggregates: group k has the rows of `pool` up to k."""
    return pool([(k, of) for k in range(ROWS) for of in range(k + 1)])


class Call:
    """A line of a .calls file: text in pieces, and the arguments between them."""

    def __init__(self, line):
        self.modest, self.volatile = line.startswith("^"), line.startswith("~")
        self.aggregate = line.startswith("@")
        text = line.lstrip("^~@")
        if text.startswith("!"):
            parts = re.split(r"\{([^{}]*)\}", text[1:])
        else:
            parts = split_arguments(text)
        self.pieces, self.arguments = parts[0::2], parts[1::2]
        self.text = self.filled(self.arguments)
        self.generator = self.text.startswith(GENERATORS)

    def filled(self, arguments):
        out = [self.pieces[0]]
        for argument, piece in zip(arguments, self.pieces[1:]):
            out += [argument, piece]
        return "".join(out)

    def replaced(self, position, text):
        return self.filled([text if i == position else a for i, a in enumerate(self.arguments)])


def split_arguments(text):
    """f(a, g(b)) as [ 'f(', 'a', ', ', 'g(b)', ')' ]."""
    open_at = text.index("(")
    parts, start, depth, quoted = [text[:open_at + 1]], open_at + 1, 0, False
    if text[start:].strip() == ")":
        return [text]
    for i in range(start, len(text)):
        c = text[i]
        if c == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif c in "([":
            depth += 1
        elif c in ")]" and depth:
            depth -= 1
        elif c in ",)" and not depth:
            parts += [text[start:i].strip(), ", " if c == "," else ")"]
            start = i + 1
    return parts


class Engine:
    """A session that is asked for types and values, with errors as `!CONDITION`."""

    def __init__(self, spark):
        self.spark = spark
        for key, value in CONF.items():
            spark.conf.set(key, value)
        spark.sql(pool()).createOrReplaceTempView("pool")
        spark.sql(running()).createOrReplaceTempView("running")

    def ansi(self, on):
        self.is_ansi = on
        self.spark.conf.set("spark.sql.ansi.enabled", "true" if on else "false")

    def attempt(self, work):
        try:
            return work()
        except Exception as error:
            return "!" + self.condition(error)

    def condition(self, error):
        return getattr(error, "getCondition", lambda: None)() or "INTERNAL_ERROR"  # what Java throws on its own

    def types(self, expressions):
        """(name, type, nullable) or an error, for each."""
        def ask(some):
            fields = self.spark.sql(f"SELECT {', '.join(some)} FROM pool").schema.fields
            return [(f.name, f.dataType.simpleString(), f.nullable) for f in fields]

        if len(expressions) > 1:
            out = self.attempt(lambda: ask(expressions))
            if not isinstance(out, str) and len(out) == len(expressions):
                return out
        out = []
        for expression in expressions:
            answer = self.attempt(lambda e=expression: ask([e]))
            if isinstance(answer, list) and len(answer) > 1:  # a generator
                answer = [(", ".join(a[0] for a in answer), "; ".join(nullable(a[1:]) for a in answer), True)]
            out.append(answer if isinstance(answer, str) else answer[0])
        return out

    def values(self, expressions, kinds, rows, aggregate=False):
        """Per expression the text of its value in each row of `rows`, or an error; of an aggregate, in each group."""
        texts = [f"hex({e})" if t == "binary" else f"CAST({e} AS STRING)" for e, t in zip(expressions, kinds)]
        among = ", ".join(str(k) for k in rows)

        def ask(some, where):
            source = f"running WHERE k IN ({where}) GROUP BY k" if aggregate else f"pool WHERE k IN ({where})"
            got = self.spark.sql(f"SELECT k, {', '.join(some)} FROM {source}").collect()
            got.sort(key=lambda row: row[0])  # window functions leave an order of their own
            return [[shown(v) for v in column] for column in list(zip(*got))[1:]]

        def answers(some):
            """Where one fails, the halves: few do, and a query costs more than an expression."""
            answer = self.attempt(lambda: ask(some, among)) if len(some) > 1 else "!"
            if not isinstance(answer, str):
                return answer
            if len(some) == 1:
                return [self.one(some[0], rows, ask)]
            half = len(some) // 2
            return answers(some[:half]) + answers(some[half:])

        return [a for start in range(0, len(texts), BATCH) for a in answers(texts[start:start + BATCH])]

    def one(self, text, rows, ask):
        answer = self.attempt(lambda: ask([text], ", ".join(str(k) for k in rows))[0])
        if not isinstance(answer, str):
            return answer
        if len(rows) == 1 or " over " in text:
            return [answer] * len(rows)
        return [self.one(text, [k], ask)[0] for k in rows]

    def generated(self, expressions, rows):
        def ask(expression, k):
            got = self.spark.sql(f"SELECT {expression} FROM pool WHERE k = {k}").collect()
            return shown("; ".join(",".join(str(v) for v in row) for row in got))

        return [[self.attempt(lambda e=e, k=k: ask(e, k)) for k in rows] for e in expressions]


def shown(value):
    if value is None:
        return "NULL"
    value = value.replace(str(datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).date()), "TODAY")
    value = re.sub(r"\[B@[0-9a-f]+", "[B@0", value)  # a Java array's address
    if len(value) > LIMIT:
        value = value[:LIMIT // 2] + "..." + hashlib.md5(value.encode()).hexdigest()
    return '"' + value.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'


def nullable(field):
    kind, null = field
    return kind + ("?" if null else " not null")


def explore(engine, call):
    """Everything about a call in the current mode: {key: outcome}."""
    out = {}
    rows = [0, 1, 2, 5] if call.modest else list(range(ROWS))
    evaluate = engine.generated if call.generator else None
    pending = []  # (key, expression, type, prefix)

    base = engine.types([call.text])[0]
    if isinstance(base, str):
        return {"=": base}
    pending.append(("=", call.text, base, f" AS {base[0]}"))
    out["="] = None  # comes first
    every_column(engine, call, out)
    for position, argument in enumerate(call.arguments):
        if "->" in argument:
            continue
        one_argument(engine, call, position, rows, out, pending)
    if call.volatile:
        for key, _, kind, suffix in pending:
            out[key] = nullable(kind[1:]) + suffix
        return out
    expressions, kinds = [p[1] for p in pending], [p[2][1] for p in pending]
    values = evaluate(expressions, rows) if evaluate else engine.values(expressions, kinds, rows, call.aggregate)
    by_key = {}
    for (key, _, kind, suffix), value in zip(pending, values):
        by_key[key] = value
        if "=" in key[1:]:
            constant_outcome(key, kind, value, suffix, by_key, out, rows)
        else:
            short = value[:1] if len(set(value)) == 1 else value
            out[key] = nullable(kind[1:]) + " " + " ".join(short) + suffix
    return out


def every_column(engine, call, out):
    """All arguments as columns of a VALUES table: as they are, then each NULL in turn."""
    arguments = [i for i, a in enumerate(call.arguments) if "->" not in a]
    if not arguments or call.volatile or call.generator or " over " in call.text:
        return
    rows = [[call.arguments[i] for i in arguments]]
    rows += [["NULL" if i == j else call.arguments[i] for i in arguments] for j in arguments]
    table = ", ".join(f"({', '.join(row)})" for row in rows)
    names = {i: f"a{i}" for i in arguments}
    text = call.filled([names.get(i, a) for i, a in enumerate(call.arguments)])
    source = f"FROM VALUES {table} AS t({', '.join(names.values())})"

    def ask():
        field = engine.spark.sql(f"SELECT {text} {source}").schema.fields[0]
        kind = field.dataType.simpleString()
        shape = f"hex({text})" if kind == "binary" else f"CAST({text} AS STRING)"
        got = engine.spark.sql(f"SELECT {shape} {source}").collect()
        return f"{nullable((kind, field.nullable))} {' '.join(shown(r[0]) for r in got)}"

    out["all"] = engine.attempt(ask)


def one_argument(engine, call, position, rows, out, pending):
    """A column of each type in place of an argument, and constants where it is accepted (in ANSI mode)."""
    at = position + 1
    usual = None
    kinds = list(POOL)
    answers = engine.types([call.replaced(position, "c_" + kind) for kind in kinds])
    for kind, answer in zip(kinds, answers):
        if isinstance(answer, str):
            out[f"{at} {kind}"] = answer
            continue
        name = answer[0].replace("c_" + kind, "@")
        suffix = ""
        if usual is None:
            usual = out[f"{at} AS"] = name
        elif name != usual:
            suffix = f" AS {name}"
        pending.append((f"{at} {kind}", call.replaced(position, "c_" + kind), answer, suffix))
        if not engine.is_ansi or call.aggregate and position == 0:
            continue
        literals = [(k, c) for k, c in enumerate(constants(kind)) if k in rows and c and kind != "void"]
        texts = [call.replaced(position, c) for _, c in literals]
        for (k, _), text, field in zip(literals, texts, engine.types(texts)):
            if isinstance(field, str):
                out[f"{at} const {kind}"] = out.get(f"{at} const {kind}", "") + f" {k}:{field}"
            else:
                pending.append((f"{at} {kind}={k}", text, field, ""))


def constant_outcome(key, kind, value, suffix, by_key, out, rows):
    """Adds a constant's nullability, and its value where the column's differs."""
    column, k = key.split("=")
    at, name = column.split(" ")
    const = f"{at} const {name}"
    text = out.get(const, "") + ("?" if kind[2] else "n")
    of_column = by_key[column][rows.index(int(k))]
    if value[0] != of_column:
        text += f" {k}:{value[0]}"
    expected = out[column].split(" ")[0].rstrip("?")
    if kind[1] != expected:
        text += f" {k}:{kind[1]}"
    out[const] = text


def grouped(outcomes, prefix=""):
    """Lines, where the types with the same outcome share one."""
    lines, groups = [], {}
    for key, outcome in outcomes.items():
        place, _, kind = key.rpartition(" ")
        if kind in POOL:
            groups.setdefault((place, outcome), []).append(kind)
    done = set()
    for key, outcome in outcomes.items():
        place, _, kind = key.rpartition(" ")
        if kind not in POOL:
            lines.append(f"{prefix}{key}{' ' if key in '=' or key.endswith('AS') else ': '}{outcome}")
        elif (place, outcome) not in done:
            done.add((place, outcome))
            lines.append(f"{prefix}{place} {','.join(groups[place, outcome])}: {outcome}")
    return lines


def answer(engine, line):
    """The lines of a call's block."""
    call = Call(line)
    engine.ansi(True)
    ansi = explore(engine, call)
    engine.ansi(False)
    legacy = {k: v for k, v in explore(engine, call).items() if ansi.get(k) != v}
    engine.ansi(True)
    return [f"# {line}", *grouped(ansi), *grouped(legacy, "legacy ")]


def calls(family):
    return [line for line in (FOLDER / f"{family}.calls").read_text().splitlines() if line]


def families():
    return sorted(p.stem for p in FOLDER.glob("*.golden"))


def blocks(family):
    """The golden's blocks, {call: lines}."""
    out = {}
    for line in (FOLDER / f"{family}.golden").read_text().splitlines():
        if line.startswith("# "):
            block = out[line[2:]] = [line]
        else:
            block.append(line)
    return out


def outcomes(lines):
    """A block's lines as {key: outcome}, a key per type."""
    out = {}
    for line in lines[1:]:
        head, named, rest = line.partition(" AS ")
        if line.startswith(("= ", "legacy = ")):
            key, _, rest = line.partition("= ")
            out[key + "="] = rest
        elif named and ":" not in head:
            out[head + " AS"] = rest
        else:
            key, _, rest = line.partition(": ")
            place, _, kinds = key.rpartition(" ")
            out.update((f"{place} {kind}".strip(), rest) for kind in kinds.split(","))
    return out


def differences(engine, family, calls=None):
    """Where a session answers otherwise than the golden, for these calls or all: (call, key, golden's, ours)."""
    for line, want in blocks(family).items():
        if calls is not None and line not in calls:
            continue
        sparks, ours = outcomes(want), outcomes(answer(engine, line))
        for key in [*sparks, *(k for k in ours if k not in sparks)]:
            if sparks.get(key) != ours.get(key):
                yield line, key, sparks.get(key), ours.get(key)


def accepted():
    """What is known to differ: {(family, call, key)}; differences.txt says why, where that is not plain."""
    lines = (FOLDER / "differences.txt").read_text().splitlines()
    return {tuple(line.split("\t")) for line in lines if line and not line.startswith("#")}
