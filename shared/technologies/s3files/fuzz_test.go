package s3files_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// FuzzForm: whatever a file is announced as, its form is for one key below its
// tenant's prefix, one content type and at most so many bytes, and for nothing else.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"image/jpeg", "", `","x":"`, `"],["starts-with","$key",""],["`, "a\x00\r\n", "$key", "<script>", strings.Repeat("x", 300), "\u2028"} {
		f.Add(seed, int64(20_000_000))
		f.Add(seed, int64(1))
	}
	const owner, name = tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV"), "incoming/01ARZ3NDEKTSV4RRFFQ69G5FAW"
	bucket := s3files.New(aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("k", "s", "")}, "media")
	f.Fuzz(func(t *testing.T, contentType string, most int64) {
		if !utf8.ValidString(contentType) || most < 1 || most > 1<<52 { // an announcement is ASCII, and JSON's numbers end there
			return
		}
		form, err := bucket.Form(t.Context(), owner, name, contentType, most, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(form.Fields["policy"])
		var policy struct {
			Conditions []any `json:"conditions"`
		}
		if err == nil {
			err = json.Unmarshal(raw, &policy)
		}
		if err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		held := map[string]int{}
		for _, condition := range policy.Conditions {
			switch c := condition.(type) {
			case map[string]any:
				for field, value := range c {
					held[fmt.Sprintf("%s=%v", field, value)]++
				}
			case []any:
				held[fmt.Sprint(c...)]++
				if c[0] == "starts-with" {
					t.Errorf("%q: anything that begins so is taken: %v", contentType, c)
				}
			}
		}
		for _, want := range []string{"key=" + tenant.ObjectKey(owner, name), "bucket=media", fmt.Sprint("content-length-range", 1.0, float64(most)), fmt.Sprint("eq", "$Content-Type", contentType)} {
			if held[want] != 1 {
				t.Errorf("%q: %d times %s in %v", contentType, held[want], want, held)
			}
		}
		if form.Fields["key"] != tenant.ObjectKey(owner, name) || form.Fields["Content-Type"] != contentType {
			t.Errorf("%q: the form has %v", contentType, form.Fields)
		}
	})
}
