"""Words of running text that tell whom a figure is about and of what kind it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas import lexicon as lex
from schemas.spotter import Spotter

if TYPE_CHECKING:
    from schemas.company import Kind


def _pattern(*parts: str) -> re.Pattern[str]:
    # Text is matched folded, so the words are folded as well.
    return re.compile(lex.fold("".join(parts)))


_SAID: dict[Kind, tuple[str, ...]] = {
    "target": (
        "目标, 目標, 定下, 设定, 設定, 力争, 力爭, 想融资, 想融資, 希望, 有意",
        "target, targets, targeting, aims, aim to, aiming, goal, wants to, hopes to, seeks to",
        "is seeking",
    ),
    "plan": (
        "计划, 計劃, 計畫, 拟, 擬, 准备, 準備, 打算, 将投入, 將投入, 要顶着, 要頂著",
        "plan to, plans to, planned, plans, planning, will invest, will spend, budget, budgeted",
        "intends to",
    ),
    "forecast": (
        "预计, 預計, 预期, 預期, 预测, 預測, 有望, 料将, 料將, 料达, 料達, 将达, 將達, 将会, 將會",
        "预估, 預估, 指引, expects, expected, expecting, forecast, forecasts, projected, projects",
        "guidance, is likely to, on course, will reach, should reach",
    ),
    "offer": (
        "报价, 報價, 要约, 要約, 出价, 出價, 的价格, 的價格, 洽谈, 洽談",
        "offered, offer to, offer of, bid, in talks",
    ),
    "rumour": (
        "据传, 據傳, 传闻, 傳聞, 传出, 傳出, 市场消息称, 市場消息稱, 市场消息, 市場消息, 消息称",
        "消息稱, 据消息, 據消息, 据报, 據報, 盛传",
        "盛傳, 爆出, rumoured, rumored, reportedly, is said to, rumours, rumors",
    ),
    "opinion": (
        "认为, 認為, 認爲, 看来, 看來, 仿佛, 估算, 猜测, 猜測, 动辄, 動輒",
        "believes, in my view, would be worth, guesses",
    ),
}
KINDS: Spotter[Kind] = Spotter(
    (word, kind) for kind, lines in _SAID.items() for line in lines for word in line.split(", ")
)

# -- what is measured -------------------------------------------------------------------------

GROWTH = _pattern(
    r"翻|倍增|增长|增長|增幅|增速|同比|环比|環比|按年|按月|按季|上升|下降|下跌|减少|減少|提升|上涨|上漲",
    r"|\b(?:grew|grow|growth|rose|rise|risen|up|increas\w+|down|fell|declin\w+|jumped|surged",
    r"|year[- ]on[- ]year|yoy|\w+fold|doubl\w+|tripl\w+)\b",
)
MONTHLY = _pattern(r"环比|環比|按月|month[- ](?:on|over)[- ]month|\bmom\b")
# "34 times that of Kimi": an amount told by another's.
RELATED = _pattern(r"(?:是|为|為|相当于|相當於|达|達)(?:其|它|前者|后者|後者)?的?\s*$|\bis\s*$")
RELATED_BEHIND = _pattern(
    r"\s*(?:that of|as (?:many|much|large) as|the (?:size|number|revenue) of)"
)
# Counted beside a figure, and nothing about a company.
FOREIGN = _pattern(
    r"参数|參數|上下文|文本|pass@|分数|分數|得分|准确率|準確率|论文|論文|显卡|顯卡|芯片层|戰力|战力",
    r"|股价|股價|\b(?:shares in|shares of|stock)\b",
    r"|\b(?:parameters?|context|tokens? of context|score[sd]?|accuracy|benchmark|papers?|gpus?",
    r"|mah|km)\b",
)

# -- whom it is about -------------------------------------------------------------------------

TOGETHER = _pattern(
    r"合计|合計|合共|总计|總計|共同|合力|加起来|加起來|\b(?:combined|together|jointly|in total)\b"
)
PAIR = _pattern(
    r"[两兩]家(?:明星|头部|頭部)?(?:初创|初創|创业|創業)?(?:公司|企业|企業|独角兽|獨角獸)?",
    r"|\b(?:the two|both) (?:companies|labs|firms|start-?ups)\b|\bthe pair\b",
)
TWO = _pattern(r"[两兩]|\b(?:two|both|pair)\b")
EACH = _pattern(r"都|均|皆|各|\beach\b|\bapiece\b|\bboth\b")
RESPECTIVELY = _pattern(r"分别|分別|\brespectively\b")
LIST = _pattern(r"\s*(?:[、,\uff0c&/]|和|与|與|及|以及|\band\b|,\s*and\b)\s*")
# What a company's name follows where it is not the one the clause is about.
SPOKEN_OF = _pattern(
    r"(?:被|由|从|從|向|比|较|較|与|與|像|对标|對標|超过|超過|不到|不及|于|於|获得|獲得|拿到|获|獲",
    r"|来自|來自|给|給|相比|优于|優於|投资|投資|据|據|为|為|面对|面對",
    r"|\b(?:by|from|with|than|over|to|against|like|unlike|including|versus|between|for|as)",
    r"(?: the)?)\s*[“\"'‘(《]?$",
)
# A clause that only leads up to another: 在…同时, while …
FRAME = _pattern(
    r"\s*(?:在|当|當|随着|隨着|隨著|面对|面對|除了|相比|不同于|不同於|正如|如同",
    r"|(?:as|while|when|after|before|unlike|compared|with|since|although|though)\b)",
)
FRAMED = _pattern(
    r"(?:同时|同時|之后|之後|之前|后|後|前|时|時|之际|之際|中|上|下|里|裡|相比|不同)\s*$"
)
# Companies in general: what follows is about none of the book's.
OTHERS = _pattern(
    r"某些|某家|有的企业|有的企業|有企业|有企業|一些公司|不少|许多|許多|其他公司|同行|行业平均|行業平均",
    r"|\b(?:some|most|many|other|rival|certain) (?:companies|firms|labs|start-?ups|rivals)\b",
    r"|\bindustry average\b",
)
SELF = _pattern(
    r"公司|团队|團隊|集团|集團|\bthe (?:company|firm|lab|group|start-?up)\b|\bemploy(?:s|ed|ing)?\b"
)
_TITLES = (
    r"(?:联合创始人|聯合創始人|创始人|創始人|首席执行官|首席執行官|董事长|董事長|总裁|總裁"
    r"|(?:ceo|coo|cto|cfo|co-founder|founder|chief executive(?: officer)?|chairman|president)"
    r"(?![a-z]))"
)
LEADER = _pattern(
    r"(?:的|'s|s'|,|\uff0c)?\s*", _TITLES, r"(?:\s*(?:[、&/]|兼|and|,)?\s*", _TITLES, r")*\s*"
)  # fmt: skip
HAN_NAME = re.compile(r"[㐀-鿿]{2,3}")
LATIN_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}")
MODEL = re.compile(r"(?:的|'s)?[ ]*([A-Z][A-Za-z]*-?\d[A-Za-z0-9.]*)")

# -- where it is said -------------------------------------------------------------------------

# For text that is folded and keeps its capitals.
SENTENCE = re.compile(r"[。!?\n]+|(?<![ .][A-Z])\.(?=\s+[A-Z㐀-鿿“\"'(]|\s*\n|\s*$)")
# A full-width comma stays one when text is folded; it is written out, as it looks like the other.
CLAUSE = re.compile("[\uff0c;:\u2013]|(?<!\\d),|,(?!\\d)|\\b(?:while|whereas|but)\\b")
