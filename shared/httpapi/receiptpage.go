package httpapi

import (
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/erasure"
)

// shown is the receipt as a page.
func (a receiptAnswer) shown() (heading, main string) {
	heading, what := receiptWords(a)
	rows := [][2]string{{"Erasure", a.ErasureID}, {"Asked for", moment(a.AskedAt)}, {"Can be taken back until", moment(a.EffectiveAt)}}
	if a.Status == erasure.Running && a.Step != erasure.NothingNow {
		rows = append(rows, [2]string{"Step", string(a.Step)})
	}
	main = "<p>" + html.EscapeString(what) + "</p>\n" + listed(rows)
	if a.Certificate != nil {
		main += certificatePart(*a.Certificate)
	}
	return heading, main + `<p class="soft">This page names nobody. Whoever has its address can see it.</p>` + "\n"
}

// receiptWords say how an erasure stands.
func receiptWords(a receiptAnswer) (heading, what string) {
	switch a.Status {
	case erasure.Waiting:
		return "The account is to be erased", "Nothing was erased yet. Until the time below it can be taken back; then it begins."
	case erasure.Running:
		return "The account is being erased", "It is frozen, and its data goes step by step. Open this page again for the certificate."
	case erasure.Canceled:
		return "The erasure was taken back", "Nothing was erased."
	default:
		return "Erased", "What the account held here was erased. What is kept is listed below."
	}
}

func certificatePart(c erasure.Certificate) string {
	var b strings.Builder
	b.WriteString("<h2>Certificate</h2>\n")
	b.WriteString(listed([][2]string{
		{"Account", c.Tenant}, {"Begun", moment(c.BegunAt)}, {"Erased", moment(c.ErasedAt)},
		{"Items", number(c.Counts.Items)}, {"Files", number(c.Counts.Objects)}, {"Bytes of files", number(c.Counts.Bytes)},
		{"Unfinished uploads", number(c.Counts.Unfinished)}, {"Left over", strconv.Itoa(c.Leftovers)},
		{"Told", strings.Join(c.Told, ", ")}, {"Last backup gone", moment(c.BackupsGone)}, {"Cannot be recalled", c.NotRecalled},
	}))
	erased := make([][]string, len(c.Erased))
	for i, e := range c.Erased {
		erased[i] = []string{e.What, e.Store, number(e.Count)}
	}
	b.WriteString(tabled("What was erased", []string{"What", "Where", "How many"}, erased))
	kept := make([][]string, len(c.Kept))
	for i, k := range c.Kept {
		kept[i] = []string{k.What, k.Reason, k.Ground, k.Until}
	}
	b.WriteString(tabled("What is kept", []string{"What", "Why", "Ground", "Until"}, kept))
	return b.String()
}

func listed(rows [][2]string) string {
	var b strings.Builder
	b.WriteString("<dl>\n")
	for _, r := range rows {
		if r[1] != "" {
			b.WriteString("<dt>" + html.EscapeString(r[0]) + "</dt><dd>" + html.EscapeString(r[1]) + "</dd>\n")
		}
	}
	return b.String() + "</dl>\n"
}

func tabled(heading string, columns []string, rows [][]string) string {
	if len(rows) == 0 {
		return ""
	}
	name := html.EscapeString(heading)
	var b strings.Builder
	b.WriteString("<h2>" + name + `</h2>` + "\n" + `<div class="scroll" role="region" tabindex="0" aria-label="` + name + `"><table>` + "\n<tr>")
	for _, c := range columns {
		b.WriteString(`<th scope="col">` + html.EscapeString(c) + "</th>")
	}
	b.WriteString("</tr>\n")
	for _, r := range rows {
		b.WriteString("<tr>")
		for _, v := range r {
			b.WriteString("<td>" + html.EscapeString(v) + "</td>")
		}
		b.WriteString("</tr>\n")
	}
	return b.String() + "</table></div>\n"
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// moment is a time as people read it; "" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006, 15:04") + " UTC"
}
