"""Search terms: parameters that carry words to look for, whatever the records are."""

from __future__ import annotations

from envfactory.spec.words.name import word_set, words

SEARCHES = word_set(
    "q query search keyword keywords term terms search_term text search_text search_query "
    "searchterm search_string querystring query_string query_text search_phrase phrase "
    "filter_text term_search filter_query search_for search_terms searchterms search_keyword "
    "search_keywords searchtext searchquery"
)


def is_search(name: str) -> bool:
    """Tell whether a parameter of that name carries words to look for."""
    return "_".join(words(name)) in SEARCHES
