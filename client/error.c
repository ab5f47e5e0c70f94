/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct roost_error. Each holds one block of memory with everything in it: the arrays first, the texts after
 * them. When there is no memory even for that, the error is a constant.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_int.h"

void roost_error_reset(struct roost_error *error) {
    free(error->memory);
    *error = (struct roost_error){0};
}

bool fail_memory(struct roost_error *error) {
    roost_error_reset(error);
    error->kind = "OutOfMemory";
    error->message = "There is no memory left in this process.";
    return false;
}

bool fail(struct roost_error *error, const char *kind, const char *format, ...) {
    roost_error_reset(error);
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error->memory = strdup(text);
    if (!error->memory) return fail_memory(error);
    error->kind = kind;
    error->message = error->memory;
    return false;
}

/* The fields of roost.Error, KeyValue and Error.Context. */
enum { ERROR_CONDITION = 1, ERROR_STATE, ERROR_KIND, ERROR_MESSAGE, ERROR_PARAMETER, ERROR_CONTEXT, ERROR_CAUSE };
enum {
    CONTEXT_DATAFRAME = 1,
    CONTEXT_OBJECT_TYPE,
    CONTEXT_OBJECT_NAME,
    CONTEXT_START,
    CONTEXT_STOP,
    CONTEXT_FRAGMENT,
    CONTEXT_CALL_SITE,
    CONTEXT_SUMMARY
};

/* Hands out texts from the block; each takes its size and a NUL. */
static const char *take_text(char **at, struct span text) {
    char *copy = *at;
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    *at += text.size + 1;
    return copy;
}

static void read_parameter(struct span message, struct roost_parameter *parameter, char **at) {
    struct pb_reader r = pb_read(message);
    *parameter = (struct roost_parameter){"", ""};
    while (pb_next(&r)) {
        if (r.field == 1 && r.span.data) parameter->name = take_text(at, r.span);
        if (r.field == 2 && r.span.data) parameter->value = take_text(at, r.span);
    }
}

static void read_context(struct span message, struct roost_error_context *context, char **at) {
    struct pb_reader r = pb_read(message);
    *context = (struct roost_error_context){.start = -1, .stop = -1};
    while (pb_next(&r)) {
        if (r.field == CONTEXT_DATAFRAME) context->dataframe = r.value != 0;
        if (r.field == CONTEXT_START) context->start = (int32_t)r.value;
        if (r.field == CONTEXT_STOP) context->stop = (int32_t)r.value;
        if (!r.span.data) continue;
        if (r.field == CONTEXT_OBJECT_TYPE) context->object_type = take_text(at, r.span);
        if (r.field == CONTEXT_OBJECT_NAME) context->object_name = take_text(at, r.span);
        if (r.field == CONTEXT_FRAGMENT) context->fragment = take_text(at, r.span);
        if (r.field == CONTEXT_CALL_SITE) context->call_site = take_text(at, r.span);
        if (r.field == CONTEXT_SUMMARY) context->summary = take_text(at, r.span);
    }
}

bool fail_remote(struct roost_error *error, struct span message) {
    roost_error_reset(error);
    uint32_t parameters = 0, contexts = 0;
    struct pb_reader r = pb_read(message);
    while (pb_next(&r)) {
        parameters += r.field == ERROR_PARAMETER && r.span.data;
        contexts += r.field == ERROR_CONTEXT && r.span.data;
    }
    /* A text within takes at least two bytes of field header, so the message's size holds all texts with
     * their NULs. */
    size_t arrays = parameters * sizeof(struct roost_parameter) + contexts * sizeof(struct roost_error_context);
    char *memory = malloc(arrays + message.size + 1);
    if (!memory) return fail_memory(error);
    struct roost_error_context *context = (void *)memory;
    struct roost_parameter *parameter = (void *)(context + contexts);
    char *at = memory + arrays;
    *error = (struct roost_error){.kind = "SparkException",
                                  .message = "",
                                  .memory = memory,
                                  .contexts = context,
                                  .parameters = parameter,
                                  .context_count = contexts,
                                  .parameter_count = parameters};
    r = pb_read(message);
    while (pb_next(&r)) {
        if (!r.span.data) continue;
        switch (r.field) {
            case ERROR_CONDITION: error->condition = take_text(&at, r.span); break;
            case ERROR_STATE: error->sql_state = take_text(&at, r.span); break;
            case ERROR_KIND: error->kind = take_text(&at, r.span); break;
            case ERROR_MESSAGE: error->message = take_text(&at, r.span); break;
            case ERROR_CAUSE: error->cause = take_text(&at, r.span); break;
            case ERROR_PARAMETER: read_parameter(r.span, parameter++, &at); break;
            case ERROR_CONTEXT: read_context(r.span, context++, &at); break;
            default: break;
        }
    }
    return false;
}
