/* SPDX-License-Identifier: Apache-2.0 */
/* roostd: reads the command line and becomes the supervisor (serve/serve.h). */
#include "serve/serve.h"

int main(int argc, char **argv) {
    struct serve_options options;
    int status = serve_options_parse(&options, argc, argv);
    return status >= 0 ? status : supervisor_run(&options);
}
