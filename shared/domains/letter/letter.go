// Package letter gives every mail of the product the same look. It is written by
// hand: a template engine in a binary would switch the linker's dead-code removal off.
package letter

import (
	"html"
	"strings"
)

// Letter is a mail with one thing to do.
type Letter struct {
	Heading string
	Lead    string // the first paragraph
	Button  string // what it says
	Link    string // where it leads
	Small   string // what stands below

	CodeLead string // what the code is for
	Code     string // something to type; "" for none
}

const (
	top = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>`
	body = `</title></head>
<body style="margin:0;padding:32px 16px;background:#f5f3fa;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;color:#221d33">
<div style="max-width:480px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px">
<h1 style="margin:0 0 16px;font-size:20px">`
	button = `display:inline-block;padding:12px 24px;border-radius:8px;background:#5b3fa8;color:#ffffff;text-decoration:none;font-weight:600`
	code   = `margin:0 0 24px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:24px;letter-spacing:4px`
	small  = `margin:0;font-size:13px;line-height:1.5;color:#5d5770`
)

// HTML is the letter as a page; everything in it is escaped.
func (l Letter) HTML() string {
	href := html.EscapeString(l.Link)
	var b strings.Builder
	for _, part := range []string{
		top, html.EscapeString(l.Heading), body, html.EscapeString(l.Heading), "</h1>\n",
		`<p style="margin:0 0 24px;line-height:1.5">`, html.EscapeString(l.Lead), "</p>\n",
		`<p style="margin:0 0 24px"><a href="`, href, `" style="`, button, `">`, html.EscapeString(l.Button), "</a></p>\n",
		`<p style="margin:0 0 8px;font-size:13px;line-height:1.5;color:#5d5770">If the button does nothing, open this address:</p>` + "\n",
		`<p style="margin:0 0 24px;font-size:13px;line-height:1.5;word-break:break-all"><a href="`, href, `" style="color:#5b3fa8">`, href, "</a></p>\n",
		l.code(),
		`<p style="`, small, `">`, html.EscapeString(l.Small), "</p>\n</div>\n</body>\n</html>\n",
	} {
		b.WriteString(part)
	}
	return b.String()
}

// code is the paragraph of a letter that has something to type.
func (l Letter) code() string {
	if l.Code == "" {
		return ""
	}
	return `<p style="margin:0 0 8px;line-height:1.5">` + html.EscapeString(l.CodeLead) + "</p>\n" +
		`<p style="` + code + `">Code: ` + html.EscapeString(l.Code) + "</p>\n"
}
