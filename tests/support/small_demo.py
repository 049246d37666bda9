"""`python -m tests.support.small_demo FOLDER …`: `clais demo …` with the open data of FOLDER.

The servers and the worker that it starts are those of every installation.
"""

import sys
from pathlib import Path
from unittest.mock import patch

from config.command_line import main
from config.demo import federation

if __name__ == "__main__":
    _, folder, *options = sys.argv
    with patch.object(federation, "REFERENCE", Path(folder)):
        main(["demo", *options])
