from clais.web.routing import Feature

people = Feature("people", __name__)
"""The routes of the files: the list and the file itself in `views`, the card in `card_views`."""
