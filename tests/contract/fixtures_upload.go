package contract

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/png"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// uploadFixture makes the upload that a placeholder stands for; "" when it
// stands for none.
func (s *stage) uploadFixture(t *testing.T, name string) string {
	t.Helper()
	picture, sound := upload.Announcement{Filename: "hill.png", ContentType: "image/png", Size: 10_000}, upload.Announcement{Filename: "hymn.wav", ContentType: "audio/wav", Size: 10_000}
	switch name {
	case "upload_pending":
		return s.announce(t, s.person(t), picture)
	case "upload_arrived", "upload_arrived_too":
		return s.arrive(t, s.person(t), picture, smallPicture(t))
	case "upload_of_rubbish":
		return s.arrive(t, s.person(t), picture, []byte("<!DOCTYPE html>"))
	case "upload_ready":
		return s.complete(t, s.person(t), s.arrive(t, s.person(t), picture, smallPicture(t)))
	case "upload_rejected":
		return s.complete(t, s.person(t), s.arrive(t, s.person(t), picture, []byte("<!DOCTYPE html>")))
	case "sound_ready":
		return s.complete(t, s.person(t), s.arrive(t, s.person(t), sound, murmur()))
	case "upload_of_another_tenant":
		return s.complete(t, s.stranger(t), s.arrive(t, s.stranger(t), picture, smallPicture(t)))
	case "storage_taken":
		return s.fillStorage(t)
	}
	return ""
}

func (s *stage) files() *s3files.Bucket {
	return s3files.New(s.aws, s.outputs["Data.Outputs.MediaBucket"])
}

// announce opens an upload for a tenant.
func (s *stage) announce(t *testing.T, owner tenant.ID, d upload.Announcement) string {
	t.Helper()
	u, _, _, err := upload.NewOpener(s.intake(), dynamo.NewUploads(s.store()), s.files()).Open(t.Context(), owner, d, idempotency.Claim{})
	if err != nil {
		t.Fatalf("announce an upload: %v", err)
	}
	return u.ID
}

// arrive announces a file and puts it where its form would.
func (s *stage) arrive(t *testing.T, owner tenant.ID, d upload.Announcement, data []byte) string {
	t.Helper()
	id := s.announce(t, owner, d)
	if err := s.files().PutBytes(t.Context(), owner, upload.IncomingObject(id), data, d.ContentType); err != nil {
		t.Fatalf("post a file: %v", err)
	}
	return id
}

// complete completes an upload, which may be rejected.
func (s *stage) complete(t *testing.T, owner tenant.ID, id string) string {
	t.Helper()
	decoder := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t)})
	inspector := upload.NewInspector(dynamo.NewUploads(s.store()), s.files(), decoder, time.Now, func(_ context.Context, err error) { t.Error(err) })
	if err := inspector.Check(t.Context(), upload.Order{TenantID: owner, UploadID: id}); err != nil {
		t.Fatalf("complete an upload: %v", err)
	}
	return id
}

// fillStorage announces so much that a free plan's storage is full.
func (s *stage) fillStorage(t *testing.T) string {
	t.Helper()
	for range 5 {
		s.announce(t, s.person(t), upload.Announcement{Filename: "long.wav", ContentType: "audio/wav", Size: upload.MaxAudio})
	}
	return "one-more.wav"
}

// musical writes a project with background music.
func (s *stage) musical(t *testing.T) string {
	t.Helper()
	title, music := "Psalm 23", project.Choice{Made: true, ID: s.fill(t, "{{sound_ready}}")}
	p, err := project.NewService(dynamo.NewProjects(s.store()), nil, time.Now).Create(t.Context(), s.person(t), project.Draft{Title: &title, Music: music}, idempotency.Claim{})
	if err != nil {
		t.Fatalf("write a project: %v", err)
	}
	return p.ID
}

func smallPicture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 32, 32))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// murmur is a WAV file of a tenth of a second.
func murmur() []byte {
	const rate, samples = 8000, 800
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	binary.LittleEndian.PutUint32(head[4:], 36+2*samples)
	head = binary.LittleEndian.AppendUint32(head, rate)
	head = binary.LittleEndian.AppendUint32(head, 2*rate)
	head = append(head, "\x02\x00\x10\x00data"...)
	return append(binary.LittleEndian.AppendUint32(head, 2*samples), bytes.Repeat([]byte{0, 0x10, 0, 0xf0}, samples/2)...)
}
