package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// refusal begins an answer that is a code of an error.
const refusal = "refused: "

// cloudFormation stands in for the service: answer has the inside of an action's
// result. An action that it knows nothing of answers nothing.
func cloudFormation(t *testing.T, answer func(action string, form url.Values) string) account {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		action := r.Form.Get("Action")
		says := answer(action, r.Form)
		if code, is := strings.CutPrefix(says, refusal); is {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error></ErrorResponse>", code)
			return
		}
		fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, says)
	}))
	t.Cleanup(server.Close)
	return account{ID: "000000000000", Endpoint: server.URL, AWS: aws.Config{
		Region: fallback, BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}}
}
