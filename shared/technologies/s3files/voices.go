package s3files

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Voices keeps the sample of each voice, which belongs to no tenant. It
// implements render.SampleFiles.
type Voices struct {
	*Bucket
	Narrator string // each has samples of its own: an id sounds otherwise with another
}

func (v Voices) sampleKey(voiceID string) string {
	return tenant.VoiceFolder + v.Narrator + "/" + voiceID + ".wav"
}

// HasSample implements render.SampleFiles. The function that makes samples may
// list nothing, so a 403 is what S3 answers of an absent one; should it be a
// missing right, storing the sample is denied next and says so.
func (v Voices) HasSample(ctx context.Context, voiceID string) (bool, error) {
	_, err := v.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(v.name), Key: aws.String(v.sampleKey(voiceID))})
	var answered *smithyhttp.ResponseError
	if errors.As(err, &answered) {
		switch answered.HTTPStatusCode() {
		case http.StatusNotFound, http.StatusForbidden:
			return false, nil
		}
	}
	return err == nil, failed(ctx, "look up sample", err)
}

// PutSample implements render.SampleFiles.
func (v Voices) PutSample(ctx context.Context, voiceID string, data []byte) error {
	return v.put(ctx, v.sampleKey(voiceID), bytes.NewReader(data), "audio/wav")
}

// SampleLink implements render.SampleFiles.
func (v Voices) SampleLink(ctx context.Context, voiceID string) (string, error) {
	return v.link(ctx, &s3.GetObjectInput{Key: aws.String(v.sampleKey(voiceID))})
}
