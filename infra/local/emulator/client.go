package emulator

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Client answers the AWS configuration that reaches the emulator at endpoint.
func Client(endpoint string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:  &http.Client{Transport: plainBodies{http.DefaultTransport.(*http.Transport).Clone()}},
	}
}

// plainBodies hides WriteTo of request bodies, for the reason that
// shared/boot/calls gives: against a fast emulator the SDK would take one answer
// in some thousands for lost and send the request again.
type plainBodies struct{ next http.RoundTripper }

func (p plainBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r = r.Clone(r.Context())
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return p.next.RoundTrip(r)
}
