/* SPDX-License-Identifier: Apache-2.0 */
/* spark.sql() of the protocol; see door.h. Its text may hold a query or a command. Other commands: commands.h. */
#include "session/door_int.h"

typedef Spark__Connect__Command Command;
#define CASE(KIND) SPARK__CONNECT__COMMAND__COMMAND_TYPE_##KIND

static struct u_plan *sql(struct derivation *d, const Spark__Connect__SqlCommand *m, struct error *err) {
    if (m->input) return door_relation(d, m->input, err);
    Spark__Connect__SQL text = SPARK__CONNECT__SQL__INIT; /* the form of older clients */
    text.query = m->sql;
    text.n_args = m->n_args;
    text.args = (Spark__Connect__SQL__ArgsEntry **)m->args;
    text.n_pos_args = m->n_pos_args;
    text.pos_args = m->pos_args;
    text.n_named_arguments = m->n_named_arguments;
    text.named_arguments = (Spark__Connect__SQL__NamedArgumentsEntry **)m->named_arguments;
    text.n_pos_arguments = m->n_pos_arguments;
    text.pos_arguments = m->pos_arguments;
    Spark__Connect__Relation relation = SPARK__CONNECT__RELATION__INIT;
    relation.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_SQL;
    relation.sql = &text;
    return door_relation(d, &relation, err);
}

struct u_plan *door_command(struct derivation *d, const Command *m, struct error *err) {
    if (m->command_type_case == CASE(SQL_COMMAND)) return sql(d, m->sql_command, err);
    return door_refuse("Command", "it may not be compressed", err);
}
