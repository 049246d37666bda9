"""The sentences of the trail about documents. No sentence names a kind: some tell of health."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "paper.open": N_("%(who)s opened a document in %(file)s"),
        "paper.reveal": N_("%(who)s showed a sensitive document in %(file)s"),
        "paper.ask": N_("%(who)s asked for a document in %(file)s"),
        "paper.link": N_("%(who)s made a link for a document in %(file)s"),
        "paper.bring": N_("A document came by a link into %(file)s, from %(who)s"),
        "paper.receive": N_("%(who)s added a document to %(file)s"),
        "paper.sign_elsewhere": N_("%(who)s kept what was signed elsewhere in %(file)s"),
        "paper.accept": N_("%(who)s accepted a document in %(file)s"),
        "paper.refuse": N_("%(who)s refused a document in %(file)s"),
        "paper.find_virus": N_("A virus was found in a document of %(file)s, by %(who)s"),
        "paper.look_again": N_("%(who)s took a document up again in %(file)s"),
        "paper.replace": N_("A document was replaced by a newer one in %(file)s, by %(who)s"),
        "paper.remove": N_("%(who)s removed a document and its files from %(file)s"),
        "paper.forget": N_("Documents whose term was over were erased from %(file)s, by %(who)s"),
    },
)
