"""The `caf` command. Verbs import what they need when they run, so `--help` answers at once."""

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave with its exit code.

    0 done (also when a challenger was refused on the way), 1 the verb that was asked for was
    refused, 2 wrong usage, bad input or a machine that does not answer, 70 a fault of ours, 130
    stopped by Ctrl-C, 143 by SIGTERM, 141 nobody reads on.
    """
    from caf_pipelines.cli import ending

    try:
        ending.listen()
        from caf_pipelines.cli.app import run

        ending.printable()
        code = ending.flushed(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before the verb began, or after it had ended
        code = ending.stopped()
    # tearing down half a gigabyte of libraries takes two seconds and does nothing
    os._exit(code)
