"""`python -m tests.support.forgetful_worker`: the small worker with a planted fault, which a test must see.

It notes nothing before a mail's content leaves.
"""

from unittest.mock import patch

from clais.messaging import outbox
from tests.support.small_worker import main

if __name__ == "__main__":
    with patch.object(outbox, "hand_over", lambda *_arguments: None):
        main()
