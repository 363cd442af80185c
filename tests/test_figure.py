"""Figures as they are printed, what they say, and what is none."""

import json
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import lexicon
from schemas.figure import Figure, as_json, find, read, write
from schemas.interval import Interval
from schemas.problem import Problem
from schemas.unit import unit

LANGUAGES = ("en", "zh-Hans", "zh-Hant")

# Text | qualifier | nominal value | bounds where they are not the value itself | unit.
TABLE = """
# the specification's own examples
净亏损扩大至4.65亿美元 | exact | 465m | | USD
18个月左右 | approx | 18 | [17.1, 18.9] | months
11億美元 | exact | 1.1bn | | USD
385人 | exact | 385 | | people
$53.4m | exact | 53.4m | | USD
约5300萬 | approx | 53m | [52m, 54m] | -
約5300萬美元 | approx | 53m | [52m, 54m] | USD
约10.46億 | approx | 1.046bn | [1.045bn, 1.047bn] | -
近74% | almost | 0.74 | [0.73, 0.74) | share
300至500億元 | range | | [30bn, 50bn] | CNY
超過七成 | more_than | | (0.7, ) | share
数百亿 | range | | [20bn, 100bn] | -
十几亿 | range | | [1.1bn, 1.9bn] | -
千万级 | range | | [10m, 100m] | -
两百亿 | exact | 20bn | | -
八千五百万 | exact | 85m | | -
七成 | exact | 0.7 | | share
三成五 | exact | 0.35 | | share
一半 | exact | 0.5 | | share
三分之二 | exact | 2/3 | | share
百分之十二点五 | exact | 0.125 | | share
两三千 | range | | [2000, 3000] | -
上亿 | at_least | | [100m, ) | -
超亿元 | more_than | | (100m, ) | CNY
34倍 | exact | 34 | | multiple
4x | exact | 4 | | multiple
一年半 | exact | 1.5 | | years
两年零三个月 | exact | 27 | | months
不到OpenAI 1% | less_than | | [0, 0.01) | share
11億美元現金儲備 | exact | 1.1bn | | USD
# money: currency before and behind, by code, sign and name
1.1bn USD | exact | 1.1bn | | USD
USD 1.1 billion | exact | 1.1bn | | USD
USD1.1bn | exact | 1.1bn | | USD
US$1.1bn | exact | 1.1bn | | USD
US$ 1.1 billion | exact | 1.1bn | | USD
$1.1tn | exact | 1.1tn | | USD
$1.5 trillion | exact | 1.5tn | | USD
$53.437m | exact | 53.437m | | USD
53.4 million dollars | exact | 53.4m | | USD
5 million U.S. dollars | exact | 5m | | USD
5 million US dollars | exact | 5m | | USD
2亿美金 | exact | 200m | | USD
1.1bn$ | exact | 1.1bn | | USD
$7B | exact | 7bn | | USD
$5 m | exact | 5m | | USD
USD 5 M | exact | 5m | | USD
3.4B USD | exact | 3.4bn | | USD
$1,234,567 | exact | 1.234567m | | USD
RMB 7.35bn | exact | 7.35bn | | CNY
RMB7.35bn | exact | 7.35bn | | CNY
Rmb 5 billion | exact | 5bn | | CNY
CNY5bn | exact | 5bn | | CNY
7.35bn yuan | exact | 7.35bn | | CNY
7.35 billion RMB | exact | 7.35bn | | CNY
¥7.35bn | exact | 7.35bn | | CNY
人民币73.5亿元 | exact | 7.35bn | | CNY
73.5亿元人民币 | exact | 7.35bn | | CNY
100亿元人民幣 | exact | 10bn | | CNY
100亿元 | exact | 10bn | | CNY
5元 | exact | 5 | | CNY
10块钱 | exact | 10 | | CNY
5亿元整 | exact | 500m | | CNY
HK$120.61 billion | exact | 120.61bn | | HKD
HKD 130.93bn | exact | 130.93bn | | HKD
5億港元 | exact | 500m | | HKD
5亿元港币 | exact | 500m | | HKD
港币5亿元 | exact | 500m | | HKD
$5亿港元 | exact | 500m | | HKD
NT$5bn | exact | 5bn | | TWD
新台币30亿元 | exact | 3bn | | TWD
30億新台幣 | exact | 3bn | | TWD
S$30m | exact | 30m | | SGD
3000万新加坡元 | exact | 30m | | SGD
€50m | exact | 50m | | EUR
5€ | exact | 5 | | EUR
11亿欧元 | exact | 1.1bn | | EUR
£1.2m | exact | 1.2m | | GBP
3.5亿英镑 | exact | 350m | | GBP
₩300bn | exact | 300bn | | KRW
1.2万亿韩元 | exact | 1.2tn | | KRW
JPY 5bn | exact | 5bn | | JPY
JP¥5bn | exact | 5bn | | JPY
¥100亿日元 | exact | 10bn | | JPY
500亿日圓 | exact | 50bn | | JPY
CHF 5m | exact | 5m | | CHF
5 XAF | exact | 5 | | XAF
5bn VND | exact | 5bn | | VND
# people, users, things
385名员工 | exact | 385 | | people
385名 | exact | 385 | | people
385 位員工 | exact | 385 | | people
4名高管 | exact | 4 | | people
1500人 | exact | 1500 | | people
3个人 | exact | 3 | | people
385 people | exact | 385 | | people
385 employees | exact | 385 | | people
385 full-time employees | exact | 385 | | people
385 staff | exact | 385 | | people
12,345,678 users | exact | 12.345678m | | users
212m users | exact | 212m | | users
2.12亿用戶 | exact | 212m | | users
5000万月活用户 | exact | 50m | | users
450万的周活跃 | exact | 4.5m | | users
1.2亿注册用户 | exact | 120m | | users
10 million MAU | exact | 10m | | users
10m monthly active users | exact | 10m | | users
5.5m paying subscribers | exact | 5.5m | | users
20款 | exact | 20 | | count
三轮 | exact | 3 | | count
1024次 | exact | 1024 | | count
300个 | exact | 300 | | count
20 count | exact | 20 | | count
12 customers | exact | 12 | | count
3亿人次 | exact | 300m | | count
# shares, points, multiples
70% | exact | 0.7 | | share
174.7 % | exact | 1.747 | | share
73.1 per cent | exact | 0.731 | | share
5 percent | exact | 0.05 | | share
12 pct | exact | 0.12 | | share
1365% | exact | 13.65 | | share
266.5% | exact | 2.665 | | share
百分之七十 | exact | 0.7 | | share
百分之70 | exact | 0.7 | | share
百分之百 | exact | 1 | | share
百分之二百六十六点五 | exact | 2.665 | | share
千分之三 | exact | 0.003 | | share
3‰ | exact | 0.003 | | share
万分之五 | exact | 0.0005 | | share
七成员工 | exact | 0.7 | | share
十成 | exact | 1 | | share
两成五 | exact | 0.25 | | share
四分之三 | exact | 0.75 | | share
one third | exact | 1/3 | | share
two-thirds | exact | 2/3 | | share
a quarter of revenue | exact | 0.25 | | share
half | exact | 0.5 | | share
半数 | exact | 0.5 | | share
1/3 share | exact | 1/3 | | share
0.35 share | exact | 0.35 | | share
3.5个百分点 | exact | 3.5 | | percentage_points
3.5 percentage points | exact | 3.5 | | percentage_points
2pp | exact | 2 | | percentage_points
50个基点 | exact | 0.5 | | percentage_points
25 basis points | exact | 0.25 | | percentage_points
50bps | exact | 0.5 | | percentage_points
100 bps | exact | 1 | | percentage_points
4.6 times | exact | 4.6 | | multiple
34× | exact | 34 | | multiple
4X | exact | 4 | | multiple
fourfold | exact | 4 | | multiple
4-fold | exact | 4 | | multiple
tenfold | exact | 10 | | multiple
twice | exact | 2 | | multiple
doubled | exact | 2 | | multiple
tripled | exact | 3 | | multiple
一倍 | exact | 1 | | multiple
翻倍 | exact | 2 | | multiple
翻了一番 | exact | 2 | | multiple
翻两番 | exact | 4 | | multiple
翻十倍 | exact | 10 | | multiple
翻了3倍 | exact | 3 | | multiple
增长4倍 | exact | 4 | | multiple
# time
50個月 | exact | 50 | | months
50 months | exact | 50 | | months
fifty months | exact | 50 | | months
18-month runway | exact | 18 | | months
一个月 | exact | 1 | | months
一个半月 | exact | 1.5 | | months
两个半月 | exact | 2.5 | | months
半个月 | exact | 0.5 | | months
三年 | exact | 3 | | years
3 years | exact | 3 | | years
three years | exact | 3 | | years
2.5年 | exact | 2.5 | | years
两年半 | exact | 2.5 | | years
two and a half years | exact | 2.5 | | years
a year and a half | exact | 1.5 | | years
半年 | exact | 0.5 | | years
half a year | exact | 0.5 | | years
29歲 | exact | 29 | | years
29 years old | exact | 29 | | years
29-year-old | exact | 29 | | years
一年零三个月 | exact | 15 | | months
1年8个月 | exact | 20 | | months
2 years and 3 months | exact | 27 | | months
# rates
人均创收38.6万元 | exact | 386000 | | CNY/people
人均营收 16.75 万美元 | exact | 167500 | | USD/people
38.6万元/人 | exact | 386000 | | CNY/people
15萬元每人 | exact | 150000 | | CNY/people
138.8K USD/person | exact | 138800 | | USD/people
$138.8k per employee | exact | 138800 | | USD/people
月均2.8亿元 | exact | 280m | | CNY/months
每月烧钱3亿元 | exact | 300m | | CNY/months
RMB 327.3 million per month | exact | 327.3m | | CNY/months
$28m a month | exact | 28m | | USD/months
28m USD/months | exact | 28m | | USD/months
0.196bn CNY/month | exact | 196m | | CNY/months
USD 0.28bn/month | exact | 280m | | USD/months
20亿元/年 | exact | 2bn | | CNY/years
年均20亿元 | exact | 2bn | | CNY/years
$2bn a year | exact | 2bn | | USD/years
$5 per user | exact | 5 | | USD/users
5美元/用户 | exact | 5 | | USD/users
5K users/month | exact | 5000 | | users/months
30% a year | exact | 0.3 | | share
每年增长30% | exact | 0.3 | | share
人均GDP 1万美元 | exact | 10000 | | USD/people
# signs: losses are positive, only a sign makes a figure negative
-30% | exact | -0.3 | | share
−3.5% | exact | -0.035 | | share
–5% | exact | -0.05 | | share
+5% | exact | 0.05 | | share
负5% | exact | -0.05 | | share
负4.65亿元 | exact | -465m | | CNY
minus 5% | exact | -0.05 | | share
-$5m | exact | -5m | | USD
$-5m | exact | -5m | | USD
-US$512m | exact | -512m | | USD
(4.65亿) | exact | -465m | | -
(US$4.65m) | exact | -4.65m | | USD
$(5.2)m | exact | -5.2m | | USD
RMB(1.327bn) | exact | -1.327bn | | CNY
(约5亿) | approx | 500m | [450m, 550m] | -
(-5亿) | exact | -500m | | -
(0) | exact | 0 | | -
(3.5%) | exact | -0.035 | | share
净亏损4.65亿美元 | exact | 465m | | USD
loss of $512m | exact | 512m | | USD
收入最高的30% | exact | 0.3 | | share
下降30% | exact | 0.3 | | share
减少 1.2亿元 | exact | 120m | | CNY
净现金流-13.27亿元 | exact | -1.327bn | | CNY
# numerals and scales
一亿两千万元 | exact | 120m | | CNY
3亿5000万元 | exact | 350m | | CNY
2亿5千万 | exact | 250m | | -
一百二十三亿四千五百万元 | exact | 12.345bn | | CNY
2.79千万美元 | exact | 27.9m | | USD
5百万 | exact | 5m | | -
5千万美元 | exact | 50m | | USD
5343.7万美元 | exact | 53.437m | | USD
1.93亿元 | exact | 193m | | CNY
1.2万亿 | exact | 1.2tn | | -
两万亿 | exact | 2tn | | -
一点二万亿美元 | exact | 1.2tn | | USD
3兆元 | exact | 3tn | | CNY
12.5百万美元 | exact | 12.5m | | USD
3,121百万元 | exact | 3.121bn | | CNY
3,121千元 | exact | 3.121m | | CNY
十亿美元 | exact | 1bn | | USD
十二点五亿 | exact | 1.25bn | | -
二点三四亿元 | exact | 234m | | CNY
九點六四億 | exact | 964m | | -
2700多名员工 | more_than | | (2700, 2800] | people
零点五亿 | exact | 50m | | -
两百五 | exact | 250 | | -
一千二 | exact | 1200 | | -
三万五 | exact | 35000 | | -
三亿五 | exact | 350m | | -
两千零五十 | exact | 2050 | | -
一万零五百 | exact | 10500 | | -
1万2千 | exact | 12000 | | -
5个亿 | exact | 500m | | -
200 萬 | exact | 2m | | -
1,234,567 | exact | 1.234567m | | -
1.50bn | exact | 1.5bn | | -
300 | exact | 300 | | -
100,000 | exact | 100000 | | -
0 | exact | 0 | | -
0.5% | exact | 0.005 | | share
120K | exact | 120000 | | -
1.2M | exact | 1.2m | | -
1.2mn | exact | 1.2m | | -
half a million | exact | 500000 | | -
a half-million users | exact | 500000 | | users
a million users | exact | 1m | | users
one hundred people | exact | 100 | | people
two hundred and fifty employees | exact | 250 | | people
twenty-five people | exact | 25 | | people
two billion yuan | exact | 2bn | | CNY
two hundred million dollars | exact | 200m | | USD
a hundred million | exact | 100m | | -
five percent | exact | 0.05 | | share
# about
~53m USD | approx | 53m | [52m, 54m] | USD
≈5m | approx | 5m | [4.5m, 5.5m] | -
约3.00亿元 | approx | 300m | [299m, 301m] | CNY
约百亿 | approx | 10bn | [5bn, 15bn] | -
大约三年 | approx | 3 | [2.5, 3.5] | years
大概30% | approx | 0.3 | [0.25, 0.35] | share
差不多30% | approx | 0.3 | [0.25, 0.35] | share
十来亿 | approx | 1bn | [500m, 1.5bn] | -
300来人 | approx | 300 | [250, 350] | people
20来岁 | approx | 20 | [15, 25] | years
50个月左右 | approx | 50 | [45, 55] | months
30上下 | approx | 30 | [25, 35] | -
一半左右 | approx | 0.5 | [0.45, 0.55] | share
约三分之一 | approx | 1/3 | [17/60, 23/60] | share
约一半 | approx | 0.5 | [0.45, 0.55] | share
about $0.5bn | approx | 500m | [450m, 550m] | USD
around 400 | approx | 400 | [350, 450] | -
roughly 5 million | approx | 5m | [4.5m, 5.5m] | -
approximately $1.05bn | approx | 1.05bn | [1.04bn, 1.06bn] | USD
approx. 5m | approx | 5m | [4.5m, 5.5m] | -
c.5m users | approx | 5m | [4.5m, 5.5m] | users
ca. 300 people | approx | 300 | [250, 350] | people
circa $5m | approx | 5m | [4.5m, 5.5m] | USD
some 300 employees | approx | 300 | [250, 350] | people
an estimated $5bn | approx | 5bn | [4.5bn, 5.5bn] | USD
5 or so | approx | 5 | [4.5, 5.5] | -
约占30% | approx | 0.3 | [0.25, 0.35] | share
约占总收入的30% | approx | 0.3 | [0.25, 0.35] | share
# almost
almost 74% | almost | 0.74 | [0.73, 0.74) | share
almost 10 | almost | 10 | [9, 10) | -
nearly $1bn | almost | 1bn | [900m, 1bn) | USD
close to 2 million | almost | 2m | [1.8m, 2m) | -
approaching $200bn | almost | 200bn | [180bn, 200bn) | USD
just under 30% | almost | 0.3 | [0.27, 0.3) | share
近 8 億美元 | almost | 800m | [720m, 800m) | USD
近5000亿美元 | almost | 500bn | [450bn, 500bn) | USD
近百亿元 | almost | 10bn | [9bn, 10bn) | CNY
近千名员工 | almost | 1000 | [900, 1000) | people
近三成 | almost | 0.3 | [0.27, 0.3) | share
近半 | almost | 0.5 | [0.45, 0.5) | share
将近两万 | almost | 20000 | [18000, 20000) | -
接近 500 萬 | almost | 5m | [4.5m, 5m) | -
逼近 2000 億美元 | almost | 200bn | [180bn, 200bn) | USD
近-30% | almost | -0.3 | (-0.3, -0.27] | share
# more than
>70% | more_than | | (0.7, ) | share
> 70% | more_than | | (0.7, ) | share
over 70% | more_than | | (0.7, ) | share
more than 70 % | more_than | | (0.7, ) | share
more than half | more_than | | (0.5, ) | share
more than a year | more_than | | (1, ) | years
above 2.12 million users | more_than | | (2.12m, ) | users
in excess of US$5m | more_than | | (5m, ) | USD
north of $1bn | more_than | | (1bn, ) | USD
exceeding 5m | more_than | | (5m, ) | -
超过2.12亿用戶 | more_than | | (212m, ) | users
超4倍 | more_than | | (4, ) | multiple
超过一半 | more_than | | (0.5, ) | share
超 14 億美元 | more_than | | (1.4bn, ) | USD
逾千人 | more_than | | (1000, ) | people
逾1.5亿 | more_than | | (150m, ) | -
突破千万 DAU | more_than | | (10m, ) | users
突破了1亿 | more_than | | (100m, ) | -
不止30% | more_than | | (0.3, ) | share
高于30% | more_than | | (0.3, ) | share
过半 | more_than | | (0.5, ) | share
过亿 | more_than | | (100m, ) | -
过2亿 | more_than | | (200m, ) | -
破百万用户 | more_than | | (1m, ) | users
超千亿 | more_than | | (100bn, ) | -
超过总收入的30% | more_than | | (0.3, ) | share
# at least
>=100m | at_least | | [100m, ) | -
≥100m | at_least | | [100m, ) | -
at least 100 | at_least | | [100, ) | -
no less than 5 people | at_least | | [5, ) | people
upwards of 300 | at_least | | [300, ) | -
$10bn+ | at_least | | [10bn, ) | USD
10bn+ USD | at_least | | [10bn, ) | USD
300+ employees | at_least | | [300, ) | people
1000+家企业 | at_least | | [1000, ) | count
$100m-plus | at_least | | [100m, ) | USD
5000 or more | at_least | | [5000, ) | -
至少30% | at_least | | [0.3, ) | share
不低于5亿元 | at_least | | [500m, ) | CNY
不少于300人 | at_least | | [300, ) | people
起码三年 | at_least | | [3, ) | years
30%以上 | at_least | | [0.3, ) | share
一半以上 | at_least | | [0.5, ) | share
千人以上 | at_least | | [1000, ) | people
约30%以上 | at_least | | [0.3, ) | share
超过30%以上 | more_than | | (0.3, ) | share
上千 | at_least | | [1000, ) | -
上百個 | at_least | | [100, ) | count
上千億美元 | at_least | | [100bn, ) | USD
# less than
<1% | less_than | | [0, 0.01) | share
under 1% | less_than | | [0, 0.01) | share
below 1 % | less_than | | [0, 0.01) | share
less than a year | less_than | | [0, 1) | years
fewer than 400 staff | less_than | | [0, 400) | people
不到1% | less_than | | [0, 0.01) | share
不到一年 | less_than | | [0, 1) | years
不足4年 | less_than | | [0, 4) | years
不足千人 | less_than | | [0, 1000) | people
不及 OpenAI 的 1% | less_than | | [0, 0.01) | share
不到其1% | less_than | | [0, 0.01) | share
不到前者的一半 | less_than | | [0, 0.5) | share
不到 Kimi 那样的30% | less_than | | [0, 0.3) | share
低于行业平均的30% | less_than | | [0, 0.3) | share
不足同行的三成 | less_than | | [0, 0.3) | share
不到整个行业平均水平的30% | less_than | | [0, 0.3) | share
不到位的项目占30% | exact | 0.3 | | share
低于30% | less_than | | [0, 0.3) | share
少于50人 | less_than | | [0, 50) | people
未满3年 | less_than | | [0, 3) | years
低于-5% | less_than | | (, -0.05) | share
# at most
<=3 count | at_most | | [0, 3] | count
≤3 | at_most | | [0, 3] | -
at most 3 | at_most | | [0, 3] | -
up to $10bn | at_most | | [0, 10bn] | USD
as much as $10bn | at_most | | [0, 10bn] | USD
no more than 50% | at_most | | [0, 0.5] | share
400 or less | at_most | | [0, 400] | -
不超过三层 | at_most | | [0, 3] | count
最多三年 | at_most | | [0, 3] | years
至多30% | at_most | | [0, 0.3] | share
最高5000万元 | at_most | | [0, 50m] | CNY
50人以内 | at_most | | [0, 50] | people
400人以下 | at_most | | [0, 400] | people
不超过0% | at_most | | (, 0] | share
# reached is exact
高达69.4% | exact | 0.694 | | share
多达500人 | exact | 500 | | people
达1.5亿元 | exact | 150m | | CNY
达百亿元 | exact | 10bn | | CNY
as high as 30% | exact | 0.3 | | share
a total of 385 people | exact | 385 | | people
# up to the next round unit
200多亿 | more_than | | (20bn, 30bn] | -
200多億元 | more_than | | (20bn, 30bn] | CNY
超200多亿元 | more_than | | (20bn, 30bn] | CNY
约200多亿 | more_than | | (20bn, 30bn] | -
五百多万 | more_than | | (5m, 6m] | -
十多亿美元 | more_than | | (1bn, 2bn] | USD
3亿多美元 | more_than | | (300m, 400m] | USD
3.2亿多 | more_than | | (320m, 330m] | -
3亿元多 | more_than | | (300m, 400m] | CNY
30亿出头 | more_than | | (3bn, 4bn] | -
百亿有余 | more_than | | (10bn, 20bn] | -
1500余人 | more_than | | (1500, 1600] | people
1500多人 | more_than | | (1500, 1600] | people
三十余家 | more_than | | (30, 40] | count
百余家 | more_than | | (100, 200] | count
千余名员工 | more_than | | (1000, 2000] | people
20多种工具 | more_than | | (20, 30] | count
20多轮 | more_than | | (20, 30] | count
20多元 | more_than | | (20, 30] | CNY
超十多位 | more_than | | (10, 20] | people
六成多 | more_than | | (0.6, 0.7] | share
30%多 | more_than | | (0.3, 0.4] | share
半年多 | more_than | | (0.5, 1] | years
三年多 | more_than | | (3, 4] | years
一年多 | more_than | | (1, 2] | years
两个多月 | more_than | | (2, 3] | months
3倍多 | more_than | | (3, 4] | multiple
200-odd people | more_than | | (200, 300] | people
>20bn..30bn CNY | more_than | | (20bn, 30bn] | CNY
# words that span a band
数百億美元 | range | | [20bn, 100bn] | USD
几百亿美元 | range | | [20bn, 100bn] | USD
数十亿 | range | | [2bn, 10bn] | -
几十万 | range | | [200000, 1m] | -
几亿 | range | | [200m, 1bn] | -
数千人 | range | | [2000, 10000] | people
數千萬用戶 | range | | [20m, 100m] | users
数十名 | range | | [20, 100] | people
好几百亿 | range | | [20bn, 100bn] | -
二十几家 | range | | [21, 29] | count
三十几岁 | range | | [31, 39] | years
千万量级 | range | | [10m, 100m] | -
千万级日活跃用户 | range | | [10m, 100m] | users
亿级 | range | | [100m, 1bn] | -
百亿级 | range | | [10bn, 100bn] | -
两三千万元 | range | | [20m, 30m] | CNY
三五百人 | range | | [300, 500] | people
七八成 | range | | [0.7, 0.8] | share
一两亿 | range | | [100m, 200m] | -
两三个月 | range | | [2, 3] | months
十七八亿 | range | | [1.7bn, 1.8bn] | -
三四十亿 | range | | [3bn, 4bn] | -
一百二三十 | range | | [120, 130] | -
超十几亿 | range | | [1.1bn, 1.9bn] | -
tens of millions | range | | [20m, 100m] | -
tens of millions of dollars | range | | [20m, 100m] | USD
hundreds of millions of users | range | | [200m, 1bn] | users
hundreds of thousands | range | | [200000, 1m] | -
# ranges
700-1000亿元 | range | | [70bn, 100bn] | CNY
300~500亿 | range | | [30bn, 50bn] | -
20%-30% | range | | [0.2, 0.3] | share
20-30% | range | | [0.2, 0.3] | share
20%到30%之间 | range | | [0.2, 0.3] | share
3–5年 | range | | [3, 5] | years
2-3年 | range | | [2, 3] | years
1-2家 | range | | [1, 2] | count
12-18 months | range | | [12, 18] | months
three to five years | range | | [3, 5] | years
$2-3bn | range | | [2bn, 3bn] | USD
$2bn to $3bn | range | | [2bn, 3bn] | USD
between 2 and 3 million dollars | range | | [2m, 3m] | USD
between $2bn and $3bn | range | | [2bn, 3bn] | USD
5000 to 6000 people | range | | [5000, 6000] | people
介于300亿和500亿之间 | range | | [30bn, 50bn] | -
1.2亿到1.5亿元 | range | | [120m, 150m] | CNY
9000万-1.2亿元 | range | | [90m, 120m] | CNY
5000-1万元 | range | | [5000, 10000] | CNY
两到三年 | range | | [2, 3] | years
一百至两百亿元 | range | | [10bn, 20bn] | CNY
约300至500亿元 | range | | [30bn, 50bn] | CNY
300-500亿元左右 | range | | [30bn, 50bn] | CNY
-5%至5% | range | | [-0.05, 0.05] | share
-5%..5% | range | | [-0.05, 0.05] | share
30bn..50bn CNY | range | | [30bn, 50bn] | CNY
1/3..1/2 share | range | | [1/3, 0.5] | share
# the compact grammar
~3 years | approx | 3 | [2.5, 3.5] | years
1 year | exact | 1 | | years
34x | exact | 34 | | multiple
29 years | exact | 29 | | years
1.5 percentage points | exact | 1.5 | | percentage_points
-1.327bn CNY | exact | -1.327bn | | CNY
5m x | exact | 5m | | multiple
# figures of the articles
超過 200 億元人民幣 | more_than | | (20bn, ) | CNY
2000 萬美元 | exact | 20m | | USD
2 億美元 | exact | 200m | | USD
27 歲 | exact | 27 | | years
五百萬 | exact | 5m | | -
約 300 名員工 | approx | 300 | [250, 350] | people
近 200 人 | almost | 200 | [180, 200) | people
50 人 | exact | 50 | | people
超過 100% | more_than | | (1, ) | share
9 億美元 | exact | 900m | | USD
23.4 億美元 | exact | 2.34bn | | USD
14 億美元 | exact | 1.4bn | | USD
100 億元人民幣 | exact | 10bn | | CNY
千萬 DAU | exact | 10m | | users
400 左右 | approx | 400 | [350, 450] | -
3 億美元 | exact | 300m | | USD
20 萬 | exact | 200000 | | -
50 萬 | exact | 500000 | | -
5000 億美元 | exact | 500bn | | USD
萬億美元 | exact | 1tn | | USD
40 億美元左右 | approx | 4bn | [3.5bn, 4.5bn] | USD
幾百億美元 | range | | [20bn, 100bn] | USD
4560億 | exact | 456bn | | -
26.9% | exact | 0.269 | | share
380萬元 | exact | 3.8m | | CNY
千萬級 | range | | [10m, 100m] | -
4名 | exact | 4 | | people
三年左右 | approx | 3 | [2.5, 3.5] | years
1.5億元 | exact | 150m | | CNY
20億元 | exact | 2bn | | CNY
200亿 | exact | 20bn | | -
两百亿人民币 | exact | 20bn | | CNY
超过两百亿人民币 | more_than | | (20bn, ) | CNY
5亿美元 | exact | 500m | | USD
超过100亿人民币 | more_than | | (10bn, ) | CNY
6个月 | exact | 6 | | months
30% | exact | 0.3 | | share
4倍 | exact | 4 | | multiple
100倍 | exact | 100 | | multiple
450万 | exact | 4.5m | | -
700至1000亿元 | range | | [70bn, 100bn] | CNY
1200亿元 | exact | 120bn | | CNY
1600亿元 | exact | 160bn | | CNY
29 歲 | exact | 29 | | years
385 人 | exact | 385 | | people
近 74% | almost | 0.74 | [0.73, 0.74) | share
超 30% | more_than | | (0.3, ) | share
80% | exact | 0.8 | | share
69.4% | exact | 0.694 | | share
約5億美元 | approx | 500m | [450m, 550m] | USD
超過千人 | more_than | | (1000, ) | people
不超過三層 | at_most | | [0, 3] | count
一萬張 | exact | 10000 | | count
一萬倍 | exact | 10000 | | multiple
32歲 | exact | 32 | | years
# figures from filings and the press
10.46億美元 | exact | 1.046bn | | USD
1.05bn USD | exact | 1.05bn | | USD
11.02億美元 | exact | 1.102bn | | USD
73.5億元 | exact | 7.35bn | | CNY
53 months | exact | 53 | | months
0.28bn USD | exact | 280m | | USD
19.7億元 | exact | 1.97bn | | CNY
1.96億元 | exact | 196m | | CNY
174.7% | exact | 1.747 | | share
30.52m USD | exact | 30.52m | | USD
1.86億美元 | exact | 186m | | USD
512m USD | exact | 512m | | USD
73.1% | exact | 0.731 | | share
超15億美元 | more_than | | (1.5bn, ) | USD
1309.3億港元 | exact | 130.93bn | | HKD
130万港元 | exact | 1.3m | | HKD
25.52亿元 | exact | 2.552bn | | CNY
17.52亿元 | exact | 1.752bn | | CNY
-13.27亿元 | exact | -1.327bn | | CNY
3.273亿元 | exact | 327.3m | | CNY
89亿元 | exact | 8.9bn | | CNY
# full width, and one figure among names and dates
１１億美元 | exact | 1.1bn | | USD
＄５３．４ｍ | exact | 53.4m | | USD
约５３００萬美元 | approx | 53m | [52m, 54m] | USD
７４％ | exact | 0.74 | | share
１，２３４，５６７ | exact | 1.234567m | | -
2025年营收5亿元 | exact | 500m | | CNY
2025年前九个月的266.5% | exact | 2.665 | | share
截至 2025 年 9 月底,員工 385 人 | exact | 385 | | people
前9个月营收约5300万美元 | approx | 53m | [52m, 54m] | USD
Kimi K2 的 34倍 | exact | 34 | | multiple
GPT-5 超过 30% | more_than | | (0.3, ) | share
$5m in 2025 | exact | 5m | | USD
募资30亿后 | exact | 3bn | | -
"""

NOT_FIGURES = """
2025年
2025年9月底
9月30日
Q3 2025
FY2024
H1
H1 2025
1H25
9M2025
第三季度
三季度
前三季度
去年
第一
前九个月
前9個月
首九個月
first nine months
in nine months
nine months to
nine months to 30 September 2025
nine months ended
过去12个月
近12个月营收
近三年来
未来三年
最近12个月
30 September 2025
September 30, 2025
2025-09-30
2025/09/30
2025.9.30
9-11月
3至5月
24小时
90后
95 后
80年代
第7位
7th
第二名
前五名
前10
top 10
No. 7
#7
零一万物
三星
百度
百川
千里科技
千问
四小虎
六小龙
双子星
万科
一加
三一重工
K2
M1
R1-0528
k1.5
GPT-4
GPT-5
GPT 5
Gemini 2.5 Pro
Veo3
o3
Claude 4 Opus
DeepSeek-V3
36kr
95后
4o
Qwen3-235B
7B
405B
COVID-19
Web3
3D
5G
B2B
一些
一直
统一
一个
一方面
万一
千万别
一位
一家
several billion
dozens
dozens of companies
fell sharply
大幅下降
1.234.567
1,23
1,2345
12,34,567
1 234 567 USD
1 234 USD
1'234 USD
1e9
1.5 crore
100 Mio EUR
3 lakh
1e9 USD
nan
inf
infinity
NaN USD
5²
½
①
10^9
2×5亿
16:9
3/4
24/7
007
00.5
.5bn
1..
-
%
USD
$
亿
万亿
百亿
超
...
不到30%以上
至少不超过5年
近0
US$5m HKD
30%-20%
20%-30
5%-10人
2024-25
2024-2025年
2023年至2025年
二〇二五年
一九八九年
十月
十一月
三天
两周
5 days
90 minutes
10:30
五百强
500强
世界500强
数家
几家公司
数倍
三方
第一季度
上半年
下半年
first half
second half of 2025
this year
三年前
3 years ago
两年后
半年后
6个月后
year-on-year
a year earlier
每月
人均
TOP10
10th
2nd
一二三四
五五开
九九六
零三
一千千
万万
十十
亿亿
两两
五一
0x10
1_000
https://x.com/2025/12
192.168.0.1
v1.2
12kg
3.2GHz
7000mAh
24000转
版本3
page 5
May 5
5 May
百度一下
超过百度
近千里
上百度
突破万科
不到三星
千亿
百人规模
前者
double-digit growth
a year
上一年
这一年
5-star
level 5b
Llama 3.1 405B
Kimi K2 Thinking
Sonnet 4.5
ISO 17442
IFRS 15
第 3
12:30
3:2
1 1/2 years
5kg
100GB
six-month period
12-month period
next 12 months
the past three years
trailing twelve months
18 months ago
2 months later
两年来
三个月后
首个
20%至30
5亿元至10
1..2..3
5--3
几年
数月
几家
几个月
a few million
a couple of years
$ a third
成百上千
数以亿计
一分钱
六千挑一
零分之一
3分之
翻三
1/0 share
9999999999999999999999999999999999
1.5百万亿万
十十万
一百一百
1/2/3 share
翻
翻2.5番
十来
5 m
$5%
$5倍
3 x 5
3×5
不到 OpenAI 385人
百亿至千亿
(K2)
(第7位)
Series C
5 K
两三个半月
两三年半
三元股份
双11
双十一
25财年
十四五规划
三七互娱
五八同城
三六零
一带一路
十九大
百人会
九号公司
7×24
两元店
第385名员工
前5大客户
前10%
负十几亿
"""

SEVERAL = """
14億美元(100億元人民幣) | 14億美元, 100億元人民幣
11億美元（約78億元） | 11億美元, 約78億元
$1.1 billion (HK$8.6 billion) | $1.1 billion, HK$8.6 billion
从300到500亿元 | 300, 500亿元
从300亿到500亿元 | 300亿, 500亿元
rose from 300 to 385 people | 300, 385 people
从1365%下降至266.5% | 1365%, 266.5%
增长30%至5343.7万美元 | 30%, 5343.7万美元
增长30%至70亿 | 30%, 70亿
5%以上10%以下 | 5%以上, 10%以下
约5%至约10% | 约5%, 约10%
385人,29岁 | 385人, 29岁
1.1亿美元/7.8亿元 | 1.1亿美元, 7.8亿元
3 in 4 | 3, 4
5 or 6 | 5, 6
4560亿参数,380万元 | 4560亿, 380万元
385人 - 29岁 | 385人, 29岁
两年12个月 | 两年, 12个月
5 plus 3 | 5, 3
$5 to €6 | $5, €6
数百亿至数千亿 | 数百亿, 数千亿
"""

# Text | place of the last significant digit | place of the last printed one.
STEPS = """
300 | 100 | 1
385 | 1 | 1
5300萬 | 1m | 10000
5343.7万 | 1000 | 1000
100,000 | 100000 | 1
1.50bn | 10m | 10m
1.5bn | 100m | 100m
两百亿 | 10bn | 10bn
八千五百万 | 1m | 1m
3亿5000万 | 10m | 10000
一亿两千万 | 10m | 10m
十二点五亿 | 10m | 10m
74% | 0.01 | 0.01
70% | 0.1 | 0.01
69.4% | 0.001 | 0.001
七成 | 0.1 | 0.1
三成五 | 0.01 | 0.01
百分之十二点五 | 0.001 | 0.001
一半 | 0.1 | 0.1
三分之二 | 0.1 | 0.1
一年半 | 0.1 | 0.1
两年零三个月 | 1 | 1
50 basis points | 0.1 | 0.01
200多亿 | 10bn | 100m
300至500億 | 10bn | 100m
700-1000亿 | 10bn | 100m
数百亿 | 0 | 0
两三千 | 0 | 0
千万级 | 0 | 0
0 | 1 | 1
"""

# Text | compact | Simplified | Traditional.
WRITTEN = """
11億美元 | 1.1bn USD | 11亿美元 | 11億美元
385人 | 385 people | 385人 | 385人
1人 | 1 person | 1人 | 1人
7780人 | 7780 people | 7780人 | 7780人
约5300萬美元 | ~53m USD | 约5300万美元 | 約5300萬美元
约3.00亿元 | ~0.300bn CNY | 约3.00亿元 | 約3.00億元
1.50bn USD | 1.50bn USD | 15.0亿美元 | 15.0億美元
近74% | almost 74% | 近74% | 近74%
超過七成 | >70% | 超过70% | 超過70%
至少三年 | >=3 years | 至少3年 | 至少3年
不到1% | <1% | 不到1% | 不到1%
不超过三层 | <=3 count | 不超过3个 | 不超過3個
300至500億元 | 30bn..50bn CNY | 300亿至500亿元 | 300億至500億元
20%-30% | 20%..30% | 20%至30% | 20%至30%
5000-1万元 | 5000..10000 CNY | 5000至10000元 | 5000至10000元
数百亿 | 20bn..100bn | 200亿至1000亿 | 200億至1000億
200多億元 | >20bn..30bn CNY | 200多亿元 | 200多億元
3.2亿多美元 | >320m..330m USD | 3.2亿多美元 | 3.2億多美元
>20bn..45bn CNY | >20bn..45bn CNY | >20bn..45bn CNY | >20bn..45bn CNY
30%多 | >30%..40% | 30%多 | 30%多
两个多月 | >2..3 months | 2个多月 | 2個多月
三年多 | >3..4 years | 3年多 | 3年多
三分之二 | 2/3 share | 3分之2 | 3分之2
负三分之二 | -2/3 share | -3分之2 | -3分之2
三分之一到一半 | 1/3 share..1/2 share | 3分之1至2分之1 | 3分之1至2分之1
2.0成 | 20% | 20% | 20%
约2.0成 | ~0.20 share | 约0.20 share | 約0.20 share
一年半 | 1.5 years | 1.5年 | 1.5年
两年零三个月 | 27 months | 27个月 | 27個月
34倍 | 34x | 34倍 | 34倍
一万倍 | 10K x | 1万倍 | 1萬倍
3.5个百分点 | 3.5 percentage points | 3.5个百分点 | 3.5個百分點
2.12亿用戶 | 212m users | 2.12亿用户 | 2.12億用戶
人均创收38.6万元 | 386K CNY/person | 38.6万元/人 | 38.6萬元/人
$28m a month | 28m USD/month | 2800万美元/月 | 2800萬美元/月
5bn VND | 5bn VND | 50亿 VND | 50億 VND
500亿日元 | 50bn JPY | 500亿日元 | 500億日圓
-$5m | -5m USD | -500万美元 | -500萬美元
"""


class Row(NamedTuple):
    """What a line of the table promises."""

    text: str
    qualifier: str
    value: Fraction | None
    bounds: Interval
    unit: str | None


def amount(text: str) -> Fraction:
    """Read `1.1bn` and `2/3` by Python's own means."""
    for word, power in {"tn": 12, "bn": 9, "m": 6}.items():
        if text.endswith(word):
            return Fraction(Fraction(text.removesuffix(word)) * 10**power)
    return Fraction(text)


def interval(text: str) -> Interval:
    """Read `(0.7, )`: round brackets are open, and no number is no end."""
    ends = [amount(end.strip()) if end.strip() else None for end in text[1:-1].split(",")]
    return Interval(ends[0], ends[1], text[0] == "(", text[-1] == ")")


def lines(table: str) -> list[list[str]]:
    """Split a table into lines of cells; headings start with #."""
    rows = [line for line in table.strip().splitlines() if not line.startswith("# ")]
    return [[cell.strip() for cell in line.split(" |")] for line in rows]


def promised(cells: list[str]) -> Row:
    """Take a line of the table apart."""
    text, qualifier, value, bounds, measured = cells
    nominal = amount(value) if value else None
    span = interval(bounds) if bounds else Interval(nominal, nominal)
    return Row(text, qualifier, nominal, span, None if measured == "-" else measured)


ROWS = [promised(cells) for cells in lines(TABLE)]
TEXTS = [row.text for row in ROWS]
NOTHING = [*NOT_FIGURES.strip().splitlines(), "", " ", "\n", "　", "\x00"]


def figure(text: str) -> Figure:
    """Read a text that is a figure."""
    got = read(text)
    assert isinstance(got, Figure), (text, got)
    return got


def test_the_table_has_at_least_250_figures_and_80_that_are_none():
    assert len(set(TEXTS)) == len(TEXTS) >= 250
    assert len(set(NOTHING)) == len(NOTHING) >= 80


@pytest.mark.parametrize("row", ROWS, ids=TEXTS)
def test_a_figure_is_read_with_its_value_its_bounds_its_qualifier_and_its_unit(row):
    got = figure(row.text)
    assert (got.qualifier, got.value, got.bounds, got.unit) == row[1:]


def test_a_unit_is_one_that_metrics_are_measured_in():
    units = {figure(text).unit for text in TEXTS} - {None}
    assert all(str(unit(name)) == name for name in units if name)


@pytest.mark.parametrize("text", NOTHING)
def test_names_dates_ordinals_and_malformed_numbers_are_no_figures(text):
    got = read(text)
    assert isinstance(got, Problem)
    assert got.name == "not-a-figure"
    assert got.args == (("text", text),)


@pytest.mark.parametrize(("text", "figures"), lines(SEVERAL))
def test_several_figures_are_named_and_none_is_chosen(text, figures):
    got = read(text)
    assert isinstance(got, Problem)
    assert (got.name, dict(got.args)) == ("several-figures", {"text": text, "figures": figures})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025 年营收 5 亿元", 500_000_000),
        ("3 名创始人之一持有 12 和 30%", None),
        ("top 10, 385 people", 385),
        ("1 234 USD", None),
        ("第 7 位, 385 人", 385),
        ("8: 385人", 385),
    ],
)
def test_a_plain_number_beside_one_with_a_unit_does_not_count(text, value):
    got = read(text)
    assert (got.value if isinstance(got, Figure) else None) == value


@pytest.mark.parametrize(("text", "step", "digit"), lines(STEPS))
def test_the_last_significant_and_the_last_printed_digit_have_their_places(text, step, digit):
    got = figure(text)
    assert (got.step, got.digit) == (amount(step), amount(digit))


@pytest.mark.parametrize(
    ("text", "band", "loose"),
    [
        ("11億美元", "[1.05bn, 1.15bn]", "[1.05bn, 1.15bn]"),
        ("1.102bn USD", "[1.1015bn, 1.1025bn]", "[1.1015bn, 1.1025bn]"),
        ("5300萬", "[52.995m, 53.005m]", "[52.5m, 53.5m]"),
        ("约5300萬", "[51.995m, 54.005m]", "[51.5m, 54.5m]"),
        ("近74%", "[0.725, 0.745)", "[0.725, 0.745)"),
        (">70%", "(0.695, )", "(0.65, )"),
        ("数百亿", "[20bn, 100bn]", "[20bn, 100bn]"),
        ("300至500億", "[29.95bn, 50.05bn]", "[25bn, 55bn]"),
    ],
)
def test_bands_are_what_the_printed_digits_leave_open(text, band, loose):
    got = figure(text)
    assert (got.band, got.loose_band) == (interval(band), interval(loose))


def test_eleven_hundred_million_agrees_with_1_102bn_and_not_with_1_046bn():
    printed = figure("11億美元").band
    assert printed.meets(figure("1.102bn USD").band)
    assert not printed.meets(figure("1.046bn USD").band)


# -- writing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "english", "simplified", "traditional"), lines(WRITTEN))
def test_a_figure_is_written_as_its_language_prints_it(text, english, simplified, traditional):
    written = [write(figure(text), language) for language in LANGUAGES]
    assert written == [english, simplified, traditional]


def is_given_back(got: Figure) -> bool:
    """Say whether all languages give a figure back, with the step its bounds hang on."""
    again = [figure(write(got, language)) for language in LANGUAGES]
    spans = got.qualifier == "more_than" and got.high is not None
    hangs = spans or got.qualifier in {"approx", "almost"}
    return all(one == got and (one.step == got.step or not hangs) for one in again)


def test_what_is_written_reads_as_the_same_figure():
    assert [text for text in TEXTS if not is_given_back(figure(text))] == []


digits = st.one_of(
    st.integers(0, 99_999).map(str),
    st.integers(0, 999_999_999).map("{:,}".format),
    st.builds("{}.{}".format, st.integers(0, 9_999), st.text("0123456789", min_size=1, max_size=4)),
)
english = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "~", "almost ", ">", ">=", "<", "<="]),
    st.sampled_from(["", "", "-"]),
    digits,
    st.sampled_from(["", "K", "m", "bn", "tn"]),
    st.sampled_from(["", "%", " x", " USD", " CNY/month", " XAF", " HKD/person", " EUR/user"])
    | st.sampled_from([" people", " users", " count", " share", " months", " years", " bps", "pp"]),
)
chinese = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "约", "近", "超过", "逾", "至少", "不到", "不超过", "负"]),
    digits,
    st.sampled_from(["", "千", "万", "百万", "千万", "亿", "百亿", "万亿"]),
    st.sampled_from(["", "", "多"]),
    st.sampled_from(
        ["", "元", "美元", "港元/月", "人", "用户", "倍", "%", "成", "个月", "年", "个"]
    ),
    st.sampled_from(["", "", "左右", "以上", "以内"]),
)
numerals = st.text("零一二两三四五六七八九十百千万亿点几数多半", min_size=1, max_size=8)
spoken = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "约", "近", "超", "上", "不到"]),
    numerals,
    st.sampled_from(
        ["", "元", "人", "个月", "年", "年半", "成", "成五", "倍", "级", "分之一", "家"]
    ),
)
ranges = st.builds(
    "{}{}{}{}".format, digits, st.sampled_from(["-", "至", " to ", "..", "~", "–"]), digits, spoken
)
anything = st.lists(
    st.sampled_from(sorted(lexicon.KINDS) + list("0123456789 .,()%$¥") + ["1.5", "300", "Kimi K2"]),
    max_size=8,
).map("".join)


@given(st.one_of(english, chinese, spoken, ranges, anything))
def test_whatever_reads_as_a_figure_is_given_back_by_three_scripts(text):
    got = read(text)
    assert isinstance(got, Problem) or is_given_back(got)


@given(st.one_of(english, chinese, spoken, ranges, anything))
def test_value_and_bounds_fit_the_qualifier(text):
    got = read(text)
    if isinstance(got, Problem):
        return
    nominal = got.qualifier in {"exact", "approx", "almost"}
    assert (got.value is not None) == nominal
    assert got.value is None or got.bounds.contains(got.value) == (got.qualifier != "almost")
    assert got.low is not None or got.low_open
    assert got.high is not None or got.high_open
    assert got.low is None or got.band.contains(got.low) or got.low_open


# -- whatever the text ------------------------------------------------------------------------


@given(st.one_of(st.text(max_size=60), anything))
def test_reading_never_raises(text):
    assert isinstance(read(text), Figure | Problem)
    assert all(0 <= start < end <= len(text) for start, end, _ in find(text))


def test_a_text_longer_than_a_page_is_no_figure():
    got = read("约 385 人 " + "。" * 2_000)
    assert isinstance(got, Problem)
    assert got.name == "not-a-figure"
    assert len(dict(got.args)["text"]) == 80


WIDE = {ord(narrow): chr(ord(narrow) + 0xFEE0) for narrow in map(chr, range(0x21, 0x7F))}


def differing(change: Callable[[str], str]) -> list[str]:
    """Give the texts of the table that read otherwise after a change."""
    return [text for text in TEXTS if read(change(text)) != read(text)]


def test_full_width_equals_half_width():
    assert differing(lambda text: text.translate(WIDE)) == []


@pytest.mark.parametrize("space", ["\u3000", "\u00a0", "\u2009", "\t", "  "])
def test_a_space_is_a_space_between_number_scale_and_unit(space):
    for text in ("5300 萬 美元", "11 億美元", "385 人", "$ 5 million", "USD 1.1 bn"):
        assert figure(text.replace(" ", space)) == figure(text)


PAIRS = list(zip(lexicon.TRADITIONAL[::2], lexicon.TRADITIONAL[1::2], strict=True))
TRADITIONAL = {ord(simple): old for old, simple in reversed(PAIRS)}
SIMPLIFIED = {ord(old): simple for old, simple in PAIRS}


def test_traditional_equals_simplified():
    assert differing(lambda text: text.translate(SIMPLIFIED)) == []
    assert differing(lambda text: text.translate(TRADITIONAL)) == []


def test_a_capital_at_the_beginning_changes_nothing():
    assert differing(lambda text: text[:1].upper() + text[1:]) == []


# -- figures of a longer text -----------------------------------------------------------------

PASSAGE = """截至 2025 年 9 月底,公司共有員工 385 人,平均年齡 29 歲(95 后),研發人員佔比近 74%。
前九個月營收約5300萬美元(約 3.8 億元),按年增長 174.7%;K2 與 GPT-5 之後,第 3 款產品上線,
用戶超過2.12億,位列第7位。合作方包括三星、百度與零一萬物。The round of $500m closed on 30 September
2025; some 1,500 customers pay up to $20 a month, and cash lasts for 50 months."""


def test_the_figures_of_a_passage_are_found_where_they_stand():
    found = [(PASSAGE[start:end], write(got)) for start, end, got in find(PASSAGE)]
    assert found == [
        ("385 人", "385 people"),
        ("29 歲", "29 years"),
        ("近 74%", "almost 74%"),
        ("約5300萬美元", "~53m USD"),
        ("約 3.8 億元", "~380m CNY"),
        ("174.7%", "174.7%"),
        ("超過2.12億", ">212m"),
        ("$500m", "500m USD"),
        ("some 1,500 customers", "~1500 count"),
        ("up to $20 a month", "<=20 USD/month"),
        ("50 months", "50 months"),
    ]


def test_what_is_found_reads_as_the_same_figure():
    found = [(text[start:end], got) for text in TEXTS for start, end, got in find(text)]
    assert [text for text, got in found if read(text) != got] == []


def test_working_part_by_part_equals_working_on_the_whole():
    one = find(PASSAGE)
    many = find("\n".join([PASSAGE] * 3))
    step = len(PASSAGE) + 1
    assert many == [(a + step * i, b + step * i, got) for i in range(3) for a, b, got in one]


# -- JSON -------------------------------------------------------------------------------------


def test_json_has_whole_numbers_where_whole_and_the_nearest_float_elsewhere():
    assert as_json("约5300萬美元") == {
        "text": "约5300萬美元",
        "value": 53_000_000,
        "low": 52_000_000,
        "high": 54_000_000,
        "low_open": False,
        "high_open": False,
        "qualifier": "approx",
        "unit": "USD",
    }
    assert as_json("三分之二")["value"] == 2 / 3
    assert json.loads(json.dumps(as_json(">70%")))["high"] is None


@pytest.mark.parametrize(
    ("text", "name"), [("第一", "not-a-figure"), ("1人2人", "several-figures")]
)
def test_json_says_why_a_text_is_no_figure(text, name):
    got = as_json(text)
    told = got.pop("problem")
    assert str(told).startswith(f"{name}: ")
    assert got == {"text": text} | dict.fromkeys(
        ["value", "low", "high", "low_open", "high_open", "qualifier", "unit"]
    )
