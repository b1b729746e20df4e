"""Who works in the demonstration, and what a visitor types to be one of them. Nobody here exists. No Django: the settings read it."""

from __future__ import annotations

from dataclasses import dataclass

from govpost.parties.roles import Role

# Known to everybody who sees the sign-in page of a demonstration; such people exist nowhere else.
PASSWORD = "shili-2026-demo"
BOZHOU, JINING, ZHAOQING = "34.3416", "37.3708", "44.4412"


@dataclass(frozen=True, slots=True)
class Worker:
    """One member of staff: `organisation` and `outlet` by code, `region` where the role holds, `place` for the sign-in page.

    `secret` is that of a second factor.
    """

    login: str
    name: str
    role: Role
    organisation: str
    region: str
    place: str
    duty: str
    outlet: str = ""
    secret: str = ""

    @property
    def surface(self) -> str:
        return "courier" if self.role is Role.COURIER else "desk"


def _courier(login: str, name: str, county: str, code: str, post: str = "bozhou-post") -> Worker:
    return Worker(login, name, Role.COURIER, post, f"{_REGIONS[post]}.{code}", county, "揽投员", f"SL{code}D1")


def _city(prefix: str, place: str, people: tuple[tuple[str, str, Role, str, str], ...]) -> tuple[Worker, ...]:
    """The people of a city whose cases are decided elsewhere."""
    region = _REGIONS[f"{prefix}-post"]
    station = f"SL{region.rpartition('.')[2]}00S1"
    return tuple(
        Worker(login, name, role, f"{prefix}-{organisation}", region, place, duty, station if role is Role.STATION else "")
        for login, name, role, organisation, duty in people
    )


def _at_a_hall(login: str, name: str, role: Role, city: str, place: str, county: str) -> Worker:
    """Somebody of a county's hall: the clerk of its window, or of the postal desk that stands in it."""
    desk = role is Role.STATION
    organisation = f"{city}-post" if desk else f"{city}-government-{county}"
    region = f"{_REGIONS[f'{city}-post']}.{county}"
    duty, outlet = ("驻点窗口", f"SL{county}S1") if desk else ("综合窗口", "")
    return Worker(login, name, role, organisation, region, place, duty, outlet)


_REGIONS = {"bozhou-post": BOZHOU, "jining-post": JINING, "zhaoqing-post": ZHAOQING}
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
# The halls of the counties: each clerk and each desk sees its own county only.
_BOZHOU_COUNTIES = (
    _at_a_hall("guoyang", "甘示例", Role.CLERK, "bozhou", "亳州涡阳县", "341621"),
    _at_a_hall("guoyang-desk", "柏示例", Role.STATION, "bozhou", "亳州涡阳县", "341621"),
    _at_a_hall("mengcheng", "庄示例", Role.CLERK, "bozhou", "亳州蒙城县", "341622"),
    _at_a_hall("mengcheng-desk", "戴示例", Role.STATION, "bozhou", "亳州蒙城县", "341622"),
    _at_a_hall("lixin", "岳示例", Role.CLERK, "bozhou", "亳州利辛县", "341623"),
    _at_a_hall("lixin-desk", "喻示例", Role.STATION, "bozhou", "亳州利辛县", "341623"),
)
_OTHER_COUNTIES = (
    _at_a_hall("qufu", "东示例", Role.CLERK, "jining", "济宁曲阜市", "370881"),
    _at_a_hall("sihui", "司徒示例", Role.CLERK, "zhaoqing", "肇庆四会市", "441284"),
)
_BOZHOU_COURIERS = (
    _courier("zhao", "赵示例", "亳州谯城区", "341602"),
    _courier("guo", "郭示例", "亳州涡阳县", "341621"),
    _courier("meng", "孟示例", "亳州蒙城县", "341622"),
    _courier("liu", "刘示例", "亳州利辛县", "341623"),
)
# The carrier's couriers have their own devices; these are there for the day on which the profile makes a door ours.
_OTHER_COURIERS = (
    _courier("jn-courier", "鲁示例", "济宁任城区", "370811", "jining-post"),
    _courier("zq-courier", "岑示例", "肇庆端州区", "441202", "zhaoqing-post"),
)
_BOZHOU_OFFICES = _city("bozhou", "亳州", (
    ("bz-court", "滕示例", Role.SENDER, "court", "法院交寄"), ("bz-tax", "葛示例", Role.SENDER, "tax", "税务局交寄"),
    ("bz-office", "卞示例", Role.SENDER, "office", "市政府办公文交寄"),
    ("bz-hall", "祝示例", Role.SENDER, "government", "网上办事大厅交寄"),
))  # fmt: skip
_JINING = _city("jining", "济宁", (
    ("kong", "孔示例", Role.SENDER, "id-centre", "制证中心交寄"), ("yan", "颜示例", Role.SENDER, "traffic-police", "车管所交寄"),
    ("zeng", "曾示例", Role.SENDER, "enforcement", "执法局交寄"), ("ran", "冉示例", Role.STATION, "post", "驻点窗口"),
    ("min", "闵示例", Role.QUALITY, "post", "质量监控"), ("you", "尤示例", Role.SUPERVISOR, "government", "监督窗口"),
    ("bu", "卜示例", Role.FINANCE, "post", "结算"), ("jn-clerk", "仲示例", Role.CLERK, "government", "综合窗口"),
    ("jn-dispatch", "端示例", Role.DISPATCHER, "post", "调度窗口"), ("jn-exit", "宓示例", Role.SENDER, "exit-entry", "出入境证件交寄"),
    ("jn-court", "樊示例", Role.SENDER, "court", "法院交寄"), ("jn-tax", "公示例", Role.SENDER, "tax", "税务局交寄"),
    ("jn-etc", "巫示例", Role.SENDER, "etc", "ETC 客服中心交寄"), ("jn-transport", "漆示例", Role.SENDER, "transport", "交通运输局交寄"),
    ("jn-letters", "司示例", Role.SENDER, "procuratorate", "检察院交寄"),
    ("jn-arbitration", "琴示例", Role.SENDER, "arbitration", "仲裁委交寄"),
    ("jn-disabled", "商示例", Role.SENDER, "disabled", "残联交寄"),
    ("jn-health", "宰示例", Role.OFFICER, "health", "卫健委经办"), ("jn-market", "颛孙示例", Role.OFFICER, "market", "市场监管局经办"),
    ("jn-roads", "言示例", Role.OFFICER, "transport", "交通运输局经办"),
))  # fmt: skip
_ZHAOQING = _city("zhaoqing", "肇庆", (
    ("liang", "梁示例", Role.SENDER, "id-centre", "制证中心交寄"), ("ou", "欧示例", Role.SENDER, "traffic-police", "车管所交寄"),
    ("mo", "莫示例", Role.SENDER, "enforcement", "执法局交寄"), ("huang", "黄示例", Role.STATION, "post", "驻点窗口"),
    ("mai", "麦示例", Role.QUALITY, "post", "质量监控"), ("lu", "卢示例", Role.SUPERVISOR, "government", "监督窗口"),
    ("tan", "谭示例", Role.FINANCE, "post", "结算"), ("zq-clerk", "冼示例", Role.CLERK, "government", "综合窗口"),
    ("zq-dispatch", "邝示例", Role.DISPATCHER, "post", "调度窗口"), ("zq-exit", "霍示例", Role.SENDER, "exit-entry", "出入境证件交寄"),
    ("zq-court", "伍示例", Role.SENDER, "court", "法院交寄"), ("zq-tax", "区示例", Role.SENDER, "tax", "税务局交寄"),
    ("zq-letters", "甄示例", Role.SENDER, "procuratorate", "检察院交寄"),
    ("zq-arbitration", "简示例", Role.SENDER, "arbitration", "仲裁委交寄"),
    ("zq-client", "关示例", Role.SENDER, "client", "委办企业交寄（月结）"),
    ("zq-health", "陆示例", Role.OFFICER, "health", "卫生健康局经办"), ("zq-market", "邓示例", Role.OFFICER, "market", "市场监管局经办"),
))  # fmt: skip
_ABOVE = (
    Worker("anhui", "许示例", Role.QUALITY, "post-hq", "34", "安徽省", "质量监控"),
    Worker("hq", "关示例", Role.QUALITY, "post-hq", "", "总部", "质量监控"),
    Worker("hq-money", "贾示例", Role.FINANCE, "post-hq", "", "总部", "结算"),
)
# Administrators: headquarters' carries a second factor whose code the demonstration's sign-in page shows.
_ADMINISTRATORS = (
    Worker("guan", "管示例", Role.ADMIN, "bozhou-government", BOZHOU, "亳州", "管理员"),
    Worker("lian", "廉示例", Role.ADMIN, "jining-government", JINING, "济宁", "管理员"),
    Worker("xie", "谢示例", Role.ADMIN, "zhaoqing-government", ZHAOQING, "肇庆", "管理员"),
    Worker("anhui-admin", "皖示例", Role.ADMIN, "post-hq", "34", "安徽省", "省级管理员"),
    Worker("hq-admin", "总示例", Role.ADMIN, "post-hq", "", "总部", "管理员（两步验证）", secret="JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ"),
)
WORKERS = (
    *_BOZHOU_DESK, *_BOZHOU_COUNTIES, *_BOZHOU_COURIERS, *_BOZHOU_OFFICES, *_JINING, *_ZHAOQING, *_OTHER_COUNTIES, *_OTHER_COURIERS,
    *_ABOVE, *_ADMINISTRATORS,
)  # fmt: skip


def senders(city: str) -> dict[str, str]:
    """Who sends for an organisation of a city: the last words of its code → login."""
    own = [each for each in WORKERS if each.role is Role.SENDER and each.organisation.startswith(f"{city}-")]
    return {each.organisation.removeprefix(f"{city}-"): each.login for each in own}


def at_desks() -> dict[str, str]:
    """Who stands at each station desk: outlet → login."""
    return {each.outlet: each.login for each in WORKERS if each.role is Role.STATION}


def at_windows() -> dict[str, str]:
    """Who stands at the window of a county's hall: county → login."""
    return {each.region.rpartition(".")[2]: each.login for each in WORKERS if each.role is Role.CLERK and each.region.count(".") > 1}


def logins() -> list[dict[str, str]]:
    """What the sign-in pages of a demonstration offer (`settings.DEMO_LOGINS`), place by place."""
    places = list(dict.fromkeys(each.place for each in WORKERS))
    city = {place: next(each for each in places if place.startswith(each)) for place in places}
    places.sort(key=lambda place: list(city).index(city[place]))  # counties stand after their city
    return [
        {
            "login": each.login,
            "password": PASSWORD,
            "place": each.place,
            "words": f"{each.duty} · {each.name}",
            "surface": each.surface,
            "role": each.role.value,
        }
        for each in sorted(WORKERS, key=lambda each: places.index(each.place))
    ]


def second_factors() -> dict[str, str]:
    """Login → secret, for the sign-in page of a demonstration (`settings.DEMO_SECOND_FACTORS`)."""
    return {each.login: each.secret for each in WORKERS if each.secret}
