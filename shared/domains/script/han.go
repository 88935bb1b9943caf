package script

import "sync"

// Pairs of frequent Chinese characters before and after the reform, one behind
// the other: they tell a text for readers in Taiwan and Hong Kong from one for
// the mainland and Singapore.
const pairs = "愛爱罷罢備备貝贝筆笔畢毕邊边變变標标賓宾補补財财參参倉仓産产長长嘗尝場场車车塵尘稱称誠诚遲迟寵宠從从達达帶带" +
	"單单擔担當当導导燈灯敵敌電电東东動动對对隊队兒儿爾尔發发法法飛飞豐丰風风婦妇復复蓋盖趕赶剛刚個个給给貢贡夠够" +
	"穀谷顧顾關关觀观歸归貴贵國国過过漢汉號号後后護护華华畫画壞坏歡欢還还會会獲获擊击機机積积極极記记繼继際际堅坚" +
	"間间簡简見见將将講讲腳脚結结節节緊紧進进盡尽經经靜静舊旧舉举據据覺觉開开課课塊块藍蓝蘭兰樂乐離离裡里禮礼歷历" +
	"麗丽連连臉脸練练兩两靈灵劉刘龍龙樓楼錄录陸陆亂乱論论馬马嗎吗買买賣卖滿满貓猫門门們们夢梦難难腦脑鳥鸟寧宁農农" +
	"盤盘憑凭齊齐氣气遷迁錢钱強强牆墙橋桥親亲輕轻慶庆窮穷請请區区確确讓让熱热認认榮荣傘伞掃扫殺杀聖圣勝胜師师時时" +
	"實实識识勢势書书術术樹树雙双誰谁說说絲丝送送訴诉雖虽隨随歲岁孫孙壇坛談谈歎叹題题體体條条聽听頭头圖图團团網网" +
	"為为圍围偉伟衛卫聞闻問问無无務务習习戲戏係系細细現现獻献鄉乡響响寫写謝谢興兴許许選选學学尋寻訓训壓压嚴严驗验" +
	"陽阳養养樣样業业葉叶醫医億亿憶忆藝艺議议義义陰阴飲饮應应營营擁拥憂忧遊游魚鱼與与語语預预願愿遠远員员圓圆雲云" +
	"運运災灾贊赞擇择責责則则澤泽戰战張张這这針针陣阵爭争證证隻只織织質质鐘钟眾众種种晝昼豬猪諸诸轉转莊庄裝装總总"

// changed says of the characters of the pairs which of the two each is; a pair of
// the same character says nothing.
var changed = sync.OnceValue(func() map[rune]bool {
	is := map[rune]bool{}
	all := []rune(pairs)
	for i := 0; i+1 < len(all); i += 2 {
		if all[i] != all[i+1] {
			is[all[i]], is[all[i+1]] = false, true
		}
	}
	return is
})
