"""The demo: an invented federation, written past the actions for speed, that could have come from them.

`engine` draws and writes rows; each other module holds the rows of the feature whose name it has. `federation` puts
them together, `large_federation` a light version of any size.
"""

from config.demo.accounts import PASSWORD, Account
from config.demo.federation import is_seeded, seed
from config.demo.large_federation import is_whole, seed_many, shown_accounts
from config.demo.ownership import tenants_of_others

__all__ = ["PASSWORD", "Account", "is_seeded", "is_whole", "seed", "seed_many", "shown_accounts", "tenants_of_others"]
