"""No act removes what someone wrote unasked: each place that deletes or empties text says here what becomes of it."""

import ast
from collections.abc import Iterable, Iterator

from config.features import METADATA
from tests.architecture.sources import ROOT, Source, sources

REMOVALS = {
    "support_center.catalogue.delays.publish": "counts: nobody wrote them",
    "support_center.routing.reserves.reserve": "a number and a day, of which none were asked for any more: no words",
    "clais.exchange.referrals.actions.take_back": "the log of the referral keeps the step that is taken back, in full",
    "clais.identity.actions.disable_account": "links: nobody wrote them",
    "clais.identity.invitations.accept_invitation": "links: nobody wrote them",
    "clais.identity.invitations.invite": "links: nobody wrote them",
    "clais.identity.resets._post_link": "links: nobody wrote them",
    "clais.identity.resets.reset_password": "links: nobody wrote them",
    "clais.identity.failures.count_failure": "counts: nobody wrote them",
    "clais.identity.failures.take_back_failures": "counts: nobody wrote them",
    "clais.identity.failures.forget_failures": "counts: nobody wrote them",
    "clais.identity.sessions.close_session": "sessions: nobody wrote them",
    "clais.identity.sessions.open_session": "sessions: nobody wrote them",
    "clais.identity.sessions.revoke_sessions": "sessions: nobody wrote them",
    "clais.identity.sessions.rotate_session": "sessions: nobody wrote them",
    "tenants.contracts.actions.take_back": "planned days of evaluations, no words: who was evaluated is refused",
    "tenants.contracts.actions.correct_evaluation": "asked: contracts/show.html shows the words",
    "tenants.exits.actions.take_news_back": "asked: exits/_exit.html shows the words",
    "tenants.follow_up.actions.take_contact_back": "asked: follow_up/_thread.html shows the words; an undo keeps them",
    "tenants.orientation.actions.bilans.change_bilan": "the form that replaces the answers holds them",
    "tenants.orientation.actions.bilans.remove_wish": "chosen from a list: nobody wrote it",
    "tenants.orientation.actions.drafts._forget_answers": "the bilan has them, or the confirmation says that they go",
    "tenants.orientation.actions.plans.remove_objective": "asked: orientation/_plan_steps.html shows the words",
    "support_center.instruments.actions.drafts.forget_trials": "trial answers: the page of the trial and of the "
    "publication say that they go",
    "support_center.instruments.actions.reviews.forget_readings": "who has read a version, no words",
    "support_center.eligibility.actions.give_up": "conditions in preparation: the confirmation says that they go",
    "support_center.eligibility.actions.publish": "the draft: the version that is published has its words",
    "support_center.training.actions.certificates.forget_evidence": "the holder has left or is named no more: the form "
    "says that the document goes then",
    "tenants.questionnaires.actions.drop": "answers of a form that its page shows: the confirmation says that they go",
    "tenants.questionnaires.answers.erase_hidden": "answers to questions that are not asked: the form hid them",
    "tenants.self_assessments.actions.erase": "one's own answers: the confirmation says that they go",
    "tenants.self_assessments.actions.forget_who_left": "one's own answers: the page says that they go when one leaves",
    "support_center.routing.actions.forget": "the agreement is over: the law takes them",
    "support_center.routing.actions._forget_presence": "the agreement is over: the law takes them",
    "support_center.presence.actions.take_back": "marks of one click, without words: what was changed since stays",
    "support_center.presence.actions._count": "counts: nobody wrote them",
    "tenants.documents.actions.papers._erase_files": "removed: the confirmation says that the files go; forgotten: "
    "the list says when they go",
    "tenants.documents.actions.papers.forget": "the term after the exit is over: the list says when documents go",
    "tenants.documents.actions.links.forget_ended_links": "links: nobody wrote them",
    "tenants.documents.actions.links.make_link": "links: nobody wrote them",
    "tenants.documents.actions.links.send": "links: nobody wrote them",
    "clais.files.kept._erase_now": "contents whose rows an act erased",
    "tenants.sensitive.actions.replace_fact": "the confirmation says that it goes for good, or the form showed it",
    "tenants.sensitive.actions.erase_old": "kept until then: the form and the list say so",
    "tenants.people.dated.store": "periods: what changed keeps them",
    "tenants.situation.actions.episodes.remove_episode": "what changed keeps them: the confirmation says so",
    "tenants.merging.pairs._replace": "pairs that are found anew: nobody wrote them",
    "tenants.merging.pairs.forget_pairs": "pairs that are found anew: nobody wrote them",
    "tenants.merging.pairs.compare_again": "that a file was compared, no words",
    "tenants.people.matching.keys.drop_keys": "search keys: nobody wrote them",
    "tenants.people.matching.keys.write_keys": "search keys: nobody wrote them",
    "clais.messaging.outbox.forget_old": "mails that were sent, or that nobody decided about for a month",
    "tenants.practice.actions.stop_using": "which version was used since when, no words",
    "tenants.practice.actions.unread_card": "that a card was read, no words",
    "tenants.caseload.actions.forget_export": "a copy of rows that stay; the list makes it again",
    "tenants.caseload.actions.forget_view": "filters under a name: the confirmation says that the view goes",
    "tenants.printing.joint.forget_joint": "a copy of letters that stay in their files; a list is printed again",
    "tenants.advice.actions.take_back": "an answer that is a code, no words",
    "tenants.tasks.actions._forget_done": "one's own, done for two weeks: the list says that it ends there",
    "tenants.tasks.actions.drop_task": "asked: tasks/edit.html shows the words; closing a file asks with them",
    "tenants.drafts.actions.keep": "the author emptied the field: what they had typed goes with it",
    "tenants.drafts.actions.settle": "what was typed is saved, or in what is saved",
    "tenants.drafts.actions.throw_away": "of its author: the confirmation says that it is erased for good",
    "tenants.note_templates.keeping.remove": "of the platform: the confirmation says what stays",
    "tenants.tags.actions.forget": "a word of the platform: the confirmation says that it is taken off all files",
    "tenants.tags.actions.take_off": "that a tag was on a file, no words",
    "tenants.desk.actions.arrivals.show_names": "that names are hidden on a screen, no words",
    "tenants.desk.actions.periods.turn_back": "from when to when somebody waited, no words",
    "tenants.day.actions.bring_back": "when something was to wait until, no words",
    "tenants.day.actions._forget_past": "when something was to wait until, no words",
    "tenants.transfers.actions._move": "when something was to wait until, no words",
    "tenants.team.actions.members.remove_absence": "days and a kind, no words",
    "tenants.team.actions.newcomers.note_wishes": "which colleagues are wanted, no words",
}
"""Each place that removes rows or empties a text → why no words are lost by it."""
ASKED = "asked: "
WRITTEN = {
    column.name
    for table in METADATA.tables.values()
    for column in table.columns
    if column.name in {"text", "summary", "comment", "note", "progress_note", "result_note", "purpose", "goal"}
}


def removals(found: Iterable[Source]) -> set[str]:
    """The functions that delete rows, or set a column of written text to nothing."""
    return {f"{source.module}.{name}" for source in found for name, node in functions(source.tree) if removes(node)}


def functions(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    return ((node.name, node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def removes(function: ast.AST) -> bool:
    """Whether a function calls `delete`, or empties a written text."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            emptied = called == "values" and any(
                word.arg in WRITTEN and is_nothing(word.value) for word in node.keywords
            )
            if called == "delete" or emptied:
                return True
        if isinstance(node, ast.Assign) and is_nothing(node.value):
            targets = {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
            if targets & WRITTEN:
                return True
    return False


def is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, "")


def acts(source: Source) -> bool:
    """Whether a module holds what people do, and not what the house does by itself."""
    parts = source.module.split(".")
    return parts[0] in {"clais", "tenants", "support_center"} and not {"jobs", "database", "scheduling"} & set(parts)


def test_every_removal_says_what_becomes_of_the_words() -> None:
    assert removals(source for source in sources() if acts(source)) == set(REMOVALS)


def test_what_asks_shows_the_words_that_would_go() -> None:
    """The question names them, so that nobody agrees to lose what they do not see."""
    for why in REMOVALS.values():
        if why.startswith(ASKED):
            feature, name = why.removeprefix(ASKED).split(" ")[0].split("/")
            page = (ROOT / "tenants" / feature / "templates" / feature / name).read_text()
            assert "confirm=_(" in page
            assert "words=" in page


def test_an_act_that_deletes_or_empties_unasked_is_found() -> None:
    planted = [
        "def undo(session, note):\n    session.delete(note)",
        "def undo(session, note):\n    note.text = None",
        "def undo(session):\n    session.execute(update(Note).values(text=None))",
    ]
    for text in planted:
        assert removes(ast.parse(text))
    assert not removes(ast.parse("def keep(session, note):\n    note.text = 'x'"))
