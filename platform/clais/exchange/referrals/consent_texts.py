"""The letter by which a person agrees to a referral, in their language. A stored consent keeps the whole text it was
given on.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clais.dates import written_day
from clais.exchange.referrals.consent_fields import FIELD_NAMES
from clais.exchange.referrals.delays import CLOSE_DAYS
from clais.exchange.referrals.parcels import in_order
from clais.translation import N_

VERSION = "2026-14"
"""Changes whenever a word of a text changes, so that each consent says on which text it was given."""

MANNERS = {
    "screen": N_("Signed on the screen"),
    "paper": N_("Signed on paper"),
    "spoken": N_("Said aloud, noted by the agent"),
}


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The sentences of one language. `fields` is its key in FIELD_NAMES, `locale` formats its dates."""

    label: str
    locale: str
    fields: str
    title: str
    sends: str
    scheme: str
    transfer: str
    purpose: str
    what: str
    nothing_else: str
    secrecy: str
    until: str
    unused: str
    change: str
    refusal: str
    direction: str = "ltr"


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed consent: what is shown is what is stored. It does not name the person, so that it may travel with
    the parcel.
    """

    language: str
    direction: str
    title: str
    before: tuple[str, ...]
    what: str
    items: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def text(self) -> str:
        """The letter as plain text, for the record."""
        items = tuple(f"– {item}" for item in self.items)
        return "\n".join((self.title, *self.before, self.what, *items, *self.after))

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with any word of the letter."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


TEXTS: dict[str, ConsentText] = {
    "fr-facile": ConsentText(
        label="Français facile", locale="fr_BE", fields="fr", title="Mon accord",
        sends="La plate-forme {sender} peut envoyer des informations sur moi à : {receiver}.",
        scheme="C'est pour : {scheme}.",
        transfer="Si on dit oui, là-bas, on ouvre un dossier à mon nom et on m'aide. {sender} ferme mon dossier.",
        purpose="Le but : {purpose}",
        what="Les informations qui partent ({count}) :",
        nothing_else="Rien d'autre ne part.",
        secrecy="Les personnes qui lisent ces informations gardent le secret.",
        until="Mon accord dure jusqu'au {until}.",
        unused="Si là-bas on dit non, ou si on ne répond pas, on ne voit plus rien après {days} jours.",
        change="Je peux changer d'avis quand je veux. Alors, là-bas, plus personne ne voit mes informations.",
        refusal="Je peux dire non. Je ne suis pas puni. On continue à m'aider.",
    ),
    "fr": ConsentText(
        label="Français", locale="fr_BE", fields="fr", title="Mon accord",
        sends="J'autorise la plate-forme {sender} à transmettre les informations ci-dessous à : {receiver}.",
        scheme="Elles servent à demander une place dans : {scheme}.",
        transfer="Si elle accepte, elle ouvre un dossier à mon nom et me suit. {sender} ferme alors le mien.",
        purpose="But de la demande : {purpose}",
        what="Informations transmises ({count}) :",
        nothing_else="Aucune autre information n'est transmise.",
        secrecy="Les personnes qui les reçoivent sont tenues au secret professionnel.",
        until="Mon accord est valable jusqu'au {until}.",
        unused="Si la demande est refusée, annulée ou reste sans réponse, l'accès se ferme là-bas après {days} jours.",
        change="Je peux le retirer à tout moment, sans me justifier : le destinataire n'y a alors plus accès.",
        refusal="Un refus de ma part n'est jamais une sanction et ne change rien à mon accompagnement.",
    ),
    "nl": ConsentText(
        label="Nederlands", locale="nl_BE", fields="nl", title="Mijn toestemming",
        sends="Het platform {sender} mag informatie over mij doorgeven aan: {receiver}.",
        scheme="Dat is om een plaats te vragen in: {scheme}.",
        transfer="Zegt men ja, dan opent men daar een dossier op mijn naam. {sender} sluit het mijne.",
        purpose="Het doel: {purpose}",
        what="Deze informatie wordt doorgegeven ({count}):",
        nothing_else="Niets anders wordt doorgegeven.",
        secrecy="Wie deze informatie leest, is gebonden door het beroepsgeheim.",
        until="Mijn toestemming geldt tot {until}.",
        unused="Na een weigering, een annulering of zonder antwoord is er daar na {days} dagen niets meer van te zien.",
        change="Ik mag altijd van gedacht veranderen. Dan kan daar niemand mijn informatie nog zien.",
        refusal="Ik mag weigeren. Dat is geen straf. Men blijft mij helpen.",
    ),
    "en": ConsentText(
        label="English", locale="en_GB", fields="en", title="My agreement",
        sends="The platform {sender} may send information about me to: {receiver}.",
        scheme="It is to ask for a place in: {scheme}.",
        transfer="If it says yes, it opens a file in my name and helps me. {sender} closes mine.",
        purpose="The purpose: {purpose}",
        what="The information that is sent ({count}):",
        nothing_else="Nothing else is sent.",
        secrecy="Those who read it are bound by professional secrecy.",
        until="My agreement lasts until {until}.",
        unused="If the answer is no, if none comes or if the request is cancelled, it closes there after {days} days.",
        change="I can change my mind at any time. Then nobody there can see my information any more.",
        refusal="I can say no. It is not held against me. I will still be helped.",
    ),
    "it": ConsentText(
        label="Italiano", locale="it_IT", fields="it", title="Il mio accordo",
        sends="La piattaforma {sender} può inviare informazioni su di me a: {receiver}.",
        scheme="È per chiedere un posto in: {scheme}.",
        transfer="Se dice di sì, apre un fascicolo a mio nome e mi aiuta. {sender} chiude il mio.",
        purpose="Lo scopo: {purpose}",
        what="Le informazioni inviate ({count}):",
        nothing_else="Non viene inviato nient'altro.",
        secrecy="Chi legge queste informazioni è tenuto al segreto professionale.",
        until="Il mio accordo vale fino al {until}.",
        unused="Se la risposta è no, se non arriva o se si annulla, là non si vede più nulla dopo {days} giorni.",
        change="Posso cambiare idea quando voglio. Allora nessuno, là, vedrà più le mie informazioni.",
        refusal="Posso dire di no. Non è una colpa. Continueranno ad aiutarmi.",
    ),
    "ar": ConsentText(
        label="العربية", locale="ar", fields="ar", title="موافقتي", direction="rtl",
        sends="يمكن للمنصة {sender} أن ترسل معلومات عني إلى: {receiver}.",
        scheme="وذلك لطلب مكان في: {scheme}.",
        transfer="إذا قبلت، تفتح ملفًا باسمي وتتابعني من الآن فصاعدًا، وتُغلق {sender} ملفي.",
        purpose="الهدف: {purpose}",
        what="المعلومات التي تُرسل ({count}):",
        nothing_else="لا يُرسل أي شيء آخر.",
        secrecy="كل من يقرأ هذه المعلومات ملزم بالسر المهني.",
        until="تبقى موافقتي سارية حتى {until}.",
        unused="إذا كان الجواب لا، أو لم يأتِ جواب، أو أُلغي الطلب، فلن يُرى هناك شيء بعد {days} يومًا.",
        change="يمكنني أن أغيّر رأيي متى شئت، وعندها لن يرى أحد هناك معلوماتي.",
        refusal="يمكنني أن أرفض. الرفض ليس عقوبة، وستستمر مساعدتي.",
    ),
}  # fmt: skip
DEFAULT_LANGUAGE = "fr-facile"


def compose(
    language: str,
    *,
    sender: str,
    receiver: str,
    codes: Iterable[str],
    until: date,
    days: int = CLOSE_DAYS,
    purpose: str = "",
    scheme: str = "",
    is_transfer: bool = False,
) -> Letter:
    """The letter for exactly the fields `codes`. Raises KeyError for a language that has no text.

    `days` is how long the receiver still reads what ended without anything having begun; `is_transfer` says that the
    receiver is asked to take the file over.
    """
    text = TEXTS[language]
    names = FIELD_NAMES[text.fields]
    items = tuple(names[code if code in names else "note"] for code in in_order(codes))
    facts = {
        "sender": sender,
        "receiver": receiver,
        "scheme": scheme,
        "purpose": " ".join(purpose.split()),
        "count": len(items),
        "days": days,
        "until": written_day(until, "long", text.locale),
    }
    before = (
        text.sends,
        *((text.scheme,) if scheme else ()),
        *((text.transfer,) if is_transfer else ()),
        *((text.purpose,) if facts["purpose"] else ()),
    )
    after = (text.nothing_else, text.secrecy, text.until, text.unused, text.change, text.refusal)
    return Letter(
        language=language,
        direction=text.direction,
        title=text.title,
        before=tuple(line.format(**facts) for line in before),
        what=text.what.format(**facts),
        items=items,
        after=tuple(line.format(**facts) for line in after),
    )
