"""The customers of the demo."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.customers.customer import CustomerDraft
from crm.customers.removal.store import remove_unchanged
from crm.customers.store import add_customer
from crm.people.person import User

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


def add_demo_customers(session: Session, _users: Mapping[str, User]) -> None:
    """Add thirty customers; the first is the one that the tour calls."""
    for draft in _customers():
        add_customer(session, draft)


def remove_demo_customers(session: Session) -> None:
    """Remove the demo's customers that were never changed."""
    remove_unchanged(session, _customers())


def _customers() -> list[CustomerDraft]:
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
