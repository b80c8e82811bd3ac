"""Forms as a browser that has been tampered with would send them."""

from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


def post(client, url, data, **options):
    """Send a form; surrogates are bytes as well."""
    body = urlencode(data, doseq=True, errors="surrogatepass")
    return client.post(url, body, content_type=FORM, **options)
