from clais.feature import Feature
from clais.feature.file import Section, ThreadSource
from clais.feature.merging import PersonRows
from tenants.tags import sections, views
from tenants.tags.columns import TAG_SEVERAL, TAGS
from tenants.tags.models import PersonTag, Tag
from tenants.tags.queries import OF_A_PERSON
from tenants.tags.trail import TRAIL

FEATURE = Feature(
    name="tags",
    package=__package__,
    pages=(views.pages,),
    tables=(Tag, PersonTag),
    person_rows=(PersonRows(table=PersonTag, single=("tag_id",)),),
    trail=TRAIL,
    person_columns=(TAGS,),
    list_acts=(TAG_SEVERAL,),
    sections=(Section("tags", 13, "aside", "person.read", "tags/_tags.html", sections.tags_on_file, "situation"),),
    thread=(ThreadSource("tags", "person.read", OF_A_PERSON, sections.no_entry),),
)
