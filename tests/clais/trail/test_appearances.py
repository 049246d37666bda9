"""The lists in which someone appeared: apart from the readings of their file, and folded by who saw them and by day."""

from tests.clais.trail.conftest import Platform


def see_lists(platform: Platform, times: int = 1) -> None:
    """The agent looks at the files, so many times."""
    browser = platform.agent.browser()
    for _time in range(times):
        browser.get("/personnes").close()


def test_lists_stand_in_a_tab_of_their_own(platform: Platform) -> None:
    see_lists(platform, 3)
    assert "a vu des noms dans une liste" not in platform.log()
    lists = platform.log("?kind=lists")
    assert lists.count("a vu des noms dans une liste") == 1
    assert "2 noms" in lists
    assert "3 fois depuis" in lists
    assert "a vu des noms dans une liste" not in platform.log("?kind=readings")
    assert "a vu des noms dans une liste" not in platform.log("?kind=changes")


def test_a_search_that_showed_nobody_says_so_and_is_no_line_of_the_lists_that_did(platform: Platform) -> None:
    see_lists(platform, 2)
    browser = platform.agent.browser()
    for name in ("Zzyzxquist", "Qwfpgjluy"):
        browser.post("/personnes/recherche", {"q": name}, status=200).close()
    lists = platform.log("?kind=lists")
    assert lists.count("a fait une recherche et n'a vu aucun nom") == 1
    assert lists.count("a vu des noms dans une liste") == 1
    assert lists.count("2 fois depuis") == 2
    assert "0 nom" not in lists


def test_the_lists_of_one_person_are_those_in_which_they_stood(platform: Platform) -> None:
    browser = platform.agent.browser()
    browser.get("/personnes").close()
    sofia = platform.log(f"?kind=lists&person={platform.sofia.id}")
    assert "a vu des noms dans une liste" in sofia
    stranger = platform.log(f"?kind=lists&person={platform.amina.id}&until=2020-01-01")
    assert "a vu des noms dans une liste" not in stranger


def test_on_paper_a_person_reads_how_many_lists_showed_their_name(platform: Platform) -> None:
    page = f"/journal-des-acces/personnes/{platform.sofia.id}"
    assert "Listes où se trouvait votre nom" not in platform.browser.get(page).get_data(as_text=True)
    see_lists(platform, 3)
    platform.read(platform.sofia)
    shown = platform.browser.get(page).get_data(as_text=True)
    assert "Listes où se trouvait votre nom" in shown
    assert "Nadia Lambert\xa0: vu dans 3 listes" in shown
