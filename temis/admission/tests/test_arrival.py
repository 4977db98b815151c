"""What is sent has arrived before the application is asked."""

import io

import pytest

from temis.admission.arrival import CHUNK, IN_MEMORY, arrived


class Line:
    """A connection that hands over what there is, and notes when."""

    def __init__(self, content: bytes, log: list[str]) -> None:
        self.content, self.log = io.BytesIO(content), log

    def read(self, size: int = -1) -> bytes:
        self.log.append("line")
        return self.content.read(min(size, 1000))


def told(content: bytes, length: str | None, most: int = 10 * IN_MEMORY) -> tuple[bytes, list[str]]:
    """What the application reads, and in which order things happened."""
    log: list[str] = []

    def application(environ, start_response):
        log.append("application")
        return [environ["wsgi.input"].read(CHUNK * 100)]

    environ = {"wsgi.input": Line(content, log)} | ({} if length is None else {"CONTENT_LENGTH": length})
    return b"".join(arrived(application, most)(environ, lambda *_: None)), log


@pytest.mark.parametrize("size", [1, 999, 1000, IN_MEMORY + 1])
def test_all_of_it_is_there_before_the_application_begins(size):
    content = bytes(number % 251 for number in range(size))

    read, log = told(content, str(size))

    assert read == content
    assert log.index("application") == len(log) - 1


def test_what_comes_after_the_end_is_not_read():
    assert told(b"abcdef", "3")[0] == b"abc"


def test_who_goes_in_the_middle_leaves_too_little():
    assert told(b"abc", "10")[0] == b"abc"


@pytest.mark.parametrize("length", [None, "", "0", "-1", "²", "viele", "11"])
def test_without_a_length_or_beyond_the_limit_the_application_reads_itself(length):
    assert told(b"a" * 11, length, most=10)[1][0] == "application"
