"""The shipped data: no errors, and what its trickiest figures say, as an investor would check."""

import re
from pathlib import Path

import pytest

import metrics
from metrics import check, choose, claim, derive
from schemas.book import Book, Row
from schemas.company import WHOLE
from schemas.source import GRADE
from tests.folder import LENS, answered, catalog, during, iv, lens

PROSPECTUS = "minimax-2025-12-prospectus"
ARTICLE = "neteasehao-2025-12-minimax-ipo"
LONG_READ = "repost-2025-11-minimax-moonshot"
REWRITE = "unnamed-2025-12-ai-twins-rewrite"
KR = "36kr-2026-01-moonshot-paradigm"
SOHU = "sohu-2025-06-four-tigers"
ARTICLES = {ARTICLE, LONG_READ, REWRITE, KR, SOHU}
PASSED_ON = {
    PROSPECTUS,
    "moonshot-ai-2026-01-internal-letter",
    "questmobile-2025-wau-top10",
    "latepost-2026-01-ai-capex",
}
# The same, but dated by what those say.
FILED = {"zhipu-ai-2025-12-prospectus", "minimax-2026-03-annual-results"}

# Company, where it stands, as printed; then what it says: metric, bounds, unit, period, and what
# sets it apart from a plain, exact, actual figure (qualifier, kind, rank, basis, scope).
FIGURES = """
minimax | neteasehao ¶4 | 11億美元 | cash_reserves | 1.1bn | USD | 2025-09-30 |
minimax | neteasehao ¶43 | 約5300萬美元 | revenue | 52m..54m | USD | 9M2025 | approx unknown
minimax | neteasehao ¶30 | 超過七成 | overseas_share | (0.7, 1] | share | 9M2025 | more_than
minimax | neteasehao ¶21 | 1365% | cloud_spend_ratio | 13.65 | share | FY2023 | training
minimax | neteasehao ¶21 | 266.5% | cloud_spend_ratio | 2.665 | share | 9M2025 | training
minimax | neteasehao ¶34 | 69.4% | gross_margin | 0.694 | share | 9M2025 | segment: open platform
minimax | neteasehao ¶32 | 超過2.12億用戶 | cumulative_users |>212m| users | 2025-09-30 | more_than
minimax | neteasehao ¶39 | 385 人 | employee_count | 385 | people | 2025-09-30 | closing
minimax | neteasehao ¶39 | 近 74% | rnd_staff_share | [0.73, 0.74) | share | 2025-09-30 | almost
minimax | neteasehao ¶39 | 超 30% | returnee_share | (0.3, 1] | share | 2025-09-30 | more_than
minimax | neteasehao ¶39 | 29 歲 | average_age | 29 | years | 2025-09-30 |
minimax | neteasehao ¶46 | 32歲 | average_age | 32 | years | 2025-12-31 | people: board of directors
minimax | neteasehao ¶12 | 約5億美元 | cumulative_spending | 450m..550m | USD | 2025-09-30 | approx
minimax | neteasehao ¶12 | 5億美元 | cumulative_spending | 500m | USD | 2025-09-30 | deprecated
minimax | neteasehao ¶52 | 1% | cumulative_spending | 0.01 | share | 2025-12-31 | opinion deprecated
minimax | neteasehao ¶3 | 不足4年 | company_age | [0, 4) | years | 2025-12-31 | less_than
minimax | neteasehao ¶4 | 50個月 | runway | 50 | months | 2025-09-30 |
minimax | neteasehao ¶43 | 數百億 | valuation | 20bn..100bn | CNY | 2025-12-31 | range opinion
minimax | repost ¶42 | 突破千萬 | dau | >10m | users | 2024-12-31 | more_than target product
minimax | repost ¶43 | 400 左右 | employee_count | 350..450 | people | 2024-06-30 | approx closing
minimax | repost ¶69 | 一半 | departed_share | 0.5 | share | 2025-11-30 | people: first hundred
minimax | repost ¶78 | 40 億美元左右 | valuation | 3.5bn..4.5bn | USD | 2025-11-30 | approx
minimax | unnamed ¶12 | 千万级 | dau | 10m..100m | users | 2024-12-31 | range target
minimax | sohu ¶24 | 380萬元 | training_cost | 3.8m | CNY | H1-2025 | product: MiniMax-M1
moonshot-ai | 36kr ¶14 | 超过100亿人民币 | cash_reserves | >10bn | CNY | 2025-12-31 | more_than
moonshot-ai | 36kr ¶8 | 超亿元 | marketing_peak | >100m | CNY | 2024 | more_than product: Kimi
moonshot-ai | 36kr ¶47 | 450万 | wau | 4.5m | users | 2025 | product: Kimi
moonshot-ai | sohu ¶55 | 三年左右 | runway | 30..42 | months | 2025-06-30 | approx
moonshot-ai | repost ¶26 | 2000 萬美元 | net_proceeds | 20m | USD | 2023-Q1 | target
moonshot-ai | repost ¶38 | 9 億美元 | valuation_pre_money | 900m | USD | 2023-12-31 | offer
moonshot-ai | repost ¶38 | 近 8 億美元 | net_proceeds | [720m, 800m) | USD | 2024-Q1 | almost
moonshot-ai | repost ¶44 | 翻了一番 | employee_growth_multiple | 2 | multiple | H1-2024 |
moonshot-ai | repost ¶36 | 50 人 | employee_count | 50 | people | 2023-08-31 | closing
minimax+moonshot-ai | repost ¶40 | 超 14 億美元 | net_proceeds | >1.4bn | USD | 2024-Q1 | more_than
minimax+moonshot-ai | unnamed ¶28 | 200亿人民币 | cash_reserves | 20bn | CNY | 2025-11-30 | opinion
bytedance | 36kr ¶47 | 34倍 | wau | 34 | multiple | 2025 | product: Doubao vs moonshot-ai
baidu | 36kr ¶50 | 300至500亿元 | capex | 30bn..50bn | CNY | 2025 | range plan segment: AI
alibaba | 36kr ¶50 | 1200亿元 | capex | 120bn | CNY | 2025 | segment: AI
kuaishou | sohu ¶58 | 1.5億元 | revenue | 150m | CNY | 2025-Q1 | unknown product: Kling AI
openai | repost ¶78 | 5000 億美元 | valuation | 500bn | USD | 2025-11-30 |
openai | repost ¶78 | 萬億美元 | valuation | 1tn | USD | 2025-11-30 | plan
openai | unnamed ¶28 | 近5000亿美元 | valuation | [450bn, 500bn) | USD | 2025-11-30 | almost
openai | neteasehao ¶9 | 數百億美元 | cumulative_spending | 20bn..100bn | USD | 2025-12-31 | range
deepseek | repost ¶60 | 數千萬用戶 | new_users | 20m..100m | users | 2025-01 | range
openai | station-x ¶5 | $13.07 billion | revenue | 13.07bn | USD | 2025 | unknown
openai | station-x ¶6 | $20.92 billion | operating_loss | 20.92bn | USD | 2025 |
openai | runtimewire Deconstructing the Net Loss | 60.35 billion | net_loss |60.35bn| USD | 2025 |
openai | ai-for-automation list | $6 billion | revenue | 6bn | USD | 2024 | deprecated unknown
openai | zoonop ¶2 | $8 billion to $8.5 billion | cash_burn | 8bn..8.5bn | USD | 2025 | range
openai | toolnavs section 2 | more than 40% | enterprise_share | (0.4, 1] | share | 2026-03 | more
openai | business ¶1 | 8,000 employees | employee_count | 8000 | people | 2026-12-31 | target
openai | ai-magazine ¶1 | US$852bn | valuation_post_money | 852bn | USD | 2026-03-31 |
openai | vesper-news ¶4 | 3-4 year | runway | 36..48 | months | 2026-06-30 | range
anthropic | marsbit ¶3 | $30 billion | revenue_run_rate | 30bn | USD | 2026-04-07 | gross
anthropic | marsbit ¶1 | $22 billion | revenue_run_rate | 22bn | USD | 2026-04-07 | net
anthropic | ft-2026 ¶4 | $900bn | valuation_pre_money | 900bn | USD | 2026-05-28 |
anthropic | the-decoder ¶3 | negative 94 percent | gross_margin | -0.94 | share | 2024 |
anthropic | nextfin ¶3 | $30 billion | compute_commitments | 30bn | USD | 2026-01-27 | segment
xai | kalinga table | $6.4B | operating_loss | 6.4bn | USD | 2025 |
xai | digital-applied ¶1 | -200% | operating_margin | -2 | share | 2025 |
xai | techgeekwire ¶2 | $13 billion | cash_burn | 13bn | USD | 2025 | forecast
xai | most-popular ¶1 | $340 million | revenue | 340m | USD | 2025 | deprecated unknown
deepseek | fourester Executive summary | $5.576 million | training_cost | 5.576m | USD | 2024-12 | p
deepseek | the-decoder ¶1 | more than 50 billion yuan | net_proceeds |>50bn| CNY | 2026-06-16 | more
alibaba | coincentral ¶4 | 39.82 billion yuan | revenue | 39.82bn | CNY | 2025-Q3 | unknown segment
alibaba | tmeoo ¶2 | 38.6 billion yuan | capex | 38.6bn | CNY | 2025-Q2 |
tencent | tencent-2025-08-i 财务表现摘要 | 56,044百万元 | net_profit | 56.044bn | CNY | 2025-Q2 |
tencent | dolphin I.4 | RMB 56.7bn | free_cash_flow | 56.7bn | CNY | 2026-Q1 |
bytedance | ft-2025 ¶2 | Rmb160bn | capex | 160bn | CNY | 2026 | plan
bytedance | reuters ¶1 | more than $330 billion | valuation | >330bn | USD | 2025-08-28 | more_than
kuaishou | kuaishou-2024-05 財務概要 | 29,408百萬元 | revenue | 29.408bn | CNY | 2024-Q1 | unknown
kuaishou | gelonghui AI业务发展 | 超过3亿元人民币 | revenue | >300m | CNY | 2025-Q3 | more_than
kuaishou | ginlix I. | $240 million | arr | 240m | USD | 2025-12 | product: Kling AI
baidu | zacks Balance sheet | RMB 294.1 billion | cash_reserves | 294.1bn | CNY | 2025-12-31 |
minimax | deepnews para. 4 | $53.44 million | revenue | 53.44m | USD | 9M2025 | unknown
minimax | vpshk para. 4 | 1945.4万美元 | revenue | 19.454m | USD | 9M2024 | unknown
minimax | vpshk para. 9 | 1541.7万美元 | revenue | 15.417m | USD | 9M2025 | unknown segment: open platform
minimax | tigernews para. 2 | $2.46 million | revenue | 2.46m | USD | FY2023 | deprecated
minimax | top168 para. 4 | -24.7% | gross_margin | -0.247 | share | FY2023 |
minimax | top168 para. 5 | 1.86亿美元 | adjusted_net_loss | 186m | USD | 9M2025 |
minimax | top168 para. 5 | 约13.20亿美元 | cumulative_net_loss | 1.319bn..1.321bn | USD | 2025-09-30 | approx
minimax | top168 para. 6 | 1.89亿美元 | rnd_expense | 189m | USD | FY2024 |
minimax | stockstar section 2 | 269.2百万美元 | net_loss | 269.2m | USD | FY2023 |
minimax | idea2003 para. 2 | 11.02亿美元 | cash_reserves | 1.102bn | USD | 2025-09-30 | preferred
minimax | infoq para. 3 | 约为 10.46 亿美元 | cash_and_cash_equivalents | 1.045bn..1.047bn | USD | 2025-09-30 | approx
minimax | minichart section Use of Proceeds | US$362.6 million | cash_and_cash_equivalents | 362.6m | USD | 2025-09-30 | preferred
minimax | reportify-2025-12-minimax-cash summary | 73.5亿元 | cash_and_cash_equivalents | 7.35bn | CNY | 2025-09-30 |
minimax | itiger heading | 1.96億 | cash_burn_rate | 196m | CNY/months | 2025-Q4 | forecast preferred
minimax | office369 para. 2 | 19.7亿 | cash_burn_rate | 1.97bn | CNY/months | 2025-Q4 | forecast
minimax | office369 para. 3 | 4个月 | runway | 4 | months | 2025-09-30 |
minimax | jizhiku section 经营现金流 | 约3.58年 | runway | 42.84..43.08 | months | 2025-09-30 | approx
minimax | jizhiku section 经营现金流 | 2.09亿美元 | operating_cash_outflow | 209m | USD | 9M2025 |
minimax | qunfachuanzhen para. 1 | 逾23亿美元 | redeemable_preferred_shares |>2.3bn| USD | 2025-09-30 | more_than
minimax | reportify-2025-12-zhitong section 技术成本优化 | 1342% | cloud_spend_ratio | 13.42 | share | FY2023 | training
minimax | stockanalysis section Financial Efficiency | 1.30M | revenue_per_employee | 1.3m | HKD/people | 2024-10-01/2025-09-30 |
minimax | deepnews-2026 para. 1 | HK$4.818 billion | gross_proceeds | 4.818bn | HKD | 2026-01-09 |
minimax | asiaict para. 6 | HK$151 to HK$165 | offer_price | 151..165 | HKD | 2025-12-31 | range offer
minimax | cnyes para. 1 | 7903.8 萬美元 | revenue | 79.038m | USD | FY2025 | unknown
minimax | cnyes para. 6 | 18.72 億美元 | net_loss | 1.872bn | USD | FY2025 |
minimax | cnyes para. 6 | 10.5 億美元 | cash_reserves | 1.05bn | USD | 2025-12-31 |
minimax | guancha para. 3 | 超过1.5亿美元 | arr |>150m| USD | 2026-02-28 | more_than
zhipu-ai | 21jingji para. 3 | 3.124 亿元 | revenue | 312.4m | CNY | FY2024 | unknown
zhipu-ai | 21jingji para. 8 | 60% 以上 | revenue_growth | [0.6, ∞) | share | 2025-Q3 | at_least forecast
zhipu-ai | cnyes para. 7 | 24.656億元 | adjusted_net_loss | 2.4656bn | CNY | FY2024 |
zhipu-ai | cnyes para. 4 | 25.52億元 | cash_and_cash_equivalents | 2.552bn | CNY | 2025-06-30 |
zhipu-ai | cnyes para. 10 | 657人 | employee_count | 657 | people | 2025-06-30 | closing people: R&D
zhipu-ai | v2ex para. 5 | 13.27 亿 | operating_cash_outflow | 1.327bn | CNY | H1-2025 |
zhipu-ai | v2ex para. 2 | -0.4% | gross_margin | -0.004 | share | H1-2025 | segment: cloud
zhipu-ai | sztimes para. 4 | 15.53亿元 | compute_cost | 1.553bn | CNY | FY2024 |
zhipu-ai | wangyihao para. 3 | 月均高达3.273亿元 | cash_burn_rate | 327.3m | CNY/months | H1-2025 |
zhipu-ai | marketcrystal para. 1 | 89亿 | available_liquidity | 8.9bn | CNY | 2025-06-30 |
zhipu-ai | itbear para. 3 | 9个月 | runway | 9 | months | 2025-06-30 |
zhipu-ai | lilizi section TO B双刃剑 | 69.4% | revenue_share | 0.694 | share | H1-2025 | deprecated segment: on-premise
zhipu-ai | asiaict para. 5 | approximately HK$4.1734 billion | net_proceeds | 4.1733bn..4.1735bn | HKD | 2026-01-08 | approx forecast
zhipu-ai | binancesquare section 1 | 724 million RMB | revenue | 724m | CNY | FY2025 | preferred unknown
moonshot-ai | caizhongshe para. 7 | 超10亿美元 | net_proceeds |>1bn| USD | 2024-02 | more_than
moonshot-ai | neogear last para. | over $200 million | arr |>200m| USD | 2026-04-30 | more_than
moonshot-ai | bloomberg para. 1 | $10 billion | valuation | 10bn | USD | 2026-02-17 | target
stepfun | 36kr para. 1 | over 5 billion yuan | net_proceeds |>5bn| CNY | 2026-01-26 | more_than
stepfun | agentaibox para. 1 | nearly $2.5 billion | net_proceeds | [2.4bn, 2.5bn) | USD | 2026-05-08 | almost rumour
baichuan | tmtpost para. 9 | 200 亿 | valuation | 20bn | CNY | 2024-12-31 |
"""  # noqa: E501 -- one figure a line
LINES = [[cell.strip() for cell in line.split("|")] for line in FIGURES.strip().split("\n")]


@pytest.fixture(scope="module")
def rows(shipped: Book) -> list[Row]:
    return shipped.rows(shipped.companies)


def found(rows: list[Row], company: str, where: str, as_stated: str) -> Row:
    source, place = where.split(maxsplit=1)
    (only,) = (
        row
        for row in rows
        if (row.company, row.place, row.as_stated) == (company, place, as_stated)
        and row.source.startswith(source)
    )
    return only


def marks(row: Row) -> str:
    """What sets a figure apart from the company's plain, exact, actual one."""
    plain = {"exact", "actual", "normal", WHOLE, ""}
    told = [row.measure.qualifier, row.kind, row.rank, row.basis, row.scope]
    against = [f"vs {row.against_company}"] if row.against_company else []
    return " ".join(each for each in told + against if each not in plain)


@pytest.mark.parametrize("line", LINES, ids=[f"{line[0]} {line[2]}" for line in LINES])
def test_each_figure_says_what_the_article_says(rows, line):
    company, where, as_stated, metric, bounds, unit, period, rest = line
    row = found(rows, company, where, as_stated)
    assert (row.metric, row.measure.unit, row.period) == (metric, unit, during(period))
    assert row.measure.bounds == iv(bounds)
    assert marks(row).startswith(rest) if rest else marks(row) == ""


# Where sources really disagree, by company and metric; each is told of in a note or a rank.
RIVALS = {
    ("kuaishou", "revenue"),  # what was expected of Kling for 2025 rose from August to November
    ("minimax", "cash_and_cash_equivalents"),  # with and without wealth products
    ("minimax", "cash_burn_rate"),  # a slip of ten times
    ("minimax", "cash_reserves"),  # 1.102bn, and "cash and other liquid assets" rounded to 1bn
    ("minimax", "cloud_spend_ratio"),  # 1342 % or 1365 % for one year
    ("minimax", "cumulative_funding"),
    ("minimax", "gross_proceeds"),  # with and without the over-allotment
    ("minimax", "net_proceeds"),
    ("minimax", "revenue"),  # of the open platform: 15.417m or 15.45m
    ("minimax", "runway"),  # 50, 53, 43 and "not even 4" months
    ("minimax", "valuation_post_money"),  # 4.24bn USD at another rate
    ("minimax", "wealth_products_share"),
    ("zhipu-ai", "adjusted_net_loss"),
    ("zhipu-ai", "net_loss"),
    ("zhipu-ai", "revenue"),
    ("zhipu-ai", "runway"),  # 9 months, or two years with bank credit
}


def test_there_are_no_errors_and_only_the_known_findings(shipped):
    every = check.problems(shipped)
    assert [each for each in every if each.severity == "error"] == []
    told = {(each.name, Path(each.path).stem) for each in every if each.name != "rivals-disagree"}
    assert told == {
        # A loss of 2024 is told in CNY at the rate of December 2025.
        ("currencies-disagree", "minimax"),
        # A product's nine months (its first print, and not the second) and its last quarter come to
        # more than its year.
        ("parts-disagree", "minimax"),
        # The rewrite turns "has reached 500bn" into "almost 500bn".
        ("rewrite-differs", "openai"),
    }
    disagree = {
        (Path(each.path).stem, dict(each.args)["metric"])
        for each in every
        if each.name == "rivals-disagree"
    }
    assert disagree == RIVALS


def test_every_file_is_read_whole(shipped):
    files = {path.stem for path in (metrics.DATA / "companies").glob("*.yaml")}
    written = sum(
        path.read_text("utf-8").count("- metric:")
        for path in (metrics.DATA / "companies").glob("*.yaml")
    )
    assert set(shipped.companies) == files
    assert len(shipped.observations) == written


def test_what_is_printed_is_the_figure_alone_in_the_sources_own_script(shipped, rows):
    for row in rows:
        # English spells its scales and qualifiers out.
        longest = 14 if row.source in ARTICLES else 47
        assert 1 <= len(row.as_stated) <= longest, row.as_stated
        assert not re.search(r"[，。；;]|,(?!\d{3})", row.as_stated), row.as_stated
    foreign = {
        "zh-Hant": set("亿万个岁员币"),
        "zh-Hans": set("億萬個歲員幣"),
        "en": set("亿億万萬元"),
    }
    for row in rows:
        language = shipped.sources[row.source].language
        assert not foreign[language] & set(row.as_stated), (row.source, row.as_stated)


def test_every_source_is_used_and_the_five_articles_are_there(shipped, rows):
    used = {row.source for row in rows} | {row.quotes for row in rows}
    passed_on = {source.primary_source for source in shipped.sources.values()}
    passed_on |= {source.derived_from for source in shipped.sources.values()}
    assert set(shipped.sources) >= ARTICLES | PASSED_ON | FILED
    assert set(shipped.sources) <= used | passed_on
    assert {row.source for row in rows} >= ARTICLES
    # What is known only through others is quoted, and states nothing by itself.
    assert not {row.source for row in rows} & (PASSED_ON | FILED)


def test_every_observation_can_be_looked_up(shipped, rows):
    for row in rows:
        assert re.fullmatch(r"¶\d+" if row.source in ARTICLES else r"\S.*", row.place)
        assert row.source in shipped.sources
        inferred = "inferred" in {row.period_basis, row.unit_basis}
        assert not inferred or row.because, row.as_stated
        assert row.grade == GRADE[shipped.sources[row.source].kind]


def test_a_copy_says_that_it_is_one(shipped):
    """What was read elsewhere than at its publisher, or by a machine, says so in its note."""
    mirrors = ("guosisoft", "0859xyzj", "digipub", "geolive", "ziksfwm", "egbank", "yantai119")
    for name, source in shipped.sources.items():
        if any(each in (source.url or "") for each in mirrors):
            assert re.search(r"\b(repost|copy)\b", source.note or ""), name
        if source.publisher == "Reportify":
            assert source.kind == "aggregator", name
            assert re.search(r"summary|translation", source.note or "", re.IGNORECASE), name


def test_the_rewrite_repeats_and_the_undated_say_why_they_are_dated_so(shipped, rows):
    assert shipped.sources[REWRITE].derived_from == LONG_READ
    assert all(row.repeats for row in rows if row.source == REWRITE or row.quotes)
    for name, source in shipped.sources.items():
        undated = source.published_basis == "inferred"
        assert undated or name not in ARTICLES | PASSED_ON, name
        assert bool(source.because) == undated, name


def test_one_amount_in_two_currencies_is_one_observation(rows):
    (both,) = (row for row in rows if row.also and row.source == LONG_READ)
    assert (both.as_stated, both.also) == ("超 14 億美元", "10bn CNY = 100 億元人民幣")
    assert both.company == "minimax+moonshot-ai"


def test_a_sum_for_two_is_no_figure_for_each(shipped):
    for company in ("minimax", "moonshot-ai"):
        (raised,) = answered(shipped, "cumulative_funding", company=company).rows
        assert (raised.company, raised.measure.unit) == (company, "USD")
    each = [
        row for row in shipped.rows(["minimax", "moonshot-ai"]) if row.as_stated == "40 億美元左右"
    ]
    assert sorted(row.company for row in each) == ["minimax", "moonshot-ai"]
    assert sorted(shipped.groups_of("minimax")) == [
        "01-ai+baichuan+minimax+moonshot-ai+stepfun+zhipu-ai",
        "minimax+moonshot-ai",
        "minimax+moonshot-ai+stepfun+zhipu-ai",
    ]


def test_targets_offers_and_opinions_answer_nothing_as_actual(shipped, rows):
    kinds = {row.kind for row in rows}
    assert kinds >= {"actual", "target", "plan", "offer", "opinion"}
    not_actual = [row for row in rows if row.kind != "actual"]
    kept = choose.candidates(not_actual, LENS)
    assert kept == []


# Each of these can be worked out for both, of one and the same year.
@pytest.mark.parametrize(
    "metric",
    [
        "revenue_growth", "rnd_intensity", "loss_ratio", "revenue_ttm", "revenue_annualised",
        "rule_of_forty", "monthly_burn", "burn_to_revenue", "rnd_expense_growth",
        "selling_to_revenue",
    ],
)  # fmt: skip
def test_two_listed_companies_can_be_compared_for_2024(shipped, metric):
    for company in ("minimax", "zhipu-ai"):
        of = derive.case(shipped, company, lens("2024-12-31", "2026-11-22")).hiding(metric)
        worked = [each for each in derive.defined(of, metric) if each.bounds is not None]
        assert during("FY2024") in {each.period for each in worked}, company


# -- what follows from it ------------------------------------------------------------------------

# The five that were asked for first, and the two that head the derived ones.
ASKED = {
    ("minimax", "cash_reserves"): ("ok", "1.102bn", "USD"),
    ("minimax", "cash_and_cash_equivalents"): ("ok", "362.6m", "USD"),
    ("minimax", "revenue"): ("ok", "53.44m", "USD"),
    ("minimax", "overseas_share"): ("ok", "0.72..0.74", "share"),
    ("minimax", "cloud_spend_ratio"): ("ok", "2.665", "share"),
    ("minimax", "employee_count"): ("ok", "385", "people"),
    ("minimax", "cloud_spending_implied"): ("ok", "142.4176m", "USD"),
    ("minimax", "revenue_ttm"): ("ok", "64.51m", "USD"),
    ("zhipu-ai", "cash_reserves"): ("ok", "2.551bn", "CNY"),
    ("zhipu-ai", "available_liquidity"): ("ok", "8.9bn", "CNY"),
    ("zhipu-ai", "revenue"): ("ok", "190.9m", "CNY"),
    ("zhipu-ai", "gross_margin"): ("ok", "0.5", "share"),
    ("zhipu-ai", "employee_count"): ("missing", None, None),
    ("moonshot-ai", "cash_reserves"): ("ok", ">10bn", "CNY"),
    ("moonshot-ai", "employee_count"): ("stale", "50", "people"),
}


@pytest.mark.parametrize(("company", "metric"), ASKED)
def test_what_was_asked_for_first_is_answered(shipped, company, metric):
    status, bounds, unit = ASKED[company, metric]
    told = answered(shipped, metric, company=company)
    assert (told.status, told.bounds) == (status, bounds and iv(bounds))
    assert unit is None or told.unit == unit


def test_revenue_per_employee_rests_on_twelve_months(shipped):
    """30.52 + 53.44 - 19.45 million USD, over 385: a page in HKD prints the same."""
    told = answered(shipped, "revenue_per_employee", company="minimax")
    assert (told.status, told.definition) == ("ok", "ttm_closing")
    assert told.bounds == iv("64.51m") / iv("385")
    for company in ("moonshot-ai", "zhipu-ai"):
        assert answered(shipped, "revenue_per_employee", company=company).status == "missing"


def test_runway_rests_on_the_best_burn_there_is(shipped):
    """The issuer's own for Zhipu, the operating outflow for MiniMax, none for Moonshot AI."""
    ours = answered(shipped, "runway", company="minimax")
    assert (ours.status, ours.definition) == ("ok", "operating_outflow")
    assert ours.bounds == iv("1102") / (iv("209") / iv("9"))
    theirs = answered(shipped, "runway", company="zhipu-ai")
    assert (theirs.status, theirs.definition) == ("ok", "issuer_burn")
    assert theirs.bounds == iv("2551") / iv("327.3")
    told = answered(shipped, "runway", company="moonshot-ai")
    assert told.status == "missing"
    assert told.reason
    lacking = dict(told.reason.args)["metrics"].split(",")
    assert lacking == ["cash_burn_rate", "operating_cash_outflow", "adjusted_net_loss"]


def test_a_claim_without_the_issuers_burn_still_says_what_burn_it_means(shipped, rows):
    fifty = found(rows, "minimax", "neteasehao ¶4", "50個月")
    of = derive.case(shipped, "minimax", LENS)
    implied = {definition: answer.bounds for definition, _, answer in derive.implied(of, fifty)}
    assert implied["issuer_burn"] == iv("22.04m")


# Company, where it stands, as printed; what becomes of the claim, and by which definition.
CLAIMS = """
minimax | idea2003 para. 3 | 53个月 | reproduced | adjusted_loss
minimax | neteasehao ¶4 | 50個月 | reproduced | equivalents_adjusted_loss
minimax | jizhiku section 经营现金流 | 约3.58年 | reproduced | operating_outflow
minimax | office369 para. 3 | 4个月 | unit_check | planned_burn
minimax | top168 para. 5 | 2574% | reproduced | adjusted_loss
minimax | top168 para. 5 | 800% | reproduced | adjusted_loss
minimax | top168 para. 4 | 175% | reproduced | same_period
minimax | vpshk para. 3 | 782.17% | reproduced | same_period
minimax | wangyihao para. 6 | 619.1% | reproduced | parts
minimax | jizhiku section 研发投入与成本控制 | 79% | reproduced | training
minimax | deepnews para. 1 | HK$4.818 billion | reproduced | offering
minimax | cnyes para. 1 | 25.4% | reproduced | gross_profit
minimax | reportify-2026-01-minimax-costs third group | 10.48% | not_reproduced | parts
minimax | chattools section 极致效率 | 超90% | not_reproduced | parts
zhipu-ai | itbear para. 3 | 9个月 | reproduced | equivalents_adjusted_loss
zhipu-ai | marketcrystal para. 1 | 两年 | not_reproduced | equivalents_operating_outflow
zhipu-ai | reportify section Revenue Performance | 150.85% | reproduced | same_period
zhipu-ai | sztimes para. 4 | 70.7% | reproduced | compute
zhipu-ai | wangyihao para. 4 | 702.7% | reproduced | parts
"""
CHECKED = [[cell.strip() for cell in line.split("|")] for line in CLAIMS.strip().split("\n")]


@pytest.mark.parametrize("line", CHECKED, ids=[f"{line[0]} {line[2]}" for line in CHECKED])
def test_each_claim_comes_out_as_an_analyst_would_find(shipped, rows, line):
    company, where, as_stated, word, definition = line
    row = found(rows, company, where, as_stated)
    told = claim.verdict(shipped, row, lens("2026-11-22"))
    assert told.word == word
    assert told.attempt
    assert told.attempt.answer.definition == definition


def test_a_part_is_never_taken_for_the_whole(shipped):
    for company, metric in (
        ("minimax", "paying_users"),
        ("zhipu-ai", "paying_users"),
        ("zhipu-ai", "employee_count"),
        ("moonshot-ai", "mau"),
        ("moonshot-ai", "wau"),
        ("deepseek", "training_cost"),
    ):
        assert answered(shipped, metric, company=company).status == "missing", (company, metric)
    for company, printed in (("minimax", "23.3%"), ("zhipu-ai", "50.0%")):
        (margin,) = answered(shipped, "gross_margin", company=company).rows
        assert (margin.as_stated, margin.scope) == (printed, WHOLE)


def test_a_part_stands_beside_the_whole_and_keeps_out_of_it(shipped, rows):
    for company, metric, part in (
        ("kuaishou", "revenue", "product: Kling AI"),
        ("alibaba", "revenue", "segment: Cloud Intelligence"),
        ("alibaba", "capex", "segment: AI"),
        ("tencent", "revenue", "segment: fintech and business services"),
    ):
        mine = [row for row in rows if (row.company, row.metric) == (company, metric)]
        assert part in {row.scope for row in mine}
        told = answered(shipped, metric, AUTUMN, company)
        assert told.status in {"ok", "stale"}
        assert {row.scope for row in told.rows} == {WHOLE}, (company, metric)


# Everything known by the autumn of 2026, as of that spring.
AUTUMN = lens("2026-06-30", "2026-11-22")

LATER = {
    ("openai", "operating_margin"): ("ok", "-1.61..-1.6", "share"),
    ("openai", "gross_margin"): ("ok", "0.426..0.427", "share"),
    ("openai", "inference_cost_ratio"): ("ok", "0.642..0.643", "share"),
    ("anthropic", "valuation_to_run_rate"): ("ok", "20.5..20.6", "multiple"),
    ("xai", "operating_margin"): ("ok", "-2", "share"),
    ("xai", "revenue_growth"): ("ok", "0.221..0.222", "share"),
    ("alibaba", "revenue"): ("ok", "243.38bn", "CNY"),
    ("tencent", "revenue"): ("ok", "196.5bn", "CNY"),
    ("baidu", "cash_reserves"): ("ok", "294.1bn", "CNY"),
}


@pytest.mark.parametrize(("company", "metric"), LATER)
def test_the_others_are_answered_from_what_was_known_later(shipped, company, metric):
    status, value, unit = LATER[company, metric]
    told = answered(shipped, metric, AUTUMN, company)
    assert (told.status, told.unit) == (status, unit)
    assert told.bounds
    assert told.bounds.meets(iv(value))


def test_the_share_of_cloud_partners_is_a_conflict_on_the_basis_and_no_rivalry(shipped, rows):
    """Anthropic counts 30bn, its rival 22bn of the same sales: gross and net."""
    both = {
        row.basis: row
        for row in rows
        if (row.company, row.metric) == ("anthropic", "revenue_run_rate")
        and row.basis in {"gross", "net"}
    }
    assert both["gross"].period == both["net"].period
    assert both["gross"].measure.value != both["net"].measure.value
    disagreeing = [each for each in check.problems(shipped) if each.name == "rivals-disagree"]
    assert [each for each in disagreeing if "anthropic" in each.path] == []


# Claims whose parts are in the data: which definition gives them again.
CLAIMED = [
    ("xai", "-200%", "operating_loss"),
    ("xai", "-60%", "operating_loss"),
    ("deepseek", "545%", "list_prices"),
    ("tencent", "56%", "gross_profit"),
    ("kuaishou", "55.7%", "gross_profit"),
    ("kuaishou", "16.6%", "same_period"),
    ("alibaba", "3%", "same_period"),
]


@pytest.mark.parametrize(("company", "as_stated", "definition"), CLAIMED)
def test_claims_of_filings_are_reproduced(shipped, company, as_stated, definition):
    verdicts = [
        each
        for each in claim.claims(shipped, [company], lens("2026-11-22", "2026-11-22"))
        if each.row.as_stated == as_stated
    ]
    (only,) = verdicts
    assert only.word == "reproduced"
    assert only.attempt
    assert only.attempt.answer.definition == definition


def test_figures_that_are_plainly_wrong_are_kept_and_never_chosen(rows):
    wrong = [row for row in rows if row.rank == "deprecated"]
    assert len(wrong) > 10
    assert all(row.because for row in wrong)
    assert choose.candidates(wrong, AUTUMN) == []


def test_the_ratio_fell_while_the_money_behind_it_is_shown(shipped):
    """Cloud spend fell from 1365 % to 266.5 % of revenue; the money behind it is another matter."""
    then = answered(shipped, "cloud_spend_ratio", lens("2024-12-31", "2026-02-01"), "minimax")
    now = answered(shipped, "cloud_spend_ratio", company="minimax")
    assert then.value
    assert now.value
    assert then.value > now.value
    assert answered(shipped, "cloud_spending_implied", company="minimax").unit == "USD"


def test_everything_that_happened_was_published_after_it_ended(shipped):
    """Nothing is known before its time."""
    early = [
        row
        for row in shipped.rows(shipped.companies)
        if row.kind == "actual" and row.published < row.period.end
    ]
    assert early == []


def test_every_metric_in_the_data_is_in_the_catalogue(rows):
    assert {row.metric for row in rows} <= set(catalog())
