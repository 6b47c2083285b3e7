"""The choices of the demo."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.dictionary.item import Item, List
from crm.dictionary.store import save_item
from crm.people.person import User

_CHOICES: dict[List, tuple[tuple[str, str, str], ...]] = {
    List.OUTCOME: (
        ("solved", "Resolved", "已解决"),
        ("call-back", "Callback needed", "需回访"),
        ("ordered", "Order placed", "已下单"),
        ("forwarded", "Escalated", "已转交"),
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
        ("telephone", "Phone", "电话"),
        ("counter", "In person", "柜台"),
        ("on-site", "On site", "上门"),
        ("e-mail", "Email", "电子邮件"),
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
        ("wrong-bill", "Billing error", "账单有误"),
        ("how-to", "How-to question", "使用咨询"),
    ),
    List.CAUSE: (
        ("settings", "Settings", "设置问题"),
        ("hardware", "Hardware", "硬件故障"),
        ("network", "Network", "网络故障"),
        ("transport", "Transport", "运输"),
        ("unknown", "Unknown", "原因不明"),
    ),
    List.DECLINE_REASON: (
        ("language", "Not my language", "语言不通"),
        ("wrong-queue", "Wrong queue", "队列不对"),
        ("technical", "Technical problem", "技术故障"),
        ("meeting", "In a meeting", "正在开会"),
    ),
}
# The name that the site's customer status has in the demo; its key stays.
_STATUS = Item("lost", "Churned", "流失客户", 8)
CHOICES = {
    which: tuple(
        Item(key, english, chinese, position)
        for position, (key, english, chinese) in enumerate(choices)
    )
    for which, choices in _CHOICES.items()
}


def add_demo_choices(session: Session, _users: Mapping[str, User]) -> None:
    """Add choices to every dictionary of service records."""
    for which, choices in CHOICES.items():
        for item in choices:
            save_item(session, which, item)
    save_item(session, List.CUSTOMER_STATUS, _STATUS)
