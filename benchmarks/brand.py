"""Names of companies and publishers that do not exist, in three languages, one per number."""

from __future__ import annotations

from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Velq Tarv Quor Zinth Morv Bryx Kelth Ostv Fulq Drax Hyth Jorv Krel Lumv Nyqu Oxv Plyn "
    "Ruvk Skov Thrav Ulv Vynt Wexl Xanth Yorl Zefk Aldv Brul Cith Dwen Eskv Fyrl Grov Hesk "
    "Ilv Jask Kuvl Lorv Myrl Norv"
)
_MIDDLE = _words(
    "a e i o u ae ia io ua eo ara eri ilo oru una aven elin iron olun uvar ane eno ino one "
    "une aste este iste oste uste ambe embe imbe ombe umbe ardo erdo irdo ordo urdo"
)
_LAST = _words(
    "xis noq thra lund vex dris kon mur tael zor pheq rin sulk wen bryl cath dovn fesk glim "
    "hasp jund keth lorq mund nesk orth pell qvist rask stol turv ulm varn wisk yeld zent "
    "bask corv delt fold"
)
_TAILS = ("AI", "Labs", "Intelligence", "Systems", "Compute", "Research", "Robotics", "Cloud")
_TAILS_ZH = (
    ("智能", "智能"), ("科技", "科技"), ("智算", "智算"), ("系统", "系統"), ("算力", "算力"),
    ("研究院", "研究院"), ("机器人", "機器人"), ("云", "雲"),
)  # fmt: skip
# Names hold numerals (千, 九, 万): a reader of passages must not take them for figures.
_FIRST_ZH = _words(
    "岚嵐 屿嶼 澈澈 珩珩 霁霽 翊翊 楹楹 沅沅 峤嶠 泠泠 千千 九九 万萬 百百 绮綺 樾樾 瀚瀚 "
    "昱昱 钧鈞 澜瀾 隽雋 芷芷 璟璟 砚硯 烨燁 蘅蘅 弈弈 骊驪 岑岑 漪漪 峥崢 韫韞 翀翀 桉桉 "
    "煦煦 凛凜 鹭鷺 籽籽 锦錦 颂頌"
)
_MIDDLE_ZH = _words(
    "屿嶼 岫岫 川川 垣垣 渚渚 棠棠 樟樟 砾礫 鲸鯨 隼隼 鹿鹿 枢樞 衡衡 律律 维維 策策 序序 "
    "源源 径徑 弦弦 桥橋 塔塔 舟舟 帆帆 港港 岭嶺 壑壑 泽澤 汀汀 原原 域域 阶階 格格 矩矩 "
    "标標 图圖 谱譜 象象 纹紋 印印"
)
_LAST_ZH = _words(
    "澄澄 明明 远遠 极極 微微 深深 启啟 构構 问問 解解 思思 知知 见見 闻聞 觉覺 悟悟 辨辨 "
    "析析 推推 演演 循循 环環 映映 照照 应應 答答 语語 言言 词詞 章章 文文 理理 数數 形形 "
    "量量 子子 元元 初初 始始 本本"
)
_SIZE = 40
SPACE = _SIZE**3
# Odd and not a multiple of five, so that it walks through every name once.
_STRIDE = 24_251


class Brand(NamedTuple):
    """A company's id and its names."""

    id: str
    en: str
    zh_hans: str
    zh_hant: str
    short: str


def brand(seed: int, index: int) -> Brand:
    """Name a company; different for every index."""
    lap, number = divmod(index, SPACE)
    code = (number * _STRIDE + seed) % SPACE
    first, middle, last = code % _SIZE, code // _SIZE % _SIZE, code // _SIZE**2
    root = _FIRST[first] + _MIDDLE[middle] + _LAST[last]
    tail = (first + middle + last) % len(_TAILS)
    more = f" {lap + 1}" if lap else ""
    hans, hant = (
        _FIRST_ZH[first][at] + _MIDDLE_ZH[middle][at] + _LAST_ZH[last][at] + _TAILS_ZH[tail][at]
        for at in (0, 1)
    )
    return Brand(
        f"{root}{more}".lower().replace(" ", "-"), f"{root} {_TAILS[tail]}{more}",
        hans + more, hant + more, root + more,
    )  # fmt: skip


# Publishers of shared and own documents: English, Simplified, Traditional.
PRESS = {
    "en": ("Harbour Ledger", "The Tidewire", "Ninepenny Review", "Copperfield Wire"),
    "zh-Hans": ("蓝屿财讯", "晚潮科技", "九格观察", "硬岸商评"),
    "zh-Hant": ("藍嶼財訊", "維港科聞", "九格觀察", "硬岸商評"),
}
RANKERS = ("Appscale Index", "量屿数据", "Usermeter")
