from clais.forms.fields import Identifier, WholeNumber
from clais.forms.schemas import Schema


class SearchSchema(Schema):
    """What is typed in a question about an occupation or a municipality."""

    q = Identifier(max=100, required=True)


class AnswerSchema(Schema):
    """Which question is answered, and the revision of the answer that was read."""

    item = Identifier(max=40, required=True)
    seen = WholeNumber(load_default=0)
