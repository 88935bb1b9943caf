package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/harness"
)

// uploaded stores what an upload is once it is complete.
func (w *world) uploaded(p parts, data []byte) string {
	w.t.Helper()
	id := tenant.NewID()
	harness.Must(w.t, p.files.PutBytes(w.ctx(), w.id, render.UploadObject(id), data, "application/octet-stream"))
	return id
}

// rewrite changes what an admitted job is to render.
func (w *world) rewrite(p parts, jobID string, change func(*render.Source)) {
	w.t.Helper()
	source, err := p.jobs.Source(w.ctx(), w.id, jobID)
	harness.Must(w.t, err)
	change(&source)
	text, err := json.Marshal(source)
	harness.Must(w.t, err)
	_, err = dynamodb.NewFromConfig(w.tables.AWS).PutItem(w.t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(w.tables.Platform),
		Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(w.id)}, "sk": &types.AttributeValueMemberS{Value: "SOURCE#" + jobID},
			"project": &types.AttributeValueMemberS{Value: string(text)},
		},
	})
	harness.Must(w.t, err)
}

func TestAnUploadedPictureIsNotPainted(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	upload := w.uploaded(p, []byte("picture"))
	j := w.render(p, w.newProject(p, psalm, psalm).ID)
	w.rewrite(p, j.ID, func(s *render.Source) { s.Scenes[1].UploadID = upload })
	j = w.execution(p, plainStudio(), j)
	if j.Status != render.Succeeded || len(j.Warnings) > 0 {
		t.Fatalf("%s %+v %v", j.Status, j.Failure, j.Warnings)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 1 {
		t.Errorf("images: %+v", c)
	}
	if part, ok := j.Part(2, render.ImagePart); !ok || part.Object != render.UploadObject(upload) || len(part.Made) > 0 {
		t.Errorf("%+v", part)
	}
	if _, ok, err := p.files.Size(w.ctx(), w.id, render.UploadObject(upload)); err != nil || !ok {
		t.Errorf("the upload went with the job's parts: %v", err)
	}
}

// counting counts what was painted and encoded.
type counting struct {
	easel
	painted *int
}

func (c counting) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	*c.painted++
	return c.easel.Paint(ctx, prompt, aspect)
}

func TestADeletedPictureEndsTheJobAtOnceAndSaysWhichScene(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	preview, _, _, err := w.previewer(p, easel{}).Preview(w.ctx(), w.id, "a lake", render.Landscape, idempotency.Claim{})
	harness.Must(t, err)
	for name, change := range map[string]func(*render.Source){
		"absent preview": func(s *render.Source) { s.Scenes[1].ImageID = tenant.NewID() },
		"preview without its object": func(s *render.Source) {
			s.Scenes[1].ImageID = preview.ID
			harness.Must(t, p.files.Remove(w.ctx(), w.id, preview.Object))
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := w.render(p, w.newProject(p, psalm, psalm).ID)
			w.rewrite(p, j.ID, change)
			painted := 0
			s := plainStudio()
			s.painter = counting{painted: &painted}
			j = w.execution(p, s, j)
			if j.Status != render.Failed || j.Failure.Code != problem.UploadRejected {
				t.Fatalf("%s %+v", j.Status, j.Failure)
			}
			if !strings.HasPrefix(j.Failure.Detail, "Scene 2: ") || !strings.Contains(j.Failure.Detail, "deleted") || painted != 1 {
				t.Errorf("%q after %d pictures", j.Failure.Detail, painted)
			}
			w.balanced()
		})
	}
}

// refusing is an encoder that notes the music, and may be unable to read it.
type refusing struct {
	stamp
	music bool
	heard *[]string
}

func (r refusing) Assemble(ctx context.Context, spec render.AssembleSpec, out string, progress func(int)) error {
	text := ""
	if spec.Music != "" {
		data, err := os.ReadFile(spec.Music)
		if err != nil {
			return err
		}
		text = string(data)
	}
	*r.heard = append(*r.heard, text)
	if r.music && spec.Music != "" {
		return problem.Wrap(problem.EncodeFailed, "It cannot be encoded.", fmt.Errorf("mix: %w", render.ErrMusic))
	}
	return r.stamp.Assemble(ctx, spec, out, progress)
}

func TestMusicThatCannotBeHeardIsLeftOutWithAWarning(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	whole := w.uploaded(p, []byte("music"))
	for name, c := range map[string]struct {
		upload  string
		broken  bool
		heard   []string
		warning string
	}{
		"whole":   {whole, false, []string{"music"}, ""},
		"broken":  {whole, true, []string{"music", ""}, "cannot be read"},
		"deleted": {tenant.NewID(), false, []string{""}, "was deleted"},
	} {
		t.Run(name, func(t *testing.T) {
			j := w.render(p, w.newProject(p, psalm).ID)
			w.rewrite(p, j.ID, func(s *render.Source) { s.MusicUploadID = c.upload })
			var heard []string
			s := plainStudio()
			s.encoder = refusing{music: c.broken, heard: &heard}
			j = w.execution(p, s, j)
			if j.Status != render.Succeeded || fmt.Sprint(heard) != fmt.Sprint(c.heard) {
				t.Fatalf("%s %+v, encoded with %q", j.Status, j.Failure, heard)
			}
			if c.warning == "" {
				if len(j.Warnings) > 0 {
					t.Errorf("warnings %v", j.Warnings)
				}
				return
			}
			if len(j.Warnings) != 1 || j.Warnings[0].Code != render.WarnMusicSkipped || j.Warnings[0].Scene != 0 || !strings.Contains(j.Warnings[0].Message, c.warning) {
				t.Errorf("warnings %+v", j.Warnings)
			}
		})
	}
}

// uploadStudio is the real thing.
func uploadStudio(t *testing.T) (studio, *ffmpeg.Encoder) {
	t.Helper()
	library, data := harness.Espeak(t)
	encoder := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t), Fonts: harness.Fonts(t), StallTimeout: time.Minute, WorkDir: t.TempDir()})
	return studio{painter: realPainter(), speaker: espeak.New(espeak.Settings{Library: library, Data: data}), encoder: encoder, timeout: 20 * time.Second}, encoder
}

func TestABrokenUploadIsNamedAndNotTriedAgain(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	s, _ := uploadStudio(t)
	upload := w.uploaded(p, []byte("\xff\xd8\xff\xe0 but then nothing that could be seen"))
	j := w.render(p, w.newProject(p, "Be still.", "Amen.").ID)
	w.rewrite(p, j.ID, func(s *render.Source) {
		s.Resolution, s.Scenes[0].UploadID = render.HD, upload
	})
	j = w.execution(p, s, j)
	if j.Status != render.Failed || j.Failure.Code != problem.UploadRejected || !strings.HasPrefix(j.Failure.Detail, "Scene 1: Your picture can no longer be read") {
		t.Errorf("%s %+v", j.Status, j.Failure)
	}
	w.balanced()
}

// TestALostUploadIsOurFault: an upload without its object was deleted only if its item
// says so. One that is there all the same was lost: that counts as ours, and the retry
// leaves it out.
func TestALostUploadIsOurFault(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	for name, c := range map[string]struct {
		late, deleted bool
		code          problem.Code
		says          string
	}{
		"lost before":               {false, false, problem.ImageFailed, "“hill.jpg” was lost, which is our fault. A retry leaves it out"},
		"lost while it is shown":    {true, false, problem.ImageFailed, "“hill.jpg” was lost, which is our fault. A retry leaves it out"},
		"its deletion has begun":    {false, true, problem.UploadRejected, "“hill.jpg” was deleted. A retry leaves it out"},
		"deleted while it is shown": {true, true, problem.UploadRejected, "“hill.jpg” was deleted. A retry leaves it out"},
	} {
		t.Run(name, func(t *testing.T) {
			id := w.uploaded(p, []byte("picture"))
			item := table.Item{
				"pk": table.Str("T#" + string(w.id)), "sk": table.Str("UPLOAD#" + id), "status": table.Str(upload.Ready), "filename": table.Str("hill.jpg"),
			}
			if c.deleted {
				item["video_deleted"] = table.Flag(true)
			}
			_, err := dynamodb.NewFromConfig(w.tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.tables.Platform), Item: item})
			harness.Must(t, err)
			lose := func() error { return p.files.Remove(w.ctx(), w.id, render.UploadObject(id)) }
			s := plainStudio()
			s.names = dynamo.NewUploads(p.store)
			if c.late { // after the body, before the title card
				s.encoder = stamp{segment: func(context.Context, func(int)) error { return lose() }}
			} else {
				harness.Must(t, lose())
			}
			j := w.render(p, w.newProject(p, psalm).ID)
			w.rewrite(p, j.ID, func(s *render.Source) { s.Scenes[0].UploadID = id })
			j = w.execution(p, s, j)
			if j.Failure == nil || j.Failure.Code != c.code || j.Failure.Own() != c.deleted || !strings.HasPrefix(j.Failure.Detail, "Scene 1: Your picture "+c.says) {
				t.Fatalf("%s %+v", j.Status, j.Failure)
			}
			if got := told(w.execution(p, plainStudio(), w.retried(p, j))); got != "succeeded, scene 1 picture_left_out" {
				t.Error(got)
			}
			w.balanced()
		})
	}
}

// photograph lies on its side, as a phone stores it: the sky is to be on top.
func photograph(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 1600))
	for y := range 1600 {
		for x := range 1200 { // the sky is at the left
			img.Set(x, y, color.RGBA{uint8(40 + x/20), uint8(120 - x/20), uint8(200 - x/8), 255})
		}
	}
	var out bytes.Buffer
	harness.Must(t, jpeg.Encode(&out, img, nil))
	exif := []byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	return append(exif, out.Bytes()[2:]...)
}

// organ is ten seconds of music as a WAV file: mono, to be repeated.
func organ() []byte {
	const rate = 22050
	samples := make([]int16, 10*rate)
	for i := range samples {
		at := 2 * math.Pi * float64(i) / rate
		samples[i] = int16(5000 * (math.Sin(196*at) + math.Sin(247*at) + math.Sin(294*at)))
	}
	return render.WAV(render.Speech{Samples: samples, Rate: rate})
}

// TestARealVideoOfUploads shows an uploaded photograph and plays uploaded music.
func TestARealVideoOfUploads(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	s, encoder := uploadStudio(t)
	picture, music := w.uploaded(p, photograph(t)), w.uploaded(p, organ())
	title, resolution, aspect := "Psalm 23", render.HD, render.Square
	scenes := []project.Scene{{Text: "The Lord is my shepherd; I shall lack nothing."}, {Text: "He restores my soul.", ImagePrompt: "still waters"}}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Resolution: &resolution, Aspect: &aspect, Scenes: &scenes}, idempotency.Claim{})
	harness.Must(t, err)
	j := w.render(p, made.ID)
	w.rewrite(p, j.ID, func(s *render.Source) { s.Scenes[0].UploadID, s.MusicUploadID = picture, music })
	j = w.execution(p, s, j)
	if j.Status != render.Succeeded || len(j.Warnings) > 0 {
		t.Fatalf("%s %+v %v", j.Status, j.Failure, j.Warnings)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 1 {
		t.Errorf("images: %+v", c)
	}
	shown, err := render.NewLibrary(p.jobs, p.files, p.now).Get(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	path := filepath.Join(t.TempDir(), "video.mp4")
	download(t, shown.Links.Video, path)
	info, err := encoder.Probe(w.ctx(), path)
	harness.Must(t, err)
	t.Logf("%+v", info)
	if math.Abs(info.LoudnessLUFS-render.LoudnessTarget) > 1 {
		t.Errorf("%.1f LUFS", info.LoudnessLUFS)
	}
	if off := info.DurationMS - j.Video.DurationMS; off < -100 || off > 100 {
		t.Errorf("the file lasts %d ms, recorded %d ms", info.DurationMS, j.Video.DurationMS)
	}
	still := filepath.Join(t.TempDir(), "still.jpg")
	harness.Must(t, encoder.Thumbnail(w.ctx(), path, 4500, still))
	f, err := os.Open(still)
	harness.Must(t, err)
	defer func() { _ = f.Close() }()
	img, err := jpeg.Decode(f)
	harness.Must(t, err)
	blueness := func(y int) int {
		r, _, b, _ := img.At(360, y).RGBA()
		return int(b>>8) - int(r>>8)
	}
	if top, bottom := blueness(20), blueness(560); top < 80 || bottom > top-60 {
		t.Errorf("the sky is not on top: %d there, %d below", top, bottom)
	}
}
