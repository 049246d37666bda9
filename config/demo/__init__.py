from config.demo.federation import is_seeded, seed
from config.demo.many import is_whole, seed_many, shown_accounts
from config.demo.ownership import strangers
from config.demo.staff import PASSWORD, Account

__all__ = ["PASSWORD", "Account", "is_seeded", "is_whole", "seed", "seed_many", "shown_accounts", "strangers"]
