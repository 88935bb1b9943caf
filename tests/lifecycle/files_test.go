package lifecycle_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// files is an emulator that keeps what it is told in a folder.
type files struct {
	t *testing.T
	emulator.Config
	*emulator.Process
	s3  *s3.Client
	sqs *sqs.Client
}

func (f *files) start() {
	f.t.Helper()
	var err error
	f.Process, err = emulator.Start(f.t.Context(), f.Config)
	harness.Must(f.t, err)
	running := f.Process
	f.t.Cleanup(func() { _ = running.Stop() }) // does nothing for one that has ended
	config := emulator.Client(f.Process.Endpoint)
	f.s3 = s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	f.sqs = sqs.NewFromConfig(config)
}

func (f *files) kill() {
	f.t.Helper()
	harness.Must(f.t, syscall.Kill(f.PID(), syscall.SIGKILL))
	<-f.Done()
	emulator.Loss(f.Dir)
}

// record is what the last save says of itself.
func (f *files) record() (saved struct {
	At     float64
	Number int
}) {
	for _, folder := range []string{"state/next", "state"} {
		raw, err := os.ReadFile(filepath.Join(f.Dir, folder, "saved"))
		if err == nil && json.Unmarshal(raw, &saved) == nil {
			return saved
		}
	}
	return saved
}

func (f *files) awaitSave() {
	f.t.Helper()
	now := float64(time.Now().UnixMicro()) / 1e6
	for end := time.Now().Add(2 * time.Minute); f.record().At < now; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			f.t.Fatal("nothing was saved in two minutes")
		}
	}
}

func (f *files) put(bucket, key, content string) {
	f.t.Helper()
	_, err := f.s3.PutObject(f.t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)})
	harness.Must(f.t, err)
}

// all are the objects of a bucket by their key.
func (f *files) all(bucket string) map[string]string {
	f.t.Helper()
	listed, err := f.s3.ListObjectsV2(f.t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	harness.Must(f.t, err)
	found := map[string]string{}
	for _, o := range listed.Contents {
		got, err := f.s3.GetObject(f.t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: o.Key})
		harness.Must(f.t, err)
		var content bytes.Buffer
		_, err = io.Copy(&content, got.Body)
		harness.Must(f.t, errors.Join(err, got.Body.Close()))
		found[*o.Key] = content.String()
	}
	return found
}

// change is what a kill takes back: something new, something else, nothing.
func (f *files) change() {
	f.t.Helper()
	f.put("media", "late", "late")
	f.put("media", "over", "second")
	_, err := f.s3.DeleteObject(f.t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("media"), Key: aws.String("gone")})
	harness.Must(f.t, err)
	f.put("locked", "segment-2", "two")
}

func (f *files) makeBuckets() {
	f.t.Helper()
	ctx := f.t.Context()
	for name, lock := range map[string]bool{"media": false, "locked": true} {
		_, err := f.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name, ObjectLockEnabledForBucket: &lock})
		harness.Must(f.t, err)
		_, err = f.s3.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: &name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}})
		harness.Must(f.t, err)
	}
	_, err := f.s3.PutObjectLockConfiguration(ctx, &s3.PutObjectLockConfigurationInput{Bucket: aws.String("locked"), ObjectLockConfiguration: &types.ObjectLockConfiguration{
		ObjectLockEnabled: types.ObjectLockEnabledEnabled,
		Rule:              &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Mode: types.ObjectLockRetentionModeCompliance, Days: aws.Int32(400)}},
	}})
	harness.Must(f.t, err)
}

// stillLocked fails when a version in the locked bucket can be removed.
func (f *files) stillLocked() {
	f.t.Helper()
	versions, err := f.s3.ListObjectVersions(f.t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String("locked")})
	harness.Must(f.t, err)
	if len(versions.Versions) == 0 {
		f.t.Error("nothing is locked")
	}
	for _, v := range versions.Versions {
		if _, err := f.s3.DeleteObject(f.t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("locked"), Key: v.Key, VersionId: v.VersionId}); err == nil {
			f.t.Errorf("%s is locked no more", *v.Key)
		}
	}
}

// TestAKillTakesFilesBackWithTheTables: after a kill, files are as they were at the
// save that the tables are of, whatever became of them since; locks hold; a message
// that somebody held is free. A snapshot is such a moment too.
func TestAKillTakesFilesBackWithTheTables(t *testing.T) {
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	harness.Must(t, err)
	port, err := strconv.Atoi(freePort(t))
	harness.Must(t, err)
	f := &files{t: t, Config: emulator.Config{Python: tools.Python, Port: port, Dir: t.TempDir(), Persist: true}}
	f.start()
	f.makeBuckets()
	queue := f.hold()
	was := map[string]string{"kept": "kept", "over": "first", "gone": "gone"}
	folder := ""
	for tries := 1; !f.takenBack(was, &folder); tries++ {
		if tries == 10 {
			t.Fatal("a save came between the changes and the kill, ten times")
		}
	}
	f.stillLocked()
	got, err := f.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, WaitTimeSeconds: 10})
	if err != nil || len(got.Messages) != 1 {
		t.Errorf("the message that was held: %v %v", got, err)
	}
	f.change()
	harness.Must(t, f.Stop())
	f.start()
	if now := f.all("media"); !maps.Equal(now, map[string]string{"kept": "kept", "over": "second", "late": "late"}) {
		t.Errorf("after an orderly end files are %v", now)
	}
	f.stillLocked()
	harness.Must(t, f.Stop())

	for _, name := range []string{"state", "s3"} {
		harness.Must(t, os.RemoveAll(filepath.Join(f.Dir, name)))
		harness.Must(t, os.Rename(filepath.Join(folder, name), filepath.Join(f.Dir, name)))
	}
	f.start()
	if now := f.all("media"); !maps.Equal(now, was) {
		t.Errorf("the snapshot's files are %v, want %v", now, was)
	}
	f.stillLocked()
}

// takenBack changes files after a save and kills the emulator. It answers false where
// a save came between the two, which holds some of the changes.
func (f *files) takenBack(was map[string]string, snapshot *string) bool {
	f.t.Helper()
	for key, content := range was {
		f.put("media", key, content)
	}
	_, err := f.s3.DeleteObject(f.t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("media"), Key: aws.String("late")})
	harness.Must(f.t, err)
	f.put("locked", "segment-1", "one")
	f.awaitSave()
	before := f.record().Number
	made, err := emulator.Snapshot(f.t.Context(), f.Dir)
	harness.Must(f.t, err)
	*snapshot = filepath.Join(f.t.TempDir(), "snapshot") // the next start clears what lies beside its data
	harness.Must(f.t, os.Rename(made, *snapshot))
	f.change()
	f.kill()
	taken := f.record().Number == before
	f.start()
	if now := f.all("media"); taken && !maps.Equal(now, was) {
		f.t.Errorf("files are %v, want %v", now, was)
	}
	return taken
}

// hold has a message received that nobody deletes.
func (f *files) hold() (queue string) {
	f.t.Helper()
	made, err := f.sqs.CreateQueue(context.Background(), &sqs.CreateQueueInput{QueueName: aws.String("held"), Attributes: map[string]string{"VisibilityTimeout": "3600"}})
	harness.Must(f.t, err)
	_, err = f.sqs.SendMessage(f.t.Context(), &sqs.SendMessageInput{QueueUrl: made.QueueUrl, MessageBody: aws.String("hello")})
	harness.Must(f.t, err)
	got, err := f.sqs.ReceiveMessage(f.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: made.QueueUrl})
	if err != nil || len(got.Messages) != 1 {
		f.t.Fatalf("the message: %v %v", got, err)
	}
	return *made.QueueUrl
}
