"""The web shell: layout, components, forms from schemas, errors, headers, static files and translations.

This module stays empty on purpose: `clais.forms.schemas` and `clais.forms.fields` serve the API and the imports too,
and importing them must not pull Flask's application side in. Wire an application with `clais.web.setup.setup_web`.
"""
