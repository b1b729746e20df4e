"""Names are masked by what they are, not by how long they are."""

from __future__ import annotations

import pytest

from govpost.common.masks import mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王强", "王*"), ("王示例", "王**"), ("欧阳示例", "欧***"), ("何建国（示例）", "何**"), ("买买提·吐尔逊江", "买*******"),
        ("阿依古丽·阿不都热依木", "阿**********"), ("亳州示例餐饮有限公司", "亳州示例****公司"), ("谯城区示例美发店", "谯城区示**发店"),
        ("示例理发店", "示****"), ("一二三餐饮店", "一二三***"), ("李", "李"), ("", ""),
    ],
)  # fmt: skip
def test_a_person_keeps_one_character_and_an_organisation_stays_recognisable(name: str, masked: str) -> None:
    assert mask_name(name) == masked
