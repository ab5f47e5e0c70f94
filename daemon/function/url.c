/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs: their parts (parse_url), and the form encoding of text (url_encode, url_decode).
 *
 * A URL is taken apart as java.net.URI does it, RFC 2396 with its own freedoms:
 *
 *     scheme : // userinfo @ host : port  path ? query # fragment
 *
 * An authority that is no server name has no host and no user. Without "//" behind the scheme all is opaque.
 */
#include <string.h>

#include "function/regex.h"
#include "function/string_kernel.h"

struct url {
    struct string scheme, authority, user, host, path, query, fragment; /* data NULL: it has none */
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Letters, digits, what is beyond ASCII, whole escapes, and the characters of `more`. */
static bool only(struct string s, const char *more) {
    for (uint32_t i = 0; i < s.size; i++) {
        char c = s.data[i];
        if (is_letter(c) || is_digit(c) || (uint8_t)c >= 0x80 || (c && strchr(more, c))) continue;
        if (c != '%' || i + 2 >= s.size || !is_hex(s.data[i + 1]) || !is_hex(s.data[i + 2])) return false;
        i += 2;
    }
    return true;
}

/* Takes what stands before the first of the stops (or all) off *rest. */
static struct string take_until(struct string *rest, const char *stops) {
    uint32_t n = 0;
    while (n < rest->size && !(rest->data[n] && strchr(stops, rest->data[n]))) n++;
    struct string taken = string_make(rest->data, n);
    *rest = string_make(rest->data + n, rest->size - n);
    return taken;
}

static bool starts_with_char(struct string s, char c) {
    return s.size && s.data[0] == c;
}

/* A host name ends in a label that begins with a letter, or is an IPv4 address, or one of IPv6 in brackets. */
static bool is_host(struct string host) {
    if (!host.size) return false;
    if (host.data[0] == '[') return host.size > 3 && host.data[host.size - 1] == ']';
    uint32_t labels = 0, begin = 0;
    bool digits = true;
    for (uint32_t i = 0; i <= host.size; i++) {
        char c = i < host.size ? host.data[i] : '.';
        if (c != '.') {
            if (!is_letter(c) && !is_digit(c) && c != '-') return false;
            digits &= is_digit(c);
            continue;
        }
        if (i == host.size && begin == i && labels) break; /* a point at the end */
        if (i == begin || host.data[begin] == '-' || host.data[i - 1] == '-') return false;
        labels++;
        if (i < host.size) begin = i + 1;
    }
    if (begin == host.size) begin = 0;
    return digits ? labels == 4 : is_letter(host.data[begin]) || labels == 1;
}

/* user@host:port; one that is not so is a registry's name, which has neither. */
static void parse_server(struct url *url) {
    struct string rest = url->authority, user = {0};
    const char *at = memchr(rest.data, '@', rest.size);
    if (at) {
        user = string_make(rest.data, (size_t)(at - rest.data));
        rest = string_make(at + 1, rest.size - user.size - 1);
    }
    struct string host = starts_with_char(rest, '[') ? take_until(&rest, "]") : take_until(&rest, ":");
    if (starts_with_char(rest, ']')) {
        host = string_make(host.data, (size_t)host.size + 1);
        rest = string_make(rest.data + 1, rest.size - 1);
    }
    if (rest.size && rest.data[0] != ':') return;
    for (uint32_t i = 1; i < rest.size; i++)
        if (!is_digit(rest.data[i])) return;
    if (!is_host(host)) return;
    url->user = user;
    url->host = host;
}

static bool parse_authority(struct url *url, struct string *rest) {
    *rest = string_make(rest->data + 2, rest->size - 2);
    struct string authority = take_until(rest, "/?#");
    if (!authority.size) return rest->size > 0;
    if (!only(authority, "-_.!~*'();:&=+$,@[]")) return false;
    url->authority = authority;
    parse_server(url);
    return true;
}

static bool parse_scheme(struct url *url, struct string *rest) {
    struct string all = *rest, scheme = take_until(rest, "/?#:");
    if (!starts_with_char(*rest, ':')) {
        *rest = all;
        return true;
    }
    if (!scheme.size || !is_letter(scheme.data[0]) || !only(scheme, "+-.") || memchr(scheme.data, '%', scheme.size))
        return false;
    url->scheme = scheme;
    *rest = string_make(rest->data + 1, rest->size - 1);
    return rest->size > 0;
}

static bool parse_url(struct string s, struct url *url) {
    static const char unreserved[] = "-_.!~*'():@&=+$,;/";
    *url = (struct url){0};
    struct string rest = s;
    if (!parse_scheme(url, &rest)) return false;
    bool opaque = url->scheme.data && rest.data[0] != '/';
    if (string_starts(rest, string_of("//"))) TRY(parse_authority(url, &rest));
    struct string path = opaque ? take_until(&rest, "#") : take_until(&rest, "?#");
    if (!only(path, opaque ? "-_.!~*'():@&=+$,;/?[]" : unreserved)) return false;
    if (!opaque) url->path = path;
    if (starts_with_char(rest, '?')) {
        rest = string_make(rest.data + 1, rest.size - 1);
        url->query = take_until(&rest, "#");
        if (!only(url->query, "-_.!~*'():@&=+$,;/?[]")) return false;
    }
    if (starts_with_char(rest, '#')) {
        url->fragment = string_make(rest.data + 1, rest.size - 1);
        if (!only(url->fragment, "-_.!~*'():@&=+$,;/?[]")) return false;
    }
    return true;
}

/* ---- parse_url ---- */

static struct string url_part(struct arena *arena, const struct url *url, struct string part) {
    const struct {
        const char *name;
        struct string value;
    } parts[] = {{"HOST", url->host},    {"PATH", url->path},       {"QUERY", url->query},
                 {"REF", url->fragment}, {"PROTOCOL", url->scheme}, {"AUTHORITY", url->authority},
                 {"USERINFO", url->user}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (string_equal(part, string_of(parts[i].name))) return parts[i].value;
    if (!string_equal(part, string_of("FILE"))) return (struct string){0};
    if (!url->query.data) return url->path;
    return string_of(arena_printf(arena, "%.*s?%.*s", (int)url->path.size, url->path.data ? url->path.data : "",
                                  (int)url->query.size, url->query.data));
}

/* The value behind key= in a query; the key is a pattern, as in Spark. data NULL: none. */
static bool query_value(struct call *call, struct string query, struct string key, struct string *value,
                        struct error *err) {
    const char *text = arena_printf(call->arena, "(&|^)%.*s=([^&]*)", (int)key.size, key.data);
    struct regex *regex = regex_remember(call->state, string_of(text), false);
    *value = (struct string){0};
    if (!regex) {
        error_set(err, "INVALID_PARAMETER_VALUE.PATTERN", "parameter", "`regexp`", "functionName", "`parse_url`", NULL);
        return error_add(err, "value", "'%s'", text);
    }
    const size_t *at;
    if (regex_search(regex, query, 0, &at) && regex_groups(regex) >= 2 && at[4] != SIZE_MAX)
        *value = string_make(query.data + at[4], at[5] - at[4]);
    return true;
}

static bool parse_url_row(struct call *call, struct string s, struct string part, const struct string *key,
                          struct string *result, struct error *err) {
    struct url url;
    *result = (struct string){0};
    if (!parse_url(s, &url)) {
        if (call->expr->call.try_mode || !call->expr->call.ansi) return true;
        error_set(err, "INVALID_URL", NULL);
        return error_add(err, "url", "%.*s", (int)s.size, s.data);
    }
    *result = url_part(call->arena, &url, part);
    if (!key) return true;
    bool has = result->data && string_equal(part, string_of("QUERY"));
    if (!has) *result = (struct string){0};
    return !has || query_value(call, *result, *key, result, err);
}

static bool parse_url_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view in[3];
    uint32_t count = call->expr->child_count;
    for (uint32_t a = 0; a < count; a++) in[a] = vector_view(call->arena, &arguments[a], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string key = count > 2 ? string_at(&in[2], i) : (struct string){0};
        struct string *result = &VECTOR_DATA(out, struct string)[i];
        TRY(parse_url_row(call, string_at(&in[0], i), string_at(&in[1], i), count > 2 ? &key : NULL, result, err));
        if (!result->data) vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

static bool prepare_key(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                        struct error *err) {
    struct regex_memory *memory = ARENA_NEW(arena, struct regex_memory);
    memory->arena = arena_scratch(arena);
    *state = memory;
    return true;
}

/* ---- form encoding ---- */

static struct string url_encode(struct arena *arena, struct string s) {
    struct text out;
    text_init(&out, arena);
    for (uint32_t i = 0; i < s.size; i++) {
        char c = s.data[i];
        unsigned size = 1;
        bool malformed = (uint8_t)c >= 0x80 && utf8_decode(s.data + i, s.data + s.size, &size) == 0xFFFD && size == 1;
        if (malformed)
            text_add(&out, "%EF%BF%BD");
        else if (is_letter(c) || is_digit(c) || (c && strchr("-_.*", c)))
            text_add_char(&out, c);
        else if (c == ' ')
            text_add_char(&out, '+');
        else
            for (unsigned k = 0; k < size; k++) text_printf(&out, "%%%02X", (uint8_t)s.data[i + k]);
        i += size - 1;
    }
    return string_make(out.data ? out.data : "", out.size);
}

static int hex_value(char c) {
    return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool url_decode(struct arena *arena, struct string s, struct string *result) {
    char *out = arena_bytes(arena, s.size), *at = out;
    for (uint32_t i = 0; i < s.size; i++) {
        char c = s.data[i];
        if (c == '%') {
            if (i + 2 >= s.size || !is_hex(s.data[i + 1]) || !is_hex(s.data[i + 2])) return false;
            c = (char)(hex_value(s.data[i + 1]) << 4 | hex_value(s.data[i + 2]));
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        *at++ = c;
    }
    *result = string_make(out, (size_t)(at - out));
    return true;
}

static bool url_encode_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i)) VECTOR_DATA(out, struct string)[i] = url_encode(call->arena, string_at(&in, i));
    return true;
}

static bool url_decode_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        if (url_decode(call->arena, s, &VECTOR_DATA(out, struct string)[i])) continue;
        if (!call->expr->call.try_mode) {
            error_set(err, "CANNOT_DECODE_URL", NULL);
            return error_add(err, "url", "%.*s", (int)s.size, s.data);
        }
        vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

#define URL(fname, more, sig, fn, ...)                                                                                 \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | FUNCTION_NULLABLE | (more),                \
        .signature = sig, .kernel = fn, .group = "url_funcs", __VA_ARGS__                                              \
    }

const struct function url_functions[] = {
    URL("parse_url", FUNCTION_EXACT, "(STRING, STRING [, STRING]) STRING", parse_url_kernel, .prepare = prepare_key,
        .usage = "parse_url(url, partToExtract[, key]) - A part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE, "
                 "AUTHORITY or USERINFO.",
        .example = "parse_url('http://example.org/path?query=1', 'HOST') => example.org", .since = "2.0.0"),
    URL("try_parse_url", FUNCTION_TRY | FUNCTION_EXACT | FUNCTION_NULL_CAST, "(STRING, STRING [, STRING]) STRING",
        parse_url_kernel, .prepare = prepare_key,
        .usage = "try_parse_url(url, partToExtract[, key]) - A part of a URL, NULL when it is none.",
        .example = "try_parse_url('no url', 'HOST') => NULL", .since = "4.0.0"),
    URL("url_encode", 0, "(STRING) STRING", url_encode_kernel, .usage = "url_encode(str) - str as a form sends it.",
        .example = "url_encode('a b&c') => a+b%26c", .since = "3.4.0"),
    URL("url_decode", 0, "(STRING) STRING", url_decode_kernel,
        .usage = "url_decode(str) - What a form's text stands for.", .example = "url_decode('a+b%26c') => a b&c",
        .since = "3.4.0"),
    URL("try_url_decode", FUNCTION_TRY, "(STRING) STRING", url_decode_kernel,
        .usage = "try_url_decode(str) - What a form's text stands for, NULL when it is malformed.",
        .example = "try_url_decode('%zz') => NULL", .since = "4.0.0"),
    {0},
};
