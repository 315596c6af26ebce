"""Names: surnames by their share of the population, given names by sex and decade of birth.

Surname shares follow the public yearly name report (2020–2021) and the seventh census; the given-name characters are those
that were usual in each decade. Enough for lists to look like a Chinese city's.
"""

from random import Random

from onething.sandbox.population.draw import Weighted

_SURNAMES = (
    "王 7.25 李 7.19 张 6.83 刘 5.38 陈 4.53 杨 3.08 黄 2.23 赵 2.29 吴 2.05 周 2.12 徐 1.67 孙 1.54 马 1.29 朱 1.26 胡 1.31 "
    "郭 1.15 何 1.17 高 1.00 林 1.18 罗 0.95 郑 0.93 梁 0.85 谢 0.76 宋 0.70 唐 0.69 许 0.73 韩 0.68 冯 0.64 邓 0.62 曹 0.60 "
    "彭 0.58 曾 0.58 肖 0.56 田 0.52 董 0.51 袁 0.50 潘 0.50 于 0.48 蒋 0.47 蔡 0.46 余 0.45 杜 0.45 叶 0.44 程 0.43 苏 0.42 "
    "魏 0.42 吕 0.41 丁 0.40 任 0.40 沈 0.39 姚 0.36 卢 0.36 姜 0.35 崔 0.34 钟 0.33 谭 0.33 陆 0.32 汪 0.32 范 0.31 金 0.31 "
    "石 0.30 廖 0.30 贾 0.30 夏 0.29 韦 0.29 付 0.29 方 0.28 白 0.27 邹 0.27 孟 0.26 熊 0.26 秦 0.25 邱 0.25 江 0.25 尹 0.24 "
    "薛 0.24 闫 0.23 段 0.22 雷 0.22 侯 0.21 龙 0.20 史 0.20 陶 0.20 黎 0.20 贺 0.19 顾 0.19 毛 0.19 郝 0.19 龚 0.18 邵 0.18 "
    "万 0.17 钱 0.17 严 0.17 覃 0.16 武 0.16 戴 0.16 莫 0.15 孔 0.15 向 0.15 汤 0.14 欧阳 0.07 上官 0.01 司徒 0.01 诸葛 0.01"
)

_MALE = {
    1940: "国华|建国|志明|德福|永祥|福生|金根|阿根|炳生|文华|光明|长生|根宝|荣生|振华|宝根|锦文|庆云|耀华|顺发",
    1950: "建国|建华|国强|卫国|援朝|和平|解放|新民|志强|国庆|明华|建平|伟民|永康|德明|金龙|家栋|阿荣|宝昌|正兴",
    1960: "卫东|红兵|建军|志刚|国平|建明|卫平|文革|学军|立新|海明|永红|向东|国良|伟国|晓明|跃进|忠明|建忠|惠明",
    1970: "伟|勇|军|强|斌|涛|海波|志伟|建峰|晓峰|俊|杰|刚|毅|磊|春雷|永刚|宏伟|文斌|向阳|海涛|剑锋|国栋|晓东",
    1980: "磊|超|鹏|俊杰|晓明|嘉伟|帅|凯|佳俊|亮|翔|浩|鑫|博|旭东|一鸣|思远|晨|宇|文杰|志鹏|哲|骏|毅恒|海洋|明辉",
    1990: "浩然|俊杰|嘉豪|子轩|天宇|宇航|佳伟|一帆|泽宇|思源|晨阳|文博|逸飞|昊|鑫宇|家乐|睿|皓轩|梓豪|博文|雨泽|承志",
    2000: "浩宇|子涵|梓轩|宇轩|子豪|俊熙|天佑|皓轩|博文|瑞霖|浩然|一诺|昊天|奕辰|铭泽|泽楷|嘉懿|思齐|煜城|鹏涛",
    2010: "沐宸|浩宇|奕辰|梓睿|子墨|一诺|宇辰|铭泽|睿泽|亦辰|俊熙|若谷|嘉树|承恩|允执|知行|景行|星野|予安|明澈|时安|书珩",
}
_FEMALE = {
    1940: "秀英|桂英|玉兰|凤英|秀兰|阿妹|金娣|招娣|月英|素珍|美英|彩娣|根娣|玉珍|惠珍|桂芳|小妹|雪英|翠英|兰英",
    1950: "秀兰|玉珍|建华|美华|惠芳|丽华|爱珍|凤珍|秀珍|国英|佩芳|宝珍|月珍|和平|玲娣|慧珍|美娟|金妹|雅琴|瑞芳",
    1960: "丽|红|敏|燕|建萍|卫红|丽萍|惠萍|美玲|小红|海燕|爱华|玉梅|文娟|秀芳|国芳|晓红|慧敏|雅芳|洁",
    1970: "静|敏|燕|艳|丽|芳|娟|霞|晓燕|海燕|丽娜|春梅|雪梅|晓红|文静|红梅|玲|莉|佩华|琳|慧|颖|瑾|蓉",
    1980: "婷|静|丽娜|晓雯|佳|雪|莹|倩|婷婷|丹|洁|琳|颖|佳佳|欣|蕾|薇|思佳|雯|晨|晓琳|嘉|璐|慧敏|圆圆|梦洁|娜",
    1990: "佳怡|思佳|雨欣|梦瑶|欣怡|佳宁|雅静|子涵|诗涵|雪莹|嘉欣|若溪|梦琪|一诺|雨婷|佳慧|思琪|晓彤|婧|雯静|依琳|可欣|心怡",
    2000: "欣怡|梓涵|诗涵|子萱|雨桐|可馨|梦琪|雨涵|思彤|佳琪|语嫣|欣妍|静怡|若曦|紫涵|芷若|嘉怡|思涵|雅琪|依诺",
    2010: "一诺|依诺|若汐|梓晗|沐瑶|苡沫|语桐|清妍|书瑶|诗涵|艺涵|可欣|芊语|予希|知夏|念安|令仪|南乔|星禾|云舒|初晴|安禾",
}

_surnames: Weighted[str] = Weighted(
    [(name, float(share)) for name, share in zip(*[iter(_SURNAMES.split())] * 2, strict=True)]
)
_given = {
    ("male", decade): tuple(text.split("|")) for decade, text in _MALE.items()
} | {("female", decade): tuple(text.split("|")) for decade, text in _FEMALE.items()}  # fmt: skip

# 上海常住人口中民族的大致比例
_ethnicities: Weighted[str] = Weighted(
    [
        ("汉", 98.2),
        ("回", 0.55),
        ("土家", 0.25),
        ("苗", 0.2),
        ("满", 0.25),
        ("壮", 0.15),
        ("蒙古", 0.1),
        ("朝鲜", 0.1),
        ("彝", 0.08),
        ("畲", 0.06),
        ("布依", 0.06),
    ]
)


def surname(rng: Random) -> str:
    return _surnames.draw(rng)


def ethnicity(rng: Random) -> str:
    return _ethnicities.draw(rng)


def given_name(rng: Random, sex: str, year: int) -> str:
    """A given name usual for `sex` and year of birth; after 1970 one in three takes a character from a second name."""
    names = _given[sex, min(max(year // 10 * 10, 1940), 2010)]
    name = rng.choice(names)
    if year >= 1970 and len(name) == 2 and rng.random() < 0.35:
        other = rng.choice(names)[-1]
        name = name[0] + other if other != name[0] else name
    return name
