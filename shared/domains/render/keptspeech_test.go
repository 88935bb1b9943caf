package render

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// What is kept of a scene comes back as it was, and what is cut off does not.
func TestKeptSpeechComesBackWhole(t *testing.T) {
	parts := []Speech{{Rate: 16000, Samples: []int16{1, -1, 32767, -32768}}, {Samples: []int16{}}, {Rate: 24000, Samples: []int16{7}}}
	data := packSpeech(parts)
	if got, err := unpackSpeech(data); err != nil || !reflect.DeepEqual(got, parts) {
		t.Errorf("%v, %v", got, err)
	}
	for n := 1; n < len(data); n++ {
		if got, err := unpackSpeech(data[:n]); err == nil && reflect.DeepEqual(got, parts) {
			t.Errorf("%d bytes are %v", n, got)
		}
	}
	if _, err := unpackSpeech(data[:len(data)-1]); err == nil {
		t.Error("half a sample is taken")
	}
	if _, err := unpackSpeech([]byte{1, 0, 0, 0, 255, 255, 255, 255}); err == nil {
		t.Error("samples that are not there are taken")
	}
}

// drawer is a desk that keeps what is stored.
type drawer struct {
	desk
	kept map[string][]byte
}

func (d *drawer) PutBytes(_ context.Context, _ tenant.ID, name string, data []byte, _ string) error {
	d.kept[name] = data
	return nil
}

func (d *drawer) GetBytes(_ context.Context, _ tenant.ID, name string) ([]byte, error) {
	if data, ok := d.kept[name]; ok {
		return data, nil
	}
	return nil, problem.New(problem.NotFound, "It is not there.")
}

// tiring is a speaker that is busy after some sentences. It counts how often it said each.
type tiring struct {
	plain
	left int
	said map[string]int
}

func (s *tiring) Speak(ctx context.Context, voice, sentence string) (Speech, error) {
	if s.left--; s.left < 0 {
		return Speech{}, Busy("busy", time.Millisecond, nil)
	}
	s.said[sentence]++
	return s.plain.Speak(ctx, voice, sentence)
}

// A person's retry goes on where the attempt before it stopped: no sentence is asked of
// the speaker, and paid to it, twice.
func TestARetryGoesOnWithWhatWasRead(t *testing.T) {
	t.Parallel()
	d := drawer{desk{text: "Be still. Wait for the morning. Grace is new each day."}, map[string][]byte{}}
	speaker := &tiring{plain: plain{rate: 24000}, left: 2, said: map[string]int{}}
	step := VoiceStep{
		Worker:  Worker{Jobs: &d, Files: &d, TempDir: t.TempDir(), Now: time.Now, Warn: func(context.Context, error) {}, Every: time.Hour},
		Speaker: speaker, BusyWait: time.Nanosecond * 2,
	}
	run := func(attempt int) error {
		d.job.Attempt = attempt
		return step.Run(t.Context(), StepInput{Input: workflow.Input{TenantID: tenant.ID(tenant.NewID()), JobID: d.job.ID, Attempt: attempt}, Scene: 1})
	}
	d.job = Job{ID: tenant.NewID(), Status: Running}
	if err := run(1); !problem.Is(err, problem.ServiceBusy) || len(speaker.said) != 2 {
		t.Fatalf("%v after %v", err, speaker.said)
	}
	speaker.left = 3
	if err := run(2); err != nil { // the retry has removed the failure
		t.Fatal(err)
	}
	if want := map[string]int{"Be still.": 1, "Wait for the morning.": 1, "Grace is new each day.": 1}; !reflect.DeepEqual(speaker.said, want) {
		t.Errorf("said %v", speaker.said)
	}
}
