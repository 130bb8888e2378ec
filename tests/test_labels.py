"""What people read for ids, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.labels import labels
from tests.telling import make_project, rule


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("tier.strategic", "战略", "Strategic"),
        ("measure.revenue", "销售额", "Revenue"),
        ("card.relationship", "客户关系", "Relationship"),
        ("node.relationship.delivery", "准时交付", "Delivery on time"),
        ("exception.notice_given", "已发出解约通知", "Contract notice given"),
        ("status.red", "红", "red"),
        ("status.no_data", "数据不足", "too little data"),
        ("stage.analysis", "分析", "Analysis"),
        ("role.lead", "团队负责人", "Team lead"),
        ("member.wang", "王芳", "王芳"),
        ("notice.turned_red", "客户转红", "客户转红"),
    ],
)
def test_every_id_has_words(tmp_path: Path, name: str, zh: str, en: str) -> None:
    """By kind and id; what has one text only has it in both languages."""
    notify = rule(title="客户转红")
    assert labels(make_project(tmp_path / "zh", notify))[name] == zh
    assert labels(make_project(tmp_path / "en", notify, language="en"))[name] == en
