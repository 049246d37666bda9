"""Why a file is not kept, and why an act on a document was refused, in words."""

from clais.translation import N_

UNFIT = {
    "empty": N_("« %(name)s » is empty: choose it again."),
    "too_large": N_("« %(name)s » is larger than %(most)s MB: take the photo with fewer points, or scan it again."),
    "kind": N_("« %(name)s » is neither a PDF nor a picture (JPEG, PNG): choose another one."),
    "heic": N_(
        "« %(name)s » is a picture in the format HEIC: choose « most compatible » on the phone, or send a JPEG."
    ),
    "archive": N_("« %(name)s » is an archive or an office document: save it as a PDF first."),
    "markup": N_("« %(name)s » is a page or a drawing that may run something: save it as a PDF or a picture first."),
    "two_kinds": N_("« %(name)s » is two things at once, which a scan never is: it is not kept."),
    "cut": N_("« %(name)s » is not whole: a part got lost on the way. Send it again."),
    "locked": N_("« %(name)s » is locked with a password: save it without one."),
    "active": N_("« %(name)s » runs something, or carries other files: print it to a new PDF first."),
    "too_many_pixels": N_("« %(name)s » has too many points to be opened safely: take a smaller picture of it."),
    "infected": N_("A virus was found in « %(name)s »: it is not kept."),
    "not_scanned": N_("The virus scanner does not take « %(name)s », so it is not kept. Send a smaller one."),
}
"""Code of `clais.files.unfit.Unfit` → the sentence, a gettext id."""

STORE_FULL = N_(
    "The server has no room for files any more: nothing was kept. Tell whoever runs it, then send it again."
)
STORE_SILENT = N_("The place where files are kept does not answer: nothing was kept. Try again in some minutes.")
CLOSED_FILE = N_("The file of this person is closed: it takes nothing new.")
NOT_AWAITED = N_("This document is not awaited any more.")
HELD_BACK = N_("This file is being checked for viruses: it opens as soon as that is done.")
