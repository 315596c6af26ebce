"""The portal for applicants, the console for officials, public pages. Floor 6.

Every page is a Jinja template that works without JavaScript; htmx and small modules make it pleasant.
`app.create_app()` is the door; `page.py` is what every page function gets; `/styleguide` shows the components.
"""
