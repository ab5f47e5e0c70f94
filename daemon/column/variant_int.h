/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of variants: the codes of their bytes, for the reader and the writer. */
#ifndef ROOST_COLUMN_VARIANT_INT_H
#define ROOST_COLUMN_VARIANT_INT_H

#include "column/variant.h"

/* The low two bits of a value's first byte. */
enum { BASIC_PRIMITIVE, BASIC_SHORT_STRING, BASIC_OBJECT, BASIC_ARRAY };

/* Type ids of primitives. */
enum {
    ID_NULL,
    ID_TRUE,
    ID_FALSE,
    ID_INT8,
    ID_INT16,
    ID_INT32,
    ID_INT64,
    ID_DOUBLE,
    ID_DECIMAL4,
    ID_DECIMAL8,
    ID_DECIMAL16,
    ID_DATE,
    ID_TIMESTAMP,
    ID_TIMESTAMP_NTZ,
    ID_FLOAT,
    ID_BINARY,
    ID_STRING,
    ID_UUID = 20
};

#endif
