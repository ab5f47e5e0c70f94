/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubly linked lists whose links stand in what they link, so that putting a thing on a list or taking it off never
 * allocates and so never fails. A link that is on no list has next == NULL.
 */
#ifndef ROOST_SESSION_LIST_H
#define ROOST_SESSION_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct link {
    struct link *next, *previous;
};

#define LINK_OWNER(link, type, member) ((type *)((char *)(link)-offsetof(type, member)))

static inline void list_init(struct link *list) {
    list->next = list->previous = list;
}
static inline bool list_is_empty(const struct link *list) {
    return list->next == list;
}
static inline bool link_is_on_list(const struct link *link) {
    return link->next != NULL;
}
static inline void list_append(struct link *list, struct link *link) {
    link->next = list;
    link->previous = list->previous;
    list->previous->next = link;
    list->previous = link;
}
/* Does nothing when the link is on no list. */
static inline void list_remove(struct link *link) {
    if (!link->next) return;
    link->previous->next = link->next;
    link->next->previous = link->previous;
    link->next = link->previous = NULL;
}
static inline struct link *list_first(const struct link *list) {
    return list->next == list ? NULL : list->next;
}

#endif
