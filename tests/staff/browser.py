"""A browser on the pages of staff: who is signed in, what is asked, sent, and said in answer."""

from urllib.parse import urlencode

from django.urls import reverse


def as_(client, who):
    client.force_login(getattr(who, "user", who))
    return client


def raw(query):
    """As a browser that has been tampered with would send it: surrogates are bytes as well."""
    return urlencode(query, doseq=True, errors="surrogatepass")


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"staff:{name}", args=args), QUERY_STRING=raw(query))
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, **data):
    form = "application/x-www-form-urlencoded"
    return client.post(reverse(f"staff:{name}", args=args), raw(data), content_type=form)


def said(client, response):
    return " ".join(str(m) for m in client.get(response["Location"]).context["messages"])
