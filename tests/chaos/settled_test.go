package chaos_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/render"
)

// made is what a person has in the end.
type made struct {
	minutes float64 // of all videos
	spoken  int     // videos with a voice
	bought  bool
	export  string
}

// video counts a render that succeeded; a publication makes none.
func (m *made) video(job reply) {
	video, ok := job.json["video"].(map[string]any)
	if !ok {
		return
	}
	ms, _ := video["duration_ms"].(float64)
	m.minutes += ms / 60000
	if !bytes.Contains(job.body, []byte(render.WarnCaptionsOnly)) {
		m.spoken++
	}
}

// narration is how long the one sentence of a project is read: what the stand-in for
// Polly answers, and the rest after it.
const narration = 1.0

// settled looks at one person's account in the end: nothing reserved, nothing still at
// work, used what was made, paid once, and what was made is whole.
func (w *world) settled(p *person, o *outcome) {
	p.usedWhatWasMade(o)
	jobs := p.persist("GET", "/api/v1/jobs", nil)
	items, _ := jobs.json["items"].([]any)
	for _, j := range items {
		if job, _ := j.(map[string]any); job["status"] == "queued" || job["status"] == "running" {
			o.finds("job %v is still %v", job["id"], job["status"])
		}
	}
	o.holds("no job at work")
	if p.made.bought {
		w.paidOnce(p, o)
	}
	if p.made.export != "" {
		p.archiveOpens(o)
	}
	o.looked = true
}

func (o *outcome) holds(format string, args ...any) {
	o.held = append(o.held, fmt.Sprintf(format, args...))
}
func (o *outcome) finds(format string, args ...any) {
	o.wrong = append(o.wrong, fmt.Sprintf(format, args...))
}

// usedWhatWasMade holds the month's counters to what the act uses, and to the videos.
func (p *person) usedWhatWasMade(o *outcome) {
	list := p.persist("GET", "/api/usage", nil)
	metrics, _ := list.json["metrics"].([]any)
	if len(metrics) == 0 {
		o.finds("no usage in %s", list.body)
	}
	used := map[string]float64{}
	for _, m := range metrics {
		row, _ := m.(map[string]any)
		name, _ := row["metric"].(string)
		used[name], _ = row["used"].(float64)
		if reserved, _ := row["reserved"].(float64); reserved != 0 {
			o.finds("%s: %v still reserved", name, reserved)
		}
	}
	o.holds("nothing reserved")
	for name, want := range o.act.used {
		if used[name] != want {
			o.finds("%s: used %v, want %v", name, used[name], want)
		}
		o.holds("%s %v", name, used[name])
	}
	if math.Abs(used["render_minutes"]-p.made.minutes) > 0.001 {
		o.finds("%v minutes were used, the videos are of %v", used["render_minutes"], p.made.minutes)
	}
	least, most := narration*float64(p.made.spoken), narration*float64(p.made.spoken)
	if o.service == "polly" {
		least = min(least, 0.001) // half an answer is half the sound
	}
	if seconds := used["tts_seconds"]; seconds < least || seconds > most {
		o.finds("%v seconds of speech were used for %d videos with a voice", seconds, p.made.spoken)
	}
	if p.made.minutes > 0 {
		o.holds("render_minutes and tts_seconds as long as the videos (%.3f and %v)", used["render_minutes"], used["tts_seconds"])
	}
}

// paidOnce asks the payment service's stand-in.
func (w *world) paidOnce(p *person, o *outcome) {
	db := dynamodb.NewFromConfig(w.product.AWS())
	tables, err := db.ListTables(p.t.Context(), &dynamodb.ListTablesInput{})
	if err != nil {
		p.fatalf("list the tables: %v", err)
	}
	var subscriptions, charges int
	for _, table := range tables.TableNames {
		customers := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
			TableName: aws.String(table), FilterExpression: aws.String("contains(document, :address)"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":address": &types.AttributeValueMemberS{Value: p.address}},
		})
		for customers.HasMorePages() {
			page, err := customers.NextPage(p.t.Context())
			if err != nil {
				p.fatalf("read the payments: %v", err)
			}
			for _, item := range page.Items {
				text, _ := item["document"].(*types.AttributeValueMemberS)
				var d paymock.Document
				if text == nil || json.Unmarshal([]byte(text.Value), &d) != nil {
					p.fatalf("the stand-in's customer cannot be read")
				}
				subscriptions, charges = subscriptions+len(d.Subscriptions), charges+len(d.Charges)
			}
		}
	}
	if subscriptions != 1 || charges != 1 {
		o.finds("%d subscriptions and %d charges, want one of each", subscriptions, charges)
	}
	o.holds("%d subscription, %d charge", subscriptions, charges)
}

// archiveOpens reads all files of the export, whose sums ZIP has.
func (p *person) archiveOpens(o *outcome) {
	r := p.persist("GET", "/api/account/exports/"+p.made.export, nil)
	res, err := http.Get(r.text("download_url"))
	if err != nil {
		o.finds("download the export: %v", err)
		return
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		o.finds("download the export: %d %v", res.StatusCode, err)
		return
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		o.finds("open the export: %v", err)
		return
	}
	var manifest string
	for _, file := range archive.File {
		content, err := contentOf(file)
		if err != nil {
			o.finds("read %s of the export: %v", file.Name, err)
		}
		if file.Name == "manifest.json" || strings.HasSuffix(file.Name, "/manifest.json") {
			sum := sha256.Sum256(content)
			manifest = hex.EncodeToString(sum[:])
		}
	}
	if manifest == "" || manifest != r.text("manifest_sha256") {
		o.finds("the export's manifest is %q, want %q", manifest, r.text("manifest_sha256"))
	}
	o.holds("the archive opens (%d files)", len(archive.File))
}

func contentOf(file *zip.File) ([]byte, error) {
	in, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}
