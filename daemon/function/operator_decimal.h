/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic over decimals; symbols as in operator_arithmetic.c. refuse_zero: what a zero divisor means. */
#ifndef ROOST_FUNCTION_OPERATOR_DECIMAL_H
#define ROOST_FUNCTION_OPERATOR_DECIMAL_H

#include "function/numeric_kernel.h"

bool decimal_arithmetic(struct call *call, char symbol, const struct vector *arguments, uint32_t rows,
                        struct vector *out, numeric_refuse *refuse_zero, struct error *err);

#endif
