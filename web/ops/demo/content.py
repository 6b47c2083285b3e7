"""What the demo is furnished with: people, queues, choices, a flow and its prompts."""

from dataclasses import dataclass
from typing import Any

from acd.store import PauseReason
from crm.customers.customer import CustomerDraft
from crm.dictionary.item import Item, List
from crm.people.person import Language
from crm.people.rights import BuiltIn, Extent, Right
from crm.people.roles.store import RoleDraft
from ivr.store import Prompt
from web.ops.setup.prompts import TEXTS


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who works in the demo."""

    login: str
    name: str
    role: BuiltIn
    extension: str = ""
    queues: tuple[str, ...] = ()
    language: Language = Language.ENGLISH


HOTLINE = "4008001234"
HOTLINE_NAME = "Hotline demo"
QUEUES = {
    "sales": ("Sales", "销售"),
    "support": ("Support", "技术支持"),
    "operator": ("Operator", "总机"),
}
_ALL = tuple(QUEUES)
PEOPLE = (
    DemoPerson("li.wei", "Li Wei", BuiltIn.AGENT, "1001", _ALL),
    DemoPerson("wang.fang", "Wang Fang", BuiltIn.AGENT, "1002", _ALL, Language.CHINESE),
    DemoPerson("zhang.min", "Zhang Min", BuiltIn.AGENT, "1003", _ALL, Language.CHINESE),
    DemoPerson("john.smith", "John Smith", BuiltIn.AGENT, "1004", ("support",)),
    DemoPerson("chen.jing", "Chen Jing", BuiltIn.SUPERVISOR, "1010"),
    DemoPerson("admin", "Administrator", BuiltIn.ADMINISTRATOR),
)

# A department and those below it, with the logins of who belongs to each.
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("客户服务部 Customer care", "", ("chen.jing",)),
    ("销售组 Sales team", "客户服务部 Customer care", ("li.wei", "wang.fang")),
    ("支持组 Support team", "客户服务部 Customer care", ("zhang.min", "john.smith")),
)
# What a site may make of rights: nobody holds it yet.
TEAM_LEADER = RoleDraft(
    "Team leader",
    "组长",
    {
        Right.DESK: Extent.ALL,
        Right.FLOOR_SEE: Extent.TEAM,
        Right.CALLS_SEE: Extent.TEAM,
        Right.RECORDINGS_HEAR: Extent.TEAM,
        Right.CUSTOMERS_SEE: Extent.ALL,
        Right.CUSTOMERS_EDIT: Extent.ALL,
    },
)

FLOW_NAME = "Welcome"
FLOW: dict[str, Any] = {
    "start": "greet",
    "nodes": {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "sales", "2": "support", "0": "operator"},
            "wrong": ["wrong-key"],
            "otherwise": "operator",
            "wait_seconds": 6,
            "tries": 3,
        },
        "sales": {"type": "queue", "queue": "sales", "priority": 0},
        "support": {"type": "queue", "queue": "support", "priority": 0},
        "operator": {"type": "queue", "queue": "operator", "priority": 0},
    },
}

_LANGUAGES = {"en": Language.ENGLISH, "zh": Language.CHINESE}
PROMPTS = tuple(
    Prompt(name, _LANGUAGES[language], said)
    for language, texts in TEXTS.items()
    for name, said in texts.items()
)

# Nobody chooses these, but they want a name where a pause is shown.
_GIVEN_BY_THE_HOUSE = {"no answer", "signed in"}
PAUSE_REASONS = tuple(
    PauseReason(key, english, chinese, position, key not in _GIVEN_BY_THE_HOUSE)
    for position, (key, english, chinese) in enumerate(
        [
            ("lunch", "Lunch", "午餐"),
            ("break", "Break", "小休"),
            ("training", "Training", "培训"),
            ("meeting", "Meeting", "会议"),
            ("paperwork", "Paperwork", "案头工作"),
            ("no answer", "No answer", "无应答"),
            ("signed in", "Just signed in", "刚签入"),
        ]
    )
)

_CHOICES: dict[List, tuple[tuple[str, str, str], ...]] = {
    List.OUTCOME: (
        ("solved", "Solved", "已解决"),
        ("call-back", "Call back later", "需回访"),
        ("ordered", "Ordered", "已下单"),
        ("forwarded", "Passed on", "已转交"),
        ("wrong-number", "Wrong number", "打错电话"),
    ),
    List.SERVICE_TYPE: (
        ("inquiry", "Inquiry", "咨询"),
        ("repair", "Repair", "报修"),
        ("complaint", "Complaint", "投诉"),
        ("suggestion", "Suggestion", "建议"),
        ("order", "Order", "订购"),
    ),
    List.METHOD: (
        ("telephone", "Telephone", "电话"),
        ("counter", "Counter", "柜台"),
        ("on-site", "On site", "上门"),
        ("e-mail", "E-mail", "电子邮件"),
    ),
    List.BUSINESS_TYPE: (
        ("new-business", "New business", "新办业务"),
        ("after-sales", "After-sales", "售后服务"),
        ("billing", "Billing", "账务"),
        ("delivery", "Delivery", "物流配送"),
    ),
    List.PRODUCT: (
        ("router", "Home router", "家用路由器"),
        ("camera", "Security camera", "安防摄像机"),
        ("cloud", "Cloud storage", "云存储"),
        ("broadband", "Broadband line", "宽带线路"),
    ),
    List.PROBLEM_TYPE: (
        ("no-connection", "No connection", "无法连接"),
        ("slow", "Slow", "速度慢"),
        ("damaged", "Damaged on arrival", "到货破损"),
        ("wrong-bill", "Bill not right", "账单有误"),
        ("how-to", "How to use it", "使用咨询"),
    ),
    List.CAUSE: (
        ("settings", "Settings", "设置问题"),
        ("hardware", "Hardware", "硬件故障"),
        ("network", "Network", "网络故障"),
        ("transport", "Transport", "运输"),
        ("unknown", "Not known", "原因不明"),
    ),
}
CHOICES = {
    which: tuple(
        Item(key, english, chinese, position)
        for position, (key, english, chinese) in enumerate(choices)
    )
    for which, choices in _CHOICES.items()
}

_CUSTOMERS = """
王小明|晨光电子|gold|北京市海淀区中关村大街1号|wang.xiaoming@example.com|+8613800138000
李娜|晨光电子|silver|上海市浦东新区世纪大道100号|li.na@example.com|+8613900139001 +862158880001
张伟|华安物流|silver|广州市天河区体育西路8号|zhang.wei@example.com|+8613600136002
刘洋||standard|成都市锦江区红星路三段1号|liu.yang@example.com|+8613700137003
陈静怡|启明学校|gold|杭州市西湖区文三路9号|chen.jingyi@example.com|+8613500135004 +8657188880004
杨帆|海风酒店|silver|青岛市市南区香港中路10号|yang.fan@example.com|+8615000150005
赵磊||standard|西安市雁塔区长安南路20号|zhao.lei@example.com|+8615100151006
黄丽|绿洲农业|standard|长沙市岳麓区麓山南路2号|huang.li@example.com|+8615200152007
周杰|周记餐饮|silver|南京市鼓楼区中山路18号|zhou.jie@example.com|+8615800158008
吴敏||standard|武汉市武昌区中南路7号|wu.min@example.com|+8615900159009
徐强|远大机械|gold|沈阳市和平区青年大街5号|xu.qiang@example.com|+8618600186010 +862423330010
孙婷||standard|苏州市姑苏区人民路30号|sun.ting@example.com|+8618700187011
马超|飞马运输|standard|郑州市金水区花园路11号|ma.chao@example.com|+8618800188012
朱琳|春芽书店|silver|厦门市思明区湖滨南路6号|zhu.lin@example.com|+8618900189013
胡军||standard|重庆市渝中区民生路3号|hu.jun@example.com|+8613100131014
郭芳|安心药房|silver|天津市和平区南京路15号|guo.fang@example.com|+8613200132015
何勇||standard|福州市鼓楼区五四路21号|he.yong@example.com|+8613300133016
高翔|蓝天航空服务|gold|深圳市福田区深南大道4号|gao.xiang@example.com|+8613400134017
林雪||standard|大连市中山区人民路12号|lin.xue@example.com|+8618100181018
罗斌|恒信装饰|standard|昆明市五华区东风西路14号|luo.bin@example.com|+8618200182019
Emma Johnson|Northwind Trading|gold|12 Harbour Street, Liverpool|emma@example.com|+447700900101
James Miller|Miller & Sons|silver|48 Oak Avenue, Springfield|james@example.com|+12025550102
Olivia Brown||standard|3 Mill Lane, Bristol|olivia@example.com|+447700900103
William Davis|Davis Logistics|silver|900 Lake Drive, Chicago|william@example.com|+13125550104
Sophia Wilson|Blue Door Cafe|standard|77 Queen Street, Sydney|sophia@example.com|+61491570105
Lucas Martin|Martin Optik|standard|Hauptstrasse 5, Hamburg|lucas@example.com|+4940555010600
Mia Anderson||standard|21 King Road, Auckland|mia@example.com|+64211230107
Henry Clark|Clark Engineering|gold|8 Foundry Way, Leeds|henry@example.com|+447700900108
Grace Lee|Lee Trading|silver|Nathan Road 210, Hong Kong|grace@example.com|+85255500109
Daniel Tan|Tan Foods|standard|15 Orchard Road, Singapore|daniel@example.com|+6581230110
"""


def customers() -> list[CustomerDraft]:
    """Thirty customers; the first is the one whom the tour calls."""
    found = []
    for line in _CUSTOMERS.strip().splitlines():
        name, company, level, address, email, phones = line.split("|")
        found.append(
            CustomerDraft(
                name,
                company,
                level,
                address,
                email,
                phones=tuple(phones.split()),
                category="company" if company else "person",
                status="active",
            )
        )
    return found
