/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xpath and its kin, by libxml2's XPath 1.0.
 *
 * Spark's parser does not know namespaces: a name counts without its prefix, so namespaces are taken off the tree.
 * Nothing is fetched, documents that declare entities are refused, libxml2's own limits of depth and length are on,
 * and an expression may take so many steps and no more. libxml2 takes its memory from malloc: what a document may take
 * is charged to the query while it is there.
 */
#include <ctype.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <math.h>

#include "base/number.h"
#include "function/complex_kernel.h"
#include "function/string_kernel.h"

enum { MOST_STEPS = 20000000, MEMORY_PER_BYTE = 24, LONGEST_PATH = 1 << 16 };

/* One query's; the document is one row's. */
struct xpath_state {
    const char *text;    /* the path; NULL: it is NULL or empty, and so is every result */
    const char *unknown; /* a function that XPath does not have */
    xmlXPathContext *context;
    xmlXPathCompExpr *path;
    xmlDoc *document;
    xmlXPathObject *value;
    struct memory_account *account;
    size_t charged;
};

static void release_row(struct xpath_state *s) {
    if (s->value) xmlXPathFreeObject(s->value);
    if (s->document) xmlFreeDoc(s->document);
    if (s->charged) memory_discharge(s->account, s->charged);
    s->value = NULL;
    s->document = NULL;
    s->charged = 0;
}

static void release(void *resource) {
    struct xpath_state *s = resource;
    release_row(s);
    if (s->path) xmlXPathFreeCompExpr(s->path);
    if (s->context) xmlXPathFreeContext(s->context);
}

/* libxml2 would print what it finds wrong. */
static void ignore_error(void *data, xmlErrorPtr error) {
    (void)data;
    (void)error;
}

static void refuse_function(xmlXPathParserContext *parser, int arguments) {
    (void)arguments;
    parser->error = XPATH_UNKNOWN_FUNC_ERROR;
}

/* Asked before libxml2 looks for a function itself, which would print that it has none. */
static xmlXPathFunction find_function(void *data, const xmlChar *name, const xmlChar *space) {
    struct xpath_state *s = data;
    if (!space && xmlHashLookup(s->context->funcHash, name)) return NULL;
    s->unknown = (const char *)name;
    return refuse_function;
}

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    struct xpath_state *s = ARENA_NEW(arena, struct xpath_state);
    s->account = arena->account;
    arena_defer(arena, release, s);
    *state = s;
    if (!constants[1] || vector_is_null(constants[1], 0)) return true;
    struct string path = *VECTOR_DATA(constants[1], struct string);
    if (!path.size) return true;
    s->text = arena_strndup(arena, path.data, path.size);
    s->context = xmlXPathNewContext(NULL);
    if (!s->context) memory_exhausted(arena->account, sizeof *s->context);
    s->context->error = ignore_error;
    s->context->opLimit = MOST_STEPS;
    xmlXPathRegisterFuncLookup(s->context, find_function, s);
    if (path.size <= LONGEST_PATH) s->path = xmlXPathCtxtCompile(s->context, (const xmlChar *)s->text);
    return true;
}

/* ---- documents ---- */

/* Names without prefixes, those of no declared namespace too. */
static void drop_prefix(const xmlChar **name, xmlDict *dictionary) {
    const char *colon = strrchr((const char *)*name, ':');
    const xmlChar *local = colon && colon[1] ? xmlDictLookup(dictionary, (const xmlChar *)colon + 1, -1) : NULL;
    if (local) *name = local;
}

static void drop_namespaces(xmlDoc *document) {
    xmlNode *root = xmlDocGetRootElement(document), *node = root;
    while (node) {
        if (node->type == XML_ELEMENT_NODE) {
            node->ns = NULL;
            drop_prefix(&node->name, document->dict);
            for (xmlAttr *a = node->properties; a; a = a->next) {
                a->ns = NULL;
                drop_prefix(&a->name, document->dict);
            }
            if (node->children) {
                node = node->children;
                continue;
            }
        }
        while (node != root && !node->next) node = node->parent;
        node = node == root ? NULL : node->next;
    }
}

static bool declares_entities(struct string text) {
    return memmem(text.data, text.size, "<!DOCTYPE", 9) && memmem(text.data, text.size, "<!ENTITY", 8);
}

static bool parse(struct xpath_state *s, struct string text) {
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    if (text.size > INT32_MAX / MEMORY_PER_BYTE || declares_entities(text)) return false;
    s->charged = (size_t)text.size * MEMORY_PER_BYTE;
    memory_charge(s->account, s->charged);
    s->document = xmlReadMemory(text.data, (int)text.size, NULL, "UTF-8", options);
    if (s->document) drop_namespaces(s->document);
    return s->document != NULL;
}

/* The value of the path in the text, in s->value, which may stay NULL: the path names a prefix that is none. */
static bool evaluate(struct call *call, struct xpath_state *s, struct string text, struct error *err) {
    if (!s->path) return error_plain(err, ERROR_SPARK, "Invalid XPath '%s'", s->text);
    if (!parse(s, text)) return error_plain(err, ERROR_SPARK, "Error loading expression '%s'", s->text);
    s->context->doc = s->document;
    s->context->node = (xmlNode *)s->document;
    s->context->opCount = 0;
    xmlResetError(&s->context->lastError);
    s->value = xmlXPathCompiledEval(s->path, s->context);
    if (s->value || s->context->lastError.code == XML_XPATH_UNDEF_PREFIX_ERROR) return true;
    if (s->unknown)
        return error_plain(err, ERROR_SPARK,
                           "Invalid XPath '%s'javax.xml.transform.TransformerException: Could not find function: %s",
                           s->text, s->unknown);
    return error_plain(err, ERROR_SPARK, "Invalid XML document: the path '%s' cannot be evaluated\n%s", s->text,
                       arena_strndup(call->arena, text.data, text.size));
}

/* ---- results ---- */

static struct string copy_text(struct arena *arena, xmlChar *text) {
    struct string s = string_copy(arena, string_of(text ? (const char *)text : ""));
    if (text) xmlFree(text);
    return s;
}

/* XPath's numbers: digits and a point alone. libxml2 takes exponents as well. */
static double number_of(struct string s) {
    const char *p = s.data, *end = s.data + s.size;
    while (p < end && isspace((uint8_t)*p)) p++;
    while (p < end && isspace((uint8_t)end[-1])) end--;
    const char *digits = p + (p < end && *p == '-');
    double value;
    for (const char *c = digits; c < end; c++)
        if (!isdigit((uint8_t)*c) && *c != '.') return NAN;
    return digits < end && double_parse(p, (size_t)(end - p), &value) ? value : NAN;
}

static double as_number(struct call *call, struct xpath_state *s) {
    if (!s->value) return NAN;
    if (s->value->type != XPATH_NODESET) return xmlXPathCastToNumber(s->value);
    return number_of(copy_text(call->arena, xmlXPathCastToString(s->value)));
}

/* As Java casts: NaN is 0, what is too large the largest. */
static int64_t saturate(double value, double least, double most) {
    if (isnan(value)) return 0;
    if (value >= most) return most > INT32_MAX ? INT64_MAX : (int64_t)most;
    return value <= least ? (int64_t)least : (int64_t)value;
}

static void write_number(const struct type *t, double value, void *out) {
    int32_t whole = (int32_t)saturate(value, INT32_MIN, INT32_MAX);
    switch (t->kind) {
        case TYPE_SHORT: *(int16_t *)out = (int16_t)whole; break;
        case TYPE_INT: *(int32_t *)out = whole; break;
        case TYPE_LONG: *(int64_t *)out = saturate(value, -0x1p63, 0x1p63); break;
        case TYPE_FLOAT: *(float *)out = (float)value; break;
        default: *(double *)out = value;
    }
}

/* A node's own text: elements have none. Text directly behind other text belongs to it, and does not count. */
static void append_node(struct builder *texts, xmlNode *node) {
    struct string s;
    bool is_text = node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
    if (is_text && node->prev && (node->prev->type == XML_TEXT_NODE || node->prev->type == XML_CDATA_SECTION_NODE))
        return;
    if (node->type == XML_NAMESPACE_DECL) {
        s = string_copy(texts->arena, string_of((const char *)((xmlNs *)node)->href));
    } else if (is_text || node->type == XML_ATTRIBUTE_NODE || node->type == XML_COMMENT_NODE ||
               node->type == XML_PI_NODE) {
        s = copy_text(texts->arena, xmlNodeGetContent(node));
    } else {
        builder_append_null(texts);
        return;
    }
    builder_append(texts, &s);
}

static bool append_nodes(struct xpath_state *s, struct builder *b, struct string text, struct error *err) {
    static const char *const kinds[] = {[XPATH_BOOLEAN] = "BOOLEAN", [XPATH_NUMBER] = "NUMBER"};
    if (s->value && s->value->type != XPATH_NODESET)
        return error_plain(err, ERROR_SPARK,
                           "Invalid XML document: com.sun.org.apache.xpath.internal.XPathException: Can not convert "
                           "#%s to a NodeList!\n%.*s",
                           s->value->type == XPATH_STRING ? "STRING" : kinds[s->value->type], (int)text.size,
                           text.data);
    xmlNodeSet *nodes = s->value ? s->value->nodesetval : NULL;
    if (nodes) xmlXPathNodeSetSort(nodes);
    for (int i = 0; nodes && i < nodes->nodeNr; i++) append_node(&b->children[0], nodes->nodeTab[i]);
    builder_end_list(b);
    return true;
}

/* A scalar of the row's value. */
static void write_scalar(struct call *call, struct xpath_state *s, struct vector *out, uint32_t row) {
    const struct type *t = call->expr->type;
    if (t->kind == TYPE_BOOLEAN)
        VECTOR_DATA(out, uint8_t)[row] = s->value && xmlXPathCastToBoolean(s->value);
    else if (t->kind == TYPE_STRING)
        VECTOR_DATA(out, struct string)
    [row] = s->value ? copy_text(call->arena, xmlXPathCastToString(s->value)) : string_make("", 0);
    else write_number(t, as_number(call, s), (char *)out->data + row * storage_size(type_storage(t)));
}

static bool scalar_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct xpath_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string text = string_at(&texts, i);
        if (!s->text || !text.size) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        bool good = evaluate(call, s, text, err);
        if (good) write_scalar(call, s, out, i);
        release_row(s);
        TRY(good);
    }
    return true;
}

static bool list_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct xpath_state *s = call->state;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    struct builder b;
    builder_init(&b, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct string text = row_is_wanted(out, i) ? string_at(&texts, i) : string_make("", 0);
        if (!s->text || !text.size) {
            builder_append_null(&b);
            continue;
        }
        bool good = evaluate(call, s, text, err) && append_nodes(s, &b, text, err);
        release_row(s);
        TRY(good);
    }
    *out = *builder_finish(&b);
    return true;
}

static struct expr *resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(resolve_foldable(r, call, 1, "`path`", "\"STRING\"", err));
    for (uint32_t i = 0; i < 2; i++) TRY_NULL(resolve_argument(r, call, i, "STRING", err));
    if (strcmp(call->call.function->name, "xpath") == 0) call->type = type_array(r->arena, TYPE_OF(STRING), true);
    call->nullable = true;
    return call;
}

#define XPATH(fname, result, fn, ...)                                                                                  \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_EXACT,        \
        .signature = "(ANY, ANY) " result, .kernel = fn, .resolve = resolve, .prepare = prepare, .group = "xml_funcs", \
        .since = "2.0.0", __VA_ARGS__                                                                                  \
    }

const struct function xpath_functions[] = {
    XPATH("xpath", "?", list_kernel, .usage = "xpath(xml, path) - The texts of the nodes that the path finds.",
          .example = "xpath('<a><b>b1</b><b>b2</b></a>', 'a/b/text()') => [\"b1\",\"b2\"]"),
    XPATH("xpath_boolean", "BOOLEAN", scalar_kernel,
          .usage = "xpath_boolean(xml, path) - Whether the path finds anything, or is true.",
          .example = "xpath_boolean('<a><b>1</b></a>', 'a/b') => true"),
    XPATH("xpath_double", "DOUBLE", scalar_kernel,
          .usage = "xpath_double(xml, path) - The number that the path finds; NaN when it is none.",
          .example = "xpath_double('<a><b>1</b><b>2</b></a>', 'sum(a/b)') => 3.0"),
    XPATH("xpath_float", "FLOAT", scalar_kernel,
          .usage = "xpath_float(xml, path) - The number that the path finds; NaN when it is none.",
          .example = "xpath_float('<a><b>1</b><b>2</b></a>', 'sum(a/b)') => 3.0"),
    XPATH("xpath_int", "INT", scalar_kernel,
          .usage = "xpath_int(xml, path) - The whole number that the path finds; 0 when it is none.",
          .example = "xpath_int('<a><b>1</b><b>2</b></a>', 'sum(a/b)') => 3"),
    XPATH("xpath_long", "LONG", scalar_kernel,
          .usage = "xpath_long(xml, path) - The whole number that the path finds; 0 when it is none.",
          .example = "xpath_long('<a><b>1</b><b>2</b></a>', 'sum(a/b)') => 3"),
    XPATH("xpath_number", "DOUBLE", scalar_kernel,
          .usage = "xpath_number(xml, path) - The number that the path finds; NaN when it is none.",
          .example = "xpath_number('<a><b>1</b><b>2</b></a>', 'sum(a/b)') => 3.0"),
    XPATH("xpath_short", "SHORT", scalar_kernel,
          .usage = "xpath_short(xml, path) - The whole number that the path finds; 0 when it is none.",
          .example = "xpath_short('<a><b>1</b><b>2</b></a>', 'sum(a/b)') => 3"),
    XPATH("xpath_string", "STRING", scalar_kernel,
          .usage = "xpath_string(xml, path) - The text of the first node that the path finds.",
          .example = "xpath_string('<a><b>b</b><c>cc</c></a>', 'a/c') => cc"),
    {0},
};
