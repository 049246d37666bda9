"""For another WSGI server; `clais serve` composes the same application."""

from config.database import application_url
from config.serving import application
from config.settings import Settings

settings = Settings.from_environment()
app = application(settings, application_url(settings))
