package ffmpeg

import (
	"image/color"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/tests/harness"
)

// written is a sentence in each language, and two words of as many letters that
// look different.
var written = []struct{ language, text, one, other string }{
	{"en", "The Lord is my shepherd; I shall lack nothing (Ps 23:1).", "mm", "ii"},
	{"vi", "Đức Giê-hô-va là Đấng chăn giữ tôi: tôi sẽ chẳng thiếu thốn gì.", "đặ", "ửế"},
	{"el", "Ο Κύριος είναι ο ποιμένας μου· δεν θα στερηθώ τίποτα.", "ψφ", "ιλ"},
	{"ru", "Господь — Пастырь мой; я ни в чём не буду нуждаться.", "шж", "ге"},
	{"ar", "الرب راعيّ فلا يعوزني شيء، في مراعٍ خضر يربضني (مزمور 23:1).", "شس", "حج"},
	{"he", "ה׳ רֹעִי לֹא אֶחְסָר; בִּנְאוֹת דֶּשֶׁא יַרְבִּיצֵנִי.", "שמ", "וי"},
	{"hi", "प्रभु मेरी ज्योति है; मैं किससे डरूँ? कृपा, श्रद्धा और क्षमा।", "कख", "घच"},
	{"bn", "সদাপ্রভু আমার পালক, আমার অভাব হইবে না।", "কখ", "ঘচ"},
	{"ta", "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்; நான் தாழ்ச்சியடையேன்.", "கங", "சஞ"},
	{"te", "యెహోవా నా కాపరి, నాకు లేమి కలుగదు. శాంతి.", "కఖ", "ఘచ"},
	{"th", "วันนี้ขอให้ใจของเราสงบ และขอบคุณสำหรับแสงเช้าที่พระองค์ประทาน", "กข", "มฬ"},
	{"am", "እግዚአብሔር እረኛዬ ነው፥ የሚያሳጣኝም የለም።", "መሠ", "ሀለ"},
	{"ka", "უფალი არს მწყემსი ჩემი, არარაჲ მაკლდეს.", "მწ", "იე"},
	{"hy", "Տերն է իմ հովիվը, ինձ ոչինչ չի պակասի։", "մվ", "ից"},
	{"ko", "주님은 나의 피난처이시니 두려워하지 않겠습니다. 조용히 그분을 기다립니다.", "한글", "이오"},
	{"ja", "主は私の羊飼い、「私には欠けるものがない」。主は私を緑の牧場に伏させる。", "あカ", "へト"},
	{"zh", "清晨的光照在山上，我的心安静下来。愿平安与你同在。", "龙国", "一二"},
	{"zh-TW", "耶和華是我的牧者，我必不至缺乏。他使我躺臥在青草地上。", "龍國", "三十"},
	{"en", "Shalom (שלום) is more than peace; in Greek it is εἰρήνη, in Korean 평화, and in Russian мир.", "ww", "ll"},
}

// No letter of any script becomes the box that a font draws for what it lacks,
// one font draws all of a text in one language, and every line fits.
func TestEveryScriptIsDrawnByGlyphs(t *testing.T) {
	fonts := newShelf(harness.Fonts(t))
	for i, c := range written {
		for aspect, frame := range map[render.Aspect]render.Frame{render.Landscape: {Width: 1280, Height: 720}, render.Portrait: {Width: 720, Height: 1280}, render.Square: {Width: 720, Height: 720}} {
			w := &writer{frame: frame, language: language.Of(c.language), shelf: fonts}
			cues := render.Cues([]render.Spoken{{Text: c.text, EndMS: 9000}}, aspect)
			captions := w.choose(script.Sans, c.text)
			room := float64(frame.Width) * safeWidth
			for _, cue := range cues {
				for _, line := range cue.Lines {
					checkGlyphs(t, captions, line, i < len(written)-1)
					if wide := captions.width(line) * w.captionSize(); wide > room*1.35 {
						t.Errorf("%s: a caption must shrink to %.0f %%: %q", c.language, 100*room/wide, line)
					}
				}
			}
			title := w.choose(script.Serif, c.text)
			size, lines := title.fit(c.text, room, w.short()*0.165, w.short()*0.06)
			for _, line := range lines {
				checkGlyphs(t, title, line, i < len(written)-1)
				if title.width(line)*size > room*1.001 {
					t.Errorf("%s: the title's line %q is wider than its room", c.language, line)
				}
			}
			if size < w.short()*0.045 || len(lines) > 5 {
				t.Errorf("%s on %v: a title of %.0f in %q", c.language, aspect, size, lines)
			}
			if w.err != nil {
				t.Error(w.err)
			}
		}
	}
}

func checkGlyphs(t *testing.T, set setting, line string, alone bool) {
	t.Helper()
	runs := set.choice.Runs(line)
	if alone && len(runs) != 1 {
		t.Errorf("%q takes %d fonts", line, len(runs))
	}
	shown := 0
	for _, run := range runs {
		for _, out := range set.measure.glyphs(set.face(run.Font), run.Text) {
			for _, glyph := range out.Glyphs {
				if glyph.GlyphID == 0 {
					t.Errorf("%q: %s has no glyph at %d", run.Text, run.Font.Family, glyph.TextIndex())
				}
				shown++
			}
		}
	}
	if shown == 0 {
		t.Errorf("nothing of %q is drawn", line)
	}
}

// In the frames themselves: two boxes look like two other boxes, letters do not.
func TestFramesShowLettersNotBoxes(t *testing.T) {
	k := newKit(t)
	image := k.picture(t, "gray.jpg", plain(color.Gray{60}))
	const each = 200 // ms
	var cues []render.Cue
	for i, c := range written {
		for j, word := range []string{c.one, c.other} {
			from := int64(each * (2*i + j))
			cues = append(cues, render.Cue{StartMS: from, EndMS: from + each, Lines: []string{word}})
		}
	}
	shot := render.SceneShot(1, image, int64(each*len(cues)), cues)
	out := k.file("letters.mp4")
	spec := render.SegmentSpec{Frame: small, Shots: []render.Shot{shot}, From: 0, To: each * len(cues) * render.FrameRate / 1000}
	if err := k.Segment(t.Context(), spec, out, nil); err != nil {
		t.Fatal(err)
	}
	raw, err := exec.Command(k.path, "-loglevel", "error", "-i", "file:"+out, "-pix_fmt", "gray", "-f", "rawvideo", "-").Output()
	frame := small.Width * small.Height
	if err != nil || len(raw) != spec.Frames()*frame {
		t.Fatalf("decode: %d bytes, %v", len(raw), err)
	}
	at := func(cue int) []byte { // the middle of the cue
		n := (cue*each + each/2) * render.FrameRate / 1000
		return raw[n*frame:][:frame]
	}
	for i, c := range written {
		one, other := at(2*i), at(2*i+1)
		ink, apart := 0, 0
		for p := range one {
			white, also := one[p] > 150, other[p] > 150
			if white {
				ink++
			}
			if white != also {
				apart++
			}
		}
		if ink < 8 || apart < 8 {
			t.Errorf("%s: %q has %d white pixels, %d of them are not as in %q", c.language, c.one, ink, apart, c.other)
		}
	}
}

// A font that is not there fails the render with its name; nothing is drawn as boxes.
func TestAMissingFontIsSaid(t *testing.T) {
	shot := render.SceneShot(1, "x", 1000, []render.Cue{{StartMS: 800, EndMS: 1800, Lines: []string{"한글"}}})
	for _, folder := range []string{"", filepath.Join(t.TempDir(), "none")} {
		if _, err := newShelf(folder).script(small, shot, 0, 87); err == nil || !strings.Contains(err.Error(), "Noto Sans KR") {
			t.Errorf("%q: %v", folder, err)
		}
	}
}

// What only a font draws that is known not to be there is left out; the rest is drawn.
func TestAFontThatIsKnownToBeMissingIsDoneWithout(t *testing.T) {
	shelf := newShelf(harness.Fonts(t), "NotoSansKR_700Bold.ttf")
	shot := render.SceneShot(1, "x", 1000, []render.Cue{{StartMS: 800, EndMS: 1800, Lines: []string{"한글 and peace"}}})
	made, err := shelf.script(small, shot, 0, 87)
	if err != nil || !strings.Contains(made.text, "and peace") || strings.Contains(made.text, "글") {
		t.Errorf("%s, %v", made.text, err)
	}
}

// Only what a text needs is read and given to libass.
func TestOnlyTheFontsOfAShotAreTaken(t *testing.T) {
	fonts := newShelf(harness.Fonts(t))
	shot := render.SceneShot(1, "x", 1000, []render.Cue{{StartMS: 800, EndMS: 1800, Lines: []string{"ใจสงบ 23:1"}}})
	made, err := fonts.script(small, shot, 0, 87)
	if err != nil || len(made.fonts) != 1 || made.fonts[0].family != "Noto Sans Thai" {
		t.Errorf("%v, %v", made.fonts, err)
	}
	if len(fonts.taken) != 2 { // and the usual one, whose size it takes
		t.Errorf("%d fonts were read", len(fonts.taken))
	}
}
