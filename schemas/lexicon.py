"""The table of words a figure is written with, in English and Simplified Chinese.

Traditional characters and full-width forms are folded to these, one for one, so that places stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from itertools import product

from schemas.unit import CURRENCIES

# -- folding ----------------------------------------------------------------------------------

_TRADITIONAL = (
    "億亿萬万兩两約约來来餘余於于個个員员達达過过歲岁幣币圓元圆元戶户幾几數数級级從从將将環环單单"
    "間间點点負负韓韩臺台灣湾歐欧鎊镑盧卢種种項项輪轮層层顆颗張张條条筆笔場场塊块錢钱躍跃訂订閱阅"
    "滿满僱雇節节屆届體体門门當当後后無无總总計计時时鐘钟週周貫贯頭头號号別别職职慣惯碼码開开"
    "區区預预這这還还準准幫帮爲为為为會会從从與与處处獲获盡尽僅仅內内請请費费問问題题連连續续"
    "趨趋佔占衝冲壓压對对線线強强邊边極极類类辦办國国圍围標标該该產产業业數数實实際际學学際际"
    "齡龄測测據据裡里裏里碩硕麼么並并發发說说證证認认論论議议華华東东馬马車车輛辆臉脸現现環环"
    "參参係系變变獨独廣广長长專专動动務务團团隊队構构貨货貸贷資资購购賣卖買买賬账費费"
    "圈圈倍倍於于檔档屬属幀帧術术術术構构遠远運运輸输轉转選选邁迈適适遞递達达違违遺遗"
    "轟轰軟软載载輯辑劃划創创劇剧單单喪丧嚴严"
)
# Signs that mean the same; other compatibility forms (², ①, ½) change an amount and stay.
_ALIKE = {
    "‐": "-", "‑": "-", "‒": "-", "−": "-", "—": "–", "―": "–", "〜": "~", "∼": "~", "˜": "~",
    "≒": "≈", "≃": "≈", "≅": "≈", "≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤", "’": "'", "‘": "'",
    "·": "·", "•": "·", "〇": "零", "○": "零", "卅": "卅", "円": "元",
}  # fmt: skip
_SAFE = ("<wide>", "<narrow>", "<small>", "<noBreak>", "<compat>", "<vertical>")
_BLOCKS = ((0xA0, 0xA1), (0x2000, 0x2070), (0x3000, 0x3001), (0xF900, 0xFB00), (0xFE10, 0xFFF0))
# A full-width comma between digits ends a clause more often than it groups them.
_KEPT = "，"


def _folding() -> dict[int, str]:
    folds = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)) | _ALIKE
    for start, end in _BLOCKS:
        for code in range(start, end):
            character = chr(code)
            plain = unicodedata.normalize("NFKC", character)
            safe = unicodedata.decomposition(character).startswith((*_SAFE, "4", "5", "6", "7", "8"))
            if safe and len(plain) == 1 and character not in _KEPT:
                folds.setdefault(character, folds.get(plain, plain))
    return {ord(character): plain for character, plain in folds.items() if character != plain}


_FOLDS = _folding()
_LOWER = {code: plain.lower() for code, plain in _FOLDS.items()} | {
    code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)
}


def fold(text: str) -> str:
    """Fold full-width forms and Traditional characters, one character for one."""
    return text.translate(_FOLDS)


def lower(text: str) -> str:
    """Fold, and lower the case of Latin letters; every character keeps its place."""
    return text.translate(_LOWER)


# -- the tables -------------------------------------------------------------------------------


def _spread(table: dict[str, str]) -> dict[str, str]:
    """Turn meaning: "word, word" around."""
    return {word: meaning for meaning, words in table.items() for word in words.split(", ")}


# Before an amount. Of several, the strongest holds (figure.STRENGTH).
BEFORE = _spread(
    {
        "approx": (
            "约, 约为, 约合, 约有, 约达, 大约, 大概, 大致, 差不多, ~, ≈, about, around, roughly, "
            "approximately, approx, approx., circa, ca., c., some, an estimated, in the region of"
        ),
        "almost": (
            "近, 将近, 接近, 接近于, 逼近, 几近, 趋近, 趋近于, 几乎, 快到, nearly, almost, close to, "
            "approaching, nearing, just under, just below, just shy of"
        ),
        "more_than": (
            "超, 超过, 超过了, 超出, 超逾, 远超, 远超过, 已超, 逾, 突破, 突破了, 冲破, 多于, 大于, 高于, 高过, "
            "多过, 不止, 不只, over, more than, above, exceeding, exceeds, exceeded, in excess of, "
            "north of, greater than, higher than, larger than, surpassing, surpassed, surpasses, "
            "topping, topped, beyond, upward of, just over, well over, >"
        ),
        "at_least": (
            "至少, 不低于, 不少于, 不小于, 不下, 不下于, 起码, 最少, 最低, at least, no less than, "
            "not less than, no fewer than, not fewer than, a minimum of, minimum, min., upwards of, "
            "≥, >="
        ),
        "less_than": (
            "不到, 不足, 不及, 低于, 少于, 小于, 未到, 未满, 未达, 未达到, 达不到, 不满, 跌破, under, below, "
            "less than, fewer than, lower than, smaller than, short of, <"
        ),
        "at_most": (
            "不超过, 不超, 未超过, 没超过, 没有超过, 未超, 不高于, 不多于, 不大于, 最多, 至多, 最高, 顶多, "
            "at most, up to, as much as, as many as, no more than, not more than, not exceeding, "
            "a maximum of, maximum, max., ≤, <="
        ),
    }
)
# Only before a scale word that stands alone: 上亿, 破百万.
BARE_BEFORE = _spread({"at_least": "上", "more_than": "过, 破"})
AFTER = _spread(
    {
        "approx": "左右, 上下, or so, or thereabouts, 的样子, 不等",
        "at_least": "以上, 及以上, 或以上, 之上, +, -plus, or more, and above, or above, and up, plus",
        "at_most": (
            "以内, 之内, 以下, 及以下, 或以下, 之下, 封顶, or less, or fewer, or below, or under, "
            "and below"
        ),
        "exact": "之间, 之多, 上限, 整",
    }
)
# Up to the next round unit: 200多亿, 1500余人, 30亿出头.
MORE = frozenset(["多", "余", "有余", "出头", "-odd", "odd"])
SOME = frozenset({"来"})
LED = frozenset(
    ["达", "达到", "达到了", "高达", "多达", "可达", "达至", "共", "共计", "合计", "总计", "为", "是", "有", "了", "至多达", "共有", "累计", "的", "as high as", "as low as", "a total of", "a record", "reached", "reaching", "totalling", "totaling", "total"]
)

# Of these, the ones that let a scale word stand alone: 达百亿元.
LICENCES = frozenset("达, 达到, 达到了, 高达, 多达, 可达, 达至, reached, reaching".split(", "))

SCALES: dict[str, int] = {
    "hundred": 2,
    "thousand": 3,
    "million": 6,
    "millions": 6,
    "mn": 6,
    "mln": 6,
    "billion": 9,
    "billions": 9,
    "bn": 9,
    "bln": 9,
    "trillion": 12,
    "trillions": 12,
    "tn": 12,
    "trn": 12,
    "个亿": 8,
}
# Glued to the digits only; b and t only where money is printed (7B is a model's size).
LETTERS: dict[str, int] = {"k": 3, "m": 6, "mm": 6, "b": 9, "t": 12}
MONEY_LETTERS = frozenset({"mm", "b", "t"})

CURRENCY = _spread(
    {
        "USD": (
            "usd, us$, us dollars, us dollar, u.s. dollars, u.s. dollar, 美元, 美金, 美刀, "
            "dollars, dollar, $"
        ),
        "CNY": "cny, rmb, cn¥, rmb¥, yuan, renminbi, 人民币, ¥, 元, 块, 块钱, 元钱",
        "HKD": "hkd, hk$, hong kong dollars, hong kong dollar, 港元, 港币, 港纸",
        "TWD": "twd, ntd, nt$, 新台币, 台币, taiwan dollars",
        "SGD": "sgd, s$, 新加坡元, 新加坡币, 坡币, singapore dollars",
        "AUD": "aud, a$, au$, 澳元, 澳币, australian dollars",
        "CAD": "cad, c$, ca$, 加元, 加币, canadian dollars",
        "JPY": "jpy, jp¥, 日元, 日币, yen",
        "KRW": "krw, ₩, 韩元, 韩币, won, korean won",
        "EUR": "eur, €, 欧元, euros, euro",
        "GBP": "gbp, £, 英镑, pounds, pounds sterling, pound",
        "CHF": "chf, 瑞士法郎, 瑞郎, swiss francs",
        "INR": "inr, ₹, 印度卢比, rupees",
        "RUB": "rub, ₽, 卢布, roubles, rubles",
        "BRL": "brl, r$, 雷亚尔, reais",
        "THB": "thb, ฿, 泰铢, baht",
        "VND": "vnd, ₫, 越南盾",
        "ILS": "ils, ₪, shekels",
        "SAR": "sar, 沙特里亚尔",
        "AED": "aed, 迪拉姆, dirhams",
    }
)
# A sign many currencies share gives way to the one that is named beside it.
LOOSE: dict[str, frozenset[str]] = {
    "$": frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MXN"}),
    "dollars": frozenset({"USD"}),
    "¥": frozenset({"CNY", "JPY"}),
    "元": frozenset({"CNY", "USD", "HKD", "TWD", "JPY", "EUR", "KRW", "SGD", "MOP"}),
    "块": frozenset({"CNY", "USD", "HKD", "TWD"}),
}
# Words that are also ordinary ones count only after an amount.
SUFFIX_ONLY = frozenset({"won", "元", "块", "块钱", "元钱", "pound", "pounds", "dollar", "euro", "yen"})

# Unit and the power of ten that brings the printed amount into it.
UNITS: dict[str, tuple[str, int]] = {
    word: (name, shift)
    for name, shift, words in (
        ("share", -2, "%, percent, per cent, pct"),
        ("share", -3, "‰"),
        ("share", 0, "share"),
        ("share", -1, "成, 成员工"),
        ("percentage_points", 0, (
            "个百分点, 百分点, 个点, percentage points, percentage point, percentage_points, "
            "-percentage-point, pp, ppt, ppts, p.p."
        )),
        ("percentage_points", -2, "个基点, 基点, basis points, basis point, -basis-point, bps, bp"),
        ("multiple", 0, "倍, x, ×, times, multiple, fold, -fold"),
        ("people", 0, (
            "人, 名, 员工, 名员工, 位员工, 位, people, person, employees, employee, staff, staffers, "
            "workers, headcount, ftes, fte, -person, -strong, 名雇员, 雇员"
        )),
        ("users", 0, (
            "用户, 活跃用户, 月活用户, 日活用户, 周活用户, 月活跃用户, 日活跃用户, 周活跃用户, 注册用户, "
            "付费用户, 订阅用户, 月活, 日活, 周活, 月活跃, 日活跃, 周活跃, 用户数, 订户, users, user, "
            "subscribers, subscriber, mau, maus, dau, daus, wau, waus"
        )),
        ("months", 0, "个月, months, month, -month, -month-old, months old, -months"),
        ("years", 0, "年, 年时间, 岁, 周岁, years, year, -year, -year-old, years old, yrs"),
    )
    for word in words.split(", ")
}  # fmt: skip
COUNTERS = frozenset(
    ["次", "款", "种", "家", "件", "项", "轮", "层", "个", "台", "张", "颗", "篇", "类", "枚", "股", "支", "座", "条", "套", "辆", "笔", "人次", "家公司", "家企业", "家机构", "个项目", "客户", "家客户", "名客户", "count", "customers", "shares", "rounds"]
)
# 两个多月, 三个半月: the word holds a month and something more.
MONTH_AND_MORE = frozenset({"个多月", "个余月"})
MONTH_AND_HALF = frozenset({"个半月"})
ADJECTIVES = frozenset(
    ["active", "monthly active", "daily active", "weekly active", "registered", "paying", "paid", "full-time", "total", "monthly", "daily", "weekly", "cumulative", "的", "of", "多名", "全职"]
)

# A rate behind an amount of money or things; `each` ones stand before it as well.
RATES = _spread(
    {
        "months": "/月, /month, /months, /mo, per month, a month, monthly, each month, every month",
        "years": (
            "/年, /year, /years, /yr, per year, a year, per annum, p.a., annually, yearly, "
            "each year, every year"
        ),
        "people": (
            "/人, /person, /people, /employee, per person, per employee, per head, per capita, "
            "a head, /head"
        ),
        "users": "/用户, /user, /users, per user, per subscriber",
    }
)
EACH = _spread(
    {
        "months": "每月, 每个月, 月均, 平均每月, 每个月平均",
        "years": "每年, 年均, 平均每年",
        "people": "人均, 每人, 每名员工, 每位员工, 平均每人",
        "users": "每用户, 每名用户, 每位用户, 每个用户, 户均",
    }
)
ONCE = {"a year": "years", "a month": "months"}

# What makes a number something else: a date, an ordinal, a size, a clock.
STOP = frozenset(
    ["月", "月份", "日", "号", "天", "周", "周年", "星期", "小时", "个小时", "个星期", "个季度", "个工作日", "分钟", "秒", "秒钟", "点", "点钟", "时", "度", "米", "公里", "千米", "厘米", "毫米", "纳米", "公斤", "千克", "吨", "英寸", "届", "期", "代", "季度", "楼", "世纪", "年代", "年级", "年度", "年底", "年初", "年末", "年中", "年报", "年上半年", "年下半年", "年前", "年后", "年来", "年以来", "年第", "后", "强", "位数", "转", "线", "级", "分", "分钱", "个月前", "个月后", "个月来", "个月以来", "个半月前", "个半月后", "个半月来", "旬", "角", "岁门", "hours", "hour", "days", "day", "weeks", "week", "minutes", "minute", "seconds", "second", "km", "kg", "gb", "tb", "ghz", "mhz", "nm", "cm", "degrees", "points", "cents", "quarters", "quarter", "decades", "decade", "°", "℃", "months ago", "month ago", "years ago", "year ago", "months later", "years later", "months ended", "months ending", "months through", "months earlier", "years earlier", "year period", "month period", "-month period", "-year period", "-hour", "-day", "-week", "-minute", "-quarter", "-point", "-bit", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "a.m.", "p.m.", "am", "pm"]
)
# These stop a small number only: 30亿后 and 1亿时 are amounts.
STOP_SMALL = frozenset("月, 日, 号, 周, 时, 点, 分, 期, 代, 线, 后, 强, 转, 楼, 届, 角".split(", "))
MONTH_NAMES = frozenset(
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"]
)
# Before any number: an ordinal. Before a duration only: a period.
BAR = frozenset(
    ["第", "前", "no.", "#", "top", "number", "№", "第约", "版本", "version", "chapter", "page", "figure", "table", "编号"]
)
BAR_TIME = frozenset(
    ["首", "头", "过去", "过去的", "最近", "最近的", "过往", "未来", "未来的", "今后", "接下来", "接下来的", "截至", "连前", "first", "past", "last", "previous", "trailing", "next", "coming", "prior", "in", "the first", "the past", "the last", "the previous", "the next", "in the", "for the", "the"]
)
AFTER_TIME = frozenset(
    ["前", "后", "来", "之前", "之后", "以前", "以后", "以来", "期间", "期", "内", "ago", "later", "ended", "ending", "earlier", "through", "period", "periods", "before"]
) - {"内"}
# Looks like a qualifier, a number or a unit, and is not.
OTHER = frozenset(
    (
        "经过, 通过, 不过, 度过, 渡过, 见过, 做过, 有过, 路过, 难过, 错过, 透过, 来过, 去过, 打破, 赶超, 反超, 附近, "
        "新近, 线上, 网上, 晚上, 来自, 来源, 约定, 契约, 预约, 合约, 条约, 签约, 约束, 纽约, 节约, 制约, 公约, 续约, "
        "违约, 解约, 多模态, 多模, 上下游, 上下文, 余额, 余地, 其余, 剩余, 盈余, 人数, 参数, 次数, 指数, 总数, 基数, "
        "倍数, 个数, 户数, 家数, 岁数, 变数, 多数, 少数, 系数, 分数, 函数, 整数, 负数, 小数, 成员, 成立, 成本, 成交, "
        "成绩, 成百上千, 成千上万, 元素, 元宇宙, 元旦, 人民, 人形, 人类, 人工智能, 名列, 名为, 位列, 位于, 位置, 目前, "
        "当前, 面前, 空前, 日前, 提前, 从前, 眼前, 先前, 巨头, 龙头, 年收入, 年营收, 年利润, 年薪, 年产, 年销, 年增, "
        "年入, 年复合, 年化, 月收入, 月营收, 月薪, 上一年, 下一年, 这一年, 那一年, 前一年, 新一年, 每一年, 同一年, "
        "过去一年, 最近一年, 近一年, 上半年, 下半年, 大半年, 去年, 今年, 明年, 上年, 往年, 全年, 当年, 同期, 半年报, 半年度, 前半年, 后半年, 头半年, 小半年, 几何, "
        "几率, 负责, 负债, 负担, 抱负, 自负, 胜负, 肩负, 欺负, 一一, 统一, 唯一, 万一, 单一, 同一, 之一, 周一, 周二, "
        "周三, 周四, 周五, 周六, 专一, 不一, 合一, 初一, 高一, 进一步, 下一, 上一, 百分比, 千万别, 千万不, 千万不要, "
        "其一, 逐一, 任一, 星期一, 星期二, 星期三, 星期四, 星期五, 星期六, 礼拜一, 不足以, 不到位, 不及格, 个别, 个性, "
        "个体, 种子, 层级, 层面, 次要, 次于, 张力, 类似, 类别, 家庭, 家长, 倍率, 有限, 有望, 有关, 是否, 为了, "
        "为什么, 共同, 共享, 共识, 整个, 整体, 整合, 许多, ––, a year earlier, a year ago, "
        "a year before, a year later, a month earlier, a month ago, a month later, first half, "
        "second half, half-year, half year, the other half, the half, first-half, second-half, "
        "one day, over time, over the, above the, below the, under the, up to date, to date, "
        "year-on-year, year-over-year, year on year, year over year, at a time, short of the, "
        "doubled down, or double"
    ).split(", ")
)

MARKS = frozenset({"-", "–", "~", "to", "至", "到", "..", "~~"})
BETWEEN = frozenset({"between", "介于", "介乎"})
AND = frozenset({"and", "和", "与", "、"})
FROM = frozenset({"from", "从", "由", "自"})
NEGATIVE = frozenset({"负", "minus", "negative"})
SEVERAL = frozenset({"数", "几", "好几"})
GRADE = frozenset({"级", "量级", "级别", "数量级"})
PARTS = frozenset({"分之"})
TURN = frozenset({"翻", "翻了"})
TURNED = frozenset({"番"})
HALF = frozenset({"半", "半数"})
# Who a figure is compared with may stand inside: 不到其1%, 不到 OpenAI 的 1%.
OF_OTHERS = frozenset("不到, 不足, 不及, less than, under".split(", "))
OTHERS = frozenset("其, 前者, 后者".split(", "))
AND_HALF = frozenset({"and a half"})

_UNITS_EN = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH: dict[str, int] = (
    {word: number for number, word in enumerate(_UNITS_EN, 1)}
    | {word: number for number, word in enumerate(_TEENS, 10)}
    | dict(zip(_TENS, range(20, 100, 10), strict=True))
    | {
        f"{tens}{join}{ones}": base + number
        for (base, tens), (number, ones), join in product(
            zip(range(20, 100, 10), _TENS, strict=True), enumerate(_UNITS_EN, 1), "- "
        )
    }
    | {"zero": 0}
)

# A whole amount in one word. Words for fractions have a step of a tenth.
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
        ("2", "multiple", (
            "翻倍, 翻了倍, 翻了一倍, 翻一倍, 翻番, 翻了番, twice, doubled, twofold, two-fold"
        )),
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
    for word in words.split(", ")
} | {
    f"{count}{join}{part}": (Fraction(number, whole), "share")
    for number, count in enumerate(_UNITS_EN[1:], 2)
    for whole, part in ((3, "thirds"), (4, "quarters"), (5, "fifths"), (8, "eighths"), (10, "tenths"))
    for join in "- "
    if number < whole
    and not (part == "quarters" and join == " ")
}  # fmt: skip
_ROUND = {"thousands": 3, "millions": 6, "billions": 9, "trillions": 12}
# The lowest power of ten the words span: tens of millions are 20 to 100 million.
VAGUE: dict[str, int] = {
    f"{many} of {scale}": power + base
    for (many, power), (scale, base) in product(
        {"tens": 1, "hundreds": 2, "thousands": 3}.items(), _ROUND.items()
    )
}

# Chinese numerals.
DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2}
PLACES = {"十": 1, "百": 2, "千": 3}
BIG = {"万": 4, "亿": 8, "兆": 12, "万亿": 12}
# Scale words without a digit: the power of ten in 数百亿, 200多万, 千万级.
POWERS: dict[str, int] = PLACES | {
    place + big: (PLACES[place] if place else 0) + power
    for place, (big, power) in product(("", *PLACES), BIG.items())
}

# -- words to write with ----------------------------------------------------------------------

SAID: dict[str, dict[str, str]] = {
    "en": {
        "exact": "{}", "approx": "~{}", "almost": "almost {}", "more_than": ">{}",
        "at_least": ">={}", "less_than": "<{}", "at_most": "<={}", "range": "{}..{}",
        "share": "%", "fraction": " share", "multiple": "x", "people": " people",
        "users": " users", "count": " count", "months": " months", "years": " years",
        "percentage_points": " percentage points",
        "/months": "/month", "/years": "/year", "/people": "/person", "/users": "/user",
    },
    "zh-Hans": {
        "exact": "{}", "approx": "约{}", "almost": "近{}", "more_than": "超过{}",
        "at_least": "至少{}", "less_than": "不到{}", "at_most": "不超过{}", "range": "{}至{}",
        "share": "%", "fraction": "{1}分之{0}", "multiple": "倍", "people": "人",
        "users": "用户", "count": "个", "months": "个月", "years": "年",
        "percentage_points": "个百分点", "more": "多", "more_months": "个多月",
        "/months": "/月", "/years": "/年", "/people": "/人", "/users": "/用户",
        "USD": "美元", "CNY": "元", "HKD": "港元", "EUR": "欧元", "JPY": "日元", "GBP": "英镑",
        "KRW": "韩元", "TWD": "新台币", "SGD": "新加坡元", "AUD": "澳元", "CAD": "加元",
    },
    "zh-Hant": {
        "exact": "{}", "approx": "約{}", "almost": "近{}", "more_than": "超過{}",
        "at_least": "至少{}", "less_than": "不到{}", "at_most": "不超過{}", "range": "{}至{}",
        "share": "%", "fraction": "{1}分之{0}", "multiple": "倍", "people": "人",
        "users": "用戶", "count": "個", "months": "個月", "years": "年",
        "percentage_points": "個百分點", "more": "多", "more_months": "個多月",
        "/months": "/月", "/years": "/年", "/people": "/人", "/users": "/用戶",
        "USD": "美元", "CNY": "元", "HKD": "港元", "EUR": "歐元", "JPY": "日圓", "GBP": "英鎊",
        "KRW": "韓元", "TWD": "新台幣", "SGD": "新加坡元", "AUD": "澳元", "CAD": "加元",
    },
}  # fmt: skip
ONE = {" people": " person", " users": " user", " months": " month", " years": " year"}
WRITTEN_SCALES = {
    "en": {12: "tn", 9: "bn", 6: "m", 3: "K", 0: ""},
    "zh-Hans": {12: "万亿", 8: "亿", 4: "万", 0: ""},
    "zh-Hant": {12: "萬億", 8: "億", 4: "萬", 0: ""},
}

# -- the lexer's table ------------------------------------------------------------------------

_ROLES: tuple[tuple[str, Iterable[str]], ...] = (
    # A later role takes a word from an earlier one.
    ("scale", SCALES),
    ("letter", LETTERS),
    ("led", LED),
    ("before", BEFORE),
    ("bare", BARE_BEFORE),
    ("after", AFTER),
    ("more", MORE),
    ("money", CURRENCY),
    ("adjective", ADJECTIVES),
    ("unit", UNITS),
    ("unit", COUNTERS),
    ("unit", MONTH_AND_MORE | MONTH_AND_HALF),
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
    ("other", OTHER | OTHERS),
)
KINDS: dict[str, str] = {word: role for role, words in _ROLES for word in words}


def _tree(words: Iterable[str]) -> str:
    """Write an alternation that shares beginnings, the longest word first."""
    branches: dict[str, list[str]] = {}
    ends = False
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
        else:
            ends = True
    inner = "|".join(re.escape(head) + _tree(tails) for head, tails in branches.items())
    if not branches:
        return ""
    return f"(?:{inner}){'?' if ends else ''}"


def _is_latin(word: str) -> bool:
    return word[-1].isascii() and word[-1].isalpha()


# Currencies and abbreviations may touch the digits behind them (RMB5bn, c.5m); words may not.
_GLUED = {word for word in CURRENCY if _is_latin(word) and word not in SUFFIX_ONLY}
_NUMERAL = "".join(DIGITS) + "".join(PLACES) + "万亿兆"
_LETTER = "a-zÀ-ʯͰ-ӿ"
_ABBREVIATED = {word for word in KINDS if "a" <= word[0] <= "z" and not _is_latin(word)}
_SIGNS = {word for word in KINDS if not _is_latin(word)} - _ABBREVIATED
# Tried in this order: the full stop of `approx.` belongs to it, the hyphen of `-month` too.
_WORD = "|".join(
    (
        _tree(_ABBREVIATED),
        _tree(_GLUED) + "(?![a-z])",
        _tree(KINDS.keys() - _ABBREVIATED - _SIGNS - _GLUED) + "(?![a-z0-9])",
        _tree(_SIGNS),
    )
)
_ARABIC = (
    r"[0-9]{1,3}(?:，[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
    r"|(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])"
    r"|[0-9]+(?:[.,'’:/_·٬٫^×*\\][0-9]+)*"
)
_HEADS = re.escape("".join(sorted({word[0] for word in KINDS})))
TOKEN = re.compile(
    rf"(?P<word>{_WORD})"
    rf"|(?P<number>(?:{_ARABIC}|[{_NUMERAL}])"
    rf"(?:{_ARABIC}|[{_NUMERAL}]|(?<=[{_NUMERAL}])点(?=[零一二三四五六七八九]))*)"
    rf"|(?P<space>[ \t]+)"
    rf"|(?P<name>[{_LETTER}][{_LETTER}0-9]*(?:[-.'_&+][{_LETTER}0-9]+)*)"
    rf"|(?P<other>[^{_HEADS}{_NUMERAL}{_LETTER}0-9 \t\n]+|.)",
    re.DOTALL,
)
# Every code may follow an amount in capitals.
CODES = CURRENCIES
