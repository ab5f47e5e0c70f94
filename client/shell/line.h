/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines typed by a person: with editing and history where libedit is installed. It is loaded when the first
 * line is asked for, so that a script does not pay for it, and the shell works without it.
 */
#ifndef ROOST_SHELL_LINE_H
#define ROOST_SHELL_LINE_H

/* Malloc'ed, without its newline; NULL: the end of input. */
char *line_read(const char *prompt);
void line_remember(const char *statement);
/* Writes the history. */
void line_finish(void);

#endif
