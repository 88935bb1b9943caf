package httpapi

import (
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Rule is what the code holds a value to, in keywords of JSON Schema, for the
// documentation. Its numbers and patterns are those of the code that enforces it.
// Patterns keep to what ECMA-262, RE2 and Python read alike.
type Rule map[string]any

// Rules are those of a body's members by their path, like scenes[].text; "" is
// the body itself. Every text, number and list of a body has one.
type Rules map[string]Rule

// Any is the rule of a value that no schema can tell from a wrong one; which
// ones are right is said in words.
func Any(which string) Rule { return Rule{"description": which} }

// plain is text that people write.
func plain(r plaintext.Rule) Rule {
	rule := atMost(r.Max, r.Pattern())
	rule["description"] = "Counted in Unicode NFC, without the space around it"
	if r.Min > 0 {
		rule["minLength"] = r.Min
	}
	return rule
}

// atMost has so many Unicode code points, and the form of a pattern.
func atMost(most int, pattern string) Rule { return Rule{"maxLength": most, "pattern": pattern} }

// matching has the form of a pattern.
func matching(pattern string) Rule { return Rule{"pattern": pattern} }

// between is a whole number, both bounds included.
func between[N int | int64](least, most N) Rule {
	return Rule{"type": "integer", "minimum": least, "maximum": most}
}

// oneOf is one of the given.
func oneOf[T ~string](values ...T) Rule {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return Rule{"enum": all}
}

// given is a text that is there: neither empty nor null.
func given() Rule { return Rule{"type": "string", "minLength": 1} }

// left is one that is not.
func left() Rule { return Rule{"enum": []any{"", nil}} }

// address is a mail address.
func address() Rule { return atMost(auth.MaxAddress, auth.AddressPattern()) }

// anID is what wildcards are, unless a row says more. What has another form is
// answered like what is absent.
func anID() Rule { return matching("^" + tenant.IDPattern + "$") }

// anIDOrNone may be empty.
func anIDOrNone() Rule { return matching("^(" + tenant.IDPattern + ")?$") }
