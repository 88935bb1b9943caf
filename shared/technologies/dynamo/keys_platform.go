package dynamo

import (
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Item kinds of the data partition beyond TENANT and SUBSCRIPTION.
const (
	kindProject = "PROJECT#"
	kindJob     = "JOB#"
	kindSource  = "SOURCE#" // the copy of a project that a job renders
	kindImage   = "IMAGE#"
	kindUpload  = "UPLOAD#"
	kindUsage   = "USAGE#"
	kindLedger  = "LEDGER#"
	kindClaim   = "IDEM#"
	kindYouTube = "YOUTUBE"
	kindConsent = "YTSTATE#"
	kindExport  = "EXPORT#"
	kindErasure = "ERASURE#"

	kindDeparture = "DEPARTURE#" // of a deleted draft, until its previews have gone
)

// usageLevel is what is counted across months: storage and unfinished jobs.
const usageLevel = "level"

func projectKey(t tenant.ID, id string) table.Item { return dataKey(t, kindProject+id) }
func jobKey(t tenant.ID, id string) table.Item     { return dataKey(t, kindJob+id) }
func imageKey(t tenant.ID, id string) table.Item   { return dataKey(t, kindImage+id) }
func uploadKey(t tenant.ID, id string) table.Item  { return dataKey(t, kindUpload+id) }

// exportKey: an export, or the making of it.
func exportKey(t tenant.ID, id string) table.Item { return dataKey(t, kindExport+id) }

// erasureKey: an erasure that was asked for. It is the last item to go.
func erasureKey(t tenant.ID, id string) table.Item { return dataKey(t, kindErasure+id) }

func departureKey(t tenant.ID, projectID string) table.Item {
	return dataKey(t, kindDeparture+projectID)
}

// sourceKey is apart from the job's: a job is written every few seconds, and a
// write costs by the size of the whole item.
func sourceKey(t tenant.ID, jobID string) table.Item { return dataKey(t, kindSource+jobID) }

// claimKey: its absence is what makes a request with a key happen once.
func claimKey(t tenant.ID, key string) table.Item { return dataKey(t, kindClaim+key) }

// youTubeKey: the channel that is connected.
func youTubeKey(t tenant.ID) table.Item { return dataKey(t, kindYouTube) }

// consentKey: a consent that was asked for, by the hash of its state; ends by TTL.
func consentKey(t tenant.ID, hash string) table.Item { return dataKey(t, kindConsent+hash) }

// usageKey: the month's counters.
func usageKey(t tenant.ID, p metering.Period) table.Item { return dataKey(t, kindUsage+string(p)) }

// levelKey: counters without a month.
func levelKey(t tenant.ID) table.Item { return dataKey(t, kindUsage+usageLevel) }

// ledgerKey: its absence is what makes a reservation or settlement happen once.
func ledgerKey(t tenant.ID, r metering.Row) table.Item {
	return dataKey(t, ledgerPrefix(r.Period)+r.Subject+"#"+strconv.Itoa(r.Number))
}

func ledgerPrefix(p metering.Period) string { return kindLedger + string(p) + "#" }

func dataKey(t tenant.ID, sort string) table.Item { return platformKey(dataPartition(t), sort) }

// keyTail returns what follows an item's kind in its sort key.
func keyTail(it table.Item, kind string) string {
	return strings.TrimPrefix(table.ReadStr(it, table.SK), kind)
}

// readOwner returns the tenant of a data partition's item.
func readOwner(it table.Item) (tenant.ID, bool) {
	id, ok := strings.CutPrefix(table.ReadStr(it, table.PK), tenant.DataPrefix)
	return tenant.ID(id), ok && tenant.ValidID(id)
}
