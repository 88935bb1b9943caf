package chaos_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
)

// standIn answers for the services that the emulator does not have.
func standIn(service string, onward http.Handler) http.Handler {
	switch service {
	case "bedrock":
		return http.HandlerFunc(paint)
	case "polly":
		return http.HandlerFunc(speak)
	}
	return onward
}

// picture is a small JPEG, in the form of Stability's models.
var picture = sync.OnceValue(func() []byte {
	canvas := image.NewRGBA(image.Rect(0, 0, 512, 512))
	for i := range len(canvas.Pix) / 4 {
		canvas.Set(i%512, i/512, color.RGBA{uint8(i / 512 / 2), uint8(i % 512 / 2), 140, 255})
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, canvas, nil); err != nil {
		panic(err) // into memory
	}
	answer, err := json.Marshal(map[string]any{"seeds": []int{1}, "finish_reasons": []any{nil}, "images": []string{base64.StdEncoding.EncodeToString(file.Bytes())}})
	if err != nil {
		panic(err)
	}
	return answer
})

func paint(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(picture())
}

// speak answers a second of a tone as Polly answers speech: 16 kHz PCM.
func speak(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "audio/pcm")
	var sound []byte
	for i := range 16000 {
		sound = binary.LittleEndian.AppendUint16(sound, uint16(int16(8000*math.Sin(float64(i)/12))))
	}
	_, _ = w.Write(sound)
}

// failsThisVoice fails when the narrator is the default one's player at Polly.
func failsThisVoice(w http.ResponseWriter, r *http.Request) bool {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil || !strings.Contains(string(body), `"Joanna"`) {
		return false
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	return true
}

// refuseForLoad answers in a service's own words that it is asked too much.
func refuseForLoad(service string, w http.ResponseWriter) {
	status, kind, body := http.StatusBadRequest, "application/x-amz-json-1.0", ""
	coded := func(code string) string { return fmt.Sprintf(`{"__type":%q,"message":"Rate exceeded"}`, code) }
	switch service {
	case "dynamodb":
		body = coded("com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
	case "s3":
		status, kind, body = http.StatusServiceUnavailable, "application/xml", `<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`
	case "sts":
		kind, body = "text/xml", `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`
	case "ses":
		status, body = http.StatusTooManyRequests, coded("TooManyRequestsException")
	case "bedrock":
		status, body = http.StatusTooManyRequests, coded("ThrottlingException")
	case "stripe":
		status, kind, body = http.StatusTooManyRequests, "application/json", `{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many requests."}}`
	case "youtube":
		status, kind, body = http.StatusForbidden, "application/json", `{"error":{"code":403,"message":"Rate Limit Exceeded","errors":[{"reason":"rateLimitExceeded"}]}}`
	default:
		body = coded("ThrottlingException")
	}
	w.Header().Set("Content-Type", kind)
	if strings.HasPrefix(kind, "application/x-amz-json") {
		var known struct {
			Type string `json:"__type"`
		}
		_ = json.Unmarshal([]byte(body), &known) // written above
		w.Header().Set("X-Amzn-Errortype", known.Type)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}
