"""The words a figure is written with, in English and Chinese, and the lexer made from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from itertools import product

# -- folding: one character for one, so that places stay --------------------------------------

# Only characters that stand in words below; the reader is no converter.
TRADITIONAL = (
    "億亿萬万兩两約约來来餘余於于個个員员達达過过歲岁幣币圓元圆元戶户幾几數数級级從从將将單单"
    "間间點点負负韓韩臺台歐欧鎊镑盧卢種种項项輪轮層层顆颗張张條条塊块錢钱躍跃訂订閱阅滿满僱雇"
    "節节屆届體体當当後后總总計计時时鐘钟週周頭头號号別别職职進进爲为為为與与內内趨趋衝冲線线"
    "強强類类裡里構构轉转違违遠远許许參参係系變变專专這这費费紐纽續续製制預预業业經经營营亞亚"
    "產产債债冊册爾尔態态報报擔担樣样樓楼銖铢潤润碼码紀纪納纳紙纸統统績绩編编網网勝胜見见識识"
    "責责趕赶錯错長长難难頂顶額额龍龙關关釐厘複复復复沒没註注銷销麼么簽签"
)
# Signs that mean the same. ², ① and ½ are no folds of digits: they change the amount.
_ALIKE = {
    "‐": "-", "‑": "-", "‒": "-", "−": "-", "—": "–", "―": "–", "〜": "~", "∼": "~", "˜": "~",
    "≒": "≈", "≃": "≈", "≅": "≈", "≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤", "’": "'", "‘": "'",
    "〇": "零", "○": "零", "円": "元",
}  # fmt: skip
_SAFE = ("<wide>", "<narrow>", "<small>", "<noBreak>", "<compat>", "<vertical>")
_BLOCKS = ((0xA0, 0xA1), (0x2000, 0x2070), (0x3000, 0x3001), (0xF900, 0xFB00), (0xFE10, 0xFFF0))
# A full-width comma between digits ends a clause more often than it groups thousands.
_KEPT = "，"


def _is_safe(character: str) -> bool:
    decomposition = unicodedata.decomposition(character)
    ideograph = bool(decomposition) and decomposition[0] != "<" and " " not in decomposition
    return character not in _KEPT and (ideograph or decomposition.startswith(_SAFE))


def _folding() -> dict[int, str]:
    folds = dict(zip(TRADITIONAL[::2], TRADITIONAL[1::2], strict=True)) | _ALIKE
    for code in (code for start, end in _BLOCKS for code in range(start, end)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and _is_safe(chr(code)):
            folds.setdefault(chr(code), folds.get(plain, plain))
    return {ord(character): plain for character, plain in folds.items() if character != plain}


_FOLDS = _folding()
_LOWER = {code: plain.lower() for code, plain in _FOLDS.items()} | {
    code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)
}


def fold(text: str) -> str:
    """Fold full-width forms and Traditional characters, one character for one."""
    return text.translate(_FOLDS)


def lower(text: str) -> str:
    """Fold, and lower the case of Latin letters; every character keeps its place."""
    return text.translate(_LOWER)


def is_han(character: str) -> bool:
    """Say whether a character is a Chinese one."""
    return "㐀" <= character <= "鿿"


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split(", "))


def _spread(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: meaning for meaning, lines in table.items() for word in _words(*lines)}


# -- qualifiers -------------------------------------------------------------------------------

BEFORE = _spread(
    {
        "approx": (
            "约, 约为, 约占, 约合, 约有, 约达, 大约, 大概, 大致, 差不多, ~, ≈",
            "about, around, roughly, approximately, approx, approx., circa, ca., c., some",
            "an estimated, in the region of",
        ),
        "almost": (
            "近, 将近, 接近, 接近于, 逼近, 几近, 趋近, 趋近于, 几乎, 快到",
            "nearly, almost, close to, approaching, nearing, just under, just below, just shy of",
        ),
        "more_than": (
            "超, 超过, 超过了, 超出, 超逾, 远超, 远超过, 已超, 逾, 突破, 突破了, 冲破, 多于, 大于",
            "高于, 高过, 多过, 不止, 不只",
            "over, more than, above, exceeding, exceeds, exceeded, in excess of, north of, >",
            "greater than, higher than, larger than, surpassing, surpassed, surpasses, topping",
            "topped, beyond, just over, well over",
        ),
        "at_least": (
            "至少, 不低于, 不少于, 不小于, 不下, 不下于, 起码, 最少, 最低",
            "at least, no less than, not less than, no fewer than, not fewer than, a minimum of",
            "minimum, min., upwards of, ≥, >=",
        ),
        "less_than": (
            "不到, 不足, 不及, 低于, 少于, 小于, 未到, 未满, 未达, 未达到, 达不到, 不满, 跌破",
            "under, below, less than, fewer than, lower than, smaller than, short of, <",
        ),
        "at_most": (
            "不超过, 不超, 未超过, 没超过, 没有超过, 未超, 不高于, 不多于, 不大于, 最多, 至多",
            "最高, 顶多",
            "at most, up to, as much as, as many as, no more than, not more than, not exceeding",
            "a maximum of, maximum, max., ≤, <=",
        ),
    }
)
# Before a scale word that stands alone (上亿, 破百万), and 过半.
BEFORE_BARE = _spread({"at_least": ("上",), "more_than": ("过, 破",)})
AFTER = _spread(
    {
        "approx": ("左右, 上下, or so, or thereabouts, 的样子, 不等",),
        "at_least": (
            "以上, 及以上, 或以上, 之上, +, -plus, or more, and above, or above, and up, plus",
        ),
        "at_most": (
            "以内, 之内, 以下, 及以下, 或以下, 之下, 封顶, or less, or fewer, or below, or under",
            "and below",
        ),
        "exact": ("之间, 之多, 整",),
    }
)
# Up to the next round unit: 200多亿, 1500余人, 30亿出头.
MORE = _words("多, 余, 有余, 出头, -odd, odd")
SOME = _words("来")
# Words between a qualifier and its number; some of them let a scale word stand alone: 达百亿元.
LED = _words(
    "达, 达到, 达到了, 高达, 多达, 可达, 达至, 占, 共, 共计, 合计, 总计, 为, 是, 有, 了, 共有",
    "累计, 的, 投前, 投后",
    "would last, will last, could last, can last, may last, might last, should last, to last",
    "as high as, as low as, a total of, a record, reached, reaching, totalling, totaling, total",
)
LICENCES = _words("达, 达到, 达到了, 高达, 多达, 可达, 达至, reached, reaching")
# Whom a share is compared with may stand inside: 不到其1%, 不到 OpenAI 的 1%; behind OF_THEIRS only
# with a 的 (超过总收入的30%), as 超过 OpenAI 30% says by how much.
OF_OTHERS = _words("不到, 不足, 不及, less than, under")
OF_THEIRS = OF_OTHERS | _words("超过, 接近, 低于, 高于, 不超过, 约为, 约占")
OTHERS = _words("不到, 不足, 不及, less than, under")
OF_THEIRS = OF_OTHERS | _words(
    "超过, 接近, 低于, 高于, 不超过, 约为, 约占"
)  # ... 的 only: 超过总收入的30%
OTHERS = _words("其, 前者, 后者")
NEGATIVE = _words("负, minus, negative")
MARKS = _words("-, –, ~, to, 至, 到, ..")
BETWEEN = _words("between, 介于, 介乎")
AND = _words("and, 和, 与, 、")
FROM = _words("from, 从, 由, 自")

# -- numbers ----------------------------------------------------------------------------------

DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2}
PLACES = {"十": 1, "百": 2, "千": 3}
BIG = {"万": 4, "亿": 8, "兆": 12, "万亿": 12}
# Scale words without a digit: the power of ten in 数百亿, 200多万, 千万级.
POWERS: dict[str, int] = PLACES | {
    place + big: PLACES.get(place, 0) + power
    for place, (big, power) in product(("", *PLACES), BIG.items())
}
SCALES: dict[str, int] = {
    word: power
    for power, words in (
        (2, "hundred"),
        (3, "thousand"),
        (6, "million, millions, mn, mln"),
        (8, "个亿"),
        (9, "billion, billions, bn, bln"),
        (12, "trillion, trillions, tn, trn"),
    )
    for word in _words(words)
}
# Where no money is printed, only k and m, and only glued to the digits (7B is a model).
LETTERS: dict[str, int] = {"k": 3, "m": 6, "mm": 6, "b": 9, "t": 12}
MONEY_LETTERS = _words("mm, b, t")
SEVERAL = _words("数, 几, 好几")
GRADE = _words("级, 量级, 级别, 数量级")
PARTS = _words("分之")
TURN = _words("翻, 翻了")
TURNED = _words("番")
HALF = _words("半, 半数")
AND_HALF = _words("and a half")

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_BASES = dict(zip(_TENS, range(20, 100, 10), strict=True))
ENGLISH: dict[str, int] = (
    {word: number for number, word in enumerate((*_ONES, *_TEENS, "eighteen", "nineteen"), 1)}
    | _BASES
    | {
        f"{tens}{join}{ones}": base + number
        for (tens, base), (number, ones), join in product(_BASES.items(), enumerate(_ONES, 1), "- ")
    }
    | {"zero": 0}
)
# The lowest power of ten the words span: tens of millions are 20 to 100 million.
VAGUE: dict[str, int] = {
    f"{many} of {scale}": power + base
    for (many, power), (scale, base) in product(
        {"tens": 1, "hundreds": 2, "thousands": 3}.items(),
        {"thousands": 3, "millions": 6, "billions": 9, "trillions": 12}.items(),
    )
}
# A whole amount in one word; without a unit it is a number that a unit may follow.
SPELLED: dict[str, tuple[Fraction, str | None]] = {
    word: (Fraction(amount), unit)
    for amount, unit, words in (
        ("1/2", "share", "一半, half, one half, half of"),
        ("1/3", "share", "a third, one third, one-third"),
        ("1/4", "share", "a quarter of, one quarter of, one-quarter"),
        ("3/4", "share", "three quarters of, three-quarters"),
        ("1/5", "share", "a fifth, one fifth, one-fifth"),
        ("1/10", "share", "a tenth, one tenth, one-tenth"),
        ("1/2", "years", "半年, 半年时间, half a year"),
        ("1/2", "months", "半个月, half a month"),
        ("3/2", "months", "个半月, a month and a half"),
        ("3/2", "years", "a year and a half"),
        ("500000", None, "half a million, half-million, a half-million, half million"),
        ("500000000", None, "half a billion, half-billion, a half-billion, half billion"),
        ("500000000000", None, "half a trillion"),
        ("100", None, "a hundred"),
        ("1000", None, "a thousand"),
        ("1000000", None, "a million"),
        ("1000000000", None, "a billion"),
        ("1000000000000", None, "a trillion"),
        (
            "2",
            "multiple",
            "翻倍, 翻了倍, 翻了一倍, 翻一倍, 翻番, 翻了番, twice, doubled, twofold, two-fold",
        ),
        ("3", "multiple", "tripled, threefold, three-fold"),
        ("4", "multiple", "quadrupled, fourfold, four-fold"),
        ("5", "multiple", "quintupled, fivefold, five-fold"),
        ("6", "multiple", "sixfold, six-fold"),
        ("7", "multiple", "sevenfold, seven-fold"),
        ("8", "multiple", "eightfold, eight-fold"),
        ("9", "multiple", "ninefold, nine-fold"),
        ("10", "multiple", "tenfold, ten-fold"),
        ("100", "multiple", "hundredfold, hundred-fold"),
    )
    for word in _words(words)
} | {
    f"{count}{join}{part}": (Fraction(number, whole), "share")
    for (number, count), (whole, part), join in product(
        enumerate(_ONES, 1), {3: "thirds", 5: "fifths", 8: "eighths", 10: "tenths"}.items(), "- "
    )
    if 1 < number < whole
}

# -- units ------------------------------------------------------------------------------------

CURRENCY = _spread(
    {
        "USD": (
            "usd, us$, us dollars, us dollar, u.s. dollars, u.s. dollar, dollars, dollar, $",
            "美元, 美金, 美刀",
        ),
        "CNY": ("cny, rmb, cn¥, rmb¥, yuan, renminbi, ¥, 人民币, 元, 块, 块钱, 元钱",),
        "HKD": ("hkd, hk$, hong kong dollars, hong kong dollar, 港元, 港币, 港纸",),
        "TWD": ("twd, ntd, nt$, taiwan dollars, 新台币, 台币",),
        "SGD": ("sgd, s$, singapore dollars, 新加坡元, 新加坡币, 新元, 新币, 坡币",),
        "AUD": ("aud, a$, au$, australian dollars, 澳元, 澳币",),
        "CAD": ("cad, c$, ca$, canadian dollars, 加元, 加币",),
        "JPY": ("jpy, jp¥, yen, 日元, 日币",),
        "KRW": ("krw, ₩, won, korean won, 韩元, 韩币",),
        "EUR": ("eur, €, euros, euro, 欧元",),
        "GBP": ("gbp, £, pounds, pounds sterling, pound, 英镑",),
        "CHF": ("chf, swiss francs, 瑞士法郎, 瑞郎",),
        "INR": ("inr, ₹, rupees, 印度卢比",),
        "RUB": ("rub, ₽, roubles, rubles, 卢布",),
        "BRL": ("brl, r$, reais, 雷亚尔",),
        "THB": ("thb, ฿, baht, 泰铢",),
        "VND": ("vnd, ₫, 越南盾",),
        "ILS": ("ils, ₪, shekels",),
        "SAR": ("sar",),
        "AED": ("aed, dirhams, 迪拉姆",),
    }
)
# A sign that many currencies share gives way to the one named beside it.
LOOSE: dict[str, frozenset[str]] = {
    "$": _words("USD, HKD, TWD, SGD, AUD, CAD, NZD, MXN"),
    "¥": _words("CNY, JPY"),
    "元": _words("CNY, USD, HKD, TWD, JPY, EUR, KRW, SGD, MOP"),
    "块": _words("CNY, USD, HKD, TWD"),
}
# Also ordinary words: money only behind an amount.
SUFFIX_ONLY = _words("won, 元, 块, 块钱, 元钱, pound, pounds, dollar, euro, yen")

# Each unit's name, and the power of ten that brings the printed amount into it.
UNITS: dict[str, tuple[str, int]] = {
    word: (name, shift)
    for name, shift, lines in (
        ("share", -2, ("%, percent, per cent, pct",)),
        ("share", -3, ("‰",)),
        ("share", -1, ("成, 成员工",)),
        ("share", 0, ("share",)),
        (
            "percentage_points",
            0,
            (
                "个百分点, 百分点, 个点, pp, ppt, ppts, p.p., percentage points, percentage point",
                "-percentage-point, percentage_points",
            ),
        ),
        (
            "percentage_points",
            -2,
            ("个基点, 基点, basis points, basis point, -basis-point, bps, bp",),
        ),
        ("multiple", 0, ("倍, x, ×, times, multiple, fold, -fold",)),
        (
            "people",
            0,
            (
                "人, 名, 位, 员工, 名员工, 位员工, 雇员, 名雇员, people, person, -person, -strong",
                "employees, employee, staff, staffers, workers, headcount, ftes, fte",
            ),
        ),
        (
            "users",
            0,
            (
                "用户, 活跃用户, 月活用户, 日活用户, 周活用户, 月活跃用户, 日活跃用户, 周活跃用户",
                "注册用户, 付费用户, 订阅用户, 月活, 日活, 周活, 月活跃, 日活跃, 周活跃, 用户数",
                "订户",
                "users, user, subscribers, subscriber, mau, maus, dau, daus, wau, waus",
            ),
        ),
        ("months", 0, ("个月, months, month, -month, -months, -month-old, months old",)),
        ("years", 0, ("年, 年时间, 岁, 周岁, years, year, yrs, -year, -year-old, years old",)),
    )
    for word in _words(*lines)
} | dict.fromkeys(
    _words(
        "次, 款, 种, 家, 件, 项, 轮, 层, 个, 台, 张, 颗, 篇, 类, 枚, 股, 支, 座, 条, 套, 辆, 笔",
        "人次, 家公司, 家企业, 家机构, 个项目, 客户, 家客户, 名客户, count, customers, shares",
        "rounds",
    ),
    ("count", 0),
)
# 两个多月, 三个半月: the word holds a month and something more.
MONTH_AND_MORE = _words("个多月, 个余月")
MONTH_AND_HALF = _words("个半月")
# What may stand between a number and people or users.
ADJECTIVES = _words(
    "active, monthly active, daily active, weekly active, registered, paying, paid, full-time",
    "total, monthly, daily, weekly, cumulative, of, 的, 全职",
)
# A rate behind an amount; those of EACH stand before it as well, a few words apart.
RATES = _spread(
    {
        "months": (
            "/月, /month, /months, /mo, per month, a month, monthly, each month, every month",
        ),
        "years": (
            "/年, /year, /years, /yr, per year, a year, per annum, p.a., annually, yearly",
            "each year, every year",
        ),
        "people": (
            "/人, /person, /people, /employee, /head, per person, per employee, per head",
            "per capita, a head",
        ),
        "users": ("/用户, /user, /users, per user, per subscriber",),
    }
)
EACH = _spread(
    {
        "months": ("每月, 每个月, 月均, 平均每月, 每个月平均",),
        "years": ("每年, 年均, 平均每年",),
        "people": ("人均, 每人, 每名员工, 每位员工, 平均每人",),
        "users": ("每用户, 每名用户, 每位用户, 每个用户, 户均",),
    }
)
# One of them where a qualifier stands before (less than a year), else a rate.
ONCE = {"a year": "years", "a month": "months"}

# -- what is not a figure ---------------------------------------------------------------------

MONTH_NAMES = _words(
    "january, february, march, april, may, june, july, august, september, october, november",
    "december, jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec",
)
# Behind a number: a date, an ordinal, a clock; these stop small numbers only (30亿后, 1亿时).
STOP_SMALL = MONTH_NAMES | _words(
    "月, 日, 号, 周, 时, 点, 分, 期, 代, 线, 后, 强, 转, 楼, 届, 角, am, pm"
)
STOP = STOP_SMALL | _words(
    "月份, 财年, 财季, 天, 周年, 星期, 小时, 分钟, 秒, 秒钟, 点钟, 季度, 世纪, 旬, 度, 米, 公里",
    "千米, 厘米, 毫米, 纳米, 公斤, 千克, 吨, 英寸, 年代, 年级, 年度, 年底, 年初, 年末, 年中, 年报",
    "年上半年, 年下半年, 年后, 年来, 年以来, 年第, 位数, 级, 分钱, 个小时, 个星期, 个季度",
    "个工作日, 个月前, 个月后, 个月来, 个月以来, 个半月前, 个半月后, 个半月来",
    # Scale words that are not read: better no figure than one that is ten million times too small.
    "crore, crores, lakh, lakhs, mio, mrd, milliard, milliards",
    "hours, hour, days, day, weeks, week, minutes, minute, seconds, second, quarters, quarter",
    "decades, decade, km, kg, gb, tb, ghz, mhz, nm, cm, degrees, °, ℃, points, cents, a.m., p.m.",
    "months ago, month ago, years ago, year ago, months later, years later, months earlier",
    "years earlier, months ended, months ending, months through, year period, month period",
    "-month period, -year period, -hour, -day, -week, -minute, -quarter, -point, -bit",
)
# Before any number: an ordinal.
BAR = _words("第, 前, 双, no., №, #, top, number, 版本, 编号, version, chapter, page, table")
# Before a duration: a period of the calendar.
BAR_TIME = _words(
    "首, 头, 之前, 此前, 过去, 过去的, 最近, 最近的, 过往, 未来, 未来的, 今后, 接下来, 接下来的",
    "截至",
    "first, past, last, previous, trailing, next, coming, prior, in, the first, the past",
    "the last, the previous, the next, in the",
)
# Behind a duration: a moment reckoned from another.
AFTER_TIME = _words(
    "前, 后, 来, 之前, 之后, 以前, 以后, 以来, 期间, 期, ago, later, earlier, ended, ending",
    "through, period, periods, before, to",
)
# Looks like one of the words above, and is not.
OTHER = OTHERS | _words(
    "经过, 通过, 不过, 度过, 渡过, 见过, 做过, 有过, 路过, 难过, 错过, 透过, 来过, 去过, 打破",
    "赶超, 反超, 附近, 新近, 线上, 网上, 晚上, 来自, 来源, 约定, 契约, 预约, 合约, 条约, 签约",
    "约束, 纽约, 节约, 制约, 公约, 续约, 违约, 解约, 多模态, 多模, 上下游, 上下文, 余额, 余地",
    "其余, 剩余, 盈余, 人数, 参数, 次数, 指数, 总数, 基数, 倍数, 个数, 户数, 家数, 岁数, 变数",
    "多数, 少数, 系数, 分数, 函数, 整数, 负数, 小数, 成员, 成立, 成本, 成交, 成绩, 成百上千",
    "成千上万, 元素, 元宇宙, 元旦, 人民, 人形, 人类, 人工智能, 名列, 名为, 位列, 位于, 位置, 目前",
    "当前, 面前, 空前, 日前, 提前, 从前, 眼前, 先前, 巨头, 龙头, 年收入, 年营收, 年利润, 年薪",
    "年产, 年销, 年增, 年入, 年复合, 年化, 月收入, 月营收, 月薪, 上一年, 下一年, 这一年, 那一年",
    "前一年, 新一年, 每一年, 同一年, 过去一年, 最近一年, 近一年, 去年, 今年, 明年, 上年, 往年",
    "全年, 当年, 同期, 上半年, 下半年, 大半年, 半年报, 半年度, 前半年, 后半年, 头半年, 小半年",
    "几何, 几率, 负责, 负债, 负担, 抱负, 自负, 胜负, 肩负, 欺负, 一一, 统一, 唯一, 万一, 单一",
    "同一, 之一, 周一, 周二, 周三, 周四, 周五, 周六, 专一, 不一, 合一, 初一, 高一, 进一步, 下一",
    "上一, 其一, 逐一, 任一, 星期一, 星期二, 星期三, 星期四, 星期五, 星期六, 百分比, 千万别",
    "千万不, 千万不要, 不足以, 不到位, 不及格, 个别, 个性, 个体, 种子, 层级, 层面, 次要, 次于",
    "张力, 类似, 类别, 家庭, 家长, 倍率, 有限, 有望, 有关, 是否, 为了, 为什么, 共同, 共享, 共识",
    "整个, 整体, 整合, 许多, ––, a year earlier, a year ago, a year before, a year later",
    "a month earlier",
    "a month ago, a month later, first half, second half, half-year, half year, the other half",
    "the half, first-half, second-half, one day, over time, over the, above the, below the",
    "under the, up to date, to date, year-on-year, year-over-year, year on year, year over year",
    "at a time, short of the, doubled down",
)

# -- words to write with ----------------------------------------------------------------------

_ZH = {
    "exact": "{}",
    "approx": "约{}",
    "almost": "近{}",
    "more_than": "超过{}",
    "at_least": "至少{}",
    "less_than": "不到{}",
    "at_most": "不超过{}",
    "range": "{}至{}",
    "fraction": "{1}分之{0}",
    "share": "%",
    "multiple": "倍",
    "people": "人",
    "users": "用户",
    "count": "个",
    "months": "个月",
    "years": "年",
    "percentage_points": "个百分点",
    "more": "多",
    "more_months": "个多月",
    "/months": "/月",
    "/years": "/年",
    "/people": "/人",
    "/users": "/用户",
    "USD": "美元",
    "CNY": "元",
    "HKD": "港元",
    "EUR": "欧元",
    "JPY": "日元",
    "GBP": "英镑",
    "KRW": "韩元",
    "TWD": "新台币",
    "SGD": "新加坡元",
    "AUD": "澳元",
    "CAD": "加元",
}
SAID: dict[str, dict[str, str]] = {
    "en": {
        "exact": "{}",
        "approx": "~{}",
        "almost": "almost {}",
        "more_than": ">{}",
        "at_least": ">={}",
        "less_than": "<{}",
        "at_most": "<={}",
        "range": "{}..{}",
        "fraction": "{0}/{1} share",
        "share": "%",
        "multiple": "x",
        "percentage_points": " percentage points",
        "/months": "/month",
        "/years": "/year",
        "/people": "/person",
        "/users": "/user",
    },
    "zh-Hans": _ZH,
    "zh-Hant": _ZH
    | {
        "approx": "約{}",
        "more_than": "超過{}",
        "at_most": "不超過{}",
        "users": "用戶",
        "count": "個",
        "months": "個月",
        "percentage_points": "個百分點",
        "more_months": "個多月",
        "/users": "/用戶",
        "EUR": "歐元",
        "JPY": "日圓",
        "GBP": "英鎊",
        "KRW": "韓元",
        "TWD": "新台幣",
    },
}
ONE = {" people": " person", " users": " user", " months": " month", " years": " year"}
WRITTEN_SCALES = {
    "en": {12: "tn", 9: "bn", 6: "m", 3: "K", 0: ""},
    "zh-Hans": {12: "万亿", 8: "亿", 4: "万", 0: ""},
    "zh-Hant": {12: "萬億", 8: "億", 4: "萬", 0: ""},
}

# -- the lexer --------------------------------------------------------------------------------

# A later role takes a word from an earlier one.
_ROLES: tuple[tuple[str, Iterable[str]], ...] = (
    ("scale", SCALES),
    ("letter", LETTERS),
    ("led", LED),
    ("before", BEFORE),
    ("bare", BEFORE_BARE),
    ("after", AFTER),
    ("more", MORE),
    ("money", CURRENCY),
    ("adjective", ADJECTIVES),
    ("unit", UNITS.keys() | MONTH_AND_MORE | MONTH_AND_HALF),
    ("rate", RATES),
    ("each", EACH),
    ("once", ONCE),
    ("after_time", AFTER_TIME),
    ("some", SOME),
    ("stop", STOP),
    ("bar_time", BAR_TIME),
    ("bar", BAR),
    ("between", BETWEEN),
    ("and", AND),
    ("from", FROM),
    ("negative", NEGATIVE),
    ("several", SEVERAL),
    ("parts", PARTS),
    ("turn", TURN),
    ("turned", TURNED),
    ("half", HALF),
    ("and_half", AND_HALF),
    ("english", ENGLISH),
    ("spelled", SPELLED),
    ("vague", VAGUE),
    ("grade", GRADE),
    ("mark", MARKS),
    ("other", OTHER),
)
KINDS: dict[str, str] = {word: role for role, words in _ROLES for word in words}


def _tree(words: Iterable[str]) -> str:
    """Write an alternation that shares beginnings, the longest word first."""
    branches: dict[str, list[str]] = {}
    for word in words:
        branches.setdefault(word[:1], []).append(word[1:])
    ends = branches.pop("", None) is not None
    if not branches:
        return ""
    inner = "|".join(re.escape(head) + _tree(tails) for head, tails in branches.items())
    return f"(?:{inner}){'?' if ends else ''}"


def _is_latin(character: str) -> bool:
    return "a" <= character <= "z"


_ABBREVIATED = {word for word in KINDS if _is_latin(word[0]) and not _is_latin(word[-1])}
_SIGNS = {word for word in KINDS if not _is_latin(word[-1])} - _ABBREVIATED
# A currency may touch the digits behind it (RMB5bn); another word may not.
_GLUED = {word for word in CURRENCY if _is_latin(word[-1])} - SUFFIX_ONLY
# Tried in this order: the full stop of `approx.` belongs to it, the hyphen of `-month` too.
_WORD = "|".join(
    (
        _tree(_ABBREVIATED),
        _tree(_GLUED) + "(?![a-z])",
        _tree(KINDS.keys() - _ABBREVIATED - _SIGNS - _GLUED) + "(?![a-z0-9])",
        _tree(_SIGNS),
    )
)
_HAN_NUMBER = "".join((*DIGITS, *PLACES, "万亿兆"))
_LETTER = "a-zÀ-ʯͰ-ӿ"
# Whatever ties digits together is one number, right or wrong: 1,234.5 and 1.234.567 and 12:30.
_ARABIC = (
    r"[0-9]{1,3}(?:，[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
    r"|(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])"
    r"|[0-9]+(?:[.,'’:/_·٬٫^×*\\][0-9]+)*"
)
_HEADS = re.escape("".join(sorted({word[0] for word in KINDS})))
TOKEN = re.compile(
    rf"(?P<word>{_WORD})"
    rf"|(?P<number>(?:{_ARABIC}|[{_HAN_NUMBER}])"
    rf"(?:{_ARABIC}|[{_HAN_NUMBER}]|(?<=[{_HAN_NUMBER}])点(?=[零一二三四五六七八九]))*)"
    rf"|(?P<space>[ \t]+)"
    rf"|(?P<name>[{_LETTER}][{_LETTER}0-9]*(?:[-.'_&+][{_LETTER}0-9]+)*)"
    rf"|(?P<other>[^{_HEADS}{_HAN_NUMBER}{_LETTER}0-9 \t\n]+|.)",
    re.DOTALL,
)
