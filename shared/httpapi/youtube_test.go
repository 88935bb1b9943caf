package httpapi_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

// kept has one connection.
type kept struct {
	channel.Store
	is channel.Connection
}

func (k kept) Connection(context.Context, tenant.ID) (channel.Connection, error) { return k.is, nil }

// TestWhetherYouTubeIsSetUpIsToldBefore: with a channel or without, so that the app
// offers nothing that would be refused.
func TestWhetherYouTubeIsSetUpIsToldBefore(t *testing.T) {
	for setUp, want := range map[bool]string{true: `"set_up":true`, false: `"set_up":false`} {
		for _, is := range []channel.Connection{{}, {ChannelID: "UC1", Title: "Morning Light"}} {
			got, err := httpapi.GetYouTube(channel.Connector{Store: kept{is: is}}, setUp)(t.Context(), &httpapi.Request[httpapi.None]{})
			if err != nil {
				t.Fatal(err)
			}
			body, err := json.Marshal(got)
			if err != nil || !strings.Contains(string(body), want) {
				t.Errorf("set up %v, %+v: %s (%v)", setUp, is, body, err)
			}
		}
	}
}
