"""Name characters that people and registries write in two ways: traditional and simplified, older and standard forms.

The pairs were put together from the table of variant characters that 通用规范汉字表 (国发〔2013〕23号) annexes and from the
simplifications of family names. A pair means "probably the same person, written otherwise", never "the same name in law".
"""

_PAIRS = (
    "張张 陳陈 劉刘 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 韓韩 馮冯 蕭萧 肖萧 許许 鄧邓 葉叶 蘇苏 呂吕 蔣蒋 賈贾 盧卢 閻阎 閆闫 潘潘 "
    "鍾钟 鐘钟 陸陆 範范 薑姜 譚谭 廖廖 鄒邹 龍龙 萬万 錢钱 湯汤 嚴严 賴赖 龔龚 賀贺 喬乔 樊樊 蘭兰 齊齐 莊庄 顧顾 於于 傅傅 付傅 戴戴 "
    "代戴 邱丘 冼冼 歐欧 區区 項项 溫温 魯鲁 韋韦 聶聂 畢毕 郝郝 紀纪 尤尤 遊游 應应 單单 寧宁 甯宁 關关 華华 驊骅 瑩莹 麗丽 蓮莲 鳳凤 "
    "國国 強强 偉伟 軍军 勇勇 傑杰 濤涛 輝辉 煇辉 剛刚 東东 衛卫 慶庆 賢贤 義义 禮礼 誠诚 夢梦 詩诗 語语 軒轩 澤泽 浩浩 澔浩 穎颖 頴颖 "
    "潔洁 靜静 靚靓 嬌娇 慧慧 蕓芸 萍萍 瓊琼 瑤瑶 瑋玮 璋璋 嵐岚 嶺岭 峯峰 崑昆 崐昆 堃坤 昇升 陞升 喆哲 犇奔 淼淼 邨村 甦苏 龢和 珮佩 "
    "祎祎 禕祎 祕秘 菓果 脩修 叡睿 勳勋 勛勋 薰熏 蓀荪 鑑鉴 鑒鉴 鋭锐 銳锐 銘铭 鋒锋 鑫鑫 錦锦 鎮镇 鈞钧 鉅巨 鴻鸿 鵬鹏 鶴鹤 鷺鹭 麟麟 "
    "曉晓 暁晓 昺炳 昞炳 晳晰 朢望 樑梁 棟栋 楨桢 樺桦 權权 歡欢 歲岁 淨净 淵渊 溪溪 谿溪 灝灏 煥焕 燁烨 爾尔 珎珍 琍璃 甯宁 産产 產产 "
    "紅红 純纯 紹绍 維维 綺绮 緒绪 績绩 繼继 羣群 聖圣 聰聪 舉举 藝艺 蘊蕴 詠咏 諾诺 貞贞 貴贵 資资 贇赟 踴踊 逺远 遠远 達达 遙遥 邁迈 "
    "閏闰 開开 陽阳 陰阴 隆隆 雋隽 雲云 霽霁 韜韬 韻韵 頌颂 願愿 飛飞 駿骏 驥骥 體体 點点 濬浚 湧涌 淩凌 洌冽 滙汇 匯汇 彙汇 來来 倫伦 "
    "億亿 兒儿 冰冰 創创 勝胜 協协 啓启 啟启 啟启 嘉嘉 堯尧 壯壮 奧奥 實实 寶宝 對对 島岛 帥帅 師师 帶带 幹干 廣广 彥彦 彦彦 後后 從从 "
    "徳德 悅悦 惠惠 憲宪 懷怀 戰战 揚扬 攝摄 敏敏 時时 書书 會会 樂乐 榮荣 業业 標标 橋桥 檢检 湘湘 滿满 漢汉 潤润 烏乌 無无 獻献 現现"
)
CANONICAL: dict[int, str] = {ord(pair[0]): pair[1] for pair in _PAIRS.split() if pair[0] != pair[1]}
"""For `str.translate`: the older or traditional form → the standard one."""
