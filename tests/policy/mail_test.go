package policy_test

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/policy"
)

// mailSet is the name of the configuration set as a template calls it: the
// workers' own, whose parts the root passes.
func mailSet(t *testing.T, b *blueprint.Blueprint, in *blueprint.Template) string {
	t.Helper()
	for _, set := range b.Resources("AWS::SES::ConfigurationSet") {
		name := policy.Named(set.Properties["Name"])
		if in == set.Template {
			return name
		}
		for _, r := range b.Resources("AWS::Serverless::Application") {
			nested, _ := b.Nested(r)
			passed, _ := r.Properties["Parameters"].(blueprint.Map)
			if nested != set.Template {
				continue
			}
			for parameter, v := range passed {
				name = strings.ReplaceAll(name, "${"+parameter+"}", policy.Named(v))
			}
		}
		// What operations are built first for hands its own prefix on.
		return strings.ReplaceAll(name, "${Operations.Outputs.Prefix}", "${AWS::StackName}")
	}
	t.Fatal("no template declares a configuration set")
	return ""
}

// TestWhoMailsMaySendOnAWS: SES asks for the identity that it has verified, which is the
// address's, its domain's or one above, in its sandbox for the recipient's, and for the
// configuration set too; nobody but MailFrom's domain sends. The emulator names none of
// these, so that nothing else would tell before the first mail.
func TestWhoMailsMaySendOnAWS(t *testing.T) {
	t.Parallel()
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	const ses = "arn:aws:ses:us-east-1:000000000000:"
	senders := 0
	for _, f := range b.Functions {
		own, err := policy.Own(f)
		if err != nil {
			t.Fatal(err)
		}
		_, sends := f.Environment["MAIL_FROM"]
		if sends {
			senders++
		}
		set := "configuration-set/" + mailSet(t, b, f.Template)
		for _, c := range []struct {
			resource, from string
			may            bool
		}{
			{"identity/${unknown}", "no-reply@${unknown}", sends}, {"identity/no-reply@${unknown}", "no-reply@${unknown}", sends},
			{"identity/example.org", "no-reply@${unknown}", sends}, {set, "no-reply@${unknown}", sends},
			{"identity/example.org", "no-reply@example.org", false}, {"identity/no-reply@example.org", "no-reply@example.org", false},
			{set, "no-reply@example.org", false}, {"configuration-set/other-mail", "no-reply@${unknown}", false},
		} {
			asked := policy.Request{Action: "ses:SendEmail", Resource: ses + c.resource, Keys: map[string][]string{"ses:FromAddress": {c.from}}}
			if got := own.Allows(asked); got != c.may {
				t.Errorf("%s: its policy says %v to sending with %s from %s", f.Name, got, c.resource, c.from)
			}
		}
	}
	if senders == 0 {
		t.Error("no function sends mail")
	}
}
