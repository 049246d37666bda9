"""Whether the server's own log stays free of what people confide."""

from sqlalchemy import Connection, text

from config.diagnosis.finding import ATTENTION, FAULT, OK, Finding

SUBJECT = "Journal de PostgreSQL"
ADVISED = {
    "log_error_verbosity": {"terse"},
    "log_parameter_max_length": {"0"},
    "log_parameter_max_length_on_error": {"0"},
    "log_min_error_statement": {"panic"},
    "log_statement": {"none"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
    "log_transaction_sample_rate": {"0"},
    "debug_print_parse": {"off"},
    "debug_print_rewritten": {"off"},
    "debug_print_plan": {"off"},
    "auto_explain.log_min_duration": {"-1"},
}
"""Setting → its values under which no value of a row or of a statement is written."""
WRITES_VALUES = {
    "log_error_verbosity",  # « Failing row contains (…) », « Key (name)=(…) already exists »
    "log_parameter_max_length_on_error",
    "debug_print_parse",
    "debug_print_rewritten",
    "debug_print_plan",
    "auto_explain.log_min_duration",  # A plan quotes the values that its conditions compare.
}
"""What writes values as it stands; the parameters of statements are written once statements are."""
STATEMENTS = {"log_statement", "log_min_duration_statement", "log_min_duration_sample", "log_transaction_sample_rate"}


def log(connection: Connection) -> Finding:
    """Whether names, numbers and notes stay out of the server's log, which no row security closes."""
    found = {
        name: value
        for name in ADVISED
        if (value := connection.execute(text("SELECT current_setting(:name, true)"), {"name": name}).scalar_one())
    }
    loose = [name for name, value in found.items() if value not in ADVISED[name]]
    if not loose:
        return Finding(OK, SUBJECT, "Il ne contient aucune valeur.")
    written = WRITES_VALUES.intersection(loose) or (
        "log_parameter_max_length" in loose and STATEMENTS.intersection(loose)
    )
    text_of = ", ".join(f"{name} = {found[name]}" for name in loose)
    advice = " ".join(f"ALTER SYSTEM SET {name} = '{min(ADVISED[name])}';" for name in loose)
    return Finding(
        FAULT if written else ATTENTION,
        SUBJECT,
        f"Des noms et des notes peuvent y être écrits en clair ({text_of}).",
        f"{advice} SELECT pg_reload_conf();",
    )
