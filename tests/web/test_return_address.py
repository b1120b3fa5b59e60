"""Where one goes after signing in is a page of ours, whatever was asked for."""

from urllib.parse import urljoin, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from rounds.web.return_address import inside

NEXT = st.text(alphabet="/\\:@.?#%ae \t\r\n\x00", max_size=12) | st.text(max_size=30)


@given(NEXT | NEXT.map(lambda text: "/" + text) | NEXT.map(lambda text: "//" + text))
def test_where_one_goes_next_is_here(path: str) -> None:
    origin = "https://rounds.example"
    # As a browser reads it: white space of lines is dropped, a backslash is a slash.
    seen = inside(path).replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
    assert urlsplit(urljoin(origin, seen)).netloc == "rounds.example"
