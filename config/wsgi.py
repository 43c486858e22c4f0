"""The WSGI entry point that gunicorn serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from study import anonymous_address

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
address_key = anonymous_address.KEY  # made here, so that the processes that gunicorn forks count together
