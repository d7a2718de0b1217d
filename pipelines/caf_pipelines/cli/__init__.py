"""The `caf` command. Verbs import what they need when they run, so `--help` answers at once."""

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave with its exit code.

    0 done (also when a challenger was refused on the way), 1 the verb that was asked for was
    refused, 2 wrong usage or bad input, 130 stopped by Ctrl-C, 141 nobody reads on.
    """
    from caf_pipelines.cli.app import READER_GONE, run

    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = READER_GONE
    # tearing down half a gigabyte of libraries takes two seconds and does nothing
    os._exit(code)
