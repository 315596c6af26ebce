"""Where people live, work and give birth: districts, streets, employers, hospitals and centres of Shanghai.

District codes after GB/T 2260; streets, sub-districts and hospitals are real names, house numbers, communities and
employers are made up.
"""

from dataclasses import dataclass
from random import Random

from onething.core.identifiers import citizen_id_check_digit
from onething.sandbox.population.draw import Weighted


@dataclass(frozen=True, slots=True)
class District:
    code: str
    name: str
    share: float
    subdistricts: tuple[str, ...]
    roads: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _district(code: str, name: str, share: float, subdistricts: str, roads: str) -> District:
    return District(code, name, share, _words(subdistricts), _words(roads))


DISTRICTS = (
    _district("310101", "黄浦区", 2.7, "南京东路街道 外滩街道 半淞园路街道 小东门街道 豫园街道 老西门街道 五里桥街道 打浦桥街道 淮海中路街道 瑞金二路街道", "福州路 河南中路 西藏南路 复兴中路 重庆南路 建国东路 蒙自路 鲁班路 中华路 人民路 制造局路"),
    _district("310104", "徐汇区", 4.5, "天平路街道 湖南路街道 斜土路街道 枫林路街道 长桥街道 田林街道 虹梅路街道 康健新村街道 徐家汇街道 凌云路街道 龙华街道 漕河泾街道", "田林路 宜山路 漕溪北路 天钥桥路 零陵路 肇嘉浜路 龙吴路 桂林路 钦州路 虹漕路 老沪闵路"),
    _district("310105", "长宁区", 2.8, "华阳路街道 江苏路街道 新华路街道 周家桥街道 天山路街道 仙霞新村街道 虹桥街道 程家桥街道 北新泾街道", "延安西路 天山路 仙霞路 定西路 安化路 武夷路 古北路 芙蓉江路 茅台路 新华路"),
    _district("310106", "静安区", 3.9, "江宁路街道 石门二路街道 南京西路街道 静安寺街道 曹家渡街道 天目西路街道 北站街道 宝山路街道 共和新路街道 大宁路街道 彭浦新村街道 临汾路街道", "北京西路 新闸路 康定路 武定路 长寿路 万航渡路 共和新路 闻喜路 临汾路 大宁路 延长路"),
    _district("310107", "普陀区", 5.0, "曹杨新村街道 长风新村街道 长寿路街道 甘泉路街道 石泉路街道 宜川路街道 万里街道 真如镇街道", "曹杨路 兰溪路 金沙江路 大渡河路 武宁路 中山北路 志丹路 岚皋路 真北路 桃浦路"),
    _district("310109", "虹口区", 3.0, "欧阳路街道 曲阳路街道 广中路街道 嘉兴路街道 凉城新村街道 四川北路街道 北外滩街道 江湾镇街道", "四川北路 多伦路 曲阳路 广中路 凉城路 临平路 大连西路 赤峰路 车站南路 水电路"),
    _district("310110", "杨浦区", 5.0, "定海路街道 平凉路街道 江浦路街道 四平路街道 控江路街道 长白新村街道 延吉新村街道 殷行街道 大桥街道 五角场街道 新江湾城街道", "控江路 本溪路 鞍山路 四平路 国定路 黄兴路 殷行路 军工路 长阳路 平凉路 淞沪路"),
    _district("310112", "闵行区", 10.7, "江川路街道 古美路街道 新虹街道 浦锦街道 莘庄镇 七宝镇 颛桥镇 华漕镇 虹桥镇 梅陇镇 吴泾镇 马桥镇 浦江镇", "沪闵路 七莘路 莘松路 水清路 漕宝路 顾戴路 古美西路 东川路 剑川路 都市路 浦秀路"),
    _district("310113", "宝山区", 9.0, "友谊路街道 吴淞街道 张庙街道 罗店镇 大场镇 杨行镇 月浦镇 罗泾镇 顾村镇 高境镇 庙行镇 淞南镇", "友谊路 牡丹江路 同济路 淞滨路 长江西路 呼兰路 菊太路 水产路 殷高西路 沪太路"),
    _district("310114", "嘉定区", 7.4, "新成路街道 真新街道 嘉定镇街道 南翔镇 安亭镇 马陆镇 徐行镇 华亭镇 外冈镇 江桥镇", "清河路 塔城路 博乐路 嘉戬公路 古猗园路 德园路 曹安公路 墨玉路 金沙江西路 阿克苏路"),
    _district("310115", "浦东新区", 22.8, "潍坊新村街道 陆家嘴街道 周家渡街道 塘桥街道 上钢新村街道 南码头路街道 沪东新村街道 金杨新村街道 洋泾街道 浦兴路街道 东明路街道 花木街道 川沙新镇 高桥镇 北蔡镇 张江镇 三林镇 惠南镇 周浦镇 航头镇 曹路镇", "张杨路 浦东南路 世纪大道 东方路 潍坊路 锦绣路 芳甸路 成山路 上南路 云台路 杨高中路 博兴路 川沙路 祖冲之路 年家浜路 惠南东城路"),
    _district("310116", "金山区", 3.3, "石化街道 朱泾镇 枫泾镇 张堰镇 亭林镇 吕巷镇 廊下镇 金山卫镇 漕泾镇 山阳镇", "卫零路 隆安路 蒙山路 龙胜路 亭枫公路 金龙新街 罗星路 学府路"),
    _district("310117", "松江区", 7.7, "岳阳街道 永丰街道 方松街道 中山街道 广富林街道 九里亭街道 泗泾镇 佘山镇 车墩镇 新桥镇 洞泾镇 九亭镇", "中山中路 谷阳北路 人民北路 文诚路 新松江路 江学路 沪亭北路 涞亭南路 泗陈公路 莘砖公路"),
    _district("310118", "青浦区", 5.1, "夏阳街道 盈浦街道 香花桥街道 朱家角镇 练塘镇 金泽镇 赵巷镇 徐泾镇 华新镇 重固镇 白鹤镇", "青安路 公园路 城中北路 盈港路 华青路 淀山湖大道 徐民路 诸光路 新府中路"),
    _district("310120", "奉贤区", 4.6, "奉浦街道 金海街道 西渡街道 南桥镇 奉城镇 庄行镇 金汇镇 四团镇 青村镇 柘林镇 海湾镇", "人民中路 南奉公路 环城东路 解放东路 望园路 金钱公路 航南公路 南亭公路"),
    _district("310151", "崇明区", 2.6, "城桥镇 堡镇 新河镇 庙镇 竖新镇 向化镇 三星镇 港沿镇 中兴镇 陈家镇", "人民路 八一路 鼓浪屿路 翠竹路 江帆路 北门路 育麟桥路 崇明大道"),
)  # fmt: skip
BY_CODE = {district.code: district for district in DISTRICTS}
_by_share: Weighted[District] = Weighted([(district, district.share) for district in DISTRICTS])

_COMMUNITIES = _words(
    "阳光 锦绣 康乐 馨佳 文汇 兰亭 东方 海上 春申 绿洲 明月 和平 金桂 梧桐 天和 水岸 书香 枫丹 银杏 长青"
)
_KINDS = _words("花园 苑 公寓 新村 小区 家园 名邸 坊")

OTHER_PROVINCES = _words(
    "340103 340406 320507 320982 330782 330683 360121 362330 350582 370102 410105 411525 420106 430104 440106 500106 510104 511303 520102 610104 620102 210102 230103"
)
"""County codes (GB/T 2260) in which people who moved to Shanghai were first registered."""

HOSPITALS = (
    ("中国福利会国际和平妇幼保健院", "310104", "徐汇区衡山路910号"),
    ("上海市第一妇婴保健院", "310115", "浦东新区高科西路2699号"),
    ("复旦大学附属妇产科医院", "310110", "杨浦区沈阳路128号"),
    ("上海交通大学医学院附属新华医院", "310110", "杨浦区控江路1665号"),
    ("上海交通大学医学院附属仁济医院", "310115", "浦东新区浦建路160号"),
    ("上海市第六人民医院", "310104", "徐汇区宜山路600号"),
    ("上海市闵行区中心医院", "310112", "闵行区莘松路170号"),
    ("上海市嘉定区妇幼保健院", "310114", "嘉定区高台路1216号"),
    ("上海市松江区妇幼保健院", "310117", "松江区西林北路1016号"),
    ("上海市浦东新区妇幼保健院", "310115", "浦东新区惠南镇南团公路1098号"),
)  # fmt: skip

_BUSINESS = _words(
    "信息科技 网络科技 生物医药 餐饮管理 物流 贸易 建筑工程 文化传播 机电设备 服装 教育科技 汽车零部件 食品 物业管理 广告"
)
_BRANDS = _words(
    "申达 沪华 东浦 恒远 瑞丰 联创 博雅 鼎盛 海纳 启明 新宇 汇通 众信 佳和 锦程 万象 明德 安泰 浦江 天成 立信 嘉禾"
)
BANKS = (
    ("中国工商银行", "622202"), ("中国建设银行", "621700"), ("中国银行", "621660"), ("中国农业银行", "622848"),
    ("交通银行", "622260"), ("上海银行", "622892"), ("上海农商银行", "622478"), ("招商银行", "621486"),
)  # fmt: skip


def district(rng: Random) -> District:
    return _by_share.draw(rng)


def address(rng: Random, where: District) -> str:
    """A flat in a residential community: 上海市徐汇区田林街道宜山路420弄阳光花园12号302室."""
    lane = f"{rng.choice(where.roads)}{rng.randrange(10, 1900)}弄"
    community = rng.choice(_COMMUNITIES) + rng.choice(_KINDS) if rng.random() < 0.6 else ""
    floor = rng.randrange(1, 19) if rng.random() < 0.5 else rng.randrange(1, 7)
    room = f"{floor}{rng.randrange(1, 5):02d}"
    return f"上海市{where.name}{rng.choice(where.subdistricts)}{lane}{community}{rng.randrange(1, 60)}号{room}室"


def employer_name(rng: Random, where: District) -> str:
    brand = rng.choice(_BRANDS) + (rng.choice(_BRANDS)[0] if rng.random() < 0.4 else "")
    form = "有限公司" if rng.random() < 0.85 else "股份有限公司"
    return (
        f"上海{brand}{rng.choice(_BUSINESS)}{form}"
        if rng.random() < 0.7
        else f"{where.name[:2]}{brand}{rng.choice(_BUSINESS)}（上海）{form}"
    )


def citizen_id(division: str, born: str, serial: int) -> str:
    """An id of GB 11643: division, birth date `YYYYMMDD`, three-digit serial (odd for men), check character."""
    first17 = f"{division}{born}{serial:03d}"
    return first17 + citizen_id_check_digit(first17)
