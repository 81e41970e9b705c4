"""The press: a page on standard input, its PDF on standard output. A program of its own.

It is run once for each paper, so that whatever a page does to the engine ends with it; it opens nothing
but the fonts beside it, and stops at its limits of time and memory.
"""

import resource
import sys

import plutoprint

SECONDS = 20
MEMORY = 1024 * 1024 * 1024


class NothingElse(plutoprint.ResourceFetcher):
    """Refuses every address: a page brings all it needs."""

    def fetch_url(self, url: str) -> plutoprint.ResourceData:
        """Nothing. Raises `ValueError`, always."""
        del url
        raise ValueError("a paper opens no address")


def main() -> None:
    """Print one page. Raises whatever the engine raises."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    page = sys.stdin.buffer.read().decode()
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4)
    book.custom_resource_fetcher = NothingElse()
    book.load_html(page)
    book.set_metadata(plutoprint.PDF_METADATA_CREATOR, "motcua")
    book.write_to_pdf_stream(sys.stdout.buffer)


if __name__ == "__main__":
    main()
