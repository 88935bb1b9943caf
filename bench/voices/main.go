// Command voices writes out/voices.html, where each voice of the natural narrator
// can be heard beside espeak-ng's: make voices.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/kokoro"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "make voices:", err)
		os.Exit(1)
	}
}

// texts are what is read, by language.
func texts() map[string]string {
	return map[string]string{
		"en": "The Lord is my shepherd; I shall lack nothing. He makes me lie down in green pastures.",
		"es": "El Señor es mi pastor; nada me faltará. Junto a aguas de reposo me pastoreará.",
		"fr": "L'Éternel est mon berger : je ne manquerai de rien. Il me fait reposer dans de verts pâturages.",
		"pt": "O Senhor é o meu pastor; nada me faltará. Deitar-me faz em verdes pastos.",
		"it": "Il Signore è il mio pastore: nulla mi mancherà. Egli mi fa riposare in verdeggianti pascoli.",
		"hi": "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी। वह मुझे हरी हरी चराइयों में बैठाता है।",
	}
}

const head = `<!doctype html>
<html lang=en>
<meta charset=utf-8>
<title>Voices</title>
<style>body{font-family:sans-serif;margin:2em}td,th{text-align:left;padding:.4em .8em .4em 0;vertical-align:top}</style>
<h1>Each natural voice beside espeak-ng's</h1>
<table>
<tr><th>voice<th>language<th>text<th>Kokoro<th>espeak-ng
`

// read has a text read as a scene's is.
func read(ctx context.Context, s render.Speaker, v voice.Voice, text string) (render.Speech, error) {
	sentences := reading.Sentences(text, v.Reads())
	parts := make([]render.Speech, len(sentences))
	for i, sentence := range sentences {
		var err error
		if parts[i], err = s.Speak(ctx, v.ID, sentence.Spoken); err != nil {
			return render.Speech{}, err
		}
	}
	speech, _, err := render.Join(sentences, parts)
	return speech, err
}

func run(ctx context.Context) error {
	tools, _, err := toolbox.Install(ctx, ".", func(string) {})
	if err != nil {
		return err
	}
	k, _, err := toolbox.InstallKokoro(ctx, ".", func(string) {})
	if err != nil {
		return err
	}
	plain := espeak.New(espeak.Settings{Library: tools.EspeakLibrary, Data: tools.EspeakData})
	natural := kokoro.New(kokoro.Settings{Library: k.Library, Model: k.Model, Vocabulary: k.Vocabulary, Voices: k.Voices}, plain.Phonemes)
	var page strings.Builder
	page.WriteString(head)
	for _, v := range natural.Voices() {
		text, ok := texts()[string(v.Reads())]
		if !ok {
			return fmt.Errorf("%s has nothing to read in %s", v.ID, v.Language)
		}
		fmt.Fprintf(&page, "<tr><th scope=row>%s<td>%s<td lang=%s>%s", html.EscapeString(v.Name), v.Language, v.Language, html.EscapeString(text))
		for _, speaker := range []render.Speaker{natural, plain} {
			speech, err := read(ctx, speaker, v, text)
			if err != nil {
				return fmt.Errorf("%s: %w", v.ID, err)
			}
			fmt.Fprintf(&page, "<td><audio controls preload=none src=\"data:audio/wav;base64,%s\"></audio> %.1f s", base64.StdEncoding.EncodeToString(render.WAV(speech)), float64(speech.MS())/1000)
		}
		page.WriteString("\n")
	}
	page.WriteString("</table>\n")
	to := filepath.Join("out", "voices.html")
	if err := os.MkdirAll("out", 0o755); err != nil {
		return err
	}
	fmt.Println(to)
	return os.WriteFile(to, []byte(page.String()), 0o644)
}
