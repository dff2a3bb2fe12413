"""Walking through a site by its links."""

import re
from collections import Counter
from collections.abc import Iterator

from flask.testing import FlaskClient

from tests.pages import Page, landed


def kind(path: str) -> str:
    """The form of an address, without what it is about."""
    path = re.sub(r"=[^&]*", "=", path)
    path = re.sub(r"/directory/[a-z]{2}/[^/?.]+", "/directory/xx/entry", path)
    path = re.sub(r"/directory/[a-z]{2}(?=$|\?)", "/directory/xx", path)
    path = re.sub(r"/boards/[^/?]+", "/boards/board", path)
    return re.sub(r"\d+(-[^/?]*)?", "0", path)


def pages(client: FlaskClient, of_a_kind: int = 4) -> Iterator[Page]:
    """What is reached from the start by links, a few of each kind."""
    waiting, seen, kinds = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        kinds[kind(path)] += 1
        if kinds[kind(path)] > of_a_kind:
            continue
        response = client.get(path)
        page = landed(client, response, path, follow=True)
        assert page.status == 200, f"{path}: {page.status}"
        if page.response.mimetype != "text/html":
            continue
        yield page
        for link in page.links():
            target = link.partition("#")[0]
            assert link, f"{path}: a link without an address"
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
