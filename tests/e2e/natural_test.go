package e2e_test

import (
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// naturalRate is Kokoro's, in Hz; espeak-ng's is 22050.
const naturalRate = 24_000

// TestTheNaturalVoiceReadsAVideo: a product that speaks with it renders a project of two
// sentences, nobody stands in for it, and what is heard came from its model.
func TestTheNaturalVoiceReadsAVideo(t *testing.T) {
	harness.Proof(t)
	if !harness.Unhurried() {
		t.Log("not in an ordinary run: it takes two minutes of two processors")
		return
	}
	p := launch.ForTest(t, launch.Options{Settings: raised(map[string]string{"VOICE_PROVIDER": "kokoro"}), Data: t.TempDir()})
	c := signIn(t, p.URL)
	project := c.project("Be still.", "The Lord is near.")
	job := c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil)["job_id"].(string)
	files := s3.NewFromConfig(p.AWS(), func(o *s3.Options) { o.UsePathStyle = true })
	bucket, err := p.Stack.Output(t.Context(), "MediaBucket")
	harness.Must(t, err)
	// A job's parts are removed when it has ended.
	rates := map[string]int{}
	for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		narrations(t, files, bucket, rates)
		if status := c.must(200, "GET", "/api/v1/jobs/"+job, nil)["status"]; status != "queued" && status != "running" {
			break
		}
	}
	ended := c.ended(job, time.Minute)
	if ended["status"] != "succeeded" || len(ended["warnings"].([]any)) > 0 {
		t.Errorf("the job ended as %v with the warnings %v", ended["status"], ended["warnings"])
	}
	for file, rate := range rates {
		if rate != naturalRate {
			t.Errorf("%s has %d Hz, want %d", file, rate, naturalRate)
		}
	}
	if len(rates) != 2 {
		t.Errorf("%d narrations were seen, want 2", len(rates))
	}
}

// narrations adds the rate of each sound that is there.
func narrations(t *testing.T, files *s3.Client, bucket string, rates map[string]int) {
	t.Helper()
	listed, err := files.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	harness.Must(t, err)
	for _, o := range listed.Contents {
		if key := aws.ToString(o.Key); rates[key] == 0 && strings.Contains(key, "/parts/") && strings.HasSuffix(key, ".wav") {
			head, err := files.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: o.Key, Range: aws.String("bytes=0-43")})
			if err != nil {
				continue // removed since
			}
			data, err := io.ReadAll(head.Body)
			_ = head.Body.Close()
			if err == nil && len(data) == 44 {
				rates[key] = int(binary.LittleEndian.Uint32(data[24:]))
			}
		}
	}
}
