from clais.feature import Feature
from tenants.note_templates import views
from tenants.note_templates.models import NoteTemplate
from tenants.note_templates.trail import TRAIL

FEATURE = Feature(
    name="note_templates",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    tables=(NoteTemplate,),
)
