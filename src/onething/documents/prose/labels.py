"""How the parts of a regulation are labelled at the head of a line: 第一章, 第十二条之一, （三）, 四、, 5., 附件 2."""

import re

from onething.documents.prose.numerals import NUMERAL

_MARKS = r"[\s　*#>]*(?:[-+][ 　]+)?[*]*"
"""What Markdown may put before a label."""
HEADING = re.compile(rf"{_MARKS}(第\s*({NUMERAL})\s*(编|分编|章|节))[*]*[\s　]*(.*?)[\s　*#]*$")
ARTICLE = re.compile(rf"{_MARKS}(第\s*({NUMERAL})\s*条(?:之({NUMERAL}))?)[*]*([\s　]*)")
ITEM = re.compile(rf"{_MARKS}([（(]\s*({NUMERAL})\s*[）)])[\s　]*")
CHINESE_DOT = re.compile(rf"{_MARKS}(([〇零一二三四五六七八九十百]+)、)[\s　]*")
ARABIC_DOT = re.compile(rf"{_MARKS}(([0-9０-９]{{1,3}})[.．、](?![0-9]))[\s　]*")
ANNEX = re.compile(r"[\s　*#]*((?:附件|附表|附录)\s*([0-9一二三四五六七八九十]*))[\s　:：]*(.*)$")
