package boot

import (
	"net/http"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// callTimeout bounds one attempt of one AWS call, body included. The largest
// object is a finished 4k video; everything else ends within a second.
const callTimeout = 5 * time.Minute

// httpClient is the one HTTP client of a process: without explicit limits the
// SDK waits for a silent peer for as long as the function lives.
func httpClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithTimeout(callTimeout).
		WithTransportOptions(func(t *http.Transport) {
			t.ResponseHeaderTimeout = 30 * time.Second
			t.TLSHandshakeTimeout = 5 * time.Second
			t.MaxIdleConnsPerHost = 32
		})
}
