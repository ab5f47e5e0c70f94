/* SPDX-License-Identifier: Apache-2.0 */
/* roost's own version, and the version of Spark that it answers as. */
#ifndef ROOST_SESSION_VERSION_H
#define ROOST_SESSION_VERSION_H

#define ROOST_VERSION "0.1.0"
#define SPARK_VERSION "4.1.1"

#endif
