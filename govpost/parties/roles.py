"""The roles that people and partners hold, each in a region and where it matters for one organisation."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a grant lets its holder be; each room's MAY table says which roles may do which verb."""

    CLERK = "clerk"  # one-window clerk 综合窗口
    OFFICER = "officer"  # department officer 部门经办
    STATION = "station"  # stationed postal clerk 驻点人员
    COURIER = "courier"  # 揽投员
    DISPATCHER = "dispatcher"  # 调度窗口
    SUPERVISOR = "supervisor"  # 监督窗口, read-only
    QUALITY = "quality"  # 质量监控
    FINANCE = "finance"  # 结算
    INTEGRATOR = "integrator"  # 接入方
    SENDER = "sender"  # a department that sends mail without a case
    ADMIN = "admin"  # people, organisations, profiles, catalogue of a region; holds no other role
