"""How the parts of a regulation are labelled at the head of a line: 第一章, 第十二条之一, （三）, 四、, 5., 附件 2."""

import re

from onething.documents.prose.numerals import NUMERAL

_MARKS = r"[\s　\u200b\ufeff*#>]*(?:[-+][ 　]+)?[*]*"
"""What Markdown may put before a label."""
HEADING = re.compile(rf"{_MARKS}(第\s*({NUMERAL})\s*(编|分编|章|节))[*]*[\s　]*(.*?)[\s　*#]*$")
ARTICLE = re.compile(rf"{_MARKS}(第\s*({NUMERAL})\s*条(?:之({NUMERAL}))?)[*]*([\s　]*)")
ITEM = re.compile(rf"{_MARKS}([（(]\s*({NUMERAL})\s*[）)])[\s　]*")
CHINESE_DOT = re.compile(rf"{_MARKS}(([〇零一二三四五六七八九十百]+)、)[\s　]*")
ARABIC_DOT = re.compile(rf"{_MARKS}(([0-9０-９]{{1,3}})[.．、](?![0-9]))[\s　]*")
ANNEX = re.compile(
    r"[\s　*#]*((?:附\s*[件表录图]|附(?=[\s　]*(?:[:：]|[一二三四五六七八九1-9][\s　:：、.])))\s*([0-9一二三四五六七八九十]*))[\s　:：]*(.*)$"
)
CIRCLED = re.compile(rf"{_MARKS}([①-⑳])[\s　]*")
DOTTED = re.compile(rf"{_MARKS}([⒈-⒛])[\s　]*")
"""Numbers that are one character with their circle or their dot."""
