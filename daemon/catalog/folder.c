/* SPDX-License-Identifier: Apache-2.0 */
/* Folders: making and removing them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/catalog.h"

enum { DEEPEST = 64 };

static void empty(int folder, int depth) {
    DIR *entries = fdopendir(folder);
    if (!entries) {
        close(folder);
        return;
    }
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (unlinkat(folder, entry->d_name, 0) == 0 || depth == 0) continue;
        int inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) empty(inner, depth - 1);
        unlinkat(folder, entry->d_name, AT_REMOVEDIR);
    }
    closedir(entries);
}

void folder_remove(const char *path) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0) empty(folder, DEEPEST);
    if (rmdir(path) != 0) unlink(path);
}

bool folder_make(const char *path, struct error *err) {
    char part[PATH_MAX];
    size_t size = strlen(path);
    if (size >= sizeof part) return error_unsupported(err, "a path of %zu bytes", size);
    for (size_t i = 1; i <= size; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) == 0 || errno == EEXIST) continue;
        error_set(err, "FAILED_READ_FILE.NO_HINT", "path", part, NULL);
        return error_set_cause(err, strerror(errno));
    }
    return true;
}
