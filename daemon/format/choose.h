/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of a source's files a scan reads, in which order, and in which of Spark's partitions their rows are.
 *
 * Files whose partition columns do not meet the conditions are left alone: nothing of them can be malformed or missing.
 * Large files come first. They are put into partitions as Spark packs them (FilePartition), but whole, where Spark cuts
 * files that are larger than a partition.
 */
#ifndef ROOST_FORMAT_CHOOSE_H
#define ROOST_FORMAT_CHOOSE_H

#include "format/format.h"

struct chosen_files {
    const struct scan_file **files;
    uint32_t *partitions; /* of each */
    uint32_t count, partition_count;
};

void files_choose(struct arena *arena, const struct scan_source *source, const struct scan_request *request,
                  struct chosen_files *chosen);

#endif
