package render

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/reading"
)

// A voice step that its busy speaker sends away comes back, perhaps many times. What
// was read of the scene by then is kept beside its parts: whoever asks a service for
// the same sentences again pays them again, and is part of the load that he waits for.

// heardObject holds what a voice has read so far of these very sentences.
func (t *task) heardObject(r reader, sentences []reading.Sentence) string {
	sum := sha256.New()
	for _, s := range sentences {
		sum.Write(append([]byte(s.Spoken), 0))
	}
	return partObject(t.in.JobID, t.in.Scene, "heard-"+r.voice+"-"+hex.EncodeToString(sum.Sum(nil)[:8]))
}

// heard is what an earlier run has kept, perhaps one of an earlier attempt. Only a job
// that had trouble may have some; without it the scene is read from its beginning. A
// retry begins without the trouble that ended the attempt before it.
func (t *task) heard(ctx context.Context, r reader, sentences []reading.Sentence) []Speech {
	if t.job.Failure == nil && t.job.Attempt <= 1 || r.understudy {
		return nil
	}
	data, err := t.Files.GetBytes(ctx, t.in.TenantID, t.heardObject(r, sentences))
	if err == nil {
		var parts []Speech
		if parts, err = unpackSpeech(data); err == nil && len(parts) <= len(sentences) {
			return parts
		}
	}
	if err != nil && !problem.Is(err, problem.NotFound) {
		t.Warn(ctx, fmt.Errorf("what was read before: %w", err))
	}
	return nil
}

// keepHeard keeps what was read; when that fails, it is read again.
func (t *task) keepHeard(ctx context.Context, r reader, sentences []reading.Sentence, parts []Speech) {
	if err := t.Files.PutBytes(ctx, t.in.TenantID, t.heardObject(r, sentences), packSpeech(parts), "application/octet-stream"); err != nil {
		t.Warn(ctx, fmt.Errorf("keep what was read: %w", err))
	}
}

// packSpeech writes each part's rate and number of samples, then its samples.
func packSpeech(parts []Speech) []byte {
	var out []byte
	for _, part := range parts {
		out = binary.LittleEndian.AppendUint32(out, uint32(part.Rate))
		out = binary.LittleEndian.AppendUint32(out, uint32(len(part.Samples)))
		for _, sample := range part.Samples {
			out = binary.LittleEndian.AppendUint16(out, uint16(sample))
		}
	}
	return out
}

func unpackSpeech(data []byte) ([]Speech, error) {
	var parts []Speech
	for in := bytes.NewReader(data); in.Len() > 0; {
		var head struct{ Rate, Samples uint32 }
		if err := binary.Read(in, binary.LittleEndian, &head); err != nil || int64(head.Samples)*2 > int64(in.Len()) {
			return nil, fmt.Errorf("speech of %d bytes is cut off", len(data))
		}
		part := Speech{Rate: int(head.Rate), Samples: make([]int16, head.Samples)}
		if err := binary.Read(in, binary.LittleEndian, part.Samples); err != nil {
			return nil, fmt.Errorf("read speech: %w", err)
		}
		parts = append(parts, part)
	}
	return parts, nil
}
