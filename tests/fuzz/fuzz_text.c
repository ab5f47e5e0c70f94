/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that functions take apart: XML, JSON, CSV, paths into them. The first byte says which function gets the rest,
 * as a constant of its bytes; 0 parts a document from its path.
 */
#include <stdio.h>
#include <string.h>

#include "client/bytes.h"
#include "tests/fuzz/engine.h"
#include "tests/fuzz/fuzz.h"

/* %s: the text. */
static const char *const queries[] = {
    "SELECT to_xml(from_xml(%s, 'a INT, b ARRAY<STRING>, c STRUCT<_x: DOUBLE, _VALUE: DECIMAL(9, 2)>, d MAP<STRING, "
    "BOOLEAN>, t TIMESTAMP, v VARIANT, xs_any STRING, _VALUE ARRAY<STRING>, _corrupt_record STRING'))",
    "SELECT to_xml(from_xml(%s, 'variant'))",
    "SELECT schema_of_xml(%s, map('prefersDecimal', 'true'))",
    "SELECT xpath_string(%s, 'a/b'), xpath(%s, '//@*|//text()'), xpath_double(%s, 'sum(//*)')",
    "SELECT xpath('<a x=\"1\"><b>1</b><b>2</b></a>', %s)",
    "SELECT to_json(from_json(%s, 'a INT, b ARRAY<STRING>, c STRUCT<x: DOUBLE>, d MAP<STRING, ARRAY<INT>>, t "
    "TIMESTAMP, v VARIANT, e BINARY, _corrupt_record STRING', map('allowComments', 'true', 'allowUnquotedFieldNames', "
    "'true')))",
    "SELECT schema_of_json(%s, map('prefersDecimal', 'true', 'inferTimestamp', 'true'))",
    "SELECT get_json_object(%s, '$.a[*].b[*]'), get_json_object(%s, '$'), json_array_length(%s)",
    "SELECT get_json_object('{\"a\":[{\"b\":[1,null]},{\"b\":\"x\"}]}', %s)",
    "SELECT to_csv(from_csv(%s, 'a INT, b DOUBLE, c DATE, d STRING, e DECIMAL(9, 2), _corrupt_record STRING'))",
    "SELECT schema_of_csv(%s), from_csv('a||b', 'a STRING', map('sep', %s))",
    "SELECT variant_get(try_parse_json(%s), '$.a[0]'), schema_of_variant(try_parse_json(%s))",
};
enum { QUERIES = sizeof queries / sizeof *queries, LONGEST = 1 << 14 };

static void add_constant(struct bytes *sql, const uint8_t *data, size_t size) {
    char digits[3];
    bytes_append(sql, "CAST(X'", 7);
    for (size_t i = 0; i < size; i++) {
        snprintf(digits, sizeof digits, "%02X", data[i]);
        bytes_append(sql, digits, 2);
    }
    bytes_append(sql, "' AS STRING)", 12);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes sql = {0}, plan = {0};
    if (size == 0 || size > LONGEST) return 0;
    for (const char *p = queries[data[0] % QUERIES]; *p; p++) {
        if (p[0] == '%' && p[1] == 's') {
            add_constant(&sql, data + 1, size - 1);
            p++;
        } else {
            bytes_append(&sql, p, 1);
        }
    }
    size_t root = pb_begin(&plan, 1), relation = pb_begin(&plan, 10);
    pb_bytes(&plan, 1, sql.data, sql.size);
    pb_end(&plan, relation);
    pb_end(&plan, root);
    fuzz_engine_query(plan.data, plan.size);
    bytes_release(&plan);
    bytes_release(&sql);
    return 0;
}

static const char *const xml =
    "<?xml version=\"1.0\"?><!-- c --><p x=\"&lt;1\"><a>1</a><b>x</b><b y='2'/><c x=\"1.5\">2"
    "</c><d><k>true</k></d>t&#65;<![CDATA[<z>]]><t>2020-01-01</t><v><w>1</w>u</v></p>";
static const char *const json =
    "{\"a\":[{\"b\":[1,2.5e3]},{\"b\":\"x\\u00e9\"}],\"c\":{\"x\":NaN},d:{\"k\":[null]},"
    "\"t\":\"2020-01-01\",\"v\":-0.10,\"e\":\"aGk=\"}";
static const char *const csv = "1,\"2.5\",2020-01-01,\"a \\\"b\",3.14";

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    /* In the order of the queries. */
    static const char *const path = "a[@x=1]/b[last()]|//text()", *const json_path = "$.a[0]['b'][*]";
    const char *texts[QUERIES] = {xml, xml, xml, xml, path, json, json, json, json_path, csv, csv, json};
    if (n >= QUERIES) return 0;
    const char *text = texts[n];
    size_t size = strlen(text);
    if (size + 1 > room) return 0;
    out[0] = (uint8_t)n;
    memcpy(out + 1, text, size);
    return size + 1;
}
