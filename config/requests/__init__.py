"""Between a request and its view: the short way of answers and photos, and headers of every answer."""
