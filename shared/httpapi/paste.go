package httpapi

import (
	"context"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/paste"
	"github.com/devotionalai/platform/shared/domains/render"
)

// ProjectSplit is the route of pasted texts.
var ProjectSplit = endpoint[paste.Text, paste.Proposal](Route{
	Name: "project-split", Method: "POST", Pattern: "/api/v1/projects/split", Credentials: Session | Key, Tag: "Creator",
	Summary: "Propose scenes for a whole devotional, and what they would take",
	Description: fmt.Sprintf("A text of at most %d characters becomes scenes of 8 to 20 seconds of speech, cut between paragraphs and sentences; longer ones where "+
		"%d scenes of %d characters hold it only so, and cut within a sentence where whole ones have no room. A first heading or short line is the title. "+
		"Each scene has a picture prompt of its words, in English, and the first Scripture reference that it names. Writes nothing: create a project of what is "+
		"answered. The same text gives the same answer, but for what is left of the month.", paste.MaxText, render.MaxScenes, render.MaxSceneChars),
	Rules: Rules{"text": plain(paste.TextRule()), "language": matching(language.Pattern)},
})

// SplitText serves ProjectSplit.
func SplitText(s paste.Splitter) Handler[paste.Text, paste.Proposal] {
	return func(ctx context.Context, in *Request[paste.Text]) (paste.Proposal, error) {
		return s.Split(ctx, in.Caller.Tenant, in.Body)
	}
}
