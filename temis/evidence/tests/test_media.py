"""What a file is, by its content."""

import io

import pytest

from temis.core.errors import RuleViolation
from temis.evidence import media
from temis.evidence.tests import files

ACCEPTED = [
    (files.PDF, media.PDF),
    (files.picture("PNG"), media.PNG),
    (files.picture("JPEG"), media.JPEG),
    (files.picture("WEBP"), media.WEBP),
    (files.office("docx"), media.DOCX),
    (files.office("xlsx"), media.XLSX),
    (files.office("pptx"), media.PPTX),
    (files.compound("WordDocument", "1Table"), media.DOC),
    (files.compound("Workbook"), media.XLS),
    (files.compound("PowerPoint Document"), media.PPT),
    (files.MP4, media.MP4),
    (files.M4A, media.M4A),
    (files.MP3, media.MP3),
    (files.MP3_TAGGED, media.MP3),
]
REFUSED = {
    "program": files.ELF,
    "page": files.HTML,
    "page that calls itself PDF further down": files.HTML + files.PDF,
    "word with macros": files.office("docm"),
    "word with a macro part": files.office("docx", 'application/vnd.ms-office.vbaProject"'),
    "old word with macros": files.compound("WordDocument", "_VBA_PROJECT"),
    "installer": files.compound("SummaryInformation"),
    "zip": files.archive({"a.txt": "x"}),
    "zip cut off": files.office("docx")[:60],
    "bomb in the type list": files.archive(
        {"[Content_Types].xml": " " * 3_000_000 + "wordprocessingml.document.main+xml"}
    ),
    "iphone picture": files.HEIC,
    "mpeg audio with an impossible bit rate": b"\xff\xfb\xf0\x64" + b"\0" * 400,
    "text": "Biên bản họp tổ".encode(),
    "one byte": b"P",
}


@pytest.mark.parametrize(("content", "expected"), ACCEPTED, ids=[kind.extension for _content, kind in ACCEPTED])
def test_accepted_types_are_known_by_their_content(content, expected):
    assert media.detect(io.BytesIO(content)) is expected


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_everything_else_is_refused(content):
    with pytest.raises(RuleViolation) as refused:
        media.detect(io.BytesIO(content))
    assert (refused.value.rule_id, refused.value.field) == ("EVD-01", "file")


def test_every_accepted_type_has_a_file_in_this_test():
    assert {kind for _content, kind in ACCEPTED} == set(media.ACCEPTED)


def test_macro_is_named_as_the_reason():
    with pytest.raises(RuleViolation, match="macro"):
        media.detect(io.BytesIO(files.office("docm")))


def test_content_can_be_read_from_its_beginning_afterwards():
    content = io.BytesIO(files.office("docx"))

    media.detect(content)

    assert content.tell() == 0
