/* SPDX-License-Identifier: Apache-2.0 */
/* See line.h. libedit offers readline's interface; the history is in $XDG_STATE_HOME/roost/history. */
#include "line.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HISTORY_LINES = 2000 };

static struct editor {
    bool tried;
    char *(*readline)(const char *prompt);
    int (*add_history)(const char *line);
    int (*read_history)(const char *path);
    int (*write_history)(const char *path);
    void (*stifle_history)(int lines);
    char history[4096]; /* path, or "" */
} editor;

static void find_history(void) {
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char folder[2048];
    if (state && *state == '/')
        snprintf(folder, sizeof folder, "%s/roost", state);
    else if (home && *home == '/')
        snprintf(folder, sizeof folder, "%s/.local/state/roost", home);
    else
        return;
    for (char *slash = folder + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(folder, 0700);
        *slash = '/';
    }
    mkdir(folder, 0700);
    snprintf(editor.history, sizeof editor.history, "%s/history", folder);
}

static void load_editor(void) {
    editor.tried = true;
    void *library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    /* POSIX's way from an object pointer to a function pointer. */
    *(void **)&editor.readline = dlsym(library, "readline");
    *(void **)&editor.add_history = dlsym(library, "add_history");
    *(void **)&editor.read_history = dlsym(library, "read_history");
    *(void **)&editor.write_history = dlsym(library, "write_history");
    *(void **)&editor.stifle_history = dlsym(library, "stifle_history");
    if (!editor.readline || !editor.add_history) return;
    find_history();
    if (editor.stifle_history) editor.stifle_history(HISTORY_LINES);
    if (editor.read_history && editor.history[0]) editor.read_history(editor.history);
}

char *line_read(const char *prompt) {
    if (!editor.tried) load_editor();
    if (editor.readline) return editor.readline(prompt);
    fputs(prompt, stdout);
    fflush(stdout);
    char *line = NULL;
    size_t room = 0;
    ssize_t size = getline(&line, &room, stdin);
    if (size < 0) {
        free(line);
        return NULL;
    }
    if (size && line[size - 1] == '\n') line[size - 1] = 0;
    return line;
}

void line_remember(const char *statement) {
    if (editor.add_history && *statement) editor.add_history(statement);
}

void line_finish(void) {
    if (!editor.write_history || !editor.history[0]) return;
    mode_t mask = umask(077);
    editor.write_history(editor.history);
    umask(mask);
}
