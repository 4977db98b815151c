"""A reorganization in the browser, from the draft to taking it back."""

from datetime import date

import pytest
from django.urls import reverse

from temis.organizations.models import Organization, Reorganization, ReorganizationStep


def draft(client, title="Sắp xếp trường") -> Reorganization:
    client.post(
        reverse("restructuring:new"), {"title": title, "document": "QĐ 12", "on": date.today().strftime("%d/%m/%Y")}
    )
    return Reorganization.objects.get(title=title)


def test_officer_drafts_previews_applies_and_takes_back(cast, client):
    client.force_login(cast.province_officer.user)
    made = draft(client)
    client.post(
        reverse("restructuring:add_step", args=[made.pk]),
        {"change": "MERGE", "organization": "93-1-2", "target": "93-1-20"},
    )

    seen = client.post(reverse("restructuring:preview", args=[made.pk]))
    open_while_previewed = Organization.objects.get(code="93-1-2").is_open
    client.post(reverse("restructuring:apply", args=[made.pk]))
    open_after = Organization.objects.get(code="93-1-2").is_open
    client.post(reverse("restructuring:undo", args=[made.pk]))

    assert seen.context["effects"].people.total == 9
    assert (open_while_previewed, open_after, Organization.objects.get(code="93-1-2").is_open) == (True, False, True)


def test_list_of_changes_is_pasted_as_a_spreadsheet_copies_it(cast, client):
    client.force_login(cast.province_officer.user)
    made = draft(client)
    text = "Đổi tên\t93-1-2\t\tTrường THCS Vị Thanh\t\nchuyển\t93-9\t93-1\t\t"

    client.post(reverse("restructuring:add_steps", args=[made.pk]), {"lines": text})

    assert list(made.steps.order_by("id").values_list("change", "organization__code", "target__code", "new_name")) == [
        ("RENAME", "93-1-2", None, "Trường THCS Vị Thanh"),
        ("MOVE", "93-9", "93-1", ""),
    ]


def test_wrong_lines_are_named_and_nothing_is_added(cast, client):
    client.force_login(cast.province_officer.user)
    made = draft(client)
    text = "Đổi tên;93-1-2;;Tên mới;\nXóa;93-1-20;;;\nChuyển;95-1;93-1;;"

    response = client.post(reverse("restructuring:add_steps", args=[made.pk]), {"lines": text})

    assert response.context["lines"].errors["lines"] == [
        "Dòng 2: “Xóa” không phải Đổi tên, Chuyển, Sáp nhập hoặc Giải thể.",
        "Dòng 3: không có đơn vị mã “95-1” trong phạm vi quản lý.",
    ]
    assert not ReorganizationStep.objects.exists()


def test_body_out_of_reach_is_refused_at_its_field_like_one_that_does_not_exist(cast, client):
    client.force_login(cast.province_officer.user)
    made = draft(client)
    url = reverse("restructuring:add_step", args=[made.pk])

    errors = [
        client.post(url, {"change": "CLOSE", "organization": code}).context["form"].errors["organization"]
        for code in ("95-1", "khong-co")
    ]

    assert [e[0].replace("95-1", "…").replace("khong-co", "…") for e in errors] == [
        "Không có đơn vị mã “…” trong phạm vi quản lý. Gõ tên để chọn trong danh sách gợi ý."
    ] * 2


@pytest.mark.parametrize("who", ["teacher", "principal", "local_officer", "lecturer", "province_officer_b"])
def test_reorganization_of_another_body_is_absent(cast, client, who):
    client.force_login(cast.province_officer.user)
    made = draft(client)
    client.force_login(getattr(cast, who).user)

    assert client.get(reverse("restructuring:detail", args=[made.pk])).status_code == 404
