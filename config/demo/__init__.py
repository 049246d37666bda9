from config.demo.federation import is_seeded, seed
from config.demo.many import seed_many
from config.demo.staff import PASSWORD, Account

__all__ = ["PASSWORD", "Account", "is_seeded", "seed", "seed_many"]
