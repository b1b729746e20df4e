"""Who works in the demonstration, and what a visitor types to be one of them. Nobody here exists. No Django: the settings read it."""

from __future__ import annotations

from dataclasses import dataclass

from govpost.parties.roles import Role

# Known to everybody who sees the sign-in page of a demonstration; such people exist nowhere else.
PASSWORD = "shili-2026-demo"
BOZHOU, JINING, ZHAOQING = "34.3416", "37.3708", "44.4412"


@dataclass(frozen=True, slots=True)
class Worker:
    """One member of staff: `organisation` and `outlet` by code, `region` where the role holds, `place` for the sign-in page."""

    login: str
    name: str
    role: Role
    organisation: str
    region: str
    place: str
    duty: str
    outlet: str = ""

    @property
    def surface(self) -> str:
        return "courier" if self.role is Role.COURIER else "desk"


def _courier(login: str, name: str, county: str, code: str) -> Worker:
    return Worker(login, name, Role.COURIER, "bozhou-post", f"{BOZHOU}.{code}", f"亳州{county}", "揽投员", f"SL{code}D1")


def _city(prefix: str, region: str, place: str, logins: tuple[tuple[str, str], ...]) -> tuple[Worker, ...]:
    """The people of a city whose cases are decided elsewhere, in one order for both."""
    duties = (
        (Role.SENDER, "id-centre", "制证中心交寄"), (Role.SENDER, "traffic-police", "车管所交寄"),
        (Role.SENDER, "enforcement", "执法局交寄"), (Role.STATION, "post", "驻点窗口"), (Role.QUALITY, "post", "质量监控"),
        (Role.SUPERVISOR, "government", "监督窗口"), (Role.FINANCE, "post", "结算"),
    )  # fmt: skip
    return tuple(
        Worker(
            login, name, role, f"{prefix}-{organisation}", region, place, duty,
            f"SL{region.rpartition('.')[2]}00S1" if role is Role.STATION else "",
        )
        for (login, name), (role, organisation, duty) in zip(logins, duties, strict=True)
    )  # fmt: skip


_BOZHOU_DESK = (
    Worker("wang", "王示例", Role.CLERK, "bozhou-government", BOZHOU, "亳州", "综合窗口"),
    Worker("zhou", "周示例", Role.OFFICER, "bozhou-health", BOZHOU, "亳州", "卫健委经办"),
    Worker("shi", "史示例", Role.OFFICER, "bozhou-market", BOZHOU, "亳州", "市场监管局经办"),
    Worker("ma", "马示例", Role.OFFICER, "bozhou-transport", BOZHOU, "亳州", "交通运输局经办"),
    Worker("sun", "孙示例", Role.STATION, "bozhou-post", BOZHOU, "亳州", "驻点窗口", "SL341600S1"),
    Worker("feng", "冯示例", Role.DISPATCHER, "bozhou-post", BOZHOU, "亳州", "调度窗口"),
    Worker("wu", "吴示例", Role.SUPERVISOR, "bozhou-government", BOZHOU, "亳州", "监督窗口"),
    Worker("zheng", "郑示例", Role.QUALITY, "bozhou-post", BOZHOU, "亳州", "质量监控"),
    Worker("jin", "金示例", Role.FINANCE, "bozhou-post", BOZHOU, "亳州", "结算"),
    Worker("tang", "唐示例", Role.SENDER, "bozhou-enforcement", BOZHOU, "亳州", "执法局交寄"),
    Worker("dong", "董示例", Role.SENDER, "bozhou-id-centre", BOZHOU, "亳州", "制证中心交寄"),
    Worker("cheng", "程示例", Role.SENDER, "bozhou-traffic-police", BOZHOU, "亳州", "车管所交寄"),
)
_BOZHOU_COURIERS = (
    _courier("zhao", "赵示例", "谯城区", "341602"),
    _courier("guo", "郭示例", "涡阳县", "341621"),
    _courier("meng", "孟示例", "蒙城县", "341622"),
    _courier("liu", "刘示例", "利辛县", "341623"),
)
_JINING = _city("jining", JINING, "济宁", (
    ("kong", "孔示例"), ("yan", "颜示例"), ("zeng", "曾示例"), ("ran", "冉示例"), ("min", "闵示例"), ("you", "尤示例"), ("bu", "卜示例"),
))  # fmt: skip
_ZHAOQING = _city("zhaoqing", ZHAOQING, "肇庆", (
    ("liang", "梁示例"), ("ou", "欧示例"), ("mo", "莫示例"), ("huang", "黄示例"), ("mai", "麦示例"), ("lu", "卢示例"), ("tan", "谭示例"),
))  # fmt: skip
_ABOVE = (
    Worker("anhui", "许示例", Role.QUALITY, "post-hq", "34", "安徽省", "质量监控"),
    Worker("hq", "关示例", Role.QUALITY, "post-hq", "", "总部", "质量监控"),
    Worker("hq-money", "贾示例", Role.FINANCE, "post-hq", "", "总部", "结算"),
)
WORKERS = (*_BOZHOU_DESK, *_BOZHOU_COURIERS, *_JINING, *_ZHAOQING, *_ABOVE)


def logins() -> list[dict[str, str]]:
    """What the sign-in pages of a demonstration offer (`settings.DEMO_LOGINS`)."""
    return [
        {"login": each.login, "password": PASSWORD, "place": each.place, "words": f"{each.duty} · {each.name}", "surface": each.surface}
        for each in WORKERS
    ]
