/* SPDX-License-Identifier: Apache-2.0 */
/*
 * from_protobuf, to_protobuf: the names that Spark always knows, of functions that come with a package of their own.
 * Here they are what they are in a Spark without it: the arguments are checked, and then it is said what is missing.
 */
#include "function/external.h"

static struct expr *resolve_protobuf(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const options[] = {
        "map of strings to strings containing the options to use for converting the value from Protobuf format",
        "map of strings to strings containing the options to use for converting the value to Protobuf format"};
    bool to = call->call.name[0] == 't';
    call = external_with_all(r, call, 4);
    const struct type *value = call->children[0]->type;
    if (to && value->kind != TYPE_STRUCT)
        resolve_mismatch(r, call, err, "NON_STRUCT_TYPE", "inputName", "data", "inputType",
                         quoted_type(r->arena, value), NULL);
    else if (!external_is_text(call->children[1]))
        external_refuse(r, call, 1, "string representing the Protobuf message name", err);
    else if (!external_is_options(call->children[3]))
        external_refuse(r, call, 3, options[to], err);
    return error_is_set(err) ? NULL : external_not_loaded(r, call, "PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", err);
}

#define EXTERNAL(NAME, SIGNATURE, RESOLVE, USAGE)                                                                      \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .signature = SIGNATURE, .resolve = RESOLVE, .group = "misc_funcs",     \
        .usage = USAGE, .since = "4.0.0"                                                                               \
    }

const struct function protobuf_functions[] = {
    EXTERNAL("from_protobuf", "(ANY, ANY [, ANY, ANY]) ?", resolve_protobuf,
             "from_protobuf(data, messageName, descFilePath, options) - Would read a message; needs Spark's Protobuf "
             "package."),
    EXTERNAL("to_protobuf", "(ANY, ANY [, ANY, ANY]) ?", resolve_protobuf,
             "to_protobuf(child, messageName, descFilePath, options) - Would write a message; needs Spark's Protobuf "
             "package."),
    {0},
};
