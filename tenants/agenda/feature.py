from clais.web.routing import Feature

agenda = Feature("agenda", __name__)
"""The routes of the agenda: `views` has my day and the weeks, `appointments` those of one appointment."""
