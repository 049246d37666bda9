from clais.feature import Feature
from clais.feature.columns import ListAct
from clais.translation import N_
from tenants.invitations import views

FEATURE = Feature(
    name="invitations",
    package=__package__,
    pages=(views.pages,),
    list_acts=(ListAct("invite", 15, N_("Write to…"), "send", "invitations.invite", views.INVITE),),
)
