"""What a role is, and the five that every key-account team has."""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.bind import Label
from kaframe.errors import Location

NOT_DECLARED = Location("team.yaml")


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is in the team. ``for_all``: not bound to an account, whoever has it acts for all."""

    at: Location
    id: str
    label: Label | None = None
    duties: tuple[Label, ...] = ()
    skills: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    for_all: bool = False


def _role(name: str, label: Label, for_all: bool, *duties: Label) -> Role:
    return Role(NOT_DECLARED, name, label, duties, for_all=for_all)


STANDARD_ROLES = (
    _role(
        "lead",
        Label("Team lead", "团队负责人"),
        True,
        Label("Overall strategy and team management", "整体战略制定与团队管理"),
        Label("Keeps the team's goals in line with the company's strategy", "确保团队目标与企业战略一致"),
        Label("Approves plans and decides escalations", "审批客户计划，裁决升级事项"),
    ),
    _role(
        "account_manager",
        Label("Account manager", "客户经理"),
        False,
        Label("Daily communication and the relationship with the account", "与大客户的日常沟通和关系维护"),
        Label("Understands needs and offers fitting services", "了解客户需求并提供定制化的解决方案"),
    ),
    _role(
        "market_analyst",
        Label("Market analyst", "市场分析师"),
        True,
        Label("Follows the market and the competitors", "分析市场动态和竞争对手"),
        Label("Supports decisions with insights", "为KA团队提供决策支持和市场洞察"),
    ),
    _role(
        "product_specialist",
        Label("Product specialist", "产品专家"),
        False,
        Label("Product knowledge for the account's solution", "提供产品专业知识，协助客户制定解决方案"),
    ),
    _role(
        "after_sales",
        Label("After-sales specialist", "售后服务专员"),
        False,
        Label("After-sales service; solves the account's problems", "负责大客户的售后服务和问题解决"),
        Label("Keeps the account's experience good", "确保客户在使用产品或服务过程中获得良好的体验"),
    ),
)
