"""Messages for the next page: however many acts come before it, the newest are there."""

from flask import Flask, flash, get_flashed_messages

from tests.clais.web.conftest import build_app

LIMIT = 4096


def build() -> Flask:
    app = build_app()

    @app.get("/act/<int:number>")
    def act(number: int) -> str:
        flash(f"Acte {number} : " + "e" * 200)
        return "fait"

    @app.get("/next")
    def next_page() -> str:
        return "|".join(map(str, get_flashed_messages()))

    return app


def test_of_more_messages_than_a_cookie_holds_the_newest_are_shown() -> None:
    client = build().test_client()
    for number in range(40):
        answer = client.get(f"/act/{number}")
        assert len(answer.headers["Set-Cookie"]) < LIMIT, number
    shown = client.get("/next").get_data(as_text=True).split("|")
    numbers = [int(words.split()[1]) for words in shown]
    assert numbers == list(range(40 - len(numbers), 40))
    assert len(numbers) > 3
    assert client.get("/next").get_data(as_text=True) == "", "once"
