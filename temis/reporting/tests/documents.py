"""A whole report of Hậu Giang 2020 for the tests of the outputs."""

from dataclasses import replace
from datetime import UTC, date, datetime

from temis.reporting.document import Letterhead, Meta, Narrative, Province, ReportDocument
from temis.reporting.tables import compute
from temis.reporting.template import builtin_template
from temis.reporting.tests import haugiang


def document(**changes) -> ReportDocument:
    template = builtin_template("temis-2020")
    made = ReportDocument(
        template=template,
        year=2020,
        province=Province("93", "Hậu Giang"),
        tables=tuple(compute(template, haugiang.cube())),
        meta=Meta(datetime(2020, 12, 24, 8, 30, tzinfo=UTC), "Nguyễn Thị Hoa", "ab" * 32),
        letterhead=Letterhead(
            parent_body="UBND tỉnh Hậu Giang",
            issuing_body="Sở Giáo dục và Đào tạo",
            number="412/BC-SGDĐT",
            place="Hậu Giang",
            issued_on=date(2020, 12, 28),
            recipients=(
                "Cục Nhà giáo và Cán bộ quản lý giáo dục",
                "Ban Quản lý Chương trình ETEP",
                "Trường Đại học Sư phạm Thành phố Hồ Chí Minh",
                "Lưu: VT, TCCB",
            ),
            authority="KT. Giám đốc",
            signer_title="Phó Giám đốc",
            signer_name="Trần Văn Khánh",
        ),
        narrative=(
            Narrative(
                "1. Đánh giá chung",
                (
                    "Đến thời điểm báo cáo, 84,9% giáo viên phổ thông của tỉnh đã hoàn thành đánh giá.",
                    "Các trường trung học phổ thông hoàn thành chậm hơn do thay đổi nhân sự đầu mối.",
                ),
            ),
        ),
    )
    return replace(made, **changes)
