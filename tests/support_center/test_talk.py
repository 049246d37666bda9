"""From a number of the network the supervisor writes to the platform, about the figure and about nobody."""

from sqlalchemy import Engine, text

from tests.support.federation import Federation


def test_a_number_is_talked_about_by_mail_where_the_platform_has_an_address(
    federation: Federation, superuser: Engine
) -> None:
    browser = federation.member(federation.support_centre, "supervisor").browser()
    address = f"/reseau?plateforme={federation.platform.id}&chiffre=arrived"
    change = text("UPDATE tenant SET contact_email = :mail WHERE id = :id")
    for mail, is_there in (("plateforme@example.be", True), (None, False)):
        with superuser.begin() as connection:
            connection.execute(change, {"mail": mail, "id": federation.platform.id})
        page = browser.get(address).get_data(as_text=True)
        assert ('href="mailto:plateforme@example.be?subject=R%C3%A9seau' in page) is is_there
        assert ("En parler à la plate-forme" in page) is is_there
