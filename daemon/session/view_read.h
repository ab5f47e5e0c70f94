/* SPDX-License-Identifier: Apache-2.0 */
/* Views as relations; see view_read.c. */
#ifndef ROOST_SESSION_VIEW_READ_H
#define ROOST_SESSION_VIEW_READ_H

#include "catalog/catalog.h"
#include "session/session_int.h"

struct plan *persistent_view(struct derivation *d, const struct catalog_table *view, const struct origin *origin,
                             struct error *err);
/* One whose text is read anew. */
struct plan *temporary_view(struct derivation *d, const struct view_entry *view, const struct origin *origin,
                            struct error *err);

#endif
