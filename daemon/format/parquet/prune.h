/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaving out what cannot match: a row group, or a page of one, whose smallest and largest value rule a filter out.
 * Only simple conjuncts count (column compared with a constant, IN, IS [NOT] NULL); rows are checked again above.
 */
#ifndef ROOST_FORMAT_PARQUET_PRUNE_H
#define ROOST_FORMAT_PARQUET_PRUNE_H

#include "format/format_int.h"
#include "format/parquet/metadata.h"

struct row_range {
    uint64_t first, end;
};

/* Can no row of the group satisfy the scan's filters? nodes[i]: the root's child for request column i, or NULL. */
bool prune_row_group(const struct scan_request *request, struct parquet_node *const *nodes,
                     const struct parquet_row_group *group);
/* The rows of the group that page indexes leave over, ascending; *count 0 with NULL: all (no index, or nested). */
const struct row_range *prune_pages(struct arena *arena, int fd, const struct scan_request *request,
                                    struct parquet_node *const *nodes, const struct parquet_row_group *group,
                                    uint32_t *count);
/* The integers of a column in a row group that is not all NULL there, by its statistics. False: not known. */
bool prune_group_range(const struct parquet_node *node, const struct parquet_row_group *group, int64_t *least,
                       int64_t *greatest);
/* The range of a column over all row groups, by their statistics. */
struct column_range prune_column_range(const struct parquet_metadata *metadata, const struct parquet_node *node);

#endif
