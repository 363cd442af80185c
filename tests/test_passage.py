"""Figures of running text: found with what the words suggest, and nothing else found."""

import time
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metrics
from metrics import passage
from metrics.passage import Mention
from schemas import figure
from schemas.book import Book
from tests.folder import during

PUBLISHED = date(2025, 12, 31)
PASSAGES = Path(__file__).parent / "passages"


@pytest.fixture(scope="module")
def book() -> Book:
    return metrics.book()


def read(book: Book, text: str, published: date = PUBLISHED) -> list[Mention]:
    return passage.read(book, text, published)


# A sentence; the figure; company (several joined by a blank), metric, period (empty where the
# sentence leaves it open; NOW is the day of the text) and kind that its words suggest.
ROWS = [
    tuple(line.split("\t"))
    for line in (PASSAGES / "rows.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def test_there_are_rows_enough_in_each_script():
    chinese = [row for row in ROWS if "。" in row[0]]
    assert len(ROWS) >= 80
    assert len(chinese) >= 60
    assert {row[5] for row in ROWS} >= {"actual", "plan", "target", "forecast", "rumour", "offer"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_the_words_around_a_figure_suggest_what_it_is_about(book, row):
    text, printed, companies, metric, when, kind = row
    found = {each.text: each for each in read(book, text)}
    assert printed in found
    one = found[printed]
    assert " ".join(sorted(one.companies)) == companies
    assert one.metric == metric
    assert str(one.period or "") == (str(during(when)) if when else "")
    assert one.kind == kind


WIDE = str.maketrans({",": "\uff0c", ";": "\uff1b", ":": "\uff1a"})


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "。" in row[0]], ids=lambda row: row[0][:40]
)
def test_full_width_punctuation_changes_nothing(book, row):
    """Pages print it in Chinese; amounts keep their own commas."""
    text = row[0]
    wide = text.translate(WIDE)
    plain = [(each.text, each.companies, each.metric, each.kind) for each in read(book, text)]
    assert [
        (each.text, each.companies, each.metric, each.kind) for each in read(book, wide)
    ] == plain


# -- what is no figure of a company -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "零一万物、百度与三星都在做模型。",
        "百川智能和千里科技宣布合作。",
        "月之暗面发布了K2,MiniMax发布了M1和M2。",
        "DeepSeek-R1-0528与Gemini 2.5 Pro、GPT-5、o3的差距在缩小。",
        "MiniMax创始人闫俊杰出生于1989年,是90后。",
        "2025年9月30日,智谱在第一季度之后更新了第2版。",
        "MiniMax的M1参数达4560亿。",
        "Kimi-Researcher取得26.9%的Pass@1分数。",
        "月之暗面的第一款模型主打20万长文本上下文。",
        "这两家公司一起被挤到聚光灯边缘,两位创始人没有露面。",
        "OpenAI和DeepSeek这两家公司被视为风向标。",
        "MiniMax的論文被引用接近兩萬次。",
        "一萬張顯卡不等於一萬倍戰力,MiniMax 這麼說。",
        "MiniMax發表上百篇論文。",
        "2026年國考371.8萬人參加\n國考打破35歲門檻\n年賣10億的鳳爪大王",
        "內置24000轉/分鐘風扇!紅魔11 Pro圖賞,7000mAh電池",
        "GPT-4 and Claude 3.5 Sonnet were released; K2 has 1 trillion parameters.",
        "Anthropic came second in 2024, on page 12 of the report.",
        "Many companies raised more than $100 million.",
        "7 things to know about the iPhone 17",
        "Moonshot worked 24 hours a day for its model K1.5.",
        "MiniMax has 3 offices.",
    ],
)
def test_names_models_dates_and_furniture_are_left(book, text):
    assert [each.text for each in read(book, text)] == []


def test_every_suggestion_says_which_words_it_rests_on(book):
    text = "据MiniMax预计,2026年资本开支将达2亿元。"
    (one,) = read(book, text)
    assert {why.field for why in one.why} == {"company", "metric", "period", "kind"}
    assert all(why.words in text for why in one.why)


def test_a_figure_stands_where_the_text_prints_it(book):
    text = "第一段。\n\n  MiniMax的营收为5300万美元。\n智谱的员工有883人。"
    found = read(book, text)
    assert [(text[each.start : each.end], each.paragraph) for each in found] == [
        ("5300万美元", 2),
        ("883人", 3),
    ]


def test_a_leader_and_a_model_stand_for_their_company_only_where_the_text_ties_them(book):
    tied = (
        "MiniMax创始人闫俊杰出席。会上,闫俊杰称公司收入为1亿元。"
        "MiniMax M9发布。M9的训练成本为380万元。"
    )
    assert [each.companies for each in read(book, tied)] == [("minimax",), ("minimax",)]
    assert read(book, "会上,闫俊杰称收入为1亿元。") == []
    both = "MiniMax M9发布。Kimi M9发布。M9的训练成本为380万元。"
    assert [each.companies for each in read(book, both)] == [("moonshot-ai",)]  # named last


def test_an_english_leader_stands_for_the_company(book):
    text = "Zhipu chief executive Zhang Peng spoke. Later Zhang Peng put revenue at $70 million."
    assert [each.companies for each in read(book, text)] == [("zhipu-ai",)]


def test_a_sum_for_companies_that_are_no_group_is_nobodys(book):
    (one,) = read(book, "智谱和快手合计融资超过20亿美元。")
    assert one.companies == ()
    assert one.why[0].how == "joint"


def test_the_two_companies_are_the_pair_named_before(book):
    text = "MiniMax和月之暗面都在上海和北京。这两家公司总计融资200亿元。"
    assert [each.companies for each in read(book, text)] == [("minimax+moonshot-ai",)]
    apart = "MiniMax在上海。月之暗面在北京。两笔融资合计超14亿美元。"
    assert [each.companies for each in read(book, apart)] == [("minimax+moonshot-ai",)]


def test_a_multiple_of_anothers_amount_names_the_other(book):
    text = "Kimi的周活跃用户为450万,豆包的周活跃用户是其34倍。"
    one = read(book, text)[1]
    assert (one.companies, one.metric, one.other) == (("bytedance",), "wau", "moonshot-ai")


def test_what_has_happened_this_year_has_happened_by_the_day_of_the_text(book):
    (one,) = read(book, "智谱今年融资20亿元。", date(2025, 6, 30))
    assert str(one.period) == "2025-01-01/2025-06-30"
    assert not one.is_stated


def test_people_of_a_company_need_no_word_for_staff(book):
    assert [each.metric for each in read(book, "月之暗面公司只有50人。")] == ["employee_count"]
    assert read(book, "月之暗面公司来了两位。") == []


# -- whole texts ------------------------------------------------------------------------------

TEXTS = {
    "en": [
        ("175%", "minimax", "revenue_growth"),
        ("$53.4 million", "minimax", "revenue"),
        ("$186 million", "minimax", "adjusted_net_loss"),
        ("about $1.05 billion", "minimax", "cash_reserves"),
        ("385 people", "minimax", "employee_count"),
        ("$500 billion", "openai", "valuation"),
        ("$13 billion", "openai", "revenue"),
        ("$50 billion", "anthropic", "capex"),
        ("about $4 billion", "moonshot-ai zhipu-ai", "valuation"),
        ("$500 million", "moonshot-ai", "net_proceeds"),
        ("36 months", "moonshot-ai", "runway"),
        ("45%", "zhipu-ai", "gross_margin"),
        ("More than 70%", "minimax", "overseas_share"),
        ("20 million monthly active users", "minimax", "mau"),
        ("close to 160 million monthly active users", "bytedance", "mau"),
    ],
    "zh-Hans": [
        ("1.91亿元", "zhipu-ai", "revenue"),
        ("325%", "zhipu-ai", "revenue_growth"),
        ("23.58亿元", "zhipu-ai", "net_loss"),
        ("15.95亿元", "zhipu-ai", "rnd_expense"),
        ("25.52亿元", "zhipu-ai", "cash_reserves"),
        ("883人", "zhipu-ai", "employee_count"),
        ("70%", "zhipu-ai", ""),
        ("突破5亿元", "zhipu-ai", "revenue"),
        ("超过270万", "zhipu-ai", "registered_users"),
        ("约为33亿美元", "moonshot-ai", "valuation"),
        ("接近3600万", "moonshot-ai", "mau"),
        ("超过20亿美元", "", "net_proceeds"),
        ("1亿", "bytedance", "dau"),
        ("30亿元左右", "baichuan", "cash_reserves"),
        ("三年", "baichuan", "runway"),
    ],
    "zh-Hant": [
        ("逾七成", "minimax", "overseas_share"),
        ("5,344萬美元", "minimax", "revenue"),
        ("1.7倍", "minimax", "revenue_growth_multiple"),
        ("23.3%", "minimax", "gross_margin"),
        ("5.12億美元", "minimax", "net_loss"),
        ("1.86億美元", "minimax", "adjusted_net_loss"),
        ("約10.46億美元", "minimax", "cash_reserves"),
        ("385名", "minimax", "employee_count"),
        ("29歲", "minimax", "average_age"),
        ("2億美元", "minimax", "capex"),
        ("約140萬", "minimax", "paying_users"),
        ("逾2,000萬", "minimax", "mau"),
        ("43億港元", "zhipu-ai", "net_proceeds"),
        ("511億港元", "zhipu-ai", "valuation_post_money"),
        ("48億美元", "moonshot-ai", "valuation"),
        ("5億美元", "moonshot-ai", "net_proceeds"),
        ("130億元", "tencent", "capex"),
        ("315億元", "alibaba", "capex"),
    ],
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_whole_text_gives_its_figures_and_no_others(book, name):
    text = (PASSAGES / f"{name}.txt").read_text(encoding="utf-8")
    found = read(book, text, date(2025, 11, 18))
    told = [(each.text, " ".join(sorted(each.companies)), each.metric) for each in found]
    assert told == TEXTS[name]


# -- any text at all --------------------------------------------------------------------------


PARTS = [
    *(
        "MiniMax",
        "月之暗面",
        "两家公司",
        "和",
        "分别",
        "合计",
        "11亿美元",
        "70%",
        "34倍",
        "是其",
        "385人",
    ),
    *("营收", "收入", "增长", "估值", "同比", "2025年", "Q3", "今年", "前九个月", "截至", "创始人"),
    *("闫俊杰", " M1", ",", "。", ":", "\n", "的", "在", "被", "同时", "预计", "each", "by "),
    *(" $5m ", "both companies", "某些公司"),
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=6), max_size=40))
def test_whatever_is_pasted_is_read(parts):
    text = "".join(parts)
    shipped = shelved()
    for each in passage.read(shipped, text, PUBLISHED):
        assert text[each.start : each.end] == each.text
        assert isinstance(figure.read(each.text), figure.Figure)
        assert set(each.companies) <= set(shipped.companies)
        assert each.metric in {"", *shipped.catalog}


@cache
def shelved() -> Book:
    """The shipped book, for a test that hypothesis runs many times."""
    return metrics.book()


@pytest.mark.parametrize(
    "part",
    [
        "MiniMax的营收为11亿美元,同比增长30%。",
        "MiniMax的营收为11亿美元,",
        "9月",
        "MiniMax创始人闫俊杰",
        "两家公司",
        "1, ",
    ],
)
def test_a_text_twice_as_long_takes_twice_as_long(book, part):
    def taken(size: int) -> float:
        text = (part * size)[:size]
        begun = time.process_time()
        read(book, text)
        return time.process_time() - begun

    short, long = taken(4_000), taken(32_000)
    # Eight times the text; quadratic work would take 64 times as long.
    assert long < 24 * max(short, 0.02)


def test_an_article_is_read_within_a_second(book):
    text = "".join((PASSAGES / f"{name}.txt").read_text(encoding="utf-8") for name in TEXTS) * 6
    assert 15_000 < len(text.encode()) < 30_000
    begun = time.process_time()
    assert len(read(book, text)) > 150
    assert time.process_time() - begun < 1.5
